#include "reports/reports.h"

#include "tests/unit/expect.h"
#include "tests/unit/report_bench.h"

static void plan(struct report_bench *b, const char *id, const char *suite, const char *file, const char *title)
{
	static const struct str tags[] = { STR_INIT("smoke"), STR_INIT("auth") };
	struct event e = { .kind = EVENT_PLANNED };

	e.u.planned = (struct ev_planned){
		.id = str_from(id), .suite = str_from(suite), .file = str_from(file), .title = str_from(title), .line = 38,
		.owner = STR("auth"), .tags = { tags, 2 }, .why = STR("totals are money"),
	};
	report_bench_event(b, e);
}

static void fail_assertion(struct report_bench *b, const char *id, const char *message, const char *detail)
{
	struct event e = { .kind = EVENT_ASSERTION };

	e.u.assertion = (struct ev_assertion){
		.id = str_from(id), .attempt = 1, .file = STR("suites/pedidos.suite"), .line = 40, .column = 0,
		.message = str_from(message), .detail = str_from(detail),
	};
	report_bench_event(b, e);
}

static void end_with(struct report_bench *b, struct ev_entry_end end)
{
	struct event e = { .kind = EVENT_ENTRY_END };

	e.u.entry_end = end;
	report_bench_event(b, e);
}

static void finish(struct report_bench *b)
{
	struct error err;

	assert_int_equal(report_bench_finish(b, &err), 0);
}

static void expect_part(struct report_bench *b, const char *path, const char *part)
{
	struct str text = report_bench_read(b, path);

	if (str_find(text, str_from(part)) == SIZE_MAX)
		fail_msg("%s lacks:\n%s\nit is:\n%.*s", path, part, STR_ARG(text));
}

/* Message, place, detail, the other failed assertions, and the ways out, in one text whose first line is the message. */
static void test_junit_failure(void **state)
{
	struct report_bench *b = *state;
	struct named_value again = { .name = STR("curl"), .value = value_string(&b->arena, STR("curl 'x'\n--more")) };

	report_bench_open(b, "junit=a.xml", false);
	plan(b, "1", "Order path", "suites/pedidos.suite", "list orders");
	fail_assertion(b, "1", "expected string <25.50>, got float <25.5>", "frame one");
	fail_assertion(b, "1", "expected 3 lines", "frame two");
	end_with(b, (struct ev_entry_end){
		.id = STR("1"), .status = STATUS_FAILED, .kind = STR("assert.json"), .duration_us = 41000,
		.message = STR("expected string <25.50>, got float <25.5>"), .detail = STR("frame one\n"),
		.fix = STR("return DECIMAL as strings"), .repro = { &again, 1 }, .attempts = 1,
	});
	finish(b);
	expect_part(b, "a.xml",
		"    <testcase name=\"list orders\" classname=\"postflight.suites.pedidos_suite\" time=\"0.041\">\n"
		"      <failure message=\"expected string &lt;25.50&gt;, got float &lt;25.5&gt;\" type=\"postflight.assert.json\">"
		"expected string &lt;25.50&gt;, got float &lt;25.5&gt;\n"
		"  at suites/pedidos.suite:40:0\n"
		"\n"
		"frame one\n"
		"\n"
		"expected 3 lines\n"
		"  at suites/pedidos.suite:40:0\n"
		"\n"
		"frame two\n\n"
		"why    totals are money\n"
		"fix    return DECIMAL as strings\n"
		"again  curl 'x'\n"
		"       --more</failure>\n"
		"    </testcase>\n");
}

static void test_junit_names_of_suites(void **state)
{
	struct report_bench *b = *state;

	report_bench_open(b, "junit=a.xml", false);
	plan(b, "1", "Order path", "a.suite", "t");
	plan(b, "2", "Order path", "b.suite", "t");
	plan(b, "3", "c.suite", "c.suite", "t");
	plan(b, "4", "d.suite", "d.suite", "t");
	plan(b, "5", "c.suite", "c.suite", "t");
	for (char id = '1'; id <= '5'; id++)
		end_with(b, (struct ev_entry_end){ .id = str_make(&id, 1), .status = STATUS_PASSED });
	finish(b);
	expect_part(b, "a.xml", "<testsuite name=\"Order path (a.suite)\" tests=\"1\"");
	expect_part(b, "a.xml", "<testsuite name=\"Order path (b.suite)\" tests=\"1\"");
	expect_part(b, "a.xml", "<testsuite name=\"c.suite\" tests=\"1\"");
	expect_part(b, "a.xml", "<testsuite name=\"c.suite (2)\" tests=\"1\"");
	expect_part(b, "a.xml", "hostname=\"localhost\" id=\"4\" file=\"c.suite\"");
}

/* By the CI system that runs it, unless it is named. */
static void test_junit_dialects(void **state)
{
	static const struct {
		const char *ci, *spec;
		bool rich;
	} rows[] = {
		{ NULL, "junit=a.xml", false },
		{ "jenkins", "junit=a.xml", false },
		{ "github", "junit=a.xml", true },
		{ "gitlab", "junit=a.xml,dialect=auto", true },
		{ "github", "junit=a.xml,dialect=portable", false },
		{ NULL, "junit=a.xml,dialect=rich", true },
	};
	struct report_bench *b = *state;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct event run = { .kind = EVENT_RUN_START };
		struct str xml;

		run.u.run_start.ci_provider = str_from(rows[i].ci);
		report_bench_open(b, rows[i].spec, false);
		report_bench_event(b, run);
		plan(b, "1", "s", "a.suite", "t");
		end_with(b, (struct ev_entry_end){ .id = STR("1"), .status = STATUS_PASSED, .held = 3 });
		finish(b);
		report_bench_close(b);
		xml = report_bench_read(b, "a.xml");
		expect_true(rows[i].spec, (report_bench_count(xml, " line=\"38\" assertions=\"3\"") == 1) == rows[i].rich);
		expect_true(rows[i].spec,
			(report_bench_count(xml, "<property name=\"tags\" value=\"smoke auth\"/>") == 1) == rows[i].rich);
	}
}

static void test_junit_ant(void **state)
{
	struct report_bench *b = *state;

	report_bench_open(b, "junit=a.xml,dialect=ant", false);
	plan(b, "1", "s", "a.suite", "t");
	end_with(b, (struct ev_entry_end){ .id = STR("1"), .status = STATUS_WARNING, .message = STR("m") });
	finish(b);
	expect_part(b, "a.xml", "<testsuites>\n  <testsuite name=\"s\"");
	expect_part(b, "a.xml", " timestamp=\"2026-11-24T03:15:00\" ");
	expect_part(b, "a.xml", " package=\"postflight\">");
	expect_part(b, "a.xml", "<skipped message=\"warning: m\">m\n  at a.suite:38:0");
	expect_part(b, "a.xml", "    <system-out/>\n    <system-err/>\n  </testsuite>\n</testsuites>\n");
}

static void attempt(struct report_bench *b, const char *id, uint64_t n, enum status status)
{
	struct event e = { .kind = EVENT_ATTEMPT_END };

	e.u.attempt_end = (struct ev_attempt_end){
		.id = str_from(id), .attempt = n, .status = status, .kind = STR("error.timeout"),
		.message = arena_printf(&b->arena, "no answer %u", (unsigned)n), .duration_us = 450000,
	};
	report_bench_event(b, e);
}

/* Attempts are no test cases of their own. */
static void test_junit_attempts(void **state)
{
	struct report_bench *b = *state;
	struct str xml;

	report_bench_open(b, "junit=a.xml", false);
	plan(b, "1", "s", "a.suite", "flaky");
	plan(b, "2", "s", "a.suite", "red");
	plan(b, "3", "s", "a.suite", "polls");
	attempt(b, "1", 1, STATUS_ERROR);
	attempt(b, "2", 1, STATUS_ERROR);
	attempt(b, "2", 2, STATUS_ERROR);
	attempt(b, "3", 1, STATUS_FAILED);
	end_with(b, (struct ev_entry_end){ .id = STR("1"), .status = STATUS_PASSED, .flaky = true, .attempts = 2 });
	end_with(b, (struct ev_entry_end){ .id = STR("2"), .status = STATUS_ERROR, .attempts = 2, .message = STR("m") });
	end_with(b, (struct ev_entry_end){ .id = STR("3"), .status = STATUS_PASSED, .attempts = 2 });
	finish(b);
	xml = report_bench_read(b, "a.xml");
	assert_int_equal(report_bench_count(xml, "<testcase "), 3);
	assert_int_equal(report_bench_count(xml, "<flakyFailure "), 1);
	assert_int_equal(report_bench_count(xml, "<rerunFailure "), 1);
	expect_part(b, "a.xml", "<stackTrace>attempt 2 of 2: no answer 2</stackTrace>");
	expect_part(b, "a.xml", "tests=\"3\" failures=\"0\" errors=\"1\" time=");
	expect_part(b, "a.xml", "<testcase name=\"polls\" classname=\"postflight.a_suite\" time=\"0.000\"/>");
}

static void test_junit_per_file(void **state)
{
	struct report_bench *b = *state;

	report_bench_open(b, "junit=a.xml,per=file", false);
	plan(b, "1", "s", "a.suite", "one");
	plan(b, "2", "s", "a.suite", "two");
	plan(b, "3", "t", "b.suite", "three");
	end_with(b, (struct ev_entry_end){ .id = STR("1"), .status = STATUS_ERROR, .message = STR("down") });
	end_with(b, (struct ev_entry_end){ .id = STR("2"), .status = STATUS_FAILED, .message = STR("wrong") });
	end_with(b, (struct ev_entry_end){ .id = STR("3"), .status = STATUS_PASSED });
	finish(b);
	expect_part(b, "a.xml", "tests=\"2\" failures=\"1\" errors=\"0\"");
	expect_part(b, "a.xml", "<failure message=\"one: down\" type=\"postflight.assert.other\">one: down\n  at a.suite:38:0");
	expect_part(b, "a.xml", "\n\ntwo: wrong\n  at a.suite:38:0");
	expect_part(b, "a.xml", "<testcase name=\"t\" classname=\"postflight.b_suite\" time=\"0.000\"/>");
}

/* A file too large drops outputs, then texts, and says so; never a test case. */
static void test_junit_is_bounded(void **state)
{
	enum { CASES = 1500 };
	struct report_bench *b = *state;
	struct str big = { arena_zalloc(&b->arena, 16000), 16000 };
	struct str xml;

	report_bench_open(b, "junit=a.xml", false);
	for (int i = 0; i < CASES; i++) {
		const char *id = arena_printf(&b->arena, "%d", i).p;

		plan(b, id, "s", "a.suite", id);
		end_with(b, (struct ev_entry_end){
			.id = str_from(id), .status = STATUS_FAILED, .message = STR("m"), .detail = big,
		});
	}
	finish(b);
	xml = report_bench_read(b, "a.xml");
	assert_true(xml.n <= 25 * 1024 * 1024);
	assert_int_equal(report_bench_count(xml, "<testcase "), CASES);
	expect_part(b, "a.xml", "<property name=\"postflight.truncated\"");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, report_bench_setup, report_bench_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_junit_failure),
		TEST(test_junit_names_of_suites),
		TEST(test_junit_dialects),
		TEST(test_junit_ant),
		TEST(test_junit_attempts),
		TEST(test_junit_per_file),
		TEST(test_junit_is_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
