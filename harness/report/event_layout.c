#include "harness/report/event_layout.h"

#define AT(member) offsetof(struct event, u.member)
#define FIELD(key, type, member) { NULL, key, FIELD_##type, false, AT(member) }
#define OPTIONAL(key, type, member) { NULL, key, FIELD_##type, true, AT(member) }
#define IN(group, key, type, member) { group, key, FIELD_##type, false, AT(member) }
#define OPTIONAL_IN(group, key, type, member) { group, key, FIELD_##type, true, AT(member) }

static const struct event_field run_start[] = {
	IN("tool", "name", STR, run_start.tool),
	IN("tool", "version", STR, run_start.version),
	FIELD("name", STR, run_start.run_name),
	FIELD("environment", STR, run_start.environment),
	FIELD("release", STR, run_start.release),
	FIELD("host", STR, run_start.host),
	FIELD("pid", I64, run_start.pid),
	FIELD("argv", TEXTS, run_start.argv),
	IN("ci", "provider", STR, run_start.ci_provider),
	FIELD("jobs", I64, run_start.jobs),
	FIELD("paths", TEXTS, run_start.paths),
	FIELD("rerun", STR, run_start.rerun),
};

static const struct event_field plan[] = {
	FIELD("hash", STR, plan.hash),
	FIELD("count", U64, plan.count),
	FIELD("suites", U64, plan.suites),
};

static const struct event_field planned[] = {
	FIELD("id", STR, planned.id),
	FIELD("suite", STR, planned.suite),
	FIELD("title", STR, planned.title),
	FIELD("file", STR, planned.file),
	FIELD("line", U64, planned.line),
	FIELD("column", U64, planned.column),
	FIELD("kind", STR, planned.kind),
	FIELD("tags", TEXTS, planned.tags),
	FIELD("severity", STR, planned.severity),
	FIELD("owner", STR, planned.owner),
	FIELD("why", STR, planned.why),
	FIELD("fix", STR, planned.fix),
};

static const struct event_field target[] = {
	FIELD("name", STR, target.name),
	FIELD("kind", STR, target.kind),
	FIELD("url", STR, target.url),
	FIELD("version", STR, target.version),
};

static const struct event_field suite_start[] = {
	FIELD("suite", STR, suite.suite),
	FIELD("file", STR, suite.file),
};

static const struct event_field suite_end[] = {
	FIELD("suite", STR, suite_end.suite),
	FIELD("file", STR, suite_end.file),
	FIELD("counts", COUNTS, suite_end.counts),
	FIELD("duration_us", U64, suite_end.duration_us),
};

static const struct event_field attempt_start[] = {
	FIELD("id", STR, attempt.id),
	FIELD("attempt", U64, attempt.attempt),
};

static const struct event_field attempt_end[] = {
	FIELD("id", STR, attempt_end.id),
	FIELD("attempt", U64, attempt_end.attempt),
	FIELD("status", STATUS, attempt_end.status),
	FIELD("kind", STR, attempt_end.kind),
	FIELD("message", STR, attempt_end.message),
	FIELD("duration_us", U64, attempt_end.duration_us),
	OPTIONAL("retry_in_us", U64, attempt_end.retry_in_us),
	OPTIONAL("transport", BOOL, attempt_end.transport),
	FIELD("captures", NAMED, attempt_end.captures),
};

static const struct event_field exchange[] = {
	FIELD("id", STR, exchange.id),
	FIELD("attempt", U64, exchange.attempt),
	FIELD("n", U64, exchange.n),
	FIELD("at_us", U64, exchange.at_us),
	FIELD("protocol", STR, exchange.protocol),
	FIELD("method", STR, exchange.method),
	FIELD("url", STR, exchange.url),
	OPTIONAL("status", I64, exchange.status),
	IN("req", "headers", PAIRS, exchange.request_headers),
	IN("req", "body", VALUE, exchange.request_body),
	IN("req", "note", STR, exchange.request_note),
	IN("req", "file", STR, exchange.request_file),
	IN("res", "headers", PAIRS, exchange.response_headers),
	IN("res", "body", VALUE, exchange.response_body),
	IN("res", "note", STR, exchange.response_note),
	IN("res", "file", STR, exchange.response_file),
	OPTIONAL_IN("res", "bytes", U64, exchange.response_bytes),
	OPTIONAL_IN("res", "encoded", U64, exchange.response_encoded),
	FIELD("phases_us", NAMED, exchange.phases_us),
	FIELD("stmt", STR, exchange.statement),
	OPTIONAL("rows", U64, exchange.rows),
	OPTIONAL("affected", U64, exchange.affected),
	FIELD("columns", TEXTS, exchange.columns),
	FIELD("sample", VALUE, exchange.sample),
};

static const struct event_field assertion[] = {
	FIELD("id", STR, assertion.id),
	FIELD("attempt", U64, assertion.attempt),
	FIELD("n", U64, assertion.n),
	FIELD("file", STR, assertion.file),
	FIELD("line", U64, assertion.line),
	FIELD("column", U64, assertion.column),
	OPTIONAL("width", U64, assertion.width),
	FIELD("source", STR, assertion.source),
	FIELD("query", STR, assertion.query),
	FIELD("predicate", STR, assertion.predicate),
	FIELD("expected", VALUE, assertion.expected),
	FIELD("actual", VALUE, assertion.actual),
	FIELD("ok", BOOL, assertion.ok),
	OPTIONAL("prefer", BOOL, assertion.prefer),
	FIELD("message", STR, assertion.message),
	FIELD("detail", STR, assertion.detail),
};

static const struct event_field entry_end[] = {
	FIELD("id", STR, entry_end.id),
	FIELD("status", STATUS, entry_end.status),
	FIELD("kind", STR, entry_end.kind),
	FIELD("message", STR, entry_end.message),
	FIELD("detail", STR, entry_end.detail),
	OPTIONAL("flaky", BOOL, entry_end.flaky),
	FIELD("attempts", U64, entry_end.attempts),
	IN("assertions", "held", U64, entry_end.held),
	IN("assertions", "failed", U64, entry_end.not_held),
	FIELD("duration_us", U64, entry_end.duration_us),
	FIELD("at_us", U64, entry_end.at_us),
	FIELD("worker", I64, entry_end.worker),
	FIELD("repro", NAMED, entry_end.repro),
	FIELD("metrics", NAMED, entry_end.metrics),
	FIELD("artifacts", TEXTS, entry_end.artifacts),
	FIELD("why", STR, entry_end.why),
	FIELD("fix", STR, entry_end.fix),
	IN("accepted", "ticket", STR, entry_end.accepted_ticket),
	IN("accepted", "until", STR, entry_end.accepted_until),
	OPTIONAL_IN("accepted", "days_left", I64, entry_end.accepted_days_left),
	OPTIONAL_IN("accepted", "can_go", BOOL, entry_end.accept_can_go),
};

static const struct event_field log_line[] = {
	FIELD("level", STR, log.level),
	FIELD("text", STR, log.text),
	FIELD("id", STR, log.id),
};

static const struct event_field report[] = {
	FIELD("name", STR, report.name),
	FIELD("path", STR, report.path),
	FIELD("bytes", U64, report.bytes),
};

static const struct event_field run_end[] = {
	FIELD("verdict", VERDICT, run_end.verdict),
	FIELD("exit", I64, run_end.exit_status),
	FIELD("counts", COUNTS, run_end.counts),
	FIELD("duration_us", U64, run_end.duration_us),
	FIELD("reason", STR, run_end.reason),
};

#define ROWS(kind, rows) [EVENT_##kind] = { rows, ARRAY_SIZE(rows) }

static const struct {
	const struct event_field *rows;
	size_t n;
} layouts[] = {
	ROWS(RUN_START, run_start),
	ROWS(PLAN, plan),
	ROWS(PLANNED, planned),
	ROWS(TARGET, target),
	ROWS(SUITE_START, suite_start),
	ROWS(SUITE_END, suite_end),
	ROWS(ATTEMPT_START, attempt_start),
	ROWS(ATTEMPT_END, attempt_end),
	ROWS(EXCHANGE, exchange),
	ROWS(ASSERTION, assertion),
	ROWS(ENTRY_END, entry_end),
	ROWS(LOG, log_line),
	ROWS(REPORT, report),
	ROWS(RUN_END, run_end),
};
static_assert(ARRAY_SIZE(layouts) == EVENT_KIND_COUNT, "an event has no layout");

static const struct event_field counts[] = {
	{ NULL, "entries", FIELD_U64, false, offsetof(struct counts, entries) },
#define X(name, word, letter, red) \
	{ NULL, word, FIELD_U64, false, \
	  offsetof(struct counts, of) + STATUS_##name * sizeof(uint64_t) },
	STATUSES(X)
#undef X
	{ NULL, "flaky", FIELD_U64, false, offsetof(struct counts, flaky) },
	{ "assertions", "held", FIELD_U64, false, offsetof(struct counts, held) },
	{ "assertions", "failed", FIELD_U64, false, offsetof(struct counts, not_held) },
};

const struct event_field *event_layout(enum event_kind kind, size_t *ret_n)
{
	assert(kind < EVENT_KIND_COUNT);
	*ret_n = layouts[kind].n;
	return layouts[kind].rows;
}

const struct event_field *counts_layout(size_t *ret_n)
{
	*ret_n = ARRAY_SIZE(counts);
	return counts;
}
