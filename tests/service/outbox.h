/*
 * The outbox table as the worker sees it.
 */
#ifndef TESTS_SERVICE_OUTBOX_H
#define TESTS_SERVICE_OUTBOX_H

#include <stdbool.h>
#include <stddef.h>

#include "tests/service/text.h"

struct app;
struct db;
struct error;

struct outbox_row {
	long id;
	long attempts;		/* before this worker's claim */
	struct text aggregate_type;
	struct text aggregate_id;
	struct text event_type;
	struct text payload;
	struct text created;
};

/* Reads at most `max` due rows into rows[]; the caller releases each, also after a failure. */
int outbox_due(struct db *db, const struct app *app, size_t max, struct outbox_row *rows,
	       size_t *count, struct error *err);

/* Frees the texts. */
void outbox_row_release(struct outbox_row *row);

/* Claims a row: attempts + 1, due again after base * 2^attempts. *won is false when another was first. */
int outbox_claim(struct db *db, const struct app *app, const char *worker, const struct outbox_row *row,
		 bool *won, struct error *err);

/* Marks a row done; the fault worker-timezone shifts the time. */
int outbox_done(struct db *db, const struct app *app, long id, struct error *err);

/* After a failed publication of a claimed row: due again later, or dead at the last attempt (*dead). */
int outbox_failed(struct db *db, const struct app *app, const struct outbox_row *row, const char *why,
		  bool *dead, struct error *err);

/* Puts a row to the dead letters. */
int outbox_bury(struct db *db, long id, const char *reason, struct error *err);

#endif
