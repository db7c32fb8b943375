/* Out of memory in harness/value: each allocation fails in turn, and every time it is that error and nothing else. */
#include "harness/base/mem.h"
#include "harness/value/filter.h"
#include "harness/value/json.h"
#include "harness/value/number.h"
#include "harness/value/predicate.h"
#include "harness/value/table.h"
#include "tests/unit/value_help.h"

/* 0, or -1 with *err filled: what is tried; everything lives in `a`. */
typedef int attempt(struct arena *a, struct error *err);

static void expect_only_oom(const char *name, attempt *try)
{
	for (uint64_t n = 0; n < 5000; n++) {
		struct error err = { 0 };
		struct arena a;
		bool armed;
		int rc;

		arena_init(&a, 64 * 1024 * 1024);
		armed = mem_fail_after(n);
		rc = try(&a, &err);
		(void)mem_fail_after(UINT64_MAX);
		arena_release(&a);
		if (!rc)
			return;
		expect_true(name, armed);
		if (err.code != ERR_OOM)
			fail_msg("%s: allocation %llu: %s", name, (unsigned long long)n, err.message);
	}
	fail_msg("%s: never succeeds", name);
}

static const char document[] =
	"{\"a\":[{\"n\":1,\"s\":\"x\\u0041\"},{\"n\":2.5},{\"n\":\"y\"}],\"b\":{\"k\":\"kilo\"}}";

static int try_jsonpath(struct arena *a, const char *text, struct error *err)
{
	const struct jsonpath *path;
	const struct value *root = NULL;
	const struct value *v = NULL;

	if (json_parse(a, str_from(document), 100, &root, NULL, err) ||
		jsonpath_compile(a, str_from(text), JSONPATH_7, &path, NULL, err) ||
		jsonpath_eval(a, path, root, &v, err))
		return -1;
	assert_non_null(v);
	return 0;
}

static int try_old_path(struct arena *a, struct error *err)
{
	return try_jsonpath(a, "$.a[?(@.n == 1)].s", err);
}

static int try_rfc_path(struct arena *a, struct error *err)
{
	return try_jsonpath(a, "$..[?length(@.k) == 4 || !(@.n > 2 && match(@.s, 'x.'))]['k',\"n\",0:2:1]", err);
}

static int try_calc(struct arena *a, struct error *err)
{
	const struct value *x = value_int(a, 1);
	const struct value *y = value_decimal(a, STR("3.0"));
	const struct value *v = NULL;

	if (!x || !y)
		return error_set_oom(err);
	if (number_calc(a, NUMBER_DIVIDED_BY, x, y, &v, err))
		return -1;
	assert_non_null(v);
	return 0;
}

static int filter_with(struct arena *a, const char *name, struct str input, struct str arg, struct error *err)
{
	struct eval ev = help_eval(a, NULL, NULL);
	const struct value *args[2] = { value_string(a, arg), value_string(a, arg) };
	const struct value *in = value_string(a, input);
	const struct value *v = NULL;

	if (!args[0] || !args[1] || !in)
		return error_set_oom(err);
	return filter_apply(&ev, filter_find(str_from(name)), in, args, &v, err);
}

static int try_filters(struct arena *a, struct error *err)
{
	if (filter_with(a, "split", STR("a,b,c"), STR(","), err) ||
		filter_with(a, "replace", STR("a,b,c"), STR(","), err) ||
		filter_with(a, "replaceRegex", STR("a,b,c"), STR("(,)"), err) ||
		filter_with(a, "regex", STR("a,b,c"), STR("(b)"), err) ||
		filter_with(a, "urlEncode", STR("a,b,c"), STR(""), err) ||
		filter_with(a, "htmlUnescape", STR("&lt;"), STR(""), err) ||
		filter_with(a, "base64Decode", STR("YWI="), STR(""), err) ||
		filter_with(a, "toDate", STR("2031-04-05"), STR("%F"), err))
		return -1;
	return filter_with(a, "jsonpath", str_from(document), STR("$.b"), err);
}

static int try_queries(struct arena *a, struct error *err)
{
	struct value_object_builder b = { 0 };
	struct document d = { 0 };
	struct eval ev = help_eval(a, NULL, &d);
	const struct value *args[2] = { value_string(a, STR("$.b.k")), NULL };
	const struct value *v = NULL;

	value_object_add(a, &b, STR("body"), value_bytes(a, str_from(document)));
	ev.tree = value_object_finish(a, &b);
	if (!ev.tree || !args[0])
		return error_set_oom(err);
	if (queries[QUERY_JSONPATH].eval(&ev, args, &v, err) || queries[QUERY_SHA256].eval(&ev, args, &v, err) ||
		queries[QUERY_BODY].eval(&ev, args, &v, err))
		return -1;
	document_release(&d);
	return 0;
}

static int compile_cells(struct arena *a, struct cell *cells, struct error *err)
{
	static const char *const texts[] = { "1", "'it''s'", "/x\\/y/", "<= 'z'", "1 +- 2", "{\"a\":1}", "0x61", "a\\|b" };

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		if (cell_compile(a, str_from(texts[i]), &cells[i], NULL, err))
			return -1;
	return 0;
}

static int try_table(struct arena *a, struct error *err)
{
	static const struct str name = STR_INIT("n");
	struct cell cells[8];
	const struct cell *rows[] = { &cells[0], &cells[1] };
	struct table t = { .columns = &name, .ncolumns = 1, .rows = rows, .nrows = 2, .order = TABLE_ORDERED };
	const struct value *found = NULL;
	const struct value *columns = NULL;
	struct strbuf detail;
	int rc;

	if (compile_cells(a, cells, err) || json_parse(a, STR("[{\"n\":2},{\"n\":1}]"), 9, &found, NULL, err) ||
		json_parse(a, STR("[\"n\"]"), 9, &columns, NULL, err))
		return -1;
	strbuf_init(&detail, 100000);
	rc = table_match(a, &t, found, columns, 5, NULL, &detail, err);
	if (rc >= 0 && strbuf_failed(&detail))
		rc = error_set_oom(err);
	strbuf_release(&detail);
	return rc < 0 ? -1 : 0;
}

static void test_out_of_memory(void **state)
{
	static const struct {
		const char *name;
		attempt *try;
	} rows[] = {
		{ "older JSONPath", try_old_path },
		{ "RFC 9535", try_rfc_path },
		{ "calculation", try_calc },
		{ "filters", try_filters },
		{ "queries", try_queries },
		{ "table", try_table },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		expect_only_oom(rows[i].name, rows[i].try);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_out_of_memory),
	};

	return cmocka_run_group_tests_name("value_memory", tests, NULL, NULL);
}
