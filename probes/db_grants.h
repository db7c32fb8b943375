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

#endif
