#include "reports/console_summary.h"

#include "harness/base/escape.h"
#include "harness/base/limits.h"
#include "harness/report/text.h"
#include "reports/console_entry.h"
#include "reports/title.h"

enum { LINE_COLUMNS = 80, TITLE_COLUMNS_MAX = 60, MESSAGE_COLUMNS_MAX = 60 };

/* The slowest entries are named when they took at least this long. */
enum { SLOW_US = 100 * 1000, SLOWEST = 3 };

static const struct {
	const char *word;
	enum tint tint;
} verdicts[] = {
	[VERDICT_ABORTED] = { "ABORTED", TINT_RED },
	[VERDICT_FAIL] = { "FAIL", TINT_RED },
	[VERDICT_ERROR] = { "ERROR", TINT_RED },
	[VERDICT_EMPTY] = { "EMPTY", TINT_RED },
	[VERDICT_PASS] = { "PASS", TINT_GREEN },
};
static_assert(ARRAY_SIZE(verdicts) == VERDICT_COUNT, "a verdict has no word");

static bool is_listed(const struct result_case *c)
{
	if (c->status == STATUS_PASSED)
		return c->end.flaky || c->end.accept_can_go;
	return c->status != STATUS_SKIPPED && c->status != STATUS_NOT_RUN;
}

static void add_file_errors(struct strbuf *out, const struct results *r)
{
	size_t files = results_bad_files(r);

	if (!files)
		return;
	strbuf_addf(out, ", %zu %s in %zu %s", r->nfile_errors, r->nfile_errors == 1 ? "error" : "errors",
		files, files == 1 ? "file" : "files");
}

static void add_verdict(const struct screen *s, struct strbuf *out, const struct results *r)
{
	const char *word = verdicts[r->end.verdict].word;
	struct strbuf text, time;
	size_t used;

	strbuf_init(&text, 1024);
	strbuf_init(&time, 64);
	title_counts(&text, &r->counts);
	add_file_errors(&text, r);
	text_seconds(&time, r->end.duration_us);
	strbuf_adds(&time, " s");
	used = strlen(word) + 2 + utf8_count(strbuf_str(&text)) + time.n;
	screen_tinted(s, out, verdicts[r->end.verdict].tint, word);
	strbuf_addf(out, "  %s", strbuf_cstr(&text));
	strbuf_add_repeat(out, ' ', used + 2 < LINE_COLUMNS ? LINE_COLUMNS - used : 2);
	strbuf_addf(out, "%s\n", strbuf_cstr(&time));
	strbuf_release(&text);
	strbuf_release(&time);
}

/* The columns of an entry's row, as printed. */
struct row {
	struct strbuf title, message, place;
};

static void row_init(struct row *w)
{
	strbuf_init(&w->title, limits_default.max_text_bytes);
	strbuf_init(&w->message, limits_default.max_text_bytes);
	strbuf_init(&w->place, limits_default.max_text_bytes);
}

static void row_release(struct row *w)
{
	strbuf_release(&w->title);
	strbuf_release(&w->message);
	strbuf_release(&w->place);
}

static void add_row_message(const struct screen *s, struct strbuf *out, const struct results *r,
	const struct result_case *c)
{
	if (c->end.accept_can_go) {
		strbuf_adds(out, "accepted as ");
		screen_text(s, out, c->end.accepted_ticket);
		strbuf_adds(out, ", holds now: the accept line can go");
	} else if (c->status == STATUS_PASSED) {
		strbuf_addf(out, "passed on attempt %llu", (unsigned long long)c->end.attempts);
	} else {
		screen_text(s, out, title_message(r, c));
	}
}

static void row_fill(struct row *w, const struct screen *s, const struct results *r,
	const struct result_case *c)
{
	struct place place = title_place(c);
	struct strbuf title;

	strbuf_init(&title, limits_default.max_text_bytes);
	title_add(&title, &c->planned);
	strbuf_clear(&w->title);
	strbuf_clear(&w->message);
	strbuf_clear(&w->place);
	screen_text(s, &w->title, strbuf_str(&title));
	add_row_message(s, &w->message, r, c);
	screen_text(s, &w->place, place.file);
	if (place.line)
		strbuf_addf(&w->place, ":%llu", (unsigned long long)place.line);
	strbuf_release(&title);
}

static size_t wider(size_t width, const struct strbuf *text, size_t max)
{
	size_t n = utf8_count(strbuf_str(text));

	return n > width && n <= max ? n : width;
}

static void add_column(struct strbuf *out, const struct strbuf *text, size_t width)
{
	size_t n = utf8_count(strbuf_str(text));

	strbuf_add(out, strbuf_str(text));
	strbuf_add_repeat(out, ' ', (n < width ? width - n : 0) + 3);
}

static void add_rows(const struct screen *s, struct strbuf *out, const struct results *r)
{
	size_t title_width = 0;
	size_t message_width = 0;
	struct row w;

	row_init(&w);
	for (size_t i = 0; i < r->ncases; i++) {
		if (!is_listed(&r->cases[i]))
			continue;
		row_fill(&w, s, r, &r->cases[i]);
		title_width = wider(title_width, &w.title, TITLE_COLUMNS_MAX);
		message_width = wider(message_width, &w.message, MESSAGE_COLUMNS_MAX);
	}
	for (size_t i = 0; i < r->ncases; i++) {
		if (!is_listed(&r->cases[i]))
			continue;
		row_fill(&w, s, r, &r->cases[i]);
		strbuf_adds(out, "  ");
		console_entry_word(s, out, &r->cases[i]);
		strbuf_addc(out, ' ');
		add_column(out, &w.title, title_width);
		add_column(out, &w.message, message_width);
		strbuf_add(out, strbuf_str(&w.place));
		strbuf_addc(out, '\n');
	}
	row_release(&w);
}

static void add_reason(const struct screen *s, struct strbuf *out, const struct results *r)
{
	if (!str_is_empty(r->end.reason)) {
		strbuf_adds(out, r->end.verdict == VERDICT_ABORTED || r->nfile_errors ? "  stopped  " : "  because  ");
		screen_text(s, out, r->end.reason);
		strbuf_addc(out, '\n');
	}
	if (r->end.verdict == VERDICT_EMPTY)
		strbuf_adds(out, "  nothing was selected: every entry was left out\n");
}

/* The slowest cases, slowest first, in `top`; their number is returned. */
static size_t find_slowest(const struct results *r, const struct result_case *top[SLOWEST])
{
	size_t n = 0;

	for (size_t i = 0; i < r->ncases; i++) {
		const struct result_case *c = &r->cases[i];
		size_t at = n;

		if (!c->ended || c->end.duration_us < SLOW_US)
			continue;
		while (at > 0 && top[at - 1]->end.duration_us < c->end.duration_us)
			at--;
		if (at == SLOWEST)
			continue;
		n += n < SLOWEST;
		for (size_t j = n - 1; j > at; j--)
			top[j] = top[j - 1];
		top[at] = c;
	}
	return n;
}

static void add_slowest(const struct screen *s, struct strbuf *out, const struct results *r)
{
	const struct result_case *top[SLOWEST];
	size_t n = find_slowest(r, top);
	struct strbuf title;

	if (!n)
		return;
	strbuf_init(&title, limits_default.max_text_bytes);
	strbuf_adds(out, "  slowest");
	for (size_t i = 0; i < n; i++) {
		strbuf_clear(&title);
		title_add(&title, &top[i]->planned);
		strbuf_adds(out, i ? "   " : "  ");
		screen_text(s, out, strbuf_str(&title));
		strbuf_addc(out, ' ');
		text_seconds(out, top[i]->end.duration_us);
		strbuf_adds(out, " s");
	}
	strbuf_addc(out, '\n');
	strbuf_release(&title);
}

static void add_reports(const struct screen *s, struct strbuf *out, const struct results *r)
{
	if (!r->nreports)
		return;
	strbuf_adds(out, "  reports");
	for (size_t i = 0; i < r->nreports; i++) {
		strbuf_adds(out, "  ");
		screen_text(s, out, r->reports[i].path);
	}
	strbuf_addc(out, '\n');
}

/* More ids than that are no line to paste. */
enum { RERUN_IDS = 3 };

static uint64_t count_red(const struct results *r)
{
	uint64_t n = 0;

	for (size_t i = 0; i < STATUS_COUNT; i++)
		if (status_is_red((enum status)i))
			n += r->counts.of[i];
	return n;
}

/* The record that was written: it knows what is red, and the paths. */
static struct str record_of(const struct results *r)
{
	for (size_t i = 0; i < r->nreports; i++)
		if (str_is(r->reports[i].name, "jsonl"))
			return r->reports[i].path;
	return (struct str){ 0 };
}

static void add_ids_and_paths(struct strbuf *out, const struct results *r)
{
	for (size_t i = 0; count_red(r) <= RERUN_IDS && i < r->ncases; i++)
		if (status_is_red(r->cases[i].status))
			strbuf_addf(out, " --id %.*s", STR_ARG(r->cases[i].planned.id));
	for (size_t i = 0; i < r->run.paths.count; i++) {
		strbuf_addc(out, ' ');
		escape_shell(out, r->run.paths.items[i]);
	}
}

/* The shortest command that judges again what is red. */
static void add_rerun(const struct screen *s, struct strbuf *out, const struct results *r)
{
	struct str record = record_of(r);
	struct strbuf command;

	if (!r->run.rerun.n || !count_red(r))
		return;
	strbuf_init(&command, limits_default.max_text_bytes);
	strbuf_add(&command, r->run.rerun);
	if (record.p) {
		strbuf_adds(&command, " --failed-from ");
		escape_shell(&command, record);
	} else {
		add_ids_and_paths(&command, r);
	}
	strbuf_adds(out, "  rerun    ");
	screen_text(s, out, strbuf_str(&command));
	strbuf_addc(out, '\n');
	strbuf_release(&command);
}

void console_summary(const struct screen *s, struct strbuf *out, const struct results *r)
{
	add_verdict(s, out, r);
	add_reason(s, out, r);
	add_rows(s, out, r);
	if (s->terminal->verbosity >= 0) {
		add_slowest(s, out, r);
		add_reports(s, out, r);
	}
	add_rerun(s, out, r);
}
