#include "probes/backup_dump.h"

#include "harness/base/mem.h"
#include "probes/backup_unmet.h"
#include "tests/unit/expect.h"

#define MAX_ARENA ((size_t)64 * 1024 * 1024)

/* What mariadb-dump 10.11 wrote, shortened. */
#define MARIADB_HEADER                                                                      \
	"/*M!999999\\- enable the sandbox mode */ \n"                                       \
	"-- MariaDB dump 10.19  Distrib 10.11.19-MariaDB, for debian-linux-gnu (x86_64)\n"  \
	"--\n-- Host: localhost    Database: shop\n"                                        \
	"-- ------------------------------------------------------\n"                       \
	"-- Server version\t10.11.19-MariaDB-log\n\n"                                       \
	"/*!40101 SET NAMES utf8mb4 */;\n"                                                  \
	"/*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO' */;\n"     \
	"/*!40111 SET @OLD_SQL_NOTES=@@SQL_NOTES, SQL_NOTES=0 */;\n\n"
#define MARIADB_POSITION                                                                    \
	"-- CHANGE MASTER TO MASTER_LOG_FILE='bin.000002', MASTER_LOG_POS=344;\n"           \
	"-- SET GLOBAL gtid_slave_pos='0-1-7';\n"
#define STAND_IN                                                                            \
	"--\n-- Temporary table structure for view `activos`\n--\n\n"                       \
	"SET @saved_cs_client     = @@character_set_client;\n"                              \
	"/*!50001 CREATE VIEW `activos` AS SELECT\n NULL AS `id`,\n NULL AS `t` */;\n"
#define TABLE_MESA                                                                          \
	"--\n-- Table structure for table `mesa`\n--\n\n"                                   \
	"DROP TABLE IF EXISTS `mesa`;\n"                                                    \
	"CREATE TABLE `mesa` (\n  `id` int(11) NOT NULL COMMENT 'a;b',\n"                   \
	"  `we``ird` int(11) DEFAULT NULL,\n  PRIMARY KEY (`id`)\n) ENGINE=InnoDB;\n\n"
#define DATA_MESA                                                                           \
	"--\n-- Dumping data for table `mesa`\n--\n\n"                                      \
	"LOCK TABLES `mesa` WRITE;\n/*!40000 ALTER TABLE `mesa` DISABLE KEYS */;\n"         \
	"INSERT INTO `mesa` VALUES\n(1,'it\\'s'),\n(2,'(1),(2);\\n-- Dump completed'),\n"   \
	"(3,'a\\\\'),\n(4,_binary '\\0\\n\\Z'),\n(5,0x2729),\n(6,'it''s)');\n"              \
	"/*!40000 ALTER TABLE `mesa` ENABLE KEYS */;\nUNLOCK TABLES;\n"
#define TRIGGER                                                                             \
	"DELIMITER ;;\n"                                                                    \
	"/*!50003 CREATE*/ /*!50017 DEFINER=`root`@`localhost`*/ /*!50003 TRIGGER trg "     \
	"BEFORE INSERT ON mesa FOR EACH ROW BEGIN SET NEW.id = 'it''s'; END \n*/;;\n"       \
	"DELIMITER ;\n"
#define EVENT                                                                               \
	"--\n-- Dumping events for database 'shop'\n--\n"                                   \
	"/*!50106 DROP EVENT IF EXISTS `ev` */;\nDELIMITER ;;\n"                            \
	"/*!50003 SET time_zone             = 'SYSTEM' */ ;;\n"                             \
	"/*!50106 CREATE*/ /*!50117 DEFINER=`root`@`localhost`*/ /*!50106 EVENT `ev` ON "   \
	"SCHEDULE EVERY 1 DAY DO DELETE FROM mesa */ ;;\nDELIMITER ;\n"
#define ROUTINES "--\n-- Dumping routines for database 'shop'\n--\n"
#define ROUTINE                                                                             \
	"/*!50003 DROP PROCEDURE IF EXISTS `pr` */;\nDELIMITER ;;\n"                        \
	"CREATE DEFINER=`procedure`@`%` PROCEDURE `pr`(IN a INT)\nBEGIN\n"                  \
	" SELECT 'x;;\n-- Dump completed on 2020-01-01 10:10:10';\n"                        \
	"-- Table structure for table `none`\nEND\n;;\nDELIMITER ;\n"
#define FINAL                                                                               \
	"--\n-- Final view structure for view `activos`\n--\n\n"                            \
	"/*!50001 DROP VIEW IF EXISTS `activos`*/;\n"                                       \
	"/*!50001 CREATE ALGORITHM=UNDEFINED */\n"                                          \
	"/*!50013 DEFINER=`root`@`localhost` SQL SECURITY DEFINER */\n"                     \
	"/*!50001 VIEW `activos` AS select `id` AS `id` from `mesa` where 't' <> 'y\\'z' */;\n"
#define LAST_STATEMENTS                                                                     \
	"/*!40103 SET TIME_ZONE=@OLD_TIME_ZONE */;\n\n"                                     \
	"/*!40111 SET SQL_NOTES=@OLD_SQL_NOTES */;\n\n"
#define FOOTER "-- Dump completed on 2026-11-24 12:55:03\n"
#define BODY                                                                                \
	STAND_IN TABLE_MESA DATA_MESA TRIGGER EVENT ROUTINES ROUTINE FINAL LAST_STATEMENTS
#define MARIADB MARIADB_HEADER MARIADB_POSITION BODY FOOTER

/* As Oracle's mysqldump 9.7 writes it. */
#define MYSQL_HEADER                                                                        \
	"-- MySQL dump 10.13  Distrib 9.7.4, for Linux (x86_64)\n--\n"                      \
	"-- Host: localhost    Database: shop\n"                                            \
	"-- ------------------------------------------------------\n"                       \
	"-- Server version\t9.7.4\n\n/*!50503 SET NAMES utf8mb4 */;\n"                      \
	"SET @@SESSION.SQL_LOG_BIN= 0;\n\n--\n"                                             \
	"-- GTID state at the beginning of the backup \n--\n\n"                             \
	"SET @@GLOBAL.GTID_PURGED=/*!80000 '+'*/ 'aaaa-bb:1-5,\ncccc-dd:1-3';\n\n--\n"      \
	"-- Position to start replication or point-in-time recovery from\n--\n\n"           \
	"-- CHANGE REPLICATION SOURCE TO SOURCE_LOG_FILE='binlog.000002', "                 \
	"SOURCE_LOG_POS=157;\n\n"
#define MYSQL                                                                               \
	MYSQL_HEADER                                                                        \
	"--\n-- Temporary view structure for view `activos`\n--\n\n"                        \
	"/*!50001 DROP VIEW IF EXISTS `activos`*/;\n"                                       \
	"/*!50001 CREATE VIEW `activos` AS SELECT \n 1 AS `id`,\n 1 AS `t`*/;\n" TABLE_MESA \
	"--\n-- Dumping data for table `mesa`\n--\n\nLOCK TABLES `mesa` WRITE;\n"           \
	"INSERT INTO `mesa` VALUES (1,'a'),(2,'b)(;'),(3,_binary '\\'');\n"                 \
	"INSERT INTO `mesa` VALUES (-4,'a'),(5e10,NULL);\nUNLOCK TABLES;\n" EVENT           \
	ROUTINES ROUTINE FINAL LAST_STATEMENTS FOOTER

struct reading {
	struct arena a;
	struct backup_facts facts;
};

static void read_text(struct reading *r, struct str text, size_t step, bool optional)
{
	struct backup_dump d;
	struct backup_whole w = { .footer_optional = optional, .head = str_sub(text, 0, 300) };
	struct error err = { 0 };

	arena_init(&r->a, MAX_ARENA);
	backup_facts_init(&r->facts, &r->a, true);
	backup_dump_init(&d, &r->facts);
	for (size_t at = 0; at < text.n; at += step)
		expect_int("feed", backup_dump_feed(&d, str_sub(text, at, step), &err), 0);
	w.lines = backup_dump_lines(&d);
	expect_int("end", backup_dump_end(&d, &err), 0);
	backup_dump_release(&d);
	backup_unmet(&r->facts, &w);
}

static void expect_names(const char *row, const struct backup_names *got, const char *want)
{
	struct strbuf sb;

	strbuf_init(&sb, 100000);
	for (size_t i = 0; i < got->count; i++)
		strbuf_addf(&sb, "%s%.*s", i ? " | " : "", STR_ARG(got->items[i]));
	expect_text(row, strbuf_str(&sb), want);
	strbuf_release(&sb);
}

/* ---- healthy dumps ---- */

static void check_healthy(const char *row, const struct backup_facts *f, uint64_t rows)
{
	expect_names(row, &f->damages, "");
	expect_int(row, (intmax_t)f->ntables, 1);
	expect_text(row, f->tables[0].name, "mesa");
	expect_int(row, (intmax_t)f->tables[0].rows, (intmax_t)rows);
	expect_names(row, &f->tables[0].columns, "id | we`ird");
	expect_int(row, (intmax_t)f->nviews, 1);
	expect_text(row, f->views[0].name, "activos");
	expect_names(row, &f->views[0].columns, "id | t");
	expect_names(row, &f->lists[BACKUP_ROUTINES], "pr");
	expect_names(row, &f->lists[BACKUP_EVENTS], "ev");
	expect_text(row, f->database, "shop");
	expect_text(row, f->completed, "2026-11-24 12:55:03");
}

static void test_backup_dump_mariadb(void **state)
{
	static const size_t steps[] = { 1, 2, 3, 7, 24, 25, 100, 1000000 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(steps); i++) {
		struct reading r;

		read_text(&r, STR(MARIADB), steps[i], false);
		check_healthy("mariadb", &r.facts, 6);
		expect_names("mariadb", &r.facts.lists[BACKUP_TRIGGERS], "trg");
		expect_text("mariadb", r.facts.tool, "mariadb-dump 10.11.19-MariaDB");
		expect_text("mariadb", r.facts.server, "10.11.19-MariaDB-log");
		expect_text("mariadb", r.facts.position, "bin.000002:344");
		expect_text("mariadb", r.facts.gtid, "0-1-7");
		arena_release(&r.a);
	}
}

static void test_backup_dump_mysql(void **state)
{
	static const size_t steps[] = { 1, 2, 3, 7, 24, 25, 100, 1000000 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(steps); i++) {
		struct reading r;

		read_text(&r, STR(MYSQL), steps[i], false);
		check_healthy("mysql", &r.facts, 5);
		expect_names("mysql", &r.facts.lists[BACKUP_TRIGGERS], "");
		expect_text("mysql", r.facts.tool, "mysqldump 9.7.4");
		expect_text("mysql", r.facts.server, "9.7.4");
		expect_text("mysql", r.facts.position, "binlog.000002:157");
		expect_text("mysql", r.facts.gtid, "aaaa-bb:1-5,cccc-dd:1-3");
		arena_release(&r.a);
	}
}

/* ---- damages ---- */

/* `find` in `text` becomes `put`; with `cut` nothing comes behind it. */
struct edit {
	const char *name;
	struct str text;
	const char *find;
	const char *put;
	bool cut;
	const char *want; /* the damages; "" when there are none */
};

static const struct edit edits[] = {
	{ "healthy, CRLF at the end", STR_INIT(MARIADB), "12:55:03\n", "12:55:03\r\n", false, "" },
	{ "no last line end", STR_INIT(MARIADB), "12:55:03\n", "12:55:03", false, "" },
	{ "no date", STR_INIT(MARIADB), " on 2026-11-24 12:55:03", "", false, "" },
	{ "blank lines at the end", STR_INIT(MARIADB), "12:55:03\n", "12:55:03\n\n \n", false, "" },
	{ "columns named", STR_INIT(MARIADB), "INSERT INTO `mesa` VALUES\n",
		"INSERT  IGNORE INTO `mesa` (`id`, `b`) VALUES\n", false, "" },
	{ "cut at a line", STR_INIT(MARIADB), "UNLOCK TABLES;\n", "", true,
		"line 37: the data of table 'mesa' is not closed: its LOCK TABLES has no UNLOCK TABLES | "
		"line 19: of view 'activos' there is only what stands in for it; the view itself is missing | "
		"the last line of a dump, `-- Dump completed`, is missing: it ends with line 46" },
	{ "cut behind a section", STR_INIT(MARIADB), "DELIMITER ;;\n/*!50003 CREATE", "", true,
		"the last line of a dump, `-- Dump completed`, is missing: it ends with line 47 | "
		"line 19: of view 'activos' there is only what stands in for it; the view itself is missing" },
	{ "cut between rows", STR_INIT(MARIADB), "(2,'(1)", "", true,
		"line 39: the statement that begins here is not closed | "
		"line 37: the data of table 'mesa' is not closed: its LOCK TABLES has no UNLOCK TABLES | "
		"the last line of a dump, `-- Dump completed`, is missing: it ends with line 40 | "
		"line 19: of view 'activos' there is only what stands in for it; the view itself is missing" },
	{ "cut in a string", STR_INIT(MARIADB), "),(2);\\n-- Dump completed'", "", true,
		"line 39: the statement that begins here is not closed | "
		"line 37: the data of table 'mesa' is not closed: its LOCK TABLES has no UNLOCK TABLES | "
		"the last line of a dump, `-- Dump completed`, is missing: it ends with line 41 | "
		"line 19: of view 'activos' there is only what stands in for it; the view itself is missing" },
	{ "cut in the last line", STR_INIT(MARIADB), " 12:55:03\n", "", true,
		"the last line of a dump, `-- Dump completed`, is missing: it ends with line 85" },
	{ "the last line is indented", STR_INIT(MARIADB), "-- Dump completed on 2026-11", " -- Dump completed on 2026-11",
		false, "the last line of a dump, `-- Dump completed`, is missing: it ends with line 85" },
	{ "a lost piece ends a row early", STR_INIT(MARIADB), "\\n-- Dump completed'),", "", false,
		"line 41: the line ends inside a string of table 'mesa': the row is cut" },
	{ "a row ends early", STR_INIT(MARIADB), "'it\\'s'),", "", false,
		"line 40: the line ends inside a row of table 'mesa': the row is cut" },
	{ "a message first", STR_INIT(MARIADB), "/*M!999999\\- enable",
		"mariadb-dump: [Warning] hm\n/*M!999999\\- enable", false,
		"line 1: a message of the tool went into the dump: mariadb-dump: [Warning] hm" },
	{ "a message between rows", STR_INIT(MARIADB), "(3,'a", "mysqldump: Error 2013\n(3,'a", false,
		"line 42: a message of the tool went into the dump: mysqldump: Error 2013" },
	{ "a message inside a row", STR_INIT(MARIADB), "(3,'a", "(3,mysqldump: Error 2013\n'a", false,
		"line 42: the line ends inside a row of table 'mesa': the row is cut" },
	{ "a view failed", STR_INIT(MARIADB), FINAL, "-- failed on view `activos`: CREATE x\n\n", false,
		"line 73: the dump says that it lacks something: -- failed on view `activos`: CREATE x | "
		"line 19: of view 'activos' there is only what stands in for it; the view itself is missing" },
	{ "no view behind the stand-in", STR_INIT(MARIADB), FINAL, "", false,
		"line 19: of view 'activos' there is only what stands in for it; the view itself is missing" },
	{ "not allowed to see", STR_INIT(MARIADB), "/*!50003 DROP PROCEDURE",
		"-- insufficient privileges to SHOW CREATE PROCEDURE `pr`\n/*!50003 DROP PROCEDURE", false,
		"line 63: the dump says that it lacks something: -- insufficient privileges to SHOW CREATE PROCEDURE `pr`" },
	{ "no data", STR_INIT(MARIADB), DATA_MESA, "", false,
		"there is no data in the dump, only definitions: no INSERT and no data section (--no-data)" },
	{ "two dumps", STR_INIT(MARIADB), FOOTER, FOOTER MYSQL, false,
		"line 86: a second dump begins here, behind the end of the one of line 2" },
	{ "a second dump in the first", STR_INIT(MARIADB_HEADER TABLE_MESA MYSQL), "@none", "", false,
		"line 23: a second dump begins here, before the end of the one of line 2" },
	{ "a second dump in a row", STR_INIT(MARIADB), "(2,'(1)", MYSQL_HEADER "LOCK TABLES `b` WRITE;\nUNLOCK TABLES;\n" FOOTER, true,
		"line 39: the statement that begins here is not closed | "
		"line 41: a second dump begins here, before the end of the one of line 2 | "
		"line 37: the data of table 'mesa' is not closed: its LOCK TABLES has no UNLOCK TABLES | "
		"line 19: of view 'activos' there is only what stands in for it; the view itself is missing" },
	{ "a second dump in a body", STR_INIT(MARIADB), "-- Table structure for table `none`\nEND\n;;\nDELIMITER ;\n", MYSQL_HEADER,
		false,
		"line 69: a statement between the DELIMITER lines of line 64 and here is not closed | "
		"line 69: a second dump begins here, before the end of the one of line 2" },
	{ "more behind the end", STR_INIT(MARIADB FINAL), "@none", "", false,
		"something follows behind `-- Dump completed`, which must be the last line; the file ends with line 93" },
	{ "no header", STR_INIT(BODY FOOTER), "@none", "", false, "line 1: the header of the dump is missing" },
	{ "cut in a body", STR_INIT(MARIADB), "END\n;;\n", "END\n", true,
		"line 64: the DELIMITER that is set here is not set back | "
		"the last line of a dump, `-- Dump completed`, is missing: it ends with line 70 | "
		"line 19: of view 'activos' there is only what stands in for it; the view itself is missing" },
	{ "a body without its end", STR_INIT(MARIADB), "END\n;;\n", "END\n", false,
		"line 71: a statement between the DELIMITER lines of line 64 and here is not closed" },
	{ "nothing in it", STR_INIT(MARIADB_HEADER LAST_STATEMENTS FOOTER), "@none", "", false,
		"there is nothing in the dump: no table, view, trigger, routine or event" },
	{ "no comments", STR_INIT(BODY), "@none", "", false,
		"cannot tell: the dump has no comments (--skip-comments, --compact), so that nothing in it says that it is complete; "
		"with `footer: optional` its last statement counts" },
	{ "empty", STR_INIT(""), "@none", "", false, "the file is empty" },
	{ "a web page", STR_INIT("<html>\n<p>(it's)</p>\n"), "@none", "", false,
		"line 1: the statement that begins here is not closed | "
		"line 1: the file does not begin as mysqldump and mariadb-dump begin theirs" },
	{ "gzip twice", STR_INIT("\x1f\x8b\x08\x00\x00\x00"), "@none", "", false,
		"line 1: the statement that begins here is not closed | "
		"byte 3 of the text is a zero byte, of which a dump has none: a hole in the file | "
		"compressed twice: what comes out of the outer data is gzip data again" },
	{ "UTF-16", STR_INIT("\xff\xfe-\0-\0"), "@none", "", false, NULL },
	{ "a hole", STR_INIT(MARIADB_HEADER TABLE_MESA DATA_MESA "\0\0\0\n" FOOTER), "@none", "", false, NULL },
};

static bool is_damaged_as(const struct backup_facts *f, const char *want)
{
	for (size_t i = 0; i < f->damages.count; i++)
		if (str_find(f->damages.items[i], str_from(want)) != SIZE_MAX)
			return true;
	return false;
}

static struct str edited(struct strbuf *out, const struct edit *e)
{
	struct str find = str_from(e->find);
	size_t at = str_find(e->text, find);

	strbuf_init(out, 1000000);
	if (at == SIZE_MAX) {
		expect_text(e->name, find, "@none");
		return e->text;
	}
	strbuf_add(out, str_sub(e->text, 0, at));
	strbuf_adds(out, e->put);
	if (!e->cut)
		strbuf_add(out, str_sub(e->text, at + find.n, SIZE_MAX));
	return strbuf_str(out);
}

/* The damages of a row, in the order of the text and without order between both readings. */
static void check_edit(const struct edit *e, size_t step)
{
	struct strbuf sb;
	struct reading r;
	struct str want = str_from(e->want);

	read_text(&r, edited(&sb, e), step, false);
	if (e->want) {
		size_t n = 0;

		while (want.p) {
			size_t bar = str_find(want, STR(" | "));
			struct str one = str_sub(want, 0, bar);
			struct strbuf text;

			strbuf_init(&text, 10000);
			strbuf_add(&text, one);
			if (one.n && !is_damaged_as(&r.facts, strbuf_cstr(&text)))
				expect_names(e->name, &r.facts.damages, e->want);
			n += one.n > 0;
			strbuf_release(&text);
			want = bar == SIZE_MAX ? (struct str){ 0 } : str_sub(want, bar + 3, SIZE_MAX);
		}
		if (r.facts.damages.count != n)
			expect_names(e->name, &r.facts.damages, e->want);
	} else {
		expect_true(e->name, r.facts.damages.count > 0);
	}
	arena_release(&r.a);
	strbuf_release(&sb);
}

static void test_backup_dump_damages(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(edits); i++) {
		check_edit(&edits[i], 1000000);
		check_edit(&edits[i], 1);
		check_edit(&edits[i], 11);
	}
}

/* Each prefix of a dump is damaged, but for one that lacks only the date of its last line. */
static void test_backup_dump_every_cut(void **state)
{
	static const struct str texts[] = { STR_INIT(MARIADB), STR_INIT(MYSQL) };
	const size_t date = strlen(" on 2026-11-24 12:55:03\n");

	(void)state;
	for (size_t t = 0; t < ARRAY_SIZE(texts); t++)
		for (size_t n = 0; n + 1 < texts[t].n; n++) {
			struct reading r;

			read_text(&r, str_sub(texts[t], 0, n), 1000000, false);
			if (n + date != texts[t].n && n + date - 1 != texts[t].n)
				expect_true("cut", r.facts.damages.count > 0);
			arena_release(&r.a);
		}
}

/* ---- other shapes ---- */

static void test_backup_dump_footer_optional(void **state)
{
	static const struct {
		const char *name;
		struct str text;
		bool holds;
	} rows[] = {
		{ "without comments", STR_INIT(BODY), true },
		{ "compact", STR_INIT("CREATE TABLE `a` (\n  `id` int\n);\nINSERT INTO `a` VALUES\n(1);\n"), true },
		{ "compact, cut", STR_INIT("CREATE TABLE `a` (\n  `id` int\n);\nINSERT INTO `a` VALUES\n(1)"), false },
		{ "with comments, cut", STR_INIT(MARIADB_HEADER BODY), false },
		{ "no dump", STR_INIT("hello;\n"), false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct reading r;

		read_text(&r, rows[i].text, 1000000, true);
		expect_int(rows[i].name, r.facts.damages.count == 0, rows[i].holds);
		arena_release(&r.a);
	}
}

static void test_backup_dump_several_databases(void **state)
{
	struct reading r;

	(void)state;
	read_text(&r,
		STR(MARIADB_HEADER "-- Current Database: `shop`\n\nUSE `shop`;\n" TABLE_MESA DATA_MESA TRIGGER
				   "-- Current Database: `other`\n\nUSE `other`;\n" TABLE_MESA
				   "INSERT INTO `mesa` VALUES (1),(2);\n" ROUTINES ROUTINE FOOTER),
		5, false);
	expect_names("several", &r.facts.damages, "");
	expect_int("several", (intmax_t)r.facts.ntables, 2);
	expect_text("several", r.facts.tables[0].name, "shop.mesa");
	expect_int("several", (intmax_t)r.facts.tables[0].rows, 6);
	expect_text("several", r.facts.tables[1].name, "other.mesa");
	expect_int("several", (intmax_t)r.facts.tables[1].rows, 2);
	expect_names("several", &r.facts.lists[BACKUP_TRIGGERS], "shop.trg");
	expect_names("several", &r.facts.lists[BACKUP_ROUTINES], "other.pr");
	arena_release(&r.a);
}

static void test_backup_dump_notes(void **state)
{
	struct reading r;

	(void)state;
	read_text(&r, STR(MARIADB_HEADER TABLE_MESA DATA_MESA "CREATE TABLE `b` (\n  `i` int\n);\n" ROUTINES LAST_STATEMENTS FOOTER),
		1000000, false);
	expect_names("notes", &r.facts.damages, "");
	expect_names("notes", &r.facts.notes,
		"line 42: the section of routines of 'shop' is empty: there are none, or the account could not see them; the option contract tells which"
		" | table 'b' comes without its data");
	arena_release(&r.a);
}

static void test_backup_dump_charset(void **state)
{
	struct arena a;
	struct backup_facts f;
	struct backup_dump d;
	struct error err = { 0 };

	(void)state;
	arena_init(&a, MAX_ARENA);
	backup_facts_init(&f, &a, false);
	backup_dump_init(&d, &f);
	assert_int_equal(backup_dump_feed(&d, STR("/*!40101 SET NAMES gbk */;\n"), &err), -1);
	assert_non_null(strstr(err.message, "gbk"));
	backup_dump_release(&d);
	arena_release(&a);
}

/* Each allocation fails in turn: an error, or the arena remembers. */
static void test_backup_dump_out_of_memory(void **state)
{
	(void)state;
	for (uint64_t n = 0;; n++) {
		struct arena a;
		struct backup_facts f;
		struct backup_dump d;
		struct error err = { 0 };

		assert_true(n < 5000);
		arena_init(&a, MAX_ARENA);
		backup_facts_init(&f, &a, true);
		backup_dump_init(&d, &f);
		(void)mem_fail_after(n);
		int rc = backup_dump_feed(&d, STR(MARIADB), &err) || backup_dump_end(&d, &err);
		bool failed = rc || arena_failed(&a);
		(void)mem_fail_after(UINT64_MAX);
		if (rc)
			assert_int_equal(err.code, ERR_OOM);
		if (!failed)
			check_healthy("memory", &f, 6);
		backup_dump_release(&d);
		arena_release(&a);
		if (!failed)
			break;
	}
}

static void test_backup_foreign(void **state)
{
	char tar[300] = { 0 };

	(void)state;
	memcpy(tar + 257, "ustar", 5);
	assert_non_null(strstr(backup_foreign(STR("PGDMP...")), "PostgreSQL"));
	assert_non_null(strstr(backup_foreign(str_make(tar, sizeof(tar))), "tar"));
	assert_null(backup_foreign(STR(MARIADB)));
	assert_null(backup_foreign(STR(MYSQL)));
	assert_null(backup_foreign(STR("")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_backup_dump_mariadb),
		cmocka_unit_test(test_backup_dump_mysql),
		cmocka_unit_test(test_backup_dump_damages),
		cmocka_unit_test(test_backup_dump_every_cut),
		cmocka_unit_test(test_backup_dump_footer_optional),
		cmocka_unit_test(test_backup_dump_several_databases),
		cmocka_unit_test(test_backup_dump_notes),
		cmocka_unit_test(test_backup_dump_charset),
		cmocka_unit_test(test_backup_dump_out_of_memory),
		cmocka_unit_test(test_backup_foreign),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
