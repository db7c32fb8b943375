#include "harness/value/regex.h"

#include "tests/unit/value_help.h"

static struct arena arena;

static int set_up(void **state)
{
	(void)state;
	arena_init(&arena, 16 * 1024 * 1024);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_release(&arena);
	return 0;
}

static const struct regex *compile(const char *pattern)
{
	const struct regex *re = NULL;
	struct error err;

	if (regex_compile(&arena, str_from(pattern), false, &re, NULL, &err))
		fail_msg("%s: %s", pattern, err.message);
	return re;
}

static void test_regex_search(void **state)
{
	static const struct {
		const char *pattern, *text;
		bool match;
		const char *group;	/* NULL: absent */
	} rows[] = {
		{ "b", "abc", true, NULL },
		{ "^b", "abc", false, NULL },
		{ "(\\d+)", "ab 12 34", true, "12" },
		{ "a(x)?", "a", true, NULL },
		{ "a$", "a\n", false, NULL },
		{ "(?m)a$", "a\nb", true, NULL },
		{ "a.b", "a\nb", false, NULL },
		{ "a.b", "a\rb", true, NULL },
		{ "(?s)a.b", "a\nb", true, NULL },
		{ "(?i)ABC", "xabcx", true, NULL },
		{ "^\\w$", "\xC3\xA9", true, NULL },
		{ "^.$", "\xF0\x9F\x98\x80", true, NULL },
		{ "\\u{41}\\x{42}\\u0043\\U00000044", "ABCD", true, NULL },
		{ "(?P<n>a)(?<m>b)", "ab", true, "a" },
		{ "[]a]", "]", true, NULL },
		{ "[[:digit:]-]", "5", true, NULL },
		{ "[\\[&]", "[", true, NULL },
		{ "^$", "", true, NULL },
		{ "(a+)+$", "aaaaaaaaaaaaaaaaaaaa", true, "aaaaaaaaaaaaaaaaaaaa" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct str group = { 0 };
		struct error err;
		enum regex_result r = regex_search(compile(rows[i].pattern), str_from(rows[i].text), &group,
			&err);

		expect_int(rows[i].pattern, r, rows[i].match ? REGEX_MATCH : REGEX_NO_MATCH);
		expect_int(rows[i].pattern, group.p != NULL, rows[i].group != NULL);
		expect_text(rows[i].pattern, group, rows[i].group);
	}
}

static void test_regex_refuses(void **state)
{
	static const struct {
		const char *pattern;
		size_t at;
	} rows[] = {
		{ "a(", 2 }, { "[a", 2 }, { "*a", 0 }, { "[a-z&&[^b]]", 4 }, { "[a--b]", 2 }, { "[a[b]]", 2 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct regex *re = NULL;
		struct error err;
		size_t at = 99;

		expect_int(rows[i].pattern, regex_compile(&arena, str_from(rows[i].pattern), false, &re, &at,
			&err), -1);
		expect_int(rows[i].pattern, err.code, ERR_CHECK);
		expect_true(err.message, strstr(err.message, rows[i].pattern) != NULL);
		if (rows[i].at)
			expect_int(rows[i].pattern, (intmax_t)at, (intmax_t)rows[i].at);
	}
}

static void test_regex_ends_what_takes_too_long(void **state)
{
	struct error err;
	struct str text = STR("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab");

	(void)state;
	assert_int_equal(regex_search(compile("^(([a-z])+.)+[A-Z]([a-z])+$"), text, NULL, &err), REGEX_ERROR);
	assert_int_equal(err.code, ERR_CHECK);
}

static void test_regex_bad_text_is_an_error(void **state)
{
	struct error err;

	(void)state;
	assert_int_equal(regex_search(compile("a"), STR("\xFF"), NULL, &err), REGEX_ERROR);
}

static void test_regex_ignores_case(void **state)
{
	const struct regex *re = NULL;
	struct error err;

	(void)state;
	assert_int_equal(regex_compile(&arena, STR("a.c"), true, &re, NULL, &err), 0);
	assert_int_equal(regex_search(re, STR("ABC"), NULL, &err), REGEX_MATCH);
	expect_text("pattern", regex_pattern(re), "a.c");
}

static void test_regex_replace(void **state)
{
	static const struct {
		const char *pattern, *text, *with, *want;
	} rows[] = {
		{ "b", "abcb", "x", "axcx" },
		{ "(\\d)(\\d)", "12 34", "$2$1", "21 43" },
		{ "(\\d)", "1", "$1_", "" },
		{ "(\\d)", "1", "${1}_", "1_" },
		{ "(?<n>a)", "a", "[$n|${n}|$x|$$|$]", "[a|a||$|$]" },
		{ "a*", "baac", "X", "XbXcX" },
		{ "", "\xC3\xA9""b", "-", "-\xC3\xA9-b-" },
		{ "z", "", "x", "" },
		{ "^", "ab", "x", "xab" },
		{ "(a)|(b)", "ab", "<$1$2>", "<a><b>" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct strbuf out;
		struct error err;

		strbuf_init(&out, 1000);
		assert_int_equal(regex_replace(compile(rows[i].pattern), str_from(rows[i].text),
			str_from(rows[i].with), &out, &err), 0);
		expect_text(rows[i].pattern, strbuf_str(&out), rows[i].want);
		strbuf_release(&out);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_regex_search, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_regex_refuses, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_regex_ends_what_takes_too_long, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_regex_bad_text_is_an_error, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_regex_ignores_case, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_regex_replace, set_up, tear_down),
	};

	return cmocka_run_group_tests_name("regex", tests, NULL, NULL);
}
