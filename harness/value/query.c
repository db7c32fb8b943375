#include "harness/value/query.h"

#include "harness/value/names.h"
#include "harness/value/query_impl.h"
#include "harness/value/xml.h"

const struct value *query_member(const struct eval *ev, const char *name)
{
	return value_get(ev->tree, name);
}

int query_result(const struct value *v, const struct value **ret, struct error *err)
{
	if (!v)
		return error_set_oom(err);
	*ret = v;
	return 0;
}

void document_release(struct document *d)
{
	if (!d)
		return;
	xml_free(d->xml);
	*d = (struct document){ 0 };
}

int query_regex(const struct eval *ev, const struct value *pattern,
	const struct regex **ret, struct error *err)
{
	return regex_compile(ev->arena, pattern->text, false, ret, NULL, err);
}

static int query_row_count(const struct eval *ev, const struct value *const *args,
	const struct value **ret, struct error *err)
{
	if (!args[0])
		return query_rows(ev, args, ret, err);
	*ret = value_get_str(query_member(ev, "row_counts"), args[0]->text);
	return 0;
}

/* Of a backup the size, of a body its bytes. */
static int query_size_or_bytes(const struct eval *ev, const struct value *const *args,
	const struct value **ret, struct error *err)
{
	const struct value *size = query_member(ev, "bytes");
	if (!size)
		return query_bytes(ev, args, ret, err);
	*ret = size;
	return 0;
}

static int query_absent(const struct eval *ev, const struct value *const *args,
	const struct value **ret, struct error *err)
{
	const struct value *absent = query_member(ev, "absent");

	(void)args;
	(void)err;
	*ret = value_bool(absent && absent->type == VALUE_BOOL && absent->u.boolean);
	return 0;
}

static int query_variable(const struct eval *ev, const struct value *const *args,
	const struct value **ret, struct error *err)
{
	(void)err;
	*ret = ev->variable ? ev->variable(ev->ctx, args[0]->text) : NULL;
	return 0;
}

static int query_previous(const struct eval *ev, const struct value *const *args,
	const struct value **ret, struct error *err)
{
	(void)err;
	*ret = ev->previous ? ev->previous(ev->ctx, args[0]->text) : NULL;
	return 0;
}

/* ---- the table ---- */

enum {
	INT = TYPE_BIT(VALUE_INT),
	STRING = TYPE_BIT(VALUE_STRING),
	BYTES = TYPE_BIT(VALUE_BYTES),
	LIST = TYPE_BIT(VALUE_LIST),
	SCALARS = TYPES_ANY &
		~(TYPE_BIT(VALUE_NODESET) | TYPE_BIT(VALUE_REDIRECT) |
			TYPE_BIT(VALUE_REGEX) | TYPE_BIT(VALUE_UNIT)),
	DOCUMENTS = OBSERVES_HTTP | OBSERVES_RACE | OBSERVES_SQL | OBSERVES_REDIS,
};

const struct query queries[QUERY_COUNT] = {
	[QUERY_STATUS] = { "status", { ARG_NONE }, INT, OBSERVES_HTTP, NEED_STATUS, false,
		NULL, .help = "status code of the response" },
	[QUERY_HEADER] = { "header", { ARG_TEXT }, STRING | LIST, OBSERVES_HTTP,
		NEED_HEADERS, false, query_header,
		.help = "a header's value, the list of them when it came more than once" },
	[QUERY_JSONPATH] = { "jsonpath", { ARG_TEXT }, SCALARS, OBSERVES_ANY,
		NEED_BODY | NEED_ROWS, false, query_jsonpath,
		.help = "what the expression finds in the JSON body, the rows or the reply" },
	[QUERY_BODY] = { "body", { ARG_NONE }, STRING, OBSERVES_HTTP,
		NEED_BODY | NEED_HEADERS, false, query_body,
		.help = "the body as text, decompressed and decoded" },
	[QUERY_DURATION] = { "duration", { ARG_NONE }, INT, OBSERVES_ANY, 0, false,
		NULL, .help = "milliseconds that it took" },
	[QUERY_URL] = { "url", { ARG_NONE }, STRING, OBSERVES_HTTP, 0, false, NULL,
		.help = "the URL in the end, after redirects" },
	[QUERY_VERSION] = { "version", { ARG_NONE }, STRING, OBSERVES_HTTP, 0, false,
		NULL, .help = "HTTP version: 1.0, 1.1, 2 or 3" },
	[QUERY_COOKIE] = { "cookie", { ARG_RAW_TEXT },
		STRING | INT | TYPE_BIT(VALUE_DATE) | TYPE_BIT(VALUE_UNIT), OBSERVES_HTTP,
		NEED_HEADERS, false, query_cookie,
		.help = "a cookie that was set: \"name\" or \"name[Attribute]\"" },
	[QUERY_XPATH] = { "xpath", { ARG_TEXT },
		TYPE_BIT(VALUE_FLOAT) | TYPE_BIT(VALUE_BOOL) | STRING |
			TYPE_BIT(VALUE_NODESET),
		OBSERVES_HTTP, NEED_BODY | NEED_HEADERS, false, query_xpath,
		.help = "what the XPath 1.0 expression finds in the XML or HTML body" },
	[QUERY_REGEX] = { "regex", { ARG_PATTERN }, STRING, DOCUMENTS,
		NEED_BODY | NEED_HEADERS | NEED_ROWS, false, query_regex_group,
		.help = "first group of the first match in the body's text" },
	[QUERY_VARIABLE] = { "variable", { ARG_TEXT }, 0, OBSERVES_ANY, 0, false,
		query_variable, .help = "a variable's value" },
	[QUERY_BYTES] = { "bytes", { ARG_NONE }, BYTES | INT,
		OBSERVES_HTTP | OBSERVES_BACKUP, NEED_BODY, false, query_size_or_bytes,
		.help = "the body's bytes, decompressed; of a backup, its size on disk" },
	[QUERY_SHA256] = { "sha256", { ARG_NONE }, BYTES, OBSERVES_HTTP, NEED_BODY, false,
		query_sha256, .help = "SHA-256 of the body's bytes" },
	[QUERY_MD5] = { "md5", { ARG_NONE }, BYTES, OBSERVES_HTTP, NEED_BODY, false,
		query_md5, .help = "MD5 of the body's bytes" },
	[QUERY_REDIRECTS] = { "redirects", { ARG_NONE }, LIST, OBSERVES_HTTP, 0, false,
		NULL, .help = "list of the redirects that were followed" },
	[QUERY_CERTIFICATE] = { "certificate", { ARG_RAW_TEXT },
		STRING | TYPE_BIT(VALUE_DATE), OBSERVES_HTTP, NEED_CERTIFICATE, false,
		query_certificate,
		.help = "a field of the server's certificate: Subject, Issuer, Start-Date, Expire-Date, "
		"Serial-Number, Subject-Alt-Name, Value" },
	[QUERY_IP] = { "ip", { ARG_NONE }, STRING, OBSERVES_HTTP, 0, false, NULL,
		.help = "address that the answer came from" },
	[QUERY_RAWBYTES] = { "rawbytes", { ARG_NONE }, BYTES, OBSERVES_HTTP, NEED_BODY,
		false, query_rawbytes,
		.help = "the body's bytes as they came, before decompression" },
	[QUERY_RESPONSES] = { "responses", { ARG_NONE }, LIST, OBSERVES_RACE,
		NEED_STATUS | NEED_HEADERS | NEED_BODY, true, NULL,
		.help = "list of the responses of a race: status, headers, body, json, duration, error" },
	[QUERY_ROWS] = { "rows", { ARG_OPTIONAL_TEXT }, INT,
		OBSERVES_SQL | OBSERVES_BACKUP, NEED_COUNTS, true, query_row_count,
		.help = "how many rows came; of a backup, how many that table has",
		.arg_observes = OBSERVES_BACKUP },
	[QUERY_COLUMNS] = { "columns", { ARG_NONE }, LIST, OBSERVES_SQL, NEED_COLUMNS,
		true, NULL, .help = "names of the columns" },
	[QUERY_COLUMN] = { "column", { ARG_NAME_OR_INDEX }, SCALARS, OBSERVES_SQL,
		NEED_ROWS | NEED_COLUMNS, true, query_column,
		.help = "a column's value; the list of them when there are more rows" },
	[QUERY_LIST] = { "list", { ARG_NAME_OR_INDEX }, LIST, OBSERVES_SQL,
		NEED_ROWS | NEED_COLUMNS, true, query_list,
		.help = "a column as a list, however many rows there are" },
	[QUERY_VALUE] = { "value", { ARG_NONE }, SCALARS, OBSERVES_SQL,
		NEED_ROWS | NEED_COLUMNS, true, query_value,
		.help = "the only cell of one row and one column" },
	[QUERY_AFFECTED] = { "affected", { ARG_NONE }, INT, OBSERVES_SQL, 0, true,
		NULL, .help = "how many rows were changed" },
	[QUERY_WARNINGS] = { "warnings", { ARG_NONE }, INT, OBSERVES_SQL, NEED_WARNINGS,
		true, NULL, .help = "how many warnings the server raised" },
	[QUERY_REPLY] = { "reply", { ARG_NONE }, SCALARS, OBSERVES_REDIS, NEED_BODY, true,
		NULL, .help = "the reply, or the message that was received" },
	[QUERY_CHANNEL] = { "channel", { ARG_NONE }, STRING, OBSERVES_REDIS, 0, true,
		NULL, .help = "channel of the message" },
	[QUERY_RECEIVED] = { "received", { ARG_NONE }, INT, OBSERVES_REDIS, 0, true,
		NULL, .help = "how many messages were looked at" },
	[QUERY_POSITION] = { "position", { ARG_NONE }, INT | STRING,
		OBSERVES_REDIS | OBSERVES_BACKUP, 0, true, NULL,
		.help = "the message's place among all that came to this file; of a backup, the "
		"binary log's file and position" },
	[QUERY_PROMETHEUS] = { "prometheus", { ARG_TEXT }, TYPES_NUMBER | LIST,
		OBSERVES_HTTP, NEED_BODY | NEED_HEADERS, true, query_prometheus,
		.help = "a sample of a Prometheus text body: name{label=\"x\"}; a list when several match" },
	[QUERY_PREVIOUS] = { "previous", { ARG_TEXT }, TYPES_NUMBER, OBSERVES_ANY, 0,
		true, query_previous,
		.help = "a metric's value as the history recorded it last" },
	[QUERY_APPLIED] = { "applied", { ARG_NONE }, LIST, OBSERVES_MIGRATIONS, 0, true,
		NULL, .help = "migrations that are recorded, in the tool's order" },
	[QUERY_MISSING] = { "missing", { ARG_NONE }, LIST,
		OBSERVES_MIGRATIONS | OBSERVES_SCHEMA, 0, true, NULL,
		.help = "what is expected, and not there" },
	[QUERY_PENDING] = { "pending", { ARG_NONE }, LIST, OBSERVES_MIGRATIONS, 0, true,
		NULL, .help = "migrations on disk that are not applied" },
	[QUERY_UNKNOWN] = { "unknown", { ARG_NONE }, LIST, OBSERVES_MIGRATIONS, 0, true,
		NULL, .help = "migrations that are applied and not on disk" },
	[QUERY_FAILED] = { "failed", { ARG_NONE }, LIST, OBSERVES_MIGRATIONS, 0, true,
		NULL, .help = "migrations that failed or stopped half way, and locks that are held" },
	[QUERY_DUPLICATE] = { "duplicate", { ARG_NONE }, LIST, OBSERVES_MIGRATIONS, 0,
		true, NULL, .help = "migrations that are recorded more than once" },
	[QUERY_OUT_OF_ORDER] = { "out-of-order", { ARG_NONE }, LIST, OBSERVES_MIGRATIONS,
		0, true, NULL, .help = "migrations applied after one that sorts later" },
	[QUERY_CHANGED] = { "changed", { ARG_NONE }, LIST, OBSERVES_MIGRATIONS, 0, true,
		NULL, .help = "migrations whose file is not the one that was applied" },
	[QUERY_ON_DISK] = { "on-disk", { ARG_NONE }, LIST, OBSERVES_MIGRATIONS, 0, true,
		NULL, .help = "migrations in the directory" },
	[QUERY_TOOL] = { "tool", { ARG_NONE }, STRING,
		OBSERVES_MIGRATIONS | OBSERVES_BACKUP, 0, true, NULL,
		.help = "the tool that keeps the history, or that wrote the backup" },
	[QUERY_UNEXPECTED] = { "unexpected", { ARG_NONE }, LIST, OBSERVES_SCHEMA, 0, true,
		NULL, .help = "what the database has and the contract has not" },
	[QUERY_DIFFERENT] = { "different", { ARG_NONE }, LIST, OBSERVES_SCHEMA, 0, true,
		NULL, .help = "what is in both, with other facts" },
	[QUERY_AGE] = { "age", { ARG_NONE }, INT, OBSERVES_BACKUP, 0, true, NULL,
		.help = "seconds since the backup was written" },
	[QUERY_SERVER] = { "server", { ARG_NONE }, STRING,
		OBSERVES_BACKUP | OBSERVES_SCHEMA, 0, true, NULL, .help = "version of the server" },
	[QUERY_DATABASE] = { "database", { ARG_NONE }, STRING, OBSERVES_BACKUP, 0, true,
		NULL, .help = "the database that was dumped" },
	[QUERY_TABLES] = { "tables", { ARG_NONE }, LIST, OBSERVES_BACKUP, 0, true, NULL,
		.help = "names of the tables in the backup" },
	[QUERY_VIEWS] = { "views", { ARG_NONE }, LIST, OBSERVES_BACKUP, 0, true, NULL,
		.help = "names of the views in the backup" },
	[QUERY_ROUTINES] = { "routines", { ARG_NONE }, LIST, OBSERVES_BACKUP, 0, true,
		NULL, .help = "names of the routines in the backup" },
	[QUERY_TRIGGERS] = { "triggers", { ARG_NONE }, LIST, OBSERVES_BACKUP, 0, true,
		NULL, .help = "names of the triggers in the backup" },
	[QUERY_EVENTS] = { "events", { ARG_NONE }, LIST, OBSERVES_BACKUP, 0, true, NULL,
		.help = "names of the events in the backup" },
	[QUERY_GTID] = { "gtid", { ARG_NONE }, STRING, OBSERVES_BACKUP, 0, true, NULL,
		.help = "the set of transactions that the backup holds" },
	[QUERY_PREVIOUS_BYTES] = { "previous-bytes", { ARG_NONE }, INT, OBSERVES_BACKUP,
		0, true, NULL, .help = "size of the backup before this one" },
	[QUERY_BRANCH] = { "branch", { ARG_NONE }, STRING, OBSERVES_GIT, 0, true, NULL,
		.help = "the branch that is checked out; no value on a detached HEAD" },
	[QUERY_COMMIT] = { "commit", { ARG_NONE }, STRING, OBSERVES_GIT, 0, true, NULL,
		.help = "the commit that is checked out" },
	[QUERY_TAG] = { "tag", { ARG_NONE }, STRING, OBSERVES_GIT, NEED_TAG, true, NULL,
		.help = "the tag on that commit" },
	[QUERY_CLEAN] = { "clean", { ARG_NONE }, TYPE_BIT(VALUE_BOOL), OBSERVES_GIT,
		NEED_CLEAN, true, NULL, .help = "true when nothing is changed or untracked" },
	[QUERY_UNAPPLIED] = { NULL, { ARG_NONE }, LIST, OBSERVES_MIGRATIONS, 0, true,
		NULL, NULL, .member = "unmet" },
	[QUERY_UNMATCHED] = { NULL, { ARG_NONE }, LIST, OBSERVES_SCHEMA, 0, true, NULL,
		NULL, .member = "unmet" },
	[QUERY_INCOMPLETE] = { NULL, { ARG_NONE }, LIST, OBSERVES_BACKUP, 0, true, NULL,
		NULL, .member = "unmet" },
	[QUERY_ROW_LIST] = { NULL, { ARG_NONE }, LIST, OBSERVES_SQL,
		NEED_ROWS | NEED_COLUMNS, true, NULL, NULL, .member = "rows" },
	[QUERY_ERROR] = { NULL, { ARG_NONE }, TYPE_BIT(VALUE_OBJECT), OBSERVES_ANY, 0,
		true, NULL, NULL, .member = "error" },
	[QUERY_ABSENT] = { NULL, { ARG_NONE }, TYPE_BIT(VALUE_BOOL), OBSERVES_REDIS, 0,
		true, query_absent, .help = NULL },
};

int query_eval_call(const struct eval *ev, const struct query *q,
	const struct value *const *args, const struct value **ret, struct error *err)
{
	if (q->eval)
		return q->eval(ev, args, ret, err);
	*ret = query_member(ev, q->member ? q->member : q->name);
	return 0;
}

static const char *query_name_at(size_t i)
{
	return queries[i].name;
}

const struct query *query_find(struct str name)
{
	size_t i = names_find(query_name_at, QUERY_COUNT, name);

	return i == SIZE_MAX ? NULL : &queries[i];
}

const char *query_suggest(struct str name)
{
	return names_suggest(query_name_at, QUERY_COUNT, name);
}
