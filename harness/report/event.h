/*
 * Events: the one stream that every report is a pure function of. An event is the image of a line of the record (jsonl): masked, cut and
 * rounded when it was made, so that live and replayed reports are equal by construction.
 *
 * One layout table per event kind (event_layout.c) drives the writer, the reader and the round-trip test. Absent strings (p == NULL), empty
 * lists and NULL values are left out of the line.
 *
 * Made by workers (run/box), numbered by the collector in order of arrival. All durations are integer microseconds.
 */
#ifndef HARNESS_REPORT_EVENT_H
#define HARNESS_REPORT_EVENT_H

#include "harness/base/arena.h"
#include "harness/base/error.h"
#include "harness/value/value.h"

/* X(NAME, "word in the record", member of the union) */
#define EVENT_KINDS(X)					\
	X(RUN_START, "run_start", run_start)		\
	X(PLAN, "plan", plan)				\
	X(PLANNED, "planned", planned)			\
	X(TARGET, "target", target)			\
	X(SUITE_START, "suite_start", suite)		\
	X(SUITE_END, "suite_end", suite_end)		\
	X(ATTEMPT_START, "attempt_start", attempt)	\
	X(ATTEMPT_END, "attempt_end", attempt_end)	\
	X(EXCHANGE, "exchange", exchange)		\
	X(ASSERTION, "assertion", assertion)		\
	X(ENTRY_END, "entry_end", entry_end)		\
	X(LOG, "log", log)				\
	X(REPORT, "report", report)			\
	X(RUN_END, "run_end", run_end)

enum event_kind {
#define X(name, word, member) EVENT_##name,
	EVENT_KINDS(X)
#undef X
	EVENT_KIND_COUNT
};

/* X(NAME, "word", letter for compact listings, is red) */
#define STATUSES(X)				\
	X(PASSED, "passed", 'p', false)		\
	X(FAILED, "failed", 'f', true)		\
	X(ERROR, "error", 'e', true)		\
	X(WARNING, "warning", 'w', false)	\
	X(SKIPPED, "skipped", 's', false)	\
	X(ABORTED, "aborted", 'a', true)	\
	X(NOT_RUN, "not_run", 'n', true)

enum status {
#define X(name, word, letter, red) STATUS_##name,
	STATUSES(X)
#undef X
	STATUS_COUNT
};

/* "passed", "failed" ...: as the record has it. */
const char *status_word(enum status s);

/* Does a case that ended so make the run red? */
bool status_is_red(enum status s);

struct text_list {
	const struct str *items;
	size_t count;
};

/* Named values, in order: captures, metrics, variables of an attempt. */
struct named_value {
	struct str name;
	const struct value *value;
	struct str label;		/* metrics with a series: the label's value */
};
struct named_values {
	const struct named_value *items;
	size_t count;
};

struct counts {
	uint64_t entries;
	uint64_t of[STATUS_COUNT];
	uint64_t flaky;
	uint64_t held, not_held;	/* assertions of final attempts */
};

struct ev_run_start {
	struct str tool, version, environment, release, host;
	int64_t pid;
	struct text_list argv;		/* masked */
	struct str run_name;		/* title of the run in reports: "postflight" or "postflight ENVIRONMENT" */
	struct str ci_provider;
	int64_t jobs;
	struct text_list paths;		/* as named on the command line; none: standard input */
	struct str rerun;		/* "postflight run" and the options that judging again needs, quoted for sh, secrets as "$PF_NAME"; absent: cannot */
};

struct ev_plan { struct str hash; uint64_t count; uint64_t suites; };

struct ev_planned {
	struct str id, suite, title, file;
	uint64_t line, column;
	struct str kind;		/* HTTP, SQL, REDIS ... */
	struct text_list tags;
	struct str severity, owner;
	struct str why, fix;
};

/* A connection opened for the first time, or a base URL seen first. */
struct ev_target { struct str name, kind, url, version; };

struct ev_suite { struct str suite, file; };
struct ev_suite_end { struct str suite, file; struct counts counts; uint64_t duration_us; };

struct ev_attempt { struct str id; uint64_t attempt; };
struct ev_attempt_end {
	struct str id;
	uint64_t attempt;
	enum status status;
	struct str kind, message;	/* kind: dotted word; both absent when passed */
	uint64_t duration_us;
	uint64_t retry_in_us;		/* 0: no further attempt */
	bool transport;			/* transport error or status >= 500: makes a later pass flaky */
	struct named_values captures;
};

/* What went over the wire; `protocol` says which of the members are used. */
struct ev_exchange {
	struct str id;
	uint64_t attempt, n, at_us;
	struct str protocol;		/* http, sql, redis, tcp */
	struct str method, url;		/* http; tcp: url is host:port */
	int64_t status;
	struct named_values request_headers, response_headers;
	const struct value *request_body, *response_body;	/* STRING or BYTES, cut */
	struct str request_note, response_note;	/* one line about a body that is binary or was compressed */
	struct str request_file, response_file;	/* --artifacts: where the whole is */
	uint64_t response_bytes;
	uint64_t response_encoded;	/* bytes of a compressed body; 0: it was not */
	struct named_values phases_us;	/* dns connect tls send wait recv; connect exec fetch */
	struct str statement;		/* sql, redis: shown form */
	uint64_t rows, affected;
	struct text_list columns;
	const struct value *sample;	/* first rows; redis: reply; the tree that was judged, cut */
};

struct ev_assertion {
	struct str id;
	uint64_t attempt, n;
	struct str file;
	uint64_t line, column, width;
	struct str source;		/* the line as written */
	struct str query, predicate;
	const struct value *expected, *actual;
	bool ok;
	bool prefer;			/* its failure is a warning */
	struct str message;		/* one line; absent when it held */
	struct str detail;		/* frame, table or diff as text, several lines */
};

struct ev_entry_end {
	struct str id;
	enum status status;
	struct str kind;		/* assert.rows, error.timeout, skip.tags ... absent when passed */
	struct str message;		/* one line */
	struct str detail;		/* everything for people: frame, then tables and facts; several lines */
	bool flaky;
	uint64_t attempts;
	uint64_t held, not_held;
	uint64_t duration_us, at_us;
	int64_t worker;
	struct named_values repro;	/* curl, mysql, redis_cli, postflight -> STRING */
	struct named_values metrics;
	struct text_list artifacts;	/* files of its last attempt that did not pass */
	struct str why, fix;
	struct str accepted_ticket, accepted_until;
	int64_t accepted_days_left;
	bool accept_can_go;		/* it passed: the accept line can go */
};

struct ev_log { struct str level, text, id; };	/* level: warning, note */
struct ev_report { struct str name, path; uint64_t bytes; };

/* X(NAME, "word") in order of precedence */
#define VERDICTS(X)		\
	X(ABORTED, "aborted")	\
	X(FAIL, "fail")		\
	X(ERROR, "error")	\
	X(EMPTY, "empty")	\
	X(PASS, "pass")

enum verdict {
#define X(name, word) VERDICT_##name,
	VERDICTS(X)
#undef X
	VERDICT_COUNT
};

/* "pass", "fail" ...: as the record has it. */
const char *verdict_word(enum verdict v);

struct ev_run_end {
	enum verdict verdict;
	int64_t exit_status;		/* the true one, whatever --advisory makes of it */
	struct counts counts;
	uint64_t duration_us;
	struct str reason;		/* aborted: "stopped by SIGTERM after 61.2 s" */
};

struct event {
	enum event_kind kind;
	uint64_t seq;			/* set by the collector */
	int64_t wall_us;
	uint64_t us;			/* monotonic since the start of the run */
	bool cut;			/* a text in it was cut to fit the line */
	union {
		struct ev_run_start run_start;
		struct ev_plan plan;
		struct ev_planned planned;
		struct ev_target target;
		struct ev_suite suite;
		struct ev_suite_end suite_end;
		struct ev_attempt attempt;
		struct ev_attempt_end attempt_end;
		struct ev_exchange exchange;
		struct ev_assertion assertion;
		struct ev_entry_end entry_end;
		struct ev_log log;
		struct ev_report report;
		struct ev_run_end run_end;
	} u;
};

/* One line of the record, with its line end, at most 256 KiB (the largest texts are cut to fit, marked "cut":true). */
void event_write(struct strbuf *out, const struct event *e, struct str run_id);

/* Reads a line back into `a`. Unknown events give 1, unknown keys are ignored; -1 with ERR_PARSE for what is no event. */
int event_read(struct arena *a, struct str line, struct event *ret, struct str *ret_run_id, struct error *err) MUST_USE;

/* The word of a kind in the record. */
const char *event_word(enum event_kind kind);

/* A deep copy in `a`; false when memory is out. `ret` may be `e` itself, whose texts are then moved into `a`. */
bool event_copy(struct arena *a, const struct event *e, struct event *ret) MUST_USE;

/*
 * Makes an event what its line in the record says, so that live and replayed reports are equal: bytes that are no UTF-8 become
 * visible, the wall time is rounded down to milliseconds, texts are cut as the line would cut them. Changed texts are put in `a`;
 * an event that is fine already costs a scan. False when memory is out.
 */
bool event_settle(struct arena *a, struct event *e) MUST_USE;

#endif
