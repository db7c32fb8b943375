/*
 * Inside of the runner: what a worker has at hand while it runs a file. Not for others.
 */
#ifndef HARNESS_RUN_WORKER_H
#define HARNESS_RUN_WORKER_H

#include <stdatomic.h>

#include "harness/judge/judge.h"
#include "harness/run/collector.h"
#include "harness/run/entry_settings.h"
#include "harness/run/runner.h"
#include "harness/run/session.h"

/* Shared by all workers of a run. */
struct shared {
	const struct run *run;
	struct collector collector;
	atomic_size_t next_root;
	atomic_bool stop;		/* --fail-fast: a red case ended the run */
	atomic_size_t crew_threads;	/* threads of all crews; RUN_JOBS_MAX at most */
};

struct worker {
	struct shared *shared;
	int64_t number;
	struct session *session;
	struct file_reader files;
};

/* A file that is being run; they stack up by RUN. */
struct frame {
	struct frame *up;
	const struct plan_file *file;
	struct scope *scope;		/* the session's, or a child of the caller's */
	bool broken;			/* a red entry: the rest is skipped */
	bool cannot_start;		/* ... its variables, or the setup, failed: .sql entries too */
	struct str broken_reason;	/* "after: list orders failed"; in `arena` */
	struct arena arena;		/* what must outlive an attempt */
	const struct value *previous;	/* the last observation of this file, for `when`; in previous_arena */
	struct arena previous_arena;
	struct error start_error;	/* cannot_start: what the first case reports */
	bool start_error_told;
	bool setup_ended;
	bool red;			/* some case of it, or below it, is red */
	struct counts counts;
	struct inner_log *inner;	/* not NULL: inside a RUN that is one case; cases become its assertions */
};

/* What happened inside a RUN that is one planned case. */
struct inner_log {
	struct box *box;
	struct str id;
	uint64_t n, held, not_held;
	struct str first_bad;		/* message; in the box, as the next two */
	struct str first_detail, first_kind;
	bool is_error;
	bool red, warned;		/* some case; set before anything that may fail */
	bool bad_is_red;		/* first_bad is of a red one */
};

/* How a case ended, before severity and acceptance are weighed. */
struct outcome {
	enum status status;
	struct str kind, message;	/* absent when passed; in the box */
	struct str detail;
	bool final;			/* never retried: options, outcome unknown */
	bool transport;			/* transport error, or a status >= 500 */
	bool gave_up;
	bool unweighed;			/* severity has no say: what follows could not even be asked */
	bool unset;			/* an `always` entry whose variables were never set */
	uint64_t held, not_held;
};

/* A case while it runs. */
struct case_run {
	struct worker *worker;
	struct frame *frame;
	const struct plan_case *test;
	const struct unit *unit;
	struct entry_settings settings;
	struct box *box;		/* of the current attempt */
	uint64_t attempt;
	uint64_t started_us;		/* first attempt, monotonic */
	bool flaky_seen;		/* an earlier attempt ended in a transport error or a status >= 500 */
	struct named_values captures, metrics, repro;
	struct text_list artifacts;	/* files of --artifacts; in the box, as those */
	struct outcome last;
};

/* One attempt: perform, judge, events into cr->box, its outcome in cr->last. */
void attempt_perform(struct case_run *cr);

/*
 * One attempt of each of n cases, asked together by a probe that can. ended(ctx, i) is called in order as each has its outcome: the case is
 * to be finished then, its box is not touched any more. Returns how many ended, always the first ones; the others were not asked. 0: no
 * memory, nothing was asked.
 */
typedef void attempt_ended(void *ctx, size_t i);
size_t attempt_perform_batch(struct case_run *crs, size_t n, attempt_ended *ended, void *ctx);

/* Runs a case with retries; its events are sent. `items` of one .sql setup are run one by one by the walk. */
void case_execute(struct worker *w, struct frame *f, const struct plan_item *item);

/*
 * Cases that stand next to each other, whose statements may share a packet (batch_length). Returns how many of them were executed, at least
 * one; the caller goes on with the others.
 */
size_t case_execute_batch(struct worker *w, struct frame *f, const struct plan_item *items, size_t n);

/* How many items from this one on may go in one packet; 1: it goes alone. */
size_t batch_length(const struct worker *w, const struct frame *f, const struct plan_item *items, size_t n);

/* Ends a case without an attempt: skipped, not run, or an error of the harness. */
void case_end_untried(struct worker *w, struct frame *f, const struct plan_case *test, enum status status, struct str kind,
		      struct str message, struct str detail);

/* An error that severity cannot soften: a file whose variables or setup failed. */
void case_end_unweighed(struct worker *w, struct frame *f, const struct plan_case *test,
	struct str kind, struct str message, struct str detail);

/* A file with all it RUNs; NULL `up` for one from the command line. */
void walk_file(struct worker *w, struct frame *up, const struct plan_file *file, struct scope *scope, struct inner_log *inner,
	       bool *ret_red);

/* A row of a RUN while it runs. */
struct row {
	const struct plan_file *file;
	const struct value *item;	/* of a list; NULL: the file has its row */
	struct inner_log *inner;	/* as in struct frame */
	bool red;
	struct error err;		/* it could not begin; code 0: it did */
};

/* Runs one row in this worker's session, in a scope over the frame's. */
void walk_row(struct worker *w, struct frame *f, const struct plan_item *item, struct row *row);

/*
 * crew.c: runs all rows, `jobs` at once, each in a thread with a session and a copy of the frame's variables; what they capture is gone with
 * them. Inside of a RUN that is one case (`inner`) their assertions come in the order of the rows.
 */
void crew_run(struct worker *w, struct frame *f, const struct plan_item *item, struct row *rows, size_t n, struct inner_log *inner);

/* Rows known only at run time. */
void walk_dynamic(struct case_run *cr, struct frame *f, const struct plan_item *item);

/* Text for people: the findings' frames, then what was asked and came, then the attempts. In the box. */
struct str detail_compose(struct case_run *cr, const struct judgement *j, const struct error *err,
			  const struct ev_exchange *exchange);

/* Tools. */
struct box *worker_box(struct worker *w);
void worker_send(struct worker *w, struct box *b);		/* NULL is fine */
struct eval worker_eval(struct worker *w, struct frame *f, struct arena *a, struct document *doc);
const struct file_reader *worker_files(struct worker *w);	/* w->files, set anew */
/* --pin base_url, against what the variable is now; `sending`: an HTTP entry is about to be sent, and the variable must be there. */
int worker_check_pin(struct worker *w, const struct frame *f, bool sending, struct error *err);

/* A pause that a signal ends; none for clean-up (`always`) after a signal. WAIT_READY: it passed. */
enum wait_result worker_pause(struct worker *w, bool always, uint64_t us);

#endif
