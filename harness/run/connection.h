/*
 * Connections: what a kind of connection must offer, and how probes get one.
 *
 * A connection is opened when the first entry needs it, kept for the session (a file and what it RUNs), and opened again once if it was lost between
 * two entries. A `precious` one (it holds a subscription, a transaction) is never reopened: losing it is an error.
 *
 * Settings come as named texts: a URL, or the variables of the environment. Nobody but main reads the environment; probes ask `settings`.
 */
#ifndef HARNESS_RUN_CONNECTION_H
#define HARNESS_RUN_CONNECTION_H

#include "harness/base/deadline.h"
#include "harness/base/limits.h"
#include "harness/judge/secrets.h"

/* The outside, as main read it. */
struct settings {
	/* environment variable, NULL when unset or empty */
	const char *(*env)(void *ctx, const char *name);
	/* --connection NAME=URL or POSTFLIGHT_CONNECTION_NAME; NULL when not given */
	const char *(*url)(void *ctx, struct str name);
	/* --pin NAME=VALUE; NULL when not given */
	const char *(*pin)(void *ctx, struct str name);
	void *ctx;
	const char *defaults_file;	/* --defaults-file, NULL: none */
	const char *run_id;		/* connection attribute, CLIENT SETNAME, User-Agent */
	/* defaults of HTTP options from the command line, NULL: not given (option names as in [Options]) */
	const char *(*http_default)(void *ctx, const char *option);
	/* repeatable ones (header, resolve, connect-to): the i-th, NULL beyond the last */
	const char *(*http_default_at)(void *ctx, const char *option, size_t i);
};

struct watch;

struct connection_env {
	const struct settings *settings;
	const struct limits *limits;
	const struct clock *clock;
	struct secrets *secrets;	/* passwords are registered the moment they are read */
	struct watch *watch;		/* for libraries that block */
	struct deadline deadline;	/* for opening */
	struct str name;		/* "database", "redis", or a name of the user's */
	const char *url;		/* settings->url(name), or a `connection:` of a RUN; NULL: from the environment */
	bool read_only;			/* false: the session's second, writing connection */
};

/* What is known once it is open; for the `target` event, `needs:`, and --pin. Texts live as long as the connection. */
struct connection_info {
	struct str kind;		/* http, mysql, mariadb, redis */
	struct str url;			/* without password */
	struct str version;		/* as shown: 10.11.19 */
	uint32_t version_number;	/* 10 << 16 | 11 << 8 | 19 */
	struct str notes[4];		/* things to say once (over-privileged account ...), absent: none */
};

struct connection_kind {
	const char *name;		/* "mysql", "redis", "http" */
	const char *default_name;	/* "database", "redis", "http" */
	bool external;			/* has settings and a target event; false: http's handle */
	/* True when settings for `name` are there; false with the list of what was looked for in *err (ERR_CONNECT). Never connects. */
	bool (*configured)(const struct connection_env *, struct error *err);
	/* Opens, checks --pin (mismatch: ERR_USAGE). Owned by the session, closed by it. */
	int (*open)(const struct connection_env *, void **ret, struct error *err);
	void (*close)(void *connection);
	/* False: it is known to be dead and must be opened again. */
	bool (*alive)(void *connection);
	bool (*precious)(void *connection);	/* NULL: never */
	const struct connection_info *(*info)(void *connection);
};

#endif
