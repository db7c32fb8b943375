#include "probes/db_value.h"

#include "tests/unit/value_help.h"

static void test_db_value_types(void **state)
{
	static const struct {
		enum db_type type;
		const char *cell, *want;
		unsigned flags;
	} rows[] = {
		{ DB_INTEGER, "42", "integer <42>", 0 },
		{ DB_INTEGER, "-9223372036854775808", "integer <-9223372036854775808>",
			0 },
		{ DB_INTEGER, "18446744073709551615", "integer <18446744073709551615>",
			0 },
		{ DB_INTEGER, "00042", "integer <42>", 0 },
		{ DB_INTEGER, "0000", "integer <0>", 0 },
		{ DB_DECIMAL, "1.50", "decimal <1.50>", 0 },
		{ DB_DECIMAL, "-0.10", "decimal <-0.10>", 0 },
		{ DB_DECIMAL, "0012.50", "decimal <12.50>", 0 },
		{ DB_DOUBLE, "0.1", "float <0.1>", 0 },
		{ DB_DOUBLE, "1e20", "float <1e20>", 0 },
		{ DB_FLOAT, "1.5", "float <1.5>", VALUE_SINGLE },
		{ DB_TEXT, "", "string <>", 0 },
		{ DB_TEXT, "NULL", "string <NULL>", 0 },
		{ DB_TEMPORAL, "2026-01-02 03:04:05.000000",
			"string <2026-01-02 03:04:05.000000>", VALUE_TEMPORAL },
		{ DB_JSON, "{\"a\": 1}", "string <{\"a\": 1}>", VALUE_JSON_TEXT },
	};
	struct arena a;

	(void)state;
	arena_init(&a, 1 << 20);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		bool bad = true;
		const struct value *v = db_value(
			&a, rows[i].type, str_from(rows[i].cell), &bad);

		expect_true(rows[i].want, v && !bad);
		expect_text(rows[i].want, help_show(&a, v), rows[i].want);
		expect_int(rows[i].want, v->flags, rows[i].flags);
	}
	arena_release(&a);
}

static void test_db_value_bytes(void **state)
{
	struct arena a;
	const struct value *v;
	bool bad;

	(void)state;
	arena_init(&a, 1 << 20);
	v = db_value(&a, DB_BIT, STR("\x01\x00"), &bad);
	expect_text("bit", help_show(&a, v), "integer <256>");
	v = db_value(&a, DB_BIT, STR("\xff\xff\xff\xff\xff\xff\xff\xff"), &bad);
	expect_text("bit64", help_show(&a, v), "integer <18446744073709551615>");
	v = db_value(&a, DB_BYTES, STR("a\0b"), &bad);
	assert_int_equal(v->type, VALUE_BYTES);
	assert_int_equal(v->flags, VALUE_BINARY);
	assert_int_equal(v->text.n, 3);
	for (int type = DB_TEXT; type <= DB_NULL; type++)
		assert_int_equal(
			db_value(&a, (enum db_type)type, (struct str){ 0 }, &bad)->type,
			VALUE_NULL);
	arena_release(&a);
}

static void test_db_value_bad(void **state)
{
	static const struct {
		enum db_type type;
		const char *cell;
	} rows[] = {
		{ DB_INTEGER, "" },
		{ DB_INTEGER, "1.5" },
		{ DB_INTEGER, "x" },
		{ DB_DECIMAL, "1.2.3" },
		{ DB_DECIMAL, "-" },
		{ DB_DOUBLE, "" },
		{ DB_DOUBLE, "nan" },
		{ DB_FLOAT, "abc" },
		{ DB_BIT, "123456789" },
	};
	struct arena a;

	(void)state;
	arena_init(&a, 1 << 20);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		bool bad = false;

		expect_true(rows[i].cell,
			!db_value(&a, rows[i].type, str_from(rows[i].cell), &bad) && bad);
	}
	arena_release(&a);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_db_value_types),
		cmocka_unit_test(test_db_value_bytes),
		cmocka_unit_test(test_db_value_bad),
	};

	return cmocka_run_group_tests_name("db_value", tests, NULL, NULL);
}
