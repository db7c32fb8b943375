#include "probes/schema_text.h"

#include "tests/unit/schema_help.h"

static const char whole[] =
	"database charset=utf8mb4\n"
	"\n"
	"table outbox engine=InnoDB charset=utf8mb4\n"
	"order outbox id, payload, `odd name`\n"
	"column outbox.id bigint unsigned not-null auto-increment\n"
	"column outbox.`odd name` varchar(10) null default='it''s ) ( \\n'\n"
	"column outbox.payload json null\n"
	"primary outbox (id)\n"
	"unique outbox.u (payload(10), id desc)\n"
	"@mysql>=8.0.13 index outbox.ix ((lower(email)))\n"
	"foreign outbox.f (id) -> other(id) on-delete=cascade\n"
	"check outbox.c (a > 0 and b <> ')')\n"
	"\n"
	"view v (a, b) security=definer sql=5f1c09aa31b2\n"
	"\n"
	"trigger t on outbox before insert body=90ab11c2de34\n"
	"  begin\n"
	"    set new.id = 1;\n"
	"  end\n"
	"\n"
	"procedure p (in a int, out b varchar(10)) data=reads-sql-data security=invoker body=0123456789ab\n"
	"\n"
	"event e every=1-day status=enabled body=0123456789ab\n";

/* Everything that is written can be read, and is written the same again. */
static void test_schema_text_round_trip(void **state)
{
	struct arena a;
	struct schema_contract c;

	(void)state;
	arena_init(&a, 1 << 20);
	c = help_contract(&a, whole);
	expect_text("round trip", help_schema_text(&a, &c.schema), whole);
	expect_true("not said", !c.written_on.p);
	arena_release(&a);
}

static void test_schema_text_reads_any_order(void **state)
{
	struct arena a;
	struct schema_contract c;

	(void)state;
	arena_init(&a, 1 << 20);
	c = help_contract(&a,
		"# written on MySQL 9.7.4\n# a remark\r\n"
		"column  t.b   int   null\r\ncolumn t.a int  not-null\n\n\ntable t\ndatabase charset=utf8mb4");
	expect_text("sorted", help_schema_text(&a, &c.schema),
		"database charset=utf8mb4\n\ntable t\ncolumn t.a int not-null\ncolumn t.b int null\n");
	expect_text("server", c.written_on, "MySQL 9.7.4");
	arena_release(&a);
}

static void test_schema_text_finds_facts(void **state)
{
	struct arena a;
	struct schema_contract c;
	const struct schema_fact *f;

	(void)state;
	arena_init(&a, 1 << 20);
	c = help_contract(&a, whole);
	f = schema_find(&c.schema, SCHEMA_COLUMN, STR("outbox"), STR("odd name"));
	assert_non_null(f);
	expect_int("line", (intmax_t)source_pos(c.source, f->span.at).line, 7);
	f = schema_find(&c.schema, SCHEMA_INDEX, STR("outbox"), STR("ix"));
	assert_non_null(f);
	expect_int("server", f->when.server, SCHEMA_MYSQL);
	expect_int("version", f->when.version, 8 << 16 | 13);
	f = schema_find(&c.schema, SCHEMA_TRIGGER, STR("t"), (struct str){ 0 });
	assert_non_null(f);
	expect_text("text", f->body, "begin\n  set new.id = 1;\nend");
	assert_null(schema_find(&c.schema, SCHEMA_COLUMN, STR("outbox"), STR("none")));
	arena_release(&a);
}

/* Each mistake at its place. */
static void test_schema_text_mistakes(void **state)
{
	static const struct {
		const char *facts, *message, *note;
		size_t line, column;
	} rows[] = {
		{ "tabel t", "'tabel' is no kind of fact", "did you mean 'table'?", 2, 1 },
		{ "sausage t", "'sausage' is no kind of fact", "a line begins with", 2, 1 },
		{ "table", "expected a name", "backticks", 2, 6 },
		{ "table a-b", "expected a blank behind the name", "", 2, 8 },
		{ "table `a", "the backtick is not closed", "", 2, 7 },
		{ "column t", "expected a dot and the name of the column", "outbox.payload", 2, 9 },
		{ "column t.", "expected a name behind the dot", "", 2, 10 },
		{ "column t.a int", "this is not what a fact 'column' says", "null or not-null", 2, 12 },
		{ "column t.a int null default='x", "a quote or a parenthesis has no mate", "", 2, 12 },
		{ "index t.i a", "this is not what a fact 'index' says", "columns in parentheses", 2, 11 },
		{ "index t.i (a", "a quote or a parenthesis has no mate", "", 2, 11 },
		{ "foreign t.f (a) other(b)", "this is not what a fact 'foreign' says", "->", 2, 13 },
		{ "order t", "this is not what a fact 'order' says", "columns in their order", 2, 8 },
		{ "table t InnoDB", "this is not what a fact 'table' says", "engine=", 2, 9 },
		{ "@oracle table t", "'@oracle' names no server", "@mysql>=8.0.13", 2, 1 },
		{ "@mysql>=8.x table t", "'@mysql>=8.x' names no server", "", 2, 1 },
		{ "@mysql=8 table t", "'@mysql=8' names no server", "", 2, 1 },
		{ "table t\n  text", "an indented line is the text of", "start of the line", 3, 1 },
		{ "  text", "an indented line is the text of", "", 2, 1 },
		{ "table t\ntable u\ntable t", "this table is there twice", "", 4, 1 },
		{ "table \xff", "a contract is UTF-8", "", 2, 7 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct schema_contract c;
		struct error_list errors;
		struct arena a;
		struct source_pos pos;

		arena_init(&a, 1 << 20);
		error_list_init(&errors, &a, 20);
		expect_int(rows[i].facts,
			schema_text_parse(&a,
				source_new(&a, "t.schema",
					arena_printf(&a, SCHEMA_MARK "\n%s", rows[i].facts)),
				&c, &errors),
			-1);
		expect_int(rows[i].facts, (intmax_t)errors.count, 1);
		expect_true(errors.items[0].message, strstr(errors.items[0].message, rows[i].message));
		expect_true(errors.items[0].note, strstr(errors.items[0].note, rows[i].note));
		pos = source_pos(errors.items[0].source, errors.items[0].span.at);
		expect_int(rows[i].facts, (intmax_t)pos.line, (intmax_t)rows[i].line);
		expect_int(rows[i].facts, (intmax_t)pos.column, (intmax_t)rows[i].column);
		arena_release(&a);
	}
}

static void test_schema_text_needs_its_mark(void **state)
{
	static const char *const texts[] = { "", "table t", "# postflight schema contract 2\ntable t" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		struct schema_contract c;
		struct error_list errors;
		struct arena a;

		arena_init(&a, 1 << 20);
		error_list_init(&errors, &a, 20);
		expect_int(texts[i],
			schema_text_parse(&a, source_new(&a, "t.schema", str_from(texts[i])), &c, &errors),
			-1);
		expect_text(texts[i], str_from(errors.items[0].message), "this is no schema contract");
		arena_release(&a);
	}
}

static void test_schema_text_one_fact_for_each_server(void **state)
{
	struct arena a;
	struct schema_contract c;

	(void)state;
	arena_init(&a, 1 << 20);
	c = help_contract(&a, "@mysql check t.a (x > 0)\n@mariadb check t.b (x > 0)\n@mariadb check t.a (x > 1)");
	expect_int("facts", (intmax_t)c.schema.count, 3);
	arena_release(&a);
}

static void test_schema_conditions(void **state)
{
	static const struct {
		const char *facts;
		bool mariadb;
		uint32_t version;
		bool holds;
	} rows[] = {
		{ "table t", true, 0x0a0b13, true },
		{ "@mysql table t", false, 0x080013, true },
		{ "@mysql table t", true, 0x0a0b13, false },
		{ "@mariadb table t", true, 0x0a0b13, true },
		{ "@mysql>=8.0.13 table t", false, 0x08000d, true },
		{ "@mysql>=8.0.13 table t", false, 0x08000c, false },
		{ "@mysql<8.0.13 table t", false, 0x08000d, false },
		{ "@mysql<8 table t", false, 0x05062f, true },
		{ "@mysql<=8.0.13 table t", false, 0x08000d, true },
		{ "@mysql>8.0.13 table t", false, 0x08000d, false },
	};
	struct arena a;

	(void)state;
	arena_init(&a, 1 << 20);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct schema_contract c = help_contract(&a, rows[i].facts);

		expect_true(rows[i].facts,
			schema_condition_holds(&c.schema.facts[0].when, rows[i].mariadb,
				rows[i].version) == rows[i].holds);
	}
	arena_release(&a);
}

static void test_schema_word(void **state)
{
	struct str rest = STR("bigint unsigned zerofill null default='a b' (x, (y)) `c d` last");
	static const char *const words[] = { "bigint unsigned zerofill", "null", "default='a b'",
		"(x, (y))", "`c d`", "last" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		expect_text(words[i], schema_word(&rest), words[i]);
	assert_null(schema_word(&rest).p);
	assert_null(rest.p);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_schema_text_round_trip),
		cmocka_unit_test(test_schema_text_reads_any_order),
		cmocka_unit_test(test_schema_text_finds_facts),
		cmocka_unit_test(test_schema_text_mistakes),
		cmocka_unit_test(test_schema_text_needs_its_mark),
		cmocka_unit_test(test_schema_text_one_fact_for_each_server),
		cmocka_unit_test(test_schema_conditions),
		cmocka_unit_test(test_schema_word),
	};

	return cmocka_run_group_tests_name("schema_text", tests, NULL, NULL);
}
