#include "harness/value/json.h"

#include "harness/value/number.h"

struct reader {
	struct arena *a; /* NULL: only checks */
	struct str text;
	size_t at;
	size_t depth;
	size_t max_depth;
	const char *expected; /* what would have been right at `at`, once it failed */
	bool no_memory;
};

static bool read_value(struct reader *r, const struct value **ret);

static bool fail(struct reader *r, size_t at, const char *expected)
{
	r->at = at;
	r->expected = expected;
	return false;
}

static int peek(const struct reader *r)
{
	return r->at < r->text.n ? (unsigned char)r->text.p[r->at] : -1;
}

static void skip_space(struct reader *r)
{
	int c = peek(r);

	while (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
		r->at++;
		c = peek(r);
	}
}

static bool take(struct reader *r, char c)
{
	if (peek(r) != c)
		return false;
	r->at++;
	return true;
}

/* A value that was built; in a check nothing is, and any value stands for it. */
static bool built(struct reader *r, const struct value *v, const struct value **ret)
{
	if (!r->a)
		v = value_null();
	if (!v)
		r->no_memory = true;
	*ret = v;
	return v != NULL;
}

/* ---- strings ---- */

static bool read_hex4(struct reader *r, uint32_t *ret)
{
	uint32_t c = 0;

	for (int i = 0; i < 4; i++) {
		static const char digits[] = "0123456789abcdef0123456789ABCDEF";
		int byte = peek(r);
		const char *digit = byte > 0 ? memchr(digits, byte, sizeof(digits) - 1) :
					       NULL;

		if (!digit)
			return fail(r, r->at, "four hex digits");
		c = c * 16 + (uint32_t)((digit - digits) % 16);
		r->at++;
	}
	*ret = c;
	return true;
}

/* Behind "\u". A surrogate without its other half becomes U+FFFD. */
static bool read_unicode(struct reader *r, uint32_t *ret)
{
	size_t second;
	uint32_t low = 0;

	if (!read_hex4(r, ret))
		return false;
	if (*ret < 0xD800 || *ret > 0xDFFF)
		return true;
	second = r->at;
	if (*ret < 0xDC00 && take(r, '\\') && take(r, 'u')) {
		if (!read_hex4(r, &low))
			return false;
		if (low >= 0xDC00 && low <= 0xDFFF) {
			*ret = 0x10000 + ((*ret - 0xD800) << 10) + (low - 0xDC00);
			return true;
		}
	}
	r->at = second;
	*ret = 0xFFFD;
	return true;
}

static bool read_escape(struct reader *r, uint32_t *ret)
{
	static const char names[] = "\"\\/bfnrt";
	static const char values[] = "\"\\/\b\f\n\r\t";
	size_t start = r->at++;
	int c = peek(r);
	const char *name = c > 0 ? strchr(names, c) : NULL;

	if (c == 'u') {
		r->at++;
		return read_unicode(r, ret);
	}
	if (!name)
		return fail(r, start,
			"an escape of JSON (\\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX)");
	r->at++;
	*ret = (unsigned char)values[name - names];
	return true;
}

/* Up to the quote, an escape, or what may not stand there. */
static bool skip_plain(struct reader *r)
{
	for (;;) {
		int c = peek(r);
		uint32_t ignored;
		size_t n = 1;

		if (c == '"' || c == '\\')
			return true;
		if (c < 0)
			return fail(r, r->at, "'\"' at the end of the string");
		if (c < 0x20)
			return fail(r, r->at, "no raw control character in a string");
		if (c >= 0x80)
			n = utf8_next(r->text, r->at, &ignored);
		if (!n)
			return fail(r, r->at, "valid UTF-8");
		r->at += n;
	}
}

/* Escapes only get shorter, so the text as written is room enough. */
static bool decode_string(struct reader *r, size_t start, struct str *ret)
{
	size_t end = r->at - 1;
	char *to = arena_alloc(r->a, end - start);
	size_t n = 0;

	if (!to) {
		r->no_memory = true;
		return false;
	}
	r->at = start;
	while (r->at < end) {
		uint32_t c = 0;

		if (peek(r) != '\\') {
			to[n++] = r->text.p[r->at++];
			continue;
		}
		if (!read_escape(r, &c))
			return false;
		n += utf8_put(c, to + n);
	}
	r->at = end + 1;
	*ret = str_make(to, n);
	return true;
}

static bool read_string(struct reader *r, struct str *ret)
{
	size_t start = ++r->at;
	bool escaped = false;

	for (;;) {
		uint32_t ignored;

		if (!skip_plain(r))
			return false;
		if (take(r, '"'))
			break;
		escaped = true;
		if (!read_escape(r, &ignored))
			return false;
	}
	*ret = str_make(r->text.p + start, r->at - 1 - start);
	return !escaped || !r->a || decode_string(r, start, ret);
}

static bool read_string_value(struct reader *r, const struct value **ret)
{
	struct str s;

	if (!read_string(r, &s))
		return false;
	return built(r, r->a ? value_string(r->a, s) : NULL, ret);
}

/* ---- the rest of the grammar ---- */

static bool read_number(struct reader *r, const struct value **ret)
{
	struct str rest = str_sub(r->text, r->at, SIZE_MAX);
	const struct value *v = NULL;
	bool integer = false;
	size_t n = 0;

	if (!number_scan(rest, true, &n, &integer))
		return fail(r, r->at,
			"a number of JSON (no leading zero, a digit after '-', '.' and 'e')");
	rest.n = n;
	r->at += n;
	if (r->a && integer)
		v = value_integer(r->a, rest);
	else if (r->a)
		v = value_float(r->a, number_to_double(rest), rest);
	return built(r, v, ret);
}

static bool read_word(struct reader *r, const struct value **ret)
{
	const struct {
		struct str word;
		const struct value *value;
	} words[] = {
		{ STR("true"), value_bool(true) },
		{ STR("false"), value_bool(false) },
		{ STR("null"), value_null() },
	};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (str_eq(str_sub(r->text, r->at, words[i].word.n), words[i].word)) {
			r->at += words[i].word.n;
			*ret = words[i].value;
			return true;
		}
	return fail(r, r->at, "a value");
}

/* Behind an element: a comma and something more, or the closing bracket, which stays. */
static bool read_comma(
	struct reader *r, char close, const char *expected, const char *trailing)
{
	size_t comma = r->at;

	if (peek(r) == close)
		return true;
	if (!take(r, ','))
		return fail(r, r->at, expected);
	skip_space(r);
	return peek(r) != close || fail(r, comma, trailing);
}

/* list = "[" ( value ( "," value )* )? "]" */
static bool read_list(struct reader *r, const struct value **ret)
{
	struct value_list_builder b = { 0 };

	r->at++;
	skip_space(r);
	while (!take(r, ']')) {
		const struct value *item;

		if (b.failed || !read_value(r, &item))
			return b.failed ? built(r, NULL, ret) : false;
		if (r->a)
			value_list_add(r->a, &b, item);
		skip_space(r);
		if (!read_comma(r, ']', "',' or ']'", "no comma before ']'"))
			return false;
	}
	return built(r, r->a ? value_list_finish(r->a, &b) : NULL, ret);
}

/* member = string ":" value */
static bool read_member(struct reader *r, struct value_object_builder *b)
{
	const struct value *v;
	struct str key;

	if (peek(r) != '"')
		return fail(r, r->at,
			b->count ? "a key in double quotes" :
				   "a key in double quotes or '}'");
	if (!read_string(r, &key))
		return false;
	skip_space(r);
	if (!take(r, ':'))
		return fail(r, r->at, "':'");
	if (!read_value(r, &v))
		return false;
	if (r->a)
		value_object_add(r->a, b, key, v);
	r->no_memory |= b->failed;
	return !b->failed;
}

/* object = "{" ( member ( "," member )* )? "}" */
static bool read_object(struct reader *r, const struct value **ret)
{
	struct value_object_builder b = { 0 };

	r->at++;
	skip_space(r);
	while (!take(r, '}')) {
		if (!read_member(r, &b))
			return false;
		skip_space(r);
		if (!read_comma(r, '}', "',' or '}'", "no comma before '}'"))
			return false;
	}
	return built(r, r->a ? value_object_finish(r->a, &b) : NULL, ret);
}

static bool read_nested(struct reader *r, const struct value **ret)
{
	bool ok;

	if (r->depth == r->max_depth)
		return fail(r, r->at, "no deeper nesting");
	r->depth++;
	ok = peek(r) == '[' ? read_list(r, ret) : read_object(r, ret);
	r->depth--;
	return ok;
}

static bool read_value(struct reader *r, const struct value **ret)
{
	int c;

	skip_space(r);
	c = peek(r);
	if (c == '{' || c == '[')
		return read_nested(r, ret);
	if (c == '"')
		return read_string_value(r, ret);
	if (c == '-' || (c >= '0' && c <= '9'))
		return read_number(r, ret);
	return read_word(r, ret);
}

static bool read_text(struct reader *r, const struct value **ret, bool prefix)
{
	if (!read_value(r, ret))
		return false;
	if (prefix)
		return true;
	skip_space(r);
	return r->at == r->text.n || fail(r, r->at, "the end of the text");
}

int json_parse(struct arena *a, struct str text, size_t max_depth,
	const struct value **ret, size_t *ret_at, struct error *err)
{
	struct reader r = { .a = a, .text = text, .max_depth = max_depth };
	const struct value *v = NULL;

	if (read_text(&r, &v, false)) {
		*ret = v;
		return 0;
	}
	if (ret_at)
		*ret_at = r.at;
	if (r.no_memory || !r.expected)
		return error_set_oom(err);
	return error_set(err, ERR_PARSE, "expected %s at byte %zu", r.expected, r.at);
}

bool json_scan(struct str text, size_t max_depth, bool prefix, size_t *ret_at)
{
	struct reader r = { .text = text, .max_depth = max_depth };
	const struct value *ignored;
	bool ok = read_text(&r, &ignored, prefix);

	*ret_at = r.at;
	return ok;
}
