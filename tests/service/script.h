/*
 * SQL files, statement by statement.
 */
#ifndef TESTS_SERVICE_SCRIPT_H
#define TESTS_SERVICE_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>

struct db;
struct error;
struct text;

/*
 * The next statement of *p, with the comments before it and without its semicolon; *p moves on behind
 * it. False when nothing but blanks and comments is left. Quotes and comments may hold semicolons.
 */
bool script_next(const char **p, struct text *statement);

/*
 * Runs the statements of a script, at most `max` of them. A statement with a comment line
 * "-- skip-on: NUMBER" is passed over when the server answers with that error number; *skipped counts
 * these.
 */
int script_run(struct db *db, const char *script, size_t max, size_t *skipped, struct error *err);

#endif
