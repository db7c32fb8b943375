/*
 * What a history says, against the files on disk and against the names that a suite expects.
 *
 * It only says what is so: which of it is red is the judge's. Pure.
 */
#ifndef PROBES_MIGRATIONS_COMPARE_H
#define PROBES_MIGRATIONS_COMPARE_H

#include "harness/value/value.h"
#include "probes/migrations_disk.h"
#include "probes/migrations_history.h"
#include "probes/migrations_names.h"

/* An expected name; with is_prefix all neighbours that start with it. */
struct migration_line {
	struct str text;
	bool is_prefix;
};
struct migration_lines {
	const struct migration_line *items;
	size_t count;
};

struct migration_facts {
	struct names applied;	/* recorded and done, in the tool's order */
	struct names failed;	/* failed or half-applied; a lock that is held */
	struct names duplicate;	/* recorded more than once */
	struct names missing;	/* expected by the lines, not applied */
	struct names unknown;	/* recorded, not on disk; without a folder: not in the lines */
	struct names out_of_order;	/* after one that sorts later; in the lines: before its predecessor */
	struct names pending, changed, on_disk, guessed;	/* with a folder */
	struct names unmet;	/* a line for people for each reason not to be APPLIED */
	struct names notes;	/* ... and for what is worth knowing */
	bool has_folder, has_lines, has_order, has_sums;
};

/*
 * One name or `Prefix*` a line; blanks around it do not count, nor do empty lines, nor what follows a '#' at the start
 * or behind a blank.
 */
struct migration_lines migration_lines_read(struct arena *a, struct str text);

/* `folder` and `lines` may be NULL. Everything is in `a`; the arena remembers when memory was out. */
struct migration_facts migration_compare(struct arena *a,
	const struct migration_history *history, const struct migration_folder *folder,
	const struct migration_lines *lines);

/* The observation (value/observation.h); NULL when memory is out. */
const struct value *migration_tree(struct arena *a, const struct migration_tool *tool,
	const struct migration_facts *facts, const struct value *duration);

#endif
