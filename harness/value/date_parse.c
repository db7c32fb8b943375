#include "harness/value/date.h"

#include "harness/value/date_spec.h"

static const int64_t second_us = 1000000;

struct parsed {
	struct str text;
	size_t at;
	bool has[DATE_FIELD_COUNT];
	int64_t fields[DATE_FIELD_COUNT];
	bool has_offset;
	int64_t offset_s;
};

static bool parse_all(struct parsed *p, struct str format);

static int peek(const struct parsed *p)
{
	return p->at < p->text.n ? (unsigned char)p->text.p[p->at] : -1;
}

static bool is_space(int c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_digit(int c)
{
	return c >= '0' && c <= '9';
}

static int lower(int c)
{
	return c >= 'A' && c <= 'Z' ? c + 32 : c;
}

static void skip_space(struct parsed *p)
{
	while (is_space(peek(p)))
		p->at++;
}

static bool take(struct parsed *p, char c)
{
	if (peek(p) != (unsigned char)c)
		return false;
	p->at++;
	return true;
}

/* Of the time of day; those of the day are compared with the calendar. */
static bool in_range(enum date_field field, int64_t n)
{
	static const struct {
		enum date_field field;
		int64_t low, high;
	} ranges[] = {
		{ DATE_HOUR, 0, 23 },
		{ DATE_HOUR12, 1, 12 },
		{ DATE_MINUTE, 0, 59 },
		{ DATE_SECOND, 0, 60 },
		{ DATE_NANO, 0, 999999999 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(ranges); i++)
		if (ranges[i].field == field)
			return n >= ranges[i].low && n <= ranges[i].high;
	return true;
}

/* A field that comes twice must say the same. */
static bool set(struct parsed *p, enum date_field field, int64_t n)
{
	if ((p->has[field] && p->fields[field] != n) || !in_range(field, n))
		return false;
	p->has[field] = true;
	p->fields[field] = n;
	return true;
}

/* 1 to `most` digits; how many there were. */
static size_t take_digits(struct parsed *p, size_t most, int64_t *ret)
{
	int64_t n = 0;
	size_t count = 0;

	while (count < most && is_digit(peek(p))) {
		if (n > INT64_MAX / 10 - 1)
			return 0;
		n = n * 10 + (peek(p) - '0');
		p->at++;
		count++;
	}
	*ret = n;
	return count;
}

static bool parse_number(struct parsed *p, const struct date_spec *s)
{
	bool may_sign = s->field == DATE_YEAR || s->field == DATE_ISO_YEAR ||
		s->field == DATE_TIMESTAMP;
	bool negative;
	bool sign;
	int64_t n = 0;

	skip_space(p);
	negative = may_sign && peek(p) == '-';
	sign = may_sign && (take(p, '-') || take(p, '+'));
	if (!take_digits(
		    p, sign || s->field == DATE_TIMESTAMP ? 18 : (size_t)s->width, &n))
		return false;
	return set(p, s->field, negative ? -n : n);
}

/* A whole name, or where there is none its first three letters. */
static size_t match_name(const struct parsed *p, const char *name, bool only_short)
{
	struct str rest = str_sub(p->text, p->at, SIZE_MAX);
	struct str whole = str_from(name);

	if (!only_short && str_eq_nocase(str_sub(rest, 0, whole.n), whole))
		return whole.n;
	return str_eq_nocase(str_sub(rest, 0, 3), str_sub(whole, 0, 3)) ? 3 : 0;
}

static bool parse_name(struct parsed *p, const struct date_spec *s)
{
	bool month = s->field == DATE_MONTH;
	const char *const *names = month ? date_months : date_weekdays;
	size_t count = month ? ARRAY_SIZE(date_months) : ARRAY_SIZE(date_weekdays);

	for (size_t i = 0; i < count; i++) {
		size_t n = match_name(p, names[i], s->width == 3);

		if (n) {
			p->at += n;
			return set(p, s->field, (int64_t)i + month);
		}
	}
	return false;
}

static bool parse_am_pm(struct parsed *p)
{
	int first = lower(peek(p));
	int second = p->at + 1 < p->text.n ? lower((unsigned char)p->text.p[p->at + 1]) :
					     -1;

	if ((first != 'a' && first != 'p') || second != 'm')
		return false;
	p->at += 2;
	return set(p, DATE_PM, first == 'p');
}

/* Digits of a fraction as nanoseconds; what is finer is left out. */
static bool parse_fraction_digits(struct parsed *p, size_t exactly)
{
	size_t count = 0;
	int64_t nano = 0;

	for (; is_digit(peek(p)) && (!exactly || count < exactly); count++, p->at++)
		if (count < 9)
			nano = nano * 10 + (peek(p) - '0');
	if (!count || (exactly && count != exactly))
		return false;
	for (; count < 9; count++)
		nano *= 10;
	return set(p, DATE_NANO, nano);
}

static bool parse_offset(struct parsed *p, bool lenient)
{
	bool negative = peek(p) == '-';
	int64_t hours = 0;
	int64_t minutes = 0;
	bool colon;

	p->has_offset = true;
	if (lenient && (take(p, 'Z') || take(p, 'z')))
		return true;
	if (!take(p, '+') && !take(p, '-'))
		return false;
	if (take_digits(p, 2, &hours) != 2 || hours > 23)
		return false;
	colon = take(p, ':');
	if (is_digit(peek(p)) || colon || !lenient)
		if (take_digits(p, 2, &minutes) != 2 || minutes > 59)
			return false;
	p->offset_s = (hours * 60 + minutes) * (negative ? -60 : 60);
	return true;
}

/* '9' is a digit, the rest stands for itself, a '?' for anything. */
static bool has_shape(struct str s, const char *shape)
{
	for (size_t i = 0; shape[i]; i++) {
		if (i >= s.n)
			return false;
		if (shape[i] == '9' ? !is_digit((unsigned char)s.p[i]) :
				      shape[i] != '?' && shape[i] != s.p[i])
			return false;
	}
	return true;
}

static struct str unread(const struct parsed *p)
{
	return str_sub(p->text, p->at, SIZE_MAX);
}

/* Stricter than its parts: four digits of a year, no blanks, an offset with minutes. */
static bool parse_rfc3339(struct parsed *p)
{
	if (!has_shape(unread(p), "9999-99-99?99:99:99") ||
		!parse_all(p, STR("%Y-%m-%d")))
		return false;
	if (!take(p, 'T') && !take(p, 't') && !take(p, ' '))
		return false;
	if (!parse_all(p, STR("%H:%M:%S%.f")))
		return false;
	if (peek(p) != 'Z' && peek(p) != 'z' && !has_shape(unread(p), "?99:99"))
		return false;
	return parse_offset(p, true);
}

static bool parse_zone_name(struct parsed *p)
{
	while (peek(p) >= 0 && !is_space(peek(p)))
		p->at++;
	return true;
}

static bool parse_literal(struct parsed *p, struct str text)
{
	for (size_t i = 0; i < text.n; i++) {
		if (is_space((unsigned char)text.p[i]))
			skip_space(p);
		else if (!take(p, text.p[i]))
			return false;
	}
	return true;
}

static bool parse_spec(struct parsed *p, const struct date_spec *s)
{
	switch (s->item) {
	case DATE_NUMBER:
		return parse_number(p, s);
	case DATE_NAME:
		return parse_name(p, s);
	case DATE_AM_PM:
		return parse_am_pm(p);
	case DATE_FRACTION:
		return !take(p, '.') || parse_fraction_digits(p, 0);
	case DATE_FRACTION_DIGITS:
		return parse_fraction_digits(p, (size_t)s->width);
	case DATE_ZONE_NAME:
		return parse_zone_name(p);
	case DATE_OFFSET:
		skip_space(p);
		return parse_offset(p, s->width == 2);
	case DATE_RFC3339:
		return parse_rfc3339(p);
	case DATE_COMPOSITE:
		return parse_all(p, str_from(s->text));
	case DATE_LITERAL:
		return parse_literal(p, str_from(s->text));
	}
	return false;
}

static bool parse_all(struct parsed *p, struct str format)
{
	for (size_t at = 0; at < format.n; at++) {
		const struct date_spec *s;
		size_t n = 0;
		char pad;

		if (format.p[at] != '%') {
			if (!parse_literal(p, str_sub(format, at, 1)))
				return false;
			continue;
		}
		s = date_spec_find(str_sub(format, at + 1, SIZE_MAX), &n, &pad);
		if (!s || !parse_spec(p, s))
			return false;
		at += n;
	}
	return true;
}

/* ---- from fields to an instant ---- */

static bool resolve_year(const struct parsed *p, bool iso, int64_t *ret)
{
	enum date_field whole = iso ? DATE_ISO_YEAR : DATE_YEAR;
	enum date_field two = iso ? DATE_ISO_YEAR2 : DATE_YEAR2;

	if (p->has[whole])
		*ret = p->fields[whole];
	else if (!p->has[two])
		return false;
	else if (!iso && p->has[DATE_CENTURY])
		*ret = p->fields[DATE_CENTURY] * 100 + p->fields[two];
	else
		*ret = p->fields[two] + (p->fields[two] < 70 ? 2000 : 1900);
	return *ret >= -262144 && *ret <= 262143;
}

static bool resolve_weekday(const struct parsed *p, int64_t *ret_from_monday)
{
	if (p->has[DATE_WEEKDAY1])
		*ret_from_monday = p->fields[DATE_WEEKDAY1] - 1;
	else if (p->has[DATE_WEEKDAY0])
		*ret_from_monday = (p->fields[DATE_WEEKDAY0] + 6) % 7;
	else
		return false;
	return true;
}

static int64_t start_of_year(int64_t year)
{
	return clock_from_utc(&(struct clock_utc){ .year = year, .month = 1, .day = 1 });
}

static const int64_t day_us = INT64_C(86400) * 1000000;

/* Week 0 ends before the first Sunday or Monday; weeks of ISO 8601 start on a Monday, the first holds 4 January. */
static int64_t week_start(int64_t year, enum date_field kind)
{
	int64_t first = start_of_year(year);
	int weekday = clock_to_utc(first).weekday;
	int from_monday = (weekday + 6) % 7;

	if (kind == DATE_ISO_WEEK)
		return first +
			(from_monday <= 3 ? -from_monday : 7 - from_monday) * day_us -
			7 * day_us;
	return first +
		(kind == DATE_WEEK_SUN ? (7 - weekday) % 7 : (7 - from_monday) % 7) *
		day_us -
		7 * day_us;
}

static bool resolve_week(const struct parsed *p, enum date_field kind, int64_t *ret_us)
{
	int64_t year = 0;
	int64_t from_monday = 0;
	int64_t day;

	if (!p->has[kind] || !resolve_year(p, kind == DATE_ISO_WEEK, &year) ||
		!resolve_weekday(p, &from_monday))
		return false;
	day = kind == DATE_WEEK_SUN ? (from_monday + 1) % 7 : from_monday;
	*ret_us = week_start(year, kind) + (7 * p->fields[kind] + day) * day_us;
	return true;
}

static bool resolve_date(const struct parsed *p, int64_t *ret_us)
{
	int64_t year = 0;

	if (resolve_year(p, false, &year)) {
		if (p->has[DATE_MONTH] && p->has[DATE_DAY]) {
			struct clock_utc t = { .year = year };

			if (p->fields[DATE_MONTH] < 1 || p->fields[DATE_MONTH] > 12)
				return false;
			t.month = (int)p->fields[DATE_MONTH];
			t.day = (int)p->fields[DATE_DAY];
			*ret_us = clock_from_utc(&t);
			return true;
		}
		if (p->has[DATE_YEARDAY]) {
			*ret_us = start_of_year(year) +
				(p->fields[DATE_YEARDAY] - 1) * day_us;
			return true;
		}
	}
	return resolve_week(p, DATE_WEEK_SUN, ret_us) ||
		resolve_week(p, DATE_WEEK_MON, ret_us) ||
		resolve_week(p, DATE_ISO_WEEK, ret_us);
}

static bool resolve_hour(const struct parsed *p, int64_t *ret)
{
	if (p->has[DATE_HOUR]) {
		*ret = p->fields[DATE_HOUR];
		return true;
	}
	if (!p->has[DATE_HOUR12] || !p->has[DATE_PM])
		return false;
	*ret = p->fields[DATE_HOUR12] % 12 + (p->fields[DATE_PM] ? 12 : 0);
	return true;
}

/* Second 60 is the first of the next minute. */
static bool resolve_time(const struct parsed *p, int64_t *ret_us)
{
	int64_t second = p->has[DATE_SECOND] ? p->fields[DATE_SECOND] : 0;
	int64_t nano = p->has[DATE_NANO] ? p->fields[DATE_NANO] : 0;
	int64_t hour = 0;

	if (!resolve_hour(p, &hour) || !p->has[DATE_MINUTE])
		return false;
	if (p->has[DATE_NANO] && !p->has[DATE_SECOND])
		return false;
	*ret_us = ((hour * 60 + p->fields[DATE_MINUTE]) * 60 + second) * second_us +
		nano / 1000;
	return true;
}

/* Whatever else was said must agree: "Monday" of a Tuesday is a mistake, and so is 31 June. */
static bool agrees(const struct parsed *p, int64_t date_us)
{
	struct clock_utc t = clock_to_utc(date_us);

	for (int i = 0; i < DATE_DATE_FIELDS; i++)
		if (p->has[i] &&
			date_field_get(&t, date_us, (enum date_field)i) != p->fields[i])
			return false;
	return true;
}

static bool resolve_timestamp(const struct parsed *p, int64_t *ret_us)
{
	int64_t s = p->fields[DATE_TIMESTAMP];

	if (s > INT64_C(8000000000000) || s < -INT64_C(8000000000000))
		return false;
	*ret_us = s * second_us + (p->has[DATE_NANO] ? p->fields[DATE_NANO] / 1000 : 0);
	return agrees(p, *ret_us);
}

static bool resolve(const struct parsed *p, int64_t *ret_us)
{
	int64_t date = 0;
	int64_t time = 0;

	if (p->has[DATE_TIMESTAMP])
		return resolve_timestamp(p, ret_us);
	if (!resolve_date(p, &date) || !agrees(p, date))
		return false;
	if (resolve_time(p, &time))
		*ret_us = date + time - (p->has_offset ? p->offset_s * second_us : 0);
	else
		*ret_us = date;
	return true;
}

/* Also where no input was read that far. */
static bool has_unknown_spec(struct str format)
{
	for (size_t at = 0; at < format.n; at++) {
		size_t n = 0;
		char pad;

		if (format.p[at] != '%')
			continue;
		if (!date_spec_find(str_sub(format, at + 1, SIZE_MAX), &n, &pad))
			return true;
		at += n;
	}
	return false;
}

int date_parse(
	struct str text, struct str format, int64_t *ret_wall_us, struct error *err)
{
	struct parsed p = { .text = text };
	int64_t us = 0;

	if (has_unknown_spec(format))
		return error_set(err, ERR_CHECK, "unknown date specifier in '%.*s'",
			STR_ARG(str_sub(format, 0, 200)));
	if (!parse_all(&p, format) || p.at != text.n || !resolve(&p, &us))
		return error_set(err, ERR_CHECK, "'%.*s' is no date of the format '%.*s'",
			STR_ARG(str_sub(text, 0, 200)), STR_ARG(str_sub(format, 0, 200)));
	*ret_wall_us = us;
	return 0;
}

/* ---- RFC 3339 and cookies ---- */

static bool is_offset(struct str s)
{
	if (s.n == 1)
		return *s.p == 'Z' || *s.p == 'z';
	return s.n == 6 && (*s.p == '+' || *s.p == '-') && has_shape(s, "?99:99");
}

bool date_is_iso(struct str text)
{
	size_t at = 19;
	struct error ignored;
	int64_t us;

	if (!has_shape(text, "9999-99-99?99:99:99"))
		return false;
	if (at < text.n && text.p[at] == '.') {
		at++;
		while (at < text.n && is_digit((unsigned char)text.p[at]))
			at++;
	}
	return text.p[at - 1] != '.' && is_offset(str_sub(text, at, SIZE_MAX)) &&
		!date_parse(text, STR("%+"), &us, &ignored);
}

static bool is_cookie_delimiter(unsigned char c)
{
	return c == '\t' || (c >= 0x20 && c <= 0x2F) || (c >= 0x3B && c <= 0x40) ||
		(c >= 0x5B && c <= 0x60) || (c >= 0x7B && c <= 0x7E);
}

struct cookie_date {
	bool has_time, has_day, has_month, has_year;
	struct clock_utc t;
};

/* How many digits a token starts with, and their value. */
static size_t leading_digits(struct str s, int64_t *ret)
{
	struct parsed p = { .text = s };

	return take_digits(&p, 9, ret);
}

/* hms-time: three numbers of one or two digits; what follows does not matter */
static bool cookie_time(struct str token, struct clock_utc *t)
{
	int *const parts[] = { &t->hour, &t->minute, &t->second };

	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		int64_t n = 0;
		size_t digits = leading_digits(token, &n);

		if (digits < 1 || digits > 2 ||
			(i < 2 && (token.n <= digits || token.p[digits] != ':')))
			return false;
		*parts[i] = (int)n;
		token = str_sub(token, digits + 1, SIZE_MAX);
	}
	return true;
}

static bool cookie_month(struct str token, struct clock_utc *t)
{
	for (size_t i = 0; i < ARRAY_SIZE(date_months); i++)
		if (str_eq_nocase(str_sub(token, 0, 3),
			    str_sub(str_from(date_months[i]), 0, 3))) {
			t->month = (int)i + 1;
			return true;
		}
	return false;
}

/* Each token is the first thing that it can be and that is not there yet. */
static void cookie_token(struct cookie_date *d, struct str token)
{
	int64_t n = 0;
	size_t digits = leading_digits(token, &n);

	if (!d->has_time && cookie_time(token, &d->t)) {
		d->has_time = true;
	} else if (!d->has_day && digits >= 1 && digits <= 2) {
		d->has_day = true;
		d->t.day = (int)n;
	} else if (!d->has_month && cookie_month(token, &d->t)) {
		d->has_month = true;
	} else if (!d->has_year && digits >= 2 && digits <= 4) {
		d->has_year = true;
		d->t.year = n + (n < 70 ? 2000 : n < 100 ? 1900 : 0);
	}
}

bool date_parse_cookie(struct str text, int64_t *ret_wall_us)
{
	struct cookie_date d = { 0 };
	struct clock_utc back;
	int64_t us;

	for (size_t at = 0; at < text.n;) {
		size_t end = at;

		while (end < text.n && !is_cookie_delimiter((unsigned char)text.p[end]))
			end++;
		if (end > at)
			cookie_token(&d, str_sub(text, at, end - at));
		at = end + 1;
	}
	if (!d.has_time || !d.has_day || !d.has_month || !d.has_year || d.t.year < 1601)
		return false;
	if (d.t.hour > 23 || d.t.minute > 59 || d.t.second > 59)
		return false;
	us = clock_from_utc(&d.t);
	back = clock_to_utc(us);
	if (back.month != d.t.month || back.day != d.t.day)
		return false;
	*ret_wall_us = us;
	return true;
}
