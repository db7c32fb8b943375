/*
 * What an HTTP exchange looks like from outside: the value tree that is judged
 * (harness/value/observation.h), the exchange event, and a curl command that asks the
 * same.
 */
#ifndef PROBES_HTTP_OBSERVE_H
#define PROBES_HTTP_OBSERVE_H

#include "harness/run/probe.h"
#include "probes/http_message.h"

/* Redirects that were followed, in order: REDIRECT values. */
struct http_chain {
	const struct value **items;
	size_t count, cap;
};

/* The tree of one answer. `url` is the one that was asked last. */
int http_observe(struct arena *a, const struct limits *limits,
	const struct http_request *rq, const struct http_response *r,
	const struct http_chain *chain, const struct value **ret,
	struct error *err) MUST_USE;

/*
 * Body with its content encoding undone: BYTES (the received ones themselves when there
 * is none). Where that cannot be done *ret is NULL and *ret_problem says why; -1 only
 * for want of memory.
 */
int http_decoded_body(struct arena *a, const struct limits *limits,
	const struct http_headers *headers, struct str body, const struct value **ret,
	struct str *ret_problem, struct error *err) MUST_USE;

/*
 * Fills run->exchange and run->repro. `r` may hold only what was known before a
 * failure; `tree` is NULL then.
 */
int http_show(struct probe_run *run, const struct http_request *rq,
	const struct http_response *r, const struct value *tree,
	struct error *err) MUST_USE;

/*
 * {"error": {"kind": "timeout", "message": ...}}: an entry that asks for an error sees
 * it so.
 */
int http_observe_error(struct arena *a, const struct error *failure, uint64_t duration_us,
	const struct value **ret, struct error *err) MUST_USE;

/* Headers as a LIST of {name, value}; NULL when memory is out. */
const struct value *http_headers_value(struct arena *a, const struct http_headers *h);

#endif
