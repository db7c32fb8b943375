/*
 * What both versions of TAP share: a point with its block, and the lines around the points. A dialect says how they differ.
 */
#ifndef REPORTS_TAP_POINT_H
#define REPORTS_TAP_POINT_H

#include "harness/report/reporter.h"

struct tap_dialect {
	unsigned version;
	size_t indent;			/* blanks before a point */
	bool names_suite;		/* the title of a point begins with its suite */
	bool warnings_are_ok;		/* a warning is "ok ... SKIP"; else "not ok ... TODO" */
	const char *warning;		/* the directive of a warning, up to its message */
	void (*escape)(struct strbuf *out, struct str s);	/* of descriptions and reasons */
};

/* "ok N - title", without a line end. */
void tap_head(struct strbuf *out, const struct tap_dialect *d, bool ok, size_t number, struct str title);

/* The point of a case, with its block of at most 8 KiB. */
void tap_point(struct strbuf *out, const struct tap_dialect *d, const struct results *r, const struct result_case *c,
	size_t number);

/* The point of a file that could not be run, with all its errors. */
void tap_bad_file(struct strbuf *out, const struct tap_dialect *d, const struct results *r, struct str id, size_t number);

/* The point of a run that only --fail-on made red (results_is_widened). */
void tap_widening(struct strbuf *out, const struct tap_dialect *d, const struct results *r, size_t number);

/* Version, plan, and a comment that says which run this is. */
void tap_version_and_plan(struct strbuf *out, const struct tap_dialect *d, const struct report *r, size_t n);

/* True for a run that has not ended, or was stopped: its stream ends in tap_bail_out, which says why. */
bool tap_needs_bail_out(const struct results *r);
void tap_bail_out(struct strbuf *out, const struct tap_dialect *d, const struct report *r);	/* appends the line */

/* A bail-out with words of its own. */
void tap_bail_out_for(struct strbuf *out, const struct tap_dialect *d, struct str reason);

/* True when nothing was selected, and that is red. */
bool tap_is_empty(const struct results *r);

#endif
