/*
 * A connection to Redis. The only user of hiredis.
 *
 * Connecting and every command take at most two seconds.
 */
#ifndef TESTS_SERVICE_BROKER_H
#define TESTS_SERVICE_BROKER_H

#include <stdbool.h>
#include <stddef.h>

struct broker;
struct error;

/*
 * Opens a connection in *ret, owned by the caller. `url` is unix://PATH or
 * redis://[[USER]:PASSWORD@]HOST[:PORT][/DATABASE], user and password with %XX escapes.
 */
int broker_open(const char *url, struct broker **ret, struct error *err);

/* Accepts NULL. */
void broker_close(struct broker *broker);

/* SET key value NX EX; *fresh is false when the key was there already. */
int broker_set_once(struct broker *broker, const char *key, const char *value, long seconds,
		    bool *fresh, struct error *err);

/* DEL; a key that is not there is fine. */
int broker_forget(struct broker *broker, const char *key, struct error *err);

/* PUBLISH; nobody listening is fine. */
int broker_publish(struct broker *broker, const char *channel, const char *message, struct error *err);

/* PSUBSCRIBE to two patterns; returns when both are confirmed. */
int broker_subscribe(struct broker *broker, const char *pattern, const char *other, struct error *err);

/* The socket, to wait upon. */
int broker_fd(const struct broker *broker);

/* Reads what has arrived without waiting for more; *messages counts it. Fails when the peer is gone. */
int broker_read(struct broker *broker, size_t *messages, struct error *err);

#endif
