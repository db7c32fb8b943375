#include "tests/service/migrate.h"

#include "tests/service/app.h"
#include "tests/service/db.h"
#include "tests/service/error.h"
#include "tests/service/pool.h"
#include "tests/service/text.h"

#define TENANT "00000000-0000-0000-0000-000000000001"

static const struct {
	const char *id;
	const char *name;
	const char *description;
	double price;
	long long minutes;
} products[] = {
	{ "30000000-0000-0000-0000-000000000001", "Empanada de carne", "Al horno", 9.5, 12 },
	{ "30000000-0000-0000-0000-000000000002", "Locro", "Con maiz y zapallo", 14.25, 20 },
	{ "30000000-0000-0000-0000-000000000003", "Milanesa napolitana", "Con papas fritas", 18.0, 25 },
	{ "30000000-0000-0000-0000-000000000004", "Flan casero", "Con dulce de leche", 6.75, 3 },
	{ "30000000-0000-0000-0000-000000000005", "Agua con gas", NULL, 2.5, 0 },
};

static const struct {
	const char *id;
	const char *code;
} tables[] = {
	{ "20000000-0000-0000-0000-000000000001", "QR-001" },
	{ "20000000-0000-0000-0000-000000000002", "QR-002" },
	{ "20000000-0000-0000-0000-000000000003", "QR-003" },
};

#define PRODUCT_COUNT (sizeof(products) / sizeof(products[0]))
#define TABLE_COUNT (sizeof(tables) / sizeof(tables[0]))

/* Setting a column to itself leaves a row that is there as it is. */
static int insert_products(struct db *db, struct error *err)
{
	for (size_t i = 0; i < PRODUCT_COUNT; i++) {
		if (db_exec(db, NULL, err,
			    "INSERT INTO producto (id, nombre, descripcion, precio, tiempo_base_minutos, "
			    "restaurante_id) VALUES (%s, %s, %s, %.2f, %lld, %s) ON DUPLICATE KEY UPDATE id = id",
			    products[i].id, products[i].name, products[i].description, products[i].price,
			    products[i].minutes, TENANT))
			return -1;
	}
	return 0;
}

static int insert_tables(struct db *db, struct error *err)
{
	for (size_t i = 0; i < TABLE_COUNT; i++) {
		if (db_exec(db, NULL, err,
			    "INSERT INTO mesa (id, codigo_qr, restaurante_id) VALUES (%s, %s, %s) "
			    "ON DUPLICATE KEY UPDATE id = id",
			    tables[i].id, tables[i].code, TENANT))
			return -1;
	}
	return 0;
}

int migrate_seed(struct app *app, struct text *log, struct error *err)
{
	struct db *db;

	if (pool_open(app, &db, err))
		return -1;
	int rc = insert_products(db, err) || insert_tables(db, err) ? -1 : 0;
	if (!rc)
		text_addf(log, "seeded %zu products, %zu tables\n", PRODUCT_COUNT, TABLE_COUNT);
	db_close(db);
	return rc;
}
