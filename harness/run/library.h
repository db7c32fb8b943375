/*
 * All files of a run, read, parsed, checked and prepared before anything is sent: those named on the command line and those they RUN.
 * A file is loaded once, whatever the number of RUNs that name it.
 */
#ifndef HARNESS_RUN_LIBRARY_H
#define HARNESS_RUN_LIBRARY_H

#include "harness/run/config.h"

struct loaded;

/* An entry, with what its probe made of it. */
struct unit {
	const struct entry *entry;
	const struct probe_kind *probe;		/* NULL: RUN */
	struct prepared prepared;
	unsigned needs;				/* enum need, of all its queries */
	bool wants_error;
	const struct loaded *target;		/* RUN: the file */
};

struct loaded {
	const char *path;			/* as shown, normalised */
	const struct suite *suite;
	const struct unit *units;		/* parallel to suite->entries */
};

struct library {
	struct arena *arena;			/* everything read and prepared lives there, as long as the run */
	const struct run_config *config;
	struct scope *known;			/* what is set before the run, for paths with placeholders */
	struct loaded **files;
	size_t count, cap;
	struct error_list errors;		/* ERR_PARSE, ERR_CHECK, ERR_FILE: exit 2 (ERR_USAGE: 1) */
	struct error_list warnings;
	struct error_list notes;	/* what a run would refuse, where it is none */
};

/* Empty; what is read will live in `a`. */
int library_init(struct library *lib, struct arena *a, const struct run_config *config, struct error *err) MUST_USE;

/* Frees what is not in the arena. Fine after a library_init that failed. */
void library_release(struct library *lib);

/*
 * Loads a file and what it RUNs. NULL when it (or one below it) has errors, which are in lib->errors. `from` and `span` are where it was
 * named (NULL: the command line).
 */
const struct loaded *library_load(struct library *lib, const char *path, const struct source *from, struct span span);

/* As library_load for a text that is no file (standard input). */
const struct loaded *library_load_text(struct library *lib, const char *name, struct str text, enum file_type type);

/* True when a file that was loaded RUNs `path` (directories leave those out). */
bool library_is_run_by_another(const struct library *lib, const struct loaded *f);

#endif
