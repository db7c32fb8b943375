#include "probes/schema_create.h"

#include "tests/unit/expect.h"

static const char text[] =
	"CREATE TABLE `c` (\n"
	"  `id` int(11) NOT NULL,\n"
	"  `a` varchar(10) DEFAULT 'CONSTRAINT `no` FOREIGN KEY ON DELETE CASCADE',\n"
	"  PRIMARY KEY (`id`),\n"
	"  CONSTRAINT `plain` FOREIGN KEY (`p`) REFERENCES `p` (`id`),\n"
	"  CONSTRAINT `both` FOREIGN KEY (`p`) REFERENCES `p` (`id`) ON DELETE SET NULL ON UPDATE CASCADE,\n"
	"  CONSTRAINT `odd``name` FOREIGN KEY (`p`) REFERENCES `p` (`id`) ON DELETE NO ACTION,\n"
	"  CONSTRAINT `last` FOREIGN KEY (`p`) REFERENCES `p` (`id`) ON UPDATE SET DEFAULT\n"
	") ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci";

static void test_schema_create_rules(void **state)
{
	static const struct {
		const char *name, *on_delete, *on_update;
	} rows[] = {
		{ "plain", "", "" },
		{ "both", "SET NULL", "CASCADE" },
		{ "odd`name", "NO ACTION", "" },
		{ "last", "", "SET DEFAULT" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct str on_delete = STR("untouched");
		struct str on_update = STR("untouched");

		expect_true(rows[i].name,
			schema_create_rules(str_from(text), str_from(rows[i].name), &on_delete, &on_update));
		expect_text(rows[i].name, on_delete, rows[i].on_delete);
		expect_text(rows[i].name, on_update, rows[i].on_update);
	}
}

static void test_schema_create_unknown_keys(void **state)
{
	static const char *const names[] = { "no", "plai", "plainer", "odd", "" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		struct str rule;

		expect_true(names[i],
			!schema_create_rules(str_from(text), str_from(names[i]), &rule, &rule));
	}
	assert_false(schema_create_rules((struct str){ 0 }, STR("x"), NULL, NULL));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_schema_create_rules),
		cmocka_unit_test(test_schema_create_unknown_keys),
	};

	return cmocka_run_group_tests_name("schema_create", tests, NULL, NULL);
}
