/*
 * Content encodings of HTTP (RFC 9110, 8.4) undone: gzip, deflate, br, identity, and
 * several of them in a row. The adapter over zlib and brotli.
 */
#ifndef PROBES_HTTP_DECODE_H
#define PROBES_HTTP_DECODE_H

#include "harness/base/error.h"

/*
 * `encodings` is the value of Content-Encoding ("gzip", "br, gzip"); the last one named
 * is undone first. The result is `body` itself when there is nothing to undo, else it
 * is in `a`. ERR_PROTOCOL for an encoding we do not know and for data that is broken or
 * cut short; ERR_LIMIT when more than max_bytes would come out.
 */
int http_decode(struct arena *a, struct str encodings, struct str body, size_t max_bytes,
	struct str *ret, struct error *err) MUST_USE;

#endif
