#include "harness/base/glob.h"

#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/expect.h"

static void test_glob_fits(void **state)
{
	static const struct {
		const char *pattern, *path;
		bool fits;
	} rows[] = {
		{ "a.hurl", "a.hurl", true },		{ "a.hurl", "b/a.hurl", false },
		{ "*.hurl", "a.hurl", true },		{ "*.hurl", "b/a.hurl", false },
		{ "?.hurl", "a.hurl", true },		{ "?.hurl", "aa.hurl", false },
		{ "[ab].hurl", "b.hurl", true },	{ "[ab].hurl", "c.hurl", false },
		{ "b/*.hurl", "b/a.hurl", true },	{ "b/*.hurl", "b/c/a.hurl", false },
		{ "**/*.hurl", "a.hurl", true },	{ "**/*.hurl", "b/c/a.hurl", true },
		{ "b/**/a.hurl", "b/a.hurl", true },	{ "b/**/a.hurl", "b/c/d/a.hurl", true },
		{ "b/**/a.hurl", "c/a.hurl", false },	{ "b/**", "b/c/a.hurl", true },
		{ "b/**/c/*.hurl", "b/c/c/a.hurl", true }, { "b/**/c/*.hurl", "b/c/d/a.hurl", false },
		{ "/x/*.hurl", "/x/a.hurl", true },	{ "b/c/*", "b/c", false },
	};
	struct arena a;

	(void)state;
	arena_init(&a, 1 << 16);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (glob_fits(&a, rows[i].pattern, rows[i].path) != rows[i].fits)
			fail_msg("'%s' and '%s'", rows[i].pattern, rows[i].path);
	arena_release(&a);
}

static void put(const char *folder, const char *name)
{
	struct error err;
	struct arena a;

	arena_init(&a, 1 << 16);
	assert_int_equal(file_replace(arena_printf(&a, "%s/%s", folder, name).p, STR(""), 0600, &err), 0);
	arena_release(&a);
}

static void test_glob_files(void **state)
{
	static const char *const suffixes[] = { ".hurl", NULL };
	static const struct {
		const char *pattern;
		size_t want;
	} rows[] = { { "*.hurl", 2 }, { "**/*.hurl", 3 }, { "sub/*", 1 }, { "a.hurl", 1 }, { "no*", 0 }, { "nowhere/*.hurl", 0 }, { "*.txt", 0 } };
	static const char *const names[] = { "a.hurl", "b.hurl", "c.txt", ".hidden.hurl", "sub/d.hurl" };
	char folder[] = "/tmp/test_glob.XXXXXX";
	const char *const *files;
	struct arena a;
	struct error err;
	size_t n;

	(void)state;
	arena_init(&a, 1 << 20);
	assert_non_null(mkdtemp(folder));
	assert_int_equal(mkdir(arena_printf(&a, "%s/sub", folder).p, 0700), 0);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		put(folder, names[i]);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const char *pattern = arena_printf(&a, "%s/%s", folder, rows[i].pattern).p;

		assert_int_equal(glob_files(&a, pattern, suffixes, 10, &files, &n, &err), 0);
		if (n != rows[i].want)
			fail_msg("'%s': %zu files", rows[i].pattern, n);
		for (size_t j = 1; j < n; j++)
			assert_true(strcmp(files[j - 1], files[j]) < 0);
	}
	assert_int_equal(glob_files(&a, arena_printf(&a, "%s/**", folder).p, suffixes, 2, &files, &n, &err), -1);
	assert_int_equal(err.code, ERR_LIMIT);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		assert_int_equal(unlink(arena_printf(&a, "%s/%s", folder, names[i]).p), 0);
	assert_int_equal(rmdir(arena_printf(&a, "%s/sub", folder).p), 0);
	assert_int_equal(rmdir(folder), 0);
	arena_release(&a);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_glob_fits),
		cmocka_unit_test(test_glob_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
