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

/*
 * The next NAME=VALUE of a variables file, cut off the front of *text; empty lines and those that begin with # are passed over. *line counts
 * the lines cut off, from 0 before the first call. 1: there is one; 0: the end; -1 with ERR_USAGE: line *line is something else.
 */
int injected_line(struct str *text, size_t *line, struct str *ret_name, struct str *ret_value, struct error *err) MUST_USE;

#endif
