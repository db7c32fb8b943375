/*
 * What a statement brought as the value tree that is judged (value/observation.h, SQL).
 * Pure.
 */
#ifndef PROBES_SQL_TREE_H
#define PROBES_SQL_TREE_H

#include "probes/db.h"

/*
 * `warnings`: rows of SHOW WARNINGS, NULL when they were not asked for. NULL when memory
 * is out.
 */
const struct value *sql_tree(struct arena *a, const struct db_result *r,
	const struct value *warnings, uint64_t duration_us);

/* A refusal of the server that was asked for. */
const struct value *sql_tree_error(
	struct arena *a, const struct db_failure *f, uint64_t duration_us);

/* The first rows, for people. */
const struct value *sql_tree_sample(
	struct arena *a, const struct db_result *r, size_t max_rows);

#endif
