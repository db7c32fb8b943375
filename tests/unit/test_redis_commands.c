#include "probes/redis_commands.h"

#include "tests/unit/value_help.h"

static void test_redis_commands_read(void **state)
{
	static const struct {
		const char *name, *sub;
		bool reads;
	} rows[] = {
		{ "GET", NULL, true },
		{ "get", NULL, true },
		{ "SCAN", NULL, true },
		{ "CONFIG", "GET", true },
		{ "CONFIG", "SET", false },
		{ "CONFIG", NULL, false },
		{ "XINFO", "groups", true },
		{ "XINFO", "HELP", false },
		{ "PUBSUB", "NUMPAT", true },
		{ "SET", NULL, false },
		{ "KEYS", NULL, false },
		{ "EVAL", NULL, false },
		{ "PUBLISH", NULL, false },
		{ "MONITOR", NULL, false },
		{ "GETDEL", NULL, false },
		{ "GETEX", NULL, false },
		{ "SORT", NULL, false },
		{ "FLUSHALL", NULL, false },
		{ "SINTERSTORE", NULL, false },
		{ "ZRANGESTORE", NULL, false },
		{ "DEBUG", NULL, false },
		{ "", NULL, false },
		{ "JSON.GET", NULL, false },
		{ "SELECT", NULL, false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		expect_int(rows[i].name,
			redis_command_find(
				str_from(rows[i].name), str_from(rows[i].sub)) != NULL,
			rows[i].reads);
}

static void test_redis_commands_way_out(void **state)
{
	struct error err = { 0 };

	(void)state;
	assert_int_equal(redis_command_refuse(STR("KEYS"), NULL, SPAN(0, 0), &err), -1);
	assert_int_equal(err.code, ERR_CHECK);
	assert_non_null(strstr(err.message, "'KEYS'"));
	assert_non_null(strstr(err.note, "SCAN"));
	assert_int_equal(redis_command_refuse(STR("SET"), NULL, SPAN(0, 0), &err), -1);
	assert_non_null(strstr(err.note, "write: true"));
}

static void test_redis_commands_break(void **state)
{
	(void)state;
	assert_true(redis_command_breaks_connection(STR("monitor"), STR("")));
	assert_true(redis_command_breaks_connection(STR("CLIENT"), STR("REPLY")));
	assert_false(redis_command_breaks_connection(STR("CLIENT"), STR("LIST")));
	assert_false(redis_command_breaks_connection(STR("SET"), STR("a")));
}

static void test_redis_shapes(void **state)
{
	static const struct {
		enum redis_shape shape;
		const char *reply, *want;
	} rows[] = {
		{ REDIS_SHAPE_PLAIN, "[\"a\",\"b\"]", "list <[\"a\",\"b\"]>" },
		{ REDIS_SHAPE_PAIRS, "[\"a\",\"1\",\"b\",2]",
			"object <{\"a\":\"1\",\"b\":2}>" },
		{ REDIS_SHAPE_PAIRS, "[]", "object <{}>" },
		{ REDIS_SHAPE_PAIRS, "[\"a\"]", "list <[\"a\"]>" },
		{ REDIS_SHAPE_PAIRS, "[1,2]", "list <[1,2]>" },
		{ REDIS_SHAPE_PAIRS, "null", "null <null>" },
		{ REDIS_SHAPE_PAIR_LISTS, "[[\"n\",\"g\"],[\"n\",\"h\"]]",
			"list <[{\"n\":\"g\"},{\"n\":\"h\"}]>" },
		{ REDIS_SHAPE_PAIR_LISTS, "[]", "list <[]>" },
		{ REDIS_SHAPE_INFO,
			"\"# Server\\r\\nredis_version:7.0.15\\r\\nport:6379\\r\\nratio:0.25\\r\\nsha:00000\\r\\n\"",
			"object <{\"redis_version\":\"7.0.15\",\"port\":6379,\"ratio\":0.25,\"sha\":\"00000\"}>" },
		{ REDIS_SHAPE_INFO, "\"db0:keys=3,expires=0\\r\\nconfig_file:\\r\\n\"",
			"object <{\"db0\":{\"keys\":3,\"expires\":0},\"config_file\":\"\"}>" },
		{ REDIS_SHAPE_INFO, "7", "integer <7>" },
	};
	struct arena a;

	(void)state;
	arena_init(&a, 1 << 20);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		expect_text(rows[i].reply,
			help_show(&a,
				redis_shape(
					&a, rows[i].shape, help_json(&a, rows[i].reply))),
			rows[i].want);
	arena_release(&a);
}

static void test_redis_glob(void **state)
{
	static const struct {
		const char *pattern, *text;
		bool matches;
	} rows[] = {
		{ "", "", true },
		{ "", "a", false },
		{ "*", "", true },
		{ "*", "abc", true },
		{ "a*", "abc", true },
		{ "*c", "abc", true },
		{ "a*c", "abbc", true },
		{ "a*d", "abbc", false },
		{ "a?c", "abc", true },
		{ "a?c", "ac", false },
		{ "h[ae]llo", "hello", true },
		{ "h[^e]llo", "hello", false },
		{ "h[^e]llo", "hallo", true },
		{ "h[a-c]llo", "hbllo", true },
		{ "h[c-a]llo", "hbllo", true },
		{ "a\\*", "a*", true },
		{ "a\\*", "ab", false },
		{ "a\\?c", "abc", false },
		{ "*a*b*c*", "xxaxxbxxcxx", true },
		{ "*a*b*c*", "xxaxxcxxbxx", false },
		{ "pedido:*", "pedido:CREADO", true },
		{ "pedido:*", "mesa:X", false },
		{ "a[", "a", false },
		{ "a[b", "ab", true },
		{ "a\\", "a\\", true },
		{ "a*a*a*a*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
			false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		expect_int(rows[i].pattern,
			redis_glob_matches(
				str_from(rows[i].pattern), str_from(rows[i].text)),
			rows[i].matches);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_redis_commands_read),
		cmocka_unit_test(test_redis_commands_way_out),
		cmocka_unit_test(test_redis_commands_break),
		cmocka_unit_test(test_redis_shapes),
		cmocka_unit_test(test_redis_glob),
	};

	return cmocka_run_group_tests_name("redis_commands", tests, NULL, NULL);
}
