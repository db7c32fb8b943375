#include "probes/http_spec.h"

#include "harness/base/scan.h"
#include "harness/value/encode.h"
#include "probes/http_body.h"
#include "probes/http_url.h"

#define DEFAULT_MAX_TIME_US (300ull * 1000 * 1000)
#define USER_AGENT "postflight/" POSTFLIGHT_VERSION

/* ---- before the run -------------------------------------------------------------------------- */

static const struct option *find_option(const struct entry *e, const char *name)
{
	const struct option *found = NULL;
	for (size_t i = 0; i < e->noptions; i++)
		if (!strcmp(e->options[i].row->name, name))
			found = &e->options[i];
	return found;
}

static void complain(struct error_list *errors, const struct entry *e, struct span span,
	const char *message)
{
	struct error err;
	(void)error_at(&err, ERR_CHECK, e->source, span, "%s", message);
	error_list_add(errors, &err);
}

static void check_race_count(const struct prepare_env *env, const struct entry *e,
	const struct option *race, struct error_list *errors)
{
	struct error err;
	size_t n;

	if (!race->text || !template_is_constant(race->text))
		return;
	if (scan_size(template_text(race->text), env->limits->max_race, &n) && n >= 2)
		return;
	(void)error_at(&err, ERR_CHECK, e->source, race->text->span,
		"a race needs 2 to %zu requests", env->limits->max_race);
	error_list_add(errors, &err);
}

/*
 * What a race has no place for: it gives a list of answers, one hop each, over sockets
 * of its own.
 */
static const char *const not_in_race[] = {
	"location",
	"location-trusted",
	"proxy",
	"digest",
	"ntlm",
	"negotiate",
	"aws-sigv4",
	"http1.0",
	"http2",
	"http3",
	"limit-rate",
	"netrc",
	"netrc-file",
	"netrc-optional",
};

static void check_race(const struct prepare_env *env, const struct entry *e,
	const struct option *race, struct error_list *errors)
{
	check_race_count(env, e, race, errors);
	for (size_t i = 0; i < ARRAY_SIZE(not_in_race); i++) {
		const struct option *o = find_option(e, not_in_race[i]);
		if (o)
			complain(errors, e, o->name_span,
				"this option cannot be used in a race");
	}
	for (size_t i = 0; i < e->nasserts; i++) {
		if (e->asserts[i].stage == STAGE_ASSERT)
			continue;
		complain(errors, e, e->response_span,
			"a race has many answers: its response line is 'HTTP *' or none, "
			"and 'responses' judges them");
		return;
	}
}

/*
 * A file named without placeholders must be there; in a .hurl file that is known at run
 * time only, as in Hurl.
 */
static void check_file(const struct prepare_env *env, const struct entry *e,
	const struct template *name, struct error_list *errors)
{
	struct arena_mark mark = arena_mark(env->arena);
	struct error err;
	struct str content;

	if (!env->files || !name || !template_is_constant(name))
		return;
	int rc = env->files->read(env->files->ctx, env->arena, e->source,
		template_text(name), &content, &err);
	arena_rewind(env->arena, mark);
	if (rc) {
		error_place(&err, e->source, name->span);
		error_list_add(errors, &err);
	}
}

static void check_files(
	const struct prepare_env *env, const struct entry *e, struct error_list *errors)
{
	if (e->body.kind == BODY_FILE)
		check_file(env, e, e->body.text, errors);
	for (size_t i = 0; i < e->multipart.count; i++)
		if (e->multipart.items[i].is_file)
			check_file(env, e, e->multipart.items[i].value, errors);
}

int http_spec_prepare(const struct prepare_env *env, const struct entry *e,
	struct prepared *ret, struct error_list *errors)
{
	size_t before = error_list_total(errors);
	const struct option *race = find_option(e, "race");

	struct http_spec *spec = arena_zalloc(env->arena, sizeof(*spec));
	if (!spec) {
		struct error err;
		(void)error_set_oom(&err);
		error_list_add(errors, &err);
		return -1;
	}
	spec->extended = env->suite->type != FILE_HURL;
	spec->is_race = race != NULL;

	if (race)
		check_race(env, e, race, errors);
	if (e->basic_auth.count > 1)
		complain(errors, e, e->basic_auth.items[1].span,
			"[BasicAuth] takes one 'user: password' line");
	if (spec->extended)
		check_files(env, e, errors);
	if (error_list_total(errors) > before)
		return -1;
	*ret = (struct prepared){
		.spec = spec,
		.unsafe_method = !http_method_is_safe(e->method) ||
			str_is(e->method, "TRACE"),
		.max_time_us = DEFAULT_MAX_TIME_US,
	};
	return 0;
}

/* ---- the request ----------------------------------------------------------------------------- */

struct builder {
	struct probe_run *run;
	const struct entry *entry;
	const struct http_options *options;
	struct http_request *request;
};

static int check_url(const struct builder *b, struct str url, struct error *err)
{
	const char *why = http_url_problem(url);
	if (!why)
		return 0;
	(void)error_at(err, ERR_TEMPLATE, b->entry->source, b->entry->url->span,
		"invalid URL '%.*s': %s", STR_ARG(str_sub(url, 0, 300)), why);
	error_title(err, "Invalid URL");
	return -1;
}

static int learn_pair(
	const struct builder *b, struct str user, struct str password, struct error *err)
{
	if (!b->run->secrets || !password.n)
		return 0;
	return secrets_add_pair(
		b->run->secrets, STR("http_password"), user, password, err);
}

/*
 * http://user:password@host/: its password is a secret like any other; so are the
 * proxy's and the client certificate's.
 */
static int learn_url_password(const struct builder *b, struct str url, struct error *err)
{
	struct str user;
	struct str password;
	if (!http_url_credentials(url, &user, &password))
		return 0;
	return learn_pair(b, user, password, err);
}

static int learn_option_passwords(const struct builder *b, struct error *err)
{
	const struct http_options *o = b->options;
	if (o->proxy.p && learn_url_password(b, o->proxy, err))
		return -1;
	if (!b->run->secrets || !o->cert_password.n)
		return 0;
	return secrets_add(
		b->run->secrets, STR("cert_password"), o->cert_password, NULL, err);
}

static int build_url(const struct builder *b, struct error *err)
{
	struct arena *a = b->run->arena;
	struct str url;
	struct str query;
	if (expand_text(b->run->expander, b->entry->url, &url, NULL, err) ||
		check_url(b, url, err) || learn_url_password(b, url, err) ||
		http_params_encode(a, b->run->expander, b->run->limits, &b->entry->query,
			&query, err))
		return -1;

	struct str head = http_url_without_fragment(url);
	struct str fragment = str_sub(url, head.n, SIZE_MAX);
	size_t mark = str_find_char(head, '?');
	const char *joint = mark == SIZE_MAX ? "?" : mark + 1 == head.n ? "" : "&";
	b->request->url = arena_printf(a, "%.*s%s%.*s%.*s", STR_ARG(head),
		b->entry->query.count ? joint : "", STR_ARG(query), STR_ARG(fragment));
	return b->request->url.p ? 0 : error_set_oom(err);
}

static bool has_line_end(struct str s)
{
	return s.n &&
		(memchr(s.p, '\r', s.n) || memchr(s.p, '\n', s.n) ||
			memchr(s.p, '\0', s.n));
}

/* A line end in a header would let a value end the head and begin another request. */
static int add_header(const struct builder *b, struct str name, struct str value,
	struct span span, struct error *err)
{
	if (has_line_end(name) || has_line_end(value))
		return error_at(err, ERR_TEMPLATE, b->entry->source, span,
			"header '%.*s' holds a line end or a NUL byte",
			STR_ARG(str_sub(name, 0, 60)));
	if (!name.n)
		return error_at(err, ERR_TEMPLATE, b->entry->source, span,
			"a header without a name");
	return http_headers_add(b->run->arena, &b->request->headers, name, value, err);
}

static int add_written_headers(const struct builder *b, struct error *err)
{
	const struct params *p = &b->entry->headers;
	for (size_t i = 0; i < p->count; i++) {
		struct str name;
		struct str value;
		if (expand_text(b->run->expander, p->items[i].key, &name, NULL, err) ||
			expand_text(
				b->run->expander, p->items[i].value, &value, NULL, err) ||
			add_header(
				b, name, str_trim_blanks(value), p->items[i].span, err))
			return -1;
	}
	return 0;
}

static int add_option_headers(const struct builder *b, struct error *err)
{
	const struct http_texts *list = &b->options->headers;
	for (size_t i = 0; i < list->count; i++) {
		struct str value = list->items[i];
		struct str name = str_trim(str_cut(&value, ':'));
		if (!value.p)
			return error_at(err, ERR_TEMPLATE, b->entry->source,
				b->entry->span,
				"option 'header' needs 'NAME: VALUE', but it is '%.*s'",
				STR_ARG(str_sub(name, 0, 100)));
		if (add_header(b, name, str_trim_blanks(value), b->entry->span, err))
			return -1;
	}
	return 0;
}

static int add_implied(
	const struct builder *b, struct str name, struct str value, struct error *err)
{
	if (!value.p || http_headers_find(&b->request->headers, name))
		return 0;
	return add_header(b, name, value, b->entry->span, err);
}

static int basic_value(const struct builder *b, struct str user, struct str password,
	struct str *ret, struct error *err)
{
	struct arena *a = b->run->arena;
	if (learn_pair(b, user, password, err))
		return -1;

	struct strbuf sb;
	strbuf_init(&sb, b->run->limits->max_text_bytes);
	strbuf_adds(&sb, "Basic ");
	struct str pair = arena_printf(a, "%.*s:%.*s", STR_ARG(user), STR_ARG(password));
	if (pair.p)
		encode_base64(&sb, pair);
	struct str value = pair.p && !strbuf_failed(&sb) ? arena_str(a, strbuf_str(&sb)) :
							   (struct str){ 0 };
	strbuf_release(&sb);
	if (!value.p)
		return error_set_oom(err);
	*ret = value;
	return 0;
}

/* [BasicAuth] becomes a header of the request, so it wins over `user`. */
static int add_basic_auth(const struct builder *b, struct error *err)
{
	const struct param *p = b->entry->basic_auth.items;
	struct str user;
	struct str password;
	struct str value;
	if (!b->entry->basic_auth.count)
		return 0;
	if (expand_text(b->run->expander, p->key, &user, NULL, err) ||
		expand_text(b->run->expander, p->value, &password, NULL, err) ||
		basic_value(b, user, password, &value, err))
		return -1;
	return add_header(b, STR("Authorization"), value, p->span, err);
}

/*
 * `user` is ours for the basic scheme; the others need more than one exchange and are
 * the library's.
 */
static int add_user(const struct builder *b, struct error *err)
{
	const struct http_options *o = b->options;
	struct str password = o->user;
	struct str value;
	if (!o->user.p || http_headers_find(&b->request->headers, STR("Authorization")))
		return 0;

	struct str user = str_cut(&password, ':');
	if (o->digest || o->ntlm || o->negotiate || o->aws_sigv4.p) {
		b->request->with_user = true;
		return learn_pair(b, user, password, err);
	}
	if (basic_value(b, user, password, &value, err))
		return -1;
	return add_header(b, STR("Authorization"), value, b->entry->span, err);
}

/*
 * A multipart type that the file states itself still needs the boundary, which only we
 * know.
 */
static int complete_multipart(
	const struct builder *b, const struct http_body *body, struct error *err)
{
	struct http_headers *h = &b->request->headers;
	for (size_t i = 0; body->boundary.p && i < h->count; i++) {
		struct str *value = &h->items[i].value;
		if (!str_eq_nocase(h->items[i].name, STR("Content-Type")) ||
			!str_starts_with(*value, STR("multipart/")) ||
			str_find(*value, STR("boundary=")) != SIZE_MAX)
			continue;
		*value = arena_printf(b->run->arena, "%.*s; boundary=%.*s",
			STR_ARG(*value), STR_ARG(body->boundary));
		if (!value->p)
			return error_set_oom(err);
	}
	return 0;
}

static int build_headers(
	const struct builder *b, const struct http_body *body, struct error *err)
{
	struct str agent = b->options->user_agent.p ? b->options->user_agent :
						      STR(USER_AGENT);

	if (add_written_headers(b, err) || add_basic_auth(b, err) ||
		add_option_headers(b, err) || add_user(b, err) ||
		add_implied(b, STR("Content-Type"), body->content_type, err) ||
		complete_multipart(b, body, err) ||
		(b->options->compressed &&
			add_implied(b, STR("Accept-Encoding"), STR("gzip, deflate, br"),
				err)) ||
		add_implied(b, STR("User-Agent"), agent, err))
		return -1;
	for (size_t i = 0; i < b->options->no_headers.count; i++)
		http_headers_remove(
			&b->request->headers, str_trim(b->options->no_headers.items[i]));
	return 0;
}

static int add_cookie(const struct builder *b, const struct param *p, struct error *err)
{
	struct str *all = &b->request->cookies;
	struct str name;
	struct str value;
	if (expand_text(b->run->expander, p->key, &name, NULL, err) ||
		expand_text(b->run->expander, p->value, &value, NULL, err))
		return -1;
	if (has_line_end(name) || has_line_end(value))
		return error_at(err, ERR_TEMPLATE, b->entry->source, p->span,
			"cookie '%.*s' holds a line end or a NUL byte",
			STR_ARG(str_sub(name, 0, 60)));
	*all = arena_printf(b->run->arena, "%.*s%s%.*s=%.*s", STR_ARG(*all),
		all->n ? "; " : "", STR_ARG(name), STR_ARG(value));
	return all->p ? 0 : error_set_oom(err);
}

static int build_cookies(const struct builder *b, struct error *err)
{
	for (size_t i = 0; i < b->entry->cookies.count; i++)
		if (add_cookie(b, &b->entry->cookies.items[i], err))
			return -1;
	return 0;
}

int http_request_build(struct probe_run *run, const struct entry *e,
	const struct http_spec *spec, const struct http_options *options,
	struct http_request *ret, struct error *err)
{
	struct http_request rq = { .options = options };
	const struct builder b = { run, e, options, &rq };
	struct http_body body;

	const char *method = arena_cstr(run->arena, e->method);
	if (!method)
		return error_set_oom(err);
	rq.method = str_from(method);
	if (build_url(&b, err) || learn_option_passwords(&b, err) ||
		http_body_build(run->arena, run->expander, run->limits, e, spec->extended,
			&body, err) ||
		build_headers(&b, &body, err) || build_cookies(&b, err))
		return -1;
	rq.body = body.bytes;
	rq.body_file = body.file;
	*ret = rq;
	return 0;
}

/* ---- redirects ------------------------------------------------------------------------------- */

static bool becomes_get(int64_t status)
{
	return status >= 301 && status <= 303;
}

static void drop_body(struct http_request *rq)
{
	rq->method = STR("GET");
	rq->body = rq->body_file = (struct str){ 0 };
	http_headers_remove(&rq->headers, STR("Content-Type"));
}

static void drop_credentials(struct http_request *rq)
{
	rq->cookies = (struct str){ 0 };
	rq->with_user = false;
	http_headers_remove(&rq->headers, STR("Authorization"));
	http_headers_remove(&rq->headers, STR("Cookie"));
}

int http_request_redirect(struct arena *a, const struct http_request *from,
	int64_t status, struct str url, bool same_origin, struct http_request *ret,
	struct error *err)
{
	struct http_request next = *from;
	if (http_headers_copy(a, &from->headers, &next.headers, err))
		return -1;
	next.url = url;
	if (becomes_get(status) && !str_is(from->method, "GET"))
		drop_body(&next);
	if (!same_origin)
		drop_credentials(&next);
	*ret = next;
	return 0;
}
