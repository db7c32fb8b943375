/*
 * An HTTP entry compiled: what can be found out before anything is sent
 * (http_spec_prepare), the request with its templates filled in (http_request_build),
 * and the next one of a chain of redirects (http_request_redirect).
 */
#ifndef PROBES_HTTP_SPEC_H
#define PROBES_HTTP_SPEC_H

#include "harness/run/probe.h"
#include "probes/http_message.h"

/* In the run's arena. */
struct http_spec {
	bool extended; /* a suite: lists and objects in JSON bodies */
	bool is_race;
};

/*
 * Checks the entry and says what it would do. Every mistake goes to `errors`; -1 when
 * there was one.
 */
int http_spec_prepare(const struct prepare_env *env, const struct entry *e,
	struct prepared *ret, struct error_list *errors) MUST_USE;

/*
 * Fills the request in, in run->arena. `options` must outlive it. Credentials are
 * registered as secrets before they are used. Failures have their place: ERR_TEMPLATE,
 * ERR_FILE, ERR_LIMIT.
 */
int http_request_build(struct probe_run *run, const struct entry *e,
	const struct http_spec *spec, const struct http_options *options,
	struct http_request *ret, struct error *err) MUST_USE;

/*
 * The request that follows `from` after an answer with `status` that points to `url`
 * (absolute, NUL-terminated). 301, 302 and 303 make a GET without body; all others
 * repeat method and body. `same_origin` false: Authorization, Cookie, [Cookies] and
 * `user` stay behind.
 */
int http_request_redirect(struct arena *a, const struct http_request *from,
	int64_t status, struct str url, bool same_origin, struct http_request *ret,
	struct error *err) MUST_USE;

#endif
