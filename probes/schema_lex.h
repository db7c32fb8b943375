/*
 * The tokens of SQL that a server wrote into its catalogue: expressions of checks, defaults and
 * generated columns, the texts of views. Each token is in canonical form already: words in lower
 * case, functions by their standard names, strings in one spelling of escapes, no needless
 * `_utf8mb4` before them. Pure. What people write in files is sql_lexer.h's.
 */
#ifndef PROBES_SCHEMA_LEX_H
#define PROBES_SCHEMA_LEX_H

#include "harness/base/arena.h"
#include "harness/base/strbuf.h"

enum schema_token_kind {
	SCHEMA_TOKEN_END,
	SCHEMA_TOKEN_WORD, /* keyword or function, lower case */
	SCHEMA_TOKEN_NAME, /* from backticks, without them; also an unquoted word behind or before a dot */
	SCHEMA_TOKEN_LITERAL, /* string (quoted again), number, @variable */
	SCHEMA_TOKEN_OPERATOR,
	SCHEMA_TOKEN_OPEN,
	SCHEMA_TOKEN_CLOSE,
	SCHEMA_TOKEN_COMMA,
	SCHEMA_TOKEN_DOT,
};

struct schema_token {
	enum schema_token_kind kind;
	struct str text;
};

/*
 * All tokens of `text` in `a`, the last one is END; comments are left out. NULL when memory is out.
 * Bytes that are no SQL become operators of one byte.
 */
struct schema_token *schema_lex(struct arena *a, struct str text, size_t *ret_count);

/*
 * `'it''s'`: the bytes as a string in contracts have it, on one line: \\ \n \r \0 escaped, the quote
 * doubled.
 */
void schema_add_string(struct strbuf *out, struct str bytes);

/*
 * What a quoted string of SQL text stands for: `text` begins with the quote. Its bytes in `a`, and the
 * length of the quoted form in *ret_n.
 */
struct str schema_unquote(struct arena *a, struct str text, size_t *ret_n);

#endif
