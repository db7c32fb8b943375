#include "harness/base/path.h"

#include "tests/unit/expect.h"

static int setup(void **state)
{
	static struct arena a;

	arena_init(&a, SIZE_MAX);
	*state = &a;
	return 0;
}

static int teardown(void **state)
{
	arena_release(*state);
	return 0;
}

static void test_path_join(void **state)
{
	static const struct {
		const char *dir, *name, *want;
	} rows[] = {
		{ "a", "b", "a/b" },
		{ "a/", "b", "a/b" },
		{ ".", "b", "b" },
		{ "", "b", "b" },
		{ "", "", "." },
		{ ".", ".", "." },
		{ "a", "", "a" },
		{ "a", ".", "a" },
		{ "a", "..", "." },
		{ "a", "../..", ".." },
		{ "a", "../../../b", "../../b" },
		{ "..", "b", "../b" },
		{ "..", "..", "../.." },
		{ "../a", "..", ".." },
		{ "../a", "../b", "../b" },
		{ "a//b", "./c/", "a/b/c" },
		{ "a/b", "../c", "a/c" },
		{ "/", "a", "/a" },
		{ "/", "..", "/" },
		{ "/a", "../../b", "/b" },
		{ "/a/b", "c", "/a/b/c" },
		{ "a", "/b", "/b" },
		{ "a", "//b/./c/../d", "/b/d" },
		{ "a", "...", "a/..." },
		{ "a", ".b", "a/.b" },
		{ "a", "..b", "a/..b" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		expect_text(rows[i].want,
			    str_from(path_join(*state, rows[i].dir, str_from(rows[i].name))),
			    rows[i].want);
}

static void test_path_resolve(void **state)
{
	static const struct {
		const char *file, *name, *want;
	} rows[] = {
		{ "suites/a.suite", "b.sql", "suites/b.sql" },
		{ "a.suite", "b.sql", "b.sql" },
		{ "suites/a.suite", "../b.sql", "b.sql" },
		{ "./a.suite", "../b.sql", "../b.sql" },
		{ "/a.suite", "b.sql", "/b.sql" },
		{ "/s/a.suite", "../../b.sql", "/b.sql" },
		{ "s/a.suite", "/b.sql", "/b.sql" },
		{ "-", "b.sql", "b.sql" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		expect_text(rows[i].want,
			    str_from(path_resolve(*state, rows[i].file, str_from(rows[i].name))),
			    rows[i].want);
}

static void test_path_is_inside(void **state)
{
	static const struct {
		const char *dir, *path;
		bool want;
	} rows[] = {
		{ "a", "a/b", true },
		{ "a", "a", true },
		{ "a/", "a/b/../c", true },
		{ "a", "ab", false },
		{ "a", "a/../b", false },
		{ "a", "b", false },
		{ "a", "..", false },
		{ "a", "/a/b", false },
		{ ".", "a", true },
		{ ".", "a/../..", false },
		{ ".", "../a", false },
		{ ".", "..a", true },
		{ ".", "/a", false },
		{ "..", "a", true },
		{ "..", "../a", true },
		{ "..", "../../a", false },
		{ "../a", "../a/b", true },
		{ "../a", "../ab", false },
		{ "../a", "b", false },
		{ "../..", "../a", true },
		{ "/", "/a", true },
		{ "/", "a", false },
		{ "/a", "/a/b", true },
		{ "/a", "/a/../b", false },
		{ "/a", "/ab", false },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		expect_int(rows[i].path, path_is_inside(*state, rows[i].dir, rows[i].path),
			   rows[i].want);
}

static void test_path_fails_without_memory(void **state)
{
	struct arena none = { 0 };

	(void)state;
	assert_null(path_join(&none, "a", STR("b")));
	assert_null(path_resolve(&none, "a", STR("b")));
	assert_false(path_is_inside(&none, "a", "a/b"));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_path_join),
		cmocka_unit_test(test_path_resolve),
		cmocka_unit_test(test_path_is_inside),
		cmocka_unit_test(test_path_fails_without_memory),
	};

	return cmocka_run_group_tests_name("path", tests, setup, teardown);
}
