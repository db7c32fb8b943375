#include "probes/url.h"

#include "harness/base/scan.h"
#include "harness/value/encode.h"

#define URL_MAX 4096

static struct str decoded(struct arena *a, struct str text)
{
	struct strbuf sb;
	struct str s;

	if (!text.p)
		return text;
	strbuf_init(&sb, URL_MAX + 1);
	decode_percent(&sb, text, false);
	s = arena_str(a, strbuf_str(&sb));
	strbuf_release(&sb);
	return s;
}

static struct str lower(struct arena *a, struct str text)
{
	char *p = arena_alloc(a, text.n + 1);

	if (!p)
		return (struct str){ 0 };
	for (size_t i = 0; i < text.n; i++)
		p[i] = text.p[i] >= 'A' && text.p[i] <= 'Z' ? (char)(text.p[i] | 0x20) :
							      text.p[i];
	return str_make(p, text.n);
}

/* The part behind the first `c`, which is cut off *text; absent when there is none. */
static struct str cut_tail(struct str *text, char c)
{
	size_t at = str_find_char(*text, c);
	struct str tail;

	if (at == SIZE_MAX)
		return (struct str){ 0 };
	tail = str_make(text->p + at + 1, text->n - at - 1);
	text->n = at;
	return tail;
}

/* The last '@' ends the user's part: a password that nobody encoded may hold one. */
static struct str cut_userinfo(struct str *authority)
{
	for (size_t i = authority->n; i-- > 0;) {
		struct str user;

		if (authority->p[i] != '@')
			continue;
		user = str_make(authority->p, i);
		*authority = str_make(authority->p + i + 1, authority->n - i - 1);
		return user;
	}
	return (struct str){ 0 };
}

static int split_host(const char *what, struct str authority, struct str *ret_host,
	struct str *ret_port, struct error *err)
{
	size_t close;

	if (authority.n == 0 || authority.p[0] != '[') {
		*ret_port = cut_tail(&authority, ':');
		*ret_host = authority;
		return 0;
	}
	close = str_find_char(authority, ']');
	if (close == SIZE_MAX)
		return error_set(err, ERR_CONNECT,
			"%s: the bracket of the IPv6 address is not closed", what);
	*ret_host = str_make(authority.p + 1, close - 1);
	authority = str_sub(authority, close + 1, SIZE_MAX);
	*ret_port = cut_tail(&authority, ':');
	if (authority.n > 0)
		return error_set(err, ERR_CONNECT,
			"%s: something stands between the address and its port", what);
	return 0;
}

static bool holds_nul(const struct url *u)
{
	const struct str parts[] = { u->user, u->password, u->host, u->port, u->path };

	for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
		if (str_find_char(parts[i], '\0') != SIZE_MAX)
			return true;
	return false;
}

int url_parse(struct arena *a, const char *what, struct str text, struct url *ret,
	struct error *err)
{
	size_t mark = str_find(text, STR("://"));
	struct url u = { 0 };
	struct str authority, user;

	if (text.n > URL_MAX)
		return error_set(
			err, ERR_CONNECT, "%s is longer than %d bytes", what, URL_MAX);
	if (mark == SIZE_MAX || mark == 0)
		return error_set(err, ERR_CONNECT,
			"%s is no URL: 'scheme://' is missing at its start", what);
	u.scheme = lower(a, str_sub(text, 0, mark));
	authority = str_sub(text, mark + 3, SIZE_MAX);
	(void)cut_tail(&authority, '#');
	u.query = cut_tail(&authority, '?');
	u.path = decoded(a, cut_tail(&authority, '/'));
	user = cut_userinfo(&authority);
	u.password = decoded(a, cut_tail(&user, ':'));
	u.user = decoded(a, user);
	if (split_host(what, authority, &u.host, &u.port, err))
		return -1;
	u.host = decoded(a, u.host);
	if (arena_failed(a))
		return error_set_oom(err);
	if (holds_nul(&u))
		return error_set(err, ERR_CONNECT, "%s holds a NUL byte", what);
	*ret = u;
	return 0;
}

bool url_query_next(
	struct arena *a, struct str *rest, struct str *ret_key, struct str *ret_value)
{
	while (rest->p) {
		struct str key = str_cut(rest, '&');
		struct str value = cut_tail(&key, '=');

		if (key.n == 0)
			continue;
		*ret_key = decoded(a, key);
		*ret_value = decoded(a, value);
		return !arena_failed(a);
	}
	return false;
}

int url_port(const char *what, struct str port, uint16_t fallback, uint16_t *ret,
	struct error *err)
{
	int64_t n = fallback;

	if (port.p && !scan_int(port, 1, UINT16_MAX, &n))
		return error_set(err, ERR_CONNECT,
			"%s: port '%.*s' is no number from 1 to 65535", what,
			STR_ARG(port));
	*ret = (uint16_t)n;
	return 0;
}
