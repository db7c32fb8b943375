/*
 * What /metrics shows: requests by method, path and status, and figures of the process.
 *
 * As in the original the path is the raw one, with its ids; but series stop growing at a ceiling,
 * beyond which requests are counted under the path "other".
 */
#ifndef TESTS_SERVICE_METRICS_H
#define TESTS_SERVICE_METRICS_H

struct error;
struct metrics;

/* No series yet. */
int metrics_new(struct metrics **ret, struct error *err);

/* Accepts NULL. */
void metrics_free(struct metrics *metrics);

/* Counts an answered request. */
void metrics_count(struct metrics *metrics, const char *method, const char *path, unsigned status);

#endif
