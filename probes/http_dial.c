#include "probes/http_dial.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "harness/base/mem.h"
#include "probes/http_easy.h"
#include "probes/http_url.h"

#define OTHER_FILES 64 /* descriptors that the rest of the program may have open */

struct dialled {
	CURL *easy;
	CURLcode rc;
	int fd;
	char text[CURL_ERROR_SIZE];
};

struct http_dial {
	CURLM *multi;
	bool tls;
	struct http_easy_lists lists;
	size_t count;
	struct dialled items[];
};

/* ---- opening --------------------------------------------------------------------------------- */

static int want_files(size_t n, struct error *err)
{
	struct rlimit limit;
	rlim_t need = n + OTHER_FILES;

	if (getrlimit(RLIMIT_NOFILE, &limit) || limit.rlim_cur >= need)
		return 0;
	if (limit.rlim_max >= need) {
		limit.rlim_cur = need;
		if (!setrlimit(RLIMIT_NOFILE, &limit))
			return 0;
	}
	return error_set(err, ERR_LIMIT,
		"%zu connections need %zu open files, but only %zu are allowed (ulimit -n)",
		n, (size_t)need, (size_t)limit.rlim_max);
}

void http_dial_close(struct http_dial *d)
{
	if (!d)
		return;
	for (size_t i = 0; i < d->count; i++) {
		if (!d->items[i].easy)
			continue;
		(void)curl_multi_remove_handle(d->multi,
			d->items[i].easy); /* fine for one that was never added */
		curl_easy_cleanup(d->items[i].easy);
	}
	if (d->multi)
		(void)curl_multi_cleanup(d->multi);
	http_easy_lists_release(&d->lists);
	mem_free(d);
}

static int new_dial(size_t n, struct http_dial **ret, struct error *err)
{
	struct http_dial *d = mem_calloc(1, sizeof(*d) + n * sizeof(d->items[0]));
	if (!d)
		return error_set_oom(err);
	d->multi = curl_multi_init();
	if (!d->multi) {
		http_dial_close(d);
		return error_set_oom(err);
	}
	d->count = n;
	*ret = d;
	return 0;
}

/*
 * The lists of addresses are the same for all: made with the first handle, lent to the
 * others.
 */
static int set_up(struct http_dial *d, struct dialled *c, const struct http_request *rq,
	struct error *err)
{
	struct http_easy_lists own = { 0 };
	c->fd = -1;
	c->rc = CURLE_OPERATION_TIMEDOUT;
	c->easy = curl_easy_init();
	if (!c->easy)
		return error_set_oom(err);
	if (http_easy_set_connection(c->easy, rq, &own, err)) {
		http_easy_lists_release(&own);
		return -1;
	}
	if (c == d->items) {
		d->lists = own;
	} else {
		(void)curl_easy_setopt(c->easy, CURLOPT_RESOLVE, d->lists.resolve);
		(void)curl_easy_setopt(c->easy, CURLOPT_CONNECT_TO, d->lists.connect_to);
		http_easy_lists_release(&own);
	}
	(void)curl_easy_setopt(c->easy, CURLOPT_ERRORBUFFER, c->text);
	(void)curl_easy_setopt(c->easy, CURLOPT_PRIVATE, c);
	(void)curl_easy_setopt(c->easy, CURLOPT_CONNECT_ONLY, 1L);
	(void)curl_easy_setopt(
		c->easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	(void)curl_easy_setopt(c->easy, CURLOPT_TCP_NODELAY, 1L);
	if (curl_easy_setopt(c->easy, CURLOPT_PROXY, "") != CURLE_OK ||
		curl_multi_add_handle(d->multi, c->easy) != CURLM_OK)
		return error_set_oom(err);
	return 0;
}

static void read_results(struct http_dial *d)
{
	int left;
	for (CURLMsg *m; (m = curl_multi_info_read(d->multi, &left));) {
		char *which = NULL;
		if (m->msg != CURLMSG_DONE ||
			curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &which) !=
				CURLE_OK ||
			!which)
			continue;
		struct dialled *c = (struct dialled *)(void *)which;
		curl_socket_t fd = CURL_SOCKET_BAD;
		c->rc = m->data.result;
		if (c->rc == CURLE_OK &&
			curl_easy_getinfo(c->easy, CURLINFO_ACTIVESOCKET, &fd) ==
				CURLE_OK)
			c->fd = fd;
	}
}

static int first_failure(struct http_dial *d, size_t upto, const struct http_request *rq,
	struct error *err)
{
	for (size_t i = 0; i < upto; i++) {
		const struct dialled *c = &d->items[i];
		if (c->rc != CURLE_OK || c->fd < 0)
			return http_easy_error(
				err, c->rc ? c->rc : CURLE_COULDNT_CONNECT, c->text, rq);
	}
	return 0;
}

static int timeout_error(const struct http_request *rq, size_t upto, struct error *err)
{
	return http_easy_fail(err, ERR_TIMEOUT, rq,
		"time was over before %zu connections were open: (28) %s", upto,
		curl_easy_strerror(CURLE_OPERATION_TIMEDOUT));
}

/* Connections [from, upto). */
static int dial(struct http_dial *d, const struct http_call *call,
	const struct http_request *rq, size_t from, size_t upto, struct error *err)
{
	CURLMcode code;
	for (size_t i = from; i < upto; i++)
		if (set_up(d, &d->items[i], rq, err))
			return -1;
	enum wait_result why = http_easy_drive(d->multi, call->deadline, &code);
	if (code != CURLM_OK)
		return error_set(
			err, ERR_INTERNAL, "libcurl: %s", curl_multi_strerror(code));
	read_results(d);
	if (why == WAIT_CANCELLED)
		return deadline_error(err, why, "connecting");
	return why == WAIT_TIMEOUT ? timeout_error(rq, upto, err) :
				     first_failure(d, upto, rq, err);
}

/*
 * One goes first: it finds out whether anybody is there, and the others need not look
 * its name up again.
 */
int http_dial_open(const struct http_call *call, const struct http_request *rq, size_t n,
	struct http_dial **ret, struct error *err)
{
	struct http_dial *d = NULL;
	if (want_files(n, err) || new_dial(n, &d, err))
		return -1;
	d->tls = http_url_is_tls(rq->url);
	if (dial(d, call, rq, 0, 1, err) || dial(d, call, rq, 1, n, err)) {
		http_dial_close(d);
		return -1;
	}
	*ret = d;
	return 0;
}

/* ---- use ------------------------------------------------------------------------------------- */

int http_dial_fd(const struct http_dial *d, size_t i)
{
	assert(i < d->count);
	return d->items[i].fd;
}

static bool is_loopback(const struct sockaddr_storage *sa)
{
	if (sa->ss_family == AF_UNIX)
		return true;
	if (sa->ss_family == AF_INET)
		return (ntohl(((const struct sockaddr_in *)(const void *)sa)
					->sin_addr.s_addr) >>
			       24) == 127;
	if (sa->ss_family == AF_INET6)
		return IN6_IS_ADDR_LOOPBACK(
			&((const struct sockaddr_in6 *)(const void *)sa)->sin6_addr);
	return false;
}

bool http_dial_is_local(const struct http_dial *d, size_t i)
{
	struct sockaddr_storage sa = { 0 };
	socklen_t n = sizeof(sa);
	return !getpeername(http_dial_fd(d, i), (struct sockaddr *)&sa, &n) &&
		is_loopback(&sa);
}

static enum http_io errno_result(void)
{
	return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? HTTP_IO_AGAIN :
									   HTTP_IO_FAILED;
}

static enum http_io curl_result(CURLcode rc)
{
	return rc == CURLE_OK     ? HTTP_IO_DONE :
		rc == CURLE_AGAIN ? HTTP_IO_AGAIN :
				    HTTP_IO_FAILED;
}

enum http_io http_dial_send(
	struct http_dial *d, size_t i, struct str bytes, size_t *ret_sent)
{
	if (d->tls)
		return curl_result(
			curl_easy_send(d->items[i].easy, bytes.p, bytes.n, ret_sent));
	ssize_t n = send(d->items[i].fd, bytes.p, bytes.n, MSG_NOSIGNAL);
	if (n < 0)
		return errno_result();
	*ret_sent = (size_t)n;
	return HTTP_IO_DONE;
}

enum http_io http_dial_recv(
	struct http_dial *d, size_t i, char *buf, size_t n, size_t *ret_received)
{
	size_t got = 0;
	if (d->tls) {
		enum http_io io = curl_result(
			curl_easy_recv(d->items[i].easy, buf, n, &got));
		if (io != HTTP_IO_DONE)
			return io;
	} else {
		ssize_t r = recv(d->items[i].fd, buf, n, 0);
		if (r < 0)
			return errno_result();
		got = (size_t)r;
	}
	*ret_received = got;
	return got ? HTTP_IO_DONE : HTTP_IO_CLOSED;
}
