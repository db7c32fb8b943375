#include "harness/value/date_spec.h"

const char *const date_months[12] = {
	"January",
	"February",
	"March",
	"April",
	"May",
	"June",
	"July",
	"August",
	"September",
	"October",
	"November",
	"December",
};

const char *const date_weekdays[7] = {
	"Sunday",
	"Monday",
	"Tuesday",
	"Wednesday",
	"Thursday",
	"Friday",
	"Saturday",
};

static const struct date_spec specs[] = {
	{ "Y", DATE_NUMBER, DATE_YEAR, 4, '0', NULL },
	{ "C", DATE_NUMBER, DATE_CENTURY, 2, '0', NULL },
	{ "y", DATE_NUMBER, DATE_YEAR2, 2, '0', NULL },
	{ "m", DATE_NUMBER, DATE_MONTH, 2, '0', NULL },
	{ "b", DATE_NAME, DATE_MONTH, 3, 0, NULL },
	{ "h", DATE_NAME, DATE_MONTH, 3, 0, NULL },
	{ "B", DATE_NAME, DATE_MONTH, 0, 0, NULL },
	{ "d", DATE_NUMBER, DATE_DAY, 2, '0', NULL },
	{ "e", DATE_NUMBER, DATE_DAY, 2, ' ', NULL },
	{ "j", DATE_NUMBER, DATE_YEARDAY, 3, '0', NULL },
	{ "a", DATE_NAME, DATE_WEEKDAY0, 3, 0, NULL },
	{ "A", DATE_NAME, DATE_WEEKDAY0, 0, 0, NULL },
	{ "u", DATE_NUMBER, DATE_WEEKDAY1, 1, '0', NULL },
	{ "w", DATE_NUMBER, DATE_WEEKDAY0, 1, '0', NULL },
	{ "U", DATE_NUMBER, DATE_WEEK_SUN, 2, '0', NULL },
	{ "W", DATE_NUMBER, DATE_WEEK_MON, 2, '0', NULL },
	{ "G", DATE_NUMBER, DATE_ISO_YEAR, 4, '0', NULL },
	{ "g", DATE_NUMBER, DATE_ISO_YEAR2, 2, '0', NULL },
	{ "V", DATE_NUMBER, DATE_ISO_WEEK, 2, '0', NULL },
	{ "H", DATE_NUMBER, DATE_HOUR, 2, '0', NULL },
	{ "k", DATE_NUMBER, DATE_HOUR, 2, ' ', NULL },
	{ "I", DATE_NUMBER, DATE_HOUR12, 2, '0', NULL },
	{ "l", DATE_NUMBER, DATE_HOUR12, 2, ' ', NULL },
	{ "P", DATE_AM_PM, DATE_PM, 0, 0, NULL },
	{ "p", DATE_AM_PM, DATE_PM, 1, 0, NULL },
	{ "M", DATE_NUMBER, DATE_MINUTE, 2, '0', NULL },
	{ "S", DATE_NUMBER, DATE_SECOND, 2, '0', NULL },
	{ "f", DATE_NUMBER, DATE_NANO, 9, '0', NULL },
	{ ".f", DATE_FRACTION, DATE_NANO, 0, 0, NULL },
	{ ".3f", DATE_FRACTION, DATE_NANO, 3, 0, NULL },
	{ ".6f", DATE_FRACTION, DATE_NANO, 6, 0, NULL },
	{ ".9f", DATE_FRACTION, DATE_NANO, 9, 0, NULL },
	{ "3f", DATE_FRACTION_DIGITS, DATE_NANO, 3, 0, NULL },
	{ "6f", DATE_FRACTION_DIGITS, DATE_NANO, 6, 0, NULL },
	{ "9f", DATE_FRACTION_DIGITS, DATE_NANO, 9, 0, NULL },
	{ "Z", DATE_ZONE_NAME, DATE_HOUR, 0, 0, NULL },
	{ "z", DATE_OFFSET, DATE_HOUR, 0, 0, NULL },
	{ ":z", DATE_OFFSET, DATE_HOUR, 1, 0, NULL },
	{ "#z", DATE_OFFSET, DATE_HOUR, 2, 0, NULL },
	{ "s", DATE_NUMBER, DATE_TIMESTAMP, 1, 0, NULL },
	{ "+", DATE_RFC3339, DATE_HOUR, 0, 0, "%Y-%m-%dT%H:%M:%S%.f%:z" },
	{ "D", DATE_COMPOSITE, DATE_HOUR, 0, 0, "%m/%d/%y" },
	{ "F", DATE_COMPOSITE, DATE_HOUR, 0, 0, "%Y-%m-%d" },
	{ "T", DATE_COMPOSITE, DATE_HOUR, 0, 0, "%H:%M:%S" },
	{ "R", DATE_COMPOSITE, DATE_HOUR, 0, 0, "%H:%M" },
	{ "r", DATE_COMPOSITE, DATE_HOUR, 0, 0, "%I:%M:%S %p" },
	{ "c", DATE_COMPOSITE, DATE_HOUR, 0, 0, "%a %b %e %H:%M:%S %Y" },
	{ "x", DATE_COMPOSITE, DATE_HOUR, 0, 0, "%m/%d/%y" },
	{ "X", DATE_COMPOSITE, DATE_HOUR, 0, 0, "%H:%M:%S" },
	{ "v", DATE_COMPOSITE, DATE_HOUR, 0, 0, "%e-%b-%Y" },
	{ "n", DATE_LITERAL, DATE_HOUR, 0, 0, "\n" },
	{ "t", DATE_LITERAL, DATE_HOUR, 0, 0, "\t" },
	{ "%", DATE_LITERAL, DATE_HOUR, 0, 0, "%" },
};

const struct date_spec *date_spec_find(struct str s, size_t *ret_n, char *ret_pad)
{
	static const char modifiers[] = "-_0";
	static const char pads[] = "\0 0";
	const char *modifier = s.n > 1 && s.p[0] ? strchr(modifiers, s.p[0]) : NULL;
	struct str name = str_sub(s, modifier ? 1 : 0, SIZE_MAX);

	for (size_t i = 0; i < ARRAY_SIZE(specs); i++) {
		struct str known = str_from(specs[i].name);

		if (!str_starts_with(name, known))
			continue;
		if (modifier && specs[i].item != DATE_NUMBER)
			return NULL;
		*ret_n = known.n + (modifier ? 1 : 0);
		*ret_pad = modifier ? pads[modifier - modifiers] : specs[i].pad;
		return &specs[i];
	}
	return NULL;
}

/* ---- fields ---- */

static int64_t iso_weeks_in(int64_t year)
{
	struct clock_utc last = { .year = year, .month = 12, .day = 31 };
	struct clock_utc t = clock_to_utc(clock_from_utc(&last));
	bool leap = t.yearday == 366;

	/* 53 when it ends on a Thursday, or on a Friday of a leap year */
	return t.weekday == 4 || (t.weekday == 5 && leap) ? 53 : 52;
}

static void iso_week(const struct clock_utc *t, int64_t *ret_year, int64_t *ret_week)
{
	int64_t weekday = t->weekday ? t->weekday : 7;
	int64_t week = (t->yearday - weekday + 10) / 7;
	int64_t year = t->year;

	if (week < 1)
		week = iso_weeks_in(--year);
	else if (week > iso_weeks_in(year)) {
		week = 1;
		year++;
	}
	*ret_year = year;
	*ret_week = week;
}

static int64_t modulo(int64_t a, int64_t n)
{
	return (a % n + n) % n;
}

static int64_t day_field(const struct clock_utc *t, enum date_field field)
{
	int64_t iso_year = 0;
	int64_t week = 0;

	iso_week(t, &iso_year, &week);
	const int64_t fields[DATE_DATE_FIELDS] = {
		[DATE_YEAR] = t->year,
		[DATE_CENTURY] = (t->year - modulo(t->year, 100)) / 100,
		[DATE_YEAR2] = modulo(t->year, 100),
		[DATE_MONTH] = t->month,
		[DATE_DAY] = t->day,
		[DATE_YEARDAY] = t->yearday,
		[DATE_WEEKDAY1] = t->weekday ? t->weekday : 7,
		[DATE_WEEKDAY0] = t->weekday,
		[DATE_WEEK_SUN] = (t->yearday - 1 + 7 - t->weekday) / 7,
		[DATE_WEEK_MON] = (t->yearday - 1 + 7 - (t->weekday + 6) % 7) / 7,
		[DATE_ISO_YEAR] = iso_year,
		[DATE_ISO_YEAR2] = modulo(iso_year, 100),
		[DATE_ISO_WEEK] = week,
	};
	return fields[field];
}

int64_t date_field_get(const struct clock_utc *t, int64_t wall_us, enum date_field field)
{
	const int64_t times[] = {
		[DATE_HOUR - DATE_DATE_FIELDS] = t->hour,
		[DATE_HOUR12 - DATE_DATE_FIELDS] = (t->hour + 11) % 12 + 1,
		[DATE_PM - DATE_DATE_FIELDS] = t->hour >= 12,
		[DATE_MINUTE - DATE_DATE_FIELDS] = t->minute,
		[DATE_SECOND - DATE_DATE_FIELDS] = t->second,
		[DATE_NANO - DATE_DATE_FIELDS] = (int64_t)t->micro * 1000,
		[DATE_TIMESTAMP - DATE_DATE_FIELDS] = (wall_us - t->micro) / 1000000,
	};

	return field < DATE_DATE_FIELDS ? day_field(t, field) :
					  times[field - DATE_DATE_FIELDS];
}
