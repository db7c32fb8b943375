/*
 * The only caller of malloc. Counts what it hands out, so that a test can state a budget, and in
 * torture builds (MEM_TORTURE) makes the n-th allocation fail, so that every out-of-memory path is
 * walked. Third-party libraries with allocator hooks are pointed here too.
 *
 * A result of NULL means out of memory; callers turn it into an error (error_set_oom).
 */
#ifndef HARNESS_BASE_MEM_H
#define HARNESS_BASE_MEM_H

#include "harness/base/compiler.h"

/* What was handed out since the start of the process. Sizes are bytes as asked for. */
struct mem_stats {
	uint64_t allocations;
	uint64_t bytes;
};

/* `n` bytes, uninitialised; n = 0 gives a pointer too. Owned by the caller: mem_free. */
void *mem_alloc(size_t n) MUST_USE;

/* As mem_alloc, all bytes zero. `count * size` is checked for overflow. */
void *mem_calloc(size_t count, size_t size) MUST_USE;

/* Grows or shrinks `p` (or NULL). On failure NULL is returned and `p` stays valid. */
void *mem_realloc(void *p, size_t n) MUST_USE;

/* A NUL-terminated copy of `s`. Owned by the caller. */
char *mem_strdup(const char *s) MUST_USE;

/* Releases what one of the above returned; NULL is fine. */
void mem_free(void *p);

/* Counters so far; they only grow. Safe from any thread. */
struct mem_stats mem_stats(void);

/*
 * Torture builds: the allocation numbered `n` from now (0 = the next one) fails, once; UINT64_MAX
 * takes an order back. mem_stats().allocations tells whether it came that far, since failed ones
 * are counted too. Elsewhere it does nothing and returns false.
 */
bool mem_fail_after(uint64_t n);

#endif
