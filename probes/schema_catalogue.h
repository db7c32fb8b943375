/*
 * The questions that a catalogue is asked, as SQL, and their answers. No statistics columns (they
 * make servers open every table), no joins: rows are joined by schema_rows.h. Columns that only some
 * servers have are asked for where they are there. Pure.
 */
#ifndef PROBES_SCHEMA_CATALOGUE_H
#define PROBES_SCHEMA_CATALOGUE_H

#include "harness/base/strbuf.h"
#include "harness/value/value.h"

enum schema_query {
	SCHEMA_QUERY_DATABASE,
	SCHEMA_QUERY_TABLES,
	SCHEMA_QUERY_COLUMNS,
	SCHEMA_QUERY_INDEXES,
	SCHEMA_QUERY_KEYS,
	SCHEMA_QUERY_REFERENCES,
	SCHEMA_QUERY_CHECKS,
	SCHEMA_QUERY_CONSTRAINTS,
	SCHEMA_QUERY_VIEWS,
	SCHEMA_QUERY_TRIGGERS,
	SCHEMA_QUERY_ROUTINES,
	SCHEMA_QUERY_PARAMETERS,
	SCHEMA_QUERY_EVENTS,
	SCHEMA_QUERY_PARTITIONS, /* asked only where a table has some */
	SCHEMA_QUERY_COUNT
};

/* All that was read; rows are LISTs of OBJECT by the labels of the queries, NULL: not asked. */
struct schema_catalogue {
	struct str database;
	bool mariadb;
	uint32_t version;
	const struct value *rows[SCHEMA_QUERY_COUNT];
	const struct value
		*creates; /* LIST of OBJECT {Table, Create Table}, of some tables */
};

/*
 * Asks which of the optional columns there are: rows with one cell `name`. Its rows go to the
 * functions below.
 */
extern const char schema_features_sql[];

/* False where the server does not have what this one asks for. */
bool schema_query_is_known(enum schema_query q, const struct value *features);

/* Appends the statement. `database` is the session's. */
void schema_query_sql(
	struct strbuf *out, enum schema_query q, const struct value *features);

/* A cell as text: absent when it is NULL or not there. */
struct str schema_cell(const struct value *row, const char *label);

#endif
