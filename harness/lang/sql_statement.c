/*
 * One statement, cut into text and placeholders.
 */
#include "harness/lang/sql_lexer.h"

#include "harness/lang/ast.h"
#include "harness/lang/cursor.h"

VEC(piece_vec, struct sql_piece);

/* A parenthesis that is open. */
struct paren {
	bool is_in;			/* IN ( */
	bool is_not_in;			/* NOT IN ( */
};
VEC(paren_vec, struct paren);

#define MAX_PARENS 1000

struct splitter {
	struct arena *arena;
	struct sql_lexer lexer;
	struct piece_vec pieces;
	struct paren_vec parens;
	size_t text_start;		/* what was not put into a piece yet */
	struct span span;		/* first to last token */
	bool any;
	bool ended;			/* the delimiter was seen */
	bool has_order_by, vertical;
	/* the last three tokens that count, the newest first; texts of words and punctuation */
	struct str last[3];
	enum sql_token_kind last_kind;
	size_t words;			/* words so far, for the head */
	bool is_routine, has_body;	/* CREATE PROCEDURE and the like; BEGIN was seen: delimiters may stand inside */
	bool creates;
	bool assigning, assign_open;	/* in SET a = ..., b = ...; the next = is no comparison */
	size_t pending;			/* pieces whose end of the list is not known yet: index + 1, 0: none */
	struct error *err;
};

static struct str text_of(const struct splitter *p, struct span span)
{
	return str_sub(p->lexer.source->text, span.at, span.n);
}

static int fail(const struct splitter *p, struct span span, const char *message)
{
	return error_at(p->err, ERR_PARSE, p->lexer.source, span, "%s", message);
}

static bool word_is(struct str text, const char *word)
{
	return str_eq_nocase(text, str_from(word));
}

/* ---- placeholders ---- */

static int read_placeholder(const struct splitter *p, struct span braces, const struct placeholder **ret)
{
	const struct template *t;

	/* a server that skips the code looks for the end mark only, and a value may hold one */
	if (p->lexer.in_code)
		return fail(p, braces, "a placeholder cannot stand inside code in a comment");
	if (template_parse(p->arena, p->lexer.source, braces, ESCAPES_NONE, true, &t, p->err))
		return -1;
	if (!template_is_bare(t))
		return fail(p, braces, "expected the name of a variable in a placeholder of a statement");
	*ret = t->parts[0].placeholder;
	return 0;
}

/* A new piece whose placeholder replaces [from, to). */
static struct sql_piece *add_piece(struct splitter *p, size_t from, size_t to)
{
	struct sql_piece *piece = VEC_PUSH(p->arena, &p->pieces);

	if (!piece) {
		(void)error_set_oom(p->err);
		return NULL;
	}
	*piece = (struct sql_piece){ .text = text_of(p, SPAN(p->text_start, from - p->text_start)) };
	p->text_start = to;
	return piece;
}

static bool is_one_of(struct str text, const char *const *words)
{
	while (*words && !word_is(text, *words))
		words++;
	return *words != NULL;
}

/* Does the token mean a comparison, in which NULL never holds? */
static bool is_comparison(struct str text)
{
	static const char *const comparisons[] = { "=", "<>", "!=", "<", ">", "<=", ">=", "like", "rlike", "regexp", "between", NULL };

	return text.p && is_one_of(text, comparisons);
}

/* A placeholder compared with what follows it: {{x}} = a, {{x}} IN (...) */
static void note_comparison(struct splitter *p, struct str text)
{
	bool follows = p->last_kind == SQL_PLACEHOLDER || p->last_kind == SQL_SAMPLE;

	if (follows && p->pieces.count && (is_comparison(text) || word_is(text, "in")))
		p->pieces.items[p->pieces.count - 1].compared = true;
}

/* Where the placeholder stands, seen from the tokens before it. */
static void set_context(struct splitter *p, struct sql_piece *piece)
{
	const struct paren *paren = p->parens.count ? &p->parens.items[p->parens.count - 1] : NULL;

	piece->compared = is_comparison(p->last[0]);
	piece->in_list = paren && paren->is_in;
	piece->not_in = paren && paren->is_not_in;
	if (piece->in_list && p->last_kind == SQL_PUNCT && str_is(p->last[0], "("))
		p->pending = p->pieces.count;
}

static bool touches(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (unsigned char)c >= 0x80 ||
	       (c && strchr("_$@.'\"`{}\\", c));
}

/* A placeholder stands free: what touches it would change its meaning. */
static int check_neighbours(const struct splitter *p, struct span span)
{
	const char *text = p->lexer.source->text.p;
	size_t end = span.at + span.n;

	if (span.at > p->span.at && touches(text[span.at - 1]))
		return fail(p, SPAN(span.at - 1, 1), "this character touches a placeholder, which would change its meaning; leave a blank");
	if (end < p->lexer.end && touches(text[end]))
		return fail(p, SPAN(end, 1), "this character touches the end of a placeholder, which would change its meaning; leave a blank");
	return 0;
}

static int bare_placeholder(struct splitter *p, struct span span)
{
	struct sql_piece *piece;

	if (check_neighbours(p, span))
		return -1;
	piece = add_piece(p, span.at, span.at + span.n);
	if (!piece || read_placeholder(p, span, &piece->placeholder))
		return -1;
	piece->place = SQL_PLACE_BARE;
	set_context(p, piece);
	return 0;
}

/* Placeholders inside quotes. */
static int quoted_placeholders(struct splitter *p, struct span span, enum sql_place place)
{
	struct cursor c = { .source = p->lexer.source, .at = span.at, .end = span.at + span.n, .extended = true, .err = p->err };

	bool backslash = place == SQL_PLACE_STRING && !p->lexer.mode.no_backslash_escapes;

	while (c.at < c.end) {
		size_t start = c.at;
		/* the same steps as the lexer's: a backslash takes the next character with it, which may be no brace */
		if (backslash && cursor_sees(&c, "\\{{"))
			return fail(p, SPAN(start, 1), "a backslash touches a placeholder and would take the value's first character; write '\\\\'");
		if (!cursor_sees(&c, "{{")) {
			c.at += backslash && cursor_peek(&c) == '\\' && c.at + 1 < c.end ? 2 : 1;
			continue;
		}
		if (cursor_skip_placeholder(&c))
			return -1;
		struct sql_piece *piece = add_piece(p, start, c.at);
		if (!piece || read_placeholder(p, cursor_span(&c, start), &piece->placeholder))
			return -1;
		piece->place = place;
		piece->quote = c.source->text.p[span.at];
	}
	return 0;
}

/* ---- samples ---- */

struct sample {
	struct span span;
	bool is_number;
	bool is_list;
};

static bool is_word_literal(struct str text)
{
	return word_is(text, "null") || word_is(text, "true") || word_is(text, "false");
}

/* literal = "-"? number | string | "TRUE" | "FALSE" | "NULL" ; the first token is given */
static int sample_scalar(struct splitter *p, struct sql_token t, struct sample *s)
{
	struct str text = text_of(p, t.span);
	bool sign = t.kind == SQL_PUNCT && (str_is(text, "-") || str_is(text, "+"));

	if (sign) {
		struct sql_token digits = sql_lexer_next(&p->lexer, p->err);
		if (digits.kind == SQL_NUMBER) {
			s->is_number = true;
			s->span = span_join(s->span, digits.span);
			return 0;
		}
	}
	if (t.kind == SQL_BAD)
		return -1;
	if (t.kind == SQL_STRING && str_find(text, STR("{{")) != SIZE_MAX)
		return fail(p, t.span, "the sample literal of a placeholder cannot hold a placeholder");
	bool plain_number = t.kind == SQL_NUMBER && !str_starts_with(text, STR("0x")) && !str_starts_with(text, STR("0b"));
	if (t.kind != SQL_STRING && !plain_number && !(t.kind == SQL_WORD && is_word_literal(text)))
		return fail(p, t.span, "expected a literal behind /*{{name}}*/: a number, a string, TRUE, FALSE, NULL, or a list of them");
	s->is_number = plain_number;
	s->span = span_join(s->span, t.span);
	return 0;
}

/* list = "(" literal ( "," literal )* ")" ; the parenthesis is taken */
static int sample_list(struct splitter *p, struct sample *s)
{
	bool first = true;

	for (;;) {
		struct sample element = { .span = s->span };
		if (sample_scalar(p, sql_lexer_next(&p->lexer, p->err), &element))
			return -1;
		s->is_number = first ? element.is_number : s->is_number && element.is_number;
		first = false;
		struct sql_token t = sql_lexer_next(&p->lexer, p->err);
		s->span = span_join(element.span, t.span);
		if (t.kind == SQL_PUNCT && str_is(text_of(p, t.span), ")"))
			return 0;
		if (t.kind != SQL_PUNCT || !str_is(text_of(p, t.span), ","))
			return t.kind == SQL_BAD ? -1 : fail(p, t.span, "expected ',' or ')' in the sample list of a placeholder");
	}
}

/* sample = comment with one placeholder, then a literal or a list: both are replaced */
static int sample_placeholder(struct splitter *p, struct span comment)
{
	struct str inner = str_trim(text_of(p, SPAN(comment.at + 2, comment.n - 4)));
	struct sql_token t = sql_lexer_next(&p->lexer, p->err);
	struct sample s = { .span = t.span };
	struct sql_piece *piece;

	s.is_list = t.kind == SQL_PUNCT && str_is(text_of(p, t.span), "(");
	if (s.is_list ? sample_list(p, &s) : sample_scalar(p, t, &s))
		return -1;
	if (check_neighbours(p, SPAN(comment.at, s.span.at + s.span.n - comment.at)))
		return -1;
	piece = add_piece(p, comment.at, s.span.at + s.span.n);
	if (!piece || read_placeholder(p, SPAN((size_t)(inner.p - p->lexer.source->text.p), inner.n), &piece->placeholder))
		return -1;
	piece->place = SQL_PLACE_SAMPLE;
	piece->sample = text_of(p, s.span);
	piece->sample_is_number = s.is_number;
	set_context(p, piece);
	if (s.is_list && p->last_kind == SQL_WORD && word_is(p->last[0], "in")) {
		piece->alone_in_list = piece->in_list = true;
		piece->not_in = word_is(p->last[1], "not");
	}
	p->span = p->any ? span_join(p->span, s.span) : SPAN(comment.at, s.span.at + s.span.n - comment.at);
	p->any = true;
	return 0;
}

/* ---- tokens ---- */

static int open_paren(struct splitter *p)
{
	struct paren *paren;

	if (p->parens.count >= MAX_PARENS)
		return error_at(p->err, ERR_PARSE, p->lexer.source, SPAN(p->lexer.at - 1, 1), "parentheses are nested deeper than %d",
				MAX_PARENS);
	paren = VEC_PUSH(p->arena, &p->parens);
	if (!paren)
		return error_set_oom(p->err);
	paren->is_in = p->last_kind == SQL_WORD && word_is(p->last[0], "in");
	paren->is_not_in = paren->is_in && word_is(p->last[1], "not");
	return 0;
}

static int punctuation(struct splitter *p, struct str text)
{
	bool outside = p->parens.count == 0;

	if (str_is(text, "("))
		return open_paren(p);
	if (str_is(text, ")") && !outside) {
		if (p->pending && p->pending == p->pieces.count)
			p->pieces.items[p->pending - 1].alone_in_list = true;
		p->parens.count--;
	}
	if (str_is(text, ",") && outside && p->assigning)
		p->assign_open = true;
	return 0;
}

/* Does the statement make a routine, whose body holds delimiters of its own? */
static void note_kind(struct splitter *p, struct str text)
{
	static const char *const makers[] = { "create", "alter", NULL };
	static const char *const routines[] = { "procedure", "function", "trigger", "event", "package", NULL };
	bool begins = word_is(text, "begin");

	if (p->words++ == 0)
		p->creates = is_one_of(text, makers);
	if ((p->words == 1 && begins) || (p->creates && is_one_of(text, routines)))
		p->is_routine = true;
	p->has_body |= p->is_routine && begins;
}

/* Words that tell where assignments are, and what the statement is. */
static void note_word(struct splitter *p, struct str text)
{
	static const char *const enders[] = { "where", "order", "limit", NULL };

	note_kind(p, text);
	if (p->parens.count)
		return;
	if (word_is(text, "set") || (word_is(text, "update") && word_is(p->last[0], "key")))
		p->assigning = p->assign_open = true;
	if (is_one_of(text, enders))
		p->assigning = p->assign_open = false;
	if (word_is(text, "by") && word_is(p->last[0], "order"))
		p->has_order_by = true;
}

static void remember(struct splitter *p, const struct sql_token *t)
{
	struct str text = text_of(p, t->span);
	bool keeps = t->kind == SQL_WORD || t->kind == SQL_PUNCT;

	if (keeps)
		note_comparison(p, text);
	/* the = of an assignment is no comparison */
	if (keeps && str_is(text, "=") && p->assign_open && p->parens.count == 0) {
		p->assign_open = false;
		text = STR(":=");
	}
	p->last[2] = p->last[1];
	p->last[1] = p->last[0];
	p->last[0] = keeps ? text : (struct str){ NULL, 0 };
	p->last_kind = t->kind;
	if (t->kind != SQL_PLACEHOLDER && t->kind != SQL_SAMPLE)
		p->pending = 0;		/* the list is over, or something else stands in it too */
}

static int end_of_statement(struct splitter *p, const struct sql_token *t)
{
	struct str text = text_of(p, t->span);

	if (p->is_routine && p->has_body && str_is(text, ";"))
		return 0;	/* inside BEGIN ... END the delimiter was another one */
	p->ended = true;
	p->vertical = str_is(text, "\\G");
	return 0;
}

/* What a token means; its span is part of the statement already. */
static int token(struct splitter *p, const struct sql_token *t)
{
	struct str text = text_of(p, t->span);

	switch (t->kind) {
	case SQL_PLACEHOLDER:
		return bare_placeholder(p, t->span);
	case SQL_STRING:
		return quoted_placeholders(p, t->span, SQL_PLACE_STRING);
	case SQL_NAME:
		return quoted_placeholders(p, t->span, SQL_PLACE_NAME);
	case SQL_VARIABLE:
		if (str_find(text, STR("{{")) != SIZE_MAX)
			return fail(p, t->span, "the name of a variable of SQL cannot hold a placeholder");
		return 0;
	case SQL_PUNCT:
		return punctuation(p, text);
	case SQL_WORD:
		note_word(p, text);
		return 0;
	case SQL_CLIENT_COMMAND:
		return fail(p, t->span, "this is a command of the mysql client, not SQL");
	case SQL_SAMPLE:
	case SQL_DELIMITER:
	case SQL_END:
	case SQL_NUMBER:
	case SQL_COMMENT:
	case SQL_HINT:
	case SQL_CODE_OPEN:
	case SQL_CODE_CLOSE:
	case SQL_BAD:
		return 0;
	}
	return 0;
}

/* One token. 1: it was the last. */
static int step(struct splitter *p)
{
	struct sql_token t = sql_lexer_next(&p->lexer, p->err);

	if (t.kind == SQL_BAD)
		return -1;
	if (t.kind == SQL_END)
		return 1;
	if (t.kind == SQL_COMMENT)
		return 0;
	if (p->ended)
		return t.kind == SQL_DELIMITER ? 0
			: fail(p, t.span, "a second statement stands behind the delimiter; an entry is one statement");
	if (t.kind == SQL_DELIMITER)
		return end_of_statement(p, &t);
	if (!p->any) {
		p->text_start = t.span.at;
		p->span = t.span;
	}
	if (t.kind == SQL_SAMPLE ? sample_placeholder(p, t.span) : token(p, &t))
		return -1;
	if (t.kind != SQL_SAMPLE)
		p->span = p->any ? span_join(p->span, t.span) : t.span;
	p->any = true;
	remember(p, &t);
	return 0;
}

int sql_statement_parse(struct arena *a, const struct source *s, struct span span, struct sql_mode mode,
			const struct sql_statement **ret, struct error *err)
{
	struct splitter p = { .arena = a, .err = err };
	struct sql_statement *st = arena_zalloc(a, sizeof(*st));
	struct sql_piece *last;
	int rc = 0;

	if (!st)
		return error_set_oom(err);
	sql_lexer_init(&p.lexer, s, span, mode);
	while (rc == 0)
		rc = step(&p);
	if (rc < 0)
		return -1;
	if (!p.any)
		return error_at(err, ERR_PARSE, s, SPAN(span.at, 0), "expected a statement, but here is none");
	last = add_piece(&p, p.span.at + p.span.n, p.span.at + p.span.n);
	if (!last)
		return -1;
	*st = (struct sql_statement){ .span = p.span, .pieces = p.pieces.items, .npieces = p.pieces.count,
				      .has_order_by = p.has_order_by, .vertical = p.vertical };
	*ret = st;
	return 0;
}
