/*
 * Reading the words of a dump: names in their quotes, what a CREATE makes, into which table an INSERT goes.
 * Pure functions over text; nothing is kept.
 */
#ifndef PROBES_BACKUP_WORDS_H
#define PROBES_BACKUP_WORDS_H

#include "harness/base/str.h"

/* A name without its quotes. Names have at most 64 characters. */
struct backup_name {
	char bytes[64 * 4];
	size_t n;
};

/* Borrowed from `n`. */
struct str backup_name_str(const struct backup_name *n);

/*
 * The name at the start of *rest: in backticks or double quotes (doubled inside), or a bare word; of
 * `db`.`name` the last one. *rest then starts behind it. False, with nothing changed, where there is none.
 */
bool backup_read_name(struct str *rest, struct backup_name *ret);

enum backup_object_kind {
	BACKUP_OBJECT_TABLE,
	BACKUP_OBJECT_VIEW,
	BACKUP_OBJECT_TRIGGER,
	BACKUP_OBJECT_ROUTINE,
	BACKUP_OBJECT_EVENT,
};

struct backup_object {
	enum backup_object_kind kind;
	bool stand_in;		/* of a view: what stands in its place until all tables are there */
	struct backup_name name;
	struct str rest;	/* what follows the name */
};

/* What a CREATE statement makes, also one inside conditional comments; false for anything else. */
bool backup_read_object(struct str statement, struct backup_object *ret);

/*
 * The next column of a table's or stand-in view's definition: `struct backup_object.rest` the first time,
 * moved on by each call. False at the end.
 */
bool backup_read_column(enum backup_object_kind kind, struct str *rest, struct backup_name *ret);

enum backup_insert {
	BACKUP_INSERT_NONE,	/* no INSERT */
	BACKUP_INSERT_COLUMNS,	/* one, its VALUES are still to come */
	BACKUP_INSERT_VALUES,	/* one, its first tuple comes next */
};

/* What the text before an opening parenthesis is; with an INSERT also its table. */
enum backup_insert backup_read_insert(struct str head, struct backup_name *ret_table);

/* "binlog.000002:157" from "... LOG_FILE='binlog.000002', ..._LOG_POS=157" into buf; 0: there is none. */
size_t backup_read_position(struct str text, char *buf, size_t n);

/* The text between the first quote and the next; absent: there is none. */
struct str backup_read_quoted(struct str text);

#endif
