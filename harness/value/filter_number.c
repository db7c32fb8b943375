#include "harness/value/filter_impl.h"

#include <math.h>

#include "harness/base/scan.h"
#include "harness/value/number.h"
#include "harness/value/number_view.h"
#include "harness/value/query_impl.h"

/* A message with the value in it: 'toInt' cannot read string <abc>. */
static int cannot_read(const struct eval *ev, const char *filter,
	const struct value *input, struct error *err)
{
	struct strbuf text;

	strbuf_init(&text, 700);
	value_show(&text, input, ev->limits->max_value_shown);
	(void)error_set(
		err, ERR_CHECK, "filter '%s' cannot read %s", filter, strbuf_cstr(&text));
	strbuf_release(&text);
	return -1;
}

/* The digits before the dot; no exponent is left in plain text. */
static int whole_part(const struct eval *ev, const struct value *input,
	const struct value **ret, struct error *err)
{
	struct strbuf plain;
	struct str digits;
	int64_t n = 0;
	bool ok;

	strbuf_init(&plain, 20000);
	ok = number_plain(&plain, input) && !strbuf_failed(&plain);
	digits = str_sub(strbuf_str(&plain), 0, str_find_char(strbuf_str(&plain), '.'));
	ok = ok && scan_int(digits, INT64_MIN, INT64_MAX, &n);
	strbuf_release(&plain);
	if (!ok)
		return cannot_read(ev, "toInt", input, err);
	return query_result(value_int(ev->arena, n), ret, err);
}

int filter_to_int(const struct eval *ev, const struct value *input,
	const struct value *const *args, const struct value **ret, struct error *err)
{
	struct str text = input->text;
	int64_t n;

	(void)args;
	if (input->type == VALUE_INT)
		return query_result(value_int(ev->arena, input->u.integer), ret, err);
	if (input->type == VALUE_FLOAT || input->type == VALUE_DECIMAL)
		return whole_part(ev, input, ret, err);
	if (text.n > 1 && text.p[0] == '+' && text.p[1] != '-')
		text = str_sub(text, 1, SIZE_MAX);
	if (input->type == VALUE_BIGINT || !scan_int(text, INT64_MIN, INT64_MAX, &n))
		return cannot_read(ev, "toInt", input, err);
	return query_result(value_int(ev->arena, n), ret, err);
}

static bool text_to_float(struct str text, double *ret)
{
	struct number_view view = { 0 };

	if (!scan_double(text, true, ret) && !number_view_text(&view, text))
		return false;
	*ret = number_to_double(text);
	return true;
}

int filter_to_float(const struct eval *ev, const struct value *input,
	const struct value *const *args, const struct value **ret, struct error *err)
{
	double d = 0;

	(void)args;
	if (input->type == VALUE_FLOAT)
		d = input->u.number;
	else if (input->type == VALUE_INT)
		d = (double)input->u.integer;
	else if (input->type == VALUE_BIGINT || !text_to_float(input->text, &d))
		return cannot_read(ev, "toFloat", input, err);
	return query_result(value_float(ev->arena, d, (struct str){ 0 }), ret, err);
}

static int calculate(const struct eval *ev, enum number_op op, const struct value *input,
	const struct value *operand, const struct value **ret, struct error *err)
{
	if (!value_is_number(operand))
		return error_set(err, ERR_CHECK, "cannot calculate with a %s",
			value_type_word(operand->type));
	return number_calc(ev->arena, op, input, operand, ret, err);
}

int filter_plus(const struct eval *ev, const struct value *input,
	const struct value *const *args, const struct value **ret, struct error *err)
{
	return calculate(ev, NUMBER_PLUS, input, args[0], ret, err);
}

int filter_minus(const struct eval *ev, const struct value *input,
	const struct value *const *args, const struct value **ret, struct error *err)
{
	return calculate(ev, NUMBER_MINUS, input, args[0], ret, err);
}

int filter_times(const struct eval *ev, const struct value *input,
	const struct value *const *args, const struct value **ret, struct error *err)
{
	return calculate(ev, NUMBER_TIMES, input, args[0], ret, err);
}

int filter_divided_by(const struct eval *ev, const struct value *input,
	const struct value *const *args, const struct value **ret, struct error *err)
{
	return calculate(ev, NUMBER_DIVIDED_BY, input, args[0], ret, err);
}
