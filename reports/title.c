#include "reports/title.h"

#include "harness/report/text.h"

void title_add(struct strbuf *out, const struct ev_planned *planned)
{
	strbuf_add(out, planned->suite);
	strbuf_adds(out, " > ");
	strbuf_add(out, planned->title);
}

struct place title_place(const struct result_case *c)
{
	struct place p = { c->planned.file, c->planned.line, c->planned.column };

	if (c->nfailed && c->failed[0].file.p)
		p = (struct place){ c->failed[0].file, c->failed[0].line, c->failed[0].column };
	return p;
}

/* What a status says by itself. */
static const struct {
	struct str message;
	struct str kind;
} defaults[] = {
	[STATUS_PASSED] = { STR_INIT("passed"), STR_INIT("passed") },
	[STATUS_FAILED] = { STR_INIT("an assertion did not hold"), STR_INIT("assert.other") },
	[STATUS_ERROR] = { STR_INIT("could not be asked"), STR_INIT("error.internal") },
	[STATUS_WARNING] = { STR_INIT("an assertion did not hold"), STR_INIT("assert.other") },
	[STATUS_SKIPPED] = { STR_INIT("skipped"), STR_INIT("skip.option") },
	[STATUS_ABORTED] = { STR_INIT("the run stopped while this entry was in flight"),
			     STR_INIT("error.aborted") },
	[STATUS_NOT_RUN] = { STR_INIT("never started"), STR_INIT("error.not_run") },
};
static_assert(ARRAY_SIZE(defaults) == STATUS_COUNT, "a status has no words");

struct str title_message(const struct results *r, const struct result_case *c)
{
	bool stopped = c->status == STATUS_ABORTED || c->status == STATUS_NOT_RUN;

	if (!str_is_empty(c->end.message))
		return c->end.message;
	if (stopped && r->ended && !str_is_empty(r->end.reason))
		return r->end.reason;
	return defaults[c->status].message;
}

struct str title_kind(const struct result_case *c)
{
	return str_is_empty(c->end.kind) ? defaults[c->status].kind : c->end.kind;
}

struct str title_why(const struct result_case *c)
{
	return c->end.why.p ? c->end.why : c->planned.why;
}

struct str title_fix(const struct result_case *c)
{
	return c->end.fix.p ? c->end.fix : c->planned.fix;
}

void title_accept(struct strbuf *out, const struct ev_entry_end *end)
{
	if (str_is_empty(end->accepted_ticket))
		return;
	strbuf_add(out, end->accepted_ticket);
	if (end->accept_can_go)
		strbuf_adds(out, ": it holds now, the accept line can go");
	else if (end->accepted_until.p)
		strbuf_addf(out, " until %.*s (%lld %s left)", STR_ARG(end->accepted_until),
			(long long)end->accepted_days_left, end->accepted_days_left == 1 ? "day" : "days");
}

static const struct {
	enum status status;
	const char *one, *many;
} count_words[] = {
	{ STATUS_FAILED, "failed", "failed" },
	{ STATUS_ERROR, "error", "errors" },
	{ STATUS_WARNING, "warning", "warnings" },
	{ STATUS_SKIPPED, "skipped", "skipped" },
	{ STATUS_ABORTED, "aborted", "aborted" },
	{ STATUS_NOT_RUN, "not run", "not run" },
};

void title_counts(struct strbuf *out, const struct counts *c)
{
	text_grouped(out, c->entries);
	strbuf_adds(out, c->entries == 1 ? " entry: " : " entries: ");
	text_grouped(out, c->of[STATUS_PASSED]);
	strbuf_adds(out, " passed");
	if (c->flaky)
		strbuf_addf(out, " (%llu flaky)", (unsigned long long)c->flaky);
	for (size_t i = 0; i < ARRAY_SIZE(count_words); i++) {
		uint64_t n = c->of[count_words[i].status];

		if (!n)
			continue;
		strbuf_adds(out, ", ");
		text_grouped(out, n);
		strbuf_addf(out, " %s", n == 1 ? count_words[i].one : count_words[i].many);
	}
}
