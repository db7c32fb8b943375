#include "harness/base/arena.h"

#include "harness/base/mem.h"
#include "tests/unit/expect.h"

enum { MANY = 3000 };

static void test_arena_gives_aligned_places_that_keep_their_bytes(void **state)
{
	struct arena a;
	unsigned char *places[MANY];

	(void)state;
	arena_init(&a, SIZE_MAX);
	for (size_t i = 0; i < MANY; i++) {
		places[i] = arena_alloc(&a, i % 97);
		assert_non_null(places[i]);
		assert_int_equal((uintptr_t)places[i] % _Alignof(max_align_t), 0);
		memset(places[i], (int)(i % 251), i % 97);
	}
	for (size_t i = 0; i < MANY; i++)
		for (size_t k = 0; k < i % 97; k++)
			assert_int_equal(places[i][k], i % 251);
	arena_release(&a);
}

static void test_arena_takes_sizes_larger_than_a_chunk(void **state)
{
	static const size_t sizes[] = { 1, 5000, 1, 3 * 1024 * 1024, 17, 1024 * 1024 };
	struct arena a;

	(void)state;
	arena_init(&a, SIZE_MAX);
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		char *p = arena_alloc(&a, sizes[i]);

		assert_non_null(p);
		memset(p, 'x', sizes[i]);
	}
	arena_release(&a);
}

static void test_arena_zeroes(void **state)
{
	static const char zeros[64];
	struct arena a;

	(void)state;
	arena_init(&a, SIZE_MAX);
	struct arena_mark mark = arena_mark(&a);
	memset(arena_alloc(&a, 64), 'x', 64);
	arena_rewind(&a, mark);
	assert_memory_equal(arena_zalloc(&a, 64), zeros, 64);
	arena_rewind(&a, mark);
	assert_memory_equal(arena_array(&a, 8, 8), zeros, 64);
	arena_release(&a);
}

static void test_arena_fails_at_its_ceiling_and_stays_failed(void **state)
{
	struct arena a;

	(void)state;
	arena_init(&a, 1024);
	assert_non_null(arena_alloc(&a, 1024));
	assert_false(arena_failed(&a));
	assert_null(arena_alloc(&a, 1));
	assert_true(arena_failed(&a));
	assert_true(arena_is_full(&a));
	assert_null(arena_alloc(&a, 0));
	assert_null(arena_cstr(&a, STR("x")));
	assert_null(arena_str(&a, STR("x")).p);
	assert_null(arena_printf(&a, "%d", 1).p);
	arena_release(&a);
	assert_false(arena_failed(&a));
	assert_false(arena_is_full(&a));
	assert_non_null(arena_alloc(&a, 1024));
	arena_release(&a);
}

static void test_arena_refuses_sizes_that_overflow(void **state)
{
	struct arena a;
	size_t cap = SIZE_MAX / 2 + 1;

	(void)state;
	arena_init(&a, SIZE_MAX);
	struct arena_mark mark = arena_mark(&a);
	assert_null(arena_array(&a, SIZE_MAX / 2, 3));
	assert_true(arena_failed(&a));
	arena_rewind(&a, mark);
	assert_null(arena_alloc(&a, SIZE_MAX));
	arena_rewind(&a, mark);
	assert_null(arena_alloc(&a, SIZE_MAX - 32));
	arena_rewind(&a, mark);
	assert_null(arena_grow(&a, NULL, 0, &cap, 1));
	assert_int_equal(cap, SIZE_MAX / 2 + 1);
	arena_release(&a);
}

static void test_arena_rewinds_to_nested_marks(void **state)
{
	struct arena a;
	struct arena_mark empty, outer, inner;

	(void)state;
	arena_init(&a, 64 * 1024);
	empty = arena_mark(&a);
	const char *kept = arena_cstr(&a, STR("kept"));
	outer = arena_mark(&a);
	for (int round = 0; round < 100; round++) {
		assert_non_null(arena_alloc(&a, 9000));
		inner = arena_mark(&a);
		assert_non_null(arena_alloc(&a, 9000));
		arena_rewind(&a, inner);
		assert_int_equal(a.used, inner.used);
		assert_non_null(arena_alloc(&a, 9000));
		arena_rewind(&a, outer);
		assert_string_equal(kept, "kept");
	}
	assert_int_equal(a.used, outer.used);
	arena_rewind(&a, empty);
	assert_int_equal(a.used, 0);
	assert_null(a.chunk);
	arena_release(&a);
}

static void test_arena_rewind_clears_failure(void **state)
{
	struct arena a;

	(void)state;
	arena_init(&a, 64);
	struct arena_mark mark = arena_mark(&a);
	assert_null(arena_alloc(&a, 65));
	arena_rewind(&a, mark);
	assert_false(arena_failed(&a));
	assert_non_null(arena_alloc(&a, 64));
	arena_release(&a);
}

static void test_arena_grows_arrays_and_keeps_elements(void **state)
{
	struct arena a;
	size_t *items = NULL;
	size_t cap = 0;

	(void)state;
	arena_init(&a, SIZE_MAX);
	for (size_t i = 0; i < MANY; i++) {
		items = arena_grow(&a, items, i, &cap, sizeof(*items));
		assert_non_null(items);
		assert_true(cap > i);
		items[i] = i;
		assert_non_null(arena_alloc(&a, 1));
	}
	for (size_t i = 0; i < MANY; i++)
		assert_int_equal(items[i], i);
	arena_release(&a);
}

static void test_arena_begins_arrays_by_the_size_of_their_elements(void **state)
{
	static const struct {
		size_t size, cap;
	} rows[] = { { 1, 8 }, { 32, 8 }, { 64, 4 }, { 128, 2 }, { 129, 1 }, { 1000, 1 } };
	struct arena a;

	(void)state;
	arena_init(&a, SIZE_MAX);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		size_t cap = 0;

		assert_non_null(arena_grow(&a, NULL, 0, &cap, rows[i].size));
		assert_int_equal(cap, rows[i].cap);
	}
	arena_release(&a);
}

static void test_arena_copies_text(void **state)
{
	struct arena a;

	(void)state;
	arena_init(&a, SIZE_MAX);
	struct str s = arena_str(&a, str_make("a\0b", 3));
	assert_int_equal(s.n, 3);
	assert_memory_equal(s.p, "a\0b", 4);
	assert_null(arena_str(&a, str_make(NULL, 0)).p);
	assert_non_null(arena_str(&a, STR("")).p);
	assert_string_equal(arena_cstr(&a, str_make(NULL, 0)), "");
	s = arena_printf(&a, "%s-%05d", "x", 42);
	expect_text("printf", s, "x-00042");
	assert_int_equal(s.p[s.n], '\0');
	arena_release(&a);
	assert_false(arena_failed(&a));
}

static void test_arena_release_takes_a_zeroed_struct(void **state)
{
	struct arena a = { 0 };

	(void)state;
	arena_release(&a);
	assert_null(arena_alloc(&a, 1));
	arena_release(&a);
}

static void test_arena_survives_a_failing_allocation(void **state)
{
	struct arena a;

	(void)state;
	if (!mem_fail_after(UINT64_MAX))
		skip();		/* only torture builds can make one fail */
	arena_init(&a, SIZE_MAX);
	assert_true(mem_fail_after(0));
	assert_null(arena_alloc(&a, 1));
	assert_true(arena_failed(&a));
	arena_release(&a);
	assert_non_null(arena_alloc(&a, 1));
	arena_release(&a);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_arena_gives_aligned_places_that_keep_their_bytes),
		cmocka_unit_test(test_arena_takes_sizes_larger_than_a_chunk),
		cmocka_unit_test(test_arena_zeroes),
		cmocka_unit_test(test_arena_fails_at_its_ceiling_and_stays_failed),
		cmocka_unit_test(test_arena_refuses_sizes_that_overflow),
		cmocka_unit_test(test_arena_rewinds_to_nested_marks),
		cmocka_unit_test(test_arena_rewind_clears_failure),
		cmocka_unit_test(test_arena_grows_arrays_and_keeps_elements),
		cmocka_unit_test(test_arena_begins_arrays_by_the_size_of_their_elements),
		cmocka_unit_test(test_arena_copies_text),
		cmocka_unit_test(test_arena_release_takes_a_zeroed_struct),
		cmocka_unit_test(test_arena_survives_a_failing_allocation),
	};

	return cmocka_run_group_tests_name("arena", tests, NULL, NULL);
}
