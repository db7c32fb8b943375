/* RFC 9535; the names of its rules stand above the functions. */
#include "harness/value/jsonpath_ast.h"

#include "harness/base/scan.h"
#include "harness/value/number.h"

/* Integers stay exact in the doubles of other implementations. */
static const int64_t most_int = (INT64_C(1) << 53) - 1;

static const struct function functions[] = {
	{ "length", FUNCTION_LENGTH, 1, false, false },
	{ "count", FUNCTION_COUNT, 1, true, false },
	{ "match", FUNCTION_MATCH, 2, false, true },
	{ "search", FUNCTION_SEARCH, 2, false, true },
	{ "value", FUNCTION_VALUE, 1, true, false },
};

static bool parse_or(struct path_parser *p, const struct expr **ret);
static bool parse_segments(struct path_parser *p, struct path *ret);

static void skip_space(struct path_parser *p)
{
	int c = path_peek(p, 0);

	while (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
		p->at++;
		c = path_peek(p, 0);
	}
}

static bool is_digit(int c)
{
	return c >= '0' && c <= '9';
}

static bool is_name_first(int c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c >= 0x80;
}

static struct expr *new_expr(struct path_parser *p, enum expr_kind kind)
{
	struct expr *e = arena_zalloc(p->a, sizeof(*e));

	if (e)
		e->kind = kind;
	else
		p->no_memory = true;
	return e;
}

/* ---- literals ---- */

/* Two of these may be one character; half a pair is no character. */
static bool parse_hex4(struct path_parser *p, uint32_t *ret)
{
	uint32_t c = 0;

	for (int i = 0; i < 4; i++, p->at++) {
		int h = path_peek(p, 0);

		if (is_digit(h))
			c = c * 16 + (uint32_t)(h - '0');
		else if ((h >= 'a' && h <= 'f') || (h >= 'A' && h <= 'F'))
			c = c * 16 + (uint32_t)((h | 32) - 'a' + 10);
		else
			return path_fail(p, "four hex digits");
	}
	*ret = c;
	return true;
}

static bool parse_unicode(struct path_parser *p, uint32_t *ret)
{
	uint32_t low;

	if (!parse_hex4(p, ret))
		return false;
	if (*ret < 0xD800 || *ret > 0xDFFF)
		return true;
	if (*ret >= 0xDC00 || !path_take(p, "\\u") || !parse_hex4(p, &low) ||
		low < 0xDC00 || low > 0xDFFF)
		return path_fail(p, "both halves of a surrogate pair");
	*ret = 0x10000 + ((*ret - 0xD800) << 10) + (low - 0xDC00);
	return true;
}

static bool parse_escape(struct path_parser *p, int quote, uint32_t *ret)
{
	static const char names[] = "bfnrt/\\";
	static const char values[] = "\b\f\n\r\t/\\";
	int c = path_peek(p, 1);
	const char *name = c > 0 ? strchr(names, c) : NULL;

	if (c == 'u') {
		p->at += 2;
		return parse_unicode(p, ret);
	}
	if (!name && c != quote)
		return path_fail(p, "an escape of JSON");
	*ret = name ? (unsigned char)values[name - names] : (uint32_t)c;
	p->at += 2;
	return true;
}

/* string-literal: escapes only get shorter */
static bool parse_string(struct path_parser *p, struct str *ret)
{
	int quote = path_peek(p, 0);
	char *to = arena_alloc(p->a, p->text.n - p->at + 4);
	size_t n = 0;

	if (!to) {
		p->no_memory = true;
		return false;
	}
	for (p->at++; path_peek(p, 0) != quote;) {
		uint32_t c;

		if (path_peek(p, 0) < 0x20)
			return path_fail(p, "the closing quote");
		if (path_peek(p, 0) != '\\') {
			to[n++] = p->text.p[p->at++];
			continue;
		}
		if (!parse_escape(p, quote, &c))
			return false;
		n += utf8_put(c, to + n);
	}
	p->at++;
	*ret = str_make(to, n);
	return true;
}

/* int */
static bool parse_int(struct path_parser *p, int64_t *ret)
{
	struct str rest = str_sub(p->text, p->at, SIZE_MAX);
	size_t n = rest.n && rest.p[0] == '-';
	bool canonical;

	while (n < rest.n && is_digit(rest.p[n]))
		n++;
	rest = str_sub(rest, 0, n);
	canonical = n == 1 ||
		(n > 1 && rest.p[0] != '0' && !str_starts_with(rest, STR("-0")));
	if (!canonical || !scan_int(rest, -most_int, most_int, ret))
		return path_fail(p, "an integer without leading zeros");
	p->at += n;
	return true;
}

static bool word_ends(const struct path_parser *p)
{
	int c = path_peek(p, 0);

	return !is_name_first(c) && !is_digit(c);
}

static bool take_word(struct path_parser *p, const char *word)
{
	size_t start = p->at;

	if (path_take(p, word) && word_ends(p))
		return true;
	p->at = start;
	return false;
}

/* literal = number / string-literal / true / false / null */
static bool parse_literal(struct path_parser *p, const struct value **ret)
{
	struct str rest = str_sub(p->text, p->at, SIZE_MAX);
	struct str text;
	bool integer;
	size_t n = 0;

	if (path_peek(p, 0) == '\'' || path_peek(p, 0) == '"') {
		if (!parse_string(p, &text))
			return false;
		*ret = value_string(p->a, text);
	} else if (take_word(p, "true")) {
		*ret = value_bool(true);
	} else if (take_word(p, "false")) {
		*ret = value_bool(false);
	} else if (take_word(p, "null")) {
		*ret = value_null();
	} else if (number_scan(rest, true, &n, &integer) &&
		number_parse(p->a, str_sub(rest, 0, n), true, ret)) {
		p->at += n;
	} else {
		return path_fail(p, "a literal, '@', '$' or a function");
	}
	p->no_memory |= !*ret;
	return *ret != NULL;
}

/* ---- operands ---- */

static const struct function *find_function(struct str name)
{
	for (size_t i = 0; i < ARRAY_SIZE(functions); i++)
		if (str_is(name, functions[i].name))
			return &functions[i];
	return NULL;
}

static bool is_value(const struct expr *e)
{
	return e->kind == EXPR_LITERAL || (e->kind == EXPR_PATH && e->path.singular) ||
		(e->kind == EXPR_FUNCTION && !e->function->is_test);
}

static bool is_argument(const struct function *f, const struct expr *e)
{
	return f->takes_nodes ? e->kind == EXPR_PATH : is_value(e);
}

static bool prepare_regex(struct path_parser *p, struct expr *e)
{
	const struct expr *pattern = e->right;

	if (!e->function->is_test || pattern->kind != EXPR_LITERAL)
		return true;
	if (pattern->literal->type == VALUE_STRING)
		e->regex = path_regex(
			p->a, pattern->literal->text, e->function->id == FUNCTION_MATCH);
	e->bad_regex = !e->regex;
	p->no_memory |= arena_failed(p->a);
	return !p->no_memory;
}

static bool parse_operand(struct path_parser *p, const struct expr **ret);

static bool parse_arguments(struct path_parser *p, struct expr *e)
{
	const struct expr **args[] = { &e->left, &e->right };

	for (unsigned i = 0; i < e->function->nargs; i++) {
		skip_space(p);
		if (i && !path_take(p, ","))
			return path_fail(p, "',' and another argument");
		skip_space(p);
		if (!parse_operand(p, args[i]))
			return false;
		if (!is_argument(e->function, *args[i]))
			return path_fail(p,
				e->function->takes_nodes ? "a path as argument" :
							   "one value as argument");
	}
	skip_space(p);
	return path_take(p, ")") ? prepare_regex(p, e) : path_fail(p, "')'");
}

/* function-expr = function-name "(" arguments ")" */
static bool parse_function(struct path_parser *p, const struct expr **ret)
{
	struct expr *e = new_expr(p, EXPR_FUNCTION);
	size_t n = 0;
	int c = path_peek(p, 0);

	if (!e)
		return false;
	while ((c >= 'a' && c <= 'z') || (n && (c == '_' || is_digit(c))))
		c = path_peek(p, ++n);
	e->function = c == '(' ? find_function(str_sub(p->text, p->at, n)) : NULL;
	if (!e->function)
		return path_fail(p, "length(), count(), match(), search() or value()");
	p->at += n + 1;
	*ret = e;
	return parse_arguments(p, e);
}

/* filter-query = ( "@" / "$" ) segments */
static bool parse_query(struct path_parser *p, const struct expr **ret)
{
	struct expr *e = new_expr(p, EXPR_PATH);

	if (!e)
		return false;
	e->path.relative = path_peek(p, 0) == '@';
	p->at++;
	*ret = e;
	if (!parse_segments(p, &e->path))
		return false;
	e->path.singular = path_is_singular(&e->path);
	return true;
}

static bool looks_like_function(const struct path_parser *p)
{
	size_t n = 0;
	int c = path_peek(p, 0);

	if (c < 'a' || c > 'z')
		return false;
	while (is_name_first(c) || is_digit(c))
		c = path_peek(p, ++n);
	return c == '(';
}

static bool parse_operand(struct path_parser *p, const struct expr **ret)
{
	int c = path_peek(p, 0);
	struct expr *e;
	bool ok;

	if (p->depth >= JSONPATH_MAX_DEPTH)
		return path_fail(p, "no deeper nesting");
	if (c == '@' || c == '$' || looks_like_function(p)) {
		p->depth++;
		ok = c == '@' || c == '$' ? parse_query(p, ret) : parse_function(p, ret);
		p->depth--;
		return ok;
	}
	e = new_expr(p, EXPR_LITERAL);
	*ret = e;
	return e && parse_literal(p, &e->literal);
}

/* ---- logical expressions ---- */

/* An operand alone is a test: a path that selects something, or a function that says true. */
static bool as_test(
	struct path_parser *p, const struct expr *operand, const struct expr **ret)
{
	struct expr *e;

	if (operand->kind == EXPR_FUNCTION && operand->function->is_test) {
		*ret = operand;
		return true;
	}
	if (operand->kind != EXPR_PATH)
		return path_fail(p, "a comparison");
	e = new_expr(p, EXPR_EXISTS);
	if (!e)
		return false;
	e->path = operand->path;
	*ret = e;
	return true;
}

/* comparison-expr = comparable S op S comparable */
static bool parse_comparison(struct path_parser *p, const struct expr *left,
	enum compare_op op, const struct expr **ret)
{
	struct expr *e = new_expr(p, EXPR_COMPARE);

	if (!e)
		return false;
	if (!is_value(left))
		return path_fail(p, "one value on each side of a comparison");
	skip_space(p);
	e->op = op;
	e->left = left;
	*ret = e;
	if (!parse_operand(p, &e->right))
		return false;
	return is_value(e->right) ||
		path_fail(p, "one value on each side of a comparison");
}

static bool parse_test_or_comparison(
	struct path_parser *p, bool negated, const struct expr **ret)
{
	const struct expr *operand;
	enum compare_op op;
	size_t end;

	if (!parse_operand(p, &operand))
		return false;
	end = p->at;
	skip_space(p);
	if (!negated && path_take_op(p, &op))
		return parse_comparison(p, operand, op, ret);
	p->at = end;
	return as_test(p, operand, ret);
}

/* paren-expr = "(" S logical-expr S ")" */
static bool parse_parens(struct path_parser *p, const struct expr **ret)
{
	bool ok;

	if (p->depth >= JSONPATH_MAX_DEPTH)
		return path_fail(p, "no deeper nesting");
	p->depth++;
	skip_space(p);
	ok = parse_or(p, ret);
	p->depth--;
	if (!ok)
		return false;
	skip_space(p);
	return path_take(p, ")") || path_fail(p, "')'");
}

/* basic-expr = paren-expr / comparison-expr / test-expr; the first and the last may have a "!" before */
static bool parse_basic(struct path_parser *p, const struct expr **ret)
{
	bool negated = path_take(p, "!");
	const struct expr *inner = NULL;
	struct expr *e;

	if (negated)
		skip_space(p);
	if (path_take(p, "(") ? !parse_parens(p, &inner) :
				!parse_test_or_comparison(p, negated, &inner))
		return false;
	if (!negated) {
		*ret = inner;
		return true;
	}
	e = new_expr(p, EXPR_NOT);
	if (!e)
		return false;
	e->left = inner;
	*ret = e;
	return true;
}

static bool parse_chain(struct path_parser *p, enum expr_kind kind, const char *op,
	bool (*parse_part)(struct path_parser *, const struct expr **),
	const struct expr **ret)
{
	const struct expr *left;

	if (!parse_part(p, &left))
		return false;
	for (;;) {
		size_t end = p->at;
		struct expr *e;

		skip_space(p);
		if (!path_take(p, op)) {
			p->at = end;
			*ret = left;
			return true;
		}
		skip_space(p);
		e = new_expr(p, kind);
		if (!e || !parse_part(p, &e->right))
			return false;
		e->left = left;
		left = e;
	}
}

static bool parse_and(struct path_parser *p, const struct expr **ret)
{
	return parse_chain(p, EXPR_AND, "&&", parse_basic, ret);
}

static bool parse_or(struct path_parser *p, const struct expr **ret)
{
	return parse_chain(p, EXPR_OR, "||", parse_and, ret);
}

/* ---- selectors ---- */

/* One bound of a slice, absent where none stands. */
static bool parse_bound(struct path_parser *p, bool *ret_has, int64_t *ret)
{
	int c = path_peek(p, 0);

	*ret_has = c == '-' || is_digit(c);
	if (!*ret_has)
		return true;
	if (!parse_int(p, ret))
		return false;
	skip_space(p);
	return true;
}

/* index-selector / slice-selector = [start S] ":" S [end S] [ ":" [S step] ] */
static bool parse_index_or_slice(struct path_parser *p, struct selector *s)
{
	bool has_step = false;
	size_t end;

	s->slice.step = 1;
	if (!parse_bound(p, &s->slice.has_start, &s->slice.start))
		return false;
	end = p->at;
	if (!path_take(p, ":")) {
		s->kind = SELECT_INDEX;
		s->index = s->slice.start;
		p->at = end;
		return s->slice.has_start ||
			path_fail(p, "a name in quotes, an index, a slice, '*' or '?'");
	}
	s->kind = SELECT_SLICE;
	skip_space(p);
	if (!parse_bound(p, &s->slice.has_end, &s->slice.end))
		return false;
	if (!path_take(p, ":"))
		return true;
	skip_space(p);
	return parse_bound(p, &has_step, &s->slice.step);
}

static bool parse_filter(struct path_parser *p, struct selector *s)
{
	s->kind = SELECT_FILTER;
	skip_space(p);
	return parse_or(p, &s->filter);
}

static bool parse_selector(struct path_parser *p, struct selector ***tail)
{
	struct selector *s = path_add_selector(p, tail, SELECT_WILDCARD);
	int c = path_peek(p, 0);

	if (!s)
		return false;
	if (path_take(p, "*"))
		return true;
	if (path_take(p, "?"))
		return parse_filter(p, s);
	if (c != '\'' && c != '"')
		return parse_index_or_slice(p, s);
	s->kind = SELECT_NAME;
	return parse_string(p, &s->name);
}

/* bracketed-selection = "[" S selector *( S "," S selector ) S "]", behind the bracket */
static bool parse_brackets(struct path_parser *p, struct selector **tail)
{
	do {
		skip_space(p);
		if (!parse_selector(p, &tail))
			return false;
		skip_space(p);
	} while (path_take(p, ","));
	return path_take(p, "]") || path_fail(p, "',' or ']'");
}

/* wildcard-selector / member-name-shorthand */
static bool parse_shorthand(struct path_parser *p, struct selector **tail)
{
	struct selector *s = path_add_selector(p, &tail, SELECT_WILDCARD);
	size_t start;

	if (!s)
		return false;
	if (path_take(p, "*"))
		return true;
	if (!is_name_first(path_peek(p, 0)))
		return path_fail(p, "a name, '*' or '['");
	start = p->at;
	while (is_name_first(path_peek(p, 0)) || is_digit(path_peek(p, 0)))
		p->at++;
	s->kind = SELECT_NAME;
	s->name = str_make(p->text.p + start, p->at - start);
	return true;
}

static bool parse_segment(struct path_parser *p, struct segment ***tail)
{
	bool descend = path_take(p, "..");
	bool dot = !descend && path_take(p, ".");
	struct segment *s = path_add_segment(p, tail, descend);

	if (!s)
		return false;
	if (!dot && path_take(p, "["))
		return parse_brackets(p, &s->selectors);
	return parse_shorthand(p, &s->selectors);
}

/* segments = *( S segment ); blanks behind the last one are not taken */
static bool parse_segments(struct path_parser *p, struct path *ret)
{
	struct segment **tail = &ret->first;

	for (;;) {
		size_t end = p->at;
		int c;

		skip_space(p);
		c = path_peek(p, 0);
		if (c != '.' && c != '[') {
			p->at = end;
			return true;
		}
		if (!parse_segment(p, &tail))
			return false;
	}
}

/* jsonpath-query = "$" segments */
bool path_parse_rfc(struct path_parser *p, struct path *ret)
{
	if (utf8_check(p->text) != SIZE_MAX)
		return path_fail(p, "valid UTF-8");
	if (!path_take(p, "$"))
		return path_fail(p, "'$'");
	if (!parse_segments(p, ret))
		return false;
	return p->at == p->text.n || path_fail(p, "'.', '[' or the end");
}
