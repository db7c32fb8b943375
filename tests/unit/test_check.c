#include "harness/lang/parser.h"

#include "tests/unit/lang_help.h"

#define HTTP(asserts) "GET http://a\nHTTP 200\n[Asserts]\n" asserts "\n"
#define SQL_ENTRY(rest) "SQL\n`SELECT 1`\nROWS\n" rest "\n"

static void test_check_finds(void **state)
{
	static const struct {
		enum file_type type;
		const char *text;
		size_t line, column;
		const char *message;
	} rows[] = {
		{ FILE_SUITE, HTTP("status nth 0 == 200"), 4, 8, "filter 'nth' needs a list, but 'status' yields an integer" },
		{ FILE_SUITE, HTTP("body count == 1"), 4, 6, "filter 'count' needs" },
		{ FILE_SUITE, HTTP("status toString plus 1 == 2"), 4, 17, "filter 'plus' needs" },
		{ FILE_SUITE, HTTP("status startsWith \"2\""), 4, 8, "predicate 'startsWith' needs a string or bytes, but 'status' yields an integer" },
		{ FILE_SUITE, HTTP("rows == 1"), 4, 1, "an HTTP entry has no query 'rows'" },
		{ FILE_SUITE, HTTP("jsonpath \"$.[\" exists"), 4, 11, "JSONPath" },
		{ FILE_SUITE, HTTP("body regex \"(\" exists"), 4, 13, "" },
		{ FILE_SUITE, HTTP("body matches \"(\""), 4, 15, "" },
		{ FILE_SUITE, HTTP("jsonpath \"$\" each any > 1"), 4, 19, "stands behind another" },
		{ FILE_SUITE, SQL_ENTRY("[Asserts]\nstatus == 1"), 5, 1, "SQL has no query 'status'" },
		{ FILE_SUITE, SQL_ENTRY("[Captures]\na: body"), 5, 4, "SQL has no query 'body'" },
		{ FILE_SUITE, SQL_ENTRY("[Captures]\na: rows redact"), 5, 1, "needs a string" },
		{ FILE_SUITE, SQL_ENTRY("[Captures]\na: columns each"), 5, 1, "a capture has none" },
		{ FILE_SUITE, SQL_ENTRY("[Metrics]\na: columns"), 5, 1, "metric" },
		{ FILE_SUITE, SQL_ENTRY("[Prefers]\nreply == 1"), 5, 1, "SQL has no query 'reply'" },
		{ FILE_SUITE, "SQL\n[Options]\nwrite: true\nretry: 2\n`DELETE FROM t`\n", 4, 1, "nothing that changes data is sent twice" },
		{ FILE_SUITE, "GET http://a\n[Options]\nconsecutive: 2\n", 3, 1, "only with 'retry'" },
		{ FILE_SUITE, "GET http://a\n[Options]\ngive-up: status == 1\n", 3, 1, "only with 'retry'" },
		{ FILE_SUITE, "GET http://a\n[Options]\nretry: 1\ngive-up: rows == 1\n", 4, 10, "no query 'rows'" },
		{ FILE_SUITE, "GET http://a/{{x toInt split \",\"}}\n", 1, 24, "filter 'split' needs a string, but 'toInt' yields an integer" },
		{ FILE_SUITE, "GET http://a/{{newUuid plus 1}}\n", 1, 24, "filter 'plus' needs a number, but 'newUuid' yields a string" },
		{ FILE_SUITE, "POST http://a\n{\"d\": \"{{newDate plus 1}}\"}\n", 2, 18, "'newDate' yields a date" },
		{ FILE_SUITE, "GET http://a\nX-A: {{x each}}\n", 2, 10, "a placeholder has none" },
		{ FILE_SUITE, "GET http://a\n[Options]\ndelay: {{x count toHex}}\n", 3, 18, "filter 'toHex' needs bytes" },
		{ FILE_SUITE, "GET http://a/{{x regex \"(\"}}\n", 1, 25, "invalid regular expression" },
		{ FILE_SUITE, HTTP("status == {{x toInt first}}"), 4, 21, "filter 'first' needs a list" },
		{ FILE_SUITE, "# variable: a = {{newUuid times 2}}\n\nGET http://a\n", 1, 27, "filter 'times' needs a number" },
		{ FILE_SUITE, "REDIS GET key:{{x toInt first}}\n", 1, 25, "filter 'first' needs a list" },
		{ FILE_SUITE, "BACKUP a\nCOMPLETE\n[Asserts]\nrows == 1\n", 4, 1, "'rows' of BACKUP needs a name" },
		{ FILE_SUITE, SQL_ENTRY("[Asserts]\nrows \"t\" == 1"), 5, 7, "'rows' of SQL takes nothing" },
		{ FILE_SUITE, "BACKUP a\nCOMPLETE\n[Asserts]\npending isEmpty\n", 4, 1, "BACKUP has no query 'pending'" },
		{ FILE_SQL, "-- write: true\n-- retry: 2\n-- expect: ok\nDELETE FROM t", 2, 1, "sent twice" },
		{ FILE_SQL, "-- expect: rows nth 0 == 1\nSELECT 1", 1, 17, "filter 'nth' needs a list" },
		{ FILE_SQL, "-- expect: status = 1\nSELECT 1", 1, 12, "SQL has no query 'status'" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		help_expect_error(rows[i].type, rows[i].text, true, rows[i].message, rows[i].line, rows[i].column);
}

static void test_check_lets_pass(void **state)
{
	static const struct {
		enum file_type type;
		const char *text;
	} rows[] = {
		{ FILE_SUITE, HTTP("jsonpath \"$.a\" nth 0 toInt plus 1 == 2") },
		{ FILE_SUITE, HTTP("header \"X\" count == 2") },
		{ FILE_SUITE, HTTP("jsonpath \"$.a\" default 5 > 1") },
		{ FILE_SUITE, HTTP("jsonpath \"{{path}}\" exists") },
		{ FILE_SUITE, HTTP("variable \"x\" count == 1") },
		{ FILE_SUITE, "GET http://a/{{x toInt plus 1}}?u={{newUuid replace \"-\" \"\"}}&d={{newDate dateFormat \"%F\"}}\n" },
		{ FILE_SUITE, "GET http://a/{{x default 1 plus 1}}/{{l first count}}\n" },
		{ FILE_HURL, "GET http://a/{{x toInt split \",\"}}\n" },	/* there it is no filter */
		{ FILE_SUITE, "GET http://a\n[Options]\nwhen: rows == 1\n" },
		{ FILE_SUITE, "BACKUP a.sql\nCOMPLETE\n[Asserts]\nrows \"t\" >= 1\nbytes > 5\nposition == \"x\"\n" },
		{ FILE_SUITE, "MIGRATIONS legacy golang-migrate\nAPPLIED\n[Asserts]\nout-of-order isEmpty\n" },
		{ FILE_SUITE, "GET http://a\n[Options]\nretry: 0\nconsecutive: 2\n" },
		{ FILE_SUITE, "SQL\n[Options]\nwrite: false\nretry: 2\n`SELECT 1`\n" },
		{ FILE_SQL, "-- write: rollback\n\n-- expect: ok\nDELETE FROM t" },
		{ FILE_SQL, "-- metric: a by b: column \"n\"\nSELECT 1" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct help_parse p;
		help_parse(&p, rows[i].type, rows[i].text, true);
		if (!p.suite)
			fail_msg("%s: %s", rows[i].text, p.errors.items[0].message);
		help_parse_end(&p);
	}
}

/* In .hurl files the same is found at run time, so it only warns. */
static void test_check_warns_in_hurl_files(void **state)
{
	struct help_parse p;

	(void)state;
	help_parse(&p, FILE_HURL, HTTP("status nth 0 == 200"), true);
	assert_non_null(p.suite);
	assert_int_equal(p.warnings.count, 1);
	help_parse_end(&p);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_check_finds),
		cmocka_unit_test(test_check_lets_pass),
		cmocka_unit_test(test_check_warns_in_hurl_files),
	};

	return cmocka_run_group_tests_name("check", tests, NULL, NULL);
}
