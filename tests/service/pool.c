#include "tests/service/pool.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>

#include "tests/service/app.h"
#include "tests/service/db.h"
#include "tests/service/error.h"

#define WAIT_SECONDS 2

struct pool {
	const struct app *app;
	pthread_mutex_t lock;
	pthread_cond_t returned;
	size_t max;
	size_t lent;
	size_t idle_count;
	struct db **idle;	/* a stack with room for max */
};

int pool_new(const struct app *app, struct pool **ret, struct error *err)
{
	struct pool *pool = calloc(1, sizeof(*pool));
	pthread_condattr_t monotonic;

	if (!pool)
		return error_set_memory(err);
	pool->app = app;
	pool->max = fault_on(&app->faults, FAULT_POOL_EXHAUSTED) ? 0 : (size_t)app->config.pool_max;
	pool->idle = calloc((size_t)app->config.pool_max, sizeof(*pool->idle));
	if (!pool->idle) {
		free(pool);
		return error_set_memory(err);
	}
	pthread_mutex_init(&pool->lock, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&pool->returned, &monotonic);
	pthread_condattr_destroy(&monotonic);
	*ret = pool;
	return 0;
}

void pool_free(struct pool *pool)
{
	if (!pool)
		return;
	for (size_t i = 0; i < pool->idle_count; i++)
		db_close(pool->idle[i]);
	pthread_cond_destroy(&pool->returned);
	pthread_mutex_destroy(&pool->lock);
	free(pool->idle);
	free(pool);
}

/* Waits for a place and counts it as lent; an idle connection comes with it, if there is one. */
static int reserve(struct pool *pool, struct db **ret, struct error *err)
{
	struct timespec until;
	int timed_out = 0;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += WAIT_SECONDS;
	pthread_mutex_lock(&pool->lock);
	while (pool->lent >= pool->max && !timed_out)
		timed_out = pthread_cond_timedwait(&pool->returned, &pool->lock, &until);
	bool free_place = pool->lent < pool->max;
	if (free_place) {
		pool->lent++;
		*ret = pool->idle_count ? pool->idle[--pool->idle_count] : NULL;
	}
	pthread_mutex_unlock(&pool->lock);
	if (!free_place)
		return error_set(err, 0, "no database connection became free within %d seconds", WAIT_SECONDS);
	return 0;
}

static void release_place(struct pool *pool)
{
	pthread_mutex_lock(&pool->lock);
	pool->lent--;
	pthread_cond_signal(&pool->returned);
	pthread_mutex_unlock(&pool->lock);
}

static int prepare(const struct app *app, struct db *db, struct error *err)
{
	const struct faults *faults = &app->faults;
	struct db_rows *rows;

	if (fault_on(faults, FAULT_DB_READONLY) &&
	    db_exec(db, NULL, err, "SET SESSION TRANSACTION READ ONLY"))
		return -1;
	if (!fault_on(faults, FAULT_DB_FROZEN))
		return 0;
	if (db_query(db, &rows, err, "SELECT SLEEP(%lld)", (long long)faults->value[FAULT_DB_FROZEN]))
		return -1;
	db_rows_free(rows);
	return 0;
}

int pool_open(const struct app *app, struct db **ret, struct error *err)
{
	static const struct db_config nowhere = { "127.0.0.1", 1, "", "", "", NULL };
	struct db *db;

	if (db_open(fault_on(&app->faults, FAULT_DB_DOWN) ? &nowhere : &app->config.db, &db, err))
		return -1;
	if (prepare(app, db, err)) {
		db_close(db);
		return -1;
	}
	*ret = db;
	return 0;
}

int pool_take(struct pool *pool, struct db **ret, struct error *err)
{
	struct db *db = NULL;

	if (reserve(pool, &db, err))
		return -1;
	if (!db && pool_open(pool->app, &db, err)) {
		release_place(pool);
		return -1;
	}
	*ret = db;
	return 0;
}

/* Closes the idle connections, of which there are at most `max`, outside the lock. */
static void drop_idle(struct pool *pool)
{
	for (;;) {
		pthread_mutex_lock(&pool->lock);
		struct db *db = pool->idle_count ? pool->idle[--pool->idle_count] : NULL;
		pthread_mutex_unlock(&pool->lock);
		if (!db)
			return;
		db_close(db);
	}
}

void pool_give(struct pool *pool, struct db *db)
{
	if (!db)
		return;
	if (db_is_broken(db) || fault_on(&pool->app->faults, FAULT_DB_FROZEN)) {
		db_close(db);
		drop_idle(pool);
	} else {
		pthread_mutex_lock(&pool->lock);
		pool->idle[pool->idle_count++] = db;
		pthread_mutex_unlock(&pool->lock);
	}
	release_place(pool);
}
