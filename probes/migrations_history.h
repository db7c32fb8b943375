/*
 * The history a tool keeps in the database: which statement finds it, which table it is, and what its rows say.
 * Pure: migrations_read.c does the asking.
 */
#ifndef PROBES_MIGRATIONS_HISTORY_H
#define PROBES_MIGRATIONS_HISTORY_H

#include "harness/base/error.h"
#include "probes/db.h"
#include "probes/migrations_tools.h"

/* What is looked for. */
struct migration_wish {
	const struct migration_tool *tool;	/* NULL: whichever is there */
	struct str schema, table;	/* of its own; absent: the tool's. A table only with a tool */
};

/* Where it is. */
struct migration_place {
	const struct migration_tool *tool;
	struct str schema, table;
	struct str lock;	/* its lock table, absent: none */
};

struct migration_row {
	struct str name;
	struct str key;	/* what is compared with the files */
	struct str checksum, detail;	/* absent: none */
	bool failed;
};

struct migration_history {
	const struct migration_tool *tool;
	struct migration_row *rows;	/* in the tool's order */
	size_t count, cap;
	struct str baseline;	/* what sorts up to this key was there already; absent: none */
	struct str lock;	/* "(lock held by HOLDER since TIME)", absent: none */
};

/* "audit.my_migrations" to both parts, "my_migrations" to a table of the connection's schema. */
void migration_wish_table(struct migration_wish *w, struct str text);

/* The statement that tells which of the tables are there: columns s, t and c, for schema, table and column. */
void migration_lookup_sql(
	struct strbuf *out, const struct migration_wish *w, bool no_backslash_escapes);

/*
 * From the rows of that statement. ERR_SQL: no history ("no migration history in database 'shop' (looked for:
 * ...)"), more than one, or a table that is not the tool's. `database` is for messages.
 */
int migration_recognise(struct arena *a, const struct db_result *columns,
	const struct migration_wish *w, struct str database, struct migration_place *ret,
	struct error *err) MUST_USE;

/* `statement` of the tool, with the table's quoted name in place of '@'. */
void migration_fill(struct strbuf *out, const char *statement, struct str schema,
	struct str table);

/* The rows of the tool's statement. The lock is migration_history_lock's. */
int migration_history_rows(struct arena *a, const struct migration_tool *tool,
	const struct db_result *r, struct migration_history *ret, struct error *err) MUST_USE;

/* From the rows of the lock statement; no row: no lock is held. */
void migration_history_lock(
	struct arena *a, const struct db_result *r, struct migration_history *h);

#endif
