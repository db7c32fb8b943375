#include "probes/http_defaults.h"

#include "tests/unit/expect.h"

/* One option of the command line. */
struct given {
	const char *option, *value;
};

static const char *get(void *ctx, const char *option)
{
	const struct given *g = ctx;

	return strcmp(g->option, option) ? NULL : g->value;
}

static const char *get_at(void *ctx, const char *option, size_t i)
{
	return i ? NULL : get(ctx, option);
}

static int check(struct given g, struct error *err)
{
	const struct settings settings = { .http_default = get, .http_default_at = get_at, .ctx = &g };
	struct arena a;
	int rc;

	arena_init(&a, 1 << 16);
	rc = http_defaults_check(&a, &settings, err);
	arena_release(&a);
	return rc;
}

static void test_http_defaults_take(void **state)
{
	static const struct given rows[] = {
		{ "header", "X: 1" }, { "header", "X:" }, { "proxy-header", "X: 1" },
		{ "max-redirs", "-1" }, { "max-redirs", "0" }, { "limit-rate", "0" }, { "max-filesize", "10" },
		{ "connect-timeout", "5" }, { "connect-timeout", "500ms" },
		{ "resolve", "host:80:127.0.0.1" }, { "resolve", "host:80:[::1]" }, { "resolve", "+host:80:10.0.0.1,10.0.0.2" },
		{ "resolve", "[::1]:80:127.0.0.1" }, { "resolve", "-host:80" }, { "resolve", "*:80:127.0.0.1" },
		{ "connect-to", "a:80:b:81" }, { "connect-to", "::b:81" }, { "connect-to", ":::" },
		{ "connect-to", "a:80:[::1]:81" },
		{ "proxy", "localhost:3128" }, { "proxy", "http://u:p@host" }, { "proxy", "SOCKS5H://host" },
		{ "pinnedpubkey", "sha256//abc=" }, { "cacert", "/dev/null" }, { "cert", "/dev/null:password" },
		{ "user", "me" }, { "location", "true" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct error err = { 0 };

		if (check(rows[i], &err))
			fail_msg("--%s '%s': %s", rows[i].option, rows[i].value, err.message);
	}
}

static void test_http_defaults_refuse(void **state)
{
	static const struct {
		struct given given;
		const char *wanted;
	} rows[] = {
		{ { "header", "nocolon" }, "NAME: VALUE" }, { { "header", ": x" }, "NAME: VALUE" },
		{ { "proxy-header", "" }, "NAME: VALUE" },
		{ { "max-redirs", "many" }, "-1 for no limit" }, { { "max-redirs", "-2" }, "-1 for no limit" },
		{ { "limit-rate", "-1" }, "0 or more" }, { { "max-filesize", "1M" }, "0 or more" },
		{ { "connect-timeout", "soon" }, "a duration" },
		{ { "resolve", "host" }, "HOST:PORT:ADDRESS" }, { { "resolve", "host:80" }, "HOST:PORT:ADDRESS" },
		{ { "resolve", "host:80:" }, "HOST:PORT:ADDRESS" }, { { "resolve", "host:http:1.2.3.4" }, "HOST:PORT" },
		{ { "resolve", ":80:1.2.3.4" }, "HOST:PORT" }, { { "resolve", "-host" }, "HOST:PORT" },
		{ { "resolve", "-host:80:1.2.3.4" }, "HOST:PORT" }, { { "resolve", "[::1:80" }, "HOST:PORT" },
		{ { "connect-to", "a:80:b" }, "HOST2:PORT2" }, { { "connect-to", "a:x:b:80" }, "HOST2:PORT2" },
		{ { "connect-to", "a:80:b:99999" }, "HOST2:PORT2" },
		{ { "proxy", "ftp://host" }, "http://" }, { { "proxy", "" }, "http://" },
		{ { "pinnedpubkey", "md5//abc" }, "sha256//" },
		{ { "cacert", "/no/such/file" }, "'/no/such/file'" }, { { "cert", "/no/such/file:pw" }, "'/no/such/file'" },
		{ { "key", "/no/such/file" }, "a file" }, { { "cookie", "/no/such/file" }, "a file" },
		{ { "netrc-file", "/no/such/file" }, "a file" }, { { "unix-socket", "/no/such/file" }, "a socket" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct error err = { 0 };

		if (!check(rows[i].given, &err))
			fail_msg("--%s '%s' was taken", rows[i].given.option, rows[i].given.value);
		assert_int_equal(err.code, ERR_USAGE);
		assert_non_null(strstr(err.message, rows[i].given.option));
		assert_non_null(strstr(err.message, rows[i].wanted));
	}
}

static void test_http_defaults_hide_secrets(void **state)
{
	static const struct given rows[] = { { "header", "canary" }, { "proxy", "ftp://u:canary@host" } };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct error err = { 0 };

		assert_int_equal(check(rows[i], &err), -1);
		assert_null(strstr(err.message, "canary"));
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_http_defaults_take),
		cmocka_unit_test(test_http_defaults_refuse),
		cmocka_unit_test(test_http_defaults_hide_secrets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
