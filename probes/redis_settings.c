#include "probes/redis_settings.h"

#include "harness/base/scan.h"
#include "probes/url.h"

#define DATABASE_MAX 65535

static const char *environment(const struct connection_env *env, const char *name)
{
	return env->settings->env(env->settings->ctx, name);
}

static bool is_default_name(const struct connection_env *env)
{
	return str_is(env->name, "redis");
}

/* What Kubernetes and Docker links set for a service of that name: tcp://10.0.0.5:6379. */
static const char *linked_port(const struct connection_env *env)
{
	const char *port = environment(env, "REDIS_PORT");

	return port && strstr(port, "://") ? port : NULL;
}

/* Without REDIS_HOST it says nothing of where to go, but why it is there. */
static bool explain_link(const struct connection_env *env, struct error *err)
{
	const char *port = linked_port(env);

	if (!port)
		return false;
	error_set(err, ERR_CONNECT,
		"connection 'redis' is not configured, and REDIS_PORT is '%s'", port);
	error_note(err,
		"Kubernetes and Docker links set REDIS_PORT like that for a service named redis, and it is not used: set REDIS_URL=redis://:password@host:6379/0");
	return true;
}

bool redis_settings_present(const struct connection_env *env, struct error *err)
{
	if (env->url)
		return true;
	if (is_default_name(env) &&
		(environment(env, "REDIS_URL") || environment(env, "REDIS_HOST")))
		return true;
	if (is_default_name(env) && explain_link(env, err))
		return false;
	error_set(err, ERR_CONNECT, "connection '%.*s' is not configured",
		STR_ARG(env->name));
	if (is_default_name(env))
		error_note(err,
			"set REDIS_URL=redis://:password@host:6379/0, or REDIS_HOST, REDIS_PORT and REDIS_PASSWORD");
	else
		error_note(err, "give --connection %.*s=redis://:password@host:6379/0",
			STR_ARG(env->name));
	return false;
}

static const struct scheme {
	const char *name;
	bool tls, socket;
} schemes[] = {
	{ "redis", false, false },
	{ "rediss", true, false },
	{ "unix", false, true },
	{ "redis+unix", false, true },
};

static const struct scheme *scheme_find(struct str name)
{
	for (size_t i = 0; i < ARRAY_SIZE(schemes); i++)
		if (str_is(name, schemes[i].name))
			return &schemes[i];
	return NULL;
}

static int read_database(
	const char *what, struct str text, struct redis_settings *s, struct error *err)
{
	int64_t n = 0;

	if (text.n > 0 && !scan_int(text, 0, DATABASE_MAX, &n))
		return error_set(err, ERR_CONNECT, "%s: database '%.*s' is no number",
			what, STR_ARG(text));
	s->database = (uint32_t)n;
	return 0;
}

static const char *text_or_null(struct arena *a, struct str s)
{
	return s.n > 0 ? arena_cstr(a, s) : NULL;
}

static int read_query(struct arena *a, const char *what, struct str query,
	struct redis_settings *s, struct error *err)
{
	struct str key;
	struct str value;

	while (url_query_next(a, &query, &key, &value)) {
		if (str_is(key, "ssl-ca"))
			s->ssl_ca = text_or_null(a, value);
		else if (!str_is(key, "db"))
			return error_set(err, ERR_CONNECT,
				"%s: parameter '%.*s' is unknown", what, STR_ARG(key));
		else if (read_database(what, value, s, err))
			return -1;
	}
	return arena_failed(a) ? error_set_oom(err) : 0;
}

static int read_address(struct arena *a, const char *what, const struct scheme *scheme,
	const struct url *u, struct redis_settings *s, struct error *err)
{
	if (scheme->socket) {
		s->socket = arena_printf(a, "/%.*s", STR_ARG(u->path)).p;
		return u->path.n > 0 ?
			0 :
			error_set(err, ERR_CONNECT,
				"%s names no socket: unix:///run/redis.sock", what);
	}
	s->host = text_or_null(a, u->host);
	if (!s->host)
		return error_set(err, ERR_CONNECT, "%s names no host", what);
	return url_port(what, u->port, 6379, &s->port, err) ||
			read_database(what, u->path, s, err) ?
		-1 :
		0;
}

static int read_url(struct arena *a, const char *what, struct str text,
	struct redis_settings *s, struct error *err)
{
	const struct scheme *scheme;
	struct url u;

	if (url_parse(a, what, text, &u, err))
		return -1;
	scheme = scheme_find(u.scheme);
	if (!scheme) {
		error_set(err, ERR_CONNECT, "%s begins with '%.*s://'", what,
			STR_ARG(u.scheme));
		error_note(err,
			"this connection speaks to Redis: redis://:password@host:6379/0");
		return -1;
	}
	s->tls = scheme->tls;
	s->user = text_or_null(a, u.user);
	s->password = text_or_null(a, u.password);
	return read_address(a, what, scheme, &u, s, err) ||
			read_query(a, what, u.query, s, err) ?
		-1 :
		0;
}

static int read_variables(struct arena *a, const struct connection_env *env,
	struct redis_settings *s, struct error *err)
{
	const char *port = environment(env, "REDIS_PORT");

	s->host = text_or_null(a, str_from(environment(env, "REDIS_HOST")));
	s->password = text_or_null(a, str_from(environment(env, "REDIS_PASSWORD")));
	if (linked_port(env)) {
		error_set(err, ERR_CONNECT, "REDIS_PORT is '%s', not a number", port);
		error_note(err,
			"Kubernetes and Docker links set it like that for a service named redis: set REDIS_PORT in the job, or REDIS_URL");
		return -1;
	}
	return url_port("REDIS_PORT", str_from(port), 6379, &s->port, err);
}

static int read_source(struct arena *a, const struct connection_env *env,
	struct redis_settings *s, struct error *err)
{
	const char *url = environment(env, "REDIS_URL");

	if (env->url) {
		const char *what = arena_cstr(a, env->name);

		return what ? read_url(a, what, str_from(env->url), s, err) :
			      error_set_oom(err);
	}
	return url ? read_url(a, "REDIS_URL", str_from(url), s, err) :
		     read_variables(a, env, s, err);
}

static struct str shown_url(struct arena *a, const struct redis_settings *s)
{
	bool v6 = s->host && strchr(s->host, ':');

	if (s->socket)
		return arena_printf(
			a, "unix://%s?db=%u", s->socket, (unsigned)s->database);
	return arena_printf(a, "%s://%s%s%s:%u/%u", s->tls ? "rediss" : "redis",
		v6 ? "[" : "", s->host, v6 ? "]" : "", (unsigned)s->port,
		(unsigned)s->database);
}

int redis_settings_read(struct arena *a, const struct connection_env *env,
	struct redis_settings *ret, struct error *err)
{
	struct redis_settings s = { .port = 6379 };

	if (!redis_settings_present(env, err) || read_source(a, env, &s, err))
		return -1;
	if (s.password &&
		secrets_add(env->secrets, STR("REDIS_PASSWORD"), str_from(s.password),
			NULL, err))
		return -1;
	s.url = shown_url(a, &s);
	if (arena_failed(a))
		return error_set_oom(err);
	*ret = s;
	return 0;
}
