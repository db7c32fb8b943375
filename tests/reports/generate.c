/*
 * Writes the reports of a run that is made up, for the readers that tests/reports/run asks:
 *
 *	generate FOLDER key=value...
 *
 * seed, suites, entries, bad (per cent), nasty (0, 1), skipped (0, 1), ending (0 finished, 1 stopped, 2 killed), ci,
 * verbosity (0, 1, 2), exit (status of the run). Prints what a reader must count: entries failures errors skipped flaky.
 */
#include <fcntl.h>
#include <unistd.h>

#include "harness/base/scan.h"
#include "reports/reports.h"
#include "tests/unit/sample_run.h"

static const struct {
	const char *name, *file, *options;
} outputs[] = {
	{ "junit", "auto.xml", "" },
	{ "junit", "portable.xml", ",dialect=portable" },
	{ "junit", "rich.xml", ",dialect=rich" },
	{ "junit", "ant.xml", ",dialect=ant" },
	{ "junit", "file.xml", ",dialect=portable,per=file" },
	{ "tap", "run.tap", "" },
	{ "tap14", "run14.tap", "" },
	{ "jsonl", "run.jsonl", "" },
};

struct options {
	struct sample_options sample;
	size_t nasty, skipped, ending, bad, verbosity, seed, exit_status;
};

static bool take(struct options *o, struct str text)
{
	struct str value = text;
	struct str name = str_cut(&value, '=');
	const struct {
		const char *name;
		size_t *place;
	} rows[] = {
		{ "seed", &o->seed }, { "suites", &o->sample.suites }, { "entries", &o->sample.entries },
		{ "bad", &o->bad }, { "nasty", &o->nasty }, { "skipped", &o->skipped },
		{ "ending", &o->ending }, { "verbosity", &o->verbosity }, { "exit", &o->exit_status },
	};

	if (str_is(name, "ci")) {
		o->sample.ci = value.p;		/* the end of an argument: NUL-terminated */
		return value.p != NULL;
	}
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (str_is(name, rows[i].name))
			return scan_size(value, 1000000, rows[i].place);
	return false;
}

static bool take_all(struct options *o, int argc, char **argv)
{
	for (int i = 2; i < argc; i++)
		if (!take(o, str_from(argv[i])))
			return false;
	o->sample.seed = o->seed;
	o->sample.bad_percent = (unsigned)o->bad;
	o->sample.nasty = o->nasty;
	o->sample.all_skipped = o->skipped;
	o->sample.ending = (enum sample_ending)o->ending;
	o->sample.exit_status = (int)o->exit_status;
	return argc > 1;
}

static int parse_outputs(struct arena *a, const char *folder, struct report_spec *specs, struct error *err)
{
	for (size_t i = 0; i < ARRAY_SIZE(outputs); i++) {
		struct str text = arena_printf(a, "%s=%s/%s%s", outputs[i].name, folder, outputs[i].file,
			outputs[i].options);

		if (report_spec_parse(a, reporters, nreporters, text.p, &specs[i], err))
			return -1;
	}
	return 0;
}

static int complain(const char *what)
{
	fprintf(stderr, "generate: %s\n", what);
	return 2;
}

static int generate(struct arena *a, const char *folder, const struct options *o)
{
	struct sample_clock clock;
	struct report_spec specs[ARRAY_SIZE(outputs)];
	struct report_terminal terminal = {
		.fd = open(arena_printf(a, "%s/console.txt", folder).p, O_WRONLY | O_CREAT | O_TRUNC, 0644),
		.columns = 80, .ci = o->sample.ci, .verbosity = (int)o->verbosity,
	};
	struct report_config config = {
		.specs = specs, .nspecs = ARRAY_SIZE(specs), .reporters = reporters, .nreporters = nreporters,
		.clock = &clock.clock, .terminal = &terminal, .console = &reporter_console,
		.run_id = STR_INIT("20261124T031500Z-7f3a"),
	};
	struct sample_counts n;
	struct report_set *s;
	struct error err;

	sample_clock_init(&clock);
	if (parse_outputs(a, folder, specs, &err) || report_set_open(&config, &s, &err))
		return complain(err.message);
	n = sample_report(&o->sample, s);
	clock.mono_us += 11000000;	/* a run that is killed had its renewal before */
	report_set_tick(s);
	report_set_free(s);
	close(terminal.fd);
	printf("%zu %zu %zu %zu %zu\n", n.entries, n.of[STATUS_FAILED],
		n.of[STATUS_ERROR] + n.of[STATUS_ABORTED] + n.of[STATUS_NOT_RUN],
		n.of[STATUS_SKIPPED] + n.of[STATUS_WARNING], n.flaky);
	return 0;
}

int main(int argc, char **argv)
{
	struct options o = { .sample = { .suites = 3, .entries = 30 }, .bad = 30, .seed = 1 };
	struct arena a;
	int rc;

	if (!take_all(&o, argc, argv))
		return complain("usage: generate FOLDER [key=value]...");
	arena_init(&a, 1 << 20);
	rc = generate(&a, argv[1], &o);
	arena_release(&a);
	return rc;
}
