/*
 * A TCP proxy that is far away: what it passes on arrives later, and it counts the round trips.
 *
 *	delay_proxy HOST PORT MILLISECONDS [DROP_AFTER]
 *
 * HOST is a numeric address. Prints its own port (of 127.0.0.1), then, for each connection that has ended, a line "turns N": how often the
 * client spoke after the server had (a protocol's round trips). Each chunk is held back for MILLISECONDS, in each direction. With DROP_AFTER
 * the connection is cut when that many bytes of the server's have been passed on in all. One connection at a time is enough for those who
 * ask; others wait in the backlog. Ends at the end of its standard input or with SIGTERM.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { CHUNK = 65536, CHUNKS_MAX = 1024 };

struct chunk {
	struct chunk *next;
	int64_t due_us;
	size_t n;
	char bytes[CHUNK];
};

/* One direction: chunks on their way. */
struct way {
	int from, to;
	struct chunk *first, **last;
	size_t count;
	bool ended; /* the sender has hung up */
	bool passed_on; /* ... and the receiver knows */
};

struct link {
	struct way up, down; /* client to server, server to client */
	unsigned long turns;
	bool server_spoke;
};

static int64_t now_us(void)
{
	struct timespec t;
	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* 0, or -1 when memory is out or the receiver is gone. */
static int receive(struct way *w, int64_t delay_us)
{
	struct chunk *c = malloc(sizeof(*c));
	if (!c)
		return -1;
	ssize_t n = read(w->from, c->bytes, sizeof(c->bytes));
	if (n <= 0) {
		free(c);
		w->ended = true;
		return 0;
	}
	c->n = (size_t)n;
	c->due_us = now_us() + delay_us;
	c->next = NULL;
	*w->last = c;
	w->last = &c->next;
	w->count++;
	return 0;
}

static int send_all(int fd, const char *p, size_t n)
{
	while (n) {
		ssize_t sent = send(fd, p, n, MSG_NOSIGNAL);
		if (sent < 0)
			return -1;
		p += sent;
		n -= (size_t)sent;
	}
	return 0;
}

/* Passes on what is due. */
static int deliver(struct way *w, int64_t *bytes_left)
{
	while (w->first && w->first->due_us <= now_us()) {
		struct chunk *c = w->first;
		size_t n = (int64_t)c->n > *bytes_left ? (size_t)*bytes_left : c->n;
		int rc = send_all(w->to, c->bytes, n);
		*bytes_left -= (int64_t)n;
		w->first = c->next;
		if (!w->first)
			w->last = &w->first;
		w->count--;
		free(c);
		if (rc || !*bytes_left)
			return -1;
	}
	if (w->ended && !w->first && !w->passed_on) {
		w->passed_on = true;
		(void)shutdown(w->to, SHUT_WR);
	}
	return 0;
}

static int wait_ms(const struct link *l)
{
	int64_t due = INT64_MAX, now = now_us();
	if (l->up.first)
		due = l->up.first->due_us;
	if (l->down.first && l->down.first->due_us < due)
		due = l->down.first->due_us;
	if (due == INT64_MAX)
		return -1;
	return due <= now ? 0 : (int)((due - now + 999) / 1000);
}

static short events_of(const struct way *w)
{
	return w->ended || w->count == CHUNKS_MAX ? 0 : POLLIN;
}

/* True while the connection goes on. */
static bool step(struct link *l, int64_t delay_us, int64_t *bytes_left)
{
	int64_t no_limit = INT64_MAX;
	struct pollfd fds[] = { { l->up.from, events_of(&l->up), 0 }, { l->down.from, events_of(&l->down), 0 },
		{ STDIN_FILENO, POLLIN, 0 } };
	for (size_t i = 0; i < 2; i++)
		if (!fds[i].events)
			fds[i].fd = -1;
	if (poll(fds, 3, wait_ms(l)) < 0)
		return errno == EINTR;
	if (fds[2].revents)
		return false;
	if (fds[0].revents) {
		l->turns += l->server_spoke;
		l->server_spoke = false;
		if (receive(&l->up, delay_us))
			return false;
	}
	if (fds[1].revents && receive(&l->down, delay_us))
		return false;
	l->server_spoke |= l->down.first && l->down.first->due_us <= now_us();
	if (deliver(&l->up, &no_limit) || deliver(&l->down, bytes_left))
		return false;
	return !(l->up.passed_on && l->down.passed_on);
}

static void drop_chunks(struct way *w)
{
	for (struct chunk *c = w->first, *next; c; c = next) {
		next = c->next;
		free(c);
	}
}

static void serve(int client, int server, int64_t delay_us, int64_t *bytes_left)
{
	struct link l = { .up = { .from = client, .to = server }, .down = { .from = server, .to = client } };
	l.up.last = &l.up.first;
	l.down.last = &l.down.first;
	while (step(&l, delay_us, bytes_left))
		;
	drop_chunks(&l.up);
	drop_chunks(&l.down);
	(void)printf("turns %lu\n", l.turns);
	(void)fflush(stdout);
}

static int connect_to(const char *host, const char *port)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons((uint16_t)strtoul(port, NULL, 10)) };
	int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;
	if (fd < 0 || inet_pton(AF_INET, host, &a.sin_addr) != 1 ||
		connect(fd, (const struct sockaddr *)&a, sizeof(a))) {
		perror("delay_proxy: connect");
		return -1;
	}
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	return fd;
}

static int listen_somewhere(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof(a);
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	if (fd < 0 || bind(fd, (const struct sockaddr *)&a, sizeof(a)) || listen(fd, 16) ||
		getsockname(fd, (struct sockaddr *)&a, &n)) {
		perror("delay_proxy: listen");
		return -1;
	}
	(void)printf("%u\n", (unsigned)ntohs(a.sin_port));
	(void)fflush(stdout);
	return fd;
}

/* The next client; -1 at the end of standard input. */
static int next_client(int listener)
{
	struct pollfd fds[] = { { listener, POLLIN, 0 }, { STDIN_FILENO, POLLIN, 0 } };
	int on = 1;
	if (poll(fds, 2, -1) < 0 || fds[1].revents)
		return -1;
	int fd = accept(listener, NULL, NULL);
	if (fd >= 0)
		(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	return fd;
}

int main(int argc, char **argv)
{
	if (argc < 4 || argc > 5) {
		(void)fputs("usage: delay_proxy HOST PORT MILLISECONDS [DROP_AFTER]\n", stderr);
		return 1;
	}
	int64_t delay_us = (int64_t)strtoul(argv[3], NULL, 10) * 1000;
	int64_t bytes_left = argc == 5 ? (int64_t)strtoul(argv[4], NULL, 10) : INT64_MAX;
	int listener = listen_somewhere(), client;
	while (listener >= 0 && (client = next_client(listener)) >= 0) {
		int server = connect_to(argv[1], argv[2]);
		if (server >= 0) {
			serve(client, server, delay_us, &bytes_left);
			(void)close(server);
		}
		(void)close(client);
		if (!bytes_left)
			bytes_left = INT64_MAX; /* once */
	}
	return listener < 0;
}
