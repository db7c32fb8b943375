/*
 * REDIS RECEIVE: the first message on a channel, collected or coming, that the entry's
 * `match:` conditions select.
 */
#ifndef PROBES_REDIS_RECEIVE_H
#define PROBES_REDIS_RECEIVE_H

#include "harness/run/probe.h"
#include "probes/redis_connection.h"

struct redis_receive {
	const struct entry *entry;
	const struct option_row *match; /* that option's row; each of them must hold */
	struct str channel;
	bool expect_absent; /* RECEIVE channel NONE */
};

/*
 * Looks at messages until one is selected or the run's deadline is over, which is no
 * error: *ret is the tree either way (redis.h). ERR_REDIS when nothing is subscribed to
 * that channel or the subscription was lost, ERR_LIMIT, ERR_ABORTED, ERR_TEMPLATE of a
 * `match:`.
 */
int redis_receive_message(struct probe_run *run, struct redis_connection *r,
	const struct redis_receive *what, const struct value **ret,
	struct error *err) MUST_USE;

#endif
