/*
 * The plan: RUN unfolded, every test case with its id, what is filtered or skipped already known. Made before anything is sent; const afterwards.
 */
#ifndef HARNESS_RUN_PLAN_H
#define HARNESS_RUN_PLAN_H

#include "harness/run/library.h"

struct plan_file;

struct plan_case {
	struct str id;			/* 12 hex digits */
	struct str title;
	const struct unit *unit;
	const struct plan_file *file;
	const struct str *tags;		/* its own, its file's, those of the RUNs above */
	size_t ntags;
	bool is_warning;		/* severity: own, else file's, else RUN's */
	struct str why, fix, owner;
	const struct acceptance *accept;
	const struct requirement *needs;
	size_t nneeds;
	struct str skip_kind;		/* absent: it runs; else "skip.tags" ... */
	struct str skip_reason;
	bool is_setup;			/* the `(setup)` case of an .sql file */
	bool is_container;		/* a RUN whose rows are known only at run time */
};

/* One step of a file, in the order written. */
struct plan_item {
	const struct unit *unit;
	const struct plan_case *test;		/* NULL: a RUN, or a setup statement behind the first */
	struct plan_file *const *files;		/* RUN: one per row of for-each */
	size_t nfiles;
};

struct plan_row {
	const struct str *names;
	const struct str *values;
	size_t count;
};

/* A file as it is run in one place. */
struct plan_file {
	const struct loaded *loaded;
	const struct plan_file *parent;	/* NULL: from the command line */
	const struct unit *run;		/* the RUN that runs it */
	struct plan_row row;		/* for-each: its columns as variables */
	struct str suite;		/* name in reports */
	struct str chain;		/* for ids: paths and row labels, NUL between */
	const struct plan_item *items;
	size_t nitems;
	const struct plan_case *cases;
	size_t ncases;
};

struct plan {
	struct plan_file *const *roots;
	size_t nroots;
	struct plan_file *const *files;	/* all, roots and unfolded ones, in planned order */
	size_t nfiles;
	size_t ncases;
	size_t nselected;		/* cases without skip_kind */
	struct str hash;		/* SHA-256 over all ids, hex */
};

/*
 * Unfolds `roots`. Errors (a cycle, a write without grant, a required variable that is not set) go to lib->errors; -1 then.
 */
int plan_make(struct library *lib, const struct loaded *const *roots, size_t nroots, struct plan *ret) MUST_USE;

/*
 * Does anything in the plan set a variable of that name: a default, an option or a capture of an entry, a column of for-each? True as well
 * where only the run can tell, below a RUN over a list.
 */
bool plan_may_set(const struct plan *plan, struct str name);

#endif
