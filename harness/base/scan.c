#include "harness/base/scan.h"

#include <locale.h>
#include <math.h>

#include "harness/base/clock.h"

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

size_t scan_digits(struct str s, uint64_t *ret)
{
	uint64_t value = 0;
	size_t n = 0;

	for (; n < s.n && is_digit(s.p[n]); n++)
		if (__builtin_mul_overflow(value, 10, &value) ||
		    __builtin_add_overflow(value, (uint64_t)(s.p[n] - '0'), &value))
			return 0;
	if (n)
		*ret = value;
	return n;
}

/* Digits and nothing else. */
static bool scan_whole(struct str s, uint64_t max, uint64_t *ret)
{
	uint64_t value = 0;

	if (s.n == 0 || scan_digits(s, &value) != s.n || value > max)
		return false;
	*ret = value;
	return true;
}

bool scan_int(struct str s, int64_t min, int64_t max, int64_t *ret)
{
	bool negative = str_starts_with(s, STR("-"));
	uint64_t magnitude;
	int64_t value;

	if (!scan_whole(str_sub(s, negative, s.n), (uint64_t)INT64_MAX + negative, &magnitude))
		return false;
	if (negative)
		value = magnitude ? -(int64_t)(magnitude - 1) - 1 : 0;
	else
		value = (int64_t)magnitude;
	if (value < min || value > max)
		return false;
	*ret = value;
	return true;
}

bool scan_size(struct str s, size_t max, size_t *ret)
{
	uint64_t value;

	if (!scan_whole(s, max, &value))
		return false;
	*ret = (size_t)value;
	return true;
}

/* A word behind the digits, and what it multiplies them by. */
struct unit {
	struct str name;
	uint64_t factor;
};

static uint64_t unit_factor(const struct unit *units, size_t n, struct str name)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(units[i].name, name))
			return units[i].factor;
	return 0;
}

static bool scan_scaled(struct str s, const struct unit *units, size_t n, uint64_t max,
			uint64_t *ret)
{
	uint64_t value = 0;
	size_t digits = scan_digits(s, &value);
	uint64_t factor = unit_factor(units, n, str_sub(s, digits, s.n));

	if (!digits || !factor || __builtin_mul_overflow(value, factor, &value) || value > max)
		return false;
	*ret = value;
	return true;
}

#define US_PER_HOUR UINT64_C(3600000000)

bool scan_duration_us(struct str s, uint64_t default_unit_us, uint64_t *ret_us)
{
	const struct unit units[] = {
		{ STR_INIT(""), default_unit_us },
		{ STR_INIT("ms"), 1000 },
		{ STR_INIT("s"), 1000000 },
		{ STR_INIT("m"), 60000000 },
		{ STR_INIT("h"), US_PER_HOUR },
	};

	return scan_scaled(s, units, ARRAY_SIZE(units), 10000 * US_PER_HOUR, ret_us);
}

bool scan_bool(struct str s, bool *ret)
{
	bool value = str_is(s, "true");

	if (!value && !str_is(s, "false"))
		return false;
	*ret = value;
	return true;
}

/* Exactly `n` digits off the front of *rest, with a value in [min, max]. */
static bool take_digits(struct str *rest, size_t n, int64_t min, int64_t max, int64_t *ret)
{
	struct str part = str_sub(*rest, 0, n);

	if (part.n != n || str_starts_with(part, STR("-")) || !scan_int(part, min, max, ret))
		return false;
	*rest = str_sub(*rest, n, rest->n);
	return true;
}

static bool take_char(struct str *rest, char c)
{
	if (!rest->n || rest->p[0] != c)
		return false;
	*rest = str_sub(*rest, 1, rest->n);
	return true;
}

bool scan_date_us(struct str s, int64_t *ret_wall_us)
{
	int64_t year, month, day;

	if (!take_digits(&s, 4, 0, 9999, &year) || !take_char(&s, '-') ||
	    !take_digits(&s, 2, 1, 12, &month) || !take_char(&s, '-') ||
	    !take_digits(&s, 2, 1, clock_month_days(year, (int)month), &day) || s.n)
		return false;
	*ret_wall_us = clock_from_utc(&(struct clock_utc){
			.year = year, .month = (int)month, .day = (int)day });
	return true;
}

/* A number of JSON (RFC 8259, 6) in its parts; the digits are pieces of the text. */
struct number_text {
	bool negative;
	struct str whole;
	struct str fraction;
	int64_t exponent;
};

static struct str take_all_digits(struct str *rest)
{
	struct str all = *rest;
	size_t n = 0;

	while (n < all.n && is_digit(all.p[n]))
		n++;
	*rest = str_sub(all, n, all.n);
	return str_sub(all, 0, n);
}

/* Beyond any double, yet far from overflow when the length of a text is added. */
#define EXPONENT_MAX INT64_C(1000000000000000)

static bool take_exponent(struct str *rest, int64_t *ret)
{
	bool negative;
	struct str digits;

	if (!take_char(rest, 'e') && !take_char(rest, 'E'))
		return true;
	negative = take_char(rest, '-');
	if (!negative)
		(void)take_char(rest, '+');	/* optional */
	digits = take_all_digits(rest);
	if (!digits.n)
		return false;
	if (!scan_int(digits, 0, EXPONENT_MAX, ret))
		*ret = EXPONENT_MAX;
	if (negative)
		*ret = -*ret;
	return true;
}

static bool split_number(struct str s, struct number_text *ret)
{
	ret->negative = take_char(&s, '-');
	ret->whole = take_all_digits(&s);
	if (!ret->whole.n || (ret->whole.n > 1 && ret->whole.p[0] == '0'))
		return false;
	if (take_char(&s, '.')) {
		ret->fraction = take_all_digits(&s);
		if (!ret->fraction.n)
			return false;
	}
	return take_exponent(&s, &ret->exponent) && s.n == 0;
}

/*
 * More digits than decide the rounding of any double (767): what comes behind them only matters for
 * being zero or not. So a number of any length is converted exactly, in fixed memory.
 */
enum { DIGITS_MAX = 800 };

struct short_number {
	char digits[DIGITS_MAX + 1];	/* the last one stands for "the rest was not zero" */
	size_t n;
	int64_t exponent;
};

static void add_digit(struct short_number *to, char digit, bool is_fraction)
{
	if (to->n < DIGITS_MAX) {
		if (to->n || digit != '0')
			to->digits[to->n++] = digit;
		to->exponent -= is_fraction;
		return;
	}
	to->exponent += !is_fraction;
	if (to->n == DIGITS_MAX && digit != '0') {
		to->digits[to->n++] = '1';
		to->exponent--;
	}
}

static void shorten(struct short_number *to, const struct number_text *from)
{
	*to = (struct short_number){ .exponent = from->exponent };
	for (size_t i = 0; i < from->whole.n; i++)
		add_digit(to, from->whole.p[i], false);
	for (size_t i = 0; i < from->fraction.n; i++)
		add_digit(to, from->fraction.p[i], true);
}

/* With the exponent cut to what is surely zero or infinite. */
static long long exponent_in_range(int64_t exponent)
{
	const int64_t max = 100000;

	if (exponent > max)
		return max;
	return exponent < -max ? -max : exponent;
}

/* strtod in the C locale; glibc makes that one without memory. */
static double to_double(const char *text)
{
	locale_t c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
	double value = c ? strtod_l(text, NULL, c) : (double)NAN;

	if (c)
		freelocale(c);
	return value;
}

static double convert(const struct number_text *parts)
{
	struct short_number number;
	char text[sizeof(number.digits) + 32];

	shorten(&number, parts);
	if (!number.n)
		return parts->negative ? -0.0 : 0.0;
	(void)snprintf(text, sizeof(text), "%s%.*se%lld", parts->negative ? "-" : "",
		       (int)number.n, number.digits, exponent_in_range(number.exponent));
	return to_double(text);
}

static bool scan_special(struct str s, double *ret)
{
	static const struct {
		struct str word;
		double value;
	} words[] = {
		{ STR_INIT("inf"), (double)INFINITY },
		{ STR_INIT("-inf"), -(double)INFINITY },
		{ STR_INIT("nan"), (double)NAN },
	};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (str_eq(s, words[i].word)) {
			*ret = words[i].value;
			return true;
		}
	return false;
}

bool scan_double(struct str s, bool allow_special, double *ret)
{
	struct number_text parts = { 0 };
	double value;

	if (allow_special && scan_special(s, ret))
		return true;
	if (!split_number(s, &parts))
		return false;
	value = convert(&parts);
	if (!isfinite(value))
		return false;
	*ret = value;
	return true;
}
