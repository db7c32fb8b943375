/*
 * Rows of the outbox: what the API tells the worker about an order.
 */
#ifndef TESTS_SERVICE_EVENTS_H
#define TESTS_SERVICE_EVENTS_H

#include <cjson/cJSON.h>

struct app;
struct db;
struct error;
struct text;

struct event {
	const char *order_id;
	const char *type;		/* CREADO or ESTADO_ACTUALIZADO */
	const cJSON *payload;
};

/*
 * Adds the statements that write the event to `sql`, none or two of them where a fault wants it;
 * each ends with a semicolon, for use in the order's own transaction. The faults that change the
 * payload change a copy.
 */
int event_add_sql(struct text *sql, struct db *db, struct app *app, const struct event *event,
		  struct error *err);

/* Whether an error means that the outbox has another shape, or is no table at all. */
int event_is_shape_error(const struct error *err);

#endif
