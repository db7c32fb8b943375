/*
 * postflight: checks that a release really arrived. Joins the registries, reads the command line, hands over to a subcommand.
 */
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "harness/base/arena.h"
#include "harness/base/mem.h"
#include "harness/base/scan.h"
#include "harness/cmd.h"
#include "harness/exit.h"
#include "harness/options.h"
#include "probes/probes.h"
#include "probes/schema_tool.h"
#include "reports/reports.h"

extern char **environ;

#if defined(__SANITIZE_ADDRESS__)
#define UNDER_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer)
#define UNDER_SANITIZER 1
#endif
#endif

#ifndef UNDER_SANITIZER
/* One line, async-signal-safe; the red reports are in place already. */
static void crashed(int sig)
{
	static const char text[] =
		"postflight: internal error, the process ends; reports that were not finished stay red\n";
	(void)sig;
	if (write(STDERR_FILENO, text, sizeof(text) - 1) < 0)
		_exit(EXIT_INTERNAL);
	_exit(EXIT_INTERNAL);
}

/* Memory holds passwords: no core file, no reading by others of the same user. */
static void harden(void)
{
	static const int fatal[] = { SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT };
	const struct rlimit none = { 0, 0 };
	struct sigaction action = { .sa_handler = crashed,
		.sa_flags = (int)SA_RESETHAND };
	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < ARRAY_SIZE(fatal); i++)
		sigaction(fatal[i], &action, NULL);
	setrlimit(RLIMIT_CORE, &none);
	prctl(PR_SET_DUMPABLE, 0);
}
#else
static void harden(void)
{
}
#endif

/* The options whose values may hold secrets: gone from the process list as soon as they are read. */
static bool hides_value(const char *arg, const char **ret_value)
{
	static const char letters[] = "uHx";
	struct str value, name;
	*ret_value = NULL;
	if (arg[0] == '-' && arg[1] && arg[1] != '-' && strchr(letters, arg[1])) {
		*ret_value = arg[2] ? arg + 2 : NULL; /* -uNAME:PASSWORD */
		return true;
	}
	if (strncmp(arg, "--", 2))
		return false;
	value = str_from(arg + 2);
	name = str_cut(&value, '=');
	*ret_value = value.p;
	return options_hides_value(name);
}

static void wipe(char *s)
{
	memset(s, '*', strlen(s));
}

static void wipe_arguments(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		const char *value;
		if (!hides_value(argv[i], &value))
			continue;
		if (value)
			wipe((char *)value);
		else if (i + 1 < argc)
			wipe(argv[++i]);
	}
}

static char *const *copy_arguments(struct arena *a, int argc, char *const *argv)
{
	char **copy = arena_array(a, (size_t)argc + 1, sizeof(*copy));
	for (int i = 0; copy && i < argc; i++)
		if (!(copy[i] = (char *)arena_cstr(a, str_from(argv[i]))))
			return NULL;
	return copy;
}

static int print_help(const struct options *o)
{
	struct strbuf sb;
	strbuf_init(&sb, 65536);
	if (o->command_named)
		options_help(&sb, o->command);
	else
		options_help_program(&sb);
	fputs(strbuf_cstr(&sb), stdout);
	strbuf_release(&sb);
	return EXIT_HELD;
}

static int print_version(void)
{
	printf("postflight %s\n", POSTFLIGHT_VERSION);
	return EXIT_HELD;
}

static int dispatch(const struct options *o, const struct registries *reg)
{
	if (o->help)
		return print_help(o);
	if (o->version)
		return print_version();
	switch (o->command) {
	case COMMAND_RUN:
		return cmd_run(o, reg);
	case COMMAND_CHECK:
		return cmd_check(o, reg);
	case COMMAND_LIST:
		return cmd_list(o, reg);
	case COMMAND_SCHEMA:
		return cmd_schema(o, reg);
	}
	return EXIT_INTERNAL;
}

/* Torture builds: POSTFLIGHT_FAIL_ALLOCATION=N makes allocation N fail, and the end tells when it did not come that far. */
#ifdef MEM_TORTURE
static uint64_t order_failure(void)
{
	uint64_t n = UINT64_MAX;
	const char *value = getenv("POSTFLIGHT_FAIL_ALLOCATION");
	if (value && scan_digits(str_from(value), &n))
		(void)mem_fail_after(n);
	return n;
}

static _Noreturn void end_process(int status, uint64_t ordered)
{
	if (ordered != UINT64_MAX && mem_stats().allocations <= ordered)
		fputs("allocation not reached\n", stderr);
	exit(status); /* the sanitizer looks for leaks */
}
#else
static uint64_t order_failure(void)
{
	return UINT64_MAX;
}

static _Noreturn void end_process(int status, uint64_t ordered)
{
	(void)ordered;
	_exit(status); /* everything is flushed and closed; libraries' own destructors cost time */
}
#endif

int main(int argc, char **argv)
{
	uint64_t ordered = order_failure();
	const struct registries reg = { .probes = probes,
		.nprobes = nprobes,
		.reporters = reporters,
		.nreporters = nreporters,
		.console = &reporter_console,
		.schema = &schema_tool };
	struct arena arena;
	struct options o;
	struct error err = { 0 };
	int status;
	signal(SIGPIPE, SIG_IGN); /* a reader that went away is a write error */
	signal(SIGXFSZ, SIG_IGN); /* so is a file that may not grow */
	harden();
	arena_init(&arena, limits_default.max_suite_arena);
	char *const *args = copy_arguments(&arena, argc, argv);
	if (!args) {
		fputs("error: out of memory\n", stderr);
		status = EXIT_USAGE;
	} else if (options_parse(&arena, argc, args, environ, &o, &err)) {
		options_salvage(&arena, argc, args, environ, &o);
		status = cmd_refuse(&o, &reg, &err);
	} else {
		o.argc = argc;
		o.argv = args;
		wipe_arguments(argc, argv);
		status = dispatch(&o, &reg);
	}
	arena_release(&arena);
	if (fflush(stdout) && !status)
		status = EXIT_REPORT;
	end_process(status, ordered);
}
