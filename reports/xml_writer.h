/*
 * XML as reports write it: elements with attributes, two blanks a level, text escaped (never CDATA). It tracks which
 * element is open; misuse is an assertion.
 *
 *	xml_begin(&x, &out);
 *	xml_open(&x, "testsuite");
 *	xml_attr(&x, "name", name);
 *	xml_close(&x);
 *	xml_end(&x);
 *
 * Element names are literals: they must live until the element is closed.
 */
#ifndef REPORTS_XML_WRITER_H
#define REPORTS_XML_WRITER_H

#include "harness/base/strbuf.h"

enum { XML_DEPTH = 16 };

struct xml_writer {
	struct strbuf *out;
	const char *open[XML_DEPTH];
	unsigned depth;
	bool in_tag;		/* attributes may follow */
	bool has_text;		/* the innermost element holds text: no blanks are added to it */
};

/* The declaration; then one root element. */
void xml_begin(struct xml_writer *x, struct strbuf *out);

/* All elements are closed: the last line end. */
void xml_end(struct xml_writer *x);

/* An element in the innermost one that is open; its attributes come next. */
void xml_open(struct xml_writer *x, const char *name);

/* Ends the element opened last. */
void xml_close(struct xml_writer *x);

/* Attributes of the element just opened. */
void xml_attr(struct xml_writer *x, const char *name, struct str value);
void xml_attr_uint(struct xml_writer *x, const char *name, uint64_t value);	/* the same for a number */

/* Text inside the innermost element, which then takes no elements. */
void xml_text(struct xml_writer *x, struct str text);

#endif
