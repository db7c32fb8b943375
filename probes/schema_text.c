#include "probes/schema_text.h"

#include "harness/base/scan.h"

#define WRITTEN_ON "# written on "
#define WORD_SHOWN 60
#define FACTS_MAX 1000000

/* ---- writing ---- */

static void write_body(struct strbuf *out, struct str body)
{
	while (body.p) {
		strbuf_adds(out, "  ");
		strbuf_add(out, str_cut(&body, '\n'));
		strbuf_addc(out, '\n');
	}
}

static bool begins_object(const struct schema_fact *f, const struct schema_fact *before)
{
	return !before || !schema_kind_is_of_table(f->kind) ||
		!str_eq(f->object, before->object);
}

void schema_text_write(struct strbuf *out, const struct schema *s, struct str written_on)
{
	const struct schema_fact *before = NULL;

	strbuf_adds(out, SCHEMA_MARK "\n");
	if (written_on.p)
		strbuf_addf(out, WRITTEN_ON "%.*s\n", STR_ARG(written_on));
	for (size_t i = 0; i < s->count; i++) {
		const struct schema_fact *f = &s->facts[i];

		if (f->kind != SCHEMA_DATABASE && begins_object(f, before))
			strbuf_addc(out, '\n');
		schema_add_line(out, f);
		strbuf_addc(out, '\n');
		if (f->body.p)
			write_body(out, f->body);
		before = f;
	}
}

/* ---- reading ---- */

struct reader {
	struct arena *arena;
	const struct source *source;
	struct schema *schema;
	struct error_list *errors;
	struct str line; /* the current one */
	size_t line_at;
	size_t at; /* in the line */
	struct error err;
};

static struct str rest_of_line(const struct reader *r)
{
	return str_sub(r->line, r->at, SIZE_MAX);
}

static struct span here(const struct reader *r, size_t n)
{
	return SPAN(r->line_at + r->at, n);
}

/* The word at the current place as it is typed, for messages. */
static struct str typed_word(const struct reader *r)
{
	struct str rest = rest_of_line(r);

	return str_sub(rest, 0, str_find_char(rest, ' '));
}

static struct str shown(struct str word)
{
	return str_sub(word, 0, WORD_SHOWN);
}

static void skip_blanks(struct reader *r)
{
	while (r->at < r->line.n && r->line.p[r->at] == ' ')
		r->at++;
}

/* @mysql>=8.0.13 */
static const char *const version_operators[] = { ">=", "<=", ">", "<" };

static bool read_version(struct str text, uint32_t *ret)
{
	uint32_t version = 0;
	unsigned parts = 0;

	while (text.p) {
		int64_t part;

		if (parts == 3 || !scan_int(str_cut(&text, '.'), 0, 255, &part))
			return false;
		version |= (uint32_t)part << (16 - 8 * parts++);
	}
	*ret = version;
	return parts > 0;
}

static bool read_operator(struct str text, struct schema_condition *c)
{
	if (text.n == 0)
		return true;
	for (size_t i = 0; i < ARRAY_SIZE(version_operators); i++) {
		struct str o = str_from(version_operators[i]);

		if (!str_starts_with(text, o))
			continue;
		memcpy(c->op, o.p, o.n + 1);
		return read_version(str_sub(text, o.n, SIZE_MAX), &c->version);
	}
	return false;
}

static bool read_server(struct str word, struct schema_condition *c)
{
	static const struct {
		const char *word;
		enum schema_server server;
	} servers[] = { { "@mysql", SCHEMA_MYSQL }, { "@mariadb", SCHEMA_MARIADB } };

	for (size_t i = 0; i < ARRAY_SIZE(servers); i++) {
		struct str name = str_from(servers[i].word);

		if (!str_starts_with(word, name))
			continue;
		c->server = servers[i].server;
		return read_operator(str_sub(word, name.n, SIZE_MAX), c);
	}
	return false;
}

static int read_condition(struct reader *r, struct schema_condition *ret)
{
	struct str word = typed_word(r);

	*ret = (struct schema_condition){ 0 };
	if (!str_starts_with(word, STR("@")))
		return 0;
	if (!read_server(word, ret)) {
		error_at(&r->err, ERR_PARSE, r->source, here(r, word.n),
			"'%.*s' names no server", STR_ARG(shown(word)));
		error_note(&r->err,
			"write @mysql, @mariadb, or one of them with a version: @mysql>=8.0.13");
		return -1;
	}
	r->at += word.n;
	skip_blanks(r);
	return 0;
}

static const char *nearest_kind(struct str word)
{
	const char *best = NULL;
	size_t least = 3;

	for (size_t i = 0; i < SCHEMA_KIND_COUNT; i++) {
		const char *kind = schema_kind_word((enum schema_kind)i);
		size_t edits = str_distance(word, str_from(kind), least);

		if (edits < least) {
			least = edits;
			best = kind;
		}
	}
	return best;
}

static int read_kind(struct reader *r, enum schema_kind *ret)
{
	struct str word = typed_word(r);
	const char *near = nearest_kind(word);

	if (schema_kind_find(word, ret)) {
		r->at += word.n;
		return 0;
	}
	error_at(&r->err, ERR_PARSE, r->source, here(r, word.n),
		"'%.*s' is no kind of fact", STR_ARG(shown(word)));
	if (near)
		error_note(&r->err, "did you mean '%s'?", near);
	else
		error_note(&r->err,
			"a line begins with database, table, order, column, index, foreign, view and the like");
	return -1;
}

static bool is_name_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		(c >= '0' && c <= '9') || c == '_' || c == '$';
}

static int read_quoted_name(struct reader *r, struct str *ret)
{
	struct str text = rest_of_line(r);
	char *bytes = arena_alloc(r->arena, text.n + 1);
	size_t n = 0;
	size_t i = 1;

	if (!bytes)
		return error_set_oom(&r->err);
	for (; i < text.n; i++) {
		if (text.p[i] == '`' && !(i + 1 < text.n && text.p[i + 1] == '`'))
			break;
		i += text.p[i] == '`';
		bytes[n++] = text.p[i];
	}
	if (i >= text.n)
		return error_at(&r->err, ERR_PARSE, r->source, here(r, 1),
			"the backtick is not closed");
	r->at += i + 1;
	*ret = str_make(bytes, n);
	return 0;
}

static int read_name(struct reader *r, const char *what, struct str *ret)
{
	struct str text = rest_of_line(r);
	size_t n = 0;

	if (str_starts_with(text, STR("`")))
		return read_quoted_name(r, ret);
	while (n < text.n && is_name_byte(text.p[n]))
		n++;
	if (n == 0) {
		error_at(&r->err, ERR_PARSE, r->source, here(r, 1), "expected %s", what);
		error_note(&r->err,
			"names with other characters than letters, digits, _ and $ stand in backticks");
		return -1;
	}
	r->at += n;
	*ret = str_sub(text, 0, n);
	return 0;
}

static int read_path(struct reader *r, struct schema_fact *f)
{
	if (f->kind == SCHEMA_DATABASE)
		return 0;
	skip_blanks(r);
	if (read_name(r, "a name", &f->object))
		return -1;
	if (!schema_kind_has_name(f->kind))
		return 0;
	if (!str_starts_with(rest_of_line(r), STR("."))) {
		error_at(&r->err, ERR_PARSE, r->source, here(r, 1),
			"expected a dot and the name of the %s",
			schema_kind_word(f->kind));
		error_note(&r->err, "write TABLE.NAME: %s outbox.payload",
			schema_kind_word(f->kind));
		return -1;
	}
	r->at++;
	return read_name(r, "a name behind the dot", &f->name);
}

/* The words of the rest with one blank between. */
static int read_rest(struct reader *r, struct str *ret)
{
	struct str text = rest_of_line(r);
	struct strbuf sb;
	int rc;

	if (text.n > 0 && text.p[0] != ' ')
		return error_at(&r->err, ERR_PARSE, r->source, here(r, 1),
			"expected a blank behind the name");
	strbuf_init(&sb, text.n + 1);
	while (text.p) {
		struct str word = schema_word(&text);

		if (word.n && sb.n)
			strbuf_addc(&sb, ' ');
		strbuf_add(&sb, word);
	}
	*ret = arena_str(r->arena, strbuf_str(&sb));
	rc = strbuf_failed(&sb) || !ret->p ? error_set_oom(&r->err) : 0;
	strbuf_release(&sb);
	return rc;
}

/* ---- what a fact must say ---- */

static bool has_word(struct str rest, const char *word)
{
	while (rest.p)
		if (str_is(schema_word(&rest), word))
			return true;
	return false;
}

static bool is_column(struct str rest)
{
	return has_word(rest, "null") || has_word(rest, "not-null");
}

static bool is_in_parentheses(struct str rest)
{
	return str_starts_with(schema_word(&rest), STR("("));
}

static bool is_foreign(struct str rest)
{
	return is_in_parentheses(rest) && has_word(rest, "->");
}

static bool is_not_empty(struct str rest)
{
	return rest.n > 0;
}

static bool is_settings(struct str rest)
{
	return rest.n == 0 || str_has_char(schema_word(&rest), '=');
}

static const struct shape {
	bool (*holds)(struct str rest); /* NULL: anything */
	const char *wanted;
} shapes[SCHEMA_KIND_COUNT] = {
	[SCHEMA_DATABASE] = { is_settings, "charset=NAME" },
	[SCHEMA_TABLE] = { is_settings, "engine=NAME charset=NAME" },
	[SCHEMA_ORDER] = { is_not_empty, "the columns in their order: id, name" },
	[SCHEMA_COLUMN] = { is_column,
		"a type and null or not-null: bigint unsigned not-null" },
	[SCHEMA_PRIMARY] = { is_in_parentheses, "columns in parentheses: (id)" },
	[SCHEMA_UNIQUE] = { is_in_parentheses, "columns in parentheses: (email)" },
	[SCHEMA_INDEX] = { is_in_parentheses, "columns in parentheses: (a, b desc)" },
	[SCHEMA_FULLTEXT] = { is_in_parentheses, "columns in parentheses: (text)" },
	[SCHEMA_SPATIAL] = { is_in_parentheses, "columns in parentheses: (place)" },
	[SCHEMA_FOREIGN] = { is_foreign, "(columns) -> table(columns)" },
	[SCHEMA_CHECK] = { is_in_parentheses,
		"an expression in parentheses: (total >= 0)" },
	[SCHEMA_TRIGGER] = { is_not_empty, "on TABLE before insert body=HASH" },
};

/* Quotes and parentheses are closed: a word that is not ends the line without its mate. */
static bool is_closed(struct str text)
{
	size_t depth = 0;

	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];

		if (c == '\'' || c == '`') {
			i++;
			while (i < text.n && text.p[i] != c)
				i += text.p[i] == '\\' && c == '\'' ? 2 : 1;
			if (i >= text.n)
				return false;
		}
		depth += c == '(';
		if (c == ')' && depth-- == 0)
			return false;
	}
	return depth == 0;
}

static int check_shape(struct reader *r, const struct schema_fact *f, struct span at)
{
	const struct shape *s = &shapes[f->kind];

	if (!is_closed(f->rest))
		return error_at(&r->err, ERR_PARSE, r->source, at,
			"a quote or a parenthesis has no mate");
	if (!s->holds || s->holds(f->rest))
		return 0;
	error_at(&r->err, ERR_PARSE, r->source, at, "this is not what a fact '%s' says",
		schema_kind_word(f->kind));
	error_note(&r->err, "expected %s", s->wanted);
	return -1;
}

static int read_fact(struct reader *r)
{
	struct schema_fact f = { .span = SPAN(r->line_at, r->line.n) };
	struct span at;

	skip_blanks(r);
	if (read_condition(r, &f.when) || read_kind(r, &f.kind) || read_path(r, &f))
		return -1;
	at = here(r, 0);
	if (read_rest(r, &f.rest))
		return -1;
	if (f.rest.n)
		at = SPAN(at.at + 1, r->line.n > r->at ? r->line.n - r->at - 1 : 0);
	if (check_shape(r, &f, at))
		return -1;
	if (r->schema->count >= FACTS_MAX)
		return error_at(&r->err, ERR_LIMIT, r->source, f.span,
			"a contract has at most %d facts", FACTS_MAX);
	schema_add(r->schema, &f);
	return 0;
}

/* ---- lines ---- */

static bool may_have_body(const struct schema_fact *f)
{
	return f->kind >= SCHEMA_VIEW;
}

static bool is_body_line(struct str line)
{
	return str_starts_with(line, STR("  ")) && str_trim(line).n > 0;
}

static void set_line(struct reader *r, size_t number)
{
	r->line = source_line(r->source, number);
	r->line_at = r->source->line_starts[number - 1];
	r->at = 0;
}

/* The lines of text of the fact above, from *number on, which is left at the last of them. */
static int read_body(struct reader *r, size_t *number)
{
	struct schema_fact *f = r->schema->count ?
		&r->schema->facts[r->schema->count - 1] :
		NULL;
	struct strbuf sb;
	int rc;

	if (!f || !may_have_body(f) || f->body.p) {
		error_at(&r->err, ERR_PARSE, r->source, SPAN(r->line_at, r->line.n),
			"an indented line is the text of a view, trigger, routine or event above it");
		error_note(&r->err, "facts begin at the start of the line");
		return -1;
	}
	strbuf_init(&sb, r->source->text.n + 1);
	strbuf_add(&sb, str_sub(r->line, 2, SIZE_MAX));
	while (*number < r->source->nlines &&
		str_starts_with(source_line(r->source, *number + 1), STR("  "))) {
		set_line(r, ++*number);
		strbuf_addc(&sb, '\n');
		strbuf_add(&sb, str_sub(r->line, 2, SIZE_MAX));
	}
	f->body = arena_str(r->arena, strbuf_str(&sb));
	rc = strbuf_failed(&sb) || !f->body.p ? error_set_oom(&r->err) : 0;
	strbuf_release(&sb);
	return rc;
}

static int read_line(struct reader *r, size_t *number)
{
	if (str_starts_with(r->line, STR("#")) || str_trim(r->line).n == 0)
		return 0;
	return is_body_line(r->line) ? read_body(r, number) : read_fact(r);
}

static int check_mark(struct reader *r)
{
	struct str first = source_line(r->source, 1);

	if (str_is(str_trim(first), SCHEMA_MARK))
		return 0;
	error_at(&r->err, ERR_PARSE, r->source, SPAN(0, first.n),
		"this is no schema contract");
	error_note(&r->err,
		"the first line must be '%s'; `postflight schema dump` writes one",
		SCHEMA_MARK);
	return -1;
}

static void note_heading(struct reader *r, struct schema_contract *c)
{
	struct str mark = STR(WRITTEN_ON);

	if (str_starts_with(r->line, mark))
		c->written_on = str_trim(str_sub(r->line, mark.n, SIZE_MAX));
}

static void read_lines(struct reader *r, struct schema_contract *c)
{
	for (size_t i = 2; i <= r->source->nlines; i++) {
		set_line(r, i);
		note_heading(r, c);
		if (read_line(r, &i))
			error_list_add(r->errors, &r->err);
	}
}

static bool overlap(const struct schema_condition *a, const struct schema_condition *b)
{
	return a->server == b->server && strcmp(a->op, b->op) == 0 &&
		a->version == b->version;
}

/* Of two facts with one name nobody knows which holds. */
static void check_repeated(struct reader *r)
{
	for (size_t i = 1; i < r->schema->count; i++) {
		const struct schema_fact *f = &r->schema->facts[i];
		const struct schema_fact *first = f - 1;

		if (schema_fact_cmp(f, first) || !overlap(&f->when, &first->when))
			continue;
		error_at(&r->err, ERR_PARSE, r->source,
			f->span.at > first->span.at ? f->span : first->span,
			"this %s is there twice", schema_kind_word(f->kind));
		error_list_add(r->errors, &r->err);
	}
}

static int check_text(struct reader *r)
{
	size_t bad = utf8_check(r->source->text);

	return bad == SIZE_MAX ? 0 :
				 error_at(&r->err, ERR_PARSE, r->source, SPAN(bad, 1),
					 "a contract is UTF-8, and this byte is not");
}

int schema_text_parse(struct arena *a, const struct source *source,
	struct schema_contract *ret, struct error_list *errors)
{
	struct schema_contract c = { .source = source };
	struct reader r = {
		.arena = a, .source = source, .schema = &c.schema, .errors = errors
	};
	size_t before = error_list_total(errors);

	schema_init(&c.schema, a);
	if (check_text(&r) || check_mark(&r)) {
		error_list_add(errors, &r.err);
		return -1;
	}
	read_lines(&r, &c);
	schema_sort(&c.schema);
	check_repeated(&r);
	if (arena_failed(a)) {
		error_set_oom(&r.err);
		error_list_add(errors, &r.err);
	}
	if (error_list_total(errors) > before)
		return -1;
	*ret = c;
	return 0;
}
