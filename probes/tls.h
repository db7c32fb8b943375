/*
 * TLS over a connected, non-blocking socket, for probes that own theirs. The only module
 * that sees libssl. The other side's certificate is always verified, its name included.
 */
#ifndef PROBES_TLS_H
#define PROBES_TLS_H

#include <sys/types.h>

#include "harness/base/deadline.h"

struct tls;

/*
 * Shakes hands within the deadline. `host` is the name in the certificate (or an
 * address); `ca_file` NULL: the system's authorities. ERR_TLS, ERR_TIMEOUT, ERR_ABORTED.
 * The socket stays the caller's and must outlive *ret.
 */
int tls_open(int fd, const char *host, const char *ca_file, const struct deadline *d,
	struct tls **ret, struct error *err) MUST_USE;

/* Says goodbye if that does not take waiting. NULL is fine. */
void tls_free(struct tls *t);

/*
 * As recv and send on a non-blocking socket: bytes; 0 at the end; -1 with errno EAGAIN
 * where the socket is to be waited for (EPROTO: TLS itself failed). Both need reading now
 * and then; tls_events tells the poll events that the last EAGAIN wants.
 */
ssize_t tls_read(struct tls *t, void *buf, size_t n);
ssize_t tls_write(struct tls *t, const void *buf, size_t n);
short tls_events(const struct tls *t);	/* POLLIN or POLLOUT */

/* True when bytes can be read without the socket. */
bool tls_has_pending(const struct tls *t);

/* True when nothing can be read now and the other side has not hung up. */
bool tls_is_quiet(struct tls *t);

#endif
