#include "harness/run/retry.h"

static bool attempts_left(const struct retry_policy *p, const struct retry_state *s)
{
	int64_t retries = p->retries < 0 || p->retries > p->max_retries ? p->max_retries :
									  p->retries;
	return s->attempts <= (uint64_t)retries;
}

enum retry_verdict retry_after(
	const struct retry_policy *p, struct retry_state *s, bool held, bool final)
{
	s->attempts++;
	s->in_a_row = held ? s->in_a_row + 1 : 0;
	if (held && s->in_a_row >= p->consecutive)
		return RETRY_HELD;
	return !final && attempts_left(p, s) ? RETRY_AGAIN : RETRY_RED;
}
