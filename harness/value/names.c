#include "harness/value/names.h"

size_t names_find(name_at *name, size_t count, struct str wanted)
{
	for (size_t i = 0; i < count; i++)
		if (name(i) && str_is(wanted, name(i)))
			return i;
	return SIZE_MAX;
}

const char *names_suggest(name_at *name, size_t count, struct str wanted)
{
	const char *nearest = NULL;
	size_t best = 3;

	for (size_t i = 0; i < count; i++) {
		struct str known = str_from(name(i));
		size_t d = str_eq_nocase(known, wanted) ?
			0 :
			str_distance(known, wanted, best);

		if (!known.n || d >= best || d >= known.n)
			continue;
		best = d;
		nearest = name(i);
	}
	return nearest;
}
