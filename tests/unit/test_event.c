#include "harness/report/event.h"

#include "harness/report/event_layout.h"
#include "tests/unit/expect.h"
#include "tests/unit/sample_run.h"

static struct str written(struct arena *a, const struct event *e)
{
	struct strbuf sb;
	struct str line;

	strbuf_init(&sb, 1 << 20);
	event_write(&sb, e, STR("20261124T031500Z-7f3a"));
	assert_false(strbuf_failed(&sb));
	line = arena_str(a, strbuf_str(&sb));
	strbuf_release(&sb);
	return line;
}

/* Every event comes back as it was: its second line is its first. */
static void test_event_round_trip(void **state)
{
	struct sample_random r = { 7 };
	struct arena a;

	(void)state;
	arena_init(&a, (size_t)1 << 30);
	for (int i = 0; i < 300; i++) {
		for (int kind = 0; kind < EVENT_KIND_COUNT; kind++) {
			struct event e = sample_event(&a, &r, (enum event_kind)kind);
			struct event copy, back;
			struct str first, run_id;
			struct error err;

			assert_true(event_settle(&a, &e));
			first = written(&a, &e);
			assert_true(first.n <= 256 * 1024);
			if (event_read(&a, first, &back, &run_id, &err))
				fail_msg("%s\n%.*s", err.message, STR_ARG(first));
			expect_text("run", run_id, "20261124T031500Z-7f3a");
			expect_str(event_word(e.kind), written(&a, &back), first);
			assert_true(event_copy(&a, &back, &copy));
			expect_str(event_word(e.kind), written(&a, &copy), first);
		}
		arena_release(&a);
	}
	arena_release(&a);
}

static void test_event_line(void **state)
{
	struct event e = { .kind = EVENT_ASSERTION, .seq = 41, .us = 2118402,
			   .wall_us = INT64_C(1795490102118000) };
	struct arena a;

	(void)state;
	arena_init(&a, 1 << 20);
	e.u.assertion = (struct ev_assertion){
		.id = STR("5d0e61a2b9c4"), .attempt = 1, .n = 3, .file = STR("suites/pedidos.suite"), .line = 38,
		.source = STR("jsonpath \"$[0].total\" == \"25.50\""), .expected = value_string(&a, STR("25.50")),
		.actual = value_decimal(&a, STR("25.5")), .message = STR("expected string <25.50>, got float <25.5>"),
	};
	expect_text("assertion", written(&a, &e),
		"{\"v\":1,\"seq\":41,\"t\":\"2026-11-24T03:15:02.118Z\",\"us\":2118402,"
		"\"run\":\"20261124T031500Z-7f3a\",\"ev\":\"assertion\",\"id\":\"5d0e61a2b9c4\",\"attempt\":1,\"n\":3,"
		"\"file\":\"suites/pedidos.suite\",\"line\":38,\"column\":0,"
		"\"source\":\"jsonpath \\\"$[0].total\\\" == \\\"25.50\\\"\",\"expected\":\"25.50\","
		"\"actual\":{\"ty\":\"decimal\",\"v\":\"25.5\"},\"ok\":false,"
		"\"message\":\"expected string <25.50>, got float <25.5>\"}\n");
	arena_release(&a);
}

static void test_event_read_refuses(void **state)
{
#define HEAD "{\"v\":1,\"seq\":0,\"t\":\"2026-11-24T03:15:02.118Z\",\"us\":1,\"run\":\"r\",\"ev\":"
	static const struct {
		const char *line;
		int rc;
	} rows[] = {
		{ HEAD "\"plan\",\"count\":3}", 0 },
		{ HEAD "\"plan\",\"count\":3,\"later\":[1]}", 0 },
		{ HEAD "\"not_known_yet\",\"count\":\"x\"}", 1 },
		{ HEAD "\"plan\",\"count\":\"3\"}", -1 },
		{ HEAD "\"plan\",\"count\":-3}", -1 },
		{ HEAD "\"run_end\",\"verdict\":\"green\"}", -1 },
		{ HEAD "\"entry_end\",\"status\":\"ok\"}", -1 },
		{ HEAD "7}", -1 },
		{ HEAD "\"plan\"", -1 },
		{ "{\"v\":2,\"seq\":0,\"t\":\"2026-11-24T03:15:02.118Z\",\"us\":1,\"run\":\"r\",\"ev\":\"plan\"}", -1 },
		{ "{\"v\":1,\"seq\":0,\"t\":\"2026-13-24T03:15:02.118Z\",\"us\":1,\"run\":\"r\",\"ev\":\"plan\"}", -1 },
		{ "[]", -1 }, { "", -1 }, { "3", -1 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct event e = { .kind = EVENT_LOG };
		struct str run_id;
		struct error err;
		struct arena a;

		arena_init(&a, 1 << 20);
		expect_int(rows[i].line, event_read(&a, str_from(rows[i].line), &e, &run_id, &err), rows[i].rc);
		expect_int(rows[i].line, e.kind, rows[i].rc ? EVENT_LOG : EVENT_PLAN);
		arena_release(&a);
	}
}

/* A line has a ceiling, however large its texts and lists are, and says that it was cut. */
static void test_event_line_is_cut(void **state)
{
	struct event e = { .kind = EVENT_ENTRY_END };
	struct named_value *many;
	struct arena a;
	struct str line;
	char *big;

	(void)state;
	arena_init(&a, (size_t)1 << 30);
	big = arena_alloc(&a, 1 << 20);
	memset(big, 1, 1 << 20);
	many = arena_array(&a, 20000, sizeof(*many));
	for (size_t i = 0; i < 20000; i++) {
		many[i].name = arena_printf(&a, "n%zu", i);
		many[i].value = value_string(&a, str_make(big, 100));
	}
	e.u.entry_end = (struct ev_entry_end){
		.id = STR("5d0e61a2b9c4"), .message = str_make(big, 1 << 20), .detail = str_make(big, 1 << 20),
		.metrics = { many, 20000 },
	};
	line = written(&a, &e);
	assert_true(line.n <= 256 * 1024);
	assert_true(str_find(line, STR("\"cut\":true")) != SIZE_MAX);
	assert_true(str_find(line, STR("bytes left out of 1 048 576, sha256 ")) != SIZE_MAX);
	assert_true(event_settle(&a, &e));
	expect_str("settled", written(&a, &e), line);
	arena_release(&a);
}

static void test_event_settle(void **state)
{
	struct event e = { .kind = EVENT_LOG, .wall_us = 1795490102118999 };
	struct arena a;

	(void)state;
	arena_init(&a, 1 << 20);
	e.u.log = (struct ev_log){ STR("warning"), STR("caf\xe9"), STR("5d0e61a2b9c4") };
	assert_true(event_settle(&a, &e));
	expect_text("text", e.u.log.text, "caf\\xE9");
	expect_int("time", e.wall_us, 1795490102118000);
	expect_text("id", e.u.log.id, "5d0e61a2b9c4");
	arena_release(&a);
}

static void test_event_words(void **state)
{
	(void)state;
	expect_text("event", str_from(event_word(EVENT_RUN_END)), "run_end");
	expect_text("status", str_from(status_word(STATUS_NOT_RUN)), "not_run");
	expect_text("verdict", str_from(verdict_word(VERDICT_EMPTY)), "empty");
	assert_true(status_is_red(STATUS_ABORTED));
	assert_false(status_is_red(STATUS_WARNING));
}

/* Keys are unique within their group, and members of a group are neighbours. */
static void test_event_layouts(void **state)
{
	(void)state;
	for (int kind = 0; kind < EVENT_KIND_COUNT; kind++) {
		size_t n;
		const struct event_field *rows = event_layout((enum event_kind)kind, &n);

		for (size_t i = 0; i < n; i++)
			for (size_t j = 0; j < i; j++) {
				bool same = rows[i].group == rows[j].group ||
					(rows[i].group && rows[j].group && !strcmp(rows[i].group, rows[j].group));

				assert_false(same && !strcmp(rows[i].key, rows[j].key));
				if (same && rows[i].group)
					assert_true(rows[i - 1].group && !strcmp(rows[i - 1].group, rows[i].group));
			}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_event_round_trip),
		cmocka_unit_test(test_event_line),
		cmocka_unit_test(test_event_read_refuses),
		cmocka_unit_test(test_event_line_is_cut),
		cmocka_unit_test(test_event_settle),
		cmocka_unit_test(test_event_words),
		cmocka_unit_test(test_event_layouts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
