#include "harness/base/file.h"
#include "harness/base/mem.h"
#include "harness/run/injected.h"
#include "harness/run/pins.h"
#include "harness/run/run_kind.h"
#include "harness/run/worker.h"

/* ---- tools ---- */

struct box *worker_box(struct worker *w)
{
	const struct run *run = w->shared->run;
	return box_new(run->config->secrets, run->config->clock, run->start_us,
		run->config->limits->max_attempt_arena);
}

void worker_send(struct worker *w, struct box *b)
{
	if (b && b->count)
		collector_send(&w->shared->collector, b);
	else
		box_free(b);
}

int worker_check_pin(
	struct worker *w, const struct frame *f, bool sending, struct error *err)
{
	const struct settings *settings = w->shared->run->config->settings;
	const char *pin = settings->pin(settings->ctx, STR("base_url"));
	const struct value *url = scope_get(f->scope, STR("base_url"));
	if (!pin || (!url && !sending) || (url && pins_url_fits(url->text, pin)))
		return 0;
	error_set(err, ERR_CONNECT, "base_url is pinned to '%s', but here it is %s%.*s%s", pin,
		url ? "'" : "", STR_ARG(url ? url->text : STR("not set")), url ? "'" : "");
	error_note(err, "%s; nothing was sent",
		url ? "this would judge another server" :
		      "the pin guards URLs that begin with {{base_url}}");
	return -1;
}

enum wait_result worker_pause(struct worker *w, bool always, uint64_t us)
{
	const struct run *run = w->shared->run;
	const struct cancel *cancel = watch_cancel(run->watch);
	if (!us || (always && cancel_is_raised(cancel)))
		return WAIT_READY;
	const struct deadline d = deadline_in(run->config->clock, UINT64_MAX,
		always ? NULL : cancel, watch_quit(run->watch));
	return deadline_pause(&d, us);
}

struct eval worker_eval(
	struct worker *w, struct frame *f, struct arena *a, struct document *doc)
{
	const struct run_config *c = w->shared->run->config;
	return (struct eval){
		.arena = a,
		.limits = c->limits,
		.document = doc,
		.variable = scope_variable,
		.ctx = f->scope,
		.now_wall_us = clock_wall_us(c->clock),
		.jsonpath = c->jsonpath,
		.lenient_jsonpath_filter = f->file->loaded->suite->type != FILE_HURL,
	};
}

/* Files that HTTP entries read stay inside the scenario's folder, or --file-root. */
static int read_contained(void *ctx, struct arena *a, const struct source *s,
	struct str name, struct str *ret, struct error *err)
{
	const struct worker *w = ctx;
	const struct run_config *c = w->shared->run->config;
	const char *dir = c->file_root ? c->file_root : path_join(a, ".", STR("."));
	const char *path = c->file_root ? path_join(a, dir, name) :
					  path_resolve(a, s->name, name);
	if (!c->file_root)
		dir = path_resolve(a, s->name, STR("."));
	if (!path || !dir)
		return error_set_oom(err);
	if (!path_is_inside(a, dir, path)) {
		error_set(
			err, ERR_FILE, "access to '%.*s' is not allowed", STR_ARG(name));
		error_note(err,
			"a scenario reads below its own folder; --file-root DIR names another one");
		return -1;
	}
	return file_read(a, path, c->limits->max_body_bytes, ret, err);
}

const struct file_reader *worker_files(struct worker *w)
{
	w->files = (struct file_reader){ .read = read_contained, .ctx = w };
	return &w->files;
}

/* ---- variables of a file ---- */

static int set_defaults(struct worker *w, struct frame *f, struct error *err)
{
	const struct suite *s = f->file->loaded->suite;
	struct document doc = { 0 };
	struct eval ev = worker_eval(w, f, &f->arena, &doc);
	struct expander x = {
		.eval = &ev, .source = s->source, .files = worker_files(w)
	};
	for (size_t i = 0; i < s->nvariables; i++) {
		const struct variable_default *d = &s->variables[i];
		const struct value *v;
		struct str text;
		bool secret;
		if (!d->text || scope_get(f->scope, d->name))
			continue;
		if (expand_text(&x, d->text, &text, &secret, err) ||
			injected_value(&f->arena, text, &v, err))
			return -1;
		if (secret && !(v = value_with_flags(&f->arena, v, VALUE_SECRET)))
			return error_set_oom(err);
		if (scope_set_local(f->scope, d->name, v, err))
			return -1;
	}
	return 0;
}

static int set_row(struct frame *f, struct error *err)
{
	const struct plan_row *row = &f->file->row;
	for (size_t i = 0; i < row->count; i++) {
		const struct value *v;
		if (injected_value(&f->arena, row->values[i], &v, err) ||
			scope_set_local(f->scope, row->names[i], v, err))
			return -1;
	}
	return 0;
}

/* ---- RUN ---- */

/* `variable:` of the RUN is local to what is run; `connection:` too. */
static int set_run_options(struct worker *w, struct frame *caller, const struct entry *e,
	struct scope *child, size_t *ret_urls, struct error *err)
{
	struct document doc = { 0 };
	struct eval ev = worker_eval(w, caller, &caller->arena, &doc);
	struct expander x = {
		.eval = &ev, .source = e->source, .files = worker_files(w)
	};
	ev.ctx = child;
	for (size_t i = 0; i < e->noptions; i++) {
		const struct option *o = &e->options[i];
		const struct value *v;
		struct str text;
		if (o->row->type == OPTION_VARIABLE) {
			if (expand_option_variable(&x, o, &v, err) ||
				scope_set_local(child, o->variable, v, err))
				return -1;
		} else if (o->row == &run_options[RUN_CONNECTION]) {
			if (expand_option_text(&x, o, &text, err))
				return -1;
			struct str name = str_cut(&text, '=');
			if (!text.p)
				return error_at(err, ERR_TEMPLATE, e->source, o->span,
					"connection: expects NAME=URL");
			if (session_push_url(w->session, name, text, err))
				return -1;
			++*ret_urls;
		}
	}
	return 0;
}

static void pop_urls(struct worker *w, size_t n)
{
	while (n--)
		session_pop_url(w->session);
}

static void end_cases(struct worker *w, struct frame *f, const struct plan_file *file,
	enum status status, struct str kind, struct str message)
{
	struct frame child = { .up = f, .file = file, .scope = f->scope };
	for (size_t i = 0; i < file->nitems; i++) {
		const struct plan_item *item = &file->items[i];
		bool repeated_setup = item->test && item->test->is_setup && i &&
			child.setup_ended;
		if (item->test && !repeated_setup) {
			child.setup_ended |= item->test->is_setup;
			case_end_untried(w, &child, item->test, status, kind, message,
				(struct str){ 0 });
		}
		for (size_t j = 0; j < item->nfiles && !item->test;
			j++) /* inside a RUN that is a case are no cases */
			end_cases(w, f, item->files[j], status, kind, message);
	}
	f->red |= child.red;
	arena_release(&child.arena);
}

/* Settings of the RUN itself: when, skip, delay, continue. 1: run it. */
static int run_settings(struct worker *w, struct frame *f, const struct entry *e,
	struct entry_settings *ret, struct str *reason, struct error *err)
{
	struct document doc = { 0 };
	struct eval ev = worker_eval(w, f, &f->arena, &doc);
	struct expander x = {
		.eval = &ev, .source = e->source, .files = worker_files(w)
	};
	struct scope *scratch = scope_new(f->scope, err);
	if (!scratch)
		return -1;
	ev.ctx = scratch;
	int bad = entry_settings_evaluate(
		w->shared->run->config, &x, scratch, e, UINT64_MAX, ret, err);
	bool holds = !ret->skip;
	*reason = STR("skip: true");
	if (!bad && holds && ret->when) {
		ev.tree = f->previous;
		bad = judge_condition(&x, ret->when, &holds, err);
		*reason = arena_printf(&f->arena, "when: %.*s does not hold",
			STR_ARG(str_sub(ret->when->source->text, ret->when->span.at,
				ret->when->span.n)));
	}
	document_release(&doc);
	scope_free(scratch);
	return bad ? -1 : holds;
}

static void after_run(struct frame *f, const struct plan_item *item,
	const struct entry_settings *s, bool red)
{
	f->red |= red;
	const struct suite *own = f->file->loaded->suite;
	bool independent = item->unit->target->suite->type == FILE_SQL;
	if (!red || f->broken || independent || s->continue_on_error ||
		own->continue_on_error)
		return;
	f->broken = true;
	f->broken_reason = arena_printf(
		&f->arena, "after: RUN of %s was red", item->unit->target->path);
}

/* An element of the list is {{item}}; the members of an object are variables too. */
static int row_scope(const struct value *item, struct scope *child, struct error *err)
{
	for (size_t i = 0; item->type == VALUE_OBJECT && i < item->u.object.count; i++)
		if (scope_set_local(child, item->u.object.members[i].key,
			    item->u.object.members[i].value, err))
			return -1;
	return scope_set_local(child, STR("item"), item, err);
}

void walk_row(struct worker *w, struct frame *f, const struct plan_item *item, struct row *row)
{
	size_t urls = 0;
	struct scope *child = scope_new(f->scope, &row->err);
	if (child && !(row->item && row_scope(row->item, child, &row->err)) &&
		!set_run_options(w, f, item->unit->entry, child, &urls, &row->err))
		walk_file(w, f, row->file, child, row->inner, &row->red);
	pop_urls(w, urls);
	scope_free(child);
}

static void after_row(struct worker *w, struct frame *f, const struct plan_item *item,
	const struct row *row, const struct entry_settings *s)
{
	if (row->err.code)
		end_cases(w, f, row->file, STATUS_ERROR, str_from(error_kind(row->err.code)),
			str_from(row->err.message));
	after_run(f, item, s, row->red || row->err.code);
}

static void run_one_by_one(struct worker *w, struct frame *f, const struct plan_item *item,
	const struct entry_settings *s)
{
	for (size_t i = 0; i < item->nfiles; i++) {
		struct row row = { .file = item->files[i], .inner = f->inner };
		walk_row(w, f, item, &row);
		after_row(w, f, item, &row, s);
	}
}

static void run_at_once(struct worker *w, struct frame *f, const struct plan_item *item,
	const struct entry_settings *s)
{
	struct row *rows = mem_calloc(item->nfiles, sizeof(*rows));
	for (size_t i = 0; rows && i < item->nfiles; i++)
		rows[i] = (struct row){ .file = item->files[i] };
	if (rows)
		crew_run(w, f, item, rows, item->nfiles, f->inner);
	for (size_t i = 0; i < item->nfiles; i++) {
		struct row none = { .file = item->files[i] };
		if (!rows)
			(void)error_set_oom(&none.err);
		after_row(w, f, item, rows ? &rows[i] : &none, s);
	}
	mem_free(rows);
}

static void skip_run(struct worker *w, struct frame *f, const struct plan_item *item,
	struct str kind, struct str reason)
{
	for (size_t i = 0; i < item->nfiles; i++)
		end_cases(w, f, item->files[i], STATUS_SKIPPED, kind, reason);
}

static bool is_blocked(const struct worker *w, const struct frame *f,
	const struct entry *e, struct str *ret_reason)
{
	bool always = entry_is_always(e);
	if (f->cannot_start)
		*ret_reason = f->broken_reason;
	else if (f->broken && !always)
		*ret_reason = f->broken_reason;
	else if (atomic_load(&w->shared->stop) && !always)
		*ret_reason = STR("the run was stopped by --fail-fast");
	else
		return false;
	return true;
}

static void run_item(struct worker *w, struct frame *f, const struct plan_item *item)
{
	struct entry_settings s = { 0 };
	struct error err = { 0 };
	struct str reason;
	if (f->start_error.code) {
		for (size_t i = 0; i < item->nfiles; i++)
			end_cases(w, f, item->files[i], STATUS_ERROR,
				str_from(error_kind(f->start_error.code)),
				str_from(f->start_error.message));
		f->red = true;
		return;
	}
	if (is_blocked(w, f, item->unit->entry, &reason)) {
		skip_run(w, f, item, STR("skip.after"), reason);
		return;
	}
	int go = run_settings(w, f, item->unit->entry, &s, &reason, &err);
	if (!go)
		skip_run(w, f, item, s.skip ? STR("skip.option") : STR("skip.when"),
			reason);
	else if (go > 0)
		(void)worker_pause(
			w, s.always, s.delay_us); /* cut short: the cases below see why */
	if (go > 0 && item->nfiles > 1 && run_jobs(item->unit->entry) > 1)
		run_at_once(w, f, item, &s);
	else if (go > 0)
		run_one_by_one(w, f, item, &s);
	for (size_t i = 0; i < item->nfiles && go < 0; i++)
		end_cases(w, f, item->files[i], STATUS_ERROR,
			str_from(error_kind(err.code)), str_from(err.message));
	if (go < 0)
		after_run(f, item, &s, true);
}

/* ---- RUN over rows that are known only now ---- */

static int dynamic_rows(
	struct case_run *cr, struct frame *f, const struct value **ret, struct error *err)
{
	const struct entry *e = cr->unit->entry;
	const struct option *each = entry_option(e, &run_options[RUN_FOR_EACH]);
	struct document doc = { 0 };
	struct eval ev = worker_eval(cr->worker, f, &cr->box->arena, &doc);
	struct expander x = {
		.eval = &ev, .source = e->source, .files = worker_files(cr->worker)
	};
	if (!template_is_bare(each->text))
		return error_at(err, ERR_TEMPLATE, e->source, each->text->span,
			"for-each expects a file name or one placeholder");
	if (expand_placeholder(&x, each->text->parts[0].placeholder, ret, err))
		return -1;
	if (!*ret || (*ret)->type != VALUE_LIST)
		return error_at(err, ERR_TEMPLATE, e->source, each->text->span,
			"for-each expects a list, but got %s",
			*ret ? value_type_word((*ret)->type) : "no value");
	return 0;
}

/* 0, or -1 with the first row that could not begin. */
static int run_list(struct case_run *cr, struct frame *f, const struct plan_item *item,
	const struct value *list, struct inner_log *log, struct error *err)
{
	size_t n = list->u.list.count;
	bool at_once = n > 1 && run_jobs(item->unit->entry) > 1;
	struct row *rows = mem_calloc(n + 1, sizeof(*rows));
	if (!rows)
		return error_set_oom(err);
	for (size_t i = 0; i < n; i++)
		rows[i] = (struct row){
			.file = item->files[0], .item = list->u.list.items[i], .inner = log
		};
	if (at_once)
		crew_run(cr->worker, f, item, rows, n, log);
	for (size_t i = 0; i < n && !err->code; i++) {
		if (!at_once)
			walk_row(cr->worker, f, item, &rows[i]);
		*err = rows[i].err;
	}
	mem_free(rows);
	return err->code ? -1 : 0;
}

static void error_of_list(struct case_run *cr, const struct error *err)
{
	cr->last.status = STATUS_ERROR;
	cr->last.kind = str_from(error_kind(err->code));
	cr->last.message = box_text(cr->box, str_from(err->message));
	cr->last.detail = detail_compose(cr, NULL, err, NULL);
}

static void outcome_of_list(struct case_run *cr, const struct inner_log *log)
{
	if (log->red || arena_failed(&cr->box->arena)) {
		cr->last.status = log->is_error ? STATUS_ERROR : STATUS_FAILED;
		cr->last.kind = log->first_kind;
		cr->last.message = log->first_bad;
		cr->last.detail = log->first_detail;
	} else if (log->warned) {
		cr->last.status = STATUS_WARNING;
		cr->last.kind = STR("assert.other");
		cr->last.message = STR("warnings inside; see the assertions");
	}
}

void walk_dynamic(struct case_run *cr, struct frame *f, const struct plan_item *item)
{
	struct error err = { 0 };
	const struct value *list;
	struct inner_log log = { .box = cr->box, .id = cr->test->id };
	cr->attempt = 1;
	cr->started_us = clock_mono_us(cr->worker->shared->run->config->clock);
	int bad = dynamic_rows(cr, f, &list, &err) || run_list(cr, f, item, list, &log, &err);
	cr->last = (struct outcome){
		.status = STATUS_PASSED, .held = log.held, .not_held = log.not_held
	};
	if (bad)
		error_of_list(cr, &err);
	else if (!list->u.list.count)
		cr->last = (struct outcome){ .status = STATUS_SKIPPED,
			.kind = STR("skip.when"),
			.message = STR("no data rows") };
	else
		outcome_of_list(cr, &log);
}

/* ---- a file ---- */

static void file_event(
	struct worker *w, struct frame *f, enum event_kind kind, uint64_t began_us)
{
	struct box *b = f->file->ncases && !f->inner ? worker_box(w) : NULL;
	struct event *e = b ? box_event(b, kind) : NULL;
	struct str path = str_from(f->file->loaded->path);
	if (e && kind == EVENT_SUITE_START)
		e->u.suite = (struct ev_suite){ .suite = f->file->suite, .file = path };
	else if (e)
		e->u.suite_end = (struct ev_suite_end){
			.suite = f->file->suite,
			.file = path,
			.counts = f->counts,
			.duration_us = clock_mono_us(w->shared->run->config->clock) -
				began_us,
		};
	worker_send(w, b);
}

/* The first case of a file that cannot start carries the error, the others name it. */
static void tell_start_error(
	struct worker *w, struct frame *f, const struct plan_case *test)
{
	struct strbuf sb;
	strbuf_init(&sb, 8192);
	error_print(&sb, &f->start_error);
	f->start_error_told = true;
	f->broken = true;
	f->broken_reason = arena_printf(&f->arena,
		"after: the variables of this file: %s", f->start_error.message);
	case_end_unweighed(w, f, test, str_from(error_kind(f->start_error.code)),
		str_from(f->start_error.message), strbuf_str(&sb));
	strbuf_release(&sb);
}

/*
 * Setup statements share one case. A failing one ends it, and the file; the last one that succeeds ends it as passed. Each is performed like any
 * other entry, but only the end of the case is told.
 */
static const struct plan_item *next_setup(
	const struct frame *f, const struct plan_item *item)
{
	const struct plan_item *end = f->file->items + f->file->nitems;
	for (const struct plan_item *i = item + 1; i < end; i++)
		if (i->test == item->test)
			return i;
	return NULL;
}

static void setup_failed(struct worker *w, struct frame *f, const struct plan_item *item,
	const struct inner_log *log)
{
	f->setup_ended = true;
	f->cannot_start = f->broken = true;
	f->broken_reason = arena_printf(
		&f->arena, "after: setup failed: %.*s", STR_ARG(log->first_bad));
	case_end_unweighed(w, f, item->test,
		log->first_kind.p ? log->first_kind : STR("error.internal"),
		log->first_bad.p ? log->first_bad :
				   STR("setup failed, and memory is out"),
		log->first_detail);
}

/* Counts and marks of the file are those of its cases, not of single setup statements. */
static void setup_item(struct worker *w, struct frame *f, const struct plan_item *item)
{
	struct inner_log log = { .box = worker_box(w), .id = item->test->id };
	struct inner_log *outer = f->inner;
	const struct counts counts = f->counts;
	const bool red = f->red, broken = f->broken;
	if (!log.box)
		return; /* it stays not_run, which is red */
	f->inner = &log;
	case_execute(w, f, item);
	f->inner = outer;
	f->counts = counts;
	f->red = red;
	f->broken = broken;
	if (log.red || log.warned || arena_failed(&log.box->arena)) {
		setup_failed(w, f, item, &log);
	} else if (!next_setup(f, item)) {
		f->setup_ended = true;
		case_end_untried(w, f, item->test, STATUS_PASSED, (struct str){ 0 },
			(struct str){ 0 }, (struct str){ 0 });
	}
	box_free(log.box);
}

/* Does the run no longer start what is no clean-up (`always`), or nothing at all? */
static bool is_stopped(const struct worker *w, const struct plan_item *item)
{
	const struct watch *watch = w->shared->run->watch;
	return cancel_is_raised(watch_quit(watch)) ||
		(cancel_is_raised(watch_cancel(watch)) &&
			!entry_is_always(item->unit->entry));
}

/* Ends the case without an attempt where it is not to be tried; false: it is. */
static bool end_untried(struct worker *w, struct frame *f, const struct plan_item *item)
{
	struct str reason, kind;
	if (item->test->skip_kind.p) {
		case_end_untried(w, f, item->test, STATUS_SKIPPED, item->test->skip_kind,
			item->test->skip_reason, (struct str){ 0 });
		return true;
	}
	if (is_stopped(w, item)) {
		case_end_untried(w, f, item->test, STATUS_NOT_RUN, STR("error.not_run"),
			STR("not run: the run was stopped"), (struct str){ 0 });
		return true;
	}
	if (f->start_error.code && !f->start_error_told) {
		tell_start_error(w, f, item->test);
		return true;
	}
	if (!is_blocked(w, f, item->unit->entry, &reason))
		return false;
	kind = f->broken || f->cannot_start ? STR("skip.after") : STR("skip.failfast");
	case_end_untried(w, f, item->test, STATUS_SKIPPED, kind, reason, (struct str){ 0 });
	return true;
}

/* Returns how many items it was, of the n that are left. */
static size_t case_item(struct worker *w, struct frame *f, const struct plan_item *item, size_t n)
{
	const struct plan_case *test = item->test;
	if (test->is_setup && f->setup_ended)
		return 1;
	if (end_untried(w, f, item)) {
		f->setup_ended |= test->is_setup && test->skip_kind.p != NULL;
		return 1;
	}
	if (test->is_setup) {
		setup_item(w, f, item);
		return 1;
	}
	n = batch_length(w, f, item, n);
	if (n > 1)
		return case_execute_batch(w, f, item, n);
	case_execute(w, f, item);
	return 1;
}

void walk_file(struct worker *w, struct frame *up, const struct plan_file *file,
	struct scope *scope, struct inner_log *inner, bool *ret_red)
{
	const struct run_config *c = w->shared->run->config;
	struct frame f = { .up = up, .file = file, .scope = scope, .inner = inner };
	uint64_t began = clock_mono_us(c->clock);
	arena_init(&f.arena, c->limits->max_attempt_arena);
	arena_init(&f.previous_arena, c->limits->max_attempt_arena);
	file_event(w, &f, EVENT_SUITE_START, began);
	if (set_row(&f, &f.start_error) || set_defaults(w, &f, &f.start_error) ||
		worker_check_pin(w, &f, false, &f.start_error))
		f.cannot_start = true;
	for (size_t i = 0; i < file->nitems;) {
		if (file->items[i].test) {
			i += case_item(w, &f, &file->items[i], file->nitems - i);
			continue;
		}
		run_item(w, &f, &file->items[i++]);
	}
	file_event(w, &f, EVENT_SUITE_END, began);
	*ret_red = f.red;
	arena_release(&f.arena);
	arena_release(&f.previous_arena);
}
