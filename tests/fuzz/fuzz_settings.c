/*
 * Where the servers are: an environment, a line NAME=VALUE each, for the database and for Redis; then the same text as an option
 * file of MySQL. A password is masked in what is shown, other parts that hold the same text too.
 */
#include "probes/db_settings.h"
#include "probes/redis_settings.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MAX_ARENA = 1 << 24, MAX_LINES = 32 };

struct environment {
	struct arena *arena;
	const char *names[MAX_LINES], *values[MAX_LINES];
	size_t count;
};

static const char *variable(void *ctx, const char *name)
{
	const struct environment *e = ctx;

	for (size_t i = 0; i < e->count; i++)
		if (!strcmp(e->names[i], name))
			return e->values[i];
	return NULL;
}

static void read_environment(struct environment *e, struct str text)
{
	while (text.p && e->count < MAX_LINES) {
		struct str value = str_cut(&text, '\n');
		struct str name = str_cut(&value, '=');
		value = str_sub(value, 0, str_find_char(value, '\0'));	/* no environment holds one */
		if (!value.n)
			continue;
		e->names[e->count] = arena_cstr(e->arena, name);
		e->values[e->count] = arena_cstr(e->arena, value);
		e->count += e->names[e->count] && e->values[e->count];
	}
}

/* A password that no mask makes by chance. */
static void check_hidden(struct arena *a, const struct secrets *secrets, const char *password, struct str shown)
{
	if (!password || !strstr(password, "s3cr3t"))
		return;
	struct str masked = secrets_mask(secrets, a, shown);
	assert(!masked.p || str_find(masked, str_from(password)) == SIZE_MAX);
}

static void read_database(struct arena *a, const struct connection_env *env)
{
	struct db_settings s = { 0 };
	struct error err = { 0 };

	if (db_settings_read(a, env, &s, &err)) {
		assert(err.message[0]);
		return;
	}
	assert(db_settings_present(env, &err));
	assert(s.url.n && (s.socket || (s.host && s.port)));
	check_hidden(a, env->secrets, s.password, s.url);
}

static void read_redis(struct arena *a, const struct connection_env *env)
{
	struct redis_settings s = { 0 };
	struct error err = { 0 };

	if (redis_settings_read(a, env, &s, &err)) {
		assert(err.message[0]);
		return;
	}
	assert(s.url.n && (s.socket || (s.host && s.port)));
	check_hidden(a, env->secrets, s.password, s.url);
}

static void read_option_file(struct arena *a, struct str text)
{
	struct db_settings s = { 0 };
	struct error err = { 0 };

	if (db_settings_option_file(a, "my.cnf", text, &s, &err))
		assert(err.message[0]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = str_make((const char *)data, size);
	struct error err = { 0 };
	struct secrets *secrets = secrets_new(&err);
	struct arena a;

	arena_init(&a, MAX_ARENA);
	struct environment e = { .arena = &a };
	const struct settings settings = { .env = variable, .ctx = &e };
	struct connection_env env = { .settings = &settings, .limits = &limits_default, .secrets = secrets };
	read_environment(&e, text);
	env.name = STR("database");
	if (secrets)
		read_database(&a, &env);
	env.name = STR("redis");
	if (secrets)
		read_redis(&a, &env);
	read_option_file(&a, text);
	secrets_free(secrets);
	arena_release(&a);
	return 0;
}
