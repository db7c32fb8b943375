/*
 * Migrations: the files of a folder, each applied once, in the order of their timestamps.
 *
 * A file is NN-NAME.sql, and NAME ends in its timestamp of 13 digits; both go to the table
 * `migrations`. The comment "collate" between slash and star, behind a character set, becomes the
 * database's default collation when that is of utf8mb4, so that the two kinds of tables agree.
 */
#ifndef TESTS_SERVICE_MIGRATE_H
#define TESTS_SERVICE_MIGRATE_H

struct app;
struct error;
struct text;

/*
 * Applies what is missing and then the faults that concern the database. What happened is added to
 * `log`, a line each, on failure too.
 */
int migrate_run(struct app *app, const char *folder, struct text *log, struct error *err);

/* Products and tables for tests and the demo; what is there stays. The migrations must have run. */
int migrate_seed(struct app *app, struct text *log, struct error *err);

#endif
