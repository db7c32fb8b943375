/*
 * Files of annotated SQL: each statement is an entry of the SQL kind, its annotations are options and assertions.
 */
#include "harness/lang/grammar.h"

#include "harness/base/scan.h"
#include "harness/lang/sql_blocks.h"
#include "harness/lang/sql_lexer.h"

VEC(sql_entry_vec, struct entry);

struct sql_reader {
	const struct parse_input *in;
	const struct kind *kind;
	struct error *err;
	struct error_list *errors, warnings;
	struct sql_lexer lexer;
	struct sql_lines lines;
	struct source shadow;		/* the file with the joints of continued values as blanks */
	char *shadow_text;
	struct suite suite;
	struct variable_vec variables;
	struct option_vec file_options;
	struct str file_connection;
	struct sql_entry_vec entries;
	size_t last_line;		/* where the statement before ended */
	bool have_file_blocks;
};

/* What one annotation is read into. */
struct target {
	struct sql_reader *r;
	struct cursor c;		/* on the value */
	const struct annotation *a;
	struct entry *entry;		/* NULL: the file */
	struct meta *meta;
	struct option_vec *options;
	struct assertion_vec asserts;
	struct capture_vec captures;
	struct metric_vec metrics;
	struct str *connection;
	bool checks;			/* something to check was said */
};

/* ---- small things ---- */

static int fail_at(struct sql_reader *r, struct span span, const char *message)
{
	return error_at(r->err, ERR_PARSE, r->in->source, span, "%s", message);
}

/* The value as one text: continuation lines joined by one blank. */
static struct str joined_value(struct target *t)
{
	struct str raw = cursor_text(&t->c, t->a->value);
	char *text;
	size_t n = 0;

	if (!t->a->continued)
		return raw;
	text = arena_alloc(t->c.arena, raw.n + 1);
	if (!text)
		return raw;		/* the arena remembers */
	for (size_t i = 0; i < raw.n; i++)
		if (raw.p[i] != ' ' || n == 0 || text[n - 1] != ' ')
			text[n++] = raw.p[i];
	return str_make(text, n);
}

static int end_value(struct target *t, const char *what)
{
	cursor_blanks(&t->c);
	if (t->c.at < t->c.end)
		return cursor_fail(&t->c, cursor_here(&t->c), "expected nothing more behind %s", what);
	return 0;
}

/* ---- expectations ---- */

static int add_assertion(struct target *t, struct assertion a, bool prefer)
{
	struct assertion *kept = VEC_PUSH(t->c.arena, &t->asserts);

	if (!kept)
		return cursor_oom(&t->c);
	*kept = a;
	kept->prefer = prefer;
	kept->column0 = true;
	kept->span = t->a->line;
	kept->source = t->r->in->source;
	return 0;
}

static bool takes_word(struct cursor *c, const char *word)
{
	struct str text = cursor_word(c);

	if (!str_eq_nocase(text, str_from(word)))
		return false;
	c->at += text.n;
	return true;
}

/* [low, low] of a query, with internal predicates; the same as a response line makes. */
static int expect_counted(struct target *t, enum query_id query, bool prefer)
{
	struct assertion_vec made = { 0 };

	cursor_blanks(&t->c);
	if (grammar_count(&t->c, query, t->a->line, &made))
		return -1;
	for (size_t i = 0; i < made.count; i++)
		if (add_assertion(t, made.items[i], prefer))
			return -1;
	return end_value(t, "a number of rows");
}

static int expect_constant(struct target *t, enum query_id query, enum predicate_id predicate, const struct value *expected,
			   bool prefer)
{
	struct assertion a = assertion_of(&t->c, STAGE_LINE, query, predicate, t->a->value);

	if (!expected)
		return cursor_oom(&t->c);
	a.expected = operand_constant(expected, t->a->value);
	return add_assertion(t, a, prefer);
}

/* What is counted must be none. */
static int expect_none(struct target *t, enum query_id query, bool prefer)
{
	struct value_list_builder list = { 0 };

	value_list_add(t->c.arena, &list, value_int(t->c.arena, 0));
	value_list_add(t->c.arena, &list, value_int(t->c.arena, 0));
	return expect_constant(t, query, PREDICATE_RANGE, value_list_finish(t->c.arena, &list), prefer);
}

/* empty: the same as rows 0 */
static int expect_empty(struct target *t, bool prefer)
{
	if (end_value(t, "'empty'"))
		return -1;
	return expect_none(t, QUERY_ROWS, prefer);
}

static int expect_ok(struct target *t, bool prefer)
{
	(void)prefer;		/* a statement that does not run is an error whatever is preferred */
	return end_value(t, "'ok'");
}

static int expect_rows(struct target *t, bool prefer)
{
	return expect_counted(t, QUERY_ROWS, prefer);
}

static int expect_affected(struct target *t, bool prefer)
{
	return expect_counted(t, QUERY_AFFECTED, prefer);
}

static int expect_error(struct target *t, bool prefer)
{
	struct assertion_vec made = { 0 };

	cursor_blanks(&t->c);
	if (grammar_error_code(&t->c, t->a->line, &made))
		return -1;
	if (made.count && add_assertion(t, made.items[0], prefer))
		return -1;
	return end_value(t, "an expected error");
}

static int expect_no_warnings(struct target *t, bool prefer)
{
	cursor_blanks(&t->c);
	if (!takes_word(&t->c, "warnings"))
		return cursor_fail(&t->c, cursor_here(&t->c), "expected 'warnings' behind 'no'");
	if (end_value(t, "'no warnings'"))
		return -1;
	return expect_none(t, QUERY_WARNINGS, prefer);
}

/* table = "table" words, rows in the lines below */
static int expect_table(struct target *t, bool prefer)
{
	struct table_words words = { 0 };
	const struct expected_table *table;
	bool ordered = t->entry && sql_has_order_by(t->r->in->source, t->entry->body.span);

	if (grammar_table_words(&t->c, &words) || end_value(t, "the words of a table"))
		return -1;
	if (t->a->rows.count == 0)
		return cursor_fail(&t->c, t->a->value, "expected the rows of the table in the lines below: -- | column | ... |");
	if (grammar_table(&t->c, &t->a->rows, &words, ordered, &table))
		return -1;
	return add_assertion(t, table_assertion(&t->c, table), prefer);
}

static int expect_assertion(struct target *t, bool prefer)
{
	struct assertion a;

	if (grammar_assertion(&t->c, &a) || end_value(t, "an expectation"))
		return -1;
	return add_assertion(t, a, prefer);
}

static const struct expectation {
	const char *word;
	int (*read)(struct target *, bool prefer);
	bool counted;		/* may also start an assert: rows == 3, affected >= {{n}} */
} expectations[] = {
	{ "empty", expect_empty, false },     { "rows", expect_rows, true },
	{ "ok", expect_ok, false },	      { "affected", expect_affected, true },
	{ "error", expect_error, false },     { "no", expect_no_warnings, false },
	{ "table", expect_table, false },
};

/* Does a count follow, with nothing behind it? */
static bool sees_count(const struct target *t, size_t word)
{
	struct cursor c = t->c;
	struct assertion_vec ignored = { 0 };
	struct error err;

	c.at += word;
	c.err = &err;
	cursor_blanks(&c);
	if (c.at == c.end || cursor_sees(&c, "*"))
		return true;
	char first = cursor_peek(&c);
	if (!(first >= '0' && first <= '9') && first != '<' && first != '>')
		return false;
	if (first < '0' || first > '9')
		return !cursor_sees(&c, "<>") && str_find_char(cursor_rest(&c), '{') == SIZE_MAX &&
		       grammar_count(&c, QUERY_ROWS, SPAN(c.at, 0), &ignored) == 0 && (cursor_blanks(&c), c.at == c.end);
	return true;
}

static int fail_expectation(const struct target *t)
{
	return cursor_fail(&t->c, cursor_here(&t->c),
			   "expected empty, rows N, ok, affected N, error N, no warnings, table, or an assert such as value == 1");
}

/* expectation = one of the words above | query filters predicate */
static int read_expectation(struct target *t, bool prefer)
{
	struct str word = cursor_word(&t->c);

	t->checks = true;
	if (t->c.at == t->c.end)
		return fail_expectation(t);
	for (size_t i = 0; i < ARRAY_SIZE(expectations); i++) {
		const struct expectation *e = &expectations[i];
		if (!str_eq_nocase(word, str_from(e->word)) || (e->counted && !sees_count(t, word.n)))
			continue;
		if (e->read != expect_table && t->a->rows.count)
			return cursor_fail(&t->c, t->a->rows.items[0],
					   "rows of a table stand below 'table', not below '%s'", e->word);
		t->c.at += word.n;
		if (e->counted && (cursor_blanks(&t->c), t->c.at == t->c.end))
			return cursor_fail(&t->c, SPAN(t->c.at, 0), "expected a number behind '%s'", e->word);
		return e->read(t, prefer);
	}
	if (t->a->rows.count)
		return cursor_fail(&t->c, t->a->rows.items[0], "rows of a table stand below 'table' only");
	if (!grammar_sees_query(&t->c) && (!word.n || query_suggest(word) == NULL))
		return fail_expectation(t);
	return expect_assertion(t, prefer);
}

static int read_expect(struct target *t)
{
	return read_expectation(t, false);
}

static int read_prefer(struct target *t)
{
	return read_expectation(t, true);
}

static int read_metric(struct target *t)
{
	struct metric *m = VEC_PUSH(t->c.arena, &t->metrics);

	t->checks = true;
	if (!m)
		return cursor_oom(&t->c);
	return grammar_metric(&t->c, false, m) || end_value(t, "a metric") ? -1 : 0;
}

static int read_capture(struct target *t)
{
	struct capture *cap = VEC_PUSH(t->c.arena, &t->captures);

	t->checks = true;
	if (!cap)
		return cursor_oom(&t->c);
	return grammar_capture(&t->c, cap) || end_value(t, "a capture") ? -1 : 0;
}

/* ---- options ---- */

static int add_option(struct target *t, const struct option_row *row)
{
	struct option *o = VEC_PUSH(t->c.arena, t->options);

	if (!o)
		return cursor_oom(&t->c);
	*o = (struct option){ .span = t->a->line, .name_span = t->a->key_span, .from_file = !t->entry };
	if (grammar_option_value(&t->c, row, o))
		return -1;
	if (o->assertion) {
		struct assertion *a = arena_zalloc(t->c.arena, sizeof(*a));
		if (!a)
			return cursor_oom(&t->c);
		*a = *o->assertion;
		a->source = t->r->in->source;
		o->assertion = a;
	}
	return 0;
}

/* An option whose key is its name. */
static int read_option(struct target *t)
{
	const struct option_row *row = option_row_find(t->r->kind, t->a->key);

	if (!row || !row->in_sql)
		return cursor_fail(&t->c, t->a->key_span, "'%.*s' is not known to this version", STR_ARG(t->a->key));
	return add_option(t, row) || end_value(t, "the value of an annotation") ? -1 : 0;
}

/* retry = count ( "every" duration )? */
static int read_retry(struct target *t)
{
	struct cursor whole = t->c;
	size_t every = str_find(cursor_rest(&t->c), STR(" every "));

	if (every == SIZE_MAX)
		return read_option(t);
	t->c.end = t->c.at + every;
	if (read_option(t))
		return -1;
	t->c = whole;
	t->c.at += every + 7;
	cursor_blanks(&t->c);
	return add_option(t, &common_options[COMMON_RETRY_INTERVAL]) || end_value(t, "the pause of a retry") ? -1 : 0;
}

static int read_max_time(struct target *t)
{
	uint64_t digits;
	struct str text = cursor_rest(&t->c);

	if (text.n && scan_digits(text, &digits) == text.n)
		return cursor_fail(&t->c, t->a->value, "max-time needs its unit here: %.*sms or %.*ss?",
				   STR_ARG(text), STR_ARG(text));
	return read_option(t);
}

/* write = "false" | "true" ; of a file also "rollback" */
static int read_write(struct target *t)
{
	struct str text = cursor_rest(&t->c);
	bool rollback = str_is(text, "rollback");

	if (rollback && t->entry)
		return cursor_fail(&t->c, t->a->value, "'write: rollback' is for the whole file and stands in its block");
	if (!rollback && !str_is(text, "true") && !str_is(text, "false"))
		return cursor_fail(&t->c, t->a->value, t->entry ? "write is false or true" : "write is false, true or rollback");
	if (!t->entry)
		t->r->suite.write = rollback ? SQL_WRITE_ROLLBACK : str_is(text, "true") ? SQL_WRITE_TRUE : SQL_WRITE_NONE;
	return rollback ? 0 : read_option(t);
}

static int read_connection(struct target *t)
{
	struct str name = cursor_take_word(&t->c);

	if (name.n == 0 || name.p[0] < 'a' || name.p[0] > 'z')
		return cursor_fail(&t->c, t->a->value, "expected the name of a connection, in lower case");
	*t->connection = name;
	return end_value(t, "the name of a connection");
}

/* ---- keys of files and statements ---- */

static int read_shared(struct target *t)
{
	struct cursor c = t->c;
	bool known;

	if (grammar_meta_value(&c, t->a->key, t->a->value, false, t->meta, &known))
		return -1;
	if (!t->a->continued)
		return 0;
	if (str_is(t->a->key, "why"))
		t->meta->why = joined_value(t);
	else if (str_is(t->a->key, "fix"))
		t->meta->fix = joined_value(t);
	return 0;
}

static int read_test(struct target *t)
{
	if (t->a->value.n == 0)
		return cursor_fail(&t->c, t->a->value, "expected the title of a test");
	t->meta->title = joined_value(t);
	t->meta->title_span = t->a->value;
	return 0;
}

static int read_suite_name(struct target *t)
{
	if (t->a->value.n == 0)
		return cursor_fail(&t->c, t->a->value, "expected the name of the suite");
	t->r->suite.name = joined_value(t);
	return 0;
}

static int read_variable(struct target *t)
{
	struct variable_default *v = VEC_PUSH(t->c.arena, &t->r->variables);

	return v ? grammar_variable_default(&t->c, t->a->value, v) : cursor_oom(&t->c);
}

static int read_snapshot(struct target *t)
{
	if (!scan_bool(cursor_rest(&t->c), &t->r->suite.snapshot))
		return cursor_fail(&t->c, t->a->value, "snapshot is true or false");
	return 0;
}

static int read_empty_schema(struct target *t)
{
	if (!str_is(cursor_rest(&t->c), "allowed"))
		return cursor_fail(&t->c, t->a->value, "the only value of empty-schema is 'allowed'");
	t->r->suite.empty_schema_allowed = true;
	return 0;
}

enum key_place { KEY_FILE = 1, KEY_STATEMENT = 2, KEY_BOTH = 3 };

static const struct sql_key {
	const char *name;
	enum key_place place;
	bool makes_test;
	int (*read)(struct target *);
} keys[] = {
	{ "suite", KEY_FILE, false, read_suite_name },
	{ "variable", KEY_FILE, false, read_variable },
	{ "snapshot", KEY_FILE, false, read_snapshot },
	{ "empty-schema", KEY_FILE, false, read_empty_schema },
	{ "tags", KEY_BOTH, false, read_shared },
	{ "severity", KEY_BOTH, false, read_shared },
	{ "why", KEY_BOTH, false, read_shared },
	{ "fix", KEY_BOTH, false, read_shared },
	{ "owner", KEY_BOTH, false, read_shared },
	{ "accept", KEY_BOTH, false, read_shared },
	{ "needs", KEY_BOTH, false, read_shared },
	{ "when", KEY_BOTH, false, read_option },
	{ "consecutive", KEY_BOTH, false, read_option },
	{ "give-up", KEY_BOTH, false, read_option },
	{ "retry", KEY_BOTH, false, read_retry },
	{ "retry-interval", KEY_BOTH, false, read_option },
	{ "max-time", KEY_BOTH, false, read_max_time },
	{ "write", KEY_BOTH, false, read_write },
	{ "connection", KEY_BOTH, false, read_connection },
	{ "test", KEY_STATEMENT, true, read_test },
	{ "expect", KEY_STATEMENT, true, read_expect },
	{ "prefer", KEY_STATEMENT, true, read_prefer },
	{ "metric", KEY_STATEMENT, true, read_metric },
	{ "capture", KEY_STATEMENT, true, read_capture },
	{ "always", KEY_STATEMENT, false, read_option },
};

static const struct sql_key *find_key(struct str name)
{
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (str_is(name, keys[i].name))
			return &keys[i];
	return NULL;
}

static const char *near_key(struct str name)
{
	for (size_t limit = 1; limit <= 2; limit++)
		for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
			if (str_distance(name, str_from(keys[i].name), 3) <= limit)
				return keys[i].name;
	return NULL;
}

static bool block_is_test(const struct sql_block *b)
{
	for (size_t i = 0; i < b->items.count; i++) {
		const struct sql_key *key = find_key(b->items.items[i].key);
		if (key && key->makes_test)
			return true;
	}
	return false;
}

/* ---- blocks ---- */

/* Reads one annotation that stands where it may. */
static int read_annotation(struct target *t, const struct sql_key *key)
{
	t->c = (struct cursor){ .arena = t->r->in->arena, .source = &t->r->shadow, .at = t->a->value.at,
				.end = t->a->value.at + t->a->value.n, .extended = true, .sql = true,
				.jsonpath = t->r->in->jsonpath, .limits = t->r->in->limits, .warnings = &t->r->warnings,
				.err = t->r->err };
	return key->read(t);
}

static int fail_unknown(struct sql_reader *r, const struct annotation *a)
{
	const char *near = near_key(a->key);

	return error_at(r->err, ERR_PARSE, r->in->source, a->key_span, "unknown annotation '%.*s'%s%s%s", STR_ARG(a->key),
			near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

static void warn_near(struct sql_reader *r, const struct annotation *a)
{
	const char *near = near_key(a->key);
	struct error e;

	if (!near)
		return;
	(void)error_at(&e, ERR_PARSE, r->in->source, a->key_span, "unknown key '%.*s' is read as prose; did you mean '%s'?",
		       STR_ARG(a->key), near);
	error_list_add(&r->warnings, &e);
}

static int fail_place(struct sql_reader *r, const struct annotation *a, bool in_file_block)
{
	return error_at(r->err, ERR_PARSE, r->in->source, a->key_span, in_file_block
			? "'%.*s' describes a statement and must stand directly above it, without an empty line between"
			: "'%.*s' describes the file: an empty line must follow its block", STR_ARG(a->key));
}

static int read_block(struct target *t, const struct sql_block *b)
{
	enum key_place place = t->entry ? KEY_STATEMENT : KEY_FILE;
	bool test = t->entry && block_is_test(b);

	if (test && b->stray_row.n)
		return fail_at(t->r, b->stray_row, "this row has no 'expect: table' above it");
	for (size_t i = 0; i < b->items.count; i++) {
		const struct sql_key *key = find_key(b->items.items[i].key);
		t->a = &b->items.items[i];
		if (!key && test)
			return fail_unknown(t->r, t->a);
		if (!key) {
			warn_near(t->r, t->a);
			continue;
		}
		if (!(key->place & place))
			return fail_place(t->r, t->a, !t->entry);
		if (read_annotation(t, key))
			return -1;
	}
	return 0;
}

/* The lines of a block, as annotations. */
static int load_block(struct sql_reader *r, size_t first, size_t last, struct sql_block *ret)
{
	return sql_block_read(r->in->arena, r->in->source, r->shadow_text, first, last, ret, r->err);
}

static int file_block(struct sql_reader *r, size_t first, size_t last)
{
	struct target t = { .r = r, .meta = &r->suite.meta, .options = &r->file_options, .connection = &r->file_connection };
	struct sql_block b;

	return load_block(r, first, last, &b) || read_block(&t, &b) ? -1 : 0;
}

/* A block that neither a statement nor the file owns: known keys in it would be lost without a word. */
static int lost_block(struct sql_reader *r, size_t first, size_t last)
{
	struct sql_block b;

	if (load_block(r, first, last, &b))
		return -1;
	for (size_t i = 0; i < b.items.count; i++)
		if (find_key(b.items.items[i].key))
			return error_at(r->err, ERR_PARSE, r->in->source, b.items.items[i].key_span,
					"'%.*s' belongs to no statement: an empty line separates it from the one below, or none follows",
					STR_ARG(b.items.items[i].key));
	return 0;
}

/* All blocks between two lines that end before `until`. */
static int blocks_between(struct sql_reader *r, size_t from, size_t until)
{
	size_t line = from;

	while (line < until) {
		size_t first = line;
		while (line < until && sql_lines_is_comment(&r->lines, line))
			line++;
		if (line > first && (r->have_file_blocks ? lost_block(r, first, line) : file_block(r, first, line)))
			return -1;
		line += line == first;
	}
	return 0;
}

/* ---- statements ---- */

/* The first line of a statement. */
static struct span first_line_of(const struct source *s, struct span statement)
{
	struct str text = str_sub(s->text, statement.at, statement.n);
	size_t n = str_find_char(text, '\n');

	return SPAN(statement.at, str_trim(str_sub(text, 0, n)).n);
}

static int inherit_options(struct sql_reader *r, struct option_vec *options)
{
	for (size_t i = 0; i < r->file_options.count; i++) {
		struct option *o = VEC_PUSH(r->in->arena, options);
		if (!o)
			return error_set_oom(r->err);
		*o = r->file_options.items[i];
	}
	return 0;
}

/* The title: `test`, else the first prose line, else the statement's first line. */
static struct str statement_title(struct sql_reader *r, const struct entry *e, const struct sql_block *b)
{
	if (e->meta.title.n)
		return e->meta.title;
	if (b->prose.count)
		return str_sub(r->in->source->text, b->prose.items[0].at, b->prose.items[0].n);
	return str_sub(r->in->source->text, e->span.at, e->span.n);
}

static void take_target(struct entry *e, struct target *t)
{
	asserts_sort(t->asserts.items, t->asserts.count);
	e->options = t->options->items;
	e->noptions = t->options->count;
	e->asserts = t->asserts.items;
	e->nasserts = t->asserts.count;
	e->captures = t->captures.items;
	e->ncaptures = t->captures.count;
	e->metrics = t->metrics.items;
	e->nmetrics = t->metrics.count;
}

static int read_statement_block(struct sql_reader *r, struct entry *e, size_t first, size_t line)
{
	struct option_vec options = { 0 };
	struct target t = { .r = r, .entry = e, .meta = &e->meta, .options = &options, .connection = &e->connection };
	struct sql_block b;

	e->connection = r->file_connection;
	if (inherit_options(r, &options) || load_block(r, first, line, &b) || read_block(&t, &b))
		return -1;
	take_target(e, &t);
	e->is_setup = !block_is_test(&b);
	e->title = title_clean(r->in->arena, statement_title(r, e, &b));
	if (!e->is_setup && !t.checks)
		return fail_at(r, e->meta.title_span.n ? e->meta.title_span : e->span,
			       "this test checks nothing: say expect, prefer, metric or capture");
	return 0;
}

static int check_size(struct sql_reader *r, struct span statement)
{
	if (statement.n <= r->in->limits->max_statement_bytes)
		return 0;
	return error_at(r->err, ERR_PARSE, r->in->source, SPAN(statement.at, 0), "a statement of more than %zu bytes",
			r->in->limits->max_statement_bytes);
}

/* One statement with the block above it. */
static int statement(struct sql_reader *r, struct span span)
{
	const struct source *s = r->in->source;
	size_t line = source_line_at(s, span.at);
	size_t first = sql_block_above(&r->lines, line, r->last_line + 1);
	size_t from = r->last_line + 1;
	struct entry *e = VEC_PUSH(r->in->arena, &r->entries);

	if (!e)
		return error_set_oom(r->err);
	r->last_line = source_line_at(s, span.at + span.n - 1);
	*e = (struct entry){ .kind = r->kind, .source = s, .span = first_line_of(s, span), .index = r->entries.count - 1 };
	e->body = (struct body){ .kind = BODY_SQL, .span = span, .raw = str_sub(s->text, span.at, span.n), .hint = STR("sql") };
	e->whole = span_join(SPAN(s->line_starts[first - 1], 0), span);
	if (blocks_between(r, from, first)) {
		r->have_file_blocks = true;
		return -1;
	}
	r->have_file_blocks = true;
	if (check_size(r, span) || read_statement_block(r, e, first, line))
		return -1;
	r->suite.has_setup |= e->is_setup;
	return 0;
}

/* ---- the file ---- */

static int fail_command(struct sql_reader *r, struct span span)
{
	struct str text = str_sub(r->in->source->text, span.at, span.n);

	(void)error_at(r->err, ERR_PARSE, r->in->source, span, "'%.*s' is a command of the mysql client, not SQL",
		       STR_ARG(text));
	error_note(r->err, "another file is run by RUN in a .suite file");
	return -1;
}

static bool is_delimiter_command(struct sql_reader *r, struct span span)
{
	return str_eq_nocase(str_sub(r->in->source->text, span.at, 9), STR("delimiter")) && span.n > 9;
}

/* Where the current statement starts and how far it goes; n == 0: none yet. */
struct open_statement {
	struct span span;
};

/* Comments that start nothing: in front of a statement hints and samples are no more than that. */
static bool is_remark(const struct open_statement *open, enum sql_token_kind kind)
{
	return kind == SQL_COMMENT || (open->span.n == 0 && (kind == SQL_HINT || kind == SQL_SAMPLE));
}

/* Ends a statement; its mistakes go to the list, and the file goes on. */
static void finish_statement(struct sql_reader *r, struct open_statement *open)
{
	if (open->span.n && statement(r, open->span)) {
		if (r->err->source == &r->shadow)
			r->err->source = r->in->source;
		error_list_add(r->errors, r->err);
	}
	*open = (struct open_statement){ .span = { 0, 0 } };
}

/* One token. 1: the end. */
static int file_token(struct sql_reader *r, struct open_statement *open)
{
	struct sql_token t = sql_lexer_next(&r->lexer, r->err);

	if (is_remark(open, t.kind)) {
		sql_lines_comment(&r->lines, t.span);
		return 0;
	}
	switch (t.kind) {
	case SQL_BAD:
		return -1;
	case SQL_END:
		return 1;
	case SQL_CLIENT_COMMAND:
		sql_lines_code(&r->lines, t.span);
		return is_delimiter_command(r, t.span) ? 0 : fail_command(r, t.span);
	case SQL_DELIMITER:
		sql_lines_code(&r->lines, t.span);
		finish_statement(r, open);
		r->last_line = source_line_at(r->in->source, t.span.at);
		return 0;
	case SQL_WORD:
	case SQL_NAME:
	case SQL_STRING:
	case SQL_NUMBER:
	case SQL_VARIABLE:
	case SQL_PUNCT:
	case SQL_COMMENT:
	case SQL_HINT:
	case SQL_PLACEHOLDER:
	case SQL_SAMPLE:
	case SQL_CODE_OPEN:
	case SQL_CODE_CLOSE:
		break;
	}
	sql_lines_code(&r->lines, t.span);
	open->span = open->span.n ? span_join(open->span, t.span) : t.span;
	return 0;
}

static int file(struct sql_reader *r)
{
	struct open_statement open = { .span = { 0, 0 } };
	int rc = 0;

	while (rc == 0)
		rc = file_token(r, &open);
	if (rc < 0)
		return -1;
	finish_statement(r, &open);
	return blocks_between(r, r->last_line + 1, r->lines.count + 1);
}

static int finish(struct sql_reader *r, const struct suite **ret)
{
	struct suite *s = arena_zalloc(r->in->arena, sizeof(*s));

	titles_make_unique(r->in->arena, r->entries.items, r->entries.count);
	if (!s || arena_failed(r->in->arena))
		return error_set_oom(r->err);
	*s = r->suite;
	s->type = FILE_SQL;
	s->source = r->in->source;
	if (!s->name.n)
		s->name = str_from(r->in->source->name);
	s->variables = r->variables.items;
	s->nvariables = r->variables.count;
	s->entries = r->entries.items;
	s->nentries = r->entries.count;
	s->warnings = r->warnings.items;
	s->nwarnings = r->warnings.count;
	*ret = s;
	return 0;
}

/* The text that annotations are read from: a copy, in which continued values are one line. */
static int make_shadow(struct sql_reader *r)
{
	const struct source *s = r->in->source;

	r->shadow_text = arena_alloc(r->in->arena, s->text.n + 1);
	if (!r->shadow_text || sql_lines_init(&r->lines, r->in->arena, s))
		return error_set_oom(r->err);
	if (s->text.n)
		memcpy(r->shadow_text, s->text.p, s->text.n);
	r->shadow = *s;
	r->shadow.text = str_make(r->shadow_text, s->text.n);
	return 0;
}

int parse_sql_file(const struct parse_input *in, const struct suite **ret, struct error_list *errors)
{
	struct error err = { .code = ERR_NONE };
	struct sql_reader r = { .in = in, .err = &err, .errors = errors, .kind = kinds_find(in->kinds, STR("SQL")) };
	size_t before = error_list_total(errors);

	error_list_init(&r.warnings, in->arena, in->limits->max_errors);
	sql_lexer_init(&r.lexer, in->source, SPAN(0, in->source->text.n), (struct sql_mode){ .ansi_quotes = false });
	if (!r.kind)
		(void)error_at(&err, ERR_PARSE, in->source, SPAN(0, 0), "SQL is not known to this version");
	if (!r.kind || make_shadow(&r) || file(&r)) {
		if (err.source == &r.shadow)
			err.source = in->source;
		error_list_add(errors, &err);
	}
	if (error_list_total(errors) > before)
		return -1;
	if (finish(&r, ret)) {
		error_list_add(errors, &err);
		return -1;
	}
	for (size_t i = 0; i < r.warnings.count; i++)
		if (r.warnings.items[i].source == &r.shadow)
			r.warnings.items[i].source = in->source;
	return 0;
}
