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

/* ---- queries that are members of the tree ---- */

#define MEMBER_QUERY(query, member)                                              \
	static int query(const struct eval *ev, const struct value *const *args, \
		const struct value **ret, struct error *err)                     \
	{                                                                        \
		(void)args;                                                      \
		(void)err;                                                       \
		*ret = query_member(ev, member);                                 \
		return 0;                                                        \
	}

MEMBER_QUERY(query_status, "status")
MEMBER_QUERY(query_duration, "duration")
MEMBER_QUERY(query_url, "url")
MEMBER_QUERY(query_version, "version")
MEMBER_QUERY(query_redirects, "redirects")
MEMBER_QUERY(query_ip, "ip")
MEMBER_QUERY(query_responses, "responses")
MEMBER_QUERY(query_columns, "columns")
MEMBER_QUERY(query_affected, "affected")
MEMBER_QUERY(query_warnings, "warnings")
MEMBER_QUERY(query_reply, "reply")
MEMBER_QUERY(query_channel, "channel")
MEMBER_QUERY(query_received, "received")
MEMBER_QUERY(query_position, "position")
MEMBER_QUERY(query_row_list, "rows")
MEMBER_QUERY(query_error, "error")

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
		query_status, "status code of the response" },
	[QUERY_HEADER] = { "header", { ARG_TEXT }, STRING | LIST, OBSERVES_HTTP,
		NEED_HEADERS, false, query_header,
		"a header's value, the list of them when it came more than once" },
	[QUERY_JSONPATH] = { "jsonpath", { ARG_TEXT }, SCALARS, OBSERVES_ANY,
		NEED_BODY | NEED_ROWS, false, query_jsonpath,
		"what the expression finds in the JSON body, the rows or the reply" },
	[QUERY_BODY] = { "body", { ARG_NONE }, STRING, OBSERVES_HTTP,
		NEED_BODY | NEED_HEADERS, false, query_body,
		"the body as text, decompressed and decoded" },
	[QUERY_DURATION] = { "duration", { ARG_NONE }, INT, OBSERVES_ANY, 0, false,
		query_duration, "milliseconds that it took" },
	[QUERY_URL] = { "url", { ARG_NONE }, STRING, OBSERVES_HTTP, 0, false, query_url,
		"the URL in the end, after redirects" },
	[QUERY_VERSION] = { "version", { ARG_NONE }, STRING, OBSERVES_HTTP, 0, false,
		query_version, "HTTP version: 1.0, 1.1, 2 or 3" },
	[QUERY_COOKIE] = { "cookie", { ARG_RAW_TEXT },
		STRING | INT | TYPE_BIT(VALUE_DATE) | TYPE_BIT(VALUE_UNIT), OBSERVES_HTTP,
		NEED_HEADERS, false, query_cookie,
		"a cookie that was set: \"name\" or \"name[Attribute]\"" },
	[QUERY_XPATH] = { "xpath", { ARG_TEXT },
		TYPE_BIT(VALUE_FLOAT) | TYPE_BIT(VALUE_BOOL) | STRING |
			TYPE_BIT(VALUE_NODESET),
		OBSERVES_HTTP, NEED_BODY | NEED_HEADERS, false, query_xpath,
		"what the XPath 1.0 expression finds in the XML or HTML body" },
	[QUERY_REGEX] = { "regex", { ARG_PATTERN }, STRING, DOCUMENTS,
		NEED_BODY | NEED_HEADERS | NEED_ROWS, false, query_regex_group,
		"first group of the first match in the body's text" },
	[QUERY_VARIABLE] = { "variable", { ARG_TEXT }, 0, OBSERVES_ANY, 0, false,
		query_variable, "a variable's value" },
	[QUERY_BYTES] = { "bytes", { ARG_NONE }, BYTES, OBSERVES_HTTP, NEED_BODY, false,
		query_bytes, "the body's bytes, decompressed" },
	[QUERY_SHA256] = { "sha256", { ARG_NONE }, BYTES, OBSERVES_HTTP, NEED_BODY, false,
		query_sha256, "SHA-256 of the body's bytes" },
	[QUERY_MD5] = { "md5", { ARG_NONE }, BYTES, OBSERVES_HTTP, NEED_BODY, false,
		query_md5, "MD5 of the body's bytes" },
	[QUERY_REDIRECTS] = { "redirects", { ARG_NONE }, LIST, OBSERVES_HTTP, 0, false,
		query_redirects, "list of the redirects that were followed" },
	[QUERY_CERTIFICATE] = { "certificate", { ARG_RAW_TEXT },
		STRING | TYPE_BIT(VALUE_DATE), OBSERVES_HTTP, NEED_CERTIFICATE, false,
		query_certificate,
		"a field of the server's certificate: Subject, Issuer, Start-Date, Expire-Date, "
		"Serial-Number, Subject-Alt-Name, Value" },
	[QUERY_IP] = { "ip", { ARG_NONE }, STRING, OBSERVES_HTTP, 0, false, query_ip,
		"address that the answer came from" },
	[QUERY_RAWBYTES] = { "rawbytes", { ARG_NONE }, BYTES, OBSERVES_HTTP, NEED_BODY,
		false, query_rawbytes,
		"the body's bytes as they came, before decompression" },
	[QUERY_RESPONSES] = { "responses", { ARG_NONE }, LIST, OBSERVES_RACE,
		NEED_STATUS | NEED_HEADERS | NEED_BODY, true, query_responses,
		"list of the responses of a race: status, headers, body, json, duration, error" },
	[QUERY_ROWS] = { "rows", { ARG_NONE }, INT, OBSERVES_SQL, 0, true, query_rows,
		"how many rows came" },
	[QUERY_COLUMNS] = { "columns", { ARG_NONE }, LIST, OBSERVES_SQL, NEED_COLUMNS,
		true, query_columns, "names of the columns" },
	[QUERY_COLUMN] = { "column", { ARG_NAME_OR_INDEX }, SCALARS, OBSERVES_SQL,
		NEED_ROWS | NEED_COLUMNS, true, query_column,
		"a column's value; the list of them when there are more rows" },
	[QUERY_LIST] = { "list", { ARG_NAME_OR_INDEX }, LIST, OBSERVES_SQL,
		NEED_ROWS | NEED_COLUMNS, true, query_list,
		"a column as a list, however many rows there are" },
	[QUERY_VALUE] = { "value", { ARG_NONE }, SCALARS, OBSERVES_SQL,
		NEED_ROWS | NEED_COLUMNS, true, query_value,
		"the only cell of one row and one column" },
	[QUERY_AFFECTED] = { "affected", { ARG_NONE }, INT, OBSERVES_SQL, 0, true,
		query_affected, "how many rows were changed" },
	[QUERY_WARNINGS] = { "warnings", { ARG_NONE }, INT, OBSERVES_SQL, 0, true,
		query_warnings, "how many warnings the server raised" },
	[QUERY_REPLY] = { "reply", { ARG_NONE }, SCALARS, OBSERVES_REDIS, NEED_BODY, true,
		query_reply, "the reply, or the message that was received" },
	[QUERY_CHANNEL] = { "channel", { ARG_NONE }, STRING, OBSERVES_REDIS, 0, true,
		query_channel, "channel of the message" },
	[QUERY_RECEIVED] = { "received", { ARG_NONE }, INT, OBSERVES_REDIS, 0, true,
		query_received, "how many messages were looked at" },
	[QUERY_POSITION] = { "position", { ARG_NONE }, INT, OBSERVES_REDIS, 0, true,
		query_position, "the message's place among all that came to this file" },
	[QUERY_PROMETHEUS] = { "prometheus", { ARG_TEXT }, TYPES_NUMBER | LIST,
		OBSERVES_HTTP, NEED_BODY | NEED_HEADERS, true, query_prometheus,
		"a sample of a Prometheus text body: name{label=\"x\"}; a list when several match" },
	[QUERY_PREVIOUS] = { "previous", { ARG_TEXT }, TYPES_NUMBER, OBSERVES_ANY, 0,
		true, query_previous,
		"a metric's value as the history recorded it last" },
	[QUERY_ROW_LIST] = { NULL, { ARG_NONE }, LIST, OBSERVES_SQL,
		NEED_ROWS | NEED_COLUMNS, true, query_row_list, NULL },
	[QUERY_ERROR] = { NULL, { ARG_NONE }, TYPE_BIT(VALUE_OBJECT), OBSERVES_ANY, 0,
		true, query_error, NULL },
	[QUERY_ABSENT] = { NULL, { ARG_NONE }, TYPE_BIT(VALUE_BOOL), OBSERVES_REDIS, 0,
		true, query_absent, NULL },
};

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
