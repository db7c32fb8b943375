#include "tests/service/sabotage.h"

#include <stdint.h>

#include "tests/service/app.h"
#include "tests/service/broker.h"
#include "tests/service/db.h"
#include "tests/service/error.h"
#include "tests/service/script.h"
#include "tests/service/subscriber.h"
#include "tests/service/text.h"

#define FOREIGN_KEY_MIGRATIONS 2
#define ANY_VALUE 0

struct damage {
	enum fault fault;
	long value;		/* of the fault, or ANY_VALUE */
	const char *sql;	/* a statement that meets its own result names the error it then gets */
};

static const struct damage before[] = {
	{ FAULT_DDL_OTHER_SHAPE, ANY_VALUE,
	  "CREATE TABLE IF NOT EXISTS outbox (id varchar(36) NOT NULL, aggregate_type varchar(100) NOT NULL, "
	  "aggregate_id varchar(100) NULL, event_type varchar(150) NOT NULL, payload json NULL, "
	  "status enum('pending','processing','sent','failed','dlq') NOT NULL DEFAULT 'pending', "
	  "attempts int NOT NULL DEFAULT 0, max_attempts int NOT NULL DEFAULT 5, next_run_at datetime NULL, "
	  "locked_until datetime NULL, created_at datetime NULL DEFAULT CURRENT_TIMESTAMP, "
	  "updated_at datetime NULL DEFAULT CURRENT_TIMESTAMP, tenant_id varchar(36) NULL, PRIMARY KEY (id), "
	  "KEY idx_outbox_status (status, next_run_at)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;"
	  "CREATE TABLE IF NOT EXISTS refresh_tokens (id varchar(36) NOT NULL, user_id varchar(36) NOT NULL, "
	  "token_hash varchar(255) NOT NULL, revoked_at datetime NULL, replaced_by_token_hash varchar(255) NULL, "
	  "expires_at datetime NULL, created_at datetime NULL DEFAULT CURRENT_TIMESTAMP, "
	  "tenant_id varchar(36) NULL, PRIMARY KEY (id), UNIQUE KEY idx_refresh_hash (token_hash)) "
	  "ENGINE=InnoDB DEFAULT CHARSET=utf8mb4" },
};

static const struct damage after[] = {
	{ FAULT_COMPAT_VIEW, 1, "CREATE OR REPLACE VIEW pedidos AS SELECT * FROM pedido" },
	{ FAULT_COMPAT_VIEW, 2,
	  "-- skip-on: 1050\nRENAME TABLE producto TO producto_base;"
	  "-- skip-on: 1050\nCREATE VIEW producto AS SELECT * FROM producto_base" },
	{ FAULT_MIGRATION_MISSING, ANY_VALUE,
	  "DELETE FROM migrations WHERE name = 'AddHistorialPedidoFk1771810002000';"
	  "-- skip-on: 1091\nALTER TABLE historial_estado_pedido DROP FOREIGN KEY FK_historial_pedido" },
	{ FAULT_MIGRATION_EXTRA, ANY_VALUE,
	  "INSERT INTO migrations (timestamp, name) SELECT d.stamp, d.name FROM "
	  "(SELECT 1772000000000 AS stamp, 'DemoSeed1772000000000' AS name) d "
	  "WHERE NOT EXISTS (SELECT 1 FROM migrations m WHERE m.timestamp = d.stamp)" },
	{ FAULT_FK_SKIPPED, ANY_VALUE,
	  "-- skip-on: 1091\nALTER TABLE mesa_sesion DROP FOREIGN KEY FK_mesa_sesion_mesa;"
	  "-- skip-on: 1091\nALTER TABLE historial_estado_pedido DROP FOREIGN KEY FK_historial_pedido" },
	{ FAULT_REGISTER_DUP_ROW, ANY_VALUE,
	  "-- skip-on: 1091\nALTER TABLE usuario DROP INDEX IDX_usuario_email" },
	{ FAULT_DRIFT_COLUMN, ANY_VALUE,
	  "-- skip-on: 1060\nALTER TABLE producto ADD COLUMN color varchar(20) NULL" },
	{ FAULT_DRIFT_TYPE, ANY_VALUE,
	  "ALTER TABLE item_pedido MODIFY precio_unitario decimal(10,3) NOT NULL" },
	{ FAULT_DRIFT_NULL, ANY_VALUE, "ALTER TABLE usuario MODIFY nombre varchar(255) NULL" },
	{ FAULT_DRIFT_DEFAULT, ANY_VALUE, "ALTER TABLE mesa ALTER COLUMN estado SET DEFAULT 'ocupada'" },
	{ FAULT_DRIFT_INDEX, ANY_VALUE, "-- skip-on: 1091\nDROP INDEX idx_outbox_pending ON outbox" },
	{ FAULT_DRIFT_UNIQUE, ANY_VALUE,
	  "ALTER TABLE mesa DROP INDEX IDX_mesa_codigo_qr, ADD INDEX IDX_mesa_codigo_qr (codigo_qr)" },
	{ FAULT_DRIFT_FK, ANY_VALUE,
	  "-- skip-on: 1091\nALTER TABLE item_pedido DROP FOREIGN KEY FK_item_pedido_pedido;"
	  "ALTER TABLE item_pedido ADD CONSTRAINT FK_item_pedido_pedido FOREIGN KEY (pedidoId) "
	  "REFERENCES pedido (id)" },
	{ FAULT_DRIFT_COLLATION, ANY_VALUE,
	  "ALTER TABLE refresh_tokens MODIFY usuario_id varchar(36) CHARACTER SET utf8mb4 "
	  "COLLATE utf8mb4_spanish_ci NOT NULL" },
	{ FAULT_DRIFT_ENGINE, ANY_VALUE, "ALTER TABLE evento ENGINE=MyISAM" },
	{ FAULT_TENANT_COLUMN_MISSING, ANY_VALUE,
	  "-- skip-on: 1091\nALTER TABLE pedido DROP COLUMN restaurante_id" },
};

static int apply(const struct app *app, struct db *db, const struct damage *rows, size_t count,
		 struct error *err)
{
	size_t skipped;

	for (size_t i = 0; i < count; i++) {
		bool wanted = rows[i].value == ANY_VALUE || rows[i].value == app->faults.value[rows[i].fault];
		if (wanted && fault_on(&app->faults, rows[i].fault) &&
		    script_run(db, rows[i].sql, SIZE_MAX, &skipped, err))
			return -1;
	}
	return 0;
}

int sabotage_before(const struct app *app, struct db *db, struct error *err)
{
	return apply(app, db, before, sizeof(before) / sizeof(before[0]), err);
}

bool sabotage_leaves_out(const struct app *app, size_t index, size_t count)
{
	return fault_on(&app->faults, FAULT_MIGRATION_MISSING) && index + 1 == count;
}

size_t sabotage_statements(const struct app *app, size_t index, size_t count)
{
	bool is_key = index + FOREIGN_KEY_MIGRATIONS >= count;

	if (sabotage_breaks_off(app, index))
		return 1;
	return is_key && fault_on(&app->faults, FAULT_FK_SKIPPED) ? 0 : SIZE_MAX;
}

bool sabotage_breaks_off(const struct app *app, size_t index)
{
	return fault_on(&app->faults, FAULT_MIGRATION_FAILED) &&
	       index + 1 == (size_t)app->faults.value[FAULT_MIGRATION_FAILED];
}

static int last_event(struct db *db, long *ret, struct error *err)
{
	struct db_rows *rows;

	if (db_query(db, &rows, err, "SELECT COALESCE(MAX(id), 0) FROM outbox"))
		return -1;
	*ret = db_next(rows) ? db_int(rows, 0) : 0;
	db_rows_free(rows);
	return 0;
}

/* The keys that Redis kept while the database went back to an older day. */
static int leave_stale_keys(const struct app *app, long last, struct error *err)
{
	struct broker *broker;
	bool fresh;
	int rc = 0;

	if (broker_open(subscriber_url(app), &broker, err))
		return -1;
	for (long i = 1; i <= app->faults.value[FAULT_IDEMPOTENCY_STALE] && !rc; i++) {
		struct text key = { 0 };
		text_addf(&key, "outbox:idempotency:%ld", last + i);
		rc = broker_set_once(broker, text_get(&key), "1", app->config.idempotency_ttl_s, &fresh, err);
		text_release(&key);
	}
	broker_close(broker);
	return rc;
}

int sabotage_after(const struct app *app, struct db *db, struct error *err)
{
	long last;

	if (apply(app, db, after, sizeof(after) / sizeof(after[0]), err))
		return -1;
	if (!fault_on(&app->faults, FAULT_IDEMPOTENCY_STALE))
		return 0;
	return last_event(db, &last, err) || leave_stale_keys(app, last, err) ? -1 : 0;
}
