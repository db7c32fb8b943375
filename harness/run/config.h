/*
 * What a run was asked for, as main read it from the command line: plain data, const while the run goes on.
 */
#ifndef HARNESS_RUN_CONFIG_H
#define HARNESS_RUN_CONFIG_H

#include "harness/base/limits.h"
#include "harness/judge/scope.h"
#include "harness/run/probe.h"

/* A variable from outside. */
struct injected {
	struct str name;
	const struct value *value;	/* flags INJECTED, SECRET */
};

/* `--tags smoke,!slow`: an entry is taken when it has one of `any` (or there is none there) and none of `none`. */
struct tag_filter {
	const struct str *any;
	size_t nany;
	const struct str *none;
	size_t nnone;
};

struct run_config {
	const struct limits *limits;
	const struct clock *clock;
	const struct settings *settings;
	struct secrets *secrets;
	struct artifacts *artifacts;		/* --artifacts; NULL: not given */
	const struct probe_kind *const *probes;
	size_t nprobes;
	const struct kinds *kinds;		/* syntax of the probes and of RUN, for the parser */
	const struct kind *run_kind;		/* RUN, and its options */
	enum jsonpath_mode jsonpath;

	const struct injected *variables;
	size_t nvariables;
	struct tag_filter tags;
	const struct str *ids;			/* --id: only these cases, and what stands above them */
	size_t nids;
	const struct str *rerun_words;		/* what `again` lines repeat of the command line: --allow-write, --variable ... */
	size_t nrerun_words;
	const char *file_root;			/* --file-root, NULL: the scenario's folder */
	size_t from_entry, to_entry;		/* 1-based, 0: not given */

	bool allow_write, read_only;
	bool only_looks;			/* check, list: what a run would refuse for want of a variable is a note */
	bool fail_fast, continue_on_error, no_assert;
	bool no_batch;				/* each statement in a packet of its own */
	size_t jobs;
	int64_t retry;				/* default for entries; 0: none */
	uint64_t retry_interval_us;
	uint64_t delay_us;
	uint64_t max_time_us;			/* 0: the kinds' own */
};

#endif
