#include "probes/schema_read.h"

#include "probes/db_grants.h"
#include "probes/db_session.h"

#define STATEMENTS_MAX 200
#define PACKET_MAX ((size_t)256 * 1024)
#define ROWS_MAX 2000000
#define ROWS_BYTES_MAX ((size_t)384 * 1024 * 1024)

struct reader {
	struct db *db;
	struct db_call call;
	struct limits limits; /* wider than those of a statement that people wrote */
	struct schema_catalogue catalogue;
	const struct value *features, *grants;
	bool fold_tables;
	struct error *err;
};

/* Statements that go together, and their rows. */
struct packet {
	struct strbuf sql; /* joined by semicolons */
	size_t starts[STATEMENTS_MAX + 1];
	size_t count;
	const struct value *rows[STATEMENTS_MAX];
};

/* ---- packets ---- */

static void packet_init(struct packet *p)
{
	p->count = 0;
	strbuf_init(&p->sql, PACKET_MAX);
}

/* Where the next statement is appended. */
static struct strbuf *packet_next(struct packet *p)
{
	assert(p->count < STATEMENTS_MAX);
	if (p->count)
		strbuf_addc(&p->sql, ';');
	p->starts[p->count++] = p->sql.n;
	return &p->sql;
}

static int take_rows(struct reader *r, struct packet *p, size_t i)
{
	struct db_result result;

	if (db_fetch(r->db, &r->call, &result, r->err))
		return -1;
	if (result.cut || result.stopped)
		return error_set(r->err, ERR_LIMIT,
			"the catalogue is too large: more than %d rows or %zu MiB",
			ROWS_MAX, ROWS_BYTES_MAX >> 20);
	p->rows[i] = result.rows;
	return 0;
}

static int ask_at_once(struct reader *r, struct packet *p)
{
	if (db_start(r->db, &r->call, strbuf_str(&p->sql), r->err))
		return -1;
	for (size_t i = 0; i < p->count; i++) {
		if (i > 0 && !db_more(r->db))
			return error_set(r->err, ERR_PROTOCOL,
				"fewer results came than statements were sent");
		if ((i > 0 && db_next(r->db, &r->call, r->err)) || take_rows(r, p, i))
			return -1;
	}
	return db_more(r->db) ? error_set(r->err, ERR_PROTOCOL,
					"more results came than statements were sent") :
				0;
}

/* Where a proxy takes one statement at a time. */
static int ask_one_by_one(struct reader *r, struct packet *p)
{
	for (size_t i = 0; i < p->count; i++) {
		size_t end = i + 1 < p->count ? p->starts[i + 1] - 1 : p->sql.n;
		struct str sql = str_sub(
			strbuf_str(&p->sql), p->starts[i], end - p->starts[i]);

		if (db_start(r->db, &r->call, sql, r->err) || take_rows(r, p, i))
			return -1;
	}
	return 0;
}

static int ask(struct reader *r, struct packet *p)
{
	if (strbuf_failed(&p->sql))
		return error_set_oom(r->err);
	return db_facts(r->db)->one_by_one ? ask_one_by_one(r, p) : ask_at_once(r, p);
}

/* The server's own limit is set to what is left of ours. */
static int set_limit(struct reader *r)
{
	struct db_result ignored;
	struct strbuf sql;
	int rc;

	strbuf_init(&sql, 1024);
	rc = db_session_limit(r->db, &r->call, &sql, r->err);
	if (rc == 0 && sql.n) {
		rc = db_query(r->db, &r->call, strbuf_str(&sql), &ignored, r->err);
		if (rc == 0)
			db_session_limited(r->db, &r->call);
	}
	strbuf_release(&sql);
	return rc;
}

/* ---- the questions ---- */

static int ask_account(struct reader *r)
{
	struct packet p;
	int rc;

	packet_init(&p);
	strbuf_adds(packet_next(&p), schema_features_sql);
	strbuf_adds(packet_next(&p),
		"SELECT DATABASE() AS name, @@lower_case_table_names AS folds");
	strbuf_adds(packet_next(&p), "SHOW GRANTS");
	rc = ask(r, &p);
	strbuf_release(&p.sql);
	if (rc)
		return -1;
	r->features = p.rows[0];
	r->grants = p.rows[2];
	if (p.rows[1]->u.list.count) {
		const struct value *row = p.rows[1]->u.list.items[0];

		r->catalogue.database = schema_cell(row, "name");
		r->fold_tables = !str_is(schema_cell(row, "folds"), "0");
	}
	return 0;
}

static int ask_catalogue(struct reader *r)
{
	enum schema_query asked[SCHEMA_QUERY_COUNT];
	struct packet p;
	int rc;

	packet_init(&p);
	for (size_t i = 0; i < SCHEMA_QUERY_COUNT; i++) {
		enum schema_query q = (enum schema_query)i;

		if (q == SCHEMA_QUERY_PARTITIONS ||
			!schema_query_is_known(q, r->features))
			continue;
		asked[p.count] = q;
		schema_query_sql(packet_next(&p), q, r->features);
	}
	rc = ask(r, &p);
	strbuf_release(&p.sql);
	for (size_t i = 0; rc == 0 && i < p.count; i++)
		r->catalogue.rows[asked[i]] = p.rows[i];
	return rc;
}

static int ask_partitions(struct reader *r)
{
	struct packet p;
	int rc;

	if (!schema_has_partitions(&r->catalogue))
		return 0;
	packet_init(&p);
	schema_query_sql(packet_next(&p), SCHEMA_QUERY_PARTITIONS, r->features);
	rc = ask(r, &p);
	strbuf_release(&p.sql);
	if (rc == 0)
		r->catalogue.rows[SCHEMA_QUERY_PARTITIONS] = p.rows[0];
	return rc;
}

static void add_show_create(struct strbuf *out, struct str table)
{
	strbuf_adds(out, "SHOW CREATE TABLE `");
	for (size_t i = 0; i < table.n; i++) {
		if (table.p[i] == '`')
			strbuf_addc(out, '`');
		strbuf_addc(out, table.p[i]);
	}
	strbuf_addc(out, '`');
}

/* The statements of some tables in one packet, their rows added to `list`. */
static int ask_creates(struct reader *r, const struct str *tables, size_t count,
	struct value_list_builder *list)
{
	struct packet p;
	int rc;

	packet_init(&p);
	for (size_t i = 0; i < count; i++)
		add_show_create(packet_next(&p), tables[i]);
	rc = ask(r, &p);
	strbuf_release(&p.sql);
	for (size_t i = 0; rc == 0 && i < count; i++)
		if (p.rows[i]->u.list.count)
			value_list_add(r->call.arena, list, p.rows[i]->u.list.items[0]);
	return rc;
}

static int ask_hidden_rules(struct reader *r)
{
	struct value_list_builder list = { 0 };
	size_t count;
	const struct str *tables = schema_hidden_rules(
		r->call.arena, &r->catalogue, &count);

	for (size_t at = 0; at < count; at += STATEMENTS_MAX) {
		size_t n = count - at < STATEMENTS_MAX ? count - at : STATEMENTS_MAX;

		if (ask_creates(r, tables + at, n, &list))
			return -1;
	}
	r->catalogue.creates = value_list_finish(r->call.arena, &list);
	return 0;
}

/* ---- what cannot be seen ---- */

#define SHOW_CREATE_ROUTINE 0x0b0300u /* MariaDB 11.3 */
#define ROUTINES (SCHEMA_BIT(SCHEMA_PROCEDURE) | SCHEMA_BIT(SCHEMA_FUNCTION))

static bool holds(const struct reader *r, const char *privilege)
{
	return db_grants_hold(r->grants, r->catalogue.database, NULL, privilege);
}

static bool holds_globally(const struct reader *r, const char *privilege)
{
	return db_grants_hold(
		r->grants, STR(""), NULL, privilege); /* what is on *.* alone */
}

static bool sees_routine_bodies(const struct reader *r)
{
	if (!r->catalogue.mariadb)
		return holds_globally(r, "SHOW_ROUTINE") || holds_globally(r, "SELECT");
	return db_grants_hold(r->grants, STR("mysql"), "proc", "SELECT") ||
		(r->catalogue.version >= SHOW_CREATE_ROUTINE &&
			holds(r, "SHOW CREATE ROUTINE"));
}

static bool sees_routines(const struct reader *r)
{
	return holds(r, "EXECUTE") || holds(r, "ALTER ROUTINE") || sees_routine_bodies(r);
}

static void find_blindness(const struct reader *r, struct schema_found *f)
{
	if (!holds(r, NULL))
		f->blind |= SCHEMA_BIT(SCHEMA_TABLE);
	if (!holds(r, "TRIGGER"))
		f->blind |= SCHEMA_BIT(SCHEMA_TRIGGER);
	if (!holds(r, "EVENT"))
		f->blind |= SCHEMA_BIT(SCHEMA_EVENT);
	if (!sees_routines(r))
		f->blind |= ROUTINES;
	if (!holds(r, "SHOW VIEW"))
		f->blind_bodies |= SCHEMA_BIT(SCHEMA_VIEW);
	if (!sees_routine_bodies(r))
		f->blind_bodies |= ROUTINES & ~f->blind;
}

/* Texts of what is not there are nobody's loss. */
static unsigned kinds_there(const struct schema *s)
{
	unsigned kinds = 0;

	for (size_t i = 0; i < s->count; i++)
		kinds |= SCHEMA_BIT(s->facts[i].kind);
	return kinds;
}

static const struct blindness {
	enum schema_kind kind;
	bool bodies;
	const char *what, *needs; /* %.*s: the database */
} blindnesses[] = {
	{ SCHEMA_TABLE, false, "all tables", "SELECT on %.*s.*" },
	{ SCHEMA_TRIGGER, false, "triggers",
		"TRIGGER on %.*s.* (which also allows to create them)" },
	{ SCHEMA_EVENT, false, "events",
		"EVENT on %.*s.* (which also allows to create them)" },
	{ SCHEMA_PROCEDURE, false, "procedures", "EXECUTE on %.*s.*" },
	{ SCHEMA_FUNCTION, false, "functions", "EXECUTE on %.*s.*" },
	{ SCHEMA_VIEW, true, "texts of views", "SHOW VIEW on %.*s.*" },
	{ SCHEMA_PROCEDURE, true, "texts of procedures", NULL },
	{ SCHEMA_FUNCTION, true, "texts of functions", NULL },
};

/* Whose routines' texts are shown to whom differs. */
static struct str needed(
	struct arena *a, const struct blindness *b, const struct schema_database *d)
{
	if (!b->needs)
		return d->found.mariadb ?
			STR("SELECT on mysql.proc") :
			STR("SHOW_ROUTINE on *.* (MySQL 8.0.20 and later)");
	return arena_printf(a, "%.*s%.*s%s", (int)strcspn(b->needs, "%"), b->needs,
		STR_ARG(d->name), strchr(b->needs, '%') + strlen("%.*s"));
}

struct str schema_blindness(struct arena *a, const struct schema_database *d,
	enum schema_kind kind, bool bodies)
{
	for (size_t i = 0; i < ARRAY_SIZE(blindnesses); i++) {
		const struct blindness *b = &blindnesses[i];

		if (b->kind == kind && b->bodies == bodies)
			return arena_printf(a, "%s of %.*s: needs %.*s", b->what,
				STR_ARG(d->name), STR_ARG(needed(a, b, d)));
	}
	return (struct str){ 0 };
}

/* ---- the whole ---- */

static int check_tables(const struct reader *r)
{
	const struct value *tables = r->catalogue.rows[SCHEMA_QUERY_TABLES];

	if (tables && tables->u.list.count)
		return 0;
	error_set(r->err, ERR_SQL, "the account sees no table at all in '%.*s'",
		STR_ARG(r->catalogue.database));
	error_note(r->err, "correct the database of the connection, or the grants");
	return -1;
}

static int fill(
	struct reader *r, const struct schema_wishes *wishes, struct schema_database *ret)
{
	const struct db_facts *facts = db_facts(r->db);
	struct schema_database d = { .name = r->catalogue.database };

	d.server = arena_printf(r->call.arena, "%s %.*s",
		facts->mariadb ? "MariaDB" : "MySQL", STR_ARG(facts->info.version));
	if (schema_from_rows(r->call.arena, &r->catalogue, wishes, &d.schema, r->err))
		return -1;
	d.found = (struct schema_found){ .mariadb = facts->mariadb,
		.version = facts->info.version_number,
		.fold_tables = r->fold_tables };
	find_blindness(r, &d.found);
	d.found.blind_bodies &= kinds_there(&d.schema);
	*ret = d;
	ret->found.schema = &ret->schema;
	return 0;
}

static struct reader reader_of(
	struct db *db, const struct db_call *call, struct error *err)
{
	struct reader r = {
		.db = db, .call = *call, .limits = *call->limits, .err = err
	};
	const struct db_facts *facts = db_facts(db);

	r.limits.max_rows_kept = ROWS_MAX;
	r.limits.max_rows_counted = ROWS_MAX;
	r.limits.max_rows_bytes = ROWS_BYTES_MAX;
	r.call.keep_rows = ROWS_MAX;
	r.catalogue.mariadb = facts->mariadb;
	r.catalogue.version = facts->info.version_number;
	return r;
}

int schema_read(struct db *db, const struct db_call *call,
	const struct schema_wishes *wishes, struct schema_database *ret,
	struct error *err)
{
	struct reader r = reader_of(db, call, err);

	r.call.limits = &r.limits;
	if (set_limit(&r) || ask_account(&r) || ask_catalogue(&r) || check_tables(&r) ||
		ask_partitions(&r) || ask_hidden_rules(&r))
		return -1;
	return fill(&r, wishes, ret);
}
