/*
 * What is known of Redis's commands: the closed list of those that only read, and the
 * shape that some replies are given. Pure.
 */
#ifndef PROBES_REDIS_COMMANDS_H
#define PROBES_REDIS_COMMANDS_H

#include "harness/base/error.h"
#include "harness/value/value.h"

enum redis_shape {
	REDIS_SHAPE_PLAIN, /* as it came */
	REDIS_SHAPE_PAIRS, /* a flat list of names and values: an object */
	REDIS_SHAPE_PAIR_LISTS, /* a list of such lists: a list of objects */
	REDIS_SHAPE_INFO, /* the text of INFO: an object, `k=v,k=v` in a value an object again */
	REDIS_SHAPE_COUNT
};

/* Where a command of the SCAN family takes its cursor; 0: it is none. */
struct redis_command_row {
	const char *name;
	const char *subcommand; /* NULL: all of them */
	enum redis_shape shape;
	size_t cursor_at;
	size_t scan_step; /* elements of one entry in the list: HSCAN and ZSCAN give pairs */
};

/*
 * The row of a reading command, by its first word and, where that decides, its second
 * (absent: none). Case does not count. NULL when it is not on the list: it needs `write:
 * true`.
 */
const struct redis_command_row *redis_command_find(
	struct str name, struct str subcommand);

/*
 * Fills *err with why the command does not pass, and in its note with the way out; always
 * -1.
 */
int redis_command_refuse(
	struct str name, const struct source *s, struct span at, struct error *err);

/* Commands that change what the connection is: they never pass, whatever is granted. */
bool redis_command_breaks_connection(struct str name, struct str subcommand);

/*
 * The reply in its shape; a reply that does not have the parts for it stays as it is.
 * NULL when memory is out.
 */
const struct value *redis_shape(
	struct arena *a, enum redis_shape shape, const struct value *reply);

/* Redis's own glob: * ? [a-z] [^a] and \ before a character. */
bool redis_glob_matches(struct str pattern, struct str text);

#endif
