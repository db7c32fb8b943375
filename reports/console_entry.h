/*
 * What the console says about one entry.
 */
#ifndef REPORTS_CONSOLE_ENTRY_H
#define REPORTS_CONSOLE_ENTRY_H

#include "harness/report/results.h"
#include "reports/screen.h"

/* The word of a case's line ("FLAKY" for a flaky pass), padded to six columns, in its colour. */
void console_entry_word(const struct screen *s, struct strbuf *out, const struct result_case *c);

/* The status line: word, title, what is worth saying in a few words, duration at the right. */
void console_entry_line(const struct screen *s, struct strbuf *out, const struct results *r,
			const struct result_case *c);

/* The lines below it: the detail, then why, fix and how to do it again; of a warning too. */
void console_entry_detail(const struct screen *s, struct strbuf *out, const struct results *r,
			  const struct result_case *c);

/* The lines that tell how to do it again, from the event: a pass keeps none. */
void console_entry_repro(const struct screen *s, struct strbuf *out, const struct ev_entry_end *end);

/* An assertion in a line (-v), and an exchange: its line (-v), or all of it (-vv). */
void console_entry_assertion(const struct screen *s, struct strbuf *out, const struct ev_assertion *a);
void console_entry_exchange(const struct screen *s, struct strbuf *out, const struct ev_exchange *x,
			    bool full);	/* appends */

#endif
