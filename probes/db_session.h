/*
 * A database session that is safe to ask questions in: utf8mb4, autocommit, time limits,
 * and read-only where it was asked for, verified. The connection kind "mysql" that SQL,
 * SCHEMA and MIGRATIONS share.
 *
 * The set-up is one packet. A proxy that refuses several statements in one shows here;
 * then they go one by one (facts.one_by_one).
 */
#ifndef PROBES_DB_SESSION_H
#define PROBES_DB_SESSION_H

#include "harness/run/probe.h"
#include "probes/db.h"

/* Opens a struct db. */
extern const struct connection_kind db_connection;

/* The call of an attempt, with its deadline; all rows that the limits allow are kept. */
struct db_call db_call(const struct probe_run *run);

/*
 * The statement that sets the server's own limit to what is left of the call's deadline
 * (rounded up to a tenth of a second), and the wait for locks; empty when it is set so
 * already. The caller sends it before its statement and then calls db_session_limited().
 */
int db_session_limit(struct db *db, const struct db_call *c, struct strbuf *out,
	struct error *err) MUST_USE;
void db_session_limited(struct db *db, const struct db_call *c);	/* it went through: the limits are set */

/*
 * Where facts.mode_unsure is set: asks for utf8mb4 again and reads sql_mode anew. How a
 * value is written as a literal depends on both.
 */
int db_session_refresh(
	struct db *db, const struct db_call *c, struct error *err) MUST_USE;

/* True once a table of the database was seen; asks again when none was. */
int db_session_sees_tables(
	struct db *db, const struct db_call *c, bool *ret, struct error *err) MUST_USE;

/*
 * Asks the server to stop what a dead connection left running: KILL QUERY through a
 * connection of its own, within two seconds, if it is the same server that answers.
 * False: it could not be asked.
 */
bool db_session_kill(struct probe_run *run, struct db *db);

#endif
