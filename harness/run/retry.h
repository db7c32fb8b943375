/*
 * Attempts, consecutive, give-up: when to try again, as a pure function of what happened. No clock, no wait.
 */
#ifndef HARNESS_RUN_RETRY_H
#define HARNESS_RUN_RETRY_H

#include "harness/base/compiler.h"

struct retry_policy {
	int64_t retries;	/* further attempts after the first; -1: up to max_retries */
	int64_t max_retries;	/* the ceiling */
	unsigned consecutive;	/* must hold that often in a row; 0 and 1: once */
};

struct retry_state {
	uint64_t attempts;	/* made so far */
	unsigned in_a_row;	/* held, without a break */
};

enum retry_verdict {
	RETRY_HELD,	/* done: it holds */
	RETRY_AGAIN,	/* another attempt, after the interval */
	RETRY_RED,	/* done: attempts used up, or given up */
};

/* After an attempt: did it hold, must it not be repeated (`final`: options error, give-up, outcome unknown)? */
enum retry_verdict retry_after(const struct retry_policy *p, struct retry_state *s, bool held, bool final);

#endif
