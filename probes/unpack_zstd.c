#include <zstd.h>
#include <zstd_errors.h>

#include "harness/base/dynamic.h"
#include "harness/base/mem.h"
#include "probes/unpack.h"

#define FUNCTIONS(X)              \
	X(ZSTD_createDCtx)        \
	X(ZSTD_freeDCtx)          \
	X(ZSTD_DCtx_setParameter) \
	X(ZSTD_DCtx_reset)        \
	X(ZSTD_decompressStream)  \
	X(ZSTD_isError)           \
	X(ZSTD_getErrorCode)      \
	X(ZSTD_getErrorName)

struct library {
	FUNCTIONS(DYNAMIC_MEMBER)
};

#define SYMBOL(name) DYNAMIC_SYMBOL(struct library, name)
static const struct dynamic_symbol symbols[] = { FUNCTIONS(SYMBOL) };

static const struct dynamic_library dynamic = { .file = "libzstd.so.1",
	.package = "libzstd1",
	.use = "zstd",
	.symbols = symbols,
	.nsymbols = ARRAY_SIZE(symbols) };

struct zstd {
	struct library lib;
	ZSTD_DCtx *z;
};

/* A frame, or one to be skipped (0x184D2A50 and the next fifteen), as parallel compressors write first. */
static bool begins(struct str head)
{
	return str_starts_with(head, STR("\x28\xb5\x2f\xfd")) ||
		(head.n >= 4 && ((unsigned char)head.p[0] & 0xf0) == 0x50 &&
			str_eq(str_sub(head, 1, 3), STR("\x2a\x4d\x18")));
}

static void zstd_close(void *state)
{
	struct zstd *s = state;

	if (s)
		(void)s->lib.ZSTD_freeDCtx(s->z);
	mem_free(s);
}

static int zstd_open(void **ret, struct error *err)
{
	struct zstd *s = mem_calloc(1, sizeof(*s));

	if (!s)
		return error_set_oom(err);
	if (dynamic_load(&dynamic, &s->lib, err)) {
		mem_free(s);
		return -1;
	}
	s->z = s->lib.ZSTD_createDCtx();
	if (!s->z ||
		s->lib.ZSTD_isError(s->lib.ZSTD_DCtx_setParameter(
			s->z, ZSTD_d_windowLogMax, UNPACK_ZSTD_WINDOW_LOG))) {
		zstd_close(s);
		return error_set_oom(err);
	}
	*ret = s;
	return 0;
}

static enum unpack_result failed(const struct zstd *s, size_t rc, struct unpack_io *io)
{
	ZSTD_ErrorCode code = s->lib.ZSTD_getErrorCode(rc);

	if (code == ZSTD_error_frameParameter_windowTooLarge)
		return UNPACK_LIMIT;
	if (code == ZSTD_error_memory_allocation)
		return UNPACK_OOM;
	io->why = s->lib.ZSTD_getErrorName(rc);
	return UNPACK_DAMAGED;
}

static enum unpack_result zstd_step(void *state, struct unpack_io *io)
{
	struct zstd *s = state;
	ZSTD_inBuffer in = { io->in, io->in_left, 0 };
	ZSTD_outBuffer out = { io->out, io->out_left, 0 };
	size_t rc = s->lib.ZSTD_decompressStream(s->z, &out, &in);

	io->in += in.pos;
	io->in_left -= in.pos;
	io->out += out.pos;
	io->out_left -= out.pos;
	if (s->lib.ZSTD_isError(rc))
		return failed(s, rc, io);
	return rc == 0 ? UNPACK_END : UNPACK_MORE;
}

static bool zstd_again(void *state)
{
	struct zstd *s = state;

	return !s->lib.ZSTD_isError(s->lib.ZSTD_DCtx_reset(s->z, ZSTD_reset_session_only));
}

const struct unpacker unpack_zstd = {
	.name = "zstd",
	.begins = begins,
	.open = zstd_open,
	.step = zstd_step,
	.again = zstd_again,
	.close = zstd_close,
};
