#include "probes/url.h"

#include "tests/unit/expect.h"

static void test_url_parts(void **state)
{
	static const struct {
		const char *text, *scheme, *user, *password, *host, *port, *path, *query;
	} rows[] = {
		{ "mysql://u:p@h:3306/d?x=1", "mysql", "u", "p", "h", "3306", "d",
			"x=1" },
		{ "MySQL://h/d", "mysql", NULL, NULL, "h", NULL, "d", NULL },
		{ "redis://:p%40ss@h", "redis", "", "p@ss", "h", NULL, NULL, NULL },
		{ "redis://h/0", "redis", NULL, NULL, "h", NULL, "0", NULL },
		{ "mysql://u:p@ss@h/d", "mysql", "u", "p@ss", "h", NULL, "d", NULL },
		{ "mysql://u:a:b@h/d", "mysql", "u", "a:b", "h", NULL, "d", NULL },
		{ "mysql://u%3Ax:p@[::1]:33/d", "mysql", "u:x", "p", "::1", "33", "d",
			NULL },
		{ "unix:///run/redis.sock?db=2", "unix", NULL, NULL, "", NULL,
			"run/redis.sock", "db=2" },
		{ "mysql://h/d#rest", "mysql", NULL, NULL, "h", NULL, "d", NULL },
		{ "mysql://h/a%20b", "mysql", NULL, NULL, "h", NULL, "a b", NULL },
	};
	struct arena a;
	struct error err = { 0 };

	(void)state;
	arena_init(&a, 1 << 20);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct url u = { 0 };

		expect_int(rows[i].text,
			url_parse(&a, "URL", str_from(rows[i].text), &u, &err), 0);
		expect_text(rows[i].text, u.scheme, rows[i].scheme);
		expect_text(rows[i].text, u.user, rows[i].user ? rows[i].user : "");
		expect_text(rows[i].text, u.password,
			rows[i].password ? rows[i].password : "");
		expect_int(rows[i].text, u.password.p != NULL, rows[i].password != NULL);
		expect_text(rows[i].text, u.host, rows[i].host);
		expect_text(rows[i].text, u.port, rows[i].port ? rows[i].port : "");
		expect_text(rows[i].text, u.path, rows[i].path ? rows[i].path : "");
		expect_text(rows[i].text, u.query, rows[i].query ? rows[i].query : "");
	}
	arena_release(&a);
}

static void test_url_refused(void **state)
{
	static const char *const rows[] = { "", "h:3306", "://h", "mysql://[::1/d",
		"mysql://[::1]x/d", "mysql://u:a%00b@h/d" };
	struct arena a;

	(void)state;
	arena_init(&a, 1 << 20);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct error err = { 0 };
		struct url u;

		expect_int(
			rows[i], url_parse(&a, "URL", str_from(rows[i]), &u, &err), -1);
		expect_int(rows[i], err.code, ERR_CONNECT);
	}
	arena_release(&a);
}

static void test_url_keeps_the_password_to_itself(void **state)
{
	struct arena a;
	struct error err = { 0 };
	struct url u;

	(void)state;
	arena_init(&a, 1 << 20);
	assert_int_equal(
		url_parse(&a, "URL", STR("mysql://u:geheim@[::1/d"), &u, &err), -1);
	assert_null(strstr(err.message, "geheim"));
	arena_release(&a);
}

static void test_url_query(void **state)
{
	struct str rest = STR("a=1&&b=x%3Dy&c");
	struct str key;
	struct str value;
	struct arena a;

	(void)state;
	arena_init(&a, 1 << 20);
	assert_true(url_query_next(&a, &rest, &key, &value));
	expect_text("a", key, "a");
	expect_text("a", value, "1");
	assert_true(url_query_next(&a, &rest, &key, &value));
	expect_text("b", value, "x=y");
	assert_true(url_query_next(&a, &rest, &key, &value));
	expect_text("c", key, "c");
	assert_null(value.p);
	assert_false(url_query_next(&a, &rest, &key, &value));
	arena_release(&a);
}

static void test_url_port(void **state)
{
	static const struct {
		const char *text;
		bool ok;
		int want;
	} rows[] = { { NULL, true, 3306 }, { "1", true, 1 }, { "65535", true, 65535 },
		{ "0", false, 0 }, { "65536", false, 0 }, { "", false, 0 },
		{ "tcp", false, 0 }, { "-1", false, 0 } };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct error err = { 0 };
		uint16_t port = 7;

		expect_int("port",
			url_port("X", str_from(rows[i].text), 3306, &port, &err),
			rows[i].ok ? 0 : -1);
		expect_int("port", port, rows[i].ok ? rows[i].want : 7);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_url_parts),
		cmocka_unit_test(test_url_refused),
		cmocka_unit_test(test_url_keeps_the_password_to_itself),
		cmocka_unit_test(test_url_query),
		cmocka_unit_test(test_url_port),
	};

	return cmocka_run_group_tests_name("url", tests, NULL, NULL);
}
