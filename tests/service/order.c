#include "tests/service/order.h"

#include <stdlib.h>
#include <string.h>

#include "tests/service/db.h"
#include "tests/service/error.h"
#include "tests/service/json.h"
#include "tests/service/text.h"

const char *const order_states[] = {
	"pendiente", "aceptado", "preparando", "listo", "entregado", "cancelado", NULL,
};

bool order_is_state(const char *name)
{
	for (size_t i = 0; order_states[i]; i++) {
		if (!strcmp(order_states[i], name))
			return true;
	}
	return false;
}

cJSON *order_json(const struct order *order)
{
	cJSON *json = cJSON_CreateObject();

	json_add_string(json, "id", order->id);
	json_add_string(json, "mesa_id", order->table_id);
	json_add_string(json, "restaurante_id", order->tenant);
	json_add_string(json, "estado", order->state);
	json_add_time(json, "created_at", order->created);
	json_add_time(json, "updated_at", order->updated);
	json_add(json, "items", cJSON_CreateArray());
	return json;
}

/* An item's order and tenant are those of the object it goes into. */
void order_json_add_item(cJSON *json, const struct order_item *item)
{
	cJSON *list = cJSON_GetObjectItemCaseSensitive(json, "items");
	cJSON *object = cJSON_CreateObject();

	json_add_string(object, "id", item->id);
	json_add_string(object, "producto_id", item->product_id);
	json_add_number(object, "cantidad", item->quantity);
	json_add_number(object, "precio_unitario", item->price);
	json_add_string(object, "pedidoId", json_string(json, "id"));
	json_add_string(object, "restaurante_id", json_string(json, "restaurante_id"));
	json_append(list, object);
}

#define ORDER_COLUMNS \
	"SELECT p.id, p.mesa_id, p.restaurante_id, p.estado, UNIX_TIMESTAMP(p.created_at), " \
	"UNIX_TIMESTAMP(p.updated_at), i.id, i.producto_id, i.cantidad, i.precio_unitario " \
	"FROM pedido p LEFT JOIN item_pedido i ON i.pedidoId = p.id WHERE TRUE"

static double number(const char *text)
{
	return text ? strtod(text, NULL) : 0;
}

static cJSON *row_order(const struct db_rows *rows)
{
	const struct order order = {
		.id = db_col(rows, 0), .table_id = db_col(rows, 1), .tenant = db_col(rows, 2),
		.state = db_col(rows, 3), .created = db_col(rows, 4), .updated = db_col(rows, 5),
	};

	return order_json(&order);
}

static void row_item(const struct db_rows *rows, cJSON *json)
{
	const struct order_item item = {
		.id = db_col(rows, 6), .product_id = db_col(rows, 7),
		.quantity = number(db_col(rows, 8)), .price = number(db_col(rows, 9)),
	};

	if (item.id)
		order_json_add_item(json, &item);
}

/* A list has no paging, but an end: so many items, or none of it. */
#define ROWS_MAX 100000

/* One row per item, those of an order beside each other. */
static cJSON *fold(struct db_rows *rows)
{
	cJSON *list = cJSON_CreateArray();
	cJSON *last = NULL;

	while (list && db_next(rows)) {
		const char *last_id = json_string(last, "id");
		if (!last_id || strcmp(last_id, db_col(rows, 0))) {
			last = row_order(rows);
			json_append(list, last);
		}
		row_item(rows, last);
	}
	return list;
}

int order_read(struct db *db, const char *tenant, const char *table_id, const char *id, cJSON **ret,
	       struct error *err)
{
	struct text sql = { 0 };
	struct db_rows *rows = NULL;
	size_t done;

	text_add(&sql, ORDER_COLUMNS);
	if (tenant)
		sql_addf(&sql, db, " AND p.restaurante_id = %s", tenant);
	if (table_id)
		sql_addf(&sql, db, " AND p.mesa_id = %s", table_id);
	if (id)
		sql_addf(&sql, db, " AND p.id = %s", id);
	sql_addf(&sql, db, " ORDER BY p.created_at DESC, p.id, i.id LIMIT %lld", ROWS_MAX + 1LL);
	int rc = db_script(db, &sql, &done, &rows, err);
	text_release(&sql);
	if (!rc && db_count(rows) > ROWS_MAX)
		rc = error_set(err, 0, "the list has more than %d items", ROWS_MAX);
	cJSON *list = rc ? NULL : fold(rows);
	db_rows_free(rows);
	if (!rc && !list)
		rc = error_set_memory(err);
	if (!rc)
		*ret = list;
	return rc;
}
