/*
 * Words and strings of program text, comments skipped: enough of JavaScript, TypeScript, PHP and Python to find
 * the name that a migration gives itself. Any text has an end here; what is no word and no string is a mark.
 */
#ifndef PROBES_MIGRATIONS_SOURCE_H
#define PROBES_MIGRATIONS_SOURCE_H

#include "harness/base/str.h"

enum code_language { CODE_SCRIPT, CODE_PHP, CODE_PYTHON };

enum code_token_kind {
	CODE_END,
	CODE_WORD,	/* identifier, keyword, number; in PHP with backslashes and `$` */
	CODE_STRING,	/* text: what is between the quotes, escapes as they stand */
	CODE_MARK,	/* one character */
};

struct code_token {
	enum code_token_kind kind;
	struct str text;
	bool line_start;	/* the first of its line, not indented */
};

struct code_lexer {
	struct str text;
	size_t at;
	enum code_language language;
	char before;	/* last character of the token before, 0 at the start */
};

/* At the start of `text`, which is borrowed. */
void code_lexer_init(struct code_lexer *l, struct str text, enum code_language language);

/* The next token; CODE_END at the end, for ever. Texts are borrowed from the program text. */
struct code_token code_lexer_next(struct code_lexer *l);

/* True when the token is that word, or that mark. */
bool code_is(struct code_token t, const char *text);

#endif
