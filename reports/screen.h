/*
 * Where the console's text goes: permanent lines, and on a terminal a live region below them that is wiped before each of
 * them and drawn again at most ten times a second. The cursor is never hidden, and rests below the region.
 *
 * Text from outside goes through screen_text or screen_lines, which make controls visible and, where no terminal is, disarm
 * what a CI system would obey.
 */
#ifndef REPORTS_SCREEN_H
#define REPORTS_SCREEN_H

#include "harness/report/reporter.h"

enum { SCREEN_REGION_LINES = 7 };	/* a bar and six entries */

enum tint {
	TINT_NONE,
	TINT_GREEN,
	TINT_RED,
	TINT_YELLOW,
	TINT_DIM,
	TINT_BOLD,
	TINT_COUNT
};

struct screen {
	struct report *report;
	const struct report_terminal *terminal;
	size_t widths[SCREEN_REGION_LINES];	/* of the lines that are drawn now */
	size_t drawn;
	uint64_t drawn_us;			/* when the region was last drawn */
	uint64_t printed_us;			/* when a permanent line was last printed */
	uint64_t seen_us;			/* when the screen was last used */
};

/* From what the report knows of its terminal. `r` is borrowed. */
void screen_init(struct screen *s, struct report *r);

/* Columns now: the terminal is asked each time, so that a changed window counts at once. */
size_t screen_columns(const struct screen *s);

/* One line of untrusted text, safe to print. */
void screen_text(const struct screen *s, struct strbuf *out, struct str text);

/* Untrusted text of several lines, each behind `indent` blanks and with its line end. */
void screen_lines(const struct screen *s, struct strbuf *out, struct str text, size_t indent);

/* Adds our own text in a colour; without colours the text alone. */
void screen_tinted(const struct screen *s, struct strbuf *out, enum tint tint, const char *text);

/* Prints complete lines, after the region was wiped. */
void screen_print(struct screen *s, struct str lines);

/* True when the region may be drawn again. */
bool screen_may_draw(const struct screen *s);

/* Draws the region: at most SCREEN_REGION_LINES lines, each with a line end, cut to the terminal's columns. */
void screen_draw(struct screen *s, struct str lines);

/* Removes the region. */
void screen_wipe(struct screen *s);

#endif
