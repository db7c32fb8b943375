/*
 * The one value type: what every observation and every expectation is made of.
 *
 * Values live in an arena and never change after they are built. *No value* (a query found nothing) is the
 * NULL pointer, and is not the same as VALUE_NULL.
 *
 * Numbers are never squeezed through a double: an integer that fits has `integer`; a larger one and a decimal
 * are their digits; a float has the double and, in `text`, the spelling it came with. `text` of any number is
 * the spelling of its source when there was one (absent otherwise), so that 1.10 prints as 1.10.
 */
#ifndef HARNESS_VALUE_VALUE_H
#define HARNESS_VALUE_VALUE_H

#include "harness/base/arena.h"
#include "harness/base/strbuf.h"

/* X(name, word shown to people) */
#define VALUE_TYPES(X)		\
	X(NULL, "null")		\
	X(BOOL, "boolean")	\
	X(INT, "integer")	\
	X(BIGINT, "integer")	\
	X(DECIMAL, "decimal")	\
	X(FLOAT, "float")	\
	X(STRING, "string")	\
	X(BYTES, "bytes")	\
	X(DATE, "date")		\
	X(LIST, "list")		\
	X(OBJECT, "object")	\
	X(NODESET, "nodeset")	\
	X(REDIRECT, "redirect")	\
	X(REGEX, "regex")	\
	X(UNIT, "unit")

enum value_type {
#define X(name, word) VALUE_##name,
	VALUE_TYPES(X)
#undef X
	VALUE_TYPE_COUNT
};

/* Sets of types, for the tables of queries, filters and predicates. */
#define TYPE_BIT(type) (1u << (type))
#define TYPES_NUMBER (TYPE_BIT(VALUE_INT) | TYPE_BIT(VALUE_BIGINT) | TYPE_BIT(VALUE_DECIMAL) | TYPE_BIT(VALUE_FLOAT))
#define TYPES_ANY (TYPE_BIT(VALUE_TYPE_COUNT) - 1u)

enum value_flag {
	VALUE_SECRET = 1,	/* printed as *** by value_show and whatever is made from it */
	VALUE_INJECTED = 2,	/* from command line, environment, variables file: `text` is its spelling; a string for SQL */
	VALUE_TEMPORAL = 4,	/* string from a DATE, DATETIME, TIME column: zeros of a fraction do not count */
	VALUE_JSON_TEXT = 8,	/* string from a JSON column: compared parsed in tables */
	VALUE_SINGLE = 16,	/* float of single precision: looser tolerance in table cells */
	VALUE_BINARY = 32,	/* bytes that are shown as 0x... (SQL) */
};

struct value;

struct value_member {
	struct str key;
	const struct value *value;
};

struct value {
	enum value_type type;
	unsigned flags;			/* set of value_flag */
	struct str text;		/* STRING, BYTES: the content. Numbers: spelling (BIGINT, DECIMAL: always). REDIRECT: location. REGEX: pattern */
	union {
		bool boolean;
		int64_t integer;	/* INT; REDIRECT: status */
		double number;		/* FLOAT */
		int64_t wall_us;	/* DATE: microseconds since 1970 UTC */
		size_t nodes;		/* NODESET */
		struct {
			const struct value *const *items;
			size_t count;
		} list;
		struct {
			const struct value_member *members;	/* in order of appearance; keys may repeat */
			size_t count;
		} object;
	} u;
};

/*
 * Makers. Text is borrowed (copy it first if it dies earlier); NULL when memory is out (the arena remembers).
 * value_decimal and value_bigint take digits with an optional '-' and, for the former, one dot.
 */
const struct value *value_null(void);
const struct value *value_unit(void);	/* there, without content */
const struct value *value_bool(bool b);	/* static, needs no arena */
const struct value *value_int(struct arena *a, int64_t i);	/* without a spelling */
const struct value *value_bigint(struct arena *a, struct str digits);	/* keeps the digits */
const struct value *value_integer(struct arena *a, struct str digits);	/* INT, or BIGINT when it does not fit */
const struct value *value_uint(struct arena *a, uint64_t u);	/* INT, or BIGINT beyond 63 bits */
const struct value *value_decimal(struct arena *a, struct str digits);	/* keeps the digits */
const struct value *value_float(struct arena *a, double d, struct str spelling);	/* absent spelling: none */
const struct value *value_string(struct arena *a, struct str s);	/* UTF-8 */
const struct value *value_bytes(struct arena *a, struct str s);	/* anything */
const struct value *value_date(struct arena *a, int64_t wall_us);	/* microseconds since 1970, UTC */
const struct value *value_list(struct arena *a, const struct value *const *items, size_t count);
const struct value *value_nodeset(struct arena *a, size_t nodes);	/* their number alone */
const struct value *value_redirect(struct arena *a, struct str location, int64_t status);	/* where to, by which status */
const struct value *value_regex(struct arena *a, struct str pattern);	/* as a value; not compiled */

/* Copies the text that was built into `a` as a STRING or BYTES and releases `sb`; NULL when it had failed. */
const struct value *value_take(struct arena *a, struct strbuf *sb, enum value_type type);

/* The same value with flags added; the content is shared. v == NULL gives NULL. */
const struct value *value_with_flags(struct arena *a, const struct value *v, unsigned flags);

/* Builders: zeroed at start; NULL values make the finish fail (NULL). */
struct value_list_builder {
	const struct value **items;
	size_t count, cap;
	bool failed;
};
void value_list_add(struct arena *a, struct value_list_builder *b, const struct value *item);	/* at the end */
const struct value *value_list_finish(struct arena *a, struct value_list_builder *b);	/* none added: the empty list */

struct value_object_builder {
	struct value_member *members;
	size_t count, cap;
	bool failed;
};
/* `key` is borrowed. value_object_add_opt leaves the member out when `v` is NULL (absent). */
void value_object_add(struct arena *a, struct value_object_builder *b, struct str key, const struct value *v);
void value_object_add_opt(struct arena *a, struct value_object_builder *b, struct str key, const struct value *v);
const struct value *value_object_finish(struct arena *a, struct value_object_builder *b);	/* none added: the empty object */

/* The last member of that name (RFC 8259, 4: the last one counts), NULL when `v` is no object or has none. */
const struct value *value_get(const struct value *v, const char *key);
const struct value *value_get_str(const struct value *v, struct str key);	/* the same for any text */

/*
 * The members of an object that count, sorted by key bytes, into ret (room for u.object.count); how many there are.
 * Of repeated keys only the last is among them.
 */
size_t value_sort_members(const struct value *v, const struct value_member **ret);

/* A deep copy into another arena. */
const struct value *value_copy(struct arena *a, const struct value *v);

/* INT, BIGINT, DECIMAL or FLOAT; NULL is none. */
bool value_is_number(const struct value *v);

/* "integer", "string" ...: as people call it. */
const char *value_type_word(enum value_type type);

/* A set of types as people say it: "a list, bytes or a nodeset"; all kinds of numbers together are "a number". */
void value_types_show(struct strbuf *out, unsigned types);

/*
 * Equality of assertions: numbers by value across kinds, else equal type and content; lists element by element,
 * objects as sets of members, nodesets by size. Never an error. Flags do not count, but VALUE_TEMPORAL strings
 * are equal when they differ only in zeros of the fraction.
 */
bool value_equal(const struct value *a, const struct value *b);

/*
 * Order: number with number, string with string (by code point), date with date: true and *ret <0, 0, >0. Others: false, a
 * mismatch. A nan gives 2, which is "greater" to nobody: compare with that in mind.
 */
bool value_order(const struct value *a, const struct value *b, int *ret) MUST_USE;

/*
 * Text of a value as templates write it. False for types that cannot be rendered (bytes, list, object, nodeset,
 * redirect, unit, regex). An injected value keeps its spelling.
 */
bool value_render(struct strbuf *out, const struct value *v) MUST_USE;

/* Shortest decimal text that reads back equal; a whole number gets ".0". Locale-independent. */
void value_render_float(struct strbuf *out, double d);

/*
 * As people read it in messages: `integer <3>`, `string <ab>`, `list <[1,2]>`, `none` for no value, secret values
 * `string <***>`; at most max_bytes of content, on one line, controls visible.
 */
void value_show(struct strbuf *out, const struct value *v, size_t max_bytes);

/* Only the content part of value_show, without type and brackets. */
void value_show_content(struct strbuf *out, const struct value *v, size_t max_bytes);

/* True when the value or anything in it is marked VALUE_SECRET. */
bool value_is_secret(const struct value *v);

#endif
