/*
 * Where the parser stands in a text, and the smallest steps it takes: blanks, comments, line ends, words, the ends of
 * strings. Every step moves on only when it fits, so that alternatives need no undo.
 *
 * A cursor is a plain struct on the stack; a copy of it is a place to come back to. It reads [at, end) of a source. Files
 * with a NUL are refused before parsing, so that '\0' from cursor_peek always means the end.
 */
#ifndef HARNESS_LANG_CURSOR_H
#define HARNESS_LANG_CURSOR_H

#include "harness/base/error.h"
#include "harness/base/limits.h"
#include "harness/value/jsonpath.h"

struct cursor {
	struct arena *arena;		/* gets what is built */
	const struct source *source;
	size_t at, end;
	bool extended;			/* .suite and .sql: what Hurl does not have */
	bool sql;			/* the asserts of an .sql file: =, <>, 'text', bare column names, any case */
	enum jsonpath_mode jsonpath;
	const struct limits *limits;
	struct error_list *warnings;	/* may be NULL */
	struct error *err;		/* filled by whatever returns -1 */
};

/*
 * VEC(name, type) declares `struct name`, a growing array in an arena. VEC_PUSH gives the place of a new last element, NULL
 * when memory is out.
 */
#define VEC(name, type) struct name { type *items; size_t count, cap; }
#define VEC_PUSH(a, v) \
	(((v)->items = arena_grow((a), (v)->items, (v)->count, &(v)->cap, sizeof(*(v)->items))) \
		? &(v)->items[(v)->count++] : NULL)

/* The byte at the cursor, or `k` bytes on; '\0' at the end. */
char cursor_peek(const struct cursor *c);
char cursor_peek_at(const struct cursor *c, size_t k);	/* k 0: as cursor_peek */

/* Is `text` next? cursor_take also steps over it. */
bool cursor_sees(const struct cursor *c, const char *text);
bool cursor_take(struct cursor *c, const char *text);	/* by byte */

/* The rest of the text, a part of it, the text of a span. */
struct str cursor_rest(const struct cursor *c);
struct str cursor_since(const struct cursor *c, size_t start);	/* [start, at) */
struct str cursor_text(const struct cursor *c, struct span span);	/* borrowed from the source */

/* [start, at), and the one character at the cursor (n = 0 at an end). */
struct span cursor_span(const struct cursor *c, size_t start);
struct span cursor_here(const struct cursor *c);	/* for messages */

/* ERR_PARSE at a place; always -1. */
int cursor_fail(const struct cursor *c, struct span span, const char *fmt, ...) PRINTF_LIKE(3, 4);
int cursor_oom(const struct cursor *c);	/* ERR_OOM; always -1 */

/* Adds a warning at a place. */
void cursor_warn(const struct cursor *c, struct span span, const char *fmt, ...) PRINTF_LIKE(3, 4);

/* "'WORD' belongs in a .suite file; rename FILE", for what a .hurl file may not hold. Always -1. */
int cursor_fail_extension(const struct cursor *c, struct span span, const char *what, struct str word);

/* Spaces and tabs; true when there was one. */
bool cursor_blanks(struct cursor *c);

/* At LF, CR LF or the end; cursor_take_line_end steps over it. */
bool cursor_at_line_end(const struct cursor *c);
bool cursor_take_line_end(struct cursor *c);	/* false: it is not there */

/* LT: blanks, a comment or not, the line's end. The message says that nothing may follow `what`. */
int cursor_end_line(struct cursor *c, const char *what) MUST_USE;

/* Only blanks, perhaps a comment, up to the line's end? Moves nothing. */
bool cursor_line_is_over(const struct cursor *c);

/* LT*: empty and comment lines, and the blanks before the first token of the line that follows. */
void cursor_skip_lines(struct cursor *c);

/* From wherever it is to the start of the next line. */
void cursor_skip_line(struct cursor *c);

/* The word at the cursor: letters, digits, '-', '_'; empty when there is none. cursor_take_word steps over it. */
struct str cursor_word(const struct cursor *c);
struct str cursor_take_word(struct cursor *c);	/* the same word */

/* Where a placeholder that opens at `at` ends, behind its braces; SIZE_MAX when it does not end on its line. */
size_t cursor_placeholder_end(const struct cursor *c, size_t at);

/* Steps over `{{...}}`. */
int cursor_skip_placeholder(struct cursor *c) MUST_USE;

/*
 * The strings of the format; each steps over one and gives the span of its content (not the quotes).
 * key: empty when there is none. value: to the line's end or '#', trailing spaces cut. quoted: `quote` is '"', '`' or '\''.
 * file_name: up to one of ; # { } blank or the line's end.
 */
int cursor_key(struct cursor *c, struct span *ret) MUST_USE;
int cursor_value(struct cursor *c, struct span *ret) MUST_USE;	/* may be empty */
int cursor_quoted(struct cursor *c, char quote, struct span *ret) MUST_USE;	/* escapes are not undone */
int cursor_file_name(struct cursor *c, struct span *ret) MUST_USE;	/* with at least one character */

/* Length of a variable's name at the start of `s`: Unicode letters, digits, '_', '-'. 0: none. */
size_t variable_name_length(struct str s);

/* A letter or digit in any script (approximately: all of Unicode beyond ASCII but blanks and punctuation blocks). */
bool is_letter_or_digit(uint32_t c);

#endif
