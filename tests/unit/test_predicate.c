#include "harness/value/predicate.h"

#include "harness/value/filter.h"
#include "tests/unit/value_help.h"

static struct arena arena;

static int set_up(void **state)
{
	(void)state;
	arena_init(&arena, 64 * 1024 * 1024);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_release(&arena);
	return 0;
}

static void test_predicates_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < PREDICATE_COUNT; i++) {
		const struct predicate *p = &predicates[i];

		expect_true("takes", p->takes != 0);
		expect_int("eval", p->eval == NULL, i == PREDICATE_TABLE);
		assert_non_null(p->expectation);
		if (!p->name)
			continue;
		expect_true(p->name, p->help && *p->help);
		expect_true(p->name, predicate_find(str_from(p->name)) == p);
		if (p->deprecated_for)
			expect_true(p->name, predicate_find(str_from(p->deprecated_for)) != NULL);
	}
	assert_null(predicate_find(STR("equals")));
	assert_string_equal(predicate_suggest(STR("contain")), "contains");
	assert_string_equal(predicate_suggest(STR("isempty")), "isEmpty");
}

#define NONE "{\"ty\":\"none\"}"
#define BYTES(b64) "{\"ty\":\"bytes\",\"b64\":\"" b64 "\"}"
#define REGEX(text) "{\"ty\":\"regex\",\"v\":\"" text "\"}"
#define DATE(text) "{\"ty\":\"date\",\"v\":\"" text "\"}"

#define SQL_ERROR "{\"code\":1062,\"sqlstate\":\"23000\",\"message\":\"Duplicate entry\"}"

static enum holds judge(const struct predicate *p, const struct value *actual, const char *expected)
{
	struct eval ev = help_eval(&arena, NULL, NULL);
	struct error err;

	return predicate_apply(&ev, p, actual, expected ? help_json(&arena, expected) : NULL, &err);
}

static void test_predicate_outcomes(void **state)
{
	static const struct {
		const char *actual, *predicate, *expected;
		enum holds want;
	} rows[] = {
		{ "1", "==", "1.0", HOLDS },
		{ "1", "==", "\"1\"", HOLDS_NOT },
		{ NONE, "==", "1", HOLDS_NOT },
		{ NONE, "!=", "1", HOLDS_NOT },
		{ "\"abc\"", "==", BYTES("YWJj"), HOLDS_NOT },
		{ "1", "!=", "2", HOLDS },
		{ "2", ">", "1", HOLDS },
		{ "1", ">", "1", HOLDS_NOT },
		{ "1", ">=", "1.0", HOLDS },
		{ "1", "<", "1.5", HOLDS },
		{ "2", "<=", "1.5", HOLDS_NOT },
		{ "\"b\"", ">", "\"a\"", HOLDS },
		{ "\"b\"", ">", "1", HOLDS_MISMATCH },
		{ "true", ">", "1", HOLDS_MISMATCH },
		{ "{\"ty\":\"float\",\"v\":\"nan\"}", ">=", "1", HOLDS_NOT },
		{ "{\"ty\":\"float\",\"v\":\"nan\"}", "<=", "1", HOLDS_NOT },
		{ DATE("2030-01-01T00:00:00Z"), "<", DATE("2030-01-02T00:00:00Z"), HOLDS },
		{ DATE("2030-01-01T00:00:00Z"), "<", "\"2030\"", HOLDS_MISMATCH },
		{ "\"abc\"", "startsWith", "\"ab\"", HOLDS },
		{ "\"abc\"", "endsWith", "\"bc\"", HOLDS },
		{ "\"abc\"", "endsWith", "\"ab\"", HOLDS_NOT },
		{ BYTES("YWJj"), "startsWith", "\"ab\"", HOLDS_MISMATCH },
		{ BYTES("YWJj"), "startsWith", BYTES("YWI="), HOLDS },
		{ "1", "startsWith", "\"1\"", HOLDS_MISMATCH },
		{ "\"abc\"", "contains", "\"b\"", HOLDS },
		{ "\"abc\"", "contains", "1", HOLDS_MISMATCH },
		{ "[1,\"b\",null]", "contains", "1.0", HOLDS },
		{ "[1,\"b\",null]", "contains", "null", HOLDS },
		{ "[1]", "contains", "\"1\"", HOLDS_NOT },
		{ BYTES("YWJj"), "contains", BYTES("Yg=="), HOLDS },
		{ "1", "contains", "\"1\"", HOLDS_MISMATCH },
		{ NONE, "contains", "\"1\"", HOLDS_NOT },
		{ "\"ab\"", "matches", REGEX("^a.$"), HOLDS },
		{ "\"ab\"", "matches", "\"^b\"", HOLDS_NOT },
		{ "\"ab\"", "matches", "\"(\"", HOLDS_ERROR },
		{ "1", "matches", "\"1\"", HOLDS_MISMATCH },
		{ "null", "exists", NULL, HOLDS },
		{ "[]", "exists", NULL, HOLDS },
		{ "{\"ty\":\"nodeset\",\"v\":0}", "exists", NULL, HOLDS_NOT },
		{ "{\"ty\":\"nodeset\",\"v\":1}", "exists", NULL, HOLDS },
		{ "{\"ty\":\"unit\"}", "exists", NULL, HOLDS },
		{ NONE, "exists", NULL, HOLDS_NOT },
		{ "\"\"", "isEmpty", NULL, HOLDS },
		{ "{}", "isEmpty", NULL, HOLDS },
		{ "[1]", "isEmpty", NULL, HOLDS_NOT },
		{ BYTES(""), "isEmpty", NULL, HOLDS },
		{ "{\"ty\":\"nodeset\",\"v\":0}", "isEmpty", NULL, HOLDS },
		{ "1", "isEmpty", NULL, HOLDS_MISMATCH },
		{ "null", "isEmpty", NULL, HOLDS_MISMATCH },
		{ "\"1\"", "isString", NULL, HOLDS },
		{ "1", "isString", NULL, HOLDS_NOT },
		{ "true", "isBoolean", NULL, HOLDS },
		{ "1.5", "isNumber", NULL, HOLDS },
		{ "99999999999999999999", "isNumber", NULL, HOLDS },
		{ "1.0", "isInteger", NULL, HOLDS_NOT },
		{ "1.0", "isFloat", NULL, HOLDS },
		{ "99999999999999999999", "isInteger", NULL, HOLDS },
		{ "[]", "isList", NULL, HOLDS },
		{ BYTES(""), "isList", NULL, HOLDS },
		{ "{}", "isObject", NULL, HOLDS },
		{ "{\"ty\":\"nodeset\",\"v\":0}", "isObject", NULL, HOLDS },
		{ "{}", "isCollection", NULL, HOLDS },
		{ "\"\"", "isCollection", NULL, HOLDS_NOT },
		{ DATE("2030-01-01T00:00:00Z"), "isDate", NULL, HOLDS },
		{ "\"2030-01-01\"", "isDate", NULL, HOLDS_NOT },
		{ "\"2030-01-01T00:00:00Z\"", "isIsoDate", NULL, HOLDS },
		{ "\"2030-01-01\"", "isIsoDate", NULL, HOLDS_NOT },
		{ "1", "isIsoDate", NULL, HOLDS_MISMATCH },
		{ "\"127.0.0.1\"", "isIpv4", NULL, HOLDS },
		{ "\"127.0.0.01\"", "isIpv4", NULL, HOLDS_NOT },
		{ "\"127.0.0\"", "isIpv4", NULL, HOLDS_NOT },
		{ "\"::1\"", "isIpv6", NULL, HOLDS },
		{ "\"fe80::1%eth0\"", "isIpv6", NULL, HOLDS_NOT },
		{ "\"127.0.0.1\"", "isIpv6", NULL, HOLDS_NOT },
		{ "\"6ba7b810-9dad-11d1-80b4-00c04fd430c8\"", "isUuid", NULL, HOLDS },
		{ "\"6BA7B8109DAD11D180B400C04FD430C8\"", "isUuid", NULL, HOLDS },
		{ "\"{6ba7b810-9dad-11d1-80b4-00c04fd430c8}\"", "isUuid", NULL, HOLDS },
		{ "\"urn:uuid:6ba7b810-9dad-11d1-80b4-00c04fd430c8\"", "isUuid", NULL, HOLDS },
		{ "\"6ba7b810-9dad-11d1-80b4-00c04fd430c\"", "isUuid", NULL, HOLDS_NOT },
		{ "\"6ba7b81-09dad-11d1-80b4-00c04fd430c8\"", "isUuid", NULL, HOLDS_NOT },
		{ "[1]", "includes", "1", HOLDS },
		{ "\"1\"", "includes", "\"1\"", HOLDS_MISMATCH },
		{ "2", "in", "[1,2.0]", HOLDS },
		{ "\"2\"", "in", "[1,2]", HOLDS_NOT },
		{ "2", "in", "\"2\"", HOLDS_MISMATCH },
		{ "{\"a\":1,\"b\":[2]}", "equalsJson", "{\"b\":[2.0],\"a\":1}", HOLDS },
		{ "{\"a\":1,\"b\":2}", "equalsJson", "{\"a\":1}", HOLDS_NOT },
		{ "{\"a\":1,\"b\":2}", "includesJson", "{\"a\":1}", HOLDS },
		{ "{\"a\":1}", "includesJson", "{\"a\":1,\"b\":2}", HOLDS_NOT },
		{ "{\"a\":{\"x\":1,\"y\":2}}", "includesJson", "{\"a\":{\"x\":\"*\"}}", HOLDS },
		{ "{\"a\":null}", "equalsJson", "{\"a\":\"*\"}", HOLDS },
		{ "{}", "equalsJson", "{\"a\":\"*\"}", HOLDS_NOT },
		{ "[1,2]", "includesJson", "[1]", HOLDS_NOT },
		{ "[{\"a\":1,\"b\":2}]", "includesJson", "[{\"a\":1}]", HOLDS },
		{ "\"{\\\"a\\\": 1}\"", "equalsJson", "{\"a\":1}", HOLDS },
		{ "\"nope\"", "equalsJson", "{\"a\":1}", HOLDS_ERROR },
		{ "\"nope\"", "equalsJson", "\"nope\"", HOLDS },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		expect_int(arena_printf(&arena, "%s %s %s", rows[i].actual, rows[i].predicate,
			rows[i].expected ? rows[i].expected : "").p,
			judge(predicate_find(str_from(rows[i].predicate)), help_json(&arena, rows[i].actual),
				rows[i].expected), rows[i].want);
}

static void test_predicate_internal(void **state)
{
	static const struct {
		enum predicate_id id;
		const char *actual, *expected;
		enum holds want;
	} rows[] = {
		{ PREDICATE_RANGE, "3", "[1,5]", HOLDS },
		{ PREDICATE_RANGE, "0", "[1,5]", HOLDS_NOT },
		{ PREDICATE_RANGE, "6", "[1,5]", HOLDS_NOT },
		{ PREDICATE_RANGE, "6", "[1,null]", HOLDS },
		{ PREDICATE_RANGE, "6", "[null,5]", HOLDS_NOT },
		{ PREDICATE_STATUS, "200", "[200,201]", HOLDS },
		{ PREDICATE_STATUS, "202", "[200,201]", HOLDS_NOT },
		{ PREDICATE_STATUS, "204", "\"2xx\"", HOLDS },
		{ PREDICATE_STATUS, "304", "\"2xx\"", HOLDS_NOT },
		{ PREDICATE_STATUS, "304", "\"30x\"", HOLDS },
		{ PREDICATE_HEADER, "\" a \"", "\"a\"", HOLDS },
		{ PREDICATE_HEADER, "[\"b\",\"a\"]", "\"a\"", HOLDS },
		{ PREDICATE_HEADER, "[\"b\",\"c\"]", "\"a\"", HOLDS_NOT },
		{ PREDICATE_ERROR, "{\"code\":1062}", NULL, HOLDS },
		{ PREDICATE_ERROR, NONE, NULL, HOLDS_NOT },
		{ PREDICATE_ERROR, SQL_ERROR, "1062", HOLDS },
		{ PREDICATE_ERROR, SQL_ERROR, "1063", HOLDS_NOT },
		{ PREDICATE_ERROR, SQL_ERROR, "\"23000\"", HOLDS },
		{ PREDICATE_ERROR, SQL_ERROR, "\"42000\"", HOLDS_NOT },
		{ PREDICATE_ERROR, "{\"kind\":\"timeout\"}", "\"timeout\"", HOLDS },
		{ PREDICATE_ERROR, "{\"kind\":\"timeout\"}", "\"tls\"", HOLDS_NOT },
		{ PREDICATE_ERROR, "{\"message\":\"WRONGTYPE Operation\"}", "\"WRONGTYPE\"", HOLDS },
		{ PREDICATE_ERROR, "{\"message\":\"WRONGTYPE Operation\"}", "\"ERR\"", HOLDS_NOT },
		{ PREDICATE_LINES, "\"a\"", "\"a\"", HOLDS },
		{ PREDICATE_LINES, "\"a\"", "\"b\"", HOLDS_NOT },
		{ PREDICATE_LINES, BYTES("YQ=="), BYTES("YQ=="), HOLDS },
		{ PREDICATE_LINES, BYTES("YQ=="), "\"a\"", HOLDS_MISMATCH },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		expect_int(rows[i].actual, judge(&predicates[rows[i].id], help_json(&arena, rows[i].actual),
			rows[i].expected), rows[i].want);
}

/* query, filter, predicate over one response, as an assertion line would say it */
static bool assertion(const struct eval *ev, const char *query, const char *query_arg, const char *filter,
	bool negated, const char *predicate, const char *expected)
{
	const struct value *args[2] = { query_arg ? value_string(&arena, str_from(query_arg)) : NULL, NULL };
	const struct value *v = NULL;
	struct error err;
	enum holds holds;

	if (query_eval_call(ev, query_find(str_from(query)), args, &v, &err))
		return false;
	if (filter && filter_apply(ev, filter_find(str_from(filter)), v, args, &v, &err))
		return false;
	holds = predicate_apply(ev, predicate_find(str_from(predicate)), v,
		expected ? help_json(&arena, expected) : NULL, &err);
	return holds == (negated ? HOLDS_NOT : HOLDS);
}

/* What the reference does with a response of status 200 and this body. */
static void test_predicate_checklist(void **state)
{
	static const struct {
		const char *query, *arg, *filter;
		bool negated;
		const char *predicate, *expected;
		bool want;
	} rows[] = {
		{ "jsonpath", "$.n", NULL, false, "==", "1.0", true },
		{ "jsonpath", "$.n", NULL, false, "==", "\"1\"", false },
		{ "jsonpath", "$.n", "toString", false, "==", "\"1\"", true },
		{ "jsonpath", "$.x", NULL, false, "exists", NULL, false },
		{ "jsonpath", "$.x", NULL, false, "!=", "1", false },
		{ "jsonpath", "$.x", NULL, true, "==", "1", true },
		{ "jsonpath", "$.x", "count", false, "==", "0", false },
		{ "jsonpath", "$.l", "count", false, "==", "2", true },
		{ "jsonpath", "$.l", NULL, false, "contains", "2", true },
		{ "jsonpath", "$.l[*]", "count", false, "==", "2", true },
		{ "jsonpath", "$.l[5]", NULL, true, "exists", NULL, true },
		{ "jsonpath", "$.l[?(@.z==1)]", NULL, true, "exists", NULL, false },
		{ "jsonpath", "$.o", NULL, false, "isEmpty", NULL, true },
		{ "jsonpath", "$.o", "count", false, "==", "0", false },
		{ "jsonpath", "$.s", NULL, false, "isEmpty", NULL, false },
		{ "jsonpath", "$.n", NULL, false, "isEmpty", NULL, false },
		{ "jsonpath", "$.n", NULL, true, "isEmpty", NULL, false },
		{ "jsonpath", "$.s", NULL, false, "matches", REGEX("^a.$"), true },
		{ "jsonpath", "$.s", NULL, false, ">", "1", false },
		{ "body", NULL, NULL, false, "startsWith", "\"{\"", true },
		{ "bytes", NULL, NULL, false, "startsWith", "\"{\"", false },
		{ "bytes", NULL, NULL, false, "startsWith", BYTES("ew=="), true },
		{ "status", NULL, NULL, false, ">=", "200", true },
		{ "status", NULL, NULL, false, "<", "300", true },
		{ "status", NULL, NULL, false, "==", "\"200\"", false },
		{ "header", "content-type", NULL, false, "contains", "\"json\"", true },
	};
	struct document d = { 0 };
	struct eval ev = help_eval(&arena, help_response(&arena, "application/json",
		STR("{\"n\":1,\"l\":[1,2],\"o\":{},\"s\":\"ab\"}")), &d);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		expect_int(arena_printf(&arena, "%zu: %s", i, rows[i].predicate).p,
			assertion(&ev, rows[i].query, rows[i].arg, rows[i].filter, rows[i].negated,
				rows[i].predicate, rows[i].expected), rows[i].want);
	document_release(&d);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_predicates_table, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_predicate_outcomes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_predicate_internal, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_predicate_checklist, set_up, tear_down),
	};

	return cmocka_run_group_tests_name("predicate", tests, NULL, NULL);
}
