/*
 * GET /api/pedidos: lists, single orders, the names of the states.
 */
#include "tests/service/db.h"
#include "tests/service/exchange.h"
#include "tests/service/json.h"
#include "tests/service/order.h"
#include "tests/service/routes.h"

int orders_list(struct exchange *x, struct error *err)
{
	struct db *db;
	cJSON *list;

	if (exchange_db(x, &db, err) ||
	    order_read(db, exchange_filter(x), exchange_query(x, "mesa_id"), NULL, &list, err))
		return -1;
	return exchange_answer(x, list, err);
}

int orders_get(struct exchange *x, struct error *err)
{
	struct db *db;
	cJSON *list;

	if (exchange_db(x, &db, err) ||
	    order_read(db, exchange_filter(x), NULL, text_get(&x->id), &list, err))
		return -1;
	cJSON *order = cJSON_DetachItemFromArray(list, 0);
	cJSON_Delete(list);
	if (!order)
		return exchange_refuse(x, 404, "Pedido not found");
	return exchange_answer(x, order, err);
}

int orders_states(struct exchange *x, struct error *err)
{
	cJSON *list = cJSON_CreateArray();

	for (size_t i = 0; order_states[i]; i++)
		json_append(list, cJSON_CreateString(order_states[i]));
	return exchange_answer(x, list, err);
}
