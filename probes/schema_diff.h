/*
 * Compares a contract with what a database has, by kind and name. Pure.
 *
 * A table that is missing is one line, not one for each column. A new column does not count again
 * as another order. An index under another name is told as that. What the account cannot see is
 * not compared: the caller says which kinds, and gets told where the contract has such facts.
 */
#ifndef PROBES_SCHEMA_DIFF_H
#define PROBES_SCHEMA_DIFF_H

#include "harness/base/error.h"
#include "probes/schema_facts.h"

/* `ignore: column *.legacy_*`: a kind and a glob over object.name; a table stands for all of it. */
struct schema_pattern {
	enum schema_kind kind;
	struct str glob;
	struct str text; /* as written */
};

/* "table tmp_*"; * stands for anything, ? for one byte. ERR_CHECK without a place. */
int schema_pattern_parse(
	struct str text, struct schema_pattern *ret, struct error *err) MUST_USE;

struct schema_rules {
	const struct schema_pattern *ignore, *only;
	size_t nignore, nonly;
	bool extra_allowed; /* what is unexpected becomes a note */
};

/* The database as it was read. */
struct schema_found {
	const struct schema *schema; /* sorted */
	bool mariadb;
	uint32_t version;
	bool fold_tables; /* lower_case_table_names: tables compare without case */
	unsigned blind; /* kinds that the account cannot see: set of SCHEMA_BIT */
	unsigned
		blind_bodies; /* kinds whose sql= or body= it may not see, where none was read */
};

enum schema_difference_kind { SCHEMA_MISSING, SCHEMA_UNEXPECTED, SCHEMA_DIFFERENT };

struct schema_difference {
	enum schema_difference_kind kind;
	const struct schema_fact *wanted, *found; /* NULL: there is none */
	struct str text; /* DIFFERENT: "json expected, longtext found" */
};

struct schema_diff {
	const struct schema_difference *items; /* in the order of contracts */
	size_t count;
	size_t facts; /* of the contract, compared */
	unsigned unseen; /* kinds with facts in the contract that could not be compared */
	unsigned unseen_bodies; /* ... whose texts could not be */
	const struct str
		*notes; /* ignores that match nothing, what `extra: allowed` let pass */
	size_t nnotes;
	const struct schema_pattern
		*dead; /* an `only` that matches nothing, NULL: none */
};

/* All of it in `a`; ERR_OOM alone. */
int schema_compare(struct arena *a, const struct schema *contract,
	const struct schema_found *found, const struct schema_rules *rules,
	struct schema_diff *ret, struct error *err) MUST_USE;

/* "column outbox.payload: json expected, longtext found", or the fact's line. In `a`. */
struct str schema_difference_text(struct arena *a, const struct schema_difference *d);

/* A line of the display: "missing     view pedidos". In `a`. */
struct str schema_difference_line(struct arena *a, const struct schema_difference *d);

#endif
