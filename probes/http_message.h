/*
 * HTTP requests and responses as plain structs: what http_spec makes, http_curl and
 * http_race carry, http_observe shows. Everything lives in the attempt's arena.
 */
#ifndef PROBES_HTTP_MESSAGE_H
#define PROBES_HTTP_MESSAGE_H

#include "probes/http_options.h"

struct http_header {
	struct str name, value;
};

/* In order; names may repeat. */
struct http_headers {
	struct http_header *items;
	size_t count, cap;
};

struct http_request {
	struct str method; /* NUL-terminated, as is url */
	struct str url; /* with the query; a fragment is not sent */
	struct http_headers
		headers; /* ours; the carrier adds Host, Accept, Content-Length, stored cookies */
	struct str cookies; /* "a=1; b=2" of [Cookies], NUL-terminated; absent: none */
	struct str body; /* absent or empty: none is sent */
	struct str body_file; /* the name it was read from, absent: made here */
	bool with_user; /* options->user goes along (digest, ntlm, aws-sigv4 ...) */
	const struct http_options *options;
};

/* Lengths, not instants. */
struct http_phases {
	uint64_t dns_us, connect_us, tls_us, send_us, wait_us, recv_us;
	bool has_send; /* the library tells when the request was out */
};

struct http_response {
	int64_t status;
	const char *version; /* "1.0" "1.1" "2" "3" */
	struct http_headers headers;
	struct str body; /* as received, transfer encoding undone, content encoding not */
	struct http_headers
		sent; /* the request's headers as they went out; none when not known */
	struct str ip; /* of the peer */
	const struct value *certificate; /* observation.h; NULL without TLS */
	struct http_phases phases;
	uint64_t duration_us;
	uint64_t received_bytes; /* head and body */
};

/*
 * GET, HEAD, OPTIONS, TRACE change nothing; those, PUT and DELETE may be sent twice
 * (RFC 9110, 9.2).
 */
bool http_method_is_safe(struct str method);
bool http_method_is_idempotent(struct str method);	/* may be sent twice */

/* The first header of that name, without case; NULL when there is none. */
const struct http_header *http_headers_find(
	const struct http_headers *h, struct str name);

/* Texts are borrowed. */
int http_headers_add(struct arena *a, struct http_headers *h, struct str name,
	struct str value, struct error *err) MUST_USE;

/* Takes out all of that name. */
void http_headers_remove(struct http_headers *h, struct str name);

/* A copy of the list; names and values are shared. */
int http_headers_copy(struct arena *a, const struct http_headers *from,
	struct http_headers *ret, struct error *err) MUST_USE;

/*
 * The header lines of a head (a first line without ':' is passed over, as is the empty
 * line at the end); a line that begins with a blank goes on with the one above. Values
 * are trimmed; bytes that are no UTF-8 are read as windows-1252.
 */
int http_headers_parse(struct arena *a, struct str head, struct http_headers *ret,
	struct error *err) MUST_USE;

/* "HTTP/1.1 200 OK" (HTTP/1 only): false when it is none. */
bool http_status_line(
	struct str line, int64_t *ret_status, const char **ret_version) MUST_USE;

/*
 * All values of that name joined by ", " (Content-Encoding, Transfer-Encoding); absent
 * when there is none or memory is out.
 */
struct str http_headers_joined(
	struct arena *a, const struct http_headers *h, struct str name);

#endif
