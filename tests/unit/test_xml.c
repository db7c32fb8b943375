#include "harness/value/xml.h"

#include "tests/unit/value_help.h"

static struct arena arena;

static int set_up(void **state)
{
	(void)state;
	arena_init(&arena, 16 * 1024 * 1024);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_release(&arena);
	return 0;
}

static void test_xml_xpath(void **state)
{
	static const struct {
		const char *text;
		bool html;
		const char *expression;
		const char *want;
	} rows[] = {
		{ "<a><b>1</b><b>2</b></a>", false, "count(//b)", "float <2.0>" },
		{ "<a><b>1</b><b>2</b></a>", false, "//b", "nodeset <2>" },
		{ "<a><b>1</b><b>2</b></a>", false, "//c", "nodeset <0>" },
		{ "<a><b>1</b></a>", false, "string(//b)", "string <1>" },
		{ "<a><b>1</b></a>", false, "//b = 1", "boolean <true>" },
		{ "<a>\xC3\xA9</a>", false, "string(/a)", "string <\xC3\xA9>" },
		{ "<a><b></a>", false, "count(//b)", "float <1.0>" },
		{ "<a xmlns='urn:x'><b xmlns='urn:y'/></a>", false, "count(//_:a)", "float <1.0>" },
		{ "<a xmlns:p='urn:x'><c xmlns:q='urn:y'><q:d/></c><p:b/></a>", false,
			"count(//p:b) + count(//q:d)", "float <2.0>" },
		{ "<p>a<p>b", true, "count(//p)", "float <2.0>" },
		{ "<title>\xC3\xA9</title>", true, "string(//title)", "string <\xC3\xA9>" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct xml_document *doc = NULL;
		const struct value *v = NULL;
		struct error err;

		if (xml_parse(str_from(rows[i].text), rows[i].html, &doc, &err) ||
			xml_xpath(&arena, doc, str_from(rows[i].expression), &v, &err))
			fail_msg("%s: %s", rows[i].text, err.message);
		expect_text(rows[i].expression, help_show(&arena, v), rows[i].want);
		xml_free(doc);
	}
}

static void test_xml_refuses_documents(void **state)
{
	static const struct {
		const char *text, *message;
	} rows[] = {
		{ "", "body is not XML: it has no root element" },
		{ "{\"a\":1}", "body is not XML: it has no root element" },
		{ "<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>",
			"body is XML that declares entities, which is refused" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct xml_document *doc = NULL;
		struct error err;

		expect_int(rows[i].text, xml_parse(str_from(rows[i].text), false, &doc, &err), -1);
		expect_int(rows[i].text, err.code, ERR_CHECK);
		expect_text(rows[i].text, str_from(err.message), rows[i].message);
	}
}

static void test_xml_refuses_expressions(void **state)
{
	static const char *const rows[] = { "//", "nosuch:a", "count(", "nosuch()" };
	struct xml_document *doc = NULL;
	struct error err;

	(void)state;
	assert_int_equal(xml_parse(STR("<a/>"), false, &doc, &err), 0);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct value *v = NULL;

		expect_int(rows[i], xml_xpath(&arena, doc, str_from(rows[i]), &v, &err), -1);
		expect_int(rows[i], err.code, ERR_CHECK);
	}
	xml_free(doc);
	xml_free(NULL);
}

static void test_xml_scan(void **state)
{
	static const struct {
		const char *text;
		size_t length;	/* 0: refused */
	} rows[] = {
		{ "<a/>\nHTTP 200", 4 },
		{ "<a><b>x</b></a>\n<c/>", 15 },
		{ "<?xml version=\"1.0\"?>\n<!-- > -->\n<a b=\">\">1 > 0</a>\n", 51 },
		{ "<a>&lt;&#65;<![CDATA[</a>]]></a>x", 32 },
		{ "<a>", 0 },
		{ "<a></b>", 0 },
		{ "<a>&nosuch;</a>", 0 },
		{ "", 0 },
		{ "x", 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct error err;
		size_t length = 0;
		size_t at = 99;
		int rc = xml_scan(str_from(rows[i].text), &length, &at, &err);

		expect_int(rows[i].text, rc, rows[i].length ? 0 : -1);
		expect_int(rows[i].text, (intmax_t)length, (intmax_t)rows[i].length);
		if (rc)
			expect_int(rows[i].text, err.code, ERR_PARSE);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_xml_xpath, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_xml_refuses_documents, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_xml_refuses_expressions, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_xml_scan, set_up, tear_down),
	};

	return cmocka_run_group_tests_name("xml", tests, NULL, NULL);
}
