#include "probes/overdue.h"

#include <inttypes.h>

int overdue(struct error *err, uint64_t allowed_us)
{
	uint64_t ms = allowed_us / 1000 + (allowed_us % 1000 != 0);
	bool sent = err->sent;

	if (ms % 1000 == 0)
		error_set(err, ERR_TIMEOUT, "no answer within %" PRIu64 " s", ms / 1000);
	else
		error_set(err, ERR_TIMEOUT, "no answer within %" PRIu64 " ms", ms);
	err->sent = sent;
	return -1;
}
