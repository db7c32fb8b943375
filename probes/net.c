#include "probes/net.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/un.h>
#include <unistd.h>

#include "harness/base/mem.h"

/* ---- names ---- */

/*
 * Shared by the asking thread and the one that asks the system; the last of both frees
 * it.
 */
struct lookup {
	atomic_int owners;
	int done_fd;
	int status;
	struct addrinfo *found;
	char port[8];
	char *host;
};

static const struct addrinfo hints = { .ai_socktype = SOCK_STREAM,
	.ai_flags = AI_NUMERICSERV };

static void lookup_unref(struct lookup *l)
{
	if (!l || atomic_fetch_sub(&l->owners, 1) > 1)
		return;
	if (l->found)
		freeaddrinfo(l->found);
	if (l->done_fd >= 0)
		close(l->done_fd);
	mem_free(l->host);
	mem_free(l);
}

static void *lookup_run(void *ctx)
{
	struct lookup *l = ctx;
	uint64_t one = 1;

	l->status = getaddrinfo(l->host, l->port, &hints, &l->found);
	/* an eventfd takes the first write at once */
	while (write(l->done_fd, &one, sizeof(one)) < 0 && errno == EINTR)
		;
	lookup_unref(l);
	return NULL;
}

static struct lookup *lookup_new(const char *host, uint16_t port, struct error *err)
{
	struct lookup *l = mem_calloc(1, sizeof(*l));

	if (l) {
		l->host = mem_strdup(host);
		l->done_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
		atomic_init(&l->owners, 1);
		snprintf(l->port, sizeof(l->port), "%u", (unsigned)port);
	}
	if (l && l->host && l->done_fd >= 0)
		return l;
	if (l && l->host)
		error_set(err, ERR_INTERNAL, "cannot look up '%s': %s", host,
			error_of_system(errno));
	else
		error_set_oom(err);
	lookup_unref(l);
	return NULL;
}

/* The thread's reference is counted before it starts, and given back when it does not. */
static int lookup_start(struct lookup *l, struct error *err)
{
	pthread_attr_t attr;
	pthread_t thread;
	int rc;

	pthread_attr_init(&attr);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	atomic_fetch_add(&l->owners, 1);
	rc = pthread_create(&thread, &attr, lookup_run, l);
	pthread_attr_destroy(&attr);
	if (rc == 0)
		return 0;
	lookup_unref(l);
	return error_set(err, ERR_INTERNAL, "cannot look up '%s': %s", l->host,
		error_of_system(rc));
}

static int take_addresses(const char *host, int status, const struct addrinfo *list,
	struct net_addresses *ret, struct error *err)
{
	size_t n = 0;

	if (status != 0)
		return error_set(err, ERR_DNS, "cannot resolve '%s': %s", host,
			status == EAI_SYSTEM ? error_of_system(errno) :
					       gai_strerror(status));
	for (const struct addrinfo *i = list; i && n < NET_ADDRESSES_MAX;
		i = i->ai_next) {
		if (i->ai_addrlen > sizeof(ret->items[n].sa))
			continue;
		memcpy(&ret->items[n].sa, i->ai_addr, i->ai_addrlen);
		ret->items[n++].n = i->ai_addrlen;
	}
	ret->count = n;
	return n > 0 ? 0 :
		       error_set(err, ERR_DNS, "cannot resolve '%s': no address", host);
}

/* A literal needs nobody's answer. */
static bool resolve_literal(const char *host, uint16_t port, struct net_addresses *ret)
{
	struct addrinfo literal = hints;
	struct addrinfo *list = NULL;
	char text[8];
	struct error ignored;
	bool ok;

	snprintf(text, sizeof(text), "%u", (unsigned)port);
	literal.ai_flags |= AI_NUMERICHOST;
	ok = getaddrinfo(host, text, &literal, &list) == 0 &&
		take_addresses(host, 0, list, ret, &ignored) == 0;
	if (list)
		freeaddrinfo(list);
	return ok;
}

int net_resolve(const char *host, uint16_t port, const struct deadline *d,
	struct net_addresses *ret, struct error *err)
{
	struct lookup *l;
	enum wait_result why;
	int rc = -1;

	if (resolve_literal(host, port, ret))
		return 0;
	l = lookup_new(host, port, err);
	if (!l)
		return -1;
	if (lookup_start(l, err) == 0) {
		why = deadline_wait(d, l->done_fd, POLLIN);
		if (why == WAIT_READY)
			rc = take_addresses(host, l->status, l->found, ret, err);
		else
			deadline_error(err, why, "resolving the host's name");
	}
	lookup_unref(l);
	return rc;
}

int net_address_text(const struct net_address *a, char *buf, size_t n, struct error *err)
{
	int rc = getnameinfo((const struct sockaddr *)&a->sa, a->n, buf, (socklen_t)n,
		NULL, 0, NI_NUMERICHOST);

	return rc == 0 ?
		0 :
		error_set(err, ERR_DNS, "cannot write an address: %s", gai_strerror(rc));
}

/* ---- sockets ---- */

static int socket_error(int fd)
{
	int e = 0;
	socklen_t n = sizeof(e);

	return getsockopt(fd, SOL_SOCKET, SO_ERROR, &e, &n) < 0 ? errno : e;
}

/* 0 or an errno value; ETIMEDOUT and ECANCELED when the deadline ended it. */
static int connect_fd(
	int fd, const struct sockaddr *sa, socklen_t n, const struct deadline *d)
{
	if (connect(fd, sa, n) == 0)
		return 0;
	if (errno != EINPROGRESS && errno != EINTR)
		return errno;
	switch (deadline_wait(d, fd, POLLOUT)) {
	case WAIT_READY:
		return socket_error(fd);
	case WAIT_TIMEOUT:
		return ETIMEDOUT;
	case WAIT_CANCELLED:
		return ECANCELED;
	}
	return ECANCELED;
}

static int open_socket(
	const struct sockaddr *sa, socklen_t n, const struct deadline *d, int *ret_fd)
{
	int one = 1;
	int rc;
	int fd = socket(sa->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return errno;
	if (sa->sa_family != AF_UNIX) /* short requests: do not wait for more */
		(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	rc = connect_fd(fd, sa, n, d);
	if (rc != 0)
		close(fd);
	else
		*ret_fd = fd;
	return rc;
}

static int connect_failed(int errnum, const char *what, struct error *err)
{
	if (errnum == ECANCELED)
		return deadline_error(err, WAIT_CANCELLED, "connecting");
	return error_set(err, errnum == ETIMEDOUT ? ERR_TIMEOUT : ERR_CONNECT,
		"cannot connect to %s: %s", what, error_of_system(errnum));
}

int net_connect(const struct net_addresses *a, const char *what, const struct deadline *d,
	int *ret_fd, struct error *err)
{
	int errnum = EADDRNOTAVAIL;

	for (size_t i = 0; i < a->count; i++) {
		uint64_t now = clock_mono_us(d->clock);
		bool last = i + 1 == a->count;
		struct deadline mine = last || d->at_us == UINT64_MAX ?
			*d :
			deadline_min(*d, now + deadline_left_us(d) / 2);

		errnum = open_socket((const struct sockaddr *)&a->items[i].sa,
			a->items[i].n, &mine, ret_fd);
		if (errnum == 0)
			return 0;
		if (errnum == ECANCELED)
			break;
	}
	return connect_failed(errnum, what, err);
}

/*
 * A full backlog of a unix socket is EAGAIN at once: it is asked again until time is
 * over.
 */
int net_connect_unix(
	const char *path, const struct deadline *d, int *ret_fd, struct error *err)
{
	struct sockaddr_un sa = { .sun_family = AF_UNIX };
	size_t n = strlen(path);
	int errnum;

	if (n >= sizeof(sa.sun_path))
		return error_set(err, ERR_CONNECT,
			"the path of the socket has more than %zu bytes",
			sizeof(sa.sun_path) - 1);
	memcpy(sa.sun_path, path, n + 1);
	do
		errnum = open_socket((const struct sockaddr *)&sa, sizeof(sa), d, ret_fd);
	while (errnum == EAGAIN && deadline_pause(d, 10000) == WAIT_READY);
	return errnum == 0 ?
		0 :
		connect_failed(errnum == EAGAIN ? ETIMEDOUT : errnum, path, err);
}
