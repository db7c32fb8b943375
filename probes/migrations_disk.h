/*
 * The migrations that lie in a folder, under the names that their tool's history gives them.
 *
 * What is no migration of that tool is passed over (an index.ts, a README, a *.down.sql). All files are read within
 * the limits of the run; names and checksums live in the arena.
 */
#ifndef PROBES_MIGRATIONS_DISK_H
#define PROBES_MIGRATIONS_DISK_H

#include "harness/base/error.h"
#include "harness/base/limits.h"
#include "probes/migrations_tools.h"

struct migration_file {
	struct str name;
	struct str key;	/* what is compared with the history; migration_key() of the name for nearly all */
	const char *path;
	struct str sums[3];	/* any of them in the history means unchanged; absent: none */
	const struct str *parents;	/* alembic: down_revision; django: what a squashed one replaces */
	size_t nparents;
	bool guessed;	/* from the name of a file without a name inside */
	bool optional;	/* never pending: a baseline, which only a new database needs */
};

struct migration_folder {
	struct str path;
	struct migration_file *files;	/* in their order on disk */
	size_t count, cap;
};

/*
 * Reads the folder as `tool` would. ERR_FILE: it is none or cannot be read; ERR_LIMIT: more than max_rows_kept
 * files; ERR_PARSE: a journal that is none.
 */
int migration_folder_read(struct arena *a, const struct limits *limits,
	const struct migration_tool *tool, struct str path, struct migration_folder *ret,
	struct error *err) MUST_USE;

#endif
