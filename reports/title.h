/*
 * What reports call a case, and the words they share.
 */
#ifndef REPORTS_TITLE_H
#define REPORTS_TITLE_H

#include "harness/report/results.h"

/* "suite > title", as it is; the caller escapes it. */
void title_add(struct strbuf *out, const struct ev_planned *planned);

/* Where a case is: its first failed assertion, else its entry. */
struct place {
	struct str file;
	uint64_t line, column;
};
struct place title_place(const struct result_case *c);

/* The message of a case that is red or left out; a word of ours when there is none. Never absent. */
struct str title_message(const struct results *r, const struct result_case *c);

/* Dotted word of a case, as a C string of ours when the event has none: "error.not_run". Never absent for a case that is no pass. */
struct str title_kind(const struct result_case *c);

/* Why and fix of a case: those of its end, else those it was planned with. */
struct str title_why(const struct result_case *c);
struct str title_fix(const struct result_case *c);	/* absent: none */

/* What an `accept` line made of the case, for people: "OPS-7 until 2026-12-31 (3 days left)"; nothing when it did not matter. */
void title_accept(struct strbuf *out, const struct ev_entry_end *end);

/* Counts as a line for people: "37 entries: 31 passed (1 flaky), 2 failed". */
void title_counts(struct strbuf *out, const struct counts *c);

#endif
