#include "harness/lang/sql_lexer.h"

#include "harness/value/json.h"
#include "tests/unit/expect.h"

static struct arena arena;

static int set_up(void **state)
{
	(void)state;
	arena_init(&arena, 64 << 20);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_release(&arena);
	return 0;
}

static const struct sql_mode plain_mode;
static const struct sql_mode strict_quotes = { .no_backslash_escapes = true };
static const struct sql_mode ansi = { .ansi_quotes = true };

static const struct value *string(const char *text)
{
	return value_string(&arena, str_from(text));
}

static const struct value *injected(const struct value *v)
{
	return value_with_flags(&arena, v, VALUE_INJECTED);
}

static const struct value *number_of(int64_t i, const char *spelling)
{
	struct value *v = arena_zalloc(&arena, sizeof(*v));

	v->type = VALUE_INT;
	v->u.integer = i;
	v->text = str_from(spelling);
	return v;
}

static const struct value *json(const char *text)
{
	const struct value *v = NULL;
	struct error err;

	assert_int_equal(json_parse(&arena, str_from(text), 100, &v, NULL, &err), 0);
	return v;
}

/* The value of each name that the tests use. */
static const struct value *named(struct str name)
{
	if (str_is(name, "s"))
		return string("O'Hara \\ \"x\" 100%");
	if (str_is(name, "evil"))
		return string("'; DROP TABLE t; -- \\");
	if (str_is(name, "close"))
		return string("*/ `\"' \n\r\x1a");
	if (str_is(name, "emoji"))
		return string("\xf0\x9f\x98\x80");
	if (str_is(name, "nul"))
		return value_string(&arena, STR("a\0b"));
	if (str_is(name, "empty"))
		return string("");
	if (str_is(name, "null"))
		return value_null();
	if (str_is(name, "yes"))
		return value_bool(true);
	if (str_is(name, "n"))
		return value_int(&arena, 42);
	if (str_is(name, "neg"))
		return value_int(&arena, -5);
	if (str_is(name, "big"))
		return value_bigint(&arena, STR("18446744073709551615"));
	if (str_is(name, "dec"))
		return value_decimal(&arena, STR("-1.50"));
	if (str_is(name, "float"))
		return value_float(&arena, 1.5, STR("1.5"));
	if (str_is(name, "inf"))
		return value_float(&arena, __builtin_inf(), (struct str){ NULL, 0 });
	if (str_is(name, "date"))
		return value_date(&arena, 1797292800LL * 1000000 + 5);
	if (str_is(name, "bytes"))
		return value_bytes(&arena, STR("a'\xff"));
	if (str_is(name, "list"))
		return json("[1, \"a'b\", true]");
	if (str_is(name, "list0"))
		return json("[]");
	if (str_is(name, "listnull"))
		return json("[1, null]");
	if (str_is(name, "listlist"))
		return json("[[1]]");
	if (str_is(name, "object"))
		return json("{\"a\": \"it's\"}");
	if (str_is(name, "cli"))
		return injected(number_of(7, "007"));
	if (str_is(name, "clitext"))
		return injected(string("7x"));
	if (str_is(name, "climinus"))
		return injected(string("-7.5"));
	if (str_is(name, "clibad"))
		return injected(string("1 OR 1=1"));
	if (str_is(name, "secret"))
		return value_with_flags(&arena, string("pw'"), VALUE_SECRET);
	if (str_is(name, "name64"))
		return string("1234567890123456789012345678901234567890123456789012345678901234");
	if (str_is(name, "name65"))
		return string("12345678901234567890123456789012345678901234567890123456789012345");
	if (str_is(name, "blank"))
		return string("a ");
	return NULL;
}

static const struct value *value_of(void *ctx, const struct placeholder *p, struct error *err)
{
	const struct value *v = named(p->name);

	(void)ctx;
	if (!v)
		(void)error_set(err, ERR_TEMPLATE, "unknown variable");
	return v;
}

struct filled {
	struct str sql, shown;
};

static int fill(const char *text, struct sql_mode mode, bool writing, struct filled *ret, struct error *err)
{
	const struct source *s = source_new(&arena, "t.sql", str_from(text));
	const struct sql_statement *st = NULL;
	struct strbuf sql, shown;
	int rc;

	if (sql_statement_parse(&arena, s, SPAN(0, s->text.n), mode, &st, err))
		return -1;
	strbuf_init(&sql, 1 << 20);
	strbuf_init(&shown, 1 << 20);
	rc = sql_statement_fill(&arena, s, st, mode, writing, value_of, NULL, &sql, &shown, err);
	ret->sql = arena_str(&arena, strbuf_str(&sql));
	ret->shown = arena_str(&arena, strbuf_str(&shown));
	strbuf_release(&sql);
	strbuf_release(&shown);
	return rc;
}

static void test_sql_fill_literals(void **state)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{ "SELECT 1", "SELECT 1" },
		{ "  -- lead\nSELECT /* in */ 1 ; -- tail", "SELECT /* in */ 1" },
		{ "SELECT {{s}}", "SELECT 'O\\'Hara \\\\ \\\"x\\\" 100%'" },
		{ "SELECT {{evil}}", "SELECT '\\'; DROP TABLE t; -- \\\\'" },
		{ "SELECT {{close}}", "SELECT '*/ `\\\"\\' \\n\\r\\Z'" },
		{ "SELECT {{emoji}}, {{empty}}", "SELECT '\xf0\x9f\x98\x80', ''" },
		{ "SELECT {{nul}}", "SELECT 'a\\0b'" },
		{ "SELECT {{null}}, {{yes}}", "SELECT NULL, TRUE" },
		{ "SELECT {{n}}-{{neg}}", "SELECT 42-(-5)" },
		{ "SELECT {{big}}, {{dec}}, {{float}}", "SELECT 18446744073709551615, (-1.50), 1.5" },
		{ "SELECT {{date}}", "SELECT '2026-12-15 00:00:00.000005'" },
		{ "SELECT {{bytes}}", "SELECT x'6127ff'" },
		{ "SELECT {{object}}", "SELECT '{\\\"a\\\":\\\"it\\'s\\\"}'" },
		{ "SELECT 1 WHERE id IN ({{list}})", "SELECT 1 WHERE id IN (1, 'a\\'b', TRUE)" },
		{ "SELECT f({{list}})", "SELECT f(1, 'a\\'b', TRUE)" },
		{ "SELECT {{cli}}", "SELECT '007'" },
		{ "SELECT {{cli toInt}}", "SELECT '007'" },	/* filters are the caller's */
		{ "SELECT 1 WHERE a = {{n}}", "SELECT 1 WHERE a = 42" },
		{ "SELECT 1 WHERE a <=> {{null}}", "SELECT 1 WHERE a <=> NULL" },
		{ "UPDATE t SET a = {{null}}, b = {{null}} WHERE c = 1", "UPDATE t SET a = NULL, b = NULL WHERE c = 1" },
		{ "INSERT INTO t (a) VALUES ({{null}}) ON DUPLICATE KEY UPDATE a = {{null}}",
		  "INSERT INTO t (a) VALUES (NULL) ON DUPLICATE KEY UPDATE a = NULL" },
		/* in comments nothing is filled in */
		{ "SELECT 1 /* {{n}} x */", "SELECT 1" },
		{ "SELECT /* {{n}} x */ 1", "SELECT /* {{n}} x */ 1" },
		{ "SELECT 1 -- {{n}}\n, 2", "SELECT 1 -- {{n}}\n, 2" },
		{ "SELECT /*+ X({{n}}) */ 1", "SELECT /*+ X({{n}}) */ 1" },
		/* inside quotes */
		{ "SELECT '{{s}}'", "SELECT 'O\\'Hara \\\\ \\\"x\\\" 100%'" },
		{ "SELECT \"<{{evil}}>\"", "SELECT \"<\\'; DROP TABLE t; -- \\\\>\"" },
		{ "SELECT 'a{{n}}b{{yes}}{{neg}}'", "SELECT 'a42btrue-5'" },
		{ "SELECT '{{cli}}'", "SELECT '007'" },
		{ "SELECT '\\\\{{evil}}'", "SELECT '\\\\\\'; DROP TABLE t; -- \\\\'" },
		{ "SELECT 'it''{{n}}''s'", "SELECT 'it''42''s'" },
		{ "SELECT `{{n}}x`", "SELECT `42x`" },
		{ "SELECT `{{close}}`.`b`", "SELECT `*/ ``\"' \n\r\x1a`.`b`" },
		{ "SELECT `{{name64}}`", "SELECT `1234567890123456789012345678901234567890123456789012345678901234`" },
		/* samples */
		{ "SELECT /*{{n}}*/ 5", "SELECT 42" },
		{ "SELECT /*{{n}}*/ 'x'", "SELECT '42'" },
		{ "SELECT /*{{neg}}*/ -5", "SELECT (-5)" },
		{ "SELECT /* {{s}} */'x', 1", "SELECT 'O\\'Hara \\\\ \\\"x\\\" 100%', 1" },
		{ "SELECT /*{{cli}}*/ 5", "SELECT 007" },
		{ "SELECT /*{{cli}}*/ '5'", "SELECT '007'" },
		{ "SELECT /*{{climinus}}*/ 5", "SELECT (-7.5)" },
		{ "SELECT /*{{null}}*/ 5, /*{{yes}}*/ FALSE", "SELECT NULL, TRUE" },
		{ "SELECT /*{{dec}}*/ NULL", "SELECT (-1.50)" },
		{ "SELECT 1 WHERE a IN /*{{list}}*/ ('a', 'b')", "SELECT 1 WHERE a IN ('1', 'a\\'b', TRUE)" },
		{ "SELECT 1 WHERE a IN /*{{n}}*/ (1)", "SELECT 1 WHERE a IN (42)" },
		/* empty lists */
		{ "SELECT 1 WHERE a IN (/*{{list0}}*/ 1)", "SELECT 1 WHERE a IN (SELECT NULL FROM DUAL WHERE FALSE)" },
		{ "SELECT 1 WHERE a IN /*{{list0}}*/ (1, 2)", "SELECT 1 WHERE a IN (SELECT NULL FROM DUAL WHERE FALSE)" },
		{ "SELECT 1 WHERE a IN ({{list0}})", "SELECT 1 WHERE a IN (SELECT NULL FROM DUAL WHERE FALSE)" },
		{ "SELECT 1 WHERE a NOT IN (/*{{list0}}*/ 1)", "SELECT 1 WHERE a NOT IN (SELECT NULL FROM DUAL WHERE FALSE)" },
		{ "SELECT 1 WHERE a NOT IN /*{{list0}}*/ (1, 2)", "SELECT 1 WHERE a NOT IN (SELECT NULL FROM DUAL WHERE FALSE)" },
		{ "SELECT 1 WHERE a NOT IN ( {{list0}} )", "SELECT 1 WHERE a NOT IN ( SELECT NULL FROM DUAL WHERE FALSE )" },
		{ "SELECT '{{{n}}}'", NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct filled f = { .sql = { NULL, 0 } };
		struct error err;
		int rc = fill(rows[i].text, plain_mode, false, &f, &err);
		if (rc && rows[i].want)
			fail_msg("%s: %s", rows[i].text, err.message);
		if (rows[i].want)
			expect_text(rows[i].text, f.sql, rows[i].want);
		if (rows[i].want)
			expect_text(rows[i].text, f.shown, rows[i].want);
	}
}

static void test_sql_fill_modes(void **state)
{
	struct filled f;
	struct error err;

	(void)state;
	assert_int_equal(fill("SELECT {{evil}}, \"{{s}}\", '{{s}}'", strict_quotes, false, &f, &err), 0);
	expect_text("no backslash", f.sql,
		    "SELECT '''; DROP TABLE t; -- \\', \"O'Hara \\ \"\"x\"\" 100%\", 'O''Hara \\ \"x\" 100%'");
	assert_int_equal(fill("SELECT '\\{{evil}}'", strict_quotes, false, &f, &err), 0);
	expect_text("a backslash is a character", f.sql, "SELECT '\\''; DROP TABLE t; -- \\'");
	assert_int_equal(fill("SELECT \"{{s}}\"", ansi, false, &f, &err), 0);
	expect_text("ansi name", f.sql, "SELECT \"O'Hara \\ \"\"x\"\" 100%\"");
	assert_int_equal(fill("DELETE FROM t WHERE a IN ({{list0}})", plain_mode, true, &f, &err), 0);
	expect_text("writing", f.sql, "DELETE FROM t WHERE a IN (NULL)");
	assert_int_equal(fill("SELECT {{secret}}, '{{secret}}', {{n}}", plain_mode, false, &f, &err), 0);
	expect_text("sent", f.sql, "SELECT 'pw\\'', 'pw\\'', 42");
	expect_text("shown", f.shown, "SELECT '***', '***', 42");
}

static void test_sql_fill_refuses(void **state)
{
	static const struct {
		const char *text;
		bool writing;
		const char *message;
	} rows[] = {
		{ "SELECT {{unknown}}", false, "unknown variable" },
		{ "SELECT {{inf}}", false, "cannot be written" },
		{ "SELECT 1 WHERE a = {{null}}", false, "null" },
		{ "SELECT 1 WHERE a <> {{null}}", false, "null" },
		{ "SELECT 1 WHERE a >= {{null}}", false, "null" },
		{ "SELECT 1 WHERE a = /*{{null}}*/ 'x'", false, "null" },
		{ "UPDATE t SET a = 1 WHERE a = {{null}}", true, "null" },
		{ "UPDATE t SET a = b = {{null}}", true, "null" },
		{ "SELECT 1 WHERE a IN ({{null}})", false, "null" },
		{ "SELECT 1 WHERE a IN (1, {{null}})", false, "null" },
		{ "SELECT 1 WHERE a IN ({{listnull}})", false, "null" },
		{ "SELECT 1 WHERE a IN ({{listlist}})", false, "inside a list" },
		{ "SELECT 1 WHERE {{null}} = a", false, "null" },
		{ "SELECT 1 WHERE /*{{null}}*/ 5 >= a", false, "null" },
		{ "SELECT 1 WHERE {{null}} IN (1, 2)", false, "null" },
		{ "SELECT 1 WHERE a LIKE {{null}}", false, "null" },
		{ "SELECT 1 WHERE a NOT REGEXP {{null}}", false, "null" },
		{ "SELECT 1 WHERE a BETWEEN {{null}} AND 5", false, "null" },
		{ "SELECT {{list0}}", false, "empty" },
		{ "SELECT 1 WHERE a IN (1, {{list0}})", false, "empty" },
		{ "SELECT 1 WHERE a IN ({{list0}}, 1)", false, "empty" },
		{ "SELECT 1 WHERE a IN ({{list0}} (2))", false, "empty" },
		{ "DELETE FROM t WHERE a NOT IN ({{list0}})", true, "every row" },
		{ "SELECT '{{null}}'", false, "inside quotes" },
		{ "SELECT '{{list}}'", false, "inside quotes" },
		{ "SELECT '{{bytes}}'", false, "inside quotes" },
		{ "SELECT '{{object}}'", false, "inside quotes" },
		{ "SELECT `{{list}}`", false, "inside quotes" },
		{ "SELECT `{{empty}}`", false, "1 to 64" },
		{ "SELECT `{{name65}}`", false, "1 to 64" },
		{ "SELECT `{{nul}}`", false, "NUL" },
		{ "SELECT `{{blank}}`", false, "blank" },
		{ "SELECT /*{{clitext}}*/ 5", false, "is no number" },
		{ "SELECT /*{{clibad}}*/ 5", false, "is no number" },
		{ "SELECT /*{{evil}}*/ 5", false, "is no number" },
		{ "SELECT /*{{list0}}*/ 5", false, "empty" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct filled f;
		struct error err;
		if (fill(rows[i].text, plain_mode, rows[i].writing, &f, &err) == 0)
			fail_msg("%s: filled in as %.*s", rows[i].text, STR_ARG(f.sql));
		expect_int(rows[i].text, err.code, ERR_TEMPLATE);
		if (str_find(str_from(err.message), str_from(rows[i].message)) == SIZE_MAX)
			fail_msg("%s: %s", rows[i].text, err.message);
	}
}

static void test_sql_statement_mistakes(void **state)
{
	static const struct {
		const char *text;
		size_t at;
		const char *message;
	} rows[] = {
		{ "", 0, "expected a statement" },
		{ " -- c\n ; ", 0, "expected a statement" },
		{ "SELECT x{{n}}", 7, "touches" },
		{ "SELECT {{n}}x", 12, "touches" },
		{ "SELECT @{{n}}", 0, "" },
		{ "SELECT t.{{n}}", 8, "touches" },
		{ "SELECT _{{n}}", 7, "touches" },
		{ "SELECT ${{n}}", 7, "touches" },
		{ "SELECT 'a'{{n}}", 9, "touches" },
		{ "SELECT {{n}}'a'", 12, "touches" },
		{ "SELECT {{n}}`a`", 12, "touches" },
		{ "SELECT {{n}}{{n}}", 0, "touches" },
		{ "SELECT x'{{n}}", 0, "" },
		{ "SELECT \xc3\xa9{{n}}", 8, "touches" },
		{ "SELECT 5/*{{n}}*/ 1", 7, "touches" },
		{ "SELECT /*{{n}}*/ 1x", 0, "" },
		{ "SELECT /*{{n}}*/ x", 17, "expected a literal" },
		{ "SELECT /*{{n}}*/ (1, x)", 21, "expected a literal" },
		{ "SELECT /*{{n}}*/ (1 2)", 20, "expected ',' or ')'" },
		{ "SELECT /*{{n}}*/ '{{n}}'", 17, "cannot hold a placeholder" },
		{ "SELECT /*{{n}}*/", 0, "expected a literal" },
		{ "SELECT {{}}", 9, "name of a variable" },
		{ "SELECT '{{ ' OR SLEEP(5) -- }}'", 11, "name of a variable" },
		{ "SELECT '{{'", 8, "without '}}'" },
		{ "SELECT {{n nope}}", 11, "unknown filter" },
		{ "SELECT {{\"x\"}}", 7, "expected the name of a variable" },
		{ "SELECT @`{{n}}`", 7, "variable of SQL" },
		{ "SELECT '\\{{n}}'", 8, "a backslash touches" },
		{ "SELECT 'a\\\\\\{{n}}'", 11, "a backslash touches" },
		{ "SELECT \"\\{{n}}\"", 8, "a backslash touches" },
		{ "SELECT 1 /*! {{n}} */", 13, "code in a comment" },
		{ "SELECT 1 /*! '{{n}}' */", 14, "code in a comment" },
		{ "SELECT 1; SELECT 2", 10, "second statement" },
		{ "SELECT 1\\G SELECT 2", 11, "second statement" },
		{ "SELECT 'a", 7, "not closed" },
		{ "source x", 0, "client" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct source *s = source_new(&arena, "t.sql", str_from(rows[i].text));
		const struct sql_statement *st = NULL;
		struct error err;
		if (sql_statement_parse(&arena, s, SPAN(0, s->text.n), plain_mode, &st, &err) == 0)
			fail_msg("%s is taken", rows[i].text);
		assert_null(st);
		expect_int(rows[i].text, err.code, ERR_PARSE);
		if (str_find(str_from(err.message), str_from(rows[i].message)) == SIZE_MAX)
			fail_msg("%s: %s", rows[i].text, err.message);
		if (rows[i].at)
			expect_int(rows[i].text, (intmax_t)err.span.at, (intmax_t)rows[i].at);
	}
}

static const struct sql_statement *parsed(const char *text)
{
	const struct source *s = source_new(&arena, "t.sql", str_from(text));
	const struct sql_statement *st = NULL;
	struct error err;

	if (sql_statement_parse(&arena, s, SPAN(0, s->text.n), plain_mode, &st, &err))
		fail_msg("%s: %s", text, err.message);
	return st;
}

static void test_sql_statement_facts(void **state)
{
	(void)state;
	assert_true(parsed("SELECT 1 ORDER BY 1")->has_order_by);
	assert_true(parsed("SELECT 1 order/**/by 1")->has_order_by);
	assert_false(parsed("SELECT GROUP_CONCAT(a ORDER BY b) FROM t")->has_order_by);
	assert_false(parsed("SELECT 'ORDER BY', `order` FROM t")->has_order_by);
	assert_true(parsed("SELECT 1\\G")->vertical);
	assert_false(parsed("SELECT 1;")->vertical);
	/* the body of a routine holds delimiters of its own */
	assert_int_equal(parsed("CREATE PROCEDURE p() BEGIN SELECT 1; SELECT 2; END")->npieces, 1);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_sql_fill_literals, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_sql_fill_modes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_sql_fill_refuses, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_sql_statement_mistakes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_sql_statement_facts, set_up, tear_down),
	};

	return cmocka_run_group_tests_name("sql_statement", tests, NULL, NULL);
}
