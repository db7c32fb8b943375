#include "harness/base/clock.h"

enum { DAYS_PER_ERA = 146097, YEARS_PER_ERA = 400, SECONDS_PER_DAY = 86400 };

/* Years that microseconds in 64 bits can hold, rounded inwards. */
enum { YEAR_MAX = 290000 };

#define US_PER_SECOND INT64_C(1000000)
#define US_PER_DAY (SECONDS_PER_DAY * US_PER_SECOND)

/* Days from 0000-03-01 to 1970-01-01. Years count from March, so that a leap day ends one. */
enum { EPOCH_DAYS = 719468 };

static struct timespec read_clock(clockid_t id)
{
	struct timespec t = { 0 };
	int rc = clock_gettime(id, &t);

	assert(rc == 0);	/* both clocks exist on every system we run on */
	(void)rc;
	return t;
}

static uint64_t system_mono_us(void *ctx)
{
	struct timespec t = read_clock(CLOCK_MONOTONIC);

	(void)ctx;
	return (uint64_t)t.tv_sec * US_PER_SECOND + (uint64_t)t.tv_nsec / 1000;
}

static int64_t system_wall_us(void *ctx)
{
	struct timespec t = read_clock(CLOCK_REALTIME);

	(void)ctx;
	return t.tv_sec * US_PER_SECOND + t.tv_nsec / 1000;
}

const struct clock clock_system = { .mono_us = system_mono_us, .wall_us = system_wall_us };

uint64_t clock_mono_us(const struct clock *c)
{
	return c->mono_us(c->ctx);
}

int64_t clock_wall_us(const struct clock *c)
{
	return c->wall_us(c->ctx);
}

/* Division that rounds down, also below zero. */
static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

/* What floor_div leaves: from 0 to b - 1. */
static int64_t floor_mod(int64_t a, int64_t b)
{
	return a % b + (a % b < 0 ? b : 0);
}

static bool is_leap(int64_t year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

int clock_month_days(int64_t year, int month)
{
	static const signed char days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	assert(month >= 1 && month <= 12);
	return days[month - 1] + (month == 2 && is_leap(year));
}

/* Days of an era before one of its years. */
static int64_t days_before(int64_t year_of_era)
{
	return year_of_era * 365 + year_of_era / 4 - year_of_era / 100;
}

/* Days since 1970-01-01 of a date. */
static int64_t days_of(int64_t year, int month, int day)
{
	int64_t y = year - (month <= 2);
	int64_t era = floor_div(y, YEARS_PER_ERA);
	int64_t year_of_era = floor_mod(y, YEARS_PER_ERA);
	int64_t from_march = (month + 9) % 12;
	int64_t day_of_year = (153 * from_march + 2) / 5 + day - 1;

	return era * DAYS_PER_ERA + days_before(year_of_era) + day_of_year - EPOCH_DAYS;
}

/* The date of a day since 1970-01-01: days_of backwards. */
static void set_date(struct clock_utc *t, int64_t days)
{
	int64_t shifted = days + EPOCH_DAYS;
	int64_t era = floor_div(shifted, DAYS_PER_ERA);
	int64_t day_of_era = floor_mod(shifted, DAYS_PER_ERA);
	int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 -
			       day_of_era / 146096) / 365;
	int64_t day_of_year = day_of_era - days_before(year_of_era);
	int64_t from_march = (5 * day_of_year + 2) / 153;

	t->day = (int)(day_of_year - (153 * from_march + 2) / 5 + 1);
	t->month = (int)(from_march < 10 ? from_march + 3 : from_march - 9);
	t->year = era * YEARS_PER_ERA + year_of_era + (t->month <= 2);
	t->weekday = (int)floor_mod(days + 4, 7);	/* 1970-01-01 was a Thursday */
	t->yearday = (int)(days - days_of(t->year, 1, 1)) + 1;
}

struct clock_utc clock_to_utc(int64_t wall_us)
{
	int64_t days = floor_div(wall_us, US_PER_DAY);
	int64_t us = floor_mod(wall_us, US_PER_DAY);
	int64_t seconds = us / US_PER_SECOND;
	struct clock_utc t = {
		.hour = (int)(seconds / 3600),
		.minute = (int)(seconds / 60 % 60),
		.second = (int)(seconds % 60),
		.micro = (int)(us % US_PER_SECOND),
	};

	set_date(&t, days);
	return t;
}

int64_t clock_from_utc(const struct clock_utc *t)
{
	int64_t seconds;

	if (t->year > YEAR_MAX)
		return INT64_MAX;
	if (t->year < -YEAR_MAX)
		return INT64_MIN;
	seconds = days_of(t->year, t->month, t->day) * SECONDS_PER_DAY + t->hour * INT64_C(3600) +
		  t->minute * INT64_C(60) + t->second;
	return seconds * US_PER_SECOND + t->micro;
}

void clock_format(struct strbuf *out, int64_t wall_us, int digits)
{
	struct clock_utc t = clock_to_utc(wall_us);
	const char *dash = digits < 0 ? "" : "-";
	const char *colon = digits < 0 ? "" : ":";

	strbuf_addf(out, "%04lld%s%02d%s%02dT%02d%s%02d%s%02d", (long long)t.year, dash, t.month,
		    dash, t.day, t.hour, colon, t.minute, colon, t.second);
	if (digits == 3)
		strbuf_addf(out, ".%03d", t.micro / 1000);
	if (digits == 6)
		strbuf_addf(out, ".%06d", t.micro);
	strbuf_addc(out, 'Z');
}
