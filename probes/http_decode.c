#include "probes/http_decode.h"

#include <brotli/decode.h>
#include <limits.h>
#include <zlib.h>

#include "harness/base/mem.h"

#define OUTPUT_STEP ((size_t)64 * 1024)
#define MAX_ENCODINGS 8 /* in a row; more is an attack or a mistake */

/* zlib's windowBits: what they mean beyond the size is the format. */
#define WINDOW_GZIP (15 + 16)
#define WINDOW_ZLIB 15
#define WINDOW_RAW (-15)

static void *zlib_alloc(void *ctx, uInt count, uInt size)
{
	(void)ctx;
	return mem_calloc(count, size);
}

static void zlib_free(void *ctx, void *p)
{
	(void)ctx;
	mem_free(p);
}

static void *brotli_alloc(void *ctx, size_t n)
{
	(void)ctx;
	return mem_alloc(n);
}

static int broken(struct error *err, const char *encoding, const char *why)
{
	return error_set(
		err, ERR_PROTOCOL, "the body is no valid '%s' data: %s", encoding, why);
}

static int too_large(struct error *err, const char *encoding, size_t max_bytes)
{
	return error_set(err, ERR_LIMIT,
		"the body is larger than %zu bytes once its '%s' encoding is undone",
		max_bytes, encoding);
}

/* More room for output, or the reason why there is none. */
static char *output_room(struct strbuf *out, const char *encoding, struct error *err)
{
	size_t left = out->max_bytes - out->n;
	if (!left) {
		(void)too_large(err, encoding, out->max_bytes - 1);
		return NULL;
	}
	char *p = strbuf_reserve(out, left < OUTPUT_STEP ? left : OUTPUT_STEP);
	if (!p)
		(void)error_set_oom(err);
	return p;
}

static uInt as_uint(size_t n)
{
	return n < UINT_MAX ? (uInt)n : UINT_MAX;
}

static void give_input(z_stream *z, struct str in)
{
	size_t consumed = z->next_in ? (size_t)(z->next_in - (const Bytef *)in.p) : 0;
	z->next_in = (z_const Bytef *)(uintptr_t)(in.p + consumed);
	z->avail_in = as_uint(in.n - consumed);
}

/* One step of inflate into fresh room: its result, or Z_MEM_ERROR with *err filled. */
static int inflate_step(
	z_stream *z, struct strbuf *out, const char *encoding, struct error *err)
{
	char *room = output_room(out, encoding, err);
	if (!room)
		return Z_MEM_ERROR;
	size_t left = out->max_bytes - out->n;
	size_t n = left < OUTPUT_STEP ? left : OUTPUT_STEP;
	z->next_out = (Bytef *)room;
	z->avail_out = as_uint(n);
	int rc = inflate(z, Z_NO_FLUSH);
	strbuf_advance(out, n - z->avail_out);
	return rc;
}

/* All of `in`; a gzip file may be several, one behind the other. */
static int inflate_all(z_stream *z, struct str in, struct strbuf *out,
	const char *encoding, struct error *err)
{
	bool again = !strcmp(encoding, "gzip");

	for (;;) {
		give_input(z, in);
		uInt had = z->avail_in;
		int rc = inflate_step(z, out, encoding, err);
		if (rc == Z_MEM_ERROR)
			return err->code ? -1 : error_set_oom(err);
		if (rc == Z_STREAM_END) {
			bool more = (const char *)z->next_in < in.p + in.n;
			if (!more || !again)
				return 0;
			if (inflateReset(z) != Z_OK)
				return broken(err, encoding,
					"there is something behind its end");
			continue;
		}
		if (rc != Z_OK && rc != Z_BUF_ERROR)
			return broken(err, encoding,
				z->msg ? z->msg : "it does not begin as such data does");
		if (!had && z->avail_out)
			return broken(err, encoding, "it is cut short");
	}
}

static int inflate_format(struct str in, int window_bits, const char *encoding,
	struct strbuf *out, struct error *err)
{
	z_stream z = { .zalloc = zlib_alloc, .zfree = zlib_free };

	err->code = ERR_NONE;
	if (inflateInit2(&z, window_bits) != Z_OK)
		return error_set_oom(err);
	int rc = inflate_all(&z, in, out, encoding, err);
	(void)inflateEnd(&z);
	return rc;
}

static int decode_gzip(struct str in, struct strbuf *out, struct error *err)
{
	return inflate_format(in, WINDOW_GZIP, "gzip", out, err);
}

/*
 * RFC 9110 means zlib's format by "deflate"; some servers send the bare data, as all
 * clients know.
 */
static int decode_deflate(struct str in, struct strbuf *out, struct error *err)
{
	bool zlib = in.n >= 2 && (in.p[0] & 0x0f) == 8 &&
		(((unsigned)(unsigned char)in.p[0] << 8) | (unsigned char)in.p[1]) % 31 ==
			0;
	return inflate_format(in, zlib ? WINDOW_ZLIB : WINDOW_RAW, "deflate", out, err);
}

static int brotli_all(
	BrotliDecoderState *b, struct str in, struct strbuf *out, struct error *err)
{
	const uint8_t *next_in = (const uint8_t *)in.p;
	size_t left_in = in.n;

	for (;;) {
		char *room = output_room(out, "br", err);
		if (!room)
			return -1;
		size_t left = out->max_bytes - out->n;
		size_t n = left < OUTPUT_STEP ? left : OUTPUT_STEP;
		size_t left_out = n;
		uint8_t *next_out = (uint8_t *)room;
		BrotliDecoderResult rc = BrotliDecoderDecompressStream(
			b, &left_in, &next_in, &left_out, &next_out, NULL);
		strbuf_advance(out, n - left_out);
		if (rc == BROTLI_DECODER_RESULT_SUCCESS)
			return 0;
		if (rc == BROTLI_DECODER_RESULT_ERROR)
			return broken(err, "br",
				BrotliDecoderErrorString(BrotliDecoderGetErrorCode(b)));
		if (rc == BROTLI_DECODER_RESULT_NEEDS_MORE_INPUT)
			return broken(err, "br", "it is cut short");
	}
}

static int decode_br(struct str in, struct strbuf *out, struct error *err)
{
	BrotliDecoderState *b = BrotliDecoderCreateInstance(
		brotli_alloc, (void (*)(void *, void *))zlib_free, NULL);
	if (!b)
		return error_set_oom(err);
	int rc = brotli_all(b, in, out, err);
	BrotliDecoderDestroyInstance(b);
	return rc;
}

struct encoding {
	const char *name;
	int (*decode)(struct str in, struct strbuf *out,
		struct error *err); /* NULL: nothing to do */
};

static const struct encoding encodings_known[] = {
	{ "identity", NULL },
	{ "gzip", decode_gzip },
	{ "x-gzip", decode_gzip },
	{ "deflate", decode_deflate },
	{ "br", decode_br },
};

static const struct encoding *find_encoding(struct str name)
{
	for (size_t i = 0; i < ARRAY_SIZE(encodings_known); i++)
		if (str_eq_nocase(name, str_from(encodings_known[i].name)))
			return &encodings_known[i];
	return NULL;
}

static int decode_one(struct arena *a, struct str name, struct str in, size_t max_bytes,
	struct str *ret, struct error *err)
{
	const struct encoding *e = find_encoding(name);
	if (!e)
		return error_set(err, ERR_PROTOCOL,
			"content encoding '%.*s' is not supported",
			STR_ARG(str_sub(name, 0, 60)));
	if (!e->decode || str_is_empty(in))
		return 0;

	struct strbuf out;
	strbuf_init(&out,
		max_bytes + 1); /* one more: a body that just fits must be able to end */
	int rc = e->decode(in, &out, err);
	if (!rc && out.n > max_bytes)
		rc = too_large(err, e->name, max_bytes);
	if (!rc) {
		struct str copy = arena_str(a, strbuf_str(&out));
		if (copy.p)
			*ret = copy;
		else
			rc = error_set_oom(err);
	}
	strbuf_release(&out);
	return rc;
}

int http_decode(struct arena *a, struct str encodings, struct str body, size_t max_bytes,
	struct str *ret, struct error *err)
{
	struct str names[MAX_ENCODINGS];
	size_t count = 0;

	for (struct str rest = encodings; rest.p;) {
		struct str name = str_trim(str_cut(&rest, ','));
		if (str_is_empty(name))
			continue;
		if (count == MAX_ENCODINGS)
			return error_set(err, ERR_PROTOCOL,
				"more than %d content encodings", MAX_ENCODINGS);
		names[count++] = name;
	}

	struct str text = body;
	while (count)
		if (decode_one(a, names[--count], text, max_bytes, &text, err))
			return -1;
	*ret = text;
	return 0;
}
