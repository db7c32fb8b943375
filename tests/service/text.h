/*
 * Growing text with a ceiling of 64 MB and a sticky failure flag.
 *
 * A zeroed struct is an empty text. What is added after a failure is dropped, so that a builder
 * asks text_failed() once, where the text is used. The bytes may hold NUL; one more NUL always
 * follows the last byte once anything was added.
 *
 *	struct text t = { 0 };
 *	text_addf(&t, "%s:%s", type, event);
 *	if (text_failed(&t))
 *		return error_set_memory(err);
 *	...
 *	text_release(&t);
 */
#ifndef TESTS_SERVICE_TEXT_H
#define TESTS_SERVICE_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

struct text {
	char *p;	/* from malloc; NULL while nothing was added */
	size_t n;	/* bytes in use, without the closing NUL */
	size_t size;	/* bytes allocated */
	bool failed;
};

/* Makes room for n more bytes and a NUL; -1 (and the flag) when that cannot be. */
int text_reserve(struct text *t, size_t n);

/* Adds n bytes. */
void text_addn(struct text *t, const void *bytes, size_t n);

/* Adds a NUL-terminated string. */
void text_add(struct text *t, const char *s);

/* Adds printf-formatted text. */
void text_addf(struct text *t, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* As text_addf, with the arguments in a va_list. */
void text_vaddf(struct text *t, const char *fmt, va_list args) __attribute__((format(printf, 2, 0)));

/* Adds each byte as two lower-case hexadecimal digits. */
void text_add_hex(struct text *t, const unsigned char *bytes, size_t n);

/* Whether anything could not be added. */
bool text_failed(const struct text *t);

/* The text as a string that is never NULL; valid until the next change. */
const char *text_get(const struct text *t);

/* Empties the text, keeps its memory and forgets a failure. */
void text_clear(struct text *t);

/* Gives the memory away: the caller frees it with free(); NULL when empty or failed. */
char *text_take(struct text *t);

/* Frees the memory. Accepts a zeroed text; the text can be used again. */
void text_release(struct text *t);

#endif
