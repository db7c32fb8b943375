/*
 * The probe of MIGRATIONS entries: what a migration tool recorded in the database, against the files on disk and the names
 * that the suite expects (migrations_tools.h: which tools).
 */
#ifndef PROBES_MIGRATIONS_H
#define PROBES_MIGRATIONS_H

#include "harness/run/probe.h"

extern const struct probe_kind migrations_probe;

#endif
