#include "harness/value/encode.h"

#include "harness/value/html_names.h"
#include "tests/unit/expect.h"

static struct strbuf out;

static int set_up(void **state)
{
	(void)state;
	strbuf_init(&out, 100000);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	strbuf_release(&out);
	return 0;
}

static void test_encode_base64(void **state)
{
	static const struct {
		const char *bytes, *standard, *url;
	} rows[] = {
		{ "", "", "" },
		{ "f", "Zg==", "Zg" },
		{ "fo", "Zm8=", "Zm8" },
		{ "foo", "Zm9v", "Zm9v" },
		{ "foob", "Zm9vYg==", "Zm9vYg" },
		{ "fooba", "Zm9vYmE=", "Zm9vYmE" },
		{ "foobar", "Zm9vYmFy", "Zm9vYmFy" },
		{ "\xFB\xFF\xFE", "+//+", "-__-" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct str bytes = str_from(rows[i].bytes);

		strbuf_clear(&out);
		encode_base64(&out, bytes);
		expect_text(rows[i].standard, strbuf_str(&out), rows[i].standard);
		strbuf_clear(&out);
		expect_true(rows[i].standard, decode_base64(&out, str_from(rows[i].standard)));
		expect_str(rows[i].standard, strbuf_str(&out), bytes);
		strbuf_clear(&out);
		encode_base64url(&out, bytes);
		expect_text(rows[i].url, strbuf_str(&out), rows[i].url);
		strbuf_clear(&out);
		expect_true(rows[i].url, decode_base64url(&out, str_from(rows[i].url)));
		expect_str(rows[i].url, strbuf_str(&out), bytes);
	}
}

static void test_decode_base64_strictness(void **state)
{
	static const struct {
		const char *text;
		bool standard, url, lenient;
	} rows[] = {
		{ "Zg==", true, false, true },
		{ "Zg", false, true, true },
		{ "Zg=", false, false, false },
		{ "Zh==", false, false, false },	/* bits that stand for nothing */
		{ "Z", false, false, false },
		{ "Zg==\n", false, false, true },
		{ "Z m\n9 v", false, false, true },
		{ "====", false, false, false },
		{ "Zg==Zg==", false, false, false },
		{ "-_-_", false, true, false },
		{ "+/+/", true, false, true },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		strbuf_clear(&out);
		expect_int(rows[i].text, decode_base64(&out, str_from(rows[i].text)), rows[i].standard);
		expect_int(rows[i].text, decode_base64url(&out, str_from(rows[i].text)), rows[i].url);
		expect_int(rows[i].text, decode_base64_lenient(&out, str_from(rows[i].text)), rows[i].lenient);
	}
}

static void test_decode_hex(void **state)
{
	static const struct {
		const char *text;
		const char *want;	/* NULL: refused */
	} rows[] = {
		{ "6162", "ab" }, { "61 6A\n", "aj" }, { "", "" }, { "616", NULL }, { "6g", NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		bool ok;

		strbuf_clear(&out);
		ok = decode_hex(&out, str_from(rows[i].text));
		expect_int(rows[i].text, ok, rows[i].want != NULL);
		if (ok)
			expect_text(rows[i].text, strbuf_str(&out), rows[i].want);
	}
}

static void test_decode_percent(void **state)
{
	static const struct {
		const char *text;
		bool plus;
		const char *want;
	} rows[] = {
		{ "a%20b+c", false, "a b+c" },
		{ "a%20b+c", true, "a b c" },
		{ "%c3%A9", false, "\xC3\xA9" },
		{ "100%", false, "100%" },
		{ "%zz%4", false, "%zz%4" },
		{ "%%41", false, "%A" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		strbuf_clear(&out);
		decode_percent(&out, str_from(rows[i].text), rows[i].plus);
		expect_text(rows[i].text, strbuf_str(&out), rows[i].want);
	}
}

static void test_decode_html(void **state)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{ "&lt;b&gt; &amp;amp;", "<b> &amp;" },
		{ "&eacute;&copy;", "\xC3\xA9\xC2\xA9" },
		{ "&copy 2030 &notit; &notin;", "\xC2\xA9 2030 \xC2\xACit; \xE2\x88\x89" },
		{ "&#65;&#x42;&#X43;&#68", "ABCD" },
		{ "&#128;", "\xE2\x82\xAC" },
		{ "&#0;&#xD800;&#x110000;", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD" },
		{ "&#1;", "" },
		{ "&; &# &#x; &nosuch; &", "&; &# &#x; &nosuch; &" },
		{ "&CounterClockwiseContourIntegral;", "\xE2\x88\xB3" },
		{ "a&b&c", "a&b&c" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		strbuf_clear(&out);
		decode_html(&out, str_from(rows[i].text));
		expect_text(rows[i].text, strbuf_str(&out), rows[i].want);
	}
}

static void test_html_names_are_sorted(void **state)
{
	(void)state;
	for (size_t i = 1; i < html_names_count; i++)
		expect_true(html_names[i].name,
			str_cmp(str_from(html_names[i - 1].name), str_from(html_names[i].name)) < 0);
}

static void test_digests(void **state)
{
	uint8_t sha[32];
	uint8_t md5[16];

	(void)state;
	digest_sha256(STR(""), sha);
	encode_hex(&out, str_make((const char *)sha, sizeof(sha)));
	expect_text("sha256", strbuf_str(&out),
		"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	strbuf_clear(&out);
	digest_md5(STR("abc"), md5);
	encode_hex(&out, str_make((const char *)md5, sizeof(md5)));
	expect_text("md5", strbuf_str(&out), "900150983cd24fb0d6963f7d28e17f72");
}

static void test_new_uuid(void **state)
{
	char a[37];
	char b[37];

	(void)state;
	assert_true(encode_new_uuid(a));
	assert_true(encode_new_uuid(b));
	assert_int_equal(strlen(a), 36);
	assert_int_equal(a[14], '4');
	assert_non_null(strchr("89ab", a[19]));
	assert_string_not_equal(a, b);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_encode_base64, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_decode_base64_strictness, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_decode_hex, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_decode_percent, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_decode_html, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_html_names_are_sorted, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_digests, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_new_uuid, set_up, tear_down),
	};

	return cmocka_run_group_tests_name("encode", tests, NULL, NULL);
}
