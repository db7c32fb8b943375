/*
 * What the two users of libcurl share: one request's settings on a handle, the wait,
 * and what a libcurl error means. http_curl.c, http_dial.c and this file are the
 * adapter; nobody else sees libcurl's types.
 */
#ifndef PROBES_HTTP_EASY_H
#define PROBES_HTTP_EASY_H

#include <curl/curl.h>

#include "harness/base/deadline.h"
#include "probes/http_message.h"

/*
 * Lists that libcurl borrows until the transfer is over. Zeroed at start; release takes
 * half-built ones.
 */
struct http_easy_lists {
	struct curl_slist *headers, *resolve, *connect_to, *proxy_headers;
};

/* Frees the lists; they are empty again. */
void http_easy_lists_release(struct http_easy_lists *lists);

/*
 * URL, addresses, proxy, TLS, time limit of connecting: all that is needed for a
 * connection.
 */
int http_easy_set_connection(CURL *easy, const struct http_request *rq,
	struct http_easy_lists *lists, struct error *err) MUST_USE;

/*
 * Method, headers, body, authentication: on top of the above. The request is borrowed
 * until the transfer is over.
 */
int http_easy_set_request(CURL *easy, const struct http_request *rq,
	struct http_easy_lists *lists, struct error *err) MUST_USE;

/*
 * Runs all transfers of `multi` until none is left or the deadline ends them. libcurl's
 * own failure (memory) is *ret_code.
 */
enum wait_result http_easy_drive(
	CURLM *multi, const struct deadline *d, CURLMcode *ret_code);

/* An error with "POST /auth/refresh: " before the message. Returns -1. */
int http_easy_fail(struct error *err, enum error_code code, const struct http_request *rq,
	const char *fmt, ...) PRINTF_LIKE(4, 5);

/*
 * "(7) Failed to connect ...": `text` is the handle's error buffer, used when there is
 * something in it. Returns -1.
 */
int http_easy_error(
	struct error *err, CURLcode rc, const char *text, const struct http_request *rq);

#endif
