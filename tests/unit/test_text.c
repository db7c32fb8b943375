#include "harness/report/text.h"

#include "tests/unit/expect.h"

static void test_text_cut_keeps_what_fits(void **state)
{
	struct strbuf sb;

	(void)state;
	strbuf_init(&sb, 4096);
	assert_false(text_cut(&sb, STR("one\ntwo\n"), 8, 2));
	expect_text("fits", strbuf_str(&sb), "one\ntwo\n");
	strbuf_release(&sb);
}

static void test_text_cut_by_lines(void **state)
{
	struct strbuf sb;

	(void)state;
	strbuf_init(&sb, 4096);
	assert_true(text_cut(&sb, STR("1\n2\n3\n4\n5\n6\n7\n8\n9\n"), SIZE_MAX, 4));
	expect_text("lines", strbuf_str(&sb),
		"1\n2\n3\n... 10 bytes left out of 18, sha256 "
		"90cdaf13f564e4d2e76706f84226a554a2bbdb2542c2e48764d16bffd17bb38a\n9\n");
	strbuf_release(&sb);
}

/* No character is cut in two, whatever the limit; head and tail are what the text begins and ends with. */
static void test_text_cut_by_bytes(void **state)
{
	struct strbuf sb, text;

	(void)state;
	strbuf_init(&text, 1 << 16);
	strbuf_adds(&text, "start");
	for (int i = 0; i < 400; i++)
		strbuf_adds(&text, "\xe2\x82\xac");
	strbuf_adds(&text, "end");
	for (size_t max = 160; max < 1200; max++) {
		strbuf_init(&sb, 1 << 16);
		assert_true(text_cut(&sb, strbuf_str(&text), max, SIZE_MAX));
		assert_true(utf8_check(strbuf_str(&sb)) == SIZE_MAX);
		assert_true(sb.n <= max);
		if (max > 200) {
			assert_true(str_starts_with(strbuf_str(&sb), STR("start")));
			assert_true(str_ends_with(strbuf_str(&sb), STR("end")));
		}
		strbuf_release(&sb);
	}
	strbuf_release(&text);
}

/* The path of the whole stands behind the digest, and a text that was cut with one keeps its note. */
static void test_text_cut_names_the_file(void **state)
{
	struct strbuf sb, again;

	(void)state;
	strbuf_init(&sb, 4096);
	strbuf_init(&again, 4096);
	assert_true(text_cut_of(&sb, STR("1\n2\n3\n4\n5\n6\n7\n8\n9\n"), SIZE_MAX, 8, STR("kept/id.res")));
	expect_text("file", strbuf_str(&sb),
		"1\n2\n3\n4\n5\n6\n... 2 bytes left out of 18, sha256 "
		"90cdaf13f564e4d2e76706f84226a554a2bbdb2542c2e48764d16bffd17bb38a, full: kept/id.res\n8\n9\n");
	assert_true(text_cut(&again, strbuf_str(&sb), SIZE_MAX, 4));
	assert_true(str_find(strbuf_str(&again), STR("more bytes left out\n")) != SIZE_MAX ||
		str_find(strbuf_str(&again), STR("full: kept/id.res\n")) != SIZE_MAX);
	assert_true(str_find(strbuf_str(&again), STR("left out of 141")) == SIZE_MAX);
	strbuf_release(&sb);
	strbuf_release(&again);
}

static void test_text_hex_dump(void **state)
{
	struct strbuf sb;

	(void)state;
	strbuf_init(&sb, 4096);
	text_hex_dump(&sb, STR("\x89PNG\r\n\x1a\n0123456789"));
	expect_text("two lines", strbuf_str(&sb),
		"00000000  89 50 4e 47 0d 0a 1a 0a 30 31 32 33 34 35 36 37  .PNG....01234567\n"
		"00000010  38 39                                            89\n");
	strbuf_clear(&sb);
	struct strbuf many;
	strbuf_init(&many, 4096);
	strbuf_add_repeat(&many, 'x', 1000);
	text_hex_dump(&sb, strbuf_str(&many));
	assert_true(str_ends_with(strbuf_str(&sb), STR("xxxxxxxxxxxxxxxx\n")));
	expect_int("64 bytes", (intmax_t)str_find(strbuf_str(&sb), STR("00000040")), -1);
	strbuf_release(&many);
	strbuf_release(&sb);
}

static void test_text_cut_line(void **state)
{
	static const struct {
		const char *text;
		size_t max;
		const char *want;
	} rows[] = {
		{ "short", 5, "short" },
		{ "too long", 6, "too..." },
		{ "one\ntwo", 20, "one..." },
		{ "one\n \n", 20, "one" },
		{ "\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac", 4, "\xe2\x82\xac..." },
		{ "", 4, "" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct strbuf sb;

		strbuf_init(&sb, 4096);
		text_cut_line(&sb, str_from(rows[i].text), rows[i].max);
		expect_text(rows[i].text, strbuf_str(&sb), rows[i].want);
		strbuf_release(&sb);
	}
}

static void test_text_figures(void **state)
{
	struct strbuf sb;

	(void)state;
	strbuf_init(&sb, 4096);
	text_grouped(&sb, 0);
	strbuf_addc(&sb, '|');
	text_grouped(&sb, 999);
	strbuf_addc(&sb, '|');
	text_grouped(&sb, 18344);
	strbuf_addc(&sb, '|');
	text_grouped(&sb, UINT64_MAX);
	strbuf_addc(&sb, '|');
	text_seconds(&sb, 41499);
	strbuf_addc(&sb, '|');
	text_seconds(&sb, 1999500);
	strbuf_addc(&sb, '|');
	text_milliseconds(&sb, 12410);
	expect_text("figures", strbuf_str(&sb),
		"0|999|18 344|18 446 744 073 709 551 615|0.041|2.000|12.410");
	strbuf_release(&sb);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text_cut_keeps_what_fits),
		cmocka_unit_test(test_text_cut_by_lines),
		cmocka_unit_test(test_text_cut_by_bytes),
		cmocka_unit_test(test_text_cut_names_the_file),
		cmocka_unit_test(test_text_hex_dump),
		cmocka_unit_test(test_text_cut_line),
		cmocka_unit_test(test_text_figures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
