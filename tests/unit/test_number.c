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

static void test_number_compare(void **state)
{
	static const struct {
		const char *a, *b;
		int want;
	} rows[] = {
		{ "0", "-0", 0 },
		{ "0", "0.0", 0 },
		{ "0e5", "-0.00", 0 },
		{ "1", "1.000", 0 },
		{ "100", "1e2", 0 },
		{ "0.001", "1e-3", 0 },
		{ "12.5", "125e-1", 0 },
		{ "2", "10", -1 },
		{ "-2", "-10", 1 },
		{ "-1", "1", -1 },
		{ "0.1", "0.09", 1 },
		{ "9223372036854775807", "9223372036854775808", -1 },
		{ "1e999999999999999999999", "2", 1 },
		{ "1e-999999999999999999999", "0", 1 },
		{ "123456789012345678901234567890", "123456789012345678901234567891", -1 },
		{ "1.00000000000000000000000000001", "1", 1 },
		{ "{\"ty\":\"float\",\"v\":\"inf\"}", "1e400", 1 },
		{ "{\"ty\":\"float\",\"v\":\"-inf\"}", "-1e400", -1 },
		{ "{\"ty\":\"float\",\"v\":\"nan\"}", "1", NUMBER_UNORDERED },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct value *a = help_json(&arena, rows[i].a);
		const struct value *b = help_json(&arena, rows[i].b);

		expect_int(rows[i].a, number_compare(a, b), rows[i].want);
		if (rows[i].want != NUMBER_UNORDERED)
			expect_int(rows[i].b, number_compare(b, a), -rows[i].want);
	}
}

static void test_number_calc(void **state)
{
	static const struct {
		const char *x;
		enum number_op op;
		const char *y;
		const char *want;	/* shown; NULL: an error */
	} rows[] = {
		{ "1", NUMBER_PLUS, "2", "integer <3>" },
		{ "9223372036854775807", NUMBER_PLUS, "1", "integer <9223372036854775808>" },
		{ "5", NUMBER_MINUS, "7", "integer <-2>" },
		{ "5", NUMBER_MINUS, "5", "integer <0>" },
		{ "-5", NUMBER_MINUS, "-7", "integer <2>" },
		{ "1000", NUMBER_MINUS, "1", "integer <999>" },
		{ "99999999999", NUMBER_TIMES, "99999999999", "integer <9999999999800000000001>" },
		{ "-3", NUMBER_TIMES, "0", "integer <0>" },
		{ "{\"ty\":\"decimal\",\"v\":\"2.50\"}", NUMBER_PLUS, "1", "decimal <3.50>" },
		{ "{\"ty\":\"decimal\",\"v\":\"2.50\"}", NUMBER_TIMES, "2", "decimal <5.00>" },
		{ "{\"ty\":\"decimal\",\"v\":\"0.1\"}", NUMBER_PLUS, "0.2", "float <0.3>" },
		{ "0.1", NUMBER_PLUS, "0.2", "float <0.3>" },
		{ "1", NUMBER_PLUS, "1.0", "float <2.0>" },
		{ "6", NUMBER_DIVIDED_BY, "3", "integer <2>" },
		{ "1", NUMBER_DIVIDED_BY, "4", "decimal <0.25>" },
		{ "-1", NUMBER_DIVIDED_BY, "4", "decimal <-0.25>" },
		{ "2", NUMBER_DIVIDED_BY, "3", "decimal <0.66666666666666666667>" },
		{ "-2", NUMBER_DIVIDED_BY, "3", "decimal <-0.66666666666666666667>" },
		{ "1", NUMBER_DIVIDED_BY, "300000000000000000000000", "integer <0>" },
		{ "100", NUMBER_DIVIDED_BY, "{\"ty\":\"decimal\",\"v\":\"0.1\"}", "integer <1000>" },
		{ "1", NUMBER_DIVIDED_BY, "0", NULL },
		{ "1", NUMBER_DIVIDED_BY, "0.0", NULL },
		{ "1e999", NUMBER_PLUS, "1e-999", NULL },
		{ "{\"ty\":\"float\",\"v\":\"inf\"}", NUMBER_PLUS, "1", NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct value *got = NULL;
		struct error err;
		int rc = number_calc(&arena, rows[i].op, help_json(&arena, rows[i].x),
			help_json(&arena, rows[i].y), &got, &err);

		expect_int(rows[i].x, rc, rows[i].want ? 0 : -1);
		if (rows[i].want)
			expect_text(rows[i].want, help_show(&arena, got), rows[i].want);
		else
			assert_int_equal(err.code, ERR_CHECK);
	}
}

static void test_number_parse(void **state)
{
	static const struct {
		const char *text;
		bool exponent;
		const char *want;	/* NULL: refused */
	} rows[] = {
		{ "0", false, "integer <0>" },
		{ "-12", false, "integer <-12>" },
		{ "9223372036854775808", false, "integer <9223372036854775808>" },
		{ "1.50", false, "float <1.50>" },
		{ "1e3", true, "float <1e3>" },
		{ "1e3", false, NULL },
		{ "01", false, NULL },
		{ "-", false, NULL },
		{ "1.", false, NULL },
		{ ".5", false, NULL },
		{ "+1", false, NULL },
		{ "1 ", false, NULL },
		{ "", false, NULL },
		{ "1e", true, NULL },
		{ "1e+", true, NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct value *got = NULL;
		bool ok = number_parse(&arena, str_from(rows[i].text), rows[i].exponent, &got);

		expect_int(rows[i].text, ok, rows[i].want != NULL);
		if (ok)
			expect_text(rows[i].text, help_show(&arena, got), rows[i].want);
	}
}

static void test_number_plain(void **state)
{
	static const struct {
		const char *json;
		const char *want;	/* NULL: none */
	} rows[] = {
		{ "{\"ty\":\"decimal\",\"v\":\"-12.50\"}", "-12.50" },
		{ "9007199254740993", "9007199254740993" },
		{ "1e3", "1000" },
		{ "1.25e1", "12.5" },
		{ "-1e-3", "-0.001" },
		{ "0e9", "0" },
		{ "1e999999999", NULL },
		{ "{\"ty\":\"float\",\"v\":\"inf\"}", NULL },
		{ "{\"ty\":\"float\",\"v\":\"nan\"}", NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct strbuf sb;

		strbuf_init(&sb, 100000);
		expect_int(rows[i].json, number_plain(&sb, help_json(&arena, rows[i].json)),
			rows[i].want != NULL);
		expect_text(rows[i].json, strbuf_str(&sb), rows[i].want);
		strbuf_release(&sb);
	}
}

static void test_number_within(void **state)
{
	static const struct {
		const char *a, *b, *tolerance;
		bool percent;
		bool want;
	} rows[] = {
		{ "12.6", "12.5", "0.1", false, true },
		{ "12.61", "12.5", "0.1", false, false },
		{ "12.4", "12.5", "0.1", false, true },
		{ "-1", "1", "2", false, true },
		{ "101", "100", "1", true, true },
		{ "102", "100", "1", true, false },
		{ "-101", "-100", "1", true, true },
		{ "0", "0", "0", true, true },
		{ "1e400", "1", "1", false, false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		expect_int(rows[i].a, number_within(help_json(&arena, rows[i].a), help_json(&arena, rows[i].b),
			help_json(&arena, rows[i].tolerance), rows[i].percent), rows[i].want);
}

static void test_number_to_double(void **state)
{
	static const struct {
		const char *text;
		double low, high;
	} rows[] = {
		{ "1.5", 1.5, 1.5 },
		{ "007", 7, 7 },
		{ "+1.5", 1.5, 1.5 },
		{ ".5", 0.5, 0.5 },
		{ "5.", 5, 5 },
		{ "1e-999", 0, 0 },
		{ "-0.25e1", -2.5, -2.5 },
		{ "x", 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		double d = number_to_double(str_from(rows[i].text));

		expect_true(rows[i].text, d >= rows[i].low && d <= rows[i].high);
	}
	assert_true(number_to_double(STR("1e999")) > 1e308);
	assert_true(number_to_double(STR("-1e999")) < -1e308);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_number_compare, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_number_calc, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_number_parse, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_number_plain, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_number_within, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_number_to_double, set_up, tear_down),
	};

	return cmocka_run_group_tests_name("number", tests, NULL, NULL);
}
