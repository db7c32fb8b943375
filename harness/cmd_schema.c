#include <stdio.h>

#include "harness/base/file.h"
#include "harness/cmd.h"
#include "harness/exit.h"
#include "harness/run/schema_tool.h"
#include "harness/run/watch.h"
#include "harness/setup.h"

#define DEFAULT_TIME_US 60000000ull
#define OUTPUT_MAX ((size_t)64 * 1024 * 1024)

struct schema_command {
	struct setup *setup;
	const struct schema_tool *tool;
	struct schema_request request;
	struct watch *watch;
	struct strbuf out, notes;
	struct error_list errors;
};

static void add_error(struct schema_command *c, const struct error *err)
{
	error_list_add(&c->errors, err);
}

static int exit_status(const struct schema_command *c)
{
	if (watch_signal(c->watch))
		return EXIT_SIGNAL + watch_signal(c->watch);
	for (size_t i = 0; i < c->errors.count; i++) {
		if (c->errors.items[i].code == ERR_PARSE ||
			c->errors.items[i].code == ERR_CHECK)
			return EXIT_PARSE;
		if (c->errors.items[i].code == ERR_USAGE)
			return EXIT_USAGE;
	}
	return EXIT_ERROR;
}

static void print_notes(const struct schema_command *c)
{
	struct str rest = strbuf_str(&c->notes);

	while (rest.n) {
		struct str line = str_cut(&rest, '\n');

		fprintf(stderr, "note: %.*s\n", STR_ARG(line));
	}
}

/* ---- dump ---- */

static int dump(struct schema_command *c)
{
	struct error err;

	if (!c->tool->dump(&c->request, &c->out, &c->notes, &err)) {
		fwrite(strbuf_cstr(&c->out), 1, c->out.n, stdout);
		return EXIT_HELD;
	}
	add_error(c, &err);
	return exit_status(c);
}

/* ---- diff ---- */

static const struct source *read_contract(struct schema_command *c, const char *path)
{
	struct arena *a = c->request.arena;
	const struct source *s = NULL;
	struct error err;
	struct str text;

	if (file_read(a, path, limits_default.max_file_bytes, &text, &err)) {
		err.code = ERR_USAGE;
		add_error(c, &err);
		return NULL;
	}
	s = source_new(a, path, text);
	if (!s) {
		error_set_oom(&err);
		add_error(c, &err);
	}
	return s;
}

/* What was found counts more than what could not be seen. */
static int diff(struct schema_command *c)
{
	const struct source *contract = read_contract(
		c, c->setup->options->paths.items[1]);
	size_t differences = 0;
	int rc;

	if (!contract)
		return exit_status(c);
	rc = c->tool->diff(
		&c->request, contract, &c->out, &c->notes, &differences, &c->errors);
	fwrite(strbuf_cstr(&c->out), 1, c->out.n, stdout);
	if (differences)
		return EXIT_FAILED;
	return rc ? exit_status(c) : EXIT_HELD;
}

/* ---- the command line ---- */

static const struct verb {
	const char *word;
	size_t npaths; /* the word among them */
	int (*run)(struct schema_command *);
	const char *usage;
} verbs[] = {
	{ "dump", 1, dump, "postflight schema dump > schema/shop.schema" },
	{ "diff", 2, diff, "postflight schema diff schema/shop.schema" },
};

static const struct verb *find_verb(const struct options *o, struct error *err)
{
	for (size_t i = 0; i < ARRAY_SIZE(verbs); i++) {
		if (!o->paths.count || strcmp(o->paths.items[0], verbs[i].word) != 0)
			continue;
		if (o->paths.count == verbs[i].npaths)
			return &verbs[i];
		error_set(err, ERR_USAGE, "'schema %s' takes %s", verbs[i].word,
			verbs[i].npaths > 1 ? "one contract" : "no file");
		error_note(err, "%s", verbs[i].usage);
		return NULL;
	}
	error_set(err, ERR_USAGE, "'schema' is followed by dump or diff");
	error_note(err, "%s; %s", verbs[0].usage, verbs[1].usage);
	return NULL;
}

static void prepare(struct schema_command *c)
{
	const struct options *o = c->setup->options;
	uint64_t most = o->max_time_us ? o->max_time_us : DEFAULT_TIME_US;
	struct deadline deadline = deadline_in(
		&clock_system, most, watch_cancel(c->watch), watch_quit(c->watch));

	c->request = (struct schema_request){
		.arena = c->setup->arena,
		.env = { .settings = &c->setup->settings,
			.limits = &limits_default,
			.clock = &clock_system,
			.secrets = c->setup->secrets,
			.watch = c->watch,
			.deadline = deadline,
			.name = STR("database"),
			.url = c->setup->settings.url(
				c->setup->settings.ctx, STR("database")),
			.read_only = true },
		.ignore = o->ignored.items,
		.nignore = o->ignored.count,
		.only = o->only.items,
		.nonly = o->only.count,
		.extra_allowed = o->extra_allowed,
		.comments = o->comments,
		.definers = o->definers,
		.bodies = o->bodies,
	};
}

static int run(struct schema_command *c)
{
	struct error err = { 0 };
	const struct verb *verb = find_verb(c->setup->options, &err);

	if (!verb || watch_start(&clock_system, UINT64_MAX, &c->watch, &err)) {
		add_error(c, &err);
		return EXIT_USAGE;
	}
	prepare(c);
	return verb->run(c);
}

/* postflight schema dump | schema diff FILE: writes the schema contract, compares with it. */
int cmd_schema(const struct options *o, const struct registries *reg)
{
	struct setup s;
	struct error err = { 0 };
	struct schema_command c = { .setup = &s, .tool = reg->schema };
	int status = EXIT_USAGE;

	strbuf_init(&c.out, OUTPUT_MAX);
	strbuf_init(&c.notes, OUTPUT_MAX);
	error_list_init(&c.errors, o->arena, limits_default.max_errors);
	if (setup_begin(&s, o, reg, &err) || setup_init(&s, reg, &err))
		add_error(&c, &err);
	else
		status = run(&c);
	print_notes(&c);
	setup_print_errors(&s, &c.errors, "error");
	watch_stop(c.watch);
	strbuf_release(&c.out);
	strbuf_release(&c.notes);
	setup_release(&s);
	return status;
}
