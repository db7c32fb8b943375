#include "probes/schema_normal.h"

#include "tests/unit/expect.h"

static void test_schema_type(void **state)
{
	static const struct {
		const char *raw, *want;
	} rows[] = {
		{ "int(10) unsigned", "int unsigned" },
		{ "int unsigned", "int unsigned" },
		{ "int(11)", "int" },
		{ "bigint(20)", "bigint" },
		{ "tinyint(1)", "tinyint(1)" },
		{ "tinyint(1) unsigned", "tinyint unsigned" },
		{ "tinyint(4)", "tinyint" },
		{ "int(5) unsigned zerofill", "int(5) unsigned zerofill" },
		{ "year(4)", "year" },
		{ "year", "year" },
		{ "varchar(20)", "varchar(20)" },
		{ "decimal(10,2)", "decimal(10,2)" },
		{ "enum('a','b''c')", "enum('a','b''c')" },
		{ "set('int(11)')", "set('int(11)')" },
		{ "timestamp /* mariadb-5.3 */", "timestamp" },
		{ "geomcollection", "geometrycollection" },
		{ "datetime(6)", "datetime(6)" },
	};
	struct arena a;

	(void)state;
	arena_init(&a, 1 << 16);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		expect_text(rows[i].raw, schema_type(&a, str_from(rows[i].raw)), rows[i].want);
	arena_release(&a);
}

/* MariaDB's text is SQL, MySQL's is the bare value unless EXTRA says that it is an expression. */
static void test_schema_default(void **state)
{
	enum { MYSQL, MARIADB, EXPRESSION };
	static const struct {
		int server;
		const char *type, *raw, *want; /* raw NULL: SQL's NULL; want NULL: no fact */
	} rows[] = {
		{ MYSQL, "int", NULL, NULL },
		{ MARIADB, "int(11)", NULL, NULL },
		{ MARIADB, "int(11)", "NULL", NULL },
		{ MYSQL, "varchar(10)", "NULL", "'NULL'" },
		{ MARIADB, "varchar(10)", "'NULL'", "'NULL'" },
		{ MYSQL, "varchar(10)", "new", "'new'" },
		{ MARIADB, "varchar(10)", "'new'", "'new'" },
		{ MYSQL, "varchar(10)", "it's", "'it''s'" },
		{ MARIADB, "varchar(10)", "'it''s'", "'it''s'" },
		{ MYSQL, "varchar(10)", "", "''" },
		{ MARIADB, "varchar(10)", "''", "''" },
		{ MYSQL, "varchar(10)", "a\\b\nc", "'a\\\\b\\nc'" },
		{ MARIADB, "varchar(10)", "'a\\\\b\\nc'", "'a\\\\b\\nc'" },
		{ MYSQL, "enum('a','b')", "a", "'a'" },
		{ MARIADB, "enum('a','b')", "'a'", "'a'" },
		{ MYSQL, "int", "5", "5" },
		{ MARIADB, "int(11)", "5", "5" },
		{ MARIADB, "int(11)", "'5'", "5" },
		{ MYSQL, "int", "-5", "-5" },
		{ MARIADB, "int(11)", "-5", "-5" },
		{ MYSQL, "decimal(10,2)", "0.00", "0" },
		{ MARIADB, "decimal(10,2)", "0.00", "0" },
		{ MYSQL, "decimal(10,2)", "-0.50", "-0.5" },
		{ MYSQL, "int(5) unsigned zerofill", "00003", "3" },
		{ MARIADB, "int(5) unsigned zerofill", "00003", "3" },
		{ MYSQL, "bit(3)", "b'101'", "b'101'" },
		{ MARIADB, "bit(3)", "b'101'", "b'101'" },
		{ MYSQL, "datetime", "CURRENT_TIMESTAMP", "now" },
		{ EXPRESSION, "datetime", "CURRENT_TIMESTAMP", "now" },
		{ MARIADB, "datetime", "current_timestamp()", "now" },
		{ EXPRESSION, "datetime(6)", "CURRENT_TIMESTAMP(6)", "now(6)" },
		{ MARIADB, "datetime(6)", "current_timestamp(6)", "now(6)" },
		{ EXPRESSION, "datetime", "now()", "now" },
		{ MYSQL, "varchar(20)", "CURRENT_TIMESTAMP", "'CURRENT_TIMESTAMP'" },
		{ MYSQL, "datetime", "2020-01-01 00:00:00", "'2020-01-01 00:00:00'" },
		{ MARIADB, "datetime", "'2020-01-01 00:00:00'", "'2020-01-01 00:00:00'" },
		{ EXPRESSION, "char(36)", "uuid()", "(uuid())" },
		{ MARIADB, "char(36)", "uuid()", "(uuid())" },
		{ EXPRESSION, "text", "_utf8mb4\\'x\\'", "'x'" },
		{ MARIADB, "text", "'x'", "'x'" },
		{ EXPRESSION, "int", "(1 + `a`)", "(1 + a)" },
		{ MARIADB, "int(11)", "(1 + `a`)", "(1 + a)" },
		{ MYSQL, "varbinary(8)", "0x61626364", "'abcd'" },
		{ MARIADB, "varbinary(8)", "'abcd'", "'abcd'" },
		{ MYSQL, "binary(2)", "0x00FF", "0x00ff" },
		{ MYSQL, "year", "2020", "2020" },
		{ MARIADB, "year(4)", "2020", "2020" },
	};
	struct arena a;

	(void)state;
	arena_init(&a, 1 << 20);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct schema_default d = { .mariadb = rows[i].server == MARIADB,
			.text = str_from(rows[i].raw),
			.type = str_from(rows[i].type),
			.is_expression = rows[i].server == EXPRESSION };
		struct str got = schema_default(&a, &d);

		expect_true(rows[i].raw ? rows[i].raw : "NULL", (got.p != NULL) == (rows[i].want != NULL));
		expect_text(rows[i].raw ? rows[i].raw : "NULL", got, rows[i].want ? rows[i].want : "");
	}
	arena_release(&a);
}

static void test_schema_extra(void **state)
{
	struct arena a;
	struct schema_extra e;

	(void)state;
	arena_init(&a, 1 << 16);
	e = schema_extra(&a, STR("auto_increment, INVISIBLE"));
	expect_true("MariaDB", e.auto_increment && e.invisible && !e.generated && !e.on_update.p);
	e = schema_extra(&a, STR("DEFAULT_GENERATED on update CURRENT_TIMESTAMP(6)"));
	expect_true("MySQL", e.is_expression && !e.generated);
	expect_text("MySQL", e.on_update, "now(6)");
	e = schema_extra(&a, STR("on update current_timestamp(), INVISIBLE"));
	expect_text("MariaDB", e.on_update, "now");
	expect_true("MariaDB", e.invisible);
	e = schema_extra(&a, STR("PERSISTENT"));
	expect_true("older MariaDB", e.generated && e.stored);
	e = schema_extra(&a, STR("STORED GENERATED"));
	expect_true("stored", e.generated && e.stored);
	e = schema_extra(&a, STR("VIRTUAL GENERATED"));
	expect_true("virtual", e.generated && !e.stored);
	arena_release(&a);
}

static void test_schema_collations(void **state)
{
	static const struct {
		const char *raw, *charset, *name;
		bool is_default;
	} rows[] = {
		{ "utf8mb4_general_ci", "utf8mb4", "utf8mb4_general_ci", true },
		{ "utf8mb4_0900_ai_ci", "utf8mb4", "utf8mb4_0900_ai_ci", true },
		{ "utf8mb4_uca1400_ai_ci", "utf8mb4", "utf8mb4_uca1400_ai_ci", true },
		{ "utf8mb4_spanish_ci", "utf8mb4", "utf8mb4_spanish_ci", false },
		{ "utf8mb4_bin", "utf8mb4", "utf8mb4_bin", false },
		{ "utf8_general_ci", "utf8mb3", "utf8mb3_general_ci", true },
		{ "utf8mb3_bin", "utf8mb3", "utf8mb3_bin", false },
		{ "latin1_swedish_ci", "latin1", "latin1_swedish_ci", true },
		{ "latin1_general_ci", "latin1", "latin1_general_ci", false },
		{ "binary", "binary", "binary", true },
	};
	struct arena a;

	(void)state;
	arena_init(&a, 1 << 16);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct str raw = str_from(rows[i].raw);

		expect_text(rows[i].raw, schema_charset(&a, raw), rows[i].charset);
		expect_text(rows[i].raw, schema_collation(&a, raw), rows[i].name);
		expect_true(rows[i].raw, schema_collation_is_default(raw) == rows[i].is_default);
	}
	arena_release(&a);
}

/* As MySQL 9.7 tells them; what was told rightly stays. */
static void test_schema_mysql_expression(void **state)
{
	static const char *const rows[][2] = {
		{ "`s` = _utf8mb4\\'\u00c3\u00b1\\'", "`s` = _utf8mb4\\'\u00f1\\'" },
		{ "\u00e2\u201a\u00ac", "\u20ac" },
		{ "`s` = 'a'", "`s` = 'a'" },
		{ "\u00f1", "\u00f1" },
		{ "\u4e2d", "\u4e2d" },
		{ "", "" },
	};
	struct arena a;

	(void)state;
	arena_init(&a, 1 << 16);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		expect_text(rows[i][0], schema_mysql_expression(&a, str_from(rows[i][0])), rows[i][1]);
	arena_release(&a);
}

static void test_schema_small_rules(void **state)
{
	struct arena a;

	(void)state;
	arena_init(&a, 1 << 16);
	expect_text("cascade", schema_rule(&a, "on-delete", STR("CASCADE")), " on-delete=cascade");
	expect_text("set null", schema_rule(&a, "on-update", STR("SET NULL")), " on-update=set-null");
	expect_true("no action", !schema_rule(&a, "on-delete", STR("NO ACTION")).p);
	expect_true("restrict", !schema_rule(&a, "on-delete", STR("RESTRICT")).p);
	expect_text("row format", schema_row_format(&a, STR("row_format=COMPACT partitioned")), "compact");
	expect_true("no row format", !schema_row_format(&a, STR("partitioned")).p);
	expect_str("line ends", schema_hash(&a, STR("a  \r\nb\t\n")), schema_hash(&a, STR("a\nb")));
	expect_true("blanks inside", !str_eq(schema_hash(&a, STR("a b")), schema_hash(&a, STR("a  b"))));
	expect_text("hash", schema_hash(&a, STR("abc")), "ba7816bf8f01");
	arena_release(&a);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_schema_type),
		cmocka_unit_test(test_schema_default),
		cmocka_unit_test(test_schema_extra),
		cmocka_unit_test(test_schema_collations),
		cmocka_unit_test(test_schema_mysql_expression),
		cmocka_unit_test(test_schema_small_rules),
	};

	return cmocka_run_group_tests_name("schema_normal", tests, NULL, NULL);
}
