#include "probes/migrations_read.h"

#include "probes/db_session.h"

/* The server's own time limit, and two statements. */
enum { STATEMENTS_MAX = 3 };

struct packet {
	struct str sql[STATEMENTS_MAX];
	struct db_result results[STATEMENTS_MAX];
	size_t count;
};

/* What could not be written whole is never sent. */
static int add_statement(
	struct arena *a, struct packet *p, struct strbuf *sql, struct error *err)
{
	if (strbuf_failed(sql))
		return error_set(err, ERR_LIMIT,
			"the statement that reads the history is too long");
	if (sql->n)
		p->sql[p->count++] = arena_str(a, strbuf_str(sql));
	strbuf_clear(sql);
	return 0;
}

/* ---- asking ---- */

static int ask_apart(
	struct db *db, const struct db_call *c, struct packet *p, struct error *err)
{
	for (size_t i = 0; i < p->count; i++)
		if (db_query(db, c, p->sql[i], &p->results[i], err))
			return -1;
	return 0;
}

static int fetch_all(
	struct db *db, const struct db_call *c, struct packet *p, struct error *err)
{
	for (size_t i = 0; i < p->count; i++) {
		if (i > 0 && !db_more(db))
			return error_set(err, ERR_INTERNAL,
				"fewer results came than statements were sent");
		if ((i > 0 && db_next(db, c, err)) ||
			db_fetch(db, c, &p->results[i], err))
			return -1;
	}
	return 0;
}

static int ask_together(
	struct db *db, const struct db_call *c, struct packet *p, struct error *err)
{
	struct strbuf whole;
	int rc;

	strbuf_init(&whole, c->limits->max_statement_bytes);
	for (size_t i = 0; i < p->count; i++) {
		strbuf_adds(&whole, i ? ";\n" : "");
		strbuf_add(&whole, p->sql[i]);
	}
	rc = strbuf_failed(&whole) ? error_set_oom(err) :
				     db_start(db, c, strbuf_str(&whole), err);
	strbuf_release(&whole);
	return rc ? -1 : fetch_all(db, c, p, err);
}

static int ask(struct db *db, const struct db_call *c, struct packet *p,
	struct migration_asked *asked, struct error *err)
{
	if (arena_failed(c->arena))
		return error_set_oom(err);
	asked->statement = p->sql[p->count - 1];
	if (db_facts(db)->one_by_one ? ask_apart(db, c, p, err) :
				       ask_together(db, c, p, err))
		return -1;
	for (size_t i = 0; i < p->count; i++) {
		asked->exec_us += p->results[i].exec_us;
		asked->fetch_us += p->results[i].fetch_us;
	}
	return 0;
}

/* ---- the two questions ---- */

static int write_look_up(struct db *db, const struct db_call *c,
	const struct migration_wish *wish, struct packet *p, struct error *err)
{
	struct strbuf sql;
	int rc;

	strbuf_init(&sql, c->limits->max_statement_bytes);
	rc = db_session_limit(db, c, &sql, err) || add_statement(c->arena, p, &sql, err);
	migration_lookup_sql(&sql, wish, db_no_backslash_escapes(db));
	rc = rc || add_statement(c->arena, p, &sql, err);
	strbuf_release(&sql);
	return rc ? -1 : 0;
}

static int look_up(struct db *db, const struct db_call *c,
	const struct migration_wish *wish, struct migration_place *ret,
	struct migration_asked *asked, struct error *err)
{
	struct packet p = { 0 };

	if (write_look_up(db, c, wish, &p, err) || ask(db, c, &p, asked, err))
		return -1;
	db_session_limited(db, c);
	return migration_recognise(c->arena, &p.results[p.count - 1], wish,
		str_from(db_settings_of(db)->database), ret, err);
}

/* The lock first, so that the history is the later of both. */
static int write_read(const struct db_call *c, const struct migration_place *place,
	struct packet *p, struct error *err)
{
	struct strbuf sql;
	int rc;

	strbuf_init(&sql, c->limits->max_statement_bytes);
	if (place->lock.p)
		migration_fill(
			&sql, place->tool->lock_select, place->schema, place->lock);
	rc = add_statement(c->arena, p, &sql, err);
	migration_fill(&sql, place->tool->select, place->schema, place->table);
	rc = rc || add_statement(c->arena, p, &sql, err);
	strbuf_release(&sql);
	return rc ? -1 : 0;
}

static int read_rows(struct db *db, const struct db_call *c,
	const struct migration_place *place, struct migration_history *ret,
	struct migration_asked *asked, struct error *err)
{
	struct packet p = { 0 };
	struct migration_history h;

	if (write_read(c, place, &p, err) || ask(db, c, &p, asked, err) ||
		migration_history_rows(
			c->arena, place->tool, &p.results[p.count - 1], &h, err))
		return -1;
	if (place->lock.p)
		migration_history_lock(c->arena, &p.results[0], &h);
	*ret = h;
	return 0;
}

int migration_read(struct db *db, const struct db_call *call,
	const struct migration_wish *wish, struct migration_history *ret,
	struct migration_asked *asked, struct error *err)
{
	struct migration_place place;

	if (db_session_refresh(db, call, err) ||
		look_up(db, call, wish, &place, asked, err))
		return -1;
	return read_rows(db, call, &place, ret, asked, err);
}
