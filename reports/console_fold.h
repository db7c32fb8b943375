/*
 * Folding in CI logs: the lines of a suite are held back until it ends; one that passed is printed between the markers its
 * CI system folds by. The first red line of a suite releases what was held back, unfolded.
 */
#ifndef REPORTS_CONSOLE_FOLD_H
#define REPORTS_CONSOLE_FOLD_H

#include "harness/report/results.h"
#include "reports/screen.h"

struct fold_rule;
struct fold_suite;

struct console_fold {
	const struct fold_rule *rule;	/* NULL: nothing is folded */
	struct fold_suite *suites;	/* parallel to results->suites as they were when the first line came */
	size_t n;
};

/* `ci` is a word of report_terminal, or NULL. */
void console_fold_init(struct console_fold *f, const char *ci);
void console_fold_release(struct console_fold *f);	/* zeroed struct is fine */

/* True when the lines were taken; else the caller prints them. */
bool console_fold_take(struct console_fold *f, const struct results *r, size_t suite, struct str lines);

/* Moves what was held back of a suite to `out`, unfolded; it stays so. */
void console_fold_break(struct console_fold *f, const struct screen *s, const struct results *r, size_t suite,
			struct strbuf *out);

/* The suite of that name and file ended: what was held back goes to `out`, folded. */
void console_fold_end(struct console_fold *f, const struct screen *s, const struct results *r,
		      const struct event *suite_end, struct strbuf *out);

/* The run ended: what is still held back, unfolded. */
void console_fold_flush(struct console_fold *f, const struct screen *s, const struct results *r,
			struct strbuf *out);

#endif
