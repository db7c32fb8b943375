#include "harness/base/mem.h"
#include "harness/judge/learning.h"
#include "harness/report/text.h"
#include "harness/run/body.h"
#include "harness/run/worker.h"

/* What observed() needs beyond the contract; one for each item. */
struct attempt {
	struct case_run *cr;
	struct probe_run *run; /* the packet's */
	struct eval eval;
	struct document document;
	struct expander expander;
	struct judgement judgement;
	bool judged;
	struct error unlearned;		/* why secrets could not be registered */
	struct error unusable;		/* why what came cannot be judged; code 0: it can */
};

/* The attempts that are performed together: one, or the items of a batch. */
struct packet {
	struct probe_run run;
	struct attempt *attempts;
	size_t count, observed;
	attempt_ended *ended; /* NULL: one attempt, whose end is the caller's */
	void *ctx;
};

/* ---- events ---- */

/* Text that an argument may be. */
static bool is_argument(struct str body)
{
	return body.n <= BODY_ARGUMENT && !str_has_char(body, '\0') &&
		utf8_check(body) == SIZE_MAX;
}

static void add_size(struct strbuf *sb, struct str body)
{
	text_grouped(sb, body.n);
	strbuf_adds(sb, " B");
}

/* What is to be known of the body behind the command: a comment for the shell. */
static void add_body_remark(struct strbuf *sb, const struct case_run *cr,
	const struct repro *r, const struct body_shown *sent)
{
	bool kept = cr->worker->shared->run->config->artifacts;
	if (!r->body.n || is_argument(r->body) || (sent->whole && !sent->masked))
		return;
	strbuf_adds(sb, "   # ");
	if (sent->whole) {
		strbuf_adds(sb, "secrets in this file stand as ***");
		return;
	}
	strbuf_adds(sb, "without its body of ");
	add_size(sb, r->body);
	if (!kept)
		strbuf_adds(sb, ": --artifacts DIR keeps those of attempts that do not pass");
	else if (sent->lost)
		strbuf_adds(sb, ": its file could not be written");
	else if (r->body.n > ARTIFACT_MAX)
		strbuf_adds(sb, ": that is more than an artifact may have");
	else
		strbuf_adds(sb, ": it is kept of attempts that do not pass");
}

/* The words, and the body behind them: as it is, as a file, or empty. */
static struct str command_words(
	const struct case_run *cr, const struct repro *r, const struct body_shown *sent)
{
	struct arena *a = &cr->box->arena;
	struct str *words = arena_array(a, r->nwords + 2, sizeof(*words));
	size_t n = r->nwords;
	for (size_t i = 0; words && i < n; i++)
		words[i] = r->words[i];
	if (!words)
		return (struct str){ 0 };
	if (r->body.n) {
		bool as_is = is_argument(r->body);
		words[n++] = as_is && r->body.p[0] == '@' ? STR("--data-raw") :
							    STR("--data-binary");
		words[n++] = as_is ? r->body :
			sent->whole ?
				     arena_printf(a, "@%.*s", STR_ARG(sent->file)) :
				     STR("");
	}
	return secrets_command(cr->box->secrets, a, words, n);
}

static void keep_repro(
	struct case_run *cr, const struct repro *r, const struct body_shown *sent)
{
	struct arena *a = &cr->box->arena;
	struct named_value *items = arena_array(a, 2, sizeof(*items));
	struct strbuf line;
	if (!items || !r->tool)
		return;
	strbuf_init(&line, limits_default.max_text_bytes);
	strbuf_add(&line, command_words(cr, r, sent));
	add_body_remark(&line, cr, r, sent);
	items[0] = (struct named_value){
		.name = str_from(r->tool),
		.value = value_take(a, &line, VALUE_STRING),
	};
	cr->repro = (struct named_values){ .items = items, .count = 1 };
}

static struct text_list box_list(struct box *b, struct text_list in)
{
	struct str *items = arena_array(&b->arena, in.count + 1, sizeof(*items));
	for (size_t i = 0; items && i < in.count; i++)
		items[i] = box_text(b, in.items[i]);
	return (struct text_list){ .items = items, .count = items ? in.count : 0 };
}

/* Of attempts that do not pass, bodies are kept as a whole. */
static struct body_shown show_body(struct attempt *at, bool sent)
{
	struct case_run *cr = at->cr;
	const struct ev_exchange *raw = &at->run->exchange;
	bool passed = at->judged && !at->judgement.first_bad && !at->judgement.not_preferred;
	const struct body_source source = {
		.raw = sent ? raw->request_body : raw->response_body,
		.headers = sent ? &raw->request_headers : &raw->response_headers,
		.encoded = sent ? 0 : raw->response_encoded,
		.artifacts = passed ? NULL : cr->worker->shared->run->config->artifacts,
		.name = arena_printf(&cr->box->arena, "%.*s.%s", STR_ARG(cr->test->id),
			sent ? "req" : "res"),
	};
	return body_show(cr->box, &source);
}

static void mask_exchange(
	struct box *b, const struct ev_exchange *raw, struct ev_exchange *x)
{
	x->protocol = box_text(b, raw->protocol);
	x->method = box_text(b, raw->method);
	x->url = box_text(b, raw->url);
	x->request_headers = box_fields(b, raw->request_headers);
	x->response_headers = box_fields(b, raw->response_headers);
	x->phases_us = box_fields(b, raw->phases_us);
	x->statement = box_text(b, raw->statement);
	x->columns = box_list(b, raw->columns);
	x->sample = box_value(b, raw->sample, BODY_KEPT);
}

static void keep_files(struct case_run *cr, const struct body_shown *sent, const struct body_shown *got)
{
	const struct str files[] = { sent->file, got->file };
	struct str *items = arena_array(&cr->box->arena, ARRAY_SIZE(files), sizeof(*items));
	cr->artifacts = (struct text_list){ .items = items };
	for (size_t i = 0; items && i < ARRAY_SIZE(files); i++)
		if (files[i].p)
			items[cr->artifacts.count++] = files[i];
}

static void learn_headers(struct learning *l, const struct named_values *headers)
{
	for (size_t i = 0; i < headers->count; i++)
		if (headers->items[i].value)
			learning_field(l, headers->items[i].name,
				headers->items[i].value->text);
}

static void learn_exchange(struct learning *l, const struct ev_exchange *x)
{
	learn_headers(l, &x->request_headers);
	learn_headers(l, &x->response_headers);
	learning_text(l, x->url);
	learning_text(l, x->statement);
	learning_tree(l, x->request_body);
	learning_tree(l, x->response_body);
}

/* What cannot be learned cannot be masked: nothing of this box may be shown then. */
static void learn_secrets(struct attempt *at, const struct value *tree)
{
	struct learning l;
	struct error err = { 0 };
	learning_begin(&l, at->run->secrets);
	learn_exchange(&l, &at->run->exchange);
	learning_tree(&l, tree);
	if (learning_end(&l, &err)) {
		at->cr->box->arena.failed = true;
		at->unlearned = err;
	}
}

static void add_exchange(struct attempt *at)
{
	struct case_run *cr = at->cr;
	struct ev_exchange x = at->run->exchange;
	if (!at->run->has_exchange)
		return;
	struct body_shown sent = show_body(at, true), got = show_body(at, false);
	cr->box->cut = false;
	mask_exchange(cr->box, &at->run->exchange, &x);
	x.id = cr->test->id;
	x.attempt = cr->attempt;
	x.n = 1;
	x.request_body = sent.value;
	x.request_note = sent.note;
	x.request_file = sent.file;
	x.response_body = got.value;
	x.response_note = got.note;
	x.response_file = got.file;
	struct event *e = box_event(cr->box, EVENT_EXCHANGE);
	if (!e)
		return;
	e->u.exchange = x;
	e->cut = cr->box->cut || sent.cut || got.cut;
	keep_files(cr, &sent, &got);
	keep_repro(cr, &at->run->repro, &sent);
}

/* A warning of the probe names its entry, since reports show it apart from it. */
static void add_warning(struct attempt *at)
{
	struct case_run *cr = at->cr;
	const struct entry *e = cr->unit->entry;
	if (!at->run->warning.p || cr->frame->inner)
		return;
	struct event *log = box_event(cr->box, EVENT_LOG);
	if (!log)
		return;
	struct str text = arena_printf(&cr->box->arena, "%s:%zu: %.*s", e->source->name,
		source_pos(e->source, e->span.at).line, STR_ARG(at->run->warning));
	log->u.log = (struct ev_log){
		.level = STR("warning"), .id = cr->test->id, .text = box_text(cr->box, text)
	};
}

static void describe_assertion(
	struct box *b, struct ev_assertion *v, const struct assertion *a)
{
	struct source_pos pos = source_pos(a->source, a->span.at);
	v->file = str_from(a->source->name);
	v->line = pos.line;
	v->source = box_text(b, str_sub(a->source->text, a->span.at, a->span.n));
	v->query = a->query.query->name ? str_from(a->query.query->name) :
					  (struct str){ 0 };
	v->predicate = a->predicate->name ? str_from(a->predicate->name) :
					    (struct str){ 0 };
	v->prefer = a->prefer;
}

#define VALUE_KEPT (16u * 1024)

static void add_assertion(struct case_run *cr, const struct finding *f, uint64_t n)
{
	struct event *e = box_event(cr->box, EVENT_ASSERTION);
	if (!e)
		return;
	struct ev_assertion *v = &e->u.assertion;
	*v = (struct ev_assertion){
		.id = cr->test->id, .attempt = cr->attempt, .n = n, .ok = f->ok
	};
	if (f->assertion)
		describe_assertion(cr->box, v, f->assertion);
	else
		v->file = str_from(cr->unit->entry->source->name);
	if (f->at.line)
		v->line = f->at.line;
	v->column = f->at.column;
	v->width = f->width;
	cr->box->cut = false;
	v->expected = box_value(cr->box, f->expected, VALUE_KEPT);
	v->actual = box_value(cr->box, f->actual, VALUE_KEPT);
	e->cut = cr->box->cut;
	v->message = box_text(cr->box, f->ok && f->note.p ? f->note : f->message);
	v->detail = box_text(cr->box, f->detail);
}

/* ---- judging ---- */

static void warn_of_weak(struct box *b, struct str id, struct str name)
{
	struct event *e = box_event(b, EVENT_LOG);
	if (e)
		e->u.log = (struct ev_log){ .level = STR("warning"), .id = id,
			.text = arena_printf(&b->arena,
				"what '%.*s' captured is shorter than 4 bytes: it is hidden only where it is a whole field",
				STR_ARG(name)) };
}

static int bind_capture(
	void *ctx, struct str name, const struct value *v, struct error *err)
{
	struct attempt *at = ctx;
	bool weak = false;
	if (v && (v->flags & VALUE_SECRET) && v->type == VALUE_STRING &&
		secrets_add(at->run->secrets, name, v->text, &weak, err))
		return -1;
	if (weak)
		warn_of_weak(at->cr->box, at->cr->test->id, name);
	return scope_set(at->cr->frame->scope, name, v, err);
}

static void keep_previous(
	struct frame *f, const struct value *tree, const struct limits *limits)
{
	arena_release(&f->previous_arena);
	arena_init(&f->previous_arena, limits->max_attempt_arena);
	f->previous = value_copy(&f->previous_arena, tree);
}

/* Does a later entry of the file look back (`when` over the previous observation)? */
static bool somebody_looks_back(const struct plan_file *f)
{
	const struct suite *s = f->loaded->suite;
	for (size_t i = 0; i < s->nentries; i++) {
		const struct option *o = entry_option(
			&s->entries[i], &common_options[COMMON_WHEN]);
		if (o && o->assertion &&
			o->assertion->query.query != &queries[QUERY_VARIABLE])
			return true;
	}
	return false;
}

static struct named_values bound_values(
	struct box *b, const struct bound *bound, size_t n)
{
	struct named_value *items = arena_array(&b->arena, n + 1, sizeof(*items));
	for (size_t i = 0; items && i < n; i++)
		items[i] = (struct named_value){ .name = box_text(b, bound[i].name),
			.label = box_text(b, bound[i].label),
			.value = box_member(b, bound[i].name, bound[i].value, 4096) };
	return (struct named_values){ .items = items, .count = items ? n : 0 };
}

/* Judges what was seen; what may be shown of it goes into the box of its case. */
static int judge(struct attempt *at, const struct observation *o, struct error *err)
{
	struct case_run *cr = at->cr;
	const struct probe_run *run = at->run;
	at->eval.tree = o->tree;
	const struct judge_input in = {
		.entry = cr->unit->entry,
		.file_type = cr->frame->file->loaded->suite->type,
		.expander = &at->expander,
		.bind = bind_capture,
		.bind_ctx = at,
		.secrets = run->secrets,
		.no_asserts = cr->worker->shared->run->config->no_assert,
		.max_shown_bytes = run->limits->max_value_shown,
	};
	learn_secrets(at, o->tree);
	if (judge_entry(&in, &at->judgement, err))
		return -1;
	at->judged = true;
	cr->last.transport = o->transport;
	add_exchange(at);
	add_warning(at);
	for (size_t i = 0; i < at->judgement.nfindings; i++)
		add_assertion(cr, &at->judgement.findings[i], i + 1);
	if (somebody_looks_back(cr->frame->file))
		keep_previous(cr->frame, o->tree, run->limits);
	return 0;
}

static void conclude(struct packet *p, struct attempt *at, const struct error *err);

/* In a batch an attempt ends as soon as the next is waited for: its box goes out, and the probe fills that of the next. */
static int observed(struct probe_run *run, size_t item, const struct observation *o,
	struct error *err)
{
	struct packet *p = run->runner;
	assert(item == p->observed && item < p->count);
	if (o->unusable)
		p->attempts[item].unusable = *o->unusable;
	else if (judge(&p->attempts[item], o, err))
		return -1;
	p->observed++;
	if (p->observed == p->count)
		return 0;
	conclude(p, &p->attempts[item], NULL);
	run->arena = &p->attempts[p->observed].cr->box->arena;
	run->expander = &p->attempts[p->observed].expander;
	run->has_exchange = false;
	run->warning = (struct str){ 0 };
	run->repro = (struct repro){ 0 };
	return 0;
}

static bool is_transport_error(enum error_code code)
{
	return code == ERR_CONNECT || code == ERR_DNS || code == ERR_TLS ||
		code == ERR_TIMEOUT || code == ERR_PROTOCOL;
}

/* `ERROR timeout`: what could not be done, and in which way, is what was asked for. */
static const struct value *error_tree(struct arena *a, const struct error *err)
{
	struct value_object_builder inner = { 0 }, outer = { 0 };
	struct str kind = str_from(error_kind(err->code));
	size_t dot = str_find_char(kind, '.');
	value_object_add(a, &inner, STR("kind"),
		value_string(a, str_sub(kind, dot + 1, SIZE_MAX)));
	value_object_add(a, &inner, STR("message"),
		value_string(a, arena_str(a, str_from(err->message))));
	value_object_add(a, &outer, STR("error"), value_object_finish(a, &inner));
	return value_object_finish(a, &outer);
}

static int perform(struct attempt *at, struct error *err)
{
	struct case_run *cr = at->cr;
	const struct connection_kind *k = cr->unit->probe->connection;
	if (k && !k->external && worker_check_pin(cr->worker, cr->frame, true, err))
		return -1;
	if (!cr->unit->probe->perform(at->run, err))
		return 0;
	if (!cr->unit->wants_error || !is_transport_error(err->code) || at->judged)
		return -1;
	const struct observation o = { .tree = error_tree(&cr->box->arena, err) };
	struct error second = { 0 };
	if (!o.tree)
		return error_set_oom(err);
	return observed(at->run, 0, &o, &second);
}

/* ---- outcome ---- */

static void outcome_of_error(struct attempt *at, const struct error *err)
{
	struct case_run *cr = at->cr;
	struct outcome *o = &cr->last;
	if (!at->judged) {
		learn_secrets(at, NULL);
		add_exchange(at);
	}
	o->status = err->code == ERR_ABORTED ? STATUS_ABORTED : STATUS_ERROR;
	o->kind = str_from(error_kind(err->code));
	if (!o->kind.n)
		o->kind = STR("error.internal");
	o->message = box_text(cr->box, str_from(err->message));
	if (err->sent)
		o->message = arena_printf(&cr->box->arena,
			"%.*s; it may have arrived: outcome unknown",
			STR_ARG(o->message));
	o->transport = is_transport_error(err->code);
	o->final = err->sent || err->code == ERR_ABORTED ||
		(cr->unit->prepared.writes && err->code == ERR_TIMEOUT);
	o->unset = err->code == ERR_UNSET;
	o->detail = detail_compose(
		cr, NULL, err, at->run->has_exchange ? &at->run->exchange : NULL);
}

static const struct finding *first_prefer(const struct judgement *j)
{
	for (size_t i = 0; i < j->nfindings; i++)
		if (!j->findings[i].ok)
			return &j->findings[i];
	return NULL;
}

static bool gave_up(struct attempt *at)
{
	struct error err = { 0 };
	bool holds = false;
	const struct assertion *a = at->cr->settings.give_up;
	return a && !judge_condition(&at->expander, a, &holds, &err) && holds;
}

static void outcome_of_judgement(struct attempt *at)
{
	struct case_run *cr = at->cr;
	struct outcome *o = &cr->last;
	const struct judgement *j = &at->judgement;
	const struct finding *bad = j->first_bad;
	o->held = j->held;
	o->not_held = j->not_held;
	cr->captures = bound_values(cr->box, j->captures, j->ncaptures);
	cr->metrics = bound_values(cr->box, j->metrics, j->nmetrics);
	if (!bad && !j->not_preferred) {
		o->status = STATUS_PASSED;
		return;
	}
	o->status = !bad ? STATUS_WARNING : j->is_error ? STATUS_ERROR : STATUS_FAILED;
	if (!bad)
		bad = first_prefer(j);
	o->kind = bad && bad->kind ? str_from(bad->kind) : STR("assert.other");
	o->message = bad ? box_text(cr->box, bad->message) : (struct str){ 0 };
	o->detail = detail_compose(
		cr, j, NULL, at->run->has_exchange ? &at->run->exchange : NULL);
	o->gave_up = gave_up(at);
	if (o->gave_up)
		o->message = arena_printf(&cr->box->arena,
			"%.*s (gave up: what was waited for can't come any more)",
			STR_ARG(o->message));
}

static void set_up_item(struct packet *p, size_t i, struct case_run *cr, struct probe_item *item)
{
	struct attempt *at = &p->attempts[i];
	*item = (struct probe_item){ .entry = cr->unit->entry,
		.prepared = &cr->unit->prepared,
		.needs = cr->unit->needs,
		.wants_error = cr->unit->wants_error };
	cr->last = (struct outcome){ .status = STATUS_ERROR };
	at->cr = cr;
	at->run = &p->run;
	at->eval = worker_eval(cr->worker, cr->frame, &cr->box->arena, &at->document);
	at->expander = (struct expander){ .eval = &at->eval,
		.source = cr->unit->entry->source,
		.files = worker_files(cr->worker) };
}

static void set_up(struct packet *p, struct case_run *crs, struct probe_item *items)
{
	struct worker *w = crs->worker;
	const struct run_config *config = w->shared->run->config;
	for (size_t i = 0; i < p->count; i++)
		set_up_item(p, i, &crs[i], &items[i]);
	const struct cancel *cancel = entry_is_always(crs->unit->entry) ?
		NULL :
		watch_cancel(w->shared->run->watch);
	p->run = (struct probe_run){
		.arena = &crs->box->arena,
		.limits = config->limits,
		.clock = config->clock,
		.expander = &p->attempts[0].expander,
		.session = w->session,
		.secrets = config->secrets,
		.items = items,
		.nitems = p->count,
		.deadline = deadline_in(config->clock, crs->settings.max_time_us, cancel,
			watch_quit(w->shared->run->watch)),
		.may_write = config->allow_write && !config->read_only &&
			crs->unit->prepared.writes,
		.observed = observed,
		.runner = p,
	};
}

static void outcome_without_memory(const struct attempt *at)
{
	struct outcome *o = &at->cr->last;
	o->status = STATUS_ERROR;
	o->kind = STR("error.internal");
	o->message = at->unlearned.code == ERR_LIMIT ?
		STR("what came holds more secrets, or longer ones, than can be masked: it is not shown") :
		arena_is_full(&at->cr->box->arena) ?
		STR("one attempt takes more memory than it may") :
		STR("out of memory");
	o->detail = (struct str){ 0 };
}

/* The outcome of an attempt that was observed, or could not be (err). */
static void conclude(struct packet *p, struct attempt *at, const struct error *err)
{
	struct case_run *cr = at->cr;
	if (err || at->unusable.code)
		outcome_of_error(at, err ? err : &at->unusable);
	else if (at->judged)
		outcome_of_judgement(at);
	document_release(&at->document);
	if (arena_failed(&cr->box->arena))
		outcome_without_memory(at);
	if (p->ended)
		p->ended(p->ctx, (size_t)(at - p->attempts));
}

/* An error belongs to the first that was not observed; when all were, to the last. 0 without an error: the rest comes again. */
static size_t perform_packet(struct packet *p)
{
	struct error err = { 0 };
	bool failed = perform(&p->attempts[0], &err) != 0;
	size_t last = p->observed < p->count ? p->observed : p->count - 1;
	bool rest = !failed && p->observed && p->observed < p->count;
	if (rest)
		return p->observed;
	conclude(p, &p->attempts[last], failed ? &err : NULL);
	return last + 1;
}

void attempt_perform(struct case_run *cr)
{
	struct attempt at = { 0 };
	struct probe_item item;
	struct packet p = { .attempts = &at, .count = 1 };
	set_up(&p, cr, &item);
	(void)perform_packet(&p);
}

size_t attempt_perform_batch(struct case_run *crs, size_t n, attempt_ended *ended, void *ctx)
{
	struct packet p = { .count = n, .ended = ended, .ctx = ctx };
	struct probe_item *items = mem_calloc(n, sizeof(*items));
	size_t done = 0;
	p.attempts = mem_calloc(n, sizeof(*p.attempts));
	if (items && p.attempts) {
		set_up(&p, crs, items);
		done = perform_packet(&p);
	}
	mem_free(p.attempts);
	mem_free(items);
	return done;
}
