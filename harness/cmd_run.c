#include <stdio.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "harness/cmd.h"
#include "harness/exit.h"
#include "harness/report/report_file.h"
#include "harness/run/artifacts.h"
#include "harness/run/pins.h"
#include "harness/run/runner.h"
#include "harness/setup.h"
#include "harness/termination.h"

/* All that one `postflight run` holds. */
struct running {
	const struct options *options;
	const struct registries *reg;
	struct setup setup;
	struct report_set *reports;
	struct report_terminal terminal;
	struct watch *watch;
	uint64_t start_us;
	struct error report_error;
};

/* ---- reports ---- */

static bool writes_to_stdout(const struct report_spec *specs, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(specs[i].path, "-"))
			return true;
	return false;
}

static bool wants_colour(const struct options *o, const struct report_terminal *t)
{
	const char *term = options_env(o, "TERM");
	if (o->colour != COLOUR_AUTO)
		return o->colour == COLOUR_ALWAYS;
	if (options_env(o, "FORCE_COLOR"))
		return true;
	return t->is_terminal && !options_env(o, "NO_COLOR") &&
		!(term && !strcmp(term, "dumb"));
}

/* Who folds the output; --ci none switches it off. */
static const char *ci_provider(const struct options *o)
{
	static const struct {
		const char *variable, *name;
	} known[] = { { "JENKINS_URL", "jenkins" }, { "GITHUB_ACTIONS", "github" },
		{ "GITLAB_CI", "gitlab" }, { "TF_BUILD", "azure" },
		{ "BUILDKITE", "buildkite" }, { "CIRCLECI", "circleci" } };
	if (o->ci)
		return strcmp(o->ci, "none") ? o->ci : NULL;
	for (size_t i = 0; i < ARRAY_SIZE(known); i++)
		if (options_env(o, known[i].variable))
			return known[i].name;
	return NULL;
}

static void find_terminal(struct running *r, bool stdout_taken)
{
	struct winsize size;
	struct report_terminal *t = &r->terminal;
	t->fd = stdout_taken ? STDERR_FILENO : STDOUT_FILENO;
	t->ci = ci_provider(r->options);
	t->is_terminal = isatty(t->fd) && !t->ci && !options_env(r->options, "CI");
	t->columns = t->is_terminal && !ioctl(t->fd, TIOCGWINSZ, &size) && size.ws_col ?
		size.ws_col :
		80;
	t->colour = wants_colour(r->options, t);
	t->verbosity = r->options->quiet  ? -1 :
		r->options->verbosity > 2 ? 2 :
					    r->options->verbosity;
}

/* The next report of the command line, which must not share its path with one of the `n` before it. */
static int parse_report(const struct running *r, const char *text,
	struct report_spec *specs, size_t n, struct error *err)
{
	if (report_spec_parse(r->setup.arena, r->reg->reporters, r->reg->nreporters, text,
		    &specs[n], err))
		return -1;
	for (size_t i = 0; i < n; i++)
		if (!strcmp(specs[i].path, specs[n].path))
			return error_set(err, ERR_USAGE,
				"two reports go to '%s': one would replace the other",
				specs[n].path);
	return 0;
}

static int open_set(const struct running *r, const struct report_spec *specs, size_t n,
	const struct reporter *console, struct report_set **ret, struct error *err)
{
	const struct report_config config = {
		.specs = specs,
		.nspecs = n,
		.reporters = r->reg->reporters,
		.nreporters = r->reg->nreporters,
		.clock = &clock_system,
		.terminal = &r->terminal,
		.console = console,
		.run_id = str_from(r->setup.run_id),
		.mode = r->options->private_reports ? 0600 : 0644,
	};
	return report_set_open(&config, ret, err);
}

static int open_reports(struct running *r, struct error *err)
{
	const struct texts *given = &r->options->reports;
	struct report_spec *specs = arena_array(
		r->setup.arena, given->count + 1, sizeof(*specs));
	if (!specs)
		return error_set_oom(err);
	for (size_t i = 0; i < given->count; i++)
		if (parse_report(r, given->items[i], specs, i, err))
			return -1;
	find_terminal(r, writes_to_stdout(specs, given->count));
	return open_set(
		r, specs, given->count, r->reg->console, &r->reports, err);
}

/* Those of the reports that can be written, alone if need be; each one's red placeholder stands then. */
static size_t open_writable(const struct running *r, struct report_spec *specs)
{
	const struct texts *given = &r->options->reports;
	struct error passed_over;
	size_t n = 0;
	for (size_t i = 0; i < given->count; i++) {
		struct report_set *alone = NULL;
		if (parse_report(r, given->items[i], specs, n, &passed_over) ||
			open_set(r, &specs[n], 1, NULL, &alone, &passed_over))
			continue;
		report_set_free(alone);
		n++;
	}
	return n;
}

/* ---- events of the run itself ---- */

static int emit(struct running *r, struct event *e)
{
	struct error err = { 0 };
	e->us = clock_mono_us(&clock_system) - r->start_us;
	e->wall_us = clock_wall_us(&clock_system);
	if (!report_set_event(r->reports, e, &err))
		return 0;
	if (!r->report_error.code)
		r->report_error = err;
	return -1;
}

static struct str masked(const struct running *r, struct str s)
{
	return s.p && r->setup.secrets ? secrets_mask(r->setup.secrets, r->setup.arena, s) : s;
}

static struct str host_name(struct arena *a)
{
	char name[256] = "";
	if (gethostname(name, sizeof(name) - 1))
		return STR("unknown");
	return arena_str(a, str_from(name));
}

/* The command that judges again, but for what it selects; absent when what was judged came by standard input. */
static struct str rerun_command(const struct running *r)
{
	const struct run_config *c = &r->setup.config;
	struct str *words = arena_array(r->setup.arena, c->nrerun_words + 2, sizeof(*words));
	if (!words || setup_reads_stdin(&r->setup))
		return (struct str){ 0 };
	words[0] = STR("postflight");
	words[1] = STR("run");
	for (size_t i = 0; i < c->nrerun_words; i++)
		words[2 + i] = c->rerun_words[i];
	return secrets_command(r->setup.secrets, r->setup.arena, words, c->nrerun_words + 2);
}

static struct text_list paths_of(const struct running *r)
{
	const struct setup *s = &r->setup;
	struct str *items = arena_array(s->arena, s->npaths + 1, sizeof(*items));
	for (size_t i = 0; items && i < s->npaths; i++)
		items[i] = masked(r, str_from(s->paths[i]));
	return (struct text_list){ .items = items, .count = items ? s->npaths : 0 };
}

static void emit_run_start(struct running *r, int argc, char *const *argv)
{
	struct arena *a = r->setup.arena;
	struct str *args = arena_array(a, (size_t)argc + 1, sizeof(*args));
	const struct options *o = r->options;
	struct event e = { .kind = EVENT_RUN_START };
	struct ev_run_start *s = &e.u.run_start;
	for (int i = 0; args && i < argc; i++)
		args[i] = masked(r, str_from(argv[i]));
	*s = (struct ev_run_start){
		.tool = STR("postflight"),
		.version = STR(POSTFLIGHT_VERSION),
		.environment = str_from(o->environment_label),
		.release = str_from(o->release),
		.host = host_name(a),
		.pid = getpid(),
		.argv = { .items = args, .count = args ? (size_t)argc : 0 },
		.jobs = (int64_t)o->jobs,
		.ci_provider = str_from(ci_provider(o)),
	};
	if (argc) {
		s->paths = paths_of(r);
		s->rerun = rerun_command(r);
	}
	s->run_name = o->environment_label ?
		arena_printf(a, "postflight %s", o->environment_label) :
		STR("postflight");
	(void)emit(r, &e); /* a failure is remembered in report_error */
}

static struct event planned_event(const struct running *r, const struct plan_case *c)
{
	const struct entry *x = c->unit->entry;
	struct source_pos pos = source_pos(x->source, x->span.at);
	struct event e = { .kind = EVENT_PLANNED };
	e.u.planned = (struct ev_planned){
		.id = c->id,
		.suite = c->file->suite,
		.title = masked(r, c->title),
		.file = str_from(c->file->loaded->path),
		.line = pos.line,
		.column = pos.column,
		.kind = str_from(x->kind->word ? x->kind->word : "HTTP"),
		.tags = { .items = c->tags, .count = c->ntags },
		.severity = c->is_warning ? STR("warn") : STR("fail"),
		.owner = c->owner,
		.why = c->why,
		.fix = c->fix,
	};
	return e;
}

static void emit_plan(struct running *r)
{
	const struct plan *p = &r->setup.plan;
	size_t suites = 0;
	for (size_t i = 0; i < p->nfiles; i++)
		suites += p->files[i]->ncases > 0;
	struct event e = { .kind = EVENT_PLAN };
	e.u.plan = (struct ev_plan){
		.hash = p->hash, .count = p->ncases, .suites = suites
	};
	(void)emit(r, &e);
	for (size_t i = 0; i < p->nfiles; i++)
		for (size_t j = 0; j < p->files[i]->ncases; j++) {
			e = planned_event(r, &p->files[i]->cases[j]);
			(void)emit(r, &e);
		}
}

static void emit_file_error(struct running *r, const struct error *err)
{
	struct strbuf sb;
	struct event e = { .kind = EVENT_LOG };
	strbuf_init(&sb, 65536);
	error_print(&sb, err);
	e.u.log = (struct ev_log){ .level = STR("file_error"),
		.text = masked(r, strbuf_str(&sb)),
		.id = err->source ? str_from(err->source->name) : STR("command line") };
	(void)emit(r, &e);
	strbuf_release(&sb);
}

static void emit_file_errors(struct running *r)
{
	const struct error_list *l = &r->setup.library.errors;
	for (size_t i = 0; i < l->count; i++)
		emit_file_error(r, &l->items[i]);
}

static void warn(struct running *r, struct str text)
{
	struct event e = { .kind = EVENT_LOG };
	e.u.log = (struct ev_log){ .level = STR("warning"), .text = masked(r, text) };
	(void)emit(r, &e);
}

/* A file that asks nothing is valid, and said so. */
static void warn_of_empty_files(struct running *r)
{
	size_t from = r->options->from_entry;
	for (size_t i = 0; i < r->setup.nroots; i++) {
		const struct loaded *f = r->setup.roots[i];
		size_t n = f->suite->nentries;
		if (!n)
			warn(r, arena_printf(r->setup.arena, "%s: no entries", f->path));
		else if (from > n)
			warn(r, arena_printf(r->setup.arena,
					"%s: --from-entry %zu is behind its last entry, %zu",
					f->path, from, n));
	}
}

static bool is_planned(const struct plan *p, struct str id)
{
	for (size_t i = 0; i < p->nfiles; i++)
		for (size_t j = 0; j < p->files[i]->ncases; j++)
			if (str_starts_with(p->files[i]->cases[j].id, id))
				return true;
	return false;
}

/* Titles and files change, and ids with them: what was asked for and is not run is said. */
static void warn_of_unknown_ids(struct running *r)
{
	const struct run_config *c = &r->setup.config;
	for (size_t i = 0; i < c->nids; i++)
		if (!str_is(c->ids[i], "-") && !is_planned(&r->setup.plan, c->ids[i]))
			warn(r, arena_printf(r->setup.arena, "no test case has the id %.*s",
					STR_ARG(c->ids[i])));
}

static void emit_warnings(struct running *r)
{
	const struct error_list *l = &r->setup.library.warnings;
	for (size_t i = 0; i < l->count; i++) {
		struct event e = { .kind = EVENT_LOG };
		const struct error *w = &l->items[i];
		struct source_pos pos = w->source ? source_pos(w->source, w->span.at) :
						    (struct source_pos){ 0 };
		e.u.log = (struct ev_log){ .level = STR("warning") };
		e.u.log.text = masked(r,
			arena_printf(r->setup.arena, "%s:%zu:%zu: %s",
				w->source ? w->source->name : "-", pos.line, pos.column,
				w->message));
		(void)emit(r, &e);
	}
}

/* ---- running ---- */

static int on_event(void *ctx, struct event *e, struct error *err)
{
	struct running *r = ctx;
	return report_set_event(r->reports, e, err);
}

static bool is_quick(void *ctx)
{
	const struct running *r = ctx;
	return report_set_is_quick(r->reports);
}

static void on_tick(void *ctx)
{
	struct running *r = ctx;
	if (watch_take_status_request(r->watch))
		report_set_status(r->reports);
	report_set_tick(r->reports);
}

static int run_plan(struct running *r, struct error *err)
{
	const struct run run = { .config = &r->setup.config,
		.plan = &r->setup.plan,
		.watch = r->watch,
		.start_us = r->start_us,
		.on_event = on_event,
		.is_quick = is_quick,
		.on_tick = on_tick,
		.ctx = r };
	return run_all(&run, err);
}

static const char *signal_word(int sig)
{
	return sig == SIGINT ? "SIGINT" : sig == SIGTERM ? "SIGTERM" : "SIGHUP";
}

/* Flags of --fail-on widen the gate. */
static bool widened(const struct options *o, const struct counts *c)
{
	return (o->fail_on_flaky && c->flaky) ||
		(o->fail_on_warning && c->of[STATUS_WARNING]) ||
		(o->fail_on_skipped && c->of[STATUS_SKIPPED]);
}

static int status_of(const struct running *r, const struct results *res)
{
	int status = results_exit_status(res);
	if (watch_signal(r->watch))
		return EXIT_SIGNAL + watch_signal(r->watch);
	if (watch_deadline_hit(r->watch))
		return EXIT_DEADLINE;
	if (status == EXIT_EMPTY && r->options->allow_empty)
		status = EXIT_HELD;
	return status == EXIT_HELD && widened(r->options, &res->counts) ? EXIT_FAILED :
									  status;
}

/* What --fail-on counted as red: "--fail-on: 1 flaky, 2 skipped". */
static struct str widening(const struct running *r, const struct counts *c)
{
	const struct options *o = r->options;
	const struct {
		bool asked;
		uint64_t n;
		const char *word;
	} rows[] = {
		{ o->fail_on_flaky, c->flaky, "flaky" },
		{ o->fail_on_warning, c->of[STATUS_WARNING],
			c->of[STATUS_WARNING] == 1 ? "warning" : "warnings" },
		{ o->fail_on_skipped, c->of[STATUS_SKIPPED], "skipped" },
	};
	struct str text = STR("--fail-on:");
	const char *between = "";
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (!rows[i].asked || !rows[i].n)
			continue;
		text = arena_printf(r->setup.arena, "%.*s%s %llu %s", STR_ARG(text), between,
			(unsigned long long)rows[i].n, rows[i].word);
		between = ",";
	}
	return text;
}

static struct str reason_of(
	const struct running *r, const struct results *res, int status)
{
	double seconds = (double)(clock_mono_us(&clock_system) - r->start_us) / 1e6;
	if (watch_signal(r->watch))
		return arena_printf(r->setup.arena, "stopped by %s after %.1f s",
			signal_word(watch_signal(r->watch)), seconds);
	if (watch_deadline_hit(r->watch))
		return arena_printf(
			r->setup.arena, "stopped by --deadline after %.1f s", seconds);
	if (res->counts.of[STATUS_NOT_RUN])
		return STR("out of memory: not all could be started");
	if (r->setup.config.nids == 1 && str_is(r->setup.config.ids[0], "-"))
		return STR("the record of --failed-from holds no red case");
	return status == EXIT_FAILED && results_exit_status(res) == EXIT_HELD ?
		widening(r, &res->counts) :
		(struct str){ 0 };
}

static enum verdict verdict_of(
	const struct running *r, const struct results *res, int status)
{
	if (watch_signal(r->watch) || watch_deadline_hit(r->watch))
		return VERDICT_ABORTED;
	enum verdict v = results_verdict(res);
	if (v == VERDICT_EMPTY && status == EXIT_HELD)
		return VERDICT_PASS;
	return v == VERDICT_PASS && status == EXIT_FAILED ? VERDICT_FAIL : v;
}

static void print_error(const struct running *r, const struct error *err)
{
	struct strbuf sb;
	strbuf_init(&sb, 65536);
	error_print(&sb, err);
	fprintf(stderr, "%.*s", STR_ARG(masked(r, strbuf_str(&sb))));
	strbuf_release(&sb);
}

/* What the process says; the reports hold the truth in any case. */
static int process_status(const struct running *r, int status)
{
	bool kept = status == EXIT_USAGE || status == EXIT_PARSE ||
		status == EXIT_INTERNAL || status == EXIT_REPORT;
	return r->options->advisory && !kept ? EXIT_HELD : status;
}

/* Each has its warning in the reports. */
static bool artifacts_are_lost(const struct running *r)
{
	struct error err = { 0 };
	size_t lost = artifacts_lost(r->setup.config.artifacts);
	if (!lost)
		return false;
	error_set(&err, ERR_FILE, "%zu %s could not be written to '%s'", lost,
		lost == 1 ? "artifact" : "artifacts", r->options->artifacts);
	print_error(r, &err);
	return true;
}

static int finish(struct running *r, struct ev_run_end *end)
{
	struct error err = { 0 };
	int status = (int)end->exit_status;
	end->duration_us = clock_mono_us(&clock_system) - r->start_us;
	size_t lost = report_set_finish(r->reports, end, &err);
	if (lost)
		print_error(r, &err);
	if (!lost && !artifacts_are_lost(r))
		return process_status(r, status);
	return process_status(r, status == EXIT_HELD ? EXIT_REPORT : status);
}

/* Exit 1 and 2 leave red reports too. */
static int finish_bad_files(struct running *r)
{
	int status = setup_exit_status(&r->setup);
	struct ev_run_end end = { .verdict = VERDICT_ERROR,
		.exit_status = status,
		.reason = status == EXIT_PARSE ?
			STR("the suites could not be read") :
			STR("refused before anything was sent") };
	setup_print_errors(&r->setup, &r->setup.library.errors, "error");
	emit_file_errors(r);
	return finish(r, &end);
}

static int finish_run(struct running *r)
{
	const struct results *res = report_set_results(r->reports);
	int status = status_of(r, res);
	struct ev_run_end end = { .verdict = verdict_of(r, res, status),
		.exit_status = status,
		.counts = res->counts,
		.reason = reason_of(r, res, status) };
	if (options_env(r->options, "KUBERNETES_SERVICE_HOST"))
		termination_write("/dev/termination-log", res, end.verdict);
	return finish(r, &end);
}

static uint64_t deadline_of(const struct running *r)
{
	return r->options->deadline_us == UINT64_MAX ?
		UINT64_MAX :
		r->start_us + r->options->deadline_us;
}

static int internal(const struct running *r, const struct error *err)
{
	print_error(r, err);
	return EXIT_INTERNAL;
}

static int start_watch(struct running *r, struct error *err)
{
	return r->watch ? 0 : watch_start(&clock_system, deadline_of(r), &r->watch, err);
}

static int run_loaded(struct running *r)
{
	struct error err = { 0 };
	if (pins_check_base_url(&r->setup.config, &r->setup.plan, r->setup.library.known,
		    &err)) {
		error_list_add(&r->setup.library.errors, &err);
		return finish_bad_files(r);
	}
	emit_plan(r);
	emit_warnings(r);
	warn_of_empty_files(r);
	warn_of_unknown_ids(r);
	if (r->report_error.code) /* a case that no report knows could not be told red */
		return internal(r, &r->report_error);
	if (start_watch(r, &err))
		return internal(r, &err);
	if (pins_check(&r->setup.config, &r->setup.plan, r->watch, &err)) {
		error_list_add(&r->setup.library.errors, &err);
		return finish_bad_files(r);
	}
	if (run_plan(r, &err))
		return internal(r, &err);
	return finish_run(r);
}

/* ---- a command line that is refused ---- */

/* The reports without the console, which has nothing to tell beyond the error; what the arguments hold is not known to be no secret. */
static void write_refusal(struct running *r, const struct error *why)
{
	struct report_spec *specs = arena_array(
		r->setup.arena, r->options->reports.count + 1, sizeof(*specs));
	struct error err = { 0 };
	const struct ev_run_end end = { .verdict = VERDICT_ERROR,
		.exit_status = EXIT_USAGE,
		.reason = STR("the command line was refused") };
	size_t n = specs ? open_writable(r, specs) : 0;
	if (!n || open_set(r, specs, n, NULL, &r->reports, &err))
		return; /* the placeholders stand */
	emit_run_start(r, 0, NULL);
	emit_file_error(r, why);
	(void)report_set_finish(r->reports, &end, &err); /* what was not written stays red */
}

static void refuse(struct running *r, const struct error *why)
{
	print_error(r, why);
	report_set_free(r->reports);
	r->reports = NULL;
	if (r->options->command == COMMAND_RUN && !r->options->help && !r->options->version)
		write_refusal(r, why);
}

static int open_artifacts(struct running *r, struct error *err)
{
	const struct options *o = r->options;
	unsigned mode = o->private_reports ? 0600 : 0644;
	return o->artifacts ? artifacts_open(o->artifacts, mode,
				      &r->setup.config.artifacts, err) :
			      0;
}

static void release(struct running *r)
{
	artifacts_close(r->setup.config.artifacts);
	watch_stop(r->watch);
	report_set_free(r->reports);
	setup_release(&r->setup);
}

int cmd_refuse(const struct options *o, const struct registries *reg, const struct error *err)
{
	struct running r = {
		.options = o, .reg = reg, .start_us = clock_mono_us(&clock_system)
	};
	struct error second = { 0 };
	refuse(&r, setup_begin(&r.setup, o, reg, &second) ? &second : err);
	release(&r);
	return EXIT_USAGE;
}

int cmd_run(const struct options *o, const struct registries *reg)
{
	struct running r = {
		.options = o, .reg = reg, .start_us = clock_mono_us(&clock_system)
	};
	struct error err = { 0 };
	int status = EXIT_USAGE;
	/* while standard input is read, Ctrl-C ends the process as people expect: the watch starts later */
	if (setup_begin(&r.setup, o, reg, &err) || setup_select(&r.setup, &err) ||
		(!setup_reads_stdin(&r.setup) && start_watch(&r, &err)) || open_reports(&r, &err) ||
		setup_init(&r.setup, reg, &err) || open_artifacts(&r, &err)) {
		refuse(&r, &err);
	} else {
		emit_run_start(&r, o->argc, o->argv);
		status = setup_load(&r.setup) ? finish_bad_files(&r) : run_loaded(&r);
	}
	release(&r);
	return status;
}
