#include "probes/http_easy.h"

#include "probes/http_url.h"

#define MAX_POLL_MS 1000u
#define MAX_MESSAGE 4096
#define AT(member) offsetof(struct http_options, member)

/* The first failure sticks; later settings do nothing. */
struct setting {
	CURL *easy;
	CURLcode rc;
	CURLoption failed;
};

static void note(struct setting *s, CURLoption option, CURLcode rc)
{
	if (s->rc == CURLE_OK && rc != CURLE_OK) {
		s->rc = rc;
		s->failed = option;
	}
}

static void set_long(struct setting *s, CURLoption option, long value)
{
	if (s->rc == CURLE_OK)
		note(s, option, (curl_easy_setopt)(s->easy, option, value));
}

static void set_large(struct setting *s, CURLoption option, int64_t value)
{
	if (s->rc == CURLE_OK)
		note(s, option, (curl_easy_setopt)(s->easy, option, (curl_off_t)value));
}

static void set_pointer(struct setting *s, CURLoption option, const void *value)
{
	if (s->rc == CURLE_OK)
		note(s, option, (curl_easy_setopt)(s->easy, option, value));
}

static int setting_result(const struct setting *s, struct error *err)
{
	if (s->rc == CURLE_OK)
		return 0;
	if (s->rc == CURLE_OUT_OF_MEMORY)
		return error_set_oom(err);
	const struct curl_easyoption *o = curl_easy_option_by_id(s->failed);
	return error_set(err, ERR_PROTOCOL, "this libcurl cannot do %s as asked: (%d) %s",
		o ? o->name : "that", (int)s->rc, curl_easy_strerror(s->rc));
}

/* Appends a copy of `text`; a failure is CURLE_OUT_OF_MEMORY. */
static void append(struct setting *s, struct curl_slist **list, const char *text)
{
	struct curl_slist *longer = s->rc == CURLE_OK && text ?
		curl_slist_append(*list, text) :
		NULL;
	if (longer)
		*list = longer;
	else
		note(s, CURLOPT_HTTPHEADER, CURLE_OUT_OF_MEMORY);
}

static void set_texts(struct setting *s, CURLoption option,
	const struct http_texts *texts, struct curl_slist **list)
{
	for (size_t i = 0; i < texts->count; i++)
		append(s, list, texts->items[i].p);
	if (*list)
		set_pointer(s, option, *list);
}

void http_easy_lists_release(struct http_easy_lists *lists)
{
	curl_slist_free_all(lists->headers);
	curl_slist_free_all(lists->resolve);
	curl_slist_free_all(lists->connect_to);
	curl_slist_free_all(lists->proxy_headers);
	*lists = (struct http_easy_lists){ 0 };
}

/* ---- the connection -------------------------------------------------------------------------- */

static const struct {
	CURLoption option;
	size_t offset;
} text_options[] = {
	{ CURLOPT_PROXY, AT(proxy) },
	{ CURLOPT_NOPROXY, AT(noproxy) },
	{ CURLOPT_CAINFO, AT(cacert) },
	{ CURLOPT_SSLCERT, AT(cert) },
	{ CURLOPT_KEYPASSWD, AT(cert_password) },
	{ CURLOPT_SSLKEY, AT(key) },
	{ CURLOPT_PINNEDPUBLICKEY, AT(pinnedpubkey) },
	{ CURLOPT_UNIX_SOCKET_PATH, AT(unix_socket) },
	{ CURLOPT_NETRC_FILE, AT(netrc_file) },
};

static const long http_versions[] = {
	[HTTP_VERSION_ANY] = CURL_HTTP_VERSION_NONE,
	[HTTP_VERSION_1_0] = CURL_HTTP_VERSION_1_0,
	[HTTP_VERSION_1_1] = CURL_HTTP_VERSION_1_1,
	[HTTP_VERSION_2] = CURL_HTTP_VERSION_2,
	[HTTP_VERSION_3] = CURL_HTTP_VERSION_3,
};

static const long families[] = {
	[HTTP_FAMILY_ANY] = CURL_IPRESOLVE_WHATEVER,
	[HTTP_FAMILY_IPV4] = CURL_IPRESOLVE_V4,
	[HTTP_FAMILY_IPV6] = CURL_IPRESOLVE_V6,
};

/* A version that was asked for must not be had from a connection made for another. */
static void set_version(struct setting *s, const struct http_options *o)
{
	if (o->version == HTTP_VERSION_ANY)
		return;
	set_long(s, CURLOPT_HTTP_VERSION, http_versions[o->version]);
	set_long(s, CURLOPT_FRESH_CONNECT, 1);
	set_long(s, CURLOPT_FORBID_REUSE, 1);
}

static void set_tls(struct setting *s, const struct http_request *rq)
{
	if (http_url_is_tls(rq->url))
		set_long(s, CURLOPT_CERTINFO, 1);
	if (rq->options->insecure) {
		set_long(s, CURLOPT_SSL_VERIFYPEER, 0);
		set_long(s, CURLOPT_SSL_VERIFYHOST, 0);
	}
}

static long in_ms(uint64_t us)
{
	uint64_t ms = (us + 999) / 1000;
	return ms > INT32_MAX ? INT32_MAX : (long)(ms ? ms : 1);
}

int http_easy_set_connection(CURL *easy, const struct http_request *rq,
	struct http_easy_lists *lists, struct error *err)
{
	const struct http_options *o = rq->options;
	struct setting s = { .easy = easy };

	set_pointer(&s, CURLOPT_URL, rq->url.p);
	set_pointer(&s, CURLOPT_PROTOCOLS_STR, "http,https");
	set_long(&s, CURLOPT_NOSIGNAL, 1);
	set_long(&s, CURLOPT_QUICK_EXIT, 1); /* never wait for the resolver's thread */
	set_long(&s, CURLOPT_CONNECTTIMEOUT_MS, in_ms(o->connect_timeout_us));
	set_long(&s, CURLOPT_IPRESOLVE, families[o->family]);
	for (size_t i = 0; i < ARRAY_SIZE(text_options); i++) {
		const struct str *text =
			(const struct str *)(const void *)((const char *)o +
				text_options[i].offset);
		if (text->p)
			set_pointer(&s, text_options[i].option, text->p);
	}
	set_texts(&s, CURLOPT_RESOLVE, &o->resolve, &lists->resolve);
	set_texts(&s, CURLOPT_CONNECT_TO, &o->connect_to, &lists->connect_to);
	set_version(&s, o);
	set_tls(&s, rq);
	return setting_result(&s, err);
}

/* ---- the request ----------------------------------------------------------------------------- */

/* "Name: value" sends a header, "Name;" an empty one, "Name:" none of that name. */
static void append_header(struct setting *s, struct http_easy_lists *lists,
	const struct http_header *h, struct strbuf *line)
{
	strbuf_clear(line);
	strbuf_add(line, h->name);
	strbuf_adds(line, h->value.n ? ": " : ";");
	strbuf_add(line, h->value);
	append(s, &lists->headers, strbuf_failed(line) ? NULL : strbuf_cstr(line));
}

static void suppress(struct setting *s, struct http_easy_lists *lists,
	const struct http_request *rq, struct str name, struct strbuf *line)
{
	if (http_headers_find(&rq->headers, name))
		return;
	strbuf_clear(line);
	strbuf_add(line, name);
	strbuf_addc(line, ':');
	append(s, &lists->headers, strbuf_failed(line) ? NULL : strbuf_cstr(line));
}

static void set_headers(
	struct setting *s, const struct http_request *rq, struct http_easy_lists *lists)
{
	struct strbuf line;
	strbuf_init(&line, SIZE_MAX / 2);
	for (size_t i = 0; i < rq->headers.count; i++)
		append_header(s, lists, &rq->headers.items[i], &line);
	if (rq->body.n) {
		suppress(s, lists, rq, STR("Content-Type"), &line);
		if (!rq->options->aws_sigv4.p)
			suppress(s, lists, rq, STR("Expect"), &line);
	}
	for (size_t i = 0; i < rq->options->no_headers.count; i++)
		suppress(s, lists, rq, str_trim(rq->options->no_headers.items[i]), &line);
	strbuf_release(&line);
	if (lists->headers)
		set_pointer(s, CURLOPT_HTTPHEADER, lists->headers);
}

static void set_method(struct setting *s, const struct http_request *rq)
{
	if (rq->body.n) {
		set_large(s, CURLOPT_POSTFIELDSIZE_LARGE, (int64_t)rq->body.n);
		set_pointer(s, CURLOPT_POSTFIELDS, rq->body.p);
	}
	if (str_is(rq->method, "HEAD"))
		set_long(s, CURLOPT_NOBODY, 1);
	else if (rq->body.n || !str_is(rq->method, "GET"))
		set_pointer(s, CURLOPT_CUSTOMREQUEST, rq->method.p);
}

static long auth_schemes(const struct http_options *o)
{
	unsigned long schemes = (o->digest ? CURLAUTH_DIGEST : 0) |
		(o->ntlm ? CURLAUTH_NTLM : 0) | (o->negotiate ? CURLAUTH_NEGOTIATE : 0);
	return (long)schemes;
}

static void set_auth(struct setting *s, const struct http_request *rq)
{
	const struct http_options *o = rq->options;
	if (o->netrc || o->netrc_file.p)
		set_long(s, CURLOPT_NETRC, CURL_NETRC_REQUIRED);
	if (o->netrc_optional)
		set_long(s, CURLOPT_NETRC, CURL_NETRC_OPTIONAL);
	if (!rq->with_user && !(o->negotiate && !o->user.p))
		return;
	/*
	 * SPNEGO without a name takes the ticket that is there, but wants the option
	 * all the same
	 */
	set_pointer(s, CURLOPT_USERPWD, rq->with_user ? o->user.p : ":");
	if (auth_schemes(o))
		set_long(s, CURLOPT_HTTPAUTH, auth_schemes(o));
	if (o->aws_sigv4.p)
		set_pointer(s, CURLOPT_AWS_SIGV4, o->aws_sigv4.p);
}

int http_easy_set_request(CURL *easy, const struct http_request *rq,
	struct http_easy_lists *lists, struct error *err)
{
	const struct http_options *o = rq->options;
	struct setting s = { .easy = easy };

	set_method(&s, rq);
	set_headers(&s, rq, lists);
	set_auth(&s, rq);
	if (rq->cookies.n)
		set_pointer(&s, CURLOPT_COOKIE, rq->cookies.p);
	if (o->path_as_is)
		set_long(&s, CURLOPT_PATH_AS_IS, 1);
	if (o->proxy_headers.count) {
		set_long(&s, CURLOPT_HEADEROPT, CURLHEADER_SEPARATE);
		set_texts(&s, CURLOPT_PROXYHEADER, &o->proxy_headers,
			&lists->proxy_headers);
	}
	if (o->limit_rate) {
		set_large(&s, CURLOPT_MAX_RECV_SPEED_LARGE, o->limit_rate);
		set_large(&s, CURLOPT_MAX_SEND_SPEED_LARGE, o->limit_rate);
	}
	return setting_result(&s, err);
}

/* ---- waiting --------------------------------------------------------------------------------- */

static unsigned cancel_descriptors(const struct deadline *d, struct curl_waitfd fds[2])
{
	const struct cancel *flags[] = { d->cancel, d->quit };
	unsigned n = 0;
	for (size_t i = 0; i < ARRAY_SIZE(flags); i++)
		if (flags[i])
			fds[n++] = (struct curl_waitfd){ .fd = flags[i]->fd,
				.events = CURL_WAIT_POLLIN };
	return n;
}

static bool is_cancelled(const struct deadline *d)
{
	return (d->cancel && cancel_is_raised(d->cancel)) ||
		(d->quit && cancel_is_raised(d->quit));
}

static int poll_ms(uint64_t left_us)
{
	uint64_t ms = left_us / 1000 + 1;
	return (int)(ms < MAX_POLL_MS ? ms : MAX_POLL_MS);
}

enum wait_result http_easy_drive(
	CURLM *multi, const struct deadline *d, CURLMcode *ret_code)
{
	struct curl_waitfd fds[2];
	unsigned nfds = cancel_descriptors(d, fds);

	for (;;) {
		int running = 0;
		*ret_code = curl_multi_perform(multi, &running);
		if (*ret_code != CURLM_OK || !running)
			return WAIT_READY;
		if (is_cancelled(d))
			return WAIT_CANCELLED;
		uint64_t left_us = deadline_left_us(d);
		if (!left_us)
			return WAIT_TIMEOUT;
		*ret_code = curl_multi_poll(multi, fds, nfds, poll_ms(left_us), NULL);
		if (*ret_code != CURLM_OK)
			return WAIT_READY;
	}
}

/* ---- errors ---------------------------------------------------------------------------------- */

static const struct {
	CURLcode rc;
	enum error_code code;
} error_codes[] = {
	{ CURLE_COULDNT_RESOLVE_PROXY, ERR_DNS },
	{ CURLE_COULDNT_RESOLVE_HOST, ERR_DNS },
	{ CURLE_COULDNT_CONNECT, ERR_CONNECT },
	{ CURLE_INTERFACE_FAILED, ERR_CONNECT },
	{ CURLE_PROXY, ERR_CONNECT },
	{ CURLE_OPERATION_TIMEDOUT, ERR_TIMEOUT },
	{ CURLE_SSL_CONNECT_ERROR, ERR_TLS },
	{ CURLE_SSL_ENGINE_NOTFOUND, ERR_TLS },
	{ CURLE_SSL_ENGINE_SETFAILED, ERR_TLS },
	{ CURLE_SSL_CERTPROBLEM, ERR_TLS },
	{ CURLE_SSL_CIPHER, ERR_TLS },
	{ CURLE_PEER_FAILED_VERIFICATION, ERR_TLS },
	{ CURLE_SSL_CACERT_BADFILE, ERR_TLS },
	{ CURLE_SSL_CRL_BADFILE, ERR_TLS },
	{ CURLE_SSL_ISSUER_ERROR, ERR_TLS },
	{ CURLE_SSL_PINNEDPUBKEYNOTMATCH, ERR_TLS },
	{ CURLE_SSL_INVALIDCERTSTATUS, ERR_TLS },
	{ CURLE_SSL_CLIENTCERT, ERR_TLS },
	{ CURLE_USE_SSL_FAILED, ERR_TLS },
	{ CURLE_SSL_SHUTDOWN_FAILED, ERR_TLS },
	{ CURLE_FILESIZE_EXCEEDED, ERR_LIMIT },
	{ CURLE_OUT_OF_MEMORY, ERR_OOM },
	{ CURLE_FAILED_INIT, ERR_INTERNAL },
	{ CURLE_BAD_FUNCTION_ARGUMENT, ERR_INTERNAL },
};

/* What kind of error it is; ERR_INTERNAL for those that only a bug of ours can bring. */
static enum error_code http_easy_error_code(CURLcode rc)
{
	for (size_t i = 0; i < ARRAY_SIZE(error_codes); i++)
		if (error_codes[i].rc == rc)
			return error_codes[i].code;
	return ERR_PROTOCOL;
}

int http_easy_fail(struct error *err, enum error_code code, const struct http_request *rq,
	const char *fmt, ...)
{
	struct strbuf sb;
	va_list ap;

	strbuf_init(&sb, MAX_MESSAGE);
	strbuf_add(&sb, rq->method);
	strbuf_addc(&sb, ' ');
	strbuf_add(&sb, str_sub(http_url_target(rq->url), 0, 200));
	strbuf_adds(&sb, ": ");
	va_start(ap, fmt);
	strbuf_vaddf(&sb, fmt, ap);
	va_end(ap);
	(void)error_set(err, code, "%s", strbuf_cstr(&sb));
	strbuf_release(&sb);
	return -1;
}

int http_easy_error(
	struct error *err, CURLcode rc, const char *text, const struct http_request *rq)
{
	return http_easy_fail(err, http_easy_error_code(rc), rq, "(%d) %s", (int)rc,
		text[0] ? text : curl_easy_strerror(rc));
}
