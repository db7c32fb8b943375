/*
 * The shape of observations. A probe reports what it saw as one object; nothing else is judged. Members that do not apply are absent.
 *
 * HTTP		status INT, version STRING "1.1", url STRING, headers LIST of {name STRING, value STRING},
 *		rawbytes BYTES (as received), body BYTES (content encoding undone) or body_error STRING,
 *		duration INT ms, ip STRING, redirects LIST of REDIRECT, certificate OBJECT {Subject, Issuer, Start-Date, ...}
 * HTTP race	responses LIST of {status, headers, body STRING, json any, duration, error STRING}, spread_us INT, duration INT
 * SQL		rows LIST of OBJECT (column label: value), row_count INT (all that came, also those not kept), columns LIST of STRING,
 *		affected INT, warnings INT, warning_list LIST of {level, code, message}, duration INT ms, cut BOOL (rows were not kept)
 * REDIS	reply any (nil is NULL), duration INT ms; RECEIVE also channel STRING, received INT, position INT, and `absent` BOOL true
 *		when nothing was selected in time, with `nearest` the most similar message
 * TCP		duration INT ms
 * MIGRATIONS	applied, missing, pending, unknown, failed, duplicate, out-of-order, changed, on-disk: LISTs of STRING; those that need a
 *		directory or a body are absent without; tool STRING, duration INT ms
 * SCHEMA	missing, unexpected, different: LISTs of STRING; facts INT, server STRING, duration INT ms
 * BACKUP	age INT s, bytes INT, previous-bytes INT, tool, server, database, position, gtid STRING, tables, views, routines, triggers, events
 *		LISTs of STRING, row_counts OBJECT table name: INT (with NEED_COUNTS), duration INT ms
 * GIT		branch, commit, tag STRING, clean BOOL (with NEED_CLEAN), duration INT ms
 *		All four: unmet LIST of STRING, a line for each thing that keeps the response line from holding; notes LIST of STRING, what a
 *		reader should know though it holds
 * any		error OBJECT {kind STRING "timeout" ..., code INT, sqlstate STRING, prefix STRING, message STRING}: present when the thing
 *		answered with an error that the entry may ask for (SQL ERROR, REDIS ERROR, ERROR timeout ...)
 *
 * "Document" is what jsonpath, xpath and the text queries look into: the body (decoded by the charset of its Content-Type), the rows,
 * the reply (parsed when it is a string that is JSON).
 */
#ifndef HARNESS_VALUE_OBSERVATION_H
#define HARNESS_VALUE_OBSERVATION_H

#include "harness/base/clock.h"
#include "harness/base/limits.h"
#include "harness/value/jsonpath.h"
#include "harness/value/value.h"

struct xml_document;

/* Bits of what a query looks at; a probe need not build the rest. */
enum need {
	NEED_STATUS = 1,
	NEED_HEADERS = 2,
	NEED_BODY = 4,
	NEED_ROWS = 8,
	NEED_COLUMNS = 16,
	NEED_WARNINGS = 32,	/* their texts */
	NEED_CERTIFICATE = 64,
	NEED_CLEAN = 128,
	NEED_COUNTS = 256,	/* rows of each table in a backup */
	NEED_TAG = 512,
};

/* Caches of one observation: parsed once, kept until released. Zeroed at start. */
struct document {
	bool have_text, have_json, have_xml;
	struct str text;
	const struct value *json;
	struct xml_document *xml;
};

/* Frees what libraries own. The rest is the arena's. */
void document_release(struct document *d);

/* All that a pure evaluation may see. Nothing in it changes but arena and document. */
struct eval {
	struct arena *arena;
	const struct limits *limits;
	const struct value *tree;	/* the observation, NULL when there is none yet (`when` before the first) */
	struct document *document;
	const struct value *(*variable)(void *ctx, struct str name);	/* NULL: unknown */
	const struct value *(*previous)(void *ctx, struct str metric);	/* NULL: none recorded */
	void *ctx;
	int64_t now_wall_us;
	enum jsonpath_mode jsonpath;
	bool lenient_jsonpath_filter;	/* .suite and .sql: `jsonpath` filter takes lists and objects too */
};

#endif
