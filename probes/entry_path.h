/*
 * The path behind BACKUP and GIT: one template, filled in for each attempt, in the folder of the file that
 * names it. Its variables must be known before the run, as those of all paths.
 */
#ifndef PROBES_ENTRY_PATH_H
#define PROBES_ENTRY_PATH_H

#include "harness/run/probe.h"

/* Before the run: is it there, are its variables known? ERR_CHECK at the place. `what`: "a file or a pattern". */
int entry_path_check(const struct prepare_env *env, const struct entry *e, const char *what,
	struct error *err) MUST_USE;

/* The path of the entry that is performed, in run->arena. */
int entry_path_expand(const struct probe_run *run, const char **ret, struct error *err) MUST_USE;

#endif
