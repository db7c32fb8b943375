#include "probes/inbox.h"

#include "tests/unit/expect.h"

static const struct str no_pattern;

static void test_inbox_keeps_order(void **state)
{
	struct error err = { 0 };
	struct inbox *b = inbox_new(&limits_default, &err);
	char payload[] = "one";

	(void)state;
	assert_non_null(b);
	assert_int_equal(inbox_add(b, no_pattern, STR("c"), str_from(payload), &err), 0);
	payload[0] = 'x'; /* it has a copy of its own */
	assert_int_equal(inbox_add(b, STR("p:*"), STR("p:1"), STR(""), &err), 0);
	assert_int_equal(inbox_count(b), 2);
	expect_text("first", inbox_at(b, 0)->payload, "one");
	expect_text("second", inbox_at(b, 1)->channel, "p:1");
	assert_non_null(inbox_at(b, 1)->payload.p);
	assert_true(inbox_message_is_on(inbox_at(b, 1), STR("p:1")));
	assert_true(inbox_message_is_on(inbox_at(b, 1), STR("p:*")));
	assert_false(inbox_message_is_on(inbox_at(b, 0), STR("p:1")));
	assert_false(inbox_at(b, 0)->taken);
	inbox_take(b, 0);
	assert_true(inbox_at(b, 0)->taken);
	inbox_free(b);
	inbox_free(NULL);
}

static void test_inbox_hears(void **state)
{
	struct error err = { 0 };
	struct inbox *b = inbox_new(&limits_default, &err);

	(void)state;
	assert_int_equal(inbox_listen(b, STR("c"), false, &err), 0);
	assert_int_equal(inbox_listen(b, STR("p:*"), true, &err), 0);
	assert_true(inbox_hears(b, STR("c")));
	assert_true(inbox_hears(b, STR("p:x")));
	assert_true(inbox_hears(b, STR("p:*")));
	assert_false(inbox_hears(b, STR("cc")));
	assert_false(inbox_hears(b, STR("p")));
	inbox_free(b);
}

static void test_inbox_ceilings(void **state)
{
	struct limits few = limits_default;
	struct limits small = limits_default;
	struct error err = { 0 };
	struct inbox *b;

	(void)state;
	few.max_messages = 3;
	b = inbox_new(&few, &err);
	for (int i = 0; i < 3; i++)
		assert_int_equal(inbox_add(b, no_pattern, STR("c"), STR("m"), &err), 0);
	assert_int_equal(inbox_add(b, no_pattern, STR("c"), STR("m"), &err), -1);
	assert_int_equal(err.code, ERR_LIMIT);
	assert_int_equal(inbox_count(b), 3);
	inbox_free(b);

	small.max_messages_bytes = 10;
	b = inbox_new(&small, &err);
	assert_int_equal(inbox_add(b, no_pattern, STR("c"), STR("123456789"), &err), 0);
	assert_int_equal(inbox_add(b, no_pattern, STR("c"), STR(""), &err), -1);
	assert_int_equal(inbox_add(b, no_pattern, STR(""), STR(""), &err),
		-1); /* full is full: nothing may be missing in between */
	inbox_free(b);
}

/* The ceiling on messages is reached before that of the memory behind it. */
static void test_inbox_holds_all_it_may(void **state)
{
	struct limits l = limits_default;
	struct error err = { 0 };
	struct inbox *b;

	(void)state;
	l.max_messages = 5000;
	l.max_messages_bytes = 5000 * 11;
	b = inbox_new(&l, &err);
	for (size_t i = 0; i < l.max_messages; i++)
		assert_int_equal(
			inbox_add(b, no_pattern, STR("c"), STR("0123456789"), &err), 0);
	inbox_free(b);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_inbox_keeps_order),
		cmocka_unit_test(test_inbox_hears),
		cmocka_unit_test(test_inbox_ceilings),
		cmocka_unit_test(test_inbox_holds_all_it_may),
	};

	return cmocka_run_group_tests_name("inbox", tests, NULL, NULL);
}
