#include "tests/service/db.h"

#include <assert.h>
#include <mysql.h>
#include <errmsg.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "tests/service/config.h"
#include "tests/service/error.h"
#include "tests/service/scan.h"
#include "tests/service/text.h"

#define CONNECT_SECONDS 5u
#define REPLY_SECONDS 15u
#define FORMAT_MAX 4096

struct db {
	MYSQL *link;
	bool broken;
	unsigned long long affected;	/* by the last statement, before a look for the next one forgets it */
	unsigned long long last_id;
};

struct db_rows {
	MYSQL_RES *result;
	MYSQL_ROW row;
	unsigned columns;
};

static int fail(struct db *db, const char *what, struct error *err)
{
	unsigned code = mysql_errno(db->link);

	if (code == CR_SERVER_GONE_ERROR || code == CR_SERVER_LOST || code == CR_COMMANDS_OUT_OF_SYNC)
		db->broken = true;
	return error_set(err, code, "%s failed: %s", what, mysql_error(db->link));
}

int db_library_start(struct error *err)
{
	if (mysql_library_init(0, NULL, NULL))
		return error_set(err, 0, "the database client library does not start");
	return 0;
}

void db_library_end(void)
{
	mysql_library_end();
}

static void set_options(MYSQL *link)
{
	unsigned connect_seconds = CONNECT_SECONDS;
	unsigned reply_seconds = REPLY_SECONDS;

	/* Each of these fails for unknown options only. */
	(void)mysql_options(link, MYSQL_OPT_CONNECT_TIMEOUT, &connect_seconds);
	(void)mysql_options(link, MYSQL_OPT_READ_TIMEOUT, &reply_seconds);
	(void)mysql_options(link, MYSQL_OPT_WRITE_TIMEOUT, &reply_seconds);
	(void)mysql_options(link, MYSQL_SET_CHARSET_NAME, "utf8mb4");
	/*
	 * REPEATABLE READ, the default, locks the gaps between index entries too: whoever holds a token's row and
	 * inserts the next one into a gap that twenty others wait for would be their deadlock.
	 */
	(void)mysql_options(link, MYSQL_INIT_COMMAND, "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED");
#ifdef MARIADB_PACKAGE_VERSION
	/* A private server on the loopback has a certificate of its own making, or none. */
	char verify = 0;
	(void)mysql_options(link, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &verify);
#else
	/* MySQL's way to log in without TLS */
	bool public_key = true;
	(void)mysql_options(link, MYSQL_OPT_GET_SERVER_PUBLIC_KEY, &public_key);
#endif
}

int db_open(const struct db_config *config, struct db **ret, struct error *err)
{
	const char *path = config->socket && *config->socket ? config->socket : NULL;
	struct db *db = calloc(1, sizeof(*db));

	if (db)
		db->link = mysql_init(NULL);
	if (!db || !db->link) {
		free(db);
		return error_set_memory(err);
	}
	set_options(db->link);
	if (!mysql_real_connect(db->link, path ? NULL : config->host, config->user, config->password,
				config->name, (unsigned)config->port, path,
				CLIENT_MULTI_STATEMENTS | CLIENT_FOUND_ROWS)) {
		(void)fail(db, "connecting to the database", err);
		db_close(db);
		return -1;
	}
	*ret = db;
	return 0;
}

void db_close(struct db *db)
{
	if (!db)
		return;
	mysql_close(db->link);
	free(db);
}

bool db_is_broken(const struct db *db)
{
	return db->broken;
}

static void add_quoted(struct text *sql, struct db *db, const char *value)
{
	if (!value) {
		text_add(sql, "NULL");
		return;
	}
	size_t n = strlen(value);
	text_add(sql, "'");
	if (!text_reserve(sql, 2 * n + 2)) {
		sql->n += mysql_real_escape_string(db->link, sql->p + sql->n, value, (unsigned long)n);
		text_add(sql, "'");
	}
}

static const char *const conversions[] = { "%s", "%lld", "%llu", "%.2f", "%%" };
enum { CONVERT_STRING, CONVERT_SIGNED, CONVERT_UNSIGNED, CONVERT_DECIMAL, CONVERT_PERCENT, CONVERT_COUNT };

static size_t conversion_at(const char *p)
{
	size_t i = 0;

	while (i < CONVERT_COUNT && strncmp(p, conversions[i], strlen(conversions[i])))
		i++;
	assert(i < CONVERT_COUNT);
	return i;
}

static void sql_vaddf(struct text *sql, struct db *db, const char *fmt, va_list args)
{
	const char *p = fmt;

	for (;;) {
		size_t plain = strcspn(p, "%");
		text_addn(sql, p, plain);
		p += plain;
		if (!*p)
			return;
		size_t conversion = conversion_at(p);
		switch (conversion) {
		case CONVERT_STRING:
			add_quoted(sql, db, va_arg(args, const char *));
			break;
		case CONVERT_SIGNED:
			text_addf(sql, "%lld", va_arg(args, long long));
			break;
		case CONVERT_UNSIGNED:
			text_addf(sql, "%llu", va_arg(args, unsigned long long));
			break;
		case CONVERT_DECIMAL:
			text_addf(sql, "%.2f", va_arg(args, double));
			break;
		case CONVERT_PERCENT:
			text_add(sql, "%");
			break;
		}
		p += strlen(conversions[conversion]);
	}
}

void sql_addf(struct text *sql, struct db *db, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	sql_vaddf(sql, db, fmt, args);
	va_end(args);
}

/* Fetches the result at hand; NULL in *ret when the statement had none. */
static int fetch(struct db *db, struct db_rows **ret, struct error *err)
{
	MYSQL_RES *result = mysql_store_result(db->link);

	if (!result) {
		*ret = NULL;
		return mysql_errno(db->link) ? fail(db, "reading rows", err) : 0;
	}
	struct db_rows *rows = calloc(1, sizeof(*rows));
	if (!rows) {
		mysql_free_result(result);
		return error_set_memory(err);
	}
	rows->result = result;
	rows->columns = mysql_num_fields(result);
	*ret = rows;
	return 0;
}

int db_script(struct db *db, const struct text *sql, size_t *done, struct db_rows **rows,
	      struct error *err)
{
	struct db_rows *last = NULL;
	int more = 0;

	*done = 0;
	*rows = NULL;
	if (text_failed(sql))
		return error_set_memory(err);
	if (mysql_real_query(db->link, sql->p, (unsigned long)sql->n))
		return fail(db, "statement", err);
	while (more == 0) {
		struct db_rows *here = NULL;
		if (fetch(db, &here, err)) {
			db->broken = true;	/* results of the rest may be waiting */
			break;
		}
		if (here) {
			db_rows_free(last);
			last = here;
		}
		db->affected = mysql_affected_rows(db->link);
		db->last_id = mysql_insert_id(db->link);
		++*done;
		more = mysql_next_result(db->link);
	}
	if (more > 0)
		(void)fail(db, "statement", err);
	*rows = last;
	return more < 0 ? 0 : -1;
}

static int run(struct db *db, const char *fmt, va_list args, struct db_rows **ret, struct error *err)
{
	struct text sql = { 0 };
	size_t done;

	sql_vaddf(&sql, db, fmt, args);
	int rc = db_script(db, &sql, &done, ret, err);
	if (rc) {
		db_rows_free(*ret);
		*ret = NULL;
	}
	text_release(&sql);
	return rc;
}

int db_query(struct db *db, struct db_rows **ret, struct error *err, const char *fmt, ...)
{
	struct db_rows *rows = NULL;
	va_list args;

	va_start(args, fmt);
	int rc = run(db, fmt, args, &rows, err);
	va_end(args);
	if (!rc && !rows)
		rc = error_set(err, 0, "statement yielded no rows");
	if (!rc)
		*ret = rows;
	return rc;
}

int db_exec(struct db *db, unsigned long long *ret_affected, struct error *err, const char *fmt, ...)
{
	struct db_rows *rows = NULL;
	va_list args;

	va_start(args, fmt);
	int rc = run(db, fmt, args, &rows, err);
	va_end(args);
	if (rc)
		return -1;
	db_rows_free(rows);
	if (ret_affected)
		*ret_affected = db->affected;
	return 0;
}

int db_begin(struct db *db, struct error *err)
{
	return db_exec(db, NULL, err, "START TRANSACTION");
}

int db_commit(struct db *db, struct error *err)
{
	return db_exec(db, NULL, err, "COMMIT");
}

void db_rollback(struct db *db)
{
	struct error ignored;

	if (!db->broken && db_exec(db, NULL, &ignored, "ROLLBACK"))
		db->broken = true;
}

bool db_in_transaction(const struct db *db)
{
	return db->link->server_status & SERVER_STATUS_IN_TRANS;
}

unsigned long long db_last_id(const struct db *db)
{
	return db->last_id;
}

unsigned long long db_count(const struct db_rows *rows)
{
	return mysql_num_rows(rows->result);
}

bool db_next(struct db_rows *rows)
{
	rows->row = mysql_fetch_row(rows->result);
	return rows->row != NULL;
}

const char *db_col(const struct db_rows *rows, unsigned column)
{
	assert(rows->row && column < rows->columns);
	return rows->row[column];
}

long db_int(const struct db_rows *rows, unsigned column)
{
	const char *text = db_col(rows, column);
	long value = 0;

	if (text && scan_integer(text, -1000000000000000L, 1000000000000000L, &value))
		value = 0;
	return value;
}

void db_rows_free(struct db_rows *rows)
{
	if (!rows)
		return;
	mysql_free_result(rows->result);
	free(rows);
}

void db_thread_end(void)
{
	mysql_thread_end();
}
