#include "probes/schema_rows.h"

#include "harness/base/mem.h"
#include "tests/unit/schema_help.h"
#include "tests/unit/value_help.h"

/* A row of a question; JSON, with ' in place of " and ~ in place of '. */
struct raw {
	enum schema_query query;
	const char *row;
};

enum { ROWS_MAX = 24, SERVERS = 2 };

/* One thing as both servers' catalogues tell it, and what contracts make of it. */
struct sample {
	const char *name;
	struct raw mariadb[ROWS_MAX], mysql[ROWS_MAX];
	const char *want;
};

#define T SCHEMA_QUERY_TABLES
#define C SCHEMA_QUERY_COLUMNS
#define I SCHEMA_QUERY_INDEXES
#define K SCHEMA_QUERY_KEYS
#define R SCHEMA_QUERY_REFERENCES

#define MARIADB_TABLE { T, "{'tab':'t','kind':'BASE TABLE','engine':'InnoDB','collation':'utf8mb4_general_ci','options':''}" }
#define MYSQL_TABLE { T, "{'tab':'t','kind':'BASE TABLE','engine':'InnoDB','collation':'utf8mb4_0900_ai_ci','options':''}" }
#define TABLE_FACT "\ntable t engine=InnoDB charset=utf8mb4\n"

static const struct sample samples[] = {
	{ "database (N9)",
		{ { SCHEMA_QUERY_DATABASE, "{'collation':'utf8mb4_general_ci'}" } },
		{ { SCHEMA_QUERY_DATABASE, "{'collation':'utf8mb4_0900_ai_ci'}" } },
		"database charset=utf8mb4\n" },
	{ "row format (N13)",
		{ { T, "{'tab':'t','kind':'BASE TABLE','engine':'InnoDB','collation':'utf8_general_ci','options':'row_format=COMPACT'}" } },
		{ { T, "{'tab':'t','kind':'BASE TABLE','engine':'InnoDB','collation':'utf8mb3_general_ci','options':'row_format=COMPACT'}" } },
		"\ntable t engine=InnoDB charset=utf8mb3 row-format=compact\n" },
	{ "columns (N1, N2, N7)",
		{ MARIADB_TABLE,
			{ C, "{'tab':'t','col':'b','place':'2','value':'NULL','nullable':'YES','type':'varchar(10)','collation':'utf8mb4_general_ci','extra':''}" },
			{ C, "{'tab':'t','col':'a','place':'1','value':null,'nullable':'NO','type':'int(10) unsigned','collation':null,'extra':'auto_increment, INVISIBLE'}" },
			{ C, "{'tab':'t','col':'c','place':'10','value':'current_timestamp(6)','nullable':'NO','type':'datetime(6)','collation':null,'extra':'on update current_timestamp(6)'}" } },
		{ MYSQL_TABLE,
			{ C, "{'tab':'t','col':'a','place':'1','value':null,'nullable':'NO','type':'int unsigned','collation':null,'extra':'auto_increment INVISIBLE'}" },
			{ C, "{'tab':'t','col':'b','place':'2','value':null,'nullable':'YES','type':'varchar(10)','collation':'utf8mb4_0900_ai_ci','extra':''}" },
			{ C, "{'tab':'t','col':'c','place':'10','value':'CURRENT_TIMESTAMP(6)','nullable':'NO','type':'datetime(6)','collation':null,'extra':'DEFAULT_GENERATED on update CURRENT_TIMESTAMP(6)'}" } },
		TABLE_FACT
		"order t a, b, c\n"
		"column t.a int unsigned not-null auto-increment invisible\n"
		"column t.b varchar(10) null\n"
		"column t.c datetime(6) not-null default=now(6) on-update=now(6)\n" },
	{ "json (N8)",
		{ MARIADB_TABLE,
			{ C, "{'tab':'t','col':'doc','place':'1','value':'NULL','nullable':'YES','type':'longtext','collation':'utf8mb4_bin','extra':''}" },
			{ SCHEMA_QUERY_CHECKS, "{'tab':'t','name':'doc','clause':'json_valid(`doc`)'}" } },
		{ MYSQL_TABLE,
			{ C, "{'tab':'t','col':'doc','place':'1','value':null,'nullable':'YES','type':'json','collation':null,'extra':''}" } },
		TABLE_FACT "order t doc\ncolumn t.doc json null\n" },
	{ "collations of columns (N9)",
		{ MARIADB_TABLE,
			{ C, "{'tab':'t','col':'a','place':'1','nullable':'YES','type':'char(1)','collation':'utf8mb4_general_ci','extra':''}" },
			{ C, "{'tab':'t','col':'b','place':'2','nullable':'YES','type':'char(1)','collation':'utf8mb4_spanish_ci','extra':''}" },
			{ C, "{'tab':'t','col':'c','place':'3','nullable':'YES','type':'char(1)','collation':'latin1_swedish_ci','extra':''}" },
			{ C, "{'tab':'t','col':'d','place':'4','nullable':'YES','type':'char(1)','collation':'latin1_bin','extra':''}" } },
		{ MYSQL_TABLE,
			{ C, "{'tab':'t','col':'a','place':'1','nullable':'YES','type':'char(1)','collation':'utf8mb4_0900_ai_ci','extra':''}" },
			{ C, "{'tab':'t','col':'b','place':'2','nullable':'YES','type':'char(1)','collation':'utf8mb4_spanish_ci','extra':''}" },
			{ C, "{'tab':'t','col':'c','place':'3','nullable':'YES','type':'char(1)','collation':'latin1_swedish_ci','extra':''}" },
			{ C, "{'tab':'t','col':'d','place':'4','nullable':'YES','type':'char(1)','collation':'latin1_bin','extra':''}" } },
		TABLE_FACT
		"order t a, b, c, d\n"
		"column t.a char(1) null\n"
		"column t.b char(1) null collate=utf8mb4_spanish_ci\n"
		"column t.c char(1) null charset=latin1\n"
		"column t.d char(1) null charset=latin1 collate=latin1_bin\n" },
	{ "generated columns (N11)",
		{ MARIADB_TABLE,
			{ C, "{'tab':'t','col':'g','place':'1','value':null,'nullable':'YES','type':'int(11)','extra':'VIRTUAL GENERATED','expression':'`a` + 1'}" },
			{ C, "{'tab':'t','col':'h','place':'2','value':null,'nullable':'YES','type':'int(11)','extra':'STORED GENERATED','expression':'ucase(`b`)'}" } },
		{ MYSQL_TABLE,
			{ C, "{'tab':'t','col':'g','place':'1','value':null,'nullable':'YES','type':'int','extra':'VIRTUAL GENERATED','expression':'(`a` + 1)'}" },
			{ C, "{'tab':'t','col':'h','place':'2','value':null,'nullable':'YES','type':'int','extra':'STORED GENERATED','expression':'upper(`b`)'}" } },
		TABLE_FACT
		"order t g, h\n"
		"column t.g int null virtual=(a + 1)\n"
		"column t.h int null stored=(upper(b))\n" },
	{ "indexes (N15)",
		{ MARIADB_TABLE,
			{ I, "{'tab':'t','name':'z','place':'2','many':'1','col':'b','direction':'D','part':null,'type':'BTREE','ignored':'YES'}" },
			{ I, "{'tab':'t','name':'z','place':'1','many':'1','col':'a','direction':'A','part':'5','type':'BTREE','ignored':'YES'}" },
			{ I, "{'tab':'t','name':'u','place':'1','many':'0','col':'a','direction':'A','part':null,'type':'HASH','ignored':'NO'}" },
			{ I, "{'tab':'t','name':'PRIMARY','place':'1','many':'0','col':'id','direction':'A','part':null,'type':'BTREE','ignored':'NO'}" },
			{ I, "{'tab':'t','name':'f','place':'1','many':'1','col':'c','direction':null,'part':null,'type':'FULLTEXT','ignored':'NO'}" },
			{ I, "{'tab':'t','name':'s','place':'1','many':'1','col':'g','direction':'A','part':'32','type':'SPATIAL','ignored':'NO'}" } },
		{ MYSQL_TABLE,
			{ I, "{'tab':'t','name':'PRIMARY','place':'1','many':'0','col':'id','direction':'A','part':null,'type':'BTREE','visible':'YES'}" },
			{ I, "{'tab':'t','name':'u','place':'1','many':'0','col':'a','direction':'A','part':null,'type':'BTREE','visible':'YES'}" },
			{ I, "{'tab':'t','name':'z','place':'1','many':'1','col':'a','direction':'A','part':'5','type':'BTREE','visible':'NO'}" },
			{ I, "{'tab':'t','name':'z','place':'2','many':'1','col':'b','direction':'D','part':null,'type':'BTREE','visible':'NO'}" },
			{ I, "{'tab':'t','name':'f','place':'1','many':'1','col':'c','direction':null,'part':null,'type':'FULLTEXT','visible':'YES'}" },
			{ I, "{'tab':'t','name':'s','place':'1','many':'1','col':'g','direction':'A','part':'32','type':'SPATIAL','visible':'YES'}" } },
		TABLE_FACT
		"primary t (id)\n"
		"unique t.u (a)\n"
		"index t.z (a(5), b desc) hidden\n"
		"fulltext t.f (c)\n"
		"spatial t.s (g)\n" },
	{ "foreign keys (N10)",
		{ MARIADB_TABLE,
			{ K, "{'tab':'t','name':'f','place':'1','col':'a','other_schema':'shop','other':'u','other_col':'id'}" },
			{ R, "{'tab':'t','name':'f','on_delete':'CASCADE','on_update':'RESTRICT'}" },
			{ K, "{'tab':'t','name':'g','place':'2','col':'c','other_schema':'elsewhere','other':'u','other_col':'y'}" },
			{ K, "{'tab':'t','name':'g','place':'1','col':'b','other_schema':'elsewhere','other':'u','other_col':'x'}" },
			{ R, "{'tab':'t','name':'g','on_delete':'RESTRICT','on_update':'SET NULL'}" } },
		{ MYSQL_TABLE,
			{ R, "{'tab':'t','name':'f','on_delete':'CASCADE','on_update':'NO ACTION'}" },
			{ R, "{'tab':'t','name':'g','on_delete':'NO ACTION','on_update':'SET NULL'}" },
			{ K, "{'tab':'t','name':'f','place':'1','col':'a','other_schema':'shop','other':'u','other_col':'id'}" },
			{ K, "{'tab':'t','name':'g','place':'1','col':'b','other_schema':'elsewhere','other':'u','other_col':'x'}" },
			{ K, "{'tab':'t','name':'g','place':'2','col':'c','other_schema':'elsewhere','other':'u','other_col':'y'}" } },
		TABLE_FACT
		"foreign t.f (a) -> u(id) on-delete=cascade\n"
		"foreign t.g (b, c) -> elsewhere.u(x, y) on-update=set-null\n" },
	{ "checks (N11)",
		{ MARIADB_TABLE, { SCHEMA_QUERY_CHECKS, "{'tab':'t','name':'k','clause':'`a` > 0 and (`b` <> 3 or `c` in (~x~,~y~))'}" } },
		{ MYSQL_TABLE, { SCHEMA_QUERY_CHECKS, "{'tab':null,'name':'k','clause':'((`a` > 0) and ((`b` <> 3) or (`c` in (_utf8mb4\\\\~x\\\\~,_utf8mb4\\\\~y\\\\~))))'}" },
			{ SCHEMA_QUERY_CONSTRAINTS, "{'tab':'t','name':'k','enforced':'YES'}" } },
		TABLE_FACT "check t.k (a > 0 and (b <> 3 or c in ('x', 'y')))\n" },
	{ "partitions",
		{ { T, "{'tab':'t','kind':'BASE TABLE','engine':'InnoDB','collation':'utf8mb4_general_ci','options':'partitioned'}" },
			{ SCHEMA_QUERY_PARTITIONS, "{'tab':'t','name':'p1','place':'2','method':'RANGE','expression':'`id`','value':'MAXVALUE'}" },
			{ SCHEMA_QUERY_PARTITIONS, "{'tab':'t','name':'p0','place':'1','method':'RANGE','expression':'`id`','value':'10'}" } },
		{ { T, "{'tab':'t','kind':'BASE TABLE','engine':'InnoDB','collation':'utf8mb4_0900_ai_ci','options':'partitioned'}" },
			{ SCHEMA_QUERY_PARTITIONS, "{'tab':'t','name':'p0','place':'1','method':'RANGE','expression':'`id`','value':'10'}" },
			{ SCHEMA_QUERY_PARTITIONS, "{'tab':'t','name':'p1','place':'2','method':'RANGE','expression':'`id`','value':'MAXVALUE'}" } },
		"\ntable t engine=InnoDB charset=utf8mb4 partition=range(id)\n"
		"partition t.p0 1 value=(10)\n"
		"partition t.p1 2 value=(maxvalue)\n" },
	{ "views (N12)",
		{ { T, "{'tab':'v','kind':'VIEW'}" }, { C, "{'tab':'v','col':'a','place':'1','nullable':'NO','type':'int(11)','extra':''}" },
			{ SCHEMA_QUERY_VIEWS, "{'tab':'v','body':'select `shop`.`p`.`a` AS `a` from `shop`.`p` where `shop`.`p`.`a` > 0','verifies':'NONE','security':'DEFINER'}" } },
		{ { T, "{'tab':'v','kind':'VIEW'}" }, { C, "{'tab':'v','col':'a','place':'1','nullable':'YES','type':'int','extra':''}" },
			{ SCHEMA_QUERY_VIEWS, "{'tab':'v','body':'select `shop`.`p`.`a` AS `a` from `shop`.`p` where (`shop`.`p`.`a` > 0)','verifies':'NONE','security':'DEFINER'}" } },
		"\nview v (a) security=definer sql=1c3555c4d789\n" },
	{ "triggers (N14)",
		{ { SCHEMA_QUERY_TRIGGERS, "{'name':'g','tab':'t','timing':'BEFORE','event':'INSERT','place':'1','body':'set new.a = 1'}" },
			{ SCHEMA_QUERY_TRIGGERS, "{'name':'h','tab':'t','timing':'BEFORE','event':'INSERT','place':'2','body':'set new.a = 1'}" } },
		{ { SCHEMA_QUERY_TRIGGERS, "{'name':'g','tab':'t','timing':'BEFORE','event':'INSERT','place':'0','body':'set new.a = 1  '}" },
			{ SCHEMA_QUERY_TRIGGERS, "{'name':'h','tab':'t','timing':'BEFORE','event':'INSERT','place':'2','body':'set new.a = 1'}" } },
		"\ntrigger g on t before insert body=1af096e81b9b\n"
		"\ntrigger h on t before insert order=2 body=1af096e81b9b\n" },
	{ "routines (N1)",
		{ { SCHEMA_QUERY_ROUTINES, "{'name':'f','kind':'FUNCTION','type':'int(11)','body':'return 1','deterministic':'YES','access':'CONTAINS SQL','security':'DEFINER'}" },
			{ SCHEMA_QUERY_PARAMETERS, "{'name':'f','kind':'FUNCTION','place':'1','mode':'IN','parameter':'x','type':'bigint(20) unsigned'}" },
			{ SCHEMA_QUERY_ROUTINES, "{'name':'f','kind':'PROCEDURE','type':null,'body':'begin end','deterministic':'NO','access':'READS SQL DATA','security':'INVOKER'}" },
			{ SCHEMA_QUERY_PARAMETERS, "{'name':'f','kind':'PROCEDURE','place':'2','mode':'OUT','parameter':'b','type':'varchar(10)'}" },
			{ SCHEMA_QUERY_PARAMETERS, "{'name':'f','kind':'PROCEDURE','place':'1','mode':'IN','parameter':'a','type':'int(5)'}" } },
		{ { SCHEMA_QUERY_ROUTINES, "{'name':'f','kind':'FUNCTION','type':'int','body':'return 1','deterministic':'YES','access':'CONTAINS SQL','security':'DEFINER'}" },
			{ SCHEMA_QUERY_PARAMETERS, "{'name':'f','kind':'FUNCTION','place':'1','mode':'IN','parameter':'x','type':'bigint unsigned'}" },
			{ SCHEMA_QUERY_ROUTINES, "{'name':'f','kind':'PROCEDURE','type':'','body':'begin end','deterministic':'NO','access':'READS SQL DATA','security':'INVOKER'}" },
			{ SCHEMA_QUERY_PARAMETERS, "{'name':'f','kind':'PROCEDURE','place':'1','mode':'IN','parameter':'a','type':'int'}" },
			{ SCHEMA_QUERY_PARAMETERS, "{'name':'f','kind':'PROCEDURE','place':'2','mode':'OUT','parameter':'b','type':'varchar(10)'}" } },
		"\nprocedure f (in a int, out b varchar(10)) data=reads-sql-data security=invoker body=1fcfa0180955\n"
		"\nfunction f (x bigint unsigned) returns=int deterministic security=definer body=486d9affb60d\n" },
	{ "events",
		{ { SCHEMA_QUERY_EVENTS, "{'name':'e','kind':'RECURRING','every':'1','unit':'DAY','status':'ENABLED','completion':'NOT PRESERVE','body':'delete from t'}" },
			{ SCHEMA_QUERY_EVENTS, "{'name':'o','kind':'ONE TIME','every':null,'unit':null,'status':'DISABLED','completion':'PRESERVE','body':'delete from t'}" } },
		{ { SCHEMA_QUERY_EVENTS, "{'name':'e','kind':'RECURRING','every':'1','unit':'DAY','status':'ENABLED','completion':'NOT PRESERVE','body':'delete from t'}" },
			{ SCHEMA_QUERY_EVENTS, "{'name':'o','kind':'ONE TIME','every':null,'unit':null,'status':'DISABLED','completion':'PRESERVE','body':'delete from t'}" } },
		"\nevent e every=1-day status=enabled body=40ae96f50fcb\n"
		"\nevent o once status=disabled preserve body=40ae96f50fcb\n" },
};

static const struct value *row_value(struct arena *a, const char *row)
{
	size_t n = strlen(row);
	char *json = arena_alloc(a, n + 1);

	for (size_t i = 0; i <= n; i++)
		json[i] = row[i] == '\'' ? '"' : row[i] == '~' ? '\'' : row[i];
	return help_json(a, json);
}

static void fill(struct arena *a, const struct raw *rows, struct schema_catalogue *c)
{
	struct value_list_builder lists[SCHEMA_QUERY_COUNT] = { 0 };

	for (size_t i = 0; i < ROWS_MAX && rows[i].row; i++)
		value_list_add(a, &lists[rows[i].query], row_value(a, rows[i].row));
	for (size_t i = 0; i < SCHEMA_QUERY_COUNT; i++)
		c->rows[i] = value_list_finish(a, &lists[i]);
}

static struct str made_of(struct arena *a, const struct raw *rows, bool mariadb,
	const struct schema_wishes *w)
{
	struct schema_catalogue c = { .database = STR("shop"),
		.mariadb = mariadb,
		.version = mariadb ? 0x0a0b13 : 0x090704 };
	struct schema s;
	struct error err;

	fill(a, rows, &c);
	expect_int("schema_from_rows", schema_from_rows(a, &c, w, &s, &err), 0);
	return help_schema_text(a, &s);
}

/* The same facts, byte for byte. */
static void test_schema_rows_of_both_servers(void **state)
{
	static const struct schema_wishes none;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(samples); i++) {
		struct arena a;

		arena_init(&a, 1 << 22);
		expect_text(samples[i].name, made_of(&a, samples[i].mariadb, true, &none), samples[i].want);
		expect_text(samples[i].name, made_of(&a, samples[i].mysql, false, &none), samples[i].want);
		arena_release(&a);
	}
}

/* What one server alone has is told as it is. */
static void test_schema_rows_of_one_server(void **state)
{
	static const struct sample mysql = { "MySQL", { { T, NULL } },
		{ MYSQL_TABLE,
			{ C, "{'tab':'t','col':'g','place':'1','nullable':'NO','type':'geomcollection','extra':'','srid':'4326'}" },
			{ I, "{'tab':'t','name':'x','place':'1','many':'1','col':null,'direction':'A','part':null,'type':'BTREE','expression':'lower(`email`)','visible':'YES'}" },
			{ SCHEMA_QUERY_CHECKS, "{'tab':null,'name':'k','clause':'(`a` > 0)'}" },
			{ SCHEMA_QUERY_CONSTRAINTS, "{'tab':'t','name':'k','enforced':'NO'}" } },
		TABLE_FACT
		"order t g\n"
		"column t.g geometrycollection not-null srid=4326\n"
		"index t.x ((lower(email)))\n"
		"check t.k (a > 0) not-enforced\n" };
	static const struct sample mariadb = { "MariaDB",
		{ { T, "{'tab':'t','kind':'SYSTEM VERSIONED','engine':'InnoDB','collation':'utf8mb4_general_ci'}" },
			{ T, "{'tab':'s','kind':'SEQUENCE','engine':'InnoDB'}" },
			{ C, "{'tab':'s','col':'cycle_count','place':'1','nullable':'NO','type':'bigint(21)','extra':''}" } },
		{ { T, NULL } },
		"\ntable t engine=InnoDB charset=utf8mb4 versioned\n\nsequence s\n" };
	static const struct schema_wishes none;
	struct arena a;

	(void)state;
	arena_init(&a, 1 << 22);
	expect_text(mysql.name, made_of(&a, mysql.mysql, false, &none), mysql.want);
	expect_text(mariadb.name, made_of(&a, mariadb.mariadb, true, &none), mariadb.want);
	arena_release(&a);
}

/* The rarer member of a family of defaults: joining it with the others is an error. */
static void test_schema_rows_rare_collation(void **state)
{
	static const struct raw rows[ROWS_MAX] = { MYSQL_TABLE,
		{ C, "{'tab':'t','col':'a','place':'1','nullable':'YES','type':'char(1)','collation':'utf8mb4_0900_ai_ci','extra':''}" },
		{ C, "{'tab':'t','col':'b','place':'2','nullable':'YES','type':'char(1)','collation':'utf8mb4_general_ci','extra':''}" },
		{ C, "{'tab':'t','col':'c','place':'3','nullable':'YES','type':'char(1)','collation':'utf8mb4_0900_ai_ci','extra':''}" } };
	static const struct schema_wishes none;
	struct arena a;

	(void)state;
	arena_init(&a, 1 << 22);
	expect_text("rare", made_of(&a, rows, false, &none),
		TABLE_FACT
		"order t a, b, c\n"
		"column t.a char(1) null\n"
		"column t.b char(1) null collate=utf8mb4_general_ci\n"
		"column t.c char(1) null\n");
	arena_release(&a);
}

static void test_schema_rows_on_request(void **state)
{
	static const struct raw rows[ROWS_MAX] = {
		{ T, "{'tab':'t','kind':'BASE TABLE','engine':'InnoDB','collation':'utf8mb4_general_ci','remark':'it~s\\nours'}" },
		{ SCHEMA_QUERY_TRIGGERS, "{'name':'g','tab':'t','timing':'AFTER','event':'DELETE','place':'1','body':'begin\\r\\n  set @a = 1; \\r\\nend','definer':'root@localhost'}" } };
	static const struct schema_wishes none, all = { true, true, true };
	struct arena a;

	(void)state;
	arena_init(&a, 1 << 22);
	expect_text("nothing", made_of(&a, rows, true, &none),
		TABLE_FACT "\ntrigger g on t after delete body=d4ec5d327aec\n");
	expect_text("all", made_of(&a, rows, true, &all),
		"\ntable t engine=InnoDB charset=utf8mb4 comment='it''s\\nours'\n"
		"\ntrigger g on t after delete definer=root@localhost body=d4ec5d327aec\n"
		"  begin\n    set @a = 1;\n  end\n");
	arena_release(&a);
}

/* A SELECT-only account on MariaDB: the keys are there, their rules are not. */
static void test_schema_rows_hidden_rules(void **state)
{
	static const struct raw rows[ROWS_MAX] = { MARIADB_TABLE,
		{ K, "{'tab':'t','name':'f','place':'1','col':'a','other_schema':'shop','other':'u','other_col':'id'}" },
		{ K, "{'tab':'t','name':'g','place':'1','col':'a','other_schema':'shop','other':'u','other_col':'id'}" },
		{ K, "{'tab':'w','name':'h','place':'1','col':'a','other_schema':'shop','other':'u','other_col':'id'}" },
		{ R, "{'tab':'w','name':'h','on_delete':'CASCADE','on_update':'RESTRICT'}" } };
	static const struct schema_wishes none;
	struct schema_catalogue c = { .database = STR("shop"), .mariadb = true, .version = 0x0a0b13 };
	struct arena a;
	const struct str *tables;
	struct schema s;
	struct error err;
	size_t n;

	(void)state;
	arena_init(&a, 1 << 22);
	fill(&a, rows, &c);
	tables = schema_hidden_rules(&a, &c, &n);
	expect_int("tables", (intmax_t)n, 1);
	expect_text("table", tables[0], "t");
	c.creates = help_json(&a,
		"[{\"Table\":\"t\",\"Create Table\":\"CREATE TABLE `t` (\\n  CONSTRAINT `f` FOREIGN KEY (`a`) REFERENCES `u` (`id`) ON DELETE CASCADE\\n)\"}]");
	expect_int("facts", schema_from_rows(&a, &c, &none, &s, &err), 0);
	expect_text("rules", help_schema_text(&a, &s),
		TABLE_FACT
		"foreign t.f (a) -> u(id) on-delete=cascade\n"
		"foreign t.g (a) -> u(id) rules=unknown\n"
		"\nforeign w.h (a) -> u(id) on-delete=cascade\n");
	arena_release(&a);
}

static void test_schema_rows_partitions_are_asked_for(void **state)
{
	static const struct raw without[ROWS_MAX] = { MARIADB_TABLE };
	struct schema_catalogue c = { 0 };
	struct arena a;

	(void)state;
	arena_init(&a, 1 << 22);
	fill(&a, without, &c);
	assert_false(schema_has_partitions(&c));
	c.rows[T] = help_json(&a, "[{\"tab\":\"t\",\"options\":\"row_format=COMPACT partitioned\"}]");
	assert_true(schema_has_partitions(&c));
	arena_release(&a);
}

/* Out of memory is an error, never a fact with something left out. */
static void rows_without_memory(const struct sample *s)
{
	const struct schema_wishes all = { true, true, true };

	for (uint64_t n = 0; n < 10000; n++) {
		struct schema_catalogue c = { .database = STR("shop"), .version = 0x090704 };
		struct schema schema;
		struct error err = { 0 };
		struct arena a;
		int rc;

		arena_init(&a, 1 << 24);
		fill(&a, s->mysql, &c);
		uint64_t before = mem_stats().allocations;
		assert_true(mem_fail_after(n));
		rc = schema_from_rows(&a, &c, &all, &schema, &err);
		bool was_reached = mem_stats().allocations > before + n;
		(void)mem_fail_after(UINT64_MAX);
		if (rc)
			expect_int(s->name, err.code, ERR_OOM);
		struct str got = rc ? (struct str){ 0 } : help_schema_text(&a, &schema);
		struct str want = rc ? (struct str){ 0 } : made_of(&a, s->mysql, false, &all);
		if (!str_eq(got, want))
			fail_msg("%s: allocation %llu: something is left out", s->name, (unsigned long long)n);
		arena_release(&a);
		if (!was_reached)
			return;
	}
	fail_msg("%s: never succeeds", s->name);
}

static void test_schema_rows_survives_failing_allocations(void **state)
{
	(void)state;
	if (!mem_fail_after(UINT64_MAX))
		skip();		/* only torture builds can make one fail */
	for (size_t i = 0; i < ARRAY_SIZE(samples); i++)
		rows_without_memory(&samples[i]);
}

static void test_schema_query_sql(void **state)
{
	struct arena a;
	struct strbuf sb;
	const struct value *features;

	(void)state;
	arena_init(&a, 1 << 20);
	strbuf_init(&sb, 1 << 16);
	features = help_json(&a, "[{\"name\":\"COLUMNS.GENERATION_EXPRESSION\"},{\"name\":\"CHECK_CONSTRAINTS.CHECK_CLAUSE\"}]");
	schema_query_sql(&sb, C, features);
	expect_true("there", str_find(strbuf_str(&sb), STR("generation_expression AS `expression`")) != SIZE_MAX);
	expect_true("not there", str_find(strbuf_str(&sb), STR("NULL AS `srid`")) != SIZE_MAX);
	expect_true("known", schema_query_is_known(SCHEMA_QUERY_CHECKS, features));
	expect_true("unknown", !schema_query_is_known(SCHEMA_QUERY_CONSTRAINTS, features));
	expect_true("no features", !schema_query_is_known(SCHEMA_QUERY_CHECKS, NULL));
	strbuf_release(&sb);
	arena_release(&a);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_schema_rows_of_both_servers),
		cmocka_unit_test(test_schema_rows_of_one_server),
		cmocka_unit_test(test_schema_rows_rare_collation),
		cmocka_unit_test(test_schema_rows_on_request),
		cmocka_unit_test(test_schema_rows_hidden_rules),
		cmocka_unit_test(test_schema_rows_partitions_are_asked_for),
		cmocka_unit_test(test_schema_rows_survives_failing_allocations),
		cmocka_unit_test(test_schema_query_sql),
	};

	return cmocka_run_group_tests_name("schema_rows", tests, NULL, NULL);
}
