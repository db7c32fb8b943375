/* The predicates that nobody writes: kinds make them of first and response lines, headers and bodies. */
#include "harness/value/predicate_impl.h"

#include "harness/value/number.h"

static bool is_bound(const struct value *range, size_t i)
{
	return i < range->u.list.count && value_is_number(range->u.list.items[i]);
}

enum holds predicate_range(const struct eval *ev, const struct value *actual,
	const struct value *expected, struct error *err)
{
	bool low = is_bound(expected, 0);
	bool high = is_bound(expected, 1);

	(void)ev;
	(void)err;
	return predicate_holds_if(
		(!low || number_compare(actual, expected->u.list.items[0]) >= 0) &&
		(!high || number_compare(actual, expected->u.list.items[1]) <= 0));
}

/* "2xx": x stands for any digit */
static bool status_has_class(int64_t status, struct str pattern)
{
	char digits[24];
	int n = snprintf(digits, sizeof(digits), "%lld", (long long)status);

	if (n < 0 || (size_t)n != pattern.n)
		return false;
	for (size_t i = 0; i < pattern.n; i++)
		if (pattern.p[i] != 'x' && pattern.p[i] != 'X' &&
			pattern.p[i] != digits[i])
			return false;
	return true;
}

enum holds predicate_status(const struct eval *ev, const struct value *actual,
	const struct value *expected, struct error *err)
{
	(void)ev;
	(void)err;
	if (expected->type == VALUE_STRING)
		return predicate_holds_if(
			status_has_class(actual->u.integer, expected->text));
	return predicate_holds_if(predicate_list_holds(expected, actual));
}

static bool header_equals(const struct value *actual, const struct value *expected)
{
	return actual->type == VALUE_STRING && expected->type == VALUE_STRING &&
		str_eq(str_trim_blanks(actual->text), str_trim_blanks(expected->text));
}

enum holds predicate_header(const struct eval *ev, const struct value *actual,
	const struct value *expected, struct error *err)
{
	(void)ev;
	(void)err;
	if (actual->type == VALUE_STRING)
		return predicate_holds_if(header_equals(actual, expected));
	for (size_t i = 0; i < actual->u.list.count; i++)
		if (header_equals(actual->u.list.items[i], expected))
			return HOLDS;
	return HOLDS_NOT;
}

/* ---- errors ---- */

static bool has_text(const struct value *error, const char *member, struct str text)
{
	const struct value *v = value_get(error, member);

	return v && v->type == VALUE_STRING && str_eq(v->text, text);
}

static bool message_starts(const struct value *error, struct str text)
{
	const struct value *v = value_get(error, "message");

	return v && v->type == VALUE_STRING && text.n && str_starts_with(v->text, text);
}

/* A SQLSTATE, the kind of a failure, or how the message begins. */
static bool is_error(const struct value *error, struct str text)
{
	return has_text(error, "sqlstate", text) || has_text(error, "kind", text) ||
		has_text(error, "prefix", text) || message_starts(error, text);
}

enum holds predicate_error(const struct eval *ev, const struct value *actual,
	const struct value *expected, struct error *err)
{
	const struct value *code = value_get(actual, "code");

	(void)ev;
	(void)err;
	if (!expected)
		return HOLDS;
	if (expected->type == VALUE_STRING)
		return predicate_holds_if(is_error(actual, expected->text));
	return predicate_holds_if(code && value_equal(code, expected));
}

enum holds predicate_lines(const struct eval *ev, const struct value *actual,
	const struct value *expected, struct error *err)
{
	(void)ev;
	(void)err;
	if (actual->type != expected->type)
		return HOLDS_MISMATCH;
	return predicate_holds_if(str_eq(actual->text, expected->text));
}
