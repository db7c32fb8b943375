/*
 * How to reach a database: DATABASE_URL, DB_HOST and its neighbours, --defaults-file, or
 * --connection NAME=URL. Nothing is guessed: what is missing is an error that lists it,
 * and what was meant for another program (postgres://, Docker's DB_PORT=tcp://...) is
 * explained.
 *
 * The name "database" has all of these sources, first come: the URL given for it, the
 * option file, DATABASE_URL, the DB_ variables. Every other name has its URL alone.
 */
#ifndef PROBES_DB_SETTINGS_H
#define PROBES_DB_SETTINGS_H

#include "harness/run/connection.h"

/* X(NAME, "word of ssl-mode") in order of strictness */
#define DB_SSL_MODES(X)           \
	X(DISABLED, "disabled")   \
	X(PREFERRED, "preferred") \
	X(REQUIRED, "required")   \
	X(VERIFY_CA, "verify-ca") \
	X(VERIFY_IDENTITY, "verify-identity")

enum db_ssl_mode {
#define X(name, word) DB_SSL_##name,
	DB_SSL_MODES(X)
#undef X
		DB_SSL_COUNT
};

/* NUL-terminated texts of the arena; NULL where not given. */
struct db_settings {
	const char *host; /* NULL with a socket */
	const char *socket; /* NULL: TCP */
	uint16_t port;
	const char *user, *password, *database;
	enum db_ssl_mode ssl_mode;
	const char *ssl_ca, *ssl_cert, *ssl_key;
	struct str url; /* for people: mysql://user@host:port/name */
};

/*
 * True when there are settings for env->name; false with what was looked for in *err
 * (ERR_CONNECT). Reads no file.
 */
bool db_settings_present(const struct connection_env *env, struct error *err);

/*
 * Reads them into `a` and registers the password as a secret. ERR_CONNECT, or ERR_FILE
 * for the option file.
 */
int db_settings_read(struct arena *a, const struct connection_env *env,
	struct db_settings *ret, struct error *err) MUST_USE;

/*
 * The groups [client] and [postflight] of a MySQL option file, later lines over earlier
 * ones, laid over *s. Keys that only other programs know are passed over in [client] and
 * are an error in [postflight]. `name` is the file's, for messages.
 */
int db_settings_option_file(struct arena *a, const char *name, struct str text,
	struct db_settings *s, struct error *err) MUST_USE;

#endif
