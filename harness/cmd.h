/*
 * The subcommands, a file each. They return the process's exit status. Only they, main.c and reporters write to streams.
 */
#ifndef HARNESS_CMD_H
#define HARNESS_CMD_H

#include "harness/options.h"
#include "harness/report/reporter.h"
#include "harness/run/schema_tool.h"

/* What main.c joins: the probes and the reports this program has. */
struct registries {
	const struct probe_kind *const *probes;
	size_t nprobes;
	const struct reporter *const *reporters;
	size_t nreporters;
	const struct reporter *console;
	const struct schema_tool *schema;
};

/* Runs files and folders, or judges again what a record calls red: events to the reports, statuses of exit.h. */
int cmd_run(const struct options *o, const struct registries *reg);

/* Reads and checks the same files, sends nothing. EXIT_HELD, EXIT_PARSE or EXIT_USAGE. */
int cmd_check(const struct options *o, const struct registries *reg);

/* Prints the cases that would run, a line each or as JSON; sends nothing. */
int cmd_list(const struct options *o, const struct registries *reg);

/* `schema dump` prints a contract, `schema diff` compares with one: EXIT_FAILED when something differs. */
int cmd_schema(const struct options *o, const struct registries *reg);


/*
 * A command line that is refused: `err` on standard error, and what `o` (as far as it could be read) names as reports of a run is made red.
 */
int cmd_refuse(const struct options *o, const struct registries *reg, const struct error *err);

#endif
