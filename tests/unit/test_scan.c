#include "harness/base/scan.h"

#include <math.h>

#include "harness/base/strbuf.h"
#include "tests/unit/expect.h"

static void test_scan_int(void **state)
{
	static const struct {
		const char *text;
		int64_t min, max;
		bool ok;
		int64_t want;
	} rows[] = {
		{ "0", INT64_MIN, INT64_MAX, true, 0 },
		{ "-0", INT64_MIN, INT64_MAX, true, 0 },
		{ "42", 0, 42, true, 42 },
		{ "43", 0, 42, false, 0 },
		{ "-1", 0, 42, false, 0 },
		{ "-1", -1, 42, true, -1 },
		{ "007", 0, 9, true, 7 },
		{ "9223372036854775807", INT64_MIN, INT64_MAX, true, INT64_MAX },
		{ "9223372036854775808", INT64_MIN, INT64_MAX, false, 0 },
		{ "-9223372036854775808", INT64_MIN, INT64_MAX, true, INT64_MIN },
		{ "-9223372036854775809", INT64_MIN, INT64_MAX, false, 0 },
		{ "99999999999999999999999", INT64_MIN, INT64_MAX, false, 0 },
		{ "", INT64_MIN, INT64_MAX, false, 0 },
		{ "-", INT64_MIN, INT64_MAX, false, 0 },
		{ "--1", INT64_MIN, INT64_MAX, false, 0 },
		{ "+1", INT64_MIN, INT64_MAX, false, 0 },
		{ " 1", INT64_MIN, INT64_MAX, false, 0 },
		{ "1 ", INT64_MIN, INT64_MAX, false, 0 },
		{ "0x1", INT64_MIN, INT64_MAX, false, 0 },
		{ "1.0", INT64_MIN, INT64_MAX, false, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		int64_t got = 77;
		bool ok = scan_int(str_from(rows[i].text), rows[i].min, rows[i].max, &got);

		expect_int(rows[i].text, ok, rows[i].ok);
		expect_int(rows[i].text, got, ok ? rows[i].want : 77);
	}
}

static void test_scan_size(void **state)
{
	size_t got = 77;

	(void)state;
	assert_true(scan_size(STR("18446744073709551615"), SIZE_MAX, &got));
	assert_true(got == SIZE_MAX);
	assert_true(scan_size(STR("10"), 10, &got));
	assert_int_equal(got, 10);
	assert_false(scan_size(STR("11"), 10, &got));
	assert_false(scan_size(STR("-1"), 10, &got));
	assert_false(scan_size(STR("18446744073709551616"), SIZE_MAX, &got));
	assert_false(scan_size(str_make(NULL, 0), SIZE_MAX, &got));
	assert_int_equal(got, 10);
}

static void test_scan_digits(void **state)
{
	uint64_t got = 77;

	(void)state;
	assert_int_equal(scan_digits(STR("123abc"), &got), 3);
	assert_int_equal(got, 123);
	assert_int_equal(scan_digits(STR("abc"), &got), 0);
	assert_int_equal(scan_digits(STR(""), &got), 0);
	assert_int_equal(scan_digits(STR("18446744073709551616"), &got), 0);
	assert_int_equal(got, 123);
}

static void test_scan_duration(void **state)
{
	static const struct {
		const char *text;
		uint64_t unit_us;
		bool ok;
		uint64_t want_us;
	} rows[] = {
		{ "250ms", 0, true, 250000 },
		{ "0s", 0, true, 0 },
		{ "10s", 0, true, 10000000 },
		{ "2m", 0, true, 120000000 },
		{ "1h", 0, true, UINT64_C(3600000000) },
		{ "500", 1000, true, 500000 },
		{ "500", 0, false, 0 },
		{ "10000h", 0, true, UINT64_C(36000000000000) },
		{ "10001h", 0, false, 0 },
		{ "36000001s", 0, false, 0 },
		{ "18446744073709551615h", 0, false, 0 },
		{ "", 1000, false, 0 },
		{ "s", 1000, false, 0 },
		{ "1 s", 1000, false, 0 },
		{ "1.5s", 1000, false, 0 },
		{ "-1s", 1000, false, 0 },
		{ "1S", 1000, false, 0 },
		{ "1ss", 1000, false, 0 },
		{ "1d", 1000, false, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		uint64_t got = 77;
		bool ok = scan_duration_us(str_from(rows[i].text), rows[i].unit_us, &got);

		expect_int(rows[i].text, ok, rows[i].ok);
		expect_true(rows[i].text, got == (ok ? rows[i].want_us : 77));
	}
}

static void test_scan_bool(void **state)
{
	static const char *const wrong[] = { "", "True", "1", "yes", "true ", "tru", "falsee" };
	bool got = false;

	(void)state;
	assert_true(scan_bool(STR("true"), &got));
	assert_true(got);
	assert_true(scan_bool(STR("false"), &got));
	assert_false(got);
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++)
		expect_true(wrong[i], !scan_bool(str_from(wrong[i]), &got));
}

static void test_scan_date(void **state)
{
	static const struct {
		const char *text;
		bool ok;
		int64_t want_s;
	} rows[] = {
		{ "1970-01-01", true, 0 },
		{ "2026-12-15", true, 1797292800 },
		{ "2024-02-29", true, 1709164800 },
		{ "1969-12-31", true, -86400 },
		{ "0000-01-01", true, INT64_C(-62167219200) },
		{ "9999-12-31", true, INT64_C(253402214400) },
		{ "2023-02-29", false, 0 },
		{ "1900-02-29", false, 0 },
		{ "2026-00-10", false, 0 },
		{ "2026-13-10", false, 0 },
		{ "2026-04-31", false, 0 },
		{ "2026-04-00", false, 0 },
		{ "2026-4-01", false, 0 },
		{ "26-04-01", false, 0 },
		{ "-026-04-01", false, 0 },
		{ "2026/04/01", false, 0 },
		{ "2026-04-01 ", false, 0 },
		{ "2026-04-01T00:00:00Z", false, 0 },
		{ "", false, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		int64_t got = 77;
		bool ok = scan_date_us(str_from(rows[i].text), &got);

		expect_int(rows[i].text, ok, rows[i].ok);
		expect_int(rows[i].text, got, ok ? rows[i].want_s * 1000000 : 77);
	}
}

static void test_scan_double_takes_json_numbers(void **state)
{
	static const struct {
		const char *text;
		bool ok;
		double want;
	} rows[] = {
		{ "0", true, 0.0 },
		{ "-0", true, -0.0 },
		{ "0e99999999999999999999", true, 0.0 },
		{ "1.5", true, 1.5 },
		{ "-2.5e3", true, -2500.0 },
		{ "1E+2", true, 100.0 },
		{ "0.1", true, 0.1 },
		{ "0.0001", true, 0.0001 },
		{ "123456789012345678901234567890", true, 123456789012345678901234567890.0 },
		{ "1.7976931348623157e308", true, 1.7976931348623157e308 },
		{ "4.9e-324", true, 4.9e-324 },
		{ "1e-400", true, 0.0 },
		{ "9007199254740993", true, 9007199254740992.0 },
		{ "1e400", false, 0 },
		{ "-1e99999999999999999999", false, 0 },
		{ "", false, 0 }, { "-", false, 0 }, { "+1", false, 0 }, { ".5", false, 0 },
		{ "5.", false, 0 }, { "01", false, 0 }, { "1e", false, 0 }, { "1e+", false, 0 },
		{ "0x10", false, 0 }, { "1,5", false, 0 }, { " 1", false, 0 }, { "1 ", false, 0 },
		{ "1_0", false, 0 }, { "inf", false, 0 }, { "nan", false, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		double got = 77;
		bool ok = scan_double(str_from(rows[i].text), false, &got);

		expect_int(rows[i].text, ok, rows[i].ok);
		expect_true(rows[i].text, memcmp(&got, ok ? &rows[i].want : &(double){ 77 },
						 sizeof(got)) == 0);
	}
}

static void test_scan_double_takes_special_words(void **state)
{
	double got = 0;

	(void)state;
	assert_true(scan_double(STR("inf"), true, &got) && isinf(got) && got > 0);
	assert_true(scan_double(STR("-inf"), true, &got) && isinf(got) && got < 0);
	assert_true(scan_double(STR("nan"), true, &got) && isnan(got));
	assert_false(scan_double(STR("infinity"), true, &got));
	assert_false(scan_double(STR("-nan"), true, &got));
}

/* Halfway between two doubles, decided by a digit far behind all that fits in a buffer. */
static void test_scan_double_rounds_by_the_last_of_many_digits(void **state)
{
	static const struct {
		const char *tail;
		double want;
	} rows[] = {
		{ "0", 9007199254740992.0 },
		{ "1", 9007199254740994.0 },
	};
	struct strbuf sb;

	(void)state;
	strbuf_init(&sb, SIZE_MAX);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		double got = 0;

		strbuf_clear(&sb);
		strbuf_adds(&sb, "9007199254740993.");
		strbuf_add_repeat(&sb, '0', 5000);
		strbuf_adds(&sb, rows[i].tail);
		assert_true(scan_double(strbuf_str(&sb), false, &got));
		expect_true(rows[i].tail, got == rows[i].want);
	}
	strbuf_release(&sb);
}

static void test_scan_double_counts_digits_it_drops(void **state)
{
	struct strbuf sb;
	double got = 0;

	(void)state;
	strbuf_init(&sb, SIZE_MAX);
	strbuf_addc(&sb, '1');
	strbuf_add_repeat(&sb, '0', 3000);
	strbuf_adds(&sb, "e-3000");
	assert_true(scan_double(strbuf_str(&sb), false, &got));
	assert_true(got == 1.0);
	strbuf_clear(&sb);
	strbuf_adds(&sb, "0.");
	strbuf_add_repeat(&sb, '0', 3000);
	strbuf_adds(&sb, "25e3001");
	assert_true(scan_double(strbuf_str(&sb), false, &got));
	assert_true(got == 2.5);
	strbuf_clear(&sb);
	strbuf_add_repeat(&sb, '7', 2000);
	strbuf_adds(&sb, "e-1999");
	assert_true(scan_double(strbuf_str(&sb), false, &got));
	assert_true(got == 7.777777777777777777);
	strbuf_release(&sb);
}

/* What printf writes with 17 digits comes back as the same double. */
static void test_scan_double_reads_back_any_double(void **state)
{
	uint64_t bits = 88172645463325252u;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		char text[64];
		double value, got = 0;

		bits ^= bits << 13;
		bits ^= bits >> 7;
		bits ^= bits << 17;
		memcpy(&value, &bits, sizeof(value));
		if (!isfinite(value))
			continue;
		(void)snprintf(text, sizeof(text), "%.17g", value);
		assert_true(scan_double(str_from(text), false, &got));
		expect_true(text, memcmp(&got, &value, sizeof(got)) == 0);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_scan_int),
		cmocka_unit_test(test_scan_size),
		cmocka_unit_test(test_scan_digits),
		cmocka_unit_test(test_scan_duration),
		cmocka_unit_test(test_scan_bool),
		cmocka_unit_test(test_scan_date),
		cmocka_unit_test(test_scan_double_takes_json_numbers),
		cmocka_unit_test(test_scan_double_takes_special_words),
		cmocka_unit_test(test_scan_double_rounds_by_the_last_of_many_digits),
		cmocka_unit_test(test_scan_double_counts_digits_it_drops),
		cmocka_unit_test(test_scan_double_reads_back_any_double),
	};

	return cmocka_run_group_tests_name("scan", tests, NULL, NULL);
}
