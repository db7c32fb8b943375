#include "tests/unit/report_bench.h"

#include <fcntl.h>
#include <ftw.h>
#include <unistd.h>

#include "harness/base/file.h"
#include "reports/reports.h"
#include "tests/unit/expect.h"

enum { SPECS_MAX = 8 };

int report_bench_setup(void **state)
{
	struct report_bench *b = calloc(1, sizeof(*b));

	if (!b)
		return -1;
	*state = b;
	arena_init(&b->arena, (size_t)1 << 30);
	sample_clock_init(&b->clock);
	(void)snprintf(b->folder, sizeof(b->folder), "/tmp/postflight-test-report-XXXXXX");
	b->terminal.columns = 80;
	return !mkdtemp(b->folder) || chdir(b->folder);
}

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st;
	(void)flag;
	(void)ftw;
	return remove(path);
}

int report_bench_teardown(void **state)
{
	struct report_bench *b = *state;
	int rc;

	report_bench_close(b);
	arena_release(&b->arena);
	rc = chdir("/") || nftw(b->folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	free(b);
	return rc;
}

int report_bench_try(struct report_bench *b, const char *specs, bool console, struct error *err)
{
	struct report_spec list[SPECS_MAX];
	struct report_config config = {
		.specs = list, .reporters = reporters, .nreporters = nreporters, .clock = &b->clock.clock,
		.terminal = &b->terminal, .console = console ? &reporter_console : NULL,
		.run_id = STR_INIT("20261124T031500Z-7f3a"), .mode = b->mode,
	};
	struct str rest = str_from(specs);

	while (rest.n) {
		const char *one = arena_cstr(&b->arena, str_cut(&rest, ' '));

		assert_true(config.nspecs < SPECS_MAX);
		if (report_spec_parse(&b->arena, reporters, nreporters, one, &list[config.nspecs++], err))
			return -1;
	}
	if (console)
		b->terminal.fd = open("console", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	return report_set_open(&config, &b->set, err);
}

void report_bench_open(struct report_bench *b, const char *specs, bool console)
{
	struct error err;

	if (report_bench_try(b, specs, console, &err))
		fail_msg("%s", err.message);
}

void report_bench_close(struct report_bench *b)
{
	report_set_free(b->set);
	b->set = NULL;
	if (b->terminal.fd > 2)
		(void)close(b->terminal.fd);
	b->terminal.fd = 0;
}

struct str report_bench_read(struct report_bench *b, const char *path)
{
	struct str s = { NULL, 0 };
	struct error err;

	if (file_read(&b->arena, path, SIZE_MAX, &s, &err))
		fail_msg("%s", err.message);
	return s;
}

size_t report_bench_count(struct str text, const char *needle)
{
	size_t n = 0;
	size_t at;

	while ((at = str_find(text, str_from(needle))) != SIZE_MAX) {
		text = str_sub(text, at + strlen(needle), text.n);
		n++;
	}
	return n;
}

void report_bench_event(struct report_bench *b, struct event e)
{
	struct error err;

	if (report_set_event(b->set, &e, &err))
		fail_msg("%s", err.message);
}

size_t report_bench_finish(struct report_bench *b, struct error *err)
{
	const struct ev_run_end end = { .verdict = VERDICT_COUNT, .duration_us = 2345000 };

	return report_set_finish(b->set, &end, err);
}
