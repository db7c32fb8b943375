#include "harness/base/mem.h"

#include <stdatomic.h>

/*
 * The one piece of state in the program that all threads share. The failing allocation is kept as
 * an absolute number, so that it fails once without a second variable to reset.
 */
static atomic_uint_fast64_t allocations;
static atomic_uint_fast64_t bytes_handed_out;
#ifdef MEM_TORTURE
static atomic_uint_fast64_t failing_number = UINT64_MAX;
#endif

/* Counts an allocation; false when it is the one that shall fail, or larger than any object. */
static bool count_allocation(size_t n)
{
	uint_fast64_t number = atomic_fetch_add(&allocations, 1);

#ifdef MEM_TORTURE
	if (number == atomic_load(&failing_number))
		return false;
#endif
	(void)number;
	return n <= PTRDIFF_MAX;
}

static void *count_bytes(void *p, size_t n)
{
	if (p)
		(void)atomic_fetch_add(&bytes_handed_out, n);
	return p;
}

void *mem_alloc(size_t n)
{
	if (!count_allocation(n))
		return NULL;
	return count_bytes(malloc(n ? n : 1), n);
}

void *mem_calloc(size_t count, size_t size)
{
	size_t n;

	if (__builtin_mul_overflow(count, size, &n))
		n = SIZE_MAX;
	if (!count_allocation(n))
		return NULL;
	return count_bytes(calloc(1, n ? n : 1), n);
}

void *mem_realloc(void *p, size_t n)
{
	if (!count_allocation(n))
		return NULL;
	return count_bytes(realloc(p, n ? n : 1), n);
}

char *mem_strdup(const char *s)
{
	size_t n = strlen(s) + 1;
	char *copy = mem_alloc(n);

	if (copy)
		memcpy(copy, s, n);
	return copy;
}

void mem_free(void *p)
{
	free(p);
}

struct mem_stats mem_stats(void)
{
	return (struct mem_stats){ .allocations = atomic_load(&allocations),
				   .bytes = atomic_load(&bytes_handed_out) };
}

bool mem_fail_after(uint64_t n)
{
#ifdef MEM_TORTURE
	atomic_store(&failing_number, atomic_load(&allocations) + n);
	return true;
#else
	(void)n;
	return false;
#endif
}
