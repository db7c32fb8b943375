/*
 * The registry of reports: what --report NAME=PATH may name, and the console.
 */
#ifndef REPORTS_REPORTS_H
#define REPORTS_REPORTS_H

#include "harness/report/reporter.h"

extern const struct reporter *const reporters[];
extern const size_t nreporters;

/* The result lines on a terminal or in a log; not a file report, and so not in the registry. */
extern const struct reporter reporter_console;

extern const struct reporter reporter_jsonl;
extern const struct reporter reporter_junit;
extern const struct reporter reporter_tap;
extern const struct reporter reporter_tap14;

#endif
