#include "harness/value/charset.h"

#include "tests/unit/expect.h"

static void test_charset_decode(void **state)
{
	static const struct {
		const char *label, *bytes;
		const char *want;	/* NULL: an error */
		const char *message;
	} rows[] = {
		{ "utf-8", "\xC3\xA9", "\xC3\xA9", NULL },
		{ "UTF8", "\xFF", NULL, "the text is not 'UTF8': invalid byte at offset 0" },
		{ "latin1", "\xE9\x80", "\xC3\xA9\xE2\x82\xAC", NULL },
		{ "ASCII", "\x93", "\xE2\x80\x9C", NULL },
		{ "iso-8859-1", "\x81", "\xC2\x81", NULL },
		{ "iso-8859-15", "\xA4", "\xE2\x82\xAC", NULL },
		{ "windows-1251", "\xCF\xF0", "\xD0\x9F\xD1\x80", NULL },
		{ "shift_jis", "\x82\xA0", "\xE3\x81\x82", NULL },
		{ "euc-kr", "\xB0\xA1", "\xEA\xB0\x80", NULL },
		{ "gbk", "\xC4\xE3", "\xE4\xBD\xA0", NULL },
		{ "big5", "\xA7\x41", "\xE4\xBD\xA0", NULL },
		{ "shift_jis", "ab\x82", NULL, "the text is not 'shift_jis': invalid byte at offset 2" },
		{ "nosuch", "a", NULL, "unknown charset 'nosuch'" },
		{ "", "a", NULL, "unknown charset ''" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct strbuf out;
		struct error err;
		int rc;

		strbuf_init(&out, 1000);
		rc = charset_decode(&out, str_from(rows[i].label), str_from(rows[i].bytes), &err);
		if (rc && rows[i].want)
			fail_msg("%s: %s", rows[i].label, err.message);
		expect_int(rows[i].label, rc, rows[i].want ? 0 : -1);
		if (rows[i].want)
			expect_text(rows[i].label, strbuf_str(&out), rows[i].want);
		else
			expect_text(rows[i].label, str_from(err.message), rows[i].message);
		strbuf_release(&out);
	}
}

static void test_charset_decode_utf16(void **state)
{
	struct strbuf out;
	struct error err;

	(void)state;
	strbuf_init(&out, 1000);
	assert_int_equal(charset_decode(&out, STR("utf-16"), str_make("a\0b\0", 4), &err), 0);
	expect_text("little endian", strbuf_str(&out), "ab");
	strbuf_release(&out);
}

static void test_charset_utf8_lossy(void **state)
{
	static const struct {
		const char *bytes, *want;
	} rows[] = {
		{ "abc", "abc" },
		{ "a\xFF""b", "a\xEF\xBF\xBD""b" },
		{ "\xE2\x82", "\xEF\xBF\xBD" },
		{ "\xE2\x82x", "\xEF\xBF\xBDx" },
		{ "\xED\xA0\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD" },
		{ "\xF0\x9F\x98", "\xEF\xBF\xBD" },
		{ "\xC0\xAF", "\xEF\xBF\xBD\xEF\xBF\xBD" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct strbuf out;

		strbuf_init(&out, 1000);
		charset_utf8_lossy(&out, str_from(rows[i].bytes));
		expect_text(rows[i].want, strbuf_str(&out), rows[i].want);
		strbuf_release(&out);
	}
}

static void test_charset_header(void **state)
{
	struct strbuf out;

	(void)state;
	strbuf_init(&out, 1000);
	charset_header(&out, STR("\xC3\xA9 "));
	charset_header(&out, STR("\xE9"));
	expect_text("both", strbuf_str(&out), "\xC3\xA9 \xC3\xA9");
	strbuf_release(&out);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_charset_decode),
		cmocka_unit_test(test_charset_decode_utf16),
		cmocka_unit_test(test_charset_utf8_lossy),
		cmocka_unit_test(test_charset_header),
	};

	return cmocka_run_group_tests_name("charset", tests, NULL, NULL);
}
