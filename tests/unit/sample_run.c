#include "tests/unit/sample_run.h"

#include "harness/report/event_layout.h"

static uint64_t mono(void *ctx)
{
	return ((struct sample_clock *)ctx)->mono_us;
}

static int64_t wall(void *ctx)
{
	return ((struct sample_clock *)ctx)->wall_us;
}

void sample_clock_init(struct sample_clock *c)
{
	*c = (struct sample_clock){ .mono_us = 5000000, .wall_us = INT64_C(1795490100120000) };
	c->clock = (struct clock){ .mono_us = mono, .wall_us = wall, .ctx = c };
}

/* xorshift64* */
uint64_t sample_random(struct sample_random *r, uint64_t below)
{
	if (!r->state)
		r->state = 88172645463325252u;
	r->state ^= r->state >> 12;
	r->state ^= r->state << 25;
	r->state ^= r->state >> 27;
	return (r->state * 2685821657736338717u >> 16) % below;
}

static const struct str snippets[] = {
	STR_INIT("]]>"), STR_INIT("::error::boo"), STR_INIT("\n::error file=x::y\n"), STR_INIT("##vso[task.x]"),
	STR_INIT("##[error]"), STR_INIT("..."), STR_INIT("\n...\n"), STR_INIT("\n---\n"), STR_INIT("---"),
	STR_INIT("\nok 1\n"), STR_INIT("ok 1"), STR_INIT("\nnot ok 7 - x\n"), STR_INIT("\nBail out! no\n"),
	STR_INIT("Bail out!"), STR_INIT("|"), STR_INIT("\xe2\x80\xae"), STR_INIT("</script>"), STR_INIT("&amp;<x>"),
	STR_INIT("\""), STR_INIT("'"), STR_INIT("\\"), STR_INIT("\r\n"), STR_INIT("\t"), STR_INIT(" # TODO x"),
	STR_INIT("# SKIP"), STR_INIT("\\# TODO"), STR_INIT("1..0"), STR_INIT("\n1..9\n"), STR_INIT("\n  key: value"),
	STR_INIT("\x00"), STR_INIT("\x1b[31m"), STR_INIT("\xff\xfe"), STR_INIT("\xef\xbf\xbe"), STR_INIT("\xef\xbb\xbf"),
	STR_INIT("section_start:1:x"), STR_INIT("\xc3\xa9\xe2\x82\xac\xf0\x9f\x8d\x95"), STR_INIT("  "), STR_INIT("\n\n\n"),
	STR_INIT("<!DOCTYPE x>"), STR_INIT("TAP version 14"), STR_INIT("&#27;"), STR_INIT("{\"a\":1}"), STR_INIT("~"),
};

struct str sample_nasty(struct arena *a, struct sample_random *r)
{
	struct strbuf sb;
	struct str s;
	size_t parts = sample_random(r, 6);

	strbuf_init(&sb, 1 << 20);
	strbuf_adds(&sb, "x");
	for (size_t i = 0; i < parts; i++) {
		if (sample_random(r, 2))
			strbuf_add(&sb, snippets[sample_random(r, ARRAY_SIZE(snippets))]);
		for (size_t j = sample_random(r, 8); j > 0; j--)
			strbuf_addc(&sb, (char)sample_random(r, 256));
	}
	if (!sample_random(r, 40))
		strbuf_add_repeat(&sb, 'L', 70000);
	s = arena_str(a, strbuf_str(&sb));
	strbuf_release(&sb);
	return s;
}

/* ---- any event ---- */

static const struct value *random_value(struct arena *a, struct sample_random *r, int depth)
{
	struct value_list_builder list = { 0 };
	struct value_object_builder object = { 0 };

	switch (sample_random(r, depth > 2 ? 6 : 8)) {
	case 0:
		return value_null();
	case 1:
		return value_bool(sample_random(r, 2));
	case 2:
		return value_int(a, (int64_t)sample_random(r, 1 << 30) - (1 << 29));
	case 3:
		return value_decimal(a, STR("25.50"));
	case 4:
		return value_bigint(a, STR("18446744073709551616"));
	case 5:
		return value_string(a, arena_printf(a, "text %u", (unsigned)sample_random(r, 1000)));
	case 6:
		for (size_t i = sample_random(r, 4); i > 0; i--)
			value_list_add(a, &list, random_value(a, r, depth + 1));
		return value_list_finish(a, &list);
	default:
		for (size_t i = sample_random(r, 4); i > 0; i--)
			value_object_add(a, &object, arena_printf(a, "k%zu", i),
				random_value(a, r, depth + 1));
		return value_object_finish(a, &object);
	}
}

static struct str random_text(struct arena *a, struct sample_random *r)
{
	struct str s = sample_nasty(a, r);

	/* what a line holds exactly: valid UTF-8 */
	return str_make(s.p, utf8_check(s) == SIZE_MAX ? s.n : utf8_check(s));
}

static struct named_values random_named(struct arena *a, struct sample_random *r, bool labels)
{
	size_t n = sample_random(r, 4);
	struct named_value *items = arena_array(a, n + 1, sizeof(*items));

	for (size_t i = 0; i < n; i++) {
		items[i].name = arena_printf(a, "name_%zu", i / 2);
		items[i].value = random_value(a, r, 0);
		if (labels && sample_random(r, 2))
			items[i].label = random_text(a, r);
	}
	return (struct named_values){ n ? items : NULL, n };
}

static void fill(struct arena *a, struct sample_random *r, const struct event_field *rows, size_t n, void *base);

static void fill_field(struct arena *a, struct sample_random *r, const struct event_field *f, void *p)
{
	struct str *texts;
	size_t n;

	switch (f->type) {
	case FIELD_STR:
		if (sample_random(r, 4))
			*(struct str *)p = random_text(a, r);
		break;
	case FIELD_U64:
		*(uint64_t *)p = sample_random(r, 3) ? sample_random(r, UINT64_MAX) << sample_random(r, 17) : 0;
		break;
	case FIELD_I64:
		*(int64_t *)p = (int64_t)sample_random(r, 2000) - 1000;
		break;
	case FIELD_BOOL:
		*(bool *)p = sample_random(r, 2);
		break;
	case FIELD_STATUS:
		*(enum status *)p = (enum status)sample_random(r, STATUS_COUNT);
		break;
	case FIELD_VERDICT:
		*(enum verdict *)p = (enum verdict)sample_random(r, VERDICT_COUNT);
		break;
	case FIELD_VALUE:
		if (sample_random(r, 4))
			*(const struct value **)p = random_value(a, r, 0);
		break;
	case FIELD_TEXTS:
		n = sample_random(r, 4);
		texts = arena_array(a, n + 1, sizeof(*texts));
		for (size_t i = 0; i < n; i++)
			texts[i] = random_text(a, r);
		*(struct text_list *)p = (struct text_list){ n ? texts : NULL, n };
		break;
	case FIELD_NAMED:
	case FIELD_PAIRS:
		*(struct named_values *)p = random_named(a, r, f->type == FIELD_NAMED);
		break;
	case FIELD_COUNTS:
		fill(a, r, counts_layout(&n), ARRAY_SIZE(((struct counts *)0)->of) + 4, p);
		break;
	case FIELD_TYPE_COUNT:
		break;
	}
}

static void fill(struct arena *a, struct sample_random *r, const struct event_field *rows, size_t n, void *base)
{
	for (size_t i = 0; i < n; i++)
		fill_field(a, r, &rows[i], (char *)base + rows[i].offset);
}

struct event sample_event(struct arena *a, struct sample_random *r, enum event_kind kind)
{
	struct event e = { .kind = kind };
	size_t n;
	const struct event_field *rows = event_layout(kind, &n);

	e.seq = sample_random(r, 1 << 20);
	e.us = sample_random(r, UINT64_MAX);
	e.wall_us = (int64_t)sample_random(r, UINT64_C(4000000000000)) * 1000;
	fill(a, r, rows, n, &e);
	return e;
}

/* ---- a run ---- */

struct maker {
	const struct sample_options *o;
	struct arena arena;
	struct sample_random random;
	sample_sink *sink;
	void *ctx;
	struct sample_counts counts;
	size_t nbad;
};

static void send(struct maker *m, struct event *e)
{
	m->sink(m->ctx, e);
}

static struct str text(struct maker *m, const char *plain)
{
	return m->o->nasty ? sample_nasty(&m->arena, &m->random) : str_from(plain);
}

static struct str case_id(struct maker *m, size_t i)
{
	return arena_printf(&m->arena, "%012zx", i + 1);
}

static size_t suite_of(const struct maker *m, size_t i)
{
	size_t per = (m->o->entries + m->o->suites - 1) / m->o->suites;

	return i / per;
}

static struct str suite_file(struct maker *m, size_t suite)
{
	return arena_printf(&m->arena, "suites/part-%zu.sql", suite);
}

/* The first two suites share a name, as two files may. */
static struct str suite_name(struct maker *m, size_t suite)
{
	return suite < 2 ? STR("Order path") : suite_file(m, suite);
}

static void plan_entry(struct maker *m, size_t i)
{
	struct event e = { .kind = EVENT_PLANNED };
	size_t suite = suite_of(m, i);

	e.u.planned = (struct ev_planned){
		.id = case_id(m, i),
		.suite = suite_name(m, suite),
		.file = suite_file(m, suite),
		.title = m->o->nasty ? arena_printf(&m->arena, "%zu ", i) :
			arena_printf(&m->arena, "entry number %zu", i),
		.line = 12 + i, .column = 0,
		.kind = STR("SQL"),
		.owner = i % 3 ? (struct str){ NULL, 0 } : STR("auth"),
		.why = i % 2 ? (struct str){ NULL, 0 } : STR("an orphan token can be refreshed for ever"),
	};
	if (m->o->nasty) {
		struct str nasty = sample_nasty(&m->arena, &m->random);
		struct strbuf sb;

		strbuf_init(&sb, 1 << 20);
		strbuf_add(&sb, e.u.planned.title);
		strbuf_add(&sb, str_sub(nasty, 0, 200));
		e.u.planned.title = arena_str(&m->arena, strbuf_str(&sb));
		strbuf_release(&sb);
	}
	send(m, &e);
}

static void send_attempt(struct maker *m, size_t i, uint64_t attempt, enum status status)
{
	struct event start = { .kind = EVENT_ATTEMPT_START };
	struct event end = { .kind = EVENT_ATTEMPT_END };

	start.u.attempt = (struct ev_attempt){ case_id(m, i), attempt };
	send(m, &start);
	end.u.attempt_end = (struct ev_attempt_end){
		.id = case_id(m, i), .attempt = attempt, .status = status, .duration_us = 1000 * attempt,
	};
	if (status != STATUS_PASSED) {
		end.u.attempt_end.kind = STR("error.timeout");
		end.u.attempt_end.message = text(m, "no answer within 450 ms");
		end.u.attempt_end.transport = true;
	}
	send(m, &end);
}

static const struct value *cell(struct maker *m)
{
	if (m->o->nasty)
		return value_string(&m->arena, sample_nasty(&m->arena, &m->random));
	return value_int(&m->arena, (int64_t)sample_random(&m->random, 1000));
}

static const struct value *rows(struct maker *m)
{
	struct value_list_builder list = { 0 };

	for (int i = 0; i < 2; i++) {
		struct value_object_builder row = { 0 };

		value_object_add(&m->arena, &row, STR("id"), cell(m));
		value_object_add(&m->arena, &row, STR("usuario_id"), cell(m));
		value_list_add(&m->arena, &list, value_object_finish(&m->arena, &row));
	}
	return value_list_finish(&m->arena, &list);
}

static void send_failed_assertion(struct maker *m, size_t i, uint64_t attempt)
{
	struct event e = { .kind = EVENT_ASSERTION };

	e.u.assertion = (struct ev_assertion){
		.id = case_id(m, i), .attempt = attempt, .n = 1,
		.file = suite_file(m, suite_of(m, i)), .line = 14 + i,
		.source = text(m, "-- expect: empty"),
		.query = STR("rows"), .predicate = STR("isEmpty"),
		.expected = value_string(&m->arena, text(m, "no rows")), .actual = rows(m),
		.message = text(m, "expected no rows, got 2"),
	};
	send(m, &e);
}

static void fill_bad_end(struct maker *m, struct ev_entry_end *end)
{
	struct named_value *again = arena_array(&m->arena, 1, sizeof(*again));

	again[0].name = STR("mysql");
	again[0].value = value_string(&m->arena, text(m, "mysql -h 127.0.0.1 -p -e 'SELECT 1'"));
	end->repro = (struct named_values){ again, 1 };
	end->kind = end->status == STATUS_ERROR ? STR("error.timeout") : STR("assert.rows");
	end->message = text(m, "expected no rows, got 2");
	end->detail = text(m, "error: Assert failure\n  --> suites/part-0.sql:12:0\n   |\n"
		"12 | -- expect: empty\n   |   actual:   2 rows\n   |   expected: no rows\n   |\n");
	end->fix = text(m, "DELETE them, then add the foreign key");
	end->not_held = 1;
}

static void end_entry(struct maker *m, size_t i, enum status status, bool flaky)
{
	struct event e = { .kind = EVENT_ENTRY_END };
	struct ev_entry_end *end = &e.u.entry_end;

	*end = (struct ev_entry_end){
		.id = case_id(m, i), .status = status, .flaky = flaky, .held = 3,
		.attempts = flaky || status == STATUS_ERROR ? 3 : 1,
		.duration_us = 12410 + 1000 * i,
	};
	if (status == STATUS_SKIPPED) {
		end->attempts = 0;
		end->kind = STR("skip.tags");
		end->message = text(m, "tags: slow not selected");
	} else if (status != STATUS_PASSED) {
		fill_bad_end(m, end);
	}
	send(m, &e);
	m->counts.of[status]++;
	m->counts.flaky += flaky;
}

/* The status of each bad entry, in turn; PASSED is a flaky one. */
static const enum status bad_statuses[] = {
	STATUS_FAILED, STATUS_ERROR, STATUS_SKIPPED, STATUS_WARNING, STATUS_PASSED,
};

static void run_entry(struct maker *m, size_t i)
{
	bool bad = sample_random(&m->random, 100) < m->o->bad_percent;
	enum status status = bad ? bad_statuses[m->nbad++ % ARRAY_SIZE(bad_statuses)] : STATUS_PASSED;
	bool flaky = bad && status == STATUS_PASSED;

	if (m->o->all_skipped)
		status = STATUS_SKIPPED;
	if (status != STATUS_SKIPPED) {
		for (uint64_t attempt = 1; attempt < 3 && (flaky || status == STATUS_ERROR); attempt++)
			send_attempt(m, i, attempt, STATUS_ERROR);
		send_attempt(m, i, flaky || status == STATUS_ERROR ? 3 : 1, status);
	}
	if (status == STATUS_FAILED || status == STATUS_WARNING)
		send_failed_assertion(m, i, 1);
	end_entry(m, i, status, flaky && !m->o->all_skipped);
}

static void border(struct maker *m, size_t suite, bool start)
{
	struct event e = { .kind = start ? EVENT_SUITE_START : EVENT_SUITE_END };

	if (start)
		e.u.suite = (struct ev_suite){ suite_name(m, suite), suite_file(m, suite) };
	else
		e.u.suite_end = (struct ev_suite_end){
			.suite = suite_name(m, suite), .file = suite_file(m, suite), .duration_us = 1441000,
		};
	send(m, &e);
}

static void run_entries(struct maker *m)
{
	size_t n = m->o->ending == SAMPLE_FINISHED ? m->o->entries : m->o->entries * 2 / 3;

	for (size_t i = 0; i < n; i++) {
		if (i == 0 || suite_of(m, i) != suite_of(m, i - 1))
			border(m, suite_of(m, i), true);
		run_entry(m, i);
		if (i + 1 == m->o->entries || suite_of(m, i) != suite_of(m, i + 1))
			border(m, suite_of(m, i), false);
	}
	if (n < m->o->entries) {
		struct event e = { .kind = EVENT_ATTEMPT_START };

		e.u.attempt = (struct ev_attempt){ case_id(m, n), 1 };
		send(m, &e);
		m->counts.of[STATUS_ABORTED] = 1;
		m->counts.of[STATUS_NOT_RUN] = m->o->entries - n - 1;
	}
}

static void send_head(struct maker *m)
{
	struct event run = { .kind = EVENT_RUN_START };
	struct event plan = { .kind = EVENT_PLAN };
	struct event target = { .kind = EVENT_TARGET };

	run.u.run_start = (struct ev_run_start){
		.tool = STR("postflight"), .version = STR("1.4.0"), .environment = STR("staging"),
		.release = STR("2026.11.24-3"), .host = STR("deploy-1"), .run_name = STR("postflight staging"),
		.ci_provider = str_from(m->o->ci), .jobs = 4,
	};
	send(m, &run);
	plan.u.plan = (struct ev_plan){ STR("9f2c"), m->o->entries, m->o->suites };
	send(m, &plan);
	for (size_t i = 0; i < m->o->entries; i++)
		plan_entry(m, i);
	target.u.target = (struct ev_target){ STR("main"), STR("mysql"), STR("mysql://127.0.0.1:3306/x"), STR("8.0.39") };
	send(m, &target);
}

struct sample_counts sample_run(const struct sample_options *o, sample_sink *sink, void *ctx,
	struct ev_run_end *ret_end)
{
	struct maker m = { .o = o, .random = { o->seed }, .sink = sink, .ctx = ctx };

	arena_init(&m.arena, (size_t)1 << 30);
	m.counts.entries = o->entries;
	send_head(&m);
	run_entries(&m);
	assert(!arena_failed(&m.arena));
	arena_release(&m.arena);
	*ret_end = (struct ev_run_end){ .verdict = VERDICT_COUNT, .duration_us = 2345000,
					.exit_status = o->exit_status };
	if (o->ending == SAMPLE_STOPPED)
		ret_end->reason = STR("stopped by SIGTERM after 61.2 s");
	return m.counts;
}

static void to_reports(void *ctx, struct event *e)
{
	struct error err;
	bool taken = report_set_event(ctx, e, &err) == 0;

	assert(taken);
}

struct sample_counts sample_report(const struct sample_options *o, struct report_set *s)
{
	struct ev_run_end end;
	struct error err;
	struct sample_counts counts = sample_run(o, to_reports, s, &end);
	bool written = o->ending == SAMPLE_KILLED || report_set_finish(s, &end, &err) == 0;

	assert(written);
	return counts;
}
