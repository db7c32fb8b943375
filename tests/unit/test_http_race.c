#include "probes/http_race.h"

#include "tests/unit/expect.h"

/* Both sides of 2 ms, and a network in between. */
static void test_http_race_warning(void **state)
{
	static const struct {
		const char *row;
		uint64_t spread_us;
		bool local, warns;
	} rows[] = {
		{ "at once", 0, true, false },
		{ "just so", 2000, true, false },
		{ "too far", 2001, true, true },
		{ "far, over a network", 90000, false, false },
	};
	struct arena a;

	(void)state;
	arena_init(&a, 1 << 20);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct http_race race = { .spread_us = rows[i].spread_us, .local = rows[i].local };
		struct str text = http_race_warning(&a, &race);
		expect_int(rows[i].row, text.p != NULL, rows[i].warns);
		if (rows[i].warns)
			expect_true(rows[i].row, str_starts_with(text, STR("the requests of the race left within 2.001 ms")));
	}
	arena_release(&a);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_http_race_warning),
	};

	return cmocka_run_group_tests_name("http_race", tests, NULL, NULL);
}
