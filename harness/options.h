/*
 * The command line: one table of options that parses, prints the help, and reads POSTFLIGHT_... from the environment. Data in, data out;
 * nothing is opened, printed or run here.
 */
#ifndef HARNESS_OPTIONS_H
#define HARNESS_OPTIONS_H

#include "harness/base/error.h"
#include "harness/run/config.h"

/* A growing list of texts, in the order given. */
struct texts {
	const char **items;
	size_t count, cap;
};

/* NAME=VALUE. */
struct named_text {
	struct str name;
	const char *value;
};
struct named_texts {
	struct named_text *items;
	size_t count, cap;
};

enum command { COMMAND_RUN = 1, COMMAND_CHECK = 2, COMMAND_LIST = 4, COMMAND_SCHEMA = 8 };

enum colour_choice { COLOUR_AUTO, COLOUR_ALWAYS, COLOUR_NEVER };

struct options {
	struct arena *arena;
	char *const *environment;		/* as main got it: NAME=VALUE, NULL at the end */
	enum command command;
	bool command_named;			/* not only by default */
	bool help, version;
	int argc;				/* set by main, for the record */
	char *const *argv;

	struct texts paths, globs;
	struct texts again;			/* words that judging again needs: variables, connections, grants ... */
	struct named_texts variables, secrets;	/* as given; typed by main */
	struct texts variables_files, secrets_files, shown;
	struct named_texts connections, pins;
	struct named_texts http;		/* defaults of HTTP options: name of the option, value */
	struct texts reports, allowed_targets;
	struct texts tags, ids, failed_from;
	struct texts ignored, only;		/* of `schema diff`: "table tmp_*" */
	const char *defaults_file, *file_root, *environment_label, *release, *jsonpath_mode, *ci, *artifacts;
	bool allow_write, read_only, fail_fast, continue_on_error, no_assert, no_batch, advisory, allow_empty, private_reports;
	bool fail_on_flaky, fail_on_warning, fail_on_skipped;
	bool quiet, json;
	bool extra_allowed, comments, definers, bodies;	/* of `schema` */
	int verbosity;
	enum colour_choice colour;
	size_t jobs, from_entry, to_entry, repeat;
	int64_t retry;
	uint64_t retry_interval_us, delay_us, max_time_us, deadline_us;
};

/* In `commands` of a row: the help of the program as a whole names the option. */
enum { CLI_OFTEN = 1 << 15 };

/* Rows are walked by tests and by the help. */
struct cli_option {
	const char *name;		/* without the dashes */
	char letter;			/* '\0': none */
	const char *argument;		/* NULL: a switch */
	unsigned commands;		/* set of enum command, and CLI_OFTEN */
	const char *group;
	const char *help;
	int (*apply)(struct options *o, const struct cli_option *row, const char *value, struct error *err);
};
extern const struct cli_option cli_options[];
extern const size_t cli_options_count;

struct cli_command {
	const char *word;
	enum command command;
	const char *usage;		/* behind "postflight " */
	const char *what;
};
extern const struct cli_command cli_commands[];
extern const size_t cli_commands_count;

/*
 * Reads environment, then arguments (argv[1] may be the command; without one it is run). ERR_USAGE names what is wrong and the nearest option.
 * Texts are borrowed from argv and the environment.
 */
int options_parse(struct arena *a, int argc, char *const *argv, char *const *environment, struct options *ret, struct error *err) MUST_USE;

/*
 * For a command line that options_parse refuses: what can be read of it all the same, every mistake passed over, so that the reports it names
 * can be made red wherever the mistake stands. Nothing else may be done with it.
 */
void options_salvage(struct arena *a, int argc, char *const *argv, char *const *environment, struct options *ret);

/* True for options whose value may be a secret: no message shows it, and the process list does not keep it. */
bool options_hides_value(struct str name);

/* Help of the program as a whole: the commands, what is often used, the exit statuses; fits a screen of 24 lines and 80 columns. */
void options_help_program(struct strbuf *out);

/* Help of a command: all its options, in groups, in 80 columns. */
void options_help(struct strbuf *out, enum command command);

/* A variable of the environment, NULL when unset or empty. */
const char *options_env(const struct options *o, const char *name);

#endif
