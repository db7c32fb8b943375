#include "harness/lang/cursor.h"

#include <stdarg.h>

char cursor_peek(const struct cursor *c)
{
	return cursor_peek_at(c, 0);
}

char cursor_peek_at(const struct cursor *c, size_t k)
{
	return k < c->end - c->at ? c->source->text.p[c->at + k] : '\0';
}

struct str cursor_rest(const struct cursor *c)
{
	return str_sub(c->source->text, c->at, c->end - c->at);
}

struct str cursor_since(const struct cursor *c, size_t start)
{
	return str_sub(c->source->text, start, c->at - start);
}

struct str cursor_text(const struct cursor *c, struct span span)
{
	return str_sub(c->source->text, span.at, span.n);
}

bool cursor_sees(const struct cursor *c, const char *text)
{
	return str_starts_with(cursor_rest(c), str_from(text));
}

bool cursor_take(struct cursor *c, const char *text)
{
	if (!cursor_sees(c, text))
		return false;
	c->at += strlen(text);
	return true;
}

struct span cursor_span(const struct cursor *c, size_t start)
{
	return SPAN(start, c->at - start);
}

struct span cursor_here(const struct cursor *c)
{
	uint32_t ignored;

	if (cursor_at_line_end(c))
		return SPAN(c->at, 0);
	size_t n = utf8_next(c->source->text, c->at, &ignored);
	return SPAN(c->at, n ? n : 1);
}

/* The part of a span that lies in the text. */
static struct span inside_text(const struct cursor *c, struct span span)
{
	size_t n = c->source->text.n;

	if (span.at > n)
		return SPAN(n, 0);
	return SPAN(span.at, span.n < n - span.at ? span.n : n - span.at);
}

int cursor_fail(const struct cursor *c, struct span span, const char *fmt, ...)
{
	struct error e;
	va_list ap;
	char text[sizeof(e.message)];

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);	/* what does not fit is cut by error_at too */
	va_end(ap);
	return error_at(c->err, ERR_PARSE, c->source, inside_text(c, span), "%s", text);
}

int cursor_oom(const struct cursor *c)
{
	return error_set_oom(c->err);
}

void cursor_warn(const struct cursor *c, struct span span, const char *fmt, ...)
{
	struct error e;
	va_list ap;
	char text[sizeof(e.message)];

	if (!c->warnings)
		return;
	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	(void)error_at(&e, ERR_PARSE, c->source, span, "%s", text);
	error_list_add(c->warnings, &e);
}

int cursor_fail_extension(const struct cursor *c, struct span span, const char *what, struct str word)
{
	(void)cursor_fail(c, span, "%s '%.*s' belongs in a .suite file; rename %s", what,
			  STR_ARG(word), c->source->name);
	return -1;
}

bool cursor_blanks(struct cursor *c)
{
	size_t start = c->at;

	while (cursor_peek(c) == ' ' || cursor_peek(c) == '\t')
		c->at++;
	return c->at > start;
}

bool cursor_at_line_end(const struct cursor *c)
{
	char first = cursor_peek(c);

	return first == '\0' || first == '\n' || (first == '\r' && cursor_peek_at(c, 1) == '\n');
}

bool cursor_take_line_end(struct cursor *c)
{
	if (!cursor_at_line_end(c))
		return false;
	if (cursor_peek(c) == '\r')
		c->at++;
	if (c->at < c->end)
		c->at++;
	return true;
}

/* [start of the comment, line end) is stepped over. */
static void skip_comment(struct cursor *c)
{
	if (cursor_peek(c) != '#')
		return;
	while (!cursor_at_line_end(c))
		c->at++;
}

bool cursor_line_is_over(const struct cursor *c)
{
	struct cursor probe = *c;

	cursor_blanks(&probe);
	skip_comment(&probe);
	return cursor_at_line_end(&probe);
}

int cursor_end_line(struct cursor *c, const char *what)
{
	cursor_blanks(c);
	skip_comment(c);
	if (!cursor_take_line_end(c))
		return cursor_fail(c, cursor_here(c), "expected the end of the line behind %s", what);
	return 0;
}

void cursor_skip_lines(struct cursor *c)
{
	while (c->at < c->end && cursor_line_is_over(c))
		cursor_skip_line(c);
	cursor_blanks(c);
}

void cursor_skip_line(struct cursor *c)
{
	while (!cursor_at_line_end(c))
		c->at++;
	(void)cursor_take_line_end(c);	/* it is at one */
}

static bool is_word_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '-' || c == '_';
}

struct str cursor_word(const struct cursor *c)
{
	size_t n = 0;

	while (is_word_char(cursor_peek_at(c, n)))
		n++;
	return str_sub(c->source->text, c->at, n);
}

struct str cursor_take_word(struct cursor *c)
{
	struct str word = cursor_word(c);

	c->at += word.n;
	return word;
}

/* Behind the quoted text that opens at `at`; SIZE_MAX when the line ends first. */
static size_t quoted_end(const struct cursor *c, size_t at)
{
	const char *p = c->source->text.p;

	for (size_t i = at + 1; i < c->end && p[i] != '\n'; i++) {
		if (p[i] == '\\')
			i++;
		else if (p[i] == '"')
			return i + 1;
	}
	return SIZE_MAX;
}

size_t cursor_placeholder_end(const struct cursor *c, size_t at)
{
	const char *p = c->source->text.p;
	size_t i = at + 2;

	while (i + 1 < c->end && p[i] != '\n') {
		if (p[i] == '}' && p[i + 1] == '}')
			return i + 2;
		size_t past = c->extended && p[i] == '"' ? quoted_end(c, i) : i + 1;
		i = past == SIZE_MAX ? i + 1 : past;
	}
	return SIZE_MAX;
}

int cursor_skip_placeholder(struct cursor *c)
{
	size_t end = cursor_placeholder_end(c, c->at);

	if (end == SIZE_MAX)
		return cursor_fail(c, SPAN(c->at, 2), "'{{' without '}}' on the same line");
	c->at = end;
	return 0;
}

/*
 * Ranges of Unicode beyond ASCII that are neither letters nor digits. What it leaves out (single symbols in letter
 * blocks) only makes a few odd names acceptable.
 */
static const struct {
	uint32_t first, last;
} not_letters[] = {
	{ 0x80, 0xa9 },	{ 0xab, 0xb4 }, { 0xb6, 0xb9 }, { 0xbb, 0xbf }, { 0xd7, 0xd7 }, { 0xf7, 0xf7 },
	{ 0x2000, 0x206f }, { 0x20a0, 0x20cf }, { 0x2190, 0x2bff }, { 0x2e00, 0x2e7f },
	{ 0x3000, 0x3004 }, { 0x3008, 0x3020 }, { 0xd800, 0xf8ff }, { 0xfe00, 0xfe6f },
	{ 0xfeff, 0xfeff }, { 0xff00, 0xff0f }, { 0xff1a, 0xff20 }, { 0xffe0, 0xffff },
	{ 0x1f000, 0x1faff }, { 0xe0000, 0x10ffff },
};

bool is_letter_or_digit(uint32_t c)
{
	if (c < 0x80)
		return is_word_char((char)c) && c != '-' && c != '_';
	for (size_t i = 0; i < ARRAY_SIZE(not_letters); i++)
		if (c >= not_letters[i].first && c <= not_letters[i].last)
			return false;
	return true;
}

size_t variable_name_length(struct str s)
{
	size_t n = 0;

	while (n < s.n) {
		uint32_t ch;
		size_t step = utf8_next(s, n, &ch);
		if (step == 0 || !(is_letter_or_digit(ch) || ch == '_' || ch == '-'))
			break;
		n += step;
	}
	return n;
}

/* One key character that is no escape; its length, 0 when it is none. */
static size_t key_char(const struct cursor *c, bool first)
{
	uint32_t ch;
	size_t n = utf8_next(cursor_rest(c), 0, &ch);

	if (n == 0 || ch == '\0' || (first && ch == '['))
		return 0;
	if (ch < 0x80 && strchr("_-.[]@$", (int)ch))
		return n;
	return is_letter_or_digit(ch) ? n : 0;
}

/* Raw characters that end every string written on one line. */
static bool ends_string(char c)
{
	return c == '\0' || c == '\t' || c == '\n' || c == '\r' || c == '\b' || c == '\f';
}

/* A backslash and what it takes with it: one character, or u{...}; template_parse judges it. */
static void skip_escape(struct cursor *c)
{
	bool braces = cursor_sees(c, "\\u{");

	c->at += braces ? 3 : 2;
	while (braces && c->at < c->end && is_word_char(cursor_peek(c)))
		c->at++;
	if (braces && cursor_peek(c) == '}')
		c->at++;
}

/* One character, or an escape. */
static void step_string(struct cursor *c)
{
	if (cursor_peek(c) == '\\' && !ends_string(cursor_peek_at(c, 1)))
		skip_escape(c);
	else
		c->at++;
}

/* key = ( letter | digit | one of "_-.[]@$" | escape | placeholder )+ */
int cursor_key(struct cursor *c, struct span *ret)
{
	size_t start = c->at;

	for (;;) {
		if (cursor_sees(c, "{{")) {
			if (cursor_skip_placeholder(c))
				return -1;
		} else if (cursor_peek(c) == '\\' && !ends_string(cursor_peek_at(c, 1))) {
			skip_escape(c);
		} else {
			size_t n = key_char(c, c->at == start);
			if (n == 0)
				break;
			c->at += n;
		}
	}
	*ret = cursor_span(c, start);
	return 0;
}

/* value = ( escape | placeholder | any character but '#' and controls )*, spaces at its end cut */
int cursor_value(struct cursor *c, struct span *ret)
{
	size_t start = c->at;
	size_t last = c->at;

	while (!ends_string(cursor_peek(c)) && cursor_peek(c) != '#') {
		bool is_space = cursor_peek(c) == ' ';
		if (cursor_sees(c, "{{")) {
			if (cursor_skip_placeholder(c))
				return -1;
		} else {
			step_string(c);
		}
		if (!is_space)
			last = c->at;
	}
	*ret = SPAN(start, last - start);
	return 0;
}

/* Steps over one element of a quoted string: an escape, a placeholder, a doubled quote of SQL, a character. */
static int quoted_step(struct cursor *c, char quote)
{
	if (cursor_sees(c, "{{"))
		return cursor_skip_placeholder(c);
	if (cursor_peek(c) == '\\' && !ends_string(cursor_peek_at(c, 1)))
		c->at++;
	else if (quote == '\'' && cursor_peek(c) == quote)
		c->at++;
	c->at++;
	return 0;
}

/* quoted = QUOTE ( escape | placeholder | any character but QUOTE and controls )* QUOTE */
int cursor_quoted(struct cursor *c, char quote, struct span *ret)
{
	size_t open = c->at++;

	while (!ends_string(cursor_peek(c))) {
		if (cursor_peek(c) == quote && !(quote == '\'' && cursor_peek_at(c, 1) == quote)) {
			*ret = SPAN(open + 1, c->at - open - 1);
			c->at++;
			return 0;
		}
		if (quoted_step(c, quote))
			return -1;
	}
	return cursor_fail(c, SPAN(open, 1), "this %c is not closed on its line", quote);
}

/* file name = ( escape | placeholder | any character but ; # { } blank and controls )+ */
int cursor_file_name(struct cursor *c, struct span *ret)
{
	size_t start = c->at;

	while (!ends_string(cursor_peek(c))) {
		if (cursor_sees(c, "{{")) {
			if (cursor_skip_placeholder(c))
				return -1;
			continue;
		}
		if (strchr(";#{} ", cursor_peek(c)))
			break;
		step_string(c);
	}
	if (c->at == start)
		return cursor_fail(c, cursor_here(c), "expected the name of a file");
	*ret = cursor_span(c, start);
	return 0;
}
