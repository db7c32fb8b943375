/*
 * The migration tools whose history MIGRATIONS reads: a row each, with the table they keep, the columns it is
 * recognised by, the SELECT that reads it, and how the name of a migration is found in its files.
 *
 * Every SELECT gives the columns `name` (never NULL) and, where the tool records them, `failed` (1: failed or
 * half-applied), `detail` (what went wrong), `checksum`, `baseline` (1: what sorts before this one, or is
 * this one, was there already; with an empty `name` it is a mark and no migration). '@' stands for the
 * quoted name of the table.
 */
#ifndef PROBES_MIGRATIONS_TOOLS_H
#define PROBES_MIGRATIONS_TOOLS_H

#include "harness/base/str.h"

/* How a history that was read becomes the list of what is applied. */
enum migration_history_form {
	HISTORY_NAMES,	/* a row a migration */
	HISTORY_VERSION,	/* one row: all files up to this number are applied (golang-migrate) */
	HISTORY_HEADS,	/* the newest of each line; their ancestors are applied too (alembic) */
};

/* What migrations are sorted by on disk; ORDER_NONE: the history does not tell in which order they ran. */
enum migration_order {
	ORDER_NONE,
	ORDER_TEXT,	/* bytes of the name */
	ORDER_NUMBER,	/* digits at its start */
	ORDER_STAMP,	/* the 13 digits at its end */
	ORDER_VERSION,	/* Flyway: V1.10__ is behind V1.9__ */
};

enum migration_sum {
	SUM_NONE,
	SUM_SHA256,	/* hex, of the file with either line end */
	SUM_CRC32,	/* Flyway: of its lines, as a signed number */
	SUM_ATLAS,	/* what atlas.sum says of it; each covers the files before it too */
};

/* Where the name of a migration stands. */
enum migration_disk {
	DISK_FILE,	/* in the file's name: set of migration_file_flag */
	DISK_TYPEORM,	/* in the source: property `name`, else the class */
	DISK_FLYWAY,	/* V1__x.sql, R__x.sql, B1__x.sql; Java classes of such names */
	DISK_LIQUIBASE,	/* in change logs: file::id::author */
	DISK_PRISMA,	/* the folder that holds migration.sql */
	DISK_DJANGO,	/* app/migrations/name.py: app.name */
	DISK_ALEMBIC,	/* in the source: revision */
	DISK_DOCTRINE,	/* in the source: namespace and class */
	DISK_DRIZZLE,	/* meta/_journal.json */
	DISK_COUNT
};

enum migration_file_flag {
	FILE_DIGITS = 1,	/* the digits at its start are the name, without leading zeros */
	FILE_ZEROS = 2,	/* ... with them */
	FILE_UNDERSCORE = 4,	/* a `_` must follow the digits, or stand in the name */
	FILE_BARE = 8,	/* the name is without extension */
	FILE_ANY_SCRIPT = 16,	/* .ts, .js, .mjs and .cjs count as equal */
	FILE_DEEP = 32,	/* in subfolders too */
	FILE_UP = 64,	/* only NAME.up.EXTENSION */
	FILE_VERSION = 128,	/* the name ends at the first `_`, or before .sql */
};

struct migration_tool {
	const char *name;
	const char *table;
	const char *columns[5];	/* all of them are there; NULL-terminated */
	const char *not_column;	/* and this one is not; NULL: none */
	const char *beside, *not_beside;	/* a table that must, or must not, stand in the same schema */
	const char *schema;	/* also looked for in a schema of this name; NULL: none */
	enum migration_history_form form;
	enum migration_order order;
	enum migration_sum sum;
	const char *select;
	const char *lock_suffix;	/* the lock table's name is the history's with this behind it; NULL: none */
	const char *lock_select;	/* `holder` and `since` (may be NULL) of a lock that is held */
	enum migration_disk disk;
	unsigned files;	/* set of migration_file_flag */
	const char *suffixes[8];	/* of the files that are looked at; NULL-terminated */
	bool tried;	/* against histories that the tool itself wrote */
	const char *help;	/* what a name is, for the manual */
};

extern const struct migration_tool migration_tools[];
extern const size_t nmigration_tools;

/* By name, NULL when unknown. */
const struct migration_tool *migration_tool_find(struct str name);

/* The nearest name within two edits, NULL when none is near. */
const char *migration_tool_suggest(struct str name);

/*
 * The part of a name that is compared: extension and leading zeros left out where the tool does not care.
 * Borrowed from `name`.
 */
struct str migration_key(const struct migration_tool *tool, struct str name);

/* <0, 0, >0: the order on disk of two keys; 0 also where it cannot be told. */
int migration_compare_keys(
	const struct migration_tool *tool, struct str a, struct str b);

#endif
