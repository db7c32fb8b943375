/*
 * How to reach Redis: REDIS_URL (redis://, rediss://, unix://), REDIS_HOST and its
 * neighbours, or --connection NAME=URL. Nothing is guessed; Docker's REDIS_PORT=tcp://...
 * is explained.
 */
#ifndef PROBES_REDIS_SETTINGS_H
#define PROBES_REDIS_SETTINGS_H

#include "harness/run/connection.h"

/* NUL-terminated texts of the arena; NULL where not given. */
struct redis_settings {
	const char *host;
	const char *socket; /* NULL: TCP */
	uint16_t port;
	const char *user, *password;
	uint32_t database;
	bool tls;
	const char *ssl_ca; /* TLS: file of the authorities, NULL: the system's */
	struct str url; /* for people, without password */
};

/*
 * True when there are settings for env->name; false with what was looked for in *err
 * (ERR_CONNECT).
 */
bool redis_settings_present(const struct connection_env *env, struct error *err);

/*
 * Reads them into `a` and registers the password as a secret. ERR_CONNECT for what is
 * wrong with them.
 */
int redis_settings_read(struct arena *a, const struct connection_env *env,
	struct redis_settings *ret, struct error *err) MUST_USE;

#endif
