/*
 * An order and its items as the answers show them.
 */
#ifndef TESTS_SERVICE_ORDER_H
#define TESTS_SERVICE_ORDER_H

#include <cjson/cJSON.h>
#include <stdbool.h>

struct db;
struct error;

/* A row of pedido; times are seconds since 1970 as the server prints them. */
struct order {
	const char *id;
	const char *table_id;
	const char *tenant;	/* NULL: none */
	const char *state;
	const char *created;
	const char *updated;
};

/* A row of item_pedido. */
struct order_item {
	const char *id;
	const char *product_id;
	double quantity;
	double price;
};

/* The order with an empty list of items; NULL without memory. */
cJSON *order_json(const struct order *order);

/* Appends an item to the order's list. */
void order_json_add_item(cJSON *json, const struct order_item *item);

/* The states in their order, ended by NULL. */
extern const char *const order_states[];

/* Whether that is the name of a state. */
bool order_is_state(const char *name);

/*
 * The orders of a tenant (NULL: of all), newest first; only those of one table or that one id when
 * these are not NULL. A list, owned by the caller.
 */
int order_read(struct db *db, const char *tenant, const char *table_id, const char *id, cJSON **ret,
	       struct error *err);

#endif
