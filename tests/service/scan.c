#include "tests/service/scan.h"

#include <ctype.h>
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define SECONDS_MAX 315360000L

/* Digits up to the first other byte; -1 when there is none or the value leaves a long's third. */
static int digits(const char **s, long *ret)
{
	const char *p = *s;
	long value = 0;

	for (; isdigit((unsigned char)*p); p++) {
		if (value > 100000000000000000L)
			return -1;
		value = value * 10 + (*p - '0');
	}
	if (p == *s)
		return -1;
	*s = p;
	*ret = value;
	return 0;
}

int scan_integer(const char *s, long min, long max, long *ret)
{
	long value;
	long sign = *s == '-' ? -1 : 1;

	if (*s == '-')
		s++;
	if (digits(&s, &value) || *s)
		return -1;
	value *= sign;
	if (value < min || value > max)
		return -1;
	*ret = value;
	return 0;
}

int scan_number(const char *s, double *ret)
{
	char *end;

	if (!*s || isspace((unsigned char)*s) || isalpha((unsigned char)*s))
		return -1;
	double value = strtod(s, &end);
	if (*end || end == s || !isfinite(value))
		return -1;
	*ret = value;
	return 0;
}

int scan_seconds(const char *s, long *ret)
{
	static const struct {
		const char *unit;
		long seconds;
	} units[] = { { "", 1 }, { "s", 1 }, { "m", 60 }, { "h", 3600 }, { "d", 86400 } };
	long value;

	if (digits(&s, &value))
		return -1;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (strcmp(s, units[i].unit))
			continue;
		if (value < 1 || value > SECONDS_MAX / units[i].seconds)
			return -1;
		*ret = value * units[i].seconds;
		return 0;
	}
	return -1;
}
