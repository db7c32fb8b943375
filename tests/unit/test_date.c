#include "harness/value/date.h"

#include "tests/unit/expect.h"

/* 2031-04-05T06:07:08.009010Z, a Saturday */
static const int64_t instant = INT64_C(1933135628009010);

static void test_date_format(void **state)
{
	static const struct {
		const char *format;
		const char *want;	/* NULL: an error */
	} rows[] = {
		{ "%Y-%m-%d", "2031-04-05" },
		{ "%C %y %b %B %h", "20 31 Apr April Apr" },
		{ "%d|%e|%j", "05| 5|095" },
		{ "%a %A %u %w", "Sat Saturday 6 6" },
		{ "%U %W %G %g %V", "13 13 2031 31 14" },
		{ "%H %k %I %l %P %p", "06  6 06  6 am AM" },
		{ "%M %S", "07 08" },
		{ "%f %.f %.3f %.6f %.9f", "009010000 .009010 .009 .009010 .009010000" },
		{ "%3f %6f %9f", "009 009010 009010000" },
		{ "%Z %z %:z", "UTC +0000 +00:00" },
		{ "%s", "1933135628" },
		{ "%D %F %T %R", "04/05/31 2031-04-05 06:07:08 06:07" },
		{ "%r", "06:07:08 AM" },
		{ "%c", "Sat Apr  5 06:07:08 2031" },
		{ "%x %X %v", "04/05/31 06:07:08  5-Apr-2031" },
		{ "%+", "2031-04-05T06:07:08.009010+00:00" },
		{ "%n%t%%", "\n\t%" },
		{ "%-d %_d %0e %-H", "5  5 05 6" },
		{ "plain", "plain" },
		{ "%Q", NULL },
		{ "%", NULL },
		{ "%-b", NULL },
		{ "%#z", NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct strbuf out;
		struct error err;

		strbuf_init(&out, 1000);
		expect_int(rows[i].format, date_format(&out, instant, str_from(rows[i].format), &err),
			rows[i].want ? 0 : -1);
		if (rows[i].want)
			expect_text(rows[i].format, strbuf_str(&out), rows[i].want);
		else
			expect_int(rows[i].format, err.code, ERR_CHECK);
		strbuf_release(&out);
	}
}

static void test_date_weeks(void **state)
{
	static const struct {
		const char *date, *want;	/* %G-W%V-%u %U %W %j */
	} rows[] = {
		{ "2021-01-03", "2020-W53-7 01 00 003" },
		{ "2020-12-31", "2020-W53-4 52 52 366" },
		{ "2024-12-30", "2025-W01-1 52 53 365" },
		{ "2027-01-01", "2026-W53-5 00 00 001" },
		{ "2018-01-01", "2018-W01-1 00 01 001" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct strbuf out;
		struct error err;
		int64_t us = 0;

		strbuf_init(&out, 1000);
		assert_int_equal(date_parse(str_from(rows[i].date), STR("%F"), &us, &err), 0);
		assert_int_equal(date_format(&out, us, STR("%G-W%V-%u %U %W %j"), &err), 0);
		expect_text(rows[i].date, strbuf_str(&out), rows[i].want);
		strbuf_release(&out);
	}
}

static void test_date_parse(void **state)
{
	static const struct {
		const char *text, *format;
		const char *want;	/* rendered; NULL: an error */
	} rows[] = {
		{ "2031-04-05T06:07:08+02:00", "%+", "2031-04-05T04:07:08.000000Z" },
		{ "2031-04-05t06:07:08.5z", "%+", "2031-04-05T06:07:08.500000Z" },
		{ "2031-04-05 06:07:08Z", "%+", "2031-04-05T06:07:08.000000Z" },
		{ "2031-04-05T06:07:08", "%+", NULL },
		{ "2031-04-05T06:07:08 Z", "%+", NULL },
		{ "2031-04-05T06:07:08+02", "%+", NULL },
		{ "-2031-04-05T06:07:08Z", "%+", NULL },
		{ "Sat, 05 Apr 2031 06:07:08 GMT", "%a, %d %b %Y %H:%M:%S GMT", "2031-04-05T06:07:08.000000Z" },
		{ "Sat, 05 Apr 2031 06:07:08 GMT", "%a, %d %b %Y %H:%M:%S %Z", "2031-04-05T06:07:08.000000Z" },
		{ "Sun, 05 Apr 2031 06:07:08 GMT", "%a, %d %b %Y %H:%M:%S GMT", NULL },
		{ "saturday 5 APRIL 2031", "%A %e %B %Y", "2031-04-05T00:00:00.000000Z" },
		{ "2031-04-05", "%Y-%m-%d", "2031-04-05T00:00:00.000000Z" },
		{ "2031-04-05", "%Y", NULL },
		{ "2031", "%Y", NULL },
		{ "2031-02-29", "%F", NULL },
		{ "2032-02-29", "%F", "2032-02-29T00:00:00.000000Z" },
		{ "2031-13-01", "%F", NULL },
		{ "2031-04-05 25:00:00", "%F %T", NULL },
		{ "2031-04-05 06:07:60", "%F %T", "2031-04-05T06:08:00.000000Z" },
		{ "2031-04-05 06:07", "%F %R", "2031-04-05T06:07:00.000000Z" },
		{ "2031-04-05 06", "%F %H", "2031-04-05T00:00:00.000000Z" },
		{ "2031-04-05 12:05 AM", "%F %I:%M %p", "2031-04-05T00:05:00.000000Z" },
		{ "2031-04-05 12:05 pm", "%F %I:%M %P", "2031-04-05T12:05:00.000000Z" },
		{ "2031-04-05T06:07:08 -0330", "%FT%T %z", "2031-04-05T09:37:08.000000Z" },
		{ "2031-04-05T06:07:08+02", "%FT%T%#z", "2031-04-05T04:07:08.000000Z" },
		{ "2031-04-05T06:07:08+02", "%FT%T%z", NULL },
		{ "2031-04-05 06:07:08.123456789", "%F %T%.f", "2031-04-05T06:07:08.123456Z" },
		{ "2031-04-05 06:07:08.123", "%F %T.%3f", "2031-04-05T06:07:08.123000Z" },
		{ "2031-04-05 06:07:08.12", "%F %T.%3f", NULL },
		{ "1933135628", "%s", "2031-04-05T06:07:08.000000Z" },
		{ "-1", "%s", "1969-12-31T23:59:59.000000Z" },
		{ "99999999999999999", "%s", NULL },
		{ "2031 095", "%Y %j", "2031-04-05T00:00:00.000000Z" },
		{ "2031-W14-6", "%G-W%V-%u", "2031-04-05T00:00:00.000000Z" },
		{ "2031 13 Sat", "%Y %U %a", "2031-04-05T00:00:00.000000Z" },
		{ "2031 13 Sat", "%Y %W %a", "2031-04-05T00:00:00.000000Z" },
		{ "05/04/69", "%d/%m/%y", "2069-04-05T00:00:00.000000Z" },
		{ "05/04/70", "%d/%m/%y", "1970-04-05T00:00:00.000000Z" },
		{ "2031-04-05 trailing", "%F", NULL },
		{ "", "%F", NULL },
		{ "2031-04-05", "%F%Q", NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct strbuf out;
		struct error err;
		int64_t us = 0;
		int rc = date_parse(str_from(rows[i].text), str_from(rows[i].format), &us, &err);

		expect_int(rows[i].text, rc, rows[i].want ? 0 : -1);
		if (rc) {
			expect_int(rows[i].text, err.code, ERR_CHECK);
			continue;
		}
		strbuf_init(&out, 1000);
		date_render(&out, us);
		expect_text(rows[i].text, strbuf_str(&out), rows[i].want);
		strbuf_release(&out);
	}
}

/* What a format writes, it reads. */
static void test_date_round_trip(void **state)
{
	static const char *const formats[] = { "%+", "%F %T%.f", "%A, %d %B %Y %T%.9f", "%G %V %u %T%.f" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(formats); i++) {
		struct strbuf out;
		struct error err;
		int64_t us = 0;

		strbuf_init(&out, 1000);
		if (date_format(&out, instant, str_from(formats[i]), &err) ||
			date_parse(strbuf_str(&out), str_from(formats[i]), &us, &err))
			fail_msg("%s: %s", formats[i], err.message);
		expect_int(formats[i], us, instant);
		strbuf_release(&out);
	}
}

static void test_date_is_iso(void **state)
{
	static const struct {
		const char *text;
		bool want;
	} rows[] = {
		{ "2031-04-05T06:07:08Z", true },
		{ "2031-04-05t06:07:08z", true },
		{ "2031-04-05 06:07:08.123456789+14:00", true },
		{ "2031-04-05T06:07:60Z", true },
		{ "2031-04-05T06:07:08", false },
		{ "2031-04-05T06:07:08.Z", false },
		{ "2031-04-05T06:07:08+1400", false },
		{ "2031-04-05T06:07Z", false },
		{ "2031-04-05", false },
		{ "2031-02-30T06:07:08Z", false },
		{ "2031-04-05T24:07:08Z", false },
		{ "31-04-05T06:07:08Z", false },
		{ "", false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		expect_int(rows[i].text, date_is_iso(str_from(rows[i].text)), rows[i].want);
}

static void test_date_parse_cookie(void **state)
{
	static const struct {
		const char *text;
		const char *want;	/* NULL: none */
	} rows[] = {
		{ "Sun, 13 Jan 2030 10:20:30 GMT", "2030-01-13T10:20:30.000000Z" },
		{ "Sun, 13-Jan-2030 10:20:30 GMT", "2030-01-13T10:20:30.000000Z" },
		{ "Sunday, 13-Jan-30 10:20:30 GMT", "2030-01-13T10:20:30.000000Z" },
		{ "Sun Jan 13 10:20:30 2030", "2030-01-13T10:20:30.000000Z" },
		{ "13 January 94 1:2:3", "1994-01-13T01:02:03.000000Z" },
		{ "13 Jan 2030", NULL },
		{ "31 Jun 2030 10:20:30", NULL },
		{ "13 Jan 1500 10:20:30", NULL },
		{ "13 Jan 2030 24:20:30", NULL },
		{ "tomorrow", NULL },
		{ "", NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct strbuf out;
		int64_t us = 0;

		expect_int(rows[i].text, date_parse_cookie(str_from(rows[i].text), &us), rows[i].want != NULL);
		if (!rows[i].want)
			continue;
		strbuf_init(&out, 1000);
		date_render(&out, us);
		expect_text(rows[i].text, strbuf_str(&out), rows[i].want);
		strbuf_release(&out);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_date_format),
		cmocka_unit_test(test_date_weeks),
		cmocka_unit_test(test_date_parse),
		cmocka_unit_test(test_date_round_trip),
		cmocka_unit_test(test_date_is_iso),
		cmocka_unit_test(test_date_parse_cookie),
	};

	return cmocka_run_group_tests_name("date", tests, NULL, NULL);
}
