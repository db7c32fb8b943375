#include "tests/unit/run_help.h"

#include <ftw.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "harness/base/scan.h"
#include "harness/report/event_layout.h"
#include "harness/run/run_kind.h"
#include "harness/run/runner.h"

/* ---- the kind of the tests ---- */

/* Who has come so far; one of a process, since a probe has no context of its own. */
static struct {
	pthread_mutex_t lock;
	pthread_cond_t came;
	int64_t present;
} meeting = { PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0 };

static int meet(int64_t n, int64_t wait_us, struct error *err)
{
	const int64_t end = clock_wall_us(&clock_system) + wait_us;
	const struct timespec until = { .tv_sec = end / 1000000, .tv_nsec = end % 1000000 * 1000 };
	int rc = 0;

	pthread_mutex_lock(&meeting.lock);
	meeting.present++;
	pthread_cond_broadcast(&meeting.came);
	while (meeting.present < n && !rc)
		rc = pthread_cond_timedwait(&meeting.came, &meeting.lock, &until);
	pthread_mutex_unlock(&meeting.lock);
	return rc ? error_set(err, ERR_TIMEOUT, "nobody came") : 0;
}

static const struct {
	struct str word;
	int64_t wait_us;
} meetings[] = {
	{ STR_INIT("meet "), 10000000 },
	{ STR_INIT("wait "), 20000 },
};

static int go_to_meeting(struct str word, struct error *err)
{
	int64_t n;

	for (size_t i = 0; i < ARRAY_SIZE(meetings); i++)
		if (str_starts_with(word, meetings[i].word) && scan_int(str_sub(word, meetings[i].word.n, SIZE_MAX), 1, 100, &n))
			return meet(n, meetings[i].wait_us, err);
	return 0;
}

static int prepare(const struct prepare_env *env, const struct entry *e, struct prepared *ret, struct error_list *errors)
{
	(void)env;
	(void)e;
	(void)errors;
	*ret = (struct prepared){ .max_time_us = 60000000 };
	return 0;
}

static int perform(struct probe_run *run, struct error *err)
{
	struct value_object_builder b = { 0 };
	struct observation o = { 0 };
	struct str word;

	if (expand_text(run->expander, run->items[0].entry->words[0], &word, NULL, err) || go_to_meeting(word, err))
		return -1;
	while (str_is(word, "fill") && arena_alloc(run->arena, 4096))
		;
	if (str_is(word, "warn"))
		run->warning = STR("not as it should be");
	value_object_add(run->arena, &b, STR("reply"), value_string(run->arena, word));
	o.tree = value_object_finish(run->arena, &b);
	return o.tree ? run->observed(run, 0, &o, err) : error_set_oom(err);
}

static const struct response_row responses[] = {
	{ .word = "REPLY", .form = RESPONSE_NONE, .query = QUERY_COUNT, .extension = true, .help = "came" },
};

static const struct probe_kind test_probe = {
	.syntax = { .word = "PROBE", .first = FIRST_PATH, .observes = OBSERVES_REDIS, .responses = responses,
		    .nresponses = ARRAY_SIZE(responses), .help = "of the tests" },
	.batch_max = 1,
	.prepare = prepare,
	.perform = perform,
};

static const struct probe_kind *const probe_items[] = { &test_probe };
static const struct kind *const kind_items[] = { &test_probe.syntax, &run_kind };
static const struct kinds kinds = { kind_items, ARRAY_SIZE(kind_items) };

/* ---- settings that know nothing ---- */

static const char *no_env(void *ctx, const char *name)
{
	(void)ctx;
	(void)name;
	return NULL;
}

static const char *no_name(void *ctx, struct str name)
{
	(void)ctx;
	(void)name;
	return NULL;
}

static const char *no_default_at(void *ctx, const char *option, size_t i)
{
	(void)ctx;
	(void)option;
	(void)i;
	return NULL;
}

/* ---- the bench ---- */

void help_run_init(struct help_run *r)
{
	struct error err = { 0 };

	*r = (struct help_run){ .dir = "/tmp/postflight-run.XXXXXX", .limits = limits_default };
	assert_non_null(mkdtemp(r->dir));
	assert_int_equal(chdir(r->dir), 0);
	arena_init(&r->arena, (size_t)256 << 20);
	strbuf_init(&r->told, (size_t)1 << 20);
	r->settings = (struct settings){ .env = no_env, .url = no_name, .pin = no_name, .http_default = no_env,
					 .http_default_at = no_default_at, .run_id = "test" };
	r->config = (struct run_config){
		.limits = &r->limits, .clock = &clock_system, .settings = &r->settings, .secrets = secrets_new(&err),
		.probes = probe_items, .nprobes = ARRAY_SIZE(probe_items), .kinds = &kinds, .run_kind = &run_kind,
		.jobs = 1,
	};
	assert_non_null(r->config.secrets);
	assert_int_equal(library_init(&r->library, &r->arena, &r->config, &err), 0);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)type;
	(void)at;
	return remove(path);
}

void help_run_release(struct help_run *r)
{
	library_release(&r->library);
	secrets_free(r->config.secrets);
	strbuf_release(&r->told);
	arena_release(&r->arena);
	assert_int_equal(chdir("/"), 0);
	assert_int_equal(nftw(r->dir, remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
}

void help_run_file(const char *name, const char *text)
{
	FILE *f = fopen(name, "w");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

int help_run_plan(struct help_run *r, const char *name)
{
	const struct loaded *root = library_load(&r->library, name, NULL, SPAN(0, 0));

	return root ? plan_make(&r->library, &root, 1, &r->plan) : -1;
}

const struct error *help_run_error(const struct help_run *r)
{
	assert_true(r->library.errors.count > 0);
	return &r->library.errors.items[0];
}

/* ---- what was told ---- */

static int keep_event(void *ctx, struct event *e, struct error *err)
{
	struct help_run *r = ctx;

	(void)err;
	assert_true(r->nevents < ARRAY_SIZE(r->events));
	assert_true(event_copy(&r->arena, e, &r->events[r->nevents++]));
	return 0;
}

static bool at_once(void *ctx)
{
	(void)ctx;
	return true;
}

static void nothing_came(void *ctx)
{
	(void)ctx;
}

static void tell_line(struct help_run *r, const char *word, struct str message)
{
	strbuf_adds(&r->told, word);
	if (message.n)
		strbuf_addf(&r->told, ": %.*s", STR_ARG(message));
	strbuf_addc(&r->told, '\n');
}

/* The id of the case an event belongs to, absent for the others. */
static struct str case_id(const struct event *e)
{
	size_t n;
	const struct event_field *rows = event_layout(e->kind, &n);

	for (size_t i = 0; i < n; i++)
		if (!rows[i].group && !strcmp(rows[i].key, "id"))
			return *(const struct str *)(const void *)((const char *)e + rows[i].offset);
	return (struct str){ NULL, 0 };
}

static void tell_event(struct help_run *r, const struct plan_case *c, const struct event *e)
{
	if (!str_eq(case_id(e), c->id))
		return;
	if (e->kind == EVENT_LOG) {
		strbuf_addf(&r->told, "  %.*s", STR_ARG(e->u.log.level));
		tell_line(r, "", e->u.log.text);
	}
	if (e->kind == EVENT_ASSERTION) {
		strbuf_addf(&r->told, "  %.*s", STR_ARG(e->u.assertion.source));
		tell_line(r, e->u.assertion.ok ? " ok" : "", e->u.assertion.message);
	}
	if (e->kind != EVENT_ENTRY_END)
		return;
	strbuf_addf(&r->told, "%.*s %.*s ", STR_ARG(c->file->suite), STR_ARG(c->title));
	tell_line(r, status_word(e->u.entry_end.status), e->u.entry_end.message);
}

static void tell_case(struct help_run *r, const struct plan_case *c)
{
	for (size_t i = 0; i < r->nevents; i++)
		tell_event(r, c, &r->events[i]);
}

void help_run_all(struct help_run *r)
{
	struct error err = { 0 };
	struct watch *watch = NULL;

	r->nevents = 0;
	meeting.present = 0;
	strbuf_clear(&r->told);
	assert_int_equal(watch_start(&clock_system, UINT64_MAX, &watch, &err), 0);
	const struct run run = { .config = &r->config, .plan = &r->plan, .watch = watch, .start_us = clock_mono_us(&clock_system),
				 .on_event = keep_event, .is_quick = at_once, .on_tick = nothing_came, .ctx = r };
	assert_int_equal(run_all(&run, &err), 0);
	watch_stop(watch);
	for (size_t i = 0; i < r->plan.nfiles; i++)
		for (size_t k = 0; k < r->plan.files[i]->ncases; k++)
			tell_case(r, &r->plan.files[i]->cases[k]);
}
