#include "harness/value/predicate.h"

#include "harness/value/names.h"
#include "harness/value/number.h"
#include "harness/value/predicate_impl.h"

enum holds predicate_holds_if(bool holds)
{
	return holds ? HOLDS : HOLDS_NOT;
}

/* ---- equality and order ---- */

static enum holds eval_eq(const struct eval *ev, const struct value *actual,
	const struct value *expected, struct error *err)
{
	(void)ev;
	(void)err;
	return predicate_holds_if(value_equal(actual, expected));
}

static enum holds eval_ne(const struct eval *ev, const struct value *actual,
	const struct value *expected, struct error *err)
{
	(void)ev;
	(void)err;
	return predicate_holds_if(!value_equal(actual, expected));
}

/* Where `order` and `or_equal` say what may come out; nan is neither. */
static enum holds compare(const struct value *actual, const struct value *expected,
	int order, bool or_equal)
{
	int c = 0;

	if (!value_order(actual, expected, &c))
		return HOLDS_MISMATCH;
	if (c == NUMBER_UNORDERED && value_is_number(actual))
		return HOLDS_NOT;
	return predicate_holds_if(
		(order > 0 && c > 0) || (order < 0 && c < 0) || (or_equal && c == 0));
}

static enum holds eval_gt(const struct eval *ev, const struct value *actual,
	const struct value *expected, struct error *err)
{
	(void)ev;
	(void)err;
	return compare(actual, expected, 1, false);
}

static enum holds eval_ge(const struct eval *ev, const struct value *actual,
	const struct value *expected, struct error *err)
{
	(void)ev;
	(void)err;
	return compare(actual, expected, 1, true);
}

static enum holds eval_lt(const struct eval *ev, const struct value *actual,
	const struct value *expected, struct error *err)
{
	(void)ev;
	(void)err;
	return compare(actual, expected, -1, false);
}

static enum holds eval_le(const struct eval *ev, const struct value *actual,
	const struct value *expected, struct error *err)
{
	(void)ev;
	(void)err;
	return compare(actual, expected, -1, true);
}

/* ---- parts ---- */

static bool same_text_type(const struct value *actual, const struct value *expected)
{
	return actual->type == expected->type &&
		(actual->type == VALUE_STRING || actual->type == VALUE_BYTES);
}

static enum holds eval_starts_with(const struct eval *ev, const struct value *actual,
	const struct value *expected, struct error *err)
{
	(void)ev;
	(void)err;
	if (!same_text_type(actual, expected))
		return HOLDS_MISMATCH;
	return predicate_holds_if(str_starts_with(actual->text, expected->text));
}

static enum holds eval_ends_with(const struct eval *ev, const struct value *actual,
	const struct value *expected, struct error *err)
{
	(void)ev;
	(void)err;
	if (!same_text_type(actual, expected))
		return HOLDS_MISMATCH;
	return predicate_holds_if(str_ends_with(actual->text, expected->text));
}

bool predicate_list_holds(const struct value *list, const struct value *item)
{
	for (size_t i = 0; i < list->u.list.count; i++)
		if (value_equal(list->u.list.items[i], item))
			return true;
	return false;
}

static enum holds eval_contains(const struct eval *ev, const struct value *actual,
	const struct value *expected, struct error *err)
{
	(void)ev;
	(void)err;
	if (actual->type == VALUE_LIST)
		return predicate_holds_if(predicate_list_holds(actual, expected));
	if (!same_text_type(actual, expected))
		return HOLDS_MISMATCH;
	return predicate_holds_if(str_find(actual->text, expected->text) != SIZE_MAX);
}

static enum holds eval_includes(const struct eval *ev, const struct value *actual,
	const struct value *expected, struct error *err)
{
	(void)ev;
	(void)err;
	return predicate_holds_if(predicate_list_holds(actual, expected));
}

static enum holds eval_in(const struct eval *ev, const struct value *actual,
	const struct value *expected, struct error *err)
{
	(void)ev;
	(void)err;
	if (expected->type != VALUE_LIST)
		return HOLDS_MISMATCH;
	return predicate_holds_if(predicate_list_holds(expected, actual));
}

static enum holds eval_matches(const struct eval *ev, const struct value *actual,
	const struct value *expected, struct error *err)
{
	const struct regex *re;

	if (expected->type != VALUE_STRING && expected->type != VALUE_REGEX)
		return HOLDS_MISMATCH;
	if (query_regex(ev, expected, &re, err))
		return HOLDS_ERROR;
	switch (regex_search(re, actual->text, NULL, err)) {
	case REGEX_MATCH:
		return HOLDS;
	case REGEX_NO_MATCH:
		return HOLDS_NOT;
	case REGEX_ERROR:
		break;
	}
	return HOLDS_ERROR;
}

/* ---- the table ---- */

enum {
	INT = TYPE_BIT(VALUE_INT),
	STRING = TYPE_BIT(VALUE_STRING),
	BYTES = TYPE_BIT(VALUE_BYTES),
	LIST = TYPE_BIT(VALUE_LIST),
	DATE = TYPE_BIT(VALUE_DATE),
	SIZED = STRING | LIST | TYPE_BIT(VALUE_OBJECT) | BYTES | TYPE_BIT(VALUE_NODESET),
	ORDERED = TYPES_NUMBER | STRING | DATE,
	ORDER_OPERANDS = OPERAND_NUMBER | OPERAND_STRING | OPERAND_PLACEHOLDER,
	PART_OPERANDS = OPERAND_STRING | OPERAND_BYTES,
	PATTERN_OPERANDS = OPERAND_STRING | OPERAND_REGEX,
};

const struct predicate predicates[PREDICATE_COUNT] = {
	[PREDICATE_EQ] = { "==", OPERAND_LITERALS, TYPES_ANY, false, NULL, eval_eq, "",
		"equal" },
	[PREDICATE_NE] = { "!=", OPERAND_LITERALS, TYPES_ANY, false, NULL, eval_ne, "not",
		"not equal" },
	[PREDICATE_GT] = { ">", ORDER_OPERANDS, ORDERED, false, NULL, eval_gt,
		"greater than", "greater; numbers, strings or dates" },
	[PREDICATE_GE] = { ">=", ORDER_OPERANDS, ORDERED, false, NULL, eval_ge,
		"greater or equal than", "greater or equal" },
	[PREDICATE_LT] = { "<", ORDER_OPERANDS, ORDERED, false, NULL, eval_lt,
		"less than", "less" },
	[PREDICATE_LE] = { "<=", ORDER_OPERANDS, ORDERED, false, NULL, eval_le,
		"less or equal than", "less or equal" },
	[PREDICATE_STARTS_WITH] = { "startsWith", PART_OPERANDS, STRING | BYTES, false,
		NULL, eval_starts_with, "starts with",
		"starts with a string or with bytes" },
	[PREDICATE_ENDS_WITH] = { "endsWith", PART_OPERANDS, STRING | BYTES, false, NULL,
		eval_ends_with, "ends with", "ends with a string or with bytes" },
	[PREDICATE_CONTAINS] = { "contains", OPERAND_LITERALS, STRING | BYTES | LIST,
		false, NULL, eval_contains, "contains",
		"holds a part, or a list an element" },
	[PREDICATE_MATCHES] = { "matches", PATTERN_OPERANDS, STRING, false, NULL,
		eval_matches, "matches", "a regular expression is found in it" },
	[PREDICATE_EXISTS] = { "exists", 0, TYPES_ANY, false, NULL, predicate_exists,
		"something", "there is a value; null is one, an empty nodeset is none" },
	[PREDICATE_IS_EMPTY] = { "isEmpty", 0, SIZED, false, NULL, predicate_is_empty,
		"empty", "of size 0: a string, list, object, bytes or nodeset" },
	[PREDICATE_IS_STRING] = { "isString", 0, TYPES_ANY, false, NULL,
		predicate_is_string, "string", "a string" },
	[PREDICATE_IS_BOOLEAN] = { "isBoolean", 0, TYPES_ANY, false, NULL,
		predicate_is_boolean, "boolean", "true or false" },
	[PREDICATE_IS_NUMBER] = { "isNumber", 0, TYPES_ANY, false, NULL,
		predicate_is_number, "number", "a number of any kind" },
	[PREDICATE_IS_INTEGER] = { "isInteger", 0, TYPES_ANY, false, NULL,
		predicate_is_integer, "integer", "an integer" },
	[PREDICATE_IS_FLOAT] = { "isFloat", 0, TYPES_ANY, false, NULL, predicate_is_float,
		"float", "a number with a fraction or exponent, be it .0" },
	[PREDICATE_IS_LIST] = { "isList", 0, TYPES_ANY, false, NULL, predicate_is_list,
		"list", "a list or bytes" },
	[PREDICATE_IS_OBJECT] = { "isObject", 0, TYPES_ANY, false, NULL,
		predicate_is_object, "object", "an object or a nodeset" },
	[PREDICATE_IS_COLLECTION] = { "isCollection", 0, TYPES_ANY, false, NULL,
		predicate_is_collection, "collection",
		"a list, an object, bytes or a nodeset" },
	[PREDICATE_IS_DATE] = { "isDate", 0, TYPES_ANY, false, NULL, predicate_is_date,
		"date", "a date; text never is one" },
	[PREDICATE_IS_ISO_DATE] = { "isIsoDate", 0, STRING, false, NULL,
		predicate_is_iso_date, "string with format YYYY-MM-DDTHH:mm:ss.sssZ",
		"text that is an RFC 3339 date with offset" },
	[PREDICATE_IS_IPV4] = { "isIpv4", 0, STRING, false, NULL, predicate_is_ipv4,
		"IPv4 address", "text that is an IPv4 address" },
	[PREDICATE_IS_IPV6] = { "isIpv6", 0, STRING, false, NULL, predicate_is_ipv6,
		"IPv6 address", "text that is an IPv6 address" },
	[PREDICATE_IS_UUID] = { "isUuid", 0, STRING, false, NULL, predicate_is_uuid,
		"UUID", "text that is a UUID" },
	[PREDICATE_INCLUDES] = { "includes", OPERAND_LITERALS, LIST, false, "contains",
		eval_includes, "includes", "old name of contains, for lists" },
	[PREDICATE_IN] = { "in", OPERAND_LIST | OPERAND_PLACEHOLDER, TYPES_ANY, true,
		NULL, eval_in, "one of", "equal to one of a list: in [1, 2, \"x\"]" },
	[PREDICATE_EQUALS_JSON] = { "equalsJson", OPERAND_JSON, TYPES_ANY, true, NULL,
		predicate_equals_json, "JSON",
		"the same JSON, members in any order; \"*\" stands for any value" },
	[PREDICATE_INCLUDES_JSON] = { "includesJson", OPERAND_JSON, TYPES_ANY, true, NULL,
		predicate_includes_json, "JSON with at least",
		"as equalsJson, objects may have more members" },
	[PREDICATE_RANGE] = { NULL, 0, TYPES_NUMBER, true, NULL, predicate_range, "",
		NULL },
	[PREDICATE_STATUS] = { NULL, 0, INT, true, NULL, predicate_status, "", NULL },
	[PREDICATE_HEADER] = { NULL, 0, STRING | LIST, true, NULL, predicate_header, "",
		NULL },
	[PREDICATE_ERROR] = { NULL, 0, TYPE_BIT(VALUE_OBJECT), true, NULL,
		predicate_error, "", NULL },
	[PREDICATE_LINES] = { NULL, 0, STRING | BYTES, true, NULL, predicate_lines, "",
		NULL },
	[PREDICATE_ALL_MET] = { NULL, 0, LIST, true, NULL, predicate_is_empty, "", NULL },
	[PREDICATE_TABLE] = { NULL, 0, LIST, true, NULL, NULL, "", NULL },
};

static const char *predicate_name_at(size_t i)
{
	return predicates[i].name;
}

const struct predicate *predicate_find(struct str name)
{
	size_t i = names_find(predicate_name_at, PREDICATE_COUNT, name);

	return i == SIZE_MAX ? NULL : &predicates[i];
}

const char *predicate_suggest(struct str name)
{
	return names_suggest(predicate_name_at, PREDICATE_COUNT, name);
}

enum holds predicate_apply(const struct eval *ev, const struct predicate *p,
	const struct value *actual, const struct value *expected, struct error *err)
{
	assert(p->eval);
	if (!actual)
		return HOLDS_NOT;
	if (!(TYPE_BIT(actual->type) & p->takes))
		return HOLDS_MISMATCH;
	return p->eval(ev, actual, expected, err);
}
