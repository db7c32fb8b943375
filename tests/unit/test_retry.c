#include "harness/run/retry.h"

#include "tests/unit/expect.h"

/* Attempts as letters: '+' held, '-' did not, '!' did not and must not be repeated. The verdict after each: h, a, r. */
static void test_retry_table(void **state)
{
	static const struct {
		const char *name;
		struct retry_policy policy;
		const char *attempts, *verdicts;
	} rows[] = {
		{ "no retry, held", { 0, 1000, 0 }, "+", "h" },
		{ "no retry, red", { 0, 1000, 0 }, "-", "r" },
		{ "third time", { 2, 1000, 0 }, "--+", "aah" },
		{ "used up", { 2, 1000, 0 }, "---", "aar" },
		{ "final ends it", { 20, 1000, 0 }, "-!", "ar" },
		{ "three in a row", { 20, 1000, 3 }, "+-+++", "aaaah" },
		{ "a row that is too short", { 2, 1000, 3 }, "+-+", "aar" },
		{ "consecutive without retry", { 0, 1000, 2 }, "+", "r" },
		{ "without limit, to the ceiling", { -1, 3, 0 }, "----", "aaar" },
		{ "over the ceiling", { 100, 1, 0 }, "--", "ar" },
	};
	static const char letters[] = { [RETRY_HELD] = 'h', [RETRY_AGAIN] = 'a', [RETRY_RED] = 'r' };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct retry_state s = { 0 };
		for (size_t j = 0; rows[i].attempts[j]; j++) {
			char c = rows[i].attempts[j];
			enum retry_verdict v = retry_after(&rows[i].policy, &s, c == '+', c == '!');
			expect_int(rows[i].name, letters[v], rows[i].verdicts[j]);
		}
		expect_int(rows[i].name, (intmax_t)s.attempts, (intmax_t)strlen(rows[i].attempts));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_retry_table),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
