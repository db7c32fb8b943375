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

int main(void)
{
	static const struct CMUnitTest tests[] = { cmocka_unit_test(
		test_db_grants_beyond_reading) };

	return cmocka_run_group_tests_name("db_grants", tests, NULL, NULL);
}
