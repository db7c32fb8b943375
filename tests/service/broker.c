#include "tests/service/broker.h"

#include <hiredis.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

#include "tests/service/error.h"
#include "tests/service/json.h"
#include "tests/service/scan.h"
#include "tests/service/text.h"

#define PORT_STANDARD 6379

static const struct timeval patience = { .tv_sec = 2 };

struct broker {
	redisContext *link;
};

struct address {
	struct text user;
	struct text password;
	struct text host;
	long port;
	long database;
};

static void address_release(struct address *a)
{
	text_release(&a->user);
	text_release(&a->password);
	text_release(&a->host);
}

/* [USER]:PASSWORD, or a password alone as older URLs have it. */
static void parse_account(struct address *a, const char *p, size_t n)
{
	const char *colon = memchr(p, ':', n);

	if (colon)
		json_add_unescaped(&a->user, p, (size_t)(colon - p));
	const char *password = colon ? colon + 1 : p;
	json_add_unescaped(&a->password, password, n - (size_t)(password - p));
}

/* [ACCOUNT@]HOST[:PORT][/DATABASE] */
static int parse_address(struct address *a, const char *p)
{
	const char *at = strrchr(p, '@');
	int rc = 0;

	if (at) {
		parse_account(a, p, (size_t)(at - p));
		p = at + 1;
	}
	size_t host = strcspn(p, ":/");
	text_addn(&a->host, p, host);
	p += host;
	a->port = PORT_STANDARD;
	if (*p == ':') {
		struct text port = { 0 };
		text_addn(&port, p + 1, strcspn(p + 1, "/"));
		rc = scan_integer(text_get(&port), 1, 65535, &a->port);
		p += 1 + port.n;
		text_release(&port);
	}
	if (!rc && p[0] == '/' && p[1])
		rc = scan_integer(p + 1, 0, 1000000, &a->database);
	return rc || !a->host.n || text_failed(&a->host) ? -1 : 0;
}

static int fail(const struct broker *broker, const char *what, const redisReply *reply,
		struct error *err)
{
	return error_set(err, 0, "%s failed: %s", what, reply ? reply->str : broker->link->errstr);
}

static int command(struct broker *broker, const char *what, redisReply **ret, struct error *err,
		   int argc, const char **argv)
{
	redisReply *reply = redisCommandArgv(broker->link, argc, argv, NULL);

	if (reply && reply->type != REDIS_REPLY_ERROR) {
		*ret = reply;
		return 0;
	}
	(void)fail(broker, what, reply, err);
	freeReplyObject(reply);
	return -1;
}

static int simple(struct broker *broker, const char *what, struct error *err, int argc,
		  const char **argv)
{
	redisReply *reply;

	if (command(broker, what, &reply, err, argc, argv))
		return -1;
	freeReplyObject(reply);
	return 0;
}

static int wrap(redisContext *link, struct broker **ret, struct error *err)
{
	struct broker *broker = link ? calloc(1, sizeof(*broker)) : NULL;

	if (!broker) {
		if (link)
			redisFree(link);
		return error_set_memory(err);
	}
	broker->link = link;
	if (link->err) {
		(void)fail(broker, "connecting to Redis", NULL, err);
		broker_close(broker);
		return -1;
	}
	(void)redisSetTimeout(link, patience);	/* a socket that refuses shows at the first command */
	*ret = broker;
	return 0;
}

static int introduce(struct broker *broker, const struct address *a, struct error *err)
{
	struct text database = { 0 };
	const char *auth[] = { "AUTH", text_get(&a->password), NULL };
	const char *auth_user[] = { "AUTH", text_get(&a->user), text_get(&a->password) };
	int rc = 0;

	text_addf(&database, "%ld", a->database);
	const char *select[] = { "SELECT", text_get(&database) };
	if (a->user.n)
		rc = simple(broker, "AUTH", err, 3, auth_user);
	else if (a->password.n)
		rc = simple(broker, "AUTH", err, 2, auth);
	if (!rc && a->database)
		rc = simple(broker, "SELECT", err, 2, select);
	text_release(&database);
	return rc;
}

static int open_tcp(const struct address *a, struct broker **ret, struct error *err)
{
	struct broker *broker;

	if (wrap(redisConnectWithTimeout(text_get(&a->host), (int)a->port, patience), &broker, err))
		return -1;
	if (introduce(broker, a, err)) {
		broker_close(broker);
		return -1;
	}
	*ret = broker;
	return 0;
}

int broker_open(const char *url, struct broker **ret, struct error *err)
{
	static const char unix_scheme[] = "unix://";
	static const char tcp_scheme[] = "redis://";
	struct address address = { 0 };

	if (!strncmp(url, unix_scheme, sizeof(unix_scheme) - 1))
		return wrap(redisConnectUnixWithTimeout(url + sizeof(unix_scheme) - 1, patience), ret, err);
	if (strncmp(url, tcp_scheme, sizeof(tcp_scheme) - 1))
		return error_set(err, 0, "REDIS_URL must begin with redis:// or unix://");
	int rc = parse_address(&address, url + sizeof(tcp_scheme) - 1);
	if (rc)
		(void)error_set(err, 0, "REDIS_URL is no redis://[USER:PASSWORD@]HOST[:PORT][/DATABASE]");
	else
		rc = open_tcp(&address, ret, err);
	address_release(&address);
	return rc;
}

void broker_close(struct broker *broker)
{
	if (!broker)
		return;
	redisFree(broker->link);
	free(broker);
}

int broker_set_once(struct broker *broker, const char *key, const char *value, long seconds,
		    bool *fresh, struct error *err)
{
	struct text expiry = { 0 };
	redisReply *reply;

	text_addf(&expiry, "%ld", seconds);
	const char *argv[] = { "SET", key, value, "NX", "EX", text_get(&expiry) };
	int rc = command(broker, "SET", &reply, err, 6, argv);
	text_release(&expiry);
	if (rc)
		return -1;
	*fresh = reply->type != REDIS_REPLY_NIL;
	freeReplyObject(reply);
	return 0;
}

int broker_forget(struct broker *broker, const char *key, struct error *err)
{
	const char *argv[] = { "DEL", key };

	return simple(broker, "DEL", err, 2, argv);
}

int broker_publish(struct broker *broker, const char *channel, const char *message, struct error *err)
{
	const char *argv[] = { "PUBLISH", channel, message };

	return simple(broker, "PUBLISH", err, 3, argv);
}

int broker_subscribe(struct broker *broker, const char *pattern, const char *other, struct error *err)
{
	const char *argv[] = { "PSUBSCRIBE", pattern, other };
	redisReply *second = NULL;

	if (simple(broker, "PSUBSCRIBE", err, 3, argv))
		return -1;
	if (redisGetReply(broker->link, (void **)&second) != REDIS_OK)
		return fail(broker, "PSUBSCRIBE", NULL, err);
	freeReplyObject(second);
	return 0;
}

int broker_fd(const struct broker *broker)
{
	return broker->link->fd;
}

int broker_read(struct broker *broker, size_t *messages, struct error *err)
{
	void *reply = NULL;

	if (redisBufferRead(broker->link) != REDIS_OK)
		return fail(broker, "reading from Redis", NULL, err);
	for (*messages = 0;; ++*messages) {
		if (redisReaderGetReply(broker->link->reader, &reply) != REDIS_OK)
			return error_set(err, 0, "reading from Redis failed: %s", broker->link->reader->errstr);
		if (!reply)
			return 0;
		freeReplyObject(reply);
	}
}
