/* before ours: its macros use what compiler.h bans */
#include <errmsg.h>
#include <mysql.h>

#include "probes/db.h"

#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <sys/socket.h>

#include "harness/base/dynamic.h"
#include "harness/base/mem.h"
#include "harness/run/watch.h"
#include "probes/db_value.h"
#include "probes/net.h"

/* Oracle's headers have neither of these names, MariaDB's have both. */
#if defined(MARIADB_BASE_VERSION) || defined(MARIADB_PACKAGE_VERSION) || \
	defined(LIBMARIADB)
#define IS_MARIADB_LIBRARY 1
#else
#define IS_MARIADB_LIBRARY 0
#endif

#define DB_ARENA_MAX (4u * 1024 * 1024)
#define ROW_PACKET_MAX (64ul * 1024 * 1024) /* one row; the library holds it whole */
#define MARK_MAX 256

enum {
	BINARY_CHARSET = 63,
	NOT_SUPPORTED_AUTH_MODE = 1251,
	AUTH_PLUGIN_ERROR = 2061,
	PLUGIN_NOT_ALLOWED = 5010
};

#define COMMON_FUNCTIONS(X)      \
	X(mysql_server_init)     \
	X(mysql_init)            \
	X(mysql_close)           \
	X(mysql_errno)           \
	X(mysql_error)           \
	X(mysql_sqlstate)        \
	X(mysql_options)         \
	X(mysql_options4)        \
	X(mysql_get_ssl_cipher)  \
	X(mysql_get_server_info) \
	X(mysql_real_query)      \
	X(mysql_use_result)      \
	X(mysql_num_fields)      \
	X(mysql_fetch_fields)    \
	X(mysql_fetch_lengths)   \
	X(mysql_fetch_row)       \
	X(mysql_field_count)     \
	X(mysql_affected_rows)   \
	X(mysql_warning_count)   \
	X(mysql_free_result)     \
	X(mysql_more_results)    \
	X(mysql_next_result)

#if IS_MARIADB_LIBRARY
#define PACKAGE "libmariadb3"
#define OWN_FUNCTIONS(X)            \
	X(mysql_get_socket)         \
	X(mysql_optionsv)           \
	X(mysql_real_connect_start) \
	X(mysql_real_connect_cont)  \
	X(mariadb_field_attr)
#else
#define PACKAGE "libmysqlclient, in the version of that name"
#define OWN_FUNCTIONS(X) X(mysql_real_connect_nonblocking)
#endif

struct mysql {
	COMMON_FUNCTIONS(DYNAMIC_MEMBER)
	OWN_FUNCTIONS(DYNAMIC_MEMBER)
};

#define SYMBOL(name) DYNAMIC_SYMBOL(struct mysql, name)
static const struct dynamic_symbol symbols[] = { COMMON_FUNCTIONS(SYMBOL)
		OWN_FUNCTIONS(SYMBOL) };

static const struct dynamic_library library = {
	.file = MYSQL_LIBRARY,
	.package = PACKAGE,
	.use = "SQL",
	.symbols = symbols,
	.nsymbols = ARRAY_SIZE(symbols),
};

struct db {
	struct mysql lib;
	MYSQL *my;
	struct arena arena;
	struct db_settings settings;
	struct db_facts facts;
	struct db_failure failure;
	bool reads_rows; /* their columns have come */
	bool dead;
};

/* ---- the library itself ---- */

/*
 * The library's own start is not safe from two threads at once: the one thing here that
 * is not a connection's. A second start does nothing.
 */
static int library_init(struct mysql *lib, struct error *err)
{
	static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;

	if (dynamic_load(&library, lib, err)) {
		err->code = ERR_CONNECT;
		return -1;
	}
	pthread_mutex_lock(&one_at_a_time);
	/* fails for want of memory only, and mysql_init fails then too */
	(void)lib->mysql_server_init(0, NULL, NULL);
	pthread_mutex_unlock(&one_at_a_time);
	return 0;
}

static int socket_of(const struct db *db)
{
#if IS_MARIADB_LIBRARY
	return (int)db->lib.mysql_get_socket(db->my);
#else
	return (int)db->my->net.fd;
#endif
}

/* Authentication plugins that a client may lack, and where they are. */
static const struct plugin {
	const char *name, *where;
} plugins[] = {
	{ "caching_sha2_password", "libmariadb3 (its plugin folder), or libmysqlclient" },
	{ "sha256_password", "libmariadb3 (its plugin folder), or libmysqlclient" },
	{ "client_ed25519", "libmariadb3" },
	{ "parsec", "libmariadb3 of MariaDB 11.6 or later" },
	{ "mysql_native_password", "libmariadb3, or libmysqlclient before 9.0" },
	{ "auth_gssapi_client", "mariadb-plugin-gssapi-client" },
	{ "authentication_ldap_sasl_client", "libmysqlclient" },
	{ "authentication_kerberos_client", "libmysqlclient" },
	{ "authentication_webauthn_client", "libmysqlclient" },
	{ "dialog", "libmariadb3" },
	{ "mysql_clear_password",
		"libmariadb3; it sends the password as it is, so only with ssl-mode=verify-identity" },
};

static void note_plugin(const char *message, struct error *err)
{
	for (size_t i = 0; i < ARRAY_SIZE(plugins); i++) {
		if (!strstr(message, plugins[i].name))
			continue;
		error_note(err, "the server wants the plugin '%s', which is in %s",
			plugins[i].name, plugins[i].where);
		return;
	}
	error_note(err,
		"the server wants a plugin that is unknown here, or the password as it is, "
		"which is given only with ssl-mode=verify-identity");
}

/* ---- errors ---- */

static bool is_client_error(unsigned code)
{
	return (code >= CR_MIN_ERROR && code <= 2999) ||
		(code >= 5000 && code <= 5999 && IS_MARIADB_LIBRARY);
}

/* Client errors that leave the connection usable. */
static bool keeps_connection(unsigned code)
{
	return !is_client_error(code);
}

static enum error_code connect_code(unsigned code)
{
	switch (code) {
	case CR_UNKNOWN_HOST:
		return ERR_DNS;
	case CR_SSL_CONNECTION_ERROR:
		return ERR_TLS;
	case CR_OUT_OF_MEMORY:
		return ERR_OOM;
	case CR_MALFORMED_PACKET:
	case CR_VERSION_ERROR:
		return ERR_PROTOCOL;
	default:
		return ERR_CONNECT;
	}
}

static int connect_failed(
	const struct db *db, const struct db_settings *s, struct error *err)
{
	unsigned code = db->lib.mysql_errno(db->my);
	const char *text = db->lib.mysql_error(db->my);

	error_set(err, connect_code(code), "cannot connect to %.*s: error %u (%s): %s",
		STR_ARG(s->url), code, db->lib.mysql_sqlstate(db->my), text);
	if (code == CR_AUTH_PLUGIN_CANNOT_LOAD || code == AUTH_PLUGIN_ERROR ||
		code == NOT_SUPPORTED_AUTH_MODE || code == PLUGIN_NOT_ALLOWED ||
		strstr(text, "could not be loaded"))
		note_plugin(text, err);
	return -1;
}

static int statement_failed(struct db *db, struct error *err)
{
	unsigned code = db->lib.mysql_errno(db->my);
	const char *text = db->lib.mysql_error(db->my);

	db->failure = (struct db_failure){ 0 };
	if (keeps_connection(code)) {
		db->failure.code = code;
		db->failure.message = text;
		snprintf(db->failure.sqlstate, sizeof(db->failure.sqlstate), "%.5s",
			db->lib.mysql_sqlstate(db->my));
		return error_set(err, ERR_SQL, "error %u (%s): %s", code,
			db->failure.sqlstate, text);
	}
	db->dead = true;
	if (code == CR_NET_PACKET_TOO_LARGE)
		return error_set(err, ERR_LIMIT,
			"the result is too large: a row of more than %lu MiB",
			ROW_PACKET_MAX >> 20);
	if (code == CR_MALFORMED_PACKET || code == CR_COMMANDS_OUT_OF_SYNC)
		return error_set(err, ERR_PROTOCOL,
			"the server's answer is not understood: error %u: %s", code,
			text);
	error_set(err, ERR_SQL, "the connection was lost: error %u: %s", code, text);
	if (code == CR_SERVER_LOST && db->reads_rows)
		error_note(err,
			"the server hung up amid the result, or sent a row of more than %lu MiB",
			ROW_PACKET_MAX >> 20);
	err->sent = true;
	return -1;
}

/* ---- waiting ---- */

static void shut_down(struct db *db)
{
	int fd = socket_of(db);

	if (fd >= 0)
		(void)shutdown(
			fd, SHUT_RDWR); /* a socket that is closed already is as good */
	db->dead = true;
}

/*
 * Called by the watch thread: the library's call then fails. The socket stays open until
 * the thread that owns it closes it.
 */
static void interrupt(void *ctx)
{
	const int *fd = ctx;

	(void)shutdown(*fd, SHUT_RDWR);
}

/* One blocking call of the library, from enter to leave. */
struct blocking {
	struct watch_slot slot;
	int fd;
};

/* `asked`: an answer is due, so that giving up leaves a connection of no use. */
static int enter(struct db *db, const struct db_call *c, struct blocking *b, bool asked,
	struct error *err)
{
	struct deadline d = c->deadline;

	db->failure = (struct db_failure){ 0 };
	if (db->dead)
		return error_set(err, ERR_SQL, "the connection was lost");
	/*
	 * an answer that is due may still come in the time of grace; a new question may
	 * not be asked in it
	 */
	if (asked && d.at_us < UINT64_MAX - DB_GRACE_US)
		d.at_us += DB_GRACE_US;
	if (deadline_is_over(&d)) {
		if (asked)
			shut_down(db);
		deadline_error(err, deadline_wait(&d, -1, 0), "asking the database");
		err->sent = asked;
		return -1;
	}
	if (!asked && d.at_us < UINT64_MAX - DB_GRACE_US)
		d.at_us += DB_GRACE_US;
	*b = (struct blocking){ .fd = socket_of(db) };
	watch_arm(c->watch, &b->slot, &d, interrupt, &b->fd);
	return 0;
}

/* 0: the call came back by itself, whatever it says. */
static int leave(
	struct db *db, const struct db_call *c, struct blocking *b, struct error *err)
{
	enum wait_result fired = watch_disarm(c->watch, &b->slot);

	if (fired == WAIT_READY)
		return 0;
	db->dead = true;
	deadline_error(err, fired, "waiting for the database");
	err->sent = true;
	return -1;
}

/* ---- connecting ---- */

static const unsigned no_local_files;

static void set_attributes(const struct db *db, const char *run_id)
{
	db->lib.mysql_options(db->my, MYSQL_OPT_LOCAL_INFILE, &no_local_files);
	db->lib.mysql_options(db->my, MYSQL_SET_CHARSET_NAME, "utf8mb4");
	db->lib.mysql_options4(
		db->my, MYSQL_OPT_CONNECT_ATTR_ADD, "program_name", "postflight");
	if (run_id)
		db->lib.mysql_options4(db->my, MYSQL_OPT_CONNECT_ATTR_ADD, "run", run_id);
}

/*
 * A server, or whoever stands in its place, may ask for the password as it is. It gets it
 * only where its certificate was verified, or where no network lies between.
 */
static void restrict_plugins(const struct db *db, const struct db_settings *s)
{
#if IS_MARIADB_LIBRARY && MARIADB_PACKAGE_VERSION_ID >= 30200
	static const char careful[] =
		"mysql_native_password,caching_sha2_password,sha256_password,"
		"client_ed25519,parsec,auth_gssapi_client,authentication_ldap_sasl_client,"
		"authentication_kerberos_client,authentication_webauthn_client";

	if (!s->socket && s->ssl_mode < DB_SSL_VERIFY_CA)
		db->lib.mysql_optionsv(db->my, MARIADB_OPT_RESTRICTED_AUTH, careful);
#else
	(void)db; /* Oracle's library has its own switch for this, off by default */
	(void)s;
#endif
}

static void set_packet_limit(const struct db *db)
{
	unsigned long limit = ROW_PACKET_MAX;

	db->lib.mysql_options(db->my, MYSQL_OPT_MAX_ALLOWED_PACKET, &limit);
}

static void set_certificates(const struct db *db, const struct db_settings *s)
{
	if (s->ssl_ca)
		db->lib.mysql_options(db->my, MYSQL_OPT_SSL_CA, s->ssl_ca);
	if (s->ssl_cert)
		db->lib.mysql_options(db->my, MYSQL_OPT_SSL_CERT, s->ssl_cert);
	if (s->ssl_key)
		db->lib.mysql_options(db->my, MYSQL_OPT_SSL_KEY, s->ssl_key);
}

#if IS_MARIADB_LIBRARY
/*
 * MariaDB's library knows no check of the certificate alone: verify-ca checks the host's
 * name too. SSL_ENFORCE only means "try", so that db_connect looks at the cipher
 * afterwards.
 */
static void set_ssl(const struct db *db, const struct db_settings *s)
{
	my_bool on = s->ssl_mode != DB_SSL_DISABLED && !s->socket;
	my_bool verify = s->ssl_mode >= DB_SSL_VERIFY_CA;

	if (s->socket && s->ssl_mode >= DB_SSL_REQUIRED)
		on = 1;
	db->lib.mysql_options(db->my, MYSQL_OPT_SSL_ENFORCE, &on);
	db->lib.mysql_options(db->my, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &verify);
	if (on)
		set_certificates(db, s);
}
#else
static void set_ssl(const struct db *db, const struct db_settings *s)
{
	static const unsigned modes[DB_SSL_COUNT] = {
		[DB_SSL_DISABLED] = SSL_MODE_DISABLED,
		[DB_SSL_PREFERRED] = SSL_MODE_PREFERRED,
		[DB_SSL_REQUIRED] = SSL_MODE_REQUIRED,
		[DB_SSL_VERIFY_CA] = SSL_MODE_VERIFY_CA,
		[DB_SSL_VERIFY_IDENTITY] = SSL_MODE_VERIFY_IDENTITY,
	};
	bool public_key =
		true; /* caching_sha2_password without TLS asks for it; never over the network in clear */

	db->lib.mysql_options(db->my, MYSQL_OPT_SSL_MODE, &modes[s->ssl_mode]);
	db->lib.mysql_options(db->my, MYSQL_OPT_GET_SERVER_PUBLIC_KEY, &public_key);
	set_certificates(db, s);
}
#endif

static int check_encrypted(
	const struct db *db, const struct db_settings *s, struct error *err)
{
	if (s->ssl_mode < DB_SSL_REQUIRED || db->lib.mysql_get_ssl_cipher(db->my))
		return 0;
	error_set(err, ERR_TLS,
		"the connection to %.*s is not encrypted, but its ssl-mode asks for it",
		STR_ARG(s->url));
	error_note(err, "the server offers no TLS");
	return -1;
}

#if IS_MARIADB_LIBRARY
static enum wait_result wait_for(
	const struct db *db, int wanted, const struct deadline *d)
{
	short events = 0;

	if (wanted & MYSQL_WAIT_READ)
		events |= POLLIN;
	if (wanted & MYSQL_WAIT_WRITE)
		events |= POLLOUT;
	if (wanted & MYSQL_WAIT_EXCEPT)
		events |= POLLPRI;
	return deadline_wait(d, socket_of(db), events);
}

/*
 * The library's coroutine must come to its end: it is told that time is over until it
 * does.
 */
static void abandon(const struct db *db, MYSQL **ret, int status)
{
	for (int i = 0; status != 0 && i < MARK_MAX; i++)
		status = db->lib.mysql_real_connect_cont(ret, db->my, MYSQL_WAIT_TIMEOUT);
}

static int real_connect(const struct db *db, const char *host,
	const struct db_settings *s, const struct deadline *d, struct error *err)
{
	static const size_t stack_bytes = 256 * 1024;
	MYSQL *connected = NULL;
	int status;

	db->lib.mysql_options(db->my, MYSQL_OPT_NONBLOCK, &stack_bytes);
	status = db->lib.mysql_real_connect_start(&connected, db->my, host, s->user,
		s->password ? s->password : "", s->database, s->port, s->socket,
		CLIENT_MULTI_STATEMENTS);
	while (status != 0) {
		enum wait_result why = wait_for(db, status, d);

		if (why != WAIT_READY) {
			abandon(db, &connected, status);
			deadline_error(err, why, "connecting to the database");
			return -1;
		}
		/* whatever it waits for is there: what it asked for is passed back */
		status = db->lib.mysql_real_connect_cont(
			&connected, db->my, status & ~MYSQL_WAIT_TIMEOUT);
	}
	return connected ? 0 : connect_failed(db, s, err);
}
#else
/*
 * Oracle's library does not tell what it waits for, and has no descriptor to wait on until it is
 * connected: so it is asked again every so often, and at once when something came.
 */
static enum wait_result wait_for(const struct db *db, const struct deadline *d)
{
	static const uint64_t look_us = 2000;
	struct deadline look = deadline_min(*d, clock_mono_us(d->clock) + look_us);
	enum wait_result why =
		deadline_wait(&look, db->my->net.buff ? socket_of(db) : -1, POLLIN);

	return why == WAIT_TIMEOUT && deadline_left_us(d) > 0 ? WAIT_READY : why;
}

static int real_connect(const struct db *db, const char *host,
	const struct db_settings *s, const struct deadline *d, struct error *err)
{
	enum net_async_status status;

	while ((status = db->lib.mysql_real_connect_nonblocking(db->my, host, s->user,
			s->password ? s->password : "", s->database, s->port, s->socket,
			CLIENT_MULTI_STATEMENTS)) == NET_ASYNC_NOT_READY) {
		enum wait_result why = wait_for(db, d);

		if (why != WAIT_READY)
			return deadline_error(err, why, "connecting to the database");
	}
	return status == NET_ASYNC_COMPLETE ? 0 : connect_failed(db, s, err);
}
#endif

/*
 * The library is given an address, since its own look-up knows no deadline; it gets the
 * name only where the certificate is compared with it. "localhost" as a name would make
 * it look for a socket.
 */
static int connect_tcp(const struct db *db, const struct db_settings *s,
	const struct deadline *d, struct error *err)
{
	unsigned protocol = MYSQL_PROTOCOL_TCP;
	struct net_addresses found;
	char text[NI_MAXHOST];
	int rc = -1;

	db->lib.mysql_options(db->my, MYSQL_OPT_PROTOCOL, &protocol);
	if (net_resolve(s->host, s->port, d, &found, err))
		return -1;
	if (s->ssl_mode >= DB_SSL_VERIFY_CA)
		return real_connect(db, s->host, s, d, err);
	for (size_t i = 0; i < found.count && rc != 0; i++) {
		if (net_address_text(&found.items[i], text, sizeof(text), err))
			return -1;
		rc = real_connect(db, text, s, d, err);
		if (rc != 0 && db->lib.mysql_errno(db->my) != CR_CONN_HOST_ERROR &&
			db->lib.mysql_errno(db->my) != CR_CONNECTION_ERROR)
			break; /* somebody answered */
	}
	return rc;
}

static int open_connection(
	struct db *db, const struct connection_env *env, struct error *err)
{
	if (library_init(&db->lib, err))
		return -1;
	db->my = db->lib.mysql_init(NULL);
	if (!db->my)
		return error_set_oom(err);
	set_attributes(db, env->settings->run_id);
	set_packet_limit(db);
	restrict_plugins(db, &db->settings);
	set_ssl(db, &db->settings);
	if (db->settings.socket ?
			real_connect(db, NULL, &db->settings, &env->deadline, err) :
			connect_tcp(db, &db->settings, &env->deadline, err))
		return -1;
	return check_encrypted(db, &db->settings, err);
}

static const char *copy_text(struct arena *a, const char *text)
{
	return text ? arena_cstr(a, str_from(text)) : NULL;
}

static int copy_settings(struct db *db, const struct db_settings *s, struct error *err)
{
	struct arena *a = &db->arena;

	db->settings = *s;
	db->settings.host = copy_text(a, s->host);
	db->settings.socket = copy_text(a, s->socket);
	db->settings.user = copy_text(a, s->user);
	db->settings.password = copy_text(a, s->password);
	db->settings.database = copy_text(a, s->database);
	db->settings.ssl_ca = copy_text(a, s->ssl_ca);
	db->settings.ssl_cert = copy_text(a, s->ssl_cert);
	db->settings.ssl_key = copy_text(a, s->ssl_key);
	db->settings.url = arena_str(a, s->url);
	return arena_failed(a) ? error_set_oom(err) : 0;
}

int db_connect(const struct connection_env *env, const struct db_settings *s,
	struct db **ret, struct error *err)
{
	uint64_t started = clock_mono_us(env->clock);
	struct db *db = mem_calloc(1, sizeof(*db));

	if (!db)
		return error_set_oom(err);
	arena_init(&db->arena, DB_ARENA_MAX);
	if (copy_settings(db, s, err) || open_connection(db, env, err)) {
		db_free(db);
		return -1;
	}
	db->facts.opened_us = clock_mono_us(env->clock);
	db->facts.connect_us = db->facts.opened_us - started;
	*ret = db;
	return 0;
}

void db_free(struct db *db)
{
	if (!db)
		return;
	if (db->my)
		db->lib.mysql_close(db->my);
	arena_release(&db->arena);
	mem_free(db);
}

bool db_is_alive(const struct db *db)
{
	return !db->dead;
}

bool db_has_ended(const struct db *db)
{
	struct pollfd p = { .fd = socket_of(db), .events = POLLIN };

	/* nothing was asked: whatever can be read is the end, or the reason for it */
	return p.fd < 0 || poll(&p, 1, 0) != 0;
}

const struct db_settings *db_settings_of(const struct db *db)
{
	return &db->settings;
}

struct db_facts *db_facts(struct db *db)
{
	return &db->facts;
}

struct arena *db_arena(struct db *db)
{
	return &db->arena;
}

struct str db_greeting(const struct db *db)
{
	return str_from(db->lib.mysql_get_server_info(db->my));
}

bool db_no_backslash_escapes(const struct db *db)
{
	return (db->my->server_status & SERVER_STATUS_NO_BACKSLASH_ESCAPES) != 0;
}

const struct db_failure *db_last_failure(const struct db *db)
{
	return &db->failure;
}

/* ---- columns ---- */

static const struct column_type {
	enum enum_field_types type;
	enum db_type means;
} column_types[] = {
	{ MYSQL_TYPE_TINY, DB_INTEGER },
	{ MYSQL_TYPE_SHORT, DB_INTEGER },
	{ MYSQL_TYPE_INT24, DB_INTEGER },
	{ MYSQL_TYPE_LONG, DB_INTEGER },
	{ MYSQL_TYPE_LONGLONG, DB_INTEGER },
	{ MYSQL_TYPE_YEAR, DB_INTEGER },
	{ MYSQL_TYPE_BIT, DB_BIT },
	{ MYSQL_TYPE_DECIMAL, DB_DECIMAL },
	{ MYSQL_TYPE_NEWDECIMAL, DB_DECIMAL },
	{ MYSQL_TYPE_FLOAT, DB_FLOAT },
	{ MYSQL_TYPE_DOUBLE, DB_DOUBLE },
	{ MYSQL_TYPE_DATE, DB_TEMPORAL },
	{ MYSQL_TYPE_NEWDATE, DB_TEMPORAL },
	{ MYSQL_TYPE_TIME, DB_TEMPORAL },
	{ MYSQL_TYPE_DATETIME, DB_TEMPORAL },
	{ MYSQL_TYPE_TIMESTAMP, DB_TEMPORAL },
	{ MYSQL_TYPE_JSON, DB_JSON },
	{ MYSQL_TYPE_GEOMETRY, DB_BYTES },
	{ MYSQL_TYPE_NULL, DB_NULL },
};

/* MariaDB keeps JSON in a text column and says so beside the type. */
static bool has_json_format(const struct db *db, const MYSQL_FIELD *f)
{
#if IS_MARIADB_LIBRARY
	MARIADB_CONST_STRING format;

	return db->lib.mariadb_field_attr(&format, f, MARIADB_FIELD_ATTR_FORMAT_NAME) ==
		0 &&
		str_is(str_make(format.str, format.length), "json");
#else
	(void)db;
	(void)f;
	return false;
#endif
}

static enum db_type column_type(const struct db *db, const MYSQL_FIELD *f)
{
	for (size_t i = 0; i < ARRAY_SIZE(column_types); i++)
		if (column_types[i].type == f->type)
			return column_types[i].means;
	if (has_json_format(db, f))
		return DB_JSON;
	return f->charsetnr == BINARY_CHARSET ? DB_BYTES : DB_TEXT;
}

/* What reading one result needs to know. */
struct reading {
	struct db *db;
	const struct db_call *call;
	struct db_result *result;
	MYSQL_RES *rows;
	enum db_type *types;
	struct value_list_builder kept;
	size_t kept_bytes;
	bool bad;
};

static int read_columns(struct reading *r, struct error *err)
{
	struct arena *a = r->call->arena;
	size_t n = r->db->lib.mysql_num_fields(r->rows);
	const MYSQL_FIELD *fields = r->db->lib.mysql_fetch_fields(r->rows);
	struct str *names = arena_array(a, n, sizeof(*names));

	r->types = arena_array(a, n, sizeof(*r->types));
	if (!names || !r->types)
		return error_set_oom(err);
	for (size_t i = 0; i < n; i++) {
		names[i] = arena_str(a, str_make(fields[i].name, fields[i].name_length));
		r->types[i] = column_type(r->db, &fields[i]);
	}
	r->result->columns = names;
	r->result->ncolumns = n;
	r->result->has_rows = true;
	return arena_failed(a) ? error_set_oom(err) : 0;
}

/* ---- rows ---- */

static size_t row_bytes(const unsigned long *lengths, size_t n)
{
	size_t sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += lengths[i];
	return sum;
}

static void keep_row(struct reading *r, char **cells, const unsigned long *lengths)
{
	struct arena *a = r->call->arena;
	struct value_object_builder row = { 0 };

	for (size_t i = 0; i < r->result->ncolumns; i++) {
		struct str cell = { 0 };
		bool bad = false;

		/* the row's buffer is the library's; an empty cell is not an absent one */
		if (cells[i])
			cell = arena_str(a,
				lengths[i] > 0 ? str_make(cells[i], lengths[i]) :
						 STR(""));
		value_object_add(a, &row, r->result->columns[i],
			db_value(a, r->types[i], cell, &bad));
		r->bad = r->bad || bad;
	}
	value_list_add(a, &r->kept, value_object_finish(a, &row));
}

static bool may_keep(const struct reading *r, size_t bytes)
{
	const struct limits *l = r->call->limits;
	size_t most = r->call->keep_rows < l->max_rows_kept ? r->call->keep_rows :
							      l->max_rows_kept;

	return !r->result->cut && r->kept.count < most &&
		bytes <= l->max_rows_bytes - r->kept_bytes;
}

/* One row; false: no more are wanted. */
static bool take_row(struct reading *r, char **cells)
{
	const unsigned long *lengths = r->db->lib.mysql_fetch_lengths(r->rows);
	size_t bytes = row_bytes(lengths, r->result->ncolumns);

	if (++r->result->row_count > r->call->limits->max_rows_counted) {
		r->result->stopped = true;
		r->result->cut = true;
		return false;
	}
	if (may_keep(r, bytes)) {
		r->kept_bytes += bytes;
		keep_row(r, cells, lengths);
	} else {
		r->result->cut = true;
	}
	return !r->bad && !arena_failed(r->call->arena);
}

static int rows_ended(struct reading *r, bool more, struct error *err)
{
	struct db *db = r->db;

	if (more)
		shut_down(db); /* what still comes is not waited for */
	if (arena_failed(r->call->arena))
		return error_set(err, ERR_LIMIT,
			"the result does not fit the memory of an attempt (%zu bytes)",
			r->call->arena->max_bytes);
	if (r->bad)
		return error_set(err, ERR_PROTOCOL,
			"a value of the result is not what its column's type promises");
	if (!more &&
		db->lib.mysql_errno(db->my) !=
			0) /* it may break off after its columns came */
		return statement_failed(db, err);
	r->result->rows = value_list_finish(r->call->arena, &r->kept);
	return r->result->rows ? 0 : error_set_oom(err);
}

static int read_rows(struct reading *r, struct error *err)
{
	char **cells;
	bool more = false;

	if (read_columns(r, err)) {
		shut_down(r->db);
		return -1;
	}
	while ((cells = r->db->lib.mysql_fetch_row(r->rows)) != NULL) {
		more = !take_row(r, cells);
		if (more)
			break;
	}
	return rows_ended(r, more, err);
}

/* The result that is there: rows, or the figures of a statement without any. */
static int read_result(
	struct db *db, const struct db_call *c, struct db_result *ret, struct error *err)
{
	struct reading r = { .db = db, .call = c, .result = ret };
	int rc;

	r.rows = db->lib.mysql_use_result(db->my);
	if (!r.rows) {
		if (db->lib.mysql_field_count(db->my) != 0 ||
			db->lib.mysql_errno(db->my) != 0)
			return statement_failed(db, err);
		ret->affected = db->lib.mysql_affected_rows(db->my);
		ret->warnings = db->lib.mysql_warning_count(db->my);
		return 0;
	}
	db->reads_rows = true;
	rc = read_rows(&r, err);
	db->reads_rows = false;
	db->lib.mysql_free_result(r.rows);
	ret->warnings = db->dead ? 0 : db->lib.mysql_warning_count(db->my);
	return rc;
}

/* ---- statements ---- */

int db_start(struct db *db, const struct db_call *c, struct str sql, struct error *err)
{
	struct blocking b;
	int rc;

	if (enter(db, c, &b, false, err))
		return -1;
	rc = db->lib.mysql_real_query(db->my, sql.p, (unsigned long)sql.n);
	if (leave(db, c, &b, err))
		return -1;
	return rc == 0 ? 0 : statement_failed(db, err);
}

int db_fetch(
	struct db *db, const struct db_call *c, struct db_result *ret, struct error *err)
{
	uint64_t started = clock_mono_us(c->deadline.clock);
	struct db_result result = { 0 };
	struct blocking b;
	int rc;

	if (enter(db, c, &b, true, err))
		return -1;
	rc = read_result(db, c, &result, err);
	if (leave(db, c, &b, err) || rc)
		return -1;
	result.fetch_us = clock_mono_us(c->deadline.clock) - started;
	*ret = result;
	return 0;
}

bool db_more(const struct db *db)
{
	return !db->dead && db->lib.mysql_more_results(db->my);
}

int db_next(struct db *db, const struct db_call *c, struct error *err)
{
	struct blocking b;
	int rc;

	if (enter(db, c, &b, true, err))
		return -1;
	rc = db->lib.mysql_next_result(db->my);
	if (leave(db, c, &b, err))
		return -1;
	return rc <= 0 ? 0 : statement_failed(db, err);
}

static int drain(struct db *db, const struct db_call *c, struct error *err)
{
	struct db_call counting = *c;

	counting.keep_rows = 0;
	while (db_more(db)) {
		struct db_result ignored;

		if (db_next(db, &counting, err) || db_fetch(db, &counting, &ignored, err))
			return -1;
	}
	return 0;
}

int db_query(struct db *db, const struct db_call *c, struct str sql,
	struct db_result *ret, struct error *err)
{
	uint64_t started = clock_mono_us(c->deadline.clock);
	struct db_result result;

	if (db_start(db, c, sql, err))
		return -1;
	uint64_t answered = clock_mono_us(c->deadline.clock);

	if (db_fetch(db, c, &result, err) || (!result.stopped && drain(db, c, err)))
		return -1;
	result.exec_us = answered - started;
	*ret = result;
	return 0;
}

struct str db_cell(const struct db_result *r, size_t row, const char *column)
{
	const struct value *v;

	if (!r->rows || row >= r->rows->u.list.count)
		return (struct str){ 0 };
	v = value_get(r->rows->u.list.items[row], column);
	return v && v->type != VALUE_NULL ? v->text : (struct str){ 0 };
}
