/*
 * Inside of predicate: the functions of its table that stand in files of their own. Not for other modules.
 */
#ifndef HARNESS_VALUE_PREDICATE_IMPL_H
#define HARNESS_VALUE_PREDICATE_IMPL_H

#include "harness/value/predicate.h"

typedef enum holds predicate_eval(const struct eval *, const struct value *actual,
	const struct value *expected, struct error *err);

/* predicate_is.c */
predicate_eval predicate_exists, predicate_is_empty, predicate_is_string,
	predicate_is_boolean, predicate_is_number, predicate_is_integer, predicate_is_float,
	predicate_is_list, predicate_is_object, predicate_is_collection, predicate_is_date,
	predicate_is_iso_date, predicate_is_ipv4, predicate_is_ipv6, predicate_is_uuid;

/* predicate_json.c */
predicate_eval predicate_equals_json, predicate_includes_json;

/* predicate_line.c */
predicate_eval predicate_range, predicate_status, predicate_header, predicate_error,
	predicate_lines;

/* HOLDS or HOLDS_NOT. */
enum holds predicate_holds_if(bool holds);

/* Whether an element of the list equals `item`. */
bool predicate_list_holds(const struct value *list, const struct value *item);

#endif
