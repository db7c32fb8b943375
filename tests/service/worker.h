/*
 * The outbox worker: a process of its own that takes due events, publishes them, marks them done.
 *
 * Each round: connect, take a batch of due rows, claim each by a conditional update, SET
 * outbox:idempotency:<id> NX EX, PUBLISH <aggregate_type>:<event_type>, mark done, disconnect.
 * When PUBLISH fails the key is taken back, so that the next attempt publishes.
 */
#ifndef TESTS_SERVICE_WORKER_H
#define TESTS_SERVICE_WORKER_H

struct app;
struct error;

/* Works until app_stop(). A database or Redis that fails is logged, and the next round tries again. */
int worker_run(struct app *app, struct error *err);

#endif
