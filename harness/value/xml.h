/*
 * XPath 1.0 over XML and HTML: adapter over libxml2, which is loaded with dlopen at first use (it drags in ICU, and most runs
 * never need it). Its node types stay inside. Depth and size are limited, no network, no entities from outside, and
 * its own messages are silenced.
 */
#ifndef HARNESS_VALUE_XML_H
#define HARNESS_VALUE_XML_H

#include "harness/base/error.h"
#include "harness/value/value.h"

struct xml_document;

/* `html` chooses the parser; the XML one recovers from errors. No root element or no library: ERR_CHECK. Free with xml_free. */
int xml_parse(struct str text, bool html, struct xml_document **ret, struct error *err) MUST_USE;
void xml_free(struct xml_document *doc);	/* NULL is fine */

/*
 * Evaluates an expression: number FLOAT, boolean BOOL, string STRING, node set NODESET. Prefixes declared anywhere in the
 * document can be used, the first default namespace as "_". An invalid expression is ERR_CHECK.
 */
int xml_xpath(struct arena *a, struct xml_document *doc, struct str expression, const struct value **ret,
	      struct error *err) MUST_USE;

/* Length of the well-formed XML element at the start of `text` (a direct XML body), or -1 with *err (ERR_PARSE) and *ret_at. */
int xml_scan(struct str text, size_t *ret_length, size_t *ret_at, struct error *err) MUST_USE;

#endif
