/*
 * In a Kubernetes pod the summary also goes to /dev/termination-log, where `kubectl describe pod` finds it.
 */
#ifndef HARNESS_TERMINATION_H
#define HARNESS_TERMINATION_H

#include "harness/report/results.h"

/* Verdict first, then a line per red case; at most 4 KiB, visible characters only. */
void termination_text(struct strbuf *out, const struct results *r, enum verdict verdict);

/* Writes it when the file is there and writable; says nothing otherwise. */
void termination_write(const char *path, const struct results *r, enum verdict verdict);

#endif
