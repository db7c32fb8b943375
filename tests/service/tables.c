/*
 * /api/mesas: the tables of a restaurant.
 */
#include "tests/service/db.h"
#include "tests/service/error.h"
#include "tests/service/exchange.h"
#include "tests/service/json.h"
#include "tests/service/routes.h"

#define TABLE_COLUMNS \
	"SELECT id, restaurante_id, codigo_qr, estado, UNIX_TIMESTAMP(ultima_actividad_at), ocupado, " \
	"UNIX_TIMESTAMP(ocupado_desde), UNIX_TIMESTAMP(created_at), UNIX_TIMESTAMP(updated_at) FROM mesa "

static cJSON *row_json(const struct db_rows *rows)
{
	cJSON *json = cJSON_CreateObject();

	json_add_string(json, "id", db_col(rows, 0));
	json_add_string(json, "restaurante_id", db_col(rows, 1));
	json_add_string(json, "codigo", db_col(rows, 2));
	json_add_string(json, "estado", db_col(rows, 3));
	json_add_time(json, "ultima_actividad_at", db_col(rows, 4));
	json_add_number(json, "ocupado", (double)db_int(rows, 5));
	json_add_time(json, "ocupado_desde", db_col(rows, 6));
	json_add_time(json, "created_at", db_col(rows, 7));
	json_add_time(json, "updated_at", db_col(rows, 8));
	return json;
}

int tables_list(struct exchange *x, struct error *err)
{
	const char *tenant = exchange_filter(x);
	struct db_rows *rows;
	struct db *db;

	if (exchange_db(x, &db, err) ||
	    db_query(db, &rows, err,
		     TABLE_COLUMNS "WHERE %s IS NULL OR restaurante_id = %s ORDER BY codigo_qr", tenant, tenant))
		return -1;
	cJSON *list = cJSON_CreateArray();
	while (db_next(rows))
		json_append(list, row_json(rows));
	db_rows_free(rows);
	return exchange_answer(x, list, err);
}

/* Answers with the table of that code, or 404 when there is none. */
static int answer_table(struct exchange *x, struct db *db, const char *code, bool found,
			struct error *err)
{
	struct db_rows *rows;
	int rc;

	if (!found)
		return exchange_refuse(x, 404, "Mesa not found");
	if (db_query(db, &rows, err, TABLE_COLUMNS "WHERE codigo_qr = %s", code))
		return -1;
	rc = db_next(rows) ? exchange_answer(x, row_json(rows), err) :
			     exchange_refuse(x, 404, "Mesa not found");
	db_rows_free(rows);
	return rc;
}

static int occupy(struct exchange *x, const char *state, long long occupied, struct error *err)
{
	const char *code = json_string(x->json, "codigo_qr");
	const char *tenant = exchange_filter(x);
	unsigned long long found;
	struct db *db;

	if (!code)
		return exchange_refuse(x, 404, "Mesa not found");
	if (exchange_db(x, &db, err) ||
	    db_exec(db, &found, err,
		    "UPDATE mesa SET estado = %s, ocupado = %lld, ocupado_desde = IF(%lld, NOW(), NULL), "
		    "ultima_actividad_at = NOW(), updated_at = NOW(6) "
		    "WHERE codigo_qr = %s AND (%s IS NULL OR restaurante_id = %s)",
		    state, occupied, occupied, code, tenant, tenant))
		return -1;
	return answer_table(x, db, code, found > 0, err);
}

int tables_activate(struct exchange *x, struct error *err)
{
	return occupy(x, "ocupada", 1, err);
}

int tables_release(struct exchange *x, struct error *err)
{
	return occupy(x, "libre", 0, err);
}
