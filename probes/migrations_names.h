/*
 * Lists of names, and finding a name in a long one.
 */
#ifndef PROBES_MIGRATIONS_NAMES_H
#define PROBES_MIGRATIONS_NAMES_H

#include "harness/base/arena.h"

/* In an arena; zeroed at start. */
struct names {
	struct str *items;
	size_t count, cap;
};

/* One more; the text is borrowed. When memory is out the arena remembers. */
void names_add(struct arena *a, struct names *to, struct str name);

/* Names with the numbers they were added under, sorted when first asked. Zeroed at start. */
struct name_place {
	struct str name;
	size_t number;
};
struct name_index {
	struct name_place *places;
	size_t count, cap;
	bool sorted;
};

/* One more; the text is borrowed. When memory is out the arena remembers. */
void name_index_add(
	struct arena *a, struct name_index *index, struct str name, size_t number);

/* How many have that name; the smallest of their numbers in *ret_number, which may be NULL. */
size_t name_index_find(struct name_index *index, struct str name, size_t *ret_number);

#endif
