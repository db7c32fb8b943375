#include "harness/value/value.h"

#include "harness/base/mem.h"
#include "harness/base/scan.h"
#include "harness/value/number.h"

static const struct value the_null = { .type = VALUE_NULL };
static const struct value the_unit = { .type = VALUE_UNIT };
static const struct value the_true = { .type = VALUE_BOOL, .u = { .boolean = true } };
static const struct value the_false = { .type = VALUE_BOOL };

static const char *const type_words[] = {
#define X(name, word) [VALUE_##name] = word,
	VALUE_TYPES(X)
#undef X
};
static_assert(ARRAY_SIZE(type_words) == VALUE_TYPE_COUNT, "a type has no word");

const char *value_type_word(enum value_type type)
{
	assert(type < VALUE_TYPE_COUNT);
	return type_words[type];
}

/* ---- makers ---- */

static struct value *make(struct arena *a, enum value_type type)
{
	struct value *v = arena_zalloc(a, sizeof(*v));

	if (v)
		v->type = type;
	return v;
}

/* Present, so that an empty string is never mistaken for an absent one. */
static struct str present(struct str s)
{
	return s.p ? s : STR("");
}

static struct value *make_text(struct arena *a, enum value_type type, struct str text)
{
	struct value *v = make(a, type);

	if (v)
		v->text = present(text);
	return v;
}

const struct value *value_null(void)
{
	return &the_null;
}

const struct value *value_unit(void)
{
	return &the_unit;
}

const struct value *value_bool(bool b)
{
	return b ? &the_true : &the_false;
}

const struct value *value_int(struct arena *a, int64_t i)
{
	struct value *v = make(a, VALUE_INT);

	if (v)
		v->u.integer = i;
	return v;
}

const struct value *value_integer(struct arena *a, struct str digits)
{
	int64_t i = 0;
	bool fits = scan_int(digits, INT64_MIN, INT64_MAX, &i);
	struct value *v = make_text(a, fits ? VALUE_INT : VALUE_BIGINT, digits);

	if (v && fits)
		v->u.integer = i;
	return v;
}

const struct value *value_bigint(struct arena *a, struct str digits)
{
	return make_text(a, VALUE_BIGINT, digits);
}

const struct value *value_uint(struct arena *a, uint64_t u)
{
	if (u <= INT64_MAX)
		return value_int(a, (int64_t)u);
	return value_bigint(a, arena_printf(a, "%llu", (unsigned long long)u));
}

const struct value *value_decimal(struct arena *a, struct str digits)
{
	return make_text(a, VALUE_DECIMAL, digits);
}

const struct value *value_float(struct arena *a, double d, struct str spelling)
{
	struct value *v = make(a, VALUE_FLOAT);

	if (v) {
		v->text = spelling;
		v->u.number = d;
	}
	return v;
}

const struct value *value_string(struct arena *a, struct str s)
{
	return make_text(a, VALUE_STRING, s);
}

const struct value *value_bytes(struct arena *a, struct str s)
{
	return make_text(a, VALUE_BYTES, s);
}

const struct value *value_regex(struct arena *a, struct str pattern)
{
	return make_text(a, VALUE_REGEX, pattern);
}

const struct value *value_take(struct arena *a, struct strbuf *sb, enum value_type type)
{
	struct value *v = NULL;

	assert(type == VALUE_STRING || type == VALUE_BYTES);
	if (!strbuf_failed(sb)) {
		struct str text = arena_str(a, strbuf_str(sb));

		v = text.p ? make_text(a, type, text) : NULL;
	}
	strbuf_release(sb);
	return v;
}

const struct value *value_date(struct arena *a, int64_t wall_us)
{
	struct value *v = make(a, VALUE_DATE);

	if (v)
		v->u.wall_us = wall_us;
	return v;
}

const struct value *value_list(
	struct arena *a, const struct value *const *items, size_t count)
{
	struct value *v = make(a, VALUE_LIST);

	if (v) {
		v->u.list.items = items;
		v->u.list.count = count;
	}
	return v;
}

const struct value *value_nodeset(struct arena *a, size_t nodes)
{
	struct value *v = make(a, VALUE_NODESET);

	if (v)
		v->u.nodes = nodes;
	return v;
}

const struct value *value_redirect(struct arena *a, struct str location, int64_t status)
{
	struct value *v = make_text(a, VALUE_REDIRECT, location);

	if (v)
		v->u.integer = status;
	return v;
}

const struct value *value_with_flags(
	struct arena *a, const struct value *v, unsigned flags)
{
	struct value *copy;

	if (!v || (v->flags & flags) == flags)
		return v;
	copy = arena_alloc(a, sizeof(*copy));
	if (copy) {
		*copy = *v;
		copy->flags |= flags;
	}
	return copy;
}

/* ---- builders ---- */

void value_list_add(
	struct arena *a, struct value_list_builder *b, const struct value *item)
{
	if (b->failed)
		return;
	if (item && b->count == b->cap)
		b->items = arena_grow(a, b->items, b->count, &b->cap, sizeof(*b->items));
	if (!item || !b->items) {
		b->failed = true;
		return;
	}
	b->items[b->count++] = item;
}

const struct value *value_list_finish(struct arena *a, struct value_list_builder *b)
{
	return b->failed ? NULL : value_list(a, b->items, b->count);
}

void value_object_add(struct arena *a, struct value_object_builder *b, struct str key,
	const struct value *v)
{
	if (b->failed)
		return;
	if (v && b->count == b->cap)
		b->members = arena_grow(
			a, b->members, b->count, &b->cap, sizeof(*b->members));
	if (!v || !b->members) {
		b->failed = true;
		return;
	}
	b->members[b->count++] = (struct value_member){ .key = present(key), .value = v };
}

void value_object_add_opt(struct arena *a, struct value_object_builder *b, struct str key,
	const struct value *v)
{
	if (v)
		value_object_add(a, b, key, v);
}

const struct value *value_object_finish(struct arena *a, struct value_object_builder *b)
{
	struct value *v = b->failed ? NULL : make(a, VALUE_OBJECT);

	if (v) {
		v->u.object.members = b->members;
		v->u.object.count = b->count;
	}
	return v;
}

/* ---- looking in ---- */

const struct value *value_get_str(const struct value *v, struct str key)
{
	if (!v || v->type != VALUE_OBJECT)
		return NULL;
	for (size_t i = v->u.object.count; i > 0; i--) {
		const struct value_member *m = &v->u.object.members[i - 1];

		if (str_eq(m->key, key))
			return m->value;
	}
	return NULL;
}

const struct value *value_get(const struct value *v, const char *key)
{
	return value_get_str(v, str_from(key));
}

/* By key; equal keys stay in order of appearance, which is that of their addresses. */
static int compare_members(const void *x, const void *y)
{
	const struct value_member *const *a = x;
	const struct value_member *const *b = y;
	int c = str_cmp((*a)->key, (*b)->key);

	return c ? c : (*a > *b) - (*a < *b);
}

size_t value_sort_members(const struct value *v, const struct value_member **ret)
{
	size_t n = v->u.object.count;
	size_t kept = 0;

	assert(v->type == VALUE_OBJECT);
	for (size_t i = 0; i < n; i++)
		ret[i] = &v->u.object.members[i];
	if (n > 1)
		qsort(ret, n, sizeof(*ret), compare_members);
	for (size_t i = 0; i < n; i++)
		if (i + 1 == n || !str_eq(ret[i]->key, ret[i + 1]->key))
			ret[kept++] = ret[i];
	return kept;
}

bool value_is_number(const struct value *v)
{
	return v && (TYPE_BIT(v->type) & TYPES_NUMBER);
}

static bool list_is_secret(const struct value *v)
{
	for (size_t i = 0; i < v->u.list.count; i++)
		if (value_is_secret(v->u.list.items[i]))
			return true;
	return false;
}

static bool object_is_secret(const struct value *v)
{
	for (size_t i = 0; i < v->u.object.count; i++)
		if (value_is_secret(v->u.object.members[i].value))
			return true;
	return false;
}

bool value_is_secret(const struct value *v)
{
	if (!v || (v->flags & VALUE_SECRET))
		return v != NULL;
	if (v->type == VALUE_LIST)
		return list_is_secret(v);
	return v->type == VALUE_OBJECT && object_is_secret(v);
}

/* ---- copying ---- */

static bool copy_list(struct arena *a, struct value *copy)
{
	size_t n = copy->u.list.count;
	const struct value **items = arena_array(a, n, sizeof(*items));

	if (!items)
		return false;
	for (size_t i = 0; i < n; i++) {
		items[i] = value_copy(a, copy->u.list.items[i]);
		if (!items[i])
			return false;
	}
	copy->u.list.items = items;
	return true;
}

static bool copy_object(struct arena *a, struct value *copy)
{
	size_t n = copy->u.object.count;
	struct value_member *members = arena_array(a, n, sizeof(*members));

	if (!members)
		return false;
	for (size_t i = 0; i < n; i++) {
		const struct value_member *from = &copy->u.object.members[i];

		members[i].key = arena_str(a, from->key);
		members[i].value = value_copy(a, from->value);
		if (!members[i].key.p || !members[i].value)
			return false;
	}
	copy->u.object.members = members;
	return true;
}

static bool copy_text(struct arena *a, struct value *copy)
{
	if (!copy->text.p)
		return true;
	copy->text = arena_str(a, copy->text);
	return copy->text.p != NULL;
}

const struct value *value_copy(struct arena *a, const struct value *v)
{
	struct value *copy = v ? arena_alloc(a, sizeof(*copy)) : NULL;

	if (!copy)
		return NULL;
	*copy = *v;
	if (!copy_text(a, copy))
		return NULL;
	if (v->type == VALUE_LIST && !copy_list(a, copy))
		return NULL;
	if (v->type == VALUE_OBJECT && !copy_object(a, copy))
		return NULL;
	return copy;
}
