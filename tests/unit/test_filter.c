#include "harness/value/filter.h"

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

static void test_filters_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < filters_count; i++) {
		const struct filter *f = &filters[i];
		bool mark = f->special == FILTER_EACH || f->special == FILTER_ANY || f->special == FILTER_NONE;

		assert_non_null(f->name);
		expect_true(f->name, f->help && *f->help);
		expect_true(f->name, f->takes != 0);
		expect_int(f->name, f->eval == NULL, mark);
		expect_true(f->name, filter_find(str_from(f->name)) == f);
		if (f->deprecated_for)
			expect_true(f->name, filter_find(str_from(f->deprecated_for)) != NULL);
	}
	assert_null(filter_find(STR("nosuch")));
	assert_string_equal(filter_suggest(STR("cuont")), "count");
}

/* 2031-04-05T06:07:08Z */
static const int64_t now = INT64_C(1933135628000000);

/* The result as it is shown, or "! message". */
static struct str apply(const char *input, const char *name, const char *arg1, const char *arg2, bool lenient)
{
	const struct filter *f = filter_find(str_from(name));
	const struct value *args[2] = {
		arg1 ? help_json(&arena, arg1) : NULL, arg2 ? help_json(&arena, arg2) : NULL,
	};
	struct eval ev = help_eval(&arena, NULL, NULL);
	const struct value *v = NULL;
	struct error err;

	assert_non_null(f);
	ev.now_wall_us = now;
	ev.lenient_jsonpath_filter = lenient;
	if (filter_apply(&ev, f, help_json(&arena, input), args, &v, &err))
		return arena_printf(&arena, "! %s", err.message);
	return help_show(&arena, v);
}

struct row {
	const char *input, *filter, *arg1, *arg2, *want;
};

static void run(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++)
		expect_text(rows[i].filter, apply(rows[i].input, rows[i].filter, rows[i].arg1, rows[i].arg2, false),
			rows[i].want);
}

#define NONE "{\"ty\":\"none\"}"
#define BYTES(b64) "{\"ty\":\"bytes\",\"b64\":\"" b64 "\"}"
#define DATE(text) "{\"ty\":\"date\",\"v\":\"" text "\"}"
#define DECIMAL(text) "{\"ty\":\"decimal\",\"v\":\"" text "\"}"

static void test_filter_lists(void **state)
{
	static const struct row rows[] = {
		{ "[1,2]", "count", NULL, NULL, "integer <2>" },
		{ BYTES("YWI="), "count", NULL, NULL, "integer <2>" },
		{ "{\"ty\":\"nodeset\",\"v\":0}", "count", NULL, NULL, "integer <0>" },
		{ "\"ab\"", "count", NULL, NULL,
			"! filter 'count' needs bytes, a list or a nodeset, but got string <ab>" },
		{ "{}", "count", NULL, NULL, "! filter 'count' needs bytes, a list or a nodeset, but got object <{}>" },
		{ NONE, "count", NULL, NULL, "! filter 'count' has no input" },
		{ "[1,2,3]", "nth", "0", NULL, "integer <1>" },
		{ "[1,2,3]", "nth", "-1", NULL, "integer <3>" },
		{ "[1,2,3]", "nth", "3", NULL, "! index 3 is out of range: the list has 3 elements" },
		{ "[1]", "nth", "-2", NULL, "! index -2 is out of range: the list has 1 element" },
		{ "[1]", "nth", "\"0\"", NULL, "! filter 'nth' needs an integer as index, but got a string" },
		{ "[1,2,3]", "first", NULL, NULL, "integer <1>" },
		{ "[1,2,3]", "last", NULL, NULL, "integer <3>" },
		{ "[]", "first", NULL, NULL, "! the list is empty: there is no first element" },
		{ "[]", "last", NULL, NULL, "! the list is empty: there is no last element" },
		{ "[1," DECIMAL("2.50") "]", "sum", NULL, NULL, "decimal <3.50>" },
		{ "[]", "sum", NULL, NULL, "integer <0>" },
		{ "[1,null]", "sum", NULL, NULL, "! filter 'sum' needs numbers, but element 1 is a null" },
		{ "[3,1.5,2]", "min", NULL, NULL, "float <1.5>" },
		{ "[3,1.5,20]", "max", NULL, NULL, "integer <20>" },
		{ "[\"b\",\"a\"]", "min", NULL, NULL, "string <a>" },
		{ "[]", "max", NULL, NULL, "! filter 'max' needs a list that is not empty" },
		{ "[1,\"a\"]", "max", NULL, NULL,
			"! filter 'max' needs elements that have an order, but element 1 is a string" },
	};

	(void)state;
	run(rows, ARRAY_SIZE(rows));
}

static void test_filter_numbers(void **state)
{
	static const struct row rows[] = {
		{ "\"12\"", "toInt", NULL, NULL, "integer <12>" },
		{ "\"+12\"", "toInt", NULL, NULL, "integer <12>" },
		{ "\"-012\"", "toInt", NULL, NULL, "integer <-12>" },
		{ "\"+-1\"", "toInt", NULL, NULL, "! filter 'toInt' cannot read string <+-1>" },
		{ "\" 1\"", "toInt", NULL, NULL, "! filter 'toInt' cannot read string < 1>" },
		{ "\"\"", "toInt", NULL, NULL, "! filter 'toInt' cannot read string <>" },
		{ "1.9", "toInt", NULL, NULL, "integer <1>" },
		{ "-1.9", "toInt", NULL, NULL, "integer <-1>" },
		{ "1.5e3", "toInt", NULL, NULL, "integer <1500>" },
		{ DECIMAL("2.99"), "toInt", NULL, NULL, "integer <2>" },
		{ "9223372036854775808", "toInt", NULL, NULL,
			"! filter 'toInt' cannot read integer <9223372036854775808>" },
		{ "1e300", "toInt", NULL, NULL, "! filter 'toInt' cannot read float <1e300>" },
		{ "\"1.5\"", "toFloat", NULL, NULL, "float <1.5>" },
		{ "\"1e2\"", "toFloat", NULL, NULL, "float <100.0>" },
		{ "\".5\"", "toFloat", NULL, NULL, "float <0.5>" },
		{ "\"inf\"", "toFloat", NULL, NULL, "float <inf>" },
		{ "\"x\"", "toFloat", NULL, NULL, "! filter 'toFloat' cannot read string <x>" },
		{ "3", "toFloat", NULL, NULL, "float <3.0>" },
		{ DECIMAL("2.50"), "toFloat", NULL, NULL, "float <2.5>" },
		{ "9223372036854775808", "toFloat", NULL, NULL,
			"! filter 'toFloat' cannot read integer <9223372036854775808>" },
		{ "1", "plus", "2", NULL, "integer <3>" },
		{ "1", "minus", "2.5", NULL, "float <-1.5>" },
		{ DECIMAL("1.10"), "times", "3", NULL, "decimal <3.30>" },
		{ "1", "dividedBy", "8", NULL, "decimal <0.125>" },
		{ "1", "dividedBy", "0", NULL, "! division by zero" },
		{ "1", "plus", "\"2\"", NULL, "! cannot calculate with a string" },
		{ "\"1\"", "plus", "2", NULL, "! filter 'plus' needs a number, but got string <1>" },
	};

	(void)state;
	run(rows, ARRAY_SIZE(rows));
}

static void test_filter_text(void **state)
{
	static const struct row rows[] = {
		{ "1.0", "toString", NULL, NULL, "string <1.0>" },
		{ "null", "toString", NULL, NULL, "string <null>" },
		{ DATE("2030-01-01T00:00:00Z"), "toString", NULL, NULL, "string <2030-01-01T00:00:00.000000Z>" },
		{ "[]", "toString", NULL, NULL,
			"! filter 'toString' needs a number, null, a boolean, a string or a date, but got list <[]>" },
		{ "\"a,b,\"", "split", "\",\"", NULL, "list <[\"a\",\"b\",\"\"]>" },
		{ "\"\"", "split", "\",\"", NULL, "list <[\"\"]>" },
		{ "\"a\xC3\xA9\"", "split", "\"\"", NULL, "list <[\"\",\"a\",\"\xC3\xA9\",\"\"]>" },
		{ "\"id=12\"", "regex", "\"id=(\\\\d+)\"", NULL, "string <12>" },
		{ "\"id=12\"", "regex", "\"no(.)\"", NULL, "none" },
		{ "\"id=12\"", "regex", "\"id\"", NULL, "none" },
		{ "\"a\"", "regex", "\"(\"", NULL, "! invalid regular expression '(': missing closing parenthesis" },
		{ "\"a.b.c\"", "replace", "\".\"", "\"-\"", "string <a-b-c>" },
		{ "\"abc\"", "replace", "\"\"", "\"-\"", "string <-a-b-c->" },
		{ "\"a1b22\"", "replaceRegex", "\"[0-9]+\"", "\"<$0>\"", "string <a<1>b<22>>" },
		{ "\"{\\\"a\\\":[1]}\"", "jsonpath", "\"$.a[0]\"", NULL, "integer <1>" },
		{ "\"{\\\"a\\\":[1]}\"", "jsonpath", "\"$.b\"", NULL, "none" },
		{ "\"nope\"", "jsonpath", "\"$.b\"", NULL, "! the string is not JSON: expected a value at byte 0" },
		{ "[1]", "jsonpath", "\"$[0]\"", NULL, "! filter 'jsonpath' needs a string, but got a list" },
		{ "\"<p>a</p>\"", "xpath", "\"string(//p)\"", NULL, "string <a>" },
		{ "\"50%_\\\\\"", "likeEscape", NULL, NULL, "string <50\\%\\_\\\\>" },
	};

	(void)state;
	run(rows, ARRAY_SIZE(rows));
	expect_text("lenient", apply("[1]", "jsonpath", "\"$[0]\"", NULL, true), "integer <1>");
}

static void test_filter_encodings(void **state)
{
	static const struct row rows[] = {
		{ "\"a b/\xC3\xA9?\"", "urlEncode", NULL, NULL, "string <a%20b/%C3%A9%3F>" },
		{ "\"a%20b+%zz\"", "urlDecode", NULL, NULL, "string <a b+%zz>" },
		{ "\"%ff\"", "urlDecode", NULL, NULL, "! the decoded text is not UTF-8" },
		{ "\"http://a/?x=1&y=a+b%21&y=2#z=1\"", "urlQueryParam", "\"y\"", NULL, "string <a b!>" },
		{ "\"http://a/?x=1#y=1\"", "urlQueryParam", "\"y\"", NULL, "none" },
		{ "\"http://a/\"", "urlQueryParam", "\"y\"", NULL, "none" },
		{ "\"/a?y=1\"", "urlQueryParam", "\"y\"", NULL, "! '/a?y=1' is no http URL" },
		{ "\"<a href='x'>&\"", "htmlEscape", NULL, NULL, "string <&lt;a href=&#x27;x&#x27;&gt;&amp;>" },
		{ "\"&lt;&eacute;&#65;\"", "htmlUnescape", NULL, NULL, "string <<\xC3\xA9""A>" },
		{ "\"YWI=\"", "base64Decode", NULL, NULL, "bytes <6162>" },
		{ "\"YWI\"", "base64Decode", NULL, NULL, "! the string is not base64 with padding" },
		{ BYTES("YWI="), "base64Encode", NULL, NULL, "string <YWI=>" },
		{ "\"YWI\"", "base64UrlSafeDecode", NULL, NULL, "bytes <6162>" },
		{ "\"YWI=\"", "base64UrlSafeDecode", NULL, NULL,
			"! the string is not base64 in the URL alphabet, without padding" },
		{ BYTES("YWI="), "base64UrlSafeEncode", NULL, NULL, "string <YWI>" },
		{ BYTES("/w=="), "utf8Decode", NULL, NULL, "string <\xEF\xBF\xBD>" },
		{ "\"\xC3\xA9\"", "utf8Encode", NULL, NULL, "bytes <c3a9>" },
		{ BYTES("6Q=="), "charsetDecode", "\"latin1\"", NULL, "string <\xC3\xA9>" },
		{ BYTES("6Q=="), "decode", "\"nosuch\"", NULL, "! unknown charset 'nosuch'" },
		{ BYTES("YWI="), "toHex", NULL, NULL, "string <6162>" },
		{ "{\"ty\":\"redirect\",\"status\":301,\"v\":\"http://b/\"}", "location", NULL, NULL,
			"string <http://b/>" },
	};

	(void)state;
	run(rows, ARRAY_SIZE(rows));
}

static void test_filter_dates(void **state)
{
	static const struct row rows[] = {
		{ "\"2031-04-05\"", "toDate", "\"%F\"", NULL, "date <2031-04-05T00:00:00.000000Z>" },
		{ "\"2031-04-05\"", "toDate", "\"%Y\"", NULL, "! '2031-04-05' is no date of the format '%Y'" },
		{ DATE("2031-04-05T00:00:00Z"), "dateFormat", "\"%d/%m\"", NULL, "string <05/04>" },
		{ DATE("2031-04-05T00:00:00Z"), "format", "\"%Q\"", NULL, "! unknown date specifier '%Q' in '%Q'" },
		{ DATE("2031-04-06T06:07:07Z"), "daysAfterNow", NULL, NULL, "integer <0>" },
		{ DATE("2031-04-06T06:07:08Z"), "daysAfterNow", NULL, NULL, "integer <1>" },
		{ DATE("2031-04-03T06:07:08Z"), "daysAfterNow", NULL, NULL, "integer <-2>" },
		{ DATE("2031-04-03T06:07:07Z"), "daysBeforeNow", NULL, NULL, "integer <2>" },
	};

	(void)state;
	run(rows, ARRAY_SIZE(rows));
}

static void test_filter_default(void **state)
{
	static const struct row rows[] = {
		{ NONE, "default", "5", NULL, "integer <5>" },
		{ "null", "default", "5", NULL, "null <null>" },
		{ "1", "default", "5", NULL, "integer <1>" },
	};

	(void)state;
	run(rows, ARRAY_SIZE(rows));
}

static void test_filter_keeps_secrets(void **state)
{
	static const struct row rows[] = {
		{ "{\"ty\":\"masked\"}", "urlEncode", NULL, NULL, "string <***>" },
		{ "{\"ty\":\"masked\"}", "utf8Encode", NULL, NULL, "bytes <***>" },
		{ "[{\"ty\":\"masked\"}]", "first", NULL, NULL, "string <***>" },
		{ "\"a\"", "replace", "\"a\"", "{\"ty\":\"masked\"}", "string <***>" },
	};

	(void)state;
	run(rows, ARRAY_SIZE(rows));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_filters_table, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_filter_lists, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_filter_numbers, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_filter_text, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_filter_encodings, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_filter_dates, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_filter_default, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_filter_keeps_secrets, set_up, tear_down),
	};

	return cmocka_run_group_tests_name("filter", tests, NULL, NULL);
}
