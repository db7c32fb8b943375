#include "harness/base/dynamic.h"

#include <dlfcn.h>

static bool resolve(void *handle, const struct dynamic_symbol *s, char *functions)
{
	void *symbol = dlsym(handle, s->name);

	memcpy(functions + s->offset, &symbol, sizeof(symbol));
	return symbol != NULL;
}

static int lacks(const struct dynamic_library *lib, const char *function, struct error *err)
{
	return error_set(err, ERR_CHECK, "%s: the library %s has no function '%s'", lib->use,
		lib->file, function);
}

static int missing(const struct dynamic_library *lib, struct error *err)
{
	error_set(err, ERR_CHECK, "%s: the library %s is needed, which is not here", lib->use,
		lib->file);
	error_note(err, "install the package %s", lib->package);
	return -1;
}

int dynamic_load(const struct dynamic_library *lib, void *functions, struct error *err)
{
	void *handle = dlopen(lib->file, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
	int rc = 0;

	if (!handle)
		return missing(lib, err);
	for (size_t i = 0; i < lib->nsymbols && !rc; i++)
		if (!resolve(handle, &lib->symbols[i], functions))
			rc = lacks(lib, lib->symbols[i].name, err);
	(void)dlclose(handle); /* it stays loaded; only the count goes down */
	return rc;
}
