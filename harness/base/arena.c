#include "harness/base/arena.h"

#include <stdalign.h>
#include <stdarg.h>

#include "harness/base/mem.h"

/* Chunks double from the first size to the last; what is larger gets one of its own. */
enum { FIRST_CHUNK = 4096, LAST_CHUNK = 1024 * 1024 };

/* An array begins with as many elements as fit here: 8 of the small ones, 1 of a large one. */
enum { FIRST_BYTES = 256, FIRST_ELEMENTS = 8 };

/*
 * With SINGLE each chunk holds one allocation, exactly as long as it was asked for: where the
 * address sanitizer looks on, where allocations are made to fail, where ARENA_SINGLE asks for it.
 */
#ifdef __has_feature
#if __has_feature(address_sanitizer) && !defined(ARENA_SINGLE)
#define ARENA_SINGLE
#endif
#endif
#if defined(ARENA_SINGLE) || defined(__SANITIZE_ADDRESS__) || defined(MEM_TORTURE)
enum { SINGLE = 1 };
#else
enum { SINGLE = 0 };
#endif

struct arena_chunk {
	struct arena_chunk *older;
	size_t size;
	size_t used;
	alignas(max_align_t) unsigned char data[];
};

void arena_init(struct arena *a, size_t max_bytes)
{
	*a = (struct arena){ .max_bytes = max_bytes };
}

static void free_newest(struct arena *a)
{
	struct arena_chunk *chunk = a->chunk;

	a->chunk = chunk->older;
	mem_free(chunk);
}

void arena_release(struct arena *a)
{
	while (a->chunk)
		free_newest(a);
	arena_init(a, a->max_bytes);
}

static size_t chunk_size(const struct arena *a, size_t n)
{
	size_t size = FIRST_CHUNK;

	if (SINGLE)
		return n;
	if (a->chunk)
		size = a->chunk->size < LAST_CHUNK / 2 ? a->chunk->size * 2 : LAST_CHUNK;
	return n > size ? n : size;
}

static bool add_chunk(struct arena *a, size_t n)
{
	size_t size = chunk_size(a, n);
	struct arena_chunk *chunk;

	if (size > SIZE_MAX - sizeof(*chunk))
		return false;
	chunk = mem_alloc(sizeof(*chunk) + size);
	if (!chunk)
		return false;
	*chunk = (struct arena_chunk){ .older = a->chunk, .size = size };
	a->chunk = chunk;
	return true;
}

static bool has_room(const struct arena_chunk *chunk, size_t n)
{
	return !SINGLE && chunk && chunk->size - chunk->used >= n;
}

static void *fail(struct arena *a)
{
	a->failed = true;
	return NULL;
}

static void *fail_full(struct arena *a)
{
	a->full = true;
	return fail(a);
}

/* The room that `n` bytes take when the next place shall be aligned too; 0 when it overflows. */
static size_t rounded(size_t n)
{
	const size_t unit = alignof(max_align_t);

	if (!n)
		return unit;
	return n > SIZE_MAX - unit ? 0 : (n + unit - 1) / unit * unit;
}

/* The ceiling counts rounded sizes in every build, so that a suite fits in all or in none. */
void *arena_alloc(struct arena *a, size_t n)
{
	size_t room = rounded(n);
	size_t taken = SINGLE ? n : room;
	void *p;

	if (a->failed || !room)
		return fail(a);
	if (room > a->max_bytes - a->used)
		return fail_full(a);
	if (!has_room(a->chunk, taken) && !add_chunk(a, taken))
		return fail(a);
	p = a->chunk->data + a->chunk->used;
	a->chunk->used += taken;
	a->used += room;
	return p;
}

void *arena_zalloc(struct arena *a, size_t n)
{
	void *p = arena_alloc(a, n);

	return p ? memset(p, 0, n) : NULL;
}

void *arena_array(struct arena *a, size_t count, size_t size)
{
	size_t n;

	if (__builtin_mul_overflow(count, size, &n))
		return fail(a);
	return arena_zalloc(a, n);
}

static size_t first_elements(size_t size)
{
	if (size > FIRST_BYTES / 2)
		return 1;
	return size < FIRST_BYTES / FIRST_ELEMENTS ? FIRST_ELEMENTS : FIRST_BYTES / size;
}

void *arena_grow(struct arena *a, void *array, size_t count, size_t *cap, size_t size)
{
	size_t more = *cap ? *cap * 2 : first_elements(size);
	void *p;

	if (array && count < *cap)
		return array;
	if (more < *cap)
		return fail(a);
	p = arena_array(a, more, size);
	if (!p)
		return NULL;
	if (array && count)
		memcpy(p, array, count * size);
	*cap = more;
	return p;
}

/* A copy with a NUL behind it. */
static char *copy(struct arena *a, struct str s)
{
	char *p = s.n < SIZE_MAX ? arena_alloc(a, s.n + 1) : fail(a);

	if (!p)
		return NULL;
	if (s.n)
		memcpy(p, s.p, s.n);
	p[s.n] = '\0';
	return p;
}

struct str arena_str(struct arena *a, struct str s)
{
	char *p = s.p ? copy(a, s) : NULL;

	return str_make(p, p ? s.n : 0);
}

const char *arena_cstr(struct arena *a, struct str s)
{
	return copy(a, s);
}

static struct str format(struct arena *a, size_t n, const char *fmt, va_list ap)
	PRINTF_LIKE(3, 0);

static struct str format(struct arena *a, size_t n, const char *fmt, va_list ap)
{
	char *p = arena_alloc(a, n + 1);

	if (!p)
		return str_make(NULL, 0);
	(void)vsnprintf(p, n + 1, fmt, ap);	/* its length was measured by the caller */
	return str_make(p, n);
}

struct str arena_printf(struct arena *a, const char *fmt, ...)
{
	struct str s = { NULL, 0 };
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0) {
		(void)fail(a);
		return s;
	}
	va_start(ap, fmt);
	s = format(a, (size_t)n, fmt, ap);
	va_end(ap);
	return s;
}

struct arena_mark arena_mark(const struct arena *a)
{
	return (struct arena_mark){ .chunk = a->chunk,
				    .chunk_used = a->chunk ? a->chunk->used : 0,
				    .used = a->used };
}

void arena_rewind(struct arena *a, struct arena_mark mark)
{
	while (a->chunk != mark.chunk) {
		assert(a->chunk);	/* else the mark is another arena's, or was freed itself */
		free_newest(a);
	}
	if (a->chunk)
		a->chunk->used = mark.chunk_used;
	a->used = mark.used;
	a->failed = a->full = false;
}

bool arena_failed(const struct arena *a)
{
	return a->failed;
}

bool arena_is_full(const struct arena *a)
{
	return a->full;
}
