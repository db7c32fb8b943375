/*
 * What the tests of contracts share: a contract from text, without its first line.
 */
#ifndef TESTS_UNIT_SCHEMA_HELP_H
#define TESTS_UNIT_SCHEMA_HELP_H

#include "probes/schema_text.h"
#include "tests/unit/expect.h"

/* The contract whose lines are `facts`; fails the test when they are none. In `a`. */
struct schema_contract help_contract(struct arena *a, const char *facts);

/* A schema as text, without the mark. In `a`. */
struct str help_schema_text(struct arena *a, const struct schema *s);

#endif
