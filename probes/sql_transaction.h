/*
 * The one transaction of an .sql file: the snapshot that its questions see, or the changes
 * that always end in ROLLBACK. It is begun by the file's first statement and ended with its
 * last; should that not be reached, the server rolls back when the connection closes.
 */
#ifndef PROBES_SQL_TRANSACTION_H
#define PROBES_SQL_TRANSACTION_H

#include "probes/db.h"
#include "probes/sql_spec.h"

/*
 * Begins the transaction that the statement's file asks for, unless it is open; another
 * file's is ended first. A snapshot is held for ten seconds at most:
 * facts.transaction_until_us.
 */
int sql_transaction_begin(struct db *db, const struct db_call *c,
	const struct sql_spec *spec, struct error *err) MUST_USE;

/* True when the entry is the last of the file whose transaction is open. */
bool sql_transaction_is_over(
	struct db *db, const struct sql_spec *spec, const struct entry *e);

/* ROLLBACK. ERR_SQL when a table without transactions kept its rows (warning 1196). */
int sql_transaction_end(
	struct db *db, const struct db_call *c, struct error *err) MUST_USE;

#endif
