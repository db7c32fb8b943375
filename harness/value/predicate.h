/*
 * Predicates: a table of pure functions from (actual, expected) to holds, does not hold, or mismatch.
 *
 * No value on the left: "does not hold" for every predicate but those that say otherwise (not exists). A mismatch fails with and
 * without `not`.
 */
#ifndef HARNESS_VALUE_PREDICATE_H
#define HARNESS_VALUE_PREDICATE_H

#include "harness/value/query.h"

enum holds { HOLDS, HOLDS_NOT, HOLDS_MISMATCH, HOLDS_ERROR };

/* Which literals may stand behind it, for the parser (a set). */
enum operand_bit {
	OPERAND_NULL = 1, OPERAND_BOOL = 2, OPERAND_NUMBER = 4, OPERAND_STRING = 8, OPERAND_BYTES = 16, OPERAND_FILE = 32,
	OPERAND_REGEX = 64, OPERAND_PLACEHOLDER = 128,
	OPERAND_LIST = 256,	/* [1, 2, "x"] */
	OPERAND_JSON = 512,	/* a JSON value, compared parsed */
	OPERAND_LITERALS = 255,
};

struct predicate {
	const char *name;		/* NULL: internal */
	unsigned operands;		/* 0: takes none */
	unsigned takes;			/* types on the left; others: mismatch */
	bool extension;
	const char *deprecated_for;
	/* `actual` is a value of `takes`; `expected` NULL when it takes none. HOLDS_ERROR fills *err. */
	enum holds (*eval)(const struct eval *, const struct value *actual, const struct value *expected, struct error *err);
	const char *expectation;	/* how the expected side reads in a failure: "" (just the value), "greater than", "contains" ... */
	const char *help;
};

enum predicate_id {
	PREDICATE_EQ, PREDICATE_NE, PREDICATE_GT, PREDICATE_GE, PREDICATE_LT, PREDICATE_LE, PREDICATE_STARTS_WITH, PREDICATE_ENDS_WITH,
	PREDICATE_CONTAINS, PREDICATE_MATCHES, PREDICATE_EXISTS, PREDICATE_IS_EMPTY, PREDICATE_IS_STRING, PREDICATE_IS_BOOLEAN,
	PREDICATE_IS_NUMBER, PREDICATE_IS_INTEGER, PREDICATE_IS_FLOAT, PREDICATE_IS_LIST, PREDICATE_IS_OBJECT, PREDICATE_IS_COLLECTION,
	PREDICATE_IS_DATE, PREDICATE_IS_ISO_DATE, PREDICATE_IS_IPV4, PREDICATE_IS_IPV6, PREDICATE_IS_UUID, PREDICATE_INCLUDES,
	PREDICATE_IN, PREDICATE_EQUALS_JSON, PREDICATE_INCLUDES_JSON,
	PREDICATE_RANGE,	/* internal: expected is LIST [low, high], each an INT or NULL (open): ROWS 1..5 */
	PREDICATE_STATUS,	/* internal: expected is LIST of INT, or STRING "2xx": HTTP 200,201 */
	PREDICATE_HEADER,	/* internal: a string, or a list of them, one of which equals (header lines) */
	PREDICATE_ERROR,	/* internal: actual is the error object; expected NULL: any error; INT: its code; STRING: its sqlstate or kind, or how its message begins */
	PREDICATE_LINES,	/* internal: a body compared as text (or BYTES with bytes); a failure is told as a line diff (HTTP body lines) */
	PREDICATE_ALL_MET,	/* internal: a list of what is not met, which must be empty: APPLIED, MATCHES, COMPLETE */
	PREDICATE_TABLE,	/* internal: judged by table.h; never called through eval */
	PREDICATE_COUNT
};
extern const struct predicate predicates[PREDICATE_COUNT];

/*
 * Applies one predicate by the rules above: no value does not hold, a type that it does not take is a mismatch, `exists` aside.
 * `expected` is NULL for a predicate that takes none. PREDICATE_TABLE is not for this function.
 */
enum holds predicate_apply(const struct eval *ev, const struct predicate *p, const struct value *actual,
			   const struct value *expected, struct error *err) MUST_USE;

/* By name, NULL when unknown. Internal ones have none. */
const struct predicate *predicate_find(struct str name);

/* The nearest name within two edits, NULL when none is near. */
const char *predicate_suggest(struct str name);

#endif
