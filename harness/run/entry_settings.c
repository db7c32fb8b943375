#include "harness/run/entry_settings.h"

/* What one option needs to be evaluated. */
struct setter {
	const struct expander *x;
	const struct option *o;
	struct scope *scope;
	struct entry_settings *s;
	bool local; /* RUN: what it sets ends with it */
};

static int set_retry(struct setter *t, struct error *err)
{
	return expand_option_count(t->x, t->o, &t->s->retry, err);
}

static int set_retry_interval(struct setter *t, struct error *err)
{
	return expand_option_duration_us(t->x, t->o, &t->s->retry_interval_us, err);
}

static int set_delay(struct setter *t, struct error *err)
{
	return expand_option_duration_us(t->x, t->o, &t->s->delay_us, err);
}

static int set_skip(struct setter *t, struct error *err)
{
	return expand_option_bool(t->x, t->o, &t->s->skip, err);
}

static int set_repeat(struct setter *t, struct error *err)
{
	return expand_option_count(t->x, t->o, &t->s->repeat, err);
}

static int set_variable(struct setter *t, struct error *err)
{
	const struct value *v;
	if (expand_option_variable(t->x, t->o, &v, err))
		return -1;
	return t->local ? scope_set_local(t->scope, t->o->variable, v, err) :
			  scope_set(t->scope, t->o->variable, v, err);
}

static int set_max_time(struct setter *t, struct error *err)
{
	return expand_option_duration_us(t->x, t->o, &t->s->max_time_us, err);
}

static int set_verbose(struct setter *t, struct error *err)
{
	return expand_option_bool(t->x, t->o, &t->s->verbose, err);
}

static int set_always(struct setter *t, struct error *err)
{
	return expand_option_bool(t->x, t->o, &t->s->always, err);
}

static int set_when(struct setter *t, struct error *err)
{
	(void)err;
	t->s->when = t->o->assertion;
	return 0;
}

static int set_continue(struct setter *t, struct error *err)
{
	return expand_option_bool(t->x, t->o, &t->s->continue_on_error, err);
}

static int set_consecutive(struct setter *t, struct error *err)
{
	return expand_option_count(t->x, t->o, &t->s->consecutive, err);
}

static int set_give_up(struct setter *t, struct error *err)
{
	(void)err;
	t->s->give_up = t->o->assertion;
	return 0;
}

static int (*const setters[COMMON_COUNT])(struct setter *, struct error *) = {
	[COMMON_RETRY] = set_retry,
	[COMMON_RETRY_INTERVAL] = set_retry_interval,
	[COMMON_DELAY] = set_delay,
	[COMMON_SKIP] = set_skip,
	[COMMON_REPEAT] = set_repeat,
	[COMMON_VARIABLE] = set_variable,
	[COMMON_MAX_TIME] = set_max_time,
	[COMMON_VERBOSE] = set_verbose,
	[COMMON_ALWAYS] = set_always,
	[COMMON_WHEN] = set_when,
	[COMMON_CONTINUE] = set_continue,
	[COMMON_CONSECUTIVE] = set_consecutive,
	[COMMON_GIVE_UP] = set_give_up,
};

/* The common row an option is of; COMMON_COUNT for a kind's own. */
static size_t common_index(const struct option *o)
{
	for (size_t i = 0; i < COMMON_COUNT; i++)
		if (o->row == &common_options[i])
			return i;
	return COMMON_COUNT;
}

int entry_settings_evaluate(const struct run_config *config, const struct expander *x,
	struct scope *scope, const struct entry *e, uint64_t default_max_time_us,
	struct entry_settings *ret, struct error *err)
{
	struct entry_settings s = {
		.retry = config->retry,
		.retry_interval_us = config->retry_interval_us,
		.delay_us = config->delay_us,
		.max_time_us = config->max_time_us ? config->max_time_us :
						     default_max_time_us,
		.repeat = 1,
		.continue_on_error = config->continue_on_error,
	};
	for (size_t i = 0; i < e->noptions; i++) {
		struct setter t = { .x = x,
			.o = &e->options[i],
			.scope = scope,
			.s = &s,
			.local = e->kind->is_container };
		size_t row = common_index(t.o);
		if (row < COMMON_COUNT && setters[row](&t, err))
			return -1;
	}
	*ret = s;
	return 0;
}

bool entry_is_always(const struct entry *e)
{
	const struct option *o = entry_option(e, &common_options[COMMON_ALWAYS]);
	return o &&
		!(template_is_constant(o->text) &&
			str_is(template_text(o->text), "false"));
}
