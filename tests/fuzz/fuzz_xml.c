/*
 * A line with an XPath expression, then a document: as XML, as HTML, and as a body of XML that stands in a file. What is found is
 * the same when it is asked again.
 */
#include "harness/value/xml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MAX_ARENA = 1 << 26 };

static void ask(struct arena *a, struct str text, bool html, struct str expression)
{
	struct xml_document *doc = NULL;
	struct error err = { 0 };
	const struct value *one = NULL, *two = NULL;

	if (xml_parse(text, html, &doc, &err)) {
		assert(err.message[0]);
		return;
	}
	if (xml_xpath(a, doc, expression, &one, &err))
		assert(err.message[0]);
	else if (one)
		assert(!xml_xpath(a, doc, expression, &two, &err) && two && one->type == two->type);
	xml_free(doc);
}

static void scan(struct str text)
{
	struct error err = { 0 };
	size_t length = 0, again = 0, at = 0;

	if (xml_scan(text, &length, &at, &err)) {
		assert(err.message[0] && at <= text.n);
		return;
	}
	assert(length && length <= text.n);
	assert(!xml_scan(str_sub(text, 0, length), &again, &at, &err) && again == length);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str rest = str_make((const char *)data, size);
	struct str expression = str_cut(&rest, '\n');
	struct arena a;

	if (!rest.p)
		return 0;
	arena_init(&a, MAX_ARENA);
	ask(&a, rest, false, expression);
	ask(&a, rest, true, expression);
	scan(rest);
	arena_release(&a);
	return 0;
}
