/*
 * The console: a line for each entry, failures in full when they happen, and a summary. On a terminal a live region shows
 * what runs; in a pipe a line says so after 30 s of silence.
 */
#include "harness/base/limits.h"
#include "harness/base/mem.h"
#include "harness/report/name_map.h"
#include "reports/console_entry.h"
#include "reports/console_fold.h"
#include "reports/console_summary.h"
#include "reports/reports.h"
#include "reports/screen.h"
#include "reports/title.h"

enum { SILENCE_US = 30 * 1000 * 1000, BAR_WIDTH = 20, SHOWN_RUNNING = SCREEN_REGION_LINES - 1 };

/* An entry in flight, with what -v has to say about it when it ends. */
struct running {
	size_t index;			/* in results->cases */
	uint64_t since_us;
	uint64_t attempt;
	struct strbuf notes;
};

struct console {
	struct screen screen;
	struct console_fold fold;
	struct name_map ids;
	struct running *running;
	size_t nrunning, cap;
	uint64_t start_us;
	bool after_blank;		/* the last printed line was empty */
	bool printed_entry;
};

static uint64_t now_us(const struct report *r)
{
	return clock_mono_us(r->clock);
}

static int verbosity(const struct report *r)
{
	return r->terminal->verbosity;
}

static int open_console(struct report *r, struct error *err)
{
	struct console *c = mem_calloc(1, sizeof(*c));

	if (!c)
		return error_set_oom(err);
	screen_init(&c->screen, r);
	console_fold_init(&c->fold, r->terminal->ci);
	c->start_us = now_us(r);
	r->state = c;
	return 0;
}

static void close_console(struct report *r)
{
	struct console *c = r->state;

	screen_wipe(&c->screen);
	for (size_t i = 0; i < c->nrunning; i++)
		strbuf_release(&c->running[i].notes);
	mem_free(c->running);
	console_fold_release(&c->fold);
	name_map_release(&c->ids);
	mem_free(c);
	r->state = NULL;
}

/* ---- entries in flight ---- */

static size_t case_of(const struct console *c, struct str id)
{
	const size_t *index = name_map_find(&c->ids, id);

	return index ? *index : SIZE_MAX;
}

static struct running *find_running(struct console *c, size_t index)
{
	for (size_t i = 0; i < c->nrunning; i++)
		if (c->running[i].index == index)
			return &c->running[i];
	return NULL;
}

/* Without memory the entry is missing among what runs, and nothing else. */
static struct running *add_running(struct console *c, size_t index)
{
	struct running *more;

	if (c->nrunning == c->cap) {
		size_t cap = c->cap ? c->cap * 2 : 8;

		more = mem_realloc(c->running, cap * sizeof(*more));
		if (!more)
			return NULL;
		c->running = more;
		c->cap = cap;
	}
	more = &c->running[c->nrunning++];
	*more = (struct running){ .index = index, .since_us = now_us(c->screen.report) };
	strbuf_init(&more->notes, limits_default.max_text_bytes);
	return more;
}

static struct running *running_of(struct console *c, struct str id)
{
	size_t index = case_of(c, id);
	struct running *x = index == SIZE_MAX ? NULL : find_running(c, index);

	return x || index == SIZE_MAX ? x : add_running(c, index);
}

/* Keeps the order: the oldest one is first. */
static void remove_running(struct console *c, struct running *x)
{
	size_t at;

	if (!x)
		return;
	at = (size_t)(x - c->running);
	strbuf_release(&x->notes);
	memmove(x, x + 1, (c->nrunning - at - 1) * sizeof(*x));
	c->nrunning--;
}

/* ---- printing ---- */

static void print(struct console *c, struct strbuf *text)
{
	screen_print(&c->screen, strbuf_str(text));
	if (text->n)
		c->after_blank = text->n >= 2 && !memcmp(text->p + text->n - 2, "\n\n", 2);
	strbuf_release(text);
}

static void add_head(const struct report *r, struct strbuf *out, const struct ev_run_start *run)
{
	const struct console *c = r->state;

	strbuf_addf(out, "%.*s %.*s", STR_ARG(run->tool.p ? run->tool : STR("postflight")),
		STR_ARG(run->version));
	if (run->environment.p) {
		strbuf_adds(out, "   ");
		screen_text(&c->screen, out, run->environment);
	}
	if (run->release.p) {
		strbuf_adds(out, "   release ");
		screen_text(&c->screen, out, run->release);
	}
	strbuf_adds(out, "   run ");
	screen_text(&c->screen, out, r->run_id);
	strbuf_addc(out, '\n');
}

static void on_run_start(struct report *r, const struct event *e, struct strbuf *out)
{
	if (verbosity(r) >= 0)
		add_head(r, out, &e->u.run_start);
}

static void on_plan(struct report *r, const struct event *e, struct strbuf *out)
{
	const struct ev_plan *plan = &e->u.plan;

	if (verbosity(r) < 0)
		return;
	strbuf_addf(out, "%llu %s, %llu %s", (unsigned long long)plan->count,
		plan->count == 1 ? "entry" : "entries", (unsigned long long)plan->suites,
		plan->suites == 1 ? "suite" : "suites");
	if (r->results->run.jobs)
		strbuf_addf(out, ", %lld %s", (long long)r->results->run.jobs,
			r->results->run.jobs == 1 ? "job" : "jobs");
	strbuf_adds(out, "\n\n");
}

static void on_planned(struct report *r, const struct event *e, struct strbuf *out)
{
	struct console *c = r->state;
	size_t last = r->results->ncases - 1;
	size_t *index;

	(void)out;
	if (!r->results->ncases || !str_eq(r->results->cases[last].planned.id, e->u.planned.id))
		return;
	index = name_map_at(&c->ids, r->results->cases[last].planned.id);
	if (index)
		*index = last;
}

static void on_target(struct report *r, const struct event *e, struct strbuf *out)
{
	const struct console *c = r->state;
	const struct ev_target *t = &e->u.target;
	const struct str parts[] = { t->name, t->url, t->version };

	if (verbosity(r) < 0)
		return;
	strbuf_adds(out, "using");
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		if (str_is_empty(parts[i]))
			continue;
		strbuf_adds(out, "  ");
		screen_text(&c->screen, out, parts[i]);
	}
	strbuf_addc(out, '\n');
}

static void on_attempt_start(struct report *r, const struct event *e, struct strbuf *out)
{
	struct running *x = running_of(r->state, e->u.attempt.id);

	(void)out;
	if (x)
		x->attempt = e->u.attempt.attempt;
}

static void on_assertion(struct report *r, const struct event *e, struct strbuf *out)
{
	struct console *c = r->state;
	struct running *x = verbosity(r) >= 1 ? running_of(c, e->u.assertion.id) : NULL;

	(void)out;
	if (x)
		console_entry_assertion(&c->screen, &x->notes, &e->u.assertion);
}

static void on_exchange(struct report *r, const struct event *e, struct strbuf *out)
{
	struct console *c = r->state;
	struct running *x = verbosity(r) >= 1 ? running_of(c, e->u.exchange.id) : NULL;

	(void)out;
	if (x)
		console_entry_exchange(&c->screen, &x->notes, &e->u.exchange, verbosity(r) >= 2);
}

/* Printed with all that is known about it: red, or a warning. */
static bool is_loud(enum status s)
{
	return s == STATUS_FAILED || s == STATUS_ERROR || s == STATUS_ABORTED || s == STATUS_WARNING;
}

/* Not printed: passes and skips when quiet, and what never started, which the summary counts. */
static bool is_silent(const struct report *r, const struct result_case *k)
{
	if (k->status == STATUS_NOT_RUN)
		return verbosity(r) < 1;
	return verbosity(r) < 0 && !status_is_red(k->status) && !k->end.flaky;
}

static void add_entry(struct report *r, const struct result_case *k, const struct ev_entry_end *end,
	const struct running *x, struct strbuf *out)
{
	struct console *c = r->state;

	if (is_loud(k->status) && !c->after_blank && c->printed_entry)
		strbuf_addc(out, '\n');
	console_entry_line(&c->screen, out, r->results, k);
	if (x)
		strbuf_add(out, strbuf_str(&x->notes));
	if (is_loud(k->status))
		console_entry_detail(&c->screen, out, r->results, k);
	else if (verbosity(r) >= 1)
		console_entry_repro(&c->screen, out, end);
	c->printed_entry = true;
}

static void on_entry_end(struct report *r, const struct event *e, struct strbuf *out)
{
	struct console *c = r->state;
	size_t index = case_of(c, e->u.entry_end.id);
	const struct result_case *k = index == SIZE_MAX ? NULL : &r->results->cases[index];
	struct running *x = k ? find_running(c, index) : NULL;
	struct strbuf entry;

	strbuf_init(&entry, limits_default.max_text_bytes);
	if (k && !is_silent(r, k))
		add_entry(r, k, &e->u.entry_end, x, &entry);
	if (k && status_is_red(k->status))
		console_fold_break(&c->fold, &c->screen, r->results, k->suite, out);
	if (!k || !console_fold_take(&c->fold, r->results, k->suite, strbuf_str(&entry)))
		strbuf_add(out, strbuf_str(&entry));
	strbuf_release(&entry);
	remove_running(c, x);
}

static void on_suite_end(struct report *r, const struct event *e, struct strbuf *out)
{
	struct console *c = r->state;

	console_fold_end(&c->fold, &c->screen, r->results, e, out);
}

static void on_log(struct report *r, const struct event *e, struct strbuf *out)
{
	const struct console *c = r->state;
	const struct ev_log *log = &e->u.log;
	bool is_warning = str_is(log->level, "warning");

	if (!is_warning && (verbosity(r) < 1 || str_is(log->level, "file_error")))
		return;
	strbuf_adds(out, is_warning ? "warning: " : "note: ");
	screen_text(&c->screen, out, log->text);
	strbuf_addc(out, '\n');
}

static void on_run_end(struct report *r, const struct event *e, struct strbuf *out)
{
	struct console *c = r->state;

	(void)e;
	console_fold_flush(&c->fold, &c->screen, r->results, out);
	if (c->printed_entry && !c->after_blank)
		strbuf_addc(out, '\n');
	console_summary(&c->screen, out, r->results);
	while (c->nrunning)
		remove_running(c, &c->running[c->nrunning - 1]);
}

/* A row for each kind of event; NULL: says nothing. What is added to `out` is printed. */
static void (*const handlers[])(struct report *r, const struct event *e, struct strbuf *out) = {
	[EVENT_RUN_START] = on_run_start,
	[EVENT_PLAN] = on_plan,
	[EVENT_PLANNED] = on_planned,
	[EVENT_TARGET] = on_target,
	[EVENT_SUITE_START] = NULL,
	[EVENT_SUITE_END] = on_suite_end,
	[EVENT_ATTEMPT_START] = on_attempt_start,
	[EVENT_ATTEMPT_END] = NULL,
	[EVENT_EXCHANGE] = on_exchange,
	[EVENT_ASSERTION] = on_assertion,
	[EVENT_ENTRY_END] = on_entry_end,
	[EVENT_LOG] = on_log,
	[EVENT_REPORT] = NULL,
	[EVENT_RUN_END] = on_run_end,
};
static_assert(ARRAY_SIZE(handlers) == EVENT_KIND_COUNT, "an event has no row");

/* ---- what runs ---- */

static void add_running_title(const struct console *c, struct strbuf *out, const struct running *x)
{
	struct strbuf title;

	strbuf_init(&title, limits_default.max_text_bytes);
	title_add(&title, &c->screen.report->results->cases[x->index].planned);
	screen_text(&c->screen, out, strbuf_str(&title));
	strbuf_release(&title);
}

static void add_running_facts(const struct console *c, struct strbuf *out, const struct running *x)
{
	uint64_t tenths = (now_us(c->screen.report) - x->since_us) / 100000;

	strbuf_addf(out, "%llu.%llu s", (unsigned long long)(tenths / 10),
		(unsigned long long)(tenths % 10));
	if (x->attempt > 1)
		strbuf_addf(out, "   attempt %llu", (unsigned long long)x->attempt);
}

static void add_bar(const struct console *c, struct strbuf *out)
{
	const struct counts *n = &c->screen.report->results->counts;
	uint64_t left = n->of[STATUS_NOT_RUN] + n->of[STATUS_ABORTED];
	uint64_t done = n->entries - left;
	uint64_t seconds = (now_us(c->screen.report) - c->start_us) / 1000000;
	size_t filled = n->entries ? (size_t)(done * BAR_WIDTH / n->entries) : 0;

	strbuf_addc(out, '[');
	strbuf_add_repeat(out, '#', filled);
	strbuf_add_repeat(out, '-', BAR_WIDTH - filled);
	strbuf_addf(out, "]  %llu/%llu", (unsigned long long)done, (unsigned long long)n->entries);
	if (n->of[STATUS_FAILED])
		strbuf_addf(out, "   %llu failed", (unsigned long long)n->of[STATUS_FAILED]);
	if (n->of[STATUS_ERROR])
		strbuf_addf(out, "   %llu %s", (unsigned long long)n->of[STATUS_ERROR],
			n->of[STATUS_ERROR] == 1 ? "error" : "errors");
	strbuf_addf(out, "   %llu:%02llu\n", (unsigned long long)(seconds / 60),
		(unsigned long long)(seconds % 60));
}

static void draw(struct console *c)
{
	struct strbuf out;

	strbuf_init(&out, limits_default.max_text_bytes);
	add_bar(c, &out);
	for (size_t i = 0; i < c->nrunning && i < SHOWN_RUNNING; i++) {
		strbuf_adds(&out, "  ");
		add_running_title(c, &out, &c->running[i]);
		strbuf_adds(&out, "   ");
		add_running_facts(c, &out, &c->running[i]);
		strbuf_addc(&out, '\n');
	}
	screen_draw(&c->screen, strbuf_str(&out));
	strbuf_release(&out);
}

static void draw_when_due(struct console *c)
{
	if (c->nrunning && verbosity(c->screen.report) >= 0 && screen_may_draw(&c->screen))
		draw(c);
}

static void event(struct report *r, const struct event *e)
{
	struct strbuf out;

	if (!handlers[e->kind])
		return;
	strbuf_init(&out, limits_default.max_text_bytes);
	handlers[e->kind](r, e, &out);
	print(r->state, &out);
	draw_when_due(r->state);
}

static void add_status(const struct console *c, struct strbuf *out)
{
	if (!c->nrunning)
		strbuf_adds(out, "running  nothing\n");
	for (size_t i = 0; i < c->nrunning; i++) {
		strbuf_adds(out, "running  ");
		add_running_title(c, out, &c->running[i]);
		strbuf_adds(out, "   ");
		add_running_facts(c, out, &c->running[i]);
		strbuf_addc(out, '\n');
	}
}

static void status(struct report *r)
{
	struct strbuf out;

	strbuf_init(&out, limits_default.max_text_bytes);
	add_status(r->state, &out);
	print(r->state, &out);
}

static void tick(struct report *r)
{
	struct console *c = r->state;

	if (!r->terminal->is_terminal && c->nrunning && verbosity(r) >= 0 &&
	    now_us(r) - c->screen.printed_us >= SILENCE_US)
		status(r);
	draw_when_due(c);
}

const struct reporter reporter_console = {
	.name = "console",
	.open = open_console,
	.event = event,
	.close = close_console,
	.tick = tick,
	.status = status,
	.help = "lines for people",
};
