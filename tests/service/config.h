/*
 * The settings that come from the environment, with the names and defaults of the original.
 *
 * JWT_SECRET has no default here: unset, the service signs with a secret made at its start.
 * DB_SOCKET, BCRYPT_COST, DB_POOL_MAX and POLL_MS are this service's own.
 */
#ifndef TESTS_SERVICE_CONFIG_H
#define TESTS_SERVICE_CONFIG_H

#include <stdbool.h>

struct error;
struct text;

struct db_config {
	const char *host;
	long port;
	const char *name;
	const char *user;
	const char *password;
	const char *socket;	/* NULL or empty: TCP */
};

struct config {
	struct db_config db;
	const char *redis_url;
	long port;			/* 0: the kernel chooses */
	const char *jwt_secret;		/* NULL: made at the start */
	long jwt_seconds;
	long refresh_days;
	bool memory_fallback;		/* refresh tokens in memory when their table is missing */
	long bcrypt_cost;
	long pool_max;
	long max_attempts;
	long base_backoff_s;
	long batch_size;
	long idempotency_ttl_s;
	const char *worker_id;		/* NULL: a random one */
	long poll_ms;
};

/*
 * Reads every setting through `get` (getenv, or a test's own). The texts belong to `get`'s side
 * and must outlive *ret. Fails on the first value that is out of its range.
 */
int config_read(const char *(*get)(const char *name), struct config *ret, struct error *err);

/* The settings with their defaults, a line each, for the help. */
void config_describe(struct text *out);

#endif
