#include "harness/run/run_kind.h"

const struct option_row run_options[RUN_OPTION_COUNT] = {
	[RUN_FOR_EACH] = { .name = "for-each",
		.type = OPTION_TEXT,
		.extension = true,
		.help = "once per data row of a CSV file (its columns are variables), or per element of a list {{name}} (as {{item}})" },
	[RUN_CONNECTION] = { .name = "connection",
		.type = OPTION_TEXT,
		.repeats = true,
		.extension = true,
		.help = "NAME=URL: this connection for the file that is run" },
};

const struct kind run_kind = {
	.word = "RUN",
	.first = FIRST_PATH,
	.body = BODY_ALLOWED_NONE,
	.options = run_options,
	.noptions = RUN_OPTION_COUNT,
	.is_container = true,
	.help = "runs another .suite, .hurl or .sql file here, in this scope",
};
