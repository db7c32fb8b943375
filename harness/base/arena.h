/*
 * Bump allocator: many small objects that die together. A suite owns one, an attempt owns one that
 * is rewound after its events were sent. Nothing in an arena is freed by itself.
 *
 * Failure is sticky and may be asked once: after the ceiling is reached or memory is out,
 * arena_alloc returns NULL for ever (until released) and arena_failed() is true. Builders take NULL
 * and pass it on, so that code which builds trees needs one check at its end.
 *
 * In asan and torture builds (or with -DARENA_SINGLE) every allocation is a malloc of its own, so
 * that a write past the end of one is seen. The ceiling counts the same in all builds: each size
 * rounded up to the alignment.
 */
#ifndef HARNESS_BASE_ARENA_H
#define HARNESS_BASE_ARENA_H

#include "harness/base/str.h"

struct arena_chunk;

struct arena {
	struct arena_chunk *chunk;	/* the newest; older ones hang behind it */
	size_t used;			/* bytes handed out, all chunks */
	size_t max_bytes;		/* ceiling for `used` */
	bool failed;
	bool full;			/* failed at the ceiling, not for want of memory */
};

/* A place to come back to. Valid until an older mark is rewound to. */
struct arena_mark {
	struct arena_chunk *chunk;
	size_t chunk_used;
	size_t used;
};

/* Empty; allocates nothing yet. `max_bytes` is the ceiling of all allocations together. */
void arena_init(struct arena *a, size_t max_bytes);

/* Frees everything; as after arena_init with the same ceiling. Fine on a zeroed struct. */
void arena_release(struct arena *a);

/*
 * `n` bytes aligned for any type, uninitialised / zeroed; n = 0 gives a place too. NULL on failure
 * (sticky).
 */
void *arena_alloc(struct arena *a, size_t n) MUST_USE;
void *arena_zalloc(struct arena *a, size_t n) MUST_USE;	/* zeroed */

/* Zeroed array; `count * size` is checked. */
void *arena_array(struct arena *a, size_t count, size_t size) MUST_USE;

/*
 * Grows an array that lives in `a`: the first `count` of `*cap` elements are kept. Returns the
 * place of the array for at least count + 1 elements (doubling, the new ones zeroed), NULL on
 * failure. When it had to move, the old place is lost until the arena is rewound. Starts with NULL,
 * 0 and *cap 0.
 */
void *arena_grow(struct arena *a, void *array, size_t count, size_t *cap, size_t size) MUST_USE;

/*
 * Copies, NUL-terminated behind their length. Failure gives the absent string or NULL. An absent
 * `s` stays absent in arena_str and becomes "" in arena_cstr.
 */
struct str arena_str(struct arena *a, struct str s);
const char *arena_cstr(struct arena *a, struct str s) MUST_USE;	/* as a C string */

/* Formatted text in the arena, NUL-terminated. */
struct str arena_printf(struct arena *a, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* Where the arena is now. arena_rewind frees what was allocated since, and clears `failed`. */
struct arena_mark arena_mark(const struct arena *a);
void arena_rewind(struct arena *a, struct arena_mark mark);	/* to a mark of this arena */

/* True when any allocation since the last init, release or rewind failed. */
bool arena_failed(const struct arena *a);

/* True when the first failure was the ceiling's: there is memory, and no more of it for this. */
bool arena_is_full(const struct arena *a);

#endif
