/*
 * Inside of date: the specifiers of date formats as one table, which reads and writes. Not for other modules.
 */
#ifndef HARNESS_VALUE_DATE_SPEC_H
#define HARNESS_VALUE_DATE_SPEC_H

#include "harness/base/clock.h"

enum date_field {
	DATE_YEAR, DATE_CENTURY, DATE_YEAR2, DATE_MONTH, DATE_DAY, DATE_YEARDAY,
	DATE_WEEKDAY1,		/* 1 Monday - 7 Sunday */
	DATE_WEEKDAY0,		/* 0 Sunday - 6 Saturday */
	DATE_WEEK_SUN, DATE_WEEK_MON, DATE_ISO_YEAR, DATE_ISO_YEAR2, DATE_ISO_WEEK,
	DATE_DATE_FIELDS,	/* those above belong to the day, those below to the time of day */
	DATE_HOUR = DATE_DATE_FIELDS, DATE_HOUR12, DATE_PM, DATE_MINUTE, DATE_SECOND, DATE_NANO,
	DATE_TIMESTAMP,
	DATE_FIELD_COUNT
};

enum date_item {
	DATE_NUMBER,		/* a field, `width` digits, `pad` before them */
	DATE_NAME,		/* a name of a month or day, `width` 3: short */
	DATE_AM_PM,		/* width 1: capitals */
	DATE_FRACTION,		/* with its dot; width 0: as many digits as it needs */
	DATE_FRACTION_DIGITS,	/* without a dot, exactly `width` */
	DATE_ZONE_NAME,
	DATE_OFFSET,		/* width: 0 +hhmm, 1 +hh:mm, 2 only read: Z and +hh too */
	DATE_RFC3339,
	DATE_COMPOSITE,		/* stands for `text` as a format */
	DATE_LITERAL,		/* stands for `text` */
};

struct date_spec {
	const char *name;
	enum date_item item;
	enum date_field field;
	int width;
	char pad;
	const char *text;
};

/* The specifier behind a '%' at the start of `s`: its bytes are in *ret_n, *ret_pad is the padding asked for. NULL: unknown. */
const struct date_spec *date_spec_find(struct str s, size_t *ret_n, char *ret_pad);

/* One field of an instant. */
int64_t date_field_get(const struct clock_utc *t, int64_t wall_us, enum date_field field);

/* English, 12 and 7 of them, January and Sunday first. */
extern const char *const date_months[12];
extern const char *const date_weekdays[7];

#endif
