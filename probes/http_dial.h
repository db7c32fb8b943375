/*
 * Connections of our own, dialled by libcurl: it knows names, unix sockets, TLS and
 * client certificates; we then write and read bytes. For races. Part of the adapter
 * over libcurl.
 */
#ifndef PROBES_HTTP_DIAL_H
#define PROBES_HTTP_DIAL_H

#include "probes/http_curl.h"

struct http_dial;

enum http_io {
	HTTP_IO_DONE, /* at least one byte went or came */
	HTTP_IO_AGAIN, /* wait for the descriptor */
	HTTP_IO_CLOSED, /* the other side has ended */
	HTTP_IO_FAILED,
};

/*
 * `n` connections to the URL of `rq`, TLS handshakes finished, non-blocking, never over
 * a proxy. All or none: the first failure is the error, as of a transfer. The limit of
 * open files is raised when it must be; ERR_LIMIT when it cannot. Owned by the caller,
 * who keeps the client that it was made beside.
 */
int http_dial_open(const struct http_call *call, const struct http_request *rq, size_t n,
	struct http_dial **ret, struct error *err) MUST_USE;
void http_dial_close(struct http_dial *d); /* NULL is fine */

/* The descriptor of connection i, to wait for. */
int http_dial_fd(const struct http_dial *d, size_t i);

/* True when the peer is a loopback address or a unix socket. */
bool http_dial_is_local(const struct http_dial *d, size_t i);

/* Never block. */
enum http_io http_dial_send(
	struct http_dial *d, size_t i, struct str bytes, size_t *ret_sent) MUST_USE;
enum http_io http_dial_recv(struct http_dial *d, size_t i, char *buf, size_t n,
	size_t *ret_received) MUST_USE;	/* at most n bytes */

#endif
