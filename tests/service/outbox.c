#include "tests/service/outbox.h"

#include "tests/service/app.h"
#include "tests/service/db.h"
#include "tests/service/error.h"

#define DUE_COLUMNS \
	"SELECT id, attempts, aggregate_type, COALESCE(aggregate_id, ''), event_type, " \
	"COALESCE(payload, 'null'), COALESCE(created_at, '') FROM outbox " \
	"WHERE processed = 0 AND dlq = 0 AND (next_retry_at IS NULL OR next_retry_at <= NOW()) "

#define DOUBLINGS_MAX 20

/* base * 2^doublings seconds, at most a year. */
static long long backoff(const struct app *app, long doublings)
{
	long long seconds = app->config.base_backoff_s;
	long n = doublings < DOUBLINGS_MAX ? doublings : DOUBLINGS_MAX;

	for (long i = 0; i < n; i++)
		seconds *= 2;
	return seconds < 31536000 ? seconds : 31536000;
}

static void read_row(const struct db_rows *rows, struct outbox_row *ret)
{
	struct text *columns[] = {
		&ret->aggregate_type, &ret->aggregate_id, &ret->event_type, &ret->payload, &ret->created,
	};

	ret->id = db_int(rows, 0);
	ret->attempts = db_int(rows, 1);
	for (unsigned i = 0; i < sizeof(columns) / sizeof(columns[0]); i++)
		text_add(columns[i], db_col(rows, i + 2));
}

int outbox_due(struct db *db, const struct app *app, size_t max, struct outbox_row *rows,
	       size_t *count, struct error *err)
{
	struct db_rows *found;

	*count = 0;
	if (db_query(db, &found, err,
		     fault_on(&app->faults, FAULT_WORKER_OUT_OF_ORDER) ?
			     DUE_COLUMNS "ORDER BY created_at DESC, id DESC LIMIT %lld" :
			     DUE_COLUMNS "ORDER BY created_at, id LIMIT %lld", (long long)max))
		return -1;
	while (*count < max && db_next(found))
		read_row(found, &rows[(*count)++]);
	db_rows_free(found);
	return 0;
}

void outbox_row_release(struct outbox_row *row)
{
	text_release(&row->aggregate_type);
	text_release(&row->aggregate_id);
	text_release(&row->event_type);
	text_release(&row->payload);
	text_release(&row->created);
}

int outbox_claim(struct db *db, const struct app *app, const char *worker, const struct outbox_row *row,
		 bool *won, struct error *err)
{
	unsigned long long rows;

	if (db_exec(db, &rows, err,
		    "UPDATE outbox SET next_retry_at = NOW() + INTERVAL %lld SECOND, "
		    "last_error = CONCAT('claimed by ', %s), attempts = attempts + 1 "
		    "WHERE id = %lld AND processed = 0 AND dlq = 0 AND attempts = %lld "
		    "AND (next_retry_at IS NULL OR next_retry_at <= NOW())",
		    backoff(app, row->attempts), worker, (long long)row->id, (long long)row->attempts))
		return -1;
	*won = rows == 1;
	return 0;
}

int outbox_done(struct db *db, const struct app *app, long id, struct error *err)
{
	const struct faults *faults = &app->faults;
	long hours = fault_on(faults, FAULT_WORKER_TIMEZONE) ? faults->value[FAULT_WORKER_TIMEZONE] : 0;

	return db_exec(db, NULL, err,
		       "UPDATE outbox SET processed = 1, processed_at = NOW() - INTERVAL %lld HOUR, "
		       "last_error = NULL, next_retry_at = NULL WHERE id = %lld",
		       (long long)hours, (long long)id);
}

int outbox_failed(struct db *db, const struct app *app, const struct outbox_row *row, const char *why,
		  bool *dead, struct error *err)
{
	long attempts = row->attempts + 1;

	*dead = attempts >= app->config.max_attempts;
	if (*dead)
		return db_exec(db, NULL, err,
			       "UPDATE outbox SET dlq = 1, dlq_reason = 'publish failure after max attempts', "
			       "last_error = %s, next_retry_at = NULL WHERE id = %lld", why, (long long)row->id);
	return db_exec(db, NULL, err,
		       "UPDATE outbox SET last_error = %s, next_retry_at = NOW() + INTERVAL %lld SECOND "
		       "WHERE id = %lld", why, backoff(app, attempts), (long long)row->id);
}

int outbox_bury(struct db *db, long id, const char *reason, struct error *err)
{
	return db_exec(db, NULL, err,
		       "UPDATE outbox SET dlq = 1, dlq_reason = %s, next_retry_at = NULL WHERE id = %lld",
		       reason, (long long)id);
}
