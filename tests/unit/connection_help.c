#include "tests/unit/connection_help.h"

static const char *variable(void *ctx, const char *name)
{
	const struct help_environment *e = ctx;

	for (size_t i = 0; i < ARRAY_SIZE(e->items) && e->items[i].name; i++)
		if (str_is(str_from(e->items[i].name), name))
			return e->items[i].value;
	return NULL;
}

struct settings help_settings(const struct help_environment *e)
{
	return (struct settings){ .env = variable, .ctx = (void *)(uintptr_t)e };
}

struct secrets *help_secrets(void)
{
	struct error err = { 0 };
	struct secrets *s = secrets_new(&err);

	assert_non_null(s);
	return s;
}
