#include "harness/run/box.h"

#include "harness/base/mem.h"
#include "harness/base/strbuf.h"
#include "harness/report/text.h"

#define FIELD_KEPT 16384 /* bytes of a header */
#define ITEMS_KEPT 200 /* of a list: rows of a result */

struct box *box_new(const struct secrets *secrets, const struct clock *clock,
	uint64_t start_us, size_t max_bytes)
{
	struct box *b = mem_calloc(1, sizeof(*b));
	if (!b)
		return NULL;
	arena_init(&b->arena, max_bytes);
	b->secrets = secrets;
	b->clock = clock;
	b->start_us = start_us;
	return b;
}

void box_free(struct box *b)
{
	if (!b)
		return;
	arena_release(&b->arena);
	mem_free(b);
}

struct event *box_event(struct box *b, enum event_kind kind)
{
	if (b->count == b->cap) {
		struct event *grown = arena_grow(
			&b->arena, b->events, b->count, &b->cap, sizeof(*b->events));
		if (!grown) {
			b->cap = b->count; /* what is there stays */
			return NULL;
		}
		b->events = grown;
	}
	struct event *e = &b->events[b->count++];
	*e = (struct event){ .kind = kind,
		.wall_us = clock_wall_us(b->clock),
		.us = clock_mono_us(b->clock) - b->start_us };
	return e;
}

struct str box_text(struct box *b, struct str s)
{
	if (!s.p)
		return s;
	struct str masked = secrets_mask(b->secrets, &b->arena, s);
	return masked.p == s.p ? arena_str(&b->arena, s) : masked;
}

static struct str cut_text(struct box *b, struct str s, size_t max_bytes)
{
	struct strbuf sb;
	if (s.n <= max_bytes)
		return arena_str(&b->arena, s);
	b->cut = true;
	strbuf_init(&sb, max_bytes + 4096);
	(void)text_cut(&sb, s, max_bytes, SIZE_MAX);
	struct str text = strbuf_failed(&sb) ? STR("...") :
					       arena_str(&b->arena, strbuf_str(&sb));
	strbuf_release(&sb);
	return text;
}

static size_t kept_items(struct box *b, size_t count)
{
	b->cut |= count > ITEMS_KEPT;
	return count > ITEMS_KEPT ? ITEMS_KEPT : count;
}

static const struct value *cut_list(
	struct box *b, const struct value *v, size_t max_bytes)
{
	struct value_list_builder list = { 0 };
	size_t each = max_bytes / 4, n = kept_items(b, v->u.list.count);
	for (size_t i = 0; i < n; i++)
		value_list_add(&b->arena, &list,
			box_value(b, v->u.list.items[i], each > 256 ? each : 256));
	return value_list_finish(&b->arena, &list);
}

static const struct value *cut_object(
	struct box *b, const struct value *v, size_t max_bytes)
{
	struct value_object_builder object = { 0 };
	size_t n = kept_items(b, v->u.object.count);
	for (size_t i = 0; i < n; i++) {
		const struct value_member *m = &v->u.object.members[i];
		value_object_add(&b->arena, &object, box_text(b, m->key),
			box_value(b, m->value, max_bytes));
	}
	return value_object_finish(&b->arena, &object);
}

static const struct value *copy_cut(
	struct box *b, const struct value *v, size_t max_bytes)
{
	if (v->type == VALUE_LIST)
		return cut_list(b, v, max_bytes);
	if (v->type == VALUE_OBJECT)
		return cut_object(b, v, max_bytes);
	const struct value *copy = value_copy(&b->arena, v);
	if (!copy || (v->type != VALUE_STRING && v->type != VALUE_BYTES) ||
		v->text.n <= max_bytes)
		return copy;
	struct value *shorter = arena_alloc(&b->arena, sizeof(*shorter));
	if (!shorter)
		return NULL;
	*shorter = *copy;
	b->cut = true;
	shorter->text = v->type == VALUE_STRING ?
		cut_text(b, v->text, max_bytes) :
		arena_str(&b->arena, str_sub(v->text, 0, max_bytes));
	return shorter;
}

const struct value *box_value(struct box *b, const struct value *v, size_t max_bytes)
{
	if (!v)
		return NULL;
	const struct value *masked = secrets_mask_value(b->secrets, &b->arena, v);
	return masked ? copy_cut(b, masked, max_bytes) : NULL;
}

const struct value *box_member(
	struct box *b, struct str name, const struct value *v, size_t max_bytes)
{
	if (!v)
		return NULL;
	const struct value *masked = secrets_mask_member(b->secrets, &b->arena, name, v);
	return masked ? copy_cut(b, masked, max_bytes) : NULL;
}

struct named_values box_fields(struct box *b, struct named_values in)
{
	struct named_values out = { 0 };
	struct named_value *items = arena_array(&b->arena, in.count + 1, sizeof(*items));
	for (size_t i = 0; items && i < in.count; i++) {
		const struct named_value *v = &in.items[i];
		items[out.count++] = (struct named_value){
			.name = box_text(b, v->name),
			.value = box_member(b, v->name, v->value, FIELD_KEPT),
			.label = box_text(b, v->label)
		};
	}
	out.items = items;
	return out;
}
