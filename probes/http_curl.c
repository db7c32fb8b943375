#include "probes/http_curl.h"

#include "harness/base/file.h"
#include "harness/base/mem.h"
#include "probes/http_certificate.h"
#include "probes/http_cookie.h"
#include "probes/http_easy.h"
#include "probes/http_url.h"

/*
 * Servers commonly close an idle connection after 5 s: beyond this, what must not be
 * repeated takes a new one.
 */
#define IDLE_MAX_S 2
#define KEPT_BODY ((size_t)1024 * 1024)
#define CERTIFICATES 8
#define CERTIFICATE_BYTES ((size_t)256 * 1024)
#define CERTIFICATE_LINES 64
#define ADDRESS_BYTES 64

/*
 * libcurl tells a certificate only on the transfer that opened the connection: kept by
 * what identifies one.
 */
struct certificate_slot {
	struct arena arena;
	const struct value *value; /* NULL: free */
	char peer[ADDRESS_BYTES];
	long peer_port, local_port;
};

struct http_client {
	CURLM *multi;
	CURL *easy;
	struct connection_info info;
	bool has_cookies; /* the cookie engine is on */
	struct certificate_slot certificates[CERTIFICATES];
	size_t next_certificate;

	/* of the transfer that runs */
	char text[CURL_ERROR_SIZE];
	struct strbuf head, sent, body;
	bool may_repeat; /* the request is idempotent */
	bool heard; /* something came since the request went out */
	bool repeat_refused;
	bool memory_out; /* while the answer was kept */
	size_t requests; /* how often it went out */
	uint64_t received_bytes;
};

/* ---- the client ------------------------------------------------------------------------------ */

static bool client_configured(const struct connection_env *env, struct error *err)
{
	(void)env;
	(void)err;
	return true;
}

static void client_close(void *connection)
{
	struct http_client *c = connection;
	if (!c)
		return;
	if (c->easy)
		curl_easy_cleanup(c->easy);
	if (c->multi)
		(void)curl_multi_cleanup(c->multi); /* fails for foreign handles only */
	for (size_t i = 0; i < CERTIFICATES; i++)
		arena_release(&c->certificates[i].arena);
	strbuf_release(&c->head);
	strbuf_release(&c->sent);
	strbuf_release(&c->body);
	mem_free(c);
	curl_global_cleanup();
}

/*
 * libcurl counts its users and takes a lock: several sessions may open and close at
 * once.
 */
static int client_open(const struct connection_env *env, void **ret, struct error *err)
{
	(void)env;
	CURLcode rc = curl_global_init_mem(CURL_GLOBAL_NOTHING, mem_alloc, mem_free,
		mem_realloc, mem_strdup, mem_calloc);
	if (rc != CURLE_OK)
		return rc == CURLE_OUT_OF_MEMORY ?
			error_set_oom(err) :
			error_set(err, ERR_INTERNAL, "libcurl does not start: (%d) %s",
				(int)rc, curl_easy_strerror(rc));

	struct http_client *c = mem_calloc(1, sizeof(*c));
	if (!c) {
		curl_global_cleanup();
		return error_set_oom(err);
	}
	c->info.kind = STR("http");
	for (size_t i = 0; i < CERTIFICATES; i++)
		arena_init(&c->certificates[i].arena, CERTIFICATE_BYTES);
	c->multi = curl_multi_init();
	c->easy = curl_easy_init();
	if (!c->multi || !c->easy) {
		client_close(c);
		return error_set_oom(err);
	}
	*ret = c;
	return 0;
}

static bool client_alive(void *connection)
{
	(void)connection;
	return true; /* single connections come and go inside */
}

static const struct connection_info *client_info(void *connection)
{
	const struct http_client *c = connection;
	return &c->info;
}

const struct connection_kind http_connection = {
	.name = "http",
	.default_name = "http",
	.external = false,
	.configured = client_configured,
	.open = client_open,
	.close = client_close,
	.alive = client_alive,
	.info = client_info,
};

/* ---- what libcurl calls ---------------------------------------------------------------------- */

/* What was taken; 0 ends the transfer. Full and out of memory are told apart here. */
static size_t keep(struct http_client *c, struct strbuf *sb, struct str bytes)
{
	bool fits = bytes.n <= sb->max_bytes - sb->n;
	strbuf_add(sb, bytes);
	if (!strbuf_failed(sb))
		return bytes.n;
	c->memory_out = fits;
	return 0;
}

static size_t on_header(char *p, size_t size, size_t n, void *ctx)
{
	struct http_client *c = ctx;
	struct str line = str_make(p, size * n);

	c->heard = true;
	c->received_bytes += line.n;
	/* what came before was an interim answer, or one that asked for credentials */
	if (str_starts_with(line, STR("HTTP/")))
		strbuf_clear(&c->head);
	return keep(c, &c->head, line);
}

static size_t on_body(char *p, size_t size, size_t n, void *ctx)
{
	struct http_client *c = ctx;
	struct str bytes = str_make(p, size * n);

	c->heard = true;
	c->received_bytes += bytes.n;
	return keep(c, &c->body, bytes);
}

/*
 * A request is about to go out; the second time without an answer between is a
 * repetition.
 */
static int on_request(void *ctx, char *peer, char *local, int peer_port, int local_port)
{
	struct http_client *c = ctx;
	(void)peer;
	(void)local;
	(void)peer_port;
	(void)local_port;
	if (c->requests && !c->heard && !c->may_repeat) {
		c->repeat_refused = true;
		return CURL_PREREQFUNC_ABORT;
	}
	c->requests++;
	c->heard = false;
	strbuf_clear(&c->sent);
	return CURL_PREREQFUNC_OK;
}

static int on_debug(CURL *easy, curl_infotype type, char *p, size_t n, void *ctx)
{
	struct http_client *c = ctx;
	(void)easy;
	if (type == CURLINFO_HEADER_OUT)
		strbuf_add(&c->sent, str_make(p, n));
	return 0;
}

/* ---- one transfer ---------------------------------------------------------------------------- */

static size_t body_ceiling(const struct limits *limits, const struct http_options *o)
{
	return o->max_filesize && (uint64_t)o->max_filesize < limits->max_body_bytes ?
		(size_t)o->max_filesize :
		limits->max_body_bytes;
}

static void begin(
	struct http_client *c, const struct limits *limits, const struct http_request *rq)
{
	if (c->body.cap > KEPT_BODY)
		strbuf_release(&c->body);
	strbuf_clear(&c->head);
	strbuf_clear(&c->sent);
	strbuf_clear(&c->body);
	c->head.max_bytes = limits->max_header_bytes;
	c->sent.max_bytes = limits->max_header_bytes;
	c->body.max_bytes = body_ceiling(limits, rq->options);
	c->text[0] = '\0';
	c->may_repeat = http_method_is_idempotent(rq->method);
	c->heard = false;
	c->repeat_refused = false;
	c->memory_out = false;
	c->requests = 0;
	c->received_bytes = 0;
}

static void set_callbacks(struct http_client *c)
{
	CURL *easy = c->easy;
	(void)curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, c->text);
	(void)curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
	(void)curl_easy_setopt(easy, CURLOPT_HEADERDATA, c);
	(void)curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
	(void)curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
	(void)curl_easy_setopt(easy, CURLOPT_WRITEDATA, c);
	(void)curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, on_request);
	(void)curl_easy_setopt(easy, CURLOPT_PREREQDATA, c);
	/* the one way to learn the head as it was sent */
	(void)curl_easy_setopt(easy, CURLOPT_DEBUGFUNCTION, on_debug);
	(void)curl_easy_setopt(easy, CURLOPT_DEBUGDATA, c);
	(void)curl_easy_setopt(easy, CURLOPT_VERBOSE, 1L);
}

static int add_cookie(struct http_client *c, const char *line, struct error *err)
{
	CURLcode rc = line ? curl_easy_setopt(c->easy, CURLOPT_COOKIELIST, line) :
			     CURLE_OUT_OF_MEMORY;
	if (rc == CURLE_OUT_OF_MEMORY)
		return error_set_oom(err);
	return rc ? error_set(err, ERR_FILE, "a line of the cookie file is too long") : 0;
}

static int load_cookies(struct http_client *c, const struct http_call *call,
	const char *path, struct error *err)
{
	struct str rest;
	if (file_read(call->arena, path, call->limits->max_file_bytes, &rest, err))
		return -1;
	while (rest.p) {
		struct str line = str_trim(str_cut(&rest, '\n'));
		if (line.n && add_cookie(c, arena_cstr(call->arena, line), err))
			return -1;
	}
	return 0;
}

/*
 * Cookies live in the handle. An empty line starts the engine; a file is read by us,
 * since libcurl is silent about one that is not there.
 */
static int start_cookies(struct http_client *c, const struct http_call *call,
	const struct http_options *o, struct error *err)
{
	if (c->has_cookies || o->no_cookie_store)
		return 0;
	if (add_cookie(c, "", err) ||
		(o->cookie_file.p && load_cookies(c, call, o->cookie_file.p, err)))
		return -1;
	c->has_cookies = true;
	return 0;
}

static int prepare(struct http_client *c, const struct http_call *call,
	const struct http_request *rq, struct http_easy_lists *lists, struct error *err)
{
	curl_easy_reset(c->easy); /* keeps cookies and connections */
	begin(c, call->limits, rq);
	set_callbacks(c);
	if (!c->may_repeat)
		(void)curl_easy_setopt(c->easy, CURLOPT_MAXAGE_CONN, (long)IDLE_MAX_S);
	if (!str_is(rq->method, "HEAD"))
		(void)curl_easy_setopt(c->easy, CURLOPT_MAXFILESIZE_LARGE,
			(curl_off_t)c->body.max_bytes);
	if (start_cookies(c, call, rq->options, err) ||
		http_easy_set_connection(c->easy, rq, lists, err) ||
		http_easy_set_request(c->easy, rq, lists, err))
		return -1;
	return 0;
}

static CURLcode result_of(struct http_client *c)
{
	int left;
	for (CURLMsg *m; (m = curl_multi_info_read(c->multi, &left));)
		if (m->msg == CURLMSG_DONE && m->easy_handle == c->easy)
			return m->data.result;
	return CURLE_FAILED_INIT;
}

static uint64_t info_us(CURL *easy, CURLINFO info)
{
	curl_off_t us = 0;
	return curl_easy_getinfo(easy, info, &us) == CURLE_OK && us > 0 ? (uint64_t)us :
									  0;
}

static uint64_t since(uint64_t later, uint64_t earlier)
{
	return later > earlier ? later - earlier : 0;
}

/* libcurl gives instants since the start; a phase that did not happen has none. */
static void read_phases(CURL *easy, struct http_phases *p, uint64_t total_us)
{
	uint64_t dns = info_us(easy, CURLINFO_NAMELOOKUP_TIME_T);
	uint64_t connect = info_us(easy, CURLINFO_CONNECT_TIME_T);
	uint64_t tls = info_us(easy, CURLINFO_APPCONNECT_TIME_T);
	uint64_t ready = info_us(easy, CURLINFO_PRETRANSFER_TIME_T);
	uint64_t first = info_us(easy, CURLINFO_STARTTRANSFER_TIME_T);
	uint64_t sent = ready;

#if LIBCURL_VERSION_NUM >= 0x080a00
	sent = info_us(easy, CURLINFO_POSTTRANSFER_TIME_T);
	p->has_send = sent >= ready;
	if (!p->has_send)
		sent = ready;
#endif
	p->dns_us = dns;
	p->connect_us = since(connect, dns);
	p->tls_us = tls ? since(tls, connect) : 0;
	p->send_us = since(sent, ready);
	p->wait_us = first ? since(first, sent) : 0;
	p->recv_us = first ? since(total_us, first) : 0;
}

static void read_facts(struct http_client *c, struct http_response *r)
{
	r->duration_us = info_us(c->easy, CURLINFO_TOTAL_TIME_T);
	r->received_bytes = c->received_bytes;
	read_phases(c->easy, &r->phases, r->duration_us);
}

/* ---- certificates ---------------------------------------------------------------------------- */

static struct certificate_slot *find_certificate(
	struct http_client *c, const char *peer, long peer_port, long local_port)
{
	for (size_t i = 0; i < CERTIFICATES; i++) {
		struct certificate_slot *s = &c->certificates[i];
		if (s->value && s->peer_port == peer_port &&
			s->local_port == local_port && !strcmp(s->peer, peer))
			return s;
	}
	return NULL;
}

static struct certificate_slot *keep_certificate(
	struct http_client *c, const struct curl_certinfo *chain)
{
	struct certificate_slot *s = &c->certificates[c->next_certificate];
	struct str lines[CERTIFICATE_LINES];
	size_t n = 0;

	c->next_certificate = (c->next_certificate + 1) % CERTIFICATES;
	arena_release(&s->arena);
	for (const struct curl_slist *l = chain->certinfo[0]; l && n < CERTIFICATE_LINES;
		l = l->next)
		lines[n++] = str_from(l->data);
	s->value = http_certificate(&s->arena, lines, n);
	return s;
}

static int read_certificate(struct http_client *c, struct arena *a,
	struct http_response *r, struct error *err)
{
	const char *peer = NULL;
	long peer_port = 0;
	long local_port = 0;
	struct curl_certinfo *chain = NULL;
	(void)curl_easy_getinfo(c->easy, CURLINFO_PRIMARY_IP, &peer);
	(void)curl_easy_getinfo(c->easy, CURLINFO_PRIMARY_PORT, &peer_port);
	(void)curl_easy_getinfo(c->easy, CURLINFO_LOCAL_PORT, &local_port);
	(void)curl_easy_getinfo(c->easy, CURLINFO_CERTINFO, &chain);
	if (!peer || strlen(peer) >= ADDRESS_BYTES)
		return 0;

	struct certificate_slot *s;
	if (chain && chain->num_of_certs > 0) {
		s = keep_certificate(c, chain);
		memcpy(s->peer, peer, strlen(peer) + 1);
		s->peer_port = peer_port;
		s->local_port = local_port;
		if (!s->value)
			return error_set_oom(err);
	} else {
		s = find_certificate(c, peer, peer_port, local_port);
	}
	if (!s)
		return 0;
	r->certificate = value_copy(a, s->value);
	return r->certificate ? 0 : error_set_oom(err);
}

/* ---- the answer ------------------------------------------------------------------------------ */

static const char *version_word(CURL *easy)
{
	long v = 0;
	(void)curl_easy_getinfo(easy, CURLINFO_HTTP_VERSION, &v);
	switch (v) {
	case CURL_HTTP_VERSION_1_0:
		return "1.0";
	case CURL_HTTP_VERSION_2_0:
		return "2";
	case CURL_HTTP_VERSION_3:
		return "3";
	default:
		return "1.1";
	}
}

static int copy_text(struct arena *a, struct str text, struct str *ret, struct error *err)
{
	*ret = arena_str(a, text);
	return ret->p ? 0 : error_set_oom(err);
}

static int parse_copy(struct arena *a, const struct strbuf *text,
	struct http_headers *ret, struct error *err)
{
	struct str copy;
	if (copy_text(a, strbuf_str(text), &copy, err) ||
		http_headers_parse(a, copy, ret, err))
		return -1;
	return 0;
}

/*
 * The request line is passed over by http_headers_parse only when it is a status line,
 * so it is cut here.
 */
static int read_sent(struct http_client *c, struct arena *a, struct http_response *r,
	struct error *err)
{
	struct str text = strbuf_str(&c->sent);
	struct str copy;
	(void)str_cut(&text, '\n');
	if (!text.p)
		return 0;
	if (copy_text(a, text, &copy, err) || http_headers_parse(a, copy, &r->sent, err))
		return -1;
	return 0;
}

static int read_answer(struct http_client *c, struct arena *a, struct http_response *r,
	struct error *err)
{
	long status = 0;
	const char *ip = NULL;
	(void)curl_easy_getinfo(c->easy, CURLINFO_RESPONSE_CODE, &status);
	(void)curl_easy_getinfo(c->easy, CURLINFO_PRIMARY_IP, &ip);
	r->status = status;
	r->version = version_word(c->easy);
	return copy_text(a, str_from(ip ? ip : ""), &r->ip, err) ||
			copy_text(a, strbuf_str(&c->body), &r->body, err) ||
			parse_copy(a, &c->head, &r->headers, err) ||
			read_certificate(c, a, r, err) ?
		-1 :
		0;
}

/* ---- failures -------------------------------------------------------------------------------- */

static void add_milliseconds(struct strbuf *out, uint64_t us)
{
	strbuf_addf(out, "%llu ms", (unsigned long long)((us + 500) / 1000));
}

/* How far it came: "connected in 1 ms, 0 bytes received". */
static void add_progress(
	struct http_client *c, const struct http_request *rq, struct strbuf *out)
{
	if (c->requests) {
		strbuf_adds(out, " (connected in ");
		add_milliseconds(out, info_us(c->easy, CURLINFO_CONNECT_TIME_T));
		strbuf_addf(out, ", %llu bytes received)",
			(unsigned long long)c->received_bytes);
	} else if (http_url_is_tls(rq->url)) {
		strbuf_adds(out, " (TLS included)");
	}
}

static int timeout_error(struct http_client *c, const struct http_request *rq,
	uint64_t limit_us, struct error *err)
{
	struct strbuf why;
	strbuf_init(&why, 200);
	strbuf_adds(&why,
		c->received_bytes   ? "the answer was not complete within " :
			c->requests ? "no answer within " :
				      "no connection within ");
	add_milliseconds(&why, limit_us);
	add_progress(c, rq, &why);
	(void)http_easy_fail(err, ERR_TIMEOUT, rq, "%s: (28) %s", strbuf_cstr(&why),
		curl_easy_strerror(CURLE_OPERATION_TIMEDOUT));
	strbuf_release(&why);
	return -1;
}

static int limit_error(const struct http_request *rq, const char *what, size_t max_bytes,
	struct error *err)
{
	return http_easy_fail(err, ERR_LIMIT, rq, "the response %s larger than %zu bytes",
		what, max_bytes);
}

static int code_error(struct http_client *c, const struct http_request *rq, CURLcode rc,
	struct error *err)
{
	if (c->repeat_refused)
		return http_easy_fail(err, ERR_PROTOCOL, rq,
			"the connection was closed before an answer came, and a request "
			"that may have arrived is not sent again: (%d) %s",
			(int)CURLE_GOT_NOTHING, curl_easy_strerror(CURLE_GOT_NOTHING));
	if (c->memory_out)
		return error_set_oom(err);
	if (strbuf_failed(&c->head))
		return limit_error(rq, "headers are", c->head.max_bytes, err);
	if (strbuf_failed(&c->body) || rc == CURLE_FILESIZE_EXCEEDED)
		return limit_error(rq, "body is", c->body.max_bytes, err);
	/* libcurl says "out of memory" of a header line beyond its own ceiling */
	if (rc == CURLE_OUT_OF_MEMORY && c->requests)
		return http_easy_fail(err, ERR_LIMIT, rq,
			"a response header is larger than libcurl takes, or memory is "
			"out: (%d) %s",
			(int)rc, curl_easy_strerror(rc));
	return http_easy_error(err, rc, c->text, rq);
}

/* Of a request that may be sent twice nobody minds whether it arrived. */
static int failed(struct http_client *c, struct error *err)
{
	err->sent = c->requests > 0 && !c->may_repeat;
	return -1;
}

static int finish(struct http_client *c, const struct http_request *rq,
	enum wait_result why, uint64_t limit_us, struct error *err)
{
	CURLcode rc = CURLE_OK;
	switch (why) {
	case WAIT_READY:
		rc = result_of(c);
		break;
	case WAIT_TIMEOUT:
		(void)timeout_error(c, rq, limit_us, err);
		return failed(c, err);
	case WAIT_CANCELLED:
		(void)deadline_error(err, why,
			c->requests ? "waiting for the response" : "connecting");
		return failed(c, err);
	}
	if (rc == CURLE_OK)
		return 0;
	(void)code_error(c, rq, rc, err);
	return failed(c, err);
}

static int run(struct http_client *c, const struct http_call *call,
	const struct http_request *rq, struct http_response *r, struct error *err)
{
	uint64_t limit_us = since(call->deadline->at_us, call->begun_us);
	CURLMcode code = curl_multi_add_handle(c->multi, c->easy);
	if (code != CURLM_OK)
		return error_set(
			err, ERR_INTERNAL, "libcurl: %s", curl_multi_strerror(code));

	enum wait_result why = http_easy_drive(c->multi, call->deadline, &code);
	int rc;
	if (code != CURLM_OK)
		rc = code == CURLM_OUT_OF_MEMORY ?
			error_set_oom(err) :
			error_set(err, ERR_INTERNAL, "libcurl: %s",
				curl_multi_strerror(code));
	else
		rc = finish(c, rq, why, limit_us, err);
	read_facts(c, r);
	if (read_sent(c, call->arena, r, rc ? &(struct error){ 0 } : err))
		rc = -1;
	if (!rc)
		rc = read_answer(c, call->arena, r, err);
	(void)curl_multi_remove_handle(c->multi, c->easy);
	return rc;
}

int http_client_transfer(struct http_client *c, const struct http_call *call,
	const struct http_request *rq, struct http_response *ret_partial,
	struct error *err)
{
	struct http_easy_lists lists = { 0 };
	*ret_partial = (struct http_response){ 0 };
	int rc = prepare(c, call, rq, &lists, err);
	if (!rc)
		rc = run(c, call, rq, ret_partial, err);
	http_easy_lists_release(&lists);
	return rc;
}

/* ---- stored cookies -------------------------------------------------------------------------- */

int http_client_cookies(struct http_client *c, struct arena *a, struct str url,
	struct str *ret, struct error *err)
{
	struct str host = http_url_host(a, url);
	struct curl_slist *all = NULL;
	struct str text = { 0 };

	(void)curl_easy_getinfo(c->easy, CURLINFO_COOKIELIST, &all);
	for (const struct curl_slist *l = all; l; l = l->next) {
		struct str name;
		struct str value;
		if (http_cookie_fits(str_from(l->data), url, host, &name, &value))
			text = arena_printf(a, "%.*s%s%.*s=%.*s", STR_ARG(text),
				text.n ? "; " : "", STR_ARG(name), STR_ARG(value));
	}
	curl_slist_free_all(all);
	if (arena_failed(a))
		return error_set_oom(err);
	*ret = text;
	return 0;
}
