/*
 * A race: the same request over N connections at one instant. All connections are
 * opened, all of the request but its last byte is handed to the kernel on each, then
 * the last bytes are released in one loop. So N requests are complete within
 * microseconds.
 *
 * Only loopback is asked without leave: other hosts must be listed, as they stand in
 * the URL, in POSTFLIGHT_ALLOW_TARGETS.
 */
#ifndef PROBES_HTTP_RACE_H
#define PROBES_HTTP_RACE_H

#include "probes/http_curl.h"
#include "probes/http_message.h"

struct http_race {
	const struct value *tree; /* {responses, spread_us, duration} */
	uint64_t spread_us; /* first to last release */
	uint64_t duration_us; /* first release to the last answer */
	bool server_error; /* one of the answers had a status of 500 or more */
	bool local; /* all connections stay on this machine */
};

/*
 * rq->options->race times. Fails when the target is not allowed (ERR_CONNECT), a
 * connection cannot be opened (nothing was sent then), or the run is stopped; an answer
 * that does not come is an element with `error`. `settings` may be NULL.
 */
int http_race_run(struct http_client *c, const struct http_call *call,
	const struct settings *settings, const struct http_request *rq,
	struct http_race *ret, struct error *err) MUST_USE;

/*
 * What to say of requests that left too far apart to be a race: more than 2 ms, where no
 * network is between. Absent when all is well; in `a`.
 */
struct str http_race_warning(struct arena *a, const struct http_race *race);

#endif
