/*
 * Reports as files: opened early, red from the first moment, renewed, finished.
 *
 * A path is tried as soon as the command line is read; in the same moment the red placeholder is put in place. At every instant the
 * file is complete, well formed and red until the run has really ended green.
 */
#ifndef HARNESS_REPORT_REPORT_FILE_H
#define HARNESS_REPORT_REPORT_FILE_H

#include "harness/report/reporter.h"

struct report_set;

struct report_spec {
	const struct reporter *reporter;
	const char *path;
	const char *const *option_values;
};

struct report_config {
	const struct report_spec *specs;
	size_t nspecs;
	const struct reporter *const *reporters;
	size_t nreporters;
	const struct clock *clock;
	const struct report_terminal *terminal;	/* for the live console */
	const struct reporter *console;		/* NULL: none (--no-console); drawn on terminal->fd */
	struct str run_id;
	unsigned mode;				/* 0644, 0600 with --private */
};

/*
 * Parses `NAME=PATH[,option=value]...` against the reporters. ERR_USAGE names what is wrong and the nearest name. Results live in `a`.
 */
int report_spec_parse(struct arena *a, const struct reporter *const *reporters, size_t nreporters, const char *text,
		      struct report_spec *ret, struct error *err) MUST_USE;

/*
 * Tries every path and puts the red placeholders. ERR_FILE for an unwritable one: nothing was left behind. Owned by the caller.
 * Not thread-safe: one thread at a time feeds it.
 */
int report_set_open(const struct report_config *config, struct report_set **ret, struct error *err) MUST_USE;

/*
 * Numbers the event (seq; wall time and `us` where the wall time is 0), folds it, shows it to the live reporters, renews files when due (every 10 s, at suite ends, at most
 * once a second). Not for run_end: that is report_set_finish's.
 */
int report_set_event(struct report_set *s, struct event *e, struct error *err) MUST_USE;

/*
 * Would report_set_event return without waiting for anybody? Not while a file may be renewed (fsync), nor where a live report goes to a
 * terminal, a socket, or a pipe that holds more than an eighth of what it can: its reader does not keep up. A text larger than
 * the rest of a pipe waits all the same.
 */
bool report_set_is_quick(const struct report_set *s);

/* Called now and then, also when nothing comes: live redraw, due renewals. */
void report_set_tick(struct report_set *s);

/* SIGUSR1: live reporters say what is running, since when, on which attempt. */
void report_set_status(struct report_set *s);

/*
 * The end: file reports are written first, then their `report` events, then run_end (with `end`, whose counts and verdict are filled in from the results when
 * end->verdict is VERDICT_COUNT), the last line of the record; live reporters are closed. Returns the number of reports that could not be written;
 * *err is the first. Their placeholder stands, red. After an event that report_set_event could not take, none is written, and the record
 * has no run_end.
 */
size_t report_set_finish(struct report_set *s, const struct ev_run_end *end, struct error *err);

/* The results so far, borrowed until the next event. */
const struct results *report_set_results(const struct report_set *s);

/* Frees; does not touch files: without report_set_finish the placeholders stand. NULL is fine. */
void report_set_free(struct report_set *s);

#endif
