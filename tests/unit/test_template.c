#include "harness/lang/template.h"

#include "harness/lang/ast.h"
#include "tests/unit/expect.h"

static struct arena arena;

static int set_up(void **state)
{
	(void)state;
	arena_init(&arena, 16 << 20);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_release(&arena);
	return 0;
}

static int parse(const char *text, enum template_escapes escapes, bool extended, const struct template **ret, struct error *err)
{
	const struct source *s = source_new(&arena, "t", str_from(text));

	return template_parse(&arena, s, SPAN(0, s->text.n), escapes, extended, ret, err);
}

/* Parts joined: text as it is, placeholders as <name>. */
static struct str joined(const struct template *t)
{
	struct str out = STR("");

	for (size_t i = 0; i < t->nparts; i++) {
		const struct placeholder *p = t->parts[i].placeholder;
		out = p ? arena_printf(&arena, "%.*s<%.*s>", STR_ARG(out), STR_ARG(p->name))
			: arena_printf(&arena, "%.*s%.*s", STR_ARG(out), STR_ARG(t->parts[i].text));
	}
	return out;
}

static void test_template_parts(void **state)
{
	static const struct {
		const char *text;
		enum template_escapes escapes;
		bool extended;
		const char *want;
	} rows[] = {
		{ "", ESCAPES_STRING, false, "" },
		{ "plain", ESCAPES_STRING, false, "plain" },
		{ "{{a}}", ESCAPES_STRING, false, "<a>" },
		{ "x{{ a }}y{{b-1}}", ESCAPES_STRING, false, "x<a>y<b-1>" },
		{ "{{1st}}", ESCAPES_STRING, false, "<1st>" },
		{ "{{\xc3\xb1" "and\xc3\xba}}", ESCAPES_STRING, true, "<\xc3\xb1" "and\xc3\xba>" },
		{ "{{a b}}", ESCAPES_STRING, false, "<a>" },
		{ "{ {x} }", ESCAPES_STRING, false, "{ {x} }" },
		{ "\\u{7b}{a}}", ESCAPES_STRING, false, "{{a}}" },
		{ "a\\\"\\\\\\/\\n\\t\\#\\`", ESCAPES_STRING, false, "a\"\\/\n\t#`" },
		{ "\\u{e9}\\u{1F600}", ESCAPES_STRING, false, "\xc3\xa9\xf0\x9f\x98\x80" },
		{ "\\n{{a}}", ESCAPES_NONE, false, "\\n<a>" },
		{ "a\\:b\\#", ESCAPES_KEY, false, "a:b#" },
		{ "a\\ b\\;\\{\\}\\:c", ESCAPES_FILENAME, false, "a b;{}\\:c" },
		{ "it''s \\'x\\'", ESCAPES_SQL_STRING, true, "it's 'x'" },
		{ "{{\"{{\"}}x", ESCAPES_STRING, true, "{{x" },
		{ "{{newUuid}}", ESCAPES_STRING, false, "<newUuid>" },
		{ "{{a split \"}}\" nth 0}}", ESCAPES_STRING, true, "<a>" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct template *t = NULL;
		struct error err;
		if (parse(rows[i].text, rows[i].escapes, rows[i].extended, &t, &err))
			fail_msg("%s: %s", rows[i].text, err.message);
		expect_text(rows[i].text, joined(t), rows[i].want);
	}
}

static void test_template_kinds(void **state)
{
	const struct template *t = NULL;
	struct error err;

	(void)state;
	assert_int_equal(parse("{{newDate}}", ESCAPES_STRING, false, &t, &err), 0);
	assert_true(template_is_bare(t));
	assert_false(template_is_constant(t));
	assert_int_equal(t->parts[0].placeholder->kind, PLACEHOLDER_NEW_DATE);
	assert_int_equal(parse("{{token base64Decode utf8Decode}}", ESCAPES_STRING, true, &t, &err), 0);
	assert_int_equal(t->parts[0].placeholder->nfilters, 2);
	assert_int_equal(t->parts[0].placeholder->span.at, 2);
	assert_int_equal(t->parts[0].placeholder->span.n, 5);
	assert_int_equal(parse("ab", ESCAPES_STRING, true, &t, &err), 0);
	assert_true(template_is_constant(t));
	expect_text("constant", template_text(t), "ab");
	expect_text("made", template_text(template_constant(&arena, STR("x"))), "x");
}

static void test_template_mistakes(void **state)
{
	static const struct {
		const char *text;
		enum template_escapes escapes;
		bool extended;
		size_t at;
		const char *message;
	} rows[] = {
		{ "a{{b", ESCAPES_STRING, false, 1, "without '}}'" },
		{ "{{ }}", ESCAPES_STRING, false, 3, "name of a variable" },
		{ "{{!}}", ESCAPES_STRING, false, 2, "name of a variable" },
		{ "a\\q", ESCAPES_STRING, false, 2, "unknown escape in a text" },
		{ "a\\", ESCAPES_STRING, false, 2, "unknown escape" },
		{ "a\\;", ESCAPES_KEY, false, 2, "unknown escape in a name" },
		{ "a\\q", ESCAPES_FILENAME, false, 2, "unknown escape in a file name" },
		{ "\\ux", ESCAPES_STRING, false, 2, "expected '{'" },
		{ "\\u{}", ESCAPES_STRING, false, 3, "expected hex digits" },
		{ "\\u{d800}", ESCAPES_STRING, false, 3, "no Unicode character" },
		{ "\\u{110000}", ESCAPES_STRING, false, 3, "no Unicode character" },
		{ "\\u{41", ESCAPES_STRING, false, 1, "expected '}'" },
		{ "{{a nope}}", ESCAPES_STRING, true, 4, "unknown filter 'nope' in a placeholder" },
		{ "{{a cuont}}", ESCAPES_STRING, true, 4, "did you mean 'count'?" },
		{ "{{\"x\" count}}", ESCAPES_STRING, true, 6, "nothing may follow" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct template *t = NULL;
		struct error err;
		expect_int(rows[i].text, parse(rows[i].text, rows[i].escapes, rows[i].extended, &t, &err), -1);
		assert_null(t);
		if (str_find(str_from(err.message), str_from(rows[i].message)) == SIZE_MAX)
			fail_msg("%s: %s", rows[i].text, err.message);
		expect_int(rows[i].text, (intmax_t)err.span.at, (intmax_t)rows[i].at);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_template_parts, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_template_kinds, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_template_mistakes, set_up, tear_down),
	};

	return cmocka_run_group_tests_name("template", tests, NULL, NULL);
}
