/*
 * The folder of --artifacts: bodies that reports show in part, as a whole, masked. A file is replaced in one step and is at most
 * ARTIFACT_MAX long. Safe to use from several threads.
 */
#ifndef HARNESS_RUN_ARTIFACTS_H
#define HARNESS_RUN_ARTIFACTS_H

#include "harness/base/arena.h"
#include "harness/base/error.h"

enum { ARTIFACT_MAX = 10 * 1024 * 1024 };

struct artifacts;

/*
 * Makes the folder when it is not there (not those above it) and tries to write in it. Files get `mode`. ERR_FILE. `dir` is borrowed.
 */
int artifacts_open(const char *dir, unsigned mode, struct artifacts **ret, struct error *err) MUST_USE;
void artifacts_close(struct artifacts *t);	/* NULL is fine */

/* Writes DIR/NAME; *ret_path, in `a`, is what reports name. A failure is counted. */
int artifacts_write(struct artifacts *t, struct arena *a, struct str name, struct str content, struct str *ret_path,
		    struct error *err) MUST_USE;

/* How many could not be written. NULL: none. */
size_t artifacts_lost(const struct artifacts *t);

#endif
