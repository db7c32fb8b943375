/*
 * The kind SQL: one statement, asked read-only unless the entry says `write: true`, and
 * what came back as typed values.
 */
#ifndef PROBES_SQL_H
#define PROBES_SQL_H

#include "harness/run/probe.h"

extern const struct probe_kind sql_probe;

#endif
