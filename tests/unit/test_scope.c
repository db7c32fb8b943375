#include "harness/judge/scope.h"

#include "tests/unit/expect.h"

static void set(struct scope *s, const char *name, int64_t i, bool local)
{
	struct arena a;
	struct error err = { 0 };
	arena_init(&a, 1 << 16);
	const struct value *v = value_int(&a, i);
	assert_int_equal(local ? scope_set_local(s, str_from(name), v, &err) : scope_set(s, str_from(name), v, &err), 0);
	arena_release(&a);	/* the scope has a copy */
}

static int64_t get(const struct scope *s, const char *name)
{
	const struct value *v = scope_get(s, str_from(name));
	return v ? v->u.integer : -1;
}

static void test_scope_layers(void **state)
{
	struct error err = { 0 };
	struct scope *root = scope_new(NULL, &err);
	struct scope *child = scope_new(root, &err);

	(void)state;
	set(root, "a", 1, false);
	set(child, "row", 2, true);
	assert_int_equal(get(child, "a"), 1);
	assert_int_equal(get(child, "row"), 2);
	assert_int_equal(get(root, "row"), -1);
	set(child, "row", 3, false);		/* bound here: stays here */
	assert_int_equal(get(root, "row"), -1);
	set(child, "captured", 4, false);	/* bound nowhere: visible after the RUN */
	assert_int_equal(get(root, "captured"), 4);
	set(child, "a", 5, true);		/* hides */
	assert_int_equal(get(child, "a"), 5);
	assert_int_equal(get(root, "a"), 1);
	scope_free(child);
	scope_free(root);
	scope_free(NULL);
}

/* A new value may be made of the old one. */
static void test_scope_replaces_itself(void **state)
{
	struct error err = { 0 };
	struct arena a;
	struct scope *s = scope_new(NULL, &err);

	(void)state;
	arena_init(&a, 1 << 16);
	assert_int_equal(scope_set(s, STR("x"), value_string(&a, STR("text")), &err), 0);
	const struct value *part = value_string(&a, str_sub(scope_get(s, STR("x"))->text, 1, 2));
	assert_int_equal(scope_set(s, STR("x"), part, &err), 0);
	expect_text("part", scope_get(s, STR("x"))->text, "ex");
	expect_text("suggestion", scope_suggest(s, STR("y")), "x");
	expect_text("nothing near", scope_suggest(s, STR("something")), "");
	arena_release(&a);
	scope_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_scope_layers),
		cmocka_unit_test(test_scope_replaces_itself),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
