#include "probes/http_race.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "harness/base/mem.h"
#include "harness/value/charset.h"
#include "harness/value/json.h"
#include "probes/http_dial.h"
#include "probes/http_observe.h"
#include "probes/http_reader.h"
#include "probes/http_url.h"

#define READ_BYTES ((size_t)16 * 1024)
#define LEAST_BODY ((size_t)64 * 1024)
#define EVENTS_AT_ONCE 64
#define TARGETS_SETTING "POSTFLIGHT_ALLOW_TARGETS"

/* One of the N. */
struct runner {
	struct http_reader reader;
	uint64_t released_us, done_us;
	const char *error; /* word, NULL: none */
	bool over;
};

struct race {
	const struct http_call *call;
	const struct http_request *request;
	struct http_dial *dial;
	struct str bytes; /* the request */
	size_t count, open; /* open: still without an end */
	int epoll;
	struct runner *runners;
};

/* ---- may it be asked? ------------------------------------------------------------------------ */

static bool is_loopback_name(struct arena *a, struct str host)
{
	const char *text = arena_cstr(a, host);
	struct in_addr v4;
	struct in6_addr v6;
	if (!text)
		return false;
	if (str_eq_nocase(host, STR("localhost")))
		return true;
	if (inet_pton(AF_INET, text, &v4) == 1)
		return (ntohl(v4.s_addr) >> 24) == 127;
	return inet_pton(AF_INET6, text, &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
}

/* Names are separated by commas or blanks. */
static bool is_listed(const struct settings *settings, struct str host)
{
	const char *list = settings && settings->env ?
		settings->env(settings->ctx, TARGETS_SETTING) :
		NULL;
	struct str rest = str_from(list);
	while (rest.n) {
		size_t n = 0;
		while (n < rest.n && !strchr(", \t", rest.p[n]))
			n++;
		if (n && str_eq_nocase(str_sub(rest, 0, n), host))
			return true;
		rest = str_sub(rest, n + 1, SIZE_MAX);
	}
	return false;
}

static int refuse(struct str host, struct error *err)
{
	(void)error_set(err, ERR_CONNECT,
		"a race against '%.*s' is not allowed: it is not on this machine",
		STR_ARG(str_sub(host, 0, 200)));
	error_note(err, "--allow-target %.*s (or " TARGETS_SETTING ") if it is yours to load", STR_ARG(str_sub(host, 0, 100)));
	return -1;
}

/* ---- the bytes ------------------------------------------------------------------------------- */

static void add_line(struct strbuf *out, struct str name, struct str value)
{
	strbuf_add(out, name);
	strbuf_adds(out, value.n ? ": " : ":");
	strbuf_add(out, value);
	strbuf_adds(out, "\r\n");
}

static bool is_suppressed(const struct http_request *rq, struct str name)
{
	for (size_t i = 0; i < rq->options->no_headers.count; i++)
		if (str_eq_nocase(str_trim(rq->options->no_headers.items[i]), name))
			return true;
	return http_headers_find(&rq->headers, name) != NULL;
}

static int add_cookies(struct http_client *c, const struct http_call *call,
	const struct http_request *rq, struct strbuf *out, struct error *err)
{
	struct str stored = { 0 };
	if (!rq->options->no_cookie_store &&
		http_client_cookies(c, call->arena, rq->url, &stored, err))
		return -1;
	if (!stored.n && !rq->cookies.n)
		return 0;
	strbuf_adds(out, "Cookie: ");
	strbuf_add(out, stored);
	strbuf_adds(out, stored.n && rq->cookies.n ? "; " : "");
	strbuf_add(out, rq->cookies);
	strbuf_adds(out, "\r\n");
	return 0;
}

static int write_request(struct http_client *c, const struct http_call *call,
	const struct http_request *rq, struct strbuf *out, struct error *err)
{
	struct str url = rq->url;
	if (!rq->options->path_as_is &&
		http_url_resolve(call->arena, rq->url, rq->url, &url, err))
		return -1;
	if (str_find_char(http_url_authority(url), '@') != SIZE_MAX)
		return error_set(err, ERR_TEMPLATE,
			"a race takes its credentials from [BasicAuth] or 'user', not from the URL");

	strbuf_add(out, rq->method);
	strbuf_addc(out, ' ');
	strbuf_add(out, http_url_target(url));
	strbuf_adds(out, " HTTP/1.1\r\n");
	if (!is_suppressed(rq, STR("Host")))
		add_line(out, STR("Host"), http_url_authority(url));
	if (!is_suppressed(rq, STR("Accept")))
		add_line(out, STR("Accept"), STR("*/*"));
	for (size_t i = 0; i < rq->headers.count; i++)
		add_line(out, rq->headers.items[i].name, rq->headers.items[i].value);
	if (add_cookies(c, call, rq, out, err))
		return -1;
	if (rq->body.n && !is_suppressed(rq, STR("Content-Length")))
		strbuf_addf(out, "Content-Length: %zu\r\n", rq->body.n);
	strbuf_adds(out, "\r\n");
	strbuf_add(out, rq->body);
	return 0;
}

static int build_bytes(struct http_client *c, const struct http_call *call,
	const struct http_request *rq, struct str *ret, struct error *err)
{
	struct strbuf out;
	strbuf_init(&out, call->limits->max_body_bytes + call->limits->max_header_bytes);
	int rc = write_request(c, call, rq, &out, err);
	if (!rc) {
		*ret = strbuf_failed(&out) ? (struct str){ 0 } :
					     arena_str(call->arena, strbuf_str(&out));
		if (!ret->p)
			rc = error_set_oom(err);
	}
	strbuf_release(&out);
	return rc;
}

/* ---- sending --------------------------------------------------------------------------------- */

static uint64_t now_us(const struct race *r)
{
	return clock_mono_us(r->call->deadline->clock);
}

/*
 * Hands all but the last byte to the kernel. Nothing is complete yet, so nothing has
 * been asked.
 */
static int send_most(struct race *r, size_t i, struct error *err)
{
	struct str left = str_sub(r->bytes, 0, r->bytes.n - 1);
	while (left.n) {
		size_t sent = 0;
		enum http_io io = http_dial_send(r->dial, i, left, &sent);
		if (io == HTTP_IO_DONE) {
			left = str_sub(left, sent, SIZE_MAX);
			continue;
		}
		if (io != HTTP_IO_AGAIN)
			return error_set(err, ERR_PROTOCOL,
				"connection %zu of the race was lost before it began",
				i + 1);
		enum wait_result why = deadline_wait(
			r->call->deadline, http_dial_fd(r->dial, i), POLLOUT);
		if (why != WAIT_READY)
			return deadline_error(err, why, "sending the race's requests");
	}
	return 0;
}

static void end_runner(struct race *r, size_t i, const char *error)
{
	struct runner *one = &r->runners[i];
	if (one->over)
		return;
	one->over = true;
	one->error = error;
	one->done_us = now_us(r);
	r->open--;
	(void)epoll_ctl(r->epoll, EPOLL_CTL_DEL, http_dial_fd(r->dial, i), NULL);
}

/* The instant: nothing but the last bytes. */
static void release_all(struct race *r)
{
	struct str last = str_sub(r->bytes, r->bytes.n - 1, 1);
	for (size_t i = 0; i < r->count; i++) {
		size_t sent = 0;
		enum http_io io = http_dial_send(r->dial, i, last, &sent);
		r->runners[i].released_us = now_us(r);
		if (io != HTTP_IO_DONE)
			r->runners[i].error = "protocol";
	}
	for (size_t i = 0; i < r->count; i++)
		if (r->runners[i].error)
			end_runner(r, i, r->runners[i].error);
}

/* ---- the answers ----------------------------------------------------------------------------- */

/*
 * Reads what is there: under TLS until there is no more, for the descriptor does not
 * tell of what the library holds.
 */
static int read_some(struct race *r, size_t i, struct error *err)
{
	struct runner *one = &r->runners[i];
	char buf[READ_BYTES];
	struct error problem;

	while (!one->over) {
		size_t n = 0;
		enum http_io io = http_dial_recv(r->dial, i, buf, sizeof(buf), &n);
		if (io == HTTP_IO_AGAIN)
			return 0;
		int rc = io == HTTP_IO_DONE ?
			http_reader_feed(&one->reader, str_make(buf, n), &problem) :
			http_reader_close(&one->reader, &problem);
		if (rc && problem.code == ERR_OOM)
			return error_set_oom(err);
		if (rc || http_reader_is_done(&one->reader))
			end_runner(r, i, rc ? "protocol" : NULL);
		if (deadline_is_over(r->call->deadline))
			return 0;
	}
	return 0;
}

static int read_ready(struct race *r, struct error *err)
{
	struct epoll_event events[EVENTS_AT_ONCE];
	int n = epoll_wait(r->epoll, events, EVENTS_AT_ONCE, 0);
	for (int i = 0; i < n; i++)
		if (read_some(r, (size_t)events[i].data.u64, err))
			return -1;
	return 0;
}

static int read_all(struct race *r, struct error *err)
{
	while (r->open) {
		enum wait_result why = deadline_wait(r->call->deadline, r->epoll, POLLIN);
		if (why == WAIT_CANCELLED) {
			(void)deadline_error(err, why, "waiting for the race's answers");
			err->sent = !http_method_is_idempotent(r->request->method);
			return -1;
		}
		if (why == WAIT_TIMEOUT)
			break;
		if (read_ready(r, err))
			return -1;
	}
	for (size_t i = 0; i < r->count; i++)
		end_runner(r, i, "timeout");
	return 0;
}

/* ---- the observation ------------------------------------------------------------------------- */

static const struct value *text_of(struct arena *a, struct str bytes)
{
	struct strbuf sb;
	if (utf8_check(bytes) == SIZE_MAX)
		return value_string(a, bytes);
	strbuf_init(&sb, bytes.n * 3);
	charset_utf8_lossy(&sb, bytes);
	return value_take(a, &sb, VALUE_STRING);
}

static int add_body(struct race *r, const struct http_reader *reader,
	struct value_object_builder *b, struct error *err)
{
	struct arena *a = r->call->arena;
	struct str bytes = arena_str(a, strbuf_str(&reader->body));
	const struct value *body;
	const struct value *json;
	struct str problem;
	struct error not_json;

	if (!bytes.p)
		return error_set_oom(err);
	if (http_decoded_body(
		    a, r->call->limits, &reader->headers, bytes, &body, &problem, err))
		return -1;
	if (!body)
		return 0;
	value_object_add(a, b, STR("body"), text_of(a, body->text));
	if (body->text.n &&
		!json_parse(a, body->text, r->call->limits->max_depth, &json, NULL,
			&not_json))
		value_object_add(a, b, STR("json"), json);
	return 0;
}

/*
 * Members that do not apply are absent: an answer that never came has neither status
 * nor body.
 */
static const struct value *answer_value(
	struct race *r, const struct runner *one, struct error *err)
{
	struct arena *a = r->call->arena;
	struct value_object_builder b = { 0 };

	if (one->error) {
		value_object_add(
			a, &b, STR("error"), value_string(a, str_from(one->error)));
	} else {
		value_object_add(a, &b, STR("status"), value_int(a, one->reader.status));
		value_object_add(a, &b, STR("headers"),
			http_headers_value(a, &one->reader.headers));
		if (add_body(r, &one->reader, &b, err))
			return NULL;
	}
	value_object_add(a, &b, STR("duration"),
		value_uint(a, (one->done_us - one->released_us) / 1000));
	const struct value *v = value_object_finish(a, &b);
	if (!v)
		(void)error_set_oom(err);
	return v;
}

static void measure(const struct race *r, struct http_race *ret)
{
	uint64_t first = r->runners[0].released_us;
	uint64_t end = first;
	for (size_t i = 0; i < r->count; i++) {
		const struct runner *one = &r->runners[i];
		if (one->done_us > end)
			end = one->done_us;
		ret->server_error = ret->server_error ||
			(!one->error && one->reader.status >= 500);
	}
	ret->spread_us = r->runners[r->count - 1].released_us - first;
	ret->duration_us = end - first;
	ret->local = true;
	for (size_t i = 0; i < r->count; i++)
		ret->local = ret->local && http_dial_is_local(r->dial, i);
}

#define SPREAD_MAX_US 2000

struct str http_race_warning(struct arena *a, const struct http_race *race)
{
	if (!race->local || race->spread_us <= SPREAD_MAX_US)
		return (struct str){ 0 };
	return arena_printf(a,
		"the requests of the race left within %llu.%03llu ms, which is more than 2 ms: this machine was too busy to make them meet",
		(unsigned long long)(race->spread_us / 1000),
		(unsigned long long)(race->spread_us % 1000));
}

static int build_tree(struct race *r, struct http_race *ret, struct error *err)
{
	struct arena *a = r->call->arena;
	struct value_list_builder list = { 0 };
	struct value_object_builder b = { 0 };
	struct http_race race = { 0 };

	measure(r, &race);
	for (size_t i = 0; i < r->count; i++) {
		const struct value *one = answer_value(r, &r->runners[i], err);
		if (!one)
			return -1;
		value_list_add(a, &list, one);
	}
	value_object_add(a, &b, STR("responses"), value_list_finish(a, &list));
	value_object_add(a, &b, STR("spread_us"), value_uint(a, race.spread_us));
	value_object_add(a, &b, STR("duration"), value_uint(a, race.duration_us / 1000));
	race.tree = value_object_finish(a, &b);
	if (!race.tree)
		return error_set_oom(err);
	*ret = race;
	return 0;
}

/* ---- all of it ------------------------------------------------------------------------------- */

static size_t body_share(const struct race *r)
{
	size_t share = r->call->limits->max_body_bytes / r->count;
	return share > LEAST_BODY ? share : LEAST_BODY;
}

static int start_reading(struct race *r, struct error *err)
{
	bool head = str_is(r->request->method, "HEAD");
	r->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (r->epoll < 0)
		return error_set(err, ERR_INTERNAL, "epoll: %s", error_of_system(errno));
	for (size_t i = 0; i < r->count; i++) {
		struct epoll_event event = { .events = EPOLLIN, .data.u64 = i };
		http_reader_init(&r->runners[i].reader, r->call->arena,
			r->call->limits->max_header_bytes, body_share(r), head);
		if (epoll_ctl(r->epoll, EPOLL_CTL_ADD, http_dial_fd(r->dial, i), &event))
			return error_set(
				err, ERR_INTERNAL, "epoll: %s", error_of_system(errno));
	}
	return 0;
}

static int open_all(struct race *r, bool anywhere, struct str host, struct error *err)
{
	if (http_dial_open(r->call, r->request, r->count, &r->dial, err))
		return -1;
	for (size_t i = 0; i < r->count && !anywhere; i++)
		if (!http_dial_is_local(r->dial, i))
			return refuse(host, err);
	return start_reading(r, err);
}

static int run_race(struct race *r, struct http_race *ret, struct error *err)
{
	for (size_t i = 0; i < r->count; i++)
		if (send_most(r, i, err))
			return -1;
	release_all(r);
	return read_all(r, err) || build_tree(r, ret, err) ? -1 : 0;
}

static void release_race(struct race *r)
{
	for (size_t i = 0; r->runners && i < r->count; i++)
		http_reader_release(&r->runners[i].reader);
	mem_free(r->runners);
	http_dial_close(r->dial);
	if (r->epoll >= 0)
		(void)close(r->epoll);
}

int http_race_run(struct http_client *c, const struct http_call *call,
	const struct settings *settings, const struct http_request *rq,
	struct http_race *ret, struct error *err)
{
	int64_t n = rq->options->race;
	struct str host = http_url_host(call->arena, rq->url);
	bool listed = is_listed(settings, host);

	if (n < 2 || (uint64_t)n > call->limits->max_race)
		return error_set(err, ERR_TEMPLATE,
			"a race needs 2 to %zu requests, not %lld",
			call->limits->max_race, (long long)n);
	if (!host.p)
		return error_set(err, ERR_TEMPLATE, "'%.*s' is no URL with a host",
			STR_ARG(str_sub(rq->url, 0, 300)));
	if (!listed && !rq->options->unix_socket.p &&
		!is_loopback_name(call->arena, host))
		return refuse(host, err);

	struct race r = { .call = call,
		.request = rq,
		.count = (size_t)n,
		.open = (size_t)n,
		.epoll = -1 };
	int rc = build_bytes(c, call, rq, &r.bytes, err);
	if (!rc) {
		r.runners = mem_calloc(r.count, sizeof(*r.runners));
		rc = r.runners ?
			open_all(&r, listed, host, err) || run_race(&r, ret, err) :
			error_set_oom(err);
	}
	release_race(&r);
	return rc ? -1 : 0;
}
