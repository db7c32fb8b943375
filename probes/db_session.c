#include "probes/db_session.h"

#include <inttypes.h>

#include "harness/base/scan.h"
#include "probes/db_grants.h"

#define DEFAULT_LIMIT_MS 10000
#define LOCK_WAIT_MAX_S 5
#define KILL_US 2000000
#define SQL_MAX 4096
#define UNKNOWN_VARIABLE 1193

static const char variables_sql[] =
	"SHOW SESSION VARIABLES WHERE Variable_name IN ('tx_read_only', 'transaction_read_only', 'sql_mode', 'version',"
	" 'hostname', 'server_uuid', 'max_allowed_packet')";
static const char identity_sql[] = "SELECT CONNECTION_ID() AS id, DATABASE() AS db";
static const char tables_sql[] =
	"SELECT EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE()) AS any_table";
static const char grants_sql[] = "SHOW GRANTS";

/* ---- versions ---- */

struct version {
	uint32_t number;
	struct str text;
};

/*
 * "10.11.19-MariaDB-log": what stands before the first character that is no digit and no
 * dot.
 */
static struct version read_version(struct str text)
{
	struct version v = { 0 };
	unsigned parts = 0;
	size_t n = 0;

	if (str_starts_with(text, STR("5.5.5-"))) /* how Oracle's library shows MariaDB */
		text = str_sub(text, 6, SIZE_MAX);
	while (n < text.n && ((text.p[n] >= '0' && text.p[n] <= '9') || text.p[n] == '.'))
		n++;
	v.text = str_sub(text, 0, n);
	for (struct str rest = v.text; rest.p && parts < 3; parts++) {
		int64_t part = 0;

		if (!scan_int(str_cut(&rest, '.'), 0, 255, &part))
			break;
		v.number |= (uint32_t)part << (16 - 8 * parts);
	}
	return v;
}

static bool is_mariadb(struct str text)
{
	return str_find(text, STR("MariaDB")) != SIZE_MAX ||
		str_find(text, STR("-maria")) != SIZE_MAX;
}

#define VERSION(a, b, c) ((uint32_t)(a) << 16 | (uint32_t)(b) << 8 | (uint32_t)(c))

static enum db_time_limit limit_of(struct str greeting)
{
	uint32_t version = read_version(greeting).number;

	if (is_mariadb(greeting))
		return version >= VERSION(10, 1, 1) ? DB_LIMIT_MAX_STATEMENT_TIME :
						      DB_LIMIT_NONE;
	return version >= VERSION(5, 7, 8) ? DB_LIMIT_MAX_EXECUTION_TIME : DB_LIMIT_NONE;
}

/* ---- time limits ---- */

struct time_limit {
	uint64_t ms, lock_s;
};

static struct time_limit limit_for(uint64_t left_us)
{
	struct time_limit t = { .ms = UINT32_MAX, .lock_s = LOCK_WAIT_MAX_S };

	if (left_us / 1000 < UINT32_MAX)
		t.ms = (left_us + 99999) / 100000 * 100;
	if (t.ms < 1000 * LOCK_WAIT_MAX_S)
		t.lock_s = t.ms < 1000 ? 1 : t.ms / 1000;
	return t;
}

static void add_limit(struct strbuf *out, enum db_time_limit limit, struct time_limit t)
{
	strbuf_addf(out, "SET SESSION lock_wait_timeout = %" PRIu64, t.lock_s);
	if (limit == DB_LIMIT_MAX_STATEMENT_TIME)
		strbuf_addf(out, ", max_statement_time = %" PRIu64 ".%03" PRIu64,
			t.ms / 1000, t.ms % 1000);
	if (limit == DB_LIMIT_MAX_EXECUTION_TIME)
		strbuf_addf(out, ", max_execution_time = %" PRIu64, t.ms);
}

int db_session_limit(
	struct db *db, const struct db_call *c, struct strbuf *out, struct error *err)
{
	const struct db_facts *f = db_facts(db);
	struct time_limit t = limit_for(deadline_left_us(&c->deadline));

	if (t.ms != f->limit_ms || t.lock_s != f->lock_s)
		add_limit(out, f->limit, t);
	return strbuf_failed(out) ? error_set_oom(err) : 0;
}

void db_session_limited(struct db *db, const struct db_call *c)
{
	struct time_limit t = limit_for(deadline_left_us(&c->deadline));

	db_facts(db)->limit_ms = t.ms;
	db_facts(db)->lock_s = t.lock_s;
}

/* ---- the set-up ---- */

/* What the packet is made of; each row reads its own result. */
struct setup {
	struct db *db;
	struct db_call call;
	const struct connection_env *env;
	struct strbuf first; /* the SETs with figures in them */
};

static struct str keep(struct setup *s, struct str text)
{
	return text.p ? arena_str(db_arena(s->db), text) : text;
}

static int read_nothing(struct setup *s, const struct db_result *r, struct error *err)
{
	(void)s;
	(void)r;
	(void)err;
	return 0;
}

static int read_identity(struct setup *s, const struct db_result *r, struct error *err)
{
	struct db_facts *f = db_facts(s->db);
	const struct value *id = r->rows && r->rows->u.list.count ?
		value_get(r->rows->u.list.items[0], "id") :
		NULL;

	if (!id || id->type != VALUE_INT)
		return error_set(err, ERR_PROTOCOL,
			"the server does not tell the number of the connection");
	f->connection_id = (uint64_t)id->u.integer;
	if (db_cell(r, 0, "db").n > 0)
		return 0;
	error_set(err, ERR_CONNECT, "the connection has no database");
	error_note(err, "name one: a check over nothing is green whatever happens");
	return -1;
}

static struct str variable(const struct db_result *r, const char *name)
{
	for (size_t i = 0; r->rows && i < r->rows->u.list.count; i++)
		if (str_is(db_cell(r, i, "Variable_name"), name))
			return db_cell(r, i, "Value");
	return (struct str){ 0 };
}

static bool is_on(struct str value)
{
	return str_eq_nocase(value, STR("ON")) || str_is(value, "1");
}

static int read_variables(struct setup *s, const struct db_result *r, struct error *err)
{
	struct db_facts *f = db_facts(s->db);
	struct str version = variable(r, "version");
	int64_t packet;

	f->max_packet = 1024 * 1024; /* the smallest default of any server */
	if (scan_int(variable(r, "max_allowed_packet"), 1024, INT64_MAX, &packet))
		f->max_packet = (uint64_t)packet;
	f->mariadb = is_mariadb(version.p ? version : db_greeting(s->db));
	f->hostname = keep(s, variable(r, "hostname"));
	f->uuid = keep(s, variable(r, "server_uuid"));
	f->ansi_quotes = str_find(variable(r, "sql_mode"), STR("ANSI_QUOTES")) !=
		SIZE_MAX;
	f->read_only = is_on(variable(r, "transaction_read_only")) ||
		is_on(variable(r, "tx_read_only"));
	f->info.kind = f->mariadb ? STR("mariadb") : STR("mysql");
	f->info.url = db_settings_of(s->db)->url;
	version = keep(s, version.p ? version : db_greeting(s->db));
	f->info.version = read_version(version).text;
	f->info.version_number = read_version(version).number;
	if (!s->env->read_only || f->read_only)
		return 0;
	error_set(err, ERR_CONNECT,
		"the session could not be made read-only, so nothing is asked");
	error_note(err,
		"a proxy between here and the server may swallow SET: connect to the server itself");
	return -1;
}

static int read_tables(struct setup *s, const struct db_result *r, struct error *err)
{
	(void)err;
	db_facts(s->db)->sees_tables = str_is(db_cell(r, 0, "any_table"), "1") ||
		(r->rows && r->rows->u.list.count &&
			value_equal(value_get(r->rows->u.list.items[0], "any_table"),
				value_int(s->call.arena, 1)));
	return 0;
}

static int read_grants(struct setup *s, const struct db_result *r, struct error *err)
{
	struct arena *a = db_arena(s->db);
	struct str names = db_grants_beyond_reading(a, r->rows);

	if (names.n > 0)
		db_facts(s->db)->info.notes[0] = arena_printf(a,
			"the account of %.*s can do more than read: %.*s",
			STR_ARG(db_settings_of(s->db)->url), STR_ARG(names));
	return arena_failed(a) ? error_set_oom(err) : 0;
}

static const struct step {
	const char *sql; /* NULL: setup->first */
	int (*read)(struct setup *, const struct db_result *, struct error *);
	bool read_only_alone; /* not for the writing connection */
	bool may_fail; /* the last one alone: an error ends the packet */
} steps[] = {
	{ "SET NAMES utf8mb4", read_nothing, false, false },
	{ "SET SESSION autocommit = 1", read_nothing, false, false },
	{ NULL, read_nothing, false, false },
	{ "SET SESSION TRANSACTION READ ONLY", read_nothing, true, false },
	{ identity_sql, read_identity, false, false },
	{ variables_sql, read_variables, false, false },
	{ tables_sql, read_tables, false, false },
	{ grants_sql, read_grants, true, true },
};

static bool has_step(const struct setup *s, const struct step *step)
{
	return s->env->read_only || !step->read_only_alone;
}

static struct str step_sql(const struct setup *s, const struct step *step)
{
	return step->sql ? str_from(step->sql) : strbuf_str(&s->first);
}

static bool may_go_on(const struct setup *s, const struct step *step)
{
	return step->may_fail && db_last_failure(s->db)->code != 0;
}

static int set_up_one_by_one(struct setup *s, struct error *err)
{
	for (size_t i = 0; i < ARRAY_SIZE(steps); i++) {
		struct db_result r;

		if (!has_step(s, &steps[i]))
			continue;
		if (db_query(s->db, &s->call, step_sql(s, &steps[i]), &r, err)) {
			if (!may_go_on(s, &steps[i]))
				return -1;
		} else if (steps[i].read(s, &r, err)) {
			return -1;
		}
	}
	return 0;
}

static int send_packet(struct setup *s, struct error *err)
{
	struct strbuf packet;
	int rc;

	strbuf_init(&packet, SQL_MAX);
	for (size_t i = 0; i < ARRAY_SIZE(steps); i++) {
		if (!has_step(s, &steps[i]))
			continue;
		strbuf_adds(&packet, packet.n ? ";" : "");
		strbuf_add(&packet, step_sql(s, &steps[i]));
	}
	rc = strbuf_failed(&packet) ? error_set_oom(err) :
				      db_start(s->db, &s->call, strbuf_str(&packet), err);
	strbuf_release(&packet);
	return rc;
}

/*
 * The result of one step of the packet: 1 when the packet ended before it, with an error
 * of the server's.
 */
static int take_step(
	struct setup *s, const struct step *step, bool first, struct error *err)
{
	struct db_result r;

	if (!first && !db_more(s->db))
		return error_set(err, ERR_PROTOCOL,
			"fewer results came than statements were sent");
	if ((!first && db_next(s->db, &s->call, err)) ||
		db_fetch(s->db, &s->call, &r, err))
		return may_go_on(s, step) ? 0 : -1;
	return step->read(s, &r, err);
}

static int set_up_at_once(struct setup *s, struct error *err)
{
	bool first = true;

	if (send_packet(s, err))
		return -1;
	for (size_t i = 0; i < ARRAY_SIZE(steps); i++) {
		if (!has_step(s, &steps[i]))
			continue;
		if (take_step(s, &steps[i], first, err))
			return -1;
		first = false;
	}
	return db_more(s->db) ? error_set(err, ERR_PROTOCOL,
					"more results came than statements were sent") :
				0;
}

static int set_up(struct setup *s, struct error *err)
{
	struct db_facts *f = db_facts(s->db);
	const struct time_limit t = { DEFAULT_LIMIT_MS, LOCK_WAIT_MAX_S };

	f->limit_ms = t.ms;
	f->lock_s = t.lock_s;
	strbuf_clear(&s->first);
	add_limit(&s->first, f->limit, t);
	return f->one_by_one ? set_up_one_by_one(s, err) : set_up_at_once(s, err);
}

/*
 * A server that lacks the variable its greeting promises (a proxy shows a version of its
 * own) is asked without; one that refuses the packet as bad syntax is asked statement by
 * statement.
 */
static int set_up_adapting(struct setup *s, struct error *err)
{
	struct db_facts *f = db_facts(s->db);
	int rc;

	f->limit = limit_of(db_greeting(s->db));
	rc = set_up(s, err);
	if (rc && db_last_failure(s->db)->code == UNKNOWN_VARIABLE &&
		f->limit != DB_LIMIT_NONE) {
		f->limit = DB_LIMIT_NONE;
		rc = set_up(s, err);
	}
	if (rc && db_last_failure(s->db)->code != 0 && !f->one_by_one) {
		f->one_by_one = true;
		rc = set_up(s, err);
	}
	return rc;
}

/* ---- pins ---- */

static bool pin_holds(
	struct arena *a, struct str pin, struct str host, const char *schema)
{
	return host.n > 0 &&
		str_eq(pin, arena_printf(a, "%.*s/%s", STR_ARG(host), schema));
}

static int check_pin(const struct setup *s, struct error *err)
{
	const struct settings *set = s->env->settings;
	const char *pin = set->pin ? set->pin(set->ctx, s->env->name) : NULL;
	const struct db_facts *f = db_facts(s->db);
	const char *schema = db_settings_of(s->db)->database;

	if (!pin || pin_holds(s->call.arena, str_from(pin), f->hostname, schema) ||
		pin_holds(s->call.arena, str_from(pin), f->uuid, schema))
		return 0;
	error_set(err, ERR_USAGE,
		"connection '%.*s' is pinned to '%s', but the server is '%.*s/%s'",
		STR_ARG(s->env->name), pin, STR_ARG(f->hostname), schema);
	error_note(err,
		"a gate that judged the wrong server is worse than none: correct the pin or the connection");
	return -1;
}

/* ---- the connection kind ---- */

static struct setup setup_of(
	struct db *db, const struct connection_env *env, struct arena *scratch)
{
	struct setup s = {
		.db = db,
		.call = { .arena = scratch,
			.limits = env->limits,
			.deadline = env->deadline,
			.watch = env->watch,
			.keep_rows = 10000 },
		.env = env,
	};

	strbuf_init(&s.first, SQL_MAX);
	return s;
}

static int open_with(struct db *db, const struct connection_env *env, struct error *err)
{
	struct arena scratch;
	struct setup s;
	int rc;

	arena_init(&scratch, env->limits->max_rows_bytes);
	s = setup_of(db, env, &scratch);
	rc = set_up_adapting(&s, err);
	if (rc)
		error_context(err, "the set-up of the session of %.*s",
			STR_ARG(db_settings_of(db)->url));
	else
		rc = check_pin(&s, err);
	strbuf_release(&s.first);
	arena_release(&scratch);
	return rc;
}

static int session_open(const struct connection_env *env, void **ret, struct error *err)
{
	struct db_settings settings;
	struct arena scratch;
	struct db *db = NULL;
	int rc;

	arena_init(&scratch, 2 * 1024 * 1024);
	rc = db_settings_read(&scratch, env, &settings, err) ||
			db_connect(env, &settings, &db, err) || open_with(db, env, err) ?
		-1 :
		0;
	arena_release(&scratch);
	if (rc) {
		db_free(db);
		if (err->code ==
			ERR_SQL) /* before the first statement: the connection did not come to be */
			err->code = ERR_CONNECT;
		err->sent = false;
		return -1;
	}
	*ret = db;
	return 0;
}

static void session_close(void *connection)
{
	db_free(connection);
}

static bool session_alive(void *connection)
{
	return db_is_alive(connection) && !db_has_ended(connection);
}

static bool session_precious(void *connection)
{
	return db_facts(connection)->transaction != NULL;
}

static const struct connection_info *session_info(void *connection)
{
	return &db_facts(connection)->info;
}

const struct connection_kind db_connection = {
	.name = "mysql",
	.default_name = "database",
	.external = true,
	.configured = db_settings_present,
	.open = session_open,
	.close = session_close,
	.alive = session_alive,
	.precious = session_precious,
	.info = session_info,
};

/* ---- for the probes ---- */

struct db_call db_call(const struct probe_run *run)
{
	return (struct db_call){
		.arena = run->arena,
		.limits = run->limits,
		.deadline = run->deadline,
		.watch = session_watch(run->session),
		.keep_rows = run->limits->max_rows_kept,
	};
}

int db_session_refresh(struct db *db, const struct db_call *c, struct error *err)
{
	struct db_facts *f = db_facts(db);
	struct db_result r;

	if (!f->mode_unsure)
		return 0;
	if (db_query(db, c, STR("SET NAMES utf8mb4"), &r, err) ||
		db_query(db, c, STR("SELECT @@SESSION.sql_mode AS mode"), &r, err))
		return -1;
	f->ansi_quotes = str_find(db_cell(&r, 0, "mode"), STR("ANSI_QUOTES")) != SIZE_MAX;
	f->mode_unsure = false;
	return 0;
}

int db_session_sees_tables(
	struct db *db, const struct db_call *c, bool *ret, struct error *err)
{
	struct setup s = { .db = db, .call = *c };
	struct db_result r;

	if (!db_facts(db)->sees_tables) {
		if (db_query(db, c, str_from(tables_sql), &r, err) ||
			read_tables(&s, &r, err))
			return -1;
	}
	*ret = db_facts(db)->sees_tables;
	return 0;
}

static bool kill_through(
	struct db *other, const struct db_call *c, const struct db_facts *f)
{
	struct db_result r;
	struct error ignored;
	struct str sql;

	if (db_query(other, c, STR("SELECT @@hostname AS host"), &r, &ignored) ||
		!str_eq(db_cell(&r, 0, "host"), f->hostname))
		return false;
	sql = arena_printf(c->arena, "KILL QUERY %" PRIu64, f->connection_id);
	/* 1094: it has ended by itself */
	return sql.p &&
		(db_query(other, c, sql, &r, &ignored) == 0 ||
			db_last_failure(other)->code == 1094);
}

bool db_session_kill(struct probe_run *run, struct db *db)
{
	struct db_call c = db_call(run);
	struct connection_env env = { .settings = session_settings(run->session),
		.limits = run->limits,
		.clock = run->clock,
		.secrets = run->secrets,
		.watch = c.watch };
	struct error ignored;
	struct db *other = NULL;
	bool killed;

	/*
	 * also when the run was cancelled: that is when it matters; only the second
	 * signal ends this
	 */
	c.deadline = env.deadline = deadline_in(
		run->clock, KILL_US, NULL, run->deadline.quit);
	killed = db_connect(&env, db_settings_of(db), &other, &ignored) == 0 &&
		kill_through(other, &c, db_facts(db));
	db_free(other);
	return killed;
}
