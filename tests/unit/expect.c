#include "tests/unit/expect.h"

void expect_str(const char *row, struct str got, struct str want)
{
	if (!str_eq(got, want))
		fail_msg("%s:\n--- got (%zu bytes)\n%.*s\n--- want (%zu bytes)\n%.*s\n---", row, got.n,
			 STR_ARG(got), want.n, STR_ARG(want));
}

void expect_text(const char *row, struct str got, const char *want)
{
	expect_str(row, got, str_from(want));
}

void expect_int(const char *row, intmax_t got, intmax_t want)
{
	if (got != want)
		fail_msg("%s: got %jd, want %jd", row, got, want);
}

void expect_true(const char *row, bool held)
{
	if (!held)
		fail_msg("%s: does not hold", row);
}
