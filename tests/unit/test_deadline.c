#include "harness/base/deadline.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include "tests/unit/expect.h"

#define S UINT64_C(1000000)

/* A clock that the test moves. */
static uint64_t fixed_mono_us(void *ctx)
{
	return *(const uint64_t *)ctx;
}

struct fixture {
	struct cancel cancel, quit;
	int pipe[2];
	uint64_t now_us;
	struct clock fixed;
};

static int setup(void **state)
{
	static struct fixture f;
	struct error err;

	f.now_us = 1000;
	f.fixed = (struct clock){ .mono_us = fixed_mono_us, .ctx = &f.now_us };
	*state = &f;
	return cancel_init(&f.cancel, &err) || cancel_init(&f.quit, &err) || pipe(f.pipe);
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	cancel_release(&f->cancel);
	cancel_release(&f->quit);
	return close(f->pipe[0]) || close(f->pipe[1]);
}

static void test_deadline_counts_down(void **state)
{
	struct fixture *f = *state;
	struct deadline d = deadline_in(&f->fixed, 500, NULL, NULL);

	assert_int_equal(d.at_us, 1500);
	assert_int_equal(deadline_left_us(&d), 500);
	assert_false(deadline_is_over(&d));
	f->now_us = 1499;
	assert_int_equal(deadline_left_us(&d), 1);
	f->now_us = 1500;
	assert_int_equal(deadline_left_us(&d), 0);
	assert_true(deadline_is_over(&d));
	f->now_us = 9999;
	assert_int_equal(deadline_left_us(&d), 0);
}

static void test_deadline_without_a_limit(void **state)
{
	struct fixture *f = *state;
	struct deadline d = deadline_in(&f->fixed, UINT64_MAX, NULL, NULL);

	assert_true(d.at_us == UINT64_MAX);
	assert_true(deadline_left_us(&d) == UINT64_MAX);
	assert_false(deadline_is_over(&d));
	d = deadline_in(&f->fixed, UINT64_MAX - 500, NULL, NULL);
	assert_true(deadline_left_us(&d) == UINT64_MAX);
}

static void test_deadline_min_is_the_earlier(void **state)
{
	struct fixture *f = *state;
	struct deadline d = deadline_in(&f->fixed, 500, &f->cancel, NULL);

	assert_int_equal(deadline_min(d, 1200).at_us, 1200);
	assert_int_equal(deadline_min(d, 1600).at_us, 1500);
	assert_ptr_equal(deadline_min(d, 1).cancel, &f->cancel);
}

static void test_deadline_is_over_when_a_flag_is_raised(void **state)
{
	struct fixture *f = *state;
	struct deadline d = deadline_in(&f->fixed, 500, &f->cancel, &f->quit);
	struct deadline clean_up = deadline_in(&f->fixed, 500, NULL, &f->quit);

	cancel_raise(&f->cancel);
	assert_true(deadline_is_over(&d));
	assert_false(deadline_is_over(&clean_up));
	cancel_raise(&f->quit);
	assert_true(deadline_is_over(&clean_up));
}

static void test_cancel_is_raised_once_and_for_all(void **state)
{
	struct fixture *f = *state;
	struct pollfd p = { .fd = f->cancel.fd, .events = POLLIN };

	assert_false(cancel_is_raised(&f->cancel));
	assert_int_equal(poll(&p, 1, 0), 0);
	errno = 77;
	cancel_raise(&f->cancel);
	cancel_raise(&f->cancel);
	assert_int_equal(errno, 77);
	assert_true(cancel_is_raised(&f->cancel));
	assert_int_equal(poll(&p, 1, 0), 1);
	assert_int_equal(poll(&p, 1, 0), 1);
	cancel_release(&f->cancel);
	cancel_release(&f->cancel);
}

static void test_cancel_init_tells_when_descriptors_are_used_up(void **state)
{
	struct rlimit before, none;
	struct cancel c = { .fd = 77 };
	struct error err;

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	none = (struct rlimit){ .rlim_cur = 0, .rlim_max = before.rlim_max };
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	int rc = cancel_init(&c, &err);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
	assert_int_equal(rc, -1);
	assert_int_equal(c.fd, 77);
	assert_string_equal(err.message, "cannot make a cancel flag: Too many open files");
}

static void test_wait_for_a_descriptor(void **state)
{
	struct fixture *f = *state;
	struct deadline d = deadline_in(&clock_system, 10 * S, &f->cancel, &f->quit);

	assert_int_equal(deadline_wait(&d, f->pipe[1], POLLOUT), WAIT_READY);
	assert_int_equal(write(f->pipe[1], "x", 1), 1);
	assert_int_equal(deadline_wait(&d, f->pipe[0], POLLIN), WAIT_READY);
}

static void test_wait_ends_with_time(void **state)
{
	struct fixture *f = *state;
	uint64_t before = clock_mono_us(&clock_system);
	struct deadline d = deadline_in(&clock_system, 20000, &f->cancel, &f->quit);

	assert_int_equal(deadline_wait(&d, f->pipe[0], POLLIN), WAIT_TIMEOUT);
	assert_true(clock_mono_us(&clock_system) - before >= 20000);
	assert_int_equal(deadline_wait(&d, f->pipe[1], POLLOUT), WAIT_TIMEOUT);
}

static void test_wait_ends_when_a_clock_stands_still(void **state)
{
	struct fixture *f = *state;
	struct deadline d = deadline_in(&f->fixed, 1000, NULL, NULL);

	assert_int_equal(deadline_wait(&d, -1, 0), WAIT_TIMEOUT);
}

static void test_wait_ends_at_once_when_a_flag_is_up(void **state)
{
	struct fixture *f = *state;
	struct deadline d = deadline_in(&clock_system, UINT64_MAX, &f->cancel, &f->quit);
	struct deadline over = deadline_in(&clock_system, 0, NULL, &f->quit);

	cancel_raise(&f->quit);
	assert_int_equal(deadline_wait(&d, f->pipe[1], POLLOUT), WAIT_CANCELLED);
	assert_int_equal(deadline_wait(&over, -1, 0), WAIT_CANCELLED);
	assert_int_equal(deadline_pause(&d, 10 * S), WAIT_CANCELLED);
}

static void test_wait_tells_a_bad_descriptor_as_ready(void **state)
{
	struct deadline d = deadline_in(&clock_system, 10 * S, NULL, NULL);
	int fd = dup(0);

	(void)state;
	assert_int_equal(close(fd), 0);
	assert_int_equal(deadline_wait(&d, fd, POLLIN), WAIT_READY);
}

static void *raise_flag(void *flag)
{
	cancel_raise(flag);
	return NULL;
}

static void test_wait_ends_when_another_thread_raises_a_flag(void **state)
{
	struct fixture *f = *state;
	struct deadline d = deadline_in(&clock_system, 60 * S, &f->cancel, &f->quit);
	pthread_t thread;

	assert_int_equal(pthread_create(&thread, NULL, raise_flag, &f->cancel), 0);
	assert_int_equal(deadline_wait(&d, f->pipe[0], POLLIN), WAIT_CANCELLED);
	assert_int_equal(pthread_join(thread, NULL), 0);
}

static void on_alarm(int number)
{
	(void)number;
}

/* A signal every millisecond never makes a wait shorter. */
static void test_wait_goes_on_after_signals(void **state)
{
	struct fixture *f = *state;
	struct sigaction action = { .sa_handler = on_alarm };
	struct sigevent event = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGALRM };
	struct itimerspec every_ms = { { 0, 1000000 }, { 0, 1000000 } };
	timer_t timer;

	assert_int_equal(sigaction(SIGALRM, &action, NULL), 0);
	assert_int_equal(timer_create(CLOCK_MONOTONIC, &event, &timer), 0);
	assert_int_equal(timer_settime(timer, 0, &every_ms, NULL), 0);
	uint64_t before = clock_mono_us(&clock_system);
	struct deadline d = deadline_in(&clock_system, 30000, &f->cancel, NULL);
	assert_int_equal(deadline_wait(&d, f->pipe[0], POLLIN), WAIT_TIMEOUT);
	assert_true(clock_mono_us(&clock_system) - before >= 30000);
	assert_int_equal(timer_delete(timer), 0);
}

static void test_pause_tells_what_ended_it(void **state)
{
	struct deadline late = deadline_in(&clock_system, 60 * S, NULL, NULL);
	struct deadline soon = deadline_in(&clock_system, 5000, NULL, NULL);
	struct deadline never = deadline_in(&clock_system, UINT64_MAX, NULL, NULL);

	(void)state;
	assert_int_equal(deadline_pause(&late, 2000), WAIT_READY);
	assert_int_equal(deadline_pause(&never, 2000), WAIT_READY);
	assert_int_equal(deadline_pause(&late, 0), WAIT_READY);
	assert_int_equal(deadline_pause(&soon, 60 * S), WAIT_TIMEOUT);
	assert_int_equal(deadline_pause(&soon, 60 * S), WAIT_TIMEOUT);
}

static void test_deadline_error_says_why(void **state)
{
	struct error err;

	(void)state;
	assert_int_equal(deadline_error(&err, WAIT_TIMEOUT, "waiting for the response"), -1);
	assert_int_equal(err.code, ERR_TIMEOUT);
	assert_string_equal(err.message, "time is over while waiting for the response");
	assert_int_equal(deadline_error(&err, WAIT_CANCELLED, "connecting"), -1);
	assert_int_equal(err.code, ERR_ABORTED);
	assert_string_equal(err.message, "stopped while connecting");
}

#define WITH_FLAGS(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		WITH_FLAGS(test_deadline_counts_down),
		WITH_FLAGS(test_deadline_without_a_limit),
		WITH_FLAGS(test_deadline_min_is_the_earlier),
		WITH_FLAGS(test_deadline_is_over_when_a_flag_is_raised),
		WITH_FLAGS(test_cancel_is_raised_once_and_for_all),
		WITH_FLAGS(test_cancel_init_tells_when_descriptors_are_used_up),
		WITH_FLAGS(test_wait_for_a_descriptor),
		WITH_FLAGS(test_wait_ends_with_time),
		WITH_FLAGS(test_wait_ends_when_a_clock_stands_still),
		WITH_FLAGS(test_wait_ends_at_once_when_a_flag_is_up),
		WITH_FLAGS(test_wait_tells_a_bad_descriptor_as_ready),
		WITH_FLAGS(test_wait_ends_when_another_thread_raises_a_flag),
		WITH_FLAGS(test_wait_goes_on_after_signals),
		WITH_FLAGS(test_pause_tells_what_ended_it),
		WITH_FLAGS(test_deadline_error_says_why),
	};

	return cmocka_run_group_tests_name("deadline", tests, NULL, NULL);
}
