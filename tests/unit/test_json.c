#include "harness/value/json.h"

#include "harness/base/mem.h"
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

static void expect_written(const char *row, const struct value *v, const char *want)
{
	struct strbuf sb;

	strbuf_init(&sb, 100000);
	json_write(&sb, v);
	expect_text(row, strbuf_str(&sb), want);
	strbuf_release(&sb);
}

static void test_json_accepts(void **state)
{
	static const struct {
		const char *text;
		const char *want;	/* NULL: as it is */
	} rows[] = {
		{ "null", NULL },
		{ " [ 1 , 2 ] ", "[1,2]" },
		{ "[]", NULL },
		{ "{ }", "{}" },
		{ "9007199254740993", NULL },
		{ "123456789012345678901234567890", NULL },
		{ "1.10", NULL },
		{ "1E+2", NULL },
		{ "1e400", NULL },
		{ "-0", "0" },
		{ "-0.0", NULL },
		{ "\"\\u0041\\n\\/\"", "\"A\\n/\"" },
		{ "\"\\ud83d\\ude00\"", "\"\xF0\x9F\x98\x80\"" },
		{ "\"\\ud83d\"", "\"\xEF\xBF\xBD\"" },
		{ "\"\\ude00x\"", "\"\xEF\xBF\xBDx\"" },
		{ "\"\\ud83d\\u0041\"", "\"\xEF\xBF\xBD""A\"" },
		{ "\"\\u0000\"", NULL },
		{ "{\"a\":1,\"a\":2}", NULL },
		{ "\t\r\n{\"\":{}}", "{\"\":{}}" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct value *v = NULL;
		struct error err;
		size_t at = 0;

		if (json_parse(&arena, str_from(rows[i].text), 100, &v, NULL, &err))
			fail_msg("%s: %s", rows[i].text, err.message);
		expect_written(rows[i].text, v, rows[i].want ? rows[i].want : rows[i].text);
		expect_true(rows[i].text, json_scan(str_from(rows[i].text), 100, false, &at));
		expect_int(rows[i].text, (intmax_t)at, (intmax_t)strlen(rows[i].text));
	}
}

static void test_json_refuses(void **state)
{
	static const struct {
		const char *text;
		const char *message;
		size_t at;
	} rows[] = {
		{ "", "expected a value at byte 0", 0 },
		{ "nul", "expected a value at byte 0", 0 },
		{ "[1 2]", "expected ',' or ']' at byte 3", 3 },
		{ "[1,]", "expected no comma before ']' at byte 2", 2 },
		{ "{\"a\":1,}", "expected no comma before '}' at byte 6", 6 },
		{ "{\"a\" 1}", "expected ':' at byte 5", 5 },
		{ "{a:1}", "expected a key in double quotes or '}' at byte 1", 1 },
		{ "{\"a\":1,b}", "expected a key in double quotes at byte 7", 7 },
		{ "[1", "expected ',' or ']' at byte 2", 2 },
		{ "01", "expected a number of JSON (no leading zero, a digit after '-', '.' and 'e') at byte 0", 0 },
		{ "1.", "expected a number of JSON (no leading zero, a digit after '-', '.' and 'e') at byte 0", 0 },
		{ "\"a", "expected '\"' at the end of the string at byte 2", 2 },
		{ "\"a\tb\"", "expected no raw control character in a string at byte 2", 2 },
		{ "\"\\x\"", NULL, 1 },
		{ "\"\\u12g4\"", "expected four hex digits at byte 5", 5 },
		{ "\"\xFF\"", "expected valid UTF-8 at byte 1", 1 },
		{ "\"\xED\xA0\x80\"", "expected valid UTF-8 at byte 1", 1 },
		{ "1 2", "expected the end of the text at byte 2", 2 },
		{ "'a'", "expected a value at byte 0", 0 },
		{ "[NaN]", "expected a value at byte 1", 1 },
		{ "/* */ 1", "expected a value at byte 0", 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct value *v = NULL;
		struct error err;
		size_t at = 99;
		size_t scanned = 99;

		expect_int(rows[i].text, json_parse(&arena, str_from(rows[i].text), 100, &v, &at, &err), -1);
		expect_int(rows[i].text, err.code, ERR_PARSE);
		expect_int(rows[i].text, (intmax_t)at, (intmax_t)rows[i].at);
		if (rows[i].message)
			expect_text(rows[i].text, str_from(err.message), rows[i].message);
		expect_int(rows[i].text, json_scan(str_from(rows[i].text), 100, false, &scanned), false);
		expect_int(rows[i].text, (intmax_t)scanned, (intmax_t)rows[i].at);
	}
}

static void test_json_limits_nesting(void **state)
{
	const struct value *v;
	struct error err;
	size_t at;

	(void)state;
	assert_false(json_parse(&arena, STR("[[[1]]]"), 3, &v, NULL, &err));
	assert_true(json_parse(&arena, STR("[[[1]]]"), 2, &v, &at, &err));
	assert_int_equal(at, 2);
}

static void test_json_scan_prefix(void **state)
{
	size_t at = 0;

	(void)state;
	assert_true(json_scan(STR("{\"a\":[1]}\nHTTP 200"), 10, true, &at));
	assert_int_equal(at, 9);
	assert_false(json_scan(STR("{\"a\":[1]}\nHTTP 200"), 10, false, &at));
}

static void test_json_numbers_keep_their_type(void **state)
{
	static const struct {
		const char *text;
		enum value_type type;
	} rows[] = {
		{ "1", VALUE_INT }, { "-9223372036854775808", VALUE_INT }, { "9223372036854775808", VALUE_BIGINT },
		{ "1.0", VALUE_FLOAT }, { "1e2", VALUE_FLOAT },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		expect_int(rows[i].text, help_json(&arena, rows[i].text)->type, rows[i].type);
}

static void test_json_write_pretty(void **state)
{
	struct strbuf sb;

	(void)state;
	strbuf_init(&sb, 1000);
	json_write_pretty(&sb, help_json(&arena, "{\"a\":[1,{}],\"b\":[]}"));
	expect_text("pretty", strbuf_str(&sb),
		"{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": []\n}");
	strbuf_release(&sb);
}

static void test_json_writer(void **state)
{
	struct json_writer w;
	struct strbuf sb;

	(void)state;
	strbuf_init(&sb, 1000);
	json_writer_init(&w, &sb);
	json_open_object(&w);
	json_key(&w, "a");
	json_int(&w, -1);
	json_key(&w, "b\"");
	json_open_list(&w);
	json_uint(&w, UINT64_MAX);
	json_bool(&w, true);
	json_null(&w);
	json_raw(&w, STR("{\"x\":1}"));
	json_tagged(&w, value_decimal(&arena, STR("1.50")), 100);
	json_close_list(&w);
	json_key_str(&w, STR("c"));
	json_string(&w, STR("\x01"));
	json_close_object(&w);
	expect_text("writer", strbuf_str(&sb),
		"{\"a\":-1,\"b\\\"\":[18446744073709551615,true,null,{\"x\":1},"
		"{\"ty\":\"decimal\",\"v\":\"1.50\"}],\"c\":\"\\u0001\"}");
	strbuf_release(&sb);
}

/* What is written tagged reads back as what it was. */
static void test_json_tagged_round_trip(void **state)
{
	static const char *const rows[] = {
		"null", "true", "1", "1.50", "1e400", "\"a\"", "[1,[2]]", "{\"a\":{\"b\":null}}",
		"{\"ty\":\"int\",\"v\":\"18446744073709551615\"}",
		"{\"ty\":\"decimal\",\"v\":\"25.50\"}",
		"{\"ty\":\"float\",\"v\":\"inf\"}",
		"{\"ty\":\"single\",\"v\":\"1.5\"}",
		"{\"ty\":\"datetime\",\"v\":\"2030-01-01 10:00:00\"}",
		"{\"ty\":\"json\",\"v\":\"{}\"}",
		"{\"ty\":\"date\",\"v\":\"2030-01-02T03:04:05.000006Z\"}",
		"{\"ty\":\"bytes\",\"len\":3,\"b64\":\"YWJj\",\"sha256\":"
		"\"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\"}",
		"{\"ty\":\"bytes\",\"len\":1,\"b64\":\"YQ==\",\"sha256\":"
		"\"ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb\",\"sql\":true}",
		"{\"ty\":\"nodeset\",\"v\":3}",
		"{\"ty\":\"redirect\",\"status\":301,\"v\":\"https://a/\"}",
		"{\"ty\":\"regex\",\"v\":\"a+\"}",
		"{\"ty\":\"unit\"}",
		"{\"ty\":\"none\"}",
		"{\"ty\":\"masked\"}",
		"{\"ty\":\"object\",\"v\":{\"ty\":\"decimal\",\"v\":1}}",
		"{\"a\":{\"ty\":\"object\",\"v\":{\"ty\":{\"ty\":\"unit\"}}}}",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct json_writer w;
		struct strbuf sb;

		strbuf_init(&sb, 10000);
		json_writer_init(&w, &sb);
		json_tagged(&w, help_json(&arena, rows[i]), 100);
		expect_text(rows[i], strbuf_str(&sb), rows[i]);
		strbuf_release(&sb);
	}
}

static void test_json_tagged_cuts(void **state)
{
	struct json_writer w;
	struct strbuf sb;

	(void)state;
	strbuf_init(&sb, 10000);
	json_writer_init(&w, &sb);
	json_tagged(&w, value_string(&arena, STR("abcdef")), 3);
	expect_text("string", strbuf_str(&sb), "{\"ty\":\"string\",\"v\":\"abc\",\"len\":6,\"cut\":true}");
	strbuf_clear(&sb);
	json_writer_init(&w, &sb);
	json_tagged(&w, value_bytes(&arena, STR("abcd")), 3);
	expect_text("bytes", strbuf_str(&sb), "{\"ty\":\"bytes\",\"len\":4,\"b64\":\"YWJj\",\"sha256\":"
		"\"88d4266fd4e6338d13b845fcf289579d209c897823b9217da3e161936f031589\",\"cut\":true}");
	strbuf_release(&sb);
}

/* Each allocation fails in turn; every time it is an error and nothing else. */
static void test_json_out_of_memory(void **state)
{
	(void)state;
	for (uint64_t n = 0;; n++) {
		const struct value *v = NULL;
		struct error err;
		struct arena a;
		bool armed;
		int rc;

		arena_init(&a, 100000);
		armed = mem_fail_after(n);
		rc = json_parse(&a, STR("{\"a\":[1,2.5,\"x\\ny\",{\"b\":null}]}"), 10, &v, NULL, &err);
		(void)mem_fail_after(UINT64_MAX);
		arena_release(&a);
		if (!rc)
			break;
		assert_true(armed);
		assert_int_equal(err.code, ERR_OOM);
		assert_true(n < 1000);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_json_accepts, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_json_refuses, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_json_limits_nesting, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_json_scan_prefix, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_json_numbers_keep_their_type, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_json_write_pretty, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_json_writer, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_json_tagged_round_trip, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_json_tagged_cuts, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_json_out_of_memory, set_up, tear_down),
	};

	return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
