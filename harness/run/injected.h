/*
 * Values from outside (command line, environment, variables files, `variable:` defaults) get their type from their looks: true and false, null, integers,
 * floats, "quoted" strings; everything else is a string. They keep their spelling (007 is 7, and prints as 007).
 */
#ifndef HARNESS_RUN_INJECTED_H
#define HARNESS_RUN_INJECTED_H

#include "harness/base/error.h"
#include "harness/value/value.h"

/* In `a`; flagged VALUE_INJECTED. ERR_USAGE for a quoted string that does not end in a quote. */
int injected_value(struct arena *a, struct str text, const struct value **ret, struct error *err) MUST_USE;

#endif
