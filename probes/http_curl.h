/*
 * One HTTP transfer over libcurl. A session has one client: its cookies, its
 * connections (kept alive from entry to entry), the certificates of those that are
 * open.
 *
 * A transfer ends with its deadline or when a cancel flag is raised, at once. Redirects
 * are not followed, bodies not decoded here. A request that is not idempotent is never
 * sent a second time: libcurl's own repetition on a kept connection that died is
 * stopped.
 */
#ifndef PROBES_HTTP_CURL_H
#define PROBES_HTTP_CURL_H

#include "probes/http_message.h"

struct http_client;

/* "http": no settings of its own; open() gives a struct http_client. */
extern const struct connection_kind http_connection;

struct http_call {
	struct arena *arena; /* for the response */
	const struct limits *limits;
	const struct deadline *deadline;
	uint64_t begun_us; /* when the attempt began: limits are told from there */
};

/*
 * Sends one request and reads its answer. Failure: ERR_CONNECT, ERR_DNS, ERR_TLS,
 * ERR_TIMEOUT, ERR_PROTOCOL, ERR_LIMIT, ERR_ABORTED without a place; libcurl's code and
 * text are in the message, err->sent where the outcome is unknown. What was known by
 * then (phases, received bytes) is in *ret_partial all the same.
 */
int http_client_transfer(struct http_client *c, const struct http_call *call,
	const struct http_request *rq, struct http_response *ret_partial,
	struct error *err) MUST_USE;

/*
 * The Cookie header that the store would send to this URL, in `a`; absent when there is
 * none.
 */
int http_client_cookies(struct http_client *c, struct arena *a, struct str url,
	struct str *ret, struct error *err) MUST_USE;

#endif
