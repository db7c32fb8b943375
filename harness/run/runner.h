/*
 * Running a plan: workers take its files one at a time, each in a session; their boxes of events are taken one after the other (collector.h).
 * With one worker, that is the main thread.
 *
 *	file:	for each entry in order: skip, or wait, perform, judge, send the box; a red entry stops the rest of its file, but for
 *		`always` entries, entries of .sql files, and what says `continue: true`
 */
#ifndef HARNESS_RUN_RUNNER_H
#define HARNESS_RUN_RUNNER_H

#include "harness/run/box.h"
#include "harness/run/plan.h"
#include "harness/run/watch.h"

struct run {
	const struct run_config *config;
	const struct plan *plan;
	struct watch *watch;
	uint64_t start_us;		/* monotonic; events count from here */
	/* These three are called by one thread at a time, not always the same. One event, in order of arrival. */
	int (*on_event)(void *ctx, struct event *e, struct error *err);
	/* would on_event be done at once, without waiting for a reader or a disk? */
	bool (*is_quick)(void *ctx);
	/* at least every tenth of a second, also while events come; not in the first tenth of a run */
	void (*on_tick)(void *ctx);
	void *ctx;
};

/*
 * Runs all selected cases; returns when all workers are done (after a signal: when their clean-up is). -1 when it could not be started or on_event
 * failed; cases' outcomes are events, never errors here.
 */
int run_all(const struct run *run, struct error *err) MUST_USE;

#endif
