#include "probes/redis_client.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

#include "harness/base/mem.h"
#include "probes/net.h"
#include "probes/tls.h"

#define READ_BYTES (64 * 1024)

struct redis_client {
	int fd;
	struct tls *tls; /* NULL: plain */
	struct redis_reader *reader;
	bool dead;
};

/* ---- reading ---- */

static int lost(struct redis_client *r, const char *why, struct error *err)
{
	r->dead = true;
	error_set(err, ERR_REDIS, "the connection to Redis was lost: %s", why);
	err->sent = true;
	return -1;
}

/* The next reply of what was read; *ret_found false when it is not complete. */
static int parse(struct redis_client *r, const struct redis_call *c,
	struct redis_reply *ret, bool *ret_found, struct error *err)
{
	if (r->dead)
		return lost(r, "it broke earlier", err);
	if (!redis_reader_next(r->reader, c->arena, ret, ret_found, err))
		return 0;
	r->dead = true;
	err->sent = true;
	return -1;
}

/* Bytes that are there go to the reader; *ret_any false when none are. */
static int feed(struct redis_client *r, const struct redis_call *c, bool *ret_any,
	struct error *err)
{
	char buf[READ_BYTES];
	ssize_t n;

	do
		n = r->tls ? tls_read(r->tls, buf, sizeof(buf)) :
			     recv(r->fd, buf, sizeof(buf), 0);
	while (n < 0 && errno == EINTR);
	*ret_any = n > 0;
	if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
		return 0;
	if (n <= 0)
		return lost(
			r, n == 0 ? "the server closed it" : error_of_system(errno), err);
	if (!redis_reader_feed(r->reader, str_make(buf, (size_t)n),
		    c->limits->max_body_bytes, err))
		return 0;
	r->dead = true;
	return -1;
}

int redis_poll(struct redis_client *r, const struct redis_call *c,
	struct redis_reply *ret, bool *ret_found, struct error *err)
{
	bool any = true;
	bool found = false;

	while (any && !found) {
		if (parse(r, c, ret, &found, err))
			return -1;
		if (found)
			break;
		any = !deadline_is_over(&c->deadline);
		if (any && feed(r, c, &any, err))
			return -1;
	}
	*ret_found = found;
	return 0;
}

int redis_receive(struct redis_client *r, const struct redis_call *c,
	struct redis_reply *ret, struct error *err)
{
	for (;;) {
		enum wait_result why;
		bool found = false;
		bool any;

		if (parse(r, c, ret, &found, err))
			return -1;
		if (found)
			return 0;
		/* what TLS has decrypted is no longer in the socket */
		if (r->tls && tls_has_pending(r->tls) && !deadline_is_over(&c->deadline))
			why = WAIT_READY;
		else
			why = deadline_wait(&c->deadline, r->fd, POLLIN);
		if (why == WAIT_READY) {
			if (feed(r, c, &any, err))
				return -1;
			continue;
		}
		r->dead = true; /* a late answer would be taken for the next one */
		deadline_error(err, why, "waiting for Redis");
		err->sent = true;
		return -1;
	}
}

/* ---- sending ---- */

static void add_command(struct strbuf *out, const struct str *words, size_t nwords)
{
	strbuf_addf(out, "*%zu\r\n", nwords);
	for (size_t i = 0; i < nwords; i++) {
		strbuf_addf(out, "$%zu\r\n", words[i].n);
		strbuf_add(out, words[i]);
		strbuf_adds(out, "\r\n");
	}
}

static int send_failed(
	struct redis_client *r, enum wait_result why, bool sent, struct error *err)
{
	if (why == WAIT_READY)
		lost(r, error_of_system(errno), err);
	else
		deadline_error(err, why, "sending to Redis");
	r->dead = r->dead || sent;
	err->sent = sent;
	return -1;
}

static int send_all(struct redis_client *r, const struct redis_call *c, struct str bytes,
	struct error *err)
{
	short events = POLLOUT;
	size_t done = 0;

	while (done < bytes.n) {
		enum wait_result why = deadline_wait(&c->deadline, r->fd, events);
		ssize_t n;

		if (why != WAIT_READY)
			return send_failed(r, why, done > 0, err);
		n = r->tls ? tls_write(r->tls, bytes.p + done, bytes.n - done) :
			     send(r->fd, bytes.p + done, bytes.n - done, MSG_NOSIGNAL);
		if (n < 0 && errno != EAGAIN && errno != EINTR)
			return send_failed(r, WAIT_READY, done > 0, err);
		done += n > 0 ? (size_t)n : 0;
		events = n < 0 && r->tls ? tls_events(r->tls) : POLLOUT;
	}
	return 0;
}

int redis_send(struct redis_client *r, const struct redis_call *c,
	const struct str *words, size_t nwords, struct error *err)
{
	struct strbuf out;
	int rc;

	if (r->dead)
		return error_set(err, ERR_REDIS, "the connection to Redis was lost");
	strbuf_init(&out, c->limits->max_body_bytes);
	add_command(&out, words, nwords);
	if (strbuf_failed(&out))
		rc = error_set(err, ERR_LIMIT, "the command has more than %zu bytes",
			c->limits->max_body_bytes);
	else
		rc = send_all(r, c, strbuf_str(&out), err);
	strbuf_release(&out);
	return rc;
}

int redis_command(struct redis_client *r, const struct redis_call *c,
	const struct str *words, size_t nwords, struct redis_reply *ret,
	struct error *err)
{
	return redis_send(r, c, words, nwords, err) || redis_receive(r, c, ret, err) ?
		-1 :
		0;
}

/* ---- connecting ---- */

static int log_in(struct redis_client *r, const struct redis_settings *s,
	const struct redis_call *c, struct error *err)
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
		return error_set(err, ERR_CONNECT, "Redis refuses the password: %.*s",
			STR_ARG(reply.error));
	return 0;
}

static int choose_database(struct redis_client *r, const struct redis_settings *s,
	const struct redis_call *c, struct error *err)
{
	const struct str words[] = { STR("SELECT"),
		arena_printf(c->arena, "%u", (unsigned)s->database) };
	struct redis_reply reply;

	if (redis_command(r, c, words, ARRAY_SIZE(words), &reply, err))
		return -1;
	if (!reply.is_error)
		return 0;
	error_set(err, ERR_CONNECT, "Redis refuses the connection (database %u): %.*s",
		(unsigned)s->database, STR_ARG(reply.error));
	if (str_starts_with(reply.error, STR("NOAUTH")))
		error_note(err,
			"set REDIS_PASSWORD, or write it into the URL: redis://:password@host:6379/0");
	return -1;
}

/* An account that may not name itself is no reason to stop. */
static int say_name(struct redis_client *r, const char *name, const struct redis_call *c,
	struct error *err)
{
	const struct str words[] = { STR("CLIENT"), STR("SETNAME"), str_from(name) };
	struct redis_reply ignored;

	return redis_command(r, c, words, ARRAY_SIZE(words), &ignored, err);
}

static int open_tcp(struct redis_client *r, const struct redis_settings *s,
	const struct redis_call *c, struct error *err)
{
	struct net_addresses found;

	if (net_resolve(s->host, s->port, &c->deadline, &found, err) ||
		net_connect(&found, s->url.p, &c->deadline, &r->fd, err))
		return -1;
	return s->tls ? tls_open(r->fd, s->host, s->ssl_ca, &c->deadline, &r->tls, err) :
			0;
}

static int open_socket(struct redis_client *r, const struct redis_settings *s,
	const struct redis_call *c, struct error *err)
{
	return s->socket ? net_connect_unix(s->socket, &c->deadline, &r->fd, err) :
			   open_tcp(r, s, c, err);
}

/* Whatever fails before the first command is a connection that did not come to be. */
static int connect_failed(const struct redis_settings *s, struct error *err)
{
	if (err->code == ERR_REDIS)
		err->code = ERR_CONNECT;
	if (err->code == ERR_TIMEOUT || err->code == ERR_CONNECT ||
		err->code == ERR_PROTOCOL)
		error_context(err, "the log-in to %.*s", STR_ARG(s->url));
	err->sent = false;
	return -1;
}

static struct redis_client *client_new(const struct redis_call *c, struct error *err)
{
	struct redis_client *r = mem_calloc(1, sizeof(*r));

	if (!r) {
		error_set_oom(err);
		return NULL;
	}
	r->fd = -1;
	if (!redis_reader_new(c->limits, &r->reader, err))
		return r;
	redis_free(r);
	return NULL;
}

int redis_connect(const struct redis_settings *s, const char *name,
	const struct redis_call *c, struct redis_client **ret, struct error *err)
{
	struct redis_client *r = client_new(c, err);

	if (!r)
		return -1;
	if (open_socket(r, s, c, err)) {
		redis_free(r);
		return -1;
	}
	if (log_in(r, s, c, err) || choose_database(r, s, c, err) ||
		say_name(r, name, c, err)) {
		redis_free(r);
		return connect_failed(s, err);
	}
	*ret = r;
	return 0;
}

void redis_free(struct redis_client *r)
{
	if (!r)
		return;
	redis_reader_free(r->reader);
	tls_free(r->tls);
	if (r->fd >= 0)
		close(r->fd);
	mem_free(r);
}

bool redis_is_alive(struct redis_client *r)
{
	char byte;

	/* bytes that nobody asked for would be taken for the next reply */
	if (!r || r->dead || redis_reader_has_rest(r->reader))
		return false;
	if (r->tls)
		return tls_is_quiet(r->tls);
	return recv(r->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 &&
		(errno == EAGAIN || errno == EWOULDBLOCK);
}

int redis_fd(const struct redis_client *r)
{
	return r->fd;
}
