/*
 * RUN: the syntax of the entry that runs another file, and its options. It is a container, not a test case.
 */
#ifndef HARNESS_RUN_RUN_KIND_H
#define HARNESS_RUN_RUN_KIND_H

#include "harness/lang/kind.h"

enum run_option { RUN_FOR_EACH, RUN_CONNECTION, RUN_OPTION_COUNT };

extern const struct option_row run_options[RUN_OPTION_COUNT];
extern const struct kind run_kind;

#endif
