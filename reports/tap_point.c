#include "reports/tap_point.h"

#include "harness/base/limits.h"
#include "harness/report/text.h"
#include "reports/rows_text.h"
#include "reports/title.h"
#include "reports/yaml_writer.h"

enum { POINT_BYTES = 8 * 1024, REASON_CHARS = 300, SHOWN_BYTES = 2048 };

/* How much of each text a point shows; the next is tried when the point gets too large. */
static const size_t text_levels[] = { 2048, 512, 128, 32 };

/* ---- a point ---- */

static void add_cut_text(struct yaml_writer *y, const char *key, struct str s, size_t max)
{
	struct strbuf cut;

	if (str_is_empty(s))
		return;
	strbuf_init(&cut, limits_default.max_text_bytes);
	(void)text_cut(&cut, s, max > 256 ? max : 256, SIZE_MAX);
	yaml_text(y, key, strbuf_str(&cut));
	text_release(&cut, y->out);
}

static void add_cut_string(struct yaml_writer *y, const char *key, struct str s, size_t max)
{
	struct strbuf cut;

	if (str_is_empty(s))
		return;
	strbuf_init(&cut, limits_default.max_text_bytes);
	text_cut_line(&cut, s, max);
	yaml_string(y, key, strbuf_str(&cut));
	text_release(&cut, y->out);
}

static void add_value(struct yaml_writer *y, const char *key, const struct value *v, size_t max)
{
	struct strbuf sb;

	if (!v)
		return;
	strbuf_init(&sb, limits_default.max_text_bytes);
	if (rows_text_fits(v))
		rows_text_add(&sb, v);
	else
		value_show(&sb, v, SHOWN_BYTES);
	add_cut_text(y, key, strbuf_str(&sb), max);
	text_release(&sb, y->out);
}

/* Of an assertion on a number of rows the rows that came, else the value. */
static void add_actual(struct yaml_writer *y, const struct ev_assertion *a, size_t max)
{
	struct strbuf rows;

	strbuf_init(&rows, limits_default.max_text_bytes);
	if (str_is(a->query, "rows") && rows_text_from_detail(&rows, a->detail))
		add_cut_text(y, "actual", strbuf_str(&rows), max);
	else
		add_value(y, "actual", a->actual, max);
	text_release(&rows, y->out);
}

static void add_place(struct yaml_writer *y, const struct result_case *c)
{
	struct place at = title_place(c);

	yaml_open(y, "at");
	yaml_string(y, "file", at.file);
	yaml_uint(y, "line", at.line);
	yaml_close(y);
}

static void add_attempts(struct yaml_writer *y, const struct result_case *c, size_t max)
{
	yaml_open(y, "attempts");
	for (size_t i = 0; i < c->nbad; i++) {
		yaml_item(y);
		yaml_uint(y, "n", c->bad[i].attempt);
		yaml_string(y, "status", str_from(status_word(c->bad[i].status)));
		add_cut_string(y, "message", c->bad[i].message, max);
		yaml_item_end(y);
	}
	if (c->status == STATUS_PASSED) {
		yaml_item(y);
		yaml_uint(y, "n", c->end.attempts);
		yaml_string(y, "status", STR("passed"));
		yaml_item_end(y);
	}
	yaml_close(y);
}

/* The ticket that a failure is accepted by; of a pass, that the line can go. */
static void add_accept(struct yaml_writer *y, const struct ev_entry_end *end)
{
	if (str_is_empty(end->accepted_ticket))
		return;
	yaml_string(y, "accept_ticket", end->accepted_ticket);
	if (end->accept_can_go)
		yaml_bool(y, "accept_can_go", true);
	if (end->accept_can_go || str_is_empty(end->accepted_until))
		return;
	yaml_string(y, "accept_until", end->accepted_until);
	if (end->accepted_days_left > 0)
		yaml_uint(y, "accept_days_left", (uint64_t)end->accepted_days_left);
}

static bool is_key(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] != '_' && (s.p[i] < 'a' || s.p[i] > 'z'))
			return false;
	return s.n > 0 && s.n < 32;
}

static void add_reproduce(struct yaml_writer *y, const struct result_case *c, size_t max)
{
	const struct named_values *l = &c->end.repro;
	bool open = false;

	for (size_t i = 0; i < l->count; i++) {
		const struct named_value *v = &l->items[i];
		char key[32];

		if (!is_key(v->name) || !v->value || v->value->type != VALUE_STRING || !v->value->text.n)
			continue;
		if (!open)
			yaml_open(y, "reproduce");
		open = true;
		memcpy(key, v->name.p, v->name.n);
		key[v->name.n] = '\0';
		add_cut_text(y, key, v->value->text, max);
	}
	if (open)
		yaml_close(y);
}

/* What is known of a case that did not plainly pass. */
static void add_facts(struct yaml_writer *y, const struct results *r, const struct result_case *c, size_t max)
{
	bool passed = c->status == STATUS_PASSED;

	if (!passed) {
		yaml_string(y, "id", c->planned.id);
		yaml_string(y, "status", str_from(status_word(c->status)));
		yaml_string(y, "kind", title_kind(c));
		add_cut_string(y, "message", title_message(r, c), max);
		add_place(y, c);
	}
	if (c->nfailed) {
		add_value(y, "expected", c->failed[0].expected, max);
		add_actual(y, &c->failed[0], max);
	}
	if (c->end.flaky)
		yaml_bool(y, "flaky", true);
	if (c->nbad && c->end.attempts > 1)
		add_attempts(y, c, max);
	if (!passed) {
		add_cut_text(y, "why", title_why(c), max);
		add_cut_text(y, "fix", title_fix(c), max);
		add_reproduce(y, c, max);
	}
}

static void add_block(struct strbuf *out, const struct tap_dialect *d, const struct results *r, const struct result_case *c,
	size_t max)
{
	struct yaml_writer y;
	struct strbuf ms;

	strbuf_init(&ms, 64);
	text_milliseconds(&ms, c->end.duration_us);
	yaml_begin(&y, out, d->indent + 2);
	if (c->status != STATUS_PASSED || c->end.flaky)
		add_facts(&y, r, c, max);
	add_accept(&y, &c->end);
	add_cut_string(&y, "note", c->note, max);
	yaml_decimal(&y, "duration_ms", strbuf_str(&ms));
	yaml_end(&y);
	text_release(&ms, out);
}

static void add_reason(struct strbuf *out, const struct tap_dialect *d, const char *directive, struct str reason)
{
	struct strbuf cut;

	strbuf_init(&cut, limits_default.max_text_bytes);
	text_cut_line(&cut, reason, REASON_CHARS);
	strbuf_adds(out, directive);
	d->escape(out, strbuf_str(&cut));
	text_release(&cut, out);
}

static void add_directive(struct strbuf *out, const struct tap_dialect *d, const struct results *r,
	const struct result_case *c)
{
	if (c->status == STATUS_SKIPPED)
		add_reason(out, d, " # SKIP ", title_message(r, c));
	if (c->status == STATUS_WARNING)
		add_reason(out, d, d->warning, title_message(r, c));
}

void tap_head(struct strbuf *out, const struct tap_dialect *d, bool ok, size_t number, struct str title)
{
	strbuf_add_repeat(out, ' ', d->indent);
	strbuf_addf(out, "%s %zu - ", ok ? "ok" : "not ok", number);
	d->escape(out, title);
}

void tap_point(struct strbuf *out, const struct tap_dialect *d, const struct results *r, const struct result_case *c,
	size_t number)
{
	bool ok = !status_is_red(c->status) && (d->warnings_are_ok || c->status != STATUS_WARNING);
	struct strbuf title;
	size_t start;

	strbuf_init(&title, limits_default.max_text_bytes);
	if (d->names_suite)
		title_add(&title, &c->planned);
	else
		strbuf_add(&title, c->planned.title);
	tap_head(out, d, ok, number, strbuf_str(&title));
	text_release(&title, out);
	add_directive(out, d, r, c);
	strbuf_addc(out, '\n');
	start = out->n;
	for (size_t i = 0; i < ARRAY_SIZE(text_levels) && c->status != STATUS_SKIPPED; i++) {
		strbuf_truncate(out, start);
		add_block(out, d, r, c, text_levels[i]);
		if (out->n - start <= POINT_BYTES)
			break;
	}
}

void tap_bad_file(struct strbuf *out, const struct tap_dialect *d, const struct results *r, struct str id, size_t number)
{
	struct yaml_writer y;
	struct strbuf title, errors;

	strbuf_init(&title, limits_default.max_text_bytes);
	strbuf_init(&errors, limits_default.max_text_bytes);
	if (d->names_suite) {
		strbuf_add(&title, id);
		strbuf_adds(&title, " > ");
	}
	strbuf_adds(&title, "(suite)");
	tap_head(out, d, false, number, strbuf_str(&title));
	text_release(&title, out);
	strbuf_addc(out, '\n');
	yaml_begin(&y, out, d->indent + 2);
	yaml_string(&y, "status", STR("error"));
	yaml_string(&y, "kind", STR("error.file"));
	results_add_errors_of(&errors, r, id);
	add_cut_text(&y, "message", strbuf_str(&errors), SHOWN_BYTES);
	text_release(&errors, out);
	yaml_end(&y);
}

void tap_widening(struct strbuf *out, const struct tap_dialect *d, const struct results *r, size_t number)
{
	struct yaml_writer y;

	tap_head(out, d, false, number, STR("(fail-on)"));
	strbuf_addc(out, '\n');
	yaml_begin(&y, out, d->indent + 2);
	yaml_string(&y, "message", r->end.reason);
	yaml_end(&y);
}

/* ---- the stream around the points ---- */

void tap_version_and_plan(struct strbuf *out, const struct tap_dialect *d, const struct report *r, size_t n)
{
	const struct ev_run_start *run = &r->results->run;

	strbuf_addf(out, "TAP version %u\n1..%zu\n# postflight ", d->version, n);
	d->escape(out, run->version);
	strbuf_adds(out, run->version.n ? " run " : "run ");
	d->escape(out, r->run_id);
	if (run->environment.p) {
		strbuf_adds(out, " environment ");
		d->escape(out, run->environment);
	}
	strbuf_addc(out, '\n');
}

/* Cases that began or should have begun, and have no end. */
static uint64_t unfinished(const struct results *r)
{
	return r->counts.of[STATUS_ABORTED] + r->counts.of[STATUS_NOT_RUN];
}

bool tap_needs_bail_out(const struct results *r)
{
	return !r->ended || unfinished(r) || r->end.verdict == VERDICT_ABORTED;
}

void tap_bail_out_for(struct strbuf *out, const struct tap_dialect *d, struct str reason)
{
	strbuf_adds(out, "Bail out! ");
	d->escape(out, reason);
	strbuf_addc(out, '\n');
}

void tap_bail_out(struct strbuf *out, const struct tap_dialect *d, const struct report *r)
{
	const struct results *res = r->results;

	strbuf_adds(out, "Bail out! ");
	if (!res->ended) {
		strbuf_adds(out, "run ");
		d->escape(out, r->run_id);
		strbuf_adds(out, " has not finished\n");
		return;
	}
	d->escape(out, str_is_empty(res->end.reason) ? STR("the run was stopped") : res->end.reason);
	strbuf_addf(out, ": %llu of %llu entries did not finish\n", (unsigned long long)unfinished(res),
		(unsigned long long)res->counts.entries);
}

bool tap_is_empty(const struct results *r)
{
	return r->ended && r->end.verdict == VERDICT_EMPTY && r->end.exit_status != 0;
}
