/*
 * What a session holds of Redis: a connection for commands, and, once something is
 * subscribed to, a second one that listens (RESP2 does not let one do both), with the
 * inbox that its messages go to.
 *
 * No thread collects. Until the next RECEIVE messages wait in the socket's and the
 * server's buffers, and every entry that uses the connection takes out what is there.
 * Should these overflow, the server hangs up (client-output-buffer-limit pubsub) and the
 * subscription is lost, which is an error: nothing is lost in silence, and no lock is
 * needed.
 *
 * The command connection is opened again when it was lost between two entries. The
 * listening one never: what came meanwhile is gone.
 */
#ifndef PROBES_REDIS_CONNECTION_H
#define PROBES_REDIS_CONNECTION_H

#include "harness/run/connection.h"
#include "probes/inbox.h"
#include "probes/redis_client.h"

struct redis_connection;

/* Opens a struct redis_connection. */
extern const struct connection_kind redis_kind;

/* As it was opened with. Borrowed. */
const struct redis_settings *redis_connection_settings(const struct redis_connection *r);

/* One command and its reply; see redis_command(). */
int redis_connection_ask(struct redis_connection *r, const struct redis_call *c,
	const struct str *words, size_t nwords, struct redis_reply *ret,
	struct error *err) MUST_USE;

/*
 * SUBSCRIBE or PSUBSCRIBE (words[0]) with its channels: returns once the server has
 * confirmed each. The reply is the list of their names, or the server's error.
 */
int redis_connection_subscribe(struct redis_connection *r, const struct redis_call *c,
	const struct str *words, size_t nwords, struct redis_reply *ret,
	struct error *err) MUST_USE;

/* NULL: nothing was subscribed to. */
struct inbox *redis_connection_inbox(struct redis_connection *r);

/*
 * Puts what has come into the inbox, without waiting; a server that never stops sending
 * is listened to for a second at most. Fails, now and ever after, when the subscription
 * was lost or the inbox is full. Does nothing where nothing is subscribed to.
 */
int redis_connection_collect(struct redis_connection *r, struct error *err) MUST_USE;

/* Waits until more may have come. */
enum wait_result redis_connection_wait(
	struct redis_connection *r, const struct deadline *d);

#endif
