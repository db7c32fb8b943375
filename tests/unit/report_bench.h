/*
 * What tests of reports share: a folder of their own, which is the current one, a clock that is moved by hand, and reports
 * opened there.
 */
#ifndef TESTS_UNIT_REPORT_BENCH_H
#define TESTS_UNIT_REPORT_BENCH_H

#include "harness/report/report_file.h"
#include "tests/unit/sample_run.h"

struct report_bench {
	struct arena arena;
	char folder[64];
	struct sample_clock clock;
	struct report_terminal terminal;	/* of the console; its output is the file "console" */
	struct report_set *set;
	unsigned mode;
};

/* cmocka's setup and teardown: *state is the bench. */
int report_bench_setup(void **state);
int report_bench_teardown(void **state);

/* Opens reports after texts as in --report, separated by blanks; with the console when asked. -1 with *err. */
int report_bench_try(struct report_bench *b, const char *specs, bool console, struct error *err);

/* The same; a failure fails the test. */
void report_bench_open(struct report_bench *b, const char *specs, bool console);

/* Frees the reports, as a process that ends here would. */
void report_bench_close(struct report_bench *b);

/* All of a file; a failure fails the test. */
struct str report_bench_read(struct report_bench *b, const char *path);

/* How often `needle` occurs. */
size_t report_bench_count(struct str text, const char *needle);

/* Feeds one event. */
void report_bench_event(struct report_bench *b, struct event e);

/* Ends the run with the verdict of its results; how many reports were not written. */
size_t report_bench_finish(struct report_bench *b, struct error *err);

#endif
