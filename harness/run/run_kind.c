#include "harness/run/run_kind.h"

#include "harness/base/scan.h"

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
	[RUN_JOBS] = { .name = "jobs",
		.type = OPTION_NATURAL,
		.extension = true,
		.help = "with for-each: so many rows at once, each with variables and connections of its own" },
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

size_t run_jobs(const struct entry *e)
{
	const struct option *o = entry_option(e, &run_options[RUN_JOBS]);
	int64_t n = 1;
	if (o && (!template_is_constant(o->text) ||
			 !scan_int(template_text(o->text), 1, RUN_JOBS_MAX, &n)))
		return 0;
	return (size_t)n;
}
