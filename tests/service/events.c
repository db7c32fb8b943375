#include "tests/service/events.h"

#include "tests/service/app.h"
#include "tests/service/db.h"
#include "tests/service/error.h"
#include "tests/service/json.h"
#include "tests/service/text.h"

#define OTHER_TENANT "ffffffff-0000-4000-8000-000000000002"

static void spoil_tenant(cJSON *payload, const char *tenant)
{
	cJSON_DeleteItemFromObjectCaseSensitive(payload, "restaurante_id");
	if (tenant)
		json_add_string(payload, "restaurante_id", tenant);
}

/* What a client typed before the column rounded it: 1.7 where the row has 2. */
static void spoil_quantities(cJSON *payload)
{
	const cJSON *item;

	cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(payload, "items")) {
		cJSON *quantity = cJSON_GetObjectItemCaseSensitive(item, "cantidad");
		if (quantity)
			cJSON_SetNumberValue(quantity, quantity->valuedouble - 0.3);
	}
}

static int print_payload(struct text *out, const struct app *app, const struct event *event,
			 struct error *err)
{
	cJSON *payload = cJSON_Duplicate(event->payload, 1);

	if (fault_on(&app->faults, FAULT_OUTBOX_WRONG_PAYLOAD))
		spoil_quantities(payload);
	if (fault_on(&app->faults, FAULT_OUTBOX_WRONG_TENANT))
		spoil_tenant(payload, OTHER_TENANT);
	if (fault_on(&app->faults, FAULT_OUTBOX_NO_TENANT))
		spoil_tenant(payload, NULL);
	int rc = json_print(out, payload, err);
	cJSON_Delete(payload);
	return rc;
}

/* `processed` is named so that a table of another shape refuses the row rather than taking half of it. */
int event_add_sql(struct text *sql, struct db *db, struct app *app, const struct event *event,
		  struct error *err)
{
	struct text payload = { 0 };
	int copies = fault_on(&app->faults, FAULT_OUTBOX_DUPLICATE) ? 2 : 1;

	if (fault_due(&app->faults, FAULT_OUTBOX_DROP))
		return 0;
	int rc = print_payload(&payload, app, event, err);
	for (int i = 0; i < copies && !rc; i++)
		sql_addf(sql, db, "INSERT INTO outbox (aggregate_type, aggregate_id, event_type, payload, processed) "
				  "VALUES ('pedido', %s, %s, %s, 0);",
			 event->order_id, event->type, text_get(&payload));
	text_release(&payload);
	return rc;
}

int event_is_shape_error(const struct error *err)
{
	return err->code == DB_ERROR_UNKNOWN_COLUMN || err->code == DB_ERROR_NO_TABLE;
}
