#include "probes/sql_near.h"

#include "tests/unit/expect.h"

static void test_sql_near_places(void **state)
{
	static const struct {
		const char *sql, *message;
		size_t at, n;
	} rows[] = {
		{ "SELECT FROM x", "the right syntax to use near 'FROM x' at line 1", 7,
			4 },
		{ "SELECT 1\nFROM x\nWHER y", "near 'WHER y' at line 3", 16, 4 },
		{ "SELECT 1\n +\n+ x y z", "near 'y z' at line 3", 16, 1 },
		{ "SELECT a, FROM t WHERE a = 'it''s'",
			"near 'FROM t WHERE a = 'it''s'' at line 1", 10, 4 },
		{ "SELECT 1 +", "near '' at line 1", 10, 0 },
		/*
		 * in a packet the server counts from its start and quotes beyond the
		 * statement
		 */
		{ "SELEC 3", "near 'SELEC 3;\nSELECT 4' at line 7", 0, 5 },
		/* the value that was filled in differs from the file */
		{ "SELECT x WHERE FROM {{v}}", "near 'FROM 'abc'' at line 1", 15, 4 },
		{ "SELECT ) x", "near ') x' at line 1", 7, 1 },
		{ "SELECT FRO o", "Unknown column 'FRO' in 'field list'", 7, 3 },
		{ "SELECT t.Name FROM t", "Unknown column 't.name' in 'SELECT'", 9, 4 },
		{ "SELECT * FROM `gone` WHERE x", "Table 'shop.gone' doesn't exist", 15,
			4 },
		{ "SELECT '' at line 2' FROM", "near 'FROM' at line 1", 21, 4 },
	};
	struct arena a;

	(void)state;
	arena_init(&a, 1 << 20);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct source *s = source_new(&a, "x", str_from(rows[i].sql));
		struct span got = { 0 };

		expect_true(rows[i].message,
			sql_near(s, SPAN(0, s->text.n), str_from(rows[i].message), &got));
		expect_int(rows[i].message, (intmax_t)got.at, (intmax_t)rows[i].at);
		expect_int(rows[i].message, (intmax_t)got.n, (intmax_t)rows[i].n);
	}
	arena_release(&a);
}

static void test_sql_near_nothing(void **state)
{
	static const char *const rows[] = { "", "Unknown column 'x' in 'field list'",
		"Unknown column 'x", "''", "near 'x", "Duplicate entry '' for key 'id'",
		"near 'x' at line ", "near 'zzzz' at line 1" };
	struct arena a;

	(void)state;
	arena_init(&a, 1 << 20);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct source *s = source_new(
			&a, "x", STR("SELECT id, id, idx, 'id'"));
		struct span got;

		expect_true(rows[i],
			!sql_near(s, SPAN(0, s->text.n), str_from(rows[i]), &got));
	}
	arena_release(&a);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sql_near_places),
		cmocka_unit_test(test_sql_near_nothing),
	};

	return cmocka_run_group_tests_name("sql_near", tests, NULL, NULL);
}
