#include "harness/base/mem.h"

#include "tests/unit/expect.h"

static void test_mem_gives_places_for_nothing(void **state)
{
	void *p = mem_alloc(0);
	void *q = mem_calloc(0, 8);

	(void)state;
	assert_non_null(p);
	assert_non_null(q);
	p = mem_realloc(p, 0);
	assert_non_null(p);
	mem_free(p);
	mem_free(q);
	mem_free(NULL);
}

static void test_mem_calloc_zeroes_and_checks(void **state)
{
	static const char zeros[300];
	char *p = mem_calloc(100, 3);

	(void)state;
	assert_memory_equal(p, zeros, 300);
	mem_free(p);
	assert_null(mem_calloc(SIZE_MAX / 2, 3));
}

static void test_mem_realloc_keeps_bytes(void **state)
{
	char *p = mem_realloc(NULL, 4);

	(void)state;
	memcpy(p, "abc", 4);
	p = mem_realloc(p, 4000);
	assert_string_equal(p, "abc");
	mem_free(p);
}

static void test_mem_strdup_copies(void **state)
{
	const char *from = "text";
	char *p = mem_strdup(from);

	(void)state;
	assert_ptr_not_equal(p, from);
	assert_string_equal(p, "text");
	mem_free(p);
}

static void test_mem_counts_what_it_gives(void **state)
{
	struct mem_stats before = mem_stats();
	void *p = mem_alloc(10);

	(void)state;
	p = mem_realloc(p, 30);
	mem_free(p);
	assert_int_equal(mem_stats().allocations - before.allocations, 2);
	assert_int_equal(mem_stats().bytes - before.bytes, 40);
}

static void test_mem_fails_the_named_allocation_once(void **state)
{
	void *places[4];

	(void)state;
	if (!mem_fail_after(2))
		skip();		/* only torture builds can make one fail */
	for (size_t i = 0; i < ARRAY_SIZE(places); i++)
		places[i] = mem_alloc(1);
	for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
		assert_int_equal(places[i] == NULL, i == 2);
		mem_free(places[i]);
	}
}

static void test_mem_failed_realloc_keeps_the_old_place(void **state)
{
	char *p = mem_strdup("kept");

	(void)state;
	if (mem_fail_after(0)) {
		assert_null(mem_realloc(p, 100));
		assert_string_equal(p, "kept");
	}
	mem_free(p);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mem_gives_places_for_nothing),
		cmocka_unit_test(test_mem_calloc_zeroes_and_checks),
		cmocka_unit_test(test_mem_realloc_keeps_bytes),
		cmocka_unit_test(test_mem_strdup_copies),
		cmocka_unit_test(test_mem_counts_what_it_gives),
		cmocka_unit_test(test_mem_fails_the_named_allocation_once),
		cmocka_unit_test(test_mem_failed_realloc_keeps_the_old_place),
	};

	return cmocka_run_group_tests_name("mem", tests, NULL, NULL);
}
