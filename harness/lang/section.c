/*
 * Section headings: [Name] alone on a line.
 */
#include "harness/lang/grammar.h"

static const struct section_row rows[] = {
	{ "Options", SECTION_OPTIONS, false, false, false },
	{ "Query", SECTION_QUERY, false, true, false },
	{ "QueryStringParams", SECTION_QUERY, false, true, false },
	{ "Form", SECTION_FORM, false, true, false },
	{ "FormParams", SECTION_FORM, false, true, false },
	{ "Multipart", SECTION_MULTIPART, false, true, false },
	{ "MultipartFormData", SECTION_MULTIPART, false, true, false },
	{ "Cookies", SECTION_COOKIES, false, true, false },
	{ "BasicAuth", SECTION_BASIC_AUTH, false, true, false },
	{ "Captures", SECTION_CAPTURES, true, false, false },
	{ "Asserts", SECTION_ASSERTS, true, false, false },
	{ "Prefers", SECTION_PREFERS, true, false, true },
	{ "Metrics", SECTION_METRICS, true, false, true },
};

static const struct section_row *find(struct str name)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (str_is(name, rows[i].name))
			return &rows[i];
	return NULL;
}

/* [1] and [true] may have been meant as a body. */
static bool is_json_value(struct str name)
{
	return (name.n && name.p[0] >= '0' && name.p[0] <= '9') || str_is(name, "true") || str_is(name, "false") ||
	       str_is(name, "null");
}

static int fail_unknown(const struct cursor *c, struct span span)
{
	struct str name = cursor_text(c, span);
	const char *near = NULL;
	size_t best = 3;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		size_t d = str_distance(name, str_from(rows[i].name), 3);
		if (d < best) {
			best = d;
			near = rows[i].name;
		}
	}
	if (near)
		return cursor_fail(c, SPAN(span.at, 1), "unknown section '[%.*s]'; did you mean '[%s]'?", STR_ARG(name), near);
	return cursor_fail(c, SPAN(span.at, 1), "unknown section '[%.*s]'; %s", STR_ARG(name), is_json_value(name)
			   ? "a JSON list of one such value is written '[ 1 ]'"
			   : "a request has [Options], [Query], [Form] and others, a response [Captures] and [Asserts]");
}

/* Does the section belong here? */
static int check_place(const struct cursor *c, struct span span, const struct section_row *row, bool in_response,
		       bool is_http)
{
	if (row->extension && !c->extended)
		return cursor_fail_extension(c, span, "section", str_from(row->name));
	if (row->http_only && !is_http)
		return cursor_fail(c, span, "section [%s] belongs to HTTP requests only", row->name);
	if (row->in_response && !in_response)
		return cursor_fail(c, span, "section [%s] stands behind a response line such as HTTP 200", row->name);
	if (!row->in_response && in_response)
		return cursor_fail(c, span, "section [%s] belongs to the request, above the response line", row->name);
	return 0;
}

/* heading = "[" ( letter | digit )+ "]" : once it looks like one it is one */
static bool sees_heading(const struct cursor *c, struct span *ret_name)
{
	size_t n = 0;

	if (cursor_peek(c) != '[')
		return false;
	while (cursor_peek_at(c, n + 1) && (unsigned char)cursor_peek_at(c, n + 1) < 0x80 &&
	       is_letter_or_digit((uint32_t)cursor_peek_at(c, n + 1)))
		n++;
	*ret_name = SPAN(c->at + 1, n);
	return n > 0 && cursor_peek_at(c, n + 1) == ']';
}

int grammar_section(struct cursor *c, bool in_response, bool is_http, unsigned *seen, const struct section_row **ret)
{
	struct cursor next = *c;
	const struct section_row *row;
	struct span name;

	cursor_skip_lines(&next);
	*ret = NULL;
	if (!sees_heading(&next, &name))
		return 0;
	row = find(cursor_text(c, name));
	if (!row)
		return fail_unknown(c, name);
	if (check_place(c, name, row, in_response, is_http))
		return -1;
	if (*seen & 1u << (row - rows))
		return cursor_fail(c, SPAN(next.at, 1), "section [%s] stands here a second time", row->name);
	*seen |= 1u << (row - rows);
	next.at = name.at + name.n + 1;
	if (cursor_end_line(&next, "the heading of a section"))
		return -1;
	*c = next;
	*ret = row;
	return 0;
}
