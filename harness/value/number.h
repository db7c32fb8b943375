/*
 * Numbers by their digits: comparison and arithmetic that are exact whatever the kind. A float takes part with its
 * shortest text (9.99 from JSON equals DECIMAL 9.99), or with the spelling it came with.
 */
#ifndef HARNESS_VALUE_NUMBER_H
#define HARNESS_VALUE_NUMBER_H

#include "harness/base/error.h"
#include "harness/value/value.h"

/* What number_compare returns for a nan, which is neither equal nor greater nor less. */
enum { NUMBER_UNORDERED = 2 };

/* Both must be numbers: -1, 0, 1. A nan compares unequal to everything: NUMBER_UNORDERED. */
int number_compare(const struct value *a, const struct value *b);

enum number_op { NUMBER_PLUS, NUMBER_MINUS, NUMBER_TIMES, NUMBER_DIVIDED_BY };

/*
 * Exact on integers and decimals (result INT, BIGINT or DECIMAL); with a float on either side the result is a float.
 * Division gives an integer when it is one, else a decimal with up to 20 digits after the dot, rounded half away from
 * zero. Division by zero, a non-number, more than 1,000 digits: ERR_CHECK.
 */
int number_calc(struct arena *a, enum number_op op, const struct value *x, const struct value *y,
		const struct value **ret, struct error *err) MUST_USE;

/*
 * Reads a number as a scenario file or JSON writes it: integer (INT or BIGINT), or with '.' or exponent a FLOAT that
 * keeps its spelling. False when `s` is not wholly such a number.
 */
bool number_parse(struct arena *a, struct str s, bool allow_exponent, const struct value **ret) MUST_USE;

/*
 * How many bytes at the start of `s` are such a number, in *ret_n, and whether it is an integer. False when it starts with
 * none, or with one that is broken off (`1.`).
 */
bool number_scan(struct str s, bool allow_exponent, size_t *ret_n, bool *ret_integer) MUST_USE;

/* The nearest double; beyond the range inf or 0. Also "inf" and "nan". 0 for what is no number. */
double number_to_double(struct str text);

/* `plain` digits of any number without exponent, for people and for SQL: -12.50, 9007199254740993. False for inf and nan. */
bool number_plain(struct strbuf *out, const struct value *v) MUST_USE;

/* |a - b| <= tolerance, or <= |b| * percent / 100; all exact. */
bool number_within(const struct value *a, const struct value *b, const struct value *tolerance, bool percent);

#endif
