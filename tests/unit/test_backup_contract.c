#include "probes/backup_contract.h"

#include "probes/backup_dump.h"
#include "probes/schema_text.h"
#include "tests/unit/expect.h"

#define MAX_ARENA ((size_t)16 * 1024 * 1024)

#define DUMP_OF(server, use)                                                        \
	"-- MariaDB dump 10.19  Distrib 10.11.19-MariaDB\n"                         \
	"-- Host: localhost    Database: shop\n-- Server version\t" server "\n" use \
	"/*!50001 CREATE VIEW `activos` AS SELECT\n 1 AS `id` */;\n"                \
	"CREATE TABLE `mesa` (\n  `id` int,\n  `Zona` int\n);\n"                    \
	"DELIMITER ;;\n/*!50003 CREATE*/ /*!50003 TRIGGER trg BEFORE INSERT ON m */;;\nDELIMITER ;\n" \
	"DELIMITER ;;\nCREATE PROCEDURE `pr`()\nBEGIN\nEND ;;\nDELIMITER ;\n"       \
	"DELIMITER ;;\n/*!50106 CREATE*/ /*!50106 EVENT `ev` ON SCHEDULE */ ;;\nDELIMITER ;\n" \
	"/*!50001 CREATE ALGORITHM=UNDEFINED */\n/*!50001 VIEW `activos` AS select 1 */;\n"
#define DUMP DUMP_OF("10.11.19-MariaDB-log", "")
#define CONTRACT                                                              \
	SCHEMA_MARK "\n\ntable mesa engine=InnoDB charset=utf8mb4\norder mesa id, zona\n" \
		    "column mesa.id int not-null\ncolumn mesa.zona int null\n\n"          \
		    "view activos (id) security=definer sql=5f1c09aa31b2\n\n"             \
		    "trigger trg on mesa before insert body=90ab11c2de34\n\n"             \
		    "procedure pr () body=90ab11c2de34\n\nevent ev every 1 day body=90ab11c2de34\n"

static struct schema_contract contract_of(struct arena *a, const char *text)
{
	struct schema_contract c = { 0 };
	struct error_list errors;

	error_list_init(&errors, a, 10);
	expect_int(text, schema_text_parse(a, source_new(a, "shop.schema", str_from(text)), &c, &errors), 0);
	return c;
}

static void read_dump(struct backup_facts *f, struct arena *a, const char *text)
{
	struct backup_dump d;
	struct error err = { 0 };

	backup_facts_init(f, a, true);
	backup_dump_init(&d, f);
	expect_int("feed", backup_dump_feed(&d, str_from(text), &err), 0);
	expect_int("end", backup_dump_end(&d, &err), 0);
	backup_dump_release(&d);
}

static void test_backup_contract_rows(void **state)
{
	static const struct {
		const char *name, *dump, *more;
		const char *want; /* the damage; "" for none */
	} rows[] = {
		{ "the same", DUMP, "", "" },
		{ "table", DUMP, "table outbox engine=InnoDB charset=utf8mb4\n", "the dump has no table 'outbox', which 'shop.schema' has" },
		{ "column", DUMP, "column mesa.nombre int null\n", "the dump has no column 'mesa.nombre', which 'shop.schema' has" },
		{ "column of a missing table", DUMP, "column outbox.id int null\n", "" },
		{ "view", DUMP, "view otra (id) security=definer sql=5f1c09aa31b2\n", "the dump has no view 'otra', which 'shop.schema' has" },
		{ "trigger", DUMP, "trigger t2 on mesa before insert body=90ab11c2de34\n",
			"the dump has no trigger 't2', which 'shop.schema' has" },
		{ "function", DUMP, "function fn () body=90ab11c2de34\n", "the dump has no function 'fn', which 'shop.schema' has" },
		{ "event", DUMP, "event e2 every 1 day body=90ab11c2de34\n", "the dump has no event 'e2', which 'shop.schema' has" },
		{ "not looked at", DUMP, "index mesa.ix (id)\n", "" },
		{ "of the other server", DUMP, "@mysql table solo engine=InnoDB charset=utf8mb4\n", "" },
		{ "of this server", DUMP, "@mariadb>=10.6 table solo engine=InnoDB charset=utf8mb4\n",
			"the dump has no table 'solo', which 'shop.schema' has" },
		{ "of a later one", DUMP, "@mariadb>=11.0 table solo engine=InnoDB charset=utf8mb4\n", "" },
		{ "of MySQL", DUMP_OF("9.7.4", ""), "@mysql>=8.0.13 table solo engine=InnoDB charset=utf8mb4\n",
			"the dump has no table 'solo', which 'shop.schema' has" },
		{ "several databases", DUMP_OF("9.7.4", "USE `other`;\nCREATE TABLE `solo` (\n  `id` int\n);\nUSE `shop`;\n"),
			"table solo engine=InnoDB charset=utf8mb4\n", "the dump has no table 'solo', which 'shop.schema' has" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct arena a;
		struct backup_facts f;

		arena_init(&a, MAX_ARENA);
		struct str text = arena_printf(&a, CONTRACT "\n%s", rows[i].more);
		struct schema_contract c = contract_of(&a, text.p);
		read_dump(&f, &a, rows[i].dump);
		expect_int(rows[i].name, (intmax_t)f.damages.count, 0);
		backup_contract_check(&f, &c.schema, STR("shop.schema"));
		expect_int(rows[i].name, (intmax_t)f.damages.count, *rows[i].want != '\0');
		if (f.damages.count)
			expect_text(rows[i].name, f.damages.items[0], rows[i].want);
		arena_release(&a);
	}
}

static void test_backup_contract_unexpected(void **state)
{
	struct arena a;
	struct backup_facts f;

	(void)state;
	arena_init(&a, MAX_ARENA);
	struct schema_contract c = contract_of(&a, SCHEMA_MARK "\n\ndatabase charset=utf8mb4\n");
	read_dump(&f, &a, DUMP);
	backup_contract_check(&f, &c.schema, STR("shop.schema"));
	expect_int("damages", (intmax_t)f.damages.count, 0);
	expect_int("notes", (intmax_t)f.notes.count, 1);
	expect_text("note", f.notes.items[0], "the dump has the table 'mesa', which 'shop.schema' has not");
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_backup_contract_rows),
		cmocka_unit_test(test_backup_contract_unexpected),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
