#include <stdio.h>

#include "harness/cmd.h"
#include "harness/exit.h"
#include "harness/setup.h"

static void print_verdict(const struct setup *s)
{
	size_t entries = s->plan.ncases, files = s->library.count;
	printf("%zu %s in %zu %s %s well formed%s\n", entries, entries == 1 ? "entry" : "entries",
		files, files == 1 ? "file" : "files", entries == 1 ? "is" : "are",
		s->library.warnings.count ? ", with warnings" : "");
}

/* postflight check: parses, checks names, types and the guard, plans; connects to nothing. */
int cmd_check(const struct options *o, const struct registries *reg)
{
	struct setup s;
	struct error err = { 0 };
	int status = EXIT_HELD;
	if (setup_begin(&s, o, reg, &err) || setup_select(&s, &err) || setup_init(&s, reg, &err)) {
		struct strbuf sb;
		strbuf_init(&sb, 8192);
		error_print(&sb, &err);
		fputs(strbuf_cstr(&sb), stderr);
		strbuf_release(&sb);
		setup_release(&s);
		return EXIT_USAGE;
	}
	s.config.allow_write = true; /* a grant is for a run; what is checked here is the file */
	s.config.only_looks = true;
	if (setup_load(&s))
		status = setup_exit_status(&s);
	setup_print_errors(&s, &s.library.errors, "error");
	setup_print_errors(&s, &s.library.warnings, "warning");
	setup_print_errors(&s, &s.library.notes, "note");
	if (!status)
		print_verdict(&s);
	setup_release(&s);
	return status;
}
