#include "probes/sql_ask.h"

#include <inttypes.h>

#include "probes/db_report.h"
#include "probes/db_session.h"
#include "probes/overdue.h"
#include "probes/sql_near.h"
#include "probes/sql_spec.h"
#include "probes/sql_transaction.h"
#include "probes/sql_tree.h"
#include "probes/sql_warnings.h"

#define SHOW_WARNINGS "SHOW WARNINGS"

/* ---- filling in ---- */

/* One perform: the statements of a packet and where they are asked. */
struct asking {
	struct probe_run *run;
	struct db *db;
	struct db_call call;
	struct sql_mode mode;
	uint64_t allowed_us; /* for the whole, as people know it */
	uint64_t budget_us; /* of each statement */
	uint64_t started_us; /* of the one that is waited for */
	uint64_t began_us; /* of the perform */
	struct arena texts; /* what lives as long as the packet; the arena of the run is that of one item */
	struct strbuf packet;
	struct str *shown; /* per item, for people */
	struct str *sql;
	size_t count; /* items in the packet */
	bool limit_first; /* a SET stands before them, and was not answered yet */
	bool tells_warnings; /* SHOW WARNINGS stands behind each of them */
};

static const struct sql_spec *spec_of(const struct probe_item *item)
{
	return item->prepared->spec;
}

static const struct value *value_of(
	void *ctx, const struct placeholder *p, struct error *err)
{
	const struct value *v = NULL;

	return expand_placeholder(ctx, p, &v, err) == 0 ? v : NULL;
}

/*
 * Under another sql_mode than the usual one the same bytes may be another statement: it
 * is read, and guarded, as the server will.
 */
static int reread(struct asking *a, const struct sql_spec *spec,
	const struct sql_statement **ret, struct error *err)
{
	*ret = spec->statement;
	if (!a->mode.ansi_quotes && !a->mode.no_backslash_escapes)
		return 0;
	if (sql_statement_parse(
		    &a->texts, spec->source, spec->span, a->mode, ret, err) == 0 &&
		sql_spec_guard(spec, a->mode, err) == 0)
		return 0;
	error_note(err, "the session's sql_mode reads it like that, so it was not sent");
	return -1;
}

static int fill(struct asking *a, size_t i, struct error *err)
{
	const struct sql_spec *spec = spec_of(&a->run->items[i]);
	size_t max = a->run->limits->max_statement_bytes;
	struct expander x = *a->run->expander;
	const struct sql_statement *st;
	struct strbuf sql;
	struct strbuf shown;
	int rc = -1;

	x.source = spec->source;
	strbuf_init(&sql, max);
	strbuf_init(&shown, max);
	if (reread(a, spec, &st, err) == 0 &&
		sql_statement_fill(&a->texts, spec->source, st, a->mode, spec->writes,
			value_of, &x, &sql, &shown, err) == 0) {
		a->sql[i] = arena_str(&a->texts, strbuf_str(&sql));
		a->shown[i] = arena_str(&a->texts, strbuf_str(&shown));
		rc = strbuf_failed(&sql) || strbuf_failed(&shown) ||
				arena_failed(&a->texts) ?
			-1 :
			0;
		if (rc)
			error_at(err, ERR_LIMIT, spec->source, spec->span,
				"the statement, filled in, has more than %zu bytes", max);
	}
	strbuf_release(&sql);
	strbuf_release(&shown);
	return rc;
}

static bool fits_packet(const struct asking *a, size_t i)
{
	uint64_t most = a->run->limits->max_batch_bytes;

	if (most > db_facts(a->db)->max_packet / 4)
		most = db_facts(a->db)->max_packet / 4;
	return i == 0 || a->packet.n + a->sql[i].n < most;
}

/*
 * Items behind the first that cannot go with it (not filled in, too long together) come
 * again later.
 */
static int fill_packet(struct asking *a, struct error *err)
{
	size_t most = db_facts(a->db)->one_by_one ? 1 : a->run->nitems;

	if (most > a->run->limits->max_batch_statements)
		most = a->run->limits->max_batch_statements;
	strbuf_clear(&a->packet);
	a->tells_warnings = most > 1; /* nothing is asked twice to learn them */
	for (size_t i = 0; i < most; i++) {
		struct error later;

		if (fill(a, i, i == 0 ? err : &later)) {
			if (i == 0)
				return -1;
			break;
		}
		if (!fits_packet(a, i))
			break;
		strbuf_adds(&a->packet, a->packet.n ? ";\n" : "");
		strbuf_add(&a->packet, a->sql[i]);
		strbuf_adds(&a->packet, a->tells_warnings ? ";" SHOW_WARNINGS : "");
		a->count = i + 1;
	}
	if (a->packet.n >= db_facts(a->db)->max_packet)
		return error_set(err, ERR_LIMIT,
			"the statement has %zu bytes, the server takes %" PRIu64
			" (max_allowed_packet)",
			a->packet.n, db_facts(a->db)->max_packet);
	return strbuf_failed(&a->packet) ? error_set_oom(err) : 0;
}

/* ---- failures ---- */

/* The time that was allowed, or, for a lock, the time it took. */
static int no_answer(const struct asking *a, struct error *err)
{
	uint64_t us = clock_mono_us(a->run->clock) - a->started_us;
	const struct db_failure *f = db_last_failure(a->db);

	overdue(err, us + 100000 < a->allowed_us ? us : a->allowed_us);
	if (f->code != 0)
		error_note(err, "the server said: error %u: %s", f->code, f->message);
	return -1;
}

static void place_failure(const struct asking *a, size_t item, struct error *err)
{
	const struct sql_spec *spec = spec_of(&a->run->items[item]);
	struct span at;

	if (sql_near(spec->source, spec->span, str_from(db_last_failure(a->db)->message),
		    &at)) {
		error_title(err, "SQL error");
		error_place(err, spec->source, at);
	}
}

static void drop(struct asking *a)
{
	const struct probe_item *item = &a->run->items[0];

	session_drop_connection(a->run, &db_connection, item->prepared->connection,
		spec_of(item)->writes);
	a->db = NULL;
}

/*
 * A statement that was not answered may still run on the server, and its connection is of
 * no use any more.
 */
static void give_up(struct asking *a, struct error *err)
{
	if ((err->code == ERR_TIMEOUT || err->code == ERR_ABORTED ||
		    err->code == ERR_LIMIT) &&
		!db_session_kill(a->run, a->db))
		error_note(err,
			"the server could not be asked to stop it: it may still run there");
	drop(a);
}

/* ---- reporting ---- */

static void add_phase(
	struct probe_run *run, struct named_value *v, const char *name, uint64_t us)
{
	v->name = str_from(name);
	v->value = value_uint(run->arena, us);
}

static void describe(struct asking *a, size_t item, const struct db_result *r)
{
	struct probe_run *run = a->run;
	struct named_value *phases = arena_array(run->arena, 3, sizeof(*phases));

	run->exchange = (struct ev_exchange){
		.protocol = STR("sql"),
		.statement = a->shown[item],
		.rows = r->row_count,
		.affected = r->affected,
		.columns = { r->columns, r->ncolumns },
		.sample = sql_tree_sample(run->arena, r, run->limits->max_rows_recorded),
	};
	run->has_exchange = true;
	if (!phases)
		return;
	if (db_facts(a->db)->opened_us >= a->began_us && item == 0)
		add_phase(run, &phases[run->exchange.phases_us.count++], "connect",
			db_facts(a->db)->connect_us);
	add_phase(run, &phases[run->exchange.phases_us.count++], "exec", r->exec_us);
	add_phase(run, &phases[run->exchange.phases_us.count++], "fetch", r->fetch_us);
	run->exchange.phases_us.items = phases;
}

/* Turns what db.c says into what the entry says; always -1. */
static int failed(struct asking *a, size_t item, struct error *err)
{
	const struct db_failure *f = db_last_failure(a->db);
	bool writes = spec_of(&a->run->items[item])->writes;

	describe(a, item,
		&(struct db_result){
			.exec_us = clock_mono_us(a->run->clock) - a->started_us });
	if (err->code == ERR_TIMEOUT || db_is_time_out(f->code))
		no_answer(a, err);
	else if (f->code != 0)
		place_failure(a, item, err);
	err->sent = err->sent && writes;
	if (!db_is_alive(a->db))
		give_up(a, err);
	return -1;
}

static int report(
	struct asking *a, size_t item, const struct value *tree, struct error *err)
{
	struct observation o = { .tree = tree };

	if (!tree || arena_failed(a->run->arena))
		return error_set_oom(err);
	return a->run->observed(a->run, item, &o, err);
}

/* Behind the last statement of a file that is one transaction, whatever became of it. */
static int end_transaction(struct asking *a, size_t item, struct error *err)
{
	const struct probe_item *it = &a->run->items[item];

	return sql_transaction_is_over(a->db, spec_of(it), it->entry) ?
		sql_transaction_end(a->db, &a->call, err) :
		0;
}

static int report_refusal(struct asking *a, size_t item, struct error *err)
{
	uint64_t us = clock_mono_us(a->run->clock) - a->started_us;
	const struct value *tree = sql_tree_error(
		a->run->arena, db_last_failure(a->db), us);

	if (end_transaction(a, item, err))
		return failed(a, item, err);
	describe(a, item, &(struct db_result){ .exec_us = us });
	return report(a, item, tree, err);
}

/* ---- warnings ---- */

/* The texts of warnings: in the packet, or one more question where there are any. */
static int ask_warnings(struct asking *a, const struct db_result *r,
	const struct value **ret, struct error *err)
{
	struct db_result w = { 0 };

	*ret = NULL;
	if (r->stopped)
		return 0;
	if (a->tells_warnings) {
		if (db_next(a->db, &a->call, err) || db_fetch(a->db, &a->call, &w, err))
			return -1;
	} else if (r->warnings) {
		if (db_query(a->db, &a->call, STR(SHOW_WARNINGS), &w, err))
			return -1;
	}
	*ret = r->warnings ? w.rows : NULL;
	return 0;
}

/* A result that the server cut is of no use, unless the entry looks at its warnings itself. */
static bool is_cut(
	const struct asking *a, size_t item, const struct value *warnings, struct error *why)
{
	return !(a->run->items[item].needs & NEED_WARNINGS) &&
		sql_warnings_check(warnings, spec_of(&a->run->items[item])->writes, why);
}

/* Some servers answer an interrupted statement with an ordinary result. */
static bool came_late(const struct asking *a)
{
	return clock_mono_us(a->run->clock) > a->call.deadline.at_us;
}

static int answered_late(
	struct asking *a, size_t item, const struct db_result *r, struct error *err)
{
	describe(a, item, r);
	err->sent = false;
	no_answer(a, err);
	if (spec_of(&a->run->items[item])->writes)
		error_note(err,
			"it was done all the same, later: %" PRIu64 " rows affected",
			r->affected);
	return -1;
}

/* ---- asking ---- */

/*
 * A procedure gives several results: the first is judged, an error among the others is
 * its own.
 */
static int drain(struct asking *a, struct error *err)
{
	while (db_more(a->db)) {
		struct db_result ignored;

		if (db_next(a->db, &a->call, err) ||
			db_fetch(a->db, &a->call, &ignored, err))
			return -1;
	}
	return 0;
}

/*
 * Changes of rows leave the session as it is; of what else may be written (SET, CALL)
 * nobody knows.
 */
static bool changes_rows_only(struct str sql)
{
	static const struct str words[] = { STR_INIT("INSERT"), STR_INIT("UPDATE"),
		STR_INIT("DELETE"), STR_INIT("REPLACE") };

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (str_eq_nocase(str_sub(sql, 0, words[i].n), words[i]))
			return true;
	return false;
}

static int tell(struct asking *a, size_t item, const struct db_result *r,
	const struct value *warnings, uint64_t us, struct error *err)
{
	struct error cut;
	const struct observation useless = { .unusable = &cut };

	describe(a, item, r);
	if (is_cut(a, item, warnings, &cut))
		return a->run->observed(a->run, item, &useless, err);
	return report(a, item, sql_tree(a->run->arena, r, warnings, us), err);
}

/* The result of one statement. 0: reported; 1: reported, and the packet is over; -1 */
static int take_result(struct asking *a, size_t item, struct error *err)
{
	const struct value *warnings;
	struct db_result r;
	uint64_t us;

	if (spec_of(&a->run->items[item])->writes && !changes_rows_only(a->sql[item]))
		db_facts(a->db)->mode_unsure = true;
	if (db_fetch(a->db, &a->call, &r, err))
		return failed(a, item, err);
	us = clock_mono_us(a->run->clock) - a->started_us;
	r.exec_us = us > r.fetch_us ? us - r.fetch_us : 0;
	if (came_late(a))
		return answered_late(a, item, &r, err);
	if ((a->count == 1 && !a->tells_warnings && !r.stopped && drain(a, err)) ||
		ask_warnings(a, &r, &warnings, err))
		return failed(a, item, err);
	if (!r.stopped && end_transaction(a, item, err))
		return failed(a, item, err);
	if (tell(a, item, &r, warnings, us, err))
		return -1;
	if (!r.stopped)
		return 0;
	(void)db_session_kill(a->run,
		a->db); /* the count stands; what still runs ends at its own limit */
	drop(a);
	return 1;
}

/*
 * The server refused a statement: an observation where the entry asks for it, else the
 * error.
 */
static int take_refusal(struct asking *a, size_t item, struct error *err)
{
	unsigned code = db_last_failure(a->db)->code;

	if (code != 0 && a->run->items[item].wants_error &&
		(!db_is_time_out(code) || code == 1205))
		return report_refusal(a, item, err) ? -1 : 1;
	return failed(a, item, err);
}

static void start_item(struct asking *a, size_t item)
{
	a->started_us = clock_mono_us(a->run->clock);
	a->call.arena = a->run->arena;
	db_repro(a->run, a->db, a->sql[item]);
	if (a->budget_us < UINT64_MAX)
		a->call.deadline.at_us = a->started_us + a->budget_us;
}

static int send(struct asking *a, struct error *err)
{
	struct strbuf whole;
	int rc;

	strbuf_init(&whole, SIZE_MAX / 2);
	rc = db_session_limit(a->db, &a->call, &whole, err);
	a->limit_first = rc == 0 && whole.n > 0;
	if (a->limit_first)
		strbuf_adds(&whole, ";\n");
	strbuf_add(&whole, strbuf_str(&a->packet));
	if (rc == 0)
		rc = strbuf_failed(&whole) ?
			error_set_oom(err) :
			db_start(a->db, &a->call, strbuf_str(&whole), err);
	strbuf_release(&whole);
	return rc;
}

/* Where no packet takes two statements the limit goes ahead by itself. */
static int send_apart(struct asking *a, struct error *err)
{
	struct db_result ignored;
	struct strbuf limit;
	int rc;

	strbuf_init(&limit, 256);
	rc = db_session_limit(a->db, &a->call, &limit, err);
	a->limit_first = rc == 0 && limit.n > 0;
	if (a->limit_first)
		rc = db_query(a->db, &a->call, strbuf_str(&limit), &ignored, err);
	strbuf_release(&limit);
	if (rc)
		return -1;
	db_session_limited(a->db, &a->call);
	a->limit_first = false;
	return db_start(a->db, &a->call, strbuf_str(&a->packet), err);
}

/* The result of the SET that went ahead; then the first statement's own is waited for. */
static int skip_limit(struct asking *a, struct error *err)
{
	struct db_result ignored;

	if (!a->limit_first)
		return 0;
	if (db_fetch(a->db, &a->call, &ignored, err))
		return -1;
	db_session_limited(a->db, &a->call);
	a->limit_first = false;
	return db_more(a->db) ? db_next(a->db, &a->call, err) :
				error_set(err, ERR_INTERNAL,
					"fewer results came than statements were sent");
}

/* More results than statements: what comes next would be judged as something else. */
static int surplus(struct asking *a, struct error *err)
{
	drop(a);
	return error_set(
		err, ERR_INTERNAL, "more results came than statements were sent");
}

/* Result after result; the first that is no row nor count ends the packet. */
static int take_all(struct asking *a, struct error *err)
{
	for (size_t i = 0; i < a->count; i++) {
		int rc;

		if (i > 0) {
			start_item(a, i);
			if (!db_more(a->db))
				return error_set(err, ERR_INTERNAL,
					"fewer results came than statements were sent");
			if (db_next(a->db, &a->call, err))
				return take_refusal(a, i, err) < 0 ? -1 : 0;
		}
		rc = take_result(a, i, err);
		if (rc != 0)
			return rc < 0 ? -1 : 0;
	}
	return db_more(a->db) ? surplus(a, err) : 0;
}

static int ask(struct asking *a, struct error *err)
{
	start_item(a, 0);
	if ((db_facts(a->db)->one_by_one ? send_apart(a, err) : send(a, err)) ||
		skip_limit(a, err)) {
		if (a->limit_first) /* our own SET failed, not the statement */
			return failed(a, 0, err);
		return take_refusal(a, 0, err) < 0 ? -1 : 0;
	}
	return take_all(a, err);
}

/* Over nothing every `expect: empty` would be green. */
static int check_schema(struct asking *a, const struct sql_spec *spec, struct error *err)
{
	bool sees = true;

	if (spec->writes || spec->suite->empty_schema_allowed)
		return 0;
	if (db_session_sees_tables(a->db, &a->call, &sees, err))
		return failed(a, 0, err);
	if (sees)
		return 0;
	error_set(err, ERR_SQL, "the account sees no table at all in '%s'",
		db_settings_of(a->db)->database);
	error_note(err,
		"over nothing every check is green: correct the database or the grants, or say `empty-schema: allowed` in the file");
	return -1;
}

static int prepare_session(
	struct asking *a, const struct sql_spec *spec, struct error *err)
{
	if (db_session_refresh(a->db, &a->call, err) ||
		sql_transaction_begin(a->db, &a->call, spec, err))
		return failed(a, 0, err);
	if (spec->snapshot)
		a->call.deadline = deadline_min(
			a->call.deadline, db_facts(a->db)->transaction_until_us);
	a->budget_us = deadline_left_us(&a->call.deadline);
	a->mode = (struct sql_mode){ .ansi_quotes = db_facts(a->db)->ansi_quotes,
		.no_backslash_escapes = db_no_backslash_escapes(a->db) };
	return check_schema(a, spec, err);
}

static int perform_with(struct asking *a, struct error *err)
{
	struct probe_run *run = a->run;

	a->sql = arena_array(&a->texts, run->nitems, sizeof(*a->sql));
	a->shown = arena_array(&a->texts, run->nitems, sizeof(*a->shown));
	if (!a->sql || !a->shown)
		return error_set_oom(err);
	if (prepare_session(a, spec_of(&run->items[0]), err))
		return -1;
	return fill_packet(a, err) || ask(a, err) ? -1 : 0;
}

int sql_ask(struct probe_run *run, struct error *err)
{
	const struct probe_item *first = &run->items[0];
	struct asking a = {
		.run = run, .call = db_call(run), .began_us = clock_mono_us(run->clock)
	};
	void *connection;
	int rc;

	a.started_us = a.began_us;
	a.allowed_us = deadline_left_us(&run->deadline);
	if (session_connection(run, &db_connection, first->prepared->connection,
		    spec_of(first)->writes, &connection, err))
		return -1;
	a.db = connection;
	arena_init(&a.texts, run->limits->max_attempt_arena);
	strbuf_init(&a.packet,
		run->limits->max_statement_bytes + run->limits->max_batch_bytes);
	rc = perform_with(&a, err);
	if (a.db && db_more(a.db)) /* results that nobody waits for any more */
		drop(&a);
	strbuf_release(&a.packet);
	arena_release(&a.texts);
	return rc;
}
