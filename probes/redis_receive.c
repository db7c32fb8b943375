#include "probes/redis_receive.h"

#include "harness/judge/judge.h"

/* The look for one message. */
struct search {
	struct probe_run *run;
	const struct redis_receive *what;
	struct inbox *inbox;
	uint64_t began_us, allowed_us;
	size_t next; /* the first message that was not looked at */
	size_t received; /* on the channel, looked at */
	size_t found; /* SIZE_MAX: none yet */
	size_t nearest; /* SIZE_MAX: none came */
	size_t nearest_held; /* how many conditions it met */
};

static const struct value *tree_of_message(struct arena *a, const struct inbox_message *m)
{
	struct value_object_builder b = { 0 };

	value_object_add(a, &b, STR("reply"), value_string(a, m->payload));
	value_object_add(a, &b, STR("channel"), value_string(a, m->channel));
	return value_object_finish(a, &b);
}

/* How many conditions hold for a message, and of how many. */
struct match {
	size_t held, all;
};

static int judge_message(const struct search *s, const struct eval *ev, struct match *ret,
	struct error *err)
{
	struct expander x = *s->run->expander;
	const struct entry *e = s->what->entry;
	struct match m = { 0 };

	x.eval = ev;
	for (size_t i = 0; i < e->noptions; i++) {
		bool holds = false;

		if (e->options[i].row != s->what->match)
			continue;
		if (judge_condition(&x, e->options[i].assertion, &holds, err))
			return -1;
		m.all++;
		m.held += holds;
	}
	*ret = m;
	return 0;
}

/* What judging one message builds is gone before the next. */
static int match_message(const struct search *s, const struct inbox_message *m,
	struct match *ret, struct error *err)
{
	struct arena *a = s->run->arena;
	struct arena_mark mark = arena_mark(a);
	struct document document = { 0 };
	struct eval ev = *s->run->expander->eval;
	int rc;

	ev.document = &document;
	ev.tree = tree_of_message(a, m);
	rc = ev.tree ? judge_message(s, &ev, ret, err) : error_set_oom(err);
	document_release(&document);
	arena_rewind(a, mark);
	return rc;
}

static int look_at(struct search *s, size_t i, struct error *err)
{
	const struct inbox_message *m = inbox_at(s->inbox, i);
	struct match match = { 0 };

	if (m->taken || !inbox_message_is_on(m, s->what->channel))
		return 0;
	if (match_message(s, m, &match, err))
		return -1;
	s->received++;
	if (match.held == match.all)
		s->found = i;
	if (s->nearest == SIZE_MAX || match.held >= s->nearest_held) {
		s->nearest = i;
		s->nearest_held = match.held;
	}
	return 0;
}

static int look_at_all(struct search *s, struct redis_connection *r, struct error *err)
{
	if (redis_connection_collect(r, err))
		return -1;
	while (s->found == SIZE_MAX && s->next < inbox_count(s->inbox))
		if (look_at(s, s->next++, err))
			return -1;
	return 0;
}

/* What came until the last moment counts: after the wait is over it is looked once more. */
static int search(struct search *s, struct redis_connection *r, struct error *err)
{
	enum wait_result why = WAIT_READY;

	while (why == WAIT_READY) {
		if (look_at_all(s, r, err))
			return -1;
		if (s->found != SIZE_MAX)
			return 0;
		why = redis_connection_wait(r, &s->run->deadline);
	}
	if (why == WAIT_CANCELLED)
		return deadline_error(err, why, "waiting for a message");
	return look_at_all(s, r, err);
}

static const struct value *tree_of_search(const struct search *s)
{
	struct arena *a = s->run->arena;
	struct value_object_builder b = { 0 };
	bool absent = s->found == SIZE_MAX;
	const struct inbox_message *m = absent ? NULL : inbox_at(s->inbox, s->found);
	/*
	 * in vain it waited for all the time that was allowed; the little more is the
	 * machine's
	 */
	uint64_t us = absent ? s->allowed_us + 999 :
			       clock_mono_us(s->run->clock) - s->began_us;

	if (m) {
		value_object_add(
			a, &b, STR("reply"), value_string(a, arena_str(a, m->payload)));
		value_object_add(a, &b, STR("position"), value_uint(a, s->found + 1));
	} else if (s->nearest != SIZE_MAX) {
		value_object_add(a, &b, STR("nearest"),
			value_string(a,
				arena_str(a, inbox_at(s->inbox, s->nearest)->payload)));
	}
	value_object_add(a, &b, STR("channel"),
		value_string(a, m ? arena_str(a, m->channel) : s->what->channel));
	value_object_add(a, &b, STR("received"), value_uint(a, s->received));
	value_object_add(a, &b, STR("absent"), value_bool(absent));
	value_object_add(a, &b, STR("expect_absent"), value_bool(s->what->expect_absent));
	value_object_add(a, &b, STR("duration"), value_uint(a, us / 1000));
	return value_object_finish(a, &b);
}

static int check_subscribed(const struct search *s, struct error *err)
{
	if (s->inbox && inbox_hears(s->inbox, s->what->channel))
		return 0;
	error_set(err, ERR_REDIS, "nothing is subscribed to '%.*s'",
		STR_ARG(s->what->channel));
	error_note(err,
		"a message can only be heard by someone who listens already: put `REDIS SUBSCRIBE %.*s` above what makes it come",
		STR_ARG(s->what->channel));
	return -1;
}

int redis_receive_message(struct probe_run *run, struct redis_connection *r,
	const struct redis_receive *what, const struct value **ret, struct error *err)
{
	struct search s = { .run = run,
		.what = what,
		.inbox = redis_connection_inbox(r),
		.began_us = clock_mono_us(run->clock),
		.found = SIZE_MAX,
		.nearest = SIZE_MAX };
	const struct value *tree;

	s.allowed_us = deadline_left_us(&run->deadline);
	if (check_subscribed(&s, err) || search(&s, r, err))
		return -1;
	if (s.found != SIZE_MAX)
		inbox_take(s.inbox, s.found);
	tree = tree_of_search(&s);
	if (!tree || arena_failed(run->arena))
		return error_set_oom(err);
	*ret = tree;
	return 0;
}
