#include "harness/report/report_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/base/file.h"
#include "harness/base/limits.h"
#include "harness/base/mem.h"

#define SECOND_US ((uint64_t)1000 * 1000)

/* Files are renewed this often; at the end of a suite sooner, but not more often than the second. */
#define RENEW_US (10 * SECOND_US)
#define RENEW_SOON_US (1 * SECOND_US)

enum { MODE_DEFAULT = 0644 };

/* How a report gets out. */
enum sink {
	SINK_FILE,		/* rendered as a whole, again and again */
	SINK_STREAM,		/* a file that grows line by line */
	SINK_LIVE,		/* a pipe, device or standard output that sees events */
	SINK_AT_END,		/* the same for a format that can only be rendered: once, at the end */
	SINK_CONSOLE,
};

struct slot {
	struct report report;
	enum sink sink;
	bool owns_fd;
	bool is_open;		/* the reporter's open() was called, its close() was not */
};

struct report_set {
	struct slot *slots;
	size_t n;
	const struct clock *clock;
	struct results_fold *fold;
	struct arena arena;		/* paths and names */
	struct arena scratch;		/* of one event */
	struct str run_id;
	uint64_t start_us;		/* monotonic */
	uint64_t renewed_us;
	uint64_t seq;
	bool dirty;			/* events came since the last renewal */
	bool soon;			/* a suite ended since */
	struct error lost;		/* an event that was not taken: nothing may turn green any more */
};

/* ---- opening ---- */

static bool is_stdout(const char *path)
{
	return !strcmp(path, "-");
}

static enum sink sink_of(const struct reporter *r, const char *path)
{
	if (is_stdout(path) || file_is_direct(path))
		return r->event ? SINK_LIVE : SINK_AT_END;
	return r->streams ? SINK_STREAM : SINK_FILE;
}

static bool is_file(enum sink sink)
{
	return sink == SINK_FILE || sink == SINK_STREAM;
}

static bool is_live(enum sink sink)
{
	return sink == SINK_STREAM || sink == SINK_LIVE || sink == SINK_CONSOLE;
}

static int fail(struct error *err, const char *path)
{
	return error_set(err, ERR_FILE, "cannot write '%s': %s", path, error_of_system(errno));
}

/* Whether a file can be put there: a neighbour is made and removed, what is there stays as it is. */
static int try_file(struct report_set *s, const char *path, struct error *err)
{
	struct arena_mark mark = arena_mark(&s->scratch);
	const char *slash = strrchr(path, '/');
	size_t folder = slash ? (size_t)(slash - path) + 1 : 0;
	struct str probe = arena_printf(&s->scratch, "%.*s.%s.postflight-try.%ld", (int)folder, path,
		path + folder, (long)getpid());
	struct error inner;
	int rc;

	if (!probe.p)
		return error_set_oom(err);
	if (file_is_directory(path)) {
		errno = EISDIR;
		return fail(err, path);
	}
	rc = file_replace(probe.p, STR(""), 0600, &inner);
	if (rc)
		error_set(err, ERR_FILE, "cannot write report '%s': its folder does not take files (%s)",
			path, inner.message);
	else
		(void)unlink(probe.p);	/* it was made a moment ago; one that stays is empty and has a name of its own */
	arena_rewind(&s->scratch, mark);
	return rc;
}

static int open_direct(struct slot *slot, struct error *err)
{
	if (is_stdout(slot->report.path)) {
		slot->report.fd = STDOUT_FILENO;
		return 0;
	}
	return file_open_direct(slot->report.path, &slot->report.fd, &slot->owns_fd, err);
}

static int try_slot(struct report_set *s, struct slot *slot, struct error *err)
{
	if (slot->sink == SINK_CONSOLE)
		return 0;
	return is_file(slot->sink) ? try_file(s, slot->report.path, err) : open_direct(slot, err);
}

/* Renders a report and puts it in place; its size in *ret_bytes (may be NULL). */
static int put_file(const struct report *r, uint64_t *ret_bytes, struct error *err)
{
	struct strbuf out;
	int rc;

	strbuf_init(&out, limits_default.max_text_bytes);
	r->reporter->render(r, &out);
	if (strbuf_failed(&out))
		rc = error_set(err, ERR_FILE, "cannot write '%s': the report is too large, or memory is out",
			r->path);
	else
		rc = file_replace(r->path, strbuf_str(&out), r->mode, err);
	if (rc == 0 && ret_bytes)
		*ret_bytes = out.n;
	strbuf_release(&out);
	return rc;
}

static int open_slot(struct slot *slot, struct error *err)
{
	struct report *r = &slot->report;

	if (is_file(slot->sink) && put_file(r, NULL, err))
		return -1;
	if (!is_live(slot->sink))
		return 0;
	if (r->reporter->open && r->reporter->open(r, err))
		return -1;
	slot->is_open = true;
	return 0;
}

static int open_slots(struct report_set *s, struct error *err)
{
	for (size_t i = 0; i < s->n; i++)
		if (try_slot(s, &s->slots[i], err))
			return -1;
	for (size_t i = 0; i < s->n; i++)
		if (open_slot(&s->slots[i], err))
			return -1;
	return 0;
}

static struct slot *add_slot(struct report_set *s, const struct report_config *config,
	const struct report_spec *spec)
{
	struct slot *slot = &s->slots[s->n++];

	*slot = (struct slot){
		.report = {
			.reporter = spec->reporter,
			.path = arena_cstr(&s->arena, str_from(spec->path)),
			.option_values = spec->option_values,
			.results = results_get(s->fold),
			.run_id = s->run_id,
			.clock = config->clock,
			.mode = config->mode ? config->mode : MODE_DEFAULT,
			.fd = -1,
		},
		.sink = sink_of(spec->reporter, spec->path),
	};
	return slot;
}

static void add_console(struct report_set *s, const struct report_config *config)
{
	const struct report_spec spec = { .reporter = config->console, .path = "-" };
	struct slot *slot;

	if (!config->console)
		return;
	slot = add_slot(s, config, &spec);
	slot->sink = SINK_CONSOLE;
	slot->report.terminal = config->terminal;
	slot->report.fd = config->terminal->fd;
}

static int fill_set(struct report_set *s, const struct report_config *config, struct error *err)
{
	arena_init(&s->arena, limits_default.max_text_bytes);
	arena_init(&s->scratch, limits_default.max_attempt_arena);
	s->clock = config->clock;
	s->start_us = s->renewed_us = clock_mono_us(config->clock);
	s->fold = results_new(err);
	s->slots = s->fold ? mem_calloc(config->nspecs + 1, sizeof(*s->slots)) : NULL;
	if (!s->fold)
		return -1;
	s->run_id = arena_str(&s->arena, config->run_id);
	if (!s->slots || arena_failed(&s->arena))
		return error_set_oom(err);
	if (results_set_run_id(s->fold, s->run_id, err))
		return -1;
	for (size_t i = 0; i < config->nspecs; i++)
		(void)add_slot(s, config, &config->specs[i]);
	add_console(s, config);
	return arena_failed(&s->arena) ? error_set_oom(err) : 0;
}

int report_set_open(const struct report_config *config, struct report_set **ret, struct error *err)
{
	struct report_set *s = mem_calloc(1, sizeof(*s));

	if (!s)
		return error_set_oom(err);
	if (fill_set(s, config, err) || open_slots(s, err)) {
		report_set_free(s);
		return -1;
	}
	*ret = s;
	return 0;
}

/* ---- events ---- */

static void number(struct report_set *s, struct event *e)
{
	e->seq = s->seq++;
	if (e->wall_us)
		return;
	e->wall_us = clock_wall_us(s->clock);
	e->us = clock_mono_us(s->clock) - s->start_us;
}

static void show(struct report_set *s, const struct event *e)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->slots[i].is_open)
			s->slots[i].report.reporter->event(&s->slots[i].report, e);
}

/* A renewal that fails is no news yet: what stands there is red, and the last one is tried again. */
static void renew(struct report_set *s)
{
	struct error ignored;

	for (size_t i = 0; i < s->n; i++)
		if (s->slots[i].sink == SINK_FILE)
			(void)put_file(&s->slots[i].report, NULL, &ignored);
	s->renewed_us = clock_mono_us(s->clock);
	s->dirty = s->soon = false;
}

static void renew_when_due(struct report_set *s)
{
	uint64_t age_us = clock_mono_us(s->clock) - s->renewed_us;

	if (s->dirty && !results_get(s->fold)->ended && age_us >= (s->soon ? RENEW_SOON_US : RENEW_US))
		renew(s);
}

/* Folds and shows an event that is numbered already. Its texts may change; they live in s->scratch then. */
static int feed(struct report_set *s, struct event *e, struct error *err)
{
	if (!event_settle(&s->scratch, e))
		return error_set_oom(err);
	if (results_add(s->fold, e, err))
		return -1;
	show(s, e);
	return 0;
}

int report_set_event(struct report_set *s, struct event *e, struct error *err)
{
	struct arena_mark mark = arena_mark(&s->scratch);
	struct event own;
	int rc;

	number(s, e);
	own = *e;
	rc = feed(s, &own, err);
	arena_rewind(&s->scratch, mark);
	if (rc && s->lost.code == ERR_NONE)
		s->lost = *err;
	s->dirty = true;
	s->soon |= e->kind == EVENT_SUITE_END;
	renew_when_due(s);
	return rc;
}

static bool takes_at_once(int fd)
{
	struct stat st;
	int unread;

	if (fd < 0 || fstat(fd, &st))
		return true;	/* what cannot be written says so at once */
	if (S_ISFIFO(st.st_mode))
		return !ioctl(fd, FIONREAD, &unread) &&
			(!unread || unread <= fcntl(fd, F_GETPIPE_SZ) / 8);
	return S_ISREG(st.st_mode) || (S_ISCHR(st.st_mode) && !isatty(fd));
}

bool report_set_is_quick(const struct report_set *s)
{
	bool may_renew = clock_mono_us(s->clock) - s->renewed_us >= RENEW_SOON_US;

	for (size_t i = 0; i < s->n; i++) {
		const struct slot *slot = &s->slots[i];

		if (slot->sink == SINK_FILE ? may_renew :
			    slot->is_open && !takes_at_once(slot->report.fd))
			return false;
	}
	return true;
}

void report_set_tick(struct report_set *s)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->slots[i].is_open && s->slots[i].report.reporter->tick)
			s->slots[i].report.reporter->tick(&s->slots[i].report);
	renew_when_due(s);
}

void report_set_status(struct report_set *s)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->slots[i].is_open && s->slots[i].report.reporter->status)
			s->slots[i].report.reporter->status(&s->slots[i].report);
}

/* ---- the end ---- */

static void fill_end(struct report_set *s, struct event *e)
{
	const struct results *r = results_get(s->fold);
	struct ev_run_end *end = &e->u.run_end;

	if (end->verdict == VERDICT_COUNT) {
		end->verdict = results_verdict(r);
		end->counts = r->counts;
	}
	e->wall_us = clock_wall_us(s->clock);
	e->us = clock_mono_us(s->clock) - s->start_us;
	if (!end->duration_us)
		end->duration_us = e->us;
}

/* Tells of a report that was written, in the record and on the console. */
static void tell(struct report_set *s, const struct slot *slot, uint64_t bytes)
{
	struct event e = { .kind = EVENT_REPORT };
	struct error ignored;

	e.u.report = (struct ev_report){
		.name = str_from(slot->report.reporter->name),
		.path = str_from(slot->report.path),
		.bytes = bytes,
	};
	number(s, &e);
	(void)feed(s, &e, &ignored);	/* without memory the line is missing, the report is there */
}

/* The last rendering of a report that does not follow events. */
static void write_last(struct slot *slot)
{
	struct report *r = &slot->report;
	struct strbuf out;

	if (slot->sink == SINK_FILE) {
		(void)put_file(r, &r->bytes, &r->error);	/* r->error says it */
		return;
	}
	strbuf_init(&out, limits_default.max_text_bytes);
	r->reporter->render(r, &out);
	if (strbuf_failed(&out))
		error_set(&r->error, ERR_FILE, "cannot write '%s': the report is too large, or memory is out",
			r->path);
	else
		report_write(r, strbuf_str(&out));
	strbuf_release(&out);
}

static void write_files(struct report_set *s)
{
	for (size_t i = 0; i < s->n; i++)
		if (!is_live(s->slots[i].sink))
			write_last(&s->slots[i]);
	for (size_t i = 0; i < s->n; i++)
		if (is_file(s->slots[i].sink) && s->slots[i].report.error.code == ERR_NONE)
			tell(s, &s->slots[i], s->slots[i].report.bytes);
}

static void close_slot(struct slot *slot)
{
	struct report *r = &slot->report;

	if (slot->is_open && r->reporter->close)
		r->reporter->close(r);
	slot->is_open = false;
	if (r->fd < 0 || (slot->sink != SINK_STREAM && !slot->owns_fd))
		return;
	if (slot->sink == SINK_STREAM && fsync(r->fd) && r->error.code == ERR_NONE)
		fail(&r->error, r->path);
	if (close(r->fd) && errno != EINTR && r->error.code == ERR_NONE)
		fail(&r->error, r->path);
	r->fd = -1;
}

/* Lost chatter is no lost report. */
static size_t count_errors(const struct report_set *s, struct error *err)
{
	size_t n = 0;

	for (size_t i = 0; i < s->n; i++) {
		const struct slot *slot = &s->slots[i];

		if (slot->sink == SINK_CONSOLE || slot->report.error.code == ERR_NONE)
			continue;
		if (n++ == 0)
			*err = slot->report.error;
	}
	return n;
}

size_t report_set_finish(struct report_set *s, const struct ev_run_end *end, struct error *err)
{
	struct event e = { .kind = EVENT_RUN_END };
	struct error *lost = &s->lost;
	size_t n;

	e.u.run_end = *end;
	fill_end(s, &e);
	if (!event_settle(&s->scratch, &e))
		error_set_oom(lost);
	if (lost->code == ERR_NONE && results_add(s->fold, &e, lost) == 0)
		write_files(s);
	if (lost->code == ERR_NONE) {
		e.wall_us = 0;		/* the last line is as late as its place says */
		number(s, &e);
		show(s, &e);
	}
	for (size_t i = 0; i < s->n; i++)
		close_slot(&s->slots[i]);
	n = count_errors(s, err);
	if (lost->code == ERR_NONE)
		return n;
	*err = *lost;
	return n + 1;
}

const struct results *report_set_results(const struct report_set *s)
{
	return results_get(s->fold);
}

void report_set_free(struct report_set *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->n; i++)
		close_slot(&s->slots[i]);
	results_free(s->fold);
	arena_release(&s->scratch);
	arena_release(&s->arena);
	mem_free(s->slots);
	mem_free(s);
}
