/*
 * Every ceiling in one place. Reaching one is a clear error that names it, never a cut in silence.
 * A struct, so that tests can lower each.
 */
#ifndef HARNESS_BASE_LIMITS_H
#define HARNESS_BASE_LIMITS_H

#include "harness/base/compiler.h"

struct limits {
	size_t max_file_bytes;		/* an input file */
	size_t max_statement_bytes;	/* one SQL statement, filled in */
	size_t max_suite_arena;		/* everything parsed, planned */
	size_t max_attempt_arena;	/* everything one attempt builds */
	size_t max_text_bytes;		/* one text being built: template, message */
	size_t max_errors;		/* parse errors shown */
	size_t max_depth;		/* nesting of JSON, filters, RUN */
	size_t max_entries;		/* cases of a run */
	size_t max_body_bytes;		/* an HTTP body, decoded too */
	size_t max_header_bytes;	/* all headers of a response */
	size_t max_rows_kept;		/* SQL rows kept of a result */
	size_t max_rows_bytes;		/* ... and their bytes */
	size_t max_rows_counted;	/* the statement is stopped here */
	size_t max_rows_shown;		/* in messages */
	size_t max_rows_recorded;	/* in the record */
	size_t max_messages;		/* collected by a Redis subscription */
	size_t max_messages_bytes;
	size_t max_batch_statements;
	size_t max_batch_bytes;
	size_t max_race;		/* connections of a race */
	size_t max_value_shown;		/* bytes of one value in a message */
	size_t max_includes;		/* files of a run, RUN unfolded */
	size_t max_retry;		/* attempts of one entry with retry -1 */
};

extern const struct limits limits_default;

#endif
