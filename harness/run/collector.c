#include "harness/run/collector.h"

#define QUEUE_MAX 256
#define TICK_US 100000

int collector_init(struct collector *c, const struct run *run, struct error *err)
{
	*c = (struct collector){ .run = run,
		.ticked_us = clock_mono_us(run->config->clock) };
	pthread_mutex_init(&c->taking, NULL);
	pthread_mutex_init(&c->starting, NULL);
	c->queue = queue_new(QUEUE_MAX, err);
	return c->queue ? 0 : -1;
}

void collector_release(struct collector *c)
{
	queue_free(c->queue);
	pthread_mutex_destroy(&c->taking);
	pthread_mutex_destroy(&c->starting);
}

/* ---- with `taking` held ---- */

static void take(struct collector *c, struct box *b)
{
	const struct run *run = c->run;
	for (size_t i = 0; i < b->count && !c->bad; i++) {
		c->bad = run->on_event(run->ctx, &b->events[i], &c->err);
		if (c->bad)
			watch_raise_cancel(run->watch);
	}
	box_free(b);
}

static void tick_when_due(struct collector *c)
{
	uint64_t now = clock_mono_us(c->run->config->clock);
	if (now - c->ticked_us < TICK_US)
		return;
	c->ticked_us = now;
	c->run->on_tick(c->run->ctx);
}

static void take_all(struct collector *c)
{
	for (struct box *b; (b = queue_take(c->queue));) {
		take(c, b);
		tick_when_due(c);
	}
}

/* ---- who waits for boxes ---- */

void collector_run(struct collector *c)
{
	for (bool done = false; !done;) {
		queue_wait(c->queue, TICK_US, &done);
		pthread_mutex_lock(&c->taking);
		take_all(c);
		if (!done)
			tick_when_due(c);
		pthread_mutex_unlock(&c->taking);
	}
}

static void *helper_main(void *arg)
{
	collector_run(arg);
	return NULL;
}

/* False: the system gives no thread, now or at the first time. */
static bool start_helper(struct collector *c)
{
	pthread_mutex_lock(&c->starting);
	if (!c->tried)
		c->has_helper = !pthread_create(&c->helper, NULL, helper_main, c);
	c->tried = true;
	bool has_helper = c->has_helper;
	pthread_mutex_unlock(&c->starting);
	return has_helper;
}

/* ---- who has boxes ---- */

/* The only worker, when nobody else is at it and nothing is on its way. */
static bool take_at_once(struct collector *c, struct box *b)
{
	if (pthread_mutex_trylock(&c->taking))
		return false;
	bool quick = queue_is_empty(c->queue) && c->run->is_quick(c->run->ctx);
	if (quick)
		take(c, b);
	pthread_mutex_unlock(&c->taking);
	return quick;
}

static void take_slowly(struct collector *c, struct box *b)
{
	pthread_mutex_lock(&c->taking);
	take(c, b);
	tick_when_due(c);
	pthread_mutex_unlock(&c->taking);
}

void collector_send(struct collector *c, struct box *b)
{
	if (c->alone && take_at_once(c, b))
		return;
	if (!c->alone || start_helper(c))
		queue_send(c->queue, b);
	else
		take_slowly(c, b);
}

static void late(void *ctx)
{
	(void)start_helper(ctx); /* without one nothing ticks, and all else is as before */
}

void collector_alone_begins(struct collector *c)
{
	struct deadline soon = deadline_in(c->run->config->clock, TICK_US, NULL, NULL);
	c->alone = true;
	queue_sender_begins(c->queue);
	watch_arm(c->run->watch, &c->late, &soon, late, c);
}

void collector_alone_ends(struct collector *c)
{
	(void)watch_disarm(c->run->watch, &c->late); /* whether it came is has_helper */
	queue_sender_ends(c->queue);
	if (c->has_helper)
		pthread_join(c->helper, NULL);
}
