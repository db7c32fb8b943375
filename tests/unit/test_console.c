#include "reports/reports.h"

#include <unistd.h>

#include "tests/unit/expect.h"
#include "tests/unit/report_bench.h"

static void plan(struct report_bench *b, const char *suite, size_t first, size_t n)
{
	for (size_t i = first; i < first + n; i++) {
		struct event e = { .kind = EVENT_PLANNED };

		e.u.planned = (struct ev_planned){
			.id = arena_printf(&b->arena, "%zu", i), .suite = str_from(suite), .file = str_from(suite),
			.title = arena_printf(&b->arena, "entry %zu", i), .line = i + 1,
		};
		report_bench_event(b, e);
	}
}

static void begin(struct report_bench *b, const char *id)
{
	struct event e = { .kind = EVENT_ATTEMPT_START };

	e.u.attempt = (struct ev_attempt){ str_from(id), 1 };
	report_bench_event(b, e);
}

static void end(struct report_bench *b, const char *id, enum status status, struct str message)
{
	struct event e = { .kind = EVENT_ENTRY_END };

	e.u.entry_end = (struct ev_entry_end){
		.id = str_from(id), .status = status, .message = message, .duration_us = 1652000, .attempts = 1,
	};
	report_bench_event(b, e);
}

static void suite_end(struct report_bench *b, const char *suite)
{
	struct event e = { .kind = EVENT_SUITE_END };

	e.u.suite_end = (struct ev_suite_end){ .suite = str_from(suite), .file = str_from(suite) };
	report_bench_event(b, e);
}

static void expect_console(const char *row, struct report_bench *b, const char *want)
{
	expect_text(row, report_bench_read(b, "console"), want);
}

static void finish(struct report_bench *b)
{
	struct error err;

	assert_int_equal(report_bench_finish(b, &err), 0);
}

static void test_console_plain(void **state)
{
	struct report_bench *b = *state;

	report_bench_open(b, "", true);
	plan(b, "a.sql", 0, 3);
	end(b, "0", STATUS_PASSED, STR(""));
	end(b, "1", STATUS_FAILED, STR("expected no rows, got 2"));
	end(b, "2", STATUS_SKIPPED, STR("after: entry 1 failed"));
	finish(b);
	expect_console("plain", b,
		"PASS  a.sql > entry 0                                                   1 652 ms\n"
		"\n"
		"FAIL  a.sql > entry 1                                                   1 652 ms\n"
		"      expected no rows, got 2\n"
		"\n"
		"SKIP  a.sql > entry 2   after: entry 1 failed\n"
		"\n"
		"FAIL  3 entries: 1 passed, 1 failed, 1 skipped                           2.345 s\n"
		"  FAIL   a.sql > entry 1   expected no rows, got 2   a.sql:2\n"
		"  slowest  a.sql > entry 0 1.652 s   a.sql > entry 1 1.652 s   a.sql > entry 2 1.652 s\n");
}

static void test_console_quiet(void **state)
{
	struct report_bench *b = *state;

	b->terminal.verbosity = -1;
	report_bench_open(b, "", true);
	plan(b, "a.sql", 0, 2);
	end(b, "0", STATUS_PASSED, STR(""));
	end(b, "1", STATUS_ERROR, STR("no answer"));
	finish(b);
	expect_console("quiet", b,
		"ERROR a.sql > entry 1                                                   1 652 ms\n"
		"      no answer\n"
		"\n"
		"ERROR  2 entries: 1 passed, 1 error                                      2.345 s\n"
		"  ERROR  a.sql > entry 1   no answer   a.sql:2\n");
}

/* What a terminal or a CI system would obey is shown, not done. */
static void test_console_guard(void **state)
{
	static const struct {
		struct str message;
		const char *shown;
	} rows[] = {
		{ STR_INIT("::error::x"), "      |::error::x\n" },
		{ STR_INIT("a ##vso[task.x]"), "      a #\\#vso[task.x]\n" },
		{ STR_INIT("\x1b[31mred\r"), "      \\x1B[31mred\\r\n" },
		{ STR_INIT("one\n  ::warning::x"), "      one\n        |::warning::x\n" },
		{ STR_INIT("a\xe2\x80\xae" "b\0c"), "      a\\u202Eb\\x00c\n" },
	};
	struct report_bench *b = *state;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		report_bench_open(b, "", true);
		plan(b, "a.sql", 0, 1);
		end(b, "0", STATUS_FAILED, rows[i].message);
		report_bench_close(b);
		expect_true(rows[i].shown, str_find(report_bench_read(b, "console"), str_from(rows[i].shown)) != SIZE_MAX);
	}
}

static void test_console_folds_what_passed(void **state)
{
	struct report_bench *b = *state;

	b->terminal.ci = "github";
	report_bench_open(b, "", true);
	plan(b, "50%.sql", 0, 1);
	plan(b, "b.sql", 1, 2);
	end(b, "0", STATUS_PASSED, STR(""));
	end(b, "1", STATUS_PASSED, STR(""));		/* suites interleave */
	suite_end(b, "50%.sql");
	end(b, "2", STATUS_FAILED, STR("m"));
	suite_end(b, "b.sql");
	report_bench_close(b);
	expect_console("github", b,
		"::group::50%25.sql\n"
		"PASS  50%.sql > entry 0                                                 1 652 ms\n"
		"::endgroup::\n"
		"PASS  b.sql > entry 1                                                   1 652 ms\n"
		"\n"
		"FAIL  b.sql > entry 2                                                   1 652 ms\n"
		"      m\n\n");
}

static void test_console_flushes_what_was_held(void **state)
{
	struct report_bench *b = *state;

	b->terminal.ci = "buildkite";
	report_bench_open(b, "", true);
	plan(b, "a.sql", 0, 2);
	end(b, "0", STATUS_PASSED, STR(""));
	finish(b);
	assert_true(str_starts_with(report_bench_read(b, "console"), STR("+++ a.sql\nPASS  a.sql > entry 0")));
}

/* In a pipe, silence is explained after half a minute, and once more after the next. */
static void test_console_silence(void **state)
{
	struct report_bench *b = *state;

	report_bench_open(b, "", true);
	plan(b, "a.sql", 0, 2);
	begin(b, "0");
	b->clock.mono_us += 29999999;
	report_set_tick(b->set);
	expect_console("not yet", b, "");
	b->clock.mono_us += 1;
	report_set_tick(b->set);
	report_set_tick(b->set);
	expect_console("once", b, "running  a.sql > entry 0   30.0 s\n");
	b->clock.mono_us += 1500000;
	report_set_status(b->set);
	expect_console("asked", b, "running  a.sql > entry 0   30.0 s\nrunning  a.sql > entry 0   31.5 s\n");
}

static void test_console_status_of_nothing(void **state)
{
	struct report_bench *b = *state;

	report_bench_open(b, "", true);
	report_set_status(b->set);
	expect_console("nothing", b, "running  nothing\n");
}

/* The region is drawn below, wiped before each line, at most ten times a second, and gone at the end. */
static void test_console_region(void **state)
{
	struct report_bench *b = *state;

	b->terminal.is_terminal = true;
	b->terminal.columns = 50;
	report_bench_open(b, "", true);
	plan(b, "a.sql", 0, 2);
	b->clock.mono_us += 100000;
	begin(b, "0");
	expect_console("drawn", b, "[--------------------]  0/2   0:00\n  a.sql > entry 0   0.0 s\n");
	begin(b, "1");
	b->clock.mono_us += 99999;
	report_set_tick(b->set);
	expect_console("not so often", b, "[--------------------]  0/2   0:00\n  a.sql > entry 0   0.0 s\n");
	b->clock.mono_us += 1;
	report_set_tick(b->set);
	expect_console("redrawn", b,
		"[--------------------]  0/2   0:00\n  a.sql > entry 0   0.0 s\n"
		"\x1b[2A\r\x1b[J[--------------------]  0/2   0:00\n"
		"  a.sql > entry 0   0.1 s\n"
		"  a.sql > entry 1   0.1 s\n");
	assert_int_equal(truncate("console", 0), 0);
	assert_int_equal(lseek(b->terminal.fd, 0, SEEK_SET), 0);
	end(b, "0", STATUS_PASSED, STR(""));
	expect_console("wiped", b, "\x1b[3A\r\x1b[JPASS  a.sql > entry 0                     1 652 ms\n");
	end(b, "1", STATUS_PASSED, STR(""));
	finish(b);
	assert_true(str_find(report_bench_read(b, "console"), STR("2/2")) == SIZE_MAX);
}

/* A line that does not fit is cut, so that moving up by lines wipes all of it. */
static void test_console_region_is_narrow(void **state)
{
	struct report_bench *b = *state;

	b->terminal.is_terminal = true;
	b->terminal.columns = 12;
	report_bench_open(b, "", true);
	plan(b, "a.sql", 0, 1);
	b->clock.mono_us += 100000;
	begin(b, "0");
	expect_console("cut", b, "[----------\n  a.sql > e\n");
}

/* After a stop the region is not where it was: the shell's lines are not wiped. */
static void test_console_region_after_a_stop(void **state)
{
	struct report_bench *b = *state;

	b->terminal.is_terminal = true;
	report_bench_open(b, "", true);
	plan(b, "a.sql", 0, 1);
	b->clock.mono_us += 100000;
	begin(b, "0");
	b->clock.mono_us += 60000000;
	report_set_tick(b->set);
	assert_true(str_find(report_bench_read(b, "console"), STR("\x1b[")) == SIZE_MAX);
}

static void test_console_colour(void **state)
{
	struct report_bench *b = *state;

	b->terminal.colour = true;
	report_bench_open(b, "", true);
	plan(b, "a.sql", 0, 1);
	end(b, "0", STATUS_PASSED, STR(""));
	assert_true(str_starts_with(report_bench_read(b, "console"), STR("\x1b[32mPASS\x1b[0m  a.sql > entry 0")));
}

static void test_console_verbose(void **state)
{
	struct report_bench *b = *state;
	struct event e = { .kind = EVENT_ASSERTION };
	struct event x = { .kind = EVENT_EXCHANGE };

	b->terminal.verbosity = 2;
	report_bench_open(b, "", true);
	plan(b, "a.hurl", 0, 1);
	begin(b, "0");
	x.u.exchange = (struct ev_exchange){
		.id = STR("0"), .protocol = STR("http"), .method = STR("GET"), .url = STR("http://h/"), .status = 200,
		.response_bytes = 1212, .response_body = value_string(&b->arena, STR("{\"a\":1}\n::x")),
	};
	report_bench_event(b, x);
	e.u.assertion = (struct ev_assertion){ .id = STR("0"), .line = 3, .source = STR("  HTTP 200"), .ok = true };
	report_bench_event(b, e);
	end(b, "0", STATUS_PASSED, STR(""));
	expect_console("verbose", b,
		"PASS  a.hurl > entry 0                                                  1 652 ms\n"
		"      sent   GET http://h/ -> 200, 1 212 B\n"
		"             {\"a\":1}\n"
		"             |::x\n"
		"      ok     3  HTTP 200\n");
}

static void test_console_stopped(void **state)
{
	struct report_bench *b = *state;
	const struct ev_run_end stopped = {
		.verdict = VERDICT_ABORTED, .exit_status = 143, .duration_us = 61200000,
		.reason = STR_INIT("stopped by SIGTERM after 61.2 s"),
	};
	struct error err;

	report_bench_open(b, "", true);
	plan(b, "a.sql", 0, 3);
	begin(b, "0");
	assert_int_equal(report_set_finish(b->set, &stopped, &err), 0);
	expect_console("stopped", b,
		"ABORTED  3 entries: 0 passed, 1 aborted, 2 not run                      61.200 s\n"
		"  stopped  stopped by SIGTERM after 61.2 s\n"
		"  ABORT  a.sql > entry 0   stopped by SIGTERM after 61.2 s   a.sql:1\n");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, report_bench_setup, report_bench_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_console_plain),
		TEST(test_console_quiet),
		TEST(test_console_guard),
		TEST(test_console_folds_what_passed),
		TEST(test_console_flushes_what_was_held),
		TEST(test_console_silence),
		TEST(test_console_status_of_nothing),
		TEST(test_console_region),
		TEST(test_console_region_is_narrow),
		TEST(test_console_region_after_a_stop),
		TEST(test_console_colour),
		TEST(test_console_verbose),
		TEST(test_console_stopped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
