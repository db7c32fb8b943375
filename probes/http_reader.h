/*
 * An HTTP/1 answer read piece by piece (RFC 9112): interim answers, Content-Length,
 * chunked, until the connection closes. Strict: what is irregular is an error that
 * names it. No input, no clock: bytes are fed to it.
 */
#ifndef PROBES_HTTP_READER_H
#define PROBES_HTTP_READER_H

#include "probes/http_message.h"

enum http_reader_state {
	READER_HEAD,
	READER_LENGTH, /* a body of known length */
	READER_UNTIL_CLOSE,
	READER_CHUNK_SIZE,
	READER_CHUNK_DATA,
	READER_CHUNK_END, /* the line end behind the data */
	READER_TRAILER,
	READER_DONE,
};

struct http_reader {
	enum http_reader_state state;
	bool no_body; /* the answer to HEAD */
	struct arena *arena;
	struct strbuf head, line, body;
	uint64_t left; /* of the body or chunk */
	uint64_t received_bytes;
	int64_t status;
	const char *version;
	struct http_headers headers; /* of the final answer, in the arena */
};

/* At the start of an answer; `no_body` for the answer to HEAD. Both ceilings end in ERR_LIMIT. */
void http_reader_init(struct http_reader *r, struct arena *a, size_t max_header_bytes,
	size_t max_body_bytes, bool no_body);

void http_reader_release(struct http_reader *r); /* zeroed struct is fine */

/*
 * Takes more of the answer; bytes behind its end are passed over. ERR_PROTOCOL,
 * ERR_LIMIT, ERR_OOM.
 */
int http_reader_feed(struct http_reader *r, struct str bytes, struct error *err) MUST_USE;

/*
 * The connection was closed: fine when the answer was complete or went on until then,
 * else ERR_PROTOCOL.
 */
int http_reader_close(struct http_reader *r, struct error *err) MUST_USE;

/* The answer is complete. */
bool http_reader_is_done(const struct http_reader *r);

#endif
