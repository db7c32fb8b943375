/*
 * The one fold of events: every format, the console's summary and the exit status are functions of this.
 * What passed keeps figures only; what is red, flaky, or a warning keeps its texts.
 */
#ifndef HARNESS_REPORT_RESULTS_H
#define HARNESS_REPORT_RESULTS_H

#include "harness/report/event.h"

/* One attempt that did not hold (kept: first, last and up to three between). */
struct bad_attempt {
	uint64_t attempt;
	enum status status;
	struct str kind, message;
	uint64_t duration_us, retry_in_us;
	bool transport;
};

struct result_case {
	struct ev_planned planned;
	bool started, ended;
	enum status status;		/* STATUS_NOT_RUN until it ended; STATUS_ABORTED when it started and the run stopped */
	struct ev_entry_end end;	/* texts copied where they are kept */
	const struct ev_assertion *failed;	/* the final attempt's assertions that did not hold */
	size_t nfailed;
	const struct bad_attempt *bad;
	size_t nbad;
	int64_t start_wall_us;		/* 0: never started */
	size_t suite;			/* index into suites */
	struct str note;		/* of the first assertion that held with something to say; absent: none had */
};

struct result_suite {
	struct str name, file;
	size_t first_case, ncases;	/* cases of a suite are neighbours, in planned order */
	struct counts counts;
	uint64_t duration_us;
	int64_t start_wall_us;
};

struct results {
	struct ev_run_start run;
	struct str run_id;
	int64_t start_wall_us;
	struct ev_plan plan;
	struct result_suite *suites;
	size_t nsuites;
	struct result_case *cases;
	size_t ncases;
	const struct ev_target *targets;
	size_t ntargets;
	const struct ev_log *logs;
	size_t nlogs;
	const struct ev_report *reports;
	size_t nreports;
	struct counts counts;		/* of all cases as they stand now */
	bool ended;			/* run_end was seen */
	struct ev_run_end end;
	/* file errors before a plan was there (exit 1 and 2), `id` the file: one red case "(suite)" per bad file */
	const struct ev_log *file_errors;
	size_t nfile_errors;
};

struct results_fold;

/* Owned by the caller: results_free. */
struct results_fold *results_new(struct error *err) MUST_USE;
void results_free(struct results_fold *f);	/* NULL is fine */

/* Folds one event; everything kept is copied. */
int results_add(struct results_fold *f, const struct event *e, struct error *err) MUST_USE;

/* The run's id, as it stands on every line of the record. */
int results_set_run_id(struct results_fold *f, struct str run_id, struct error *err) MUST_USE;

/* The results so far, borrowed until the next results_add. */
const struct results *results_get(const struct results_fold *f);

/*
 * A bad file stands in reports once, with all its errors: at its first one, results_is_first_error. Its text is those of all
 * errors with that id, a blank line between them.
 */
bool results_is_first_error(const struct results *r, size_t index);
size_t results_bad_files(const struct results *r);	/* how many there are */
void results_add_errors_of(struct strbuf *out, const struct results *r, struct str id);	/* appends them */

/* Verdict and exit status of what is there: 0 held, 3 error, 4 failed (4 before 3), 5 empty. Aborted ones are the caller's (124, 128+n). */
enum verdict results_verdict(const struct results *r);
int results_exit_status(const struct results *r);	/* of enum exit_status */

/*
 * True when the run is red though no case is: --fail-on counted what is none. The reason of its end says what; a report shows one red
 * case for it.
 */
bool results_is_widened(const struct results *r);

#endif
