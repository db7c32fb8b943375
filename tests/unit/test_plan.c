#include "harness/run/plan.h"

#include <stdio.h>

#include "tests/unit/run_help.h"

/* The cases of the plan, a line each: "SUITE TITLE", then what they are skipped for. */
static const char *planned(struct help_run *r)
{
	strbuf_clear(&r->told);
	for (size_t i = 0; i < r->plan.nfiles; i++)
		for (size_t k = 0; k < r->plan.files[i]->ncases; k++) {
			const struct plan_case *c = &r->plan.files[i]->cases[k];
			strbuf_addf(&r->told, "%.*s %.*s", STR_ARG(r->plan.files[i]->suite), STR_ARG(c->title));
			if (c->skip_kind.p)
				strbuf_addf(&r->told, " %.*s: %.*s", STR_ARG(c->skip_kind), STR_ARG(c->skip_reason));
			strbuf_addc(&r->told, '\n');
		}
	return strbuf_cstr(&r->told);
}

static void test_plan_rows_of_for_each(void **state)
{
	static const struct {
		const char *csv, *plan;
	} rows[] = {
		{ "name\na\nb\n", "a.suite first\na.suite last\nb.suite [a] PROBE {{name}}\nb.suite [b] PROBE {{name}}\n" },
		{ "name\n", "a.suite first\na.suite every one skip.when: no data rows\na.suite last\n" },
		{ "name\n\n\n", "a.suite first\na.suite every one skip.when: no data rows\na.suite last\n" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct help_run r;
		help_run_init(&r);
		help_run_file("rows.csv", rows[i].csv);
		help_run_file("b.suite", "PROBE {{name}}\n");
		help_run_file("a.suite", "# first\nPROBE x\n\n# every one\nRUN b.suite\n[Options]\nfor-each: rows.csv\n\n# last\nPROBE y\n");
		assert_int_equal(help_run_plan(&r, "a.suite"), 0);
		expect_text(rows[i].csv, str_from(planned(&r)), rows[i].plan);
		help_run_release(&r);
	}
}

/* What tags leave out is left out for that reason. */
static void test_plan_no_rows_and_not_selected(void **state)
{
	const struct str none[] = { STR("slow") };
	struct help_run r;

	(void)state;
	help_run_init(&r);
	r.config.tags = (struct tag_filter){ .none = none, .nnone = 1 };
	help_run_file("rows.csv", "name\n");
	help_run_file("b.suite", "PROBE x\n");
	help_run_file("a.suite", "# every one\n# tags: slow\nRUN b.suite\n[Options]\nfor-each: rows.csv\n");
	assert_int_equal(help_run_plan(&r, "a.suite"), 0);
	expect_text("slow", str_from(planned(&r)), "a.suite every one skip.tags: tags: slow not selected\n");
	help_run_release(&r);
}

static void test_plan_jobs(void **state)
{
	static const struct {
		const char *options, *message;	/* NULL: fine */
	} rows[] = {
		{ "for-each: rows.csv\njobs: 1\n", NULL },
		{ "for-each: rows.csv\njobs: 256\n", NULL },
		{ "for-each: {{list}}\njobs: 2\n", NULL },
		{ "for-each: rows.csv\njobs: 0\n", "jobs needs a number from 1 to 256" },
		{ "for-each: rows.csv\njobs: 257\n", "jobs needs a number from 1 to 256" },
		{ "for-each: rows.csv\njobs: {{n}}\n", "jobs needs a number from 1 to 256" },
		{ "jobs: 2\n", "'jobs' means something only with 'for-each'" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct help_run r;
		struct arena a;
		arena_init(&a, 1 << 16);
		help_run_init(&r);
		help_run_file("rows.csv", "name\na\n");
		help_run_file("b.suite", "PROBE x\n");
		help_run_file("a.suite", arena_printf(&a, "RUN b.suite\n[Options]\n%s", rows[i].options).p);
		expect_int(rows[i].options, help_run_plan(&r, "a.suite"), rows[i].message ? -1 : 0);
		if (rows[i].message)
			expect_text(rows[i].options, str_from(help_run_error(&r)->message), rows[i].message);
		help_run_release(&r);
		arena_release(&a);
	}
}

static void expect_plan_error(struct help_run *r, enum error_code code, size_t line, const char *message)
{
	assert_int_equal(help_run_plan(r, "1.suite"), -1);
	const struct error *e = help_run_error(r);
	expect_text("message", str_from(e->message), message);
	assert_int_equal(e->code, code);
	assert_non_null(e->source);
	assert_int_equal(source_pos(e->source, e->span.at).line, line);
	help_run_release(r);
}

/* 1.suite RUNs 2.suite and so on; the last one is `last`. */
static void write_chain(size_t n, const char *last)
{
	char name[32], text[64];

	for (size_t i = 1; i <= n; i++) {
		(void)snprintf(name, sizeof(name), "%zu.suite", i);
		(void)snprintf(text, sizeof(text), "\nRUN %zu.suite\n", i + 1);
		help_run_file(name, i < n ? text : last);
	}
}

static void test_plan_depth(void **state)
{
	struct help_run r;

	(void)state;
	help_run_init(&r);
	r.limits.max_depth = 4;
	write_chain(4, "PROBE x\n");
	assert_int_equal(help_run_plan(&r, "1.suite"), 0);
	assert_int_equal(r.plan.nfiles, 4);
	help_run_release(&r);

	help_run_init(&r);
	r.limits.max_depth = 4;
	write_chain(5, "PROBE x\n");
	expect_plan_error(&r, ERR_LIMIT, 2, "more than 4 files RUN one inside the other: "
					    "5.suite <- 4.suite <- 3.suite <- 2.suite <- 1.suite <- the command line");

	help_run_init(&r);
	r.limits.max_depth = 12;
	write_chain(13, "PROBE x\n");
	expect_plan_error(&r, ERR_LIMIT, 2, "more than 12 files RUN one inside the other: 13.suite <- 12.suite <- 11.suite <- "
					    "10.suite <- 9.suite <- 8.suite <- 7.suite <- 6.suite <- 5.suite <- ... <- 1.suite <- the command line");
}

static void test_plan_circle(void **state)
{
	struct help_run r;

	(void)state;
	help_run_init(&r);
	write_chain(3, "PROBE x\n\n\nRUN 2.suite\n");
	expect_plan_error(&r, ERR_CHECK, 4, "RUN goes in a circle: 2.suite <- 3.suite <- 2.suite <- 1.suite <- the command line");
}

/* Thirty files that RUN the next one twice would be a thousand million. */
static void test_plan_that_multiplies(void **state)
{
	struct help_run r;
	char name[32], text[64];

	(void)state;
	help_run_init(&r);
	r.limits.max_entries = 500;
	for (int i = 1; i <= 30; i++) {
		(void)snprintf(name, sizeof(name), "%d.suite", i);
		(void)snprintf(text, sizeof(text), "RUN %d.suite\nRUN %d.suite\n", i + 1, i + 1);
		help_run_file(name, i < 30 ? text : "PROBE x\n");
	}
	assert_int_equal(help_run_plan(&r, "1.suite"), -1);
	expect_text("message", str_from(help_run_error(&r)->message),
		    "more than 500 test cases, or files with RUN unfolded, in one run");
	assert_int_equal(r.library.errors.count, 1);
	help_run_release(&r);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plan_rows_of_for_each),
		cmocka_unit_test(test_plan_no_rows_and_not_selected),
		cmocka_unit_test(test_plan_jobs),
		cmocka_unit_test(test_plan_depth),
		cmocka_unit_test(test_plan_circle),
		cmocka_unit_test(test_plan_that_multiplies),
	};

	return cmocka_run_group_tests_name("plan", tests, NULL, NULL);
}
