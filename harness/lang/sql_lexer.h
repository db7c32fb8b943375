/*
 * The one lexer for SQL: it splits files, the guard reads its tokens, and placeholders are found and filled in by it.
 *
 * A token is a kind and a span; nothing is copied. Strings, names, comments and hints are single tokens; the text of code comments
 * (C-style comments that begin with ! or M!) is tokens like any other, flagged. Placeholders `{{...}}` are recognised outside and inside quotes.
 */
#ifndef HARNESS_LANG_SQL_LEXER_H
#define HARNESS_LANG_SQL_LEXER_H

#include "harness/lang/template.h"

enum sql_token_kind {
	SQL_END,
	SQL_WORD,		/* identifier or keyword, unquoted */
	SQL_NAME,		/* `name`, or "name" under ANSI_QUOTES */
	SQL_STRING,		/* '...' or "..." */
	SQL_NUMBER,
	SQL_VARIABLE,		/* @x, @@x, @`x` */
	SQL_PUNCT,		/* one character, or a longer operator */
	SQL_COMMENT,		/* -- , #, or slash-star */
	SQL_HINT,		/* slash-star-plus ... */
	SQL_PLACEHOLDER,	/* {{...}} outside quotes */
	SQL_SAMPLE,		/* a comment that is one placeholder: slash-star {{name}} star-slash */
	SQL_DELIMITER,		/* the end of a statement: the delimiter, \g or \G */
	SQL_CLIENT_COMMAND,	/* DELIMITER x (ours), and source, system, tee ... (refused) */
	SQL_CODE_OPEN, SQL_CODE_CLOSE,	/* the marks of code in a comment */
	SQL_BAD,		/* not closed, or a byte that cannot start a token: err says why */
};

struct sql_token {
	enum sql_token_kind kind;
	struct span span;
	bool in_code;		/* inside a code comment */
};

struct sql_mode {
	bool ansi_quotes;		/* "..." is a name */
	bool no_backslash_escapes;
};

struct sql_lexer {
	const struct source *source;
	size_t at, end;
	struct sql_mode mode;
	struct str delimiter;		/* ";" at first */
	bool at_statement_start;
	bool in_code;
};

/* At the start of `span`, outside of comments, with the delimiter `;`. */
void sql_lexer_init(struct sql_lexer *l, const struct source *s, struct span span, struct sql_mode mode);

/* The next token, blanks skipped. SQL_BAD fills *err (at the opening quote, not at the end). SQL_END at the end, for ever. */
struct sql_token sql_lexer_next(struct sql_lexer *l, struct error *err);

/*
 * A statement split into pieces for filling in: text between placeholders, and each placeholder with where it stands.
 */
enum sql_place {
	SQL_PLACE_BARE,		/* outside quotes: a literal */
	SQL_PLACE_STRING,	/* inside '...' or "..." */
	SQL_PLACE_NAME,		/* inside `...` */
	SQL_PLACE_SAMPLE,	/* a comment with a placeholder, and the literal behind it that is replaced */
};

struct sql_piece {
	struct str text;			/* SQL as it stands, before the placeholder */
	const struct placeholder *placeholder;	/* NULL in the last piece */
	enum sql_place place;
	char quote;				/* STRING: ' or " */
	bool sample_is_number;			/* SAMPLE: the kind of the literal decides */
	struct str sample;			/* SAMPLE: the literal as it stands */
	bool in_list;				/* BARE, SAMPLE: between the parentheses of IN ( ) */
	bool alone_in_list;			/* ... and the only thing there; also a sample that is the list with its parentheses */
	bool not_in;				/* ... of NOT IN ( ) */
	bool compared;				/* BARE, SAMPLE: beside = <> != < > <= >= LIKE and the like (not <=>, not the = of an assignment) */
};

struct sql_statement {
	struct span span;		/* in the source: first to last token, no delimiter */
	const struct sql_piece *pieces;
	size_t npieces;
	bool has_order_by;		/* outside parentheses */
	bool vertical;			/* ended by \G */
};

/*
 * Splits one statement (a suite's body, or one that a file reader delimited). A placeholder that touches a letter, digit, `_ $ @ .` or a
 * quote is an error, as is a second statement behind a delimiter. ERR_PARSE at the place.
 */
int sql_statement_parse(struct arena *a, const struct source *s, struct span span, struct sql_mode mode,
			const struct sql_statement **ret, struct error *err) MUST_USE;

/*
 * Fills in. `value_of` gives the value of a placeholder, its filters applied (NULL and *err for an unknown one). Values become literals,
 * never SQL text; what cannot be one (null after a comparison, an empty list outside IN ...) is ERR_TEMPLATE at the placeholder.
 * `writing`: an empty list in IN ( ) is NULL instead of an empty subquery. With `shown` (may be NULL) the same text is built for
 * people, secret values as ***.
 */
typedef const struct value *(*sql_value_of)(void *ctx, const struct placeholder *p, struct error *err);
int sql_statement_fill(struct arena *a, const struct source *s, const struct sql_statement *st, struct sql_mode mode, bool writing,
		       sql_value_of value_of, void *ctx, struct strbuf *out, struct strbuf *shown, struct error *err) MUST_USE;

/*
 * The read-only guard: refuses every statement it does not know to be harmless. ERR_CHECK at the word, the message names it, the note
 * the way out. Placeholders count as literals. `rollback`: instead, refuses what would commit by itself.
 */
int sql_guard_read_only(const struct source *s, struct span span, struct sql_mode mode, struct error *err) MUST_USE;
int sql_guard_rollback(const struct source *s, struct span span, struct sql_mode mode, struct error *err) MUST_USE;

#endif
