/* Predicates without an operand: what a value is. */
#include "harness/value/predicate_impl.h"

#include <arpa/inet.h>

#include "harness/value/date.h"

enum holds predicate_exists(const struct eval *ev, const struct value *actual,
	const struct value *expected, struct error *err)
{
	(void)ev;
	(void)expected;
	(void)err;
	return predicate_holds_if(actual->type != VALUE_NODESET || actual->u.nodes > 0);
}

static size_t size_of(const struct value *v)
{
	if (v->type == VALUE_LIST)
		return v->u.list.count;
	if (v->type == VALUE_OBJECT)
		return v->u.object.count;
	return v->type == VALUE_NODESET ? v->u.nodes : v->text.n;
}

enum holds predicate_is_empty(const struct eval *ev, const struct value *actual,
	const struct value *expected, struct error *err)
{
	(void)ev;
	(void)expected;
	(void)err;
	return predicate_holds_if(!size_of(actual));
}

#define TYPE_PREDICATE(predicate, types)                                          \
	enum holds predicate(const struct eval *ev, const struct value *actual,   \
		const struct value *expected, struct error *err)                  \
	{                                                                         \
		(void)ev;                                                         \
		(void)expected;                                                   \
		(void)err;                                                        \
		return predicate_holds_if(((types)&TYPE_BIT(actual->type)) != 0); \
	}

TYPE_PREDICATE(predicate_is_string, TYPE_BIT(VALUE_STRING))
TYPE_PREDICATE(predicate_is_boolean, TYPE_BIT(VALUE_BOOL))
TYPE_PREDICATE(predicate_is_number, TYPES_NUMBER)
TYPE_PREDICATE(predicate_is_integer, TYPE_BIT(VALUE_INT) | TYPE_BIT(VALUE_BIGINT))
TYPE_PREDICATE(predicate_is_float, TYPE_BIT(VALUE_FLOAT) | TYPE_BIT(VALUE_DECIMAL))
TYPE_PREDICATE(predicate_is_list, TYPE_BIT(VALUE_LIST) | TYPE_BIT(VALUE_BYTES))
TYPE_PREDICATE(predicate_is_object, TYPE_BIT(VALUE_OBJECT) | TYPE_BIT(VALUE_NODESET))
TYPE_PREDICATE(predicate_is_collection,
	TYPE_BIT(VALUE_LIST) | TYPE_BIT(VALUE_BYTES) | TYPE_BIT(VALUE_OBJECT) |
		TYPE_BIT(VALUE_NODESET))
TYPE_PREDICATE(predicate_is_date, TYPE_BIT(VALUE_DATE))

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

#define TEXT_PREDICATE(predicate, test)                                         \
	enum holds predicate(const struct eval *ev, const struct value *actual, \
		const struct value *expected, struct error *err)                \
	{                                                                       \
		(void)ev;                                                       \
		(void)expected;                                                 \
		(void)err;                                                      \
		return predicate_holds_if(test);                                \
	}

TEXT_PREDICATE(predicate_is_iso_date, date_is_iso(actual->text))
TEXT_PREDICATE(predicate_is_ipv4, is_address(actual->text, AF_INET))
TEXT_PREDICATE(predicate_is_ipv6, is_address(actual->text, AF_INET6))
TEXT_PREDICATE(predicate_is_uuid, is_uuid(actual->text))
