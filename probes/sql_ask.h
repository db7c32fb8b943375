/*
 * Asking: SQL entries filled in, sent in one packet, and their results reported one by one.
 */
#ifndef PROBES_SQL_ASK_H
#define PROBES_SQL_ASK_H

#include "harness/run/probe.h"

#define SQL_BATCH_MAX 200

/*
 * probe_kind.perform of SQL. Items behind the first go with it while they fit a packet; the
 * first that fails ends it.
 */
int sql_ask(struct probe_run *run, struct error *err) MUST_USE;

#endif
