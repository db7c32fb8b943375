/*
 * A borrowed piece of text: pointer and length, not NUL-terminated, may hold NUL. It owns nothing;
 * whoever made it says how long the bytes live. `{ NULL, 0 }` is the absent string, and empty too.
 */
#ifndef HARNESS_BASE_STR_H
#define HARNESS_BASE_STR_H

#include "harness/base/compiler.h"

struct str {
	const char *p;
	size_t n;
};

/* From a string literal, also in static tables. */
#define STR(literal) ((struct str){ "" literal, sizeof(literal) - 1 })
#define STR_INIT(literal) { "" literal, sizeof(literal) - 1 }

/* For printf's "%.*s". */
#define STR_ARG(s) (int)(s).n, (s).p ? (s).p : ""

/* From a NUL-terminated string (NULL gives the absent string) or from pointer and length. */
struct str str_from(const char *s);
struct str str_make(const char *p, size_t n);	/* borrowed */

/* Comparisons; the absent string equals the empty one. */
bool str_is_empty(struct str s);
bool str_eq(struct str a, struct str b);	/* by byte */
bool str_eq_nocase(struct str a, struct str b);		/* ASCII letters only */
bool str_is(struct str s, const char *text);			/* equal to a C string */
int str_cmp(struct str a, struct str b);			/* by byte; a prefix comes first */
bool str_starts_with(struct str s, struct str prefix);
bool str_ends_with(struct str s, struct str suffix);

/* Offset of the first `c` or `needle`, or SIZE_MAX. The empty needle is found at 0. */
size_t str_find_char(struct str s, char c);
size_t str_find(struct str s, struct str needle);
bool str_has_char(struct str s, char c);

/* The part from `from` on, at most `n` bytes; out-of-range values give what there is. */
struct str str_sub(struct str s, size_t from, size_t n);

/* Without blanks (space, tab, CR, LF) at both ends, or only spaces and tabs (str_trim_blanks). */
struct str str_trim(struct str s);
struct str str_trim_blanks(struct str s);	/* keeps line ends */

/*
 * Cuts the text before the first `sep` off the front of *rest and returns it; *rest then starts
 * after the separator. Without a separator all of it is returned and *rest becomes absent
 * (p == NULL), which ends a loop `while (rest.p)`.
 */
struct str str_cut(struct str *rest, char sep);

/*
 * UTF-8 after RFC 3629 (no surrogates, no overlong forms, at most U+10FFFF).
 * utf8_next: decodes the character at `at` into *ret and returns its length in bytes, 0 where the
 * bytes are no UTF-8 or `at` is the end.
 * utf8_check: offset of the first byte that is not UTF-8, or SIZE_MAX when all is well.
 * utf8_put: writes `c` to buf (4 bytes at most), returns the length; c must be a scalar value.
 * utf8_count: number of scalar values; a bad byte counts as one.
 */
size_t utf8_next(struct str s, size_t at, uint32_t *ret);
size_t utf8_check(struct str s);
size_t utf8_put(uint32_t c, char buf[4]);	/* does not end with NUL */
size_t utf8_count(struct str s);

/*
 * Number of edits (insert, delete, replace, swap of neighbours) between two words, at most `cap`;
 * for "did you mean". Words above 64 bytes count as `cap`.
 */
size_t str_distance(struct str a, struct str b, size_t cap);

#endif
