#include <limits.h>
#include <zlib.h>

#include "harness/base/mem.h"
#include "probes/unpack.h"

#define WINDOW_GZIP (15 + 16) /* zlib's windowBits: 16 more is gzip's frame */

static void *take(void *ctx, uInt count, uInt size)
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
	return str_starts_with(head, STR("\x1f\x8b\x08"));
}

static int gzip_open(void **ret, struct error *err)
{
	z_stream *z = mem_calloc(1, sizeof(*z));

	if (!z)
		return error_set_oom(err);
	z->zalloc = take;
	z->zfree = give;
	if (inflateInit2(z, WINDOW_GZIP) != Z_OK) {
		mem_free(z);
		return error_set_oom(err);
	}
	*ret = z;
	return 0;
}

static uInt as_uint(size_t n)
{
	return n < UINT_MAX ? (uInt)n : UINT_MAX;
}

static enum unpack_result result_of(int rc, const z_stream *z, struct unpack_io *io)
{
	switch (rc) {
	case Z_OK:
	case Z_BUF_ERROR: /* no progress was possible: more input or room */
		return UNPACK_MORE;
	case Z_STREAM_END:
		return UNPACK_END;
	case Z_MEM_ERROR:
		return UNPACK_OOM;
	}
	io->why = z->msg ? z->msg : "invalid data";
	return UNPACK_DAMAGED;
}

static enum unpack_result gzip_step(void *state, struct unpack_io *io)
{
	z_stream *z = state;
	uInt in = as_uint(io->in_left);
	uInt out = as_uint(io->out_left);
	int rc;

	z->next_in = (z_const Bytef *)(uintptr_t)io->in;
	z->avail_in = in;
	z->next_out = (Bytef *)io->out;
	z->avail_out = out;
	rc = inflate(z, Z_NO_FLUSH);
	io->in += in - z->avail_in;
	io->in_left -= in - z->avail_in;
	io->out += out - z->avail_out;
	io->out_left -= out - z->avail_out;
	return result_of(rc, z, io);
}

size_t unpack_zlib_start(struct str in, char *out, size_t n)
{
	z_stream z = { .zalloc = take, .zfree = give };
	size_t got;
	int rc;

	if (inflateInit(&z) != Z_OK)
		return 0;
	z.next_in = (z_const Bytef *)(uintptr_t)in.p;
	z.avail_in = as_uint(in.n);
	z.next_out = (Bytef *)out;
	z.avail_out = as_uint(n);
	rc = inflate(&z, Z_SYNC_FLUSH);
	got = n - z.avail_out;
	(void)inflateEnd(&z);
	return rc == Z_OK || rc == Z_STREAM_END ? got : 0;
}

static bool gzip_again(void *state)
{
	return inflateReset(state) == Z_OK;
}

static void gzip_close(void *state)
{
	if (!state)
		return;
	(void)inflateEnd(state);
	mem_free(state);
}

const struct unpacker unpack_gzip = {
	.name = "gzip",
	.begins = begins,
	.open = gzip_open,
	.step = gzip_step,
	.again = gzip_again,
	.close = gzip_close,
};
