/*
 * Names to addresses and addresses to sockets, within a deadline. Shared by the probes
 * that own their sockets, or that must know an address before a library connects.
 */
#ifndef PROBES_NET_H
#define PROBES_NET_H

#include <sys/socket.h>

#include "harness/base/deadline.h"

struct net_address {
	struct sockaddr_storage sa;
	socklen_t n;
};

/* Addresses of a name are tried up to this many. */
#define NET_ADDRESSES_MAX 8

struct net_addresses {
	struct net_address items[NET_ADDRESSES_MAX];
	size_t count; /* at least 1 */
};

/*
 * The addresses of `host` (a name or a literal). The system's resolver knows no deadline:
 * it works in a thread of its own, which is left behind when time is over and ends by
 * itself. ERR_DNS, ERR_TIMEOUT, ERR_ABORTED.
 */
int net_resolve(const char *host, uint16_t port, const struct deadline *d,
	struct net_addresses *ret, struct error *err) MUST_USE;

/*
 * The address as text without its port, for libraries that want a host. Room for
 * NI_MAXHOST bytes is enough.
 */
int net_address_text(
	const struct net_address *a, char *buf, size_t n, struct error *err) MUST_USE;

/*
 * A connected, non-blocking, close-on-exec socket, owned by the caller. One address after
 * the other; all but the last get half of the time that is left, so that a dead one does
 * not use up what a living one needs. ERR_CONNECT, ERR_TIMEOUT, ERR_ABORTED; `what` is
 * shown as the other side ("redis at db:6379").
 */
int net_connect(const struct net_addresses *a, const char *what, const struct deadline *d,
	int *ret_fd, struct error *err) MUST_USE;

/* The same for a unix socket; a path of more than 107 bytes is ERR_CONNECT. */
int net_connect_unix(const char *path, const struct deadline *d, int *ret_fd,
	struct error *err) MUST_USE;

#endif
