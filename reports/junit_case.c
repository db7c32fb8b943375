#include "reports/junit_case.h"

#include "harness/base/clock.h"
#include "harness/base/limits.h"
#include "harness/report/text.h"
#include "reports/title.h"

enum { MESSAGE_CHARS = 300, PROPERTIES_MAX = 8, BAD_SHOWN = 5, LABEL_WIDTH = 7 };

static const struct {
	enum junit_class class;
	const char *element;
} classes[] = {
	[STATUS_PASSED] = { JUNIT_PASS, NULL },
	[STATUS_FAILED] = { JUNIT_FAILURE, "failure" },
	[STATUS_ERROR] = { JUNIT_ERROR, "error" },
	[STATUS_WARNING] = { JUNIT_SKIPPED, "skipped" },
	[STATUS_SKIPPED] = { JUNIT_SKIPPED, "skipped" },
	[STATUS_ABORTED] = { JUNIT_ERROR, "error" },
	[STATUS_NOT_RUN] = { JUNIT_ERROR, "error" },
};
static_assert(ARRAY_SIZE(classes) == STATUS_COUNT, "a status has no class");

static const char *const elements[] = {
	[JUNIT_PASS] = NULL, [JUNIT_FAILURE] = "failure", [JUNIT_ERROR] = "error",
	[JUNIT_SKIPPED] = "skipped",
};
static_assert(ARRAY_SIZE(elements) == JUNIT_CLASS_COUNT, "a class has no element");

enum junit_class junit_class_of(const struct result_case *c)
{
	return classes[c->status].class;
}

void junit_count(struct junit_tally *t, enum junit_class class)
{
	t->tests++;
	t->failures += class == JUNIT_FAILURE;
	t->errors += class == JUNIT_ERROR;
	t->skipped += class == JUNIT_SKIPPED;
}

/* ---- attributes ---- */

void junit_attr_time(struct junit *j, uint64_t us)
{
	struct strbuf sb;

	strbuf_init(&sb, 64);
	text_seconds(&sb, us);
	xml_attr(&j->x, "time", strbuf_str(&sb));
	text_release(&sb, j->x.out);
}

void junit_attr_timestamp(struct junit *j, int64_t wall_us)
{
	struct strbuf sb;

	strbuf_init(&sb, 64);
	clock_format(&sb, wall_us, j->dialect->zoned_time ? 3 : 0);
	if (!j->dialect->zoned_time)
		strbuf_truncate(&sb, sb.n - 1);		/* the Z */
	xml_attr(&j->x, "timestamp", strbuf_str(&sb));
	text_release(&sb, j->x.out);
}

static bool is_class_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
		c == '-';
}

/* A package and class as readers expect them: folders become packages. */
static void attr_classname(struct junit *j, struct str file)
{
	struct strbuf sb;

	strbuf_init(&sb, limits_default.max_text_bytes);
	strbuf_adds(&sb, "postflight.");
	for (size_t i = 0; i < file.n; i++) {
		char c = file.p[i] == '/' ? '.' : '_';

		strbuf_addc(&sb, is_class_byte(file.p[i]) ? file.p[i] : c);
	}
	xml_attr(&j->x, "classname", strbuf_str(&sb));
	text_release(&sb, j->x.out);
}

static void attr_type(struct junit *j, struct str kind)
{
	struct strbuf sb;

	strbuf_init(&sb, kind.n + 16);
	strbuf_adds(&sb, "postflight.");
	strbuf_add(&sb, kind);
	xml_attr(&j->x, "type", strbuf_str(&sb));
	text_release(&sb, j->x.out);
}

static void attr_message(struct junit *j, struct str message)
{
	struct strbuf sb;

	strbuf_init(&sb, limits_default.max_text_bytes);
	text_cut_line(&sb, message, MESSAGE_CHARS);
	xml_attr(&j->x, "message", strbuf_str(&sb));
	text_release(&sb, j->x.out);
}

/* ---- texts ---- */

static void add_place(struct strbuf *out, struct place p)
{
	strbuf_adds(out, "\n  at ");
	strbuf_add(out, p.file);
	strbuf_addf(out, ":%llu:%llu", (unsigned long long)p.line, (unsigned long long)p.column);
}

static void add_paragraph(struct strbuf *out, struct str text)
{
	while (text.n && text.p[text.n - 1] == '\n')
		text.n--;
	if (!text.n)
		return;
	strbuf_adds(out, "\n\n");
	strbuf_add(out, text);
}

/* The assertions that the detail does not tell of. */
static void add_other_failures(struct strbuf *out, const struct result_case *c)
{
	for (size_t i = 1; i < c->nfailed; i++) {
		const struct ev_assertion *a = &c->failed[i];

		if (a->prefer || str_is_empty(a->message))
			continue;
		if (a->detail.n && str_find(c->end.detail, a->detail) != SIZE_MAX)
			continue;
		if (!a->detail.n && str_find(c->end.detail, a->message) != SIZE_MAX)
			continue;
		add_paragraph(out, a->message);
		add_place(out, (struct place){ a->file, a->line, a->column });
		add_paragraph(out, a->detail);
	}
}

static void add_labelled(struct strbuf *out, const char *label, struct str text)
{
	struct str rest = text;

	if (str_is_empty(text))
		return;
	strbuf_addc(out, '\n');
	strbuf_adds(out, label);
	strbuf_add_repeat(out, ' ', LABEL_WIDTH - strlen(label));
	strbuf_add(out, str_cut(&rest, '\n'));
	while (rest.p) {
		strbuf_addc(out, '\n');
		strbuf_add_repeat(out, ' ', LABEL_WIDTH);
		strbuf_add(out, str_cut(&rest, '\n'));
	}
}

static void add_accept(struct strbuf *out, const struct result_case *c)
{
	struct strbuf sb;

	strbuf_init(&sb, limits_default.max_text_bytes);
	title_accept(&sb, &c->end);
	add_labelled(out, "accept", strbuf_str(&sb));
	text_release(&sb, out);
}

static void add_remedies(struct strbuf *out, const struct result_case *c)
{
	size_t before = out->n;

	strbuf_addc(out, '\n');
	add_labelled(out, "why", title_why(c));
	add_labelled(out, "fix", title_fix(c));
	add_accept(out, c);
	for (size_t i = 0; i < c->end.repro.count; i++) {
		const struct value *v = c->end.repro.items[i].value;

		if (v && v->type == VALUE_STRING)
			add_labelled(out, i ? "" : "again", v->text);
	}
	if (out->n == before + 1)
		strbuf_truncate(out, before);
}

/* All that is known of a case that is red or a warning. */
static void add_text(struct strbuf *out, const struct junit *j, const struct result_case *c)
{
	struct strbuf detail;

	text_cut_line(out, title_message(j->results, c), MESSAGE_CHARS);
	add_place(out, title_place(c));
	if (!j->level->text)
		return;
	strbuf_init(&detail, limits_default.max_text_bytes);
	(void)text_cut(&detail, c->end.detail, j->level->text, SIZE_MAX);
	add_paragraph(out, strbuf_str(&detail));
	text_release(&detail, out);
	add_other_failures(out, c);
	add_remedies(out, c);
}

/* A text is as long as its level allows, whatever it is made of. */
static void write_text(struct junit *j, const struct strbuf *text)
{
	struct strbuf cut;

	strbuf_init(&cut, limits_default.max_text_bytes);
	(void)text_cut(&cut, strbuf_str(text), 2 * j->level->text + 2048, SIZE_MAX);
	xml_text(&j->x, strbuf_str(&cut));
	text_release(&cut, j->x.out);
}

static void write_case_text(struct junit *j, const struct result_case *c)
{
	struct strbuf text;

	strbuf_init(&text, limits_default.max_text_bytes);
	add_text(&text, j, c);
	write_text(j, &text);
	text_release(&text, j->x.out);
}

/* ---- elements of a test case ---- */

static void write_verdict(struct junit *j, const struct result_case *c)
{
	xml_open(&j->x, classes[c->status].element);
	attr_message(j, title_message(j->results, c));
	attr_type(j, title_kind(c));
	write_case_text(j, c);
	xml_close(&j->x);
}

static void write_skipped(struct junit *j, const struct result_case *c)
{
	bool is_warning = c->status == STATUS_WARNING;
	struct strbuf message, line;

	strbuf_init(&message, limits_default.max_text_bytes);
	strbuf_init(&line, limits_default.max_text_bytes);
	strbuf_adds(&message, is_warning ? "warning: " : "");
	strbuf_add(&message, title_message(j->results, c));
	text_cut_line(&line, strbuf_str(&message), MESSAGE_CHARS);
	xml_open(&j->x, "skipped");
	xml_attr(&j->x, "message", strbuf_str(&line));
	if (is_warning && j->dialect->suite_streams)
		write_case_text(j, c);
	else
		xml_text(&j->x, strbuf_str(&line));
	xml_close(&j->x);
	text_release(&message, j->x.out);
	text_release(&line, j->x.out);
}

static void write_attempt(struct junit *j, const struct result_case *c, const struct bad_attempt *b,
	const char *element)
{
	struct strbuf sb;

	strbuf_init(&sb, limits_default.max_text_bytes);
	strbuf_addf(&sb, "attempt %llu of %llu: ", (unsigned long long)b->attempt,
		(unsigned long long)c->end.attempts);
	text_cut_line(&sb, b->message, MESSAGE_CHARS);
	xml_open(&j->x, element);
	attr_message(j, b->message.n ? b->message : STR("did not hold"));
	attr_type(j, b->kind.n ? b->kind : STR("assert.other"));
	xml_open(&j->x, "stackTrace");
	xml_text(&j->x, strbuf_str(&sb));
	xml_close(&j->x);
	xml_close(&j->x);
	text_release(&sb, j->x.out);
}

/* The first attempt of a red case is its verdict; the later ones are reruns. */
static void write_attempts(struct junit *j, const struct result_case *c)
{
	bool flaky = c->status == STATUS_PASSED && c->end.flaky;
	bool red = status_is_red(c->status);

	for (size_t i = 0; j->dialect->reruns && (flaky || red) && i < c->nbad && i < BAD_SHOWN; i++) {
		const struct bad_attempt *b = &c->bad[i];

		if (flaky || b->attempt > 1)
			write_attempt(j, c, b, flaky ? "flakyFailure" : "rerunFailure");
	}
}

static void add_timeline(struct strbuf *out, const struct result_case *c)
{
	for (size_t i = 0; c->end.attempts > 1 && i < c->nbad; i++) {
		const struct bad_attempt *b = &c->bad[i];

		strbuf_addf(out, "attempt %llu: %s after ", (unsigned long long)b->attempt,
			status_word(b->status));
		text_milliseconds(out, b->duration_us);
		strbuf_adds(out, " ms, ");
		strbuf_add(out, b->message);
		strbuf_addc(out, '\n');
	}
}

static void write_system_out(struct junit *j, const struct result_case *c)
{
	struct strbuf text;

	if (j->dialect->suite_streams)
		return;
	strbuf_init(&text, limits_default.max_text_bytes);
	if (c->status == STATUS_WARNING)
		add_text(&text, j, c);
	else if (c->status != STATUS_SKIPPED)
		add_timeline(&text, c);
	if (text.n && text.n <= j->level->system_out) {
		xml_open(&j->x, "system-out");
		write_text(j, &text);
		xml_close(&j->x);
	}
	text_release(&text, j->x.out);
}

static void write_property(struct junit *j, const char *name, struct str label, struct str value)
{
	struct strbuf sb;

	strbuf_init(&sb, limits_default.max_text_bytes);
	strbuf_adds(&sb, name);
	strbuf_add(&sb, label);
	xml_open(&j->x, "property");
	xml_attr(&j->x, "name", strbuf_str(&sb));
	xml_attr(&j->x, "value", value);
	xml_close(&j->x);
	text_release(&sb, j->x.out);
}

static void add_tags(struct strbuf *out, const struct text_list *tags)
{
	for (size_t i = 0; i < tags->count; i++) {
		strbuf_adds(out, i ? " " : "");
		strbuf_add(out, tags->items[i]);
	}
}

static void write_metric(struct junit *j, const struct named_value *m)
{
	struct strbuf name, text;

	strbuf_init(&name, limits_default.max_text_bytes);
	strbuf_init(&text, limits_default.max_text_bytes);
	strbuf_add(&name, m->name);
	if (m->label.p) {
		strbuf_addc(&name, ' ');
		strbuf_add(&name, m->label);
	}
	value_show_content(&text, m->value, limits_default.max_value_shown);
	write_property(j, "metric ", strbuf_str(&name), strbuf_str(&text));
	text_release(&name, j->x.out);
	text_release(&text, j->x.out);
}

static void write_accept(struct junit *j, const struct result_case *c)
{
	struct strbuf sb;

	strbuf_init(&sb, limits_default.max_text_bytes);
	title_accept(&sb, &c->end);
	if (sb.n)
		write_property(j, "accept", STR(""), strbuf_str(&sb));
	text_release(&sb, j->x.out);
}

static bool has_properties(const struct result_case *c)
{
	const struct ev_planned *p = &c->planned;

	return p->tags.count || p->severity.n || p->owner.n || c->end.metrics.count ||
		c->end.accepted_ticket.n || c->note.n;
}

static void write_properties(struct junit *j, const struct result_case *c)
{
	const struct ev_planned *p = &c->planned;
	struct strbuf tags;

	if (!j->dialect->case_extra || !has_properties(c))
		return;
	xml_open(&j->x, "properties");
	strbuf_init(&tags, limits_default.max_text_bytes);
	add_tags(&tags, &p->tags);
	if (tags.n)
		write_property(j, "tags", STR(""), strbuf_str(&tags));
	text_release(&tags, j->x.out);
	if (p->severity.n)
		write_property(j, "severity", STR(""), p->severity);
	if (p->owner.n)
		write_property(j, "owner", STR(""), p->owner);
	write_accept(j, c);
	if (c->note.n)
		write_property(j, "note", STR(""), c->note);
	for (size_t i = 0; i < c->end.metrics.count && i < PROPERTIES_MAX - 5; i++)
		write_metric(j, &c->end.metrics.items[i]);
	xml_close(&j->x);
}

static void write_case_extra(struct junit *j, const struct result_case *c)
{
	if (!j->dialect->case_extra)
		return;
	xml_attr(&j->x, "file", c->planned.file);
	xml_attr_uint(&j->x, "line", title_place(c).line);
	xml_attr_uint(&j->x, "assertions", c->end.held + c->end.not_held);
	if (c->start_wall_us)
		junit_attr_timestamp(j, c->start_wall_us);
}

void junit_case(struct junit *j, const struct result_case *c)
{
	xml_open(&j->x, "testcase");
	xml_attr(&j->x, "name", c->planned.title);
	attr_classname(j, c->planned.file);
	junit_attr_time(j, c->end.duration_us);
	write_case_extra(j, c);
	write_properties(j, c);
	if (junit_class_of(c) == JUNIT_FAILURE)
		write_verdict(j, c);
	write_attempts(j, c);
	if (junit_class_of(c) == JUNIT_SKIPPED)
		write_skipped(j, c);
	if (junit_class_of(c) == JUNIT_ERROR)
		write_verdict(j, c);
	write_system_out(j, c);
	xml_close(&j->x);
}

/* ---- a test case for all of a suite ---- */

static struct junit_tally tally_of(const struct junit *j, const struct result_suite *s)
{
	struct junit_tally t = { 0 };

	for (size_t i = 0; i < s->ncases; i++)
		junit_count(&t, junit_class_of(&j->results->cases[s->first_case + i]));
	return t;
}

enum junit_class junit_file_class(const struct junit *j, const struct result_suite *s)
{
	struct junit_tally t = tally_of(j, s);

	if (t.failures)
		return JUNIT_FAILURE;
	if (t.errors)
		return JUNIT_ERROR;
	return t.skipped == t.tests ? JUNIT_SKIPPED : JUNIT_PASS;
}

/* The first case of a class, which names the whole. */
static const struct result_case *first_of(const struct junit *j, const struct result_suite *s,
	enum junit_class class)
{
	for (size_t i = 0; i < s->ncases; i++)
		if (junit_class_of(&j->results->cases[s->first_case + i]) == class)
			return &j->results->cases[s->first_case + i];
	return NULL;
}

static void add_file_text(struct strbuf *out, const struct junit *j, const struct result_suite *s)
{
	for (size_t i = 0; i < s->ncases; i++) {
		const struct result_case *c = &j->results->cases[s->first_case + i];

		if (c->status == STATUS_PASSED)
			continue;
		strbuf_adds(out, out->n ? "\n\n" : "");
		strbuf_add(out, c->planned.title);
		strbuf_adds(out, ": ");
		add_text(out, j, c);
	}
}

/* Without the line end and what follows: the text below repeats it. */
static struct str first_line(struct str s)
{
	return str_cut(&s, '\n');
}

static void write_file_verdict(struct junit *j, const struct result_suite *s, enum junit_class class)
{
	const struct result_case *c = first_of(j, s, class);
	struct strbuf text;

	strbuf_init(&text, limits_default.max_text_bytes);
	add_file_text(&text, j, s);
	xml_open(&j->x, elements[class]);
	attr_message(j, first_line(strbuf_str(&text)));
	if (class != JUNIT_SKIPPED)
		attr_type(j, title_kind(c));
	write_text(j, &text);
	xml_close(&j->x);
	text_release(&text, j->x.out);
}

void junit_file_case(struct junit *j, const struct result_suite *s, struct str name)
{
	enum junit_class class = junit_file_class(j, s);

	xml_open(&j->x, "testcase");
	xml_attr(&j->x, "name", name);
	attr_classname(j, s->file);
	junit_attr_time(j, s->duration_us);
	if (j->dialect->case_extra)
		xml_attr(&j->x, "file", s->file);
	if (class != JUNIT_PASS)
		write_file_verdict(j, s, class);
	xml_close(&j->x);
}

/* Where an error with a frame is: what its second line says. Absent: it has no frame. */
static struct str place_of_frame(struct str text)
{
	struct str second;

	(void)str_cut(&text, '\n');
	second = str_trim(str_cut(&text, '\n'));
	return str_starts_with(second, STR("--> ")) ? str_sub(second, 4, second.n) :
		(struct str){ NULL, 0 };
}

static struct str special_message(const struct junit_special *s)
{
	struct str line = first_line(s->message);

	return str_starts_with(line, STR("error: ")) ? str_sub(line, 7, line.n) : line;
}

static void add_special_text(struct strbuf *out, const struct junit_special *s)
{
	struct str place = place_of_frame(s->message);

	text_cut_line(out, special_message(s), MESSAGE_CHARS);
	if (place.p) {
		strbuf_adds(out, "\n  at ");
		strbuf_add(out, place);
		add_paragraph(out, s->message);
	}
}

void junit_special_case(struct junit *j, const struct junit_special *s)
{
	struct strbuf text;

	strbuf_init(&text, limits_default.max_text_bytes);
	add_special_text(&text, s);
	xml_open(&j->x, "testcase");
	xml_attr(&j->x, "name", str_from(s->name));
	attr_classname(j, s->file);
	junit_attr_time(j, 0);
	xml_open(&j->x, elements[s->class]);
	attr_message(j, special_message(s));
	if (s->class != JUNIT_SKIPPED)
		attr_type(j, str_from(s->type));
	write_text(j, &text);
	xml_close(&j->x);
	xml_close(&j->x);
	text_release(&text, j->x.out);
}
