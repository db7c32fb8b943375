#include "harness/report/name_map.h"

#include "harness/base/arena.h"
#include "tests/unit/expect.h"

static void test_name_map_finds_all(void **state)
{
	struct name_map m = { 0 };
	struct arena a;

	(void)state;
	arena_init(&a, 1 << 24);
	assert_null(name_map_find(&m, STR("nothing yet")));
	for (size_t i = 0; i < 5000; i++) {
		size_t *value = name_map_at(&m, arena_printf(&a, "name %zu", i));

		assert_non_null(value);
		assert_true(*value == SIZE_MAX);
		*value = i;
	}
	for (size_t i = 0; i < 5000; i++) {
		const size_t *value = name_map_find(&m, arena_printf(&a, "name %zu", i));

		assert_non_null(value);
		assert_int_equal(*value, i);
	}
	assert_null(name_map_find(&m, STR("name 5000")));
	assert_int_equal(*name_map_at(&m, STR("name 17")), 17);
	name_map_release(&m);
	assert_null(name_map_find(&m, STR("name 17")));
	name_map_release(&m);
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_name_map_finds_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
