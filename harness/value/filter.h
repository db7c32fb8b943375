/*
 * Filters: a table of pure functions from value to value. A filter given no value fails ("no input") unless it is `default`.
 * `each`, `any` and `none` are no functions but marks: the filters and the predicate behind them work on each element (judge).
 */
#ifndef HARNESS_VALUE_FILTER_H
#define HARNESS_VALUE_FILTER_H

#include "harness/value/query.h"

enum filter_special { FILTER_PLAIN, FILTER_DEFAULT, FILTER_EACH, FILTER_ANY, FILTER_NONE };

struct filter {
	const char *name;
	enum arg_type args[2];
	unsigned takes;			/* set of types; others: "needs a list, but got ..." */
	unsigned yields;		/* 0: anything */
	bool extension;			/* .suite and .sql only */
	const char *deprecated_for;	/* the new name, when this is an old one (a warning) */
	enum filter_special special;
	int (*eval)(const struct eval *, const struct value *input, const struct value *const *args, const struct value **ret,
		    struct error *err);
	const char *help;
};

extern const struct filter filters[];
extern const size_t filters_count;

/* By name, NULL when unknown. */
const struct filter *filter_find(struct str name);

/* The nearest name within two edits, NULL when none is near. */
const char *filter_suggest(struct str name);

/* Applies one filter: checks the input's type, then evaluates. A secret input gives a secret result. */
int filter_apply(const struct eval *ev, const struct filter *f, const struct value *input, const struct value *const *args,
		 const struct value **ret, struct error *err) MUST_USE;

#endif
