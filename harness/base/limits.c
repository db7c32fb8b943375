#include "harness/base/limits.h"

#define KIB ((size_t)1024)
#define MIB (1024 * KIB)
#define GIB (1024 * MIB)

const struct limits limits_default = {
	.max_file_bytes = 16 * MIB,
	.max_statement_bytes = 1 * MIB,
	.max_suite_arena = 1 * GIB,
	.max_attempt_arena = 512 * MIB,
	.max_text_bytes = 64 * MIB,
	.max_errors = 20,
	.max_depth = 200,
	.max_entries = 100000,
	.max_body_bytes = 64 * MIB,
	.max_header_bytes = 1 * MIB,
	.max_rows_kept = 10000,
	.max_rows_bytes = 16 * MIB,
	.max_rows_counted = 1000000,
	.max_rows_shown = 20,
	.max_rows_recorded = 200,
	.max_messages = 100000,
	.max_messages_bytes = 64 * MIB,
	.max_batch_statements = 200,
	.max_batch_bytes = 256 * KIB,
	.max_race = 1000,
	.max_value_shown = 200,
	.max_includes = 1000,
	.max_retry = 1000000,
};
