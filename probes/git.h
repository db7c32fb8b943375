/*
 * The kind GIT: what is checked out in a working tree, read from the repository's files; whether it is clean,
 * asked of git itself, only when a query wants to know.
 */
#ifndef PROBES_GIT_H
#define PROBES_GIT_H

#include "harness/run/probe.h"

extern const struct probe_kind git_probe;

#endif
