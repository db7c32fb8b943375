#include "reports/rows_text.h"

#include "harness/value/json.h"
#include "tests/unit/expect.h"

static const struct value *json(struct arena *a, const char *text)
{
	const struct value *v;
	struct error err;

	if (json_parse(a, str_from(text), 20, &v, NULL, &err))
		fail_msg("%s", err.message);
	return v;
}

static void test_rows_text(void **state)
{
	struct strbuf sb;
	struct arena a;

	(void)state;
	arena_init(&a, 1 << 20);
	strbuf_init(&sb, 1 << 16);
	rows_text_add(&sb, json(&a, "[{\"id\":17,\"user\":null},{\"id\":\"NULL\"},{\"user\":\"\xe2\x82\xac\\n\",\"id\":1}]"));
	expect_text("table", strbuf_str(&sb),
		"id      user\n"
		"17      NULL\n"
		"'NULL'  \n"
		"1       \xe2\x82\xac\\n\n");
	strbuf_release(&sb);
	arena_release(&a);
}

static void test_rows_text_fits(void **state)
{
	struct arena a;

	(void)state;
	arena_init(&a, 1 << 20);
	assert_true(rows_text_fits(json(&a, "[{}]")));
	assert_false(rows_text_fits(json(&a, "[]")));
	assert_false(rows_text_fits(json(&a, "[{},1]")));
	assert_false(rows_text_fits(json(&a, "{}")));
	assert_false(rows_text_fits(NULL));
	arena_release(&a);
}

/* Twenty rows, twelve columns, sixty characters a cell. */
static void test_rows_text_is_bounded(void **state)
{
	struct value_list_builder rows = { 0 };
	struct value_object_builder row = { 0 };
	struct strbuf sb;
	struct arena a;
	char *wide;

	(void)state;
	arena_init(&a, 1 << 20);
	wide = arena_alloc(&a, 100);
	memset(wide, 'w', 100);
	for (int i = 0; i < 15; i++)
		value_object_add(&a, &row, arena_printf(&a, "c%d", i), value_string(&a, str_make(wide, 100)));
	for (int i = 0; i < 138; i++)
		value_list_add(&a, &rows, value_object_finish(&a, &row));
	strbuf_init(&sb, 1 << 20);
	rows_text_add(&sb, value_list_finish(&a, &rows));
	assert_true(str_ends_with(strbuf_str(&sb), STR("\n118 more rows\n")));
	assert_true(str_find(strbuf_str(&sb), STR("c11")) != SIZE_MAX);
	assert_true(str_find(strbuf_str(&sb), STR("c12")) == SIZE_MAX);
	assert_true(sb.n <= 22 * 12 * 62);
	strbuf_release(&sb);
	arena_release(&a);
}

static void test_rows_from_detail(void **state)
{
	struct strbuf sb;

	(void)state;
	strbuf_init(&sb, 1 << 16);
	assert_true(rows_text_from_detail(&sb, STR("error: Assert failure\n  --> a.sql:3:0\n   |\n\n"
		"          id   user\n      +   17   404\n      +   23   405\n")));
	expect_text("rows", strbuf_str(&sb), "id   user\n17   404\n23   405\n");
	assert_false(rows_text_from_detail(&sb, STR("          id\n      +   17\n      -   18\n")));
	assert_false(rows_text_from_detail(&sb, STR("      +   17\n")));
	assert_false(rows_text_from_detail(&sb, STR("expected no rows")));
	strbuf_release(&sb);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows_text),
		cmocka_unit_test(test_rows_text_fits),
		cmocka_unit_test(test_rows_text_is_bounded),
		cmocka_unit_test(test_rows_from_detail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
