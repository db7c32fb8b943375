/*
 * What all threads of one program share: settings and faults, which are only read after the start,
 * and the parts that look after their own locking.
 */
#ifndef TESTS_SERVICE_APP_H
#define TESTS_SERVICE_APP_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "tests/service/config.h"
#include "tests/service/faults.h"

/* The secret that the original falls back on; here only with the fault weak-secret. */
#define APP_WEAK_SECRET "dev-secret"

struct error;
struct metrics;
struct pool;
struct token_memory;

struct app {
	struct config config;
	struct faults faults;
	char jwt_secret[65];		/* used when the configuration has none */
	struct pool *pool;		/* API only, as the rest */
	struct metrics *metrics;
	struct token_memory *memory;
	pthread_rwlock_t hashing;	/* held for writing by a hash that starves the others */
	int stop_fd;			/* readable once the program is to end */
};

/* Prepares the shared parts; config and faults are set by the caller before or afterwards. */
int app_init(struct app *app, struct error *err);

/* Releases what app_init made. */
void app_release(struct app *app);

/* Tells every waiting thread that the program ends. Safe in a signal handler. */
void app_stop(const struct app *app);

/* Whether app_stop was called. */
bool app_is_stopping(const struct app *app);

/* Waits; true when the program is to end, at once then. */
bool app_wait_ms(const struct app *app, long ms);

/* Waits until fd is readable or its peer is gone; true when the program is to end, or on timeout. */
bool app_wait_fd(const struct app *app, int fd, short events, int timeout_ms);

/* Milliseconds of the monotonic clock. */
int64_t app_clock_ms(void);

/* Writes a line to the standard error, with the program's name before it. */
void app_log(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* The secret that access tokens are signed with. */
const char *app_jwt_secret(const struct app *app);

#endif
