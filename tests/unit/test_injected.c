#include "harness/run/injected.h"

#include "harness/base/strbuf.h"
#include "tests/unit/expect.h"

static void test_injected_types(void **state)
{
	static const struct {
		const char *text;
		enum value_type type;
		const char *rendered;
	} rows[] = {
		{ "true", VALUE_BOOL, "true" },		{ "false", VALUE_BOOL, "false" },
		{ "null", VALUE_NULL, "null" },		{ "7", VALUE_INT, "7" },
		{ "007", VALUE_INT, "007" },		{ "+1", VALUE_INT, "+1" },
		{ "-5", VALUE_INT, "-5" },		{ "12345678901234567890", VALUE_BIGINT, "12345678901234567890" },
		{ "1.5", VALUE_FLOAT, "1.5" },		{ "1e2", VALUE_FLOAT, "1e2" },
		{ "\"01234\"", VALUE_STRING, "01234" },	{ "", VALUE_STRING, "" },
		{ "True", VALUE_STRING, "True" },	{ "12ab", VALUE_STRING, "12ab" },
		{ "http://127.0.0.1:4000", VALUE_STRING, "http://127.0.0.1:4000" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct arena a;
		struct strbuf sb;
		struct error err = { 0 };
		const struct value *v = NULL;
		arena_init(&a, 1 << 20);
		strbuf_init(&sb, 1000);
		expect_int(rows[i].text, injected_value(&a, str_from(rows[i].text), &v, &err), 0);
		expect_int(rows[i].text, (intmax_t)v->type, (intmax_t)rows[i].type);
		expect_true(rows[i].text, v->flags & VALUE_INJECTED);
		expect_true(rows[i].text, value_render(&sb, v));
		expect_text(rows[i].text, strbuf_str(&sb), rows[i].rendered);
		strbuf_release(&sb);
		arena_release(&a);
	}
}

static void test_injected_open_quote(void **state)
{
	struct arena a;
	struct error err = { 0 };
	const struct value *v = NULL;

	(void)state;
	arena_init(&a, 1 << 20);
	assert_int_equal(injected_value(&a, STR("\"open"), &v, &err), -1);
	assert_int_equal(err.code, ERR_USAGE);
	assert_null(v);
	arena_release(&a);
}

/* Each line of a file, or what is said of the one that is none. */
static void test_injected_lines(void **state)
{
	static const struct {
		const char *file, *told;
	} rows[] = {
		{ "", "" },
		{ "a=1", "1:a=1;" },
		{ "# no\n\n  a = 1 \r\nb=x=y\nc=\n", "3:a = 1;4:b=x=y;5:c=;" },
		{ "a=1\n=\n", "1:a=1;2:=;" },
		{ "a=1\n\nnothing\nb=2\n", "1:a=1;3: expected NAME=VALUE" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct strbuf told;
		struct error err = { 0 };
		struct str text = str_from(rows[i].file), name, value;
		size_t line = 0;
		int found;
		strbuf_init(&told, 1000);
		while ((found = injected_line(&text, &line, &name, &value, &err)) > 0)
			strbuf_addf(&told, "%zu:%.*s=%.*s;", line, STR_ARG(name), STR_ARG(value));
		if (found < 0)
			strbuf_addf(&told, "%zu: %s", line, err.message);
		expect_text(rows[i].file, strbuf_str(&told), rows[i].told);
		strbuf_release(&told);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_injected_types),
		cmocka_unit_test(test_injected_open_quote),
		cmocka_unit_test(test_injected_lines),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
