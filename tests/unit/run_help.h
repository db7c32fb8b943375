/*
 * What the tests of plan and runner share: a folder of suites, a run over them, and a kind of entry of the test's own.
 *
 *	PROBE fill	takes more memory than an attempt may
 *	PROBE meet N	waits until N of this run have come; an error after ten seconds
 *	PROBE wait N	the same, an error after a fiftieth of a second
 *	PROBE warn	has a warning
 *	PROBE other	is seen, and holds
 * The reply that is seen is the word itself.
 */
#ifndef TESTS_UNIT_RUN_HELP_H
#define TESTS_UNIT_RUN_HELP_H

#include "harness/run/plan.h"
#include "tests/unit/expect.h"

struct help_run {
	char dir[64];
	struct arena arena;
	struct limits limits;		/* a copy of the default ones; change it before help_run_plan */
	struct settings settings;
	struct run_config config;
	struct library library;
	struct plan plan;
	struct event events[400];
	size_t nevents;
	struct strbuf told;		/* what help_run_all saw, see there */
};

void help_run_init(struct help_run *r);		/* the process is in the folder from here on */
void help_run_release(struct help_run *r);	/* the folder too */

/* A file in the folder; its name may be given to help_run_plan and RUN. */
void help_run_file(const char *name, const char *text);

/* Loads and plans one file: 0, or -1 with library.errors. */
int help_run_plan(struct help_run *r, const char *name);

/*
 * Runs the plan. What the cases ended with is in `told`, in planned order, a line each: "SUITE TITLE STATUS: MESSAGE", without its colon
 * when there is no message. Assertions that came with a case stand before it: "  SOURCE ok" or "  SOURCE: MESSAGE",
 * and what was logged for it: "  LEVEL: TEXT".
 */
void help_run_all(struct help_run *r);

/* The first error of the library; fails the test when there is none. */
const struct error *help_run_error(const struct help_run *r);

#endif
