#include "probes/http_defaults.h"

#include "harness/base/file.h"
#include "harness/base/scan.h"
#include "probes/http_options.h"

/* ---- forms of texts --------------------------------------------------------------------------
 */

/* NAME: VALUE */
static bool is_header(struct str s)
{
	size_t n = str_find_char(s, ':');
	return n != SIZE_MAX && !str_is_empty(str_trim(str_sub(s, 0, n)));
}

static bool is_port(struct str s)
{
	int64_t port;
	return scan_int(s, 0, 65535, &port);
}

/* The part up to a colon; one in brackets, an IPv6 address, holds colons. */
static struct str cut_host(struct str *rest)
{
	size_t end = str_starts_with(*rest, STR("[")) ? str_find_char(*rest, ']') : 0;
	struct str behind = str_sub(*rest, end == SIZE_MAX ? 0 : end, SIZE_MAX);
	size_t colon = str_find_char(behind, ':');
	struct str host;
	if (colon == SIZE_MAX) {
		host = *rest;
		*rest = (struct str){ 0 };
		return host;
	}
	colon += rest->n - behind.n;
	host = str_sub(*rest, 0, colon);
	*rest = str_sub(*rest, colon + 1, SIZE_MAX);
	return host;
}

/* [+]HOST:PORT:ADDRESS[,ADDRESS], or -HOST:PORT */
static bool is_resolve(struct str s)
{
	bool removes = str_starts_with(s, STR("-"));
	if (removes || str_starts_with(s, STR("+")))
		s = str_sub(s, 1, SIZE_MAX);
	struct str host = cut_host(&s);
	if (str_is_empty(host) || !s.p)
		return false;
	struct str port = str_cut(&s, ':');
	return is_port(port) && (removes ? !s.p : !str_is_empty(s));
}

static bool is_port_or_empty(struct str s)
{
	return str_is_empty(s) || is_port(s);
}

/* HOST1:PORT1:HOST2:PORT2, each of which may be empty */
static bool is_connect_to(struct str s)
{
	(void)cut_host(&s);
	if (!s.p || !is_port_or_empty(str_cut(&s, ':')) || !s.p)
		return false;
	(void)cut_host(&s);
	return s.p && is_port_or_empty(s);
}

static bool is_there(struct str path)
{
	return file_exists(path.p); /* NUL-terminated: an argument */
}

static bool is_pin(struct str s)
{
	return str_starts_with(s, STR("sha256//")) || is_there(s);
}

static bool is_proxy(struct str s)
{
	static const char *const schemes[] = { "http", "https", "socks4", "socks4a", "socks5",
		"socks5h" };
	size_t n = str_find(s, STR("://"));
	if (n == SIZE_MAX)
		return !str_is_empty(s);
	for (size_t i = 0; i < ARRAY_SIZE(schemes); i++)
		if (str_eq_nocase(str_sub(s, 0, n), str_from(schemes[i])))
			return true;
	return false;
}

struct form {
	const char *option;
	bool (*fits)(struct str s);
	const char *wanted;
	bool secret; /* a message does not show the value */
};

static const struct form forms[] = {
	{ "header", is_header, "NAME: VALUE", true },
	{ "proxy-header", is_header, "NAME: VALUE", true },
	{ "resolve", is_resolve, "HOST:PORT:ADDRESS", false },
	{ "connect-to", is_connect_to, "HOST1:PORT1:HOST2:PORT2", false },
	{ "proxy", is_proxy, "a URL: http://, https://, socks4:// or socks5://", true },
	{ "pinnedpubkey", is_pin, "sha256//HASH, more of them behind ';', or a file that is there",
		false },
	{ "cacert", is_there, "a file that is there", false },
	{ "key", is_there, "a file that is there", false },
	{ "netrc-file", is_there, "a file that is there", false },
	{ "cookie", is_there, "a file that is there", false },
	{ "unix-socket", is_there, "a socket that is there", false },
};

static int bad_form(const struct form *f, const char *text, struct error *err)
{
	if (f->secret)
		return error_set(err, ERR_USAGE,
			"option '--%s' expects %s; what it got is not shown, it may be a secret",
			f->option, f->wanted);
	return error_set(err, ERR_USAGE, "option '--%s' expects %s, but got '%s'",
		f->option, f->wanted, text);
}

static int check_form(
	const struct settings *settings, const struct form *f, struct error *err)
{
	for (size_t i = 0;; i++) {
		const char *text = settings->http_default_at(settings->ctx, f->option, i);
		if (!text)
			return 0;
		if (!f->fits(str_from(text)))
			return bad_form(f, text, err);
	}
}

/* Options that say two things about one; the first row that holds is told. */
static const struct {
	const char *one, *other;
} conflicts[] = {
	{ "netrc", "netrc-file" },
	{ "netrc", "netrc-optional" },
};

static int check_conflicts(const struct settings *settings, struct error *err)
{
	for (size_t i = 0; i < ARRAY_SIZE(conflicts); i++)
		if (settings->http_default(settings->ctx, conflicts[i].one) &&
			settings->http_default(settings->ctx, conflicts[i].other))
			return error_set(err, ERR_USAGE,
				"--%s and --%s contradict each other: give one of them",
				conflicts[i].one, conflicts[i].other);
	return 0;
}

int http_defaults_check(
	struct arena *a, const struct settings *settings, struct error *err)
{
	const struct entry none = { 0 };
	struct http_options evaluated;
	for (size_t i = 0; i < ARRAY_SIZE(forms); i++)
		if (check_form(settings, &forms[i], err))
			return -1;
	if (check_conflicts(settings, err) ||
		http_options_eval(a, NULL, settings, &none, &evaluated, err))
		return -1;
	if (evaluated.cert.p && !is_there(evaluated.cert)) /* without its password */
		return error_set(err, ERR_USAGE,
			"option '--cert' expects a file that is there, but got '%.*s'",
			STR_ARG(evaluated.cert));
	return 0;
}
