#include "probes/redis_scan.h"

/*
 * A set of the names seen so far: open addressing, at most half full, grown in the arena.
 */
struct seen {
	struct str *slots;
	size_t size; /* a power of two */
	size_t count;
};

static size_t hash(struct str s)
{
	uint64_t h = 14695981039346656037u; /* FNV-1a */

	for (size_t i = 0; i < s.n; i++)
		h = (h ^ (uint8_t)s.p[i]) * 1099511628211u;
	return (size_t)(h ^ h >> 32);
}

static struct str *slot_of(const struct seen *set, struct str name)
{
	size_t i = hash(name) & (set->size - 1);

	while (set->slots[i].p && !str_eq(set->slots[i], name))
		i = (i + 1) & (set->size - 1);
	return &set->slots[i];
}

static bool grow(struct arena *a, struct seen *set)
{
	struct seen larger = { .size = set->size ? 2 * set->size : 1024,
		.count = set->count };

	larger.slots = arena_array(a, larger.size, sizeof(*larger.slots));
	if (!larger.slots)
		return false;
	for (size_t i = 0; i < set->size; i++)
		if (set->slots[i].p)
			*slot_of(&larger, set->slots[i]) = set->slots[i];
	*set = larger;
	return true;
}

/* False when it was there already, or without memory (the arena remembers). */
static bool add_name(struct arena *a, struct seen *set, struct str name)
{
	struct str *slot;

	if (set->count >= set->size / 2 && !grow(a, set))
		return false;
	slot = slot_of(set, name);
	if (slot->p)
		return false;
	*slot = name;
	set->count++;
	return true;
}

struct scan {
	const struct redis_call *call;
	const struct redis_command_row *row;
	struct seen seen;
	struct value_list_builder all;
	size_t bytes;
};

static bool is_page(const struct value *v)
{
	return v->type == VALUE_LIST && v->u.list.count == 2 &&
		v->u.list.items[0]->type == VALUE_STRING &&
		v->u.list.items[1]->type == VALUE_LIST;
}

static int take_page(struct scan *s, const struct value *items, struct error *err)
{
	size_t step = s->row->scan_step;
	const struct limits *l = s->call->limits;

	for (size_t i = 0; i + step <= items->u.list.count; i += step) {
		const struct value *name = items->u.list.items[i];

		if (name->type != VALUE_STRING ||
			!add_name(s->call->arena, &s->seen, name->text))
			continue;
		for (size_t k = 0; k < step; k++) {
			value_list_add(
				s->call->arena, &s->all, items->u.list.items[i + k]);
			s->bytes += items->u.list.items[i + k]->text.n;
		}
		if (s->seen.count > l->max_rows_counted || s->bytes > l->max_body_bytes)
			return error_set(err, ERR_LIMIT,
				"%s gave more than %zu elements or %zu MiB", s->row->name,
				l->max_rows_counted, l->max_body_bytes >> 20);
	}
	return arena_failed(s->call->arena) ? error_set_oom(err) : 0;
}

static struct str *with_cursor(struct arena *a, const struct redis_command_row *row,
	const struct str *words, size_t nwords)
{
	struct str *out = arena_array(a, nwords + 1, sizeof(*out));

	if (!out)
		return NULL;
	memcpy(out, words, row->cursor_at * sizeof(*out));
	out[row->cursor_at] = STR("0");
	memcpy(out + row->cursor_at + 1, words + row->cursor_at,
		(nwords - row->cursor_at) * sizeof(*out));
	return out;
}

int redis_scan(struct redis_connection *r, const struct redis_call *c,
	const struct redis_command_row *row, const struct str *words, size_t nwords,
	struct redis_reply *ret, struct error *err)
{
	struct scan s = { .call = c, .row = row };
	struct str *asked = with_cursor(c->arena, row, words, nwords);
	struct redis_reply page;

	if (!asked)
		return error_set_oom(err);
	do {
		if (redis_connection_ask(r, c, asked, nwords + 1, &page, err))
			return -1;
		if (page.is_error) {
			*ret = page;
			return 0;
		}
		if (!is_page(page.value))
			return error_set(err, ERR_PROTOCOL,
				"the reply to %s is no cursor with a list", row->name);
		if (take_page(&s, page.value->u.list.items[1], err))
			return -1;
		asked[row->cursor_at] = page.value->u.list.items[0]->text;
	} while (!str_is(asked[row->cursor_at], "0"));
	page = (struct redis_reply){ .value = value_list_finish(c->arena, &s.all) };
	if (!page.value)
		return error_set_oom(err);
	*ret = page;
	return 0;
}
