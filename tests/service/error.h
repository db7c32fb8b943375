/*
 * Why something failed: a code and one line of text.
 *
 * Every function of the service that can fail returns 0, or -1 with *err filled. Results are
 * written only on success. The message is lower case, without a full stop, and says what failed
 * first; a library's own text comes last.
 */
#ifndef TESTS_SERVICE_ERROR_H
#define TESTS_SERVICE_ERROR_H

#include <stddef.h>

struct error {
	unsigned code;		/* the server's error number, or 0 where there is none */
	char message[480];	/* cut at the end when longer, always terminated */
};

/* Fills *err. Needs no memory; returns -1, so that a failing function can end with it. */
int error_set(struct error *err, unsigned code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Out of memory, or a text beyond its ceiling. Returns -1. */
int error_set_memory(struct error *err);

#endif
