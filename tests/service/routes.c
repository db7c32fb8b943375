#include "tests/service/routes.h"

#include <stddef.h>
#include <string.h>

#include "tests/service/exchange.h"

#define STAFF (ROLE_HOST | ROLE_ADMIN)

/* A fixed path stands before one with ":id" that would take it too. */
static const struct route routes[] = {
	{ "POST", "/auth/register", ROLES_OPEN, 201, auth_register },
	{ "POST", "/auth/login", ROLES_OPEN, 201, auth_login },
	{ "POST", "/auth/refresh", ROLES_OPEN, 201, auth_refresh },
	{ "POST", "/auth/logout", ROLES_OPEN, 201, auth_logout },
	{ "POST", "/api/pedidos", ROLES_OPEN, 201, orders_create },
	{ "GET", "/api/pedidos", ROLES_ANY, 200, orders_list },
	{ "GET", "/api/pedidos/meta/estados", ROLES_OPEN, 200, orders_states },
	{ "GET", "/api/pedidos/:id", ROLES_ANY, 200, orders_get },
	{ "PATCH", "/api/pedidos/:id/estado", STAFF | ROLE_COCINA, 200, orders_set_state },
	{ "PATCH", "/api/pedidos/:id/cancelar", STAFF, 200, orders_cancel },
	{ "GET", "/api/mesas", ROLES_OPEN, 200, tables_list },
	{ "POST", "/api/mesas/activate", ROLES_ANY, 201, tables_activate },
	{ "POST", "/api/mesas/release", STAFF, 201, tables_release },
	{ "GET", "/api/productos", ROLES_OPEN, 200, products_list },
	{ "GET", "/api/productos/admin", STAFF, 200, products_list_all },
	{ "GET", "/api/productos/:id", ROLES_OPEN, 200, products_get },
	{ "POST", "/api/productos", STAFF, 201, products_create },
	{ "PATCH", "/api/productos/:id", STAFF, 200, products_update },
	{ "PATCH", "/api/productos/:id/toggle", STAFF, 200, products_toggle },
	{ "GET", "/metrics", ROLES_OPEN, 200, metrics_show },
};

/* Walks both paths a segment at a time; one slash at the end of `path` is allowed. */
static bool matches(const char *pattern, const char *path, struct text *id)
{
	while (*pattern && *pattern == *path) {
		if (pattern[0] == '/' && pattern[1] == ':' && path[1] && path[1] != '/') {
			size_t n = strcspn(path + 1, "/");
			text_addn(id, path + 1, n);
			pattern += 1 + strcspn(pattern + 1, "/");
			path += 1 + n;
		} else {
			pattern++;
			path++;
		}
	}
	return !*pattern && (!*path || !strcmp(path, "/"));
}

const struct route *route_find(const char *method, const char *path, struct text *id)
{
	const char *wanted = strcmp(method, "HEAD") ? method : "GET";

	for (size_t i = 0; i < sizeof(routes) / sizeof(routes[0]); i++) {
		text_clear(id);
		if (!strcmp(routes[i].method, wanted) && matches(routes[i].path, path, id))
			return &routes[i];
	}
	return NULL;
}
