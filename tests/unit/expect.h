/*
 * What the unit tests share: cmocka with the headers it wants before it, and expectations for rows
 * of a table, whose failure names the row and shows both texts.
 */
#ifndef TESTS_UNIT_EXPECT_H
#define TESTS_UNIT_EXPECT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "harness/base/str.h"

/* Fails the test unless both are the same bytes; absent and empty are the same. */
void expect_str(const char *row, struct str got, struct str want);
void expect_text(const char *row, struct str got, const char *want);

/* Fails the test, naming the row, unless both are equal. */
void expect_int(const char *row, intmax_t got, intmax_t want);

/* Fails the test, naming the row, unless `held`. */
void expect_true(const char *row, bool held);

#endif
