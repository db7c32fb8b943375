/*
 * RUN: the syntax of the entry that runs another file, and its options. It is a container, not a test case.
 */
#ifndef HARNESS_RUN_RUN_KIND_H
#define HARNESS_RUN_RUN_KIND_H

#include "harness/lang/ast.h"
#include "harness/lang/kind.h"

enum run_option { RUN_FOR_EACH, RUN_CONNECTION, RUN_JOBS, RUN_OPTION_COUNT };

#define RUN_JOBS_MAX 256

extern const struct option_row run_options[RUN_OPTION_COUNT];
extern const struct kind run_kind;

/* Rows of for-each at once: `jobs`, a number as it stands; 1 when it is not given, 0 when it is no number from 1 to RUN_JOBS_MAX. */
size_t run_jobs(const struct entry *e);

#endif
