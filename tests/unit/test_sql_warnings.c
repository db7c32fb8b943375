#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "harness/base/arena.h"
#include "probes/sql_warnings.h"
#include "tests/unit/expect.h"

/* Rows of SHOW WARNINGS, one for each code; 0 ends them. */
static const struct value *rows_of(struct arena *a, const int codes[3])
{
	struct value_list_builder list = { 0 };

	for (size_t i = 0; i < 3 && codes[i]; i++) {
		struct value_object_builder row = { 0 };
		value_object_add(a, &row, STR("Level"), value_string(a, STR("Warning")));
		value_object_add(a, &row, STR("Code"), value_int(a, codes[i]));
		value_object_add(a, &row, STR("Message"), value_string(a, STR("its text")));
		value_list_add(a, &list, value_object_finish(a, &row));
	}
	return value_list_finish(a, &list);
}

static void test_sql_warnings_cut(void **state)
{
	static const struct {
		const char *name;
		int codes[3];
		bool writes;
		const char *message; /* NULL: nothing is cut */
	} rows[] = {
		{ "none", { 0 }, false, NULL },
		{ "a comparison", { 1292 }, false, NULL },
		{ "unknown", { 9999, 1 }, true, NULL },
		{ "group", { 1260 }, false, "the server cut the result: warning 1260: its text" },
		{ "packet", { 1292, 1301 }, false, "the server cut the result: warning 1301: its text" },
		{ "rows", { 1931 }, true, "the server cut the result: warning 1931: its text" },
		{ "a text read", { 1265 }, false, NULL },
		{ "a text written", { 1265 }, true, "the server cut what was written: warning 1265: its text" },
		{ "a comparison, written", { 1292 }, true, "the server cut what was written: warning 1292: its text" },
	};
	struct arena a;

	(void)state;
	arena_init(&a, 1024 * 1024);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct error err = { 0 };
		int rc = sql_warnings_check(rows_of(&a, rows[i].codes), rows[i].writes, &err);
		expect_int(rows[i].name, rc, rows[i].message ? -1 : 0);
		if (rc)
			expect_text(rows[i].name, str_from(err.message), rows[i].message);
	}
	assert_int_equal(sql_warnings_check(NULL, true, &(struct error){ 0 }), 0);
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sql_warnings_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
