/*
 * Inside of number: any number as its digits, without copying them. Not for other modules.
 *
 * The number is sign * 0.D1D2D3... * 10^magnitude; zeros at both ends are left out, so that equal numbers have equal
 * views. The digits may have one dot between them, which number_view_digit skips.
 */
#ifndef HARNESS_VALUE_NUMBER_VIEW_H
#define HARNESS_VALUE_NUMBER_VIEW_H

#include "harness/value/value.h"

struct number_view {
	char buf[40];		/* text of what has none of its own */
	const char *p;
	const char *end;
	int64_t magnitude;
	int sign;		/* 0: the number is zero */
	bool special;		/* inf or nan: no digits */
	bool nan;
};

/* False when `x` is no number. The view borrows from `x` and from itself: it must not be copied. */
bool number_view_init(struct number_view *v, const struct value *x) MUST_USE;

/* Decimal digits with optional sign, dot and exponent. False when `text` is none of that. */
bool number_view_text(struct number_view *v, struct str text) MUST_USE;

/* Takes the next digit; -1 behind the last. */
int number_view_digit(struct number_view *v);

#endif
