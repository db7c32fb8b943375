#include "harness/value/jsonpath.h"

#include "harness/value/json.h"
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

/* The result as JSON, "-" for no value, "!" for an invalid expression. */
static struct str eval(const char *path, enum jsonpath_mode mode, const char *document)
{
	const struct jsonpath *compiled = NULL;
	const struct value *v = NULL;
	struct error err;
	struct strbuf sb;
	struct str text;

	if (jsonpath_compile(&arena, str_from(path), mode, &compiled, NULL, &err)) {
		expect_int(path, err.code, ERR_CHECK);
		return STR("!");
	}
	if (jsonpath_eval(&arena, compiled, help_json(&arena, document), &v, &err))
		fail_msg("%s: %s", path, err.message);
	if (!v)
		return STR("-");
	strbuf_init(&sb, 100000);
	json_write(&sb, v);
	text = arena_str(&arena, strbuf_str(&sb));
	strbuf_release(&sb);
	return text;
}

struct row {
	const char *document, *path, *want;
};

static void run(const struct row *rows, size_t n, enum jsonpath_mode mode)
{
	for (size_t i = 0; i < n; i++)
		expect_text(rows[i].path, eval(rows[i].path, mode, rows[i].document), rows[i].want);
}

/* The rules that decide verdicts: what is one node, what a list, what no value. */
static void test_jsonpath_7_shapes(void **state)
{
	static const struct row rows[] = {
		{ "{\"a\":[7]}", "$.a", "[7]" },
		{ "{\"a\":[7]}", "$.a[0]", "7" },
		{ "{\"a\":[7]}", "$.a[*]", "[7]" },
		{ "{\"a\":[7]}", "$..a", "[[7]]" },
		{ "{\"a\":[{\"k\":1},{}]}", "$.a[*].k", "[1]" },
		{ "{\"a\":[{\"k\":1},{}]}", "$.a[*].z", "[]" },
		{ "{\"a\":[{\"k\":1}]}", "$.a[?(@.k==1)].k", "[1]" },
		{ "{\"a\":[{\"k\":1}]}", "$.a[?(@.k==9)]", "[]" },
		{ "{}", "$.a", "-" },
		{ "{}", "$.a[*]", "-" },
		{ "{\"a\":1}", "$", "{\"a\":1}" },
		{ "{\"a\":1}", "$.a[*]", "[]" },
		{ "[[1],[]]", "$[*][0]", "[1]" },
		{ "[[],[]]", "$[*][0]", "-" },
		{ "[[],[]]", "$[*][*]", "[]" },
		{ "[1,2]", "$[5]", "-" },
		{ "{\"a\":null}", "$.a", "null" },
	};

	(void)state;
	run(rows, ARRAY_SIZE(rows), JSONPATH_7);
}

static void test_jsonpath_7_grammar(void **state)
{
	static const struct row rows[] = {
		{ "{\"a-b\":1}", "$.a-b", "1" },
		{ "{\"1\":2}", "$.1", "2" },
		{ "{\"a b\":1}", "$['a b']", "1" },
		{ "{\"a'b\":1}", "$['a\\'b']", "1" },
		{ "{\"a\":[1,2]}", "$.a.[1]", "2" },
		{ "{\"a\":{\"b\":1}}", "$ . a . ['b'] ", "1" },
		{ "[1,2,3,4]", "$[-1]", "4" },
		{ "[1,2,3,4]", "$[-5]", "-" },
		{ "[1,2,3,4]", "$[0, 2]", "[1,3]" },
		{ "[1,2,3,4]", "$[1:3]", "[2,3]" },
		{ "[1,2,3,4]", "$[:2]", "[1,2]" },
		{ "[1,2,3,4]", "$[-2:]", "[3,4]" },
		{ "[1,2,3,4]", "$[:]", "[1,2,3,4]" },
		{ "[1,2,3,4]", "$[3:1]", "[]" },
		{ "{\"b\":1,\"a\":2}", "$.*", "[2,1]" },
		{ "{\"b\":1,\"a\":2,\"b\":3}", "$[*]", "[2,3]" },
		{ "{\"k\":1,\"a\":{\"k\":{\"k\":3}}}", "$..k", "[1,{\"k\":3},3]" },
		{ "{\"b\":[1],\"a\":2}", "$..*", "[2,[1],1]" },
		{ "", "$.", "!" },
		{ "", "a", "!" },
		{ "", "$a", "!" },
		{ "", "$[", "!" },
		{ "", "$['a", "!" },
		{ "", "$[?(@.k==)]", "!" },
		{ "", "", "!" },
	};

	(void)state;
	run(rows, ARRAY_SIZE(rows), JSONPATH_7);
}

static void test_jsonpath_7_tests(void **state)
{
	static const char document[] = "[{\"n\":1,\"s\":\"a\",\"b\":true,\"o\":{\"k\":1}},"
		"{\"n\":2.0,\"s\":\"b\",\"b\":false},{\"n\":\"1\"},5,[1]]";
	static const struct row rows[] = {
		{ document, "$[?(@.o)].n", "[1]" },
		{ document, "$[?(@.o.k == 1)].n", "[1]" },
		{ document, "$[?(@.n == 1)].s", "[\"a\"]" },
		{ document, "$[?(@.n == 2)].s", "[\"b\"]" },
		{ document, "$[?(@.n != 1)].s", "[\"b\"]" },	/* the string "1" is of another type */
		{ document, "$[?(@.n >= 1)].s", "[\"a\",\"b\"]" },
		{ document, "$[?(@.n<2)].s", "[\"a\"]" },
		{ document, "$[?(@.s == 'b')].n", "[2.0]" },
		{ document, "$[?(@.s != 'b')].n", "[1]" },
		{ document, "$[?(@.s > 'a')].n", "[]" },
		{ document, "$[?(@.b == true)].n", "[1]" },
		{ document, "$[?(@.b != true)].n", "[]" },
		{ document, "$[?(@.zz == 1)]", "[]" },
		{ "{\"a\":{\"n\":1}}", "$[?(@.n==1)]", "[]" },	/* on an object */
		{ "[{\"n\":9007199254740993},{\"n\":9007199254740992}]",
			"$[?(@.n==9007199254740993)].n", "[9007199254740993]" },
	};

	(void)state;
	run(rows, ARRAY_SIZE(rows), JSONPATH_7);
}

/* What only RFC 9535 reads keeps the shape of mode 7. */
static void test_jsonpath_7_falls_back_to_rfc(void **state)
{
	static const struct row rows[] = {
		{ "{\"a\":[7]}", "$[\"a\"][0]", "7" },
		{ "{\"a\":[7]}", "$[\"b\"]", "-" },
		{ "[1,2,3,4]", "$[::2]", "[1,3]" },
		{ "[1,2,3,4]", "$[0,-1,1:2]", "[1,4,2]" },
		{ "{\"a\":1,\"b\":2}", "$['a','b']", "[1,2]" },
		{ "{\"a\":1}", "$['a','x']", "[1]" },
		{ "[[1,2],[3]]", "$..[0]", "[[1,2],1,3]" },
		{ "[{\"a\":null}]", "$[?(@.a == null)]", "[{\"a\":null}]" },
		{ "[{\"a\":1},{\"a\":2}]", "$[?@.a==1 || @.a==2].a", "[1,2]" },
		{ "{\"a\":1}", "$[?@.b]", "[]" },
	};

	(void)state;
	run(rows, ARRAY_SIZE(rows), JSONPATH_7);
}

static void test_jsonpath_modes(void **state)
{
	static const struct row eight[] = {
		{ "{\"a\":[7]}", "$.a[*]", "7" },
		{ "{\"a\":[7,8]}", "$.a[*]", "[7,8]" },
		{ "{\"a\":[]}", "$.a[*]", "-" },
		{ "{\"a\":[7]}", "$.a", "[7]" },
		{ "{\"a-b\":1}", "$.a-b", "!" },
		{ "{\"1\":1}", "$.1", "!" },
		{ "{}", "$.a ", "!" },
	};
	static const struct row list[] = {
		{ "{\"a\":[7]}", "$.a", "[[7]]" },
		{ "{\"a\":[7]}", "$.b", "[]" },
		{ "{\"a\":[7]}", "$.a[*]", "[7]" },
	};

	(void)state;
	run(eight, ARRAY_SIZE(eight), JSONPATH_8);
	run(list, ARRAY_SIZE(list), JSONPATH_LIST);
}

static void test_jsonpath_rfc_selectors(void **state)
{
	static const struct row rows[] = {
		{ "[0,1,2,3,4,5,6]", "$[1:5:2]", "[1,3]" },
		{ "[0,1,2,3,4,5,6]", "$[5:1:-2]", "[5,3]" },
		{ "[0,1,2,3,4,5,6]", "$[::-1]", "[6,5,4,3,2,1,0]" },
		{ "[0,1,2]", "$[::0]", "[]" },
		{ "[0,1,2]", "$[-1:]", "[2]" },
		{ "[0,1,2]", "$[ 0 : 9007199254740991 : 1 ]", "[0,1,2]" },
		{ "[0,1,2]", "$[0,0]", "[0,0]" },
		{ "{\"\\u263a\":1}", "$[\"\\u263A\"]", "[1]" },
		{ "{\"\\ud83d\\ude00\":1}", "$['\\uD83D\\uDE00']", "[1]" },
		{ "{\"'\":1,\"\\\"\":2}", "$['\\'', '\"', \"\\\"\"]", "[1,2,2]" },
		{ "{\"\xC3\xA9\":1}", "$.\xC3\xA9", "[1]" },
		{ "{\"a\":{\"b\":[1,{\"b\":2}]}}", "$.a..b", "[[1,{\"b\":2}],2]" },
		{ "[1]", "$ [0] ", "!" },
		{ "[1]", "$ [0]", "[1]" },
		{ "[1]", "$[01]", "!" },
		{ "[1]", "$[-0]", "!" },
		{ "[1]", "$[9007199254740992]", "!" },
		{ "{}", "$['\\x']", "!" },
		{ "{}", "$['\\uD83D']", "!" },
		{ "{}", "$[\"a\tb\"]", "!" },
		{ "{}", "$[]", "!" },
		{ "{}", "$.['a']", "!" },
		{ "{}", "$...a", "!" },
		{ "{}", "$..", "!" },
	};

	(void)state;
	run(rows, ARRAY_SIZE(rows), JSONPATH_LIST);
}

static void test_jsonpath_rfc_filters(void **state)
{
	static const char document[] = "{\"o\":[3,5,1,2,4,6,{\"b\":\"j\"},{\"b\":\"k\"},{\"b\":{}},"
		"{\"b\":\"kilo\"}],\"e\":\"f\",\"n\":null,\"limit\":4}";
	static const struct row rows[] = {
		{ document, "$.o[?@.b == 'kilo']", "[{\"b\":\"kilo\"}]" },
		{ document, "$.o[?(@.b == \"kilo\")]", "[{\"b\":\"kilo\"}]" },
		{ document, "$.o[?@>3.5]", "[5,4,6]" },
		{ document, "$.o[?@ >= $.limit]", "[5,4,6]" },
		{ document, "$.o[?@.b]", "[{\"b\":\"j\"},{\"b\":\"k\"},{\"b\":{}},{\"b\":\"kilo\"}]" },
		{ document, "$.o[?@<2 || @.b == 'k']", "[1,{\"b\":\"k\"}]" },
		{ document, "$.o[?@>1 && @<4]", "[3,2]" },
		{ document, "$.o[?!@.b && @ > 4]", "[5,6]" },
		{ document, "$.o[?!(@ > 1) && !(@.b)]", "[1]" },
		{ document, "$.o[?match(@.b, '[jk]')]", "[{\"b\":\"j\"},{\"b\":\"k\"}]" },
		{ document, "$.o[?search(@.b, '[jk]')]", "[{\"b\":\"j\"},{\"b\":\"k\"},{\"b\":\"kilo\"}]" },
		{ document, "$.o[?match(@.b, $.e)]", "[]" },
		{ document, "$.o[?match(@.b, '(')]", "[]" },
		{ document, "$.o[?length(@.b) == 4]", "[{\"b\":\"kilo\"}]" },
		{ document, "$.o[?length(@.b) < 1]", "[{\"b\":{}}]" },
		{ document, "$.o[?count(@.*) == 1][?length(@) == 4]", "[\"kilo\"]" },
		{ document, "$.o[?value(@..b) == 'k']", "[{\"b\":\"k\"}]" },
		{ document, "$[?@ == null]", "[null]" },
		{ document, "$[?@ == 'f']", "[\"f\"]" },
		{ document, "$.o[?@.x == @.y]", "[3,5,1,2,4,6,{\"b\":\"j\"},{\"b\":\"k\"},{\"b\":{}},"
			"{\"b\":\"kilo\"}]" },
		{ document, "$.o[?@.b == {}]", "!" },
		{ "[[1,[2]],3]", "$[?@[1][?@==2]]", "[[1,[2]]]" },
		{ "[1,1.0,\"1\",true]", "$[?@ == 1]", "[1,1.0]" },
		{ "[true,false]", "$[?@ <= true]", "[true]" },
		{ "[\"a\\r\"]", "$[?match(@, 'a.')]", "[]" },
		{ "[1e2,100]", "$[?@ == 1E+2]", "[1e2,100]" },
		{ "[{\"a\":[1]},{\"a\":[2]}]", "$[?@.a == $[1].a]", "[{\"a\":[2]}]" },
		{ "[]", "$[?@.a == 1 == 2]", "!" },
		{ "[]", "$[?@.* == 1]", "!" },
		{ "[]", "$[?count(1) == 1]", "!" },
		{ "[]", "$[?count(@.*)]", "!" },
		{ "[]", "$[?length(@.*) == 1]", "!" },
		{ "[]", "$[?match(@.a, 'x') == true]", "!" },
		{ "[]", "$[?match(@.a)]", "!" },
		{ "[]", "$[?nosuch(@.a)]", "!" },
		{ "[]", "$[?1]", "!" },
		{ "[]", "$[?!@.a == 1]", "!" },
		{ "[]", "$[?(@.a]", "!" },
		{ "[]", "$[?@.a && ]", "!" },
		{ "[]", "$[?truex]", "!" },
	};

	(void)state;
	run(rows, ARRAY_SIZE(rows), JSONPATH_LIST);
}

static void test_jsonpath_error_message(void **state)
{
	const struct jsonpath *path = NULL;
	struct error err;
	size_t at = 0;

	(void)state;
	assert_int_equal(jsonpath_compile(&arena, STR("$.a[?@.b ==]"), JSONPATH_7, &path, &at, &err), -1);
	expect_text("message", str_from(err.message),
		"invalid JSONPath '$.a[?@.b ==]': expected a literal, '@', '$' or a function at byte 11");
	assert_int_equal(at, 11);
}

static void test_jsonpath_limits_nesting(void **state)
{
	struct strbuf sb;

	(void)state;
	strbuf_init(&sb, 100000);
	strbuf_adds(&sb, "$[?");
	strbuf_add_repeat(&sb, '(', 20000);
	strbuf_adds(&sb, "@.a");
	expect_text("parentheses", eval(strbuf_cstr(&sb), JSONPATH_7, "[]"), "!");
	strbuf_clear(&sb);
	strbuf_addc(&sb, '$');
	for (int i = 0; i < 5000; i++)
		strbuf_adds(&sb, "[?@");
	expect_text("filters", eval(strbuf_cstr(&sb), JSONPATH_7, "[]"), "!");
	strbuf_release(&sb);
}

static void test_jsonpath_limits_work(void **state)
{
	const struct jsonpath *path = NULL;
	const struct value *v = NULL;
	struct error err;
	struct strbuf sb;

	(void)state;
	strbuf_init(&sb, 100000);
	strbuf_add_repeat(&sb, '[', 90);
	strbuf_add_repeat(&sb, ']', 90);
	assert_int_equal(jsonpath_compile(&arena, STR("$..*..*..*..*..*..*"), JSONPATH_7, &path, NULL, &err), 0);
	assert_int_equal(jsonpath_eval(&arena, path, help_json(&arena, strbuf_cstr(&sb)), &v, &err), -1);
	assert_true(err.code == ERR_LIMIT || err.code == ERR_OOM);
	strbuf_release(&sb);
}

static void test_jsonpath_hint(void **state)
{
	static const struct {
		const char *document, *path;
		const char *want;	/* NULL: nothing to say */
	} rows[] = {
		{ "{\"total\":1}", "$.totl", "no 'totl'; nearest key: 'total'" },
		{ "{\"a\":[{\"Name\":1}]}", "$.a[0].name", "no 'name'; nearest key: 'Name'" },
		{ "{\"a\":[{\"name\":1}]}", "$.a[*].nam", "no 'nam'; nearest key: 'name'" },
		{ "{\"a\":1}", "$.something", NULL },
		{ "{\"a\":[]}", "$.a[3]", NULL },
		{ "{\"a\":1}", "$.a", NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct jsonpath *path = NULL;
		struct error err;
		struct strbuf sb;

		strbuf_init(&sb, 1000);
		assert_int_equal(jsonpath_compile(&arena, str_from(rows[i].path), JSONPATH_7, &path, NULL, &err), 0);
		expect_int(rows[i].path, jsonpath_hint(&sb, path, help_json(&arena, rows[i].document)),
			rows[i].want != NULL);
		expect_text(rows[i].path, strbuf_str(&sb), rows[i].want);
		strbuf_release(&sb);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_jsonpath_7_shapes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_jsonpath_7_grammar, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_jsonpath_7_tests, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_jsonpath_7_falls_back_to_rfc, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_jsonpath_modes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_jsonpath_rfc_selectors, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_jsonpath_rfc_filters, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_jsonpath_error_message, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_jsonpath_limits_nesting, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_jsonpath_limits_work, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_jsonpath_hint, set_up, tear_down),
	};

	return cmocka_run_group_tests_name("jsonpath", tests, NULL, NULL);
}
