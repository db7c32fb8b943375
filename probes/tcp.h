/*
 * TCP entries: is somebody listening there? `TCP host:port` with `OPEN`, or `ERROR
 * connect`, `ERROR timeout`, `ERROR dns`. Nothing is sent.
 */
#ifndef PROBES_TCP_H
#define PROBES_TCP_H

#include "harness/run/probe.h"

extern const struct probe_kind tcp_probe;

#endif
