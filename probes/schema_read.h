/*
 * Reads the schema of a session's database: a packet of small questions (what the server knows, what
 * the account may see), one with the catalogue, and a third only where a table has partitions, or
 * keys whose rules the account is not shown. Within the call's deadline; nothing is written.
 */
#ifndef PROBES_SCHEMA_READ_H
#define PROBES_SCHEMA_READ_H

#include "probes/db.h"
#include "probes/schema_diff.h"
#include "probes/schema_rows.h"

struct schema_database {
	struct schema schema;
	struct schema_found found; /* for schema_compare; points to `schema` */
	struct str name; /* of the database */
	struct str server; /* "MariaDB 10.11.19" */
};

/*
 * All of it in the call's arena; *ret stays where it is as long as `found` is used. ERR_SQL when the
 * account sees no table at all; ERR_LIMIT when the catalogue is larger than anything sensible; else as
 * db_query.
 */
int schema_read(struct db *db, const struct db_call *call,
	const struct schema_wishes *wishes, struct schema_database *ret,
	struct error *err) MUST_USE;

/*
 * "triggers of shop: needs TRIGGER on shop.*" for one of the kinds in found.blind or, with `bodies`,
 * found.blind_bodies. In `a`.
 */
struct str schema_blindness(struct arena *a, const struct schema_database *d,
	enum schema_kind kind, bool bodies);

#endif
