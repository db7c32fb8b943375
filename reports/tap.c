/*
 * TAP, version 13: flat, a point for each entry, plan first. As a file in declared order; on a pipe in order of completion,
 * a point with its block in one write. What did not finish ends in a bail-out, so that no reader takes it for green.
 */
#include "harness/base/escape.h"
#include "harness/base/limits.h"
#include "harness/base/mem.h"
#include "harness/report/name_map.h"
#include "reports/reports.h"
#include "reports/tap_point.h"
#include "reports/title.h"

static const struct tap_dialect dialect = {
	.version = 13, .names_suite = true, .warnings_are_ok = true, .warning = " # SKIP warning: ", .escape = escape_tap13,
};

/* A point for each bad file, behind `before` others. */
static void add_bad_files(struct strbuf *out, const struct results *r, size_t before)
{
	size_t number = before;

	for (size_t i = 0; i < r->nfile_errors; i++)
		if (results_is_first_error(r, i))
			tap_bad_file(out, &dialect, r, r->file_errors[i].id, ++number);
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

	tap_version_and_plan(out, &dialect, r, res->nfile_errors ? results_bad_files(res) : 1);
	add_points_of_none(out, res);
}

static void render_cases(const struct report *r, struct strbuf *out)
{
	const struct results *res = r->results;
	bool widened = results_is_widened(res);
	size_t n = res->ncases;

	tap_version_and_plan(out, &dialect, r, n + results_bad_files(res) + widened);
	for (size_t i = 0; i < n; i++)
		tap_point(out, &dialect, res, &res->cases[i], i + 1);
	add_bad_files(out, res, n);
	if (widened)
		tap_widening(out, &dialect, res, n + results_bad_files(res) + 1);
}

static void render(const struct report *r, struct strbuf *out)
{
	if (tap_is_empty(r->results)) {
		tap_version_and_plan(out, &dialect, r, 1);
		strbuf_adds(out, "not ok 1 - nothing selected\n");
		return;
	}
	if (r->results->ncases)
		render_cases(r, out);
	else
		render_none(r, out);
	if (tap_needs_bail_out(r->results))
		tap_bail_out(out, &dialect, r);
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
		tap_version_and_plan(out, &dialect, r, r->results->ncases);
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
	tap_point(&out, &dialect, r->results, &r->results->cases[*index], ++l->points);
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
				tap_point(&out, &dialect, res, &res->cases[i], ++l->points);
	} else {
		render_none(r, &out);
	}
	if (tap_is_empty(res))
		strbuf_adds(&out, "Bail out! nothing selected\n");
	else if (results_is_widened(res))	/* the plan is out: no point more */
		tap_bail_out_for(&out, &dialect, res->end.reason);
	else if (tap_needs_bail_out(res))
		tap_bail_out(&out, &dialect, r);
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
