/*
 * Types along a chain of filters: what can be known to be wrong before anything is sent. A chain starts with what a query
 * yields, or with the variable of a placeholder, and ends before the predicate.
 *
 * All functions: 0, or -1 with ERR_CHECK at the guilty word. After a failure a chain goes on with any type, so that one mistake is
 * told once.
 */
#ifndef HARNESS_LANG_CHAIN_H
#define HARNESS_LANG_CHAIN_H

#include "harness/lang/ast.h"

/* What flows through a chain: the set of types so far, and who gave it. */
struct chain {
	unsigned types;
	const char *giver;
	bool each;		/* behind each, any or none: on the elements, whose types are unknown */
};

/* 0 in a table's `takes` or `yields` means anything. */
unsigned chain_types(unsigned types);

/* The next filter of the chain: does it take what comes, and what does it make of it? */
int chain_filter(struct chain *chain, const struct source *s, const struct call *call, struct error *err) MUST_USE;

/* Constant patterns and paths among the arguments of a query or filter: do they compile? */
int chain_arguments(const struct source *s, const struct call *call, struct error *err) MUST_USE;

/* One such text by itself (behind `matches`). */
int chain_pattern(const struct source *s, const struct operand *o, struct error *err) MUST_USE;

/* "KIND 'NAME' needs a list, but 'status' yields an integer". Always -1. */
int chain_mismatch(const struct chain *chain, const struct source *s, struct span span, const char *kind, struct str name,
		   unsigned takes, struct error *err);

/* The filters of a placeholder: a variable may be anything, newUuid is a string, newDate a date; nothing is judged element by element. */
int chain_placeholder(const struct source *s, const struct placeholder *p, struct error *err) MUST_USE;

#endif
