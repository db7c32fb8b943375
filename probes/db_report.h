/*
 * What probes that ask a database say of it: the command that asks the same by hand, and which of the server's errors
 * mean that time was over.
 */
#ifndef PROBES_DB_REPORT_H
#define PROBES_DB_REPORT_H

#include "harness/run/probe.h"
#include "probes/db.h"

/*
 * run->repro becomes `mysql -h H -P P -u U -p DB -e SQL`: the password is asked for, it never travels in words. The words
 * are copied, since they are looked at when the connection may be gone.
 */
void db_repro(struct probe_run *run, const struct db *db, struct str sql);

/*
 * The server's numbers for "time is over". A lock that was not given counts too, unless the entry asks for the error.
 */
bool db_is_time_out(unsigned code);

#endif
