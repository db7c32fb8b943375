/*
 * The watch thread: signals and deadlines, nothing else. It writes nothing and formats nothing.
 *
 * SIGINT, SIGTERM, SIGHUP: the first raises `cancel` (start nothing, cancel what is in flight, clean-up runs for at most 3 s in all), the
 * second `quit` (no clean-up either), the third ends the process at once. The run's own deadline does as the first signal.
 * SIGUSR1 is only noted: who collects asks with watch_take_status_request.
 * Where only a library can wait (the MySQL client), the caller arms a slot: when its time is over or a flag is raised, the watch thread calls
 * `interrupt`, which may do no more than shut a socket down, or start the thread that does more.
 * Its own wait has no deadline while no slot and no deadline is near: signals, and a slot that comes, wake it through descriptors.
 */
#ifndef HARNESS_RUN_WATCH_H
#define HARNESS_RUN_WATCH_H

#include "harness/base/deadline.h"

struct watch;

/* Blocks the signals in the calling thread (before other threads start) and starts the thread. `deadline_us` of the whole run, monotonic, UINT64_MAX: none. */
int watch_start(const struct clock *clock, uint64_t deadline_us, struct watch **ret, struct error *err) MUST_USE;
void watch_stop(struct watch *w);		/* joins; NULL is fine */

/* The flag that the first signal, or the deadline, raises. Borrowed. */
const struct cancel *watch_cancel(const struct watch *w);

/* The flag that the second signal, or the end of the clean-up time, raises. Borrowed. */
const struct cancel *watch_quit(const struct watch *w);

/* Signal that ended the run, 0: none; whether the run's deadline did. */
int watch_signal(const struct watch *w);
bool watch_deadline_hit(const struct watch *w);	/* at any time so far */

/* Was SIGUSR1 received since the last call? */
bool watch_take_status_request(struct watch *w);

/* Ends the run from within (--fail-fast uses a flag of its own; this is for fatal report errors). */
void watch_raise_cancel(struct watch *w);

/*
 * A blocking library call: from arm to disarm `interrupt(ctx)` may be called once, from the watch thread. disarm returns the reason why it was
 * (WAIT_READY: it was not), and waits until a running interrupt has returned. Slots are the caller's, zeroed.
 */
struct watch_slot {
	struct deadline deadline;
	void (*interrupt)(void *ctx);
	void *ctx;
	enum wait_result fired;
	struct watch_slot *next, *prev;
	bool armed;
};
void watch_arm(struct watch *w, struct watch_slot *slot, const struct deadline *d, void (*interrupt)(void *ctx), void *ctx);
enum wait_result watch_disarm(struct watch *w, struct watch_slot *slot);

#endif
