#include <bzlib.h>
#include <limits.h>

#include "harness/base/dynamic.h"
#include "harness/base/mem.h"
#include "probes/unpack.h"

#define FUNCTIONS(X)            \
	X(BZ2_bzDecompressInit) \
	X(BZ2_bzDecompress)     \
	X(BZ2_bzDecompressEnd)

struct library {
	FUNCTIONS(DYNAMIC_MEMBER)
};

#define SYMBOL(name) DYNAMIC_SYMBOL(struct library, name)
static const struct dynamic_symbol symbols[] = { FUNCTIONS(SYMBOL) };

static const struct dynamic_library dynamic = { .file = "libbz2.so.1.0",
	.package = "libbz2-1.0",
	.use = "bzip2",
	.symbols = symbols,
	.nsymbols = ARRAY_SIZE(symbols) };

struct bzip2 {
	struct library lib;
	bz_stream z;
	bool ready;
};

static void *take(void *ctx, int count, int size)
{
	(void)ctx;
	return mem_calloc((size_t)count, (size_t)size);
}

static void give(void *ctx, void *p)
{
	(void)ctx;
	mem_free(p);
}

/* "BZh", the size of a block, then a block's mark or, in an empty file, the end's. */
static bool begins(struct str head)
{
	struct str mark = str_sub(head, 4, 6);

	return head.n >= UNPACK_HEAD && str_starts_with(head, STR("BZh")) && head.p[3] >= '1' &&
		head.p[3] <= '9' &&
		(str_eq(mark, STR("\x31\x41\x59\x26\x53\x59")) ||
			str_eq(mark, STR("\x17\x72\x45\x38\x50\x90")));
}

static bool init(struct bzip2 *b)
{
	b->z = (bz_stream){ .bzalloc = take, .bzfree = give };
	b->ready = b->lib.BZ2_bzDecompressInit(&b->z, 0, 0) == BZ_OK;
	return b->ready;
}

static void bzip2_close(void *state)
{
	struct bzip2 *b = state;

	if (b && b->ready)
		(void)b->lib.BZ2_bzDecompressEnd(&b->z);
	mem_free(b);
}

static int bzip2_open(void **ret, struct error *err)
{
	struct bzip2 *b = mem_calloc(1, sizeof(*b));

	if (!b)
		return error_set_oom(err);
	if (dynamic_load(&dynamic, &b->lib, err)) {
		mem_free(b);
		return -1;
	}
	if (!init(b)) {
		mem_free(b);
		return error_set_oom(err);
	}
	*ret = b;
	return 0;
}

static unsigned as_uint(size_t n)
{
	return n < UINT_MAX ? (unsigned)n : UINT_MAX;
}

static enum unpack_result result_of(int rc, struct unpack_io *io)
{
	switch (rc) {
	case BZ_OK:
		return UNPACK_MORE;
	case BZ_STREAM_END:
		return UNPACK_END;
	case BZ_MEM_ERROR:
		return UNPACK_OOM;
	}
	io->why = rc == BZ_DATA_ERROR ? "a check sum does not fit" : "invalid data";
	return UNPACK_DAMAGED;
}

static enum unpack_result bzip2_step(void *state, struct unpack_io *io)
{
	struct bzip2 *b = state;
	unsigned in = as_uint(io->in_left);
	unsigned out = as_uint(io->out_left);
	int rc;

	b->z.next_in = (char *)(uintptr_t)io->in;
	b->z.avail_in = in;
	b->z.next_out = io->out;
	b->z.avail_out = out;
	rc = b->lib.BZ2_bzDecompress(&b->z);
	io->in += in - b->z.avail_in;
	io->in_left -= in - b->z.avail_in;
	io->out += out - b->z.avail_out;
	io->out_left -= out - b->z.avail_out;
	return result_of(rc, io);
}

static bool bzip2_again(void *state)
{
	struct bzip2 *b = state;

	(void)b->lib.BZ2_bzDecompressEnd(&b->z);
	return init(b);
}

const struct unpacker unpack_bzip2 = {
	.name = "bzip2",
	.begins = begins,
	.open = bzip2_open,
	.step = bzip2_step,
	.again = bzip2_again,
	.close = bzip2_close,
};
