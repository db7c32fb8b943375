/*
 * PATCH /api/pedidos/:id: state changes, each with its event in the same transaction.
 */
#include <stdio.h>
#include <string.h>

#include "tests/service/db.h"
#include "tests/service/error.h"
#include "tests/service/events.h"
#include "tests/service/exchange.h"
#include "tests/service/json.h"
#include "tests/service/order.h"
#include "tests/service/routes.h"

#define STATE_SIZE 16

/* Reads the state of an order and locks its row; *found is false when the tenant has no such order. */
static int lock_state(struct exchange *x, struct db *db, char ret[STATE_SIZE], bool *found,
		      struct error *err)
{
	const char *tenant = exchange_filter(x);
	const char *id = text_get(&x->id);
	struct db_rows *rows;

	if (db_query(db, &rows, err,
		     "SELECT estado FROM pedido WHERE id = %s AND (%s IS NULL OR restaurante_id = %s) FOR UPDATE",
		     id, tenant, tenant))
		return -1;
	*found = db_next(rows);
	if (*found)
		(void)snprintf(ret, STATE_SIZE, "%s", db_col(rows, 0));
	db_rows_free(rows);
	return 0;
}

/* What is delivered or cancelled stays so. */
static bool is_allowed(const char *from, const char *to)
{
	bool final = !strcmp(from, "cancelado") || !strcmp(from, "entregado");

	return !final || !strcmp(from, to);
}

static cJSON *payload_new(const cJSON *order, const char *from)
{
	cJSON *payload = cJSON_CreateObject();

	json_add_string(payload, "id", json_string(order, "id"));
	json_add_string(payload, "mesa_id", json_string(order, "mesa_id"));
	json_add_string(payload, "restaurante_id", json_string(order, "restaurante_id"));
	json_add_string(payload, "estado_anterior", from);
	json_add_string(payload, "estado", json_string(order, "estado"));
	return payload;
}

static int write_event(struct exchange *x, struct db *db, const cJSON *order, const char *from,
		       struct error *err)
{
	cJSON *payload = payload_new(order, from);
	const struct event event = { text_get(&x->id), "ESTADO_ACTUALIZADO", payload };
	struct text sql = { 0 };
	struct db_rows *rows = NULL;
	size_t done;

	int rc = event_add_sql(&sql, db, x->app, &event, err);
	if (!rc && sql.n)
		rc = db_script(db, &sql, &done, &rows, err);
	if (rc && event_is_shape_error(err))
		rc = 0;		/* as for a new order: the guest comes first */
	db_rows_free(rows);
	text_release(&sql);
	cJSON_Delete(payload);
	return rc;
}

/* Stores the state and its event, commits, and answers with the order as it is then. */
static int change(struct exchange *x, struct db *db, const char *from, const char *to, struct error *err)
{
	const char *id = text_get(&x->id);
	cJSON *list = NULL;

	if (db_exec(db, NULL, err, "UPDATE pedido SET estado = %s, updated_at = NOW(6) WHERE id = %s", to, id) ||
	    order_read(db, NULL, NULL, id, &list, err))
		return -1;
	cJSON *order = cJSON_DetachItemFromArray(list, 0);
	cJSON_Delete(list);
	if (write_event(x, db, order, from, err) || db_commit(db, err)) {
		cJSON_Delete(order);
		return -1;
	}
	return exchange_answer(x, order, err);
}

static int set_state(struct exchange *x, const char *to, struct error *err)
{
	char from[STATE_SIZE];
	struct db *db;
	bool found;

	if (exchange_db(x, &db, err) || db_begin(db, err) || lock_state(x, db, from, &found, err))
		return -1;
	if (!found)
		return exchange_refuse(x, 404, "Pedido not found");
	if (!is_allowed(from, to))
		return exchange_refuse(x, 400, "the order is closed: entregado and cancelado are final");
	return change(x, db, from, to, err);
}

int orders_set_state(struct exchange *x, struct error *err)
{
	const char *to = json_string(x->json, "estado");

	if (!to || !order_is_state(to))
		return exchange_refuse(x, 400, "estado must be one of /api/pedidos/meta/estados");
	return set_state(x, to, err);
}

int orders_cancel(struct exchange *x, struct error *err)
{
	return set_state(x, "cancelado", err);
}
