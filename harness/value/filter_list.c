#include "harness/value/filter_impl.h"

#include "harness/value/number.h"
#include "harness/value/query_impl.h"

static size_t size_of(const struct value *v)
{
	if (v->type == VALUE_LIST)
		return v->u.list.count;
	return v->type == VALUE_NODESET ? v->u.nodes : v->text.n;
}

int filter_count(const struct eval *ev, const struct value *input,
	const struct value *const *args, const struct value **ret, struct error *err)
{
	(void)args;
	return query_result(value_int(ev->arena, (int64_t)size_of(input)), ret, err);
}

static int element(const struct value *list, int64_t index, const struct value **ret,
	struct error *err)
{
	int64_t n = (int64_t)list->u.list.count;
	int64_t at = index < 0 && index >= -n ? index + n : index;

	if (at < 0 || at >= n)
		return error_set(err, ERR_CHECK,
			"index %lld is out of range: the list has %lld %s",
			(long long)index, (long long)n, n == 1 ? "element" : "elements");
	*ret = list->u.list.items[at];
	return 0;
}

int filter_nth(const struct eval *ev, const struct value *input,
	const struct value *const *args, const struct value **ret, struct error *err)
{
	(void)ev;
	if (args[0]->type != VALUE_INT)
		return error_set(err, ERR_CHECK,
			"filter 'nth' needs an integer as index, but got a %s",
			value_type_word(args[0]->type));
	return element(input, args[0]->u.integer, ret, err);
}

int filter_first(const struct eval *ev, const struct value *input,
	const struct value *const *args, const struct value **ret, struct error *err)
{
	(void)ev;
	(void)args;
	if (!input->u.list.count)
		return error_set(
			err, ERR_CHECK, "the list is empty: there is no first element");
	return element(input, 0, ret, err);
}

int filter_last(const struct eval *ev, const struct value *input,
	const struct value *const *args, const struct value **ret, struct error *err)
{
	(void)ev;
	(void)args;
	if (!input->u.list.count)
		return error_set(
			err, ERR_CHECK, "the list is empty: there is no last element");
	return element(input, -1, ret, err);
}

int filter_sum(const struct eval *ev, const struct value *input,
	const struct value *const *args, const struct value **ret, struct error *err)
{
	const struct value *sum = value_int(ev->arena, 0);

	(void)args;
	for (size_t i = 0; sum && i < input->u.list.count; i++) {
		const struct value *item = input->u.list.items[i];

		if (!value_is_number(item))
			return error_set(err, ERR_CHECK,
				"filter 'sum' needs numbers, but element %zu is a %s", i,
				value_type_word(item->type));
		if (number_calc(ev->arena, NUMBER_PLUS, sum, item, &sum, err))
			return -1;
	}
	return query_result(sum, ret, err);
}

/* `sign` -1: the least, 1: the greatest */
static int extreme(const struct value *input, int sign, const char *name,
	const struct value **ret, struct error *err)
{
	const struct value *best;

	if (!input->u.list.count)
		return error_set(err, ERR_CHECK,
			"filter '%s' needs a list that is not empty", name);
	best = input->u.list.items[0];
	for (size_t i = 0; i < input->u.list.count; i++) {
		const struct value *item = input->u.list.items[i];
		int c = 0;

		if (!value_order(item, best, &c) || c == NUMBER_UNORDERED)
			return error_set(err, ERR_CHECK,
				"filter '%s' needs elements that have an order, but element %zu is a %s",
				name, i, value_type_word(item->type));
		if ((sign < 0 && c < 0) || (sign > 0 && c > 0))
			best = item;
	}
	*ret = best;
	return 0;
}

int filter_min(const struct eval *ev, const struct value *input,
	const struct value *const *args, const struct value **ret, struct error *err)
{
	(void)ev;
	(void)args;
	return extreme(input, -1, "min", ret, err);
}

int filter_max(const struct eval *ev, const struct value *input,
	const struct value *const *args, const struct value **ret, struct error *err)
{
	(void)ev;
	(void)args;
	return extreme(input, 1, "max", ret, err);
}
