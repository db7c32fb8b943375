#include "harness/lang/sql_lexer.h"

#include "tests/unit/expect.h"

static struct arena arena;

static int set_up(void **state)
{
	(void)state;
	arena_init(&arena, 64 << 20);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_release(&arena);
	return 0;
}

static const struct sql_mode plain_mode;

static int guard_in(const char *text, struct sql_mode mode, bool rollback, struct error *err)
{
	const struct source *s = source_new(&arena, "t.sql", str_from(text));
	struct span all = SPAN(0, s->text.n);

	return rollback ? sql_guard_rollback(s, all, mode, err) : sql_guard_read_only(s, all, mode, err);
}

static void expect_passes(const char *text)
{
	struct error err;

	if (guard_in(text, plain_mode, false, &err))
		fail_msg("%s: %s", text, err.message);
}

static void expect_refused(const char *text, const char *message)
{
	struct error err = { .code = ERR_NONE };

	if (guard_in(text, plain_mode, false, &err) == 0)
		fail_msg("%s passes", text);
	expect_true(text, err.code == ERR_CHECK || err.code == ERR_PARSE);
	if (message && str_find(str_from(err.message), str_from(message)) == SIZE_MAX)
		fail_msg("%s: %s", text, err.message);
}

static void test_sql_guard_passes(void **state)
{
	static const char *const rows[] = {
		"SELECT 1", "select 1;", "((SELECT 1))", "(SELECT 1) UNION (SELECT 2)",
		"-- c\n/* c */ SELECT 1 # c", "SELECT 1 -- DROP TABLE t",
		"WITH a AS (SELECT 1) SELECT * FROM a", "with recursive a (n) as (select 1 union all select n + 1 from a), b AS (SELECT 2) select 1",
		"WITH `a` AS (SELECT ')' AS x) (SELECT 1)",
		"TABLE t", "VALUES ROW(1), ROW(2)", "SHOW TABLES", "SHOW CREATE TABLE t", "DESC t", "DESCRIBE t", "EXPLAIN SELECT 1",
		"EXPLAIN FORMAT=JSON SELECT 1", "EXPLAIN ANALYZE SELECT 1", "ANALYZE SELECT 1", "ANALYZE FORMAT=JSON SELECT 1",
		"EXPLAIN ANALYZE WITH a AS (SELECT 1) SELECT 2", "EXPLAIN UPDATE t SET a = 1", "EXPLAIN INSERT INTO t VALUES (1)",
		"EXPLAIN FOR CONNECTION 5", "CHECKSUM TABLE t", "HELP 'x'", "USE shop",
		"SET @x = 1", "SET @x := (SELECT MAX(a, b) FROM t), @y = 2", "SET @`a b` = 1",
		"SELECT 1 INTO @x", "SELECT a FROM t INTO @x, @y",
		/* names that only look like them */
		"SELECT sleep, benchmark FROM t", "SELECT `sleep` FROM `update`", "SELECT 'FOR UPDATE', \"INTO OUTFILE\"",
		"SELECT REPLACE(a, 'x', 'y'), INSERT('a', 1, 1, 'b'), TRUNCATE(1.5, 0) FROM t", "SELECT t.sleep FROM t", "SELECT a AS nextval FROM t",
		"SELECT LAST_INSERT_ID()", "SELECT last_insert_id ( )", "SELECT is_free_lock('a')", "SELECT sleepy(1), my_get_lock_x(2)",
		"SELECT lock_wait_timeout, share FROM t", "SELECT * FROM t USE INDEX FOR JOIN (i)", "SELECT next, value, previous FROM t",
		"SELECT a\xc3\xb1o(1)", "SELECT * FROM t FOR SYSTEM_TIME ALL", "SELECT 1 /*+ NO_ICP(t) */", "SELECT /*+ BKA(`t`) MAX_EXECUTION_TIME(1) */ 1",
		"SELECT gtid, wait FROM t", "SELECT '/*! x */'", "SELECT {{a}}, '{{b}}', /*{{c}}*/ 5", "SELECT COUNT(*) FROM t WHERE id IN ({{ids}})",
		"SELECT 1 \\G", "SELECT 1;;", "SELECT CASE WHEN 1 THEN 2 END", "SELECT @x := 5",
		"SELECT set_var FROM resource_group", "SHOW WARNINGS",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		expect_passes(rows[i]);
}

static const char *const refused_verbs[] = {
	"INSERT INTO t VALUES (1)", "UPDATE t SET a = 1", "DELETE FROM t", "REPLACE INTO t VALUES (1)", "LOAD DATA INFILE 'x' INTO TABLE t",
	"IMPORT TABLE FROM 'x'", "CREATE TABLE t (a INT)", "CREATE TEMPORARY TABLE t (a INT)", "ALTER TABLE t ADD b INT", "DROP TABLE t",
	"RENAME TABLE t TO u", "TRUNCATE t", "CALL p()", "DO SLEEP(1)", "DO 1", "HANDLER t OPEN", "START TRANSACTION", "BEGIN",
	"BEGIN NOT ATOMIC DELETE FROM t", "COMMIT", "ROLLBACK", "SAVEPOINT a", "RELEASE SAVEPOINT a", "XA START 'x'", "PREPARE s FROM 'x'",
	"EXECUTE s", "EXECUTE IMMEDIATE 'DROP TABLE t'", "DEALLOCATE PREPARE s", "LOCK TABLES t READ", "UNLOCK TABLES", "FLUSH TABLES",
	"KILL 1", "OPTIMIZE TABLE t", "REPAIR TABLE t", "CHECK TABLE t", "CACHE INDEX t IN c", "CHANGE MASTER TO a = 1", "STOP SLAVE",
	"RESET MASTER", "PURGE BINARY LOGS TO 'x'", "BINLOG 'x'", "CLONE LOCAL DATA DIRECTORY 'x'", "INSTALL PLUGIN a SONAME 'x'",
	"UNINSTALL PLUGIN a", "GRANT ALL ON t TO u", "REVOKE ALL ON t FROM u", "SHUTDOWN", "RESTART", "BACKUP STAGE START", "SIGNAL SQLSTATE '45000'",
	"GET DIAGNOSTICS @a = NUMBER", "RETURN 1", "DECLARE a INT", "IF 1 THEN SELECT 1", "FROBNICATE t", "1", "'SELECT'", "`SELECT` 1",
	"@x", "{{a}}", "/*{{a}}*/ 1", "", ";", "-- SELECT 1", "source x", "\\. x", "SELECTX 1",
	/* not everything behind these words passes */
	"ANALYZE TABLE t", "ANALYZE UPDATE t SET a = 1", "ANALYZE FORMAT=JSON DELETE FROM t", "EXPLAIN ANALYZE UPDATE t SET a = 1",
	"DESC ANALYZE DELETE FROM t", "EXPLAIN FORMAT=TREE ANALYZE DELETE FROM t", "EXPLAIN ANALYZE (DELETE FROM t)",
	"EXPLAIN ANALYZE WITH a AS (SELECT 1) DELETE FROM t", "EXPLAIN INTO @x ANALYZE DELETE FROM t", "CHECKSUM x",
	"WITH a AS (SELECT 1) DELETE FROM a", "WITH a AS (SELECT 1), b AS (SELECT 2) UPDATE t SET x = 1",
	"WITH a AS (SELECT 1) INSERT INTO t SELECT 1", "WITH a AS (SELECT 1) (DELETE FROM t)", "WITH a AS (SELECT 1)", "WITH SELECT 1",
	"WITH a AS SELECT 1", "(WITH a AS (SELECT 1) DELETE FROM t)",
	"SET x = 1", "SET GLOBAL x = 1", "SET SESSION x = 1", "SET @@x = 1", "SET @@GLOBAL.x = 1", "SET @x = 1, y = 2",
	"SET @x = 1, @@session.autocommit = 0", "SET PASSWORD = 'x'", "SET NAMES utf8", "SET autocommit = 0", "SET TRANSACTION READ WRITE",
	"SET STATEMENT max_statement_time = 1 FOR SELECT 1", "SET ROLE x", "SET", "SET @x", "SET @x = 1,", "SET {{a}} = 1",
	/* a second statement */
	"SELECT 1; DROP TABLE t", "SELECT 1\\g DROP TABLE t", "SELECT 1; /* c */ SELECT 2",
};

static void test_sql_guard_refuses_verbs(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(refused_verbs); i++)
		expect_refused(refused_verbs[i], NULL);
}

/* Harm inside a SELECT: each with the word that the message names. */
static const struct {
	const char *text, *message;
} refused_inside[] = {
	{ "INTO OUTFILE '/x'", "INTO OUTFILE" }, { "INTO DUMPFILE '/x'", "INTO DUMPFILE" }, { "INTO t", "INTO" },
	{ "INTO @@x", "INTO" }, { "FOR UPDATE", "FOR UPDATE" }, { "FOR SHARE", "FOR SHARE" }, { "FOR UPDATE SKIP LOCKED", "FOR UPDATE" },
	{ "LOCK IN SHARE MODE", "LOCK IN SHARE MODE" }, { ", GET_LOCK('a', 1)", "GET_LOCK" }, { ", RELEASE_LOCK('a')", "RELEASE_LOCK" },
	{ ", RELEASE_ALL_LOCKS()", "RELEASE_ALL_LOCKS" }, { ", SLEEP(5)", "SLEEP" }, { ", BENCHMARK(1, 2)", "BENCHMARK" },
	{ ", LOAD_FILE('/etc/passwd')", "LOAD_FILE" }, { ", MASTER_POS_WAIT('a', 1)", "MASTER_POS_WAIT" },
	{ ", SOURCE_POS_WAIT('a', 1)", "SOURCE_POS_WAIT" }, { ", MASTER_GTID_WAIT('a')", "MASTER_GTID_WAIT" },
	{ ", WAIT_FOR_EXECUTED_GTID_SET('a')", "WAIT_FOR_EXECUTED_GTID_SET" },
	{ ", WAIT_UNTIL_SQL_THREAD_AFTER_GTIDS('a')", "WAIT_UNTIL" }, { ", NEXTVAL(s)", "NEXTVAL" }, { ", SETVAL(s, 1)", "SETVAL" },
	{ ", s.nextval", "NEXTVAL" }, { ", NEXT VALUE FOR s", "VALUE FOR" }, { ", PREVIOUS VALUE FOR s", "VALUE FOR" },
	{ ", SYS_EXEC('ls')", "SYS_EXEC" }, { ", SYS_EVAL('ls')", "SYS_EVAL" }, { ", SYS_SET('a', 'b')", "SYS_SET" },
	{ ", SYS_GET('a')", "SYS_GET" }, { ", LAST_INSERT_ID(5)", "LAST_INSERT_ID" }, { ", group_replication_set_as_primary('x')", "replication" },
	{ "/*! FOR UPDATE */", "code in a comment" }, { "/*!50000 , SLEEP(1) */", "code in a comment" }, { "/*M! INTO OUTFILE 'x' */", "code in a comment" },
	{ "/*+ SET_VAR(sql_mode='') */", "SET_VAR" }, { "/*+ resource_group(x) */", "RESOURCE_GROUP" },
};

/* The same text in another case. */
static const char *recase(const char *text, bool upper)
{
	char *copy = arena_alloc(&arena, strlen(text) + 1);

	for (size_t i = 0; i <= strlen(text); i++) {
		bool lower_letter = text[i] >= 'a' && text[i] <= 'z';
		bool upper_letter = text[i] >= 'A' && text[i] <= 'Z';
		copy[i] = (char)(upper && lower_letter ? text[i] - 32 : !upper && upper_letter ? text[i] + 32 : text[i]);
	}
	return copy;
}

static void test_sql_guard_refuses_harm_in_any_dress(void **state)
{
	static const char *const dresses[] = {
		"SELECT 1 %s", "select 1 from t %s", "(SELECT 1 %s)", "((SELECT 1 %s))", "SELECT 1 UNION SELECT 2 %s",
		"SELECT * FROM (SELECT 1 %s) x", "WITH a AS (SELECT 1 %s) SELECT 2", "WITH a AS (SELECT 1) SELECT 1 %s",
		"-- c\nSELECT /* x */ 1 %s", "EXPLAIN SELECT 1 %s", "SET @x = (SELECT 1 %s)", "SELECT 1 # c\n %s", "EXPLAIN ANALYZE SELECT 1 %s",
		"SELECT '{{a}}', 1 %s", "SELECT 1e5 %s -- x",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(refused_inside); i++) {
		for (size_t d = 0; d < ARRAY_SIZE(dresses); d++) {
			const char *mark = strstr(dresses[d], "%s");
			struct str text = arena_printf(&arena, "%.*s%s%s", (int)(mark - dresses[d]), dresses[d], refused_inside[i].text,
						       mark + 2);
			expect_refused(text.p, refused_inside[i].message);
			/* `/ * M !` is code only with a capital M */
			expect_refused(recase(text.p, true), NULL);
			if (!strstr(text.p, "/*M"))
				expect_refused(recase(text.p, false), NULL);
		}
	}
}

/* What separates the words and the parenthesis does not matter, nor how a name is quoted. */
static void test_sql_guard_sees_through_disguises(void **state)
{
	static const char *const rows[] = {
		"SELECT SLEEP (1)", "SELECT SLEEP/**/(1)", "SELECT SLEEP -- x\n(1)", "SELECT SLEEP # x\n (1)", "SELECT SLEEP\n\t(1)",
		"SELECT SLEEP/*+ x */(1)", "SELECT SLEEP/*{{a}}*/(1)", "SELECT SLEEP {{n}}", "SELECT `sleep`(1)", "SELECT `SLEEP` /* */ (1)",
		"SELECT mysql.sleep(1)", "SELECT sys . `sleep` (1)", "SELECT sl\303\250ep(1)", "SELECT \xc5\xbfleep(1)", "SELECT \xc3\x9fleep(1)",
		"SELECT `sl\xc3\xa9\xc3\xa9p`(1)", "SELECT g\xc3\xa9t_lock('a', 1)", "SELECT last_insert_id(/* */5)", "SELECT last_insert_id {{a}}",
		"SELECT 1 FOR/**/UPDATE", "SELECT 1 FOR -- x\n UPDATE", "SELECT 1 INTO /* */ OUTFILE 'x'", "SELECT 1 INTO/*+ x */DUMPFILE 'x'",
		"SELECT 1 LOCK/**/IN/**/SHARE/**/MODE", "SELECT NEXT/**/VALUE/**/FOR s",
		"SELECT 1e5for update", "SELECT 1.5for update", "SELECT .5into outfile 'x'", "SELECT 'a'for update", "SELECT `a`for update",
		"SELECT x'41'for update", "SELECT @a for update", "SELECT (1)for update", "TABLE t INTO OUTFILE 'x'", "VALUES ROW(1) INTO OUTFILE 'x'",
		"SHOW TABLES WHERE SLEEP(1)", "SELECT 1--1 FOR UPDATE", "SELECT '\\'' FOR UPDATE", "SELECT \"\\\"\" FOR UPDATE",
		"SELECT '''' FOR UPDATE", "SELECT 1 /* /* */ FOR UPDATE", "SELECT '{{a}}' FOR UPDATE", "SELECT {{a}} FOR UPDATE",
		"SELECT 1 /*! */", "SELECT 1 /*!*/ FROM t", "SELECT /*+ BKA(`*/ x `) */ 1 INTO OUTFILE '/x' -- `",
		"SELECT /*+ X(\"*/ 1, \") */ SLEEP(1) -- \"", "SELECT 'a", "SELECT `a", "SELECT /* a", "SELECT 1 INTO OUTFILE{{a}}",
		"SELECT 1 INTO {{a}}", "SELECT \\N", "DELIMITER //\nDROP TABLE t //",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		expect_refused(rows[i], NULL);
}

static void test_sql_guard_follows_the_mode(void **state)
{
	static const struct sql_mode ansi = { .ansi_quotes = true };
	static const struct sql_mode no_backslash = { .no_backslash_escapes = true };
	struct error err;

	(void)state;
	expect_passes("SELECT \"sleep\"");
	assert_int_equal(guard_in("SELECT \"sleep\"(1)", ansi, false, &err), -1);
	expect_passes("SELECT 'a\\' FOR UPDATE -- '");
	assert_int_equal(guard_in("SELECT 'a\\' FOR UPDATE -- '", no_backslash, false, &err), -1);
	assert_int_equal(guard_in("SELECT \"a\\\" FOR UPDATE -- \"", ansi, false, &err), -1);
}

static void test_sql_guard_points_at_the_word(void **state)
{
	struct error err;

	(void)state;
	assert_int_equal(guard_in("-- c\n CALL p()", plain_mode, false, &err), -1);
	assert_int_equal(err.span.at, 6);
	assert_int_equal(err.span.n, 4);
	expect_text("message", str_from(err.message), "`CALL` may change data");
	expect_true("note", str_find(str_from(err.note), STR("write: true")) != SIZE_MAX);
	assert_int_equal(guard_in("SELECT a, SLEEP(1)", plain_mode, false, &err), -1);
	assert_int_equal(err.span.at, 10);
}

static void test_sql_guard_rollback(void **state)
{
	static const char *const passes[] = {
		"INSERT INTO t VALUES (1)", "UPDATE t SET a = 1", "DELETE FROM t", "REPLACE INTO t VALUES (1)", "SELECT 1", "SELECT 1 FOR UPDATE",
		"WITH a AS (SELECT 1) DELETE FROM t", "SET @x = 1", "SET foreign_key_checks = 0", "INSERT INTO t SELECT LAST_INSERT_ID(5)",
		"SELECT 1 INTO @x", "SHOW TABLES", "INSERT INTO a\xc3\xb1o (a) VALUES (1)",
	};
	static const char *const refused[] = {
		"CREATE TABLE t (a INT)", "DROP TABLE t", "ALTER TABLE t ADD a INT", "TRUNCATE t", "TRUNCATE TABLE t", "RENAME TABLE a TO b",
		"LOCK TABLES t WRITE", "UNLOCK TABLES", "CALL p()", "LOAD DATA INFILE 'x' INTO TABLE t", "LOAD XML INFILE 'x' INTO TABLE t",
		"SET autocommit = 1", "SET @@autocommit = 1", "SET SESSION autocommit = 1", "SET @a = 1, autocommit = 1", "SET @@session.`autocommit` = 1",
		"SET GLOBAL x = 1", "SET @@global.x = 1", "SET PERSIST x = 1", "SET PASSWORD = 'x'", "SET TRANSACTION READ ONLY",
		"START TRANSACTION", "BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT a", "XA START 'x'", "GRANT ALL ON t TO u", "ANALYZE TABLE t",
		"OPTIMIZE TABLE t", "FLUSH TABLES", "EXECUTE s", "EXECUTE IMMEDIATE 'COMMIT'", "HANDLER t OPEN", "INSERT INTO t VALUES (1); COMMIT",
		"SELECT 1 INTO OUTFILE 'x'", "INSERT INTO t SELECT SLEEP(1)", "UPDATE t SET a = 1 /*!50000 , b = 2 */", "DELETE /*+ SET_VAR(autocommit=1) */ FROM t",
		"INSERT INTO t VALUES (GET_LOCK('a', 1))", "CREATE TEMPORARY TABLE t (a INT)",
	};
	struct error err;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(passes); i++)
		if (guard_in(passes[i], plain_mode, true, &err))
			fail_msg("%s: %s", passes[i], err.message);
	for (size_t i = 0; i < ARRAY_SIZE(refused); i++)
		if (guard_in(refused[i], plain_mode, true, &err) == 0)
			fail_msg("%s passes", refused[i]);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_sql_guard_passes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_sql_guard_refuses_verbs, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_sql_guard_refuses_harm_in_any_dress, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_sql_guard_sees_through_disguises, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_sql_guard_follows_the_mode, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_sql_guard_points_at_the_word, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_sql_guard_rollback, set_up, tear_down),
	};

	return cmocka_run_group_tests_name("sql_guard", tests, NULL, NULL);
}
