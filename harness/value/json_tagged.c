#include "harness/value/json.h"

#include "harness/base/escape.h"
#include "harness/value/date.h"
#include "harness/value/encode.h"
#include "harness/value/json_number.h"
#include "harness/value/number.h"

struct tagger {
	struct strbuf *out;
	size_t max_bytes;
};

static void tag(struct tagger *t, const struct value *v);

static void quoted(struct strbuf *out, struct str s)
{
	strbuf_addc(out, '"');
	escape_json(out, s);
	strbuf_addc(out, '"');
}

static void open_tag(struct tagger *t, const char *type)
{
	strbuf_addf(t->out, "{\"ty\":\"%s\"", type);
}

/* Cuts no character in two. */
static struct str cut(struct str s, size_t max)
{
	if (s.n <= max)
		return s;
	while (max > 0 && ((unsigned char)s.p[max] & 0xC0) == 0x80)
		max--;
	return str_make(s.p, max);
}

static void tag_text(struct tagger *t, const char *type, struct str s)
{
	struct str part = cut(s, t->max_bytes);

	open_tag(t, type);
	strbuf_adds(t->out, ",\"v\":");
	quoted(t->out, part);
	if (part.n < s.n)
		strbuf_addf(t->out, ",\"len\":%zu,\"cut\":true", s.n);
	strbuf_addc(t->out, '}');
}

static const char *string_tag(const struct value *v)
{
	if (v->flags & VALUE_TEMPORAL)
		return "datetime";
	return v->flags & VALUE_JSON_TEXT ? "json" : NULL;
}

static void tag_string(struct tagger *t, const struct value *v)
{
	const char *type = string_tag(v);

	if (type || v->text.n > t->max_bytes)
		tag_text(t, type ? type : "string", v->text);
	else
		quoted(t->out, v->text);
}

/* Spellings that JSON has no number for, and types that a reader would take for another. */
static void tag_number(struct tagger *t, const struct value *v)
{
	static const char *const types[VALUE_TYPE_COUNT] = {
		[VALUE_BIGINT] = "int",
		[VALUE_DECIMAL] = "decimal",
		[VALUE_FLOAT] = "float",
	};
	const char *type = v->flags & VALUE_SINGLE ? "single" : types[v->type];
	struct strbuf text;

	if (v->type == VALUE_INT ||
		(v->type == VALUE_FLOAT && !(v->flags & VALUE_SINGLE)))
		if (json_number(t->out, v))
			return;
	strbuf_init(&text, t->max_bytes + 400);
	if (v->text.p)
		strbuf_add(&text, v->text);
	else
		(void)!value_render(&text, v);
	tag_text(t, type, strbuf_str(&text));
	strbuf_release(&text);
}

static void tag_bytes(struct tagger *t, const struct value *v)
{
	struct str part = str_sub(v->text, 0, t->max_bytes);
	uint8_t digest[32];

	open_tag(t, "bytes");
	strbuf_addf(t->out, ",\"len\":%zu,\"b64\":\"", v->text.n);
	encode_base64(t->out, part);
	digest_sha256(v->text, digest);
	strbuf_adds(t->out, "\",\"sha256\":\"");
	encode_hex(t->out, str_make((const char *)digest, sizeof(digest)));
	strbuf_adds(t->out, v->flags & VALUE_BINARY ? "\",\"sql\":true" : "\"");
	strbuf_adds(t->out, part.n < v->text.n ? ",\"cut\":true}" : "}");
}

static void tag_list(struct tagger *t, const struct value *v)
{
	strbuf_addc(t->out, '[');
	for (size_t i = 0; i < v->u.list.count && !strbuf_failed(t->out); i++) {
		if (i)
			strbuf_addc(t->out, ',');
		tag(t, v->u.list.items[i]);
	}
	strbuf_addc(t->out, ']');
}

static void tag_object(struct tagger *t, const struct value *v)
{
	bool wrapped = value_get(v, "ty") != NULL;

	if (wrapped) {
		open_tag(t, "object");
		strbuf_adds(t->out, ",\"v\":");
	}
	strbuf_addc(t->out, '{');
	for (size_t i = 0; i < v->u.object.count && !strbuf_failed(t->out); i++) {
		if (i)
			strbuf_addc(t->out, ',');
		quoted(t->out, v->u.object.members[i].key);
		strbuf_addc(t->out, ':');
		tag(t, v->u.object.members[i].value);
	}
	strbuf_adds(t->out, wrapped ? "}}" : "}");
}

static void tag_date(struct tagger *t, const struct value *v)
{
	open_tag(t, "date");
	strbuf_adds(t->out, ",\"v\":\"");
	date_render(t->out, v->u.wall_us);
	strbuf_adds(t->out, "\"}");
}

static void tag_redirect(struct tagger *t, const struct value *v)
{
	open_tag(t, "redirect");
	strbuf_addf(t->out, ",\"status\":%lld,\"v\":", (long long)v->u.integer);
	quoted(t->out, cut(v->text, t->max_bytes));
	strbuf_addc(t->out, '}');
}

static void tag_plain(struct tagger *t, const struct value *v)
{
	switch (v->type) {
	case VALUE_NULL:
		strbuf_adds(t->out, "null");
		break;
	case VALUE_BOOL:
		strbuf_adds(t->out, v->u.boolean ? "true" : "false");
		break;
	case VALUE_INT:
	case VALUE_BIGINT:
	case VALUE_DECIMAL:
	case VALUE_FLOAT:
		tag_number(t, v);
		break;
	case VALUE_STRING:
		tag_string(t, v);
		break;
	case VALUE_REGEX:
		tag_text(t, "regex", v->text);
		break;
	case VALUE_BYTES:
		tag_bytes(t, v);
		break;
	case VALUE_DATE:
		tag_date(t, v);
		break;
	case VALUE_LIST:
		tag_list(t, v);
		break;
	case VALUE_OBJECT:
		tag_object(t, v);
		break;
	case VALUE_NODESET:
		strbuf_addf(t->out, "{\"ty\":\"nodeset\",\"v\":%zu}", v->u.nodes);
		break;
	case VALUE_REDIRECT:
		tag_redirect(t, v);
		break;
	case VALUE_UNIT:
	case VALUE_TYPE_COUNT:
		strbuf_adds(t->out, "{\"ty\":\"unit\"}");
		break;
	}
}

static void tag(struct tagger *t, const struct value *v)
{
	if (!v)
		strbuf_adds(t->out, "{\"ty\":\"none\"}");
	else if (v->flags & VALUE_SECRET)
		strbuf_adds(t->out, "{\"ty\":\"masked\"}");
	else
		tag_plain(t, v);
}

void json_tagged(struct json_writer *w, const struct value *v, size_t max_bytes)
{
	json_raw(w, STR(""));
	tag(&(struct tagger){ .out = w->out, .max_bytes = max_bytes }, v);
}

/* ---- and back ---- */

static struct str text_member(const struct value *tagged, const char *key)
{
	const struct value *v = value_get(tagged, key);

	return v && v->type == VALUE_STRING ? v->text : STR("");
}

static int64_t int_member(const struct value *tagged, const char *key)
{
	const struct value *v = value_get(tagged, key);

	return v && v->type == VALUE_INT ? v->u.integer : 0;
}

static const struct value *untag_members(struct arena *a, const struct value *v)
{
	struct value_object_builder b = { 0 };

	for (size_t i = 0; i < v->u.object.count; i++)
		value_object_add_opt(a, &b, v->u.object.members[i].key,
			json_untag(a, v->u.object.members[i].value));
	return arena_failed(a) ? NULL : value_object_finish(a, &b);
}

static const struct value *untag_list(struct arena *a, const struct value *v)
{
	struct value_list_builder b = { 0 };

	for (size_t i = 0; i < v->u.list.count; i++)
		value_list_add(a, &b, json_untag(a, v->u.list.items[i]));
	return value_list_finish(a, &b);
}

static const struct value *untag_decimal(struct arena *a, const struct value *v)
{
	return value_decimal(a, text_member(v, "v"));
}

static const struct value *untag_int(struct arena *a, const struct value *v)
{
	return value_integer(a, text_member(v, "v"));
}

static const struct value *untag_float(struct arena *a, const struct value *v)
{
	struct str text = text_member(v, "v");

	return value_float(a, number_to_double(text), text);
}

static const struct value *untag_single(struct arena *a, const struct value *v)
{
	return value_with_flags(a, untag_float(a, v), VALUE_SINGLE);
}

static const struct value *untag_string(struct arena *a, const struct value *v)
{
	return value_string(a, text_member(v, "v"));
}

static const struct value *untag_datetime(struct arena *a, const struct value *v)
{
	return value_with_flags(a, untag_string(a, v), VALUE_TEMPORAL);
}

static const struct value *untag_json(struct arena *a, const struct value *v)
{
	return value_with_flags(a, untag_string(a, v), VALUE_JSON_TEXT);
}

static const struct value *untag_date(struct arena *a, const struct value *v)
{
	struct error ignored;
	int64_t wall_us = 0;

	if (date_parse(text_member(v, "v"), STR("%+"), &wall_us, &ignored))
		return untag_string(a, v);
	return value_date(a, wall_us);
}

static const struct value *untag_bytes(struct arena *a, const struct value *v)
{
	struct str b64 = text_member(v, "b64");
	const struct value *sql = value_get(v, "sql");
	struct strbuf bytes;

	strbuf_init(&bytes, b64.n);
	if (!decode_base64(&bytes, b64))
		strbuf_clear(&bytes);
	return value_with_flags(
		a, value_take(a, &bytes, VALUE_BYTES), sql ? VALUE_BINARY : 0);
}

static const struct value *untag_nodeset(struct arena *a, const struct value *v)
{
	return value_nodeset(a, (size_t)int_member(v, "v"));
}

static const struct value *untag_redirect(struct arena *a, const struct value *v)
{
	return value_redirect(a, text_member(v, "v"), int_member(v, "status"));
}

static const struct value *untag_regex(struct arena *a, const struct value *v)
{
	return value_regex(a, text_member(v, "v"));
}

static const struct value *untag_unit(struct arena *a, const struct value *v)
{
	(void)a;
	(void)v;
	return value_unit();
}

static const struct value *untag_none(struct arena *a, const struct value *v)
{
	(void)a;
	(void)v;
	return NULL;
}

static const struct value *untag_masked(struct arena *a, const struct value *v)
{
	(void)v;
	return value_with_flags(a, value_string(a, STR("***")), VALUE_SECRET);
}

static const struct value *untag_wrapped(struct arena *a, const struct value *v)
{
	const struct value *inner = value_get(v, "v");

	return inner && inner->type == VALUE_OBJECT ? untag_members(a, inner) :
						      value_null();
}

static const struct {
	const char *type;
	const struct value *(*untag)(struct arena *a, const struct value *v);
} untags[] = {
	{ "decimal", untag_decimal },
	{ "int", untag_int },
	{ "float", untag_float },
	{ "single", untag_single },
	{ "string", untag_string },
	{ "datetime", untag_datetime },
	{ "json", untag_json },
	{ "date", untag_date },
	{ "bytes", untag_bytes },
	{ "nodeset", untag_nodeset },
	{ "redirect", untag_redirect },
	{ "regex", untag_regex },
	{ "unit", untag_unit },
	{ "none", untag_none },
	{ "masked", untag_masked },
	{ "object", untag_wrapped },
};

static const struct value *untag_object(struct arena *a, const struct value *v)
{
	struct str type = text_member(v, "ty");

	for (size_t i = 0; type.n && i < ARRAY_SIZE(untags); i++)
		if (str_is(type, untags[i].type))
			return untags[i].untag(a, v);
	return untag_members(a, v);
}

const struct value *json_untag(struct arena *a, const struct value *v)
{
	if (!v)
		return NULL;
	if (v->type == VALUE_LIST)
		return untag_list(a, v);
	return v->type == VALUE_OBJECT ? untag_object(a, v) : v;
}
