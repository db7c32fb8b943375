/*
 * /api/productos: what can be ordered.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/service/db.h"
#include "tests/service/error.h"
#include "tests/service/exchange.h"
#include "tests/service/json.h"
#include "tests/service/routes.h"
#include "tests/service/secret.h"

#define TEXT_COLUMN_MAX 255
#define DESCRIPTION_MAX 16000
#define PRICE_MAX 99999999.99
#define MINUTES_MAX 100000

#define PRODUCT_COLUMNS \
	"SELECT id, nombre, descripcion, precio, disponible, tiempo_base_minutos, restaurante_id, " \
	"UNIX_TIMESTAMP(created_at), UNIX_TIMESTAMP(updated_at) FROM producto "

/* What a request says of a product; absent members are NULL and negative numbers. */
struct product {
	const char *name;
	const char *description;
	double price;
	double minutes;
	int available;
};

static double number(const char *text)
{
	return text ? strtod(text, NULL) : 0;
}

static cJSON *row_json(const struct db_rows *rows)
{
	cJSON *json = cJSON_CreateObject();

	json_add_string(json, "id", db_col(rows, 0));
	json_add_string(json, "nombre", db_col(rows, 1));
	json_add_string(json, "descripcion", db_col(rows, 2));
	json_add_number(json, "precio", number(db_col(rows, 3)));
	json_add_number(json, "disponible", number(db_col(rows, 4)));
	json_add_number(json, "tiempo_base_minutos", number(db_col(rows, 5)));
	json_add_string(json, "restaurante_id", db_col(rows, 6));
	json_add_time(json, "created_at", db_col(rows, 7));
	json_add_time(json, "updated_at", db_col(rows, 8));
	return json;
}

static int answer_rows(struct exchange *x, struct db_rows *rows, struct error *err)
{
	cJSON *list = cJSON_CreateArray();

	while (db_next(rows))
		json_append(list, row_json(rows));
	db_rows_free(rows);
	return exchange_answer(x, list, err);
}

static int list(struct exchange *x, long long least_available, struct error *err)
{
	const char *tenant = exchange_filter(x);
	struct db_rows *rows;
	struct db *db;

	if (exchange_db(x, &db, err) ||
	    db_query(db, &rows, err,
		     PRODUCT_COLUMNS "WHERE disponible >= %lld AND (%s IS NULL OR restaurante_id = %s) "
		     "ORDER BY nombre, id", least_available, tenant, tenant))
		return -1;
	return answer_rows(x, rows, err);
}

int products_list(struct exchange *x, struct error *err)
{
	return list(x, 1, err);
}

int products_list_all(struct exchange *x, struct error *err)
{
	return list(x, 0, err);
}

/* Answers with one product, 404 when there is none, or none of that tenant (NULL: of any). */
static int answer_product(struct exchange *x, struct db *db, const char *id, const char *tenant,
			  bool available_as_bool, struct error *err)
{
	struct db_rows *rows;
	cJSON *json = NULL;

	if (db_query(db, &rows, err,
		     PRODUCT_COLUMNS "WHERE id = %s AND (%s IS NULL OR restaurante_id = %s)", id, tenant, tenant))
		return -1;
	bool found = db_next(rows);
	if (found)
		json = row_json(rows);
	if (json && available_as_bool)
		cJSON_ReplaceItemInObjectCaseSensitive(json, "disponible",
						       cJSON_CreateBool(db_int(rows, 4) != 0));
	db_rows_free(rows);
	return found ? exchange_answer(x, json, err) : exchange_refuse(x, 404, "Producto not found");
}

int products_get(struct exchange *x, struct error *err)
{
	struct db *db;

	if (exchange_db(x, &db, err))
		return -1;
	return answer_product(x, db, text_get(&x->id), exchange_filter(x), false, err);
}

static int read_flag(const cJSON *json, const char *name, int standard)
{
	const cJSON *value = cJSON_GetObjectItemCaseSensitive(json, name);
	double as_number;

	if (cJSON_IsBool(value))
		return cJSON_IsTrue(value);
	return json_number(json, name, &as_number) ? standard : as_number > 0;
}

static void read_product(const cJSON *json, struct product *ret)
{
	ret->name = json_string(json, "nombre");
	ret->description = json_string(json, "descripcion");
	ret->available = read_flag(json, "disponible", -1);
	ret->price = json_has(json, "precio") ? NAN : -1;
	ret->minutes = json_has(json, "tiempo_base_minutos") ? NAN : -1;
	/* What is no number stays NAN and is refused by the check. */
	if (!json_number(json, "precio", &ret->price) && ret->price < 0)
		ret->price = NAN;
	if (!json_number(json, "tiempo_base_minutos", &ret->minutes) && ret->minutes < 0)
		ret->minutes = NAN;
}

/* What is wrong with the members that were sent, or NULL. */
static const char *complaint(const struct product *p)
{
	if (p->name && strlen(p->name) > TEXT_COLUMN_MAX)
		return "nombre must have at most 255 characters";
	if (p->description && strlen(p->description) > DESCRIPTION_MAX)
		return "descripcion must have at most 16000 characters";
	if (!(p->price <= PRICE_MAX))
		return "precio must be a number from 0 to 99999999.99";
	if (!(p->minutes <= MINUTES_MAX))
		return "tiempo_base_minutos must be a number from 0 to 100000";
	return NULL;
}

static int insert(struct exchange *x, struct db *db, const struct product *p, const char *id,
		  struct error *err)
{
	return db_exec(db, NULL, err,
		       "INSERT INTO producto (id, nombre, descripcion, precio, disponible, "
		       "tiempo_base_minutos, restaurante_id) VALUES (%s, %s, %s, %.2f, %lld, %lld, %s)",
		       id, p->name, p->description, p->price, (long long)(p->available != 0),
		       p->minutes < 0 ? 0LL : llround(p->minutes), x->tenant);
}

int products_create(struct exchange *x, struct error *err)
{
	struct product p;
	char id[UUID_SIZE];
	struct db *db;

	read_product(x->json, &p);
	if (complaint(&p))
		return exchange_refuse(x, 400, complaint(&p));
	if (!p.name || p.price < 0)
		return exchange_refuse(x, 400, "nombre and precio are needed");
	if (secret_uuid(id, err) || exchange_db(x, &db, err) || insert(x, db, &p, id, err))
		return -1;
	return answer_product(x, db, id, NULL, false, err);
}

/* UPDATE with the members that were sent, and the time in any case. */
static void write_update(struct text *sql, struct db *db, const struct product *p, const char *id,
			 const char *tenant)
{
	text_add(sql, "UPDATE producto SET updated_at = NOW(6)");
	if (p->name)
		sql_addf(sql, db, ", nombre = %s", p->name);
	if (p->description)
		sql_addf(sql, db, ", descripcion = %s", p->description);
	if (p->price >= 0)
		sql_addf(sql, db, ", precio = %.2f", p->price);
	if (p->minutes >= 0)
		sql_addf(sql, db, ", tiempo_base_minutos = %lld", llround(p->minutes));
	if (p->available >= 0)
		sql_addf(sql, db, ", disponible = %lld", (long long)p->available);
	sql_addf(sql, db, " WHERE id = %s AND (%s IS NULL OR restaurante_id = %s)", id, tenant, tenant);
}

int products_update(struct exchange *x, struct error *err)
{
	const char *id = text_get(&x->id);
	struct text sql = { 0 };
	struct db_rows *rows = NULL;
	struct product p;
	struct db *db;
	size_t done;

	read_product(x->json, &p);
	if (complaint(&p))
		return exchange_refuse(x, 400, complaint(&p));
	if (exchange_db(x, &db, err))
		return -1;
	write_update(&sql, db, &p, id, exchange_filter(x));
	int rc = db_script(db, &sql, &done, &rows, err);
	db_rows_free(rows);
	text_release(&sql);
	return rc ? -1 : answer_product(x, db, id, exchange_filter(x), false, err);
}

int products_toggle(struct exchange *x, struct error *err)
{
	const char *tenant = exchange_filter(x);
	const char *id = text_get(&x->id);
	struct db *db;

	if (exchange_db(x, &db, err) ||
	    db_exec(db, NULL, err,
		    "UPDATE producto SET disponible = 1 - disponible, updated_at = NOW(6) "
		    "WHERE id = %s AND (%s IS NULL OR restaurante_id = %s)", id, tenant, tenant))
		return -1;
	return answer_product(x, db, id, tenant, true, err);
}
