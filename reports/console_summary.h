/*
 * The end of the console's output: the verdict in one line, a line for each entry that is worth one, and where to go on.
 */
#ifndef REPORTS_CONSOLE_SUMMARY_H
#define REPORTS_CONSOLE_SUMMARY_H

#include "harness/report/results.h"
#include "reports/screen.h"

/* Adds the summary of a run that has ended. */
void console_summary(const struct screen *s, struct strbuf *out, const struct results *r);

#endif
