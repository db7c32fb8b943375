/*
 * The kind REDIS: one command and its reply; SUBSCRIBE and PSUBSCRIBE, which listen from
 * then on, and RECEIVE, which takes a message of those that came.
 *
 * The tree of RECEIVE: {reply, channel, received, position, absent false, expect_absent,
 * duration} for the message that was taken; {channel, received, absent true,
 * expect_absent, nearest, duration} when none was selected in time.
 */
#ifndef PROBES_REDIS_H
#define PROBES_REDIS_H

#include "harness/run/probe.h"

extern const struct probe_kind redis_probe;

#endif
