#include "harness/base/clock.h"

#include "tests/unit/expect.h"

#define S INT64_C(1000000)

struct instant {
	const char *name;
	int64_t wall_us;
	struct clock_utc utc;
};

static const struct instant instants[] = {
	{ "epoch", 0, { 1970, 1, 1, 0, 0, 0, 0, 4, 1 } },
	{ "just before it", -1, { 1969, 12, 31, 23, 59, 59, 999999, 3, 365 } },
	{ "leap day", 1709208245 * S + 120000, { 2024, 2, 29, 12, 4, 5, 120000, 4, 60 } },
	{ "day after", 1709251200 * S, { 2024, 3, 1, 0, 0, 0, 0, 5, 61 } },
	{ "leap century", 951782400 * S, { 2000, 2, 29, 0, 0, 0, 0, 2, 60 } },
	{ "common century", INT64_C(-2203891200) * S, { 1900, 3, 1, 0, 0, 0, 0, 4, 60 } },
	{ "last of a leap year", 1735689599 * S, { 2024, 12, 31, 23, 59, 59, 0, 2, 366 } },
	{ "year 0", INT64_C(-62167219200) * S, { 0, 1, 1, 0, 0, 0, 0, 6, 1 } },
	{ "beyond 32 bits", INT64_C(4102444800) * S, { 2100, 1, 1, 0, 0, 0, 0, 5, 1 } },
};

static void test_clock_turns_instants_into_dates(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(instants); i++) {
		struct clock_utc want = instants[i].utc;
		struct clock_utc got = clock_to_utc(instants[i].wall_us);

		expect_int(instants[i].name, got.year, want.year);
		expect_int(instants[i].name, got.month, want.month);
		expect_int(instants[i].name, got.day, want.day);
		expect_int(instants[i].name, got.hour, want.hour);
		expect_int(instants[i].name, got.minute, want.minute);
		expect_int(instants[i].name, got.second, want.second);
		expect_int(instants[i].name, got.micro, want.micro);
		expect_int(instants[i].name, got.weekday, want.weekday);
		expect_int(instants[i].name, got.yearday, want.yearday);
		expect_int(instants[i].name, clock_from_utc(&want), instants[i].wall_us);
	}
}

/* Each day of 800 years follows the one before, as a calendar on paper would have it. */
static void test_clock_counts_day_by_day(void **state)
{
	int64_t us = clock_from_utc(&(struct clock_utc){ .year = 1600, .month = 1, .day = 1 });
	struct clock_utc before = clock_to_utc(us);

	(void)state;
	for (int i = 0; i < 292194; i++) {
		us += 86400 * S;
		struct clock_utc t = clock_to_utc(us);
		bool new_month = before.day == clock_month_days(before.year, before.month);
		bool new_year = new_month && before.month == 12;

		assert_int_equal(t.day, new_month ? 1 : before.day + 1);
		assert_int_equal(t.month, new_year ? 1 : before.month + new_month);
		assert_int_equal(t.year, before.year + new_year);
		assert_int_equal(t.yearday, new_year ? 1 : before.yearday + 1);
		assert_int_equal(t.weekday, (before.weekday + 1) % 7);
		assert_int_equal(clock_from_utc(&t), us);
		before = t;
	}
	assert_int_equal(before.year, 2400);
	assert_int_equal(before.yearday, 1);
}

static void test_clock_knows_the_length_of_months(void **state)
{
	(void)state;
	assert_int_equal(clock_month_days(2023, 2), 28);
	assert_int_equal(clock_month_days(2024, 2), 29);
	assert_int_equal(clock_month_days(1900, 2), 28);
	assert_int_equal(clock_month_days(2000, 2), 29);
	assert_int_equal(clock_month_days(2023, 4), 30);
	assert_int_equal(clock_month_days(2023, 12), 31);
}

static void test_clock_saturates(void **state)
{
	(void)state;
	struct clock_utc late = { .year = INT64_MAX, .month = 1, .day = 1 };
	struct clock_utc early = { .year = INT64_MIN, .month = 1, .day = 1 };
	assert_int_equal(clock_from_utc(&late), INT64_MAX);
	assert_int_equal(clock_from_utc(&early), INT64_MIN);
	int64_t ends[] = { INT64_MAX, INT64_MIN };
	for (size_t i = 0; i < ARRAY_SIZE(ends); i++) {
		struct clock_utc t = clock_to_utc(ends[i]);

		assert_true(t.month >= 1 && t.month <= 12);
		assert_true(t.day >= 1 && t.day <= 31);
	}
}

static void test_clock_formats(void **state)
{
	static const struct {
		int64_t wall_us;
		int digits;
		const char *want;
	} rows[] = {
		{ 1795490100 * S + 120999, 3, "2026-11-24T03:15:00.120Z" },
		{ 1795490100 * S + 120999, 6, "2026-11-24T03:15:00.120999Z" },
		{ 1795490100 * S + 120999, 0, "2026-11-24T03:15:00Z" },
		{ 1795490100 * S + 120999, -1, "20261124T031500Z" },
		{ -1, 3, "1969-12-31T23:59:59.999Z" },
		{ INT64_C(-62167219200) * S, 0, "0000-01-01T00:00:00Z" },
	};
	struct strbuf sb;

	(void)state;
	strbuf_init(&sb, 100);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		strbuf_clear(&sb);
		clock_format(&sb, rows[i].wall_us, rows[i].digits);
		expect_text(rows[i].want, strbuf_str(&sb), rows[i].want);
	}
	strbuf_release(&sb);
}

static uint64_t fixed_mono_us(void *ctx)
{
	return *(const uint64_t *)ctx;
}

static int64_t fixed_wall_us(void *ctx)
{
	return (int64_t)*(const uint64_t *)ctx * 2;
}

static void test_clock_can_be_replaced(void **state)
{
	uint64_t now = 5;
	struct clock c = { fixed_mono_us, fixed_wall_us, &now };

	(void)state;
	assert_int_equal(clock_mono_us(&c), 5);
	now = 7;
	assert_int_equal(clock_mono_us(&c), 7);
	assert_int_equal(clock_wall_us(&c), 14);
}

static void test_clock_of_the_system_grows(void **state)
{
	uint64_t before = clock_mono_us(&clock_system);

	(void)state;
	assert_true(clock_mono_us(&clock_system) >= before);
	assert_true(clock_wall_us(&clock_system) > INT64_C(1700000000) * S);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_clock_turns_instants_into_dates),
		cmocka_unit_test(test_clock_counts_day_by_day),
		cmocka_unit_test(test_clock_knows_the_length_of_months),
		cmocka_unit_test(test_clock_saturates),
		cmocka_unit_test(test_clock_formats),
		cmocka_unit_test(test_clock_can_be_replaced),
		cmocka_unit_test(test_clock_of_the_system_grows),
	};

	return cmocka_run_group_tests_name("clock", tests, NULL, NULL);
}
