#include "probes/migrations_source.h"

void code_lexer_init(struct code_lexer *l, struct str text, enum code_language language)
{
	*l = (struct code_lexer){ .text = text, .language = language };
}

static struct str rest_of(const struct code_lexer *l)
{
	return str_sub(l->text, l->at, SIZE_MAX);
}

static bool at_text(const struct code_lexer *l, const char *text)
{
	return str_starts_with(rest_of(l), str_from(text));
}

/* Behind the next `text`, or at the end. */
static void skip_behind(struct code_lexer *l, const char *text)
{
	size_t found = str_find(rest_of(l), str_from(text));

	l->at = found == SIZE_MAX ? l->text.n : l->at + found + strlen(text);
}

/* ---- comments ---- */

enum { SCRIPT = 1 << CODE_SCRIPT, PHP = 1 << CODE_PHP, PYTHON = 1 << CODE_PYTHON };

static const struct comment {
	unsigned languages;
	const char *open, *close;
} comments[] = {
	{ SCRIPT | PHP, "//", "\n" },
	{ SCRIPT | PHP, "/*", "*/" },
	{ PHP | PYTHON, "#", "\n" },
};

static bool skip_comment(struct code_lexer *l)
{
	for (size_t i = 0; i < ARRAY_SIZE(comments); i++) {
		const struct comment *c = &comments[i];

		if (!(c->languages & 1u << l->language) || !at_text(l, c->open))
			continue;
		if (at_text(l, "#[")) /* a PHP attribute */
			continue;
		l->at += strlen(c->open);
		skip_behind(l, c->close);
		return true;
	}
	return false;
}

static bool skip_blank(struct code_lexer *l)
{
	if (l->at >= l->text.n || (unsigned char)l->text.p[l->at] > ' ')
		return false;
	l->at++;
	return true;
}

/* ---- strings ---- */

static const struct quote {
	unsigned languages;
	const char *mark; /* closes it too */
	bool one_line;
} quotes[] = {
	{ PYTHON, "\"\"\"", false },
	{ PYTHON, "'''", false },
	{ SCRIPT | PYTHON, "\"", true },
	{ SCRIPT | PYTHON, "'", true },
	{ PHP, "\"", false },
	{ PHP, "'", false },
	{ SCRIPT, "`", false },
};

static const struct quote *quote_here(const struct code_lexer *l)
{
	for (size_t i = 0; i < ARRAY_SIZE(quotes); i++)
		if (quotes[i].languages & 1u << l->language && at_text(l, quotes[i].mark))
			return &quotes[i];
	return NULL;
}

/* A string of one line that is not closed ends with it, so that one stray quote does not hide the rest. */
static struct code_token read_string(struct code_lexer *l, const struct quote *q)
{
	size_t n = strlen(q->mark);
	size_t from = l->at += n;

	while (l->at < l->text.n && !at_text(l, q->mark) &&
		!(q->one_line && l->text.p[l->at] == '\n'))
		l->at += l->text.p[l->at] == '\\' ? 2 : 1;
	if (l->at > l->text.n)
		l->at = l->text.n;
	struct str text = str_sub(l->text, from, l->at - from);
	if (at_text(l, q->mark))
		l->at += n;
	return (struct code_token){ .kind = CODE_STRING, .text = text };
}

/* ---- patterns: /['"]/ holds quotes that open nothing ---- */

static bool pattern_may_start(const struct code_lexer *l)
{
	return l->language == CODE_SCRIPT && at_text(l, "/") &&
		(l->before == '\0' || strchr("(,=:[!&|?{};+", l->before));
}

static void skip_pattern(struct code_lexer *l)
{
	bool in_class = false;

	for (l->at++; l->at < l->text.n && l->text.p[l->at] != '\n'; l->at++) {
		char c = l->text.p[l->at];

		if (c == '/' && !in_class)
			break;
		if (c == '\\')
			l->at++;
		else if (c == '[' || c == ']')
			in_class = c == '[';
	}
	if (l->at < l->text.n)
		l->at++;
	else
		l->at = l->text.n;
}

/* ---- words ---- */

static bool is_word_char(const struct code_lexer *l, char c)
{
	unsigned char u = (unsigned char)c;

	return (u >= 'a' && u <= 'z') || (u >= 'A' && u <= 'Z') ||
		(u >= '0' && u <= '9') || u == '_' || u == '$' || u >= 0x80 ||
		(u == '\\' && l->language == CODE_PHP);
}

static struct code_token read_word(struct code_lexer *l)
{
	size_t from = l->at;

	while (l->at < l->text.n && is_word_char(l, l->text.p[l->at]))
		l->at++;
	return (struct code_token){ .kind = CODE_WORD,
		.text = str_sub(l->text, from, l->at - from) };
}

static struct code_token read_mark(struct code_lexer *l)
{
	struct str text = str_sub(l->text, l->at, 1);

	if (pattern_may_start(l))
		skip_pattern(l);
	else
		l->at++;
	return (struct code_token){ .kind = CODE_MARK, .text = text };
}

static struct code_token read_token(struct code_lexer *l)
{
	const struct quote *q = quote_here(l);

	if (q)
		return read_string(l, q);
	return is_word_char(l, l->text.p[l->at]) ? read_word(l) : read_mark(l);
}

struct code_token code_lexer_next(struct code_lexer *l)
{
	while (skip_blank(l) || skip_comment(l))
		;
	if (l->at >= l->text.n)
		return (struct code_token){ .kind = CODE_END };

	bool line_start = l->at == 0 || l->text.p[l->at - 1] == '\n';
	struct code_token t = read_token(l);

	t.line_start = line_start;
	l->before = l->text.p[l->at - 1];
	return t;
}

bool code_is(struct code_token t, const char *text)
{
	return (t.kind == CODE_WORD || t.kind == CODE_MARK) && str_is(t.text, text);
}
