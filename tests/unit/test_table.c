#include "harness/value/table.h"

#include "tests/unit/value_help.h"

static struct arena arena;

static int set_up(void **state)
{
	(void)state;
	arena_init(&arena, 64 * 1024 * 1024);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_release(&arena);
	return 0;
}

static struct cell compile(const char *text)
{
	struct cell c;
	struct error err;

	if (cell_compile(&arena, str_from(text), &c, NULL, &err))
		fail_msg("%s: %s", text, err.message);
	return c;
}

#define DECIMAL(text) "{\"ty\":\"decimal\",\"v\":\"" text "\"}"
#define BYTES(b64) "{\"ty\":\"bytes\",\"b64\":\"" b64 "\"}"
#define JSON_COLUMN(text) "{\"ty\":\"json\",\"v\":\"" text "\"}"
#define TIME(text) "{\"ty\":\"datetime\",\"v\":\"" text "\"}"

static void test_cell_matches(void **state)
{
	static const struct {
		const char *cell, *found;
		bool want;
	} rows[] = {
		{ " a ", "\"a\"", true },
		{ "a", "\"a \"", false },
		{ "a", "\"A\"", false },
		{ "5", "5", true },
		{ "5.0", "5", true },
		{ "5", "\"5\"", true },
		{ "5", "null", false },
		{ "a", "5", false },
		{ "1.5", DECIMAL("1.50"), true },
		{ "0.3", "0.30000000000000004", true },
		{ "0.3", "0.3001", false },
		{ "0.1", "{\"ty\":\"single\",\"v\":\"0.10000001\"}", true },
		{ "0.1", "0.10000001", false },
		{ "18446744073709551615", "18446744073709551615", true },
		{ "true", "1", true },
		{ "FALSE", "0", true },
		{ "true", "2", false },
		{ "true", "true", true },
		{ "1", "true", true },
		{ "", "\"\"", true },
		{ "  ", "null", false },
		{ "", "5", false },
		{ "10:00:00", TIME("10:00:00.000000"), true },
		{ "'10:00:00'", TIME("10:00:00.000000"), true },
		{ "abc", BYTES("YWJj"), true },
		{ "' a'", "\" a\"", true },
		{ "\"a\"", "\"a\"", true },
		{ "'5'", "5", false },
		{ "'it''s'", "\"it's\"", true },
		{ "''", "\"\"", true },
		{ "'NULL'", "\"NULL\"", true },
		{ "'a\\|b'", "\"a|b\"", true },
		{ "a\\|b", "\"a|b\"", true },
		{ "NULL", "null", true },
		{ "NULL", "\"NULL\"", false },
		{ "null", "\"null\"", true },
		{ "null", "null", false },
		{ "*", "null", true },
		{ "*", "5", true },
		{ "!NULL", "null", false },
		{ "!NULL", "\"\"", true },
		{ "/@x$/", "\"a@x\"", true },
		{ "/@X$/", "\"a@x\"", false },
		{ "/@X$/i", "\"a@x\"", true },
		{ "/^5$/", "5", true },
		{ "/a\\/b/", "\"a/b\"", true },
		{ "/x/", "null", false },
		{ "/./", "null", false },
		{ "/api/v1", "\"/api/v1\"", true },
		{ "/api/v1/", "\"/api/v1/\"", true },
		{ "/", "\"/\"", true },
		{ "< 5", "4", true },
		{ "< 5", "5", false },
		{ "<= 5", "5.0", true },
		{ "> 5", "\"6\"", true },
		{ ">= 5", DECIMAL("5.00"), true },
		{ "< 5", "null", false },
		{ "!= 5", "null", false },
		{ "!= 5", "6", true },
		{ "<> 5", "5", false },
		{ "!= a", "\"b\"", true },
		{ "<= '2026-12-31'", "\"2026-11-01\"", true },
		{ "<= '2026-12-31'", "\"2027-01-01\"", false },
		{ "<= '10:00:00'", TIME("10:00:00.000"), true },
		{ "< a", "5", false },
		{ "<= 0.3", "0.30000000000000004", true },
		{ "12.5 +- 0.1", "12.6", true },
		{ "12.5 +- 0.1", DECIMAL("12.61"), false },
		{ "12.5 +- 1%", "12.6", true },
		{ "12.5 +- 0.1", "\"12.5\"", false },
		{ "a +- b", "\"a +- b\"", true },
		{ "{\"a\":1,\"b\":2}", JSON_COLUMN("{\\\"b\\\": 2, \\\"a\\\": 1}"), true },
		{ "{\"a\":1}", "\"{ \\\"a\\\": 1 }\"", true },
		{ "{\"a\":1}", "\"{ \\\"a\\\": 2 }\"", false },
		{ "{\"a\":1}", "\"text\"", false },
		{ "[1, 2]", JSON_COLUMN("[1,2]"), true },
		{ "{\"a\":1}", "{\"a\":1.0}", true },
		{ "5", JSON_COLUMN("5"), true },
		{ "5", JSON_COLUMN("5.0"), true },
		{ "0x6162", BYTES("YWI="), true },
		{ "0x6162", BYTES("YWE="), false },
		{ "0x6162", "\"ab\"", false },
		{ "0x616", "\"0x616\"", true },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct cell c = compile(rows[i].cell);

		expect_int(arena_printf(&arena, "%s ~ %s", rows[i].cell, rows[i].found).p,
			cell_matches(&c, help_json(&arena, rows[i].found)), rows[i].want);
	}
}

static void test_cell_refuses(void **state)
{
	static const struct {
		const char *text;
		size_t at;
	} rows[] = {
		{ " 'a", 1 }, { "'a' b", 0 }, { "\"a", 0 }, { " /(/", 3 }, { "<", 1 }, { "> 'a", 2 },
		{ " {\"a\":}", 6 }, { "[1,", 3 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct cell c;
		struct error err;
		size_t at = 99;

		expect_int(rows[i].text, cell_compile(&arena, str_from(rows[i].text), &c, &at, &err), -1);
		expect_int(rows[i].text, err.code, ERR_PARSE);
		expect_int(rows[i].text, (intmax_t)at, (intmax_t)rows[i].at);
	}
}

static void test_cell_placeholders(void **state)
{
	struct cell c = compile("{{id}}");

	(void)state;
	assert_int_equal(c.kind, CELL_TEXT);
	expect_text("one placeholder", c.text, "{{id}}");
	c = compile("{\"a\": {{id}}}");
	assert_int_equal(c.kind, CELL_JSON);
	assert_null(c.value);
	assert_false(cell_matches(&c, value_null()));
}

static void test_cell_value(void **state)
{
	static const struct {
		const char *value, *found;
		unsigned flags;
		bool want;
	} rows[] = {
		{ "5", "5", 0, true },
		{ "5", "\"5\"", 0, false },
		{ "5", "\"5\"", VALUE_INJECTED, true },
		{ "5", DECIMAL("5.00"), 0, true },
		{ "\"5\"", "5", 0, false },
		{ "true", "1", 0, true },
		{ "null", "null", 0, true },
		{ "\"*\"", "\"a\"", 0, false },
		{ "\"*\"", "\"*\"", 0, true },
		{ "{\"a\":1}", JSON_COLUMN("{\\\"a\\\":1}"), 0, true },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct cell c = { .kind = CELL_VALUE };

		c.value = value_with_flags(&arena, help_json(&arena, rows[i].value), rows[i].flags);
		expect_int(rows[i].value, cell_matches(&c, help_json(&arena, rows[i].found)), rows[i].want);
	}
}

/* ---- whole tables ---- */

static void split_line(struct str line, struct cell *cells, struct str *names, size_t n)
{
	(void)str_cut(&line, '|');
	for (size_t i = 0; i < n; i++) {
		struct str text = str_cut(&line, '|');
		struct error err;

		if (names)
			names[i] = str_trim(text);
		else
			assert_int_equal(cell_compile(&arena, text, &cells[i], NULL, &err), 0);
	}
}

/* "|a|b|\n|1|2|": names, then rows */
static struct table make_table(const char *text, enum table_order order, bool includes)
{
	struct table t = { .order = order, .includes = includes };
	struct str rest = str_from(text);
	struct str heading = str_cut(&rest, '\n');
	struct str *names = arena_array(&arena, 20, sizeof(*names));
	const struct cell **rows = arena_array(&arena, 50, sizeof(*rows));

	for (size_t i = 0; i < heading.n; i++)
		t.ncolumns += heading.p[i] == '|';
	t.ncolumns--;
	split_line(heading, NULL, names, t.ncolumns);
	while (rest.p) {
		struct cell *cells = arena_array(&arena, t.ncolumns, sizeof(*cells));

		split_line(str_cut(&rest, '\n'), cells, NULL, t.ncolumns);
		rows[t.nrows++] = cells;
	}
	t.columns = names;
	t.rows = rows;
	return t;
}

struct table_case {
	const char *table;
	enum table_order order;
	bool includes;
	const char *columns, *rows;
	const char *message;	/* NULL: it matches */
	const char *detail;
};

static void check_table(const struct table_case *c)
{
	struct table t = make_table(c->table, c->order, c->includes);
	struct strbuf message;
	struct strbuf detail;
	struct error err;
	int rc;

	strbuf_init(&message, 1000);
	strbuf_init(&detail, 100000);
	rc = table_match(&arena, &t, help_json(&arena, c->rows), help_json(&arena, c->columns), 3, &message,
		&detail, &err);
	expect_int(c->table, rc, c->message ? 0 : 1);
	if (c->message) {
		expect_text(c->table, strbuf_str(&message), c->message);
		expect_text(c->table, strbuf_str(&detail), c->detail);
	} else {
		expect_text(c->table, strbuf_str(&detail), "");
	}
	strbuf_release(&message);
	strbuf_release(&detail);
}

#define ID_STATE "[\"id\",\"state\"]"

static void test_table_match(void **state)
{
	static const struct table_case cases[] = {
		{ "|id|\n|1|\n|2|", TABLE_BAG, false, "[\"ID\"]", "[{\"ID\":2},{\"ID\":1}]", NULL, NULL },
		{ "|state|id|\n|a|1|", TABLE_BAG, false, ID_STATE, "[{\"id\":1,\"state\":\"a\"}]", NULL, NULL },
		{ "|id|\n|1|\n|1|", TABLE_BAG, false, "[\"id\"]", "[{\"id\":1},{\"id\":2}]",
			"1 of 2 rows differs", "    id\n~   1 -> 2\n" },
		{ "|id|", TABLE_BAG, false, "[\"id\"]", "[]", NULL, NULL },
		{ "|id|", TABLE_BAG, false, "[\"id\"]", "[{\"id\":1},{\"id\":null}]", "expected no rows, got 2",
			"    id\n+   1\n+   NULL\n" },
		{ "|id|\n|1|", TABLE_BAG, false, "[\"id\"]", "[]", "1 of 1 row differs", "    id\n-   1\n" },
		/* the first row fits both: only an augmenting path places them */
		{ "|id|\n|*|\n|1|", TABLE_BAG, false, "[\"id\"]", "[{\"id\":1},{\"id\":2}]", NULL, NULL },
		{ "|id|\n|*|\n|> 1|\n|> 2|", TABLE_BAG, true, "[\"id\"]", "[{\"id\":3},{\"id\":2},{\"id\":1},{\"id\":0}]",
			NULL, NULL },
		{ "|id|\n|1|\n|9|", TABLE_BAG, true, "[\"id\"]", "[{\"id\":1},{\"id\":2},{\"id\":3}]",
			"1 of 2 rows differs", "    id\n~   9 -> 2\n" },
		{ "|id|\n|1|\n|3|", TABLE_ORDERED, true, "[\"id\"]", "[{\"id\":1},{\"id\":2},{\"id\":3}]", NULL, NULL },
		{ "|id|\n|3|\n|1|", TABLE_ORDERED, true, "[\"id\"]", "[{\"id\":1},{\"id\":2},{\"id\":3}]",
			"the rows are those expected, but in another order", "    id\n~   3 -> 2\n" },
		{ "|id|\n|1|\n|2|", TABLE_ORDERED, false, "[\"id\"]", "[{\"id\":1},{\"id\":2}]", NULL, NULL },
		{ "|id|\n|1|\n|2|\n|3|", TABLE_ORDERED, false, "[\"id\"]", "[{\"id\":1},{\"id\":3},{\"id\":2}]",
			"the rows are those expected, but in another order", "    id\n-   2\n+   2\n" },
		{ "|id|state|\n|31|CREADO|\n|32|CREADO|\n|33|x|", TABLE_BAG, false, ID_STATE,
			"[{\"id\":31,\"state\":\"PAGADO\"},{\"id\":33,\"state\":\"x\"}]",
			"2 of 3 rows differ",
			"    id   state\n~   31   CREADO -> PAGADO\n-   32   CREADO\n" },
		{ "|id|state|\n|1|'NULL'|\n|2|a|", TABLE_BAG, false, ID_STATE,
			"[{\"id\":1,\"state\":null},{\"id\":2,\"state\":\"a \"}]",
			"2 of 2 rows differ", "    id   state\n~   1    'NULL' -> NULL\n~   2    a -> a\xC2\xB7\n" },
		{ "|id|state|\n|1|a|", TABLE_BAG, false, ID_STATE, "[{\"id\":1,\"state\":\"\"},{\"id\":1,\"state\":\"x\\ty\"}]",
			"2 of 2 rows differ", "    id   state\n~   1    a -> ''\n+   1    x\\ty\n" },
		{ "|id|\n|'5'|", TABLE_BAG, false, "[\"id\"]", "[{\"id\":5}]", "1 of 1 row differs",
			"    id\n~   '5' -> 5\n" },
		{ "|id|\n|1|\n|2|\n|3|\n|4|\n|5|", TABLE_BAG, false, "[\"id\"]", "[]", "5 of 5 rows differ",
			"    id\n-   1\n-   2\n-   3\n    2 more rows\n" },
		{ "|id|\n|0x61|", TABLE_BAG, false, "[\"id\"]", "[{\"id\":\"0x61\"}]", "1 of 1 row differs",
			"    id\n~   0x61 -> 0x61 (string)\n" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		check_table(&cases[i]);
}

static void test_table_unknown_column(void **state)
{
	struct table t = make_table("|nosuch|\n|1|", TABLE_BAG, false);
	struct error err;

	(void)state;
	assert_int_equal(table_match(&arena, &t, help_json(&arena, "[]"), help_json(&arena, "[\"id\",\"n\"]"), 3,
		NULL, NULL, &err), -1);
	assert_int_equal(err.code, ERR_CHECK);
	assert_string_equal(err.message, "there is no column 'nosuch'; the columns are 'id', 'n'");
}

/* Rows that nearly all fit each other: the search must not try every way. */
static void test_table_with_many_wildcards(void **state)
{
	enum { ROWS = 800 };
	struct value_list_builder rows = { 0 };
	const struct cell **expected = arena_array(&arena, ROWS, sizeof(*expected));
	struct cell *any = arena_array(&arena, 1, sizeof(*any));
	struct str name = STR("n");
	struct table t = { .columns = &name, .ncolumns = 1, .nrows = ROWS };
	struct error err;

	(void)state;
	any->kind = CELL_ANY;
	for (size_t i = 0; i < ROWS; i++)
		expected[i] = any;
	for (size_t i = 0; i < ROWS / 2; i++)
		value_list_add(&arena, &rows, help_json(&arena, "{\"n\":1}"));
	t.rows = expected;
	assert_int_equal(table_match(&arena, &t, value_list_finish(&arena, &rows),
		help_json(&arena, "[\"n\"]"), 3, NULL, NULL, &err), 0);
}

static const struct value *hidden(void)
{
	return value_with_flags(&arena, value_string(&arena, STR("***")), VALUE_SECRET);
}

/* Rows are compared as they are and told as they may be seen: `47` in both rows, one of them expected. */
static void test_table_masked(void **state)
{
	static const char found[] = "[{\"id\":1,\"pin\":\"47\"},{\"id\":2,\"pin\":\"47\"}]";
	struct table t = make_table("|id|pin|\n|1|47|\n|2|x|", TABLE_ORDERED, false);
	struct cell secret = { .kind = CELL_VALUE };
	struct value_list_builder rows = { 0 };
	struct strbuf detail;
	struct error err;

	(void)state;
	for (int64_t id = 1; id < 3; id++) {
		struct value_object_builder row = { 0 };
		value_object_add(&arena, &row, STR("id"), value_int(&arena, id));
		value_object_add(&arena, &row, STR("pin"), hidden());
		value_list_add(&arena, &rows, value_object_finish(&arena, &row));
	}
	strbuf_init(&detail, 1000);
	assert_int_equal(table_match_shown(&arena, &t, help_json(&arena, found), value_list_finish(&arena, &rows),
		help_json(&arena, "[\"id\",\"pin\"]"), 3, NULL, &detail, &err), 0);
	expect_text("one side", strbuf_str(&detail), "    id   pin\n~   2    x -> ***\n");
	secret.value = hidden();
	t.rows = (const struct cell *const[]){ t.rows[0], (const struct cell[]){ t.rows[1][0], secret } };
	strbuf_clear(&detail);
	assert_int_equal(table_match_shown(&arena, &t, help_json(&arena, found), value_list_finish(&arena, &rows),
		help_json(&arena, "[\"id\",\"pin\"]"), 3, NULL, &detail, &err), 0);
	expect_text("both sides", strbuf_str(&detail), "    id   pin\n~   2    differs\n");
	strbuf_release(&detail);
}

static void test_table_too_large(void **state)
{
	struct table t = { .nrows = 100000 };
	struct value rows = { .type = VALUE_LIST };
	struct error err;

	(void)state;
	rows.u.list.count = 100000;
	assert_int_equal(table_match(&arena, &t, &rows, help_json(&arena, "[]"), 3, NULL, NULL, &err), -1);
	assert_int_equal(err.code, ERR_LIMIT);
}

static void test_table_show(void **state)
{
	struct strbuf out;

	(void)state;
	strbuf_init(&out, 10000);
	table_show(&out, help_json(&arena, "[{\"id\":17,\"who\":\"404\",\"at\":null},"
		"{\"id\":230,\"who\":\"\",\"at\":{\"ty\":\"masked\"}},{\"id\":1,\"who\":1.50,\"at\":2}]"),
		help_json(&arena, "[\"id\",\"who\",\"at\"]"), 2, '+');
	expect_text("shown", strbuf_str(&out),
		"    id    who   at\n+   17    404   NULL\n+   230   ''    ***\n    1 more row\n");
	strbuf_release(&out);
}

static void test_table_show_is_wide(void **state)
{
	struct value_object_builder row = { 0 };
	struct value_list_builder columns = { 0 };
	struct value_list_builder rows = { 0 };
	struct strbuf out;
	struct str line;

	(void)state;
	for (int i = 0; i < 15; i++) {
		struct str name = arena_printf(&arena, "c%d", i);

		value_list_add(&arena, &columns, value_string(&arena, name));
		value_object_add(&arena, &row, name, value_string(&arena,
			STR("0123456789012345678901234567890123456789012345678901234567890123456789")));
	}
	value_list_add(&arena, &rows, value_object_finish(&arena, &row));
	strbuf_init(&out, 10000);
	table_show(&out, value_list_finish(&arena, &rows), value_list_finish(&arena, &columns), 5, ' ');
	line = strbuf_str(&out);
	assert_true(str_find(line, STR("456...   012")) != SIZE_MAX);
	assert_true(str_ends_with(line, STR("\n    3 more columns\n")));
	strbuf_release(&out);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_table_masked, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_cell_matches, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_cell_refuses, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_cell_placeholders, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_cell_value, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_table_match, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_table_unknown_column, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_table_with_many_wildcards, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_table_too_large, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_table_show, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_table_show_is_wide, set_up, tear_down),
	};

	return cmocka_run_group_tests_name("table", tests, NULL, NULL);
}
