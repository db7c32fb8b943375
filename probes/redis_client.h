/*
 * One connection to Redis: commands out, replies in as values, each within a deadline.
 * The socket is non-blocking and ours; redis_reader.h makes replies of what comes.
 */
#ifndef PROBES_REDIS_CLIENT_H
#define PROBES_REDIS_CLIENT_H

#include "harness/base/deadline.h"
#include "harness/base/limits.h"
#include "harness/value/value.h"
#include "probes/redis_reader.h"
#include "probes/redis_settings.h"

struct redis_client;

struct redis_call {
	struct arena *arena; /* replies live here */
	const struct limits *limits; /* max_body_bytes is the ceiling of one reply */
	struct deadline deadline;
};

/*
 * Connects, logs in, chooses the database and says who we are (CLIENT SETNAME `name`).
 * The settings are borrowed for the call. ERR_CONNECT (refused, wrong password, no such
 * database), ERR_DNS, ERR_TLS, ERR_TIMEOUT, ERR_ABORTED, ERR_PROTOCOL for what is no
 * Redis.
 */
int redis_connect(const struct redis_settings *s, const char *name,
	const struct redis_call *c, struct redis_client **ret,
	struct error *err) MUST_USE;

/* Closes. NULL is fine. */
void redis_free(struct redis_client *r);

/*
 * Between two commands: false once anything went wrong with it, or the server hung up or
 * sent what nobody asked for. NULL is not alive.
 */
bool redis_is_alive(struct redis_client *r);
int redis_fd(const struct redis_client *r);	/* to wait for */

/*
 * Sends a command and waits for its reply. ERR_TIMEOUT, ERR_ABORTED, ERR_REDIS
 * (connection lost), ERR_PROTOCOL, ERR_LIMIT; err->sent when bytes of the command may
 * have arrived. After each of these the connection is dead.
 */
int redis_command(struct redis_client *r, const struct redis_call *c,
	const struct str *words, size_t nwords, struct redis_reply *ret,
	struct error *err) MUST_USE;

/*
 * The halves of it, for subscriptions. redis_poll takes a reply that is there and does
 * not wait: *ret_found false when none is complete yet, or the deadline is over while
 * bytes still come.
 */
int redis_send(struct redis_client *r, const struct redis_call *c,
	const struct str *words, size_t nwords, struct error *err) MUST_USE;
int redis_receive(struct redis_client *r, const struct redis_call *c,
	struct redis_reply *ret, struct error *err) MUST_USE;	/* errors as redis_command */
int redis_poll(struct redis_client *r, const struct redis_call *c,
	struct redis_reply *ret, bool *ret_found, struct error *err) MUST_USE;	/* errors as redis_command */

#endif
