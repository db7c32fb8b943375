/*
 * A growing text with a ceiling. Failure (no memory, ceiling reached) is sticky: later additions do
 * nothing, and the one question strbuf_failed() is asked where the text is used.
 *
 *	struct strbuf sb;
 *	strbuf_init(&sb, limits->max_body_bytes);
 *	strbuf_add(&sb, method);
 *	strbuf_addf(&sb, " %s\n", path);
 *	if (strbuf_failed(&sb)) ...
 *	strbuf_release(&sb);
 *
 * The text is NUL-terminated at all times (behind its length), and may hold NUL itself.
 */
#ifndef HARNESS_BASE_STRBUF_H
#define HARNESS_BASE_STRBUF_H

#include <stdarg.h>

#include "harness/base/str.h"

struct arena;

struct strbuf {
	char *p;		/* NULL until something was added */
	size_t n;
	size_t cap;
	size_t max_bytes;
	bool failed;
};

/* Owned by the caller. A zeroed struct is an empty text with a ceiling of 0. */
void strbuf_init(struct strbuf *sb, size_t max_bytes);	/* allocates nothing yet */
void strbuf_release(struct strbuf *sb);			/* zeroed struct is fine */
void strbuf_clear(struct strbuf *sb);			/* empty and not failed; keeps the memory */

/* Additions: all of it or, on failure, nothing. What is added must not lie in the buffer itself. */
void strbuf_add(struct strbuf *sb, struct str s);
void strbuf_adds(struct strbuf *sb, const char *s);	/* NUL-terminated; NULL adds nothing */
void strbuf_addc(struct strbuf *sb, char c);	/* one byte, NUL too */
void strbuf_add_repeat(struct strbuf *sb, char c, size_t count);	/* `count` times */
void strbuf_addf(struct strbuf *sb, const char *fmt, ...) PRINTF_LIKE(2, 3);	/* as printf */
void strbuf_vaddf(struct strbuf *sb, const char *fmt, va_list ap) PRINTF_LIKE(2, 0);	/* as vprintf */
void strbuf_add_utf8(struct strbuf *sb, uint32_t c);		/* one scalar value */

/* True when any addition since the last init or clear failed. */
bool strbuf_failed(const struct strbuf *sb);

/* Cuts to `n` bytes; a larger n does nothing. */
void strbuf_truncate(struct strbuf *sb, size_t n);

/*
 * Room for `n` more bytes at the returned place, NULL on failure; strbuf_advance then says how many
 * of them were written.
 */
char *strbuf_reserve(struct strbuf *sb, size_t n) MUST_USE;
void strbuf_advance(struct strbuf *sb, size_t n);	/* n: at most what was reserved */

/* The text so far, borrowed until the next change. Never absent: the empty text has p != NULL. */
struct str strbuf_str(const struct strbuf *sb);

/* As strbuf_str, NUL-terminated. */
const char *strbuf_cstr(const struct strbuf *sb);

/*
 * A copy of the text in `a`, and releases `sb`. A text that failed is absent, and `a` has failed with it, so that whoever asks
 * the arena at the end knows.
 */
struct str strbuf_take(struct strbuf *sb, struct arena *a);

#endif
