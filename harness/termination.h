/*
 * In a Kubernetes pod the summary also goes to /dev/termination-log, where `kubectl describe pod` finds it.
 */
#ifndef HARNESS_TERMINATION_H
#define HARNESS_TERMINATION_H

#include "harness/report/results.h"

/*
 * Writes the verdict, then a line for each red case: at most 4 KiB, visible characters only. Where the file is not there or cannot be
 * written, nothing happens and nothing is said.
 */
void termination_write(const char *path, const struct results *r, enum verdict verdict);

#endif
