/*
 * What `postflight schema dump` and `schema diff` ask of whoever can read a database's schema. The
 * command owns the interface; the probes implement it.
 */
#ifndef HARNESS_RUN_SCHEMA_TOOL_H
#define HARNESS_RUN_SCHEMA_TOOL_H

#include "harness/run/connection.h"

struct schema_request {
	struct arena *arena;
	struct connection_env env; /* its name is "database"; its deadline is that of all */
	const char *const *ignore, *const *only; /* "table tmp_*" */
	size_t nignore, nonly;
	bool extra_allowed;
	bool comments, definers, bodies;
};

struct schema_tool {
	/*
	 * Appends the contract to `out`, and to `notes` a line for each thing that the account could not
	 * see. -1: the reason is in *err.
	 */
	int (*dump)(const struct schema_request *, struct strbuf *out, struct strbuf *notes,
		struct error *err);
	/*
	 * Compares with a contract and appends what differs, a line each, and the closing line. Mistakes
	 * of the contract and of ignore and only are in `errors` (ERR_PARSE, ERR_CHECK), as is what kept
	 * the database from being read. *ret_differences: how many there are.
	 */
	int (*diff)(const struct schema_request *, const struct source *contract, struct strbuf *out,
		struct strbuf *notes, size_t *ret_differences, struct error_list *errors);
};

#endif
