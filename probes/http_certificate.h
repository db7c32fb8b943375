/*
 * A server's certificate as an observation. libcurl describes it in lines "Name:value";
 * their spelling depends on the TLS library, so they are brought into one form here:
 * subjects as "K=V, K=V", serial numbers as pairs of digits joined by ':', dates as
 * dates.
 */
#ifndef PROBES_HTTP_CERTIFICATE_H
#define PROBES_HTTP_CERTIFICATE_H

#include "harness/value/value.h"

/*
 * An object with Subject, Issuer, Serial-Number, Start-Date, Expire-Date,
 * Subject-Alt-Name, Value, of which those that are not among the lines are absent.
 * Copied into `a`; NULL when memory is out.
 */
const struct value *http_certificate(
	struct arena *a, const struct str *lines, size_t count);

/* "Jan 29 08:17:47 2023 GMT" or "2023-01-29 08:17:47 GMT"; false when it is neither. */
bool http_certificate_date(struct str text, int64_t *ret_wall_us) MUST_USE;

#endif
