#include "probes/sql_transaction.h"

#define SNAPSHOT_US 10000000
#define NOT_ROLLED_BACK 1196

int sql_transaction_end(struct db *db, const struct db_call *c, struct error *err)
{
	struct db_result r;

	db_facts(db)->transaction = NULL;
	if (db_query(db, c, STR("ROLLBACK"), &r, err))
		return -1;
	if (r.warnings == 0)
		return 0;
	if (db_query(db, c, STR("SHOW WARNINGS"), &r, err))
		return -1;
	for (size_t i = 0; r.rows && i < r.rows->u.list.count; i++)
		if (value_equal(value_get(r.rows->u.list.items[i], "Code"),
			    value_int(c->arena, NOT_ROLLED_BACK)))
			return error_set(err, ERR_SQL,
				"not all was rolled back: a table without transactions kept its rows");
	return 0;
}

static int run_both(struct db *db, const struct db_call *c,
	const char *const statements[2], struct error *err)
{
	struct db_result ignored;

	for (size_t i = 0; i < 2; i++)
		if (db_query(db, c, str_from(statements[i]), &ignored, err))
			return -1;
	return 0;
}

int sql_transaction_begin(struct db *db, const struct db_call *c,
	const struct sql_spec *spec, struct error *err)
{
	static const char *const snapshot[2] = {
		"SET TRANSACTION ISOLATION LEVEL REPEATABLE READ",
		"START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
	};
	static const char *const rollback[2] = {
		"SET SESSION innodb_lock_wait_timeout = 2",
		"START TRANSACTION",
	};
	bool wanted = spec->snapshot || spec->rollback;
	struct db_facts *f = db_facts(db);
	uint64_t until_us = UINT64_MAX;

	if (f->transaction && (f->transaction != spec->suite || !wanted) &&
		sql_transaction_end(db, c, err))
		return -1;
	if (!wanted || f->transaction)
		return 0;
	if (run_both(db, c, spec->rollback ? rollback : snapshot, err))
		return -1;
	if (spec->snapshot)
		until_us = clock_mono_us(c->deadline.clock) + SNAPSHOT_US;
	f->transaction = spec->suite;
	f->transaction_until_us = until_us;
	return 0;
}

bool sql_transaction_is_over(
	struct db *db, const struct sql_spec *spec, const struct entry *e)
{
	return db_facts(db)->transaction && e->index + 1 == spec->suite->nentries;
}
