/*
 * What a file from the command line and those it RUNs own while they run: the variables and the connections. Nothing is shared between
 * sessions but settings. Used by one worker at a time.
 */
#ifndef HARNESS_RUN_SESSION_H
#define HARNESS_RUN_SESSION_H

#include "harness/run/plan.h"
#include "harness/run/watch.h"

/* A connection was opened for the first time (not reopened). */
typedef void (*session_opened)(void *ctx, struct str name, const struct connection_info *info);

struct session_env {
	const struct run_config *config;
	struct watch *watch;
	session_opened opened;
	void *ctx;
};

/* Owned by the caller. The scope holds what command line and environment gave. */
struct session *session_new(const struct session_env *env, struct error *err) MUST_USE;

/*
 * Another session for what runs beside `s`, a row of a RUN with `jobs`: the same settings and `connection:` options, connections of its own.
 * `ctx` is what its `opened` gets. Reads `s` only.
 */
struct session *session_fork(const struct session *s, void *ctx, struct error *err) MUST_USE;
void session_free(struct session *s);		/* closes all connections; NULL is fine */

/* Its variables. Borrowed; gone with the session. */
struct scope *session_scope(struct session *s);

/* `connection: NAME=URL` of a RUN: from now on the name means that URL; the old meaning is given back by session_pop_url. */
int session_push_url(struct session *s, struct str name, struct str url, struct error *err) MUST_USE;
void session_pop_url(struct session *s);	/* of the last push */

/* What is known of a connection, opened for the purpose (`needs: mariadb >= 10.6`). Borrowed. */
int session_info(struct session *s, const struct connection_kind *kind, struct str name, const struct deadline *deadline,
		 const struct connection_info **ret, struct error *err) MUST_USE;

/* Are settings for that connection there? Never connects; *err lists what was looked for. */
bool session_is_configured(struct session *s, const struct connection_kind *kind, struct str name, struct error *err);

#endif
