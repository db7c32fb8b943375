#include "probes/db_settings.h"

#include "tests/unit/connection_help.h"

/* The settings in one line: host|socket|port|user|password|database|ssl */
static struct str in_one_line(struct arena *a, const struct db_settings *s)
{
	return arena_printf(a, "%s|%s|%u|%s|%s|%s|%d", s->host ? s->host : "",
		s->socket ? s->socket : "", (unsigned)s->port, s->user ? s->user : "",
		s->password ? s->password : "", s->database ? s->database : "",
		(int)s->ssl_mode);
}

static int read_settings(struct arena *a, const struct help_environment *e,
	const char *name, const char *url, struct db_settings *ret, struct error *err)
{
	struct settings settings = help_settings(e);
	struct secrets *secrets = help_secrets();
	struct connection_env env = { .settings = &settings,
		.secrets = secrets,
		.name = str_from(name),
		.url = url };
	int rc = db_settings_read(a, &env, ret, err);

	secrets_free(secrets);
	return rc;
}

static void test_db_settings_sources(void **state)
{
	static const struct {
		struct help_environment env;
		const char *url, *want;
	} rows[] = {
		{ { { { "DATABASE_URL", "mysql://u:p@h:33/d?ssl-mode=required" } } },
			NULL, "h||33|u|p|d|2" },
		{ { { { "DATABASE_URL", "mariadb://u@h/d" } } }, NULL, "h||3306|u||d|1" },
		{ { { { "DATABASE_URL", "mysql://u@/d?socket=%2Frun%2Fmy.sock" } } },
			NULL, "|/run/my.sock|3306|u||d|1" },
		{ { { { "DATABASE_URL", "mysql://u@h/d" }, { "DB_HOST", "other" } } },
			NULL, "h||3306|u||d|1" },
		{ { { { "DATABASE_URL", "mysql://u@h/d" } } }, "mysql://x:y@z/w",
			"z||3306|x|y|w|1" },
		{ { { { "DB_HOST", "h" }, { "DB_PORT", "34" }, { "DB_USER", "u" },
			  { "DB_PASSWORD", "p" }, { "DB_NAME", "d" } } },
			NULL, "h||34|u|p|d|1" },
		{ { { { "DB_SOCKET", "/s" }, { "DB_USER", "u" }, { "DB_NAME", "d" } } },
			NULL, "|/s|3306|u||d|1" },
	};
	struct arena a;

	(void)state;
	arena_init(&a, 1 << 20);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct db_settings s = { 0 };
		struct error err = { 0 };

		expect_int(rows[i].want,
			read_settings(
				&a, &rows[i].env, "database", rows[i].url, &s, &err),
			0);
		expect_text(rows[i].want, in_one_line(&a, &s), rows[i].want);
	}
	arena_release(&a);
}

static void test_db_settings_explained(void **state)
{
	static const struct {
		struct help_environment env;
		const char *name, *message, *note;
	} rows[] = {
		{ { { { NULL, NULL } } }, "database", "is not configured",
			"DATABASE_URL" },
		{ { { { "DATABASE_URL", "mysql://u@h/d" } } }, "replica",
			"'replica' is not configured", "--connection replica=" },
		{ { { { "DATABASE_URL", "postgres://u:geheim@h/d" } } }, "database",
			"an address of PostgreSQL", "mysql://" },
		{ { { { "DATABASE_URL", "redis://h/0" } } }, "database",
			"an address of Redis", "mysql://" },
		{ { { { "DATABASE_URL", "foo://h/d" } } }, "database",
			"begins with 'foo://'", "mysql://" },
		{ { { { "DB_HOST", "h" }, { "DB_PORT", "tcp://10.0.0.5:3306" } } },
			"database", "DB_PORT is 'tcp://", "Kubernetes" },
		{ { { { "DB_PORT", "tcp://10.0.0.5:3306" } } }, "database",
			"is not configured, and DB_PORT is 'tcp://10.0.0.5:3306'",
			"Kubernetes" },
		{ { { { "DB_PORT", "3306" } } }, "database", "is not configured",
			"DATABASE_URL" },
		{ { { { "DB_HOST", "h" }, { "DB_PORT", "x" } } }, "database",
			"DB_PORT: port 'x'", "" },
		{ { { { "DB_HOST", "h" }, { "DB_USER", "u" } } }, "database",
			"no database is named", "nothing is guessed" },
		{ { { { "DB_HOST", "h" }, { "DB_NAME", "d" } } }, "database", "the user",
			"nothing is guessed" },
		{ { { { "DB_USER", "u" }, { "DB_NAME", "d" } } }, "database", "the host",
			"nothing is guessed" },
		{ { { { "DATABASE_URL", "mysql://u@h/d?ssl-mode=sometimes" } } },
			"database", "ssl-mode 'sometimes'", "preferred" },
		{ { { { "DATABASE_URL", "mysql://u@h/d?charset=x" } } }, "database",
			"parameter 'charset'", "" },
	};
	struct arena a;

	(void)state;
	arena_init(&a, 1 << 20);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct db_settings s = { 0 };
		struct error err = { 0 };

		expect_int(rows[i].message,
			read_settings(&a, &rows[i].env, rows[i].name, NULL, &s, &err),
			-1);
		expect_int(rows[i].message, err.code, ERR_CONNECT);
		expect_true(
			rows[i].message, strstr(err.message, rows[i].message) != NULL);
		expect_true(rows[i].message, strstr(err.note, rows[i].note) != NULL);
		expect_true(rows[i].message, strstr(err.message, "geheim") == NULL);
	}
	arena_release(&a);
}

static void test_db_settings_option_file(void **state)
{
	static const char text[] =
		"# a comment\n"
		"[mysqld]\nport=1\nuser=root\n"
		"[client]\r\nhost = db1  # the first\nport=3307\nuser=\"smoke test\"\npassword='a#b\\tc'\nno-auto-rehash\nloose-x=1\n"
		"ssl_mode=VERIFY_CA\nsocket=\n"
		"; another\n[mysql]\nhost=wrong\n[postflight]\ndatabase=shop\nhost=db2\n";
	struct db_settings s = { .port = 3306 };
	struct error err = { 0 };
	struct arena a;

	(void)state;
	arena_init(&a, 1 << 20);
	assert_int_equal(
		db_settings_option_file(&a, "my.cnf", str_from(text), &s, &err), 0);
	expect_text("my.cnf", in_one_line(&a, &s), "db2||3307|smoke test|a#b\tc|shop|3");
	assert_int_equal(db_settings_option_file(
				 &a, "my.cnf", STR("[postflight]\nhots=x\n"), &s, &err),
		-1);
	assert_non_null(strstr(err.message, "'hots'"));
	assert_int_equal(
		db_settings_option_file(&a, "my.cnf", STR("!include /etc/x\n"), &s, &err),
		-1);
	assert_int_equal(db_settings_option_file(
				 &a, "my.cnf", STR("[client]\nhots=x\n"), &s, &err),
		0);
	assert_int_equal(db_settings_option_file(&a, "my.cnf", STR(""), &s, &err), 0);
	arena_release(&a);
}

static void test_db_settings_password_is_secret(void **state)
{
	static const struct help_environment e = {
		{ { "DATABASE_URL", "mysql://u:geheim77@h/d" } }
	};
	struct settings settings = help_settings(&e);
	struct secrets *secrets = help_secrets();
	struct connection_env env = {
		.settings = &settings, .secrets = secrets, .name = STR("database")
	};
	struct db_settings s = { 0 };
	struct error err = { 0 };
	struct arena a;

	(void)state;
	arena_init(&a, 1 << 20);
	assert_int_equal(db_settings_read(&a, &env, &s, &err), 0);
	expect_text("url", s.url, "mysql://u@h:3306/d");
	expect_text(
		"mask", secrets_mask(secrets, &a, STR("it is geheim77")), "it is ***");
	secrets_free(secrets);
	arena_release(&a);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_db_settings_sources),
		cmocka_unit_test(test_db_settings_explained),
		cmocka_unit_test(test_db_settings_option_file),
		cmocka_unit_test(test_db_settings_password_is_secret),
	};

	return cmocka_run_group_tests_name("db_settings", tests, NULL, NULL);
}
