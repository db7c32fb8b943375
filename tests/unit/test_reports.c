/* What holds for all reports together: one stream, equal counts, the same bytes live and replayed. */
#include "reports/reports.h"

#include "harness/base/mem.h"
#include "harness/value/xml.h"
#include "tests/unit/expect.h"
#include "tests/unit/report_bench.h"

static void test_reports_registry(void **state)
{
	(void)state;
	for (size_t i = 0; i < nreporters; i++) {
		assert_non_null(reporters[i]->help);
		assert_true(reporters[i]->render != NULL);
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(reporters[i]->name, reporters[j]->name);
		for (size_t j = 0; j < reporters[i]->noptions; j++)
			assert_non_null(reporters[i]->options[j].help);
	}
}

/* Points of a TAP file, by how their line starts. */
static size_t lines_with(struct str text, const char *start)
{
	size_t n = 0;

	while (text.n)
		n += str_starts_with(str_cut(&text, '\n'), str_from(start));
	return n;
}

static void expect_counts(const char *row, struct report_bench *b, const struct sample_counts *n, size_t extra)
{
	struct str xml = report_bench_read(b, "a.xml");
	struct str tap = report_bench_read(b, "a.tap");
	size_t errors = n->of[STATUS_ERROR] + n->of[STATUS_ABORTED] + n->of[STATUS_NOT_RUN];
	size_t skipped = n->of[STATUS_SKIPPED] + n->of[STATUS_WARNING];

	expect_true(row, report_bench_count(xml, "<testcase ") == n->entries + extra);
	expect_true(row, report_bench_count(xml, "<failure ") == n->of[STATUS_FAILED]);
	expect_true(row, report_bench_count(xml, "<error ") == errors + extra);
	expect_true(row, report_bench_count(xml, "<skipped ") == skipped);
	expect_true(row, lines_with(tap, "not ok ") == n->of[STATUS_FAILED] + errors);
	expect_true(row, lines_with(tap, "ok ") == n->entries - n->of[STATUS_FAILED] - errors);
	expect_true(row, lines_with(tap, "1..") == 1);
}

static void expect_well_formed(struct report_bench *b)
{
	static const char *const files[] = { "a.xml", "a.tap", "a.jsonl", "console" };
	struct str xml = report_bench_read(b, "a.xml");
	size_t length = 0;
	size_t at = 0;
	struct error err;

	for (size_t i = 0; i < ARRAY_SIZE(files); i++)
		expect_true(files[i], utf8_check(report_bench_read(b, files[i])) == SIZE_MAX);
	(void)str_cut(&xml, '\n');		/* the declaration */
	if (xml_scan(xml, &length, &at, &err))
		fail_msg("%s", err.message);
	assert_int_equal(length, xml.n - 1);
}

static void test_reports_hostile_texts(void **state)
{
	struct report_bench *b = *state;

	for (unsigned seed = 1; seed <= 12; seed++) {
		struct sample_options o = { .seed = seed, .suites = 3, .entries = 20, .bad_percent = 70, .nasty = true,
					    .ending = seed % 2 ? SAMPLE_FINISHED : SAMPLE_STOPPED };
		struct sample_counts n;
		char row[32];

		(void)snprintf(row, sizeof(row), "seed %u", seed);
		report_bench_open(b, "junit=a.xml tap=a.tap jsonl=a.jsonl", true);
		n = sample_report(&o, b->set);
		report_bench_close(b);
		expect_counts(row, b, &n, 0);
		expect_well_formed(b);
		arena_release(&b->arena);
	}
}

/* ---- replay ---- */

/* Feeds the lines of a record to other reports, as they stand. */
static void replay(struct report_bench *b, struct str record)
{
	struct ev_run_end end = { .verdict = VERDICT_COUNT };
	struct error err;

	while (record.n) {
		struct event e;
		struct str run_id;

		assert_int_equal(event_read(&b->arena, str_cut(&record, '\n'), &e, &run_id, &err), 0);
		if (e.kind == EVENT_RUN_END)
			end = e.u.run_end;
		else if (e.kind != EVENT_REPORT)
			report_bench_event(b, e);
	}
	assert_int_equal(report_set_finish(b->set, &end, &err), 0);
}

static void test_reports_replayed_are_equal(void **state)
{
	struct report_bench *b = *state;

	for (unsigned seed = 1; seed <= 12; seed++) {
		struct sample_options o = { .seed = seed, .suites = 3, .entries = 20, .bad_percent = 70,
					    .nasty = seed > 5, .ci = seed % 2 ? "gitlab" : NULL,
					    .ending = seed % 3 ? SAMPLE_FINISHED : SAMPLE_STOPPED };
		struct str record;

		report_bench_open(b, "junit=a.xml tap=a.tap jsonl=a.jsonl", false);
		(void)sample_report(&o, b->set);
		report_bench_close(b);
		record = report_bench_read(b, "a.jsonl");
		b->clock.mono_us += 77777777;
		b->clock.wall_us += 77777777;
		report_bench_open(b, "junit=b.xml tap=b.tap", false);
		replay(b, record);
		report_bench_close(b);
		expect_str("junit", report_bench_read(b, "b.xml"), report_bench_read(b, "a.xml"));
		expect_str("tap", report_bench_read(b, "b.tap"), report_bench_read(b, "a.tap"));
		arena_release(&b->arena);
	}
}

static void test_reports_empty_run(void **state)
{
	struct report_bench *b = *state;
	struct sample_options o = { .seed = 1, .suites = 2, .entries = 4, .all_skipped = true, .exit_status = 5 };

	report_bench_open(b, "junit=a.xml tap=a.tap jsonl=a.jsonl", false);
	(void)sample_report(&o, b->set);
	report_bench_close(b);
	assert_true(str_find(report_bench_read(b, "a.jsonl"), STR("\"verdict\":\"empty\",\"exit\":5")) != SIZE_MAX);
	expect_true("tap", str_find(report_bench_read(b, "a.tap"), STR("\n1..1\n")) != SIZE_MAX);
	expect_true("tap", lines_with(report_bench_read(b, "a.tap"), "not ok 1 - nothing selected") == 1);
	assert_int_equal(report_bench_count(report_bench_read(b, "a.xml"), "<testcase name=\"(selection)\""), 1);
	assert_int_equal(report_bench_count(report_bench_read(b, "a.xml"), "<testcase "), 1);
	assert_int_equal(report_bench_count(report_bench_read(b, "a.xml"), "<error "), 1);
	o.exit_status = 0;		/* --allow-empty: the skips as they are */
	report_bench_open(b, "junit=a.xml tap=a.tap", false);
	(void)sample_report(&o, b->set);
	assert_int_equal(report_bench_count(report_bench_read(b, "a.xml"), "<skipped "), 4);
	expect_true("tap", lines_with(report_bench_read(b, "a.tap"), "ok ") == 4);
}

static void test_reports_bad_files(void **state)
{
	struct report_bench *b = *state;
	struct event e = { .kind = EVENT_LOG };
	struct error err;

	report_bench_open(b, "junit=a.xml tap=a.tap", false);
	e.u.log = (struct ev_log){
		STR("file_error"), STR("error: unknown word 'statsu'\n  --> suites/a.suite:14:8\n   |\n"),
		STR("suites/a.suite"),
	};
	report_bench_event(b, e);
	e.u.log.id = STR("suites/b.suite");
	report_bench_event(b, e);
	assert_int_equal(report_bench_finish(b, &err), 0);
	expect_true("junit", str_find(report_bench_read(b, "a.xml"), STR(
		"<testcase name=\"(suite)\" classname=\"postflight.suites.a_suite\" time=\"0.000\">\n"
		"      <error message=\"unknown word 'statsu'\" type=\"postflight.error.file\">unknown word 'statsu'\n"
		"  at suites/a.suite:14:8\n\nerror: unknown word 'statsu'\n")) != SIZE_MAX);
	assert_int_equal(report_bench_count(report_bench_read(b, "a.xml"), "<testsuite "), 2);
	expect_true("tap", lines_with(report_bench_read(b, "a.tap"), "not ok 2 - suites/b.suite > (suite)") == 1);
}

static void test_reports_nothing_to_run(void **state)
{
	struct report_bench *b = *state;
	struct error err;

	report_bench_open(b, "junit=a.xml tap=a.tap", false);
	assert_int_equal(report_bench_finish(b, &err), 0);
	expect_true("tap", lines_with(report_bench_read(b, "a.tap"), "ok 1 - (selection) # SKIP no entries") == 1);
	assert_int_equal(report_bench_count(report_bench_read(b, "a.xml"), "<skipped message=\"no entries\">"), 1);
}

/* ---- without memory ---- */

struct recording {
	struct arena arena;
	struct event *events;
	size_t n, cap;
};

static void record(void *ctx, struct event *e)
{
	struct recording *r = ctx;

	r->events = arena_grow(&r->arena, r->events, r->n, &r->cap, sizeof(*e));
	assert_true(event_copy(&r->arena, e, &r->events[r->n++]));
}

/* One run in which the n-th allocation fails: true when nothing had to be given up. */
static bool run_without(struct report_bench *b, const struct recording *r, const struct ev_run_end *end, uint64_t n)
{
	bool ok = true;
	struct error err;

	(void)mem_fail_after(n);
	if (report_bench_try(b, "junit=a.xml tap=a.tap jsonl=a.jsonl", true, &err)) {
		(void)mem_fail_after(UINT64_MAX);
		return false;
	}
	for (size_t i = 0; i < r->n; i++) {
		struct event e = r->events[i];

		ok &= report_set_event(b->set, &e, &err) == 0;
	}
	ok &= report_set_finish(b->set, end, &err) == 0;
	(void)mem_fail_after(UINT64_MAX);
	return ok;
}

/* Another report may have failed: this one says that it is not finished, or is complete. */
static void expect_red_or_whole(struct report_bench *b)
{
	struct str xml = report_bench_read(b, "a.xml");
	bool red = report_bench_count(xml, "<error ") > 0;

	expect_true("red or whole", red || report_bench_count(xml, "<testcase ") == 6);
}

/* Whatever allocation fails, a report is whole or red, and whoever asks is told. */
static void test_reports_without_memory(void **state)
{
	const struct sample_options o = { .seed = 1, .suites = 2, .entries = 6 };
	struct recording r = { .n = 0 };
	struct report_bench *b = *state;
	struct ev_run_end end;
	bool done = false;

	if (!mem_fail_after(UINT64_MAX))
		skip();
	arena_init(&r.arena, 1 << 24);
	(void)sample_run(&o, record, &r, &end);
	for (uint64_t n = 0; !done; n += n < 60 ? 1 : 7) {
		uint64_t before = mem_stats().allocations;
		bool ok = run_without(b, &r, &end, n);
		bool opened = b->set != NULL;

		done = mem_stats().allocations - before < n;
		report_bench_close(b);
		if (ok) {
			const struct sample_counts all = { .entries = 6, .of = { [STATUS_PASSED] = 6 } };

			expect_counts("whole", b, &all, 0);
		} else if (opened) {
			expect_true("red", report_bench_count(report_bench_read(b, "a.xml"), "</testsuites>") == 1);
			expect_red_or_whole(b);
		}
		arena_release(&b->arena);
	}
	arena_release(&r.arena);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, report_bench_setup, report_bench_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reports_registry),
		TEST(test_reports_hostile_texts),
		TEST(test_reports_replayed_are_equal),
		TEST(test_reports_empty_run),
		TEST(test_reports_bad_files),
		TEST(test_reports_nothing_to_run),
		TEST(test_reports_without_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
