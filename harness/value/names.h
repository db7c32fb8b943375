/*
 * Inside of value: looking up and suggesting names of the tables of queries, filters and predicates. Not for other modules.
 */
#ifndef HARNESS_VALUE_NAMES_H
#define HARNESS_VALUE_NAMES_H

#include "harness/base/str.h"

/* The i-th name of a table, NULL for a row without one. */
typedef const char *name_at(size_t i);

/* SIZE_MAX when there is none. */
size_t names_find(name_at *name, size_t count, struct str wanted);

/* The nearest name within two edits, or equal but for case; NULL when none is near. */
const char *names_suggest(name_at *name, size_t count, struct str wanted);

#endif
