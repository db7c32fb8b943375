#include "probes/process.h"

#include "tests/unit/expect.h"

#define GENEROUS_US (60ull * 1000 * 1000)
#define SHORT_US 100000ull

struct ran {
	int rc, status;
	struct error err;
	struct strbuf out, complaint;
};

/* /bin/sh runs the words, so that one program can do what each row needs. */
static void run_argv(struct ran *r, const char *const *argv, uint64_t us, size_t room, const struct cancel *cancel)
{
	static const char *const env[] = { "PATH=/usr/bin:/bin", "MARK=here", NULL };
	struct process p = { .argv = argv, .env = env, .out = &r->out, .complaint = &r->complaint };
	struct deadline d = deadline_in(&clock_system, us, cancel, NULL);

	*r = (struct ran){ .status = -1 };
	strbuf_init(&r->out, room);
	strbuf_init(&r->complaint, 100);
	r->rc = process_run(&p, &d, &r->status, &r->err);
}

static void run_shell(struct ran *r, const char *words, uint64_t us, size_t room)
{
	const char *const argv[] = { "sh", "-c", words, NULL };

	run_argv(r, argv, us, room, NULL);
}

static void release(struct ran *r)
{
	strbuf_release(&r->out);
	strbuf_release(&r->complaint);
}

static void test_process_output_and_status(void **state)
{
	static const struct {
		const char *words, *out, *complaint;
		int status;
	} rows[] = {
		{ "echo hello", "hello\n", "", 0 },
		{ "echo $MARK; echo no >&2; exit 3", "here\n", "no\n", 3 },
		{ "cat", "", "", 0 },
		{ "kill -9 $$", "", "", 137 },
		{ "exec >&- 2>&-; exit 4", "", "", 4 },
		{ ":", "", "", 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct ran r;

		run_shell(&r, rows[i].words, GENEROUS_US, 1000);
		expect_int(rows[i].words, r.rc, 0);
		expect_int(rows[i].words, r.status, rows[i].status);
		expect_text(rows[i].words, strbuf_str(&r.out), rows[i].out);
		expect_text(rows[i].words, strbuf_str(&r.complaint), rows[i].complaint);
		release(&r);
	}
}

/* Standard error is read beside standard output, and cut. */
static void test_process_long_complaint(void **state)
{
	struct ran r;

	(void)state;
	run_shell(&r, "i=0; while [ $i -lt 3000 ]; do echo 'a line of a complaint that goes on and on' >&2; i=$((i + 1)); done; echo done",
		GENEROUS_US, 1000);
	assert_int_equal(r.rc, 0);
	expect_text("out", strbuf_str(&r.out), "done\n");
	assert_int_equal(r.complaint.n, 100);
	release(&r);
}

static void test_process_ceiling(void **state)
{
	struct ran r;

	(void)state;
	run_shell(&r, "while :; do echo more; done", GENEROUS_US, 5000);
	assert_int_equal(r.rc, -1);
	assert_int_equal(r.err.code, ERR_LIMIT);
	release(&r);
}

/* Whatever it started ends with it, and what closed its output is not waited for. */
static void test_process_time(void **state)
{
	static const char *const rows[] = { "sleep 600", "sleep 600 & sleep 600", "exec >&- 2>&-; sleep 600", "trap '' TERM; sleep 600" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct ran r;

		run_shell(&r, rows[i], SHORT_US, 1000);
		expect_int(rows[i], r.rc, -1);
		expect_int(rows[i], r.err.code, ERR_TIMEOUT);
		release(&r);
	}
}

static void test_process_cancelled(void **state)
{
	static const char *const argv[] = { "sleep", "600", NULL };
	struct cancel cancel;
	struct error err;
	struct ran r;

	(void)state;
	assert_int_equal(cancel_init(&cancel, &err), 0);
	cancel_raise(&cancel);
	run_argv(&r, argv, GENEROUS_US, 1000, &cancel);
	assert_int_equal(r.rc, -1);
	assert_int_equal(r.err.code, ERR_ABORTED);
	cancel_release(&cancel);
	release(&r);
}

static void test_process_missing(void **state)
{
	static const char *const argv[] = { "/nowhere/no-such-program", NULL };
	struct ran r;

	(void)state;
	run_argv(&r, argv, GENEROUS_US, 1000, NULL);
	assert_int_equal(r.rc, -1);
	assert_int_equal(r.err.code, ERR_FILE);
	assert_int_equal(r.status, 127);
	assert_non_null(strstr(r.err.message, "no-such-program"));
	release(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_process_output_and_status),
		cmocka_unit_test(test_process_long_complaint),
		cmocka_unit_test(test_process_ceiling),
		cmocka_unit_test(test_process_time),
		cmocka_unit_test(test_process_cancelled),
		cmocka_unit_test(test_process_missing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
