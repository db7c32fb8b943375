/*
 * Whole strings to numbers: no blanks, no rest, and a range that is checked.
 */
#ifndef TESTS_SERVICE_SCAN_H
#define TESTS_SERVICE_SCAN_H

/* A decimal integer between min and max; -1 when it is not one. *ret is then untouched. */
int scan_integer(const char *s, long min, long max, long *ret);

/* A finite number as the language of the original service reads it ("007", "1e3", "0x10"). */
int scan_number(const char *s, double *ret);

/* A time in seconds: "3600", "90s", "15m", "8h" or "30d"; at least one second, at most ten years. */
int scan_seconds(const char *s, long *ret);

#endif
