#include "harness/base/mem.h"
#include "harness/run/retry.h"
#include "harness/run/worker.h"

#define DAY_US INT64_C(86400000000)
#define NEEDS_LOOK_UP_US 10000000u /* to connect and ask for the version */

/* ---- the end of a case ---- */

static bool accepted(const struct case_run *cr, const struct outcome *o, int64_t now)
{
	const struct acceptance *a = cr->test->accept;
	return a && o->status == STATUS_FAILED && now < a->until_wall_us + DAY_US;
}

static void note_acceptance(const struct case_run *cr, const struct outcome *o,
	struct ev_entry_end *end, int64_t now)
{
	const struct acceptance *a = cr->test->accept;
	if (!a)
		return;
	end->accept_can_go = o->status == STATUS_PASSED;
	if (!end->accept_can_go && !accepted(cr, o, now))
		return;
	end->accepted_ticket = a->ticket;
	end->accepted_until = a->until;
	if (end->accept_can_go)
		return;
	end->status = STATUS_WARNING;
	end->accepted_days_left = (a->until_wall_us + DAY_US - now) / DAY_US;
}

/* Severity weighs: a red `warn` case is a warning, whatever made it red. */
static enum status weigh(const struct case_run *cr, enum status s)
{
	return cr->test->is_warning && (s == STATUS_FAILED || s == STATUS_ERROR) ?
		STATUS_WARNING :
		s;
}

static void add_rerun(struct case_run *cr)
{
	const struct plan_file *root = cr->frame->file;
	while (root->parent)
		root = root->parent;
	struct named_value *items = arena_array(
		&cr->box->arena, cr->repro.count + 1, sizeof(*items));
	for (size_t i = 0; items && i < cr->repro.count; i++)
		items[i] = cr->repro.items[i];
	const struct run_config *c = cr->worker->shared->run->config;
	const struct str first[] = { STR("postflight"), STR("run"),
		str_from(root->loaded->path), STR("--id"), cr->test->id };
	struct str *words = arena_array(
		&cr->box->arena, ARRAY_SIZE(first) + c->nrerun_words, sizeof(*words));
	for (size_t i = 0; words && i < ARRAY_SIZE(first); i++)
		words[i] = first[i];
	for (size_t i = 0; words && i < c->nrerun_words; i++)
		words[ARRAY_SIZE(first) + i] = c->rerun_words[i];
	if (!words)
		return;
	if (!items)
		return;
	items[cr->repro.count] = (struct named_value){
		.name = STR("postflight"),
		.value = value_string(&cr->box->arena,
			secrets_command(cr->box->secrets, &cr->box->arena, words,
				ARRAY_SIZE(first) + c->nrerun_words)),
	};
	cr->repro = (struct named_values){ .items = items, .count = cr->repro.count + 1 };
}

static void tell_inner(struct case_run *cr, const struct ev_entry_end *end)
{
	struct inner_log *in = cr->frame->inner;
	bool ok = !status_is_red(end->status);
	in->red |= !ok; /* before anything that may fail for want of memory */
	in->warned |= end->status == STATUS_WARNING;
	struct event *e = box_event(in->box, EVENT_ASSERTION);
	if (!e)
		return;
	struct source_pos pos = source_pos(
		cr->unit->entry->source, cr->unit->entry->span.at);
	e->u.assertion = (struct ev_assertion){
		.id = in->id,
		.attempt = 1,
		.n = ++in->n,
		.ok = ok,
		.file = str_from(cr->unit->entry->source->name),
		.line = pos.line,
		.source = cr->test->title,
		.message = arena_str(&in->box->arena, end->message),
		.detail = arena_str(&in->box->arena, end->detail),
	};
	*(ok ? &in->held : &in->not_held) += 1;
	/* the first red one speaks for all; a warning only while there is none */
	bool speaks = ok ? end->status == STATUS_WARNING && !in->first_bad.p : !in->bad_is_red;
	if (!speaks)
		return;
	in->bad_is_red = !ok;
	in->first_bad = arena_printf(&in->box->arena, "%.*s: %.*s",
		STR_ARG(cr->test->title), STR_ARG(end->message));
	in->first_kind = arena_str(&in->box->arena, end->kind);
	in->first_detail = arena_str(&in->box->arena, end->detail);
	in->is_error = end->status == STATUS_ERROR;
}

static void count(struct frame *f, const struct ev_entry_end *end)
{
	f->counts.entries++;
	f->counts.of[end->status]++;
	f->counts.flaky += end->flaky;
	f->counts.held += end->held;
	f->counts.not_held += end->not_held;
	f->red |= status_is_red(end->status);
}

/* A red entry stops its file, unless it said otherwise or its facts are independent (.sql). */
static void stop_file(struct case_run *cr, enum status status)
{
	struct frame *f = cr->frame;
	const struct suite *s = f->file->loaded->suite;
	if (!status_is_red(status) || f->broken || s->type == FILE_SQL ||
		s->continue_on_error || cr->settings.continue_on_error)
		return;
	f->broken = true;
	f->broken_reason = arena_printf(&f->arena, "after: %.*s %s",
		STR_ARG(cr->test->title),
		status == STATUS_ERROR ? "ended in an error" : status_word(status));
}

static void fill_end(
	struct case_run *cr, const struct outcome *o, struct ev_entry_end *end)
{
	const struct run *run = cr->worker->shared->run;
	uint64_t now = clock_mono_us(run->config->clock);
	*end = (struct ev_entry_end){
		.id = cr->test->id,
		.status = o->unweighed ? o->status : weigh(cr, o->status),
		.kind = o->kind,
		.message = o->message,
		.detail = o->detail,
		.attempts = cr->attempt,
		.held = o->held,
		.not_held = o->not_held,
		.duration_us = cr->started_us ? now - cr->started_us : 0,
		.at_us = (cr->started_us ? cr->started_us : now) - run->start_us,
		.worker = cr->worker->number,
		.metrics = cr->metrics,
		.why = cr->test->why,
		.fix = cr->test->fix,
	};
	end->flaky = o->status == STATUS_PASSED && cr->flaky_seen;
	note_acceptance(cr, o, end, clock_wall_us(run->config->clock));
	if (end->status != STATUS_PASSED && end->status != STATUS_SKIPPED && cr->attempt)
		add_rerun(cr);
	end->repro = cr->repro;
	end->artifacts = cr->artifacts;
}

/* The box is full: its events are lost, the end of the case is not. */
static void end_in_fresh_box(struct case_run *cr, struct outcome *o)
{
	struct box *fresh = worker_box(cr->worker);
	struct error err = { 0 };
	(void)error_set_arena(&err, &cr->box->arena, "one attempt");
	cr->captures = cr->metrics = cr->repro = (struct named_values){ 0 };
	cr->artifacts = (struct text_list){ 0 };
	if (status_is_red(o->status) || o->status == STATUS_PASSED)
		o->status = STATUS_ERROR;
	o->kind = STR("error.internal");
	o->message = STR("out of memory");
	o->detail = (struct str){ 0 };
	if (!fresh)
		return;
	o->message = box_text(fresh, str_from(err.message));
	box_free(cr->box);
	cr->box = fresh;
}

/* Sends entry_end (or tells the RUN around it) and counts. Takes cr->box. */
static void case_finish(struct case_run *cr, const struct outcome *o)
{
	struct ev_entry_end end;
	struct outcome kept = *o;
	if (arena_failed(&cr->box->arena))
		end_in_fresh_box(cr, &kept);
	fill_end(cr, &kept, &end);
	count(cr->frame, &end);
	stop_file(cr, end.status);
	if (status_is_red(end.status) && cr->worker->shared->run->config->fail_fast)
		atomic_store(&cr->worker->shared->stop, true);
	if (cr->frame->inner) {
		tell_inner(cr, &end);
		box_free(cr->box);
		return;
	}
	struct event *e = box_event(cr->box, EVENT_ENTRY_END);
	if (e)
		e->u.entry_end = end;
	worker_send(cr->worker, cr->box);
}

static void end_untried(
	struct worker *w, struct frame *f, const struct plan_case *test, struct outcome o)
{
	struct case_run cr = { .worker = w,
		.frame = f,
		.test = test,
		.unit = test->unit,
		.box = worker_box(w) };
	if (!cr.box)
		return; /* it stays not_run, which is red */
	o.message = box_text(cr.box, o.message);
	o.detail = box_text(cr.box, o.detail);
	cr.settings.continue_on_error = o.status == STATUS_SKIPPED;
	case_finish(&cr, &o);
}

void case_end_untried(struct worker *w, struct frame *f, const struct plan_case *test,
	enum status status, struct str kind, struct str message, struct str detail)
{
	end_untried(w, f, test,
		(struct outcome){ .status = status,
			.kind = kind,
			.message = message,
			.detail = detail });
}

void case_end_unweighed(struct worker *w, struct frame *f, const struct plan_case *test,
	struct str kind, struct str message, struct str detail)
{
	end_untried(w, f, test,
		(struct outcome){ .status = STATUS_ERROR,
			.kind = kind,
			.message = message,
			.detail = detail,
			.unweighed = true });
}

/* ---- before an attempt ---- */

static bool version_fits(const struct requirement *r, uint32_t version)
{
	switch (r->op) {
	case CELL_LT:
		return version < r->version;
	case CELL_LE:
		return version <= r->version;
	case CELL_GT:
		return version > r->version;
	case CELL_GE:
		return version >= r->version;
	case CELL_NE:
		return version == r->version;
	}
	return false;
}

static const struct connection_kind *connection_named(
	const struct run_config *c, struct str name)
{
	for (size_t i = 0; i < c->nprobes; i++)
		if (c->probes[i]->connection &&
			str_is(name, c->probes[i]->connection->default_name))
			return c->probes[i]->connection;
	return NULL;
}

/* `needs: http` is met where the scenario has somewhere to go to. */
static bool http_is_configured(const struct case_run *cr)
{
	return scope_get(cr->frame->scope, STR("base_url")) != NULL;
}

/* 1: met, 0: not met with the reason, -1: could not be found out. */
static int connection_need(
	struct case_run *cr, const struct requirement *r, struct str *reason)
{
	const struct run_config *c = cr->worker->shared->run->config;
	const struct connection_kind *k = connection_named(c, r->name);
	struct error err = { 0 };
	bool there;
	if (k && !k->external)
		there = http_is_configured(cr);
	else if (k)
		there = session_is_configured(
			cr->worker->session, k, (struct str){ 0 }, &err);
	else
		there = c->settings->url(c->settings->ctx, r->name) != NULL;
	if (!there)
		*reason = arena_printf(&cr->box->arena, "needs: %.*s is not configured",
			STR_ARG(r->name));
	return there;
}

static int version_need(struct case_run *cr, const struct requirement *r,
	struct str *reason, struct error *err)
{
	const struct run *run = cr->worker->shared->run;
	const struct connection_kind *k = cr->unit->probe ? cr->unit->probe->connection :
							    NULL;
	const struct connection_info *info;
	struct str name = cr->unit->prepared.connection;
	if (!k || !k->external)
		k = connection_named(run->config, STR("database"));
	if (k && !session_is_configured(cr->worker->session, k, name, err)) {
		*reason = arena_printf(&cr->box->arena,
			"needs: %.*s, and %s is not configured", STR_ARG(r->text),
			k->default_name);
		return 0;
	}
	struct deadline d = deadline_in(run->config->clock, NEEDS_LOOK_UP_US,
		watch_cancel(run->watch), watch_quit(run->watch));
	if (!k || session_info(cr->worker->session, k, name, &d, &info, err))
		return -1;
	if (!str_eq(info->kind, r->name) || version_fits(r, info->version_number))
		return 1;
	*reason = arena_printf(&cr->box->arena, "needs: %.*s, this is %.*s %.*s",
		STR_ARG(r->text), STR_ARG(info->kind), STR_ARG(info->version));
	return 0;
}

static int check_need(struct case_run *cr, const struct requirement *r,
	struct str *reason, struct error *err)
{
	const struct run_config *c = cr->worker->shared->run->config;
	switch (r->kind) {
	case NEEDS_CONNECTION:
		return connection_need(cr, r, reason);
	case NEEDS_SERVER_VERSION:
		return version_need(cr, r, reason, err);
	case NEEDS_WRITE:
		if (c->allow_write && !c->read_only)
			return 1;
		*reason = STR("needs: write, and writing is not granted (--allow-write)");
		return 0;
	}
	return 1;
}

static int check_needs(struct case_run *cr, struct str *reason, struct error *err)
{
	for (size_t i = 0; i < cr->test->nneeds; i++) {
		int met = check_need(cr, &cr->test->needs[i], reason, err);
		if (met != 1)
			return met;
	}
	return 1;
}

static struct str assertion_text(const struct assertion *a)
{
	return str_sub(a->source->text, a->span.at, a->span.n);
}

/* `when`, over the variables and the previous observation. 1 holds, 0 not, -1 error. */
static int check_when(struct case_run *cr, struct expander *x, struct eval *ev,
	struct outcome *o, struct error *err)
{
	bool holds = true;
	if (!cr->settings.when)
		return 1;
	ev->tree = cr->frame->previous;
	int bad = judge_condition(x, cr->settings.when, &holds, err);
	document_release(ev->document);
	if (bad)
		return -1;
	o->kind = STR("skip.when");
	o->message = arena_printf(&cr->box->arena, "when: %.*s does not hold",
		STR_ARG(assertion_text(cr->settings.when)));
	return holds;
}

/* Options set variables in `scope`. 1: it may run; 0: skipped, reason and kind are in *o; -1: an error of the entry. */
static int settings_allow(
	struct case_run *cr, struct scope *scope, struct outcome *o, struct error *err)
{
	struct document doc = { 0 };
	struct eval ev = worker_eval(cr->worker, cr->frame, &cr->box->arena, &doc);
	struct expander x = { .eval = &ev,
		.source = cr->unit->entry->source,
		.files = worker_files(cr->worker) };
	ev.ctx = scope;
	if (entry_settings_evaluate(cr->worker->shared->run->config, &x, scope,
		    cr->unit->entry, cr->unit->prepared.max_time_us, &cr->settings, err))
		return -1;
	if (!cr->settings.skip && cr->settings.repeat)
		return check_when(cr, &x, &ev, o, err);
	o->kind = STR("skip.option");
	o->message = cr->settings.skip ? STR("skip: true") : STR("repeat: 0");
	return 0;
}

/* What a RUN sets is gone with it, so its options are looked at in a scope that is thrown away. */
static int may_run(struct case_run *cr, struct outcome *o, struct error *err)
{
	int met = check_needs(cr, &o->message, err);
	o->kind = STR("skip.needs");
	if (met != 1)
		return met;
	if (cr->unit->probe)
		return settings_allow(cr, cr->frame->scope, o, err);
	struct scope *scratch = scope_new(cr->frame->scope, err);
	int may = scratch ? settings_allow(cr, scratch, o, err) : -1;
	scope_free(scratch);
	return may;
}

/* ---- attempts ---- */

static bool is_cancelled(const struct case_run *cr)
{
	const struct watch *w = cr->worker->shared->run->watch;
	return cancel_is_raised(watch_quit(w)) ||
		(!cr->settings.always && cancel_is_raised(watch_cancel(w)));
}

static enum wait_result pause_for(struct case_run *cr, uint64_t us)
{
	return worker_pause(cr->worker, cr->settings.always, us);
}

static void start_attempt(struct case_run *cr)
{
	struct box *b = worker_box(cr->worker);
	struct event *e = b && !cr->frame->inner ? box_event(b, EVENT_ATTEMPT_START) :
						   NULL;
	if (e)
		e->u.attempt = (struct ev_attempt){ .id = cr->test->id,
			.attempt = cr->attempt };
	worker_send(cr->worker, b);
	if (!cr->started_us)
		cr->started_us = clock_mono_us(cr->worker->shared->run->config->clock);
}

static void end_attempt(struct case_run *cr, uint64_t began_us, uint64_t retry_in_us)
{
	struct event *e = box_event(cr->box, EVENT_ATTEMPT_END);
	if (!e)
		return;
	e->u.attempt_end = (struct ev_attempt_end){
		.id = cr->test->id,
		.attempt = cr->attempt,
		.status = cr->last.status,
		.kind = cr->last.kind,
		.message = cr->last.message,
		.transport = cr->last.transport,
		.retry_in_us = retry_in_us,
		.captures = cr->captures,
		.duration_us = clock_mono_us(cr->worker->shared->run->config->clock) -
			began_us,
	};
}

/* The next attempt gets a box of its own; this one's events go out. Inside a RUN that is one case they are dropped. */
static bool next_box(struct case_run *cr)
{
	if (cr->frame->inner)
		box_free(cr->box);
	else
		worker_send(cr->worker, cr->box);
	cr->box = worker_box(cr->worker);
	cr->repro = (struct named_values){ 0 };
	cr->artifacts = (struct text_list){ 0 };
	cr->captures = cr->metrics = (struct named_values){ 0 };
	return cr->box != NULL;
}

/* No event may point into a box that was sent. */
static void abort_while_waiting(struct case_run *cr)
{
	cr->last = (struct outcome){ .status = STATUS_ABORTED,
		.kind = STR("error.aborted"),
		.message = STR("stopped while waiting for the next attempt") };
}

static bool held(enum status s)
{
	return s == STATUS_PASSED || s == STATUS_WARNING;
}

/* `retry` in .sql files waits for preferences too. */
static bool attempt_held(const struct case_run *cr)
{
	return cr->last.status == STATUS_PASSED;
}

/* What changes something, or waits for itself, is asked once, whatever --retry says. */
static bool may_repeat(const struct case_run *cr)
{
	const struct prepared *p = &cr->unit->prepared;
	return !p->no_retry && !p->writes;
}

static struct retry_policy policy_of(const struct case_run *cr)
{
	bool cleanup = cr->settings.always &&
		cancel_is_raised(watch_cancel(cr->worker->shared->run->watch));
	return (struct retry_policy){
		.retries = cleanup || !may_repeat(cr) ? 0 : cr->settings.retry,
		.max_retries = (int64_t)
				       cr->worker->shared->run->config->limits->max_retry,
		.consecutive = cleanup ? 1 : (unsigned)cr->settings.consecutive,
	};
}

/* It held now, but not often enough in a row, and there are no attempts left. */
static void too_short_a_row(struct case_run *cr, const struct retry_state *state)
{
	cr->last.status = STATUS_FAILED;
	cr->last.kind = STR("assert.other");
	cr->last.message = arena_printf(&cr->box->arena,
		"held %u times in a row, wanted %lld", state->in_a_row,
		(long long)cr->settings.consecutive);
	cr->last.detail = (struct str){ 0 };
}

static bool attempts(struct case_run *cr)
{
	struct retry_state state = { 0 };
	for (;;) {
		uint64_t began = clock_mono_us(cr->worker->shared->run->config->clock);
		cr->attempt++;
		start_attempt(cr);
		attempt_perform(cr);
		const struct retry_policy policy = policy_of(cr);
		enum retry_verdict v = retry_after(&policy, &state, attempt_held(cr),
			cr->last.final || cr->last.gave_up);
		if (v == RETRY_RED && attempt_held(cr))
			too_short_a_row(cr, &state);
		if (v != RETRY_AGAIN) {
			end_attempt(cr, began, 0);
			return held(cr->last.status) && v == RETRY_HELD;
		}
		cr->flaky_seen |= cr->last.transport && cr->last.status != STATUS_PASSED;
		end_attempt(cr, began, cr->settings.retry_interval_us);
		if (!next_box(cr))
			return false;
		if (pause_for(cr, cr->settings.retry_interval_us) != WAIT_READY &&
			is_cancelled(cr)) {
			abort_while_waiting(cr);
			return false;
		}
	}
}

static void run_attempts(struct case_run *cr)
{
	for (int64_t i = 0; cr->settings.repeat < 0 || i < cr->settings.repeat; i++) {
		if (i && !next_box(cr))
			return;
		if (pause_for(cr, cr->settings.delay_us) != WAIT_READY &&
			is_cancelled(cr)) {
			abort_while_waiting(cr);
			return;
		}
		if (!attempts(cr))
			return;
	}
}

static void error_outcome(struct case_run *cr, const struct error *err, struct outcome *o)
{
	*o = (struct outcome){ .status = STATUS_ERROR,
		.kind = str_from(error_kind(err->code)),
		.unset = err->code == ERR_UNSET };
	if (!o->kind.n)
		o->kind = STR("error.internal");
	o->message = box_text(cr->box, str_from(err->message));
	o->detail = detail_compose(cr, NULL, err, NULL);
}

/* An `always` entry whose variables were never set has nothing to clean. */
static void soften_unset(struct case_run *cr)
{
	if (!cr->last.unset || !entry_is_always(cr->unit->entry))
		return;
	cr->last = (struct outcome){ .status = STATUS_SKIPPED,
		.kind = STR("skip.option"),
		.message = arena_printf(&cr->box->arena, "nothing to clean: %.*s",
			STR_ARG(cr->last.message)) };
	cr->repro = (struct named_values){ 0 };
	cr->artifacts = (struct text_list){ 0 };
}

static void log_verbose(struct case_run *cr)
{
	struct event *e;
	if (!cr->settings.verbose || cr->frame->inner ||
		!(e = box_event(cr->box, EVENT_LOG)))
		return;
	e->u.log = (struct ev_log){
		.level = STR("note"),
		.id = cr->test->id,
		.text = arena_printf(&cr->box->arena, "%.*s: %s after %llu attempt%s",
			STR_ARG(cr->test->title), status_word(cr->last.status),
			(unsigned long long)cr->attempt, cr->attempt == 1 ? "" : "s"),
	};
}

void case_execute(struct worker *w, struct frame *f, const struct plan_item *item)
{
	struct case_run cr = { .worker = w,
		.frame = f,
		.test = item->test,
		.unit = item->unit,
		.box = worker_box(w) };
	struct error err = { 0 };
	if (!cr.box) {
		if (f->inner)
			f->inner->red = f->inner->is_error = true;
		return;
	}
	cr.last.status = STATUS_SKIPPED;
	int may = may_run(&cr, &cr.last, &err);
	if (may < 0)
		error_outcome(&cr, &err, &cr.last);
	else if (may && !cr.unit->probe &&
		pause_for(&cr, cr.settings.delay_us) == WAIT_READY)
		walk_dynamic(&cr, f, item);
	else if (may && !cr.unit->probe)
		abort_while_waiting(&cr);
	else if (may)
		run_attempts(&cr);
	if (!cr.box) {
		if (f->inner)
			f->inner->red = f->inner->is_error = true;
		return;
	}
	soften_unset(&cr);
	log_verbose(&cr);
	case_finish(&cr, &cr.last);
}

/* ---- several cases at once ---- */

/* What attempt_ended needs. */
struct batch {
	struct case_run *crs;
	size_t count;
};

static void case_ended(void *ctx, size_t i)
{
	const struct batch *b = ctx;
	struct case_run *cr = &b->crs[i];
	end_attempt(cr, cr->started_us, 0);
	log_verbose(cr);
	case_finish(cr, &cr->last);
	cr->box = NULL;
	if (i + 1 < b->count)
		start_attempt(&b->crs[i + 1]);
}

/* Ready to be asked with its neighbours? What has to be told otherwise (skipped, an error) is left to case_execute. */
static bool is_ready(struct case_run *cr, const struct case_run *first)
{
	struct outcome ignored = { 0 };
	struct error err = { 0 };
	return may_run(cr, &ignored, &err) > 0 && cr->settings.max_time_us == first->settings.max_time_us;
}

/* The first items that are ready; their boxes are open. */
static size_t make_ready(struct worker *w, struct frame *f, const struct plan_item *items, size_t n, struct case_run *crs)
{
	size_t ready = 0;
	for (; ready < n; ready++) {
		crs[ready] = (struct case_run){ .worker = w, .frame = f, .test = items[ready].test, .unit = items[ready].unit,
			.box = worker_box(w), .attempt = 1 };
		if (!crs[ready].box || !is_ready(&crs[ready], &crs[0]))
			break;
	}
	return ready;
}

size_t case_execute_batch(struct worker *w, struct frame *f, const struct plan_item *items, size_t n)
{
	struct case_run *crs = mem_calloc(n, sizeof(*crs));
	size_t ready = crs ? make_ready(w, f, items, n, crs) : 0;
	size_t done = 0;
	while (ready > 1 && done < ready && !is_cancelled(&crs[done])) {
		struct batch b = { .crs = &crs[done], .count = ready - done };
		start_attempt(&crs[done]);
		size_t ended = attempt_perform_batch(b.crs, b.count, case_ended, &b);
		if (!ended)
			break;
		done += ended;
	}
	for (size_t i = done; crs && i < n; i++)
		box_free(crs[i].box);
	mem_free(crs);
	if (done)
		return done;
	case_execute(w, f, items);
	return 1;
}
