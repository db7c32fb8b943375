#include "probes/tls.h"

#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <poll.h>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "harness/base/mem.h"

struct tls {
	SSL_CTX *context;
	SSL *ssl;
	short events;
};

/* What libssl says last, or what the certificate's check found. */
static int failed(const struct tls *t, const char *what, struct error *err)
{
	long verify = t->ssl ? SSL_get_verify_result(t->ssl) : X509_V_OK;
	unsigned long code = ERR_peek_last_error();
	const char *reason = code ? ERR_reason_error_string(code) : NULL;

	error_set(err, ERR_TLS, "%s: %s", what,
		verify != X509_V_OK ? X509_verify_cert_error_string(verify) :
			reason      ? reason :
				      "the other side hung up");
	if (verify != X509_V_OK)
		error_note(err,
			"a certificate of an authority of your own: name its file with ?ssl-ca=FILE in the URL");
	ERR_clear_error();
	return -1;
}

static int load_authorities(const struct tls *t, const char *ca_file, struct error *err)
{
	if (ca_file ? SSL_CTX_load_verify_locations(t->context, ca_file, NULL) :
		      SSL_CTX_set_default_verify_paths(t->context))
		return 0;
	return failed(t, "cannot read the certificates of the authorities", err);
}

/* An address is compared with the certificate's addresses, a name with its names. */
static bool set_host(SSL *ssl, const char *host)
{
	unsigned char address[sizeof(struct in6_addr)];

	if (inet_pton(AF_INET, host, address) == 1 ||
		inet_pton(AF_INET6, host, address) == 1)
		return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host) == 1;
	return SSL_set1_host(ssl, host) == 1 && SSL_set_tlsext_host_name(ssl, host) == 1;
}

static int set_up(
	struct tls *t, int fd, const char *host, const char *ca_file, struct error *err)
{
	t->context = SSL_CTX_new(TLS_client_method());
	if (!t->context)
		return error_set_oom(err);
	SSL_CTX_set_min_proto_version(t->context, TLS1_2_VERSION);
	SSL_CTX_set_verify(t->context, SSL_VERIFY_PEER, NULL);
	SSL_CTX_set_mode(t->context,
		SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
	if (load_authorities(t, ca_file, err))
		return -1;
	t->ssl = SSL_new(t->context);
	if (!t->ssl)
		return error_set_oom(err);
	if (!set_host(t->ssl, host) || SSL_set_fd(t->ssl, fd) != 1)
		return failed(t, "cannot set TLS up", err);
	return 0;
}

/* True when the socket is to be waited for. */
static bool wants_socket(struct tls *t, int rc)
{
	int why = SSL_get_error(t->ssl, rc);

	t->events = why == SSL_ERROR_WANT_WRITE ? POLLOUT : POLLIN;
	return why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE;
}

static int shake_hands(struct tls *t, int fd, const struct deadline *d, struct error *err)
{
	for (;;) {
		enum wait_result why;
		int rc;

		ERR_clear_error();
		rc = SSL_connect(t->ssl);
		if (rc == 1)
			return 0;
		if (!wants_socket(t, rc))
			return failed(t, "the TLS handshake failed", err);
		why = deadline_wait(d, fd, t->events);
		if (why != WAIT_READY)
			return deadline_error(err, why, "shaking hands for TLS");
	}
}

int tls_open(int fd, const char *host, const char *ca_file, const struct deadline *d,
	struct tls **ret, struct error *err)
{
	struct tls *t = mem_calloc(1, sizeof(*t));

	if (!t)
		return error_set_oom(err);
	if (set_up(t, fd, host, ca_file, err) || shake_hands(t, fd, d, err)) {
		tls_free(t);
		return -1;
	}
	*ret = t;
	return 0;
}

void tls_free(struct tls *t)
{
	if (!t)
		return;
	if (t->ssl && SSL_is_init_finished(t->ssl))
		(void)SSL_shutdown(t->ssl); /* one try: the socket is closed next */
	ERR_clear_error();
	SSL_free(t->ssl);
	SSL_CTX_free(t->context);
	mem_free(t);
}

static int clamp(size_t n)
{
	return n > INT_MAX ? INT_MAX : (int)n;
}

/* The result of SSL_read and SSL_write as that of recv and send. */
static ssize_t result(struct tls *t, int rc)
{
	if (rc > 0)
		return rc;
	if (wants_socket(t, rc)) {
		errno = EAGAIN;
		return -1;
	}
	if (SSL_get_error(t->ssl, rc) == SSL_ERROR_ZERO_RETURN)
		return 0;
	if (SSL_get_error(t->ssl, rc) != SSL_ERROR_SYSCALL || errno == 0)
		errno = EPROTO;
	ERR_clear_error();
	return -1;
}

ssize_t tls_read(struct tls *t, void *buf, size_t n)
{
	ERR_clear_error();
	errno = 0;
	return result(t, SSL_read(t->ssl, buf, clamp(n)));
}

ssize_t tls_write(struct tls *t, const void *buf, size_t n)
{
	ERR_clear_error();
	errno = 0;
	return result(t, SSL_write(t->ssl, buf, clamp(n)));
}

short tls_events(const struct tls *t)
{
	return t->events;
}

bool tls_has_pending(const struct tls *t)
{
	return SSL_pending(t->ssl) > 0;
}

/*
 * Records of TLS's own (session tickets) may lie there: only a look for data takes them
 * out.
 */
bool tls_is_quiet(struct tls *t)
{
	char byte;
	int rc;

	ERR_clear_error();
	rc = SSL_peek(t->ssl, &byte, 1);
	return rc <= 0 && wants_socket(t, rc);
}
