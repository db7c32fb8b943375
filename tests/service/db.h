/*
 * A connection to MariaDB or MySQL. The only user of the client library.
 *
 * Statements are written with a few printf conversions that are values here, never text:
 * %s is a quoted, escaped string (NULL gives NULL), %lld and %llu are integers, %.2f is a decimal
 * of two places, %% a percent sign. The compiler checks the arguments. No value reaches a statement
 * in any other way.
 *
 *	struct db_rows *rows;
 *	if (db_query(db, &rows, err, "SELECT id FROM usuario WHERE email = %s", email))
 *		return -1;
 *	while (db_next(rows))
 *		use(db_col(rows, 0));
 *	db_rows_free(rows);
 *
 * Errors carry the server's number as their code. Connecting takes at most 5 s, a reply 15 s.
 * A connection belongs to one thread at a time.
 */
#ifndef TESTS_SERVICE_DB_H
#define TESTS_SERVICE_DB_H

#include <stdbool.h>
#include <stddef.h>

struct db;
struct db_config;
struct db_rows;
struct error;
struct text;

/* The server's error numbers that the service acts upon. */
enum {
	DB_ERROR_UNKNOWN_COLUMN = 1054,
	DB_ERROR_DUPLICATE = 1062,
	DB_ERROR_TABLE_DENIED = 1142,
	DB_ERROR_NO_TABLE = 1146,
	DB_ERROR_LOCK_TIMEOUT = 1205,
	DB_ERROR_DEADLOCK = 1213
};

/* Prepares the client library, once and before any thread; db_library_end() takes it down. */
int db_library_start(struct error *err);
void db_library_end(void);

/* Opens a connection in *ret, owned by the caller. Character set utf8mb4, the server's time zone. */
int db_open(const struct db_config *config, struct db **ret, struct error *err);

/* Closes a connection. Accepts NULL. */
void db_close(struct db *db);

/* Whether the connection was lost, so that it must not be used again. */
bool db_is_broken(const struct db *db);

/* Adds a statement, or a part of one, to `sql`; conversions as above. */
void sql_addf(struct text *sql, struct db *db, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* One statement that yields rows. *ret is owned by the caller. */
int db_query(struct db *db, struct db_rows **ret, struct error *err, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* One statement that yields none. ret_affected counts rows found, changed or not; may be NULL. */
int db_exec(struct db *db, unsigned long long *ret_affected, struct error *err, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/*
 * Several statements in one packet; *done counts those that succeeded, on failure too. The rows of
 * the last one that had any go to *rows, owned by the caller after a failure too; NULL when none had.
 */
int db_script(struct db *db, const struct text *sql, size_t *done, struct db_rows **rows,
	      struct error *err);

/* START TRANSACTION, COMMIT and ROLLBACK. Rolling back cannot fail: a connection on which it does is broken. */
int db_begin(struct db *db, struct error *err);
int db_commit(struct db *db, struct error *err);
void db_rollback(struct db *db);

/* Whether the server says that a transaction is open. */
bool db_in_transaction(const struct db *db);

/* The number that the last statement's row was given. */
unsigned long long db_last_id(const struct db *db);

/* How many rows there are. */
unsigned long long db_count(const struct db_rows *rows);

/* Steps to the next row; false after the last one. */
bool db_next(struct db_rows *rows);

/* A column of the current row as text, NULL for SQL NULL; valid until the next step. */
const char *db_col(const struct db_rows *rows, unsigned column);

/* The same as an integer; 0 for NULL and for what is no integer. */
long db_int(const struct db_rows *rows, unsigned column);

/* Frees the rows. Accepts NULL. */
void db_rows_free(struct db_rows *rows);

/* To be called by a thread that ends and has used the client library. */
void db_thread_end(void);

#endif
