/*
 * Inside of query: the functions of its table, by what they look at. Not for other modules.
 */
#ifndef HARNESS_VALUE_QUERY_IMPL_H
#define HARNESS_VALUE_QUERY_IMPL_H

#include "harness/value/query.h"

typedef int query_eval(const struct eval *, const struct value *const *args, const struct value **ret,
	struct error *err);

/* query_http.c */
query_eval query_header, query_body, query_bytes, query_rawbytes, query_sha256, query_md5, query_cookie,
	query_certificate;

/* query_document.c */
query_eval query_jsonpath, query_xpath, query_regex_group, query_prometheus;

/* query_sql.c */
query_eval query_rows, query_column, query_list, query_value;

/* A member of the tree, NULL when there is no tree. */
const struct value *query_member(const struct eval *ev, const char *name);

/* The first value of a header, "" when there is none. */
struct str query_first_header(const struct eval *ev, struct str name);

/* The body as it is when its encoding is undone; *ret NULL when there is none. ERR_CHECK when it could not be undone. */
int query_body_bytes(const struct eval *ev, const struct value **ret, struct error *err) MUST_USE;

/* The rows, all of them. *ret NULL when there are none to look at, ERR_LIMIT when some were not kept. */
int query_all_rows(const struct eval *ev, const struct value **ret, struct error *err) MUST_USE;

/* *ret or, where memory is out, the error that says so. */
int query_result(const struct value *v, const struct value **ret, struct error *err) MUST_USE;

#endif
