/*
 * Whole-string readers for what people type: number, duration, size, boolean, date. Each takes the
 * whole text or nothing, has a range, and leaves *ret untouched on failure. They return false; the
 * caller knows the place and writes the message.
 */
#ifndef HARNESS_BASE_SCAN_H
#define HARNESS_BASE_SCAN_H

#include "harness/base/str.h"

/* Decimal digits with an optional sign `-`; no blanks, no plus. */
bool scan_int(struct str s, int64_t min, int64_t max, int64_t *ret) MUST_USE;
bool scan_size(struct str s, size_t max, size_t *ret) MUST_USE;	/* no sign at all */

/*
 * Digits and a unit ms, s, m or h, nothing between. Without a unit `default_unit_us` counts; 0
 * there means that the unit must be written. At most 10,000 h.
 */
bool scan_duration_us(struct str s, uint64_t default_unit_us, uint64_t *ret_us) MUST_USE;

/* "true" or "false", nothing else. */
bool scan_bool(struct str s, bool *ret) MUST_USE;

/* "2026-12-15" to the start of that day, UTC, microseconds since 1970. */
bool scan_date_us(struct str s, int64_t *ret_wall_us) MUST_USE;

/* The digits at the start: value in *ret, their count is returned (0: none, or overflow). */
size_t scan_digits(struct str s, uint64_t *ret);

/*
 * A finite double from the whole text, in JSON's number syntax, correctly rounded however long it
 * is; with allow_special also "inf", "-inf" and "nan". Independent of the locale.
 */
bool scan_double(struct str s, bool allow_special, double *ret) MUST_USE;

#endif
