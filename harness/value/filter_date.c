#include "harness/value/filter_impl.h"

#include "harness/value/date.h"
#include "harness/value/query_impl.h"

static const int64_t day_us = INT64_C(86400) * 1000000;

int filter_to_date(const struct eval *ev, const struct value *input,
	const struct value *const *args, const struct value **ret, struct error *err)
{
	int64_t wall_us;

	if (date_parse(input->text, args[0]->text, &wall_us, err))
		return -1;
	return query_result(value_date(ev->arena, wall_us), ret, err);
}

int filter_date_format(const struct eval *ev, const struct value *input,
	const struct value *const *args, const struct value **ret, struct error *err)
{
	struct strbuf sb;

	strbuf_init(&sb, ev->limits->max_text_bytes);
	if (date_format(&sb, input->u.wall_us, args[0]->text, err)) {
		strbuf_release(&sb);
		return -1;
	}
	return filter_take(ev, &sb, VALUE_STRING, ret, err);
}

int filter_days_after_now(const struct eval *ev, const struct value *input,
	const struct value *const *args, const struct value **ret, struct error *err)
{
	(void)args;
	return query_result(
		value_int(ev->arena, (input->u.wall_us - ev->now_wall_us) / day_us), ret,
		err);
}

int filter_days_before_now(const struct eval *ev, const struct value *input,
	const struct value *const *args, const struct value **ret, struct error *err)
{
	(void)args;
	return query_result(
		value_int(ev->arena, (ev->now_wall_us - input->u.wall_us) / day_us), ret,
		err);
}
