/*
 * The judge: observation, scope and instant go in, verdicts come out. No network, no event, no clock of its own. Runner, load, merge and
 * offline judging call the same functions.
 */
#ifndef HARNESS_JUDGE_JUDGE_H
#define HARNESS_JUDGE_JUDGE_H

#include "harness/judge/expand.h"
#include "harness/judge/secrets.h"
#include "harness/lang/ast.h"

/* What became of one assertion. */
struct finding {
	const struct assertion *assertion;
	bool ok;
	const char *kind;		/* "assert.status", "assert.json", "error.capture" ...; NULL when ok */
	const struct value *actual;	/* NULL: no value */
	const struct value *expected;	/* NULL: none, or never evaluated */
	struct source_pos at;		/* where the frame points; column 0 for predicate failures */
	size_t width;			/* of the carets */
	struct str message;		/* one line; absent when ok */
	struct str detail;		/* the frame, then table or diff; absent when ok */
	struct str note;		/* held, but: "over an empty list"; absent: none */
};

/* A capture or metric and its value. */
struct bound {
	struct str name;
	struct str label;		/* metric series */
	const struct value *value;
};

struct judgement {
	const struct finding *findings;	/* in order of judging */
	size_t nfindings;
	const struct bound *captures;
	size_t ncaptures;
	const struct bound *metrics;
	size_t nmetrics;
	size_t held, not_held;		/* asserts; prefers that did not hold are in not_preferred */
	size_t not_preferred;
	size_t not_evaluated;		/* asserts behind a wrong status, in Hurl's order of judging */
	/* first reason for red: a failure, or (a capture without value in a .hurl ...) an error; NULL when all held */
	const struct finding *first_bad;
	bool is_error;			/* the reason is an error: could not be asked (exit 3), not a failure */
};

struct judge_input {
	const struct entry *entry;
	enum file_type file_type;	/* order of judging and the weight of a missing capture differ */
	const struct expander *expander;	/* eval->tree is the observation */
	/* called for every capture as soon as it has its value, so that later lines see it */
	int (*bind)(void *ctx, struct str name, const struct value *v, struct error *err);
	void *bind_ctx;
	const struct secrets *secrets;	/* masks what findings show, before it is cut; may be NULL */
	bool no_asserts;		/* --no-assert: captures only */
	size_t max_shown_bytes;
};

/*
 * Judges one observation against its entry. Fails (-1) only for want of memory or a ceiling; everything else is a finding.
 * Results live in the expander's arena.
 */
int judge_entry(const struct judge_input *in, struct judgement *ret, struct error *err) MUST_USE;

/* One assertion by itself: `when`, `match`, `give-up`. *ret: does it hold. Errors inside count as "does not hold" unless they are template errors. */
int judge_condition(const struct expander *x, const struct assertion *a, bool *ret, struct error *err) MUST_USE;

#endif
