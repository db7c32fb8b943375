/*
 * --pin: is this the server that was meant? Asked before anything else is sent.
 */
#ifndef HARNESS_RUN_PINS_H
#define HARNESS_RUN_PINS_H

#include "harness/judge/scope.h"
#include "harness/run/plan.h"
#include "harness/run/watch.h"

/*
 * Opens every pinned connection that a selected case uses, and lets its kind compare. ERR_USAGE for a mismatch. A server that cannot be
 * reached is no mismatch: its entries will end in errors. Nothing is opened without a pin.
 */
int pins_check(const struct run_config *config, const struct plan *plan, struct watch *watch,
	struct error *err) MUST_USE;

/*
 * base_url=, before anything is sent: ERR_USAGE when the variable that is known before the run (`known`) is another, or when selected HTTP
 * entries would be sent and nothing in the plan sets base_url, so that the pin would guard nothing.
 */
int pins_check_base_url(const struct run_config *config, const struct plan *plan, const struct scope *known,
	struct error *err) MUST_USE;

/* Scheme, host and port of `url` are those of the pin. */
bool pins_url_fits(struct str url, const char *pin);

#endif
