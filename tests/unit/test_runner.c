#include "harness/run/runner.h"

#include "tests/unit/run_help.h"

static void run_files(struct help_run *r, const char *csv, const char *inner, const char *outer)
{
	help_run_file("rows.csv", csv);
	help_run_file("b.suite", inner);
	help_run_file("a.suite", outer);
	if (help_run_plan(r, "a.suite"))
		fail_msg("%s", help_run_error(r)->message);
	help_run_all(r);
}

static void test_runner_tells_every_case(void **state)
{
	struct help_run r;

	(void)state;
	help_run_init(&r);
	run_files(&r, "name\n", "PROBE x\n", "# good\nPROBE x\nREPLY\n[Asserts]\nreply == \"x\"\n\n"
		  "# nobody\nRUN b.suite\n[Options]\nfor-each: rows.csv\n\n# wrong\nPROBE x\nREPLY\n[Asserts]\nreply == \"y\"\n\n"
		  "# behind\nPROBE x\n");
	expect_text("told", strbuf_str(&r.told), "  reply == \"x\" ok\na.suite good passed\na.suite nobody skipped: no data rows\n"
		    "  reply == \"y\": reply: expected string <y>, got string <x>\n"
		    "a.suite wrong failed: reply: expected string <y>, got string <x>\na.suite behind skipped: after: wrong failed\n");
	help_run_release(&r);
}

/* The ceiling of an attempt is no want of memory, and ends this attempt only. */
static void test_runner_attempt_over_its_ceiling(void **state)
{
	struct help_run r;

	(void)state;
	help_run_init(&r);
	r.limits.max_attempt_arena = (size_t)2 << 20;
	run_files(&r, "name\n", "PROBE x\n", "# continue: true\n\n# large\nPROBE fill\n\n# small\nPROBE x\n");
	expect_text("told", strbuf_str(&r.told),
		    "a.suite large error: one attempt takes more than 2 MiB of memory\na.suite small passed\n");
	help_run_release(&r);
}

/* What a probe warns of is told with its place, and changes no outcome. */
static void test_runner_warning_of_a_probe(void **state)
{
	struct help_run r;

	(void)state;
	help_run_init(&r);
	run_files(&r, "name\n", "PROBE x\n", "# odd\nPROBE warn\n\n# plain\nPROBE x\n");
	expect_text("told", strbuf_str(&r.told),
		    "  warning: a.suite:2: not as it should be\na.suite odd passed\na.suite plain passed\n");
	help_run_release(&r);
}

#define THREE_ROWS "name\na\nb\nc\n"
#define EACH "# each\nRUN b.suite\n[Options]\nfor-each: rows.csv\n"

/* Three that wait for each other get on only when all of them run at once. */
static void test_runner_rows_at_once(void **state)
{
	struct help_run r;

	(void)state;
	help_run_init(&r);
	run_files(&r, THREE_ROWS, "PROBE meet 3\n\nPROBE {{name}}\nREPLY\n[Asserts]\nreply != \"b\"\n", EACH "jobs: 3\n\n# after\nPROBE x\n");
	expect_text("told", strbuf_str(&r.told),
		    "a.suite after skipped: after: RUN of b.suite was red\n"
		    "b.suite [a] PROBE meet 3 passed\n  reply != \"b\" ok\nb.suite [a] PROBE {{name}} passed\n"
		    "b.suite [b] PROBE meet 3 passed\n  reply != \"b\": reply: expected not string <b>, got string <b>\n"
		    "b.suite [b] PROBE {{name}} failed: reply: expected not string <b>, got string <b>\n"
		    "b.suite [c] PROBE meet 3 passed\n  reply != \"b\" ok\nb.suite [c] PROBE {{name}} passed\n");
	help_run_release(&r);
}

/* Without jobs the first waits in vain; the second finds that somebody came before. */
static void test_runner_rows_one_by_one(void **state)
{
	struct help_run r;

	(void)state;
	help_run_init(&r);
	run_files(&r, "name\na\nb\n", "PROBE wait 2\n", EACH);
	expect_text("told", strbuf_str(&r.told),
		    "b.suite [a] PROBE wait 2 error: nobody came\nb.suite [b] PROBE wait 2 passed\n");
	help_run_release(&r);
}

/* More rows than jobs: all are run. */
static void test_runner_more_rows_than_jobs(void **state)
{
	struct help_run r;

	(void)state;
	help_run_init(&r);
	run_files(&r, "name\na\nb\nc\nd\ne\n", "PROBE meet 2\n", EACH "jobs: 2\n");
	expect_text("told", strbuf_str(&r.told),
		    "b.suite [a] PROBE meet 2 passed\nb.suite [b] PROBE meet 2 passed\nb.suite [c] PROBE meet 2 passed\n"
		    "b.suite [d] PROBE meet 2 passed\nb.suite [e] PROBE meet 2 passed\n");
	help_run_release(&r);
}

/* Rows that run rows: each level has threads of its own. */
static void test_runner_rows_in_rows(void **state)
{
	struct help_run r;

	(void)state;
	help_run_init(&r);
	help_run_file("c.suite", "PROBE meet 4\n");
	run_files(&r, "name\na\nb\n", "RUN c.suite\n[Options]\nfor-each: rows.csv\njobs: 2\n", EACH "jobs: 2\n");
	expect_text("told", strbuf_str(&r.told),
		    "c.suite [a] PROBE meet 4 passed\nc.suite [b] PROBE meet 4 passed\n"
		    "c.suite [a] (2) PROBE meet 4 passed\nc.suite [b] (2) PROBE meet 4 passed\n");
	help_run_release(&r);
}

/* A row sees what was known before it; what it captures is gone with it, unless rows run one by one. */
static void test_runner_scope_of_rows(void **state)
{
	static const struct {
		const char *jobs, *after;
	} rows[] = {
		{ "", "a.suite after passed\n" },
		{ "jobs: 2\n", "a.suite after error: variable 'seen' is not set\n" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct help_run r;
		struct arena a;
		arena_init(&a, 1 << 20);
		help_run_init(&r);
		run_files(&r, "name\na\nb\n", "PROBE {{name}}{{known}}\nREPLY\n[Captures]\nseen: reply\n",
			  arena_printf(&a, "# first\nPROBE k\nREPLY\n[Captures]\nknown: reply\n\n" EACH "%s\n# after\nPROBE {{seen}}\n", rows[i].jobs).p);
		struct str want = arena_printf(&a, "a.suite first passed\n%sb.suite [a] PROBE {{name}}{{known}} passed\n"
					       "b.suite [b] PROBE {{name}}{{known}} passed\n", rows[i].after);
		expect_str(rows[i].jobs, strbuf_str(&r.told), want);
		help_run_release(&r);
		arena_release(&a);
	}
}

/* Rows known only at run time: the assertions of the one case stand in the order of the rows. */
static void test_runner_list_at_once(void **state)
{
	struct help_run r;

	(void)state;
	help_run_init(&r);
	run_files(&r, "name\n", "# meet\nPROBE meet 3\n\n# look\nPROBE {{item}}\nREPLY\n[Asserts]\nreply == \"b\"\n",
		  "# list\nPROBE [\"a\",\"b\",\"c\"]\nREPLY\n[Captures]\nrows: jsonpath \"$\"\n\n"
		  "# each\nRUN b.suite\n[Options]\nfor-each: {{rows}}\njobs: 3\n");
	expect_text("told", strbuf_str(&r.told),
		    "a.suite list passed\n"
		    "  meet ok\n  look: reply: expected string <b>, got string <a>\n"
		    "  meet ok\n  look ok\n"
		    "  meet ok\n  look: reply: expected string <b>, got string <c>\n"
		    "a.suite each failed: look: reply: expected string <b>, got string <a>\n");
	help_run_release(&r);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_runner_tells_every_case),
		cmocka_unit_test(test_runner_attempt_over_its_ceiling),
		cmocka_unit_test(test_runner_warning_of_a_probe),
		cmocka_unit_test(test_runner_rows_at_once),
		cmocka_unit_test(test_runner_rows_one_by_one),
		cmocka_unit_test(test_runner_more_rows_than_jobs),
		cmocka_unit_test(test_runner_rows_in_rows),
		cmocka_unit_test(test_runner_scope_of_rows),
		cmocka_unit_test(test_runner_list_at_once),
	};

	return cmocka_run_group_tests_name("runner", tests, NULL, NULL);
}
