/*
 * What prepare makes of an SQL entry, and perform asks.
 */
#ifndef PROBES_SQL_SPEC_H
#define PROBES_SQL_SPEC_H

#include "harness/lang/ast.h"
#include "harness/lang/sql_lexer.h"

/* The statement as it was written; lives as long as the run. */
struct sql_spec {
	const struct suite *suite;
	const struct source *source; /* the entry's, or that of a file of its own */
	struct span span;
	const struct sql_statement *statement;
	bool writes;
	bool snapshot, rollback;
};

/* The read-only guard, or that of a rollback, as the statement needs it; else nothing. */
int sql_spec_guard(
	const struct sql_spec *spec, struct sql_mode mode, struct error *err) MUST_USE;

#endif
