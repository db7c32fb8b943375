#include "harness/value/xml.h"

#include <libxml/HTMLparser.h>
#include <libxml/parser.h>
#include <libxml/xpath.h>
#include <libxml/xpathInternals.h>
#include <limits.h>

#include "harness/base/dynamic.h"
#include "harness/base/mem.h"

/* The library that the headers belong to: its structs are laid out as they say. */
#if LIBXML_VERSION >= 21400
static const char library_name[] = "libxml2.so.16";
static const char package_name[] = "libxml2-16";
#else
static const char library_name[] = "libxml2.so.2";
static const char package_name[] = "libxml2";
#endif

#if LIBXML_VERSION >= 21200
typedef const xmlError *xml_error_ref;
#else
typedef xmlError *xml_error_ref;
#endif

/* What one expression may cost; beyond it is an error, not a hang. */
enum { MOST_OPERATIONS = 10000000 };

#define COMMON_FUNCTIONS(X)        \
	X(xmlInitParser)           \
	X(xmlSetGenericErrorFunc)  \
	X(xmlReadMemory)           \
	X(htmlReadMemory)          \
	X(xmlFreeDoc)              \
	X(xmlDocGetRootElement)    \
	X(xmlXPathNewContext)      \
	X(xmlXPathFreeContext)     \
	X(xmlXPathRegisterNs)      \
	X(xmlXPathNsLookup)        \
	X(xmlXPathEvalExpression)  \
	X(xmlXPathFreeObject)      \
	X(xmlCreatePushParserCtxt) \
	X(xmlParseChunk)           \
	X(xmlFreeParserCtxt)

#if LIBXML_VERSION >= 21300
#define LIBRARY_FUNCTIONS(X) COMMON_FUNCTIONS(X) X(xmlXPathSetErrorHandler)
#else
#define LIBRARY_FUNCTIONS(X) COMMON_FUNCTIONS(X)
#endif

struct library {
	LIBRARY_FUNCTIONS(DYNAMIC_MEMBER)
};

#define SYMBOL(name) DYNAMIC_SYMBOL(struct library, name)
static const struct dynamic_symbol symbols[] = { LIBRARY_FUNCTIONS(SYMBOL) };

struct xml_document {
	struct library lib;
	xmlDoc *doc;
	bool html;
};

/* What the library would print where no structured error is made of it. */
static void print_nothing(void *ctx, const char *fmt, ...)
{
	(void)ctx;
	(void)fmt;
}

static int library_open(struct library *lib, struct error *err)
{
	static const struct dynamic_library dynamic = { .file = library_name,
		.package = package_name,
		.use = "XML and HTML",
		.symbols = symbols,
		.nsymbols = ARRAY_SIZE(symbols) };

	if (dynamic_load(&dynamic, lib, err))
		return -1;
	lib->xmlInitParser();
	lib->xmlSetGenericErrorFunc(NULL, print_nothing); /* each thread has its own */
	return 0;
}

/* ---- documents ---- */

static xmlDoc *read_document(const struct library *lib, struct str text, bool html)
{
	const int quiet = XML_PARSE_RECOVER | XML_PARSE_NOERROR | XML_PARSE_NOWARNING |
		XML_PARSE_NONET;
	const int quiet_html = HTML_PARSE_RECOVER | HTML_PARSE_NOERROR |
		HTML_PARSE_NOWARNING | HTML_PARSE_NONET;

	if (html)
		return lib->htmlReadMemory(
			text.p, (int)text.n, NULL, "UTF-8", quiet_html);
	return lib->xmlReadMemory(text.p, (int)text.n, NULL, "UTF-8", quiet);
}

/* Entities of its own make a small document arbitrarily large once its text is asked for. */
static bool declares_entities(const xmlDoc *doc)
{
	return doc->intSubset && doc->intSubset->entities;
}

static int check_document(const struct xml_document *d, struct error *err)
{
	if (!d->doc || !d->lib.xmlDocGetRootElement(d->doc))
		return error_set(err, ERR_CHECK, "body is not %s: it has no root element",
			d->html ? "HTML" : "XML");
	if (declares_entities(d->doc))
		return error_set(err, ERR_CHECK,
			"body is XML that declares entities, which is refused");
	return 0;
}

int xml_parse(struct str text, bool html, struct xml_document **ret, struct error *err)
{
	struct xml_document *d;

	if (text.n > INT_MAX)
		return error_set(err, ERR_LIMIT, "the body is too large for XML");
	d = mem_calloc(1, sizeof(*d));
	if (!d)
		return error_set_oom(err);
	if (library_open(&d->lib, err)) {
		mem_free(d);
		return -1;
	}
	d->html = html;
	d->doc = text.n ? read_document(&d->lib, text, html) : NULL;
	if (check_document(d, err)) {
		xml_free(d);
		return -1;
	}
	*ret = d;
	return 0;
}

void xml_free(struct xml_document *d)
{
	if (!d)
		return;
	if (d->doc)
		d->lib.xmlFreeDoc(d->doc);
	mem_free(d);
}

/* ---- XPath ---- */

static void be_silent(void *ctx, xml_error_ref ignored)
{
	(void)ctx;
	(void)ignored;
}

static void silence(const struct library *lib, xmlXPathContext *xpath)
{
#if LIBXML_VERSION >= 21300
	lib->xmlXPathSetErrorHandler(xpath, be_silent, NULL);
#else
	(void)lib;
	xpath->error = be_silent;
#endif
}

/* The next node of the document in order, down first; attributes are not among them. */
static const xmlNode *next_node(const xmlNode *n)
{
	if (n->type == XML_ELEMENT_NODE && n->children)
		return n->children;
	while (n && !n->next)
		n = n->parent && n->parent->type == XML_ELEMENT_NODE ? n->parent : NULL;
	return n ? n->next : NULL;
}

/* The first declaration of a prefix counts: the ones after it must not replace it. */
static void register_namespace(
	const struct xml_document *d, xmlXPathContext *xpath, const xmlNs *ns)
{
	const xmlChar *prefix = ns->prefix ? ns->prefix : (const xmlChar *)"_";

	if (ns->href && !d->lib.xmlXPathNsLookup(xpath, prefix))
		(void)d->lib.xmlXPathRegisterNs(
			xpath, prefix, ns->href); /* unknown then, and said so */
}

static void register_namespaces(const struct xml_document *d, xmlXPathContext *xpath)
{
	for (const xmlNode *n = d->lib.xmlDocGetRootElement(d->doc); n;
		n = next_node(n)) {
		if (n->type != XML_ELEMENT_NODE)
			continue;
		for (const xmlNs *ns = n->nsDef; ns; ns = ns->next)
			register_namespace(d, xpath, ns);
	}
}

static const struct value *to_value(struct arena *a, const xmlXPathObject *o)
{
	switch ((int)o->type) {
	case XPATH_NUMBER:
		return value_float(a, o->floatval, (struct str){ 0 });
	case XPATH_BOOLEAN:
		return value_bool(o->boolval);
	case XPATH_STRING:
		return value_string(
			a, arena_str(a, str_from((const char *)o->stringval)));
	default: /* the other types of the library are nodes or cannot be results */
		return value_nodeset(
			a, o->nodesetval ? (size_t)o->nodesetval->nodeNr : 0);
	}
}

static int evaluate(struct arena *a, const struct xml_document *d, xmlXPathContext *xpath,
	const char *expression, const struct value **ret, struct error *err)
{
	xmlXPathObject *o;
	const struct value *v;

	silence(&d->lib, xpath);
	xpath->opLimit = MOST_OPERATIONS;
	if (!d->html)
		register_namespaces(d, xpath);
	o = d->lib.xmlXPathEvalExpression((const xmlChar *)expression, xpath);
	if (!o)
		return error_set(err, ERR_CHECK, "invalid XPath '%.200s'", expression);
	v = to_value(a, o);
	d->lib.xmlXPathFreeObject(o);
	if (!v || arena_failed(a))
		return error_set_oom(err);
	*ret = v;
	return 0;
}

int xml_xpath(struct arena *a, struct xml_document *d, struct str expression,
	const struct value **ret, struct error *err)
{
	const char *text = arena_cstr(a, expression);
	xmlXPathContext *xpath;
	int rc;

	if (!text)
		return error_set_oom(err);
	xpath = d->lib.xmlXPathNewContext(d->doc);
	if (!xpath)
		return error_set_oom(err);
	rc = evaluate(a, d, xpath, text, ret, err);
	d->lib.xmlXPathFreeContext(xpath);
	return rc;
}

/* ---- where an element ends ---- */

struct scan {
	size_t depth;
	bool done;
	bool broken;
};

static void on_start(void *ctx, const xmlChar *name, const xmlChar *prefix,
	const xmlChar *uri, int namespaces, const xmlChar **ns, int attributes,
	int defaulted, const xmlChar **values)
{
	struct scan *s = ctx;

	(void)name;
	(void)prefix;
	(void)uri;
	(void)namespaces;
	(void)ns;
	(void)attributes;
	(void)defaulted;
	(void)values;
	s->depth++;
}

static void on_end(
	void *ctx, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
	struct scan *s = ctx;

	(void)name;
	(void)prefix;
	(void)uri;
	if (s->depth > 0)
		s->depth--;
	s->done = s->depth == 0;
}

/* An element ends with '>', so the parser is fed up to each of them and asked. */
static size_t feed(
	const struct library *lib, xmlParserCtxt *parser, struct scan *s, struct str text)
{
	size_t at = 0;

	while (at < text.n && !s->done && !s->broken) {
		size_t close = str_find_char(str_sub(text, at, SIZE_MAX), '>');
		size_t n = close == SIZE_MAX ? text.n - at : close + 1;

		s->broken = lib->xmlParseChunk(parser, text.p + at, (int)n, 0) != 0;
		at += n;
	}
	return at;
}

static int scan_with(const struct library *lib, struct str text, size_t *ret_length,
	size_t *ret_at, struct error *err)
{
	struct scan s = { 0 };
	xmlSAXHandler sax;
	xmlParserCtxt *parser;
	bool ok;
	size_t at;

	memset(&sax, 0, sizeof(sax));
	sax.initialized = XML_SAX2_MAGIC;
	sax.startElementNs = on_start;
	sax.endElementNs = on_end;
	sax.serror = be_silent;
	parser = lib->xmlCreatePushParserCtxt(&sax, &s, NULL, 0, NULL);
	if (!parser)
		return error_set_oom(err);
	at = feed(lib, parser, &s, text);
	ok = s.done && !s.broken;
	lib->xmlFreeDoc(parser->myDoc); /* a DOCTYPE makes one, whatever the handlers */
	parser->myDoc = NULL;
	lib->xmlFreeParserCtxt(parser);
	if (ok) {
		*ret_length = at;
		return 0;
	}
	if (ret_at)
		*ret_at = at;
	if (at == text.n && !s.broken)
		return error_set(err, ERR_PARSE, "the XML element does not end");
	return error_set(err, ERR_PARSE, "expected well-formed XML before byte %zu", at);
}

int xml_scan(struct str text, size_t *ret_length, size_t *ret_at, struct error *err)
{
	struct library lib;
	int rc;

	if (text.n > INT_MAX)
		return error_set(err, ERR_LIMIT, "the text is too large for XML");
	if (library_open(&lib, err))
		return -1;
	rc = scan_with(&lib, text, ret_length, ret_at, err);
	return rc;
}
