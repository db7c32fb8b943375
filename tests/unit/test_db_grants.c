#include "probes/db_grants.h"

#include "tests/unit/value_help.h"

static void test_db_grants_beyond_reading(void **state)
{
	static const struct {
		const char *grants, *want;
	} rows[] = {
		{ "[]", "" },
		{ "[{\"g\":\"GRANT USAGE ON *.* TO `ro`@`%`\"},{\"g\":\"GRANT SELECT, SHOW VIEW ON `d`.* TO `ro`@`%`\"}]",
			"" },
		{ "[{\"g\":\"GRANT ALL PRIVILEGES ON `d`.* TO `u`@`%`\"}]",
			"ALL PRIVILEGES" },
		{ "[{\"g\":\"GRANT SELECT, INSERT, UPDATE ON `d`.* TO `u`@`%` WITH GRANT OPTION\"}]",
			"INSERT, UPDATE, GRANT OPTION" },
		{ "[{\"g\":\"GRANT SELECT (`a`, `b`), INSERT (`a`, `b`) ON `d`.`t` TO `u`@`%`\"}]",
			"INSERT" },
		{ "[{\"g\":\"GRANT INSERT ON `d`.* TO `u`\"},{\"g\":\"GRANT INSERT, DROP ON `e`.* TO `u`\"}]",
			"INSERT, DROP" },
		{ "[{\"g\":\"GRANT `reader`@`%` TO `u`@`%`\"}]", "" },
		{ "[{\"g\":\"GRANT PROXY ON ''@'%' TO 'root'@'localhost' WITH GRANT OPTION\"}]",
			"" },
		{ "[{\"g\":\"GRANT BACKUP_ADMIN,SYSTEM_USER ON *.* TO `u`@`%`\"}]",
			"BACKUP_ADMIN, SYSTEM_USER" },
		{ "[{\"g\":null},{},{\"g\":\"REVOKE DELETE ON *.* FROM `u`@`%`\"}]", "" },
		{ "[{\"g\":\"GRANT A,B,C,D,E,F,G,H,I,J,K,L,M ON *.* TO `u`\"}]",
			"A, B, C, D, E, F, G, H, I, J, K, L, ..." },
	};
	struct arena a;

	(void)state;
	arena_init(&a, 1 << 20);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		expect_text(rows[i].grants,
			db_grants_beyond_reading(&a, help_json(&a, rows[i].grants)),
			rows[i].want);
	assert_null(db_grants_beyond_reading(&a, NULL).p);
	arena_release(&a);
}

static void test_db_grants_hold(void **state)
{
	static const struct {
		const char *grants, *privilege;
		bool holds;
	} rows[] = {
		{ "GRANT SELECT, TRIGGER ON `shop`.* TO `u`@`%`", "TRIGGER", true },
		{ "GRANT SELECT, TRIGGER ON `shop`.* TO `u`@`%`", "EVENT", false },
		{ "GRANT SELECT, TRIGGER ON `other`.* TO `u`@`%`", "TRIGGER", false },
		{ "GRANT ALL PRIVILEGES ON `shop`.* TO `u`@`%`", "EVENT", true },
		{ "GRANT ALL PRIVILEGES ON *.* TO `u`@`%` WITH GRANT OPTION", "EVENT", true },
		{ "GRANT EVENT ON `sh%`.* TO `u`@`%`", "EVENT", true },
		{ "GRANT EVENT ON `s_op`.* TO `u`@`%`", "EVENT", true },
		{ "GRANT EVENT ON `s\\\\_op`.* TO `u`@`%`", "EVENT", false },
		{ "GRANT EVENT ON `sho`.* TO `u`@`%`", "EVENT", false },
		{ "GRANT TRIGGER ON `shop`.`t` TO `u`@`%`", "TRIGGER", false },
		{ "GRANT SHOW VIEW ON `shop`.* TO `u`@`%`", "show view", true },
		{ "GRANT USAGE ON *.* TO `u`@`%`", NULL, false },
		{ "GRANT SELECT ON `shop`.* TO `u`@`%`", NULL, true },
		{ "GRANT SELECT ON `shop`.`t` TO `u`@`%`", NULL, false },
		{ "GRANT `reader`@`%` TO `u`@`%`", NULL, false },
		{ "GRANT PROXY ON ''@'%' TO 'root'@'localhost'", NULL, false },
		{ "REVOKE TRIGGER ON `shop`.* FROM `u`@`%`", "TRIGGER", false },
	};
	struct arena a;

	(void)state;
	arena_init(&a, 1 << 20);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct str json = arena_printf(&a, "[{\"g\":\"%s\"}]", rows[i].grants);

		expect_true(rows[i].grants,
			db_grants_hold(help_json(&a, json.p), STR("shop"), NULL, rows[i].privilege) ==
				rows[i].holds);
	}
	expect_true("of one table",
		db_grants_hold(help_json(&a, "[{\"g\":\"GRANT SELECT ON `mysql`.`proc` TO `u`@`%`\"}]"),
			STR("mysql"), "proc", "SELECT"));
	expect_true("of another",
		!db_grants_hold(help_json(&a, "[{\"g\":\"GRANT SELECT ON `mysql`.`user` TO `u`@`%`\"}]"),
			STR("mysql"), "proc", "SELECT"));
	expect_true("none", !db_grants_hold(NULL, STR("shop"), NULL, NULL));
	arena_release(&a);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_db_grants_beyond_reading),
		cmocka_unit_test(test_db_grants_hold),
	};

	return cmocka_run_group_tests_name("db_grants", tests, NULL, NULL);
}
