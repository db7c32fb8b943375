/*
 * URLs of HTTP: what a message or a request line shows of one, and what a redirect
 * makes of two. The part that follows RFC 3986 is libcurl's, so that we read a URL as
 * it does; this file and the other two of the adapter (http_easy.h) are the only ones
 * that see it.
 */
#ifndef PROBES_HTTP_URL_H
#define PROBES_HTTP_URL_H

#include "harness/base/error.h"

/* Why it cannot be asked: "it has no host"; NULL when it can. */
const char *http_url_problem(struct str url);

/* Does it begin with https? */
bool http_url_is_tls(struct str url);

/* "host:port", with "user@" where it stands there. */
struct str http_url_authority(struct str url);

/*
 * Path and query as messages and request lines show them: "/auth/refresh?a=1"; "/" when
 * it has none.
 */
struct str http_url_target(struct str url);

/* Up to its `#`, borrowed. */
struct str http_url_without_fragment(struct str url);

/*
 * User and password of "scheme://user:password@host", as they stand there; false when
 * there are none.
 */
bool http_url_credentials(
	struct str url, struct str *ret_user, struct str *ret_password) MUST_USE;

/*
 * `location` resolved against `base` (RFC 3986), NUL-terminated, in `a`. ERR_PROTOCOL
 * when it makes no http or https URL.
 */
int http_url_resolve(struct arena *a, struct str base, struct str location,
	struct str *ret, struct error *err) MUST_USE;

/* Same scheme, host and port. False for what is no URL. */
bool http_url_same_origin(struct str one, struct str other);

/* The host of a URL, without brackets and user, in `a`; absent when it is none. */
struct str http_url_host(struct arena *a, struct str url);

#endif
