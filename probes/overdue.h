/*
 * The one wording of "time is over" for probes that ask a server.
 */
#ifndef PROBES_OVERDUE_H
#define PROBES_OVERDUE_H

#include "harness/base/error.h"

/*
 * Sets ERR_TIMEOUT "no answer within 2 s" (or "450 ms") and keeps err->sent; always -1.
 * `allowed_us` is rounded up to a millisecond, since a part of it has always gone before
 * it is measured.
 */
int overdue(struct error *err, uint64_t allowed_us);

#endif
