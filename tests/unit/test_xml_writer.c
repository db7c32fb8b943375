#include "reports/xml_writer.h"

#include "tests/unit/expect.h"

static void test_xml_writer_document(void **state)
{
	struct strbuf sb;
	struct xml_writer x;

	(void)state;
	strbuf_init(&sb, 4096);
	xml_begin(&x, &sb);
	xml_open(&x, "testsuites");
	xml_attr(&x, "name", STR("a \"b\" & <c>\n\t\x1b\r\xff\xe2\x80\xae"));
	xml_open(&x, "testcase");
	xml_attr_uint(&x, "line", 12);
	xml_close(&x);
	xml_open(&x, "failure");
	xml_text(&x, STR("]]> & \"q\""));
	xml_text(&x, STR("\nnext\x07"));
	xml_close(&x);
	xml_open(&x, "properties");
	xml_close(&x);
	xml_close(&x);
	xml_end(&x);
	expect_text("document", strbuf_str(&sb),
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<testsuites name=\"a &quot;b&quot; &amp; &lt;c&gt;&#10;&#9;\\x1B\\r\\xFF\\u202E\">\n"
		"  <testcase line=\"12\"/>\n"
		"  <failure>]]&gt; &amp; \"q\"\nnext\\x07</failure>\n"
		"  <properties/>\n"
		"</testsuites>\n");
	strbuf_release(&sb);
}

/* An element whose text is empty is an element without blanks. */
static void test_xml_writer_empty_text(void **state)
{
	struct strbuf sb;
	struct xml_writer x;

	(void)state;
	strbuf_init(&sb, 4096);
	xml_begin(&x, &sb);
	xml_open(&x, "a");
	xml_text(&x, STR(""));
	xml_close(&x);
	xml_end(&x);
	expect_text("empty", strbuf_str(&sb), "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<a></a>\n");
	strbuf_release(&sb);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_xml_writer_document),
		cmocka_unit_test(test_xml_writer_empty_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
