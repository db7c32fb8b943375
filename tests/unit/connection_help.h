/*
 * What the tests of connection settings share: an environment that is a table of the
 * test's.
 */
#ifndef TESTS_UNIT_CONNECTION_HELP_H
#define TESTS_UNIT_CONNECTION_HELP_H

#include "harness/run/connection.h"
#include "tests/unit/expect.h"

struct help_variable {
	const char *name, *value;
};

/* At most 8, ended by a NULL name. */
struct help_environment {
	struct help_variable items[8];
};

/* Settings that know these variables and nothing else; a secret set of the test's own. */
struct settings help_settings(const struct help_environment *e);
struct secrets *help_secrets(void);

#endif
