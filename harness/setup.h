/*
 * From the command line to what a run needs: settings, variables with their types, secrets, the kinds, the files. Shared by run, check, list.
 */
#ifndef HARNESS_SETUP_H
#define HARNESS_SETUP_H

#include "harness/cmd.h"
#include "harness/run/plan.h"

struct setup {
	const struct options *options;
	struct arena *arena;
	char run_id[32];
	struct secrets *secrets;
	struct settings settings;
	struct kinds kinds;
	struct run_config config;
	struct library library;
	const char **paths;		/* of the command line, or of the record of --failed-from */
	size_t npaths, paths_cap;
	const struct loaded *const *roots;
	size_t nroots;
	struct plan plan;
	const char *allowed_targets;	/* option and environment joined, NULL: none */
};

/*
 * In this order, each ERR_USAGE: setup_begin (which looks at no option's value), setup_select (--id, PATH; --failed-from, whose record a report may be
 * about to replace), setup_init (variables, secrets, settings). Release it also after a failure.
 */
int setup_begin(struct setup *s, const struct options *o, const struct registries *reg, struct error *err) MUST_USE;
int setup_select(struct setup *s, struct error *err) MUST_USE;	/* the second */
int setup_init(struct setup *s, const struct registries *reg, struct error *err) MUST_USE;	/* the third */
void setup_release(struct setup *s);	/* zeroed struct is fine */

/* Loads the files of the command line and plans them. -1: errors are in s->library.errors, parse errors first. */
int setup_load(struct setup *s) MUST_USE;

/* True when a suite comes from standard input. */
bool setup_reads_stdin(const struct setup *s);

/* Exit status that the errors mean: EXIT_PARSE when a file is bad, else EXIT_USAGE. */
int setup_exit_status(const struct setup *s);

/* Prints errors or warnings (`word`) to standard error, masked. */
void setup_print_errors(const struct setup *s, const struct error_list *l, const char *word);

#endif
