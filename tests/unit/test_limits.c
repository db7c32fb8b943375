#include "harness/base/limits.h"

#include "tests/unit/expect.h"

static void test_limits_have_values_that_fit_each_other(void **state)
{
	const struct limits *l = &limits_default;

	(void)state;
	assert_true(l->max_statement_bytes <= l->max_text_bytes);
	assert_true(l->max_file_bytes < l->max_suite_arena);
	assert_true(l->max_body_bytes < l->max_attempt_arena);
	assert_true(l->max_rows_bytes < l->max_attempt_arena);
	assert_true(l->max_messages_bytes < l->max_attempt_arena);
	assert_true(l->max_rows_shown <= l->max_rows_recorded);
	assert_true(l->max_rows_recorded <= l->max_rows_kept);
	assert_true(l->max_rows_kept <= l->max_rows_counted);
	assert_true(l->max_header_bytes <= l->max_body_bytes);
}

/* All members are size_t, so that a ceiling somebody forgot is seen as a zero. */
static void test_limits_leave_none_out(void **state)
{
	size_t values[sizeof(limits_default) / sizeof(size_t)];

	(void)state;
	static_assert(sizeof(limits_default) % sizeof(size_t) == 0, "a limit is no size_t");
	memcpy(values, &limits_default, sizeof(values));
	for (size_t i = 0; i < ARRAY_SIZE(values); i++)
		assert_true(values[i] > 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_limits_have_values_that_fit_each_other),
		cmocka_unit_test(test_limits_leave_none_out),
	};

	return cmocka_run_group_tests_name("limits", tests, NULL, NULL);
}
