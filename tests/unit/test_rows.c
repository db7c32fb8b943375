#include "harness/run/rows.h"

#include "tests/unit/expect.h"

static void test_rows_cells(void **state)
{
	static const char text[] = "id,name\r\n1,plain\n\n2,\"a \"\"quoted\"\"\ncell, too\"\n3,";
	struct arena a;
	struct rows rows;
	struct error err = { 0 };

	(void)state;
	arena_init(&a, 1 << 20);
	assert_int_equal(rows_parse_csv(&a, str_from(text), 10, &rows, &err), 0);
	assert_int_equal(rows.ncolumns, 2);
	assert_int_equal(rows.count, 3);
	expect_text("column", rows.names[1], "name");
	expect_text("plain", rows.cells[0][1], "plain");
	expect_text("quoted", rows.cells[1][1], "a \"quoted\"\ncell, too");
	expect_text("empty at the end", rows.cells[2][1], "");
	arena_release(&a);
}

static void test_rows_errors(void **state)
{
	static const struct {
		const char *text, *message;
	} rows[] = {
		{ "", "no header line with the names of the columns" },
		{ " \n", "no header line with the names of the columns" },
		{ "a,b\n1\n", "line 2: 1 cells where the header has 2" },
		{ "a\n\"open\n", "line 2: a quoted cell is not closed" },
		{ "a\n\"x\"y\n", "line 2: text behind a quoted cell" },
		{ "a\n1\n2\n3\n", "more than 2 data rows" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct arena a;
		struct rows got = { 0 };
		struct error err = { 0 };
		arena_init(&a, 1 << 20);
		expect_int(rows[i].text, rows_parse_csv(&a, str_from(rows[i].text), 2, &got, &err), -1);
		expect_text(rows[i].text, str_from(err.message), rows[i].message);
		expect_int(rows[i].text, (intmax_t)got.count, 0);
		arena_release(&a);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows_cells),
		cmocka_unit_test(test_rows_errors),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
