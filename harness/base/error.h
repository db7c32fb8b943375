/*
 * One error for the whole program: what kind, where, what was expected and came, what to do.
 *
 * It is filled once, nearest to the cause; a caller may add context (error_context), not rewrite
 * it. A function that can fail returns 0, or -1 with *err filled: always both or neither, so that
 * calls chain with ||. `err` is never NULL. The struct is inline (about 1 KB) and works without
 * memory.
 *
 * Messages: lower case, no full stop, first what failed, then the object in single quotes, then the
 * cause; a library's own text last; the remedy in the note.
 */
#ifndef HARNESS_BASE_ERROR_H
#define HARNESS_BASE_ERROR_H

#include "harness/base/source.h"

/*
 * X(code, kind): `kind` is the dotted word of reports; codes without one never end an entry.
 */
#define ERROR_CODES(X)				\
	X(NONE, "")				\
	X(USAGE, "")				\
	X(PARSE, "")				\
	X(CHECK, "")				\
	X(FILE, "error.file")			\
	X(CONNECT, "error.connect")		\
	X(DNS, "error.dns")			\
	X(TLS, "error.tls")			\
	X(TIMEOUT, "error.timeout")		\
	X(PROTOCOL, "error.protocol")		\
	X(SQL, "error.sql")			\
	X(REDIS, "error.redis")			\
	X(CAPTURE, "error.capture")		\
	X(TEMPLATE, "error.template")		\
	X(UNSET, "error.template")		\
	X(LIMIT, "error.internal")		\
	X(OOM, "error.internal")		\
	X(INTERNAL, "error.internal")		\
	X(ABORTED, "error.aborted")		\
	X(NOT_RUN, "error.not_run")

enum error_code {
#define X(code, kind) ERR_##code,
	ERROR_CODES(X)
#undef X
	ERR_COUNT
};

struct error {
	enum error_code code;
	const struct source *source;	/* NULL: no place */
	struct span span;
	bool sent;			/* may have reached the other side: outcome unknown */
	char title[64];			/* short, e.g. "HTTP connection"; empty: none */
	char message[800];
	char note[240];			/* the way out; empty: none */
};

/* The dotted word of reports ("error.timeout"), "" for codes that have none. */
const char *error_kind(enum error_code code);

/*
 * Fills *err and returns -1, so that `return error_set(...)` reads well. Whatever *err held before
 * is gone, title and note too; its texts may be arguments. Long text is cut and ends with "...".
 */
int error_set(struct error *err, enum error_code code, const char *fmt, ...) PRINTF_LIKE(3, 4);

/* As error_set, at a place of a source. */
int error_at(struct error *err, enum error_code code, const struct source *s, struct span span,
	     const char *fmt, ...) PRINTF_LIKE(5, 6);

/* Out of memory; always -1. */
int error_set_oom(struct error *err);

/*
 * For an arena that failed: ERR_LIMIT "WHAT takes more than 512 MiB of memory" when its ceiling was reached, else as error_set_oom. Always -1.
 */
int error_set_arena(struct error *err, const struct arena *a, const char *what);

/* What an errno value means ("No such file or directory"); static text, never NULL. */
const char *error_of_system(int errnum);

/* The short headline of an error with a frame; its message then stands beside the carets. */
void error_title(struct error *err, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* What to do about it, in a line of its own. Replaces an earlier note. */
void error_note(struct error *err, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* Puts "in CONTEXT: " before the message. */
void error_context(struct error *err, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* Gives it a place unless it has one. */
void error_place(struct error *err, const struct source *s, struct span span);

/*
 * The whole error as people read it. Without a place it is "error: MESSAGE". With a place, the
 * title (if there is one) is the headline and the message stands beside the carets; without a title
 * the message is the headline. The note comes last, as "   = help: NOTE". Ends with a line end; the
 * empty line between two errors is the caller's.
 */
void error_print(struct strbuf *out, const struct error *err);

/* Several errors of one pass, up to a cap; what came beyond it is counted. */
struct error_list {
	struct arena *arena;		/* where items live */
	struct error *items;
	size_t count, cap;
	size_t max_items;
	size_t dropped;
	bool out_of_memory;		/* some were dropped for want of memory */
};

/* Empty; items will live in `a`, at most max_items of them. */
void error_list_init(struct error_list *l, struct arena *a, size_t max_items);

/* Adds a copy; over the cap, or without memory, only `dropped` grows. */
void error_list_add(struct error_list *l, const struct error *err);

/* Count of all, the dropped ones included. */
size_t error_list_total(const struct error_list *l);

#endif
