/*
 * A comparison as people read it, for the entry SCHEMA and the command `schema diff` alike. Pure.
 */
#ifndef PROBES_SCHEMA_REPORT_H
#define PROBES_SCHEMA_REPORT_H

#include "probes/schema_read.h"
#include "probes/schema_text.h"

/* "3 differences in 214 facts (MariaDB 10.11.19, contract written on MySQL 9.7.4)". In `a`. */
struct str schema_summary(struct arena *a, const struct schema_diff *diff,
	const struct schema_contract *contract, const struct schema_database *d);

/*
 * What could not be compared although the contract speaks of it, as an error: "cannot see triggers of
 * shop: needs TRIGGER on shop.*", with what the rest came to as its note. 0: nothing is unseen.
 */
int schema_check_unseen(struct arena *a, const struct schema_diff *diff,
	const struct schema_database *d, struct error *err) MUST_USE;

/*
 * Refuses a comparison of nothing: an `only` that matches nothing, or a contract of which all is
 * ignored.
 */
int schema_check_empty(const struct schema_diff *diff, struct error *err) MUST_USE;

/*
 * What the account could not see and the contract does not speak of (with `diff` NULL: all of it), a
 * note each. Returns how many; at most `max`, in `a`.
 */
size_t schema_blind_notes(struct arena *a, const struct schema_diff *diff,
	const struct schema_database *d, struct str *ret, size_t max);

#endif
