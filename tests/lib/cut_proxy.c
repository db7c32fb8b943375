/*
 * A proxy before a MySQL or MariaDB that spoils one packet of the server's: for tests of what becomes of a verdict then.
 *
 *	cut_proxy HOST PORT HOW N [every]
 *
 * HOST is a numeric address; the server must offer no TLS. Prints its own port (of 127.0.0.1), then, for each connection that has ended, a
 * line "packets N": how many of the server's were passed on. The first N packets pass, whichever connection they are on, and then, once:
 *
 *	pass	nothing: all of them pass
 *	end	the connection is closed
 *	reset	... and the client is told so with a reset
 *	middle	half of the next packet passes, and the connection is closed
 *	hang	nothing passes any more, and the connection stays open
 *
 * With `every` that happens on each connection, N packets after its beginning. Ends at the end of its standard input or with SIGTERM. A
 * thread a connection.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { HEAD = 4, CHUNK = 65536 };

struct packet {
	unsigned char head[HEAD];
	unsigned char *bytes; /* NULL: none */
	size_t n;
};

/* What becomes of a packet; false: the connection ends. */
typedef bool spoil(int client, const struct packet *p);

static bool put(int fd, const void *bytes, size_t n)
{
	for (const char *p = bytes; n;) {
		ssize_t sent = send(fd, p, n, MSG_NOSIGNAL);
		if (sent < 0)
			return false;
		p += sent;
		n -= (size_t)sent;
	}
	return true;
}

static bool pass(int client, const struct packet *p)
{
	return put(client, p->head, HEAD) && put(client, p->bytes, p->n);
}

static bool end(int client, const struct packet *p)
{
	(void)client;
	(void)p;
	return false;
}

static bool reset(int client, const struct packet *p)
{
	const struct linger at_once = { .l_onoff = 1 };
	(void)p;
	(void)setsockopt(client, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
	return false;
}

static bool middle(int client, const struct packet *p)
{
	(void)(put(client, p->head, HEAD) && put(client, p->bytes, p->n / 2));
	return false;
}

/* Until the client goes away. */
static bool hang(int client, const struct packet *p)
{
	char ignored[CHUNK];
	(void)p;
	while (recv(client, ignored, sizeof(ignored), 0) > 0)
		;
	return false;
}

static const struct way {
	const char *name;
	spoil *spoil;
} ways[] = { { "pass", pass }, { "end", end }, { "reset", reset }, { "middle", middle }, { "hang", hang } };

struct proxy {
	struct sockaddr_in server;
	spoil *spoil;
	unsigned long after;
	bool every;
	pthread_mutex_t lock; /* of what is below */
	unsigned long passed;
	bool done;
};

struct link {
	struct proxy *proxy;
	int client, server;
	unsigned long passed;
};

/* True when it is this packet's turn to be spoiled. */
static bool is_spoiled(struct link *l)
{
	struct proxy *p = l->proxy;
	bool yes;
	pthread_mutex_lock(&p->lock);
	yes = p->every ? l->passed == p->after : !p->done && p->passed == p->after;
	p->done |= yes;
	p->passed++;
	pthread_mutex_unlock(&p->lock);
	return yes;
}

/* One packet of the server's; false at its end. The bytes are the caller's to free. */
static bool read_packet(int fd, struct packet *p)
{
	if (recv(fd, p->head, HEAD, MSG_WAITALL) != HEAD)
		return false;
	p->n = (size_t)p->head[0] | (size_t)p->head[1] << 8 | (size_t)p->head[2] << 16;
	p->bytes = malloc(p->n + 1);
	return p->bytes && (p->n == 0 || recv(fd, p->bytes, p->n, MSG_WAITALL) == (ssize_t)p->n);
}

static bool downstream(struct link *l)
{
	struct packet p = { .bytes = NULL };
	bool goes_on = read_packet(l->server, &p);
	if (goes_on) {
		goes_on = is_spoiled(l) ? l->proxy->spoil(l->client, &p) : pass(l->client, &p);
		l->passed++;
	}
	free(p.bytes);
	return goes_on;
}

static bool upstream(struct link *l)
{
	char bytes[CHUNK];
	ssize_t n = recv(l->client, bytes, sizeof(bytes), 0);
	return n > 0 && put(l->server, bytes, (size_t)n);
}

/* While both sides are there. */
static void carry(struct link *l)
{
	bool goes_on = true;
	while (goes_on) {
		struct pollfd fds[] = { { l->client, POLLIN, 0 }, { l->server, POLLIN, 0 } };
		if (poll(fds, 2, -1) < 0)
			return;
		if (fds[1].revents)
			goes_on = downstream(l);
		if (goes_on && fds[0].revents)
			goes_on = upstream(l);
	}
}

static int connect_to(const struct sockaddr_in *a)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;
	if (fd >= 0 && connect(fd, (const struct sockaddr *)a, sizeof(*a))) {
		(void)close(fd);
		return -1;
	}
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	return fd;
}

static void *serve(void *ctx)
{
	struct link *l = ctx;
	int on = 1;
	(void)setsockopt(l->client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	l->server = connect_to(&l->proxy->server);
	if (l->server >= 0) {
		carry(l);
		(void)close(l->server);
	}
	(void)close(l->client);
	(void)printf("packets %lu\n", l->passed);
	(void)fflush(stdout);
	free(l);
	return NULL;
}

static int listen_somewhere(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof(a);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || bind(fd, (const struct sockaddr *)&a, sizeof(a)) || listen(fd, 64) ||
		getsockname(fd, (struct sockaddr *)&a, &n)) {
		perror("cut_proxy: listen");
		return -1;
	}
	(void)printf("%u\n", (unsigned)ntohs(a.sin_port));
	(void)fflush(stdout);
	return fd;
}

static void begin(struct proxy *p, int client)
{
	struct link *l = malloc(sizeof(*l));
	pthread_t thread;
	if (!l)
		abort();
	*l = (struct link){ .proxy = p, .client = client };
	if (pthread_create(&thread, NULL, serve, l) != 0)
		abort();
	pthread_detach(thread);
}

static spoil *find_way(const char *name)
{
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
		if (strcmp(ways[i].name, name) == 0)
			return ways[i].spoil;
	return NULL;
}

static bool read_arguments(struct proxy *p, int argc, char **argv)
{
	if (argc < 5 || argc > 6)
		return false;
	p->server.sin_family = AF_INET;
	p->server.sin_port = htons((uint16_t)strtoul(argv[2], NULL, 10));
	p->spoil = find_way(argv[3]);
	p->after = strtoul(argv[4], NULL, 10);
	p->every = argc == 6;
	return p->spoil && inet_pton(AF_INET, argv[1], &p->server.sin_addr) == 1 && (!p->every || strcmp(argv[5], "every") == 0);
}

int main(int argc, char **argv)
{
	static struct proxy p = { .lock = PTHREAD_MUTEX_INITIALIZER }; /* threads may outlive main */
	int listener;
	if (!read_arguments(&p, argc, argv)) {
		(void)fputs("usage: cut_proxy HOST PORT pass|end|reset|middle|hang N [every]\n", stderr);
		return 1;
	}
	listener = listen_somewhere();
	while (listener >= 0) {
		struct pollfd fds[] = { { listener, POLLIN, 0 }, { STDIN_FILENO, POLLIN, 0 } };
		int client;
		if (poll(fds, 2, -1) < 0 || fds[1].revents)
			return 0;
		client = accept(listener, NULL, NULL);
		if (client >= 0)
			begin(&p, client);
	}
	return 1;
}
