#include "harness/report/reporter.h"

#include <errno.h>
#include <fcntl.h>

#include "harness/base/file.h"

const char *report_option_value(const struct report *r, const char *name)
{
	for (size_t i = 0; r->option_values && i < r->reporter->noptions; i++)
		if (!strcmp(r->reporter->options[i].name, name))
			return r->option_values[i];
	return NULL;
}

/* Puts the first text in the placeholder's place and goes on behind it. */
static int begin_stream(struct report *r, struct str s)
{
	if (file_replace(r->path, s, r->mode, &r->error))
		return -1;
	r->fd = open(r->path, O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW);
	if (r->fd < 0)
		return error_set(&r->error, ERR_FILE, "cannot write '%s': %s", r->path,
			error_of_system(errno));
	return 0;
}

void report_write(struct report *r, struct str s)
{
	if (r->error.code != ERR_NONE || !s.n)
		return;
	if (r->fd < 0 ? begin_stream(r, s) : file_write_all(r->fd, s, r->path, &r->error))
		return;
	r->bytes += s.n;
}
