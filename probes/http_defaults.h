/*
 * The HTTP options of the command line, judged before anything is sent: a value that no
 * request could use is an error of the command line, not of every entry.
 */
#ifndef PROBES_HTTP_DEFAULTS_H
#define PROBES_HTTP_DEFAULTS_H

#include "harness/run/connection.h"

/*
 * ERR_USAGE names the option, what it expects, what it got (unless that may be a
 * secret) and what to do: for a value that is none, and for a file that is not there.
 */
int http_defaults_check(
	struct arena *a, const struct settings *settings, struct error *err) MUST_USE;

#endif
