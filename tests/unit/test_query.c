#include "harness/value/query.h"

#include "harness/value/encode.h"
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

static void test_queries_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < QUERY_COUNT; i++) {
		const struct query *q = &queries[i];

		expect_true(q->name ? q->name : "internal", q->eval || q->member || q->name);
		assert_true(q->observes != 0);
		if (!q->name)
			continue;
		expect_true(q->name, q->help && *q->help);
		expect_true(q->name, query_find(str_from(q->name)) == q);
	}
	assert_null(query_find(STR("nosuch")));
	assert_null(query_find(STR("")));
	assert_string_equal(query_suggest(STR("stauts")), "status");
	assert_string_equal(query_suggest(STR("JsonPath")), "jsonpath");
	assert_null(query_suggest(STR("completely")));
}

/* Name, and an argument as JSON (NULL: none). The value as it is shown, or "! message". */
static struct str ask(const struct value *tree, const char *name, const char *arg)
{
	const struct query *q = query_find(str_from(name));
	const struct value *args[2] = { NULL, NULL };
	const struct value *v = NULL;
	struct document d = { 0 };
	struct eval ev = help_eval(&arena, tree, &d);
	struct error err;
	struct str text;

	assert_non_null(q);
	if (arg)
		args[0] = help_json(&arena, arg);
	text = query_eval_call(&ev, q, args, &v, &err) ? arena_printf(&arena, "! %s", err.message) :
		help_show(&arena, v);
	document_release(&d);
	return text;
}

struct row {
	const char *query, *arg, *want;
};

static void run(const struct value *tree, const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++)
		expect_text(rows[i].arg ? rows[i].arg : rows[i].query, ask(tree, rows[i].query, rows[i].arg),
			rows[i].want);
}

static void test_query_http(void **state)
{
	static const char tree[] = "{\"status\":200,\"version\":\"1.1\",\"url\":\"http://a/\",\"duration\":12,"
		"\"ip\":\"127.0.0.1\",\"redirects\":[{\"ty\":\"redirect\",\"status\":301,\"v\":\"http://a/\"}],"
		"\"headers\":[{\"name\":\"X-A\",\"value\":\"1\"},{\"name\":\"x-a\",\"value\":\"2\"},"
		"{\"name\":\"Content-Type\",\"value\":\"application/json; charset=\\\"latin1\\\"\"}],"
		"\"body\":{\"ty\":\"bytes\",\"b64\":\"eyJhIjoi6SJ9\"},"
		"\"rawbytes\":{\"ty\":\"bytes\",\"b64\":\"YWI=\"}}";
	static const struct row rows[] = {
		{ "status", NULL, "integer <200>" },
		{ "version", NULL, "string <1.1>" },
		{ "url", NULL, "string <http://a/>" },
		{ "duration", NULL, "integer <12>" },
		{ "ip", NULL, "string <127.0.0.1>" },
		{ "redirects", NULL, "list <[{\"status\":301,\"location\":\"http://a/\"}]>" },
		{ "header", "\"X-A\"", "list <[\"1\",\"2\"]>" },
		{ "header", "\"content-type\"", "string <application/json; charset=\"latin1\">" },
		{ "header", "\"X-B\"", "none" },
		{ "body", NULL, "string <{\"a\":\"\xC3\xA9\"}>" },
		{ "bytes", NULL, "bytes <7b2261223a22e9227d>" },
		{ "rawbytes", NULL, "bytes <6162>" },
		{ "jsonpath", "\"$.a\"", "string <\xC3\xA9>" },
		{ "jsonpath", "\"$.b\"", "none" },
		{ "jsonpath", "\"$[\"", "! invalid JSONPath '$[': expected a name in quotes, an index, a slice, "
			"'*' or '?' at byte 2" },
		{ "regex", "\"\\\"a\\\":\\\"(.)\"", "string <\xC3\xA9>" },
		{ "regex", "\"nothing\"", "none" },
		{ "certificate", "\"Subject\"", "none" },
		{ "certificate", "\"subject\"", "! unknown certificate field 'subject': expected Subject, Issuer, "
			"Start-Date, Expire-Date, Serial-Number, Subject-Alt-Name or Value" },
		{ "cookie", "\"sid\"", "none" },
		{ "variable", "\"x\"", "none" },
	};

	(void)state;
	run(help_json(&arena, tree), rows, ARRAY_SIZE(rows));
}

static void test_query_digests(void **state)
{
	const struct value *tree = help_response(&arena, "text/plain", STR("abc"));

	(void)state;
	expect_text("md5", ask(tree, "md5", NULL), "bytes <900150983cd24fb0d6963f7d28e17f72>");
	expect_text("sha256", ask(tree, "sha256", NULL),
		"bytes <ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad>");
}

static void test_query_body_errors(void **state)
{
	static const struct {
		const char *type, *body, *query, *arg, *want;
	} rows[] = {
		{ "text/plain", "\xFF", "body", NULL, "! the body is not UTF-8: invalid byte at offset 0" },
		{ "text/plain; charset=nosuch", "a", "body", NULL, "! unknown charset 'nosuch'" },
		{ "text/html", "<html>", "jsonpath", "\"$.a\"", "! body is not JSON: expected a value at byte 0" },
		{ "text/html", "<p>a</p>", "xpath", "\"count(//p)\"", "float <1.0>" },
		{ "text/xml", "<p>a</p>", "xpath", "\"string(/p)\"", "string <a>" },
		{ "text/xml", "{}", "xpath", "\"/p\"", "! body is not XML: it has no root element" },
		{ "text/xml", "<p/>", "xpath", "\"/p[\"", "! invalid XPath '/p['" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		expect_text(rows[i].body, ask(help_response(&arena, rows[i].type, str_from(rows[i].body)),
			rows[i].query, rows[i].arg), rows[i].want);
}

static void test_query_not_json_shows_the_start(void **state)
{
	const struct value *args[2] = { help_json(&arena, "\"$.a\""), NULL };
	const struct value *v = NULL;
	struct document d = { 0 };
	struct eval ev = help_eval(&arena, help_response(&arena, "text/html", STR("<html>\nno")), &d);
	struct error err;

	(void)state;
	assert_int_equal(query_eval_call(&ev, query_find(STR("jsonpath")), args, &v, &err), -1);
	assert_int_equal(err.code, ERR_CHECK);
	assert_string_equal(err.note, "the body starts with: <html>\\nno");
	document_release(&d);
}

static void test_query_body_that_could_not_be_decoded(void **state)
{
	const struct value *tree = help_json(&arena, "{\"body_error\":\"unknown content encoding 'zstd'\"}");

	(void)state;
	expect_text("body", ask(tree, "body", NULL), "! unknown content encoding 'zstd'");
	expect_text("bytes", ask(tree, "bytes", NULL), "! unknown content encoding 'zstd'");
	expect_text("jsonpath", ask(tree, "jsonpath", "\"$\""), "! unknown content encoding 'zstd'");
}

static void test_query_cookie(void **state)
{
	static const char tree[] = "{\"headers\":[{\"name\":\"set-cookie\",\"value\":\"a=1\"},"
		"{\"name\":\"Set-Cookie\",\"value\":\"sid=\\\"x y\\\"; Path=/; Domain=a.example; Max-Age=60; "
		"Expires=Sun, 13-Jan-2030 10:20:30 GMT; Secure; HttpOnly; SameSite=Lax\"},"
		"{\"name\":\"Set-Cookie\",\"value\":\"sid=second\"},"
		"{\"name\":\"Set-Cookie\",\"value\":\"bad=; Max-Age=soon; expires=soon\"}]}";
	static const struct row rows[] = {
		{ "cookie", "\"sid\"", "string <\"x y\">" },
		{ "cookie", "\"sid[Value]\"", "string <\"x y\">" },
		{ "cookie", "\"sid[ value ]\"", "string <\"x y\">" },
		{ "cookie", "\"sid[Expires]\"", "date <2030-01-13T10:20:30.000000Z>" },
		{ "cookie", "\"sid[Max-Age]\"", "integer <60>" },
		{ "cookie", "\"sid[Domain]\"", "string <a.example>" },
		{ "cookie", "\"sid[path]\"", "string </>" },
		{ "cookie", "\"sid[SameSite]\"", "string <Lax>" },
		{ "cookie", "\"sid[Secure]\"", "unit" },
		{ "cookie", "\"sid[HttpOnly]\"", "unit" },
		{ "cookie", "\"a[Secure]\"", "none" },
		{ "cookie", "\"a[Path]\"", "none" },
		{ "cookie", "\"bad\"", "string <>" },
		{ "cookie", "\"bad[Max-Age]\"", "none" },
		{ "cookie", "\"bad[Expires]\"", "! 'soon' is no date of a cookie" },
		{ "cookie", "\"b\"", "none" },
		{ "cookie", "\"sid[Nosuch]\"", "! unknown cookie attribute 'Nosuch': expected Value, Expires, "
			"Max-Age, Domain, Path, SameSite, Secure or HttpOnly" },
		{ "cookie", "\"sid[Path\"", "! 'sid[Path' is no cookie: expected name or name[Attribute]" },
	};

	(void)state;
	run(help_json(&arena, tree), rows, ARRAY_SIZE(rows));
}

static void test_query_sql(void **state)
{
	static const char two[] = "{\"columns\":[\"ID\",\"Name\"],\"row_count\":2,\"rows\":["
		"{\"ID\":1,\"Name\":\"a\"},{\"ID\":2,\"Name\":null}],\"warnings\":1,\"duration\":3}";
	static const char one[] = "{\"columns\":[\"n\"],\"row_count\":1,\"rows\":[{\"n\":7}]}";
	static const char none[] = "{\"columns\":[\"n\"],\"row_count\":0,\"rows\":[]}";
	static const char cut[] = "{\"columns\":[\"n\"],\"row_count\":5,\"rows\":[{\"n\":7}],\"cut\":true}";
	static const struct {
		const char *tree;
		struct row row;
	} rows[] = {
		{ two, { "rows", NULL, "integer <2>" } },
		{ two, { "columns", NULL, "list <[\"ID\",\"Name\"]>" } },
		{ two, { "column", "\"id\"", "list <[1,2]>" } },
		{ two, { "column", "2", "list <[\"a\",null]>" } },
		{ two, { "list", "1", "list <[1,2]>" } },
		{ two, { "column", "\"x\"", "! there is no column 'x'; the columns are 'ID', 'Name'" } },
		{ two, { "column", "3", "! there is no column 3; the columns are 'ID', 'Name'" } },
		{ two, { "column", "0", "! there is no column 0; the columns are 'ID', 'Name'" } },
		{ two, { "value", NULL, "! value needs one row and one column, got 2 x 2" } },
		{ two, { "jsonpath", "\"$[1].ID\"", "integer <2>" } },
		{ two, { "warnings", NULL, "integer <1>" } },
		{ one, { "value", NULL, "integer <7>" } },
		{ one, { "column", "\"N\"", "integer <7>" } },
		{ one, { "list", "\"n\"", "list <[7]>" } },
		{ one, { "affected", NULL, "none" } },
		{ none, { "value", NULL, "none" } },
		{ none, { "column", "\"n\"", "none" } },
		{ none, { "column", "\"x\"", "! there is no column 'x'; the columns are 'n'" } },
		{ none, { "list", "\"n\"", "list <[]>" } },
		{ cut, { "rows", NULL, "integer <5>" } },
		{ cut, { "column", "\"n\"", "! the result has 5 rows, of which only 1 were kept" } },
		{ cut, { "jsonpath", "\"$\"", "! the result has 5 rows, of which only 1 were kept" } },
		{ cut, { "value", NULL, "! value needs one row and one column, got 5 x 1" } },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		run(help_json(&arena, rows[i].tree), &rows[i].row, 1);
}

static void test_query_redis(void **state)
{
	static const struct {
		const char *tree;
		struct row row;
	} rows[] = {
		{ "{\"reply\":\"{\\\"a\\\":1}\"}", { "jsonpath", "\"$.a\"", "integer <1>" } },
		{ "{\"reply\":\"plain\"}", { "jsonpath", "\"$\"", "string <plain>" } },
		{ "{\"reply\":[1,\"x\"]}", { "jsonpath", "\"$[1]\"", "string <x>" } },
		{ "{\"reply\":null}", { "reply", NULL, "null <null>" } },
		{ "{\"reply\":\"a1\",\"channel\":\"c\",\"received\":3,\"position\":2}",
			{ "regex", "\"a(.)\"", "string <1>" } },
		{ "{\"reply\":1,\"channel\":\"c\",\"received\":3,\"position\":2}", { "channel", NULL, "string <c>" } },
		{ "{\"duration\":1}", { "jsonpath", "\"$\"",
			"! there is nothing to look into: no body, rows or reply" } },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		run(help_json(&arena, rows[i].tree), &rows[i].row, 1);
}

static void test_query_prometheus(void **state)
{
	const struct value *tree = help_response(&arena, "text/plain", STR(
		"# HELP up x\n# TYPE up gauge\nup 1\n"
		"requests_total{code=\"200\",path=\"/a,b\"} 12 1700000000\n"
		"requests_total{code=\"500\", path=\"}\",} 3.5\r\n"
		"odd{l=\"a\\\"b\"} +Inf\nbig 1e3\nbroken{a=1} 2\n"));
	static const struct row rows[] = {
		{ "prometheus", "\"up\"", "integer <1>" },
		{ "prometheus", "\"requests_total\"", "list <[12,3.5]>" },
		{ "prometheus", "\"requests_total{code=\\\"500\\\"}\"", "float <3.5>" },
		{ "prometheus", "\"requests_total{ path=\\\"/a,b\\\", code=\\\"200\\\" }\"", "integer <12>" },
		{ "prometheus", "\"requests_total{code=\\\"404\\\"}\"", "none" },
		{ "prometheus", "\"odd{l=\\\"a\\\\\\\"b\\\"}\"", "float <inf>" },
		{ "prometheus", "\"big\"", "float <1e3>" },
		{ "prometheus", "\"nosuch\"", "none" },
		{ "prometheus", "\"up{\"", "! 'up{' selects no sample: expected name{label=\"value\"}" },
	};

	(void)state;
	run(tree, rows, ARRAY_SIZE(rows));
}

static void test_query_without_observation(void **state)
{
	static const struct row rows[] = {
		{ "status", NULL, "none" }, { "jsonpath", "\"$\"", "none" }, { "body", NULL, "none" },
		{ "header", "\"a\"", "none" }, { "xpath", "\"/a\"", "none" }, { "regex", "\"a\"", "none" },
		{ "value", NULL, "none" }, { "column", "1", "none" }, { "rows", NULL, "none" },
		{ "sha256", NULL, "none" }, { "prometheus", "\"up\"", "none" },
	};

	(void)state;
	run(NULL, rows, ARRAY_SIZE(rows));
}

static void test_query_hint(void **state)
{
	const struct value *args[2] = { help_json(&arena, "\"$.totl\""), NULL };
	struct document d = { 0 };
	struct eval ev = help_eval(&arena, help_response(&arena, "text/json", STR("{\"total\":1}")), &d);
	struct strbuf out;

	(void)state;
	strbuf_init(&out, 200);
	assert_true(query_hint(&out, &ev, query_find(STR("jsonpath")), args));
	expect_text("hint", strbuf_str(&out), "no 'totl'; nearest key: 'total'");
	assert_false(query_hint(&out, &ev, query_find(STR("status")), args));
	strbuf_release(&out);
	document_release(&d);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_queries_table, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_query_http, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_query_digests, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_query_body_errors, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_query_not_json_shows_the_start, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_query_body_that_could_not_be_decoded, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_query_cookie, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_query_sql, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_query_redis, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_query_prometheus, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_query_without_observation, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_query_hint, set_up, tear_down),
	};

	return cmocka_run_group_tests_name("query", tests, NULL, NULL);
}
