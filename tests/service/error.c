#include "tests/service/error.h"

#include <stdarg.h>
#include <stdio.h>

int error_set(struct error *err, unsigned code, const char *fmt, ...)
{
	va_list args;

	err->code = code;
	va_start(args, fmt);
	(void)vsnprintf(err->message, sizeof(err->message), fmt, args);	/* a cut message is still one */
	va_end(args);
	return -1;
}

int error_set_memory(struct error *err)
{
	return error_set(err, 0, "out of memory, or a text of more than 64 MB");
}
