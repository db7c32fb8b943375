#include "reports/yaml_writer.h"

#include "tests/unit/expect.h"

static void test_yaml_writer_block(void **state)
{
	struct strbuf sb;
	struct yaml_writer y;

	(void)state;
	strbuf_init(&sb, 4096);
	yaml_begin(&y, &sb, 2);
	yaml_string(&y, "message", STR("a \"b\" \\ \n\t\x1b"));
	yaml_open(&y, "at");
	yaml_string(&y, "file", STR("suites/outbox.sql"));
	yaml_uint(&y, "line", 12);
	yaml_close(&y);
	yaml_bool(&y, "flaky", true);
	yaml_open(&y, "attempts");
	for (uint64_t i = 1; i <= 2; i++) {
		yaml_item(&y);
		yaml_uint(&y, "n", i);
		yaml_bool(&y, "ok", i == 2);
		yaml_item_end(&y);
	}
	yaml_close(&y);
	yaml_decimal(&y, "duration_ms", STR("12.410"));
	yaml_end(&y);
	expect_text("block", strbuf_str(&sb),
		"  ---\n"
		"  message: \"a \\\"b\\\" \\\\ \\n\\t\\\\x1B\"\n"
		"  at:\n"
		"    file: \"suites/outbox.sql\"\n"
		"    line: 12\n"
		"  flaky: true\n"
		"  attempts:\n"
		"    - n: 1\n"
		"      ok: false\n"
		"    - n: 2\n"
		"      ok: true\n"
		"  duration_ms: 12.410\n"
		"  ...\n");
	strbuf_release(&sb);
}

static void test_yaml_writer_text(void **state)
{
	static const struct {
		const char *name;
		struct str text;
		const char *want;
	} rows[] = {
		{ "one line", STR_INIT("id"), "k: \"id\"\n" },
		{ "one line with its end", STR_INIT("id\n\n"), "k: \"id\"\n" },
		{ "empty", STR_INIT(""), "k: \"\"\n" },
		{ "two lines", STR_INIT("id  n\n17  404\n"), "k: |\n  id  n\n  17  404\n" },
		{ "blank line inside", STR_INIT("a\n\nb"), "k: |\n  a\n  \n  b\n" },
		{ "indented first line", STR_INIT("  a\nb"), "k: |\n  (2 lines)\n    a\n  b\n" },
		{ "blank first line", STR_INIT("\na"), "k: |\n  (2 lines)\n  \n  a\n" },
		{ "tabs", STR_INIT("a\tb\nc"), "k: |\n  a       b\n  c\n" },
		{ "end marker", STR_INIT("a\n...\n  ... more\n---"),
		  "k: |\n  a\n  \xe2\x80\xa6\n    \xe2\x80\xa6 more\n  ---\n" },
		{ "control", STR_INIT("a\r\nb\0c"), "k: |\n  a\\r\n  b\\x00c\n" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct strbuf sb;
		struct yaml_writer y;
		struct str body;

		strbuf_init(&sb, 4096);
		yaml_begin(&y, &sb, 0);
		yaml_text(&y, "k", rows[i].text);
		yaml_end(&y);
		body = str_sub(strbuf_str(&sb), 4, sb.n - 8);
		expect_text(rows[i].name, body, rows[i].want);
		strbuf_release(&sb);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_yaml_writer_block),
		cmocka_unit_test(test_yaml_writer_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
