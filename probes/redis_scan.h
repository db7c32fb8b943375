/*
 * SCAN, HSCAN, SSCAN and ZSCAN to their end: the cursor is ours. Elements that the server
 * gives twice (it may) are kept once.
 */
#ifndef PROBES_REDIS_SCAN_H
#define PROBES_REDIS_SCAN_H

#include "probes/redis_commands.h"
#include "probes/redis_connection.h"

/*
 * `words` stand without a cursor, which goes to row->cursor_at. The reply is the list of
 * all elements (HSCAN, ZSCAN: name and value in turn), or the server's error. ERR_LIMIT
 * beyond max_rows_counted elements or max_body_bytes of them.
 */
int redis_scan(struct redis_connection *r, const struct redis_call *c,
	const struct redis_command_row *row, const struct str *words, size_t nwords,
	struct redis_reply *ret, struct error *err) MUST_USE;

#endif
