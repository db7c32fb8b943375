#include "harness/run/watch.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "harness/base/mem.h"

struct watch {
	const struct clock *clock;
	uint64_t deadline_us;
	struct cancel cancel, quit;
	atomic_int signal;
	atomic_bool deadline_hit, stopping, status_asked;
	atomic_uint_fast64_t
		quit_at_us; /* end of the time for clean-up; UINT64_MAX: no cancel yet */
	unsigned signals_seen; /* the thread's own */
	int signal_fd, wake_fd;
	pthread_t thread;
	pthread_mutex_t
		lock; /* slots; held while an interrupt runs, so that disarm waits for it */
	struct watch_slot *slots;
	uint64_t looks_us; /* when the thread looks at the slots again by itself; under `lock` */
};

static void wake(struct watch *w)
{
	uint64_t one = 1;
	if (write(w->wake_fd, &one, sizeof(one)) < 0)
		return; /* the counter is full: it is readable already */
}

/* After a cancel the clean-up (`always` entries) has this time in all. */
#define CLEAN_UP_US 3000000u

static void cancel_run(struct watch *w)
{
	uint64_t none = UINT64_MAX;
	uint64_t until = clock_mono_us(w->clock) + CLEAN_UP_US;
	if (!atomic_compare_exchange_strong(&w->quit_at_us, &none, until))
		return; /* cancelled before: its time runs already */
	cancel_raise(&w->cancel);
}

/* ---- the thread ---- */

static void on_signal(struct watch *w, int sig)
{
	if (sig == SIGUSR1) {
		atomic_store(&w->status_asked, true);
		return;
	}
	if (++w->signals_seen > 2)
		_exit(128 + sig);
	if (!atomic_load(&w->signal))
		atomic_store(&w->signal, sig);
	if (w->signals_seen == 1)
		cancel_run(w);
	else
		cancel_raise(&w->quit);
}

static void read_signals(struct watch *w)
{
	struct signalfd_siginfo info;
	while (read(w->signal_fd, &info, sizeof(info)) == (ssize_t)sizeof(info))
		on_signal(w, (int)info.ssi_signo);
}

static void drain_wake(struct watch *w)
{
	uint64_t count;
	while (read(w->wake_fd, &count, sizeof(count)) > 0)
		;
}

static enum wait_result slot_state(const struct watch_slot *s)
{
	if ((s->deadline.cancel && cancel_is_raised(s->deadline.cancel)) ||
		(s->deadline.quit && cancel_is_raised(s->deadline.quit)))
		return WAIT_CANCELLED;
	return deadline_left_us(&s->deadline) ? WAIT_READY : WAIT_TIMEOUT;
}

/* Interrupts what is due; the earliest of the other deadlines is returned. */
static uint64_t check_slots(struct watch *w)
{
	uint64_t next = UINT64_MAX;
	pthread_mutex_lock(&w->lock);
	for (struct watch_slot *s = w->slots; s; s = s->next) {
		if (s->fired != WAIT_READY)
			continue;
		s->fired = slot_state(s);
		if (s->fired != WAIT_READY)
			s->interrupt(s->ctx);
		else if (s->deadline.at_us < next)
			next = s->deadline.at_us;
	}
	w->looks_us = next;
	pthread_mutex_unlock(&w->lock);
	return next;
}

static uint64_t check_run_deadline(struct watch *w)
{
	if (w->deadline_us == UINT64_MAX || atomic_load(&w->deadline_hit))
		return UINT64_MAX;
	if (clock_mono_us(w->clock) < w->deadline_us)
		return w->deadline_us;
	atomic_store(&w->deadline_hit, true);
	cancel_run(w);
	return clock_mono_us(w->clock); /* look at the slots once more, now */
}

static uint64_t check_clean_up(struct watch *w)
{
	uint64_t until = atomic_load(&w->quit_at_us);
	if (until == UINT64_MAX || cancel_is_raised(&w->quit))
		return UINT64_MAX;
	if (clock_mono_us(w->clock) < until)
		return until;
	cancel_raise(&w->quit);
	return clock_mono_us(w->clock);
}

static uint64_t earlier(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static int wait_ms(const struct watch *w, uint64_t until)
{
	if (until == UINT64_MAX)
		return -1;
	uint64_t now = clock_mono_us(w->clock);
	uint64_t ms = until > now ? (until - now + 999) / 1000 : 0;
	return ms > 60000 ? 60000 : (int)ms;
}

static void *watch_main(void *arg)
{
	struct watch *w = arg;
	while (!atomic_load(&w->stopping)) {
		uint64_t due = earlier(check_run_deadline(w), check_clean_up(w));
		uint64_t slot_due = check_slots(w);
		struct pollfd fds[] = { { .fd = w->signal_fd, .events = POLLIN },
			{ .fd = w->wake_fd, .events = POLLIN } };
		if (poll(fds, ARRAY_SIZE(fds), wait_ms(w, earlier(due, slot_due))) < 0 &&
			errno != EINTR)
			break;
		drain_wake(w);
		read_signals(w);
	}
	return NULL;
}

/* ---- for the other threads ---- */

static int open_descriptors(struct watch *w, const sigset_t *set, struct error *err)
{
	w->wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	w->signal_fd = signalfd(-1, set, SFD_NONBLOCK | SFD_CLOEXEC);
	if (w->wake_fd < 0 || w->signal_fd < 0)
		return error_set(err, ERR_INTERNAL, "cannot watch for signals: %s",
			strerror(errno));
	if (cancel_init(&w->cancel, err))
		return -1;
	if (cancel_init(&w->quit, err)) {
		cancel_release(&w->cancel);
		return -1;
	}
	return 0;
}

static void block_signals(sigset_t *set)
{
	static const int caught[] = { SIGINT, SIGTERM, SIGHUP, SIGUSR1 };
	sigemptyset(set);
	for (size_t i = 0; i < ARRAY_SIZE(caught); i++)
		sigaddset(set, caught[i]);
	pthread_sigmask(SIG_BLOCK, set, NULL);
	sigset_t pipe_set;
	sigemptyset(&pipe_set);
	sigaddset(&pipe_set, SIGPIPE);
	pthread_sigmask(SIG_BLOCK, &pipe_set, NULL);
}

static void close_descriptors(struct watch *w)
{
	if (w->wake_fd >= 0)
		close(w->wake_fd);
	if (w->signal_fd >= 0)
		close(w->signal_fd);
}

int watch_start(const struct clock *clock, uint64_t deadline_us, struct watch **ret,
	struct error *err)
{
	sigset_t set;
	struct watch *w = mem_calloc(1, sizeof(*w));
	if (!w)
		return error_set_oom(err);
	w->clock = clock;
	w->deadline_us = deadline_us;
	w->looks_us = UINT64_MAX;
	atomic_init(&w->quit_at_us, UINT64_MAX);
	block_signals(&set);
	if (open_descriptors(w, &set, err)) {
		close_descriptors(w);
		mem_free(w);
		return -1;
	}
	pthread_mutex_init(&w->lock, NULL);
	if (pthread_create(&w->thread, NULL, watch_main, w)) {
		close_descriptors(w);
		cancel_release(&w->cancel);
		cancel_release(&w->quit);
		mem_free(w);
		return error_set(err, ERR_INTERNAL, "cannot start the watch thread");
	}
	*ret = w;
	return 0;
}

void watch_stop(struct watch *w)
{
	if (!w)
		return;
	atomic_store(&w->stopping, true);
	wake(w);
	pthread_join(w->thread, NULL);
	close_descriptors(w);
	cancel_release(&w->cancel);
	cancel_release(&w->quit);
	pthread_mutex_destroy(&w->lock);
	mem_free(w);
}

const struct cancel *watch_cancel(const struct watch *w)
{
	return &w->cancel;
}

const struct cancel *watch_quit(const struct watch *w)
{
	return &w->quit;
}

int watch_signal(const struct watch *w)
{
	return atomic_load(&w->signal);
}

bool watch_deadline_hit(const struct watch *w)
{
	return atomic_load(&w->deadline_hit);
}

bool watch_take_status_request(struct watch *w)
{
	return atomic_exchange(&w->status_asked, false);
}

void watch_raise_cancel(struct watch *w)
{
	cancel_run(w);
	wake(w);
}

void watch_arm(struct watch *w, struct watch_slot *slot, const struct deadline *d,
	void (*interrupt)(void *ctx), void *ctx)
{
	*slot = (struct watch_slot){ .deadline = *d,
		.interrupt = interrupt,
		.ctx = ctx,
		.fired = WAIT_READY,
		.armed = true };
	pthread_mutex_lock(&w->lock);
	slot->next = w->slots;
	if (w->slots)
		w->slots->prev = slot;
	w->slots = slot;
	bool sooner = d->at_us < w->looks_us || slot_state(slot) != WAIT_READY;
	pthread_mutex_unlock(&w->lock);
	if (sooner)
		wake(w);
}

enum wait_result watch_disarm(struct watch *w, struct watch_slot *slot)
{
	pthread_mutex_lock(&w->lock);
	if (slot->armed) {
		if (slot->prev)
			slot->prev->next = slot->next;
		else
			w->slots = slot->next;
		if (slot->next)
			slot->next->prev = slot->prev;
		slot->armed = false;
	}
	pthread_mutex_unlock(&w->lock);
	return slot->fired;
}
