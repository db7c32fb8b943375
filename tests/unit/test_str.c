#include "harness/base/str.h"

#include "tests/unit/expect.h"

static const struct str absent = { NULL, 0 };

static void test_str_compares(void **state)
{
	static const struct {
		const char *name;
		struct str a, b;
		int order;
		bool same, same_nocase;
	} rows[] = {
		{ "equal", STR_INIT("abc"), STR_INIT("abc"), 0, true, true },
		{ "case", STR_INIT("Abc"), STR_INIT("aBC"), -1, false, true },
		{ "prefix", STR_INIT("ab"), STR_INIT("abc"), -1, false, false },
		{ "longer", STR_INIT("abc"), STR_INIT("ab"), 1, false, false },
		{ "empty and absent", STR_INIT(""), { NULL, 0 }, 0, true, true },
		{ "high byte is large", STR_INIT("\xff"), STR_INIT("a"), 1, false, false },
		{ "NUL counts", STR_INIT("a\0b"), STR_INIT("a\0c"), -1, false, false },
		{ "letters beyond ASCII keep case", STR_INIT("\xc3\x89"), STR_INIT("\xc3\xa9"), -1,
		  false, false },
		{ "@ is no letter", STR_INIT("@"), STR_INIT("`"), -1, false, false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		int order = str_cmp(rows[i].a, rows[i].b);

		expect_int(rows[i].name, (order > 0) - (order < 0), rows[i].order);
		expect_int(rows[i].name, str_eq(rows[i].a, rows[i].b), rows[i].same);
		expect_int(rows[i].name, str_eq_nocase(rows[i].a, rows[i].b), rows[i].same_nocase);
	}
}

static void test_str_knows_its_ends(void **state)
{
	struct str s = STR("a.sql");

	(void)state;
	assert_true(str_starts_with(s, STR("a.")));
	assert_true(str_starts_with(s, STR("")));
	assert_true(str_starts_with(absent, absent));
	assert_false(str_starts_with(s, STR("a.sqlx")));
	assert_true(str_ends_with(s, STR(".sql")));
	assert_true(str_ends_with(s, s));
	assert_false(str_ends_with(s, STR("xa.sql")));
	assert_true(str_is(s, "a.sql"));
	assert_false(str_is(s, "a.sq"));
	assert_true(str_is(absent, ""));
	assert_true(str_is(STR(""), NULL));
}

static void test_str_finds(void **state)
{
	struct str s = STR("one, two, one");

	(void)state;
	assert_int_equal(str_find_char(s, ','), 3);
	assert_int_equal(str_find_char(s, 'x'), SIZE_MAX);
	assert_int_equal(str_find_char(absent, 'x'), SIZE_MAX);
	assert_true(str_has_char(s, 'w'));
	assert_false(str_has_char(absent, '\0'));
	assert_int_equal(str_find(s, STR("two")), 5);
	assert_int_equal(str_find(s, STR("one")), 0);
	assert_int_equal(str_find(s, STR("ones")), SIZE_MAX);
	assert_int_equal(str_find(s, STR("")), 0);
	assert_int_equal(str_find(absent, STR("x")), SIZE_MAX);
	assert_int_equal(str_find(absent, absent), 0);
}

static void test_str_sub_stays_inside(void **state)
{
	static const struct {
		size_t from, n;
		const char *want;
	} rows[] = {
		{ 0, 3, "abc" }, { 1, 1, "b" }, { 1, SIZE_MAX, "bc" }, { 3, 1, "" },
		{ 9, 9, "" }, { 0, 0, "" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		expect_text(rows[i].want, str_sub(STR("abc"), rows[i].from, rows[i].n),
			    rows[i].want);
	assert_null(str_sub(absent, 2, 2).p);
}

static void test_str_trims(void **state)
{
	static const struct {
		const char *text, *trimmed, *without_blanks;
	} rows[] = {
		{ "", "", "" },
		{ " \t\r\n", "", "\r\n" },
		{ "a", "a", "a" },
		{ "\r\n a b \t\n", "a b", "\r\n a b \t\n" },
		{ "\t a b ", "a b", "a b" },
		{ "\va\v", "\va\v", "\va\v" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		expect_text(rows[i].text, str_trim(str_from(rows[i].text)), rows[i].trimmed);
		expect_text(rows[i].text, str_trim_blanks(str_from(rows[i].text)),
			    rows[i].without_blanks);
	}
	assert_int_equal(str_trim(absent).n, 0);
}

static void test_str_cut_walks_all_pieces(void **state)
{
	static const struct {
		const char *text;
		size_t count;
		const char *pieces[4];
	} rows[] = {
		{ "", 1, { "" } },
		{ "a", 1, { "a" } },
		{ "a,b", 2, { "a", "b" } },
		{ ",", 2, { "", "" } },
		{ "a,,b,", 4, { "a", "", "b", "" } },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct str rest = str_from(rows[i].text);
		size_t count = 0;

		for (; rest.p; count++) {
			assert_true(count < rows[i].count);
			expect_text(rows[i].text, str_cut(&rest, ','), rows[i].pieces[count]);
		}
		expect_int(rows[i].text, (intmax_t)count, (intmax_t)rows[i].count);
	}
}

static void test_utf8_takes_what_rfc_3629_allows(void **state)
{
	static const struct {
		const char *name;
		struct str bytes;
		size_t bad_at;		/* SIZE_MAX: all is well */
		size_t count;
	} rows[] = {
		{ "empty", STR_INIT(""), SIZE_MAX, 0 },
		{ "ASCII and NUL", STR_INIT("a\0b"), SIZE_MAX, 3 },
		{ "many words of ASCII", STR_INIT("0123456789abcdefghijklmnopqrstuvwxyz"), SIZE_MAX, 36 },
		{ "bad in the second word", STR_INIT("0123456789\xff" "bcdefghijklmn"), 10, 24 },
		{ "bad after whole words", STR_INIT("0123456789abcdef\x80"), 16, 17 },
		{ "bad after a character between words", STR_INIT("01234\xc3\xa9 789abcdefghij\xe2\x82"), 21, 22 },
		{ "one of each length", STR_INIT("a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"),
		  SIZE_MAX, 4 },
		{ "least of each length", STR_INIT("\xc2\x80\xe0\xa0\x80\xf0\x90\x80\x80"),
		  SIZE_MAX, 3 },
		{ "greatest of each length",
		  STR_INIT("\x7f\xdf\xbf\xef\xbf\xbf\xf4\x8f\xbf\xbf"), SIZE_MAX, 4 },
		{ "around the surrogates", STR_INIT("\xed\x9f\xbf\xee\x80\x80"), SIZE_MAX, 2 },
		{ "surrogate", STR_INIT("a\xed\xa0\x80"), 1, 4 },
		{ "overlong slash", STR_INIT("\xc0\xaf"), 0, 2 },
		{ "overlong of three", STR_INIT("\xe0\x9f\xbf"), 0, 3 },
		{ "overlong of four", STR_INIT("\xf0\x8f\xbf\xbf"), 0, 4 },
		{ "beyond U+10FFFF", STR_INIT("\xf4\x90\x80\x80"), 0, 4 },
		{ "first byte that never is one", STR_INIT("ab\xfe"), 2, 3 },
		{ "lone continuation", STR_INIT("\x80"), 0, 1 },
		{ "cut at the end", STR_INIT("x\xe2\x82"), 1, 3 },
		{ "cut by another character", STR_INIT("\xe2\x82z"), 0, 3 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		expect_true(rows[i].name, utf8_check(rows[i].bytes) == rows[i].bad_at);
		expect_int(rows[i].name, (intmax_t)utf8_count(rows[i].bytes),
			   (intmax_t)rows[i].count);
	}
}

static void test_utf8_puts_what_it_takes(void **state)
{
	char buf[4];
	uint32_t back = 0;

	(void)state;
	for (uint32_t c = 0; c <= 0x10ffff; c++) {
		if (c >= 0xd800 && c <= 0xdfff)
			continue;
		size_t n = utf8_put(c, buf);
		assert_int_equal(utf8_next(str_make(buf, n), 0, &back), n);
		assert_int_equal(back, c);
		assert_int_equal(utf8_next(str_make(buf, n - 1), 0, &back), 0);
	}
	assert_int_equal(utf8_next(STR("a"), 1, &back), 0);
}

static void test_str_distance_counts_edits(void **state)
{
	static const struct {
		const char *a, *b;
		size_t cap, want;
	} rows[] = {
		{ "", "", 9, 0 },
		{ "status", "status", 9, 0 },
		{ "status", "staus", 9, 1 },
		{ "status", "sttaus", 9, 1 },
		{ "status", "stetus", 9, 1 },
		{ "status", "statuss", 9, 1 },
		{ "ab", "ba", 9, 1 },
		{ "kitten", "sitting", 9, 3 },
		{ "abc", "", 9, 3 },
		{ "abc", "xyz", 2, 2 },
		{ "a", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 7, 7 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct str a = str_from(rows[i].a);
		struct str b = str_from(rows[i].b);

		expect_int(rows[i].b, (intmax_t)str_distance(a, b, rows[i].cap),
			   (intmax_t)rows[i].want);
		expect_int(rows[i].b, (intmax_t)str_distance(b, a, rows[i].cap),
			   (intmax_t)rows[i].want);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_str_compares),
		cmocka_unit_test(test_str_knows_its_ends),
		cmocka_unit_test(test_str_finds),
		cmocka_unit_test(test_str_sub_stays_inside),
		cmocka_unit_test(test_str_trims),
		cmocka_unit_test(test_str_cut_walks_all_pieces),
		cmocka_unit_test(test_utf8_takes_what_rfc_3629_allows),
		cmocka_unit_test(test_utf8_puts_what_it_takes),
		cmocka_unit_test(test_str_distance_counts_edits),
	};

	return cmocka_run_group_tests_name("str", tests, NULL, NULL);
}
