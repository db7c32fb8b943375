/*
 * JUnit XML: a test suite for each file, a test case for each entry, in the dialect that its readers take.
 */
#include "harness/base/limits.h"
#include "harness/report/name_map.h"
#include "reports/junit_case.h"
#include "reports/reports.h"
#include "reports/title.h"

enum { FILE_MAX_BYTES = 25 * 1024 * 1024 };

static const struct junit_dialect dialects[] = {
	{ .name = "portable", .root_attributes = true, .suite_file = true, .zoned_time = true, .reruns = true },
	{ .name = "rich", .root_attributes = true, .root_extra = true, .suite_file = true, .zoned_time = true,
	  .case_extra = true, .reruns = true },
	{ .name = "ant", .suite_package = true, .suite_streams = true },
};

/* CI systems whose readers are lenient and use what only the rich dialect has. */
static const char *const rich_providers[] = { "github", "gitlab", "circleci", "buildkite", "azure" };

/* Outputs go first, the largest before the others, then texts get shorter; a test case is never left out. */
static const struct junit_level levels[] = {
	{ 64 * 1024, 16 * 1024 }, { 4096, 16 * 1024 }, { 0, 16 * 1024 }, { 0, 4096 },
	{ 0, 1024 }, { 0, 256 }, { 0, 0 },
};

/* A file being written: beside the writer, the names of its suites and the tests without an entry. */
struct document {
	struct junit j;
	const struct report *report;
	struct arena arena;
	struct str *names;		/* parallel to results->suites */
	struct junit_special *specials;
	size_t nspecials;
	size_t nsuites;			/* of results, as shown: none in an empty run */
	bool per_file;
	uint64_t next_id;
};

/* ---- dialect ---- */

static bool is_rich(const struct report *r)
{
	for (size_t i = 0; i < ARRAY_SIZE(rich_providers); i++)
		if (str_is(r->results->run.ci_provider, rich_providers[i]))
			return true;
	return false;
}

static const struct junit_dialect *dialect_of(const struct report *r)
{
	const char *name = report_option_value(r, "dialect");

	for (size_t i = 0; name && i < ARRAY_SIZE(dialects); i++)
		if (!strcmp(name, dialects[i].name))
			return &dialects[i];
	return &dialects[is_rich(r) ? 1 : 0];
}

/* ---- names of suites ---- */

/* Counts how often each name occurs. */
static bool count_names(struct name_map *m, const struct results *r)
{
	for (size_t i = 0; i < r->nsuites; i++) {
		size_t *n = name_map_at(m, r->suites[i].name);

		if (!n)
			return false;
		*n = *n == SIZE_MAX ? 1 : *n + 1;
	}
	return true;
}

static bool is_repeated(const struct name_map *m, struct str name)
{
	const size_t *n = name_map_find(m, name);

	return n && *n > 1;
}

/* `name`, or with a number behind it when it is taken. */
static struct str unique_name(struct arena *a, struct name_map *taken, struct str name)
{
	struct str result = name;
	size_t *n = name_map_at(taken, name);

	if (!n)
		return name;
	*n = *n == SIZE_MAX ? 1 : *n + 1;
	if (*n > 1)
		result = arena_printf(a, "%.*s (%zu)", STR_ARG(name), *n);
	return result;
}

/* Equal names get the path added; equal ones even so, a number. */
static void name_suites(struct document *d)
{
	const struct results *r = d->j.results;
	struct name_map counts = { 0 };
	struct name_map taken = { 0 };

	d->names = arena_array(&d->arena, r->nsuites + 1, sizeof(*d->names));
	if (!d->names || !count_names(&counts, r))
		d->arena.failed = true;
	for (size_t i = 0; i < r->nsuites && !arena_failed(&d->arena); i++) {
		struct str name = r->suites[i].name;

		if (is_repeated(&counts, name) && !str_eq(name, r->suites[i].file))
			name = arena_printf(&d->arena, "%.*s (%.*s)", STR_ARG(name),
				STR_ARG(r->suites[i].file));
		d->names[i] = unique_name(&d->arena, &taken, name);
	}
	name_map_release(&counts);
	name_map_release(&taken);
}

/* ---- tests that no entry stands for ---- */

static bool is_empty(const struct results *r)
{
	return r->ended && r->end.verdict == VERDICT_EMPTY && r->end.exit_status != 0;
}

/* Why a run without any case has a report all the same, and one that has not ended is red. */
static bool find_run_special(const struct results *r, struct junit_special *ret)
{
	*ret = (struct junit_special){
		.suite = STR("postflight"), .file = STR("run"), .class = JUNIT_ERROR, .name = "(selection)",
		.type = "error.internal", .message = STR("nothing was selected: every entry was left out"),
	};
	if (is_empty(r))
		return true;
	if (!r->ended || (r->end.verdict == VERDICT_ABORTED && !r->ncases)) {
		ret->name = "run completed";
		ret->type = "error.aborted";
		ret->message = r->ended && r->end.reason.n ? r->end.reason : STR("the run has not finished");
		return true;
	}
	if (results_is_widened(r)) {
		ret->name = "(fail-on)";
		ret->class = JUNIT_FAILURE;
		ret->type = "assert.other";
		ret->message = r->end.reason;
		return true;
	}
	if (r->ncases || r->nfile_errors)
		return false;
	if (r->end.verdict == VERDICT_PASS || r->end.verdict == VERDICT_EMPTY) {
		ret->class = JUNIT_SKIPPED;
		ret->message = STR("no entries");
	} else {
		ret->message = STR("nothing could be run");
	}
	return true;
}

/* The texts of all errors of a file, in the document's arena. */
static struct str errors_of(struct document *d, struct str id)
{
	struct strbuf sb;
	struct str text;

	strbuf_init(&sb, limits_default.max_text_bytes);
	results_add_errors_of(&sb, d->j.results, id);
	text = arena_str(&d->arena, strbuf_str(&sb));
	d->arena.failed |= strbuf_failed(&sb);
	strbuf_release(&sb);
	return text;
}

static void add_bad_file(struct document *d, struct str id)
{
	d->specials[d->nspecials++] = (struct junit_special){
		.suite = id, .file = id, .name = "(suite)", .class = JUNIT_ERROR,
		.type = "error.file", .message = errors_of(d, id),
	};
}

static void find_specials(struct document *d)
{
	const struct results *r = d->j.results;

	d->specials = arena_array(&d->arena, r->nfile_errors + 1, sizeof(*d->specials));
	if (!d->specials)
		return;
	for (size_t i = 0; i < r->nfile_errors; i++)
		if (results_is_first_error(r, i))
			add_bad_file(d, r->file_errors[i].id);
	if (find_run_special(r, &d->specials[d->nspecials]))
		d->nspecials++;
}

/* ---- figures ---- */

static struct junit_tally tally_suite(const struct document *d, const struct result_suite *s)
{
	struct junit_tally t = { .assertions = s->counts.held + s->counts.not_held };

	if (d->per_file) {
		junit_count(&t, junit_file_class(&d->j, s));
		return t;
	}
	for (size_t i = 0; i < s->ncases; i++)
		junit_count(&t, junit_class_of(&d->j.results->cases[s->first_case + i]));
	return t;
}

static struct junit_tally tally_all(const struct document *d)
{
	struct junit_tally all = { 0 };

	for (size_t i = 0; i < d->nsuites; i++) {
		struct junit_tally t = tally_suite(d, &d->j.results->suites[i]);

		all.tests += t.tests;
		all.failures += t.failures;
		all.errors += t.errors;
		all.skipped += t.skipped;
		all.assertions += t.assertions;
	}
	for (size_t i = 0; i < d->nspecials; i++)
		junit_count(&all, d->specials[i].class);
	return all;
}

static uint64_t suite_time(const struct results *r, const struct result_suite *s)
{
	uint64_t sum = 0;

	if (s->duration_us)
		return s->duration_us;
	for (size_t i = 0; i < s->ncases; i++)
		sum += r->cases[s->first_case + i].end.duration_us;
	return sum;
}

/* The run's own time; before its end, as far as the suites tell. */
static uint64_t run_time(const struct document *d)
{
	const struct results *r = d->j.results;
	uint64_t sum = 0;

	if (r->ended)
		return r->end.duration_us;
	for (size_t i = 0; i < d->nsuites; i++)
		sum += suite_time(r, &r->suites[i]);
	return sum;
}

/* The placeholder is older than any event. */
static int64_t run_start(const struct document *d)
{
	int64_t wall_us = d->j.results->start_wall_us;

	return wall_us ? wall_us : clock_wall_us(d->report->clock);
}

/* ---- elements ---- */

static void attr_tally(struct junit *j, const struct junit_tally *t)
{
	xml_attr_uint(&j->x, "tests", t->tests);
	xml_attr_uint(&j->x, "failures", t->failures);
	xml_attr_uint(&j->x, "errors", t->errors);
}

static void write_property(struct junit *j, const char *name, struct str value)
{
	if (str_is_empty(value))
		return;
	xml_open(&j->x, "property");
	xml_attr(&j->x, "name", str_from(name));
	xml_attr(&j->x, "value", value);
	xml_close(&j->x);
}

static void write_targets_and_warnings(struct document *d)
{
	const struct results *r = d->j.results;

	for (size_t i = 0; i < r->ntargets; i++) {
		const struct ev_target *t = &r->targets[i];
		struct str value = arena_printf(&d->arena, "%.*s %.*s %.*s", STR_ARG(t->kind), STR_ARG(t->url),
			STR_ARG(t->version));

		write_property(&d->j, "target", str_trim(value));
	}
	for (size_t i = 0; i < r->nlogs; i++)
		if (str_is(r->logs[i].level, "warning"))
			write_property(&d->j, "warning", r->logs[i].text);
}

/* Passing test cases say nothing in these dialects: their suite says what can be tidied up. */
static void write_accepts_that_can_go(struct document *d, const struct result_suite *s)
{
	const struct results *r = d->j.results;

	for (size_t i = 0; s && !d->j.dialect->case_extra && i < s->ncases; i++) {
		const struct result_case *c = &r->cases[s->first_case + i];

		if (c->end.accept_can_go)
			write_property(&d->j, "warning", arena_printf(&d->arena,
				"%.*s: accepted as %.*s, holds now: the accept line can go",
				STR_ARG(c->planned.title), STR_ARG(c->end.accepted_ticket)));
	}
}

/* The first suite tells of the whole run too. */
static void write_properties(struct document *d, const struct result_suite *s)
{
	const struct results *r = d->j.results;
	bool truncated = d->j.level != &levels[0];

	xml_open(&d->j.x, "properties");
	write_property(&d->j, "postflight.run", r->run_id.n ? r->run_id : STR("unknown"));
	write_property(&d->j, "environment", r->run.environment);
	write_property(&d->j, "release", r->run.release);
	if (truncated)
		write_property(&d->j, "postflight.truncated", STR("texts were cut to keep the file small"));
	if (d->next_id == 0)
		write_targets_and_warnings(d);
	write_accepts_that_can_go(d, s);
	xml_close(&d->j.x);
}

struct suite_head {
	struct str name, file;
	struct junit_tally tally;
	uint64_t time_us;
	int64_t start_wall_us;
	const struct result_suite *suite;	/* NULL: of a test that no entry stands for */
};

static void open_suite(struct document *d, const struct suite_head *h)
{
	struct junit *j = &d->j;
	struct str host = j->results->run.host;

	xml_open(&j->x, "testsuite");
	xml_attr(&j->x, "name", str_is_empty(h->name) ? STR("(suite)") : h->name);
	attr_tally(j, &h->tally);
	xml_attr_uint(&j->x, "skipped", h->tally.skipped);
	junit_attr_time(j, h->time_us);
	junit_attr_timestamp(j, h->start_wall_us);
	xml_attr(&j->x, "hostname", str_is_empty(host) ? STR("localhost") : host);
	xml_attr_uint(&j->x, "id", d->next_id);
	if (j->dialect->suite_file)
		xml_attr(&j->x, "file", h->file);
	if (j->dialect->suite_package)
		xml_attr(&j->x, "package", STR("postflight"));
	write_properties(d, h->suite);
	d->next_id++;
}

static void close_suite(struct junit *j)
{
	if (j->dialect->suite_streams) {
		xml_open(&j->x, "system-out");
		xml_close(&j->x);
		xml_open(&j->x, "system-err");
		xml_close(&j->x);
	}
	xml_close(&j->x);
}

static void write_suite(struct document *d, size_t index)
{
	const struct results *r = d->j.results;
	const struct result_suite *s = &r->suites[index];
	struct suite_head head = {
		.name = d->names[index],
		.file = s->file,
		.tally = tally_suite(d, s),
		.time_us = suite_time(r, s),
		.start_wall_us = s->start_wall_us ? s->start_wall_us : run_start(d),
		.suite = s,
	};

	open_suite(d, &head);
	if (d->per_file)
		junit_file_case(&d->j, s, d->names[index]);
	for (size_t i = 0; !d->per_file && i < s->ncases; i++)
		junit_case(&d->j, &r->cases[s->first_case + i]);
	close_suite(&d->j);
}

static void write_special(struct document *d, const struct junit_special *s)
{
	struct suite_head head = { .name = s->suite, .file = s->file, .start_wall_us = run_start(d) };

	junit_count(&head.tally, s->class);
	open_suite(d, &head);
	junit_special_case(&d->j, s);
	close_suite(&d->j);
}

static void write_root_attributes(struct document *d)
{
	struct junit *j = &d->j;
	struct junit_tally t = tally_all(d);
	struct str name = j->results->run.run_name;

	if (!j->dialect->root_attributes)
		return;
	xml_attr(&j->x, "name", str_is_empty(name) ? STR("postflight") : name);
	attr_tally(j, &t);
	junit_attr_time(j, run_time(d));
	if (!j->dialect->root_extra)
		return;
	xml_attr_uint(&j->x, "skipped", t.skipped);
	xml_attr_uint(&j->x, "assertions", t.assertions);
	junit_attr_timestamp(j, run_start(d));
}

static void write_document(struct document *d, struct strbuf *out)
{
	struct junit *j = &d->j;

	d->next_id = 0;
	xml_begin(&j->x, out);
	xml_open(&j->x, "testsuites");
	write_root_attributes(d);
	for (size_t i = 0; i < d->nsuites && !strbuf_failed(out); i++)
		write_suite(d, i);
	for (size_t i = 0; i < d->nspecials; i++)
		write_special(d, &d->specials[i]);
	xml_close(&j->x);
	xml_end(&j->x);
}

/* Writes with more and more left out, until the file is small enough. */
static void write_fitting(struct document *d, struct strbuf *out)
{
	struct strbuf file;

	for (size_t i = 0; i < ARRAY_SIZE(levels); i++) {
		bool last = i + 1 == ARRAY_SIZE(levels);

		strbuf_init(&file, last ? limits_default.max_text_bytes : FILE_MAX_BYTES);
		d->j.level = &levels[i];
		write_document(d, &file);
		if (!strbuf_failed(&file)) {
			strbuf_add(out, strbuf_str(&file));
			strbuf_release(&file);
			return;
		}
		strbuf_release(&file);
	}
	out->failed = true;
}

static void render(const struct report *r, struct strbuf *out)
{
	const char *per = report_option_value(r, "per");
	struct document d = {
		.j = { .results = r->results, .dialect = dialect_of(r) },
		.report = r,
		.nsuites = is_empty(r->results) ? 0 : r->results->nsuites,
		.per_file = per && !strcmp(per, "file"),
	};

	arena_init(&d.arena, limits_default.max_suite_arena);
	name_suites(&d);
	find_specials(&d);
	if (arena_failed(&d.arena))
		out->failed = true;
	else
		write_fitting(&d, out);
	arena_release(&d.arena);
}

static const char *const dialect_names[] = { "auto", "portable", "rich", "ant", NULL };
static const char *const per_names[] = { "entry", "file", NULL };

static const struct report_option options[] = {
	{ "dialect", dialect_names, "portable: what no reader refuses; rich: what GitHub, GitLab and the like use; "
	  "ant: what strict validators take; auto (the default) chooses by the CI system" },
	{ "per", per_names, "a test case for each entry (the default) or for each file" },
};

const struct reporter reporter_junit = {
	.name = "junit",
	.options = options,
	.noptions = ARRAY_SIZE(options),
	.render = render,
	.help = "JUnit XML",
};
