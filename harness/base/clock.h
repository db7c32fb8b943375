/*
 * Monotonic and wall time behind one replaceable struct, so that what depends on time (retry,
 * deadlines, acceptance dates) is tested with a clock of its own. Microseconds everywhere.
 */
#ifndef HARNESS_BASE_CLOCK_H
#define HARNESS_BASE_CLOCK_H

#include "harness/base/strbuf.h"

struct clock {
	uint64_t (*mono_us)(void *ctx);	/* grows, unrelated to dates: CLOCK_MONOTONIC */
	int64_t (*wall_us)(void *ctx);	/* since 1970-01-01 UTC: CLOCK_REALTIME */
	void *ctx;
};

/* The machine's own clock; const, shared by all threads. */
extern const struct clock clock_system;

uint64_t clock_mono_us(const struct clock *c);	/* now, for durations and deadlines */
int64_t clock_wall_us(const struct clock *c);	/* now, as a date */

/* A calendar instant in UTC, proleptic Gregorian. */
struct clock_utc {
	int64_t year;
	int month, day;			/* 1-12, 1-31 */
	int hour, minute, second;
	int micro;
	int weekday;			/* 0 Sunday */
	int yearday;			/* 1-366 */
};

/* The calendar instant of a wall time; years before 1970 and beyond 9999 too. */
struct clock_utc clock_to_utc(int64_t wall_us);

/*
 * The other way; weekday and yearday are not looked at. A year that 64 bits cannot hold gives
 * INT64_MAX or INT64_MIN.
 */
int64_t clock_from_utc(const struct clock_utc *t);

/* Days of a month (1-12), leap years included. */
int clock_month_days(int64_t year, int month);

/* "2026-11-24T03:15:00.120Z" with `digits` (0, 3 or 6) of a second; "20261124T031500Z" with -1. */
void clock_format(struct strbuf *out, int64_t wall_us, int digits);

#endif
