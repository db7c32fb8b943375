/*
 * TAP, version 14: a subtest for each suite, its plan first, then the point that says how it went. A warning is "not ok" with
 * TODO. In declared order, as a whole; what did not finish ends in a bail-out.
 */
#include "harness/base/escape.h"
#include "harness/base/limits.h"
#include "reports/reports.h"
#include "reports/tap_point.h"

static const struct tap_dialect outer = {
	.version = 14, .warning = " # TODO warn: ", .escape = escape_tap14,
};
static const struct tap_dialect inner = {
	.version = 14, .indent = 4, .warning = " # TODO warn: ", .escape = escape_tap14,
};

/* ---- subtests ---- */

static void open_subtest(struct strbuf *out, struct str name, size_t points)
{
	strbuf_adds(out, "# Subtest: ");
	inner.escape(out, name);
	strbuf_addf(out, "\n    1..%zu\n", points);
}

/* The point of the same name closes it. */
static void close_subtest(struct strbuf *out, bool ok, size_t number, struct str name)
{
	tap_head(out, &outer, ok, number, name);
	strbuf_addc(out, '\n');
}

static void add_suite(struct strbuf *out, const struct results *r, const struct result_suite *s, size_t number)
{
	bool ok = true;

	open_subtest(out, s->name, s->ncases);
	for (size_t i = 0; i < s->ncases; i++) {
		const struct result_case *c = &r->cases[s->first_case + i];

		tap_point(out, &inner, r, c, i + 1);
		ok = ok && !status_is_red(c->status);
	}
	close_subtest(out, ok, number, s->name);
}

static void add_bad_files(struct strbuf *out, const struct results *r, size_t before)
{
	size_t number = before;

	for (size_t i = 0; i < r->nfile_errors; i++) {
		struct str id = r->file_errors[i].id;

		if (!results_is_first_error(r, i))
			continue;
		open_subtest(out, id, 1);
		tap_bad_file(out, &inner, r, id, 1);
		close_subtest(out, false, ++number, id);
	}
}

/* ---- the stream ---- */

/* Why there is no suite: said in the only point, which is green where that is. */
static void add_none(struct strbuf *out, const struct results *r)
{
	if (r->ended && r->end.verdict == VERDICT_PASS)
		strbuf_adds(out, "ok 1 - (selection) # SKIP no entries\n");
	else if (r->ended)
		strbuf_adds(out, "not ok 1 - (selection)\n");
}

static void render_suites(const struct report *r, struct strbuf *out)
{
	const struct results *res = r->results;
	size_t n = res->nsuites + results_bad_files(res);
	bool widened = results_is_widened(res);

	tap_version_and_plan(out, &outer, r, n + widened > 0 ? n + widened : 1);
	for (size_t i = 0; i < res->nsuites; i++)
		add_suite(out, res, &res->suites[i], i + 1);
	add_bad_files(out, res, res->nsuites);
	if (widened)
		tap_widening(out, &outer, res, n + 1);
	if (!n)
		add_none(out, res);
}

static void render(const struct report *r, struct strbuf *out)
{
	if (tap_is_empty(r->results)) {
		tap_version_and_plan(out, &outer, r, 1);
		strbuf_adds(out, "not ok 1 - nothing selected\n");
		return;
	}
	render_suites(r, out);
	if (tap_needs_bail_out(r->results))
		tap_bail_out(out, &outer, r);
}

const struct reporter reporter_tap14 = {
	.name = "tap14",
	.render = render,
	.help = "Test Anything Protocol, version 14: a subtest for each suite",
};
