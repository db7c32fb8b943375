#include "tests/service/http.h"

#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/service/app.h"
#include "tests/service/db.h"
#include "tests/service/error.h"
#include "tests/service/exchange.h"
#include "tests/service/json.h"
#include "tests/service/jwt.h"
#include "tests/service/metrics.h"
#include "tests/service/routes.h"
#include "tests/service/wire.h"

#define BODY_MAX ((size_t)100 * 1024)
#define CONNECTIONS_MAX 1024u
#define IDLE_SECONDS 5u
#define STACK_BYTES ((size_t)512 * 1024)
#define DRAIN_MS 3000

struct http {
	struct app *app;
	struct MHD_Daemon *daemon;
	atomic_ulong under_way;		/* requests without a complete answer */
};

/* Per connection, beside its socket. */
struct line {
	unsigned long requests;
};

static struct line *line_of(struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

	return info ? info->socket_context : NULL;
}

static void on_connection(void *cls, struct MHD_Connection *connection, void **context,
			  enum MHD_ConnectionNotificationCode code)
{
	(void)cls;
	(void)connection;
	if (code == MHD_CONNECTION_NOTIFY_STARTED) {
		*context = calloc(1, sizeof(struct line));	/* without it nothing is counted */
		return;
	}
	free(*context);
	*context = NULL;
	db_thread_end();
}

static bool is_type(const char *header, const char *type)
{
	size_t n = strlen(type);

	return header && !strncasecmp(header, type, n) && (!header[n] || strchr("; \t", header[n]));
}

/* Any content type but the two known ones counts as an empty body. True when the body is fine. */
static bool read_body(struct exchange *x)
{
	const char *type = exchange_header(x, "Content-Type");

	if (x->body_too_large || text_failed(&x->body)) {
		(void)exchange_refuse(x, 413, "request entity too large");
		return false;
	}
	if (!x->body.n)
		return true;
	if (is_type(type, "application/x-www-form-urlencoded"))
		x->json = json_parse_form(text_get(&x->body), x->body.n);
	if (!is_type(type, "application/json"))
		return true;
	x->json = json_parse(text_get(&x->body), x->body.n);
	if (!x->json)
		(void)exchange_refuse(x, 400, "the body is no valid JSON object or list");
	return x->json != NULL;
}

static cJSON *read_claims(const struct exchange *x)
{
	static const char scheme[] = "Bearer ";
	const char *header = exchange_header(x, "Authorization");

	if (!header || strncasecmp(header, scheme, sizeof(scheme) - 1))
		return NULL;
	const char *token = header + sizeof(scheme) - 1;
	cJSON *claims = jwt_verify(token, app_jwt_secret(x->app));
	if (!claims && fault_on(&x->app->faults, FAULT_WEAK_SECRET))
		claims = jwt_verify(token, APP_WEAK_SECRET);
	return claims;
}

/* The token guard. True when the request may pass. */
static bool may_pass(struct exchange *x)
{
	if (x->route->roles == ROLES_OPEN)
		return true;
	x->claims = read_claims(x);
	if (!x->claims) {
		(void)exchange_refuse_plain(x, 401, "Unauthorized");
		return false;
	}
	if (x->route->roles == ROLES_ANY || role_bit(json_string(x->claims, "role")) & x->route->roles)
		return true;
	(void)exchange_refuse(x, 403, "Forbidden resource");
	return false;
}

static bool find_route(struct exchange *x)
{
	struct text message = { 0 };

	x->route = route_find(x->method, x->path, &x->id);
	if (x->route)
		return true;
	text_addf(&message, "Cannot %s %s", x->method, x->path);
	(void)exchange_refuse(x, 404, text_get(&message));
	text_release(&message);
	return false;
}

/* Where hashing starves the others, they wait here. */
static void wait_for_hashing(struct app *app)
{
	if (!fault_on(&app->faults, FAULT_LOGIN_STARVES))
		return;
	pthread_rwlock_rdlock(&app->hashing);
	pthread_rwlock_unlock(&app->hashing);
}

static void handle(struct exchange *x)
{
	struct error err;

	if (!strcmp(x->method, MHD_HTTP_METHOD_OPTIONS)) {
		(void)exchange_text(x, MHD_HTTP_NO_CONTENT, NULL);
		return;
	}
	if (!read_body(x) || !find_route(x) || !may_pass(x))
		return;
	wait_for_hashing(x->app);
	exchange_find_tenant(x);
	if (x->route->handle(x, &err)) {
		app_log("%s %s: %s", x->method, x->path, err.message);
		(void)exchange_refuse_plain(x, 500, "Internal server error");
	}
	exchange_release_db(x);
}

/* Puts the answer into x->text, where it is a JSON value up to now. */
static void write_answer(struct exchange *x)
{
	struct error err;

	if (!x->answer)
		return;
	text_clear(&x->text);
	if (json_print(&x->text, x->answer, &err)) {
		text_clear(&x->text);
		text_add(&x->text, "{\"statusCode\":500,\"message\":\"Internal server error\"}");
		x->status = 500;
	}
	x->type = "application/json; charset=utf-8";
}

static void add_header(struct MHD_Response *response, const char *name, const char *value)
{
	(void)MHD_add_response_header(response, name, value);	/* fails without memory: one header less */
}

static void add_headers(const struct exchange *x, struct MHD_Response *response, const char *etag)
{
	add_header(response, "Access-Control-Allow-Origin", "*");
	add_header(response, "X-Powered-By", "Express");
	add_header(response, "Keep-Alive", "timeout=5");
	if (x->type)
		add_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, x->type);
	if (*etag)
		add_header(response, MHD_HTTP_HEADER_ETAG, etag);
	if (x->status == MHD_HTTP_FOUND)
		add_header(response, MHD_HTTP_HEADER_LOCATION, x->path);
	if (x->status == MHD_HTTP_NO_CONTENT) {
		add_header(response, "Access-Control-Allow-Methods", "GET,HEAD,PUT,PATCH,POST,DELETE");
		add_header(response, "Access-Control-Allow-Headers", "*");
	}
}

/* A GET whose answer the client has already becomes 304. */
static void check_match(struct exchange *x, const char *etag)
{
	const char *known = exchange_header(x, MHD_HTTP_HEADER_IF_NONE_MATCH);
	bool reads = !strcmp(x->method, MHD_HTTP_METHOD_GET) || !strcmp(x->method, MHD_HTTP_METHOD_HEAD);

	if (!known || !*etag || !reads || x->status != MHD_HTTP_OK || !strstr(known, etag))
		return;
	x->status = MHD_HTTP_NOT_MODIFIED;
	text_clear(&x->text);
}

static enum MHD_Result send_answer(struct exchange *x)
{
	struct text etag = { 0 };
	struct error err;
	enum MHD_Result rc = MHD_NO;

	if (x->text.n && secret_add_etag(&etag, text_get(&x->text), x->text.n, &err))
		text_clear(&etag);
	check_match(x, text_get(&etag));
	metrics_count(x->app->metrics, x->method, x->path, x->status);
	struct MHD_Response *response = wire_response(x);
	if (response) {
		add_headers(x, response, text_get(&etag));
		rc = MHD_queue_response(x->connection, x->status, response);
		MHD_destroy_response(response);
	}
	text_release(&etag);
	return rc;
}

static enum MHD_Result finish(struct exchange *x)
{
	struct line *line = line_of(x->connection);
	unsigned long number = line ? ++line->requests : 0;

	/* The time that the answer takes is not the client's idleness. */
	(void)MHD_set_connection_option(x->connection, MHD_CONNECTION_OPTION_TIMEOUT, 0u);
	bool intercepted = wire_intercept(x, number);
	if (!intercepted)
		handle(x);
	if (!x->dropped)
		write_answer(x);
	if (!intercepted)
		wire_spoil(x);
	(void)MHD_set_connection_option(x->connection, MHD_CONNECTION_OPTION_TIMEOUT, IDLE_SECONDS);
	return x->dropped ? MHD_NO : send_answer(x);
}

static enum MHD_Result on_request(void *cls, struct MHD_Connection *connection, const char *url,
				  const char *method, const char *version, const char *upload,
				  size_t *upload_size, void **slot)
{
	struct http *http = cls;
	struct exchange *x = *slot;

	(void)version;
	if (!x) {
		x = exchange_new(http->app, connection, method, url);
		if (!x)
			return MHD_NO;
		atomic_fetch_add(&http->under_way, 1);
		*slot = x;
		return MHD_YES;
	}
	if (!*upload_size)
		return finish(x);
	if (x->body.n + *upload_size > BODY_MAX)
		x->body_too_large = true;
	else
		text_addn(&x->body, upload, *upload_size);
	*upload_size = 0;
	return MHD_YES;
}

static void on_completed(void *cls, struct MHD_Connection *connection, void **slot,
			 enum MHD_RequestTerminationCode code)
{
	struct http *http = cls;

	(void)connection;
	(void)code;
	if (!*slot)
		return;
	exchange_free(*slot);
	*slot = NULL;
	atomic_fetch_sub(&http->under_way, 1);
}

int http_start(struct app *app, struct http **ret, struct error *err)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons((uint16_t)app->config.port) };
	struct http *http = calloc(1, sizeof(*http));

	if (!http)
		return error_set_memory(err);
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	http->app = app;
	http->daemon = MHD_start_daemon(
		MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_THREAD_PER_CONNECTION | MHD_USE_POLL | MHD_USE_ITC,
		0, NULL, NULL, on_request, http, MHD_OPTION_SOCK_ADDR, &address,
		MHD_OPTION_CONNECTION_LIMIT, CONNECTIONS_MAX, MHD_OPTION_CONNECTION_TIMEOUT, IDLE_SECONDS,
		MHD_OPTION_THREAD_STACK_SIZE, STACK_BYTES, MHD_OPTION_LISTEN_BACKLOG_SIZE, 511u,
		MHD_OPTION_NOTIFY_COMPLETED, on_completed, http,
		MHD_OPTION_NOTIFY_CONNECTION, on_connection, http, MHD_OPTION_END);
	if (!http->daemon) {
		free(http);
		return error_set(err, 0, "listening on 127.0.0.1:%ld failed: %s", app->config.port,
				 strerror(errno));
	}
	*ret = http;
	return 0;
}

unsigned http_port(const struct http *http)
{
	const union MHD_DaemonInfo *info = MHD_get_daemon_info(http->daemon, MHD_DAEMON_INFO_BIND_PORT);

	return info ? info->port : 0;
}

void http_stop(struct http *http)
{
	if (!http)
		return;
	MHD_socket listening = MHD_quiesce_daemon(http->daemon);
	int64_t end = app_clock_ms() + DRAIN_MS;
	while (atomic_load(&http->under_way) && app_clock_ms() < end)
		(void)poll(NULL, 0, 5);		/* the stop descriptor is readable by now: no use waiting on it */
	MHD_stop_daemon(http->daemon);
	if (listening != MHD_INVALID_SOCKET)
		close(listening);
	free(http);
}
