#include "probes/schema_lex.h"

#define TEXT_MAX ((size_t)16 * 1024 * 1024)

/* ---- strings ---- */

void schema_add_string(struct strbuf *out, struct str bytes)
{
	strbuf_addc(out, '\'');
	for (size_t i = 0; i < bytes.n; i++) {
		switch (bytes.p[i]) {
		case '\'':
			strbuf_adds(out, "''");
			break;
		case '\\':
			strbuf_adds(out, "\\\\");
			break;
		case '\n':
			strbuf_adds(out, "\\n");
			break;
		case '\r':
			strbuf_adds(out, "\\r");
			break;
		case '\0':
			strbuf_adds(out, "\\0");
			break;
		default:
			strbuf_addc(out, bytes.p[i]);
		}
	}
	strbuf_addc(out, '\'');
}

static char unescaped(char c)
{
	static const char from[] = "nrt0bZ";
	static const char to[] = "\n\r\t\0\b\x1a";
	const char *at = c ? strchr(from, c) : NULL;

	return at ? to[at - from] : c;
}

struct str schema_unquote(struct arena *a, struct str text, size_t *ret_n)
{
	char *bytes = arena_alloc(a, text.n + 1);
	char quote = text.p[0];
	size_t n = 0;
	size_t i = 1;

	while (bytes && i < text.n) {
		char c = text.p[i];

		if (c == '\\' && quote != '`' && i + 1 < text.n)
			c = unescaped(text.p[++i]);
		else if (c == quote && i + 1 < text.n && text.p[i + 1] == quote)
			i++;
		else if (c == quote)
			break;
		bytes[n++] = c;
		i++;
	}
	*ret_n = i < text.n ? i + 1 : text.n;
	return bytes ? str_make(bytes, n) : (struct str){ 0 };
}

/*
 * MySQL's catalogue escapes its texts once more: _utf8mb4\'x\'. Seen by the first quote, which then
 * has a backslash before it.
 */
static bool is_escaped_twice(struct str text)
{
	size_t at = str_find_char(text, '\'');

	return at != SIZE_MAX && at > 0 && text.p[at - 1] == '\\';
}

static struct str unescape(struct arena *a, struct str text)
{
	char *bytes = arena_alloc(a, text.n + 1);
	size_t n = 0;

	for (size_t i = 0; bytes && i < text.n; i++) {
		if (text.p[i] == '\\' && i + 1 < text.n &&
			(text.p[i + 1] == '\\' || text.p[i + 1] == '\''))
			i++;
		bytes[n++] = text.p[i];
	}
	return bytes ? str_make(bytes, n) : (struct str){ 0 };
}

/* ---- words ---- */

static const char *const standard_names[][2] = {
	{ "ucase", "upper" },
	{ "lcase", "lower" },
	{ "curdate", "current_date" },
	{ "curtime", "current_time" },
	{ "substr", "substring" },
	{ "mid", "substring" },
	{ "pow", "power" },
	{ "ceil", "ceiling" },
	{ "now", "current_timestamp" },
	{ "localtime", "current_timestamp" },
	{ "localtimestamp", "current_timestamp" },
	{ "character_length", "char_length" },
	{ "rlike", "regexp" },
	{ "mod", "%" },
};

static struct str lower(struct arena *a, struct str s)
{
	char *p = arena_alloc(a, s.n + 1);

	for (size_t i = 0; p && i < s.n; i++)
		p[i] = s.p[i] >= 'A' && s.p[i] <= 'Z' ? (char)(s.p[i] + 32) : s.p[i];
	return p ? str_make(p, s.n) : (struct str){ 0 };
}

static struct str standard(struct str word)
{
	for (size_t i = 0; i < ARRAY_SIZE(standard_names); i++)
		if (str_is(word, standard_names[i][0]))
			return str_from(standard_names[i][1]);
	return word;
}

static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		(c >= '0' && c <= '9') || c == '_' || c == '$' ||
		(unsigned char)c >= 0x80;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* ---- the lexer ---- */

struct lexer {
	struct arena *arena;
	struct str text;
	size_t at;
	struct schema_token *tokens;
	size_t count, cap;
};

static void put(struct lexer *l, enum schema_token_kind kind, struct str text)
{
	if (l->count == l->cap)
		l->tokens = arena_grow(
			l->arena, l->tokens, l->count, &l->cap, sizeof(*l->tokens));
	if (!l->tokens) {
		l->count = 0;
		return;
	}
	l->tokens[l->count++] = (struct schema_token){ kind, text };
}

static char peek(const struct lexer *l, size_t ahead)
{
	return l->at + ahead < l->text.n ? l->text.p[l->at + ahead] : '\0';
}

static struct str take(struct lexer *l, size_t n)
{
	struct str s = str_sub(l->text, l->at, n);

	l->at += n;
	return s;
}

static struct schema_token *last(struct lexer *l)
{
	return l->count ? &l->tokens[l->count - 1] : NULL;
}

static bool is_ascii(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] >= 0x80)
			return false;
	return true;
}

/* Words before a string that only say its character set, which is the connection's. */
static bool is_needless_introducer(const struct schema_token *t, struct str bytes)
{
	if (!t || t->kind != SCHEMA_TOKEN_WORD)
		return false;
	return str_is(t->text, "_utf8mb4") || str_is(t->text, "_utf8mb3") ||
		str_is(t->text, "_utf8") ||
		(is_ascii(bytes) &&
			(str_is(t->text, "_latin1") || str_is(t->text, "_ascii")));
}

/* x'6162' is 0x6162. */
static bool is_hex_mark(const struct schema_token *t)
{
	return t && t->kind == SCHEMA_TOKEN_WORD && str_is(t->text, "x");
}

static void put_text(struct lexer *l, struct strbuf *sb)
{
	put(l, SCHEMA_TOKEN_LITERAL, strbuf_take(sb, l->arena));
}

static void lex_string(struct lexer *l)
{
	size_t n;
	struct str bytes = schema_unquote(
		l->arena, str_sub(l->text, l->at, SIZE_MAX), &n);
	struct strbuf sb;

	l->at += n;
	strbuf_init(&sb, TEXT_MAX);
	if (is_hex_mark(last(l))) {
		l->count--;
		strbuf_adds(&sb, "0x");
		strbuf_add(&sb, lower(l->arena, bytes));
	} else if (last(l) && last(l)->kind == SCHEMA_TOKEN_WORD &&
		str_is(last(l)->text, "b")) {
		l->count--;
		strbuf_addf(&sb, "b'%.*s'", STR_ARG(bytes));
	} else {
		if (is_needless_introducer(last(l), bytes))
			l->count--;
		schema_add_string(&sb, bytes);
	}
	put_text(l, &sb);
}

static void lex_name(struct lexer *l)
{
	size_t n;
	struct str name = schema_unquote(l->arena, str_sub(l->text, l->at, SIZE_MAX), &n);

	l->at += n;
	put(l, SCHEMA_TOKEN_NAME, name);
}

static size_t number_length(const struct lexer *l)
{
	size_t n = 0;

	if (peek(l, 0) == '0' && (peek(l, 1) == 'x' || peek(l, 1) == 'X')) {
		n = 2;
		while (is_word(peek(l, n)))
			n++;
		return n;
	}
	while (is_digit(peek(l, n)) || peek(l, n) == '.')
		n++;
	if (peek(l, n) == 'e' || peek(l, n) == 'E') {
		size_t sign = peek(l, n + 1) == '-' || peek(l, n + 1) == '+';

		if (is_digit(peek(l, n + 1 + sign)))
			n += 2 + sign;
		while (is_digit(peek(l, n)))
			n++;
	}
	return n;
}

static bool begins_number(const struct lexer *l)
{
	bool behind_name = l->count && l->tokens[l->count - 1].kind == SCHEMA_TOKEN_DOT;

	return !behind_name &&
		(is_digit(peek(l, 0)) || (peek(l, 0) == '.' && is_digit(peek(l, 1))));
}

/* What stands beside a dot is a name; its case is its own. */
static void lex_word(struct lexer *l)
{
	struct str word;
	size_t n = 0;
	bool dotted = l->count && l->tokens[l->count - 1].kind == SCHEMA_TOKEN_DOT;

	while (is_word(peek(l, n)))
		n++;
	word = take(l, n);
	if (dotted || peek(l, 0) == '.')
		put(l, SCHEMA_TOKEN_NAME, word);
	else
		put(l, SCHEMA_TOKEN_WORD, standard(lower(l->arena, word)));
}

static const char *const operators[][2] = {
	{ "<=>", NULL },
	{ "->>", NULL },
	{ "->", NULL },
	{ "<<", NULL },
	{ ">>", NULL },
	{ "<=", NULL },
	{ ">=", NULL },
	{ "<>", NULL },
	{ "!=", "<>" },
	{ "&&", "and" },
	{ "||", "or" },
	{ ":=", NULL },
};

static enum schema_token_kind punctuation(char c)
{
	switch (c) {
	case '(':
		return SCHEMA_TOKEN_OPEN;
	case ')':
		return SCHEMA_TOKEN_CLOSE;
	case ',':
		return SCHEMA_TOKEN_COMMA;
	case '.':
		return SCHEMA_TOKEN_DOT;
	default:
		return SCHEMA_TOKEN_OPERATOR;
	}
}

static void lex_operator(struct lexer *l)
{
	struct str rest = str_sub(l->text, l->at, SIZE_MAX);

	for (size_t i = 0; i < ARRAY_SIZE(operators); i++) {
		struct str o = str_from(operators[i][0]);

		if (!str_starts_with(rest, o))
			continue;
		l->at += o.n;
		put(l, SCHEMA_TOKEN_OPERATOR,
			operators[i][1] ? str_from(operators[i][1]) : o);
		return;
	}
	put(l, punctuation(rest.p[0]), take(l, 1));
}

static void lex_variable(struct lexer *l)
{
	size_t n = 1;

	while (is_word(peek(l, n)) || peek(l, n) == '@' || peek(l, n) == '.')
		n++;
	put(l, SCHEMA_TOKEN_LITERAL, lower(l->arena, take(l, n)));
}

static void skip_comment(struct lexer *l)
{
	size_t end = str_find(str_sub(l->text, l->at + 2, SIZE_MAX), STR("*/"));

	l->at = end == SIZE_MAX ? l->text.n : l->at + 2 + end + 2;
}

static void lex_one(struct lexer *l)
{
	char c = peek(l, 0);

	if (c == ' ' || c == '\t' || c == '\n' || c == '\r')
		l->at++;
	else if (c == '/' && peek(l, 1) == '*')
		skip_comment(l);
	else if (c == '\'' || c == '"')
		lex_string(l);
	else if (c == '`')
		lex_name(l);
	else if (begins_number(l))
		put(l, SCHEMA_TOKEN_LITERAL, lower(l->arena, take(l, number_length(l))));
	else if (is_word(c))
		lex_word(l);
	else if (c == '@')
		lex_variable(l);
	else
		lex_operator(l);
}

struct schema_token *schema_lex(struct arena *a, struct str text, size_t *ret_count)
{
	struct lexer l = { .arena = a,
		.text = is_escaped_twice(text) ? unescape(a, text) : text };

	while (l.at < l.text.n)
		lex_one(&l);
	put(&l, SCHEMA_TOKEN_END, STR(""));
	*ret_count = l.count;
	return l.tokens;
}
