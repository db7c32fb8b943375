/*
 * HTTP entries: a request as it stands in the file, its answer as one value tree
 * (harness/value/observation.h).
 *
 * The work is beside this file: http_options (what [Options] and the command line say),
 * http_spec (the request, filled in), http_curl (one transfer), http_decode (content
 * encodings), http_observe (answer to tree, to exchange event, to a curl command),
 * http_race.
 */
#ifndef PROBES_HTTP_H
#define PROBES_HTTP_H

#include "harness/run/probe.h"

extern const struct probe_kind http_probe;

#endif
