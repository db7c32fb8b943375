/*
 * Metadata in comments: `key: value` lines of a block, the same words in # and in -- comments.
 */
#include "harness/lang/grammar.h"

#include "harness/base/scan.h"

/* The keys there are in suites, and where they belong. */
static const struct meta_key {
	const char *name;
	unsigned places;		/* set of meta_place */
} meta_keys[] = {
	{ "suite", META_FILE },
	{ "variable", META_FILE },
	{ "continue", META_FILE },
	{ "test", META_ENTRY },
	{ "tags", META_FILE | META_ENTRY },
	{ "severity", META_FILE | META_ENTRY },
	{ "why", META_FILE | META_ENTRY },
	{ "fix", META_FILE | META_ENTRY },
	{ "owner", META_FILE | META_ENTRY },
	{ "accept", META_FILE | META_ENTRY },
	{ "needs", META_FILE | META_ENTRY },
};

static const struct meta_key *find_key(struct str name)
{
	for (size_t i = 0; i < ARRAY_SIZE(meta_keys); i++)
		if (str_is(name, meta_keys[i].name))
			return &meta_keys[i];
	return NULL;
}

static const char *near_key(struct str name)
{
	for (size_t limit = 1; limit <= 2; limit++)
		for (size_t i = 0; i < ARRAY_SIZE(meta_keys); i++)
			if (str_distance(name, str_from(meta_keys[i].name), 3) <= limit)
				return meta_keys[i].name;
	return NULL;
}

static struct span trim_span(const struct cursor *c, struct span span)
{
	struct str text = str_trim(cursor_text(c, span));

	return text.n ? SPAN((size_t)(text.p - c->source->text.p), text.n) : SPAN(span.at, 0);
}

bool meta_split(const struct cursor *c, struct span line, struct str *ret_key, struct span *ret_value)
{
	struct cursor at = *c;

	at.at = line.at;
	at.end = line.at + line.n;
	cursor_blanks(&at);
	struct str key = cursor_take_word(&at);
	if (key.n == 0 || key.p[0] < 'a' || key.p[0] > 'z' || !cursor_take(&at, ":"))
		return false;
	if (at.at < at.end && cursor_peek(&at) != ' ' && cursor_peek(&at) != '\t')
		return false;
	*ret_key = key;
	*ret_value = trim_span(c, SPAN(at.at, at.end - at.at));
	return true;
}

/* ---- values ---- */

VEC(str_vec, struct str);
VEC(requirement_vec, struct requirement);

/* The next item of a comma-separated list, trimmed; its span. False at the end. */
static bool next_item(const struct cursor *c, struct span *rest, struct span *ret)
{
	size_t comma;

	if (rest->n == SIZE_MAX)
		return false;
	comma = str_find_char(cursor_text(c, *rest), ',');
	*ret = trim_span(c, SPAN(rest->at, comma == SIZE_MAX ? rest->n : comma));
	if (comma == SIZE_MAX)
		rest->n = SIZE_MAX;
	else
		*rest = SPAN(rest->at + comma + 1, rest->n - comma - 1);
	return true;
}

/* tags = tag ( "," tag )* ; those of several lines add up */
static int meta_tags(struct cursor *c, struct span value, struct meta *meta)
{
	struct str_vec tags = { 0 };
	struct span item;

	for (size_t i = 0; i < meta->ntags; i++) {
		struct str *kept = VEC_PUSH(c->arena, &tags);
		if (!kept)
			return cursor_oom(c);
		*kept = meta->tags[i];
	}
	while (next_item(c, &value, &item)) {
		struct str *kept = item.n ? VEC_PUSH(c->arena, &tags) : NULL;
		if (item.n && !kept)
			return cursor_oom(c);
		if (kept)
			*kept = cursor_text(c, item);
	}
	meta->tags = tags.items;
	meta->ntags = tags.count;
	return 0;
}

static int meta_severity(struct cursor *c, struct span value, struct meta *meta)
{
	struct str text = cursor_text(c, value);

	if (!str_is(text, "warn") && !str_is(text, "fail"))
		return cursor_fail(c, value, "severity is 'fail' or 'warn'");
	meta->has_severity = true;
	meta->is_warning = str_is(text, "warn");
	return 0;
}

/* accept = ticket "until" date */
static int meta_accept(struct cursor *c, struct span value, struct meta *meta)
{
	struct acceptance *a = arena_zalloc(c->arena, sizeof(*a));
	struct str text = cursor_text(c, value);
	size_t until = str_find(text, STR(" until "));

	if (!a)
		return cursor_oom(c);
	if (until == SIZE_MAX)
		return cursor_fail(c, value, "accept needs a ticket and a last day: TICKET until 2026-12-15");
	a->ticket = str_trim(str_sub(text, 0, until));
	a->until = str_trim(str_sub(text, until + 7, text.n));
	a->span = value;
	if (a->ticket.n == 0)
		return cursor_fail(c, value, "accept needs the name of a ticket before 'until'");
	if (!scan_date_us(a->until, &a->until_wall_us))
		return cursor_fail(c, SPAN((size_t)(a->until.p - c->source->text.p), a->until.n),
				   "expected a day such as 2026-12-15 behind 'until'");
	meta->accept = a;
	return 0;
}

/* version = digits ( "." digits ( "." digits )? )? */
static bool read_version(struct str text, uint32_t *ret)
{
	uint32_t version = 0;

	for (int shift = 16; shift >= 0; shift -= 8) {
		uint64_t part = 0;
		size_t n = scan_digits(text, &part);
		if (n == 0 || part > (shift == 16 ? 0xffffu : 0xffu))
			return false;
		version |= (uint32_t)part << shift;
		text = str_sub(text, n, text.n);
		if (text.n == 0)
			break;
		if (text.p[0] != '.' || shift == 0)
			return false;
		text = str_sub(text, 1, text.n);
	}
	*ret = version;
	return true;
}

/* server = ( "mysql" | "mariadb" ) op version ; op = ">=" | "<=" | ">" | "<" | "==" | "=" */
static bool need_server(struct cursor *at, struct requirement *r)
{
	static const struct {
		const char *symbol;
		enum cell_order op;
	} ops[] = { { ">=", CELL_GE }, { "<=", CELL_LE }, { ">", CELL_GT }, { "<", CELL_LT }, { "==", CELL_NE }, { "=", CELL_NE } };

	if (!str_is(r->name, "mysql") && !str_is(r->name, "mariadb"))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(ops); i++) {
		if (!cursor_take(at, ops[i].symbol))
			continue;
		cursor_blanks(at);
		r->kind = NEEDS_SERVER_VERSION;
		r->op = ops[i].op;
		return read_version(cursor_rest(at), &r->version);
	}
	return false;
}

/* need = name | "write" | server */
static bool read_need(const struct cursor *c, struct span item, struct requirement *r)
{
	struct cursor at = *c;

	at.at = item.at;
	at.end = item.at + item.n;
	*r = (struct requirement){ .text = cursor_text(c, item), .span = item };
	r->name = cursor_take_word(&at);
	if (r->name.n == 0 || r->name.p[0] < 'a' || r->name.p[0] > 'z')
		return false;
	if (at.at == at.end) {
		r->kind = str_is(r->name, "write") ? NEEDS_WRITE : NEEDS_CONNECTION;
		return !str_is(r->name, "mysql") && !str_is(r->name, "mariadb");
	}
	cursor_blanks(&at);
	return need_server(&at, r);
}

/* needs = need ( "," need )* */
static int meta_needs(struct cursor *c, struct span value, struct meta *meta)
{
	struct requirement_vec needs = { 0 };
	struct span item;

	for (size_t i = 0; i < meta->nneeds; i++) {
		struct requirement *kept = VEC_PUSH(c->arena, &needs);
		if (!kept)
			return cursor_oom(c);
		*kept = meta->needs[i];
	}
	while (next_item(c, &value, &item)) {
		struct requirement *kept = VEC_PUSH(c->arena, &needs);
		if (!kept)
			return cursor_oom(c);
		if (!read_need(c, item, kept))
			return cursor_fail(c, item,
					   "needs names connections (database, redis, http, ...), 'write', or a server such as mariadb >= 10.6");
	}
	meta->needs = needs.items;
	meta->nneeds = needs.count;
	return 0;
}

/* variable = name ( blank* "=" blank* default )? */
int grammar_variable_default(struct cursor *c, struct span value, struct variable_default *ret)
{
	struct variable_default v = { .span = value };
	size_t n = variable_name_length(cursor_text(c, value));
	struct span rest = trim_span(c, SPAN(value.at + n, value.n - n));

	if (n == 0)
		return cursor_fail(c, value.n ? SPAN(value.at, 1) : value, "expected the name of a variable: variable: name = default");
	v.name = str_sub(c->source->text, value.at, n);
	if (is_reserved_name(v.name))
		return cursor_fail(c, SPAN(value.at, n), "'%.*s' is a function and needs no default", STR_ARG(v.name));
	if (rest.n) {
		if (c->source->text.p[rest.at] != '=')
			return cursor_fail(c, SPAN(rest.at, 1), "expected '=' and a default behind the variable '%.*s'", STR_ARG(v.name));
		rest = trim_span(c, SPAN(rest.at + 1, rest.n - 1));
		if (template_parse(c->arena, c->source, rest, ESCAPES_NONE, c->extended, &v.text, c->err))
			return -1;
	}
	*ret = v;
	return 0;
}

static int set_text(struct cursor *c, struct str key, struct span value, struct meta *meta)
{
	struct str text = cursor_text(c, value);

	if (text.n == 0)
		return cursor_fail(c, SPAN(value.at, 0), "expected a text behind '%.*s:'", STR_ARG(key));
	if (str_is(key, "why"))
		meta->why = text;
	else if (str_is(key, "fix"))
		meta->fix = text;
	else
		meta->owner = text;
	return 0;
}

int grammar_meta_value(struct cursor *c, struct str key, struct span value, bool lenient, struct meta *meta, bool *ret_known)
{
	static const struct {
		const char *key;
		int (*read)(struct cursor *, struct span, struct meta *);
	} readers[] = {
		{ "tags", meta_tags }, { "severity", meta_severity }, { "accept", meta_accept }, { "needs", meta_needs },
	};

	*ret_known = true;
	for (size_t i = 0; i < ARRAY_SIZE(readers); i++) {
		if (!str_is(key, readers[i].key))
			continue;
		struct meta before = *meta;
		if (readers[i].read(c, value, meta) == 0)
			return 0;
		if (!lenient || arena_failed(c->arena))
			return -1;
		*meta = before;		/* its value is none of ours: prose */
		*ret_known = false;
		return 0;
	}
	if (str_is(key, "why") || str_is(key, "fix") || str_is(key, "owner"))
		return set_text(c, key, value, meta);
	*ret_known = false;
	return 0;
}

/* ---- blocks ---- */

static int file_key(struct cursor *c, struct str key, struct span value, struct file_meta *file)
{
	if (str_is(key, "suite")) {
		if (value.n == 0)
			return cursor_fail(c, value, "expected a name behind 'suite:'");
		file->name = cursor_text(c, value);
		return 0;
	}
	if (str_is(key, "continue")) {
		if (!scan_bool(cursor_text(c, value), &file->continue_on_error))
			return cursor_fail(c, value, "the file key 'continue' is true or false");
		return 0;
	}
	struct variable_default *v = VEC_PUSH(c->arena, &file->variables);
	return v ? grammar_variable_default(c, value, v) : cursor_oom(c);
}

static int entry_title(struct cursor *c, struct span value, struct meta *meta)
{
	if (value.n == 0)
		return cursor_fail(c, value, "expected a title behind 'test:'");
	meta->title = cursor_text(c, value);
	meta->title_span = value;
	return 0;
}

static void keep_prose(const struct cursor *c, struct span line, struct str *prose)
{
	struct str text = str_trim(cursor_text(c, line));

	if (!prose->n && text.n)
		*prose = text;
}

/* Where a line stands, and what is made of it. */
struct meta_sink {
	enum meta_place place;
	enum file_type type;
	struct meta *meta;
	struct file_meta *file;
	struct str *prose;
};

/* What a key that is not taken here may have been meant as. */
static void warn_of_key(struct cursor *c, const struct meta_sink *to, const struct meta_key *row, struct str key)
{
	struct span at = SPAN((size_t)(key.p - c->source->text.p), key.n);

	if (row)
		cursor_warn(c, at, "'%s' describes %s, so it is ignored here", row->name,
			    to->place == META_FILE ? "an entry and stands directly above it" : "the file and stands above an empty line");
	else if (near_key(key))
		cursor_warn(c, at, "unknown key '%.*s' is read as prose; did you mean '%s'?", STR_ARG(key), near_key(key));
}

/* A key that files and entries share; in Hurl's own files `needs:` may stand in plain words. */
static int shared_key(struct cursor *c, const struct meta_sink *to, struct str key, struct span value, struct span line)
{
	bool lenient = to->type == FILE_HURL && (str_is(key, "needs") || str_is(key, "severity"));
	bool known = true;

	if (grammar_meta_value(c, key, value, lenient, to->meta, &known))
		return -1;
	if (!known)
		keep_prose(c, line, to->prose);
	return 0;
}

/* One line: a known key in its place, or prose. */
static int meta_line(struct cursor *c, const struct meta_sink *to, struct span line)
{
	struct str key;
	struct span value;
	const struct meta_key *row = NULL;
	bool has_key = meta_split(c, line, &key, &value);

	if (has_key)
		row = find_key(key);
	if (has_key && (!row || !(row->places & to->place)))
		warn_of_key(c, to, row, key);
	if (!row || (to->type == FILE_HURL && value.n == 0 && (row->places & to->place))) {
		keep_prose(c, line, to->prose);
		return 0;
	}
	if (!(row->places & to->place))
		return 0;
	if (row->places == META_FILE)
		return file_key(c, key, value, to->file);
	return row->places == META_ENTRY ? entry_title(c, value, to->meta) : shared_key(c, to, key, value, line);
}

int grammar_meta(struct cursor *c, enum meta_place place, enum file_type type, const struct span_vec *block,
		 struct meta *meta, struct file_meta *file, struct str *prose)
{
	const struct meta_sink to = { .place = place, .type = type, .meta = meta, .file = file, .prose = prose };

	for (size_t i = 0; i < block->count; i++)
		if (meta_line(c, &to, block->items[i]))
			return -1;
	return 0;
}
