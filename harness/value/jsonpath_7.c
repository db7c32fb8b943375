/* The grammar that Hurl 7 reads; its rules stand above the functions. Blanks are free after each token. */
#include "harness/value/jsonpath_ast.h"

#include "harness/base/scan.h"
#include "harness/value/number.h"

static void skip_blanks(struct path_parser *p)
{
	while (path_peek(p, 0) == ' ' || path_peek(p, 0) == '\t')
		p->at++;
}

static bool take(struct path_parser *p, const char *token)
{
	if (!path_take(p, token))
		return false;
	skip_blanks(p);
	return true;
}

static bool is_digit(int c)
{
	return c >= '0' && c <= '9';
}

static bool is_name_char(int c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) ||
		c == '_' || c >= 0x80;
}

/* name = letters, digits, "_" and, where `dash`, "-"; a digit first only there too */
static bool parse_name(struct path_parser *p, bool dash, struct str *ret)
{
	size_t start = p->at;

	if (!dash && is_digit(path_peek(p, 0)))
		return path_fail(p, "a name");
	while (is_name_char(path_peek(p, 0)) || (dash && path_peek(p, 0) == '-'))
		p->at++;
	if (p->at == start)
		return path_fail(p, "a name");
	*ret = str_make(p->text.p + start, p->at - start);
	skip_blanks(p);
	return true;
}

/* text = "'" ( character | "\'" )* "'" */
static bool parse_text(struct path_parser *p, struct str *ret)
{
	char *to = arena_alloc(p->a, p->text.n - p->at + 1);
	size_t n = 0;

	if (!to) {
		p->no_memory = true;
		return false;
	}
	for (p->at++; path_peek(p, 0) != '\''; p->at++) {
		if (path_peek(p, 0) < 0)
			return path_fail(p, "\"'\" at the end of the text");
		if (path_peek(p, 0) == '\\' && path_peek(p, 1) != '\'')
			return path_fail(p, "\"\\'\", the only escape");
		if (path_peek(p, 0) == '\\')
			p->at++;
		to[n++] = p->text.p[p->at];
	}
	p->at++;
	skip_blanks(p);
	*ret = str_make(to, n);
	return true;
}

static bool parse_int(struct path_parser *p, int64_t *ret)
{
	size_t start = p->at;

	if (path_peek(p, 0) == '-')
		p->at++;
	while (is_digit(path_peek(p, 0)))
		p->at++;
	if (!scan_int(str_make(p->text.p + start, p->at - start), INT64_MIN, INT64_MAX,
		    ret)) {
		p->at = start;
		return path_fail(p, "an integer");
	}
	skip_blanks(p);
	return true;
}

/* ---- tests ---- */

static bool parse_literal(struct path_parser *p, const struct value **ret)
{
	struct str rest = str_sub(p->text, p->at, SIZE_MAX);
	struct str text;
	bool integer;
	size_t n = 0;

	if (path_peek(p, 0) == '\'') {
		if (!parse_text(p, &text))
			return false;
		*ret = value_string(p->a, text);
	} else if (take(p, "true")) {
		*ret = value_bool(true);
	} else if (take(p, "false")) {
		*ret = value_bool(false);
	} else if (number_scan(rest, false, &n, &integer) &&
		number_parse(p->a, str_sub(rest, 0, n), false, ret)) {
		p->at += n;
		skip_blanks(p);
	} else {
		return path_fail(p, "a number, a text in single quotes, true or false");
	}
	p->no_memory |= !*ret;
	return *ret != NULL;
}

/* test = "@." name ( "." name )* ( op literal )? */
static bool parse_test(struct path_parser *p, struct expr *e)
{
	struct segment **tail = &e->path.first;
	struct expr *literal;

	if (!take(p, "@"))
		return path_fail(p, "'@'");
	while (take(p, ".")) {
		struct segment *s = path_add_segment(p, &tail, false);
		struct selector **selectors = s ? &s->selectors : NULL;
		struct selector *name = s ?
			path_add_selector(p, &selectors, SELECT_NAME) :
			NULL;

		if (!name || !parse_name(p, false, &name->name))
			return false;
	}
	if (!e->path.first)
		return path_fail(p, "'.' and a name");
	e->path.relative = true;
	e->kind = EXPR_EXISTS;
	if (!path_take_op(p, &e->op))
		return true;
	skip_blanks(p);
	e->kind = EXPR_COMPARE_STRICT;
	literal = arena_zalloc(p->a, sizeof(*literal));
	if (!literal) {
		p->no_memory = true;
		return false;
	}
	literal->kind = EXPR_LITERAL;
	e->right = literal;
	return parse_literal(p, &literal->literal);
}

static bool parse_filter(struct path_parser *p, struct selector **tail)
{
	struct selector *s = path_add_selector(p, &tail, SELECT_FILTER);
	struct expr *e = s ? arena_zalloc(p->a, sizeof(*e)) : NULL;

	if (!e) {
		p->no_memory = true;
		return false;
	}
	s->only_objects = true;
	s->filter = e;
	if (!parse_test(p, e))
		return false;
	return take(p, ")") || path_fail(p, "')'");
}

/* ---- brackets ---- */

/* Behind the colon: end? */
static bool parse_slice(
	struct path_parser *p, struct selector **tail, bool has_start, int64_t start)
{
	struct selector *s = path_add_selector(p, &tail, SELECT_SLICE);

	if (!s)
		return false;
	s->slice = (struct slice){ .has_start = has_start, .start = start, .step = 1 };
	s->slice.has_end = path_peek(p, 0) != ']';
	return !s->slice.has_end || parse_int(p, &s->slice.end);
}

/* index ( "," index )* | start? ":" end? */
static bool parse_numbers(struct path_parser *p, struct selector **tail)
{
	int64_t first;

	if (take(p, ":"))
		return parse_slice(p, tail, false, 0);
	if (!parse_int(p, &first))
		return path_fail(
			p, "an index, a text in single quotes, '*', ':' or '?('");
	if (take(p, ":"))
		return parse_slice(p, tail, true, first);
	for (;;) {
		struct selector *s = path_add_selector(p, &tail, SELECT_INDEX);

		if (!s)
			return false;
		s->index = first;
		if (!take(p, ","))
			return true;
		if (!parse_int(p, &first))
			return false;
	}
}

/* inside = text | index ( "," index )* | "*" | start? ":" end? | "?(" test ")" */
static bool parse_inside(struct path_parser *p, struct selector **tail)
{
	struct selector *s;

	if (take(p, "*"))
		return path_add_selector(p, &tail, SELECT_WILDCARD) != NULL;
	if (take(p, "?("))
		return parse_filter(p, tail);
	if (path_peek(p, 0) != '\'')
		return parse_numbers(p, tail);
	s = path_add_selector(p, &tail, SELECT_NAME);
	return s && parse_text(p, &s->name);
}

/* ---- steps ---- */

static bool parse_dot(struct path_parser *p, struct selector **tail, bool descend)
{
	struct selector *s;

	if (take(p, "*"))
		return path_add_selector(p, &tail, SELECT_WILDCARD) != NULL;
	s = path_add_selector(p, &tail, SELECT_NAME);
	return s && parse_name(p, !descend, &s->name);
}

/* step = "." name | "." "*" | ".." name | "..*" | "."? "[" inside "]" */
static bool parse_step(struct path_parser *p, struct segment ***tail)
{
	bool descend = take(p, "..");
	bool dot = descend || take(p, ".");
	struct segment *s = path_add_segment(p, tail, descend);

	if (!s)
		return false;
	if (!descend && take(p, "["))
		return parse_inside(p, &s->selectors) &&
			(take(p, "]") || path_fail(p, "']'"));
	if (!dot)
		return path_fail(p, "'.' or '['");
	return parse_dot(p, &s->selectors, descend);
}

/* path = "$" step* */
bool path_parse_7(struct path_parser *p, struct path *ret)
{
	struct segment **tail = &ret->first;

	skip_blanks(p);
	if (!take(p, "$"))
		return path_fail(p, "'$'");
	while (p->at < p->text.n)
		if (!parse_step(p, &tail))
			return false;
	return true;
}
