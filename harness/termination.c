#include "harness/termination.h"

#include <fcntl.h>
#include <unistd.h>

#include "harness/base/escape.h"
#include "harness/base/file.h"

#define TEXT_MAX 4096

static void add_case(
	struct strbuf *out, const struct results *r, const struct result_case *c)
{
	struct strbuf line;
	strbuf_init(&line, 65536);
	strbuf_addf(&line, "%s ", status_word(c->status));
	escape_visible_line(&line, r->suites[c->suite].name);
	strbuf_adds(&line, " > ");
	escape_visible_line(&line, c->planned.title);
	strbuf_adds(&line, ": ");
	escape_visible_line(&line, c->end.message);
	strbuf_addc(&line, '\n');
	if (out->n + line.n <= TEXT_MAX)
		strbuf_add(out, strbuf_str(&line));
	strbuf_release(&line);
}

static void termination_text(struct strbuf *out, const struct results *r, enum verdict verdict)
{
	const uint64_t *of = r->counts.of;
	strbuf_addf(out,
		"%s: %llu entries, %llu passed, %llu failed, %llu errors, %llu warnings, %llu skipped\n",
		verdict_word(verdict), (unsigned long long)r->counts.entries,
		(unsigned long long)of[STATUS_PASSED],
		(unsigned long long)of[STATUS_FAILED],
		(unsigned long long)of[STATUS_ERROR],
		(unsigned long long)of[STATUS_WARNING],
		(unsigned long long)of[STATUS_SKIPPED]);
	for (size_t i = 0; i < r->ncases; i++)
		if (status_is_red(r->cases[i].status))
			add_case(out, r, &r->cases[i]);
}

void termination_write(const char *path, const struct results *r, enum verdict verdict)
{
	struct strbuf sb;
	struct error ignored = { 0 };
	int fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);
	if (fd < 0)
		return;
	strbuf_init(&sb, 65536);
	termination_text(&sb, r, verdict);
	(void)!file_write_all(fd, strbuf_str(&sb), path,
		&ignored); /* a courtesy: the exit status tells all the same */
	close(fd);
	strbuf_release(&sb);
}
