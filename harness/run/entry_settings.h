/*
 * The options every kind has, evaluated: the entry's own, else the command line's, else the default.
 */
#ifndef HARNESS_RUN_ENTRY_SETTINGS_H
#define HARNESS_RUN_ENTRY_SETTINGS_H

#include "harness/run/config.h"

struct entry_settings {
	bool skip, always, continue_on_error, verbose;
	int64_t retry;			/* further attempts; -1: no limit */
	uint64_t retry_interval_us;
	uint64_t delay_us;
	uint64_t max_time_us;		/* of one attempt */
	int64_t repeat;			/* -1: for ever */
	int64_t consecutive;
	const struct assertion *when, *give_up;
};

/*
 * Evaluates top to bottom, so that a later option sees an earlier `variable`, which is set in `scope`. An error here is one of the entry
 * and is never retried.
 */
int entry_settings_evaluate(const struct run_config *config, const struct expander *x, struct scope *scope,
			    const struct entry *e, uint64_t default_max_time_us, struct entry_settings *ret, struct error *err) MUST_USE;

/* Is the entry marked `always: true`? Known without variables; a placeholder there counts as true. */
bool entry_is_always(const struct entry *e);

#endif
