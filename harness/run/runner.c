#include "harness/run/runner.h"

#include <pthread.h>

#include "harness/base/mem.h"
#include "harness/run/worker.h"

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

static void work(struct worker *w)
{
	const struct plan *plan = w->shared->run->plan;
	for (;;) {
		size_t i = atomic_fetch_add(&w->shared->next_root, 1);
		if (i >= plan->nroots)
			break;
		run_root(w, plan->roots[i]);
	}
}

static void *thread_main(void *arg)
{
	struct worker *w = arg;
	work(w);
	queue_sender_ends(w->shared->collector.queue);
	return NULL;
}

/* ---- the main thread ---- */

static size_t start_workers(
	struct shared *shared, struct worker *workers, pthread_t *threads, size_t n)
{
	struct queue *q = shared->collector.queue;
	for (size_t i = 0; i < n; i++) {
		workers[i] = (struct worker){ .shared = shared, .number = (int64_t)i };
		queue_sender_begins(q);
		if (pthread_create(&threads[i], NULL, thread_main, &workers[i])) {
			queue_sender_ends(q);
			return i;
		}
	}
	return n;
}

static int run_threads(struct shared *shared, size_t n, struct error *err)
{
	struct worker *workers = mem_calloc(n, sizeof(*workers));
	pthread_t *threads = mem_calloc(n, sizeof(*threads));
	int bad = 0;
	if (!workers || !threads) {
		bad = error_set_oom(err);
	} else {
		size_t started = start_workers(shared, workers, threads, n);
		collector_run(&shared->collector);
		for (size_t i = 0; i < started; i++)
			pthread_join(threads[i], NULL);
		if (!started)
			bad = error_set(
				err, ERR_INTERNAL, "cannot start a worker thread");
	}
	mem_free(workers);
	mem_free(threads);
	return bad;
}

static int run_alone(struct shared *shared)
{
	struct worker worker = { .shared = shared };
	collector_alone_begins(&shared->collector);
	work(&worker);
	collector_alone_ends(&shared->collector);
	return 0;
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
	int bad = collector_init(&shared.collector, run, err);
	if (!bad)
		bad = n > 1 ? run_threads(&shared, n, err) : run_alone(&shared);
	if (!bad && shared.collector.bad) {
		*err = shared.collector.err;
		bad = -1;
	}
	collector_release(&shared.collector);
	return bad;
}
