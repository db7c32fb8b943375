#include "harness/run/body.h"

#include "harness/base/limits.h"
#include "harness/report/text.h"
#include "harness/value/charset.h"

/* ---- what it is ---- */

static struct str header(const struct named_values *headers, struct str name)
{
	for (size_t i = 0; headers && i < headers->count; i++)
		if (str_eq_nocase(headers->items[i].name, name) && headers->items[i].value)
			return headers->items[i].value->text;
	return (struct str){ 0 };
}

static struct str media_type(const struct body_source *s)
{
	struct str type = header(s->headers, STR("content-type"));
	return str_trim(str_cut(&type, ';'));
}

/* `charset=NAME` of a Content-Type; absent: none is named. */
static struct str charset(const struct body_source *s)
{
	struct str rest = header(s->headers, STR("content-type"));
	while (rest.p) {
		struct str value = str_trim(str_cut(&rest, ';'));
		struct str name = str_cut(&value, '=');
		value = str_trim(value);
		if (!str_eq_nocase(str_trim(name), STR("charset")))
			continue;
		bool quoted = value.n > 1 && value.p[0] == '"';
		return quoted ? str_sub(value, 1, value.n - 2) : value;
	}
	return rest;
}

static bool is_text(struct str s)
{
	return !str_has_char(s, '\0') && utf8_check(s) == SIZE_MAX;
}

/* In UTF-8; absent: it is no text. */
static struct str as_text(struct box *b, const struct body_source *s)
{
	struct strbuf sb;
	struct error ignored;
	struct str label = charset(s), text = s->raw->text;
	if (s->raw->type == VALUE_STRING || is_text(text))
		return text;
	if (!label.n || str_has_char(text, '\0'))
		return (struct str){ 0 };
	strbuf_init(&sb, 4 * text.n + 16);
	bool bad = charset_decode(&sb, label, text, &ignored) || strbuf_failed(&sb);
	text = bad ? (struct str){ 0 } : arena_str(&b->arena, strbuf_str(&sb));
	strbuf_release(&sb);
	return text;
}

/* ---- its file ---- */

static size_t count_lines(struct str s)
{
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] == '\n';
	return n;
}

static bool fits_everywhere(const struct body_shown *body, struct str whole)
{
	return body->value->type == VALUE_STRING && whole.n <= BODY_ARGUMENT &&
		count_lines(whole) < BODY_LINES;
}

static void add_warning(struct box *b, const struct error *err)
{
	struct event *e = box_event(b, EVENT_LOG);
	if (e)
		e->u.log = (struct ev_log){ .level = STR("warning"),
			.text = box_text(b, str_from(err->message)) };
}

static void write_file(struct box *b, const struct body_source *s, struct body_shown *body,
	struct str whole)
{
	struct strbuf cut;
	struct error err = { 0 };
	strbuf_init(&cut, 2 * (size_t)ARTIFACT_MAX);
	if (body->value->type == VALUE_STRING)
		text_cut(&cut, whole, ARTIFACT_MAX, SIZE_MAX);
	else
		strbuf_add(&cut, str_sub(whole, 0, ARTIFACT_MAX));
	body->lost = strbuf_failed(&cut) ? error_set_oom(&err) :
					   artifacts_write(s->artifacts, &b->arena, s->name,
						   strbuf_str(&cut), &body->file, &err);
	body->whole = !body->lost && whole.n <= ARTIFACT_MAX;
	if (body->lost)
		add_warning(b, &err);
	strbuf_release(&cut);
}

/* ---- the line about it, and how much of it ---- */

static void add_size(struct strbuf *sb, uint64_t n)
{
	text_grouped(sb, n);
	strbuf_adds(sb, " B");
}

static void add_note(struct strbuf *sb, const struct body_source *s,
	const struct body_shown *body, struct str whole)
{
	bool binary = body->value->type == VALUE_BYTES;
	struct str type = media_type(s);
	struct str encoding = header(s->headers, STR("content-encoding"));
	if (binary)
		strbuf_addf(sb, "binary%s%.*s, ", type.n ? " " : "", STR_ARG(type));
	if (s->encoded) {
		strbuf_addf(sb, "%.*s ", STR_ARG(encoding));
		add_size(sb, s->encoded);
		strbuf_adds(sb, ", decoded ");
	}
	add_size(sb, s->raw->text.n);
	if (binary)
		text_digest(sb, whole);
	if (binary && body->file.p)
		strbuf_addf(sb, ", full: %.*s", STR_ARG(body->file));
}

static struct str note_of(struct box *b, const struct body_source *s,
	const struct body_shown *body, struct str whole)
{
	struct strbuf sb;
	struct str note = { 0 };
	strbuf_init(&sb, 65536);
	if (body->value->type == VALUE_BYTES || s->encoded) {
		add_note(&sb, s, body, whole);
		note = box_text(b, strbuf_str(&sb));
	}
	strbuf_release(&sb);
	return note;
}

static const struct value *kept(struct box *b, const struct body_shown *body, struct str whole)
{
	struct strbuf sb;
	if (body->value->type == VALUE_BYTES)
		return value_bytes(&b->arena, str_sub(whole, 0, BODY_KEPT));
	strbuf_init(&sb, 2 * (size_t)BODY_KEPT);
	text_cut_of(&sb, whole, BODY_KEPT, SIZE_MAX, body->file);
	return value_take(&b->arena, &sb, VALUE_STRING);
}

struct body_shown body_show(struct box *b, const struct body_source *s)
{
	struct body_shown body = { 0 };
	if (!s->raw)
		return body;
	struct str text = as_text(b, s);
	const struct value *v = text.p == s->raw->text.p && s->raw->type == VALUE_STRING ?
		s->raw :
		text.p ? value_string(&b->arena, text) :
			 s->raw;
	body.value = v ? secrets_mask_value(b->secrets, &b->arena, v) : NULL;
	if (!body.value || (body.value->flags & VALUE_SECRET))
		return body;
	struct str whole = body.value->text;
	body.masked = whole.p != v->text.p;
	if (s->artifacts && !fits_everywhere(&body, whole))
		write_file(b, s, &body, whole);
	body.cut = whole.n > BODY_KEPT;
	body.note = note_of(b, s, &body, whole);
	body.value = kept(b, &body, whole);
	return body;
}
