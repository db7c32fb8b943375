#include "probes/http_options.h"

#include "harness/base/file.h"
#include "harness/base/scan.h"

#define MS 1000u
#define SECOND 1000000u
#define AT(member) offsetof(struct http_options, member)

/*
 * What a row does: writes its value to a member, or (choose) makes up its mind about a
 * bool.
 */
struct setter {
	size_t offset;
	void (*choose)(struct http_options *o, bool yes);
};

static void choose_location_trusted(struct http_options *o, bool yes)
{
	o->location_trusted = yes;
	if (yes)
		o->location = true;
}

static void choose_http10(struct http_options *o, bool yes)
{
	o->version = yes ? HTTP_VERSION_1_0 : HTTP_VERSION_1_1;
}

static void choose_http11(struct http_options *o, bool yes)
{
	o->version = yes ? HTTP_VERSION_1_1 : HTTP_VERSION_1_0;
}

static void choose_http2(struct http_options *o, bool yes)
{
	o->version = yes ? HTTP_VERSION_2 : HTTP_VERSION_1_1;
}

static void choose_http3(struct http_options *o, bool yes)
{
	o->version = yes ? HTTP_VERSION_3 : HTTP_VERSION_2;
}

static void choose_ipv4(struct http_options *o, bool yes)
{
	o->family = yes ? HTTP_FAMILY_IPV4 : HTTP_FAMILY_IPV6;
}

static void choose_ipv6(struct http_options *o, bool yes)
{
	o->family = yes ? HTTP_FAMILY_IPV6 : HTTP_FAMILY_IPV4;
}

/* X(name, type, unit, repeats, extension, member, choose, help) */
#define ENTRY_OPTIONS(X) \
	X("location", BOOL, 0, 0, 0, location, NULL, "follow redirects") \
	X("location-trusted", BOOL, 0, 0, 0, location_trusted, choose_location_trusted, \
	  "follow redirects, and send credentials to every host") \
	X("max-redirs", COUNT, 0, 0, 0, max_redirs, NULL, "most redirects to follow (50), -1 without limit") \
	X("insecure", BOOL, 0, 0, 0, insecure, NULL, "do not check the certificate of the server") \
	X("cacert", FILE, 0, 0, 0, cacert, NULL, "file with the certificates to trust") \
	X("cert", FILE, 0, 0, 0, cert, NULL, "client certificate, FILE or FILE:PASSWORD") \
	X("key", FILE, 0, 0, 0, key, NULL, "private key of the client certificate") \
	X("pinnedpubkey", TEXT, 0, 0, 0, pinnedpubkey, NULL, "public key that the server must have") \
	X("connect-timeout", DURATION, MS, 0, 0, connect_timeout_us, NULL, "longest time for connecting") \
	X("header", TEXT, 0, 1, 0, headers, NULL, "adds a header, NAME: VALUE") \
	X("no-header", TEXT, 0, 1, 0, no_headers, NULL, "takes a header out by its name") \
	X("user", TEXT, 0, 0, 0, user, NULL, "credentials, USER:PASSWORD") \
	X("compressed", BOOL, 0, 0, 0, compressed, NULL, "ask for a compressed answer") \
	X("resolve", TEXT, 0, 1, 0, resolve, NULL, "fixed address, HOST:PORT:ADDRESS") \
	X("connect-to", TEXT, 0, 1, 0, connect_to, NULL, "connect elsewhere, HOST1:PORT1:HOST2:PORT2") \
	X("proxy", TEXT, 0, 0, 0, proxy, NULL, "URL of the proxy") \
	X("http1.0", BOOL, 0, 0, 0, version, choose_http10, "ask with HTTP/1.0") \
	X("http1.1", BOOL, 0, 0, 0, version, choose_http11, "ask with HTTP/1.1") \
	X("http2", BOOL, 0, 0, 0, version, choose_http2, "ask with HTTP/2") \
	X("http3", BOOL, 0, 0, 0, version, choose_http3, "ask with HTTP/3") \
	X("ipv4", BOOL, 0, 0, 0, family, choose_ipv4, "use IPv4 addresses only") \
	X("ipv6", BOOL, 0, 0, 0, family, choose_ipv6, "use IPv6 addresses only") \
	X("unix-socket", TEXT, 0, 0, 0, unix_socket, NULL, "connect through this socket file") \
	X("path-as-is", BOOL, 0, 0, 0, path_as_is, NULL, "keep /../ and /./ in the path") \
	X("limit-rate", NATURAL, 0, 0, 0, limit_rate, NULL, "bytes a second, in both directions") \
	X("netrc", BOOL, 0, 0, 0, netrc, NULL, "credentials from ~/.netrc") \
	X("netrc-file", TEXT, 0, 0, 0, netrc_file, NULL, "credentials from this file") \
	X("netrc-optional", BOOL, 0, 0, 0, netrc_optional, NULL, "as netrc, where the URL has none") \
	X("aws-sigv4", TEXT, 0, 0, 0, aws_sigv4, NULL, "AWS signature, PROVIDER1[:PROVIDER2[:REGION[:SERVICE]]]") \
	X("ntlm", BOOL, 0, 0, 0, ntlm, NULL, "NTLM authentication, credentials from user") \
	X("negotiate", BOOL, 0, 0, 0, negotiate, NULL, "Negotiate (SPNEGO) authentication") \
	X("digest", BOOL, 0, 0, 0, digest, NULL, "Digest authentication, credentials from user") \
	X("race", COUNT, 0, 0, 1, race, NULL, "send the request so many times at one instant")

/* Of the command line only. */
#define COMMAND_OPTIONS(X) \
	X("user-agent", TEXT, 0, 0, 0, user_agent, NULL, "text of the header User-Agent") \
	X("no-proxy", TEXT, 0, 0, 0, noproxy, NULL, "hosts that are asked without the proxy") \
	X("proxy-header", TEXT, 0, 1, 0, proxy_headers, NULL, "adds a header to requests to the proxy") \
	X("max-filesize", NATURAL, 0, 0, 0, max_filesize, NULL, "most bytes of a response body") \
	X("cookie", TEXT, 0, 0, 0, cookie_file, NULL, "file with the cookies to start with") \
	X("no-cookie-store", BOOL, 0, 0, 0, no_cookie_store, NULL, "do not remember cookies")

#define ROW(name, type, unit, repeats, extension, member, choose, help) \
	{ name, OPTION_##type, unit, repeats, extension, false, help },
#define SETTER(name, type, unit, repeats, extension, member, choose, help) { AT(member), choose },

const struct option_row http_option_rows[] = { ENTRY_OPTIONS(ROW) };
static const struct setter entry_setters[] = { ENTRY_OPTIONS(SETTER) };
static_assert(ARRAY_SIZE(entry_setters) == HTTP_OPTION_COUNT,
	"the count in the header is another");

static const struct option_row command_rows[] = { COMMAND_OPTIONS(ROW) };
static const struct setter command_setters[] = { COMMAND_OPTIONS(SETTER) };

/* A value on its way to its member; `type` says which is used. */
struct option_value {
	bool yes;
	int64_t count;
	uint64_t us;
	struct str text;
};

static void *member_of(struct http_options *o, const struct setter *s)
{
	return (char *)o + s->offset;
}

static int add_text(
	struct arena *a, struct http_texts *list, struct str text, struct error *err)
{
	struct str *items = arena_grow(a, (void *)(uintptr_t)list->items, list->count,
		&list->cap, sizeof(*items));
	if (!items)
		return error_set_oom(err);
	items[list->count++] = text;
	list->items = items;
	return 0;
}

static int store(struct arena *a, struct http_options *o, const struct option_row *row,
	const struct setter *s, const struct option_value *v, struct error *err)
{
	switch (row->type) {
	case OPTION_BOOL:
		if (s->choose)
			s->choose(o, v->yes);
		else
			*(bool *)member_of(o, s) = v->yes;
		return 0;
	case OPTION_COUNT:
	case OPTION_NATURAL:
		*(int64_t *)member_of(o, s) = v->count;
		return 0;
	case OPTION_DURATION:
		*(uint64_t *)member_of(o, s) = v->us;
		return 0;
	case OPTION_TEXT:
	case OPTION_FILE:
		if (row->repeats)
			return add_text(a, member_of(o, s), v->text, err);
		*(struct str *)member_of(o, s) = v->text;
		return 0;
	case OPTION_VARIABLE:
	case OPTION_ASSERTION:
		break;
	}
	assert(false); /* no row of ours has such a type */
	return 0;
}

/* ---- the command line ------------------------------------------------------------------------ */

static bool scan_value(
	const struct option_row *row, struct str text, struct option_value *ret)
{
	ret->text = text;
	switch (row->type) {
	case OPTION_BOOL:
		ret->yes = true; /* a flag may come without a text */
		return str_is_empty(text) || scan_bool(text, &ret->yes);
	case OPTION_COUNT:
		return scan_int(text, -1, INT64_MAX, &ret->count);
	case OPTION_NATURAL:
		return scan_int(text, 0, INT64_MAX, &ret->count);
	case OPTION_DURATION:
		return scan_duration_us(text, SECOND, &ret->us);
	case OPTION_TEXT:
	case OPTION_FILE:
		return true;
	case OPTION_VARIABLE:
	case OPTION_ASSERTION:
		break;
	}
	return false;
}

/* What a value that scan_value refuses should have been. */
static const char *const wanted_of[] = {
	[OPTION_BOOL] = "true or false",
	[OPTION_COUNT] = "a whole number, -1 for no limit",
	[OPTION_NATURAL] = "a whole number, 0 or more",
	[OPTION_DURATION] = "a duration such as 500ms, 2s or 1m",
	[OPTION_TEXT] = "a text",
	[OPTION_FILE] = "a file",
	[OPTION_VARIABLE] = "NAME=VALUE",
	[OPTION_ASSERTION] = "an assertion",
};

static int store_default(struct arena *a, struct http_options *o,
	const struct option_row *row, const struct setter *s, const char *text,
	struct error *err)
{
	struct option_value v = { 0 };
	if (!scan_value(row, str_from(text), &v))
		return error_set(err, ERR_USAGE, "option '--%s' expects %s, but got '%s'",
			row->name, wanted_of[row->type], text);
	return store(a, o, row, s, &v, err);
}

static int store_default_list(struct arena *a, struct http_options *o,
	const struct option_row *row, const struct setter *s,
	const struct settings *settings, struct error *err)
{
	if (!settings->http_default_at)
		return 0;
	for (size_t i = 0;; i++) {
		const char *text = settings->http_default_at(settings->ctx, row->name, i);
		if (!text)
			return 0;
		if (store_default(a, o, row, s, text, err))
			return -1;
	}
}

static int eval_defaults(struct arena *a, struct http_options *o,
	const struct option_row *rows, const struct setter *setters, size_t count,
	const struct settings *settings, struct error *err)
{
	for (size_t i = 0; i < count; i++) {
		if (rows[i].repeats) {
			if (store_default_list(
				    a, o, &rows[i], &setters[i], settings, err))
				return -1;
			continue;
		}
		const char *text = settings->http_default ?
			settings->http_default(settings->ctx, rows[i].name) :
			NULL;
		if (text && !rows[i].extension &&
			store_default(a, o, &rows[i], &setters[i], text, err))
			return -1;
	}
	return 0;
}

/* ---- [Options] ------------------------------------------------------------------------------- */

/*
 * A file stands beside the scenario, or, when there is none, where the program was
 * started.
 */
static int option_file(struct arena *a, const struct entry *e, const struct expander *x,
	const struct option *o, struct str *ret, struct error *err)
{
	struct str text;
	if (expand_option_text(x, o, &text, err))
		return -1;

	const char *beside = path_resolve(a, e->source->name, text);
	if (!beside)
		return error_set_oom(err);
	*ret = file_exists(beside) ? str_from(beside) : text;
	return 0;
}

static int eval_option(struct arena *a, const struct entry *e, const struct expander *x,
	const struct option *o, struct option_value *ret, struct error *err)
{
	switch (o->row->type) {
	case OPTION_BOOL:
		return expand_option_bool(x, o, &ret->yes, err);
	case OPTION_COUNT:
	case OPTION_NATURAL:
		return expand_option_count(x, o, &ret->count, err);
	case OPTION_DURATION:
		return expand_option_duration_us(x, o, &ret->us, err);
	case OPTION_TEXT:
		return expand_option_text(x, o, &ret->text, err);
	case OPTION_FILE:
		return option_file(a, e, x, o, &ret->text, err);
	case OPTION_VARIABLE:
	case OPTION_ASSERTION:
		break;
	}
	return 0;
}

/* Texts go to a library that wants them NUL-terminated and without NUL inside. */
static int as_c_text(struct arena *a, const struct entry *e, const struct option *o,
	struct str *text, struct error *err)
{
	if (!text->p)
		return 0;
	if (memchr(text->p, '\0', text->n))
		return error_at(err, ERR_TEMPLATE, e->source, o->span,
			"option '%s' holds a NUL byte", o->row->name);
	const char *copy = arena_cstr(a, *text);
	if (!copy)
		return error_set_oom(err);
	*text = str_make(copy, text->n);
	return 0;
}

static int eval_line(struct arena *a, const struct entry *e, const struct expander *x,
	const struct option *o, const struct setter *s, struct http_options *ret,
	struct error *err)
{
	struct option_value v = { 0 };
	if (eval_option(a, e, x, o, &v, err) || as_c_text(a, e, o, &v.text, err))
		return -1;
	return store(a, ret, o->row, s, &v, err);
}

static const struct setter *setter_of(const struct option_row *row)
{
	for (size_t i = 0; i < HTTP_OPTION_COUNT; i++)
		if (row == &http_option_rows[i])
			return &entry_setters[i];
	return NULL; /* an option of all kinds: the runner's */
}

/* "file:password"; a ':' of the file's name is written "\:". */
static int split_cert(struct arena *a, struct http_options *o, struct error *err)
{
	struct str all = o->cert;
	if (!all.p)
		return 0;

	char *name = arena_alloc(a, all.n + 1);
	if (!name)
		return error_set_oom(err);
	size_t n = 0;
	size_t i = 0;
	for (; i < all.n && all.p[i] != ':'; i++) {
		if (all.p[i] == '\\' && i + 1 < all.n && all.p[i + 1] == ':')
			i++;
		name[n++] = all.p[i];
	}
	name[n] = '\0';
	o->cert = str_make(name, n);
	if (i < all.n)
		o->cert_password = str_sub(all, i + 1, SIZE_MAX);
	return 0;
}

int http_options_eval(struct arena *a, const struct expander *x,
	const struct settings *settings, const struct entry *e, struct http_options *ret,
	struct error *err)
{
	struct http_options o = { .max_redirs = 50,
		.connect_timeout_us = 300ull * SECOND };

	if (settings &&
		(eval_defaults(a, &o, http_option_rows, entry_setters, HTTP_OPTION_COUNT,
			 settings, err) ||
			eval_defaults(a, &o, command_rows, command_setters,
				ARRAY_SIZE(command_rows), settings, err)))
		return -1;
	for (size_t i = 0; i < e->noptions; i++) {
		const struct setter *s = setter_of(e->options[i].row);
		if (s && eval_line(a, e, x, &e->options[i], s, &o, err))
			return -1;
	}
	if (split_cert(a, &o, err))
		return -1;
	*ret = o;
	return 0;
}
