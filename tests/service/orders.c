/*
 * POST /api/pedidos: an order, its items and its event in one transaction, sent as one packet.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/service/app.h"
#include "tests/service/db.h"
#include "tests/service/error.h"
#include "tests/service/events.h"
#include "tests/service/exchange.h"
#include "tests/service/json.h"
#include "tests/service/order.h"
#include "tests/service/routes.h"

#define TEXT_COLUMN_MAX 255
#define QUANTITY_MAX 2147483647.0
#define PRICE_MAX 99999999.99

struct line {
	char id[UUID_SIZE];
	const char *product_id;
	double quantity;	/* as sent; the row has it rounded */
	double price;
};

struct placing {
	char id[UUID_SIZE];
	long long created_us;	/* since 1970 */
	char created[32];	/* the same in seconds, as order_json() wants it */
	const char *table_id;
	const char *tenant;
	struct line *lines;
	size_t count;
	size_t before_event;	/* statements of the packet that come before the event's */
};

static bool has(const struct exchange *x, enum fault fault)
{
	return fault_on(&x->app->faults, fault);
}

static bool is_whole(double value)
{
	return fabs(value - round(value)) < 1e-9;
}

/* What is wrong with an item, or NULL. With order-echo a fraction is nothing wrong. */
static const char *item_complaint(const struct line *line, bool fractions)
{
	if (!line->product_id || strlen(line->product_id) > TEXT_COLUMN_MAX)
		return "items: producto_id must be a text of 1 to 255 characters";
	if (!(line->quantity >= 1 && line->quantity <= QUANTITY_MAX))
		return "items: cantidad must be a whole number of at least 1";
	if (!(line->price >= 0 && line->price <= PRICE_MAX))
		return "items: precio_unitario must be a number from 0 to 99999999.99";
	if (!fractions && (!is_whole(line->quantity) || !is_whole(line->price * 100)))
		return "items: cantidad must be whole, precio_unitario have two decimals at most";
	return NULL;
}

static const char *read_line(const cJSON *item, struct line *ret, bool fractions)
{
	ret->product_id = json_string(item, "producto_id");
	ret->quantity = json_has(item, "cantidad") ? -1 : 1;
	ret->price = -1;
	/* What is no number keeps the value that is refused below. */
	(void)json_number(item, "cantidad", &ret->quantity);
	(void)json_number(item, "precio_unitario", &ret->price);
	return item_complaint(ret, fractions);
}

/* Reads what the guest sent. *complaint is set when it is no order. */
static int read_placing(const struct exchange *x, struct placing *p, const char **complaint,
			struct error *err)
{
	const cJSON *sent = cJSON_GetObjectItemCaseSensitive(x->json, "items");
	const cJSON *items = cJSON_IsArray(sent) ? sent : NULL;
	const cJSON *item;
	size_t count = (size_t)cJSON_GetArraySize(items);

	p->table_id = json_string(x->json, "mesa_id");
	p->tenant = x->tenant;
	*complaint = NULL;
	if (!count && !has(x, FAULT_ORDER_EMPTY_ACCEPTED))
		*complaint = "Pedido must have items";
	else if (!p->table_id || strlen(p->table_id) > TEXT_COLUMN_MAX)
		*complaint = "mesa_id must be a text of 1 to 255 characters";
	else if (p->tenant && strlen(p->tenant) > TEXT_COLUMN_MAX)
		*complaint = "restaurante_id must have at most 255 characters";
	if (*complaint)
		return 0;
	p->lines = calloc(count + 1, sizeof(*p->lines));
	if (!p->lines)
		return error_set_memory(err);
	cJSON_ArrayForEach(item, items) {
		if (!*complaint)
			*complaint = read_line(item, &p->lines[p->count++], has(x, FAULT_ORDER_ECHO));
	}
	return 0;
}

/* An Idempotency-Key names the order, so that the primary key makes it one whatever is repeated. */
static int choose_ids(const struct exchange *x, struct placing *p, struct error *err)
{
	const char *key = exchange_header(x, "Idempotency-Key");
	struct text name = { 0 };
	int rc;

	if (key && *key && !has(x, FAULT_ORDER_DUPLICATE)) {
		text_addf(&name, "pedido:%s:%s", p->tenant ? p->tenant : "", key);
		rc = secret_uuid_of(text_get(&name), p->id, err);
		text_release(&name);
	} else {
		rc = secret_uuid_ordered(0, p->id, err);
	}
	for (size_t i = 0; i < p->count && !rc; i++)
		rc = secret_uuid_ordered((unsigned)i, p->lines[i].id, err);
	return rc;
}

/* The service's own clock, so that the answer needs no second look at the row. */
static void set_time(struct placing *p)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	p->created_us = (long long)now.tv_sec * 1000000 + now.tv_nsec / 1000;
	(void)snprintf(p->created, sizeof(p->created), "%lld.%06ld", (long long)now.tv_sec,
		       now.tv_nsec / 1000);
}

static cJSON *payload_new(const struct placing *p)
{
	cJSON *payload = cJSON_CreateObject();
	cJSON *items = cJSON_CreateArray();

	json_add_string(payload, "id", p->id);
	json_add_string(payload, "mesa_id", p->table_id);
	json_add_string(payload, "restaurante_id", p->tenant);
	json_add_string(payload, "estado", order_states[0]);
	for (size_t i = 0; i < p->count; i++) {
		cJSON *item = cJSON_CreateObject();
		json_add_string(item, "producto_id", p->lines[i].product_id);
		json_add_number(item, "cantidad", p->lines[i].quantity);
		json_add_number(item, "precio_unitario", p->lines[i].price);
		json_append(items, item);
	}
	json_add(payload, "items", items);
	return payload;
}

static void add_items(struct text *sql, struct db *db, const struct exchange *x, struct placing *p)
{
	size_t stored = has(x, FAULT_ORDER_PARTIAL) ? p->count / 2 : p->count;
	double surcharge = has(x, FAULT_ORDER_WRONG_PRICE) ? 1.0 : 0.0;

	if (!stored)
		return;
	text_add(sql, "INSERT INTO item_pedido "
		      "(id, producto_id, cantidad, precio_unitario, pedidoId, restaurante_id) VALUES ");
	for (size_t i = 0; i < stored; i++) {
		const struct line *line = &p->lines[i];
		text_add(sql, i ? "," : "");
		sql_addf(sql, db, "(%s, %s, %lld, %.2f, %s, %s)", line->id, line->product_id,
			 llround(line->quantity), line->price + surcharge, p->id, p->tenant);
	}
	text_add(sql, ";");
	p->before_event++;
}

static int add_event(struct text *sql, struct db *db, const struct exchange *x, const struct placing *p,
		     struct error *err)
{
	cJSON *payload = payload_new(p);
	const struct event event = { p->id, "CREADO", payload };
	int rc = event_add_sql(sql, db, x->app, &event, err);

	cJSON_Delete(payload);
	return rc;
}

static int write_sql(struct text *sql, struct db *db, const struct exchange *x, struct placing *p,
		     struct error *err)
{
	bool event_later = has(x, FAULT_OUTBOX_LOST_ON_RESTART);

	sql_addf(sql, db, "START TRANSACTION;"
			  "INSERT INTO pedido (id, mesa_id, restaurante_id, created_at, updated_at) "
			  "VALUES (%s, %s, %s, FROM_UNIXTIME(%lld * 0.000001), FROM_UNIXTIME(%lld * 0.000001));",
		 p->id, p->table_id, p->tenant, p->created_us, p->created_us);
	p->before_event = 2;
	add_items(sql, db, x, p);
	if (!event_later && add_event(sql, db, x, p, err))
		return -1;
	text_add(sql, "COMMIT");
	return 0;
}

/*
 * Sends the packet. An outbox of another shape costs the event, not the order: the original swallows
 * every error there, and a guest who is hungry is not to pay for a table that nobody looked at.
 */
static int store(struct exchange *x, struct db *db, struct placing *p, struct error *err)
{
	struct text sql = { 0 };
	struct db_rows *rows = NULL;
	size_t done = 0;

	int rc = write_sql(&sql, db, x, p, err);
	if (!rc)
		rc = db_script(db, &sql, &done, &rows, err);
	if (rc && done >= p->before_event && event_is_shape_error(err)) {
		app_log("order %s goes without its event: %s", p->id, err->message);
		rc = db_commit(db, err);
	}
	db_rows_free(rows);
	text_release(&sql);
	return rc;
}

/* The fault outbox-lost-on-restart: a moment later, and never when the program ends meanwhile. */
static int store_event_later(struct exchange *x, struct db *db, const struct placing *p,
			     struct error *err)
{
	struct text sql = { 0 };
	struct db_rows *rows = NULL;
	size_t done;

	if (!has(x, FAULT_OUTBOX_LOST_ON_RESTART) ||
	    app_wait_ms(x->app, x->app->faults.value[FAULT_OUTBOX_LOST_ON_RESTART]))
		return 0;
	int rc = add_event(&sql, db, x, p, err);
	if (!rc && sql.n)
		rc = db_script(db, &sql, &done, &rows, err);
	db_rows_free(rows);
	text_release(&sql);
	return rc;
}

static cJSON *answer_json(const struct exchange *x, const struct placing *p)
{
	bool echo = has(x, FAULT_ORDER_ECHO);
	const struct order order = {
		.id = p->id, .table_id = p->table_id, .tenant = p->tenant, .state = order_states[0],
		.created = p->created, .updated = p->created,
	};
	cJSON *json = order_json(&order);

	for (size_t i = 0; i < p->count; i++) {
		const struct line *line = &p->lines[i];
		const struct order_item item = {
			.id = line->id, .product_id = line->product_id,
			.quantity = echo ? line->quantity : round(line->quantity),
			.price = echo ? line->price : round(line->price * 100) / 100,
		};
		order_json_add_item(json, &item);
	}
	return json;
}

/* The order that an Idempotency-Key named before. */
static int answer_repeated(struct exchange *x, struct db *db, const char *id, struct error *err)
{
	cJSON *list;

	db_rollback(db);
	if (order_read(db, NULL, NULL, id, &list, err))
		return -1;
	cJSON *order = cJSON_DetachItemFromArray(list, 0);
	cJSON_Delete(list);
	return exchange_answer(x, order, err);
}

static int place(struct exchange *x, struct placing *p, struct error *err)
{
	struct db *db;

	set_time(p);
	if (choose_ids(x, p, err) || exchange_db(x, &db, err))
		return -1;
	int rc = store(x, db, p, err);
	if (rc && err->code == DB_ERROR_DUPLICATE)
		rc = answer_repeated(x, db, p->id, err);
	else if (!rc)
		rc = store_event_later(x, db, p, err) ||
		     exchange_answer(x, answer_json(x, p), err) ? -1 : 0;
	return rc;
}

int orders_create(struct exchange *x, struct error *err)
{
	struct placing placing = { 0 };
	const char *complaint;

	int rc = read_placing(x, &placing, &complaint, err);
	if (!rc)
		rc = complaint ? exchange_refuse(x, 400, complaint) : place(x, &placing, err);
	free(placing.lines);
	return rc;
}
