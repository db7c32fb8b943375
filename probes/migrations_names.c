#include "probes/migrations_names.h"

#include <stdlib.h>

void names_add(struct arena *a, struct names *to, struct str name)
{
	struct str *items = arena_grow(a, to->items, to->count, &to->cap, sizeof(*items));

	if (!items)
		return;
	to->items = items;
	items[to->count++] = name;
}

void name_index_add(
	struct arena *a, struct name_index *index, struct str name, size_t number)
{
	struct name_place *places = arena_grow(
		a, index->places, index->count, &index->cap, sizeof(*places));

	if (!places)
		return;
	index->places = places;
	places[index->count++] = (struct name_place){ name, number };
	index->sorted = false;
}

static int by_name(const void *a, const void *b)
{
	const struct name_place *x = a;
	const struct name_place *y = b;
	int order = str_cmp(x->name, y->name);

	return order ? order : (x->number > y->number) - (x->number < y->number);
}

static void sort(struct name_index *index)
{
	if (!index->sorted && index->count)
		qsort(index->places, index->count, sizeof(*index->places), by_name);
	index->sorted = true;
}

/* The first place that does not come before `name`. */
static size_t lower_bound(const struct name_index *index, struct str name)
{
	size_t from = 0;
	size_t to = index->count;

	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (str_cmp(index->places[middle].name, name) < 0)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

size_t name_index_find(struct name_index *index, struct str name, size_t *ret_number)
{
	sort(index);
	size_t first = lower_bound(index, name);
	size_t end = first;

	while (end < index->count && str_eq(index->places[end].name, name))
		end++;
	if (end > first && ret_number)
		*ret_number = index->places[first].number;
	return end - first;
}
