/*
 * Connections to the database, kept open and shared by the threads that answer requests.
 *
 * At most `max` are lent at a time; who comes later waits up to two seconds, then fails. A broken
 * connection that comes back takes the idle ones with it, since they have lost the same server.
 */
#ifndef TESTS_SERVICE_POOL_H
#define TESTS_SERVICE_POOL_H

struct app;
struct db;
struct error;
struct pool;

/* A pool for the application's database; its configuration and faults must outlive it. */
int pool_new(const struct app *app, struct pool **ret, struct error *err);

/* Closes the idle connections. All must have been given back. Accepts NULL. */
void pool_free(struct pool *pool);

/* Lends a connection, opening one when none is idle. */
int pool_take(struct pool *pool, struct db **ret, struct error *err);

/* Takes a connection back. Accepts NULL. */
void pool_give(struct pool *pool, struct db *db);

/* A connection of one's own, with the faults that concern connections. */
int pool_open(const struct app *app, struct db **ret, struct error *err);

#endif
