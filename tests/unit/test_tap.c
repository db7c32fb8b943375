#include "reports/reports.h"

#include <fcntl.h>
#include <unistd.h>

#include "tests/unit/expect.h"
#include "tests/unit/report_bench.h"

static void plan(struct report_bench *b, const char *id, const char *title)
{
	struct event e = { .kind = EVENT_PLANNED };

	e.u.planned = (struct ev_planned){
		.id = str_from(id), .suite = STR("outbox.sql"), .file = STR("suites/outbox.sql"),
		.title = str_from(title), .line = 12,
	};
	report_bench_event(b, e);
}

static void end(struct report_bench *b, const char *id, enum status status, struct str message)
{
	struct event e = { .kind = EVENT_ENTRY_END };

	e.u.entry_end = (struct ev_entry_end){
		.id = str_from(id), .status = status, .message = message, .duration_us = 12410, .attempts = 1,
	};
	report_bench_event(b, e);
}

static void start_suite(struct report_bench *b)
{
	struct event e = { .kind = EVENT_SUITE_START };

	e.u.suite = (struct ev_suite){ STR("outbox.sql"), STR("suites/outbox.sql") };
	report_bench_event(b, e);
}

static void finish(struct report_bench *b, const char *reason)
{
	const struct ev_run_end e = { .verdict = VERDICT_COUNT, .reason = str_from(reason) };
	struct error err;

	assert_int_equal(report_set_finish(b->set, &e, &err), 0);
}

#define HEAD "# postflight run 20261124T031500Z-7f3a\n"

/* A file is in declared order, whatever the order of completion. */
static void test_tap_file(void **state)
{
	struct report_bench *b = *state;

	report_bench_open(b, "tap=a.tap", false);
	plan(b, "1", "history is complete");
	plan(b, "2", "table #4 \\# TODO x");
	plan(b, "3", "totals");
	end(b, "3", STATUS_WARNING, STR("expected # 3"));
	end(b, "2", STATUS_SKIPPED, STR("tags: #slow not selected"));
	end(b, "1", STATUS_PASSED, STR(""));
	finish(b, NULL);
	expect_text("file", report_bench_read(b, "a.tap"),
		"TAP version 13\n1..3\n" HEAD
		"ok 1 - outbox.sql > history is complete\n  ---\n  duration_ms: 12.410\n  ...\n"
		"ok 2 - outbox.sql > table \xef\xbc\x83" "4 \\\xef\xbc\x83 TODO x # SKIP tags: \xef\xbc\x83slow not selected\n"
		"ok 3 - outbox.sql > totals # SKIP warning: expected \xef\xbc\x83 3\n"
		"  ---\n  id: \"3\"\n  status: \"warning\"\n  kind: \"assert.other\"\n  message: \"expected # 3\"\n"
		"  at:\n    file: \"suites/outbox.sql\"\n    line: 12\n  duration_ms: 12.410\n  ...\n");
}

static void test_tap_stopped(void **state)
{
	struct report_bench *b = *state;
	struct str tap;

	report_bench_open(b, "tap=a.tap", false);
	plan(b, "1", "one");
	plan(b, "2", "two");
	end(b, "1", STATUS_PASSED, STR(""));
	finish(b, "stopped by SIGTERM after 61.2 s");
	tap = report_bench_read(b, "a.tap");
	assert_true(str_find(tap, STR("not ok 2 - outbox.sql > two\n  ---\n  id: \"2\"\n  status: \"not_run\"\n"
		"  kind: \"error.not_run\"\n  message: \"stopped by SIGTERM after 61.2 s\"\n")) != SIZE_MAX);
	assert_true(str_ends_with(tap,
		STR("\nBail out! stopped by SIGTERM after 61.2 s: 1 of 2 entries did not finish\n")));
}

/* On a pipe: the plan first, points in order of completion, what never ended last. */
static void test_tap_live(void **state)
{
	struct report_bench *b = *state;
	int fd = open("live", O_WRONLY | O_CREAT | O_APPEND, 0600);
	char spec[32];

	assert_true(fd >= 0);
	(void)snprintf(spec, sizeof(spec), "tap=/dev/fd/%d", fd);
	report_bench_open(b, spec, false);
	plan(b, "1", "one");
	plan(b, "2", "two");
	plan(b, "3", "three");
	expect_text("nothing yet", report_bench_read(b, "live"), "");
	start_suite(b);
	expect_text("plan", report_bench_read(b, "live"), "TAP version 13\n1..3\n" HEAD);
	end(b, "3", STATUS_PASSED, STR(""));
	end(b, "1", STATUS_SKIPPED, STR("later"));
	expect_text("points", report_bench_read(b, "live"), "TAP version 13\n1..3\n" HEAD
		"ok 1 - outbox.sql > three\n  ---\n  duration_ms: 12.410\n  ...\n"
		"ok 2 - outbox.sql > one # SKIP later\n");
	finish(b, NULL);
	assert_true(str_find(report_bench_read(b, "live"), STR("\nnot ok 3 - outbox.sql > two\n")) != SIZE_MAX);
	assert_true(str_ends_with(report_bench_read(b, "live"),
		STR("\nBail out! the run was stopped: 1 of 3 entries did not finish\n")));
	assert_int_equal(close(fd), 0);
}

/* However large the texts of a case are, its point is not. */
static void test_tap_point_is_bounded(void **state)
{
	struct report_bench *b = *state;
	struct event e = { .kind = EVENT_ENTRY_END };
	struct named_value again[3];
	struct str big = { arena_zalloc(&b->arena, 40000), 40000 };
	static const char *const names[] = { "curl", "mysql", "postflight" };

	for (size_t i = 0; i < 3; i++)
		again[i] = (struct named_value){ .name = str_from(names[i]), .value = value_string(&b->arena, big) };
	report_bench_open(b, "tap=a.tap", false);
	plan(b, "1", "one");
	e.u.entry_end = (struct ev_entry_end){
		.id = STR("1"), .status = STATUS_FAILED, .message = big, .why = big, .fix = big, .repro = { again, 3 },
	};
	report_bench_event(b, e);
	finish(b, NULL);
	assert_true(report_bench_read(b, "a.tap").n < 8 * 1024 + 200);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, report_bench_setup, report_bench_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_tap_file),
		TEST(test_tap_stopped),
		TEST(test_tap_live),
		TEST(test_tap_point_is_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
