#include "harness/lang/sql_lexer.h"

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

/* A letter for each kind of token. */
static const char letters[] = {
	[SQL_END] = '.', [SQL_WORD] = 'w', [SQL_NAME] = 'n', [SQL_STRING] = 's', [SQL_NUMBER] = '1', [SQL_VARIABLE] = 'v',
	[SQL_PUNCT] = 'p', [SQL_COMMENT] = 'c', [SQL_HINT] = 'h', [SQL_PLACEHOLDER] = 'P', [SQL_SAMPLE] = 'S',
	[SQL_DELIMITER] = 'D', [SQL_CLIENT_COMMAND] = 'C', [SQL_CODE_OPEN] = '{', [SQL_CODE_CLOSE] = '}', [SQL_BAD] = '!',
};

static struct str kinds_of(const char *text, struct sql_mode mode)
{
	const struct source *s = source_new(&arena, "t.sql", str_from(text));
	struct sql_lexer l;
	struct str out = STR("");
	struct error err;
	size_t before = 0;

	sql_lexer_init(&l, s, SPAN(0, s->text.n), mode);
	for (;;) {
		struct sql_token t = sql_lexer_next(&l, &err);
		out = arena_printf(&arena, "%.*s%c", STR_ARG(out), letters[t.kind]);
		assert_true(t.span.at >= before && t.span.at + t.span.n <= s->text.n);
		before = t.span.at + t.span.n;
		if (t.kind == SQL_END || t.kind == SQL_BAD)
			return out;
	}
}

static void test_sql_lexer_tokens(void **state)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{ "", "." },
		{ " \t\r\n\v\f", "." },
		{ "SELECT a.b, 'x' FROM `t`;", "wwpwpswnD." },
		{ "'it''s'", "s." },
		{ "'a\\'b;'", "s." },
		{ "\"a\\\"b;\"", "s." },
		{ "`a``b;\\`", "n." },
		{ "'a", "!" },
		{ "\"a\\\"", "!" },
		{ "`a", "!" },
		{ "1 -- c\n2", "1c1." },
		{ "1 --\n2", "1c1." },
		{ "1 --", "1c." },
		{ "1--1", "1pp1." },
		{ "--1", "pp1." },
		{ "--\t;", "c." },
		{ "--\x01;", "c." },
		{ "1 # ; 'x\n2", "1c1." },
		{ "#", "c." },
		{ "/* ; ' */1", "c1." },
		{ "/**/1", "c1." },
		{ "/*/1*/2", "c1." },
		{ "/* /* */ 1 */", "c1pp." },
		{ "/* a", "!" },
		{ "/*+ NO_ICP(t) */1", "h1." },
		{ "/*+ a", "!" },
		{ "/*! a 1 */2", "{w1}1." },
		{ "/*!50701 a*/", "{w}." },
		{ "/*M!100100 a*/", "{w}." },
		{ "/*M 1*/", "c." },
		{ "/*! 'x*/' */", "{s}." },
		{ "/*! a", "!" },
		{ "/*! 'a */", "{!" },
		{ "/*! ; */", "{!" },
		{ "/*! /*! */ */", "{!" },
		{ "{{a}} '{{a}}' `{{a}}`", "Psn." },
		{ "'{{a default \"it's\"}}'", "s." },
		{ "/*{{a}}*/ 1", "S1." },
		{ "/* {{a}} */ 1", "S1." },
		{ "/* {{a}} x */ 1", "c1." },
		{ "-- {{a}}\n1", "c1." },
		{ "{{a", "!" },
		{ "@a @@b.c @`x y` @'z' @", "vvvvv." },
		{ "@`a", "!" },
		{ "1.5 .5 1. 1e5 1E-5 0x1f 0b01", "1111111." },
		{ "1a 0xyz 1_a $a", "w1ww." },
		{ "1e5for 1.5for", "1w1w." },
		{ "1e+a", "wpw." },
		{ "a<=>b<>c!=d>=e:=f||g&&h->i->>j", "wpwpwpwpwpwpwpwpwpw." },
		{ "SELECT 1\\G SELECT 2\\g", "w1Dw1D." },
		{ "SELECT \\N", "wC." },
		{ "source x", "Cw." },
		{ "SELECT source", "ww." },
		{ "\\! ls", "Cw." },
		{ "TEE x", "Cw." },
		{ "DELIMITER //\nSELECT 1; SELECT 2//\ndelimiter ;\n1;", "Cw1pw1DC1D." },
		{ "delimiter", "!" },
		{ "SELECT delimiter", "ww." },
		{ "\xc3\xa9t\xc3\xa9 1", "w1." },
		{ "a;b", "wDw." },
		{ "a \x01 b", "w!" },
		{ "'\x01'", "s." },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		expect_text(rows[i].text, kinds_of(rows[i].text, (struct sql_mode){ .ansi_quotes = false }), rows[i].want);
}

static void test_sql_lexer_modes(void **state)
{
	static const struct sql_mode ansi = { .ansi_quotes = true };
	static const struct sql_mode plain = { .no_backslash_escapes = true };

	(void)state;
	expect_text("ansi", kinds_of("\"a\\\" 'b\\''", ansi), "ns.");
	expect_text("ansi doubled", kinds_of("\"a\"\"b\"", ansi), "n.");
	expect_text("no backslash", kinds_of("'a\\' 'b'", plain), "ss.");
	expect_text("no backslash, open", kinds_of("'a\\\\'' ", plain), "!");
	expect_text("variable", kinds_of("@'a\\' x", plain), "vw.");
}

static void test_sql_lexer_flags_code(void **state)
{
	const struct source *s = source_new(&arena, "t.sql", STR("a /*!1 b */ c"));
	static const bool want[] = { false, false, true, true, false };
	struct sql_lexer l;
	struct error err;

	(void)state;
	sql_lexer_init(&l, s, SPAN(0, s->text.n), (struct sql_mode){ .ansi_quotes = false });
	for (size_t i = 0; i < ARRAY_SIZE(want); i++) {
		struct sql_token t = sql_lexer_next(&l, &err);
		if (t.kind == SQL_WORD)
			expect_int("in code", t.in_code, want[i] && i != 3);
	}
}

/* A quote that is not closed is shown where it opens. */
static void test_sql_lexer_points_at_the_opening(void **state)
{
	const struct source *s = source_new(&arena, "t.sql", STR("SELECT 'abc\nde"));
	struct sql_lexer l;
	struct error err;

	(void)state;
	sql_lexer_init(&l, s, SPAN(0, s->text.n), (struct sql_mode){ .ansi_quotes = false });
	while (sql_lexer_next(&l, &err).kind != SQL_BAD)
		;
	assert_int_equal(err.span.at, 7);
	assert_int_equal(sql_lexer_next(&l, &err).kind, SQL_END);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_sql_lexer_tokens, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_sql_lexer_modes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_sql_lexer_flags_code, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_sql_lexer_points_at_the_opening, set_up, tear_down),
	};

	return cmocka_run_group_tests_name("sql_lexer", tests, NULL, NULL);
}
