#include "harness/value/predicate_impl.h"

#include "harness/value/json.h"

static bool is_wildcard(const struct value *expected)
{
	return expected->type == VALUE_STRING && str_is(expected->text, "*");
}

static bool json_matches(
	const struct value *actual, const struct value *expected, bool more);

static bool lists_match(
	const struct value *actual, const struct value *expected, bool more)
{
	if (actual->u.list.count != expected->u.list.count)
		return false;
	for (size_t i = 0; i < expected->u.list.count; i++)
		if (!json_matches(
			    actual->u.list.items[i], expected->u.list.items[i], more))
			return false;
	return true;
}

static bool has_all_members(
	const struct value *actual, const struct value *expected, bool more)
{
	for (size_t i = 0; i < expected->u.object.count; i++) {
		struct str key = expected->u.object.members[i].key;
		const struct value *found = value_get_str(actual, key);

		if (!found ||
			!json_matches(
				found, value_get_str(expected, key), more))
			return false;
	}
	return true;
}

static bool has_only_members(const struct value *actual, const struct value *expected)
{
	for (size_t i = 0; i < actual->u.object.count; i++)
		if (!value_get_str(expected, actual->u.object.members[i].key))
			return false;
	return true;
}

/* The string "*" in `expected` matches any value; `more`: objects may have members beyond those expected. */
static bool json_matches(
	const struct value *actual, const struct value *expected, bool more)
{
	if (is_wildcard(expected))
		return true;
	if (actual->type != expected->type)
		return value_equal(actual, expected);
	if (expected->type == VALUE_LIST)
		return lists_match(actual, expected, more);
	if (expected->type == VALUE_OBJECT)
		return has_all_members(actual, expected, more) &&
			(more || has_only_members(actual, expected));
	return value_equal(actual, expected);
}

/* Text is read as JSON where a list or an object is expected. */
static enum holds match_json(const struct eval *ev, const struct value *actual,
	const struct value *expected, bool more, struct error *err)
{
	bool structured = expected->type == VALUE_LIST || expected->type == VALUE_OBJECT;

	if (structured && actual->type == VALUE_STRING &&
		json_parse(ev->arena, actual->text, ev->limits->max_depth, &actual, NULL,
			err)) {
		struct error cause = *err;

		if (cause.code == ERR_PARSE)
			(void)error_set(err, ERR_CHECK, "the text is not JSON: %s",
				cause.message);
		return HOLDS_ERROR;
	}
	return predicate_holds_if(json_matches(actual, expected, more));
}

enum holds predicate_equals_json(const struct eval *ev, const struct value *actual,
	const struct value *expected, struct error *err)
{
	return match_json(ev, actual, expected, false, err);
}

enum holds predicate_includes_json(const struct eval *ev, const struct value *actual,
	const struct value *expected, struct error *err)
{
	return match_json(ev, actual, expected, true, err);
}
