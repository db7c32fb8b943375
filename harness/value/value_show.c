#include "harness/value/value.h"

#include <math.h>

#include "harness/base/escape.h"
#include "harness/value/date.h"
#include "harness/value/encode.h"
#include "harness/value/json.h"
#include "harness/value/number.h"
#include "harness/value/number_view.h"

void value_render_float(struct strbuf *out, double d)
{
	const struct value v = { .type = VALUE_FLOAT, .u = { .number = d } };
	size_t start = out->n;

	if (!isfinite(d)) {
		strbuf_adds(out, isnan(d) ? "nan" : d < 0 ? "-inf" : "inf");
		return;
	}
	if (signbit(d) && d >= 0)
		strbuf_addc(out, '-');
	(void)!number_plain(out, &v);
	if (str_find_char(str_sub(strbuf_str(out), start, SIZE_MAX), '.') == SIZE_MAX)
		strbuf_adds(out, ".0");
}

/* A float too large for a double is only its spelling. */
static void render_float(struct strbuf *out, const struct value *v)
{
	if (isinf(v->u.number) && v->text.p)
		strbuf_add(out, v->text);
	else
		value_render_float(out, v->u.number);
}

bool value_render(struct strbuf *out, const struct value *v)
{
	if (!v)
		return false;
	if ((v->flags & VALUE_INJECTED) && v->text.p) {
		strbuf_add(out, v->text);
		return true;
	}
	switch (v->type) {
	case VALUE_NULL:
		strbuf_adds(out, "null");
		return true;
	case VALUE_BOOL:
		strbuf_adds(out, v->u.boolean ? "true" : "false");
		return true;
	case VALUE_INT:
		strbuf_addf(out, "%lld", (long long)v->u.integer);
		return true;
	case VALUE_FLOAT:
		render_float(out, v);
		return true;
	case VALUE_BIGINT:
	case VALUE_DECIMAL:
	case VALUE_STRING:
		strbuf_add(out, v->text);
		return true;
	case VALUE_DATE:
		date_render(out, v->u.wall_us);
		return true;
	case VALUE_BYTES:
	case VALUE_LIST:
	case VALUE_OBJECT:
	case VALUE_NODESET:
	case VALUE_REDIRECT:
	case VALUE_REGEX:
	case VALUE_UNIT:
	case VALUE_TYPE_COUNT:
		break;
	}
	return false;
}

/* The longest start of `s` with at most `max` bytes that cuts no character. */
static struct str cut_utf8(struct str s, size_t max)
{
	if (s.n <= max)
		return s;
	while (max > 0 && ((unsigned char)s.p[max] & 0xC0) == 0x80)
		max--;
	return str_make(s.p, max);
}

static void show_text(struct strbuf *out, struct str s, size_t max_bytes)
{
	struct str part = cut_utf8(s, max_bytes);

	escape_visible_line(out, part);
	if (part.n < s.n)
		strbuf_addf(out, "... (%zu bytes)", s.n);
}

static void show_bytes(struct strbuf *out, const struct value *v, size_t max_bytes)
{
	struct str part = str_sub(v->text, 0, max_bytes / 2);

	if (v->flags & VALUE_BINARY)
		strbuf_adds(out, "0x");
	encode_hex(out, part);
	if (part.n < v->text.n)
		strbuf_addf(out, "... (%zu bytes)", v->text.n);
}

/* Room for more than is shown, so that a large list costs no more than what is seen of it. */
static void show_json(struct strbuf *out, const struct value *v, size_t max_bytes)
{
	struct strbuf json;
	bool more;

	strbuf_init(&json, max_bytes < SIZE_MAX - 16 ? max_bytes + 16 : max_bytes);
	json_write_masked(&json, v);
	more = strbuf_failed(&json) || json.n > max_bytes;
	escape_visible_line(out, cut_utf8(strbuf_str(&json), max_bytes));
	if (more)
		strbuf_adds(out, "...");
	strbuf_release(&json);
}

static void show_number(struct strbuf *out, const struct value *v, size_t max_bytes)
{
	if (v->text.p && v->type != VALUE_INT)
		show_text(out, v->text, max_bytes);
	else
		(void)!value_render(out, v);
}

static void show_plain(struct strbuf *out, const struct value *v, size_t max_bytes)
{
	switch (v->type) {
	case VALUE_NULL:
	case VALUE_BOOL:
	case VALUE_DATE:
		(void)!value_render(out, v);
		break;
	case VALUE_INT:
	case VALUE_BIGINT:
	case VALUE_DECIMAL:
	case VALUE_FLOAT:
		show_number(out, v, max_bytes);
		break;
	case VALUE_STRING:
	case VALUE_REGEX:
		show_text(out, v->text, max_bytes);
		break;
	case VALUE_BYTES:
		show_bytes(out, v, max_bytes);
		break;
	case VALUE_LIST:
	case VALUE_OBJECT:
		show_json(out, v, max_bytes);
		break;
	case VALUE_NODESET:
		strbuf_addf(out, "%zu", v->u.nodes);
		break;
	case VALUE_REDIRECT:
		strbuf_addf(out, "%lld ", (long long)v->u.integer);
		show_text(out, v->text, max_bytes);
		break;
	case VALUE_UNIT:
	case VALUE_TYPE_COUNT:
		break;
	}
}

void value_show_content(struct strbuf *out, const struct value *v, size_t max_bytes)
{
	if (!v)
		strbuf_adds(out, "none");
	else if (v->flags & VALUE_SECRET)
		strbuf_adds(out, "***");
	else
		show_plain(out, v, max_bytes);
}

void value_show(struct strbuf *out, const struct value *v, size_t max_bytes)
{
	if (!v || v->type == VALUE_UNIT) {
		strbuf_adds(out, v ? "unit" : "none");
		return;
	}
	strbuf_addf(out, "%s <", value_type_word(v->type));
	value_show_content(out, v, max_bytes);
	strbuf_addc(out, '>');
}

/* ---- types ---- */

static const struct {
	unsigned types;
	const char *words;
} type_groups[] = {
	{ TYPES_NUMBER, "a number" },
	{ TYPE_BIT(VALUE_INT) | TYPE_BIT(VALUE_BIGINT), "an integer" },
	{ TYPE_BIT(VALUE_INT), "an integer" },
	{ TYPE_BIT(VALUE_BIGINT), "a big integer" },
	{ TYPE_BIT(VALUE_DECIMAL), "a decimal" },
	{ TYPE_BIT(VALUE_FLOAT), "a float" },
	{ TYPE_BIT(VALUE_NULL), "null" },
	{ TYPE_BIT(VALUE_BOOL), "a boolean" },
	{ TYPE_BIT(VALUE_STRING), "a string" },
	{ TYPE_BIT(VALUE_BYTES), "bytes" },
	{ TYPE_BIT(VALUE_DATE), "a date" },
	{ TYPE_BIT(VALUE_LIST), "a list" },
	{ TYPE_BIT(VALUE_OBJECT), "an object" },
	{ TYPE_BIT(VALUE_NODESET), "a nodeset" },
	{ TYPE_BIT(VALUE_REDIRECT), "a redirect" },
	{ TYPE_BIT(VALUE_REGEX), "a regex" },
	{ TYPE_BIT(VALUE_UNIT), "a flag" },
};

void value_types_show(struct strbuf *out, unsigned types)
{
	bool first = true;

	if ((types & TYPES_ANY) == TYPES_ANY) {
		strbuf_adds(out, "anything");
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(type_groups); i++) {
		unsigned group = type_groups[i].types;

		if ((types & group) != group)
			continue;
		types &= ~group;
		if (!first)
			strbuf_adds(out, types & TYPES_ANY ? ", " : " or ");
		strbuf_adds(out, type_groups[i].words);
		first = false;
	}
}
