/*
 * The API's ear: a thread that holds PSUBSCRIBE pedido:* mesa:* and counts what it hears.
 *
 * The original passes messages on to its sockets; here nobody is behind it. A lost connection is
 * opened again once a second.
 */
#ifndef TESTS_SERVICE_SUBSCRIBER_H
#define TESTS_SERVICE_SUBSCRIBER_H

struct app;
struct error;
struct subscriber;

/*
 * Subscribes, then listens in a thread of its own. A Redis that does not answer is no failure: orders
 * go on without it, and the thread keeps trying.
 */
int subscriber_start(const struct app *app, struct subscriber **ret, struct error *err);

/* Ends the thread; app_stop() was called before. Accepts NULL. */
void subscriber_stop(struct subscriber *subscriber);

/* The Redis that a program is to use: the configured one, or none at all with the fault redis-down. */
const char *subscriber_url(const struct app *app);

#endif
