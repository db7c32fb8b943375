#include "harness/lang/parser.h"

#include "tests/unit/lang_help.h"

static void test_sql_file_statements(void **state)
{
	struct help_parse p;
	const struct suite *s = help_good(&p, FILE_SQL,
		"\xef\xbb\xbf-- Copyright somebody\r\n"
		"\r\n"
		"-- suite: Orders\r\n"
		"-- tags: gate, nightly\r\n"
		"-- variable: n = 5\r\n"
		"-- max-time: 5s\r\n"
		"-- retry: 3 every 500ms\r\n"
		"-- connection: replica\r\n"
		"-- snapshot: true\r\n"
		"-- empty-schema: allowed\r\n"
		"-- why: the file's\r\n"
		"\r\n"
		"-- prepare\r\n"
		"SET @x = 1;\r\n"
		";; /* nothing */ ;\r\n"
		"-- test: the first\r\n"
		"-- tags: one\r\n"
		"-- expect: empty\r\n"
		"-- why: because it is\r\n"
		"--      a long story\r\n"
		"-- fix: none\r\n"
		"-- max-time: 2s\r\n"
		"-- connection: database\r\n"
		"SELECT 1 -- test: no annotation\r\n"
		" WHERE 'x;\r\n"
		"-- expect: nor this' = 1\r\n"
		"-- nor: this\r\n"
		" ; -- remark\r\n"
		"-- the title\r\n"
		"# more\r\n"
		"-- metric: pending\r\n"
		"SELECT 2\\G\r\n"
		"-- the last has no delimiter\r\n"
		"-- capture: a: value toString redact\r\n"
		"SELECT 3");
	const struct entry *e = s->entries;

	(void)state;
	assert_int_equal(s->nentries, 4);
	expect_text("suite", s->name, "Orders");
	assert_int_equal(s->meta.ntags, 2);
	expect_text("why", s->meta.why, "the file's");
	assert_true(s->snapshot);
	assert_true(s->empty_schema_allowed);
	assert_true(s->has_setup);
	assert_int_equal(s->nvariables, 1);
	assert_true(e[0].is_setup);
	expect_text("prose title", e[0].title, "prepare");
	assert_int_equal(e[0].noptions, 3);
	assert_true(e[0].options[0].from_file);
	expect_text("replica", e[0].connection, "replica");
	assert_false(e[1].is_setup);
	expect_text("title", e[1].title, "the first");
	expect_text("why", e[1].meta.why, "because it is a long story");
	expect_text("own", e[1].connection, "database");
	expect_text("tag", e[1].meta.tags[0], "one");
	const struct option *o = entry_option(&e[1], &common_options[COMMON_MAX_TIME]);
	expect_text("its own limit", template_text(o->text), "2s");
	assert_false(o->from_file);
	expect_text("pause", template_text(entry_option(&e[1], &common_options[COMMON_RETRY_INTERVAL])->text), "500ms");
	assert_int_equal(e[1].nasserts, 1);
	expect_text("annotation", help_at(s->source, e[1].asserts[0].span), "-- expect: empty");
	assert_true(e[1].asserts[0].column0);
	assert_ptr_equal(e[1].asserts[0].source, s->source);
	expect_text("body", e[1].body.raw, "SELECT 1 -- test: no annotation\r\n WHERE 'x;\r\n-- expect: nor this' = 1");
	expect_text("title", e[2].title, "the title");
	assert_int_equal(e[2].nmetrics, 1);
	assert_ptr_equal(e[2].metrics[0].query.query, &queries[QUERY_VALUE]);
	assert_true(e[3].captures[0].redact);
	expect_text("span", help_at(s->source, e[3].span), "SELECT 3");
	help_parse_end(&p);
}

static void test_sql_file_expectations(void **state)
{
	static const struct {
		const char *expect;
		enum query_id query;
		enum predicate_id predicate;
		enum assertion_stage stage;
	} rows[] = {
		{ "empty", QUERY_ROWS, PREDICATE_RANGE, STAGE_LINE },
		{ "EMPTY", QUERY_ROWS, PREDICATE_RANGE, STAGE_LINE },
		{ "rows 3", QUERY_ROWS, PREDICATE_RANGE, STAGE_LINE },
		{ "ROWS >= 1", QUERY_ROWS, PREDICATE_RANGE, STAGE_LINE },
		{ "rows 1..5", QUERY_ROWS, PREDICATE_RANGE, STAGE_LINE },
		{ "rows < 5", QUERY_ROWS, PREDICATE_RANGE, STAGE_LINE },
		{ "rows <> 5", QUERY_ROWS, PREDICATE_NE, STAGE_ASSERT },
		{ "rows == 5", QUERY_ROWS, PREDICATE_EQ, STAGE_ASSERT },
		{ "rows <= {{n}}", QUERY_ROWS, PREDICATE_LE, STAGE_ASSERT },
		{ "affected 1", QUERY_AFFECTED, PREDICATE_RANGE, STAGE_LINE },
		{ "error", QUERY_ERROR, PREDICATE_ERROR, STAGE_LINE },
		{ "error 1146", QUERY_ERROR, PREDICATE_ERROR, STAGE_LINE },
		{ "error 42S02", QUERY_ERROR, PREDICATE_ERROR, STAGE_LINE },
		{ "no warnings", QUERY_WARNINGS, PREDICATE_RANGE, STAGE_LINE },
		{ "NO WARNINGS", QUERY_WARNINGS, PREDICATE_RANGE, STAGE_LINE },
		{ "value >= 1", QUERY_VALUE, PREDICATE_GE, STAGE_ASSERT },
		{ "VALUE = 'x'", QUERY_VALUE, PREDICATE_EQ, STAGE_ASSERT },
		{ "value = NULL", QUERY_VALUE, PREDICATE_EQ, STAGE_ASSERT },
		{ "column state == \"done\"", QUERY_COLUMN, PREDICATE_EQ, STAGE_ASSERT },
		{ "column `a b` <> 'it''s'", QUERY_COLUMN, PREDICATE_NE, STAGE_ASSERT },
		{ "column \"doc\" jsonpath \"$.id\" exists", QUERY_COLUMN, PREDICATE_EXISTS, STAGE_ASSERT },
		{ "column \"doc\" jsonpath '$.id' NOT EXISTS", QUERY_COLUMN, PREDICATE_EXISTS, STAGE_ASSERT },
		{ "column 2 COUNT > 1", QUERY_COLUMN, PREDICATE_GT, STAGE_ASSERT },
		{ "duration < 200", QUERY_DURATION, PREDICATE_LT, STAGE_ASSERT },
		{ "value matches /^#1/", QUERY_VALUE, PREDICATE_MATCHES, STAGE_ASSERT },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct help_parse p;
		char text[200];
		(void)snprintf(text, sizeof(text), "-- test: t\n-- prefer: %s\nSELECT 1;\n", rows[i].expect);
		const struct entry *e = &help_good(&p, FILE_SQL, text)->entries[0];
		expect_int(rows[i].expect, (intmax_t)e->nasserts, 1);
		expect_true(rows[i].expect, e->asserts[0].query.query == &queries[rows[i].query]);
		expect_true(rows[i].expect, e->asserts[0].predicate == &predicates[rows[i].predicate]);
		expect_int(rows[i].expect, e->asserts[0].stage, rows[i].stage);
		expect_true(rows[i].expect, e->asserts[0].prefer);
		help_parse_end(&p);
	}
}

static void test_sql_file_tables(void **state)
{
	struct help_parse p;
	const struct suite *s = help_good(&p, FILE_SQL,
		"-- test: one\n"
		"-- expect: table includes\n"
		"-- +------+----+\n"
		"-- | name | n  |\n"
		"-- +------+----+\n"
		"-- | a\\|b | {{n}} |\n"
		"-- | 'x'  | *  |\n"
		"-- +------+----+\n"
		"-- why: it is so\n"
		"SELECT 1 ORDER BY 1;\n"
		"-- test: two\n"
		"-- expect: TABLE UNORDERED\n"
		"-- | name |\n"
		"-- expect: ok\n"
		"SELECT 1 ORDER BY 1;\n");
	const struct expected_table *t = s->entries[0].asserts[0].expected.table;

	(void)state;
	assert_int_equal(t->ncolumns, 2);
	assert_int_equal(t->nrows, 2);
	assert_true(t->includes);
	assert_int_equal(t->order, TABLE_ORDERED);
	assert_true(template_is_bare(t->rows[0][1].text));
	assert_int_equal(t->rows[1][1].compiled.kind, CELL_ANY);
	expect_text("cell", help_at(s->source, t->rows[0][0].span), "a\\|b");
	expect_text("why", s->entries[0].meta.why, "it is so");
	t = s->entries[1].asserts[0].expected.table;
	assert_int_equal(t->order, TABLE_BAG);
	assert_int_equal(t->nrows, 0);
	assert_int_equal(s->entries[1].nasserts, 1);
	help_parse_end(&p);
}

static void test_sql_file_delimiter(void **state)
{
	struct help_parse p;
	const struct suite *s = help_good(&p, FILE_SQL,
		"DELIMITER //\n"
		"CREATE PROCEDURE p() BEGIN SELECT 1; SELECT 2; END//\n"
		"delimiter ;\n"
		"-- test: it is there\n"
		"-- expect: rows 1\n"
		"SHOW PROCEDURE STATUS;\n");

	(void)state;
	assert_int_equal(s->nentries, 2);
	expect_text("body", s->entries[0].body.raw, "CREATE PROCEDURE p() BEGIN SELECT 1; SELECT 2; END");
	expect_text("title", s->entries[1].title, "it is there");
	help_parse_end(&p);
}

static void test_sql_file_write(void **state)
{
	struct help_parse p;
	const struct suite *s = help_good(&p, FILE_SQL, "-- write: rollback\n\n-- test: a\n-- expect: affected 1\nDELETE FROM t;");

	(void)state;
	assert_int_equal(s->write, SQL_WRITE_ROLLBACK);
	help_parse_end(&p);
	s = help_good(&p, FILE_SQL, "-- write: true\n\n-- test: a\n-- write: false\n-- expect: ok\nSELECT 1;");
	assert_int_equal(s->write, SQL_WRITE_TRUE);
	assert_int_equal(s->entries[0].noptions, 2);
	expect_text("own", template_text(s->entries[0].options[1].text), "false");
	expect_text("row", str_from(s->entries[0].options[1].row->name), "write");
	help_parse_end(&p);
}

static void test_sql_file_metrics(void **state)
{
	struct help_parse p;
	const struct suite *s = help_good(&p, FILE_SQL,
		"-- metric: pending by event_type: column \"n\"\n-- metric: total: rows\n-- when: variable \"x\" = 'y'\n"
		"-- give-up: column dlq = 1\n-- always: true\n-- retry: 2\nSELECT 1;");
	const struct entry *e = &s->entries[0];

	(void)state;
	assert_int_equal(e->nmetrics, 2);
	expect_text("label", e->metrics[0].label_column, "event_type");
	expect_text("name", e->metrics[1].name, "total");
	const struct option *o = entry_option(e, &common_options[COMMON_WHEN]);
	assert_non_null(o->assertion);
	assert_ptr_equal(o->assertion->source, s->source);
	assert_non_null(entry_option(e, &common_options[COMMON_ALWAYS]));
	help_parse_end(&p);
}

static void test_sql_file_oddities(void **state)
{
	static const struct {
		const char *text;
		size_t entries;
	} rows[] = {
		{ "", 0 },
		{ "-- only a comment", 0 },
		{ "-- suite: empty\n", 0 },
		{ "/* licence\n */\nSELECT 1", 1 },
		{ "-- note: prose above a setup statement\nSELECT 1;", 1 },
		{ "SELECT 1;\n\n-- a remark: nothing\n\nSELECT 2;", 2 },
		{ "-- | not a table |\nSELECT 1;", 1 },
		{ "SELECT 1; SELECT 2; -- two on a line", 2 },
		{ "/*!40101 SET NAMES utf8 */;", 1 },
		{ "/*+ x */; SELECT 1", 1 },
		{ "-- test: a\n/* explained */\n-- expect: ok\nSELECT 1;", 1 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct help_parse p;
		const struct suite *s = help_good(&p, FILE_SQL, rows[i].text);
		expect_int(rows[i].text, (intmax_t)s->nentries, (intmax_t)rows[i].entries);
		help_parse_end(&p);
	}
}

static void test_sql_file_mistakes(void **state)
{
	static const struct {
		const char *text;
		size_t line, column;
		const char *message;
	} rows[] = {
		{ "SELECT '\xff'", 1, 9, "not UTF-8" },
		{ "SELECT 1;\nSELECT 'a;\n", 2, 8, "this string is not closed" },
		{ "SELECT 1 /* a\n", 1, 10, "this comment is not closed" },
		{ "SELECT `a", 1, 8, "this name is not closed" },
		{ "SELECT /*! 1; */ 2", 1, 13, "clients disagree" },
		{ "source x.sql", 1, 1, "'source' is a command of the mysql client" },
		{ "SELECT 1;\n\\. x", 2, 1, "command of the mysql client" },
		{ "-- test: a\nSELECT 1;", 1, 10, "checks nothing" },
		{ "-- test: a\n-- why: b\nSELECT 1;", 1, 10, "checks nothing" },
		{ "-- test: a\n-- expect: empty\n\nSELECT 1;", 1, 4, "'test' describes a statement" },
		{ "SELECT 1;\n-- test: a\n-- expect: empty\n\nSELECT 2;", 2, 4, "belongs to no statement" },
		{ "SELECT 1;\n-- expect: empty\n", 2, 4, "belongs to no statement" },
		{ "-- suite: a\n-- test: b\n-- expect: ok\nSELECT 1;", 1, 4, "'suite' describes the file" },
		{ "-- test: a\n-- exepct: ok\nSELECT 1;", 2, 4, "unknown annotation 'exepct'; did you mean 'expect'?" },
		{ "-- test: a\n-- zzzzzz: ok\nSELECT 1;", 2, 4, "unknown annotation 'zzzzzz'" },
		{ "-- test:\n-- expect: ok\nSELECT 1;", 1, 9, "expected the title" },
		{ "-- expect:\nSELECT 1;", 1, 11, "expected empty, rows N, ok" },
		{ "-- expect: ???\nSELECT 1;", 1, 12, "expected empty, rows N" },
		{ "-- expect: nothing\nSELECT 1;", 1, 12, "expected empty, rows N" },
		{ "-- expect: empty x\nSELECT 1;", 1, 18, "behind 'empty'" },
		{ "-- expect: ok x\nSELECT 1;", 1, 15, "behind 'ok'" },
		{ "-- expect: rows\nSELECT 1;", 1, 16, "expected a number behind 'rows'" },
		{ "-- expect: rows 1 x\nSELECT 1;", 1, 19, "behind a number of rows" },
		{ "-- expect: no rows\nSELECT 1;", 1, 15, "expected 'warnings'" },
		{ "-- expect: error x\nSELECT 1;", 1, 18, "expected an error number" },
		{ "-- expect: value\nSELECT 1;", 1, 17, "expected a predicate" },
		{ "-- expect: vaule = 1\nSELECT 1;", 1, 12, "did you mean 'value'?" },
		{ "-- expect: value = 1 # no\nSELECT 1;", 1, 22, "behind an expectation" },
		{ "-- expect: table\nSELECT 1;", 1, 12, "expected the rows of the table" },
		{ "-- expect: table of\n-- | a |\nSELECT 1;", 1, 18, "unknown word 'of'" },
		{ "-- expect: empty\n-- | a |\nSELECT 1;", 2, 4, "stand below 'table'" },
		{ "-- expect: value = 1\n-- | a |\nSELECT 1;", 2, 4, "stand below 'table' only" },
		{ "-- test: a\n-- | a |\n-- expect: ok\nSELECT 1;", 2, 4, "has no 'expect: table'" },
		{ "-- expect: table\n-- | a | b |\n-- | 1 |\nSELECT 1;", 3, 4, "1 cells" },
		{ "-- expect: value\n--      = x\nSELECT 1;", 2, 11, "expected a value behind '='" },
		{ "-- metric:\nSELECT 1;", 1, 11, "expected the name of a metric" },
		{ "-- metric: a by\nSELECT 1;", 1, 16, "behind 'by'" },
		{ "-- metric: a: nope\nSELECT 1;", 1, 15, "unknown query 'nope'" },
		{ "-- metric: a b\nSELECT 1;", 1, 14, "behind a metric" },
		{ "-- capture: a\nSELECT 1;", 1, 13, "expected a capture" },
		{ "-- max-time: 5\n-- expect: ok\nSELECT 1;", 1, 14, "max-time needs its unit here: 5ms or 5s?" },
		{ "-- retry: x\n-- expect: ok\nSELECT 1;", 1, 11, "option 'retry' takes a count" },
		{ "-- retry: 2 every\n-- expect: ok\nSELECT 1;", 1, 11, "option 'retry' takes" },
		{ "-- retry: 2 every x\n-- expect: ok\nSELECT 1;", 1, 19, "option 'retry-interval' takes" },
		{ "-- write: maybe\n-- expect: ok\nSELECT 1;", 1, 11, "write is false or true" },
		{ "-- write: rollback\n-- expect: ok\nSELECT 1;", 1, 11, "for the whole file" },
		{ "-- snapshot: maybe\n\nSELECT 1;", 1, 14, "snapshot is true or false" },
		{ "-- empty-schema: yes\n\nSELECT 1;", 1, 18, "is 'allowed'" },
		{ "-- connection: A\n\nSELECT 1;", 1, 16, "name of a connection" },
		{ "-- always: true\n\nSELECT 1;", 1, 4, "'always' describes a statement" },
		{ "-- needs: oracle > 1\n\nSELECT 1;", 1, 11, "needs names connections" },
		{ "-- accept: AG-1\n-- expect: ok\nSELECT 1;", 1, 12, "accept needs a ticket" },
		{ "-- consecutive: -1\n-- expect: ok\nSELECT 1;", 1, 17, "takes a whole number" },
		{ "-- when: nope\n-- expect: ok\nSELECT 1;", 1, 10, "unknown query 'nope'" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		help_expect_error(FILE_SQL, rows[i].text, false, rows[i].message, rows[i].line, rows[i].column);
}

static void test_sql_file_shows_several_mistakes(void **state)
{
	struct help_parse p;

	(void)state;
	help_parse(&p, FILE_SQL, "-- expect: nope\nSELECT 1;\n-- test: x\nSELECT 2;\n-- expect: ok\nSELECT 3;\n", false);
	assert_null(p.suite);
	assert_int_equal(p.errors.count, 2);
	help_parse_end(&p);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sql_file_statements),
		cmocka_unit_test(test_sql_file_expectations),
		cmocka_unit_test(test_sql_file_tables),
		cmocka_unit_test(test_sql_file_delimiter),
		cmocka_unit_test(test_sql_file_write),
		cmocka_unit_test(test_sql_file_metrics),
		cmocka_unit_test(test_sql_file_oddities),
		cmocka_unit_test(test_sql_file_mistakes),
		cmocka_unit_test(test_sql_file_shows_several_mistakes),
	};

	return cmocka_run_group_tests_name("sql_file", tests, NULL, NULL);
}
