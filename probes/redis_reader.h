/*
 * What comes from Redis, as values: bytes in, replies out. hiredis splits the protocol (its
 * reader is the same in 0.14 and 1.x); nothing else sees it. No socket, no clock.
 *
 * The protocol is RESP2. A reply becomes: nil NULL, integer INT, status and bulk string
 * STRING, array LIST. An error reply is told apart (redis_reply.is_error), one inside an
 * array is a STRING.
 *
 * After a failure the reader is of no more use: where the next reply begins is not known.
 */
#ifndef PROBES_REDIS_READER_H
#define PROBES_REDIS_READER_H

#include "harness/base/error.h"
#include "harness/base/limits.h"
#include "harness/value/value.h"

struct redis_reader;

struct redis_reply {
	const struct value *value;
	bool is_error;
	struct str error; /* its text: "WRONGTYPE Operation against ..." */
};

/* Owned by the caller. Parts of an unfinished reply take max_attempt_arena at most. */
int redis_reader_new(const struct limits *limits, struct redis_reader **ret,
	struct error *err) MUST_USE;
void redis_reader_free(struct redis_reader *r); /* NULL is fine */

/* Bytes as they came. ERR_LIMIT for a reply of more than max_bytes. */
int redis_reader_feed(struct redis_reader *r, struct str bytes, size_t max_bytes,
	struct error *err) MUST_USE;

/*
 * The next reply of what was fed, in `a`; *ret_found false, and nothing in *ret, when it is
 * not complete. ERR_PROTOCOL for what is not Redis's, ERR_LIMIT for what does not fit.
 */
int redis_reader_next(struct redis_reader *r, struct arena *a, struct redis_reply *ret,
	bool *ret_found, struct error *err) MUST_USE;

/* Are there bytes that no reply has taken? */
bool redis_reader_has_rest(const struct redis_reader *r);

#endif
