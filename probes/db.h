/*
 * A connection to MySQL or MariaDB: connect, send, read typed rows, each within a
 * deadline. The only module that sees the client library (MariaDB Connector/C or Oracle's
 * libmysqlclient). SQL, SCHEMA and MIGRATIONS build on it; the connection kind they share
 * is db_connection (db_session.h), which also sets the session up.
 *
 *	struct db_call call = db_call(run);
 *	if (session_connection(run, &db_connection, name, false, &connection, err))
 *		return -1;
 *	if (db_query(connection, &call, STR("SELECT 1"), &result, err)) {
 *		if (!db_is_alive(connection))
 *			session_drop_connection(run, &db_connection, name, false);
 *		return -1;
 *	}
 *
 * The library blocks. While it does, the watch thread may shut the socket down: at the
 * deadline and a grace of 250 ms (the server's own limit should have answered by then),
 * or when the run is cancelled. The connection is then dead, and a statement that may
 * still run is the server's: db_session_kill() asks it to stop.
 */
#ifndef PROBES_DB_H
#define PROBES_DB_H

#include "harness/run/connection.h"
#include "harness/value/value.h"
#include "probes/db_settings.h"

struct db;

/* What bounds one statement, and where its result lives. */
struct db_call {
	struct arena *arena;
	const struct limits *limits;
	struct deadline deadline; /* of the statement; the watch adds DB_GRACE_US */
	struct watch *watch;
	size_t keep_rows; /* kept of the result; more are only counted */
};

#define DB_GRACE_US 250000

/* One result. Texts and values are in the call's arena. */
struct db_result {
	bool has_rows; /* a result set, even an empty one */
	const struct str *columns;
	size_t ncolumns;
	const struct value *rows; /* LIST of OBJECT by column label; NULL: no result set */
	uint64_t row_count; /* all that came */
	bool cut; /* some rows were counted, not kept */
	bool stopped; /* more than max_rows_counted came: no more were read, the connection is dead */
	uint64_t affected; /* without a result set */
	unsigned warnings;
	uint64_t exec_us, fetch_us;
};

/*
 * What the server said about the statement that failed. `code` 0: the failure was not the
 * server's.
 */
struct db_failure {
	unsigned code;
	char sqlstate[6];
	const char *message; /* valid until the next call on that connection */
};

/*
 * What is known of the session; db_session.c fills it in. Texts live as long as the
 * connection.
 */
enum db_time_limit {
	DB_LIMIT_NONE,
	DB_LIMIT_MAX_EXECUTION_TIME,
	DB_LIMIT_MAX_STATEMENT_TIME
};
struct db_facts {
	struct connection_info info;
	bool mariadb;
	struct str hostname, uuid; /* absent where the server has none */
	uint64_t connection_id;
	uint64_t max_packet; /* bytes of one statement */
	bool read_only; /* verified */
	bool sees_tables;
	bool one_by_one; /* a proxy refuses several statements in one packet */
	bool ansi_quotes; /* in sql_mode */
	bool mode_unsure; /* a statement that writes may have changed sql_mode or the character set: db_session_refresh() */
	enum db_time_limit limit;
	uint64_t limit_ms, lock_s; /* as set now */
	const void *transaction; /* whose transaction is open (a suite), NULL: none */
	uint64_t transaction_until_us; /* monotonic */
	uint64_t opened_us, connect_us; /* when and in what time */
};

/*
 * Connects within env->deadline, which also covers the look-up of the name. ERR_CONNECT
 * (refused, wrong password, no such database), ERR_DNS, ERR_TLS, ERR_TIMEOUT,
 * ERR_ABORTED. The settings are copied. Sets up nothing: see db_session_open.
 */
int db_connect(const struct connection_env *env, const struct db_settings *s,
	struct db **ret, struct error *err) MUST_USE;

/* Closes without waiting for the server. NULL is fine. */
void db_free(struct db *db);

/* False once the connection was lost, or shut down by the watch. */
bool db_is_alive(const struct db *db);

/*
 * Between two statements: true when the server has hung up or said farewell in the
 * meantime.
 */
bool db_has_ended(const struct db *db);

const struct db_settings *db_settings_of(const struct db *db);	/* as they were connected with */
struct db_facts *db_facts(struct db *db);	/* for db_session.c to fill in */
struct arena *db_arena(struct db *db); /* lives as long as the connection */

/*
 * The version of the server's greeting ("10.11.19-MariaDB"), and whether it refuses
 * backslashes as escapes now.
 */
struct str db_greeting(const struct db *db);
bool db_no_backslash_escapes(const struct db *db);

/*
 * One statement, its first result. Further results (CALL) are read to their end and
 * dropped; an error among them is the statement's. ERR_SQL: the server refused it
 * (db_last_failure) or the connection was lost (db_is_alive is false then, err->sent
 * set). ERR_TIMEOUT, ERR_ABORTED, ERR_LIMIT (a row beyond the packet limit),
 * ERR_PROTOCOL.
 */
int db_query(struct db *db, const struct db_call *c, struct str sql,
	struct db_result *ret, struct error *err) MUST_USE;

/*
 * Several statements in one packet, result after result: db_start sends and waits for the
 * first, db_fetch reads the one that is there, db_next waits for the following; db_more
 * tells whether there is one. When one fails the packet is over: db_more is false.
 */
int db_start(struct db *db, const struct db_call *c, struct str sql,
	struct error *err) MUST_USE;
int db_fetch(struct db *db, const struct db_call *c, struct db_result *ret,
	struct error *err) MUST_USE;	/* result as db_query */
bool db_more(const struct db *db);	/* asks nobody */
int db_next(struct db *db, const struct db_call *c, struct error *err) MUST_USE;	/* errors as db_query */

/* Of the last call that failed. */
const struct db_failure *db_last_failure(const struct db *db);

/*
 * The text of a result's cell by column label, absent when it is NULL or not there; for
 * statements of our own.
 */
struct str db_cell(const struct db_result *r, size_t row, const char *column);

#endif
