/*
 * TAP, version 13: flat, a point for each entry, plan first. As a file in declared order; on a pipe in order of completion,
 * a point with its block in one write. What did not finish ends in a bail-out, so that no reader takes it for green.
 */
#include "harness/base/escape.h"
#include "harness/base/limits.h"
#include "harness/base/mem.h"
#include "harness/report/name_map.h"
#include "harness/report/text.h"
#include "reports/reports.h"
#include "reports/rows_text.h"
#include "reports/title.h"
#include "reports/yaml_writer.h"

enum { POINT_BYTES = 8 * 1024, REASON_CHARS = 300, SHOWN_BYTES = 2048 };

/* How much of each text a point shows; the next is tried when the point gets too large. */
static const size_t text_levels[] = { 2048, 512, 128, 32 };

/* ---- a point ---- */

static void add_cut_text(struct yaml_writer *y, const char *key, struct str s, size_t max)
{
	struct strbuf cut;

	if (str_is_empty(s))
		return;
	strbuf_init(&cut, limits_default.max_text_bytes);
	(void)text_cut(&cut, s, max > 256 ? max : 256, SIZE_MAX);
	yaml_text(y, key, strbuf_str(&cut));
	text_release(&cut, y->out);
}

static void add_cut_string(struct yaml_writer *y, const char *key, struct str s, size_t max)
{
	struct strbuf cut;

	if (str_is_empty(s))
		return;
	strbuf_init(&cut, limits_default.max_text_bytes);
	text_cut_line(&cut, s, max);
	yaml_string(y, key, strbuf_str(&cut));
	text_release(&cut, y->out);
}

static void add_value(struct yaml_writer *y, const char *key, const struct value *v, size_t max)
{
	struct strbuf sb;

	if (!v)
		return;
	strbuf_init(&sb, limits_default.max_text_bytes);
	if (rows_text_fits(v))
		rows_text_add(&sb, v);
	else
		value_show(&sb, v, SHOWN_BYTES);
	add_cut_text(y, key, strbuf_str(&sb), max);
	text_release(&sb, y->out);
}

/* Of an assertion on a number of rows the rows that came, else the value. */
static void add_actual(struct yaml_writer *y, const struct ev_assertion *a, size_t max)
{
	struct strbuf rows;

	strbuf_init(&rows, limits_default.max_text_bytes);
	if (str_is(a->query, "rows") && rows_text_from_detail(&rows, a->detail))
		add_cut_text(y, "actual", strbuf_str(&rows), max);
	else
		add_value(y, "actual", a->actual, max);
	text_release(&rows, y->out);
}

static void add_place(struct yaml_writer *y, const struct result_case *c)
{
	struct place at = title_place(c);

	yaml_open(y, "at");
	yaml_string(y, "file", at.file);
	yaml_uint(y, "line", at.line);
	yaml_close(y);
}

static void add_attempts(struct yaml_writer *y, const struct result_case *c, size_t max)
{
	yaml_open(y, "attempts");
	for (size_t i = 0; i < c->nbad; i++) {
		yaml_item(y);
		yaml_uint(y, "n", c->bad[i].attempt);
		yaml_string(y, "status", str_from(status_word(c->bad[i].status)));
		add_cut_string(y, "message", c->bad[i].message, max);
		yaml_item_end(y);
	}
	if (c->status == STATUS_PASSED) {
		yaml_item(y);
		yaml_uint(y, "n", c->end.attempts);
		yaml_string(y, "status", STR("passed"));
		yaml_item_end(y);
	}
	yaml_close(y);
}

/* The ticket that a failure is accepted by; of a pass, that the line can go. */
static void add_accept(struct yaml_writer *y, const struct ev_entry_end *end)
{
	if (str_is_empty(end->accepted_ticket))
		return;
	yaml_string(y, "accept_ticket", end->accepted_ticket);
	if (end->accept_can_go)
		yaml_bool(y, "accept_can_go", true);
	if (end->accept_can_go || str_is_empty(end->accepted_until))
		return;
	yaml_string(y, "accept_until", end->accepted_until);
	if (end->accepted_days_left > 0)
		yaml_uint(y, "accept_days_left", (uint64_t)end->accepted_days_left);
}

static bool is_key(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] != '_' && (s.p[i] < 'a' || s.p[i] > 'z'))
			return false;
	return s.n > 0 && s.n < 32;
}

static void add_reproduce(struct yaml_writer *y, const struct result_case *c, size_t max)
{
	const struct named_values *l = &c->end.repro;
	bool open = false;

	for (size_t i = 0; i < l->count; i++) {
		const struct named_value *v = &l->items[i];
		char key[32];

		if (!is_key(v->name) || !v->value || v->value->type != VALUE_STRING || !v->value->text.n)
			continue;
		if (!open)
			yaml_open(y, "reproduce");
		open = true;
		memcpy(key, v->name.p, v->name.n);
		key[v->name.n] = '\0';
		add_cut_text(y, key, v->value->text, max);
	}
	if (open)
		yaml_close(y);
}

/* What is known of a case that did not plainly pass. */
static void add_facts(struct yaml_writer *y, const struct results *r, const struct result_case *c, size_t max)
{
	bool passed = c->status == STATUS_PASSED;

	if (!passed) {
		yaml_string(y, "id", c->planned.id);
		yaml_string(y, "status", str_from(status_word(c->status)));
		yaml_string(y, "kind", title_kind(c));
		add_cut_string(y, "message", title_message(r, c), max);
		add_place(y, c);
	}
	if (c->nfailed) {
		add_value(y, "expected", c->failed[0].expected, max);
		add_actual(y, &c->failed[0], max);
	}
	if (c->end.flaky)
		yaml_bool(y, "flaky", true);
	if (c->nbad && c->end.attempts > 1)
		add_attempts(y, c, max);
	if (!passed) {
		add_cut_text(y, "why", title_why(c), max);
		add_cut_text(y, "fix", title_fix(c), max);
		add_reproduce(y, c, max);
	}
}

static void add_block(struct strbuf *out, const struct results *r, const struct result_case *c, size_t max)
{
	struct yaml_writer y;
	struct strbuf ms;

	strbuf_init(&ms, 64);
	text_milliseconds(&ms, c->end.duration_us);
	yaml_begin(&y, out, 2);
	if (c->status != STATUS_PASSED || c->end.flaky)
		add_facts(&y, r, c, max);
	add_accept(&y, &c->end);
	add_cut_string(&y, "note", c->note, max);
	yaml_decimal(&y, "duration_ms", strbuf_str(&ms));
	yaml_end(&y);
	text_release(&ms, out);
}

static void add_reason(struct strbuf *out, const char *prefix, struct str reason)
{
	struct strbuf cut;

	strbuf_init(&cut, limits_default.max_text_bytes);
	text_cut_line(&cut, reason, REASON_CHARS);
	strbuf_adds(out, " # SKIP ");
	strbuf_adds(out, prefix);
	escape_tap13(out, strbuf_str(&cut));
	text_release(&cut, out);
}

static void add_head_of_point(struct strbuf *out, bool ok, size_t number, struct str title)
{
	strbuf_addf(out, "%s %zu - ", ok ? "ok" : "not ok", number);
	escape_tap13(out, title);
}

static void add_point(struct strbuf *out, const struct results *r, const struct result_case *c, size_t number)
{
	struct strbuf title;
	size_t start;

	strbuf_init(&title, limits_default.max_text_bytes);
	title_add(&title, &c->planned);
	add_head_of_point(out, !status_is_red(c->status), number, strbuf_str(&title));
	text_release(&title, out);
	if (c->status == STATUS_SKIPPED)
		add_reason(out, "", title_message(r, c));
	if (c->status == STATUS_WARNING)
		add_reason(out, "warning: ", title_message(r, c));
	strbuf_addc(out, '\n');
	start = out->n;
	for (size_t i = 0; i < ARRAY_SIZE(text_levels) && c->status != STATUS_SKIPPED; i++) {
		strbuf_truncate(out, start);
		add_block(out, r, c, text_levels[i]);
		if (out->n - start <= POINT_BYTES)
			break;
	}
}

/* A file that could not be run, with all its errors. */
static void add_bad_file(struct strbuf *out, const struct results *r, struct str id, size_t number)
{
	struct yaml_writer y;
	struct strbuf title, errors;

	strbuf_init(&title, limits_default.max_text_bytes);
	strbuf_init(&errors, limits_default.max_text_bytes);
	strbuf_add(&title, id);
	strbuf_adds(&title, " > (suite)");
	add_head_of_point(out, false, number, strbuf_str(&title));
	text_release(&title, out);
	strbuf_addc(out, '\n');
	yaml_begin(&y, out, 2);
	yaml_string(&y, "status", STR("error"));
	yaml_string(&y, "kind", STR("error.file"));
	results_add_errors_of(&errors, r, id);
	add_cut_text(&y, "message", strbuf_str(&errors), SHOWN_BYTES);
	text_release(&errors, out);
	yaml_end(&y);
}

/* A point for each bad file, behind `before` others. */
static void add_bad_files(struct strbuf *out, const struct results *r, size_t before)
{
	size_t number = before;

	for (size_t i = 0; i < r->nfile_errors; i++)
		if (results_is_first_error(r, i))
			add_bad_file(out, r, r->file_errors[i].id, ++number);
}

/* ---- the stream around the points ---- */

static void add_version_and_plan(struct strbuf *out, const struct report *r, size_t n)
{
	const struct ev_run_start *run = &r->results->run;

	strbuf_addf(out, "TAP version 13\n1..%zu\n# postflight ", n);
	escape_tap13(out, run->version);
	strbuf_adds(out, run->version.n ? " run " : "run ");
	escape_tap13(out, r->run_id);
	if (run->environment.p) {
		strbuf_adds(out, " environment ");
		escape_tap13(out, run->environment);
	}
	strbuf_addc(out, '\n');
}

static bool is_empty(const struct results *r)
{
	return r->ended && r->end.verdict == VERDICT_EMPTY && r->end.exit_status != 0;
}

/* Cases that began or should have begun, and have no end. */
static uint64_t unfinished(const struct results *r)
{
	return r->counts.of[STATUS_ABORTED] + r->counts.of[STATUS_NOT_RUN];
}

static void add_bail_out(struct strbuf *out, const struct report *r)
{
	const struct results *res = r->results;

	strbuf_adds(out, "Bail out! ");
	if (!res->ended) {
		strbuf_adds(out, "run ");
		escape_tap13(out, r->run_id);
		strbuf_adds(out, " has not finished\n");
		return;
	}
	escape_tap13(out, str_is_empty(res->end.reason) ? STR("the run was stopped") : res->end.reason);
	strbuf_addf(out, ": %llu of %llu entries did not finish\n", (unsigned long long)unfinished(res),
		(unsigned long long)res->counts.entries);
}

static bool needs_bail_out(const struct results *r)
{
	return !r->ended || unfinished(r) || r->end.verdict == VERDICT_ABORTED;
}

/* A run without any case: what is to be said in its only point, or in one for each bad file. */
static void add_points_of_none(struct strbuf *out, const struct results *r)
{
	add_bad_files(out, r, 0);
	if (!r->nfile_errors && r->ended && r->end.verdict == VERDICT_PASS)
		strbuf_adds(out, "ok 1 - (selection) # SKIP no entries\n");
	else if (!r->nfile_errors && r->ended)
		strbuf_adds(out, "not ok 1 - (selection)\n");
}

static void render_none(const struct report *r, struct strbuf *out)
{
	const struct results *res = r->results;

	add_version_and_plan(out, r, res->nfile_errors ? results_bad_files(res) : 1);
	add_points_of_none(out, res);
}

static void render_cases(const struct report *r, struct strbuf *out)
{
	const struct results *res = r->results;
	size_t n = res->ncases;

	add_version_and_plan(out, r, n + results_bad_files(res));
	for (size_t i = 0; i < n; i++)
		add_point(out, res, &res->cases[i], i + 1);
	add_bad_files(out, res, n);
}

static void render(const struct report *r, struct strbuf *out)
{
	if (is_empty(r->results)) {
		add_version_and_plan(out, r, 1);
		strbuf_adds(out, "not ok 1 - nothing selected\n");
		return;
	}
	if (r->results->ncases)
		render_cases(r, out);
	else
		render_none(r, out);
	if (needs_bail_out(r->results))
		add_bail_out(out, r);
}

/* ---- on a pipe ---- */

struct live {
	struct name_map ids;
	size_t planned;		/* cases seen so far */
	size_t points;
	bool started;		/* version and plan are out */
};

static int open_live(struct report *r, struct error *err)
{
	r->state = mem_calloc(1, sizeof(struct live));
	return r->state ? 0 : error_set_oom(err);
}

static void close_live(struct report *r)
{
	struct live *l = r->state;

	name_map_release(&l->ids);
	mem_free(l);
	r->state = NULL;
}

static void write_text(struct report *r, struct strbuf *out)
{
	if (strbuf_failed(out))
		error_set_oom(&r->error);
	report_write(r, strbuf_str(out));
	strbuf_release(out);
}

/* The plan is written before the first suite starts, when all cases are known. */
static void start(struct report *r, struct strbuf *out)
{
	struct live *l = r->state;

	if (!l->started)
		add_version_and_plan(out, r, r->results->ncases);
	l->started = true;
}

static void remember_cases(struct live *l, const struct results *r)
{
	for (; l->planned < r->ncases; l->planned++) {
		size_t *index = name_map_at(&l->ids, r->cases[l->planned].planned.id);

		if (index)
			*index = l->planned;
	}
}

static void live_entry_end(struct report *r, const struct event *e)
{
	struct live *l = r->state;
	const size_t *index;
	struct strbuf out;

	remember_cases(l, r->results);
	index = name_map_find(&l->ids, e->u.entry_end.id);
	if (!index)
		return;
	strbuf_init(&out, limits_default.max_text_bytes);
	start(r, &out);
	add_point(&out, r->results, &r->results->cases[*index], ++l->points);
	write_text(r, &out);
}

/* The cases that never ended, then why. */
static void live_run_end(struct report *r)
{
	const struct results *res = r->results;
	struct live *l = r->state;
	struct strbuf out;

	strbuf_init(&out, limits_default.max_text_bytes);
	if (res->ncases) {
		start(r, &out);
		for (size_t i = 0; i < res->ncases; i++)
			if (!res->cases[i].ended)
				add_point(&out, res, &res->cases[i], ++l->points);
	} else {
		render_none(r, &out);
	}
	if (is_empty(res))
		strbuf_adds(&out, "Bail out! nothing selected\n");
	else if (needs_bail_out(res))
		add_bail_out(&out, r);
	write_text(r, &out);
}

static void live_suite_start(struct report *r)
{
	struct strbuf out;

	strbuf_init(&out, limits_default.max_text_bytes);
	start(r, &out);
	write_text(r, &out);
}

static void event(struct report *r, const struct event *e)
{
	if (e->kind == EVENT_SUITE_START && r->results->ncases)
		live_suite_start(r);
	else if (e->kind == EVENT_ENTRY_END)
		live_entry_end(r, e);
	else if (e->kind == EVENT_RUN_END)
		live_run_end(r);
}

const struct reporter reporter_tap = {
	.name = "tap",
	.render = render,
	.open = open_live,
	.event = event,
	.close = close_live,
	.help = "Test Anything Protocol, version 13",
};
