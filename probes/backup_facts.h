/*
 * What is known of a dump: what it says of itself, the objects in it, and what is wrong with it. The reader
 * (backup_dump.h) fills it line by line; the probe makes the observation of it.
 *
 * Everything lives in the arena. Names and damages have ceilings, so that a file that is no dump ends in an
 * error or a count, not in memory.
 */
#ifndef PROBES_BACKUP_FACTS_H
#define PROBES_BACKUP_FACTS_H

#include "harness/base/error.h"

struct backup_names {
	struct str *items;
	size_t count, cap;
};

struct backup_table {
	struct str name;	/* "outbox"; "shop.outbox" in a dump of several databases */
	uint64_t rows;		/* tuples of its INSERTs */
	bool created;		/* there is a CREATE TABLE */
	bool has_data;		/* there is a data section, or an INSERT */
	bool columns_cut;	/* its definition was too long to be kept */
	struct backup_names columns;
};

struct backup_view {
	struct str name;
	bool stand_in;		/* a table in its place came, so that other views can be made */
	bool final;
	uint64_t line;
	struct backup_names columns;
};

/* Kinds of objects that are names only. */
enum backup_list { BACKUP_TRIGGERS, BACKUP_ROUTINES, BACKUP_EVENTS, BACKUP_LIST_COUNT };

enum backup_last {	/* what the last non-empty line was */
	BACKUP_LAST_OTHER,
	BACKUP_LAST_FOOTER,
	BACKUP_LAST_STATEMENT,	/* a statement was closed */
	BACKUP_LAST_NOTES,	/* SET SQL_NOTES=@OLD_SQL_NOTES, the last statement of a dump without comments */
};

struct backup_facts {
	struct arena *arena;
	bool want_columns;

	struct str tool;	/* "mariadb-dump 10.11.19-MariaDB"; absent: no header */
	struct str server, database, position, gtid;
	struct str completed;	/* date of the footer, as it stands: of the clock of whoever made the dump */
	uint64_t header_line;	/* 0: none */
	uint64_t footers;
	enum backup_last last;

	struct backup_table *tables;
	size_t ntables, tables_cap;
	struct backup_view *views;
	size_t nviews, views_cap;
	struct backup_names lists[BACKUP_LIST_COUNT];
	bool several_databases;
	struct str first;	/* database that was named first */
	struct str current;	/* of several: the database of the objects that follow */

	struct backup_names damages, notes;
	uint64_t damages_left_out;
};

/* Empty, in `a`. */
void backup_facts_init(struct backup_facts *f, struct arena *a, bool want_columns);

/*
 * The table or view of that name (as it stands in the dump), made when it is new. The newest is found at
 * once. NULL with *err: over the ceiling of objects, or no memory.
 */
struct backup_table *backup_table(struct backup_facts *f, struct str name, struct error *err) MUST_USE;
struct backup_view *backup_view(struct backup_facts *f, struct str name, struct error *err) MUST_USE;	/* as backup_table */

/* A name more; ERR_LIMIT over the ceiling. The text is copied, `add_own` puts the current database before it. */
int backup_names_add(struct backup_facts *f, struct backup_names *l, struct str name, struct error *err) MUST_USE;
int backup_names_add_own(struct backup_facts *f, struct backup_names *l, struct str name, struct error *err) MUST_USE;

/* The objects that follow belong to this database. */
int backup_use(struct backup_facts *f, struct str database, struct error *err) MUST_USE;

/* Something is wrong with the dump: a line for people, with the place in it. Beyond a ceiling they are counted. */
void backup_damage(struct backup_facts *f, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* Something to know that is no damage. */
void backup_note(struct backup_facts *f, const char *fmt, ...) PRINTF_LIKE(2, 3);

#endif
