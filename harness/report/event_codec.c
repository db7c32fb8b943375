#include "harness/report/event_codec.h"

#include "harness/base/escape.h"
#include "harness/base/limits.h"
#include "harness/base/scan.h"
#include "harness/report/text.h"

/* Room for the line that says what was cut. */
enum { TEXT_SLACK = 1024 };

struct codec {
	bool (*is_absent)(const void *p);
	void (*put)(struct encoder *e, const void *p);
	void (*take)(struct decoder *d, const struct value *v, void *p);
	void (*copy)(struct arena *a, void *p);			/* NULL: holds no pointer */
	void (*settle)(struct settler *s, void *p);		/* NULL: likewise */
};

static void put_text(struct encoder *e, struct str s)
{
	struct strbuf cut;

	if (s.n <= e->level->text) {
		json_string(&e->w, s);
		return;
	}
	strbuf_init(&cut, 2 * e->level->text + TEXT_SLACK);
	(void)text_cut(&cut, s, e->level->text, SIZE_MAX);
	json_string(&e->w, strbuf_str(&cut));
	strbuf_release(&cut);
	e->cut = true;
}

static struct str take_text(struct decoder *d, const struct value *v)
{
	if (v->type != VALUE_STRING)
		d->bad = true;
	return v->type == VALUE_STRING ? v->text : STR("");
}

static struct str settled_text(struct settler *s, struct str text)
{
	struct str result;
	struct strbuf sb;

	s->bytes += text.n;
	if (utf8_check(text) == SIZE_MAX)
		return text;
	strbuf_init(&sb, 8 * text.n);
	escape_visible(&sb, text);
	result = arena_str(s->a, strbuf_str(&sb));
	strbuf_release(&sb);
	return result;
}

static bool str_is_absent(const void *p)
{
	return !((const struct str *)p)->p;
}

static void str_put(struct encoder *e, const void *p)
{
	put_text(e, *(const struct str *)p);
}

static void str_take(struct decoder *d, const struct value *v, void *p)
{
	*(struct str *)p = take_text(d, v);
}

static void str_copy(struct arena *a, void *p)
{
	*(struct str *)p = arena_str(a, *(struct str *)p);
}

static void str_settle(struct settler *s, void *p)
{
	*(struct str *)p = settled_text(s, *(struct str *)p);
}

static bool u64_is_absent(const void *p)
{
	return !*(const uint64_t *)p;
}

static void u64_put(struct encoder *e, const void *p)
{
	json_uint(&e->w, *(const uint64_t *)p);
}

/* Beyond 63 bits a number arrives as its digits. */
static void u64_take(struct decoder *d, const struct value *v, void *p)
{
	uint64_t u = 0;

	if (v->type == VALUE_INT && v->u.integer >= 0)
		*(uint64_t *)p = (uint64_t)v->u.integer;
	else if (v->type == VALUE_BIGINT && v->text.n && scan_digits(v->text, &u) == v->text.n)
		*(uint64_t *)p = u;
	else
		d->bad = true;
}

static bool i64_is_absent(const void *p)
{
	return !*(const int64_t *)p;
}

static void i64_put(struct encoder *e, const void *p)
{
	json_int(&e->w, *(const int64_t *)p);
}

static void i64_take(struct decoder *d, const struct value *v, void *p)
{
	if (v->type == VALUE_INT)
		*(int64_t *)p = v->u.integer;
	else
		d->bad = true;
}

static bool bool_is_absent(const void *p)
{
	return !*(const bool *)p;
}

static void bool_put(struct encoder *e, const void *p)
{
	json_bool(&e->w, *(const bool *)p);
}

static void bool_take(struct decoder *d, const struct value *v, void *p)
{
	if (v->type == VALUE_BOOL)
		*(bool *)p = v->u.boolean;
	else
		d->bad = true;
}

static bool never_absent(const void *p)
{
	(void)p;
	return false;
}

static void status_put(struct encoder *e, const void *p)
{
	json_string(&e->w, str_from(status_word(*(const enum status *)p)));
}

static void status_take(struct decoder *d, const struct value *v, void *p)
{
	struct str word = take_text(d, v);

	for (size_t i = 0; i < STATUS_COUNT; i++)
		if (str_is(word, status_word((enum status)i))) {
			*(enum status *)p = (enum status)i;
			return;
		}
	d->bad = true;
}

static void verdict_put(struct encoder *e, const void *p)
{
	json_string(&e->w, str_from(verdict_word(*(const enum verdict *)p)));
}

static void verdict_take(struct decoder *d, const struct value *v, void *p)
{
	struct str word = take_text(d, v);

	for (size_t i = 0; i < VERDICT_COUNT; i++)
		if (str_is(word, verdict_word((enum verdict)i))) {
			*(enum verdict *)p = (enum verdict)i;
			return;
		}
	d->bad = true;
}

static void put_value(struct encoder *e, const struct value *v)
{
	if (v && !e->level->value) {
		json_tagged(&e->w, NULL, 0);
		e->cut = true;
		return;
	}
	json_tagged(&e->w, v, e->level->value);
}

/* Scalars that a line holds as they are; all others are what their line says. */
static bool is_exact(const struct value *v)
{
	if (!v || v->flags)
		return !v;
	if (v->type == VALUE_STRING)
		return v->text.n <= CODEC_SAFE_BYTES && utf8_check(v->text) == SIZE_MAX;
	return v->type == VALUE_NULL || v->type == VALUE_BOOL || v->type == VALUE_INT;
}

static const struct value *settled_value(struct settler *s, const struct value *v)
{
	const struct value *read = NULL;
	struct encoder e = { .level = s->level };
	struct strbuf sb;
	struct error ignored;

	if (is_exact(v)) {
		s->bytes += v ? v->text.n : 0;
		return v;
	}
	strbuf_init(&sb, limits_default.max_text_bytes);
	json_writer_init(&e.w, &sb);
	put_value(&e, v);
	s->bytes += sb.n;
	if (strbuf_failed(&sb) ||
	    json_parse(s->a, arena_str(s->a, strbuf_str(&sb)), CODEC_MAX_DEPTH, &read, NULL, &ignored))
		read = NULL;
	strbuf_release(&sb);
	return json_untag(s->a, read);
}

static bool value_is_absent(const void *p)
{
	return !*(const struct value *const *)p;
}

static void value_put(struct encoder *e, const void *p)
{
	put_value(e, *(const struct value *const *)p);
}

static void value_take_field(struct decoder *d, const struct value *v, void *p)
{
	*(const struct value **)p = json_untag(d->a, v);
}

static void value_copy_field(struct arena *a, void *p)
{
	const struct value **v = p;

	*v = *v ? value_copy(a, *v) : NULL;
}

static void value_settle(struct settler *s, void *p)
{
	const struct value **v = p;

	*v = settled_value(s, *v);
}

static size_t kept_items(struct encoder *e, size_t count)
{
	if (count <= e->level->items)
		return count;
	e->cut = true;
	return e->level->items;
}

static bool texts_is_absent(const void *p)
{
	return !((const struct text_list *)p)->count;
}

static void texts_put(struct encoder *e, const void *p)
{
	const struct text_list *l = p;
	size_t n = kept_items(e, l->count);

	json_open_list(&e->w);
	for (size_t i = 0; i < n; i++)
		put_text(e, l->items[i]);
	json_close_list(&e->w);
}

static void texts_take(struct decoder *d, const struct value *v, void *p)
{
	struct text_list *l = p;
	struct str *items;

	if (v->type != VALUE_LIST) {
		d->bad = true;
		return;
	}
	items = arena_array(d->a, v->u.list.count, sizeof(*items));
	for (size_t i = 0; items && i < v->u.list.count; i++)
		items[i] = take_text(d, v->u.list.items[i]);
	*l = (struct text_list){ items, items ? v->u.list.count : 0 };
}

/* A list of its own in `a`, with the same items. */
static struct str *own_texts(struct arena *a, struct text_list *l)
{
	struct str *items = l->count ? arena_array(a, l->count, sizeof(*items)) : NULL;

	if (items)
		memcpy(items, l->items, l->count * sizeof(*items));
	*l = (struct text_list){ items, items ? l->count : 0 };
	return items;
}

static void texts_copy(struct arena *a, void *p)
{
	struct text_list *l = p;
	struct str *items = own_texts(a, l);

	for (size_t i = 0; i < l->count; i++)
		items[i] = arena_str(a, items[i]);
}

static void texts_settle(struct settler *s, void *p)
{
	struct text_list *l = p;
	struct str *items = own_texts(s->a, l);

	for (size_t i = 0; i < l->count; i++)
		items[i] = settled_text(s, items[i]);
}

static bool named_is_absent(const void *p)
{
	return !((const struct named_values *)p)->count;
}

/* A name is an identifier, so that the brace tells where the label starts. */
static void named_key(struct encoder *e, const struct named_value *v)
{
	struct strbuf key;

	if (!v->label.p) {
		json_key_str(&e->w, v->name);
		return;
	}
	strbuf_init(&key, v->name.n + v->label.n + 2);
	strbuf_add(&key, v->name);
	strbuf_addc(&key, '{');
	strbuf_add(&key, v->label);
	strbuf_addc(&key, '}');
	json_key_str(&e->w, strbuf_str(&key));
	strbuf_release(&key);
}

static void named_put(struct encoder *e, const void *p)
{
	const struct named_values *l = p;
	size_t n = kept_items(e, l->count);

	json_open_object(&e->w);
	for (size_t i = 0; i < n; i++) {
		named_key(e, &l->items[i]);
		put_value(e, l->items[i].value);
	}
	json_close_object(&e->w);
}

static struct named_value split_key(struct str key)
{
	size_t brace = str_find_char(key, '{');
	struct named_value v = { .name = key };

	if (brace != SIZE_MAX && str_ends_with(key, STR("}"))) {
		v.name = str_sub(key, 0, brace);
		v.label = str_sub(key, brace + 1, key.n - brace - 2);
	}
	return v;
}

static void named_take(struct decoder *d, const struct value *v, void *p)
{
	struct named_values *l = p;
	struct named_value *items;

	if (v->type != VALUE_OBJECT) {
		d->bad = true;
		return;
	}
	items = arena_array(d->a, v->u.object.count, sizeof(*items));
	for (size_t i = 0; items && i < v->u.object.count; i++) {
		items[i] = split_key(v->u.object.members[i].key);
		items[i].value = json_untag(d->a, v->u.object.members[i].value);
	}
	*l = (struct named_values){ items, items ? v->u.object.count : 0 };
}

static void pairs_put(struct encoder *e, const void *p)
{
	const struct named_values *l = p;
	size_t n = kept_items(e, l->count);

	json_open_list(&e->w);
	for (size_t i = 0; i < n; i++) {
		json_open_list(&e->w);
		put_text(e, l->items[i].name);
		put_value(e, l->items[i].value);
		json_close_list(&e->w);
	}
	json_close_list(&e->w);
}

static struct named_value take_pair(struct decoder *d, const struct value *v)
{
	struct named_value pair = { .name = STR_INIT("") };

	if (v->type != VALUE_LIST || v->u.list.count != 2) {
		d->bad = true;
		return pair;
	}
	pair.name = take_text(d, v->u.list.items[0]);
	pair.value = json_untag(d->a, v->u.list.items[1]);
	return pair;
}

static void pairs_take(struct decoder *d, const struct value *v, void *p)
{
	struct named_values *l = p;
	struct named_value *items;

	if (v->type != VALUE_LIST) {
		d->bad = true;
		return;
	}
	items = arena_array(d->a, v->u.list.count, sizeof(*items));
	for (size_t i = 0; items && i < v->u.list.count; i++)
		items[i] = take_pair(d, v->u.list.items[i]);
	*l = (struct named_values){ items, items ? v->u.list.count : 0 };
}

static struct named_value *own_named(struct arena *a, struct named_values *l)
{
	struct named_value *items = l->count ? arena_array(a, l->count, sizeof(*items)) : NULL;

	if (items)
		memcpy(items, l->items, l->count * sizeof(*items));
	*l = (struct named_values){ items, items ? l->count : 0 };
	return items;
}

static void named_copy(struct arena *a, void *p)
{
	struct named_values *l = p;
	struct named_value *items = own_named(a, l);

	for (size_t i = 0; i < l->count; i++) {
		str_copy(a, &items[i].name);
		str_copy(a, &items[i].label);
		value_copy_field(a, &items[i].value);
	}
}

static void named_settle(struct settler *s, void *p)
{
	struct named_values *l = p;
	struct named_value *items = own_named(s->a, l);

	for (size_t i = 0; i < l->count; i++) {
		str_settle(s, &items[i].name);
		str_settle(s, &items[i].label);
		items[i].value = settled_value(s, items[i].value);
	}
}

static void counts_put(struct encoder *e, const void *p);
static void counts_take(struct decoder *d, const struct value *v, void *p);

static const struct codec codecs[] = {
	[FIELD_STR] = { str_is_absent, str_put, str_take, str_copy, str_settle },
	[FIELD_U64] = { u64_is_absent, u64_put, u64_take, NULL, NULL },
	[FIELD_I64] = { i64_is_absent, i64_put, i64_take, NULL, NULL },
	[FIELD_BOOL] = { bool_is_absent, bool_put, bool_take, NULL, NULL },
	[FIELD_STATUS] = { never_absent, status_put, status_take, NULL, NULL },
	[FIELD_VERDICT] = { never_absent, verdict_put, verdict_take, NULL, NULL },
	[FIELD_VALUE] = { value_is_absent, value_put, value_take_field, value_copy_field,
			  value_settle },
	[FIELD_TEXTS] = { texts_is_absent, texts_put, texts_take, texts_copy, texts_settle },
	[FIELD_NAMED] = { named_is_absent, named_put, named_take, named_copy, named_settle },
	[FIELD_PAIRS] = { named_is_absent, pairs_put, pairs_take, named_copy, named_settle },
	[FIELD_COUNTS] = { never_absent, counts_put, counts_take, NULL, NULL },
};
static_assert(ARRAY_SIZE(codecs) == FIELD_TYPE_COUNT, "a type of field has no codec");

/* ---- rows of fields ---- */

static bool is_number(enum field_type type)
{
	return type == FIELD_U64 || type == FIELD_I64 || type == FIELD_BOOL;
}

static bool is_left_out(const struct event_field *f, const void *p)
{
	if (is_number(f->type) && !f->optional)
		return false;
	return codecs[f->type].is_absent(p);
}

static bool same_group(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

static void change_group(struct encoder *e, const char **group, const char *next)
{
	if (same_group(*group, next))
		return;
	if (*group)
		json_close_object(&e->w);
	if (next) {
		json_key(&e->w, next);
		json_open_object(&e->w);
	}
	*group = next;
}

void codec_put(struct encoder *e, const struct event_field *rows, size_t n, const void *base)
{
	const char *group = NULL;

	for (size_t i = 0; i < n; i++) {
		const void *p = (const char *)base + rows[i].offset;

		if (is_left_out(&rows[i], p))
			continue;
		change_group(e, &group, rows[i].group);
		json_key(&e->w, rows[i].key);
		codecs[rows[i].type].put(e, p);
	}
	change_group(e, &group, NULL);
}

const char *codec_take(struct decoder *d, const struct event_field *rows, size_t n,
	const struct value *object, void *base)
{
	for (size_t i = 0; i < n; i++) {
		const struct value *in = rows[i].group ? value_get(object, rows[i].group) : object;
		const struct value *v = value_get(in, rows[i].key);

		if (v)
			codecs[rows[i].type].take(d, v, (char *)base + rows[i].offset);
		if (d->bad)
			return rows[i].key;
	}
	return NULL;
}

static void counts_put(struct encoder *e, const void *p)
{
	size_t n;
	const struct event_field *rows = counts_layout(&n);

	json_open_object(&e->w);
	codec_put(e, rows, n, p);
	json_close_object(&e->w);
}

static void counts_take(struct decoder *d, const struct value *v, void *p)
{
	size_t n;
	const struct event_field *rows = counts_layout(&n);

	if (v->type != VALUE_OBJECT)
		d->bad = true;
	(void)codec_take(d, rows, n, v, p);	/* d->bad says that one was wrong */
}

void codec_copy(struct arena *a, const struct event_field *rows, size_t n, void *base)
{
	for (size_t i = 0; i < n; i++)
		if (codecs[rows[i].type].copy)
			codecs[rows[i].type].copy(a, (char *)base + rows[i].offset);
}

void codec_settle(struct settler *s, const struct event_field *rows, size_t n, void *base)
{
	for (size_t i = 0; i < n; i++)
		if (codecs[rows[i].type].settle)
			codecs[rows[i].type].settle(s, (char *)base + rows[i].offset);
}
