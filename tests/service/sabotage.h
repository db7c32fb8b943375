/*
 * The faults that act on the database while it is migrated.
 */
#ifndef TESTS_SERVICE_SABOTAGE_H
#define TESTS_SERVICE_SABOTAGE_H

#include <stdbool.h>
#include <stddef.h>

struct app;
struct db;
struct error;

/* Before the first migration of an empty database. */
int sabotage_before(const struct app *app, struct db *db, struct error *err);

/* Whether the migration at `index` of `count` is to be left out, run and record alike. */
bool sabotage_leaves_out(const struct app *app, size_t index, size_t count);

/* How many statements of it are to run: all, or none when it is only to be recorded. */
size_t sabotage_statements(const struct app *app, size_t index, size_t count);

/* Whether the run is to break off after it, unrecorded. */
bool sabotage_breaks_off(const struct app *app, size_t index);

/* After the last migration, also when it had been applied before. Can be repeated. */
int sabotage_after(const struct app *app, struct db *db, struct error *err);

#endif
