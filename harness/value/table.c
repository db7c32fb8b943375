#include "harness/value/table.h"

#include "harness/value/encode.h"
#include "harness/value/json.h"
#include "harness/value/number.h"

/* Nesting of JSON in a cell. */
enum { CELL_JSON_DEPTH = 64 };

/* ---- one cell ---- */

struct cell_parser {
	struct arena *a;
	struct str text; /* trimmed, bars unescaped */
	size_t offset; /* where it started */
	size_t at; /* of a mistake, in `text` */
	struct error *err;
};

static int mistake(struct cell_parser *p, size_t at, const char *expected)
{
	p->at = at;
	return error_set(p->err, ERR_PARSE, "expected %s in this cell", expected);
}

/* `\|` is a bar. In the arena when there is one, else as it is; absent when memory is out. */
static struct str unescape_bars(struct arena *a, struct str text)
{
	char *to;
	size_t n = 0;

	if (str_find(text, STR("\\|")) == SIZE_MAX)
		return text.p ? text : STR("");
	to = arena_alloc(a, text.n);
	if (!to)
		return (struct str){ 0 };
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == '\\' && i + 1 < text.n && text.p[i + 1] == '|')
			i++;
		to[n++] = text.p[i];
	}
	return str_make(to, n);
}

/* The inside of 'text' or "text", where a doubled quote is one; all of `s` must be that. */
static bool unquote(struct cell_parser *p, struct str s, struct str *ret)
{
	char quote = s.p[0];
	char *to = arena_alloc(p->a, s.n);
	size_t n = 0;

	if (!to) {
		*ret = (struct str){ 0 };
		return true;
	}
	for (size_t i = 1; i < s.n; i++) {
		if (s.p[i] == quote && i + 1 == s.n) {
			*ret = str_make(to, n);
			return true;
		}
		if (s.p[i] == quote && s.p[++i] != quote)
			return false;
		to[n++] = s.p[i];
	}
	return false;
}

static bool is_quote(char c)
{
	return c == '\'' || c == '"';
}

static int compile_quoted(struct cell_parser *p, struct cell *c)
{
	if (!unquote(p, p->text, &c->text))
		return mistake(p, 0, "one quoted text, its own quotes doubled,");
	if (!c->text.p)
		return error_set_oom(p->err);
	c->kind = CELL_STRING;
	return 0;
}

/* Where a regex in slashes ends: the next slash that no backslash precedes; SIZE_MAX without one. */
static size_t regex_end(struct str s)
{
	for (size_t i = 1; i < s.n; i++) {
		if (s.p[i] == '\\')
			i++;
		else if (s.p[i] == '/')
			return i;
	}
	return SIZE_MAX;
}

/* A path like /api/v1 is text: only one pair of slashes, with nothing but an `i` behind, is a regex. */
static bool is_regex(struct str s)
{
	size_t end = s.n > 2 && s.p[0] == '/' ? regex_end(s) : SIZE_MAX;

	if (end == SIZE_MAX || end < 2)
		return false;
	return end + 1 == s.n || str_is(str_sub(s, end + 1, SIZE_MAX), "i");
}

/* `\/` is our escape; all else is the engine's. */
static struct str unescape_slashes(struct arena *a, struct str s)
{
	char *to = arena_alloc(a, s.n);
	size_t n = 0;

	if (!to)
		return (struct str){ 0 };
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\\' && i + 1 < s.n && s.p[i + 1] != '/')
			to[n++] = s.p[i++];
		else if (s.p[i] == '\\' && i + 1 < s.n)
			i++;
		to[n++] = s.p[i];
	}
	return str_make(to, n);
}

static int compile_regex(struct cell_parser *p, struct cell *c)
{
	size_t end = regex_end(p->text);
	struct str pattern = unescape_slashes(p->a, str_sub(p->text, 1, end - 1));
	size_t at = 0;

	c->kind = CELL_REGEX;
	if (!pattern.p)
		return error_set_oom(p->err);
	if (!regex_compile(p->a, pattern, end + 1 < p->text.n, &c->regex, &at, p->err))
		return 0;
	if (p->err->code == ERR_CHECK)
		p->err->code = ERR_PARSE;
	p->at = 1 + at;
	return -1;
}

static const struct {
	struct str word;
	enum cell_order order;
} order_words[] = {
	{ STR_INIT("<="), CELL_LE },
	{ STR_INIT(">="), CELL_GE },
	{ STR_INIT("!="), CELL_NE },
	{ STR_INIT("<>"), CELL_NE },
	{ STR_INIT("<"), CELL_LT },
	{ STR_INIT(">"), CELL_GT },
};

/* The operator's index, or the count of them. */
static size_t find_order(struct str s)
{
	size_t i = 0;

	while (i < ARRAY_SIZE(order_words) && !str_starts_with(s, order_words[i].word))
		i++;
	return i;
}

static int compile_order(struct cell_parser *p, size_t which, struct cell *c)
{
	size_t n = order_words[which].word.n;
	struct str operand = str_trim(str_sub(p->text, n, SIZE_MAX));

	c->kind = CELL_ORDER;
	c->order = order_words[which].order;
	c->text = operand;
	c->quoted = operand.n > 0 && is_quote(operand.p[0]);
	if (!operand.n)
		return mistake(p, n,
			"what to compare with (or quotes around a text that starts so)");
	if (c->quoted && !unquote(p, operand, &c->text))
		return mistake(p, (size_t)(operand.p - p->text.p), "one quoted text");
	return c->text.p ? 0 : error_set_oom(p->err);
}

/* number +- number, or percent. False: it is text like any other. */
static bool parse_within(struct cell_parser *p, struct cell *c)
{
	size_t at = str_find(p->text, STR("+-"));
	struct str middle = str_trim(str_sub(p->text, 0, at));
	struct str tolerance;

	if (at == SIZE_MAX)
		return false;
	tolerance = str_trim(str_sub(p->text, at + 2, SIZE_MAX));
	c->percent = str_ends_with(tolerance, STR("%"));
	if (c->percent)
		tolerance = str_trim(str_sub(tolerance, 0, tolerance.n - 1));
	if (!number_parse(p->a, middle, true, &c->number) ||
		!number_parse(p->a, tolerance, true, &c->tolerance))
		return false;
	return !str_starts_with(tolerance, STR("-"));
}

static int compile_json(struct cell_parser *p, struct cell *c)
{
	c->kind = CELL_JSON;
	c->text = p->text;
	if (str_find(p->text, STR("{{")) != SIZE_MAX)
		return 0;
	return json_parse(p->a, p->text, CELL_JSON_DEPTH, &c->value, &p->at, p->err);
}

static bool is_bytes(struct cell_parser *p, struct cell *c)
{
	struct strbuf bytes;
	const struct value *v = NULL;

	if (!str_starts_with(p->text, STR("0x")) ||
		str_find_char(p->text, ' ') != SIZE_MAX)
		return false;
	strbuf_init(&bytes, p->text.n);
	if (decode_hex(&bytes, str_sub(p->text, 2, SIZE_MAX)))
		v = value_take(p->a, &bytes, VALUE_BYTES);
	strbuf_release(&bytes);
	if (!v)
		return false;
	c->kind = CELL_BYTES;
	c->text = v->text;
	return true;
}

static bool is_word(struct str s, struct cell *c)
{
	static const struct {
		const char *word;
		enum cell_kind kind;
	} words[] = {
		{ "NULL", CELL_NULL },
		{ "*", CELL_ANY },
		{ "!NULL", CELL_NOT_NULL },
		{ "", CELL_TEXT },
	};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (str_is(s, words[i].word)) {
			c->kind = words[i].kind;
			return true;
		}
	return false;
}

static int compile_cell(struct cell_parser *p, struct cell *c)
{
	struct str s = p->text;
	size_t order;

	c->text = s;
	if (is_word(s, c))
		return 0;
	if (is_quote(s.p[0]))
		return compile_quoted(p, c);
	if (is_regex(s))
		return compile_regex(p, c);
	order = find_order(s);
	if (order < ARRAY_SIZE(order_words))
		return compile_order(p, order, c);
	if ((s.p[0] == '{' && !str_starts_with(s, STR("{{"))) || s.p[0] == '[')
		return compile_json(p, c);
	if (is_bytes(p, c))
		return 0;
	if (parse_within(p, c))
		c->kind = CELL_WITHIN;
	return arena_failed(p->a) ? error_set_oom(p->err) : 0;
}

int cell_compile(struct arena *a, struct str text, struct cell *ret, size_t *ret_at,
	struct error *err)
{
	struct str trimmed = str_trim(text);
	struct cell_parser p = { .a = a, .err = err };
	struct cell c = { .kind = CELL_TEXT };

	p.offset = trimmed.n ? (size_t)(trimmed.p - text.p) : 0;
	p.text = unescape_bars(a, trimmed);
	if (!p.text.p)
		return error_set_oom(err);
	if (compile_cell(&p, &c)) {
		if (ret_at)
			*ret_at = p.offset + p.at;
		return -1;
	}
	*ret = c;
	return 0;
}
