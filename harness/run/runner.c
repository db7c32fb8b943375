#include "harness/run/runner.h"

#include <pthread.h>

#include "harness/base/mem.h"
#include "harness/run/worker.h"

#define QUEUE_MAX 256
#define TICK_US 100000

/* ---- a worker ---- */

static void connection_opened(
	void *ctx, struct str name, const struct connection_info *info)
{
	struct worker *w = ctx;
	struct box *b = worker_box(w);
	struct event *e = b ? box_event(b, EVENT_TARGET) : NULL;
	if (e)
		e->u.target = (struct ev_target){ .name = box_text(b, name),
			.kind = box_text(b, info->kind),
			.url = box_text(b, info->url),
			.version = box_text(b, info->version) };
	for (size_t i = 0; b && i < ARRAY_SIZE(info->notes); i++)
		if (info->notes[i].p && (e = box_event(b, EVENT_LOG)))
			e->u.log = (struct ev_log){ .level = STR("note"),
				.text = box_text(b, info->notes[i]) };
	worker_send(w, b);
}

static void run_root(struct worker *w, const struct plan_file *file)
{
	const struct run *run = w->shared->run;
	const struct session_env env = { .config = run->config,
		.watch = run->watch,
		.opened = connection_opened,
		.ctx = w };
	struct error err = { 0 };
	bool red;
	w->session = session_new(&env, &err);
	if (!w->session)
		return; /* out of memory: its cases stay not_run, which is red */
	walk_file(w, NULL, file, session_scope(w->session), NULL, &red);
	session_free(w->session);
	w->session = NULL;
}

static void *worker_main(void *arg)
{
	struct worker *w = arg;
	const struct plan *plan = w->shared->run->plan;
	for (;;) {
		size_t i = atomic_fetch_add(&w->shared->next_root, 1);
		if (i >= plan->nroots)
			break;
		run_root(w, plan->roots[i]);
	}
	queue_sender_ends(w->shared->queue);
	return NULL;
}

/* ---- the main thread ---- */

static int take_box(const struct run *run, struct box *b, struct error *err)
{
	for (size_t i = 0; i < b->count; i++)
		if (run->on_event(run->ctx, &b->events[i], err))
			return -1;
	return 0;
}

/* Takes boxes until all workers are done; after a failure they are drained unseen. */
static int collect(const struct run *run, struct queue *q, struct error *err)
{
	int bad = 0;
	for (bool done = false; !done;) {
		struct box *b = queue_receive(q, TICK_US, &done);
		if (b && !bad && (bad = take_box(run, b, err)))
			watch_raise_cancel(run->watch);
		box_free(b);
		if (!b && !done)
			run->on_tick(run->ctx);
	}
	return bad;
}

static size_t start_workers(
	struct shared *shared, struct worker *workers, pthread_t *threads, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		workers[i] = (struct worker){ .shared = shared, .number = (int64_t)i };
		queue_sender_begins(shared->queue);
		if (pthread_create(&threads[i], NULL, worker_main, &workers[i])) {
			queue_sender_ends(shared->queue);
			return i;
		}
	}
	return n;
}

static size_t worker_count(const struct run *run)
{
	size_t n = run->config->jobs ? run->config->jobs : 1;
	return n < run->plan->nroots ? n : run->plan->nroots;
}

int run_all(const struct run *run, struct error *err)
{
	struct shared shared = { .run = run };
	size_t n = worker_count(run);
	struct worker *workers = mem_calloc(n + 1, sizeof(*workers));
	pthread_t *threads = mem_calloc(n + 1, sizeof(*threads));
	shared.queue = queue_new(QUEUE_MAX, err);
	int bad = -1;
	if (workers && threads && shared.queue) {
		size_t started = start_workers(&shared, workers, threads, n);
		bad = collect(run, shared.queue, err);
		for (size_t i = 0; i < started; i++)
			pthread_join(threads[i], NULL);
		if (!started && n)
			bad = error_set(
				err, ERR_INTERNAL, "cannot start a worker thread");
	} else {
		error_set_oom(err);
	}
	queue_free(shared.queue);
	mem_free(workers);
	mem_free(threads);
	return bad;
}
