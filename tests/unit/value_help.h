/*
 * What the tests of harness/value share: values written as JSON, and values shown as text.
 */
#ifndef TESTS_UNIT_VALUE_HELP_H
#define TESTS_UNIT_VALUE_HELP_H

#include "harness/value/observation.h"
#include "harness/value/value.h"
#include "tests/unit/expect.h"

/* The value that JSON text is, tags of the record read back. Fails the test when it is none. */
const struct value *help_json(struct arena *a, const char *text);

/* value_show's text, in `a`. */
struct str help_show(struct arena *a, const struct value *v);

/* An evaluation over a tree (may be NULL), with the default limits and no variables; zero `d` and release it. */
struct eval help_eval(struct arena *a, const struct value *tree, struct document *d);

/* The tree of an HTTP response with one header and a body. */
const struct value *help_response(struct arena *a, const char *content_type, struct str body);

#endif
