#include "harness/report/results.h"

#include "harness/base/limits.h"
#include "harness/base/mem.h"
#include "harness/report/name_map.h"

/* Attempts of a case that are kept: the first ones, and the newest in the last place. */
enum { BAD_KEPT = 5 };

/* Failed assertions kept of one attempt. */
enum { FAILED_KEPT = 1000 };

/* Cases that a plan's number alone makes room for. */
enum { EXPECTED_MOST = 4096 };

/*
 * What is known of a case in flight and may still be thrown away: a case that polls has any number of attempts, but only
 * the last one's assertions and a few bad attempts are kept. Each part has an arena of its own, emptied when it is replaced.
 */
struct pending {
	struct arena asserts;
	struct ev_assertion *failed;
	size_t nfailed, cap;
	uint64_t attempt;		/* that `failed` belongs to */
	struct arena kept;		/* texts of bad[0] to the last but one */
	struct arena newest;		/* texts of the last one */
	struct bad_attempt bad[BAD_KEPT];
	size_t nbad;
};

struct results_fold {
	struct results r;
	struct arena arena;
	struct name_map ids;
	struct pending **pending;	/* parallel to r.cases */
	struct ev_target *targets;	/* these four are r's, where they may be written */
	struct ev_log *logs;
	struct ev_log *file_errors;
	struct ev_report *reports;
	size_t cases_cap, pending_cap, suites_cap;
	size_t targets_cap, logs_cap, reports_cap, file_errors_cap;
	size_t last_suite;		/* where the search for a suite starts */
};

struct results_fold *results_new(struct error *err)
{
	struct results_fold *f = mem_calloc(1, sizeof(*f));

	if (!f) {
		error_set_oom(err);
		return NULL;
	}
	arena_init(&f->arena, limits_default.max_suite_arena);
	return f;
}

static void pending_free(struct pending *p)
{
	if (!p)
		return;
	arena_release(&p->asserts);
	arena_release(&p->kept);
	arena_release(&p->newest);
	mem_free(p);
}

void results_free(struct results_fold *f)
{
	if (!f)
		return;
	for (size_t i = 0; i < f->r.ncases; i++)
		pending_free(f->pending[i]);
	name_map_release(&f->ids);
	arena_release(&f->arena);
	mem_free(f);
}

static struct pending *pending_new(void)
{
	struct pending *p = mem_calloc(1, sizeof(*p));

	if (!p)
		return NULL;
	arena_init(&p->asserts, limits_default.max_attempt_arena);
	arena_init(&p->kept, limits_default.max_attempt_arena);
	arena_init(&p->newest, limits_default.max_attempt_arena);
	return p;
}

static struct pending *pending_of(struct results_fold *f, size_t index)
{
	if (!f->pending[index])
		f->pending[index] = pending_new();
	return f->pending[index];
}

/* ---- lists in the arena ---- */

static int copy_event(struct results_fold *f, const struct event *e, struct event *ret, struct error *err)
{
	return event_copy(&f->arena, e, ret) ? 0 : error_set_oom(err);
}

/* A list whose readers see it as const: the place for one more is at list[*count]. */
#define GROW(f, list, count, cap) \
	arena_grow(&(f)->arena, list, count, cap, sizeof(*(list)))

/* ---- suites and counts ---- */

static bool is_suite(const struct result_suite *s, struct str name, struct str file)
{
	return str_eq(s->file, file) && str_eq(s->name, name);
}

/* Suites start and end more or less in order: the search goes on where the last one ended. */
static struct result_suite *find_suite(struct results_fold *f, struct str name, struct str file)
{
	for (size_t i = 0; i < f->r.nsuites; i++) {
		size_t at = (f->last_suite + i) % f->r.nsuites;

		if (is_suite(&f->r.suites[at], name, file)) {
			f->last_suite = at;
			return &f->r.suites[at];
		}
	}
	return NULL;
}

/* The suite that a newly planned case belongs to: the last one, or one more. */
static struct result_suite *suite_for(struct results_fold *f, const struct ev_planned *planned)
{
	struct results *r = &f->r;
	struct result_suite *suites;

	if (r->nsuites && is_suite(&r->suites[r->nsuites - 1], planned->suite, planned->file))
		return &r->suites[r->nsuites - 1];
	suites = arena_grow(&f->arena, r->suites, r->nsuites, &f->suites_cap, sizeof(*suites));
	if (!suites)
		return NULL;
	r->suites = suites;
	suites[r->nsuites] = (struct result_suite){
		.name = planned->suite, .file = planned->file, .first_case = r->ncases,
	};
	return &suites[r->nsuites++];
}

static void move(struct counts *c, enum status from, enum status to)
{
	c->of[from]--;
	c->of[to]++;
}

static void set_status(struct results_fold *f, struct result_case *c, enum status to)
{
	move(&f->r.counts, c->status, to);
	move(&f->r.suites[c->suite].counts, c->status, to);
	c->status = to;
}

static void add_figures(struct counts *c, const struct ev_entry_end *end)
{
	c->flaky += end->flaky;
	c->held += end->held;
	c->not_held += end->not_held;
}

static void add_planned(struct counts *c)
{
	c->entries++;
	c->of[STATUS_NOT_RUN]++;
}

/* ---- events ---- */

static int add_run_start(struct results_fold *f, const struct event *e, struct error *err)
{
	struct event copy;

	if (copy_event(f, e, &copy, err))
		return -1;
	f->r.run = copy.u.run_start;
	f->r.start_wall_us = copy.wall_us;
	return 0;
}

/* Room for those that the plan announces, in one piece; a record may announce any number. */
static int expect_cases(struct results_fold *f, uint64_t count, struct error *err)
{
	size_t n = count < EXPECTED_MOST ? (size_t)count : EXPECTED_MOST;

	if (f->cases_cap || f->pending_cap || !n)
		return 0;
	f->r.cases = arena_array(&f->arena, n, sizeof(*f->r.cases));
	f->pending = arena_array(&f->arena, n, sizeof(*f->pending));
	if (!f->r.cases || !f->pending)
		return error_set_oom(err);
	f->cases_cap = f->pending_cap = n;
	return 0;
}

static int add_plan(struct results_fold *f, const struct event *e, struct error *err)
{
	struct event copy;

	if (copy_event(f, e, &copy, err))
		return -1;
	f->r.plan = copy.u.plan;
	return expect_cases(f, copy.u.plan.count, err);
}

static bool grow_cases(struct results_fold *f)
{
	struct results *r = &f->r;
	void *cases = arena_grow(&f->arena, r->cases, r->ncases, &f->cases_cap, sizeof(*r->cases));
	void *pending = arena_grow(&f->arena, f->pending, r->ncases, &f->pending_cap,
		sizeof(*f->pending));

	if (!cases || !pending)
		return false;
	r->cases = cases;
	f->pending = pending;
	return true;
}

static int new_case(struct results_fold *f, const struct ev_planned *planned, size_t *id,
	struct error *err)
{
	struct result_suite *suite;

	if (!grow_cases(f))
		return error_set_oom(err);
	suite = suite_for(f, planned);
	if (!suite)
		return error_set_oom(err);
	*id = f->r.ncases;
	f->r.cases[f->r.ncases] = (struct result_case){
		.planned = *planned, .status = STATUS_NOT_RUN, .suite = (size_t)(suite - f->r.suites),
	};
	f->pending[f->r.ncases] = NULL;
	f->r.ncases++;
	suite->ncases++;
	add_planned(&suite->counts);
	add_planned(&f->r.counts);
	return 0;
}

/* An id that was planned already is not planned twice. */
static int plan_case(struct results_fold *f, const struct event *e, struct error *err)
{
	struct event copy;
	size_t *id;

	if (name_map_find(&f->ids, e->u.planned.id))
		return 0;
	if (copy_event(f, e, &copy, err))
		return -1;
	id = name_map_at(&f->ids, copy.u.planned.id);
	if (!id)
		return error_set_oom(err);
	return new_case(f, &copy.u.planned, id, err);
}

static int add_target(struct results_fold *f, const struct event *e, struct error *err)
{
	struct event copy;

	if (copy_event(f, e, &copy, err))
		return -1;
	f->targets = GROW(f, f->targets, f->r.ntargets, &f->targets_cap);
	if (!f->targets)
		return error_set_oom(err);
	f->targets[f->r.ntargets++] = copy.u.target;
	f->r.targets = f->targets;
	return 0;
}

static int start_suite(struct results_fold *f, const struct event *e, struct error *err)
{
	struct result_suite *s = find_suite(f, e->u.suite.suite, e->u.suite.file);

	(void)err;
	if (s)
		s->start_wall_us = e->wall_us;
	return 0;
}

static int end_suite(struct results_fold *f, const struct event *e, struct error *err)
{
	struct result_suite *s = find_suite(f, e->u.suite_end.suite, e->u.suite_end.file);

	(void)err;
	if (s)
		s->duration_us = e->u.suite_end.duration_us;
	return 0;
}

/* The index of a planned case, SIZE_MAX for what nobody planned. */
static size_t case_index(const struct results_fold *f, struct str id)
{
	const size_t *index = name_map_find(&f->ids, id);

	return index ? *index : SIZE_MAX;
}

static void forget_assertions(struct pending *p, uint64_t attempt)
{
	if (!p || p->attempt == attempt)
		return;
	arena_release(&p->asserts);
	p->failed = NULL;
	p->nfailed = p->cap = 0;
	p->attempt = attempt;
}

static int start_attempt(struct results_fold *f, const struct event *e, struct error *err)
{
	size_t index = case_index(f, e->u.attempt.id);
	struct result_case *c;

	(void)err;
	if (index == SIZE_MAX || f->r.cases[index].ended)
		return 0;
	c = &f->r.cases[index];
	forget_assertions(f->pending[index], e->u.attempt.attempt);
	if (c->started)
		return 0;
	c->started = true;
	c->start_wall_us = e->wall_us;
	set_status(f, c, STATUS_ABORTED);
	return 0;
}

/* The place for one more bad attempt; when all are taken, the newest is replaced. */
static struct bad_attempt *next_bad(struct pending *p)
{
	if (p->nbad < BAD_KEPT)
		return &p->bad[p->nbad++];
	arena_release(&p->newest);
	return &p->bad[BAD_KEPT - 1];
}

static int end_attempt(struct results_fold *f, const struct event *e, struct error *err)
{
	const struct ev_attempt_end *end = &e->u.attempt_end;
	size_t index = case_index(f, end->id);
	struct pending *p;
	struct bad_attempt *bad;
	struct arena *texts;

	if (index == SIZE_MAX || f->r.cases[index].ended || end->status == STATUS_PASSED)
		return 0;
	p = pending_of(f, index);
	if (!p)
		return error_set_oom(err);
	bad = next_bad(p);
	texts = bad == &p->bad[BAD_KEPT - 1] ? &p->newest : &p->kept;
	*bad = (struct bad_attempt){
		.attempt = end->attempt,
		.status = end->status,
		.kind = arena_str(texts, end->kind),
		.message = arena_str(texts, end->message),
		.duration_us = end->duration_us,
		.retry_in_us = end->retry_in_us,
		.transport = end->transport,
	};
	return arena_failed(texts) ? error_set_oom(err) : 0;
}

static int add_failed(struct pending *p, const struct event *e, struct error *err)
{
	struct ev_assertion *list;
	struct event copy;

	forget_assertions(p, e->u.assertion.attempt);
	if (p->nfailed == FAILED_KEPT)
		return 0;
	list = arena_grow(&p->asserts, p->failed, p->nfailed, &p->cap, sizeof(*list));
	if (!list || !event_copy(&p->asserts, e, &copy))
		return error_set_oom(err);
	p->failed = list;
	list[p->nfailed++] = copy.u.assertion;
	return 0;
}

/* What an assertion that held says all the same: "held vacuously: the list is empty". The first one of the case is kept. */
static int keep_note(struct results_fold *f, struct result_case *c, struct str note, struct error *err)
{
	if (c->note.n || str_is_empty(note))
		return 0;
	c->note = arena_str(&f->arena, note);
	return arena_failed(&f->arena) ? error_set_oom(err) : 0;
}

static int add_assertion(struct results_fold *f, const struct event *e, struct error *err)
{
	size_t index = case_index(f, e->u.assertion.id);
	struct pending *p;

	if (index == SIZE_MAX || f->r.cases[index].ended)
		return 0;
	if (e->u.assertion.ok)
		return keep_note(f, &f->r.cases[index], e->u.assertion.message, err);
	p = pending_of(f, index);
	return p ? add_failed(p, e, err) : error_set_oom(err);
}

/* True when the texts of a case are kept: all but a plain pass. */
static bool keeps_texts(const struct ev_entry_end *end)
{
	return end->status != STATUS_PASSED || end->flaky;
}

/* A pass keeps its figures, its metrics and what became of an accepted failure. */
static struct event figures_of(const struct event *e)
{
	struct event copy = *e;
	struct ev_entry_end *end = &copy.u.entry_end;

	end->message = end->detail = end->kind = end->why = end->fix = (struct str){ NULL, 0 };
	end->repro = (struct named_values){ NULL, 0 };
	return copy;
}

/* Copies the last attempt's failed assertions out of the arena that dies with the pending case. */
static int keep_failed(struct results_fold *f, struct result_case *c, const struct pending *p,
	struct error *err)
{
	struct ev_assertion *list = arena_array(&f->arena, p->nfailed, sizeof(*list));
	struct event e = { .kind = EVENT_ASSERTION };

	for (size_t i = 0; list && i < p->nfailed; i++) {
		e.u.assertion = p->failed[i];
		if (copy_event(f, &e, &e, err))
			return -1;
		list[i] = e.u.assertion;
	}
	if (!list)
		return error_set_oom(err);
	c->failed = list;
	c->nfailed = p->nfailed;
	return 0;
}

static int keep_bad(struct results_fold *f, struct result_case *c, const struct pending *p,
	struct error *err)
{
	struct bad_attempt *list = arena_array(&f->arena, p->nbad, sizeof(*list));

	for (size_t i = 0; list && i < p->nbad; i++) {
		list[i] = p->bad[i];
		list[i].kind = arena_str(&f->arena, p->bad[i].kind);
		list[i].message = arena_str(&f->arena, p->bad[i].message);
	}
	if (arena_failed(&f->arena))
		return error_set_oom(err);
	c->bad = list;
	c->nbad = p->nbad;
	return 0;
}

static int keep_pending(struct results_fold *f, struct result_case *c, const struct pending *p,
	struct error *err)
{
	if (!p || !keeps_texts(&c->end))
		return 0;
	if (p->nfailed && keep_failed(f, c, p, err))
		return -1;
	return p->nbad ? keep_bad(f, c, p, err) : 0;
}

static int end_entry(struct results_fold *f, const struct event *e, struct error *err)
{
	size_t index = case_index(f, e->u.entry_end.id);
	struct event copy = keeps_texts(&e->u.entry_end) ? *e : figures_of(e);
	struct result_case *c;

	if (index == SIZE_MAX || f->r.cases[index].ended)
		return 0;
	c = &f->r.cases[index];
	if (copy_event(f, &copy, &copy, err))
		return -1;
	c->end = copy.u.entry_end;
	if (keep_pending(f, c, f->pending[index], err))
		return -1;
	pending_free(f->pending[index]);
	f->pending[index] = NULL;
	c->ended = true;
	set_status(f, c, c->end.status);
	add_figures(&f->r.counts, &c->end);
	add_figures(&f->r.suites[c->suite].counts, &c->end);
	return 0;
}

static int add_file_error(struct results_fold *f, const struct event *e, struct error *err)
{
	struct event copy;

	if (copy_event(f, e, &copy, err))
		return -1;
	f->file_errors = GROW(f, f->file_errors, f->r.nfile_errors, &f->file_errors_cap);
	if (!f->file_errors)
		return error_set_oom(err);
	f->file_errors[f->r.nfile_errors++] = copy.u.log;
	f->r.file_errors = f->file_errors;
	return 0;
}

static int add_note(struct results_fold *f, const struct event *e, struct error *err)
{
	struct event copy;

	if (copy_event(f, e, &copy, err))
		return -1;
	f->logs = GROW(f, f->logs, f->r.nlogs, &f->logs_cap);
	if (!f->logs)
		return error_set_oom(err);
	f->logs[f->r.nlogs++] = copy.u.log;
	f->r.logs = f->logs;
	return 0;
}

static int add_log(struct results_fold *f, const struct event *e, struct error *err)
{
	return str_is(e->u.log.level, "file_error") ? add_file_error(f, e, err) : add_note(f, e, err);
}

static int add_report(struct results_fold *f, const struct event *e, struct error *err)
{
	struct event copy;

	if (copy_event(f, e, &copy, err))
		return -1;
	f->reports = GROW(f, f->reports, f->r.nreports, &f->reports_cap);
	if (!f->reports)
		return error_set_oom(err);
	f->reports[f->r.nreports++] = copy.u.report;
	f->r.reports = f->reports;
	return 0;
}

static int end_run(struct results_fold *f, const struct event *e, struct error *err)
{
	struct event copy;

	if (copy_event(f, e, &copy, err))
		return -1;
	f->r.end = copy.u.run_end;
	f->r.ended = true;
	return 0;
}

/* A row for each kind of event; NULL: nothing is kept of it. */
static int (*const folds[])(struct results_fold *f, const struct event *e, struct error *err) = {
	[EVENT_RUN_START] = add_run_start,
	[EVENT_PLAN] = add_plan,
	[EVENT_PLANNED] = plan_case,
	[EVENT_TARGET] = add_target,
	[EVENT_SUITE_START] = start_suite,
	[EVENT_SUITE_END] = end_suite,
	[EVENT_ATTEMPT_START] = start_attempt,
	[EVENT_ATTEMPT_END] = end_attempt,
	[EVENT_EXCHANGE] = NULL,
	[EVENT_ASSERTION] = add_assertion,
	[EVENT_ENTRY_END] = end_entry,
	[EVENT_LOG] = add_log,
	[EVENT_REPORT] = add_report,
	[EVENT_RUN_END] = end_run,
};
static_assert(ARRAY_SIZE(folds) == EVENT_KIND_COUNT, "an event is not folded");

int results_add(struct results_fold *f, const struct event *e, struct error *err)
{
	assert(e->kind < EVENT_KIND_COUNT);
	return folds[e->kind] ? folds[e->kind](f, e, err) : 0;
}

int results_set_run_id(struct results_fold *f, struct str run_id, struct error *err)
{
	f->r.run_id = arena_str(&f->arena, run_id);
	return arena_failed(&f->arena) ? error_set_oom(err) : 0;
}

const struct results *results_get(const struct results_fold *f)
{
	return &f->r;
}

/* ---- bad files ---- */

bool results_is_first_error(const struct results *r, size_t index)
{
	for (size_t i = 0; i < index; i++)
		if (str_eq(r->file_errors[i].id, r->file_errors[index].id))
			return false;
	return true;
}

size_t results_bad_files(const struct results *r)
{
	size_t n = 0;

	for (size_t i = 0; i < r->nfile_errors; i++)
		n += results_is_first_error(r, i);
	return n;
}

void results_add_errors_of(struct strbuf *out, const struct results *r, struct str id)
{
	size_t before = out->n;

	for (size_t i = 0; i < r->nfile_errors; i++) {
		if (!str_eq(r->file_errors[i].id, id))
			continue;
		if (out->n > before)
			strbuf_adds(out, out->p[out->n - 1] == '\n' ? "\n" : "\n\n");
		strbuf_add(out, r->file_errors[i].text);
	}
}

/* ---- the verdict ---- */

/* Skipped because nothing chose it, not because somebody said so in the suite. */
static bool is_deselected(const struct result_case *c)
{
	static const char *const kinds[] = { "skip.tags", "skip.when", "skip.needs" };

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (c->status == STATUS_SKIPPED && str_is(c->end.kind, kinds[i]))
			return true;
	return false;
}

static bool nothing_was_left(const struct results *r)
{
	for (size_t i = 0; i < r->ncases; i++)
		if (!is_deselected(&r->cases[i]))
			return false;
	return r->ncases > 0;
}

enum verdict results_verdict(const struct results *r)
{
	if (r->counts.of[STATUS_ABORTED] || r->counts.of[STATUS_NOT_RUN])
		return VERDICT_ABORTED;
	if (r->counts.of[STATUS_FAILED])
		return VERDICT_FAIL;
	if (r->counts.of[STATUS_ERROR] || r->nfile_errors)
		return VERDICT_ERROR;
	return nothing_was_left(r) ? VERDICT_EMPTY : VERDICT_PASS;
}

int results_exit_status(const struct results *r)
{
	if (r->counts.of[STATUS_FAILED])
		return 4;
	switch (results_verdict(r)) {
	case VERDICT_FAIL:
		return 4;
	case VERDICT_ABORTED:
	case VERDICT_ERROR:
		return 3;
	case VERDICT_EMPTY:
		return 5;
	case VERDICT_PASS:
	case VERDICT_COUNT:
		break;
	}
	return 0;
}

bool results_is_widened(const struct results *r)
{
	return r->ended && r->end.verdict == VERDICT_FAIL && results_exit_status(r) == 0;
}
