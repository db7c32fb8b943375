#include "probes/http_observe.h"

#include "probes/http_decode.h"

#define REPRO_WORDS_MAX 4096

/* ---- the tree -------------------------------------------------------------------------------- */

const struct value *http_headers_value(struct arena *a, const struct http_headers *h)
{
	struct value_list_builder list = { 0 };
	for (size_t i = 0; i < h->count; i++) {
		struct value_object_builder one = { 0 };
		value_object_add(a, &one, STR("name"), value_string(a, h->items[i].name));
		value_object_add(
			a, &one, STR("value"), value_string(a, h->items[i].value));
		value_list_add(a, &list, value_object_finish(a, &one));
	}
	return value_list_finish(a, &list);
}

int http_decoded_body(struct arena *a, const struct limits *limits,
	const struct http_headers *headers, struct str body, const struct value **ret,
	struct str *ret_problem, struct error *err)
{
	struct str encodings = http_headers_joined(a, headers, STR("Content-Encoding"));
	struct str plain;
	struct error problem;

	if (http_decode(a, encodings, body, limits->max_body_bytes, &plain, &problem)) {
		if (problem.code == ERR_OOM)
			return error_set_oom(err);
		struct str text = arena_str(a, str_from(problem.message));
		if (!text.p)
			return error_set_oom(err);
		*ret = NULL;
		*ret_problem = text;
		return 0;
	}
	const struct value *v = value_bytes(a, plain);
	if (!v)
		return error_set_oom(err);
	*ret = v;
	*ret_problem = (struct str){ 0 };
	return 0;
}

static const struct value *in_ms(struct arena *a, uint64_t us)
{
	return value_uint(a, us / 1000);
}

static int add_body(struct arena *a, const struct limits *limits,
	const struct http_response *r, struct value_object_builder *b, struct error *err)
{
	const struct value *body;
	struct str problem;
	if (http_decoded_body(a, limits, &r->headers, r->body, &body, &problem, err))
		return -1;

	bool same = body && body->text.p == r->body.p;
	value_object_add(a, b, STR("rawbytes"), same ? body : value_bytes(a, r->body));
	value_object_add_opt(a, b, STR("body"), body);
	if (problem.p)
		value_object_add(a, b, STR("body_error"), value_string(a, problem));
	return 0;
}

int http_observe(struct arena *a, const struct limits *limits,
	const struct http_request *rq, const struct http_response *r,
	const struct http_chain *chain, const struct value **ret, struct error *err)
{
	struct value_object_builder b = { 0 };

	value_object_add(a, &b, STR("status"), value_int(a, r->status));
	value_object_add(a, &b, STR("version"), value_string(a, str_from(r->version)));
	value_object_add(a, &b, STR("url"), value_string(a, rq->url));
	value_object_add(a, &b, STR("headers"), http_headers_value(a, &r->headers));
	if (add_body(a, limits, r, &b, err))
		return -1;
	value_object_add(a, &b, STR("duration"), in_ms(a, r->duration_us));
	value_object_add(a, &b, STR("ip"), value_string(a, r->ip));
	value_object_add(
		a, &b, STR("redirects"), value_list(a, chain->items, chain->count));
	value_object_add_opt(a, &b, STR("certificate"), r->certificate);
	const struct value *tree = value_object_finish(a, &b);
	if (!tree)
		return error_set_oom(err);
	*ret = tree;
	return 0;
}

/* "error.timeout" in reports is "timeout" behind ERROR. */
static struct str error_word(enum error_code code)
{
	struct str kind = str_from(error_kind(code));
	struct str prefix = STR("error.");
	return str_starts_with(kind, prefix) ? str_sub(kind, prefix.n, SIZE_MAX) : kind;
}

int http_observe_error(struct arena *a, const struct error *failure, uint64_t duration_us,
	const struct value **ret, struct error *err)
{
	struct value_object_builder inner = { 0 };
	struct value_object_builder b = { 0 };

	value_object_add(
		a, &inner, STR("kind"), value_string(a, error_word(failure->code)));
	value_object_add(a, &inner, STR("message"),
		value_string(a, arena_str(a, str_from(failure->message))));
	value_object_add(a, &b, STR("error"), value_object_finish(a, &inner));
	value_object_add(a, &b, STR("duration"), in_ms(a, duration_us));
	const struct value *tree = value_object_finish(a, &b);
	if (!tree)
		return error_set_oom(err);
	*ret = tree;
	return 0;
}

/* ---- the exchange event ---------------------------------------------------------------------- */

static int named_headers(struct arena *a, const struct http_headers *h,
	struct named_values *ret, struct error *err)
{
	struct named_value *items = arena_array(a, h->count, sizeof(*items));
	if (!items)
		return error_set_oom(err);
	for (size_t i = 0; i < h->count; i++) {
		items[i].name = h->items[i].name;
		items[i].value = value_string(a, h->items[i].value);
	}
	*ret = (struct named_values){ items, h->count };
	return 0;
}

/* Text where it is text, so that reports need not guess. */
static const struct value *shown_body(struct arena *a, struct str bytes)
{
	if (!bytes.n)
		return NULL;
	bool text = utf8_check(bytes) == SIZE_MAX && !memchr(bytes.p, '\0', bytes.n);
	return text ? value_string(a, bytes) : value_bytes(a, bytes);
}

static int show_phases(struct arena *a, const struct http_phases *p,
	struct named_values *ret, struct error *err)
{
	const struct {
		const char *name;
		uint64_t us;
		bool known;
	} phases[] = {
		{ "dns", p->dns_us, true },
		{ "connect", p->connect_us, true },
		{ "tls", p->tls_us, p->tls_us > 0 },
		{ "send", p->send_us, p->has_send },
		{ "wait", p->wait_us, true },
		{ "recv", p->recv_us, true },
	};
	struct named_value *items = arena_array(a, ARRAY_SIZE(phases), sizeof(*items));
	size_t n = 0;
	if (!items)
		return error_set_oom(err);
	for (size_t i = 0; i < ARRAY_SIZE(phases); i++) {
		if (!phases[i].known)
			continue;
		items[n].name = str_from(phases[i].name);
		items[n++].value = value_uint(a, phases[i].us);
	}
	*ret = (struct named_values){ items, n };
	return 0;
}

static int show_exchange(struct probe_run *run, const struct http_request *rq,
	const struct http_response *r, const struct value *tree, struct error *err)
{
	struct ev_exchange *x = &run->exchange;
	const struct value *body = tree ? value_get(tree, "body") : NULL;

	x->protocol = STR("http");
	x->method = rq->method;
	x->url = rq->url;
	x->status = r->status;
	x->request_body = shown_body(run->arena, rq->body);
	x->response_body = body ? shown_body(run->arena, body->text) :
				  shown_body(run->arena, r->body);
	x->response_bytes = r->received_bytes;
	x->response_encoded = body && body->text.p != r->body.p ? r->body.n : 0;
	if (named_headers(run->arena, r->sent.count ? &r->sent : &rq->headers,
		    &x->request_headers, err) ||
		named_headers(run->arena, &r->headers, &x->response_headers, err) ||
		show_phases(run->arena, &r->phases, &x->phases_us, err))
		return -1;
	run->has_exchange = true;
	return arena_failed(run->arena) ? error_set_oom(err) : 0;
}

/* ---- the command ----------------------------------------------------------------------------- */

struct words {
	struct arena *a;
	struct str *items;
	size_t count, cap;
	bool failed;
};

static void add_word(struct words *w, struct str text)
{
	struct str *items = w->failed || w->count == REPRO_WORDS_MAX ?
		NULL :
		arena_grow(w->a, w->items, w->count, &w->cap, sizeof(*items));
	if (!items) {
		w->failed = true;
		return;
	}
	w->items = items;
	w->items[w->count++] = text;
}

static void add_pair(struct words *w, const char *option, struct str text)
{
	if (!text.p)
		return;
	add_word(w, str_from(option));
	add_word(w, text);
}

static void add_flag(struct words *w, const char *option, bool given)
{
	if (given)
		add_word(w, str_from(option));
}

static void add_list(struct words *w, const char *option, const struct http_texts *texts)
{
	for (size_t i = 0; i < texts->count; i++)
		add_pair(w, option, texts->items[i]);
}

/*
 * curl without --json sends its own type with a body, and its own name: what we say
 * instead is said.
 */
static void add_headers(
	struct words *w, const struct http_request *rq, const struct http_response *r)
{
	for (size_t i = 0; i < rq->headers.count; i++) {
		const struct http_header *h = &rq->headers.items[i];
		bool plain_agent = str_eq_nocase(h->name, STR("User-Agent")) &&
			!rq->options->user_agent.p &&
			str_starts_with(h->value, STR("postflight/"));
		if (!plain_agent)
			add_pair(w, "-H",
				arena_printf(w->a,
					h->value.n ? "%.*s: %.*s" : "%.*s;%.*s",
					STR_ARG(h->name), STR_ARG(h->value)));
	}
	if (rq->body.n && !http_headers_find(&rq->headers, STR("Content-Type")))
		add_pair(w, "-H", STR("Content-Type:"));
	const struct http_header *stored = http_headers_find(&r->sent, STR("Cookie"));
	if (stored && !http_headers_find(&rq->headers, STR("Cookie")))
		add_pair(w, "-H",
			arena_printf(w->a, "Cookie: %.*s", STR_ARG(stored->value)));
	else if (rq->cookies.n && !stored)
		add_pair(w, "-b", rq->cookies);
}

/* Of a file its name; all else is the runner's to add, which knows what may be shown, and where it is kept. */
static void add_body_file(struct words *w, const struct http_request *rq)
{
	if (rq->body.n && rq->body_file.p)
		add_pair(w, "--data-binary",
			arena_printf(w->a, "@%.*s", STR_ARG(rq->body_file)));
}

static const struct {
	const char *flag;
	size_t offset;
} text_flags[] = {
	{ "--proxy", offsetof(struct http_options, proxy) },
	{ "--noproxy", offsetof(struct http_options, noproxy) },
	{ "--cacert", offsetof(struct http_options, cacert) },
	{ "--cert", offsetof(struct http_options, cert) },
	{ "--pass", offsetof(struct http_options, cert_password) },
	{ "--key", offsetof(struct http_options, key) },
	{ "--pinnedpubkey", offsetof(struct http_options, pinnedpubkey) },
	{ "--unix-socket", offsetof(struct http_options, unix_socket) },
	{ "--netrc-file", offsetof(struct http_options, netrc_file) },
	{ "--aws-sigv4", offsetof(struct http_options, aws_sigv4) },
};

static const char *const version_flags[] = {
	[HTTP_VERSION_ANY] = NULL,
	[HTTP_VERSION_1_0] = "--http1.0",
	[HTTP_VERSION_1_1] = "--http1.1",
	[HTTP_VERSION_2] = "--http2",
	[HTTP_VERSION_3] = "--http3",
};

static void add_options(struct words *w, const struct http_request *rq)
{
	const struct http_options *o = rq->options;
	for (size_t i = 0; i < ARRAY_SIZE(text_flags); i++) {
		const struct str *text =
			(const struct str *)(const void *)((const char *)o +
				text_flags[i].offset);
		add_pair(w, text_flags[i].flag, *text);
	}
	if (version_flags[o->version])
		add_word(w, str_from(version_flags[o->version]));
	add_flag(w, "--insecure", o->insecure);
	add_flag(w, "--path-as-is", o->path_as_is);
	add_flag(w, "--netrc", o->netrc);
	add_flag(w, "--netrc-optional", o->netrc_optional);
	add_flag(w, "--digest", o->digest);
	add_flag(w, "--ntlm", o->ntlm);
	add_flag(w, "--negotiate", o->negotiate);
	add_flag(w, "-4", o->family == HTTP_FAMILY_IPV4);
	add_flag(w, "-6", o->family == HTTP_FAMILY_IPV6);
	add_list(w, "--resolve", &o->resolve);
	add_list(w, "--connect-to", &o->connect_to);
	if (rq->with_user)
		add_pair(w, "--user", o->user);
}

static void add_method(struct words *w, const struct http_request *rq)
{
	if (str_is(rq->method, "HEAD"))
		add_word(w, STR("--head"));
	else if (!str_is(rq->method, rq->body.n ? "POST" : "GET"))
		add_pair(w, "-X", rq->method);
}

static int show_command(struct probe_run *run, const struct http_request *rq,
	const struct http_response *r, struct error *err)
{
	struct words w = { .a = run->arena };
	add_word(&w, STR("curl"));
	add_word(&w, STR("-sS"));
	add_word(&w, STR("-i"));
	add_method(&w, rq);
	add_word(&w, rq->url);
	add_headers(&w, rq, r);
	add_options(&w, rq);
	add_body_file(&w, rq);
	if (w.failed || arena_failed(run->arena))
		return error_set_oom(err);
	run->repro = (struct repro){
		.tool = "curl", .words = w.items, .nwords = w.count
	};
	if (!rq->body_file.p)
		run->repro.body = rq->body;
	return 0;
}

int http_show(struct probe_run *run, const struct http_request *rq,
	const struct http_response *r, const struct value *tree, struct error *err)
{
	if (show_exchange(run, rq, r, tree, err) || show_command(run, rq, r, err))
		return -1;
	return 0;
}
