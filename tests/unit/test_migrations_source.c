#include "probes/migrations_source.h"

#include "tests/unit/value_help.h"

/* All tokens of a text: words as they are, strings in <>, marks too, a `^` before those that start a line. */
static void show_tokens(struct strbuf *out, struct str text, enum code_language language)
{
	struct code_lexer l;
	struct code_token t;

	code_lexer_init(&l, text, language);
	while (t = code_lexer_next(&l), t.kind != CODE_END) {
		strbuf_adds(out, out->n ? " " : "");
		strbuf_adds(out, t.line_start ? "^" : "");
		strbuf_addf(
			out, t.kind == CODE_STRING ? "<%.*s>" : "%.*s", STR_ARG(t.text));
	}
	assert_int_equal(code_lexer_next(&l).kind, CODE_END);
}

static void test_code_lexer_tokens(void **state)
{
	static const struct {
		enum code_language language;
		const char *text, *want;
	} rows[] = {
		{ CODE_SCRIPT, "", "" },
		{ CODE_SCRIPT, "name = 'X1'", "^name = <X1>" },
		{ CODE_SCRIPT, "// name = 'X1'\nb", "^b" },
		{ CODE_SCRIPT, "/* class A\n */ class B", "class B" },
		{ CODE_SCRIPT, "a /* never closed", "^a" },
		{ CODE_SCRIPT, "`a\nb` c", "^<a\nb> c" },
		{ CODE_SCRIPT, "'it\\'s' x", "^<it\\'s> x" },
		{ CODE_SCRIPT, "'stray\nname", "^<stray> ^name" },
		{ CODE_SCRIPT, "x = /['\"]\\//; y", "^x = / ; y" },
		{ CODE_SCRIPT, "a / b / 'c'", "^a / b / <c>" },
		{ CODE_SCRIPT, "'end\\", "^<end\\>" },
		{ CODE_SCRIPT, "# private", "^# private" },
		{ CODE_PHP, "# class A\nclass B", "^class B" },
		{ CODE_PHP, "#[Attribute]\nclass B", "^# [ Attribute ] ^class B" },
		{ CODE_PHP, "namespace App\\Db;", "^namespace App\\Db ;" },
		{ CODE_PHP, "'two\nlines' x", "^<two\nlines> x" },
		{ CODE_PYTHON, "\"\"\"doc 'x'\n\"\"\"\nrevision = 'a' # b\nc",
			"^<doc 'x'\n> ^revision = <a> ^c" },
		{ CODE_PYTHON, "if x:\n    y = 1", "^if x : y = 1" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct strbuf out;

		strbuf_init(&out, 1000);
		show_tokens(&out, str_from(rows[i].text), rows[i].language);
		expect_text(rows[i].text, strbuf_str(&out), rows[i].want);
		strbuf_release(&out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_code_lexer_tokens),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
