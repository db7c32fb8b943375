/*
 * Queries: a table of pure functions over an observation.
 *
 * A row drives parsing (name, arguments), checking (what it yields), evaluation, help and the manual. Rows without a name are
 * made by kinds for their first and response lines (QUERY_ERROR and the like) and cannot be written in a file.
 */
#ifndef HARNESS_VALUE_QUERY_H
#define HARNESS_VALUE_QUERY_H

#include "harness/base/error.h"
#include "harness/value/observation.h"
#include "harness/value/regex.h"

/* What may stand behind a query's, filter's or predicate's name. */
enum arg_type {
	ARG_NONE,
	ARG_TEXT,	/* quoted string, templated */
	ARG_OPTIONAL_TEXT,	/* the same, where the kind is one of the row's arg_observes; nothing elsewhere */
	ARG_RAW_TEXT,	/* quoted string, no templates (certificate), or no escapes either (cookie) */
	ARG_PATTERN,	/* quoted string or /regex/ */
	ARG_INT,	/* integer or placeholder */
	ARG_NUMBER,	/* number or placeholder */
	ARG_NAME_OR_INDEX,	/* quoted string, bare word (SQL files), or 1-based integer (column) */
	ARG_LITERAL,	/* any literal */
};

/* Which kinds know a query: bits, one a kind of observation. */
enum observes {
	OBSERVES_HTTP = 1,
	OBSERVES_RACE = 2,
	OBSERVES_SQL = 4,
	OBSERVES_REDIS = 8,
	OBSERVES_TCP = 16,
	OBSERVES_MIGRATIONS = 32,
	OBSERVES_SCHEMA = 64,
	OBSERVES_BACKUP = 128,
	OBSERVES_GIT = 256,
	OBSERVES_ANY = 0xffff,
};

struct query {
	const char *name;		/* NULL: internal */
	enum arg_type args[2];
	unsigned yields;		/* set of types; 0: anything */
	unsigned observes;
	unsigned needs;			/* set of need */
	bool extension;			/* not Hurl's: .suite and .sql only */
	/*
	 * args are evaluated (TEXT: STRING; PATTERN: STRING or REGEX; INT, NUMBER: a number). *ret NULL is "no value".
	 * Failure (body is not JSON ...) is ERR_CHECK; err->note may carry a hint. NULL: the value is a member of the tree.
	 */
	int (*eval)(const struct eval *, const struct value *const *args, const struct value **ret, struct error *err);
	const char *help;
	const char *member;		/* of the tree, where eval is NULL; NULL: the member of the query's name */
	unsigned arg_observes;		/* OPTIONAL_TEXT: kinds for which it must stand there */
};

enum query_id {
	QUERY_STATUS, QUERY_HEADER, QUERY_JSONPATH, QUERY_BODY, QUERY_DURATION, QUERY_URL, QUERY_VERSION, QUERY_COOKIE, QUERY_XPATH,
	QUERY_REGEX, QUERY_VARIABLE, QUERY_BYTES, QUERY_SHA256, QUERY_MD5, QUERY_REDIRECTS, QUERY_CERTIFICATE, QUERY_IP, QUERY_RAWBYTES,
	QUERY_RESPONSES, QUERY_ROWS, QUERY_COLUMNS, QUERY_COLUMN, QUERY_LIST, QUERY_VALUE, QUERY_AFFECTED, QUERY_WARNINGS,
	QUERY_REPLY, QUERY_CHANNEL, QUERY_RECEIVED, QUERY_POSITION, QUERY_PROMETHEUS, QUERY_PREVIOUS,
	/* MIGRATIONS */
	QUERY_APPLIED, QUERY_MISSING, QUERY_PENDING, QUERY_UNKNOWN, QUERY_FAILED, QUERY_DUPLICATE, QUERY_OUT_OF_ORDER, QUERY_CHANGED,
	QUERY_ON_DISK, QUERY_TOOL,
	/* SCHEMA */
	QUERY_UNEXPECTED, QUERY_DIFFERENT,
	/* BACKUP */
	QUERY_AGE, QUERY_SERVER, QUERY_DATABASE, QUERY_TABLES, QUERY_VIEWS, QUERY_ROUTINES, QUERY_TRIGGERS, QUERY_EVENTS, QUERY_GTID,
	QUERY_PREVIOUS_BYTES,
	/* GIT */
	QUERY_BRANCH, QUERY_COMMIT, QUERY_TAG, QUERY_CLEAN,
	QUERY_UNAPPLIED,	/* internal: what keeps APPLIED from holding, a line each */
	QUERY_UNMATCHED,	/* internal: the same for MATCHES */
	QUERY_INCOMPLETE,	/* internal: the same for COMPLETE */
	QUERY_ROW_LIST,		/* internal: the rows themselves, for tables */
	QUERY_ERROR,		/* internal: the error object */
	QUERY_ABSENT,		/* internal: RECEIVE ... NONE */
	QUERY_COUNT
};
extern const struct query queries[QUERY_COUNT];

/* What the query finds: its eval, or the member of the tree. *ret NULL is no value. */
int query_eval_call(const struct eval *ev, const struct query *q, const struct value *const *args, const struct value **ret,
		    struct error *err) MUST_USE;

/* By name, NULL when unknown. */
const struct query *query_find(struct str name);

/* The nearest name within two edits, NULL when none is near. */
const char *query_suggest(struct str name);

/*
 * For a query that found no value: what may help, e.g. the nearest key that a jsonpath could have meant. False, and nothing
 * written, when there is nothing to say.
 */
bool query_hint(struct strbuf *out, const struct eval *ev, const struct query *q, const struct value *const *args);

/* May it stand in the brackets of cookie "name[Attribute]"? Case does not count. */
bool query_is_cookie_attribute(struct str name);

/* Is it a field that certificate "Field" can ask for? */
bool query_is_certificate_field(struct str name);

/* A pattern argument (STRING or REGEX), compiled. */
int query_regex(const struct eval *ev, const struct value *pattern, const struct regex **ret, struct error *err) MUST_USE;

/* Text of the body, decoded by its charset. Cached in ev->document. */
int query_text(const struct eval *ev, struct str *ret, struct error *err) MUST_USE;

#endif
