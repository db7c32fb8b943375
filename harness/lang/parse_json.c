/*
 * JSON as it is written in bodies: the text is kept byte for byte, placeholders may stand inside strings and wherever a
 * value may stand.
 */
#include "harness/lang/grammar.h"

struct json_reader {
	struct cursor *c;
	struct template_builder text;
	bool compact;
	size_t depth;
	VEC(, bool) holes;		/* one for each part so far */
};

static int json_value(struct json_reader *r);

/* [start, at) is text of the result, as it stands. */
static void keep(struct json_reader *r, size_t start)
{
	template_add_text(&r->text, cursor_since(r->c, start));
}

static void white_space(struct json_reader *r)
{
	size_t start = r->c->at;

	while (cursor_peek(r->c) && strchr(" \t\r\n", cursor_peek(r->c)))
		r->c->at++;
	if (!r->compact)
		keep(r, start);
}

/* Takes and keeps one character. */
static bool take(struct json_reader *r, char ch)
{
	if (cursor_peek(r->c) != ch)
		return false;
	r->c->at++;
	keep(r, r->c->at - 1);
	return true;
}

static int placeholder(struct json_reader *r, bool is_hole)
{
	size_t start = r->c->at;

	if (cursor_skip_placeholder(r->c) ||
	    template_add_placeholder(&r->text, cursor_span(r->c, start), r->c->err))
		return -1;
	while (r->holes.count < r->text.nparts) {
		bool *hole = VEC_PUSH(r->c->arena, &r->holes);
		if (!hole)
			return cursor_oom(r->c);
		*hole = is_hole && r->holes.count == r->text.nparts;
	}
	return 0;
}

/* escape = "\" ( one of "\/bfnrt | "u" 4 hex digits ) */
static int json_escape(struct json_reader *r)
{
	struct cursor *c = r->c;
	size_t start = c->at++;
	char ch = cursor_peek(c);

	if (ch == '\0' || !strchr("\"\\/bfnrtu", ch))
		return cursor_fail(c, cursor_here(c), "JSON knows no such escape; expected one of \" \\ / b f n r t u");
	c->at++;
	for (int i = 0; ch == 'u' && i < 4; i++, c->at++)
		if (!cursor_peek(c) || !strchr("0123456789abcdefABCDEF", cursor_peek(c)))
			return cursor_fail(c, cursor_here(c), "expected four hex digits behind '\\u'");
	keep(r, start);
	return 0;
}

/* string = '"' ( escape | placeholder | any character but '"' and controls )* '"' */
static int json_string(struct json_reader *r)
{
	struct cursor *c = r->c;
	size_t open = c->at;

	if (!take(r, '"'))
		return cursor_fail(c, cursor_here(c), "expected a string in double quotes");
	while (!take(r, '"')) {
		unsigned char ch = (unsigned char)cursor_peek(c);
		if (ch == '\0')
			return cursor_fail(c, SPAN(open, 1), "this JSON string is not closed");
		if (ch < 0x20)
			return cursor_fail(c, SPAN(c->at, 1),
					   "a JSON string cannot hold a line end, tab or control; write \\n, \\t or \\u00XX");
		if (ch == '\\' ? json_escape(r) : cursor_sees(c, "{{") ? placeholder(r, false) : !take(r, (char)ch))
			return -1;
	}
	return 0;
}

static void digits(struct json_reader *r)
{
	while (cursor_peek(r->c) >= '0' && cursor_peek(r->c) <= '9')
		r->c->at++;
}

/* exponent = ( "e" | "E" ) ( "+" | "-" )? digit+ ; written with a small e */
static int json_exponent(struct json_reader *r)
{
	struct cursor *c = r->c;

	if (cursor_peek(c) != 'e' && cursor_peek(c) != 'E')
		return 0;
	c->at++;
	template_add_text(&r->text, STR("e"));
	size_t sign = c->at;
	if (cursor_peek(c) == '+' || cursor_peek(c) == '-')
		c->at++;
	size_t start = c->at;
	digits(r);
	if (c->at == start)
		return cursor_fail(c, cursor_here(c), "expected the digits of an exponent");
	keep(r, sign);
	return 0;
}

/* number = "-"? ( "0" | digit1-9 digit* ) ( "." digit+ )? exponent? */
static int json_number(struct json_reader *r)
{
	struct cursor *c = r->c;
	size_t start = c->at;

	if (cursor_peek(c) == '-')
		c->at++;
	size_t first = c->at;
	digits(r);
	if (c->at == first)
		return cursor_fail(c, cursor_here(c), "expected a digit behind '-'");
	if (c->at > first + 1 && c->source->text.p[first] == '0')
		return cursor_fail(c, SPAN(first, 1), "a JSON number has no leading zero");
	if (cursor_peek(c) == '.') {
		size_t dot = c->at++;
		digits(r);
		if (c->at == dot + 1)
			return cursor_fail(c, cursor_here(c), "expected a digit behind the point of a JSON number");
	}
	keep(r, start);
	return json_exponent(r);
}

/* word = "true" | "false" | "null" */
static int json_word(struct json_reader *r)
{
	static const char *const words[] = { "true", "false", "null" };
	struct cursor *c = r->c;
	struct str word = cursor_word(c);

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		if (str_is(word, words[i])) {
			c->at += word.n;
			template_add_text(&r->text, word);
			return 0;
		}
	}
	return cursor_fail(c, word.n ? SPAN(c->at, word.n) : cursor_here(c),
			   "expected a JSON value: an object, list, string, number, true, false, null or {{name}}");
}

/* After an element: 1 goes on, 0 the end was taken, -1 neither. */
static int json_next(struct json_reader *r, char close, const char *what)
{
	struct cursor *c = r->c;
	struct span comma;

	white_space(r);
	if (take(r, close))
		return 0;
	comma = cursor_here(c);
	if (!take(r, ','))
		return cursor_fail(c, cursor_here(c), "expected ',' or '%c' in a JSON %s", close, what);
	white_space(r);
	if (cursor_peek(c) == close)
		return cursor_fail(c, comma, "a JSON %s has no comma behind its last element", what);
	return 1;
}

/* list = "[" ( value ( "," value )* )? "]" */
static int json_list(struct json_reader *r)
{
	int more = 1;

	(void)take(r, '[');	/* seen by the caller */
	white_space(r);
	if (take(r, ']'))
		return 0;
	while (more == 1) {
		if (json_value(r))
			return -1;
		more = json_next(r, ']', "list");
	}
	return more;
}

/* object = "{" ( string ":" value ( "," string ":" value )* )? "}" */
static int json_object(struct json_reader *r)
{
	int more = 1;

	(void)take(r, '{');	/* seen by the caller */
	white_space(r);
	if (take(r, '}'))
		return 0;
	while (more == 1) {
		if (cursor_peek(r->c) != '"')
			return cursor_fail(r->c, cursor_here(r->c), "expected a key in double quotes in a JSON object");
		if (json_string(r))
			return -1;
		white_space(r);
		if (!take(r, ':'))
			return cursor_fail(r->c, cursor_here(r->c), "expected ':' behind the key of a JSON object");
		white_space(r);
		if (json_value(r))
			return -1;
		more = json_next(r, '}', "object");
	}
	return more;
}

static int json_nested(struct json_reader *r)
{
	int rc;

	if (++r->depth > r->c->limits->max_depth)
		return cursor_fail(r->c, cursor_here(r->c), "JSON is nested deeper than %zu", r->c->limits->max_depth);
	rc = cursor_peek(r->c) == '{' ? json_object(r) : json_list(r);
	r->depth--;
	return rc;
}

/* value = placeholder | object | list | string | number | word */
static int json_value(struct json_reader *r)
{
	char ch = cursor_peek(r->c);

	if (cursor_sees(r->c, "{{"))
		return placeholder(r, true);
	if (ch == '{' || ch == '[')
		return json_nested(r);
	if (ch == '"')
		return json_string(r);
	if (ch == '-' || (ch >= '0' && ch <= '9'))
		return json_number(r);
	return json_word(r);
}

/* The flags of all parts, in the arena. */
static const bool *holes_of(struct json_reader *r, size_t nparts)
{
	bool *all = arena_array(r->c->arena, nparts + 1, sizeof(*all));

	for (size_t i = 0; all && i < r->holes.count && i < nparts; i++)
		all[i] = r->holes.items[i];
	return all;
}

int grammar_json(struct cursor *c, bool compact, struct json_template *ret)
{
	struct json_reader r = { .c = c, .compact = compact };
	size_t start = c->at;
	const struct template *text;
	int rc;

	template_builder_init(&r.text, c->arena, c->source, c->extended);
	rc = json_value(&r);
	if (rc == 0)
		rc = template_finish(&r.text, cursor_span(c, start), &text, c->err);
	template_builder_release(&r.text);
	if (rc)
		return -1;
	const bool *holes = holes_of(&r, text->nparts);
	if (!holes)
		return cursor_oom(c);
	*ret = (struct json_template){ text, holes };
	return 0;
}

bool grammar_sees_json(const struct cursor *c)
{
	char ch = cursor_peek(c);
	struct str word = cursor_word(c);

	if (ch == '\0')
		return false;
	if (strchr("{[\"", ch) || (ch >= '0' && ch <= '9') || (ch == '-' && word.n > 1 && ch != '\0'))
		return true;
	return str_is(word, "true") || str_is(word, "false") || str_is(word, "null");
}
