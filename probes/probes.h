/*
 * The registry of probes: the kinds of entry this program knows.
 */
#ifndef PROBES_PROBES_H
#define PROBES_PROBES_H

#include "harness/run/probe.h"

extern const struct probe_kind *const probes[];
extern const size_t nprobes;

#endif
