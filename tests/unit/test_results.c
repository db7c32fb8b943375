#include "harness/report/results.h"

#include "tests/unit/expect.h"

static struct results_fold *new_fold(void)
{
	struct error err;
	struct results_fold *f = results_new(&err);

	assert_non_null(f);
	return f;
}

static void add(struct results_fold *f, const struct event *e)
{
	struct error err;

	assert_int_equal(results_add(f, e, &err), 0);
}

static void plan(struct results_fold *f, const char *id)
{
	struct event e = { .kind = EVENT_PLANNED };

	e.u.planned = (struct ev_planned){
		.id = str_from(id), .suite = STR("s"), .file = STR("s.sql"), .title = STR("t"), .line = 3,
	};
	add(f, &e);
}

static void attempt(struct results_fold *f, const char *id, uint64_t n, const char *message)
{
	struct event e = { .kind = EVENT_ATTEMPT_START, .wall_us = 7000 };

	e.u.attempt = (struct ev_attempt){ str_from(id), n };
	add(f, &e);
	e = (struct event){ .kind = EVENT_ASSERTION };
	e.u.assertion = (struct ev_assertion){
		.id = str_from(id), .attempt = n, .ok = !message, .message = str_from(message),
	};
	add(f, &e);
	e = (struct event){ .kind = EVENT_ATTEMPT_END };
	e.u.attempt_end = (struct ev_attempt_end){
		.id = str_from(id), .attempt = n, .status = message ? STATUS_FAILED : STATUS_PASSED,
		.message = str_from(message),
	};
	add(f, &e);
}

static void end_as(struct results_fold *f, const char *id, enum status status, const char *kind)
{
	struct event e = { .kind = EVENT_ENTRY_END };

	e.u.entry_end = (struct ev_entry_end){
		.id = str_from(id), .status = status, .kind = str_from(kind), .message = STR("m"), .held = 2,
	};
	add(f, &e);
}

static void log_line(struct results_fold *f, const char *level, const char *id)
{
	struct event e = { .kind = EVENT_LOG };

	e.u.log = (struct ev_log){ str_from(level), STR("error: x"), str_from(id) };
	add(f, &e);
}

static void test_results_counts_as_they_stand(void **state)
{
	struct results_fold *f = new_fold();
	const struct results *r = results_get(f);

	(void)state;
	plan(f, "a");
	plan(f, "b");
	plan(f, "a");			/* a second time counts nothing */
	assert_int_equal(r->counts.entries, 2);
	assert_int_equal(r->counts.of[STATUS_NOT_RUN], 2);
	attempt(f, "a", 1, NULL);
	assert_int_equal(r->counts.of[STATUS_ABORTED], 1);
	assert_int_equal(r->cases[0].start_wall_us, 7000);
	end_as(f, "a", STATUS_PASSED, NULL);
	end_as(f, "a", STATUS_FAILED, "assert.rows");	/* an entry ends once */
	end_as(f, "nobody", STATUS_FAILED, "assert.rows");
	assert_int_equal(r->counts.of[STATUS_ABORTED], 0);
	assert_int_equal(r->counts.of[STATUS_PASSED], 1);
	assert_int_equal(r->counts.of[STATUS_FAILED], 0);
	assert_int_equal(r->counts.held, 2);
	assert_int_equal(r->suites[0].counts.of[STATUS_NOT_RUN], 1);
	assert_null(r->cases[0].end.message.p);		/* a pass keeps figures */
	results_free(f);
}

/* An entry that polls may have any number of attempts: the first ones and the last are kept, and the last one's assertions. */
static void test_results_keeps_few_attempts(void **state)
{
	struct results_fold *f = new_fold();
	const struct result_case *c;

	(void)state;
	plan(f, "a");
	for (uint64_t i = 1; i <= 1000; i++) {
		char message[32];

		snprintf(message, sizeof(message), "attempt %u", (unsigned)i);
		attempt(f, "a", i, message);
	}
	end_as(f, "a", STATUS_FAILED, "assert.rows");
	c = &results_get(f)->cases[0];
	assert_int_equal(c->nbad, 5);
	expect_text("first", c->bad[0].message, "attempt 1");
	expect_text("fourth", c->bad[3].message, "attempt 4");
	expect_text("last", c->bad[4].message, "attempt 1000");
	assert_int_equal(c->nfailed, 1);
	expect_text("assertion", c->failed[0].message, "attempt 1000");
	results_free(f);
}

static void test_results_suites(void **state)
{
	struct results_fold *f = new_fold();
	const struct results *r = results_get(f);

	(void)state;
	plan(f, "a");
	plan(f, "b");
	assert_int_equal(r->nsuites, 1);
	assert_int_equal(r->suites[0].ncases, 2);
	expect_text("first", r->cases[0].planned.id, "a");
	expect_text("second", r->cases[1].planned.id, "b");
	results_free(f);
	results_free(NULL);
}

static void test_results_verdict(void **state)
{
	static const struct {
		const char *name;
		int statuses[3];	/* -1: never ended */
		const char *kind;
		bool file_error;
		enum verdict verdict;
		int exit_status;
	} rows[] = {
		{ "passed", { STATUS_PASSED, STATUS_PASSED, STATUS_PASSED }, NULL, false, VERDICT_PASS, 0 },
		{ "warning", { STATUS_PASSED, STATUS_WARNING, STATUS_PASSED }, NULL, false, VERDICT_PASS, 0 },
		{ "failed", { STATUS_FAILED, STATUS_PASSED, STATUS_PASSED }, NULL, false, VERDICT_FAIL, 4 },
		{ "error", { STATUS_ERROR, STATUS_PASSED, STATUS_PASSED }, NULL, false, VERDICT_ERROR, 3 },
		{ "both", { STATUS_ERROR, STATUS_FAILED, STATUS_PASSED }, NULL, false, VERDICT_FAIL, 4 },
		{ "unfinished", { STATUS_PASSED, -1, STATUS_PASSED }, NULL, false, VERDICT_ABORTED, 3 },
		{ "unfinished, failed", { STATUS_FAILED, -1, STATUS_PASSED }, NULL, false, VERDICT_ABORTED, 4 },
		{ "deselected", { STATUS_SKIPPED, STATUS_SKIPPED, STATUS_SKIPPED }, "skip.tags", false, VERDICT_EMPTY, 5 },
		{ "said so", { STATUS_SKIPPED, STATUS_SKIPPED, STATUS_SKIPPED }, "skip.option", false, VERDICT_PASS, 0 },
		{ "one left", { STATUS_SKIPPED, STATUS_PASSED, STATUS_SKIPPED }, "skip.needs", false, VERDICT_PASS, 0 },
		{ "bad file", { STATUS_PASSED, STATUS_PASSED, STATUS_PASSED }, NULL, true, VERDICT_ERROR, 3 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		static const char *const ids[] = { "a", "b", "c" };
		struct results_fold *f = new_fold();

		for (size_t j = 0; j < 3; j++)
			plan(f, ids[j]);
		for (size_t j = 0; j < 3; j++)
			if (rows[i].statuses[j] >= 0)
				end_as(f, ids[j], (enum status)rows[i].statuses[j], rows[i].kind);
		if (rows[i].file_error)
			log_line(f, "file_error", "x.sql");
		log_line(f, "warning", NULL);
		expect_true(rows[i].name, results_get(f)->nlogs == 1);
		expect_int(rows[i].name, results_verdict(results_get(f)), rows[i].verdict);
		expect_int(rows[i].name, results_exit_status(results_get(f)), rows[i].exit_status);
		results_free(f);
	}
}

static void test_results_without_entries(void **state)
{
	struct results_fold *f = new_fold();

	(void)state;
	assert_int_equal(results_verdict(results_get(f)), VERDICT_PASS);
	results_free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_results_counts_as_they_stand),
		cmocka_unit_test(test_results_keeps_few_attempts),
		cmocka_unit_test(test_results_suites),
		cmocka_unit_test(test_results_verdict),
		cmocka_unit_test(test_results_without_entries),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
