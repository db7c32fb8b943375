/*
 * Runs made up for tests of reports: a small one in which every status occurs, and random ones of any size, with texts as
 * hostile as a system under test can make them.
 */
#ifndef TESTS_UNIT_SAMPLE_RUN_H
#define TESTS_UNIT_SAMPLE_RUN_H

#include "harness/report/report_file.h"

/* A clock that stands still until it is moved. */
struct sample_clock {
	struct clock clock;
	uint64_t mono_us;
	int64_t wall_us;
};
void sample_clock_init(struct sample_clock *c);

/* Deterministic numbers: the same seed, the same run. */
struct sample_random {
	uint64_t state;
};
uint64_t sample_random(struct sample_random *r, uint64_t below);

/* Random bytes mixed with what some reader of a report obeys or stumbles over; in `a`. */
struct str sample_nasty(struct arena *a, struct sample_random *r);

/* A random event of that kind: every field of its layout, some absent; in `a`. */
struct event sample_event(struct arena *a, struct sample_random *r, enum event_kind kind);

enum sample_ending {
	SAMPLE_FINISHED,
	SAMPLE_STOPPED,		/* the last third never started, one entry was in flight; run_end says so */
	SAMPLE_KILLED,		/* as it is at that moment, without run_end */
};

struct sample_options {
	uint64_t seed;
	size_t suites;
	size_t entries;			/* in all */
	unsigned bad_percent;		/* failed, error, warning, skipped, flaky in turn; the others pass */
	bool nasty;			/* titles, messages, cells */
	bool all_skipped;		/* nothing was selected */
	enum sample_ending ending;
	int exit_status;		/* of the run */
	const char *ci;			/* provider, NULL: none */
};

/* What a consumer must find. */
struct sample_counts {
	size_t entries;
	size_t of[STATUS_COUNT];
	size_t flaky;
};

/* Called for every event, in order. */
typedef void sample_sink(void *ctx, struct event *e);

/* Makes the events of a run, run_end excepted; *ret_end is for report_set_finish. */
struct sample_counts sample_run(const struct sample_options *o, sample_sink *sink, void *ctx,
				struct ev_run_end *ret_end);

/* Feeds such a run to reports and ends it, unless it is killed. Fails the test on any error. */
struct sample_counts sample_report(const struct sample_options *o, struct report_set *s);

#endif
