#include "probes/redis_settings.h"

#include "tests/unit/connection_help.h"

static struct str in_one_line(struct arena *a, const struct redis_settings *s)
{
	return arena_printf(a, "%s|%s|%u|%s|%s|%u|%d", s->host ? s->host : "",
		s->socket ? s->socket : "", (unsigned)s->port, s->user ? s->user : "",
		s->password ? s->password : "", (unsigned)s->database, (int)s->tls);
}

static int read_settings(struct arena *a, const struct help_environment *e,
	const char *url, struct redis_settings *ret, struct error *err)
{
	struct settings settings = help_settings(e);
	struct secrets *secrets = help_secrets();
	struct connection_env env = { .settings = &settings,
		.secrets = secrets,
		.name = STR("redis"),
		.url = url };
	int rc = redis_settings_read(a, &env, ret, err);

	secrets_free(secrets);
	return rc;
}

static void test_redis_settings_sources(void **state)
{
	static const struct {
		struct help_environment env;
		const char *url, *want, *shown;
	} rows[] = {
		{ { { { "REDIS_URL", "redis://h" } } }, NULL, "h||6379|||0|0",
			"redis://h:6379/0" },
		{ { { { "REDIS_URL", "redis://:p@h:1/2" } } }, NULL, "h||1||p|2|0",
			"redis://h:1/2" },
		{ { { { "REDIS_URL", "rediss://u:p@h/" } } }, NULL, "h||6379|u|p|0|1",
			"rediss://h:6379/0" },
		{ { { { "REDIS_URL", "unix:///run/r.sock?db=3" } } }, NULL,
			"|/run/r.sock|6379|||3|0", "unix:///run/r.sock?db=3" },
		{ { { { "REDIS_URL", "redis://[::1]:7/0" } } }, NULL, "::1||7|||0|0",
			"redis://[::1]:7/0" },
		{ { { { "REDIS_HOST", "h" }, { "REDIS_PORT", "7" },
			  { "REDIS_PASSWORD", "p" } } },
			NULL, "h||7||p|0|0", "redis://h:7/0" },
		{ { { { "REDIS_URL", "rediss://h/1?ssl-ca=%2Fca.pem" } } }, NULL,
			"h||6379|||1|1", "rediss://h:6379/1" },
		{ { { { "REDIS_HOST", "h" } } }, "redis://other", "other||6379|||0|0",
			"redis://other:6379/0" },
	};
	struct arena a;

	(void)state;
	arena_init(&a, 1 << 20);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct redis_settings s = { 0 };
		struct error err = { 0 };

		expect_int(rows[i].want,
			read_settings(&a, &rows[i].env, rows[i].url, &s, &err), 0);
		expect_text(rows[i].want, in_one_line(&a, &s), rows[i].want);
		expect_text(rows[i].want, s.url, rows[i].shown);
	}
	arena_release(&a);
}

static void test_redis_settings_explained(void **state)
{
	static const struct {
		struct help_environment env;
		const char *message, *note;
	} rows[] = {
		{ { { { NULL, NULL } } }, "is not configured", "REDIS_URL" },
		{ { { { "REDIS_HOST", "h" }, { "REDIS_PORT", "tcp://10.0.0.5:6379" } } },
			"REDIS_PORT is 'tcp://", "Kubernetes" },
		{ { { { "REDIS_PORT", "tcp://10.0.0.5:6379" } } },
			"is not configured, and REDIS_PORT is 'tcp://10.0.0.5:6379'",
			"Kubernetes" },
		{ { { { "REDIS_PORT", "6379" } } }, "is not configured", "REDIS_HOST" },
		{ { { { "REDIS_URL", "mysql://h" } } }, "begins with 'mysql://'",
			"redis://" },
		{ { { { "REDIS_URL", "redis://h/x" } } }, "database 'x'", "" },
		{ { { { "REDIS_URL", "redis:///0" } } }, "names no host", "" },
		{ { { { "REDIS_URL", "unix://" } } }, "names no socket", "" },
		{ { { { "REDIS_URL", "redis://h?x=1" } } }, "parameter 'x'", "" },
		{ { { { "REDIS_URL", "redis://h?db=x" } } }, "database 'x'", "" },
	};
	struct arena a;

	(void)state;
	arena_init(&a, 1 << 20);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct redis_settings s = { 0 };
		struct error err = { 0 };

		expect_int(rows[i].message,
			read_settings(&a, &rows[i].env, NULL, &s, &err), -1);
		expect_int(rows[i].message, err.code, ERR_CONNECT);
		expect_true(
			rows[i].message, strstr(err.message, rows[i].message) != NULL);
		expect_true(rows[i].message, strstr(err.note, rows[i].note) != NULL);
	}
	arena_release(&a);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_redis_settings_sources),
		cmocka_unit_test(test_redis_settings_explained),
	};

	return cmocka_run_group_tests_name("redis_settings", tests, NULL, NULL);
}
