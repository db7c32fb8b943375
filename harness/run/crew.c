#include <pthread.h>

#include "harness/base/mem.h"
#include "harness/judge/scope.h"
#include "harness/run/run_kind.h"
#include "harness/run/worker.h"

/* All that the threads share; nobody writes to it but through `next`, and each to its own rows. */
struct crew {
	const struct worker *worker;	/* who waits for them */
	const struct frame *frame;
	const struct plan_item *item;
	struct row *rows;
	struct inner_log *logs;		/* one a row; NULL outside of a RUN that is one case */
	size_t count, jobs;
	atomic_size_t next;
};

struct member {
	struct crew *crew;
	pthread_t thread;
	int64_t number;			/* as struct worker's */
};

/* ---- one row ---- */

static void run_row(struct worker *w, const struct crew *crew, struct row *row)
{
	const struct frame *f = crew->frame;
	struct frame own = {
		.up = f->up, .file = f->file, .inner = row->inner, .previous = f->previous
	};
	own.scope = scope_flatten(f->scope, &row->err);
	w->session = own.scope ? session_fork(crew->worker->session, w, &row->err) : NULL;
	arena_init(&own.arena, w->shared->run->config->limits->max_attempt_arena);
	if (w->session)
		walk_row(w, &own, crew->item, row);
	session_free(w->session);
	scope_free(own.scope);
	arena_release(&own.arena);
}

static void *member_main(void *arg)
{
	const struct member *m = arg;
	struct crew *crew = m->crew;
	for (;;) {
		struct worker w = { .shared = crew->worker->shared, .number = m->number };
		size_t i = atomic_fetch_add(&crew->next, 1);
		if (i >= crew->count)
			return NULL;
		run_row(&w, crew, &crew->rows[i]);
	}
}

/* ---- all of them ---- */

/* Crews in crews multiply; all their threads together have one ceiling. */
static bool take_thread(struct shared *shared)
{
	if (atomic_fetch_add(&shared->crew_threads, 1) < RUN_JOBS_MAX)
		return true;
	atomic_fetch_sub(&shared->crew_threads, 1);
	return false;
}

static bool start_member(struct shared *shared, struct member *m)
{
	if (!take_thread(shared))
		return false;
	if (!pthread_create(&m->thread, NULL, member_main, m))
		return true;
	atomic_fetch_sub(&shared->crew_threads, 1);
	return false;
}

/* The one who waits is a member too, so that it goes on where no thread can be had. */
static void run_members(struct crew *crew, struct member *members)
{
	struct shared *shared = crew->worker->shared;
	size_t workers = shared->run->config->jobs;
	size_t started = 1;
	for (size_t i = 0; i < crew->jobs; i++)
		members[i] = (struct member){ .crew = crew,
			.number = crew->worker->number + (int64_t)(i * (workers ? workers : 1)) };
	while (started < crew->jobs && start_member(shared, &members[started]))
		started++;
	(void)member_main(&members[0]);
	for (size_t i = 1; i < started; i++)
		pthread_join(members[i].thread, NULL);
	atomic_fetch_sub(&shared->crew_threads, started - 1);
}

/* ---- a log each, then one ---- */

static void add_event(struct inner_log *into, const struct event *from)
{
	struct event *e = box_event(into->box, from->kind);
	if (!e || !event_copy(&into->box->arena, from, e))
		return;	/* the arena remembers */
	e->u.assertion.n = ++into->n;
}

/* As for rows that run one after the other: the first red one speaks for all. */
static void add_log(struct inner_log *into, const struct inner_log *from)
{
	struct arena *a = &into->box->arena;
	for (size_t i = 0; from->box && i < from->box->count; i++)
		add_event(into, &from->box->events[i]);
	into->held += from->held;
	into->not_held += from->not_held;
	into->red |= from->red;
	into->warned |= from->warned;
	bool speaks = from->bad_is_red ? !into->bad_is_red : !into->first_bad.p;
	if (!from->first_bad.p || !speaks)
		return;
	into->bad_is_red = from->bad_is_red;
	into->is_error = from->is_error;
	into->first_bad = arena_str(a, from->first_bad);
	into->first_kind = arena_str(a, from->first_kind);
	into->first_detail = arena_str(a, from->first_detail);
}

static void begin_logs(struct crew *crew, struct worker *w, const struct inner_log *inner)
{
	for (size_t i = 0; i < crew->count; i++) {
		crew->logs[i] = (struct inner_log){ .box = worker_box(w), .id = inner->id };
		crew->rows[i].inner = &crew->logs[i];
	}
}

/* What a log could not hold is red: nobody knows what it was. */
static void end_logs(struct crew *crew, struct inner_log *inner)
{
	for (size_t i = 0; i < crew->count; i++) {
		struct inner_log *log = &crew->logs[i];
		if (!log->box || arena_failed(&log->box->arena))
			inner->red = inner->is_error = true;
		add_log(inner, log);
		box_free(log->box);
	}
}

static bool logs_are_there(const struct crew *crew)
{
	for (size_t i = 0; i < crew->count; i++)
		if (!crew->logs[i].box)
			return false;
	return true;
}

static void fail_all(struct crew *crew)
{
	for (size_t i = 0; i < crew->count; i++)
		(void)error_set_oom(&crew->rows[i].err);
}

void crew_run(struct worker *w, struct frame *f, const struct plan_item *item, struct row *rows,
	size_t n, struct inner_log *inner)
{
	size_t jobs = run_jobs(item->unit->entry);
	struct crew crew = { .worker = w, .frame = f, .item = item, .rows = rows, .count = n,
		.jobs = jobs < n ? jobs : n };
	struct member *members = mem_calloc(crew.jobs + 1, sizeof(*members));
	crew.logs = inner ? mem_calloc(n + 1, sizeof(*crew.logs)) : NULL;
	if (crew.logs)
		begin_logs(&crew, w, inner);
	if (!members || (inner && (!crew.logs || !logs_are_there(&crew))))
		fail_all(&crew);
	else
		run_members(&crew, members);
	if (crew.logs)
		end_logs(&crew, inner);
	mem_free(crew.logs);
	mem_free(members);
}
