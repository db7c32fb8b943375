#include "harness/report/event.h"

#include "harness/base/clock.h"
#include "harness/base/escape.h"
#include "harness/base/scan.h"
#include "harness/report/event_layout.h"
#include "harness/report/text.h"
#include "harness/value/json.h"

enum { RECORD_VERSION = 1, LINE_MAX_BYTES = 256 * 1024, LINE_MAX_DEPTH = 300 };

/* Texts that together stay below this cannot make a line too long, however they are escaped. */
enum { SAFE_BYTES = 32 * 1024 };

/* How much of each text, list and value a line keeps; the next row is tried when a line gets too long. */
static const struct level {
	size_t text, items, value;	/* value 0: values are left out */
} levels[] = {
	{ 64 * 1024, 10000, 64 * 1024 },
	{ 16 * 1024, 1000, 16 * 1024 },
	{ 4096, 500, 1024 },
	{ 1024, 100, 0 },
	{ 256, 20, 0 },
};

static const char *const event_words[] = {
#define X(name, word, member) word,
	EVENT_KINDS(X)
#undef X
};

static const struct {
	const char *word;
	bool red;
} statuses[] = {
#define X(name, word, letter, red) { word, red },
	STATUSES(X)
#undef X
};

static const char *const verdict_words[] = {
#define X(name, word) word,
	VERDICTS(X)
#undef X
};

const char *event_word(enum event_kind kind)
{
	assert(kind < EVENT_KIND_COUNT);
	return event_words[kind];
}

const char *status_word(enum status s)
{
	assert(s < STATUS_COUNT);
	return statuses[s].word;
}

bool status_is_red(enum status s)
{
	assert(s < STATUS_COUNT);
	return statuses[s].red;
}

const char *verdict_word(enum verdict v)
{
	assert(v < VERDICT_COUNT);
	return verdict_words[v];
}

/* ---- a codec for each type of field ---- */

struct encoder {
	struct json_writer w;
	const struct level *level;
	bool cut;
};

struct decoder {
	struct arena *a;
	bool bad;		/* a member of another type than its row says */
};

struct settler {
	struct arena *a;
	size_t bytes;		/* of all texts seen */
};

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
	strbuf_init(&cut, 2 * LINE_MAX_BYTES);
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
		if (str_is(word, statuses[i].word)) {
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
		if (str_is(word, verdict_words[i])) {
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
		return v->text.n <= SAFE_BYTES && utf8_check(v->text) == SIZE_MAX;
	return v->type == VALUE_NULL || v->type == VALUE_BOOL || v->type == VALUE_INT;
}

static const struct value *settled_value(struct settler *s, const struct value *v)
{
	const struct value *read = NULL;
	struct encoder e = { .level = &levels[0] };
	struct strbuf sb;
	struct error ignored;

	if (is_exact(v)) {
		s->bytes += v ? v->text.n : 0;
		return v;
	}
	strbuf_init(&sb, 64 * 1024 * 1024);
	json_writer_init(&e.w, &sb);
	put_value(&e, v);
	s->bytes += sb.n;
	if (strbuf_failed(&sb) ||
	    json_parse(s->a, arena_str(s->a, strbuf_str(&sb)), LINE_MAX_DEPTH, &read, NULL, &ignored))
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

static void put_fields(struct encoder *e, const struct event_field *rows, size_t n, const void *base)
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

/* The key of the first member that is not what its row says, NULL when all are. Missing ones stay as they are. */
static const char *take_fields(struct decoder *d, const struct event_field *rows, size_t n,
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
	put_fields(e, rows, n, p);
	json_close_object(&e->w);
}

static void counts_take(struct decoder *d, const struct value *v, void *p)
{
	size_t n;
	const struct event_field *rows = counts_layout(&n);

	if (v->type != VALUE_OBJECT)
		d->bad = true;
	(void)take_fields(d, rows, n, v, p);	/* d->bad says that one was wrong */
}

/* ---- lines ---- */

static void put_head(struct json_writer *w, const struct event *e, struct str run_id)
{
	struct strbuf t;

	json_key(w, "v");
	json_int(w, RECORD_VERSION);
	json_key(w, "seq");
	json_uint(w, e->seq);
	strbuf_init(&t, 64);
	clock_format(&t, e->wall_us, 3);
	json_key(w, "t");
	json_string(w, strbuf_str(&t));
	strbuf_release(&t);
	json_key(w, "us");
	json_uint(w, e->us);
	json_key(w, "run");
	json_string(w, run_id);
	json_key(w, "ev");
	json_string(w, str_from(event_word(e->kind)));
}

static void put_line(struct strbuf *out, const struct event *e, struct str run_id,
	const struct level *level)
{
	struct encoder enc = { .level = level };
	size_t n;
	const struct event_field *rows = event_layout(e->kind, &n);

	json_writer_init(&enc.w, out);
	json_open_object(&enc.w);
	put_head(&enc.w, e, run_id);
	put_fields(&enc, rows, n, e);
	if (enc.cut || e->cut) {
		json_key(&enc.w, "cut");
		json_bool(&enc.w, true);
	}
	json_close_object(&enc.w);
	strbuf_addc(out, '\n');
}

void event_write(struct strbuf *out, const struct event *e, struct str run_id)
{
	struct strbuf line;

	strbuf_init(&line, LINE_MAX_BYTES);
	for (size_t i = 0; i < ARRAY_SIZE(levels); i++) {
		strbuf_clear(&line);
		put_line(&line, e, run_id, &levels[i]);
		if (!strbuf_failed(&line))
			break;
	}
	if (strbuf_failed(&line))
		out->failed = true;
	strbuf_add(out, strbuf_str(&line));
	strbuf_release(&line);
}

/* Digits at [at, at + n) of a text that is long enough. */
static bool scan_part(struct str s, size_t at, size_t n, int *ret)
{
	int64_t i;

	if (!scan_int(str_sub(s, at, n), 0, 9999, &i))
		return false;
	*ret = (int)i;
	return true;
}

/* "2026-11-24T03:15:02.118Z", as clock_format writes it. */
static bool scan_time(struct str s, int64_t *ret_us)
{
	struct clock_utc t = { 0 };
	int year, milli;

	if (s.n != 24 || s.p[10] != 'T' || s.p[19] != '.' || s.p[23] != 'Z')
		return false;
	if (!scan_part(s, 0, 4, &year) || !scan_part(s, 5, 2, &t.month) ||
	    !scan_part(s, 8, 2, &t.day) || !scan_part(s, 11, 2, &t.hour) ||
	    !scan_part(s, 14, 2, &t.minute) || !scan_part(s, 17, 2, &t.second) ||
	    !scan_part(s, 20, 3, &milli))
		return false;
	if (t.month < 1 || t.month > 12 || t.day < 1 || t.day > 31 || t.hour > 23 ||
	    t.minute > 59 || t.second > 60)
		return false;
	t.year = year;
	t.micro = milli * 1000;
	*ret_us = clock_from_utc(&t);
	return true;
}

static int bad_line(struct error *err, const char *key)
{
	return error_set(err, ERR_PARSE, "cannot read the record: '%s' is missing or of another type", key);
}

static struct str text_of(const struct value *line, const char *key)
{
	const struct value *v = value_get(line, key);

	return v && v->type == VALUE_STRING ? v->text : (struct str){ NULL, 0 };
}

static bool is_cut(const struct value *line)
{
	const struct value *v = value_get(line, "cut");

	return v && v->type == VALUE_BOOL && v->u.boolean;
}

static int take_head(struct arena *a, const struct value *line, struct event *e, struct str *ret_run_id,
	struct error *err)
{
	static const struct event_field head[] = {
		{ NULL, "seq", FIELD_U64, false, offsetof(struct event, seq) },
		{ NULL, "us", FIELD_U64, false, offsetof(struct event, us) },
	};
	struct decoder d = { .a = a };
	const struct value *v = value_get(line, "v");
	const char *bad = take_fields(&d, head, ARRAY_SIZE(head), line, e);

	if (!v || v->type != VALUE_INT)
		return bad_line(err, "v");
	if (v->u.integer != RECORD_VERSION)
		return error_set(err, ERR_PARSE, "cannot read the record: version %lld is not known, only %d",
			(long long)v->u.integer, RECORD_VERSION);
	if (bad || !scan_time(text_of(line, "t"), &e->wall_us))
		return bad_line(err, bad ? bad : "t");
	e->cut = is_cut(line);
	*ret_run_id = text_of(line, "run");
	return ret_run_id->p ? 0 : bad_line(err, "run");
}

static bool find_kind(struct str word, enum event_kind *ret)
{
	for (size_t i = 0; i < ARRAY_SIZE(event_words); i++)
		if (str_is(word, event_words[i])) {
			*ret = (enum event_kind)i;
			return true;
		}
	return false;
}

static int take_line(struct arena *a, const struct value *line, struct event *e, struct error *err)
{
	struct decoder d = { .a = a };
	size_t n;
	const struct event_field *rows = event_layout(e->kind, &n);
	const char *bad = take_fields(&d, rows, n, line, e);

	if (arena_failed(a))
		return error_set_oom(err);
	return bad ? bad_line(err, bad) : 0;
}

int event_read(struct arena *a, struct str line, struct event *ret, struct str *ret_run_id,
	struct error *err)
{
	const struct value *v;
	struct event e = { .seq = 0 };
	struct str run_id;
	struct str word;

	if (json_parse(a, line, LINE_MAX_DEPTH, &v, NULL, err))
		return -1;
	if (v->type != VALUE_OBJECT)
		return error_set(err, ERR_PARSE, "cannot read the record: a line is no object");
	if (take_head(a, v, &e, &run_id, err))
		return -1;
	word = text_of(v, "ev");
	if (!word.p)
		return bad_line(err, "ev");
	if (!find_kind(word, &e.kind))
		return 1;
	if (take_line(a, v, &e, err))
		return -1;
	*ret = e;
	*ret_run_id = run_id;
	return 0;
}

bool event_copy(struct arena *a, const struct event *e, struct event *ret)
{
	size_t n;
	const struct event_field *rows = event_layout(e->kind, &n);
	struct event copy = *e;

	for (size_t i = 0; i < n; i++)
		if (codecs[rows[i].type].copy)
			codecs[rows[i].type].copy(a, (char *)&copy + rows[i].offset);
	if (arena_failed(a))
		return false;
	*ret = copy;
	return true;
}

/* What a line that was cut says. The run is of no interest here. */
static bool settle_by_line(struct arena *a, struct event *e)
{
	struct strbuf line;
	struct str run_id;
	struct error ignored;
	bool ok;

	strbuf_init(&line, LINE_MAX_BYTES);
	event_write(&line, e, STR(""));
	ok = !strbuf_failed(&line) &&
		event_read(a, arena_str(a, strbuf_str(&line)), e, &run_id, &ignored) == 0;
	strbuf_release(&line);
	return ok;
}

/* Rounds down, also before 1970. */
static int64_t to_milliseconds(int64_t us)
{
	int64_t rest = us % 1000;

	return us - rest - (rest < 0 ? 1000 : 0);
}

bool event_settle(struct arena *a, struct event *e)
{
	struct settler s = { .a = a };
	size_t n;
	const struct event_field *rows = event_layout(e->kind, &n);

	e->wall_us = to_milliseconds(e->wall_us);
	for (size_t i = 0; i < n; i++)
		if (codecs[rows[i].type].settle)
			codecs[rows[i].type].settle(&s, (char *)e + rows[i].offset);
	if (arena_failed(a))
		return false;
	return s.bytes <= SAFE_BYTES || settle_by_line(a, e);
}

struct str event_case_id(const struct event *e)
{
	size_t n;
	const struct event_field *rows = event_layout(e->kind, &n);

	for (size_t i = 0; i < n; i++)
		if (!rows[i].group && !strcmp(rows[i].key, "id"))
			return *(const struct str *)(const void *)((const char *)e + rows[i].offset);
	return (struct str){ NULL, 0 };
}
