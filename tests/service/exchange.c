#include "tests/service/exchange.h"

#include <math.h>
#include <microhttpd.h>
#include <stdlib.h>
#include <string.h>

#include "tests/service/app.h"
#include "tests/service/db.h"
#include "tests/service/error.h"
#include "tests/service/json.h"
#include "tests/service/pool.h"
#include "tests/service/scan.h"

struct exchange *exchange_new(struct app *app, struct MHD_Connection *connection, const char *method,
			      const char *path)
{
	struct exchange *x = calloc(1, sizeof(*x));

	if (!x)
		return NULL;
	x->app = app;
	x->connection = connection;
	x->method = method;
	x->path = path;
	return x;
}

void exchange_release_db(struct exchange *x)
{
	if (x->db && !db_is_broken(x->db) && db_in_transaction(x->db))
		db_rollback(x->db);
	pool_give(x->app->pool, x->db);
	x->db = NULL;
}

void exchange_free(struct exchange *x)
{
	if (!x)
		return;
	exchange_release_db(x);
	cJSON_Delete(x->json);
	cJSON_Delete(x->claims);
	cJSON_Delete(x->answer);
	text_release(&x->id);
	text_release(&x->body);
	text_release(&x->tenant_text);
	text_release(&x->text);
	free(x);
}

const char *exchange_header(const struct exchange *x, const char *name)
{
	return MHD_lookup_connection_value(x->connection, MHD_HEADER_KIND, name);
}

const char *exchange_query(const struct exchange *x, const char *name)
{
	return MHD_lookup_connection_value(x->connection, MHD_GET_ARGUMENT_KIND, name);
}

int exchange_db(struct exchange *x, struct db **ret, struct error *err)
{
	if (!x->db && pool_take(x->app->pool, &x->db, err))
		return -1;
	*ret = x->db;
	return 0;
}

const char *exchange_filter(const struct exchange *x)
{
	bool none = !x->tenant || !strcmp(x->tenant, "0");

	return none || fault_on(&x->app->faults, FAULT_TENANT_LEAK) ? NULL : x->tenant;
}

static const char *named_tenant(const struct exchange *x)
{
	const char *candidates[] = {
		json_string(x->claims, "restaurante_id"),
		exchange_header(x, "x-restaurante-id"),
		exchange_header(x, "x-tenant-id"),
		exchange_query(x, "restaurante_id"),
		json_string(x->json, "restaurante_id"),
	};

	for (size_t i = 0; i < sizeof(candidates) / sizeof(candidates[0]); i++) {
		if (candidates[i] && *candidates[i])
			return candidates[i];
	}
	return NULL;
}

/* What looks like a number becomes one: 007 is 7, 1e3 is 1000. */
void exchange_find_tenant(struct exchange *x)
{
	const char *name = named_tenant(x);
	double number;

	if (name && scan_number(name, &number))
		text_add(&x->tenant_text, name);
	else if (name || !json_number(x->json, "restaurante_id", &number))
		text_addf(&x->tenant_text, "%.*g", fabs(number) < 1e15 ? 15 : 17, number);
	x->tenant = x->tenant_text.n ? text_get(&x->tenant_text) : NULL;
}

int exchange_answer(struct exchange *x, cJSON *taken, struct error *err)
{
	if (!taken)
		return error_set_memory(err);
	cJSON_Delete(x->answer);
	x->answer = taken;
	x->status = x->route->status;
	return 0;
}

static const char *reason(unsigned status)
{
	static const struct {
		unsigned status;
		const char *reason;
	} reasons[] = {
		{ 400, "Bad Request" }, { 401, "Unauthorized" }, { 403, "Forbidden" }, { 404, "Not Found" },
	};

	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++) {
		if (reasons[i].status == status)
			return reasons[i].reason;
	}
	return NULL;
}

int exchange_refuse_plain(struct exchange *x, unsigned status, const char *message)
{
	cJSON_Delete(x->answer);
	text_clear(&x->text);
	x->answer = cJSON_CreateObject();
	x->type = NULL;
	x->status = status;
	json_add_number(x->answer, "statusCode", status);
	json_add_string(x->answer, "message", message);
	return 0;
}

int exchange_refuse(struct exchange *x, unsigned status, const char *message)
{
	(void)exchange_refuse_plain(x, status, message);	/* cannot fail */
	if (reason(status))
		json_add_string(x->answer, "error", reason(status));
	return 0;
}

int exchange_text(struct exchange *x, unsigned status, const char *type)
{
	x->status = status;
	x->type = type;
	return 0;
}

unsigned role_bit(const char *name)
{
	static const struct {
		const char *name;
		enum role bit;
	} roles[] = {
		{ "cliente", ROLE_CLIENTE }, { "cocina", ROLE_COCINA },
		{ "host", ROLE_HOST }, { "admin", ROLE_ADMIN },
	};

	for (size_t i = 0; name && i < sizeof(roles) / sizeof(roles[0]); i++) {
		if (!strcmp(name, roles[i].name))
			return roles[i].bit;
	}
	return 0;
}
