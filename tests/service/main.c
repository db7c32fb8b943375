/*
 * The reference service: options, start and end of its programs.
 */
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/service/app.h"
#include "tests/service/db.h"
#include "tests/service/error.h"
#include "tests/service/http.h"
#include "tests/service/metrics.h"
#include "tests/service/migrate.h"
#include "tests/service/pool.h"
#include "tests/service/scan.h"
#include "tests/service/subscriber.h"
#include "tests/service/text.h"
#include "tests/service/tokens.h"
#include "tests/service/worker.h"

enum { EXIT_USAGE = 2 };

struct options {
	bool worker;
	bool migrate;
	bool seed;
	bool list_faults;
	bool help;
	const char *migrations;		/* a folder; NULL: the one in the source tree */
	const char *ready_file;
	const char *poll_ms;
	const char *port;
};

enum option_kind { OPTION_FLAG, OPTION_TEXT, OPTION_FAULT };

struct option_row {
	const char *name;
	enum option_kind kind;
	size_t offset;
	const char *value;
	const char *help;
};

#define AT(member) offsetof(struct options, member)

static const struct option_row option_rows[] = {
	{ "--worker", OPTION_FLAG, AT(worker), NULL, "be the outbox worker, not the API" },
	{ "--migrate", OPTION_FLAG, AT(migrate), NULL, "apply the migrations that are missing, and end" },
	{ "--seed", OPTION_FLAG, AT(seed), NULL, "add products and tables (after --migrate), and end" },
	{ "--migrations", OPTION_TEXT, AT(migrations), "DIR", "their folder, when not that of the sources" },
	{ "--fault", OPTION_FAULT, 0, "NAME[=VALUE]", "switch a fault on; may be repeated" },
	{ "--list-faults", OPTION_FLAG, AT(list_faults), NULL, "show the faults, and end" },
	{ "--port", OPTION_TEXT, AT(port), "N", "listen there, whatever PORT says; 0: the kernel chooses" },
	{ "--ready-file", OPTION_TEXT, AT(ready_file), "FILE", "write the port there once it is open" },
	{ "--port-file", OPTION_TEXT, AT(ready_file), "FILE", "the same" },
	{ "--poll-ms", OPTION_TEXT, AT(poll_ms), "MS", "the worker's pause, whatever POLL_MS says" },
	{ "--help", OPTION_FLAG, AT(help), NULL, "show this, and end" },
};

#define OPTION_COUNT (sizeof(option_rows) / sizeof(option_rows[0]))

static const struct option_row *find_option(const char *name)
{
	for (size_t i = 0; i < OPTION_COUNT; i++) {
		if (!strcmp(option_rows[i].name, name))
			return &option_rows[i];
	}
	return NULL;
}

static int set_option(const struct option_row *row, const char *value, struct options *o,
		      struct faults *faults, struct error *err)
{
	void *field = (char *)o + row->offset;
	bool yes = true;

	switch (row->kind) {
	case OPTION_FLAG:
		memcpy(field, &yes, sizeof(yes));
		return 0;
	case OPTION_TEXT:
		memcpy(field, &value, sizeof(value));
		return 0;
	case OPTION_FAULT:
		return faults_add(faults, value, err);
	}
	return 0;
}

static int parse_options(int argc, char **argv, struct options *o, struct faults *faults,
			 struct error *err)
{
	for (int i = 1; i < argc; i++) {
		const struct option_row *row = find_option(argv[i]);
		if (!row)
			return error_set(err, 0, "unknown option '%s'; --help shows all", argv[i]);
		if (row->value && !argv[i + 1])
			return error_set(err, 0, "option '%s' wants %s", row->name, row->value);
		if (set_option(row, row->value ? argv[i + 1] : NULL, o, faults, err))
			return -1;
		i += row->value != NULL;
	}
	return 0;
}

/* Options that stand in for a setting. */
static int override(struct config *config, const struct options *o, struct error *err)
{
	if (o->port && scan_integer(o->port, 0, 65535, &config->port))
		return error_set(err, 0, "--port wants a number from 0 to 65535, not '%s'", o->port);
	if (o->poll_ms && scan_integer(o->poll_ms, 1, 3600000, &config->poll_ms))
		return error_set(err, 0, "--poll-ms wants a number from 1 to 3600000, not '%s'", o->poll_ms);
	return 0;
}

static void show_help(void)
{
	struct text out = { 0 };

	text_add(&out, "usage: postflight-service [--worker | --migrate | --seed] [OPTIONS]\n\n");
	for (size_t i = 0; i < OPTION_COUNT; i++)
		text_addf(&out, "  %-13s %-13s %s\n", option_rows[i].name,
			  option_rows[i].value ? option_rows[i].value : "", option_rows[i].help);
	text_add(&out, "\nenvironment, with its defaults:\n");
	config_describe(&out);
	(void)fputs(text_get(&out), stdout);
	text_release(&out);
}

static void show_faults(void)
{
	struct text out = { 0 };

	faults_describe(&out);
	(void)fputs(text_get(&out), stdout);
	text_release(&out);
}

static const char *environment(const char *name)
{
	return getenv(name);
}

/* SIGTERM and SIGINT stay blocked in every thread; this one waits for them. */
static void block_signals(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGTERM);
	sigaddset(set, SIGINT);
	pthread_sigmask(SIG_BLOCK, set, NULL);
	(void)signal(SIGPIPE, SIG_IGN);		/* a peer that is gone is an error code */
}

static void wait_for_signal(const sigset_t *set)
{
	int number;

	(void)sigwait(set, &number);	/* fails for a bad set only */
}

/* A temporary file beside it, then a rename: who sees the file sees the whole number. */
static int write_ready_file(const char *path, unsigned port, struct error *err)
{
	struct text temporary = { 0 };
	int rc = -1;

	text_addf(&temporary, "%s.%ld", path, (long)getpid());
	FILE *f = fopen(text_get(&temporary), "we");
	if (f) {
		int printed = fprintf(f, "%u\n", port);
		rc = (fclose(f) || printed < 0 || rename(text_get(&temporary), path)) ? -1 : 0;
	}
	if (rc)
		(void)error_set(err, 0, "writing '%s' failed: %s", path, strerror(errno));
	text_release(&temporary);
	return rc;
}

static int announce(const struct http *http, const struct options *o, struct error *err)
{
	unsigned port = http_port(http);

	app_log("listening on 127.0.0.1:%u", port);
	return o->ready_file ? write_ready_file(o->ready_file, port, err) : 0;
}

/* Subscribes before it listens, so that who sees the port sees the subscription too. */
static int serve(struct app *app, const struct options *o, const sigset_t *signals, struct error *err)
{
	struct subscriber *subscriber = NULL;
	struct http *http = NULL;
	int rc = -1;

	if (pool_new(app, &app->pool, err) || metrics_new(&app->metrics, err) ||
	    token_memory_new(&app->memory, err) || subscriber_start(app, &subscriber, err) ||
	    http_start(app, &http, err) || announce(http, o, err))
		goto out;
	wait_for_signal(signals);
	rc = 0;
out:
	app_stop(app);
	http_stop(http);
	subscriber_stop(subscriber);
	token_memory_free(app->memory);
	metrics_free(app->metrics);
	pool_free(app->pool);
	return rc;
}

struct worker_start {
	struct app *app;
	struct error err;
	int rc;
};

static void *run_worker(void *arg)
{
	struct worker_start *start = arg;

	start->rc = worker_run(start->app, &start->err);
	db_thread_end();
	if (start->rc)
		(void)kill(getpid(), SIGTERM);	/* wakes the thread that waits for one */
	return NULL;
}

static int work(struct app *app, const sigset_t *signals, struct error *err)
{
	struct worker_start start = { .app = app };
	pthread_t thread;

	int rc = pthread_create(&thread, NULL, run_worker, &start);
	if (rc)
		return error_set(err, 0, "starting a thread failed: %s", strerror(rc));
	wait_for_signal(signals);
	app_stop(app);
	pthread_join(thread, NULL);
	*err = start.err;
	return start.rc;
}

/* FOLDER/../../tests/service/migrations of the program's own folder, as it lies in the build tree. */
static int find_migrations(const struct options *o, struct text *ret, struct error *err)
{
	char self[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self));
	const char *slash = n > 0 ? memrchr(self, '/', (size_t)n) : NULL;

	if (o->migrations) {
		text_add(ret, o->migrations);
		return 0;
	}
	if (slash) {
		text_addn(ret, self, (size_t)(slash - self));
		text_add(ret, "/../../tests/service/migrations");
		if (!access(text_get(ret), R_OK))
			return 0;
	}
	text_clear(ret);
	text_add(ret, "tests/service/migrations");
	if (access(text_get(ret), R_OK))
		return error_set(err, 0, "no folder 'tests/service/migrations'; name one with --migrations DIR");
	return 0;
}

static int migrate(struct app *app, const struct options *o, struct error *err)
{
	struct text folder = { 0 };
	struct text log = { 0 };

	int rc = o->migrate ? find_migrations(o, &folder, err) : 0;
	if (!rc && o->migrate)
		rc = migrate_run(app, text_get(&folder), &log, err);
	if (!rc && o->seed)
		rc = migrate_seed(app, &log, err);
	(void)fputs(text_get(&log), stdout);
	text_release(&folder);
	text_release(&log);
	return rc;
}

/* Each program keeps the faults that concern it, and says which. */
static void choose_faults(struct app *app, const struct options *o)
{
	struct text names = { 0 };
	bool ends = o->migrate || o->seed;

	faults_restrict(&app->faults, ends ? FAULT_MIGRATE : o->worker ? FAULT_WORKER : FAULT_API);
	faults_add_names(&app->faults, &names);
	if (names.n)
		app_log("faults:%s", text_get(&names));
	text_release(&names);
}

static int run(struct app *app, const struct options *o, struct error *err)
{
	sigset_t signals;
	int rc;

	choose_faults(app, o);
	if (db_library_start(err))
		return -1;
	if (o->migrate || o->seed) {
		rc = migrate(app, o, err);
	} else {
		block_signals(&signals);
		rc = o->worker ? work(app, &signals, err) : serve(app, o, &signals, err);
	}
	db_library_end();
	return rc;
}

static int fail(const struct error *err, int status)
{
	app_log("error: %s", err->message);
	return status;
}

int main(int argc, char **argv)
{
	struct options o = { 0 };
	struct app app = { 0 };
	struct error err;
	const char *faults = environment("FAULTS");

	if (parse_options(argc, argv, &o, &app.faults, &err) ||
	    faults_add_list(&app.faults, faults ? faults : "", &err) ||
	    config_read(environment, &app.config, &err) || override(&app.config, &o, &err))
		return fail(&err, EXIT_USAGE);
	if (o.help || o.list_faults) {
		if (o.help)
			show_help();
		if (o.list_faults)
			show_faults();
		return EXIT_SUCCESS;
	}
	if (app_init(&app, &err))
		return fail(&err, EXIT_FAILURE);
	int rc = run(&app, &o, &err);
	app_release(&app);
	return rc ? fail(&err, EXIT_FAILURE) : EXIT_SUCCESS;
}
