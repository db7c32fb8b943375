#include "tests/service/worker.h"

#include <stdio.h>
#include <stdlib.h>

#include "tests/service/app.h"
#include "tests/service/broker.h"
#include "tests/service/db.h"
#include "tests/service/error.h"
#include "tests/service/json.h"
#include "tests/service/outbox.h"
#include "tests/service/pool.h"
#include "tests/service/secret.h"
#include "tests/service/subscriber.h"

#define REPORT_MS 2000
#define LONGEST_MS 3600000

struct worker {
	struct app *app;
	const char *name;
	char random_name[UUID_SIZE];
	struct db *db;			/* for one round, as the broker */
	struct broker *broker;		/* NULL when Redis did not answer, for the reason beside it */
	struct error no_broker;
	size_t processed, retried, dead, skipped;	/* since the last line of the log */
	int64_t reported_ms;
};

static int need_broker(const struct worker *w, struct error *err)
{
	if (w->broker)
		return 0;
	*err = w->no_broker;
	return -1;
}

static bool has(const struct worker *w, enum fault fault)
{
	return fault_on(&w->app->faults, fault);
}

/* The older worker's message: the payload in an envelope. */
static int envelope(const struct outbox_row *row, struct text *out, struct error *err)
{
	cJSON *json = cJSON_CreateObject();

	json_add_number(json, "id", (double)row->id);
	json_add_string(json, "event_type", text_get(&row->event_type));
	json_add(json, "payload", json_parse(text_get(&row->payload), row->payload.n));
	json_add_string(json, "aggregate_id", text_get(&row->aggregate_id));
	json_add_string(json, "created_at", text_get(&row->created));
	int rc = json_print(out, json, err);
	cJSON_Delete(json);
	return rc;
}

/* worker-wrong-channel: no claim, no key, another channel, done. */
static int work_as_older(struct worker *w, const struct outbox_row *row, struct error *err)
{
	struct text channel = { 0 };
	struct text message = { 0 };

	text_addf(&channel, "events.%s", text_get(&row->aggregate_type));
	int rc = need_broker(w, err) || envelope(row, &message, err) ? -1 : 0;
	if (!rc)
		rc = broker_publish(w->broker, text_get(&channel), text_get(&message), err);
	if (!rc)
		rc = outbox_done(w->db, w->app, row->id, err);
	w->processed += !rc;
	text_release(&channel);
	text_release(&message);
	return rc;
}

/* Publishes unless the key says that it was done before. When publishing fails the key goes again. */
static int publish(struct worker *w, const struct outbox_row *row, struct error *err)
{
	struct text key = { 0 };
	struct text channel = { 0 };
	struct error ignored;
	bool fresh = false;

	if (need_broker(w, err))
		return -1;
	text_addf(&key, "outbox:idempotency:%ld", row->id);
	text_addf(&channel, "%s:%s", text_get(&row->aggregate_type), text_get(&row->event_type));
	int rc = broker_set_once(w->broker, text_get(&key), "1", w->app->config.idempotency_ttl_s, &fresh, err);
	if (!rc && fresh) {
		rc = broker_publish(w->broker, text_get(&channel), text_get(&row->payload), err);
		if (rc && broker_forget(w->broker, text_get(&key), &ignored))
			app_log("event %ld: its key stays behind: %s", row->id, ignored.message);
	}
	text_release(&key);
	text_release(&channel);
	return rc;
}

/* A claimed row: publish and mark done, or mark when to try again. */
static int deliver(struct worker *w, const struct outbox_row *row, struct error *err)
{
	struct error why;
	bool dead;

	if (!publish(w, row, &why)) {
		w->processed++;
		return outbox_done(w->db, w->app, row->id, err);
	}
	app_log("event %ld: %s", row->id, why.message);
	if (outbox_failed(w->db, w->app, row, why.message, &dead, err))
		return -1;
	w->dead += dead;
	w->retried += !dead;
	return 0;
}

/* worker-swallow: done after so many attempts, and nobody was told. */
static int swallow(struct worker *w, const struct outbox_row *row, struct error *err)
{
	if (db_exec(w->db, NULL, err, "UPDATE outbox SET attempts = %lld WHERE id = %lld",
		    (long long)w->app->faults.value[FAULT_WORKER_SWALLOW], (long long)row->id))
		return -1;
	w->processed++;
	return outbox_done(w->db, w->app, row->id, err);
}

static int bury(struct worker *w, const struct outbox_row *row, struct error *err)
{
	struct text reason = { 0 };

	text_addf(&reason, "max attempts reached (%ld)", row->attempts);
	int rc = outbox_bury(w->db, row->id, text_get(&reason), err);
	w->dead += !rc;
	text_release(&reason);
	return rc;
}

static int kill_event(struct worker *w, const struct outbox_row *row, struct error *err)
{
	w->dead++;
	return outbox_bury(w->db, row->id, "publish failure after max attempts", err);
}

static int work_claimed(struct worker *w, const struct outbox_row *row, struct error *err)
{
	if (has(w, FAULT_WORKER_STUCK)) {
		app_log("event %ld: claimed, and stuck", row->id);
		(void)app_wait_ms(w->app, LONGEST_MS);
		return 0;
	}
	if (fault_due(&w->app->faults, FAULT_DLQ_GROWTH))
		return kill_event(w, row, err);
	if (has(w, FAULT_WORKER_SWALLOW))
		return swallow(w, row, err);
	return deliver(w, row, err);
}

static int work(struct worker *w, const struct outbox_row *row, struct error *err)
{
	bool won;

	if (has(w, FAULT_WORKER_WRONG_CHANNEL))
		return work_as_older(w, row, err);
	if (row->attempts >= w->app->config.max_attempts)
		return bury(w, row, err);
	if (outbox_claim(w->db, w->app, w->name, row, &won, err))
		return -1;
	w->skipped += !won;
	return won ? work_claimed(w, row, err) : 0;
}

static int work_batch(struct worker *w, struct outbox_row *rows, struct error *err)
{
	const struct faults *faults = &w->app->faults;
	long pause_ms = has(w, FAULT_WORKER_SLOW) ? 1000 / faults->value[FAULT_WORKER_SLOW] : 0;
	size_t count;

	int rc = outbox_due(w->db, w->app, (size_t)w->app->config.batch_size, rows, &count, err);
	for (size_t i = 0; i < count && !rc; i++) {
		if (pause_ms ? app_wait_ms(w->app, pause_ms) : app_is_stopping(w->app))
			break;
		rc = work(w, &rows[i], err);
	}
	for (size_t i = 0; i < count; i++)
		outbox_row_release(&rows[i]);
	return rc;
}

/*
 * Connect, work, disconnect. Without Redis the round goes on: each due row is claimed, fails, and waits
 * for its next attempt, as with the original.
 */
static void round_trip(struct worker *w, struct outbox_row *rows)
{
	struct error err;

	if (pool_open(w->app, &w->db, &err)) {
		app_log("%s", err.message);
		return;
	}
	if (broker_open(subscriber_url(w->app), &w->broker, &w->no_broker))
		w->broker = NULL;
	if (work_batch(w, rows, &err))
		app_log("%s", err.message);
	broker_close(w->broker);
	db_close(w->db);
	w->broker = NULL;
	w->db = NULL;
}

static void report(struct worker *w)
{
	int64_t now = app_clock_ms();

	if (now - w->reported_ms < REPORT_MS)
		return;
	(void)printf("Outbox metrics { processed: %zu, retried: %zu, dlq: %zu, skippedLocked: %zu }\n",
		     w->processed, w->retried, w->dead, w->skipped);
	(void)fflush(stdout);	/* a log that nobody reads stops no worker */
	w->processed = w->retried = w->dead = w->skipped = 0;
	w->reported_ms = now;
}

static int choose_name(struct worker *w, struct error *err)
{
	w->name = w->app->config.worker_id;
	if (w->name)
		return 0;
	w->name = w->random_name;
	return secret_uuid(w->random_name, err);
}

int worker_run(struct app *app, struct error *err)
{
	struct worker w = { .app = app, .reported_ms = app_clock_ms() };
	struct outbox_row *rows = calloc((size_t)app->config.batch_size, sizeof(*rows));

	if (!rows)
		return error_set_memory(err);
	int rc = choose_name(&w, err);
	if (!rc && has(&w, FAULT_WORKER_STOPPED))
		app_log("worker-stopped: doing nothing");
	while (!rc && !app_is_stopping(app)) {
		if (has(&w, FAULT_WORKER_STOPPED)) {
			(void)app_wait_ms(app, LONGEST_MS);
			continue;
		}
		round_trip(&w, rows);
		report(&w);
		(void)app_wait_ms(app, app->config.poll_ms);
	}
	free(rows);
	return rc;
}
