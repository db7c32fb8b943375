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

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_runner_tells_every_case),
		cmocka_unit_test(test_runner_attempt_over_its_ceiling),
		cmocka_unit_test(test_runner_warning_of_a_probe),
	};

	return cmocka_run_group_tests_name("runner", tests, NULL, NULL);
}
