/*
 * A box: the events of one attempt (or of something smaller), masked when they are put in, with the arena that holds them. Made by a worker,
 * sent to the collector, freed when the events were shown.
 */
#ifndef HARNESS_RUN_BOX_H
#define HARNESS_RUN_BOX_H

#include "harness/base/arena.h"
#include "harness/base/clock.h"
#include "harness/judge/secrets.h"
#include "harness/report/event.h"

struct box {
	struct box *next;		/* in the queue */
	struct arena arena;
	struct event *events;
	size_t count, cap;
	const struct secrets *secrets;
	const struct clock *clock;
	uint64_t start_us;		/* of the run, monotonic */
	bool cut;			/* box_value left something out since this was last reset: the event's `cut` */
};

/* Owned by the caller until it is sent. NULL without memory. */
struct box *box_new(const struct secrets *secrets, const struct clock *clock, uint64_t start_us, size_t max_bytes) MUST_USE;
void box_free(struct box *b);		/* NULL is fine */

/* A zeroed event of that kind, stamped now; NULL without memory. Texts given to it must be box_text'ed or live as long as the plan. */
struct event *box_event(struct box *b, enum event_kind kind);

/* Masked, copied into the box. The absent text stays absent. */
struct str box_text(struct box *b, struct str s);

/* A masked copy of a value; longer strings and lists are cut to max_bytes. */
const struct value *box_value(struct box *b, const struct value *v, size_t max_bytes);

/* The same for the value of a field of that name. */
const struct value *box_member(struct box *b, struct str name, const struct value *v, size_t max_bytes);

/* The same for each of a list of named values (headers). */
struct named_values box_fields(struct box *b, struct named_values in);

#endif
