/*
 * SCHEMA: what a database is made of, against a contract (schema_text.h).
 */
#ifndef PROBES_SCHEMA_H
#define PROBES_SCHEMA_H

#include "harness/run/probe.h"

extern const struct probe_kind schema_probe;

#endif
