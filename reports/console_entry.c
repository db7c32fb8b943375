#include "reports/console_entry.h"

#include "harness/base/limits.h"
#include "harness/report/text.h"
#include "reports/title.h"

/* Lines below an entry start here; their labels are as wide as the widest one. */
enum { INDENT = 6, LABEL_WIDTH = 7 };

/* What the console shows of an entry's detail, and of one body. */
enum { DETAIL_BYTES = 12 * 1024, DETAIL_LINES = 160, BODY_BYTES = 4096, BODY_LINES = 40 };

/* The status line is at most so wide, so that times stand in one column near the titles. */
enum { LINE_COLUMNS = 80 };

static const struct {
	const char *word;
	enum tint tint;
} words[] = {
	[STATUS_PASSED] = { "PASS", TINT_GREEN },
	[STATUS_FAILED] = { "FAIL", TINT_RED },
	[STATUS_ERROR] = { "ERROR", TINT_RED },
	[STATUS_WARNING] = { "WARN", TINT_YELLOW },
	[STATUS_SKIPPED] = { "SKIP", TINT_DIM },
	[STATUS_ABORTED] = { "ABORT", TINT_RED },
	[STATUS_NOT_RUN] = { "UNRUN", TINT_RED },
};
static_assert(ARRAY_SIZE(words) == STATUS_COUNT, "a status has no word");

static bool is_flaky(const struct result_case *c)
{
	return c->status == STATUS_PASSED && c->end.flaky;
}

void console_entry_word(const struct screen *s, struct strbuf *out, const struct result_case *c)
{
	const char *word = is_flaky(c) ? "FLAKY" : words[c->status].word;

	screen_tinted(s, out, is_flaky(c) ? TINT_YELLOW : words[c->status].tint, word);
	strbuf_add_repeat(out, ' ', 6 - strlen(word));
}

/* "12 ms", "1 652 ms". */
static void console_duration(struct strbuf *out, uint64_t us)
{
	text_grouped(out, us / 1000 + (us % 1000 >= 500));
	strbuf_adds(out, " ms");
}

/* What stands behind a title: attempts of a flaky pass, the reason of a skip. */
static void add_remark(const struct screen *s, struct strbuf *out, const struct results *r,
	const struct result_case *c)
{
	if (is_flaky(c)) {
		strbuf_addf(out, "   attempt %llu", (unsigned long long)c->end.attempts);
		if (c->nbad) {
			strbuf_adds(out, ", was ");
			screen_text(s, out, c->bad[c->nbad - 1].message);
		}
	} else if (c->status == STATUS_SKIPPED || c->status == STATUS_NOT_RUN) {
		strbuf_adds(out, "   ");
		screen_text(s, out, title_message(r, c));
	}
}

/* What was never asked took no time. */
static bool has_time(const struct result_case *c)
{
	return c->status != STATUS_SKIPPED && c->status != STATUS_NOT_RUN;
}

void console_entry_line(const struct screen *s, struct strbuf *out, const struct results *r,
	const struct result_case *c)
{
	size_t columns = screen_columns(s);
	struct strbuf text, title, time;
	size_t used;

	strbuf_init(&text, limits_default.max_text_bytes);
	strbuf_init(&title, limits_default.max_text_bytes);
	strbuf_init(&time, 64);
	title_add(&title, &c->planned);
	screen_text(s, &text, strbuf_str(&title));
	add_remark(s, &text, r, c);
	if (has_time(c))
		console_duration(&time, c->end.duration_us);
	columns = columns < LINE_COLUMNS ? columns : LINE_COLUMNS;
	used = 6 + utf8_count(strbuf_str(&text)) + time.n;
	console_entry_word(s, out, c);
	strbuf_add(out, strbuf_str(&text));
	if (time.n)
		strbuf_add_repeat(out, ' ', used + 2 < columns ? columns - used : 2);
	strbuf_add(out, strbuf_str(&time));
	strbuf_addc(out, '\n');
	strbuf_release(&text);
	strbuf_release(&title);
	strbuf_release(&time);
}

/* "      why    text", later lines of the text below its first. */
static void add_labelled(const struct screen *s, struct strbuf *out, const char *label, struct str text)
{
	size_t pad = strlen(label) + 2 < LABEL_WIDTH ? LABEL_WIDTH - strlen(label) : 2;
	struct str rest = text;
	struct str first = str_cut(&rest, '\n');

	strbuf_add_repeat(out, ' ', INDENT);
	strbuf_adds(out, label);
	strbuf_add_repeat(out, ' ', pad);
	screen_text(s, out, first);
	strbuf_addc(out, '\n');
	if (rest.p)
		screen_lines(s, out, rest, INDENT + strlen(label) + pad);
}

static void add_fix(const struct screen *s, struct strbuf *out, const struct result_case *c)
{
	struct str fix = title_fix(c);
	struct str owner = c->planned.owner;
	struct strbuf sb;

	if (str_is_empty(fix)) {
		if (!str_is_empty(owner))
			add_labelled(s, out, "owner", owner);
		return;
	}
	strbuf_init(&sb, limits_default.max_text_bytes);
	strbuf_add(&sb, fix);
	if (!str_is_empty(owner))
		strbuf_addf(&sb, " (owner: %.*s)", STR_ARG(owner));
	add_labelled(s, out, "fix", strbuf_str(&sb));
	strbuf_release(&sb);
}

static void add_accepted(const struct screen *s, struct strbuf *out, const struct ev_entry_end *end)
{
	struct strbuf sb;

	strbuf_init(&sb, limits_default.max_text_bytes);
	title_accept(&sb, end);
	if (sb.n)
		add_labelled(s, out, "accept", strbuf_str(&sb));
	strbuf_release(&sb);
}

void console_entry_repro(const struct screen *s, struct strbuf *out, const struct ev_entry_end *end)
{
	for (size_t i = 0; i < end->repro.count; i++) {
		const struct value *v = end->repro.items[i].value;

		if (v && v->type == VALUE_STRING)
			add_labelled(s, out, i ? "" : "again", v->text);
	}
}

static void add_attempts(const struct screen *s, struct strbuf *out, const struct result_case *c)
{
	struct strbuf sb;

	if (c->end.attempts < 2 || !c->nbad)
		return;
	strbuf_init(&sb, limits_default.max_text_bytes);
	for (size_t i = 0; i < c->nbad; i++) {
		const struct bad_attempt *b = &c->bad[i];

		strbuf_addf(&sb, "%s%llu of %llu, ", i ? "\n" : "", (unsigned long long)b->attempt,
			(unsigned long long)c->end.attempts);
		console_duration(&sb, b->duration_us);
		strbuf_addf(&sb, ": %.*s", STR_ARG(b->message));
	}
	add_labelled(s, out, "attempts", strbuf_str(&sb));
	strbuf_release(&sb);
}

static void add_detail(const struct screen *s, struct strbuf *out, const struct results *r,
	const struct result_case *c)
{
	struct strbuf cut;

	if (str_is_empty(c->end.detail)) {
		screen_lines(s, out, title_message(r, c), INDENT);
		return;
	}
	strbuf_init(&cut, limits_default.max_text_bytes);
	(void)text_cut(&cut, c->end.detail, DETAIL_BYTES, DETAIL_LINES);
	screen_lines(s, out, strbuf_str(&cut), 0);
	strbuf_release(&cut);
}

void console_entry_detail(const struct screen *s, struct strbuf *out, const struct results *r,
	const struct result_case *c)
{
	add_detail(s, out, r, c);
	add_attempts(s, out, c);
	if (!str_is_empty(title_why(c)))
		add_labelled(s, out, "why", title_why(c));
	add_fix(s, out, c);
	add_accepted(s, out, &c->end);
	console_entry_repro(s, out, &c->end);
	strbuf_addc(out, '\n');
}

void console_entry_assertion(const struct screen *s, struct strbuf *out, const struct ev_assertion *a)
{
	struct strbuf sb;

	strbuf_init(&sb, limits_default.max_text_bytes);
	strbuf_addf(&sb, "%llu  %.*s", (unsigned long long)a->line, STR_ARG(str_trim(a->source)));
	if (!str_is_empty(a->message))
		strbuf_addf(&sb, "   %.*s", STR_ARG(a->message));
	add_labelled(s, out, a->ok ? "ok" : "not ok", strbuf_str(&sb));
	strbuf_release(&sb);
}

/* An integer of microseconds as the phases have it, 0 for anything else. */
static uint64_t phase_us(const struct value *v)
{
	return v && v->type == VALUE_INT && v->u.integer > 0 ? (uint64_t)v->u.integer : 0;
}

static void add_request(struct strbuf *sb, const struct ev_exchange *x)
{
	if (x->statement.p)
		strbuf_add(sb, str_trim(x->statement));
	else
		strbuf_addf(sb, "%.*s%s%.*s", STR_ARG(x->method), x->method.n ? " " : "", STR_ARG(x->url));
}

static void add_answer(struct strbuf *sb, const struct ev_exchange *x)
{
	strbuf_adds(sb, " ->");
	if (x->status)
		strbuf_addf(sb, " %lld,", (long long)x->status);
	if (x->response_bytes) {
		strbuf_addc(sb, ' ');
		text_grouped(sb, x->response_bytes);
		strbuf_adds(sb, " B,");
	}
	if (x->columns.count)
		strbuf_addf(sb, " %llu %s,", (unsigned long long)x->rows, x->rows == 1 ? "row" : "rows");
	if (x->affected)
		strbuf_addf(sb, " %llu affected,", (unsigned long long)x->affected);
	for (size_t i = 0; i < x->phases_us.count; i++) {
		strbuf_addf(sb, " %.*s ", STR_ARG(x->phases_us.items[i].name));
		console_duration(sb, phase_us(x->phases_us.items[i].value));
		strbuf_addc(sb, ',');
	}
	strbuf_truncate(sb, sb->n - 1);		/* the comma behind the last fact */
}

static void add_headers(struct strbuf *sb, char direction, const struct named_values *headers)
{
	for (size_t i = 0; i < headers->count; i++) {
		strbuf_addf(sb, "%c %.*s: ", direction, STR_ARG(headers->items[i].name));
		value_show_content(sb, headers->items[i].value, BODY_BYTES);
		strbuf_addc(sb, '\n');
	}
}

static void end_line(struct strbuf *sb)
{
	if (sb->n && sb->p[sb->n - 1] != '\n')
		strbuf_addc(sb, '\n');
}

/* The line about it, then what is shown of it; `file` is where the whole is kept. */
static void add_body(struct strbuf *sb, const struct value *v, struct str note, struct str file)
{
	if (!v)
		return;
	strbuf_add(sb, note);
	end_line(sb);
	if (v->type == VALUE_STRING && !value_is_secret(v))
		(void)text_cut_of(sb, v->text, BODY_BYTES, BODY_LINES, file);
	else if (v->type == VALUE_BYTES && !value_is_secret(v))
		text_hex_dump(sb, v->text);
	else
		value_show_content(sb, v, BODY_BYTES);
	end_line(sb);
}

static void add_messages(struct strbuf *sb, const struct ev_exchange *x)
{
	add_headers(sb, '>', &x->request_headers);
	add_body(sb, x->request_body, x->request_note, x->request_file);
	add_headers(sb, '<', &x->response_headers);
	if (x->response_body)
		add_body(sb, x->response_body, x->response_note, x->response_file);
	else
		add_body(sb, x->sample, (struct str){ NULL, 0 }, (struct str){ NULL, 0 });
}

void console_entry_exchange(const struct screen *s, struct strbuf *out, const struct ev_exchange *x,
	bool full)
{
	struct strbuf sb;

	strbuf_init(&sb, limits_default.max_text_bytes);
	add_request(&sb, x);
	add_answer(&sb, x);
	add_labelled(s, out, x->protocol.p ? "sent" : "", strbuf_str(&sb));
	strbuf_clear(&sb);
	if (full)
		add_messages(&sb, x);
	if (sb.n)
		screen_lines(s, out, strbuf_str(&sb), INDENT + LABEL_WIDTH);
	strbuf_release(&sb);
}
