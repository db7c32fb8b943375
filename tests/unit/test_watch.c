#include "harness/run/watch.h"

#include <signal.h>
#include <unistd.h>

#include "tests/unit/expect.h"

/* Waits, for ten seconds at most, until the flag is raised. */
static bool is_raised_soon(const struct cancel *c)
{
	const struct deadline d = deadline_in(&clock_system, 10000000, c, NULL);
	return deadline_pause(&d, UINT64_MAX) == WAIT_CANCELLED;
}

static struct watch *start(uint64_t deadline_us)
{
	struct watch *w = NULL;
	struct error err = { 0 };
	assert_int_equal(watch_start(&clock_system, deadline_us, &w, &err), 0);
	return w;
}

static void test_watch_signals(void **state)
{
	struct watch *w = start(UINT64_MAX);

	(void)state;
	assert_int_equal(watch_signal(w), 0);
	assert_int_equal(kill(getpid(), SIGTERM), 0);
	assert_true(is_raised_soon(watch_cancel(w)));
	assert_int_equal(watch_signal(w), SIGTERM);
	assert_false(cancel_is_raised(watch_quit(w)));
	assert_int_equal(kill(getpid(), SIGINT), 0);
	assert_true(is_raised_soon(watch_quit(w)));
	assert_int_equal(watch_signal(w), SIGTERM);	/* the first one counts */
	assert_false(watch_deadline_hit(w));
	watch_stop(w);
}

static void test_watch_status_request(void **state)
{
	struct watch *w = start(UINT64_MAX);

	(void)state;
	assert_false(watch_take_status_request(w));
	const struct deadline d = deadline_in(&clock_system, 10000000, NULL, NULL);
	bool asked = false;
	assert_int_equal(kill(getpid(), SIGUSR1), 0);
	while (!asked && deadline_pause(&d, 1000) == WAIT_READY)
		asked = watch_take_status_request(w);
	assert_true(asked);
	assert_false(watch_take_status_request(w));
	assert_false(cancel_is_raised(watch_cancel(w)));
	watch_stop(w);
}

static void test_watch_deadline(void **state)
{
	struct watch *w = start(clock_mono_us(&clock_system));

	(void)state;
	assert_true(is_raised_soon(watch_cancel(w)));
	assert_true(watch_deadline_hit(w));
	assert_int_equal(watch_signal(w), 0);
	watch_stop(w);
	watch_stop(NULL);
}

/* The library that blocks is a read from a pipe; interrupt ends it by writing there. */
static void end_the_wait(void *ctx)
{
	int *fds = ctx;
	if (write(fds[1], "x", 1) != 1)
		abort();
}

static void test_watch_interrupts(void **state)
{
	struct watch *w = start(UINT64_MAX);
	int fds[2];
	char c;
	struct watch_slot slot, idle;
	const struct deadline soon = deadline_in(&clock_system, 1000, NULL, NULL);
	const struct deadline never = deadline_in(&clock_system, UINT64_MAX, watch_cancel(w), NULL);

	(void)state;
	assert_int_equal(pipe(fds), 0);
	watch_arm(w, &idle, &never, end_the_wait, fds);
	watch_arm(w, &slot, &soon, end_the_wait, fds);
	assert_int_equal(read(fds[0], &c, 1), 1);
	assert_int_equal(watch_disarm(w, &slot), WAIT_TIMEOUT);
	assert_int_equal(watch_disarm(w, &idle), WAIT_READY);

	watch_arm(w, &slot, &never, end_the_wait, fds);
	watch_raise_cancel(w);
	assert_int_equal(read(fds[0], &c, 1), 1);
	assert_int_equal(watch_disarm(w, &slot), WAIT_CANCELLED);
	close(fds[0]);
	close(fds[1]);
	watch_stop(w);
}

/* The thread sleeps until the nearest deadline: what is armed meanwhile is not forgotten, whether it is nearer, later or over. */
static void test_watch_looks_at_slots_that_come_late(void **state)
{
	static const uint64_t us[] = { 200000, 1000, 300000, 0 };
	struct watch *w = start(UINT64_MAX);
	struct watch_slot slots[ARRAY_SIZE(us)];
	int fds[2];
	char c;

	(void)state;
	assert_int_equal(pipe(fds), 0);
	for (size_t i = 0; i < ARRAY_SIZE(us); i++) {
		const struct deadline d = deadline_in(&clock_system, us[i], NULL, NULL);
		watch_arm(w, &slots[i], &d, end_the_wait, fds);
	}
	for (size_t i = 0; i < ARRAY_SIZE(us); i++)
		assert_int_equal(read(fds[0], &c, 1), 1);
	for (size_t i = 0; i < ARRAY_SIZE(us); i++)
		assert_int_equal(watch_disarm(w, &slots[i]), WAIT_TIMEOUT);
	close(fds[0]);
	close(fds[1]);
	watch_stop(w);
}

/* A call that begins after the signal, with a deadline that is far: it is interrupted all the same. */
static void test_watch_interrupts_what_begins_after_the_cancel(void **state)
{
	struct watch *w = start(UINT64_MAX);
	const struct deadline near = deadline_in(&clock_system, 10000000, NULL, NULL);
	const struct deadline far = deadline_in(
		&clock_system, 20000000, watch_cancel(w), NULL);
	struct watch_slot first, slot;
	int fds[2];
	char c;

	(void)state;
	assert_int_equal(pipe(fds), 0);
	watch_arm(w, &first, &near, end_the_wait, fds);
	assert_int_equal(kill(getpid(), SIGTERM), 0);
	assert_true(is_raised_soon(watch_cancel(w)));
	watch_arm(w, &slot, &far, end_the_wait, fds);
	assert_int_equal(read(fds[0], &c, 1), 1);
	assert_int_equal(watch_disarm(w, &slot), WAIT_CANCELLED);
	assert_int_equal(watch_disarm(w, &first), WAIT_READY);
	close(fds[0]);
	close(fds[1]);
	watch_stop(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_watch_signals),
		cmocka_unit_test(test_watch_status_request),
		cmocka_unit_test(test_watch_deadline),
		cmocka_unit_test(test_watch_interrupts),
		cmocka_unit_test(test_watch_looks_at_slots_that_come_late),
		cmocka_unit_test(test_watch_interrupts_what_begins_after_the_cancel),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
