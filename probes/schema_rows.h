/*
 * From a catalogue's rows to the facts of contracts, every difference between servers normalised
 * (format-sql, N1-N16). Pure.
 */
#ifndef PROBES_SCHEMA_ROWS_H
#define PROBES_SCHEMA_ROWS_H

#include "harness/base/error.h"
#include "probes/schema_catalogue.h"
#include "probes/schema_facts.h"

/* What is told on request. */
struct schema_wishes {
	bool comments, definers, bodies;
};

/* The schema in `a`, sorted. ERR_OOM alone. */
int schema_from_rows(struct arena *a, const struct schema_catalogue *c,
	const struct schema_wishes *w, struct schema *ret, struct error *err) MUST_USE;

/*
 * The tables whose foreign keys have no row among the references, because the account may not see
 * them: SHOW CREATE TABLE has the rules. Names in `a`, each once; NULL and *ret_count 0 when there are
 * none.
 */
const struct str *schema_hidden_rules(
	struct arena *a, const struct schema_catalogue *c, size_t *ret_count);

/* True when a table has partitions, so that SCHEMA_QUERY_PARTITIONS is worth its question. */
bool schema_has_partitions(const struct schema_catalogue *c);

#endif
