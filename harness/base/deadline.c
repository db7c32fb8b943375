#include "harness/base/deadline.h"

#include <errno.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

int cancel_init(struct cancel *c, struct error *err)
{
	int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);

	if (fd < 0)
		return error_set(err, ERR_INTERNAL, "cannot make a cancel flag: %s",
				 error_of_system(errno));
	c->fd = fd;
	atomic_init(&c->raised, false);
	return 0;
}

void cancel_release(struct cancel *c)
{
	if (c->fd >= 0)
		(void)close(c->fd);	/* nothing was written that could be lost */
	c->fd = -1;
}

void cancel_raise(struct cancel *c)
{
	const uint64_t one = 1;
	int saved = errno;		/* a signal handler leaves it as it was */

	if (!atomic_exchange(&c->raised, true)) {
		ssize_t n = write(c->fd, &one, sizeof(one));

		(void)n;		/* the flag is raised; the counter of an eventfd has room */
	}
	errno = saved;
}

bool cancel_is_raised(const struct cancel *c)
{
	return atomic_load(&c->raised);
}

static uint64_t add_saturated(uint64_t a, uint64_t b)
{
	return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

struct deadline deadline_in(const struct clock *clock, uint64_t us, const struct cancel *cancel,
			    const struct cancel *quit)
{
	return (struct deadline){
		.clock = clock,
		.at_us = add_saturated(clock_mono_us(clock), us),
		.cancel = cancel,
		.quit = quit,
	};
}

struct deadline deadline_min(struct deadline d, uint64_t at_us)
{
	if (at_us < d.at_us)
		d.at_us = at_us;
	return d;
}

uint64_t deadline_left_us(const struct deadline *d)
{
	uint64_t now_us;

	if (d->at_us == UINT64_MAX)
		return UINT64_MAX;
	now_us = clock_mono_us(d->clock);
	return now_us < d->at_us ? d->at_us - now_us : 0;
}

static bool is_cancelled(const struct deadline *d)
{
	return (d->cancel && cancel_is_raised(d->cancel)) || (d->quit && cancel_is_raised(d->quit));
}

bool deadline_is_over(const struct deadline *d)
{
	return is_cancelled(d) || deadline_left_us(d) == 0;
}

/* One sleep in the kernel, until something happens or `us` have passed. */
static int poll_us(struct pollfd *fds, nfds_t count, uint64_t us)
{
	struct timespec t = { .tv_sec = (time_t)(us / 1000000),
			      .tv_nsec = (long)(us % 1000000) * 1000 };

	return ppoll(fds, count, us == UINT64_MAX ? NULL : &t, NULL);
}

/*
 * A descriptor that cannot be polled counts as ready, since the call on it will tell why. Time that
 * the kernel says is over counts as over, also when a test's clock stands still.
 */
enum wait_result deadline_wait(const struct deadline *d, int fd, short events)
{
	struct pollfd fds[] = {
		{ .fd = fd, .events = events },
		{ .fd = d->cancel ? d->cancel->fd : -1, .events = POLLIN },
		{ .fd = d->quit ? d->quit->fd : -1, .events = POLLIN },
	};
	int n;

	do {
		uint64_t left_us = deadline_left_us(d);

		if (is_cancelled(d))
			return WAIT_CANCELLED;
		if (left_us == 0)
			return WAIT_TIMEOUT;
		n = poll_us(fds, ARRAY_SIZE(fds), left_us);
	} while (n < 0 && errno == EINTR);
	if (is_cancelled(d))
		return WAIT_CANCELLED;
	return n == 0 || fd < 0 ? WAIT_TIMEOUT : WAIT_READY;
}

enum wait_result deadline_pause(const struct deadline *d, uint64_t us)
{
	uint64_t until_us = add_saturated(clock_mono_us(d->clock), us);
	struct deadline pause = deadline_min(*d, until_us);
	enum wait_result result = deadline_wait(&pause, -1, 0);

	if (result == WAIT_TIMEOUT && until_us <= d->at_us)
		return WAIT_READY;
	return result;
}

int deadline_error(struct error *err, enum wait_result why, const char *what)
{
	assert(why != WAIT_READY);
	if (why == WAIT_CANCELLED)
		return error_set(err, ERR_ABORTED, "stopped while %s", what);
	return error_set(err, ERR_TIMEOUT, "time is over while %s", what);
}
