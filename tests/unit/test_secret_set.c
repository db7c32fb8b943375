#include "harness/judge/secret_set.h"

#include "harness/base/arena.h"
#include "harness/base/mem.h"
#include "tests/unit/expect.h"

static struct secret_pattern pattern(struct str text)
{
	return (struct secret_pattern){ .text = text, .name = STR("n"), .whole = true };
}

static bool add(struct secret_set *s, struct str text, size_t *work)
{
	struct secret_step step;
	struct secret_pattern one = pattern(text);
	if (!secret_set_prepare(s, &one, 1, &step, work))
		return false;
	secret_set_apply(s, &step);
	return true;
}

static void test_secret_set_longest(void **state)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{ "abcdefgh!", "abcdefgh" }, { "abcdefg", "abcde" }, { "abcdx", "abcd" }, { "abc", NULL },
		{ "abxdefgh", NULL },	     { "zzzz", "zzzz" },     { "zzzy", NULL },	  { "", NULL },
	};
	struct secret_set s = { 0 };
	size_t work = 0;

	(void)state;
	assert_null(secret_set_longest(&s, STR("abcdef"), &work));
	assert_true(add(&s, STR("abcde"), &work) && add(&s, STR("zzzz"), &work));
	assert_true(add(&s, STR("abcdefgh"), &work) && add(&s, STR("abcd"), &work) && add(&s, STR("abcdf"), &work));
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct secret_pattern *p = secret_set_longest(&s, str_from(rows[i].text), &work);
		expect_text(rows[i].text, p ? p->text : (struct str){ 0 }, rows[i].want ? rows[i].want : "");
	}
	secret_set_release(&s);
}

/* Against a search through the list, over two letters, where much begins alike. */
static void test_secret_set_property(void **state)
{
	struct arena a;
	struct secret_set s = { 0 };
	struct str list[300];
	unsigned seed = 3;
	size_t work = 0;

	(void)state;
	arena_init(&a, 1 << 20);
	for (size_t i = 0; i < ARRAY_SIZE(list); i++) {
		char text[16];
		size_t n = 4 + (seed >> 8) % 9;
		for (size_t j = 0; j < n; j++) {
			seed = seed * 1664525u + 1013904223u;
			text[j] = (seed >> 16) % 2 ? 'a' : 'b';
		}
		list[i] = arena_str(&a, str_make(text, n));
		assert_true(add(&s, list[i], &work));
		size_t want = 0;
		for (size_t j = 0; j <= i; j++)
			if (str_starts_with(list[i], list[j]) && list[j].n > want)
				want = list[j].n;
		expect_int("longest", (intmax_t)secret_set_longest(&s, list[i], &work)->text.n, (intmax_t)want);
		assert_true(s.nruns <= 10);
	}
	for (size_t i = 0; i < ARRAY_SIZE(list); i++)
		assert_non_null(secret_set_get(&s, list[i], &work));
	assert_null(secret_set_get(&s, STR("abc"), &work));
	secret_set_release(&s);
	arena_release(&a);
}

/* A form of one secret may be another secret: whole wins, in whichever order. */
static void test_secret_set_whole(void **state)
{
	struct secret_set s = { 0 };
	struct secret_step step;
	size_t work = 0;
	struct secret_pattern twice[] = { pattern(STR("abcd")), pattern(STR("abcd")) };

	(void)state;
	twice[0].whole = twice[1].whole = false;
	assert_true(secret_set_prepare(&s, twice, 2, &step, &work));
	assert_null(secret_set_get(&s, STR("abcd"), &work)); /* not applied yet */
	secret_set_apply(&s, &step);
	assert_int_equal(s.count, 1);
	assert_false(secret_set_get(&s, STR("abcd"), &work)->whole);
	assert_true(add(&s, STR("abcd"), &work));
	assert_true(secret_set_get(&s, STR("abcd"), &work)->whole);
	secret_set_release(&s);
}

/* One by one: the moves grow with the number of texts and its logarithm, not with its square. */
static void test_secret_set_work(void **state)
{
	struct arena a;
	struct secret_set s = { 0 };
	size_t work = 0, half = 0;
	enum { MANY = 8192 };

	(void)state;
	arena_init(&a, 1 << 20);
	for (int i = 0; i < MANY; i++) {
		assert_true(add(&s, arena_printf(&a, "tok_%05d", (i * 7919) % MANY), &work));
		if (i == MANY / 2)
			half = work;
	}
	expect_true("n log n", work < MANY * 13 * 3);
	expect_true("twice as many cost little more than twice", work < 3 * half);
	work = 0;
	for (int i = 0; i < MANY; i++) {
		struct str t = arena_printf(&a, "tok_%05d!", i);
		assert_non_null(secret_set_longest(&s, t, &work));
	}
	expect_true("a look is a few searches", work < MANY * 13 * 14 / 2);
	secret_set_release(&s);
	arena_release(&a);
}

/* Each allocation fails once: the set is what it was before. */
static void test_secret_set_no_memory(void **state)
{
	struct secret_set s = { 0 };
	struct secret_step step;
	size_t work = 0;

	(void)state;
	assert_true(add(&s, STR("abcd"), &work));
	for (uint64_t n = 0;; n++) {
		struct secret_pattern more[] = { pattern(STR("efgh")), pattern(STR("ijkl")) };
		if (!mem_fail_after(n))
			break;
		bool ok = secret_set_prepare(&s, more, 2, &step, &work);
		(void)mem_fail_after(UINT64_MAX);
		assert_int_equal(s.count, 1);
		assert_null(secret_set_get(&s, STR("efgh"), &work));
		if (!ok)
			continue;
		secret_step_release(&step);
		break;
	}
	assert_non_null(secret_set_get(&s, STR("abcd"), &work));
	secret_set_release(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_secret_set_longest), cmocka_unit_test(test_secret_set_property),
		cmocka_unit_test(test_secret_set_whole),   cmocka_unit_test(test_secret_set_work),
		cmocka_unit_test(test_secret_set_no_memory),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
