/*
 * An HTTP/1 answer, as a race reads it, then its content encoding undone: whole, and byte by
 * byte with the same result.
 */
#include "probes/http_decode.h"
#include "probes/http_reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MAX_ARENA = 1 << 24, MAX_HEAD = 1 << 16, MAX_BODY = 1 << 20 };

static int read_answer(
	struct http_reader *r, struct arena *a, struct str in, size_t step, struct error *err)
{
	arena_init(a, MAX_ARENA);
	http_reader_init(r, a, MAX_HEAD, MAX_BODY, false);
	for (size_t at = 0; at < in.n; at += step)
		if (http_reader_feed(r, str_sub(in, at, step), err))
			return -1;
	return http_reader_close(r, err);
}

static void decode(struct http_reader *r, struct arena *a)
{
	struct str names = http_headers_joined(a, &r->headers, STR("Content-Encoding"));
	struct error err;
	struct str plain;
	if (!http_decode(a, names, strbuf_str(&r->body), MAX_BODY, &plain, &err))
		assert(plain.n <= MAX_BODY);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str in = str_make((const char *)data, size);
	struct http_reader whole;
	struct http_reader pieces;
	struct arena arenas[2];
	struct error err;

	int rc = read_answer(&whole, &arenas[0], in, size ? size : 1, &err);
	int again = read_answer(&pieces, &arenas[1], in, 1, &err);
	assert(rc == again);
	if (!rc) {
		assert(whole.status == pieces.status);
		assert(whole.headers.count == pieces.headers.count);
		assert(str_eq(strbuf_str(&whole.body), strbuf_str(&pieces.body)));
		decode(&whole, &arenas[0]);
	}
	http_reader_release(&whole);
	http_reader_release(&pieces);
	arena_release(&arenas[0]);
	arena_release(&arenas[1]);
	return 0;
}
