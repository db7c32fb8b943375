#include "harness/report/name_map.h"

#include "harness/base/mem.h"

enum { FIRST_SLOTS = 64 };	/* a power of two, as is every later number */

struct name_slot {
	bool used;
	struct str name;
	size_t value;
};

void name_map_release(struct name_map *m)
{
	mem_free(m->slots);
	*m = (struct name_map){ 0 };
}

/* FNV-1a, 64 bits. */
static size_t hash(struct str s)
{
	uint64_t h = 14695981039346656037u;

	for (size_t i = 0; i < s.n; i++)
		h = (h ^ (unsigned char)s.p[i]) * 1099511628211u;
	return (size_t)(h ^ h >> 32);
}

/* The slot of a name, or the free one where it belongs; at least one is free. */
static struct name_slot *slot_of(struct name_slot *slots, size_t cap, struct str name)
{
	size_t i = hash(name) & (cap - 1);

	while (slots[i].used && !str_eq(slots[i].name, name))
		i = (i + 1) & (cap - 1);
	return &slots[i];
}

size_t *name_map_find(const struct name_map *m, struct str name)
{
	struct name_slot *slot = m->cap ? slot_of(m->slots, m->cap, name) : NULL;

	return slot && slot->used ? &slot->value : NULL;
}

static bool grow(struct name_map *m)
{
	size_t cap = m->cap ? m->cap * 2 : FIRST_SLOTS;
	struct name_slot *slots = mem_calloc(cap, sizeof(*slots));

	if (!slots)
		return false;
	for (size_t i = 0; i < m->cap; i++)
		if (m->slots[i].used)
			*slot_of(slots, cap, m->slots[i].name) = m->slots[i];
	mem_free(m->slots);
	m->slots = slots;
	m->cap = cap;
	return true;
}

size_t *name_map_at(struct name_map *m, struct str name)
{
	struct name_slot *slot;

	if (m->count >= m->cap / 2 && !grow(m))
		return NULL;
	slot = slot_of(m->slots, m->cap, name);
	if (!slot->used) {
		*slot = (struct name_slot){ .used = true, .name = name, .value = SIZE_MAX };
		m->count++;
	}
	return &slot->value;
}
