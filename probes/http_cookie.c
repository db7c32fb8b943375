#include "probes/http_cookie.h"

#include "probes/http_url.h"

/*
 * A line of the store, in Netscape's format: domain, subdomains too, path, secure,
 * expires, name, value.
 */
enum {
	COOKIE_DOMAIN,
	COOKIE_TAIL,
	COOKIE_PATH,
	COOKIE_SECURE,
	COOKIE_EXPIRES,
	COOKIE_NAME,
	COOKIE_VALUE,
	COOKIE_FIELDS
};

static bool domain_fits(struct str domain, bool tail, struct str host)
{
	if (str_starts_with(domain, STR(".")))
		domain = str_sub(domain, 1, SIZE_MAX);
	if (str_eq_nocase(domain, host))
		return true;
	return tail && host.n > domain.n && host.p[host.n - domain.n - 1] == '.' &&
		str_eq_nocase(str_sub(host, host.n - domain.n, SIZE_MAX), domain);
}

/* RFC 6265, 5.1.4 */
static bool path_fits(struct str cookie, struct str path)
{
	if (!str_starts_with(path, cookie))
		return false;
	return path.n == cookie.n || str_ends_with(cookie, STR("/")) ||
		path.p[cookie.n] == '/';
}

bool http_cookie_fits(struct str line, struct str url, struct str host,
	struct str *ret_name, struct str *ret_value)
{
	struct str field[COOKIE_FIELDS];
	struct str path = http_url_target(url);
	path = str_cut(&path, '?');
	if (str_starts_with(line, STR("#HttpOnly_")))
		line = str_sub(line, strlen("#HttpOnly_"), SIZE_MAX);
	for (size_t i = 0; i < COOKIE_FIELDS; i++) {
		if (!line.p)
			return false;
		field[i] = str_cut(&line, '\t');
	}
	bool fits = domain_fits(field[COOKIE_DOMAIN], str_is(field[COOKIE_TAIL], "TRUE"),
			    host) &&
		path_fits(field[COOKIE_PATH], path) &&
		(http_url_is_tls(url) || !str_is(field[COOKIE_SECURE], "TRUE"));
	if (fits) {
		*ret_name = field[COOKIE_NAME];
		*ret_value = field[COOKIE_VALUE];
	}
	return fits;
}
