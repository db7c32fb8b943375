/*
 * Inside of the runner: where boxes become reports, one after the other, whoever takes them.
 *
 * Several workers send theirs through a queue to the main thread (collector_run). A single worker is the main thread itself and takes its
 * own boxes: what happened is on record before the next request is sent, and no other thread has to be woken. It does so only while
 * nobody is waited for: what `is_quick` denies (a reader that does not keep up, a terminal, a renewal that is due) goes through the queue to a helper
 * thread, which also ticks. The helper is started when it is first needed, or after a tenth of a second; most short runs never have it.
 */
#ifndef HARNESS_RUN_COLLECTOR_H
#define HARNESS_RUN_COLLECTOR_H

#include <pthread.h>

#include "harness/run/queue.h"
#include "harness/run/runner.h"

struct collector {
	const struct run *run;
	struct queue *queue;
	bool alone;			/* a single worker, on the main thread */
	pthread_mutex_t taking;		/* held by who shows events or ticks; the next three are under it */
	int bad;			/* on_event failed: later events are not shown */
	struct error err;
	uint64_t ticked_us;
	pthread_mutex_t starting;	/* the next three are under it */
	bool tried, has_helper;
	pthread_t helper;
	struct watch_slot late;		/* the tenth of a second */
};

/* Empty; starts no thread. `run` is borrowed. */
int collector_init(struct collector *c, const struct run *run, struct error *err) MUST_USE;

void collector_release(struct collector *c);	/* also after a collector_init that failed */

/* From a worker; takes the box. */
void collector_send(struct collector *c, struct box *b);

/* Takes boxes until all senders of the queue are done and none is left; ticks at least every tenth of a second. */
void collector_run(struct collector *c);

/* Around the work of the only worker, which is a sender of the queue; all its boxes are shown when collector_alone_ends returns. */
void collector_alone_begins(struct collector *c);
void collector_alone_ends(struct collector *c);	/* waits for the helper */

#endif
