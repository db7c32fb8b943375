/*
 * Reading a tool's history from a database: one look-up of which tables are there, one read of its rows, and of the
 * lock where the tool keeps one. Two round trips, nothing is written.
 */
#ifndef PROBES_MIGRATIONS_READ_H
#define PROBES_MIGRATIONS_READ_H

#include "probes/migrations_history.h"

/* What was asked last, for people; and in what time all of it was answered. */
struct migration_asked {
	struct str statement;
	uint64_t exec_us, fetch_us;
};

/*
 * Finds and reads it; results live in the call's arena. What the server refuses, and what migration_recognise and
 * migration_history_rows say, is the error.
 */
int migration_read(struct db *db, const struct db_call *call,
	const struct migration_wish *wish, struct migration_history *ret,
	struct migration_asked *asked, struct error *err) MUST_USE;

#endif
