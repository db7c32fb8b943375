/*
 * Which stored cookies go with a request (RFC 6265, 5.4), for requests that libcurl
 * does not send itself.
 */
#ifndef PROBES_HTTP_COOKIE_H
#define PROBES_HTTP_COOKIE_H

#include "harness/base/str.h"

/*
 * `line` is one of a cookie file in Netscape's format; `host` that of the URL. True
 * when the cookie would be sent, with its name and value; they are untouched otherwise.
 * Whether it has expired is not asked: the store holds none that has.
 */
bool http_cookie_fits(struct str line, struct str url, struct str host,
	struct str *ret_name, struct str *ret_value) MUST_USE;

#endif
