#include "harness/value/predicate.h"

#include <arpa/inet.h>

#include "harness/value/date.h"
#include "harness/value/json.h"
#include "harness/value/names.h"
#include "harness/value/number.h"

static enum holds holds_if(bool holds)
{
	return holds ? HOLDS : HOLDS_NOT;
}

/* ---- equality and order ---- */

static enum holds eval_eq(const struct eval *ev, const struct value *actual, const struct value *expected,
	struct error *err)
{
	(void)ev;
	(void)err;
	return holds_if(value_equal(actual, expected));
}

static enum holds eval_ne(const struct eval *ev, const struct value *actual, const struct value *expected,
	struct error *err)
{
	(void)ev;
	(void)err;
	return holds_if(!value_equal(actual, expected));
}

/* Where `order` and `or_equal` say what may come out; nan is neither. */
static enum holds compare(const struct value *actual, const struct value *expected, int order, bool or_equal)
{
	int c = 0;

	if (!value_order(actual, expected, &c))
		return HOLDS_MISMATCH;
	if (c == NUMBER_UNORDERED && value_is_number(actual))
		return HOLDS_NOT;
	return holds_if((order > 0 && c > 0) || (order < 0 && c < 0) || (or_equal && c == 0));
}

static enum holds eval_gt(const struct eval *ev, const struct value *actual, const struct value *expected,
	struct error *err)
{
	(void)ev;
	(void)err;
	return compare(actual, expected, 1, false);
}

static enum holds eval_ge(const struct eval *ev, const struct value *actual, const struct value *expected,
	struct error *err)
{
	(void)ev;
	(void)err;
	return compare(actual, expected, 1, true);
}

static enum holds eval_lt(const struct eval *ev, const struct value *actual, const struct value *expected,
	struct error *err)
{
	(void)ev;
	(void)err;
	return compare(actual, expected, -1, false);
}

static enum holds eval_le(const struct eval *ev, const struct value *actual, const struct value *expected,
	struct error *err)
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
	return holds_if(str_starts_with(actual->text, expected->text));
}

static enum holds eval_ends_with(const struct eval *ev, const struct value *actual,
	const struct value *expected, struct error *err)
{
	(void)ev;
	(void)err;
	if (!same_text_type(actual, expected))
		return HOLDS_MISMATCH;
	return holds_if(str_ends_with(actual->text, expected->text));
}

static bool list_holds(const struct value *list, const struct value *item)
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
		return holds_if(list_holds(actual, expected));
	if (!same_text_type(actual, expected))
		return HOLDS_MISMATCH;
	return holds_if(str_find(actual->text, expected->text) != SIZE_MAX);
}

static enum holds eval_includes(const struct eval *ev, const struct value *actual,
	const struct value *expected, struct error *err)
{
	(void)ev;
	(void)err;
	return holds_if(list_holds(actual, expected));
}

static enum holds eval_in(const struct eval *ev, const struct value *actual, const struct value *expected,
	struct error *err)
{
	(void)ev;
	(void)err;
	if (expected->type != VALUE_LIST)
		return HOLDS_MISMATCH;
	return holds_if(list_holds(expected, actual));
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

/* ---- what it is ---- */

static enum holds eval_exists(const struct eval *ev, const struct value *actual,
	const struct value *expected, struct error *err)
{
	(void)ev;
	(void)expected;
	(void)err;
	return holds_if(actual->type != VALUE_NODESET || actual->u.nodes > 0);
}

static size_t size_of(const struct value *v)
{
	if (v->type == VALUE_LIST)
		return v->u.list.count;
	if (v->type == VALUE_OBJECT)
		return v->u.object.count;
	return v->type == VALUE_NODESET ? v->u.nodes : v->text.n;
}

static enum holds eval_is_empty(const struct eval *ev, const struct value *actual,
	const struct value *expected, struct error *err)
{
	(void)ev;
	(void)expected;
	(void)err;
	return holds_if(!size_of(actual));
}

#define TYPE_PREDICATE(predicate, types)						\
	static enum holds predicate(const struct eval *ev, const struct value *actual,	\
		const struct value *expected, struct error *err)			\
	{										\
		(void)ev;								\
		(void)expected;								\
		(void)err;								\
		return holds_if(((types) & TYPE_BIT(actual->type)) != 0);		\
	}

TYPE_PREDICATE(eval_is_string, TYPE_BIT(VALUE_STRING))
TYPE_PREDICATE(eval_is_boolean, TYPE_BIT(VALUE_BOOL))
TYPE_PREDICATE(eval_is_number, TYPES_NUMBER)
TYPE_PREDICATE(eval_is_integer, TYPE_BIT(VALUE_INT) | TYPE_BIT(VALUE_BIGINT))
TYPE_PREDICATE(eval_is_float, TYPE_BIT(VALUE_FLOAT) | TYPE_BIT(VALUE_DECIMAL))
TYPE_PREDICATE(eval_is_list, TYPE_BIT(VALUE_LIST) | TYPE_BIT(VALUE_BYTES))
TYPE_PREDICATE(eval_is_object, TYPE_BIT(VALUE_OBJECT) | TYPE_BIT(VALUE_NODESET))
TYPE_PREDICATE(eval_is_collection, TYPE_BIT(VALUE_LIST) | TYPE_BIT(VALUE_BYTES) | TYPE_BIT(VALUE_OBJECT) |
	TYPE_BIT(VALUE_NODESET))
TYPE_PREDICATE(eval_is_date, TYPE_BIT(VALUE_DATE))

static bool is_address(struct str text, int family)
{
	char buf[64];
	unsigned char address[16];

	if (text.n >= sizeof(buf) || str_find_char(text, '\0') != SIZE_MAX)
		return false;
	memcpy(buf, text.p, text.n);
	buf[text.n] = '\0';
	return inet_pton(family, buf, address) == 1;
}

static bool is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* 32 hex digits, or 36 characters with hyphens in their places */
static bool is_uuid_digits(struct str s)
{
	if (s.n != 32 && s.n != 36)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		bool hyphen = s.n == 36 && (i == 8 || i == 13 || i == 18 || i == 23);

		if (hyphen ? s.p[i] != '-' : !is_hex(s.p[i]))
			return false;
	}
	return true;
}

static bool is_uuid(struct str s)
{
	if (str_starts_with(s, STR("urn:uuid:")))
		return s.n == 45 && is_uuid_digits(str_sub(s, 9, SIZE_MAX));
	if (s.n == 38 && s.p[0] == '{' && s.p[37] == '}')
		return is_uuid_digits(str_sub(s, 1, 36));
	return is_uuid_digits(s);
}

#define TEXT_PREDICATE(predicate, test)							\
	static enum holds predicate(const struct eval *ev, const struct value *actual,	\
		const struct value *expected, struct error *err)			\
	{										\
		(void)ev;								\
		(void)expected;								\
		(void)err;								\
		return holds_if(test);							\
	}

TEXT_PREDICATE(eval_is_iso_date, date_is_iso(actual->text))
TEXT_PREDICATE(eval_is_ipv4, is_address(actual->text, AF_INET))
TEXT_PREDICATE(eval_is_ipv6, is_address(actual->text, AF_INET6))
TEXT_PREDICATE(eval_is_uuid, is_uuid(actual->text))

/* ---- JSON ---- */

static bool is_wildcard(const struct value *expected)
{
	return expected->type == VALUE_STRING && str_is(expected->text, "*");
}

static bool lists_match(const struct value *actual, const struct value *expected, bool more)
{
	if (actual->u.list.count != expected->u.list.count)
		return false;
	for (size_t i = 0; i < expected->u.list.count; i++)
		if (!predicate_json_matches(actual->u.list.items[i], expected->u.list.items[i], more))
			return false;
	return true;
}

static bool has_all_members(const struct value *actual, const struct value *expected, bool more)
{
	for (size_t i = 0; i < expected->u.object.count; i++) {
		struct str key = expected->u.object.members[i].key;
		const struct value *found = value_get_str(actual, key);

		if (!found || !predicate_json_matches(found, value_get_str(expected, key), more))
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

bool predicate_json_matches(const struct value *actual, const struct value *expected, bool more)
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
		json_parse(ev->arena, actual->text, ev->limits->max_depth, &actual, NULL, err)) {
		struct error cause = *err;

		if (cause.code == ERR_PARSE)
			(void)error_set(err, ERR_CHECK, "the text is not JSON: %s", cause.message);
		return HOLDS_ERROR;
	}
	return holds_if(predicate_json_matches(actual, expected, more));
}

static enum holds eval_equals_json(const struct eval *ev, const struct value *actual,
	const struct value *expected, struct error *err)
{
	return match_json(ev, actual, expected, false, err);
}

static enum holds eval_includes_json(const struct eval *ev, const struct value *actual,
	const struct value *expected, struct error *err)
{
	return match_json(ev, actual, expected, true, err);
}

/* ---- internal ones ---- */

static bool is_bound(const struct value *range, size_t i)
{
	return i < range->u.list.count && value_is_number(range->u.list.items[i]);
}

static enum holds eval_range(const struct eval *ev, const struct value *actual,
	const struct value *expected, struct error *err)
{
	bool low = is_bound(expected, 0);
	bool high = is_bound(expected, 1);

	(void)ev;
	(void)err;
	return holds_if((!low || number_compare(actual, expected->u.list.items[0]) >= 0) &&
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
		if (pattern.p[i] != 'x' && pattern.p[i] != 'X' && pattern.p[i] != digits[i])
			return false;
	return true;
}

static enum holds eval_status(const struct eval *ev, const struct value *actual,
	const struct value *expected, struct error *err)
{
	(void)ev;
	(void)err;
	if (expected->type == VALUE_STRING)
		return holds_if(status_has_class(actual->u.integer, expected->text));
	return holds_if(list_holds(expected, actual));
}

static bool header_equals(const struct value *actual, const struct value *expected)
{
	return actual->type == VALUE_STRING && expected->type == VALUE_STRING &&
		str_eq(str_trim_blanks(actual->text), str_trim_blanks(expected->text));
}

static enum holds eval_header(const struct eval *ev, const struct value *actual,
	const struct value *expected, struct error *err)
{
	(void)ev;
	(void)err;
	if (actual->type == VALUE_STRING)
		return holds_if(header_equals(actual, expected));
	for (size_t i = 0; i < actual->u.list.count; i++)
		if (header_equals(actual->u.list.items[i], expected))
			return HOLDS;
	return HOLDS_NOT;
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
	[PREDICATE_EQ] = { "==", OPERAND_LITERALS, TYPES_ANY, false, NULL, eval_eq, "", "equal" },
	[PREDICATE_NE] = { "!=", OPERAND_LITERALS, TYPES_ANY, false, NULL, eval_ne, "not", "not equal" },
	[PREDICATE_GT] = { ">", ORDER_OPERANDS, ORDERED, false, NULL, eval_gt, "greater than",
		"greater; numbers, strings or dates" },
	[PREDICATE_GE] = { ">=", ORDER_OPERANDS, ORDERED, false, NULL, eval_ge, "greater or equal than",
		"greater or equal" },
	[PREDICATE_LT] = { "<", ORDER_OPERANDS, ORDERED, false, NULL, eval_lt, "less than", "less" },
	[PREDICATE_LE] = { "<=", ORDER_OPERANDS, ORDERED, false, NULL, eval_le, "less or equal than",
		"less or equal" },
	[PREDICATE_STARTS_WITH] = { "startsWith", PART_OPERANDS, STRING | BYTES, false, NULL,
		eval_starts_with, "starts with", "starts with a string or with bytes" },
	[PREDICATE_ENDS_WITH] = { "endsWith", PART_OPERANDS, STRING | BYTES, false, NULL, eval_ends_with,
		"ends with", "ends with a string or with bytes" },
	[PREDICATE_CONTAINS] = { "contains", OPERAND_LITERALS, STRING | BYTES | LIST, false, NULL,
		eval_contains, "contains", "holds a part, or a list an element" },
	[PREDICATE_MATCHES] = { "matches", PATTERN_OPERANDS, STRING, false, NULL, eval_matches, "matches",
		"a regular expression is found in it" },
	[PREDICATE_EXISTS] = { "exists", 0, TYPES_ANY, false, NULL, eval_exists, "something",
		"there is a value; null is one, an empty nodeset is none" },
	[PREDICATE_IS_EMPTY] = { "isEmpty", 0, SIZED, false, NULL, eval_is_empty, "empty",
		"of size 0: a string, list, object, bytes or nodeset" },
	[PREDICATE_IS_STRING] = { "isString", 0, TYPES_ANY, false, NULL, eval_is_string, "string",
		"a string" },
	[PREDICATE_IS_BOOLEAN] = { "isBoolean", 0, TYPES_ANY, false, NULL, eval_is_boolean, "boolean",
		"true or false" },
	[PREDICATE_IS_NUMBER] = { "isNumber", 0, TYPES_ANY, false, NULL, eval_is_number, "number",
		"a number of any kind" },
	[PREDICATE_IS_INTEGER] = { "isInteger", 0, TYPES_ANY, false, NULL, eval_is_integer, "integer",
		"an integer" },
	[PREDICATE_IS_FLOAT] = { "isFloat", 0, TYPES_ANY, false, NULL, eval_is_float, "float",
		"a number with a fraction or exponent, be it .0" },
	[PREDICATE_IS_LIST] = { "isList", 0, TYPES_ANY, false, NULL, eval_is_list, "list",
		"a list or bytes" },
	[PREDICATE_IS_OBJECT] = { "isObject", 0, TYPES_ANY, false, NULL, eval_is_object, "object",
		"an object or a nodeset" },
	[PREDICATE_IS_COLLECTION] = { "isCollection", 0, TYPES_ANY, false, NULL, eval_is_collection,
		"collection", "a list, an object, bytes or a nodeset" },
	[PREDICATE_IS_DATE] = { "isDate", 0, TYPES_ANY, false, NULL, eval_is_date, "date",
		"a date; text never is one" },
	[PREDICATE_IS_ISO_DATE] = { "isIsoDate", 0, STRING, false, NULL, eval_is_iso_date,
		"string with format YYYY-MM-DDTHH:mm:ss.sssZ", "text that is an RFC 3339 date with offset" },
	[PREDICATE_IS_IPV4] = { "isIpv4", 0, STRING, false, NULL, eval_is_ipv4, "IPv4 address",
		"text that is an IPv4 address" },
	[PREDICATE_IS_IPV6] = { "isIpv6", 0, STRING, false, NULL, eval_is_ipv6, "IPv6 address",
		"text that is an IPv6 address" },
	[PREDICATE_IS_UUID] = { "isUuid", 0, STRING, false, NULL, eval_is_uuid, "UUID",
		"text that is a UUID" },
	[PREDICATE_INCLUDES] = { "includes", OPERAND_LITERALS, LIST, false, "contains", eval_includes,
		"includes", "old name of contains, for lists" },
	[PREDICATE_IN] = { "in", OPERAND_LIST | OPERAND_PLACEHOLDER, TYPES_ANY, true, NULL, eval_in, "one of",
		"equal to one of a list: in [1, 2, \"x\"]" },
	[PREDICATE_EQUALS_JSON] = { "equalsJson", OPERAND_JSON, TYPES_ANY, true, NULL, eval_equals_json,
		"JSON", "the same JSON, members in any order; \"*\" stands for any value" },
	[PREDICATE_INCLUDES_JSON] = { "includesJson", OPERAND_JSON, TYPES_ANY, true, NULL,
		eval_includes_json, "JSON with at least", "as equalsJson, objects may have more members" },
	[PREDICATE_RANGE] = { NULL, 0, TYPES_NUMBER, true, NULL, eval_range, "", NULL },
	[PREDICATE_STATUS] = { NULL, 0, INT, true, NULL, eval_status, "", NULL },
	[PREDICATE_HEADER] = { NULL, 0, STRING | LIST, true, NULL, eval_header, "", NULL },
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

enum holds predicate_apply(const struct eval *ev, const struct predicate *p, const struct value *actual,
	const struct value *expected, struct error *err)
{
	assert(p->eval);
	if (!actual)
		return HOLDS_NOT;
	if (!(TYPE_BIT(actual->type) & p->takes))
		return HOLDS_MISMATCH;
	return p->eval(ev, actual, expected, err);
}
