/*
 * Finds a number by a name: cases by id, suites by name. Names are borrowed and must live as long as the map.
 */
#ifndef HARNESS_REPORT_NAME_MAP_H
#define HARNESS_REPORT_NAME_MAP_H

#include "harness/base/str.h"

struct name_slot;

struct name_map {
	struct name_slot *slots;
	size_t cap;
	size_t count;
};

/* Frees; the map is empty again. Fine on a zeroed struct, which is how a map starts. */
void name_map_release(struct name_map *m);

/* The number of `name`, NULL when it has none. Valid until the next call of name_map_at. */
size_t *name_map_find(const struct name_map *m, struct str name);

/* The same, but a new name gets a place, with SIZE_MAX in it. NULL when memory is out. */
size_t *name_map_at(struct name_map *m, struct str name) MUST_USE;

#endif
