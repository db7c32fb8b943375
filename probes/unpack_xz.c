#include <lzma.h>

#include "harness/base/dynamic.h"
#include "harness/base/mem.h"
#include "probes/unpack.h"

#define FUNCTIONS(X)           \
	X(lzma_stream_decoder) \
	X(lzma_code)           \
	X(lzma_end)

struct library {
	FUNCTIONS(DYNAMIC_MEMBER)
};

#define SYMBOL(name) DYNAMIC_SYMBOL(struct library, name)
static const struct dynamic_symbol symbols[] = { FUNCTIONS(SYMBOL) };

static const struct dynamic_library dynamic = { .file = "liblzma.so.5",
	.package = "liblzma5",
	.use = "xz",
	.symbols = symbols,
	.nsymbols = ARRAY_SIZE(symbols) };

struct xz {
	struct library lib;
	lzma_stream z;
	lzma_allocator allocator;
};

static void *take(void *ctx, size_t count, size_t size)
{
	(void)ctx;
	return mem_calloc(count, size);
}

static void give(void *ctx, void *p)
{
	(void)ctx;
	mem_free(p);
}

static bool begins(struct str head)
{
	return str_starts_with(head, STR("\xfd" "7zXZ\0"));
}

static bool init(struct xz *x)
{
	return x->lib.lzma_stream_decoder(&x->z, UNPACK_MEMORY, LZMA_TELL_UNSUPPORTED_CHECK) ==
		LZMA_OK;
}

static void xz_close(void *state)
{
	struct xz *x = state;

	if (x)
		x->lib.lzma_end(&x->z);
	mem_free(x);
}

static int xz_open(void **ret, struct error *err)
{
	struct xz *x = mem_calloc(1, sizeof(*x));

	if (!x)
		return error_set_oom(err);
	if (dynamic_load(&dynamic, &x->lib, err)) {
		mem_free(x);
		return -1;
	}
	x->allocator = (lzma_allocator){ .alloc = take, .free = give };
	x->z = (lzma_stream)LZMA_STREAM_INIT;
	x->z.allocator = &x->allocator;
	if (!init(x)) {
		xz_close(x);
		return error_set_oom(err);
	}
	*ret = x;
	return 0;
}

static const struct meaning {
	lzma_ret code;
	enum unpack_result result;
	const char *why;
} meanings[] = {
	{ LZMA_OK, UNPACK_MORE, NULL },
	{ LZMA_BUF_ERROR, UNPACK_MORE, NULL },
	{ LZMA_STREAM_END, UNPACK_END, NULL },
	{ LZMA_MEM_ERROR, UNPACK_OOM, NULL },
	{ LZMA_MEMLIMIT_ERROR, UNPACK_LIMIT, NULL },
	{ LZMA_UNSUPPORTED_CHECK, UNPACK_DAMAGED, "its kind of check sum is not known" },
	{ LZMA_OPTIONS_ERROR, UNPACK_DAMAGED, "its options are not known" },
};

static enum unpack_result result_of(lzma_ret rc, struct unpack_io *io)
{
	for (size_t i = 0; i < ARRAY_SIZE(meanings); i++)
		if (meanings[i].code == rc) {
			io->why = meanings[i].why;
			return meanings[i].result;
		}
	io->why = "invalid data, or a check sum does not fit";
	return UNPACK_DAMAGED;
}

static enum unpack_result xz_step(void *state, struct unpack_io *io)
{
	struct xz *x = state;
	lzma_ret rc;

	x->z.next_in = (const uint8_t *)io->in;
	x->z.avail_in = io->in_left;
	x->z.next_out = (uint8_t *)io->out;
	x->z.avail_out = io->out_left;
	rc = x->lib.lzma_code(&x->z, LZMA_RUN);
	io->in = (const char *)x->z.next_in;
	io->in_left = x->z.avail_in;
	io->out = (char *)x->z.next_out;
	io->out_left = x->z.avail_out;
	return result_of(rc, io);
}

static bool xz_again(void *state)
{
	return init(state);
}

const struct unpacker unpack_xz = {
	.name = "xz",
	.begins = begins,
	.open = xz_open,
	.step = xz_step,
	.again = xz_again,
	.close = xz_close,
};
