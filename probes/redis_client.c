#include "probes/redis_client.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

#include <hiredis.h>

#include "harness/base/mem.h"
#include "probes/net.h"

struct redis_client {
	int fd;
	redisReader *reader;
	size_t reply_bytes;	/* fed since the last complete reply */
	bool dead;
};

/* ---- replies to values ----------------------------------------------------------------------- */

static const struct value *to_value(struct arena *a, const redisReply *r);

static const struct value *to_list(struct arena *a, const redisReply *r)
{
	struct value_list_builder b = { 0 };

	for (size_t i = 0; i < r->elements; i++)
		value_list_add(a, &b, to_value(a, r->element[i]));
	return value_list_finish(a, &b);
}

/* Depth is the reader's: it refuses more than seven (0.14) or nine levels. */
static const struct value *to_value(struct arena *a, const redisReply *r)
{
	if (r->type == REDIS_REPLY_NIL)
		return value_null();
	if (r->type == REDIS_REPLY_INTEGER)
		return value_int(a, r->integer);
	if (r->type == REDIS_REPLY_ARRAY)
		return to_list(a, r);
	return value_string(a, arena_str(a, r->len > 0 ? str_make(r->str, r->len) : STR("")));
}

static int take_reply(struct redis_client *r, const struct redis_call *c, redisReply *reply, struct redis_reply *ret, struct error *err)
{
	struct redis_reply taken = { .is_error = reply->type == REDIS_REPLY_ERROR };

	taken.value = to_value(c->arena, reply);
	freeReplyObject(reply);
	r->reply_bytes = 0;
	if (!taken.value || arena_failed(c->arena))
		return error_set(err, ERR_LIMIT, "the reply does not fit the memory of an attempt (%zu bytes)", c->arena->max_bytes);
	if (taken.is_error)
		taken.error = taken.value->text;
	*ret = taken;
	return 0;
}

/* ---- reading ---------------------------------------------------------------------------------- */

static int lost(struct redis_client *r, const char *why, struct error *err)
{
	r->dead = true;
	error_set(err, ERR_REDIS, "the connection to Redis was lost: %s", why);
	err->sent = true;
	return -1;
}

/* The next reply of what was read; *ret NULL when it is not complete. */
static int parse(struct redis_client *r, redisReply **ret, struct error *err)
{
	void *reply = NULL;

	if (redisReaderGetReply(r->reader, &reply) == REDIS_OK) {
		*ret = reply;
		return 0;
	}
	r->dead = true;
	error_set(err, ERR_PROTOCOL, "the answer is not Redis's protocol: %s", r->reader->errstr);
	err->sent = true;
	return -1;
}

/* Bytes that are there go to the reader; *ret_any false when none are. */
static int feed(struct redis_client *r, const struct redis_call *c, bool *ret_any, struct error *err)
{
	char buf[16 * 1024];
	ssize_t n;

	do
		n = recv(r->fd, buf, sizeof(buf), 0);
	while (n < 0 && errno == EINTR);
	*ret_any = n > 0;
	if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
		return 0;
	if (n <= 0)
		return lost(r, n == 0 ? "the server closed it" : error_of_system(errno), err);
	r->reply_bytes += (size_t)n;
	if (r->reply_bytes > c->limits->max_body_bytes) {
		r->dead = true;
		return error_set(err, ERR_LIMIT, "the reply has more than %zu bytes", c->limits->max_body_bytes);
	}
	if (redisReaderFeed(r->reader, buf, (size_t)n) == REDIS_OK)
		return 0;
	r->dead = true;
	return error_set_oom(err);
}

int redis_poll(struct redis_client *r, const struct redis_call *c, struct redis_reply *ret, bool *ret_found, struct error *err)
{
	redisReply *reply = NULL;
	bool any = true;

	if (r->dead)
		return lost(r, "it broke earlier", err);
	while (any) {
		if (parse(r, &reply, err))
			return -1;
		if (reply) {
			*ret_found = true;
			return take_reply(r, c, reply, ret, err);
		}
		if (feed(r, c, &any, err))
			return -1;
	}
	*ret_found = false;
	return 0;
}

int redis_receive(struct redis_client *r, const struct redis_call *c, struct redis_reply *ret, struct error *err)
{
	for (;;) {
		enum wait_result why;
		bool found = false;

		if (redis_poll(r, c, ret, &found, err))
			return -1;
		if (found)
			return 0;
		why = deadline_wait(&c->deadline, r->fd, POLLIN);
		if (why == WAIT_READY)
			continue;
		r->dead = true;		/* a late answer would be taken for the next one */
		deadline_error(err, why, "waiting for Redis");
		err->sent = true;
		return -1;
	}
}

/* ---- sending ----------------------------------------------------------------------------------- */

static void add_command(struct strbuf *out, const struct str *words, size_t nwords)
{
	strbuf_addf(out, "*%zu\r\n", nwords);
	for (size_t i = 0; i < nwords; i++) {
		strbuf_addf(out, "$%zu\r\n", words[i].n);
		strbuf_add(out, words[i]);
		strbuf_adds(out, "\r\n");
	}
}

static int send_failed(struct redis_client *r, enum wait_result why, bool sent, struct error *err)
{
	if (why == WAIT_READY)
		lost(r, error_of_system(errno), err);
	else
		deadline_error(err, why, "sending to Redis");
	r->dead = r->dead || sent;
	err->sent = sent;
	return -1;
}

static int send_all(struct redis_client *r, const struct redis_call *c, struct str bytes, struct error *err)
{
	size_t done = 0;

	while (done < bytes.n) {
		enum wait_result why = deadline_wait(&c->deadline, r->fd, POLLOUT);
		ssize_t n;

		if (why != WAIT_READY)
			return send_failed(r, why, done > 0, err);
		n = send(r->fd, bytes.p + done, bytes.n - done, MSG_NOSIGNAL);
		if (n < 0 && errno != EAGAIN && errno != EINTR)
			return send_failed(r, WAIT_READY, done > 0, err);
		done += n > 0 ? (size_t)n : 0;
	}
	return 0;
}

int redis_send(struct redis_client *r, const struct redis_call *c, const struct str *words, size_t nwords, struct error *err)
{
	struct strbuf out;
	int rc;

	if (r->dead)
		return error_set(err, ERR_REDIS, "the connection to Redis was lost");
	strbuf_init(&out, c->limits->max_body_bytes);
	add_command(&out, words, nwords);
	if (strbuf_failed(&out))
		rc = error_set(err, ERR_LIMIT, "the command has more than %zu bytes", c->limits->max_body_bytes);
	else
		rc = send_all(r, c, strbuf_str(&out), err);
	strbuf_release(&out);
	return rc;
}

int redis_command(struct redis_client *r, const struct redis_call *c, const struct str *words, size_t nwords, struct redis_reply *ret,
		  struct error *err)
{
	return redis_send(r, c, words, nwords, err) || redis_receive(r, c, ret, err) ? -1 : 0;
}

/* ---- connecting -------------------------------------------------------------------------------- */

static int log_in(struct redis_client *r, const struct redis_settings *s, const struct redis_call *c, struct error *err)
{
	struct str words[3] = { STR("AUTH") };
	struct redis_reply reply;
	size_t n = 1;

	if (!s->password)
		return 0;
	if (s->user)
		words[n++] = str_from(s->user);
	words[n++] = str_from(s->password);
	if (redis_command(r, c, words, n, &reply, err))
		return -1;
	if (reply.is_error)
		return error_set(err, ERR_CONNECT, "Redis refuses the password: %.*s", STR_ARG(reply.error));
	return 0;
}

static int choose_database(struct redis_client *r, const struct redis_settings *s, const struct redis_call *c, struct error *err)
{
	const struct str words[] = { STR("SELECT"), arena_printf(c->arena, "%u", (unsigned)s->database) };
	struct redis_reply reply;

	if (redis_command(r, c, words, ARRAY_SIZE(words), &reply, err))
		return -1;
	if (!reply.is_error)
		return 0;
	error_set(err, ERR_CONNECT, "Redis refuses the connection (database %u): %.*s", (unsigned)s->database, STR_ARG(reply.error));
	if (str_starts_with(reply.error, STR("NOAUTH")))
		error_note(err, "set REDIS_PASSWORD, or write it into the URL: redis://:password@host:6379/0");
	return -1;
}

/* An account that may not name itself is no reason to stop. */
static int say_name(struct redis_client *r, const char *name, const struct redis_call *c, struct error *err)
{
	const struct str words[] = { STR("CLIENT"), STR("SETNAME"), str_from(name) };
	struct redis_reply ignored;

	return redis_command(r, c, words, ARRAY_SIZE(words), &ignored, err);
}

static int open_socket(const struct redis_settings *s, const struct redis_call *c, int *ret, struct error *err)
{
	struct net_addresses found;

	if (s->tls) {
		error_set(err, ERR_TLS, "rediss:// (TLS) is not built in");
		error_note(err, "connect to a plain port, through a tunnel where the network asks for it");
		return -1;
	}
	if (s->socket)
		return net_connect_unix(s->socket, &c->deadline, ret, err);
	if (net_resolve(s->host, s->port, &c->deadline, &found, err))
		return -1;
	return net_connect(&found, s->url.p, &c->deadline, ret, err);
}

int redis_connect(const struct redis_settings *s, const char *name, const struct redis_call *c, struct redis_client **ret, struct error *err)
{
	struct redis_client *r = mem_calloc(1, sizeof(*r));

	if (!r)
		return error_set_oom(err);
	r->fd = -1;
	r->reader = redisReaderCreate();
	if (!r->reader)
		error_set_oom(err);
	if (!r->reader || open_socket(s, c, &r->fd, err) || log_in(r, s, c, err) || choose_database(r, s, c, err) || say_name(r, name, c, err)) {
		redis_free(r);
		err->sent = false;
		return -1;
	}
	*ret = r;
	return 0;
}

void redis_free(struct redis_client *r)
{
	if (!r)
		return;
	if (r->reader)
		redisReaderFree(r->reader);
	if (r->fd >= 0)
		close(r->fd);
	mem_free(r);
}

bool redis_is_alive(const struct redis_client *r)
{
	char byte;

	/* bytes that nobody asked for would be taken for the next reply */
	if (!r || r->dead || r->reader->len > r->reader->pos)
		return false;
	return recv(r->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

int redis_fd(const struct redis_client *r)
{
	return r->fd;
}
