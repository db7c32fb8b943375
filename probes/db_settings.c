#include "probes/db_settings.h"

#include "harness/base/file.h"
#include "probes/url.h"

#define OPTION_FILE_MAX (1024 * 1024)

static const char *const ssl_words[] = {
#define X(name, word) [DB_SSL_##name] = word,
	DB_SSL_MODES(X)
#undef X
};

/* Where a value came from, for messages. */
struct reader {
	struct arena *arena;
	struct db_settings *settings;
	const char *what; /* "DATABASE_URL", the option file's name */
};

typedef int set_function(const struct reader *r, struct str value, struct error *err);

static int set_text(
	const struct reader *r, const char **field, struct str value, struct error *err)
{
	if (str_find_char(value, '\0') != SIZE_MAX)
		return error_set(err, ERR_CONNECT, "%s holds a NUL byte", r->what);
	*field = arena_cstr(r->arena, value);
	return *field ? 0 : error_set_oom(err);
}

#define SETTER(name)                                                         \
	static int set_##name(                                               \
		const struct reader *r, struct str value, struct error *err) \
	{                                                                    \
		return set_text(r, &r->settings->name, value, err);          \
	}
SETTER(host)
SETTER(socket)
SETTER(user)
SETTER(password)
SETTER(database)
SETTER(ssl_ca)
SETTER(ssl_cert)
SETTER(ssl_key)

static int set_port(const struct reader *r, struct str value, struct error *err)
{
	return url_port(r->what, value, 0, &r->settings->port, err);
}

/* MySQL writes VERIFY_CA in option files and verify-ca in URLs: both are read. */
static bool same_word(struct str value, const char *word)
{
	if (value.n != strlen(word))
		return false;
	for (size_t i = 0; i < value.n; i++) {
		char c = value.p[i];

		c = c == '_' ? '-' : c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
		if (c != word[i])
			return false;
	}
	return true;
}

static int set_ssl_mode(const struct reader *r, struct str value, struct error *err)
{
	for (size_t i = 0; i < ARRAY_SIZE(ssl_words); i++) {
		if (same_word(value, ssl_words[i])) {
			r->settings->ssl_mode = (enum db_ssl_mode)i;
			return 0;
		}
	}
	error_set(err, ERR_CONNECT, "%s: ssl-mode '%.*s' is unknown", r->what,
		STR_ARG(value));
	error_note(
		err, "it is disabled, preferred, required, verify-ca or verify-identity");
	return -1;
}

/* Settings by name: keys of a URL's query and of option files alike. */
static const struct setting {
	const char *name;
	set_function *set;
	bool in_query;
} settings_by_name[] = {
	{ "host", set_host, false },
	{ "port", set_port, false },
	{ "user", set_user, false },
	{ "password", set_password, false },
	{ "database", set_database, false },
	{ "socket", set_socket, true },
	{ "ssl-mode", set_ssl_mode, true },
	{ "ssl-ca", set_ssl_ca, true },
	{ "ssl-cert", set_ssl_cert, true },
	{ "ssl-key", set_ssl_key, true },
};

static const struct setting *setting_find(struct str name)
{
	for (size_t i = 0; i < ARRAY_SIZE(settings_by_name); i++)
		if (same_word(name, settings_by_name[i].name))
			return &settings_by_name[i];
	return NULL;
}

/* ---- URL ---- */

static const struct foreign {
	const char *scheme, *speaks;
} foreign_schemes[] = {
	{ "postgres", "PostgreSQL" },
	{ "postgresql", "PostgreSQL" },
	{ "sqlite", "SQLite" },
	{ "sqlserver", "SQL Server" },
	{ "mssql", "SQL Server" },
	{ "oracle", "Oracle" },
	{ "mongodb", "MongoDB" },
	{ "mongodb+srv", "MongoDB" },
	{ "redis", "Redis" },
	{ "rediss", "Redis" },
	{ "http", "HTTP" },
	{ "https", "HTTP" },
};

static int check_scheme(const char *what, struct str scheme, struct error *err)
{
	const char *speaks = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(foreign_schemes); i++)
		if (str_is(scheme, foreign_schemes[i].scheme))
			speaks = foreign_schemes[i].speaks;
	if (str_is(scheme, "mysql") || str_is(scheme, "mariadb"))
		return 0;
	error_set(err, ERR_CONNECT, "%s begins with '%.*s://'%s%s", what, STR_ARG(scheme),
		speaks ? ": an address of " : "", speaks ? speaks : "");
	error_note(err,
		"this connection speaks to MySQL and MariaDB: mysql://user:password@host:3306/name");
	return -1;
}

static int read_query(const struct reader *r, struct str query, struct error *err)
{
	struct str key;
	struct str value;

	while (url_query_next(r->arena, &query, &key, &value)) {
		const struct setting *s = setting_find(key);

		if (!s || !s->in_query)
			return error_set(err, ERR_CONNECT,
				"%s: parameter '%.*s' is unknown", r->what, STR_ARG(key));
		if (s->set(r, value, err))
			return -1;
	}
	return arena_failed(r->arena) ? error_set_oom(err) : 0;
}

static int read_url(const struct reader *r, struct str text, struct error *err)
{
	struct url u;

	if (url_parse(r->arena, r->what, text, &u, err) ||
		check_scheme(r->what, u.scheme, err))
		return -1;
	if ((u.host.n > 0 && set_host(r, u.host, err)) ||
		(u.port.p && set_port(r, u.port, err)))
		return -1;
	if ((u.user.n > 0 && set_user(r, u.user, err)) ||
		(u.password.p && set_password(r, u.password, err)))
		return -1;
	if (u.path.n > 0 && set_database(r, u.path, err))
		return -1;
	return u.query.p ? read_query(r, u.query, err) : 0;
}

/* ---- DB_ variables ---- */

static const struct variable {
	const char *name;
	set_function *set;
	bool tells; /* alone it says that a database is meant */
} variables[] = {
	{ "DB_HOST", set_host, true },
	{ "DB_PORT", set_port, false },
	{ "DB_SOCKET", set_socket, true },
	{ "DB_USER", set_user, true },
	{ "DB_PASSWORD", set_password, false },
	{ "DB_NAME", set_database, true },
};

/* What Docker links and Kubernetes set for a service of that name. */
static int check_link(const char *name, struct str value, struct error *err)
{
	if (str_find(value, STR("://")) == SIZE_MAX)
		return 0;
	error_set(err, ERR_CONNECT, "%s is '%.*s', not a plain value", name,
		STR_ARG(value));
	error_note(err,
		"Kubernetes and Docker links set it like that for a service named DB: set DB_HOST and DB_PORT in the job, "
		"or DATABASE_URL");
	return -1;
}

static int read_variables(struct reader *r, const struct settings *s, struct error *err)
{
	for (size_t i = 0; i < ARRAY_SIZE(variables); i++) {
		const char *value = s->env(s->ctx, variables[i].name);

		if (!value)
			continue;
		r->what = variables[i].name;
		if (variables[i].set == set_port &&
			check_link(r->what, str_from(value), err))
			return -1;
		if (variables[i].set(r, str_from(value), err))
			return -1;
	}
	r->what = "DB_HOST, DB_USER, DB_NAME";
	return 0;
}

static bool has_variables(const struct settings *s)
{
	for (size_t i = 0; i < ARRAY_SIZE(variables); i++)
		if (variables[i].tells && s->env(s->ctx, variables[i].name))
			return true;
	return false;
}

/* ---- option files ---- */

enum group { GROUP_OTHER, GROUP_CLIENT, GROUP_OURS };

static enum group group_of(struct str line)
{
	size_t close = str_find_char(line, ']');
	struct str name = str_trim(str_sub(line, 1, close == SIZE_MAX ? 0 : close - 1));

	return str_is(name, "client")      ? GROUP_CLIENT :
		str_is(name, "postflight") ? GROUP_OURS :
					     GROUP_OTHER;
}

/*
 * `value # comment`, or a quoted value; backslash escapes as the MySQL programs read
 * them.
 */
static struct str option_value(struct arena *a, struct str value)
{
	static const char escapes[][2] = { { 'n', '\n' }, { 't', '\t' }, { 'r', '\r' },
		{ 'b', '\b' }, { 's', ' ' } };
	char *out = arena_alloc(a, value.n + 1);
	size_t n = 0;

	if (!out)
		return (struct str){ 0 };
	if (value.n >= 2 && (value.p[0] == '"' || value.p[0] == '\'') &&
		value.p[value.n - 1] == value.p[0])
		value = str_sub(value, 1, value.n - 2);
	for (size_t i = 0; i < value.n; i++) {
		char c = value.p[i];

		if (c == '\\' && i + 1 < value.n) {
			c = value.p[++i];
			for (size_t k = 0; k < ARRAY_SIZE(escapes); k++)
				if (escapes[k][0] == c)
					c = escapes[k][1];
		}
		out[n++] = c;
	}
	return str_make(out, n);
}

static struct str without_comment(struct str value)
{
	bool quoted = value.n > 0 && (value.p[0] == '"' || value.p[0] == '\'');

	for (size_t i = 1; !quoted && i < value.n; i++)
		if (value.p[i] == '#' &&
			(value.p[i - 1] == ' ' || value.p[i - 1] == '\t'))
			return str_trim(str_sub(value, 0, i));
	return value;
}

static int read_option(
	const struct reader *r, struct str line, enum group group, struct error *err)
{
	size_t eq = str_find_char(line, '=');
	struct str key = str_trim(str_sub(line, 0, eq));
	struct str value = eq == SIZE_MAX ? (struct str){ 0 } :
					    str_trim(str_sub(line, eq + 1, SIZE_MAX));
	const struct setting *s = setting_find(key);

	if (str_starts_with(key, STR("loose-")))
		return 0;
	if (!s && group == GROUP_OURS)
		return error_set(err, ERR_CONNECT,
			"%s: '%.*s' in [postflight] is unknown", r->what, STR_ARG(key));
	if (!s || value.n == 0)
		return 0;
	return s->set(r, option_value(r->arena, without_comment(value)), err);
}

int db_settings_option_file(struct arena *a, const char *name, struct str text,
	struct db_settings *s, struct error *err)
{
	struct reader r = { .arena = a, .settings = s, .what = name };
	enum group group = GROUP_OTHER;

	while (text.p) {
		struct str line = str_trim(str_cut(&text, '\n'));

		if (line.n == 0 || line.p[0] == '#' || line.p[0] == ';')
			continue;
		if (line.p[0] == '!')
			return error_set(err, ERR_CONNECT,
				"%s: '%.*s' is not followed: name the file itself", name,
				STR_ARG(line));
		if (line.p[0] == '[')
			group = group_of(line);
		else if (group != GROUP_OTHER && read_option(&r, line, group, err))
			return -1;
	}
	return arena_failed(a) ? error_set_oom(err) : 0;
}

static int read_defaults_file(struct reader *r, const char *path, struct error *err)
{
	struct str text;

	r->what = path;
	if (file_read(r->arena, path, OPTION_FILE_MAX, &text, err))
		return -1;
	return db_settings_option_file(r->arena, path, text, r->settings, err);
}

/* ---- all sources ---- */

static bool is_default_name(const struct connection_env *env)
{
	return str_is(env->name, "database");
}

static const char *environment(const struct connection_env *env, const char *name)
{
	return env->settings->env(env->settings->ctx, name);
}

/* A link alone says nothing of where to go, but why it is there. */
static bool explain_link(const struct connection_env *env, struct error *err)
{
	const char *port = environment(env, "DB_PORT");

	return port && check_link("connection 'database' is not configured, and DB_PORT", str_from(port), err);
}

bool db_settings_present(const struct connection_env *env, struct error *err)
{
	if (env->url)
		return true;
	if (is_default_name(env) &&
		(env->settings->defaults_file || environment(env, "DATABASE_URL") ||
			has_variables(env->settings)))
		return true;
	if (is_default_name(env) && explain_link(env, err))
		return false;
	error_set(err, ERR_CONNECT, "connection '%.*s' is not configured",
		STR_ARG(env->name));
	if (is_default_name(env))
		error_note(err,
			"set DATABASE_URL=mysql://user:password@host:3306/name, or DB_HOST (or DB_SOCKET), DB_PORT, DB_USER, "
			"DB_PASSWORD and DB_NAME, or give --defaults-file FILE");
	else
		error_note(err,
			"give --connection %.*s=mysql://user:password@host:3306/name",
			STR_ARG(env->name));
	return false;
}

static int read_source(
	struct reader *r, const struct connection_env *env, struct error *err)
{
	const char *url = environment(env, "DATABASE_URL");

	if (env->url) {
		r->what = arena_cstr(r->arena, env->name);
		return r->what ? read_url(r, str_from(env->url), err) :
				 error_set_oom(err);
	}
	if (env->settings->defaults_file)
		return read_defaults_file(r, env->settings->defaults_file, err);
	r->what = "DATABASE_URL";
	return url ? read_url(r, str_from(url), err) :
		     read_variables(r, env->settings, err);
}

/* The first of what a connection cannot do without that is not there. */
static int check_complete(const struct reader *r, struct error *err)
{
	const struct db_settings *s = r->settings;

	if (!s->host && !s->socket)
		error_set(err, ERR_CONNECT, "the host of the database is not set in %s",
			r->what);
	else if (!s->user)
		error_set(err, ERR_CONNECT, "the user of the database is not set in %s",
			r->what);
	else if (!s->database)
		error_set(err, ERR_CONNECT, "no database is named in %s", r->what);
	else
		return 0;
	error_note(err,
		"nothing is guessed: a check of the wrong database is worse than none");
	return -1;
}

static struct str shown_url(struct arena *a, const struct db_settings *s)
{
	const char *colon = s->host && strchr(s->host, ':') ? "[" : "";

	if (s->socket)
		return arena_printf(
			a, "mysql://%s@%s/%s", s->user, s->socket, s->database);
	return arena_printf(a, "mysql://%s@%s%s%s:%u/%s", s->user, colon, s->host,
		*colon ? "]" : "", (unsigned)s->port, s->database);
}

int db_settings_read(struct arena *a, const struct connection_env *env,
	struct db_settings *ret, struct error *err)
{
	struct db_settings s = { .port = 3306, .ssl_mode = DB_SSL_PREFERRED };
	struct reader r = { .arena = a, .settings = &s };

	if (!db_settings_present(env, err) || read_source(&r, env, err))
		return -1;
	if (s.password &&
		secrets_add(env->secrets, STR("DB_PASSWORD"), str_from(s.password), NULL,
			err))
		return -1;
	if (check_complete(&r, err))
		return -1;
	s.url = shown_url(a, &s);
	if (!s.url.p)
		return error_set_oom(err);
	*ret = s;
	return 0;
}
