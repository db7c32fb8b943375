/*
 * Waiting: time, a descriptor and two cancel flags in one call. Every wait of the program is one of
 * these, so that a signal or a deadline ends all of them.
 *
 * There are two flags: `cancel` ends ordinary entries, `quit` the clean-up (`always`) too. Each is
 * an eventfd that the watch thread makes readable once and for all.
 */
#ifndef HARNESS_BASE_DEADLINE_H
#define HARNESS_BASE_DEADLINE_H

#include <stdatomic.h>

#include "harness/base/clock.h"
#include "harness/base/error.h"

struct cancel {
	int fd;			/* eventfd; readable for ever once raised */
	atomic_bool raised;
};

/* Opens the flag, lowered. -1 with *err when the system gives no descriptor. */
int cancel_init(struct cancel *c, struct error *err) MUST_USE;
void cancel_release(struct cancel *c);		/* closes it; fine twice */

/* From any thread, also from a signal handler; raising it again does nothing. */
void cancel_raise(struct cancel *c);
bool cancel_is_raised(const struct cancel *c);	/* from any thread */

struct deadline {
	const struct clock *clock;
	uint64_t at_us;			/* monotonic; UINT64_MAX: none */
	const struct cancel *cancel;	/* either may be NULL */
	const struct cancel *quit;
};

enum wait_result {
	WAIT_READY,		/* the descriptor can be used; an error of it the call will tell */
	WAIT_TIMEOUT,
	WAIT_CANCELLED,
};

/* `us` from now (UINT64_MAX: no limit). */
struct deadline deadline_in(const struct clock *clock, uint64_t us, const struct cancel *cancel,
			    const struct cancel *quit);

/* The earlier of both times, the flags of `d`. */
struct deadline deadline_min(struct deadline d, uint64_t at_us);

uint64_t deadline_left_us(const struct deadline *d);	/* 0: over */
bool deadline_is_over(const struct deadline *d);	/* time over or a flag raised */

/*
 * Waits until `fd` (or none: -1) has one of the poll `events`, time is over or a flag is raised.
 * Interrupted system calls are resumed. A raised flag wins over time, and time that was over before
 * the call wins over a descriptor that is ready: a peer that never stops sending ends too.
 */
enum wait_result deadline_wait(const struct deadline *d, int fd, short events);

/*
 * The pause between attempts: WAIT_READY when all of `us` have passed, WAIT_TIMEOUT when the
 * deadline came first, WAIT_CANCELLED when a flag was raised.
 */
enum wait_result deadline_pause(const struct deadline *d, uint64_t us);

/*
 * The error that a failed wait means, with `what` was being done ("waiting for the response"):
 * ERR_TIMEOUT "time is over while ..." or ERR_ABORTED "stopped while ...". Returns -1.
 */
int deadline_error(struct error *err, enum wait_result why, const char *what);

#endif
