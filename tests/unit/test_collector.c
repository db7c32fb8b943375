#include "harness/run/collector.h"

#include <stdatomic.h>

#include "harness/base/mem.h"
#include "tests/unit/expect.h"

enum { MANY = 1000, TEN_SECONDS = 10000000 };

/* What the reports' side of a run sees, and how it behaves. */
struct sink {
	struct watch *watch;
	struct run_config config;
	struct run run;
	atomic_size_t seen;		/* events */
	int64_t next;			/* the pid that comes next: they must come in order */
	bool disordered;
	atomic_bool quick;
	atomic_bool stuck;		/* on_event does not come back */
	size_t fails_at;		/* this one fails; SIZE_MAX: none */
	atomic_size_t ticks;
};

static bool waits_for(bool (*is_true)(struct sink *s), struct sink *s)
{
	const struct deadline d = deadline_in(&clock_system, TEN_SECONDS, NULL, NULL);

	while (!is_true(s))
		if (deadline_pause(&d, 1000) != WAIT_READY)
			return false;
	return true;
}

static bool is_free(struct sink *s)
{
	return !atomic_load(&s->stuck);
}

static bool has_ticked(struct sink *s)
{
	return atomic_load(&s->ticks) > 2;
}

static int on_event(void *ctx, struct event *e, struct error *err)
{
	struct sink *s = ctx;

	(void)waits_for(is_free, s);
	s->disordered |= e->u.run_start.pid != s->next++;
	if (atomic_fetch_add(&s->seen, 1) == s->fails_at)
		return error_set(err, ERR_FILE, "the disk is full");
	return 0;
}

static bool is_quick(void *ctx)
{
	struct sink *s = ctx;

	return atomic_load(&s->quick);
}

static void on_tick(void *ctx)
{
	struct sink *s = ctx;

	atomic_fetch_add(&s->ticks, 1);
}

static void start(struct sink *s, struct collector *c)
{
	struct error err = { 0 };

	*s = (struct sink){ .fails_at = SIZE_MAX };
	assert_int_equal(watch_start(&clock_system, UINT64_MAX, &s->watch, &err), 0);
	s->config.clock = &clock_system;
	s->run = (struct run){ .config = &s->config, .watch = s->watch, .on_event = on_event,
		.is_quick = is_quick, .on_tick = on_tick, .ctx = s };
	assert_int_equal(collector_init(c, &s->run, &err), 0);
}

static void stop(struct sink *s, struct collector *c)
{
	collector_release(c);
	watch_stop(s->watch);
	assert_false(s->disordered);
}

static void send(struct collector *c, size_t i)
{
	struct box *b = box_new(NULL, &clock_system, 0, SIZE_MAX);
	struct event *e;

	assert_non_null(b);
	e = box_event(b, EVENT_RUN_START);
	assert_non_null(e);
	e->u.run_start.pid = (int64_t)i;
	collector_send(c, b);
}

/* The record is ahead of the next request. */
static void test_collector_alone_shows_at_once(void **state)
{
	struct sink s;
	struct collector c;

	(void)state;
	start(&s, &c);
	s.quick = true;
	collector_alone_begins(&c);
	for (size_t i = 0; i < MANY; i++) {
		send(&c, i);
		/* unless the helper, which only ticks, was just at it and took it over */
		assert_true(c.has_helper || s.seen == i + 1);
	}
	collector_alone_ends(&c);
	assert_int_equal(s.seen, MANY);
	stop(&s, &c);
}

static void test_collector_alone_keeps_the_order_when_outputs_slow_down(void **state)
{
	struct sink s;
	struct collector c;

	(void)state;
	start(&s, &c);
	collector_alone_begins(&c);
	for (size_t i = 0; i < MANY; i++) {
		s.quick = i % 7 != 3;
		send(&c, i);
	}
	collector_alone_ends(&c);
	assert_true(c.has_helper);
	assert_int_equal(s.seen, MANY);
	stop(&s, &c);
}

/* A reader that stands still does not hold up the worker: clean-up must run. */
static void test_collector_alone_goes_on_while_an_output_is_stuck(void **state)
{
	struct sink s;
	struct collector c;

	(void)state;
	start(&s, &c);
	s.stuck = true;
	collector_alone_begins(&c);
	for (size_t i = 0; i < 200; i++)
		send(&c, i);
	assert_int_equal(s.seen, 0);
	s.stuck = false;
	collector_alone_ends(&c);
	assert_int_equal(s.seen, 200);
	stop(&s, &c);
}

/* While an entry runs for long: what runs is shown, and SIGUSR1 is answered. */
static void test_collector_alone_ticks(void **state)
{
	struct sink s;
	struct collector c;

	(void)state;
	start(&s, &c);
	s.quick = true;
	collector_alone_begins(&c);
	assert_true(waits_for(has_ticked, &s));
	send(&c, 0);
	collector_alone_ends(&c);
	assert_int_equal(s.seen, 1);
	stop(&s, &c);
}

static void test_collector_shows_nothing_after_a_failure(void **state)
{
	struct sink s;
	struct collector c;

	(void)state;
	for (int quick = 0; quick < 2; quick++) {
		start(&s, &c);
		s.quick = quick;
		s.fails_at = 3;
		collector_alone_begins(&c);
		for (size_t i = 0; i < 10; i++)
			send(&c, i);
		collector_alone_ends(&c);
		assert_int_equal(s.seen, 4);
		assert_int_equal(c.bad, -1);
		assert_string_equal(c.err.message, "the disk is full");
		assert_true(cancel_is_raised(watch_cancel(s.watch)));
		stop(&s, &c);
	}
}

static void *send_many(void *ctx)
{
	struct collector *c = ctx;

	for (size_t i = 0; i < MANY; i++)
		send(c, i);
	queue_sender_ends(c->queue);
	return NULL;
}

static void test_collector_takes_from_threads(void **state)
{
	struct sink s;
	struct collector c;
	pthread_t sender;

	(void)state;
	start(&s, &c);
	queue_sender_begins(c.queue);
	assert_int_equal(pthread_create(&sender, NULL, send_many, &c), 0);
	collector_run(&c);
	assert_int_equal(pthread_join(sender, NULL), 0);
	assert_int_equal(s.seen, MANY);
	assert_true(queue_is_empty(c.queue));
	stop(&s, &c);
}

/* Also while events come one upon the other. */
static void *send_until_ticks(void *ctx)
{
	struct collector *c = ctx;
	struct sink *s = c->run->ctx;
	const struct deadline d = deadline_in(&clock_system, TEN_SECONDS, NULL, NULL);

	for (size_t i = 0; !has_ticked(s) && !deadline_is_over(&d); i++)
		send(c, i);
	queue_sender_ends(c->queue);
	return NULL;
}

static void test_collector_ticks_while_events_come(void **state)
{
	struct sink s;
	struct collector c;
	pthread_t sender;

	(void)state;
	start(&s, &c);
	queue_sender_begins(c.queue);
	assert_int_equal(pthread_create(&sender, NULL, send_until_ticks, &c), 0);
	collector_run(&c);
	assert_int_equal(pthread_join(sender, NULL), 0);
	assert_true(has_ticked(&s));
	stop(&s, &c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_collector_alone_shows_at_once),
		cmocka_unit_test(test_collector_alone_keeps_the_order_when_outputs_slow_down),
		cmocka_unit_test(test_collector_alone_goes_on_while_an_output_is_stuck),
		cmocka_unit_test(test_collector_alone_ticks),
		cmocka_unit_test(test_collector_shows_nothing_after_a_failure),
		cmocka_unit_test(test_collector_takes_from_threads),
		cmocka_unit_test(test_collector_ticks_while_events_come),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
