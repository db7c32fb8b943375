#include "harness/value/value.h"

#include <math.h>

#include "harness/value/json.h"
#include "harness/value/number.h"
#include "tests/unit/value_help.h"

static struct arena arena;

static int set_up(void **state)
{
	(void)state;
	arena_init(&arena, 16 * 1024 * 1024);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_release(&arena);
	return 0;
}

static void test_value_equal(void **state)
{
	static const struct {
		const char *a, *b;
		bool equal;
	} rows[] = {
		{ "1", "1.0", true },
		{ "1", "\"1\"", false },
		{ "null", "null", true },
		{ "null", "false", false },
		{ "9007199254740993", "9007199254740992.0", false },
		{ "9007199254740993", "9007199254740993.0", true },
		{ "0.1", "{\"ty\":\"decimal\",\"v\":\"0.10\"}", true },
		{ "9.99", "{\"ty\":\"decimal\",\"v\":\"9.99\"}", true },
		{ "1e400", "1e400", true },
		{ "1e400", "1e401", false },
		{ "[1,2]", "[1.0,2]", true },
		{ "[1,2]", "[2,1]", false },
		{ "[1]", "[1,2]", false },
		{ "{\"a\":1,\"b\":2}", "{\"b\":2,\"a\":1}", true },
		{ "{\"a\":1,\"a\":2}", "{\"a\":2}", true },
		{ "{\"a\":1,\"a\":2}", "{\"a\":1}", false },
		{ "{\"a\":1}", "{\"a\":1,\"b\":2}", false },
		{ "{}", "[]", false },
		{ "\"abc\"", "{\"ty\":\"bytes\",\"b64\":\"YWJj\"}", false },
		{ "{\"ty\":\"nodeset\",\"v\":3}", "{\"ty\":\"nodeset\",\"v\":3}", true },
		{ "{\"ty\":\"datetime\",\"v\":\"10:00:00.000000\"}", "\"10:00:00\"", true },
		{ "{\"ty\":\"datetime\",\"v\":\"10:00:00.500\"}", "\"10:00:00.5\"", true },
		{ "{\"ty\":\"datetime\",\"v\":\"10:00:00.500\"}", "\"10:00:00\"", false },
		{ "\"10:00:00.000000\"", "\"10:00:00\"", false },
		{ "{\"ty\":\"float\",\"v\":\"nan\"}", "{\"ty\":\"float\",\"v\":\"nan\"}", false },
		{ "{\"ty\":\"float\",\"v\":\"inf\"}", "{\"ty\":\"float\",\"v\":\"inf\"}", true },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct value *a = help_json(&arena, rows[i].a);
		const struct value *b = help_json(&arena, rows[i].b);

		expect_int(rows[i].a, value_equal(a, b), rows[i].equal);
		expect_int(rows[i].b, value_equal(b, a), rows[i].equal);
	}
}

static void test_value_equal_large_objects(void **state)
{
	struct value_object_builder forth = { 0 };
	struct value_object_builder back = { 0 };
	const struct value *a;
	const struct value *b;

	(void)state;
	for (int i = 0; i < 100; i++) {
		value_object_add(&arena, &forth, arena_printf(&arena, "k%d", i), value_int(&arena, i));
		value_object_add(&arena, &back, arena_printf(&arena, "k%d", 99 - i),
			value_int(&arena, 99 - i));
	}
	a = value_object_finish(&arena, &forth);
	b = value_object_finish(&arena, &back);
	assert_true(value_equal(a, b));
	value_object_add(&arena, &back, STR("k5"), value_int(&arena, 6));
	assert_false(value_equal(a, value_object_finish(&arena, &back)));
}

static void test_value_order(void **state)
{
	static const struct {
		const char *a, *b;
		bool ordered;
		int want;
	} rows[] = {
		{ "1", "2", true, -1 },
		{ "10", "9.5", true, 1 },
		{ "123456789012345678901234567890", "9", true, 1 },
		{ "\"a\"", "\"b\"", true, -1 },
		{ "\"Z\"", "\"\u00e4\"", true, -1 },
		{ "\"1\"", "2", false, 0 },
		{ "null", "null", false, 0 },
		{ "true", "false", false, 0 },
		{ "[1]", "[2]", false, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		int c = 0;
		bool ordered = value_order(help_json(&arena, rows[i].a), help_json(&arena, rows[i].b), &c);

		expect_int(rows[i].a, ordered, rows[i].ordered);
		expect_int(rows[i].b, (c > 0) - (c < 0), rows[i].want);
	}
}

static void test_value_render(void **state)
{
	static const struct {
		const char *json;
		const char *want;	/* NULL: cannot be rendered */
	} rows[] = {
		{ "\"a b\"", "a b" },
		{ "true", "true" },
		{ "null", "null" },
		{ "-7", "-7" },
		{ "1.0", "1.0" },
		{ "1e3", "1000.0" },
		{ "-1.5", "-1.5" },
		{ "1.10", "1.1" },
		{ "1e-7", "0.0000001" },
		{ "-0.0", "-0.0" },
		{ "1e400", "1e400" },
		{ "123456789012345678901234567890", "123456789012345678901234567890" },
		{ "{\"ty\":\"decimal\",\"v\":\"25.50\"}", "25.50" },
		{ "{\"ty\":\"date\",\"v\":\"2030-01-02T03:04:05.000006Z\"}", "2030-01-02T03:04:05.000006Z" },
		{ "[]", NULL },
		{ "{}", NULL },
		{ "{\"ty\":\"bytes\",\"b64\":\"YQ==\"}", NULL },
		{ "{\"ty\":\"nodeset\",\"v\":1}", NULL },
		{ "{\"ty\":\"unit\"}", NULL },
		{ "{\"ty\":\"regex\",\"v\":\"a\"}", NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct strbuf sb;

		strbuf_init(&sb, 1000);
		expect_int(rows[i].json, value_render(&sb, help_json(&arena, rows[i].json)),
			rows[i].want != NULL);
		expect_text(rows[i].json, strbuf_str(&sb), rows[i].want);
		strbuf_release(&sb);
	}
}

static void test_value_render_injected(void **state)
{
	const struct value *v = value_integer(&arena, STR("007"));
	struct strbuf sb;

	(void)state;
	strbuf_init(&sb, 100);
	assert_true(value_render(&sb, value_with_flags(&arena, v, VALUE_INJECTED)));
	expect_text("keeps its spelling", strbuf_str(&sb), "007");
	strbuf_release(&sb);
}

static void test_value_render_float(void **state)
{
	static const struct {
		double d;
		const char *want;
	} rows[] = {
		{ 0.1, "0.1" },
		{ 0.30000000000000004, "0.30000000000000004" },
		{ 1e22, "10000000000000000000000.0" },
		{ 5e-324, NULL },
		{ 123456.789, "123456.789" },
		{ -2, "-2.0" },
		{ HUGE_VAL, "inf" },
		{ -HUGE_VAL, "-inf" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct strbuf sb;

		strbuf_init(&sb, 1000);
		value_render_float(&sb, rows[i].d);
		if (rows[i].want)
			expect_text(rows[i].want, strbuf_str(&sb), rows[i].want);
		assert_true(number_to_double(strbuf_str(&sb)) >= rows[i].d);
		assert_true(number_to_double(strbuf_str(&sb)) <= rows[i].d);
		strbuf_release(&sb);
	}
}

static void test_value_show(void **state)
{
	static const struct {
		const char *json;
		const char *want;
	} rows[] = {
		{ "3", "integer <3>" },
		{ "1.0", "float <1.0>" },
		{ "1.10", "float <1.10>" },
		{ "\"a\\nb\"", "string <a\\nb>" },
		{ "true", "boolean <true>" },
		{ "null", "null <null>" },
		{ "[1,2]", "list <[1,2]>" },
		{ "{\"a\":\"x\"}", "object <{\"a\":\"x\"}>" },
		{ "{\"ty\":\"bytes\",\"b64\":\"Yf8=\"}", "bytes <61ff>" },
		{ "{\"ty\":\"bytes\",\"b64\":\"Yf8=\",\"sql\":true}", "bytes <0x61ff>" },
		{ "{\"ty\":\"masked\"}", "string <***>" },
		{ "[1,{\"ty\":\"masked\"}]", "list <[1,\"***\"]>" },
		{ "{\"ty\":\"unit\"}", "unit" },
		{ "{\"ty\":\"none\"}", "none" },
		{ "{\"ty\":\"nodeset\",\"v\":2}", "nodeset <2>" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		expect_text(rows[i].json, help_show(&arena, help_json(&arena, rows[i].json)), rows[i].want);
}

static void test_value_show_cuts(void **state)
{
	struct strbuf sb;

	(void)state;
	strbuf_init(&sb, 1000);
	value_show(&sb, value_string(&arena, STR("a\xC3\xA4""bcdef")), 2);
	expect_text("no half character", strbuf_str(&sb), "string <a... (8 bytes)>");
	strbuf_clear(&sb);
	value_show(&sb, help_json(&arena, "[\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"]"), 10);
	expect_text("a list's start", strbuf_str(&sb), "list <[\"aaaaaaaa...>");
	strbuf_release(&sb);
}

static void test_value_types_show(void **state)
{
	static const struct {
		unsigned types;
		const char *want;
	} rows[] = {
		{ TYPE_BIT(VALUE_LIST), "a list" },
		{ TYPE_BIT(VALUE_LIST) | TYPE_BIT(VALUE_BYTES) | TYPE_BIT(VALUE_NODESET),
			"bytes, a list or a nodeset" },
		{ TYPES_NUMBER | TYPE_BIT(VALUE_STRING), "a number or a string" },
		{ TYPES_ANY, "anything" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct strbuf sb;

		strbuf_init(&sb, 200);
		value_types_show(&sb, rows[i].types);
		expect_text(rows[i].want, strbuf_str(&sb), rows[i].want);
		strbuf_release(&sb);
	}
}

static void test_value_copy(void **state)
{
	const char *text = "{\"a\":[1,1.50,\"x\",null],\"b\":{\"c\":true}}";
	const struct value *v = help_json(&arena, text);
	const struct value *copy;
	struct arena other;
	struct strbuf sb;

	(void)state;
	arena_init(&other, 100000);
	copy = value_copy(&other, v);
	arena_release(&arena);
	strbuf_init(&sb, 1000);
	json_write(&sb, copy);
	expect_text("lives on", strbuf_str(&sb), text);
	strbuf_release(&sb);
	arena_release(&other);
}

static void test_value_get(void **state)
{
	const struct value *v = help_json(&arena, "{\"a\":1,\"b\":2,\"a\":3}");

	(void)state;
	assert_int_equal(value_get(v, "a")->u.integer, 3);
	assert_null(value_get(v, "c"));
	assert_null(value_get(NULL, "a"));
	assert_null(value_get(value_null(), "a"));
}

static void test_value_builders_fail_late(void **state)
{
	struct value_list_builder list = { 0 };
	struct value_object_builder object = { 0 };

	(void)state;
	value_list_add(&arena, &list, value_null());
	value_list_add(&arena, &list, NULL);
	value_list_add(&arena, &list, value_null());
	assert_null(value_list_finish(&arena, &list));
	value_object_add_opt(&arena, &object, STR("a"), NULL);
	assert_non_null(value_object_finish(&arena, &object));
	value_object_add(&arena, &object, STR("a"), NULL);
	assert_null(value_object_finish(&arena, &object));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_value_equal, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_value_equal_large_objects, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_value_order, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_value_render, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_value_render_injected, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_value_render_float, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_value_show, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_value_show_cuts, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_value_types_show, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_value_copy, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_value_get, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_value_builders_fail_late, set_up, tear_down),
	};

	return cmocka_run_group_tests_name("value", tests, NULL, NULL);
}
