/*
 * A set of texts that are found in one pass over another text. It is kept as a few sorted runs, each at least twice as
 * long as the next: adding sorts what is new, merges it with the runs that are not longer, and leaves the others alone, so
 * that a text is moved some twenty times at most, however many are added and in however many steps. In a run each text
 * knows the longest other one that it begins with: the longest text at a place is one binary search away, also when
 * thousands begin alike.
 *
 * Nothing here locks. secret_set_prepare only reads the set, secret_set_apply changes it in a moment and cannot fail: a
 * set holds all of what was added, or nothing of it.
 */
#ifndef HARNESS_JUDGE_SECRET_SET_H
#define HARNESS_JUDGE_SECRET_SET_H

#include "harness/base/str.h"

/* Shorter texts are found by secret_set_get only, not in others. */
enum { SECRET_LEAST = 4 };

struct secret_pattern {
	struct str text;	/* not empty; whoever adds it keeps it alive, and the name too */
	struct str name;	/* of the variable or field that holds it */
	bool whole;		/* a secret itself, not only a form of one */
	size_t up;		/* 1 + place in the run of the longest text that this one begins with; 0: none. Set here */
};

struct secret_run {
	struct secret_pattern *items;	/* by bytes, none twice */
	size_t count;
};

enum { SECRET_RUNS = 48 };

/* Zeroed at start. */
struct secret_set {
	struct secret_run runs[SECRET_RUNS];	/* the longest first */
	size_t nruns;
	size_t count;		/* of all runs; a text may be in two */
	uint64_t *filter;	/* a bit for (the hash of) each first four bytes */
	unsigned filter_bits;	/* its size: 2^filter_bits bits */
};

/* Frees the runs; the texts are not its own. Fine on a zeroed struct. */
void secret_set_release(struct secret_set *s);

/* A step to a larger set. */
struct secret_step {
	struct secret_run run;	/* what is new, merged with what it replaces */
	size_t keep;		/* ... which are the runs from here on */
	uint64_t *filter;	/* NULL: the old one is large enough */
	unsigned filter_bits;
};

/*
 * Makes the step that adds `n` patterns, which it sorts. `work` counts comparisons and moves. False without memory. A step
 * is applied or released.
 */
bool secret_set_prepare(const struct secret_set *s, struct secret_pattern *more, size_t n, struct secret_step *ret,
			size_t *work) MUST_USE;
void secret_set_apply(struct secret_set *s, struct secret_step *step);	/* `s` must be as it was when the step was prepared */
void secret_step_release(struct secret_step *step);	/* one that is not applied */

/* The longest text of the set that `rest` begins with, NULL: none. `work` counts comparisons. */
const struct secret_pattern *secret_set_longest(const struct secret_set *s, struct str rest, size_t *work);

/* The pattern that is `text`, NULL: none. */
const struct secret_pattern *secret_set_get(const struct secret_set *s, struct str text, size_t *work);

#endif
