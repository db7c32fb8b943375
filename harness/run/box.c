#include "harness/run/box.h"

#include "harness/base/mem.h"

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

struct str box_field(struct box *b, struct str name, struct str s)
{
	if (!s.p)
		return s;
	struct str masked = secrets_mask_field(b->secrets, &b->arena, name, s);
	return masked.p == s.p ? arena_str(&b->arena, s) : masked;
}

/* Text beyond the ceiling: three quarters from its head, one from its tail, on character borders. */
static struct str cut_text(struct arena *a, struct str s, size_t max_bytes)
{
	if (s.n <= max_bytes)
		return arena_str(a, s);
	size_t head = max_bytes / 4 * 3, tail = s.n - max_bytes / 4;
	while (head && ((unsigned char)s.p[head] & 0xc0) == 0x80)
		head--;
	while (tail < s.n && ((unsigned char)s.p[tail] & 0xc0) == 0x80)
		tail++;
	return arena_printf(a, "%.*s\n... %zu bytes left out of %zu ...\n%.*s", (int)head,
		s.p, tail - head, s.n, (int)(s.n - tail), s.p + tail);
}

static const struct value *cut_list(
	struct box *b, const struct value *v, size_t max_bytes)
{
	struct value_list_builder list = { 0 };
	size_t each = max_bytes / 4;
	for (size_t i = 0; i < v->u.list.count && i < 200; i++)
		value_list_add(&b->arena, &list,
			box_value(b, v->u.list.items[i], each > 256 ? each : 256));
	return value_list_finish(&b->arena, &list);
}

static const struct value *cut_object(
	struct box *b, const struct value *v, size_t max_bytes)
{
	struct value_object_builder object = { 0 };
	for (size_t i = 0; i < v->u.object.count && i < 200; i++) {
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
	shorter->text = v->type == VALUE_STRING ?
		cut_text(&b->arena, v->text, max_bytes) :
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

struct named_values box_fields(struct box *b, struct named_values in)
{
	struct named_values out = { 0 };
	struct named_value *items = arena_array(&b->arena, in.count + 1, sizeof(*items));
	for (size_t i = 0; items && i < in.count; i++) {
		const struct value *v = in.items[i].value;
		struct str name = box_text(b, in.items[i].name);
		if (v && v->type == VALUE_STRING)
			v = value_string(
				&b->arena, box_field(b, in.items[i].name, v->text));
		else
			v = box_value(b, v, 4096);
		items[out.count++] = (struct named_value){
			.name = name, .value = v, .label = box_text(b, in.items[i].label)
		};
	}
	out.items = items;
	return out;
}
