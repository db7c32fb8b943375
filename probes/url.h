/*
 * URLs of connections: mysql://user:pass@host:port/name?ssl-mode=required,
 * redis://:pass@host/0, unix:///path.
 *
 * This is not a URL library: HTTP has its own. It splits at the marks that RFC 3986 gives
 * and undoes percent-encoding; what the parts mean is the caller's.
 */
#ifndef PROBES_URL_H
#define PROBES_URL_H

#include "harness/base/error.h"

/* Texts are in the arena, percent-decoded; absent (p == NULL) where the URL has none. */
struct url {
	struct str scheme; /* lower case */
	struct str user, password;
	struct str host; /* without the brackets of an IPv6 address */
	struct str port;
	struct str path; /* without its first '/'; absent when there is no '/' */
	struct str query; /* as it stands, without '?' */
};

/*
 * `what` names the URL in messages ("DATABASE_URL"); the URL itself is never shown, it
 * may hold a password. ERR_CONNECT for what is no URL, for a part that holds a NUL, and
 * for one of more than 4096 bytes.
 */
int url_parse(struct arena *a, const char *what, struct str text, struct url *ret,
	struct error *err) MUST_USE;

/*
 * The next `key=value` of a query, decoded into `a`; cuts it off the front of *rest.
 * False at the end or without memory.
 */
bool url_query_next(
	struct arena *a, struct str *rest, struct str *ret_key, struct str *ret_value);

/* 1 to 65535, digits only; `what` as above. An absent port is `fallback`. */
int url_port(const char *what, struct str port, uint16_t fallback, uint16_t *ret,
	struct error *err) MUST_USE;

#endif
