/*
 * Inside of json: a number as JSON writes it. Not for other modules.
 */
#ifndef HARNESS_VALUE_JSON_NUMBER_H
#define HARNESS_VALUE_JSON_NUMBER_H

#include "harness/value/value.h"

/* With the spelling it came with where that is JSON's. False, and nothing written, for what JSON has no number for. */
bool json_number(struct strbuf *out, const struct value *v) MUST_USE;

#endif
