#include "harness/base/strbuf.h"

#include "harness/base/arena.h"
#include "harness/base/mem.h"
#include "tests/unit/expect.h"

static void test_strbuf_is_empty_text_at_first(void **state)
{
	struct strbuf sb;

	(void)state;
	strbuf_init(&sb, 10);
	assert_non_null(strbuf_str(&sb).p);
	assert_int_equal(strbuf_str(&sb).n, 0);
	assert_string_equal(strbuf_cstr(&sb), "");
	strbuf_adds(&sb, NULL);
	strbuf_add(&sb, str_make(NULL, 0));
	strbuf_add_repeat(&sb, 'x', 0);
	strbuf_truncate(&sb, 3);
	assert_null(sb.p);
	assert_false(strbuf_failed(&sb));
	strbuf_release(&sb);
}

static void test_strbuf_builds_text(void **state)
{
	struct strbuf sb;

	(void)state;
	strbuf_init(&sb, 1000);
	strbuf_add(&sb, str_make("a\0b", 3));
	strbuf_addc(&sb, '-');
	strbuf_add_repeat(&sb, '=', 3);
	strbuf_addf(&sb, "%s%04d", "n", 7);
	strbuf_add_utf8(&sb, 0x20ac);
	expect_str("all", strbuf_str(&sb), STR("a\0b-===n0007\xe2\x82\xac"));
	assert_int_equal(sb.p[sb.n], '\0');
	strbuf_truncate(&sb, 4);
	expect_str("cut", strbuf_str(&sb), STR("a\0b-"));
	strbuf_clear(&sb);
	assert_int_equal(sb.n, 0);
	strbuf_release(&sb);
	assert_null(sb.p);
}

static void test_strbuf_grows_as_it_goes(void **state)
{
	struct strbuf sb;
	struct mem_stats before = mem_stats();

	(void)state;
	strbuf_init(&sb, SIZE_MAX);
	for (size_t i = 0; i < 100000; i++)
		strbuf_addc(&sb, (char)('a' + i % 26));
	assert_false(strbuf_failed(&sb));
	assert_int_equal(sb.n, 100000);
	for (size_t i = 0; i < sb.n; i++)
		assert_int_equal(sb.p[i], 'a' + i % 26);
	assert_true(mem_stats().allocations - before.allocations < 20);
	strbuf_release(&sb);
}

static void test_strbuf_stops_at_its_ceiling(void **state)
{
	struct strbuf sb;

	(void)state;
	strbuf_init(&sb, 5);
	strbuf_adds(&sb, "12345");
	assert_false(strbuf_failed(&sb));
	strbuf_addc(&sb, '6');
	assert_true(strbuf_failed(&sb));
	expect_text("kept", strbuf_str(&sb), "12345");
	strbuf_truncate(&sb, 1);
	strbuf_addc(&sb, 'x');
	expect_text("sticky", strbuf_str(&sb), "1");
	strbuf_clear(&sb);
	strbuf_addf(&sb, "%d", 12345);
	expect_text("cleared", strbuf_str(&sb), "12345");
	strbuf_addf(&sb, "%d", 6);
	assert_true(strbuf_failed(&sb));
	strbuf_release(&sb);
}

static void test_strbuf_adds_all_or_nothing(void **state)
{
	struct strbuf sb;

	(void)state;
	strbuf_init(&sb, 4);
	strbuf_adds(&sb, "ab");
	strbuf_adds(&sb, "cde");
	expect_text("text", strbuf_str(&sb), "ab");
	strbuf_clear(&sb);
	strbuf_add_repeat(&sb, 'x', 5);
	expect_text("repeat", strbuf_str(&sb), "");
	assert_true(strbuf_failed(&sb));
	strbuf_release(&sb);
}

static void test_strbuf_reserve_then_advance(void **state)
{
	struct strbuf sb;

	(void)state;
	strbuf_init(&sb, 100);
	char *place = strbuf_reserve(&sb, 50);
	memcpy(place, "hello", 5);
	strbuf_advance(&sb, 5);
	expect_text("written", strbuf_str(&sb), "hello");
	assert_null(strbuf_reserve(&sb, 96));
	assert_true(strbuf_failed(&sb));
	strbuf_release(&sb);
}

static void test_strbuf_takes_a_zeroed_struct(void **state)
{
	struct strbuf sb = { 0 };

	(void)state;
	strbuf_addc(&sb, 'x');
	assert_true(strbuf_failed(&sb));
	strbuf_release(&sb);
}

static void test_strbuf_survives_a_failing_allocation(void **state)
{
	struct strbuf sb;

	(void)state;
	if (!mem_fail_after(UINT64_MAX))
		skip();		/* only torture builds can make one fail */
	strbuf_init(&sb, 1000);
	strbuf_adds(&sb, "kept");
	assert_true(mem_fail_after(0));
	strbuf_add_repeat(&sb, 'x', 500);
	assert_true(strbuf_failed(&sb));
	expect_text("kept", strbuf_str(&sb), "kept");
	strbuf_release(&sb);
}

static void test_strbuf_take_tells_the_arena(void **state)
{
	struct strbuf sb;
	struct arena a;
	struct str text;

	(void)state;
	arena_init(&a, 1000);
	strbuf_init(&sb, 4);
	strbuf_adds(&sb, "four");
	text = strbuf_take(&sb, &a);
	assert_null(sb.p);
	expect_text("kept", text, "four");
	assert_false(arena_failed(&a));

	strbuf_init(&sb, 4);
	strbuf_adds(&sb, "fiver");
	text = strbuf_take(&sb, &a);
	assert_null(text.p);
	assert_true(arena_failed(&a));
	arena_release(&a);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_strbuf_is_empty_text_at_first),
		cmocka_unit_test(test_strbuf_builds_text),
		cmocka_unit_test(test_strbuf_grows_as_it_goes),
		cmocka_unit_test(test_strbuf_stops_at_its_ceiling),
		cmocka_unit_test(test_strbuf_adds_all_or_nothing),
		cmocka_unit_test(test_strbuf_reserve_then_advance),
		cmocka_unit_test(test_strbuf_takes_a_zeroed_struct),
		cmocka_unit_test(test_strbuf_survives_a_failing_allocation),
		cmocka_unit_test(test_strbuf_take_tells_the_arena),
	};

	return cmocka_run_group_tests_name("strbuf", tests, NULL, NULL);
}
