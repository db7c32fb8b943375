/*
 * The routing table and the handlers behind it; what they answer is the contract in README.md.
 */
#ifndef TESTS_SERVICE_ROUTES_H
#define TESTS_SERVICE_ROUTES_H

struct error;
struct exchange;
struct route;
struct text;

/* The row for a method and a path, NULL when there is none. What ":id" stands for goes to `id`. */
const struct route *route_find(const char *method, const char *path, struct text *id);

/* auth.c */
int auth_register(struct exchange *x, struct error *err);
int auth_login(struct exchange *x, struct error *err);
int auth_refresh(struct exchange *x, struct error *err);
int auth_logout(struct exchange *x, struct error *err);

/* orders.c: placing an order */
int orders_create(struct exchange *x, struct error *err);

/* order_reads.c: reading orders */
int orders_list(struct exchange *x, struct error *err);
int orders_get(struct exchange *x, struct error *err);
int orders_states(struct exchange *x, struct error *err);

/* order_states.c: changing their state */
int orders_set_state(struct exchange *x, struct error *err);
int orders_cancel(struct exchange *x, struct error *err);

/* tables.c */
int tables_list(struct exchange *x, struct error *err);
int tables_activate(struct exchange *x, struct error *err);
int tables_release(struct exchange *x, struct error *err);

/* products.c */
int products_list(struct exchange *x, struct error *err);
int products_list_all(struct exchange *x, struct error *err);
int products_get(struct exchange *x, struct error *err);
int products_create(struct exchange *x, struct error *err);
int products_update(struct exchange *x, struct error *err);
int products_toggle(struct exchange *x, struct error *err);

/* metrics.c */
int metrics_show(struct exchange *x, struct error *err);

#endif
