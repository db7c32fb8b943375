/*
 * What SHOW GRANTS says an account may do beyond reading. Pure.
 */
#ifndef PROBES_DB_GRANTS_H
#define PROBES_DB_GRANTS_H

#include "harness/value/value.h"

/*
 * The privileges in `grants` (a LIST of rows, the first member of each is a GRANT
 * statement) that could change data or the server, each named once, joined by ", ", in
 * the order they stand; absent when there are none. At most 12 are named, then "...". In
 * `a`.
 */
struct str db_grants_beyond_reading(struct arena *a, const struct value *grants);

/*
 * True when `grants` (as above) hold a privilege on all of `database`, or on its `table` (NULL: on all
 * tables), be it granted on *.*; ALL PRIVILEGES holds each. `privilege` NULL: any that is more than
 * USAGE. Roles count where the server lists what they bring.
 */
bool db_grants_hold(const struct value *grants, struct str database, const char *table,
	const char *privilege);

#endif
