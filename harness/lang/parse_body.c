/*
 * Bodies of requests, and expected bodies of responses.
 */
#include "harness/lang/grammar.h"

#include "harness/value/xml.h"

/* body-start = "```" | "`" | JSON | "<" | "base64," | "hex," | "file," */
bool grammar_sees_body(const struct cursor *c)
{
	char ch = cursor_peek(c);

	return ch == '`' || ch == '<' || grammar_sees_json(c) || cursor_sees(c, "base64,") ||
	       cursor_sees(c, "hex,") || cursor_sees(c, "file,");
}

static int body_json(struct cursor *c, struct body *b)
{
	struct json_template json;
	size_t start = c->at;

	if (grammar_json(c, false, &json))
		return -1;
	b->kind = BODY_JSON;
	b->span = cursor_span(c, start);
	b->text = json.text;
	b->json_holes = json.holes;
	return 0;
}

/* xml = markup, up to where its root element closes */
static int body_xml(struct cursor *c, struct body *b)
{
	struct error why;
	size_t length, at = 0;

	if (xml_scan(cursor_rest(c), &length, &at, &why))
		return cursor_fail(c, SPAN(c->at + at, 1), "invalid XML body: %s", why.message);
	b->kind = BODY_XML;
	b->span = SPAN(c->at, length);
	b->raw = cursor_text(c, b->span);
	c->at += length;
	return 0;
}

/* The offset of the line that starts with the word `variables`, or SIZE_MAX. */
static size_t find_variables(struct str content)
{
	size_t at = 0;

	while (at < content.n) {
		struct str line = str_sub(content, at, content.n);
		struct str trimmed = str_trim_blanks(line);
		struct str rest = str_sub(trimmed, 9, trimmed.n);
		if (str_starts_with(trimmed, STR("variables")) && rest.n &&
		    str_starts_with(str_trim_blanks(rest), STR("{")))
			return at;
		size_t end = str_find_char(line, '\n');
		if (end == SIZE_MAX)
			break;
		at += end + 1;
	}
	return SIZE_MAX;
}

/* variables = "variables" blank* object, then only white space up to the fence */
static int graphql_variables(struct cursor *c, struct span content, size_t from, struct body *b)
{
	struct cursor v = *c;
	struct json_template json;

	v.at = content.at + from;
	v.end = content.at + content.n;
	cursor_blanks(&v);
	(void)cursor_take(&v, "variables");	/* found there before */
	cursor_blanks(&v);
	if (grammar_json(&v, true, &json))
		return -1;
	b->graphql_variables = json.text;
	b->graphql_holes = json.holes;
	while (cursor_peek(&v) && strchr(" \t\r\n", cursor_peek(&v)))
		v.at++;
	if (v.at < v.end)
		return cursor_fail(c, cursor_here(&v), "only ``` may follow the variables of a GraphQL body");
	return 0;
}

/* graphql = query variables? */
static int body_graphql(struct cursor *c, struct span content, struct body *b)
{
	struct str text = cursor_text(c, content);
	size_t variables = find_variables(text);
	struct str query = str_trim(str_sub(text, 0, variables == SIZE_MAX ? text.n : variables));
	size_t at = query.n ? (size_t)(query.p - c->source->text.p) : content.at;

	b->kind = BODY_TEXT;
	if (variables != SIZE_MAX && graphql_variables(c, content, variables, b))
		return -1;
	return template_parse(c->arena, c->source, SPAN(at, query.n), ESCAPES_NONE, c->extended, &b->text, c->err);
}

static int body_raw(struct cursor *c, struct body *b)
{
	struct template *t = arena_zalloc(c->arena, sizeof(*t));
	const struct template *constant = template_constant(c->arena, cursor_text(c, b->span));

	if (!t || !constant)
		return cursor_oom(c);
	*t = *constant;
	t->span = b->span;
	b->text = t;
	b->kind = BODY_TEXT;
	return 0;
}

static int body_sql(struct cursor *c, struct body *b)
{
	if (b->hint.n && !str_is(b->hint, "sql"))
		return cursor_fail(c, SPAN((size_t)(b->hint.p - c->source->text.p), b->hint.n),
				   "expected the hint 'sql' or none behind ``` of a statement");
	b->kind = BODY_SQL;
	b->raw = cursor_text(c, b->span);
	return 0;
}

/* lines = "```" LT ( text LT )* "```" */
static int body_lines(struct cursor *c, struct body *b)
{
	if (b->hint.n)
		return cursor_fail(c, SPAN((size_t)(b->hint.p - c->source->text.p), b->hint.n),
				   "expected nothing behind the ``` of a list of names");
	b->kind = BODY_TEXT;
	return template_parse(c->arena, c->source, b->span, ESCAPES_NONE, c->extended, &b->text, c->err);
}

static int body_fence(struct cursor *c, unsigned allowed, struct body *b)
{
	struct fence f;

	if (grammar_fence(c, &f))
		return -1;
	b->span = f.content;
	b->hint = f.hint;
	if (allowed & BODY_ALLOWED_SQL)
		return body_sql(c, b);
	if (allowed & BODY_ALLOWED_LINES)
		return body_lines(c, b);
	if (str_is(f.hint, "raw"))
		return body_raw(c, b);
	if (str_is(f.hint, "graphql"))
		return body_graphql(c, f.content, b);
	b->kind = BODY_TEXT;
	return template_parse(c->arena, c->source, f.content, f.escape ? ESCAPES_STRING : ESCAPES_NONE,
			      c->extended, &b->text, c->err);
}

/* one line of SQL = "`" any character but "`" "`" : no escapes, so that LIKE '\_' is as it stands */
static int body_sql_line(struct cursor *c, struct body *b)
{
	size_t open = c->at++;
	size_t n = str_find_char(cursor_rest(c), '`');

	if (n == SIZE_MAX || str_find_char(str_sub(c->source->text, c->at, n), '\n') != SIZE_MAX)
		return cursor_fail(c, SPAN(open, 1), "this ` of a one-line statement is not closed on its line");
	b->span = SPAN(c->at, n);
	c->at += n + 1;
	return body_sql(c, b);
}

/* one line = "`" text "`" */
static int body_line(struct cursor *c, unsigned allowed, struct body *b)
{
	if (allowed & BODY_ALLOWED_SQL)
		return body_sql_line(c, b);
	if (cursor_quoted(c, '`', &b->span))
		return -1;
	b->kind = BODY_TEXT;
	return template_parse(c->arena, c->source, b->span, ESCAPES_STRING, c->extended, &b->text, c->err);
}

static int body_file(struct cursor *c, struct body *b)
{
	if (grammar_file(c, &b->text))
		return -1;
	b->kind = BODY_FILE;
	b->span = b->text->span;
	return 0;
}

static int body_bytes(struct cursor *c, struct body *b)
{
	b->kind = cursor_sees(c, "hex,") ? BODY_HEX : BODY_BASE64;
	return b->kind == BODY_HEX ? grammar_hex(c, &b->raw, &b->span) : grammar_base64(c, &b->raw, &b->span);
}

/* "a statement stands in ..." for what is no body of this kind. Always -1. */
static int fail_form(const struct cursor *c, unsigned allowed)
{
	const char *where = allowed & BODY_ALLOWED_SQL ? "a statement stands in a ```sql block, in `...` on one line, or in file,NAME;" :
		allowed & BODY_ALLOWED_LINES ? "the names stand in a ``` block, one a line, or in file,NAME;" :
		"expected file,NAME; here";

	return cursor_fail(c, cursor_here(c), "%s", where);
}

/* The form that starts here. */
static int body_form(struct cursor *c, unsigned allowed, struct body *b)
{
	if (cursor_sees(c, "file,"))
		return body_file(c, b);
	if (cursor_sees(c, "```") && allowed != BODY_ALLOWED_FILE)
		return body_fence(c, allowed, b);
	if (cursor_peek(c) == '`' && (allowed & (BODY_ALLOWED_SQL | BODY_ALLOWED_HTTP)))
		return body_line(c, allowed, b);
	if (!(allowed & BODY_ALLOWED_HTTP))
		return fail_form(c, allowed);
	if (cursor_peek(c) == '<')
		return body_xml(c, b);
	if (cursor_sees(c, "hex,") || cursor_sees(c, "base64,"))
		return body_bytes(c, b);
	return body_json(c, b);
}

/* body = fence | one line | JSON | XML | base64 | hex | file, then LT */
int grammar_body(struct cursor *c, unsigned allowed, struct body *ret, bool *ret_found)
{
	struct cursor next = *c;
	struct body b = { .hint = STR("") };

	cursor_skip_lines(&next);
	if (!grammar_sees_body(&next)) {
		*ret_found = false;
		return 0;
	}
	if (!allowed)
		return cursor_fail(&next, cursor_here(&next), "this entry takes no body");
	if (body_form(&next, allowed, &b) || cursor_end_line(&next, "a body"))
		return -1;
	*c = next;
	*ret = b;
	*ret_found = true;
	return 0;
}
