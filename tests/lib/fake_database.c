/*
 * Databases that do what databases should not: for the tests of what asks MySQL or Redis.
 *
 *	fake_database
 *
 * Prints a line "NAME PORT" (of 127.0.0.1) for each row of the table `modes`, then "end".
 * Ends at the end of its standard input or with SIGTERM. A thread a connection.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { PACKET_MAX = 65536 };

typedef void behaviour(int fd);

static bool put(int fd, const void *bytes, size_t n)
{
	return send(fd, bytes, n, MSG_NOSIGNAL) == (ssize_t)n;
}

static bool puts_to(int fd, const char *text)
{
	return put(fd, text, strlen(text));
}

/* Whatever comes next; false at the end. */
static bool take(int fd)
{
	char buf[PACKET_MAX];

	return recv(fd, buf, sizeof(buf), 0) > 0;
}

/* Says nothing until the other side goes away. */
static void say_nothing(int fd)
{
	while (take(fd))
		;
}

/* ---- anything ---- */

static void hang(int fd)
{
	say_nothing(fd);
}

static void hang_up(int fd)
{
	(void)fd;
}

static void talk_http(int fd)
{
	puts_to(fd, "HTTP/1.1 400 Bad Request\r\n\r\n");
	say_nothing(fd);
}

/* ---- MySQL ---- */

/* Four bytes of header, then n bytes. */
static bool put_packet(int fd, uint8_t number, const void *bytes, size_t n)
{
	const uint8_t head[4] = { (uint8_t)n, (uint8_t)(n >> 8), (uint8_t)(n >> 16),
		number };

	return put(fd, head, sizeof(head)) && put(fd, bytes, n);
}

static const char greeting[] = "\x0a"
			       "8.0.30\0"
			       "\7\0\0\0"
			       "abcdefgh\0"
			       "\xff\xf7\xff\2\0\xff\xdf\x15"
			       "\0\0\0\0\0\0\0\0\0\0"
			       "ijklmnopqrst\0"
			       "mysql_native_password";
static const char ok[] = "\0\0\0\2\0\0";

static bool log_in(int fd)
{
	return put_packet(fd, 0, greeting, sizeof(greeting)) && take(fd) &&
		put_packet(fd, 2, ok, sizeof(ok));
}

static void greet_and_hang(int fd)
{
	put_packet(fd, 0, greeting, sizeof(greeting));
	say_nothing(fd);
}

static void greet_and_hang_up(int fd)
{
	put_packet(fd, 0, greeting, sizeof(greeting));
	take(fd);
}

/*
 * A byte every 50 ms: each read of the client is answered in time, all of them together
 * are not.
 */
static void drip(int fd)
{
	const struct timespec pause = { 0, 50000000 };

	put(fd, "\xff\xff\0\0\x0a", 5);
	while (put(fd, "8", 1))
		nanosleep(&pause, NULL);
}

static void log_in_and_hang(int fd)
{
	if (log_in(fd))
		say_nothing(fd);
}

static void log_in_and_hang_up(int fd)
{
	if (log_in(fd))
		take(fd);
}

/* A result set that announces columns and then is nonsense. */
static void log_in_and_babble(int fd)
{
	if (!log_in(fd) || !take(fd))
		return;
	put_packet(fd, 1, "\1", 1);
	put_packet(fd, 2, "\xfb\xfb\xfb", 3);
	put_packet(fd, 3, "\xff", 1);
	say_nothing(fd);
}

static void want_unknown_plugin(int fd)
{
	static const char change[] = "\xfe"
				     "authentication_kerberos_client\0"
				     "abcdefghijklmnopqrst";
	static const char denied[] = "\xff\x15\x04"
				     "#28000Access denied";

	if (!put_packet(fd, 0, greeting, sizeof(greeting)) || !take(fd))
		return;
	if (put_packet(fd, 2, change, sizeof(change)) && take(fd) &&
		put_packet(fd, 4, denied, sizeof(denied) - 1))
		say_nothing(fd);
}

/* Takes each statement for done and answers with nothing: SET is swallowed. */
static void swallow(int fd)
{
	if (!log_in(fd))
		return;
	while (take(fd))
		put_packet(fd, 1, ok, sizeof(ok));
}

/* ---- Redis ---- */

/* SELECT, CLIENT SETNAME and INFO. */
static bool redis_log_in(int fd)
{
	for (int i = 0; i < 3; i++)
		if (!take(fd) || !puts_to(fd, "+OK\r\n"))
			return false;
	return take(fd);
}

static void redis_hang(int fd)
{
	if (redis_log_in(fd))
		say_nothing(fd);
}

static void redis_half(int fd)
{
	if (redis_log_in(fd))
		puts_to(fd, "$10\r\nabc");
}

static void redis_huge(int fd)
{
	if (redis_log_in(fd) && puts_to(fd, "*2000000000\r\n"))
		say_nothing(fd);
}

static void redis_deep(int fd)
{
	if (!redis_log_in(fd))
		return;
	for (int i = 0; i < 1000; i++)
		puts_to(fd, "*1\r\n");
	say_nothing(fd);
}

static void redis_flood(int fd)
{
	static char block[65536];

	if (!redis_log_in(fd) || !puts_to(fd, "$1000000000\r\n"))
		return;
	while (put(fd, block, sizeof(block)))
		;
}

/*
 * Two replies for one command: the second must not be taken for that of the next command.
 */
static void redis_twice(int fd)
{
	if (redis_log_in(fd) && puts_to(fd, "+PONG\r\n+FORGED\r\n"))
		say_nothing(fd);
}

/* ---- the program ---- */

static const struct mode {
	const char *name;
	behaviour *behave;
} modes[] = {
	{ "hang", hang },
	{ "hang-up", hang_up },
	{ "http", talk_http },
	{ "greet-hang", greet_and_hang },
	{ "greet-hang-up", greet_and_hang_up },
	{ "drip", drip },
	{ "login-hang", log_in_and_hang },
	{ "login-hang-up", log_in_and_hang_up },
	{ "login-babble", log_in_and_babble },
	{ "plugin", want_unknown_plugin },
	{ "swallow", swallow },
	{ "redis-hang", redis_hang },
	{ "redis-half", redis_half },
	{ "redis-huge", redis_huge },
	{ "redis-deep", redis_deep },
	{ "redis-flood", redis_flood },
	{ "redis-twice", redis_twice },
};

struct connection {
	behaviour *behave;
	int fd;
};

static void *serve(void *ctx)
{
	struct connection *c = ctx;

	c->behave(c->fd);
	close(c->fd);
	free(c);
	return NULL;
}

struct listener {
	behaviour *behave;
	int fd;
};

static void *accept_all(void *ctx)
{
	const struct listener *l = ctx;
	int fd;

	while ((fd = accept(l->fd, NULL, NULL)) >= 0) {
		struct connection *c = malloc(sizeof(*c));
		pthread_t thread;

		if (!c)
			abort();
		*c = (struct connection){ l->behave, fd };
		if (pthread_create(&thread, NULL, serve, c) != 0)
			abort();
		pthread_detach(thread);
	}
	return NULL;
}

static int listen_somewhere(unsigned *ret_port)
{
	struct sockaddr_in sa = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof(sa);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&sa, sizeof(sa)) < 0 ||
		listen(fd, 64) < 0 || getsockname(fd, (struct sockaddr *)&sa, &n) < 0) {
		perror("fake_database");
		exit(1);
	}
	*ret_port = ntohs(sa.sin_port);
	return fd;
}

int main(void)
{
	static struct listener listeners[sizeof(modes) / sizeof(modes[0])];
	char byte;

	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		pthread_t thread;
		unsigned port;

		listeners[i] = (struct listener){ modes[i].behave,
			listen_somewhere(&port) };
		if (pthread_create(&thread, NULL, accept_all, &listeners[i]) != 0)
			return 1;
		printf("%s %u\n", modes[i].name, port);
	}
	puts("end");
	fflush(stdout);
	while (read(STDIN_FILENO, &byte, 1) > 0)
		;
	return 0;
}
