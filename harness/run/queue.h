/*
 * Boxes on their way from workers to who collects them, in order of sending.
 */
#ifndef HARNESS_RUN_QUEUE_H
#define HARNESS_RUN_QUEUE_H

#include "harness/run/box.h"

struct queue;

/* Empty, for at most `max` boxes. Owned by the caller. */
struct queue *queue_new(size_t max, struct error *err) MUST_USE;

void queue_free(struct queue *q);	/* frees boxes still in it; NULL is fine */

/*
 * Takes the box; waits while `max` boxes are on their way. That wait has no deadline: a box may not be lost, and who collects is held up
 * by nothing but the reader of an output, who takes it up again, goes away (a write error), or leaves it to the third signal.
 */
void queue_send(struct queue *q, struct box *b);

/* Until a box is there, all senders are done with none left (*ret_done), or timeout_us have passed. Takes none. */
void queue_wait(struct queue *q, uint64_t timeout_us, bool *ret_done);

/* The first box, owned by the caller; NULL when there is none. Does not wait. */
struct box *queue_take(struct queue *q);
bool queue_is_empty(struct queue *q);	/* at this moment */

/* A sender comes and goes. */
void queue_sender_begins(struct queue *q);
void queue_sender_ends(struct queue *q);	/* wakes who waits */

#endif
