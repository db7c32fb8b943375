/*
 * Options of an HTTP entry: one table for the parser's rows, the defaults of the
 * command line and the members of struct http_options. A later line of [Options] wins
 * over an earlier one, any line over the command line; lists add up.
 */
#ifndef PROBES_HTTP_OPTIONS_H
#define PROBES_HTTP_OPTIONS_H

#include "harness/judge/expand.h"
#include "harness/lang/kind.h"
#include "harness/run/connection.h"

enum http_version {
	HTTP_VERSION_ANY,
	HTTP_VERSION_1_0,
	HTTP_VERSION_1_1,
	HTTP_VERSION_2,
	HTTP_VERSION_3,
};

enum http_family { HTTP_FAMILY_ANY, HTTP_FAMILY_IPV4, HTTP_FAMILY_IPV6 };

struct http_texts {
	const struct str *items;
	size_t count;
	size_t cap;
};

/*
 * All texts are NUL-terminated behind their length and live in the arena of the
 * evaluation; absent: not given.
 */
struct http_options {
	bool location, location_trusted, insecure, compressed, path_as_is;
	bool netrc, netrc_optional, ntlm, negotiate, digest, no_cookie_store;
	enum http_version version;
	enum http_family family;
	int64_t max_redirs; /* -1: no limit */
	int64_t limit_rate; /* bytes a second, 0: none */
	int64_t race; /* 0: no race */
	int64_t max_filesize; /* 0: none beyond the ceiling of limits */
	uint64_t connect_timeout_us;
	struct str user, user_agent, proxy, noproxy, cacert, cert, cert_password, key,
		pinnedpubkey;
	struct str unix_socket, netrc_file, aws_sigv4, cookie_file;
	struct http_texts headers, no_headers, resolve, connect_to, proxy_headers;
};

/* The rows that the parser is given. */
enum { HTTP_OPTION_COUNT = 33 };
extern const struct option_row http_option_rows[HTTP_OPTION_COUNT];

/*
 * Evaluates the command line's defaults, then the entry's lines from top to bottom. A
 * value of the wrong type is ERR_TEMPLATE at its place; a default that does not scan is
 * ERR_USAGE. Durations from the command line are seconds unless they say otherwise.
 */
int http_options_eval(struct arena *a, const struct expander *x,
	const struct settings *settings, const struct entry *e, struct http_options *ret,
	struct error *err) MUST_USE;

#endif
