#include "harness/options.h"

#include <unistd.h>

#include "harness/base/scan.h"

#define VALUE_MAX 32768

/* ---- lists ---- */

static int texts_add(struct options *o, struct texts *t, const char *s, struct error *err)
{
	if (t->count == t->cap)
		t->items = arena_grow(o->arena, t->items, t->count, &t->cap, sizeof(*t->items));
	if (!t->items)
		return error_set_oom(err);
	t->items[t->count++] = s;
	return 0;
}

static int named_add(struct options *o, struct named_texts *t, struct str name, const char *value, struct error *err)
{
	if (t->count == t->cap)
		t->items = arena_grow(o->arena, t->items, t->count, &t->cap, sizeof(*t->items));
	if (!t->items)
		return error_set_oom(err);
	t->items[t->count++] = (struct named_text){ .name = name, .value = value };
	return 0;
}

bool options_hides_value(struct str name)
{
	static const char *const names[] = { "secret", "connection", "variable", "user", "header", "proxy", "proxy-header" };
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (str_is(name, names[i]))
			return true;
	return false;
}

/* What was wanted and what came, unless that may be a secret. A variable without its '=' is a name, most likely. */
static int bad_value(const struct cli_option *row, const char *value, const char *wanted, struct error *err)
{
	if (options_hides_value(str_from(row->name)) && strcmp(row->name, "variable"))
		return error_set(err, ERR_USAGE, "option '--%s' expects %s; what it got is not shown, it may be a secret", row->name,
			wanted);
	return error_set(err, ERR_USAGE, "option '--%s' expects %s, but got '%s'", row->name, wanted, value);
}

/* NAME=VALUE; the value is the rest of the text. */
static int add_pair(struct options *o, struct named_texts *t, const struct cli_option *row, const char *text, struct error *err)
{
	size_t n = str_find_char(str_from(text), '=');
	if (n == SIZE_MAX || !n)
		return bad_value(row, text, row->argument, err);
	return named_add(o, t, str_make(text, n), text + n + 1, err);
}

/* ---- what options do ---- */

#define SETTER(function) static int function(struct options *o, const struct cli_option *row, const char *value, struct error *err)
#define UNUSED_REST() ((void)row, (void)value, (void)err)

#define SWITCH(function, member)			\
	SETTER(function)				\
	{						\
		UNUSED_REST();				\
		o->member = true;			\
		return 0;				\
	}

SWITCH(set_help, help)
SWITCH(set_version, version)
SWITCH(set_allow_write, allow_write)
SWITCH(set_read_only, read_only)
SWITCH(set_fail_fast, fail_fast)
SWITCH(set_continue, continue_on_error)
SWITCH(set_no_assert, no_assert)
SWITCH(set_no_batch, no_batch)
SWITCH(set_advisory, advisory)
SWITCH(set_allow_empty, allow_empty)
SWITCH(set_private, private_reports)
SWITCH(set_quiet, quiet)
SWITCH(set_json, json)
SWITCH(set_comments, comments)
SWITCH(set_definers, definers)
SWITCH(set_bodies, bodies)

#define TEXT(function, member)				\
	SETTER(function)				\
	{						\
		UNUSED_REST();				\
		o->member = value;			\
		return 0;				\
	}

TEXT(set_defaults_file, defaults_file)
TEXT(set_file_root, file_root)
TEXT(set_environment, environment_label)
TEXT(set_release, release)
TEXT(set_artifacts, artifacts)

#define LIST(function, member)				\
	SETTER(function)				\
	{						\
		(void)row;				\
		return texts_add(o, &o->member, value, err);	\
	}

LIST(add_report, reports)
LIST(add_glob, globs)
LIST(add_variables_file, variables_files)
LIST(add_secrets_file, secrets_files)
LIST(add_shown, shown)
LIST(add_tags, tags)
LIST(add_target, allowed_targets)
LIST(add_failed_from, failed_from)
LIST(add_ignored, ignored)
LIST(add_only, only)

#define PAIRS(function, member)				\
	SETTER(function)				\
	{						\
		return add_pair(o, &o->member, row, value, err);	\
	}

PAIRS(add_variable, variables)
PAIRS(add_secret, secrets)
PAIRS(add_connection, connections)
PAIRS(add_pin, pins)

/* --report-junit FILE is --report junit=FILE. */
SETTER(add_named_report)
{
	struct str text = arena_printf(o->arena, "%s=%s", row->name + strlen("report-"), value);
	return text.p ? texts_add(o, &o->reports, text.p, err) : error_set_oom(err);
}

/* Defaults of HTTP options, judged by the probe that knows them. */
SETTER(add_http)
{
	return named_add(o, &o->http, str_from(row->name), row->argument ? value : "true", err);
}

/* Hurl's older name. */
SETTER(add_noproxy)
{
	(void)row;
	return named_add(o, &o->http, STR("no-proxy"), value, err);
}

SETTER(set_verbose)
{
	UNUSED_REST();
	o->verbosity++;
	return 0;
}

SETTER(set_very_verbose)
{
	UNUSED_REST();
	o->verbosity = 2;
	return 0;
}

SETTER(set_colour)
{
	(void)value;
	enum colour_choice choice = row->name[0] == 'n' ? COLOUR_NEVER : COLOUR_ALWAYS;
	if (o->colour != COLOUR_AUTO && o->colour != choice)
		return error_set(err, ERR_USAGE, "--color and --no-color contradict each other");
	o->colour = choice;
	return 0;
}

SETTER(set_ci)
{
	static const char *const known[] = { "github", "gitlab", "azure", "buildkite", "circleci", "jenkins", "none" };
	for (size_t i = 0; i < ARRAY_SIZE(known); i++)
		if (!strcmp(value, known[i])) {
			o->ci = known[i];
			return 0;
		}
	return bad_value(row, value, "github, gitlab, azure, buildkite, circleci, jenkins or none", err);
}

/* Twelve hex digits, as `list` shows them, or the first ones of them. */
SETTER(add_id)
{
	size_t n = strspn(value, "0123456789abcdef");
	if (n >= 4 && n <= 12 && !value[n])
		return texts_add(o, &o->ids, value, err);
	return bad_value(row, value, "the id of a test case ('postflight list' shows them) or at least 4 of its digits", err);
}

SETTER(set_jobs)
{
	if (scan_size(str_from(value), 256, &o->jobs) && o->jobs)
		return 0;
	return bad_value(row, value, "a number of jobs from 1 to 256", err);
}

SETTER(set_parallel)
{
	UNUSED_REST();
	long n = sysconf(_SC_NPROCESSORS_ONLN);
	o->jobs = n > 0 ? (size_t)n : 1;
	return 0;
}

/* Hurl's --test: its files run in parallel; what is printed is ours in any case. An earlier --jobs stays. */
SETTER(set_test)
{
	return o->jobs > 1 ? 0 : set_parallel(o, row, value, err);
}

SETTER(set_repeat)
{
	if (scan_size(str_from(value), 10000, &o->repeat) && o->repeat)
		return 0;
	return bad_value(row, value, "how often the files are run, from 1 to 10000", err);
}

/* Nothing to do: no response body is ever written to standard output. */
SETTER(set_no_output)
{
	(void)o;
	UNUSED_REST();
	return 0;
}

SETTER(set_verbosity)
{
	static const char *const levels[] = { "brief", "verbose", "debug" };
	for (size_t i = 0; i < ARRAY_SIZE(levels); i++)
		if (!strcmp(value, levels[i])) {
			o->verbosity = (int)i;
			return 0;
		}
	return bad_value(row, value, "brief, verbose or debug", err);
}

SETTER(set_from)
{
	if (scan_size(str_from(value), SIZE_MAX, &o->from_entry) && o->from_entry)
		return 0;
	return bad_value(row, value, "the number of an entry, from 1 on", err);
}

SETTER(set_to)
{
	if (scan_size(str_from(value), SIZE_MAX, &o->to_entry) && o->to_entry)
		return 0;
	return bad_value(row, value, "the number of an entry, from 1 on", err);
}

SETTER(set_retry)
{
	if (scan_int(str_from(value), -1, 1000000, &o->retry))
		return 0;
	return bad_value(row, value, "a number of further attempts (-1: without limit)", err);
}

/* `unit_us` is what a bare number counts in: as in Hurl, ms for pauses, seconds for limits. */
static int set_duration(const struct cli_option *row, const char *value, uint64_t unit_us, uint64_t *ret, struct error *err)
{
	if (scan_duration_us(str_from(value), unit_us, ret))
		return 0;
	return bad_value(row, value, "a duration such as 500ms, 2s or 1m", err);
}

SETTER(set_retry_interval)
{
	return set_duration(row, value, 1000, &o->retry_interval_us, err);
}

SETTER(set_delay)
{
	return set_duration(row, value, 1000, &o->delay_us, err);
}

SETTER(set_max_time)
{
	return set_duration(row, value, 1000000, &o->max_time_us, err);
}

SETTER(set_deadline)
{
	uint64_t us;
	if (set_duration(row, value, 1000000, &us, err))
		return -1;
	if (!us)
		return bad_value(row, value, "a time that is longer than nothing", err);
	o->deadline_us = us;
	return 0;
}

SETTER(set_jsonpath)
{
	if (!strcmp(value, "7") || !strcmp(value, "8") || !strcmp(value, "list")) {
		o->jsonpath_mode = value;
		return 0;
	}
	return bad_value(row, value, "7, 8 or list", err);
}

/* The word of the entry's option: what else there is would be refused. */
SETTER(set_extra)
{
	if (strcmp(value, "allowed") != 0)
		return bad_value(row, value, "the word allowed", err);
	o->extra_allowed = true;
	return 0;
}

SETTER(set_fail_on)
{
	struct str rest = str_from(value);
	while (rest.p) {
		struct str word = str_trim(str_cut(&rest, ','));
		bool *flag = str_is(word, "flaky") ? &o->fail_on_flaky : str_is(word, "warning") ? &o->fail_on_warning
			     : str_is(word, "skipped") ? &o->fail_on_skipped : NULL;
		if (!flag)
			return bad_value(row, value, "flaky, warning or skipped, with commas between", err);
		*flag = true;
	}
	return 0;
}

/* ---- the table ---- */

#define RUN COMMAND_RUN
#define ALL (COMMAND_RUN | COMMAND_CHECK | COMMAND_LIST)
#define SCHEMA COMMAND_SCHEMA
#define OFTEN CLI_OFTEN

const struct cli_option cli_options[] = {
	{ "tags", 0, "LIST", RUN | COMMAND_LIST | OFTEN, "Select", "only entries with such a tag; !TAG: without", add_tags },
	{ "id", 0, "ID", RUN, "Select", "this case, what is above it, its clean-up", add_id },
	{ "failed-from", 0, "FILE", RUN, "Select", "the red cases of a jsonl record, as with --id", add_failed_from },
	{ "glob", 0, "PATTERN", ALL, "Select", "also the suites that fit: 'tests/**/*.hurl'", add_glob },
	{ "from-entry", 0, "N", RUN, "Select", "start each file at entry N", set_from },
	{ "to-entry", 0, "N", RUN, "Select", "end each file behind entry N", set_to },

	{ "variable", 0, "NAME=VALUE", ALL | OFTEN, "Variables and secrets", "set a variable", add_variable },
	{ "variables-file", 0, "FILE", ALL, "Variables and secrets", "variables, NAME=VALUE a line", add_variables_file },
	{ "secret", 0, "NAME=VALUE", ALL, "Variables and secrets", "a variable that no output shows", add_secret },
	{ "secrets-file", 0, "FILE", ALL, "Variables and secrets", "secrets, NAME=VALUE a line", add_secrets_file },
	{ "show", 0, "NAME", RUN, "Variables and secrets", "a field of that name is no secret", add_shown },

	{ "connection", 0, "NAME=URL", RUN | SCHEMA | OFTEN, "Connections", "database, redis, or a name of your own", add_connection },
	{ "defaults-file", 0, "FILE", RUN | SCHEMA, "Connections", "MySQL option file: [client], [postflight]", set_defaults_file },
	{ "pin", 0, "NAME=VALUE", RUN | SCHEMA, "Connections", "refuse any other database=, redis=, base_url=", add_pin },

	{ "allow-write", 0, NULL, RUN | OFTEN, "Grants", "entries that say write: true may change data", set_allow_write },
	{ "read-only", 0, NULL, RUN, "Grants", "no write at all; GET, HEAD, OPTIONS only", set_read_only },
	{ "allow-target", 0, "HOST", RUN, "Grants", "race against this host too (loopback is free)", add_target },

	{ "jobs", 0, "N", RUN, "Run", "files at once (1)", set_jobs },
	{ "parallel", 0, NULL, RUN, "Run", "as many files at once as there are CPUs", set_parallel },
	{ "test", 0, NULL, RUN, "Run", "the same, unless --jobs says more than 1", set_test },
	{ "repeat", 0, "N", RUN, "Run", "run the files so often (1)", set_repeat },
	{ "fail-fast", 0, NULL, RUN, "Run", "end at the first red entry; clean-up still runs", set_fail_fast },
	{ "continue-on-error", 0, NULL, RUN, "Run", "a red entry does not stop its file", set_continue },
	{ "deadline", 0, "TIME", RUN, "Run", "end the whole run after this time", set_deadline },
	{ "retry", 0, "N", RUN, "Run", "further attempts of every entry (0)", set_retry },
	{ "retry-interval", 0, "TIME", RUN, "Run", "pause between attempts (1s)", set_retry_interval },
	{ "delay", 0, "TIME", RUN, "Run", "pause before every entry", set_delay },
	{ "max-time", 'm', "TIME", RUN | SCHEMA, "Run", "longest time of one attempt", set_max_time },
	{ "no-assert", 0, NULL, RUN, "Run", "captures only", set_no_assert },
	{ "ignore-asserts", 0, NULL, RUN, "Run", "the same", set_no_assert },
	{ "no-batch", 0, NULL, RUN, "Run", "send each SQL statement by itself, for proxies that count them", set_no_batch },
	{ "file-root", 0, "DIR", RUN, "Run", "where HTTP entries may read files", set_file_root },
	{ "jsonpath", 0, "MODE", ALL, "Run", "result shape of JSONPath: 7, 8, list", set_jsonpath },

	{ "connect-timeout", 0, "TIME", RUN, "HTTP", "longest time for connecting", add_http },
	{ "location", 'L', NULL, RUN, "HTTP", "follow redirects", add_http },
	{ "location-trusted", 0, NULL, RUN, "HTTP", "... and send credentials to every host", add_http },
	{ "max-redirs", 0, "N", RUN, "HTTP", "most redirects to follow (50)", add_http },
	{ "header", 'H', "HEADER", RUN, "HTTP", "add a header to every request", add_http },
	{ "user", 'u', "USER:PASSWORD", RUN, "HTTP", "basic authentication", add_http },
	{ "digest", 0, NULL, RUN, "HTTP", "... as Digest", add_http },
	{ "ntlm", 0, NULL, RUN, "HTTP", "... as NTLM", add_http },
	{ "negotiate", 0, NULL, RUN, "HTTP", "... as Negotiate (SPNEGO)", add_http },
	{ "aws-sigv4", 0, "PROVIDER", RUN, "HTTP", "sign for AWS: aws:amz:REGION:SERVICE", add_http },
	{ "user-agent", 'A', "TEXT", RUN, "HTTP", "instead of postflight/VERSION", add_http },
	{ "insecure", 'k', NULL, RUN, "HTTP", "do not check certificates", add_http },
	{ "cacert", 0, "FILE", RUN, "HTTP", "certificates to trust", add_http },
	{ "cert", 'E', "FILE[:PW]", RUN, "HTTP", "client certificate", add_http },
	{ "key", 0, "FILE", RUN, "HTTP", "its private key", add_http },
	{ "pinnedpubkey", 0, "HASHES", RUN, "HTTP", "public key the server must have", add_http },
	{ "compressed", 0, NULL, RUN, "HTTP", "ask for compressed answers", add_http },
	{ "resolve", 0, "H:P:ADDR", RUN, "HTTP", "fixed address of a host", add_http },
	{ "connect-to", 0, "H1:P1:H2:P2", RUN, "HTTP", "connect elsewhere", add_http },
	{ "proxy", 'x', "URL", RUN, "HTTP", "proxy", add_http },
	{ "no-proxy", 0, "HOSTS", RUN, "HTTP", "hosts asked without it", add_http },
	{ "noproxy", 0, "HOSTS", RUN, "HTTP", "the same", add_noproxy },
	{ "proxy-header", 0, "HEADER", RUN, "HTTP", "add a header to requests to the proxy", add_http },
	{ "http1.0", '0', NULL, RUN, "HTTP", "HTTP/1.0", add_http },
	{ "http1.1", 0, NULL, RUN, "HTTP", "HTTP/1.1", add_http },
	{ "http2", 0, NULL, RUN, "HTTP", "HTTP/2", add_http },
	{ "http3", 0, NULL, RUN, "HTTP", "HTTP/3, where libcurl has it", add_http },
	{ "ipv4", '4', NULL, RUN, "HTTP", "IPv4 only", add_http },
	{ "ipv6", '6', NULL, RUN, "HTTP", "IPv6 only", add_http },
	{ "unix-socket", 0, "FILE", RUN, "HTTP", "connect through a socket file", add_http },
	{ "path-as-is", 0, NULL, RUN, "HTTP", "keep /../ in paths", add_http },
	{ "limit-rate", 0, "BYTES", RUN, "HTTP", "bytes a second", add_http },
	{ "max-filesize", 0, "BYTES", RUN, "HTTP", "most bytes of a body", add_http },
	{ "netrc", 'n', NULL, RUN, "HTTP", "credentials from ~/.netrc", add_http },
	{ "netrc-file", 0, "FILE", RUN, "HTTP", "... from this file", add_http },
	{ "netrc-optional", 0, NULL, RUN, "HTTP", "... where the URL has none", add_http },
	{ "cookie", 'b', "FILE", RUN, "HTTP", "cookies to start with", add_http },
	{ "no-cookie-store", 0, NULL, RUN, "HTTP", "do not remember cookies", add_http },

	{ "ignore", 0, "KIND NAME", SCHEMA, "Schema", "pass over facts: \"table tmp_*\", \"index *\"", add_ignored },
	{ "only", 0, "KIND NAME", SCHEMA, "Schema", "compare these alone: \"table outbox\"", add_only },
	{ "extra", 0, "allowed", SCHEMA, "Schema", "what the contract does not have is a note", set_extra },
	{ "comments", 0, NULL, SCHEMA, "Schema", "comments of tables, columns and routines too", set_comments },
	{ "definers", 0, NULL, SCHEMA, "Schema", "definers of views, triggers and routines too", set_definers },
	{ "bodies", 0, NULL, SCHEMA, "Schema", "texts of views and routines, not hashes alone", set_bodies },

	{ "report", 0, "NAME=PATH[,...]", RUN | OFTEN, "Reports", "junit, tap, tap14, jsonl; - is standard output", add_report },
	{ "report-junit", 0, "FILE", RUN, "Reports", "the same as --report junit=FILE", add_named_report },
	{ "report-tap", 0, "FILE", RUN, "Reports", "the same as --report tap=FILE", add_named_report },
	{ "environment", 0, "NAME", RUN, "Reports", "label in all reports: staging, production", set_environment },
	{ "release", 0, "NAME", RUN, "Reports", "label of what was deployed", set_release },
	{ "artifacts", 0, "DIR", RUN, "Reports", "keep there, masked, the bodies that reports show in part", set_artifacts },
	{ "private", 0, NULL, RUN, "Reports", "report files for the owner only (0600)", set_private },
	{ "ci", 0, "NAME", RUN, "Reports", "fold console output for github, gitlab, azure, buildkite; none", set_ci },
	{ "fail-on", 0, "LIST", RUN, "Exit status", "flaky, warning, skipped count as red", set_fail_on },
	{ "allow-empty", 0, NULL, RUN, "Exit status", "nothing selected is no failure", set_allow_empty },
	{ "advisory", 0, NULL, RUN, "Exit status", "reports tell the truth, the exit status is 0", set_advisory },

	{ "quiet", 'q', NULL, RUN, "Output", "failures and summary only", set_quiet },
	{ "verbose", 'v', NULL, RUN | OFTEN, "Output", "assertions and timings; -vv the traffic too", set_verbose },
	{ "very-verbose", 0, NULL, RUN, "Output", "-vv", set_very_verbose },
	{ "verbosity", 0, "LEVEL", RUN, "Output", "brief, verbose (-v), debug (-vv)", set_verbosity },
	{ "no-output", 0, NULL, RUN, "Output", "no bodies on standard output: always so", set_no_output },
	{ "color", 0, NULL, ALL, "Output", "colour, also in a pipe", set_colour },
	{ "no-color", 0, NULL, ALL, "Output", "no colour", set_colour },
	{ "json", 0, NULL, COMMAND_LIST, "Output", "one JSON object a case", set_json },
	{ "help", 'h', NULL, ALL | SCHEMA | OFTEN, "Output", "this text", set_help },
	{ "version", 'V', NULL, ALL | SCHEMA | OFTEN, "Output", "the version", set_version },
};
const size_t cli_options_count = ARRAY_SIZE(cli_options);

/* ---- the environment ---- */

static const char *env_get(char *const *environment, struct str name)
{
	for (; environment && *environment; environment++)
		if (!strncmp(*environment, name.p, name.n) && (*environment)[name.n] == '=')
			return *environment + name.n + 1;
	return NULL;
}

const char *options_env(const struct options *o, const char *name)
{
	const char *value = env_get(o->environment, str_from(name));
	return value && *value ? value : NULL;
}

/* POSTFLIGHT_RETRY_INTERVAL for retry-interval. */
static struct str env_name(struct arena *a, const char *option)
{
	struct str name = arena_printf(a, "POSTFLIGHT_%s", option);
	for (size_t i = 0; i < name.n; i++) {
		char *p = (char *)&name.p[i];
		*p = *p == '-' || *p == '.' ? '_' : *p >= 'a' && *p <= 'z' ? (char)(*p - 32) : *p;
	}
	return name;
}

/* A switch in the environment: what it says must be known, since a grant may hang on it. 1 on, 0 off, -1 neither. */
static int switch_of(const char *value)
{
	static const struct {
		const char *word;
		int on;
	} words[] = { { "1", 1 }, { "true", 1 }, { "yes", 1 }, { "on", 1 }, { "0", 0 }, { "false", 0 }, { "no", 0 }, { "off", 0 } };
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (str_eq_nocase(str_from(value), str_from(words[i].word)))
			return words[i].on;
	return -1;
}

static int apply_env_row(struct options *o, const struct cli_option *row, struct str name, const char *value, struct error *err)
{
	int on = row->argument ? 1 : switch_of(value);
	if (on < 0) {
		error_set(err, ERR_USAGE, "the environment variable %s is '%s'", name.p, value);
		error_note(err, "1 and true switch it on, 0 and false off");
		return -1;
	}
	if (!on || !row->apply(o, row, value, err))
		return 0;
	error_context(err, "the environment variable %s", name.p);
	return -1;
}

static int apply_env_option(struct options *o, const struct cli_option *row, struct error *err)
{
	struct str name = env_name(o->arena, row->name);
	const char *value = name.p ? env_get(o->environment, name) : NULL;
	if (!name.p)
		return error_set_oom(err);
	if (!value || !*value || !(row->commands & o->command))
		return 0;
	return apply_env_row(o, row, name, value, err);
}

static int apply_env(struct options *o, struct error *err)
{
	for (size_t i = 0; i < cli_options_count; i++)
		if (apply_env_option(o, &cli_options[i], err))
			return -1;
	return 0;
}

/* NAME of PREFIX_NAME=VALUE, for variables, secrets, connections and pins. */
static const struct {
	const char *prefix;
	size_t offset;
	bool lower;
} env_families[] = {
	{ "HURL_VARIABLE_", offsetof(struct options, variables), false },
	{ "HURL_SECRET_", offsetof(struct options, secrets), false },
	{ "POSTFLIGHT_VARIABLE_", offsetof(struct options, variables), false },
	{ "POSTFLIGHT_SECRET_", offsetof(struct options, secrets), false },
	{ "POSTFLIGHT_CONNECTION_", offsetof(struct options, connections), true },
	{ "POSTFLIGHT_PIN_", offsetof(struct options, pins), true },
};

static struct str family_name(struct options *o, struct str name, bool lower)
{
	struct str copy = arena_str(o->arena, name);
	for (size_t i = 0; lower && i < copy.n; i++)
		if (copy.p[i] >= 'A' && copy.p[i] <= 'Z')
			((char *)copy.p)[i] = (char)(copy.p[i] + 32);
	return copy;
}

static int apply_family(struct options *o, size_t family, struct error *err)
{
	struct named_texts *list = (struct named_texts *)(void *)((char *)o + env_families[family].offset);
	size_t n = strlen(env_families[family].prefix);
	for (char *const *e = o->environment; e && *e; e++) {
		const char *eq = strchr(*e, '=');
		if (!eq || strncmp(*e, env_families[family].prefix, n) || (size_t)(eq - *e) == n)
			continue;
		struct str name = family_name(o, str_make(*e + n, (size_t)(eq - *e) - n), env_families[family].lower);
		if (!name.p)
			return error_set_oom(err);
		if (named_add(o, list, name, eq + 1, err))
			return -1;
	}
	return 0;
}

/* ---- arguments ---- */

static const struct cli_option *find_long(struct str name)
{
	for (size_t i = 0; i < cli_options_count; i++)
		if (str_is(name, cli_options[i].name))
			return &cli_options[i];
	return NULL;
}

static const struct cli_option *find_letter(char letter)
{
	for (size_t i = 0; i < cli_options_count; i++)
		if (cli_options[i].letter == letter)
			return &cli_options[i];
	return NULL;
}

/* What Hurl has and we have not, with the way to get there. */
static const struct foreign {
	const char *name;
	char letter;
	const char *instead;
} foreigns[] = {
	{ "output", 'o', "bodies are in the record (--report jsonl=FILE) and in -vv; what a test needs of one is a capture" },
	{ "include", 'i', "-vv shows the headers of requests and responses" },
	{ "json", '\0', "--report jsonl=FILE writes all that happened, an event a line" },
	{ "cookie-jar", 'c', "cookies live as long as their file; capture one (cookie \"NAME\") and give it on with --variable" },
	{ "curl", '\0', "red entries have their curl command below 'again', others with -v; the record has it as repro.curl" },
	{ "error-format", '\0', "-v shows more of every entry, -vv requests and responses" },
	{ "fail-with-body", '\0', "-vv shows the bodies" },
	{ "pretty", '\0', "bodies are shown as they came; jq reads those of --report jsonl=FILE" },
	{ "no-pretty", '\0', "bodies are shown as they came in any case" },
	{ "progress-bar", '\0', "a terminal shows what runs in any case" },
	{ "interactive", '\0', "--from-entry and --to-entry run a part of a file" },
	{ "report-html", '\0', "--report junit=FILE, which CI systems show as pages" },
	{ "report-json", '\0', "--report jsonl=FILE" },
	{ "ssl-no-revoke", '\0', "it is for Windows only; the check of certificates is --cacert's and --insecure's" },
	{ "fail-at-end", '\0', "--continue-on-error" },
};

static const struct foreign *find_foreign(struct str name, char letter)
{
	for (size_t i = 0; i < ARRAY_SIZE(foreigns); i++)
		if (str_is(name, foreigns[i].name) || (letter && letter == foreigns[i].letter))
			return &foreigns[i];
	return NULL;
}

static int refuse_foreign(const struct foreign *f, struct error *err)
{
	error_set(err, ERR_USAGE, "Hurl's option '--%s' is none of postflight's", f->name);
	error_note(err, "%s", f->instead);
	return -1;
}

static int unknown_letter(char letter, struct error *err)
{
	const struct foreign *f = find_foreign(STR(""), letter);
	if (f)
		return refuse_foreign(f, err);
	error_set(err, ERR_USAGE, "unknown option '-%c'", letter);
	error_note(err, "postflight --help lists the options");
	return -1;
}

static int unknown_option(struct str name, struct error *err)
{
	size_t nearest = 3;
	const char *best = NULL;
	const struct foreign *f = find_foreign(name, '\0');
	if (f)
		return refuse_foreign(f, err);
	for (size_t i = 0; i < cli_options_count; i++) {
		size_t d = str_distance(name, str_from(cli_options[i].name), nearest);
		if (d < nearest) {
			nearest = d;
			best = cli_options[i].name;
		}
	}
	error_set(err, ERR_USAGE, "unknown option '--%.*s'", STR_ARG(name));
	if (best)
		error_note(err, "did you mean '--%s'?", best);
	else
		error_note(err, "postflight --help lists the options");
	return -1;
}

struct arguments {
	char *const *argv;
	int argc, at;
};

/* The option that `text` is written as: --name, --name=value; NULL: none of ours. */
static const struct cli_option *written_as(const char *text)
{
	struct str name = str_from(text);
	if (!str_starts_with(name, STR("--")))
		return NULL;
	name = str_sub(name, 2, SIZE_MAX);
	return find_long(str_cut(&name, '='));
}

/* The next argument. An option there is no value: the value was forgotten, and that option would be lost. */
static int take_value(struct arguments *args, const struct cli_option *row, const char **ret, struct error *err)
{
	if (args->at + 1 >= args->argc)
		return error_set(err, ERR_USAGE, "option '--%s' needs a value: %s", row->name, row->argument);
	const char *text = args->argv[args->at + 1];
	const struct cli_option *next = written_as(text);
	if (next) {
		error_set(err, ERR_USAGE, "option '--%s' needs a value, %s, but the option '--%s' follows", row->name, row->argument,
			next->name);
		error_note(err, "a value that looks like this is written behind a '=': --%s=--%s", row->name, next->name);
		return -1;
	}
	args->at++;
	*ret = text;
	return 0;
}

/*
 * Of these groups an option decides what is asked and how it is judged; the others choose cases, or tell about them. When and how often cases run
 * is no matter of judging either.
 */
static bool decides(const struct cli_option *row)
{
	static const char *const groups[] = { "Variables and secrets", "Connections", "Grants", "Run", "HTTP" };
	static const char *const timing[] = { "jobs", "parallel", "test", "fail-fast", "deadline" };
	for (size_t i = 0; i < ARRAY_SIZE(timing); i++)
		if (!strcmp(row->name, timing[i]))
			return false;
	for (size_t i = 0; i < ARRAY_SIZE(groups); i++)
		if (!strcmp(row->group, groups[i]))
			return true;
	return false;
}

/* What came by the environment is there the next time, too. */
static int keep_for_again(struct options *o, const struct cli_option *row, const char *value, struct error *err)
{
	if (!decides(row))
		return 0;
	struct str word = arena_printf(o->arena, "--%s", row->name);
	if (!word.p)
		return error_set_oom(err);
	if (texts_add(o, &o->again, word.p, err))
		return -1;
	return value ? texts_add(o, &o->again, value, err) : 0;
}

static int apply_row(struct options *o, struct arguments *args, const struct cli_option *row,
	const char *value, struct error *err)
{
	const struct foreign *f = find_foreign(str_from(row->name), '\0');
	if (!(row->commands & o->command) && f)
		return refuse_foreign(f, err);
	if (!(row->commands & o->command))
		return error_set(err, ERR_USAGE, "option '--%s' does not belong to this command", row->name);
	if (!row->argument && value)
		return error_set(err, ERR_USAGE, "option '--%s' is a switch: it takes no value", row->name);
	if (row->argument && !value && take_value(args, row, &value, err))
		return -1;
	if (value && strlen(value) > VALUE_MAX)
		return error_set(err, ERR_USAGE, "the value of option '--%s' is longer than %d bytes", row->name, VALUE_MAX);
	return row->apply(o, row, value, err) || keep_for_again(o, row, value, err) ? -1 : 0;
}

static int parse_long(struct options *o, struct arguments *args, struct error *err)
{
	const char *text = args->argv[args->at] + 2;
	const char *eq = strchr(text, '=');
	struct str name = str_make(text, eq ? (size_t)(eq - text) : strlen(text));
	const struct cli_option *row = find_long(name);
	return row ? apply_row(o, args, row, eq ? eq + 1 : NULL, err) : unknown_option(name, err);
}

/* -vv, -Lk, -H VALUE, -HVALUE */
static int parse_letters(struct options *o, struct arguments *args, struct error *err)
{
	for (const char *p = args->argv[args->at] + 1; *p; p++) {
		const struct cli_option *row = find_letter(*p);
		if (!row)
			return unknown_letter(*p, err);
		bool rest = row->argument && p[1];
		if (apply_row(o, args, row, rest ? p + 1 : NULL, err))
			return -1;
		if (row->argument)
			break;
	}
	return 0;
}

static int parse_argument(struct options *o, struct arguments *args, bool *only_paths, struct error *err)
{
	const char *text = args->argv[args->at];
	if (*only_paths || text[0] != '-' || !text[1])
		return texts_add(o, &o->paths, text, err);
	if (!strcmp(text, "--")) {
		*only_paths = true;
		return 0;
	}
	return text[1] == '-' ? parse_long(o, args, err) : parse_letters(o, args, err);
}

const struct cli_command cli_commands[] = {
	{ "run", COMMAND_RUN, "[run] [OPTION]... PATH...", "runs suites: *.suite, *.hurl, *.sql, or folders; - is standard input" },
	{ "check", COMMAND_CHECK, "check [OPTION]... PATH...", "parses and checks suites; connects to nothing" },
	{ "list", COMMAND_LIST, "list [OPTION]... PATH...", "lists the test cases with id, tags and place; connects to nothing" },
	{ "schema", COMMAND_SCHEMA, "schema dump | schema diff [OPTION]... FILE", "writes a schema contract, compares a database with it" },
};
const size_t cli_commands_count = ARRAY_SIZE(cli_commands);

static bool set_command(struct options *o, const char *word)
{
	for (size_t i = 0; i < cli_commands_count; i++)
		if (!strcmp(word, cli_commands[i].word)) {
			o->command = cli_commands[i].command;
			return o->command_named = true;
		}
	return false;
}

/* `help COMMAND` is `COMMAND --help`. Returns how many arguments it took. */
static int take_help(struct options *o, int argc, char *const *argv)
{
	o->help = true;
	return argc > 2 && set_command(o, argv[2]) ? 2 : 1;
}

/* The first argument may be a command; else it is run. Returns how many arguments that took. */
static int take_command(struct options *o, int argc, char *const *argv)
{
	if (argc > 1 && !strcmp(argv[1], "help"))
		return take_help(o, argc, argv);
	return argc > 1 && set_command(o, argv[1]);
}

/* A word that is nearly a command, and no file: a typing mistake. */
static int nearly_command(const struct options *o, struct error *err)
{
	for (size_t i = 0; i < cli_commands_count && o->paths.count; i++) {
		const char *first = o->paths.items[0];
		if (access(first, F_OK) && str_distance(str_from(first), str_from(cli_commands[i].word), 2) < 2) {
			error_set(err, ERR_USAGE, "no file and no command is called '%s'", first);
			error_note(err, "did you mean 'postflight %s'?", cli_commands[i].word);
			return -1;
		}
	}
	return 0;
}

/* `help` takes a command, and nothing else. */
static int unknown_topic(const struct options *o, struct error *err)
{
	error_set(err, ERR_USAGE, "'help' knows no command '%s'", o->paths.items[0]);
	error_note(err, "postflight --help lists the commands");
	return -1;
}

static struct options defaults(struct arena *a, char *const *environment)
{
	return (struct options){ .arena = a, .environment = environment, .command = COMMAND_RUN, .jobs = 1, .repeat = 1,
				 .retry_interval_us = 1000000, .deadline_us = UINT64_MAX };
}

static int parse_environment(struct options *o, struct error *err)
{
	if (apply_env(o, err))
		return -1;
	for (size_t i = 0; i < ARRAY_SIZE(env_families); i++)
		if (apply_family(o, i, err))
			return -1;
	return 0;
}

int options_parse(struct arena *a, int argc, char *const *argv, char *const *environment, struct options *ret, struct error *err)
{
	struct options o = defaults(a, environment);
	struct arguments args = { .argv = argv, .argc = argc, .at = 1 };
	bool only_paths = false;
	args.at += take_command(&o, argc, argv);
	if (parse_environment(&o, err))
		return -1;
	for (; args.at < argc; args.at++)
		if (parse_argument(&o, &args, &only_paths, err))
			return -1;
	if (args.argc > 1 && !strcmp(argv[1], "help") && o.paths.count)
		return unknown_topic(&o, err);
	if (nearly_command(&o, err))
		return -1;
	*ret = o;
	return 0;
}

void options_salvage(struct arena *a, int argc, char *const *argv, char *const *environment, struct options *ret)
{
	struct options o = defaults(a, environment);
	struct arguments args = { .argv = argv, .argc = argc, .at = 1 };
	struct error passed_over;
	bool only_paths = false;
	args.at += take_command(&o, argc, argv);
	for (size_t i = 0; i < cli_options_count; i++)
		(void)apply_env_option(&o, &cli_options[i], &passed_over);
	for (; args.at < argc; args.at++) {
		int at = args.at;
		if (parse_argument(&o, &args, &only_paths, &passed_over))
			args.at = at;	/* what it took for its value may be an option */
	}
	*ret = o;
}
