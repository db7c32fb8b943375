#include "reports/xml_writer.h"

#include "harness/base/escape.h"

void xml_begin(struct xml_writer *x, struct strbuf *out)
{
	*x = (struct xml_writer){ .out = out };
	strbuf_adds(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
}

void xml_end(struct xml_writer *x)
{
	assert(x->depth == 0);
	strbuf_addc(x->out, '\n');
}

static void end_tag(struct xml_writer *x)
{
	if (x->in_tag)
		strbuf_addc(x->out, '>');
	x->in_tag = false;
}

static void new_line(struct xml_writer *x)
{
	strbuf_addc(x->out, '\n');
	strbuf_add_repeat(x->out, ' ', 2 * (size_t)x->depth);
}

void xml_open(struct xml_writer *x, const char *name)
{
	assert(x->depth < XML_DEPTH && !x->has_text);
	end_tag(x);
	new_line(x);
	strbuf_addc(x->out, '<');
	strbuf_adds(x->out, name);
	x->open[x->depth++] = name;
	x->in_tag = true;
}

void xml_close(struct xml_writer *x)
{
	assert(x->depth > 0);
	x->depth--;
	if (x->in_tag) {
		strbuf_adds(x->out, "/>");
	} else {
		if (!x->has_text)
			new_line(x);
		strbuf_addf(x->out, "</%s>", x->open[x->depth]);
	}
	x->in_tag = x->has_text = false;
}

void xml_attr(struct xml_writer *x, const char *name, struct str value)
{
	assert(x->in_tag);
	strbuf_addf(x->out, " %s=\"", name);
	escape_xml_attr(x->out, value);
	strbuf_addc(x->out, '"');
}

void xml_attr_uint(struct xml_writer *x, const char *name, uint64_t value)
{
	assert(x->in_tag);
	strbuf_addf(x->out, " %s=\"%llu\"", name, (unsigned long long)value);
}

void xml_text(struct xml_writer *x, struct str text)
{
	assert(x->depth > 0 && (x->in_tag || x->has_text));
	end_tag(x);
	escape_xml_text(x->out, text);
	x->has_text = true;
}
