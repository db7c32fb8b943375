#include "harness/lang/sql_lexer.h"

#include "harness/lang/cursor.h"
#include "harness/lang/grammar.h"

void sql_lexer_init(struct sql_lexer *l, const struct source *s, struct span span, struct sql_mode mode)
{
	*l = (struct sql_lexer){ .source = s, .at = span.at, .end = span.at + span.n, .mode = mode,
				 .delimiter = STR(";"), .at_statement_start = true };
}

static char peek(const struct sql_lexer *l, size_t k)
{
	return k < l->end - l->at ? l->source->text.p[l->at + k] : '\0';
}

static struct str rest(const struct sql_lexer *l)
{
	return str_sub(l->source->text, l->at, l->end - l->at);
}

static bool sees(const struct sql_lexer *l, const char *text)
{
	return str_starts_with(rest(l), str_from(text));
}

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* What a name may hold outside quotes; every byte beyond ASCII counts, as on the servers. */
static bool is_name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_' || c == '$' ||
	       (unsigned char)c >= 0x80;
}

static struct sql_token token(const struct sql_lexer *l, enum sql_token_kind kind, size_t start)
{
	return (struct sql_token){ .kind = kind, .span = SPAN(start, l->at - start), .in_code = l->in_code };
}

static struct sql_token bad(struct sql_lexer *l, size_t start, size_t n, struct error *err, const char *message)
{
	struct sql_token t = { .kind = SQL_BAD, .span = SPAN(start, l->end - start), .in_code = l->in_code };

	(void)error_at(err, ERR_PARSE, l->source, SPAN(start, n), "%s", message);
	l->at = l->end;		/* nothing behind it can be read with any meaning */
	l->in_code = false;	/* said already: the end comes next */
	return t;
}

/* Steps over a placeholder; false when it is not closed on its line. */
static bool skip_placeholder(struct sql_lexer *l)
{
	struct cursor c = { .source = l->source, .at = l->at, .end = l->end, .extended = true };
	size_t end = cursor_placeholder_end(&c, l->at);

	if (end == SIZE_MAX)
		return false;
	l->at = end;
	return true;
}

/* ---- quotes ---- */

/* quoted = QUOTE ( QUOTE QUOTE | "\" any | placeholder | any )* QUOTE ; no backslash in names */
static bool skip_quoted(struct sql_lexer *l, bool backslash)
{
	char quote = peek(l, 0);

	for (l->at++; l->at < l->end; l->at++) {
		char c = peek(l, 0);
		if (c == '{' && peek(l, 1) == '{' && skip_placeholder(l))
			l->at--;
		else if (c == '\\' && backslash)
			l->at++;
		else if (c == quote && peek(l, 1) == quote)
			l->at++;
		else if (c == quote) {
			l->at++;
			return true;
		}
	}
	l->at = l->end;
	return false;
}

static struct sql_token quoted(struct sql_lexer *l, struct error *err)
{
	char quote = peek(l, 0);
	bool is_name = quote == '`' || (quote == '"' && l->mode.ansi_quotes);
	size_t start = l->at;

	if (!skip_quoted(l, !is_name && !l->mode.no_backslash_escapes))
		return bad(l, start, 1, err, is_name ? "this name is not closed" : "this string is not closed");
	return token(l, is_name ? SQL_NAME : SQL_STRING, start);
}

/* ---- comments ---- */

/* `--` is a comment only before white space, a control character or the end. */
static bool starts_line_comment(const struct sql_lexer *l)
{
	char after = peek(l, 2);

	if (peek(l, 0) == '#')
		return true;
	return sees(l, "--") && (l->at + 2 >= l->end || (after >= 0 && after <= ' ') || after == 0x7f);
}

static struct sql_token line_comment(struct sql_lexer *l, struct error *err)
{
	size_t start = l->at;
	size_t n = str_find_char(rest(l), '\n');

	(void)err;
	l->at = n == SIZE_MAX ? l->end : l->at + n;
	return token(l, SQL_COMMENT, start);
}

/* A block comment that holds one placeholder and blanks: the sample form. */
static bool is_sample(const struct sql_lexer *l, struct span span)
{
	struct str inner = str_trim(str_sub(l->source->text, span.at + 2, span.n - 4));
	struct cursor c = { .source = l->source, .extended = true };

	if (!str_starts_with(inner, STR("{{")))
		return false;
	c.at = (size_t)(inner.p - l->source->text.p);
	c.end = c.at + inner.n;
	return cursor_placeholder_end(&c, c.at) == c.end;
}

/* Where a comment's mark of the end stands behind `from`; a placeholder that a comment holds alone may contain it. */
static size_t comment_close(const struct sql_lexer *l, size_t from)
{
	struct str text = str_sub(l->source->text, from, l->end - from);
	size_t n = str_find(text, STR("*/"));

	return n == SIZE_MAX ? SIZE_MAX : from + n;
}

static struct sql_token block_comment(struct sql_lexer *l, struct error *err)
{
	bool hint = sees(l, "/*+");
	size_t start = l->at;
	size_t close = comment_close(l, l->at + (hint ? 3 : 2));
	struct sql_token t;

	if (close == SIZE_MAX)
		return bad(l, start, 2, err, hint ? "this optimizer hint is not closed with '*/'"
			   : "this comment is not closed with '*/'");
	l->at = close + 2;
	t = token(l, hint ? SQL_HINT : SQL_COMMENT, start);
	if (!hint && is_sample(l, t.span))
		t.kind = SQL_SAMPLE;
	return t;
}

/* code-open = "/" "*" ( "!" | "M!" ) digit* */
static struct sql_token code_open(struct sql_lexer *l, struct error *err)
{
	size_t start = l->at;

	if (l->in_code)
		return bad(l, start, 2, err, "code in a comment cannot hold another one");
	if (comment_close(l, l->at + 3) == SIZE_MAX)
		return bad(l, start, 2, err, "this code in a comment is not closed with '*/'");
	l->at += sees(l, "/*M!") ? 4 : 3;
	while (is_digit(peek(l, 0)))
		l->at++;
	l->in_code = true;
	return token(l, SQL_CODE_OPEN, start);
}

static struct sql_token code_close(struct sql_lexer *l, struct error *err)
{
	size_t start = l->at;

	(void)err;
	l->at += 2;
	struct sql_token t = token(l, SQL_CODE_CLOSE, start);
	l->in_code = false;
	return t;
}

/* ---- words, numbers, variables ---- */

static void skip_name(struct sql_lexer *l)
{
	while (l->at < l->end && is_name_char(peek(l, 0)))
		l->at++;
}

/* exponent = ( "e" | "E" ) ( "+" | "-" )? digit+ */
static void skip_exponent(struct sql_lexer *l)
{
	size_t sign = peek(l, 1) == '+' || peek(l, 1) == '-';

	if ((peek(l, 0) == 'e' || peek(l, 0) == 'E') && is_digit(peek(l, 1 + sign))) {
		l->at += 1 + sign;
		while (is_digit(peek(l, 0)))
			l->at++;
	}
}

/* number = digit+ ( "." digit* )? exponent? | "." digit+ exponent? | "0x" hex+ | "0b" bit+ ; digits that go on as a name are one */
static struct sql_token number(struct sql_lexer *l, struct error *err)
{
	size_t start = l->at;

	(void)err;
	while (is_digit(peek(l, 0)))
		l->at++;
	if (peek(l, 0) == '.') {
		l->at++;
		while (is_digit(peek(l, 0)))
			l->at++;
	}
	size_t mantissa = l->at;
	skip_exponent(l);
	if (l->at < l->end && is_name_char(peek(l, 0))) {
		/* as on the servers: behind a fraction or an exponent a new token starts, whole digits go on as a name */
		if (l->at > mantissa || str_find_char(str_sub(l->source->text, start, l->at - start), '.') != SIZE_MAX)
			return token(l, SQL_NUMBER, start);
		bool prefixed = l->source->text.p[start] == '0' && l->at == start + 1 &&
				(peek(l, 0) == 'x' || peek(l, 0) == 'b');
		skip_name(l);
		return token(l, prefixed ? SQL_NUMBER : SQL_WORD, start);
	}
	return token(l, SQL_NUMBER, start);
}

/* variable = "@" "@"? ( name | quoted )? */
static struct sql_token variable(struct sql_lexer *l, struct error *err)
{
	size_t start = l->at;
	char c;

	l->at += sees(l, "@@") ? 2 : 1;
	c = peek(l, 0);
	if (c == '`' || c == '\'' || c == '"') {
		size_t open = l->at;
		if (!skip_quoted(l, c != '`' && !l->mode.no_backslash_escapes))
			return bad(l, open, 1, err, "the quoted name of this variable is not closed");
	} else {
		while (l->at < l->end && (is_name_char(peek(l, 0)) || peek(l, 0) == '.'))
			l->at++;
	}
	return token(l, SQL_VARIABLE, start);
}

static struct sql_token punctuation(struct sql_lexer *l)
{
	static const char *const longer[] = { "<=>", "->>", "<>", "!=", ">=", "<=", ":=", "||", "&&", "->", "<<", ">>" };
	size_t start = l->at;

	for (size_t i = 0; i < ARRAY_SIZE(longer); i++) {
		if (sees(l, longer[i])) {
			l->at += strlen(longer[i]);
			return token(l, SQL_PUNCT, start);
		}
	}
	l->at++;
	return token(l, SQL_PUNCT, start);
}

/* ---- client commands ---- */

/* Words that clients take for themselves at the start of a statement. */
static const char *const client_words[] = { "source", "system", "tee", "notee", "pager", "nopager", "connect", "edit", "ego",
					    "go", "print", "prompt", "quit", "rehash", "status", "charset", "resetconnection",
					    "query_attributes", "ssl_session_data_print", "nowarning", "warnings" };

static bool is_client_word(struct str word)
{
	for (size_t i = 0; i < ARRAY_SIZE(client_words); i++)
		if (str_eq_nocase(word, str_from(client_words[i])))
			return true;
	return false;
}

/* delimiter = "DELIMITER" blank+ text to the line's end */
static struct sql_token set_delimiter(struct sql_lexer *l, size_t start, struct error *err)
{
	size_t n = str_find_char(rest(l), '\n');
	struct str line = str_sub(l->source->text, l->at, n == SIZE_MAX ? l->end - l->at : n);
	struct str word = str_trim(line);

	l->at += line.n;
	if (word.n == 0)
		return bad(l, start, 9, err, "expected the new delimiter behind DELIMITER");
	if (str_find_char(word, '\\') != SIZE_MAX)
		return bad(l, start, 9, err, "a delimiter cannot hold a backslash");
	l->delimiter = word;
	return token(l, SQL_CLIENT_COMMAND, start);
}

static struct sql_token word(struct sql_lexer *l, struct error *err)
{
	size_t start = l->at;
	bool first = l->at_statement_start && !l->in_code;
	struct str text;

	skip_name(l);
	text = str_sub(l->source->text, start, l->at - start);
	if (first && str_eq_nocase(text, STR("delimiter")))
		return set_delimiter(l, start, err);
	return token(l, first && is_client_word(text) ? SQL_CLIENT_COMMAND : SQL_WORD, start);
}

/* backslash = "\g" | "\G" : ends the statement; any other is a client's command */
static struct sql_token backslash(struct sql_lexer *l, struct error *err)
{
	size_t start = l->at;
	char c = peek(l, 1);

	(void)err;
	l->at += c ? 2 : 1;
	return token(l, c == 'g' || c == 'G' ? SQL_DELIMITER : SQL_CLIENT_COMMAND, start);
}

/* ---- all ---- */

static struct sql_token delimiter(struct sql_lexer *l, struct error *err)
{
	size_t start = l->at;

	if (l->in_code)
		return bad(l, start, l->delimiter.n, err, "the delimiter stands inside code in a comment; clients disagree about it");
	l->at += l->delimiter.n;
	return token(l, SQL_DELIMITER, start);
}

static struct sql_token placeholder(struct sql_lexer *l, struct error *err)
{
	size_t start = l->at;

	if (!skip_placeholder(l))
		return bad(l, start, 2, err, "'{{' of a placeholder without '}}' on the same line");
	return token(l, SQL_PLACEHOLDER, start);
}

static struct sql_token control(struct sql_lexer *l, struct error *err)
{
	return bad(l, l->at, 1, err, "a control character cannot stand outside quotes");
}

static bool starts_delimiter(const struct sql_lexer *l)
{
	return str_starts_with(rest(l), l->delimiter);
}

static bool starts_code_close(const struct sql_lexer *l)
{
	return l->in_code && sees(l, "*/");
}

static bool starts_code(const struct sql_lexer *l)
{
	return sees(l, "/*!") || sees(l, "/*M!");
}

static bool starts_block_comment(const struct sql_lexer *l)
{
	return sees(l, "/*");
}

static bool starts_quoted(const struct sql_lexer *l)
{
	char c = peek(l, 0);

	return c == '\'' || c == '"' || c == '`';
}

static bool starts_placeholder(const struct sql_lexer *l)
{
	return sees(l, "{{");
}

static bool starts_number(const struct sql_lexer *l)
{
	return is_digit(peek(l, 0)) || (peek(l, 0) == '.' && is_digit(peek(l, 1)));
}

static bool starts_word(const struct sql_lexer *l)
{
	return is_name_char(peek(l, 0));
}

static bool starts_variable(const struct sql_lexer *l)
{
	return peek(l, 0) == '@';
}

static bool starts_control(const struct sql_lexer *l)
{
	return (unsigned char)peek(l, 0) < ' ' || peek(l, 0) == 0x7f;
}

static bool starts_backslash(const struct sql_lexer *l)
{
	return peek(l, 0) == '\\';
}

/* How each token starts and is read; the first that fits is it. What is none of these is punctuation. */
static const struct token_form {
	bool (*starts)(const struct sql_lexer *l);
	struct sql_token (*read)(struct sql_lexer *l, struct error *err);
} token_forms[] = {
	{ starts_delimiter, delimiter },	 { starts_code_close, code_close },
	{ starts_code, code_open },		 { starts_block_comment, block_comment },
	{ starts_line_comment, line_comment },	 { starts_quoted, quoted },
	{ starts_placeholder, placeholder },	 { starts_number, number },
	{ starts_word, word },			 { starts_variable, variable },
	{ starts_control, control },		 { starts_backslash, backslash },
};

static struct sql_token next_token(struct sql_lexer *l, struct error *err)
{
	for (size_t i = 0; i < ARRAY_SIZE(token_forms); i++)
		if (token_forms[i].starts(l))
			return token_forms[i].read(l, err);
	return punctuation(l);
}

static bool is_silent(enum sql_token_kind kind)
{
	return kind == SQL_COMMENT || kind == SQL_SAMPLE;
}

struct sql_token sql_lexer_next(struct sql_lexer *l, struct error *err)
{
	while (l->at < l->end && is_space(peek(l, 0)))
		l->at++;
	if (l->at >= l->end) {
		if (l->in_code)
			return bad(l, l->at, 0, err, "code in a comment is not closed with '*/'");
		return token(l, SQL_END, l->at);
	}
	struct sql_token t = next_token(l, err);
	if (t.kind == SQL_DELIMITER || t.kind == SQL_CLIENT_COMMAND)
		l->at_statement_start = true;
	else if (!is_silent(t.kind))
		l->at_statement_start = false;
	return t;
}

/* How many parentheses are open behind that punctuation. */
static size_t depth_behind(size_t depth, struct str text)
{
	if (str_is(text, "("))
		return depth + 1;
	return depth > 0 && str_is(text, ")") ? depth - 1 : depth;
}

bool sql_has_order_by(const struct source *s, struct span span)
{
	struct sql_lexer l;
	struct error ignored;
	struct str before = { NULL, 0 };
	size_t depth = 0;

	sql_lexer_init(&l, s, span, (struct sql_mode){ 0 });
	for (;;) {
		struct sql_token t = sql_lexer_next(&l, &ignored);
		struct str text = str_sub(s->text, t.span.at, t.span.n);
		if (t.kind == SQL_END || t.kind == SQL_BAD)
			return false;
		if (is_silent(t.kind) || t.kind == SQL_HINT)
			continue;
		if (t.kind == SQL_PUNCT)
			depth = depth_behind(depth, text);
		if (depth == 0 && t.kind == SQL_WORD && str_eq_nocase(text, STR("by")) && str_eq_nocase(before, STR("order")))
			return true;
		before = t.kind == SQL_WORD ? text : (struct str){ NULL, 0 };
	}
}
