/*
 * A program that is started directly, never through a shell: its output, bounded, until a deadline. It runs in a
 * process group of its own, which is killed when time is over or the run is stopped.
 */
#ifndef PROBES_PROCESS_H
#define PROBES_PROCESS_H

#include "harness/base/deadline.h"
#include "harness/base/strbuf.h"

struct process {
	const char *const *argv;	/* ends with NULL; argv[0] is looked up in PATH */
	const char *const *env;		/* ends with NULL */
	struct strbuf *out;		/* standard output; more than fits is an error */
	struct strbuf *complaint;	/* standard error; what is more is dropped */
};

/*
 * 0: it ended, *ret_status is its exit status (128 + n when signal n killed it). ERR_FILE when it can't be started
 * (*ret_status 127: there is no such program), ERR_LIMIT for too much output, ERR_TIMEOUT, ERR_ABORTED.
 */
int process_run(const struct process *p, const struct deadline *deadline, int *ret_status,
	struct error *err) MUST_USE;

#endif
