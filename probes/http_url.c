#include "probes/http_url.h"

#include <curl/curl.h>

#include "harness/base/mem.h"

static size_t scheme_length(struct str url)
{
	if (str_starts_with(url, STR("http://")))
		return strlen("http://");
	return str_starts_with(url, STR("https://")) ? strlen("https://") : 0;
}

/* Where the fragment begins, or the end. */
static size_t fragment_at(struct str url)
{
	size_t hash = str_find_char(url, '#');
	return hash == SIZE_MAX ? url.n : hash;
}

bool http_url_is_tls(struct str url)
{
	return str_starts_with(url, STR("https://"));
}

struct str http_url_without_fragment(struct str url)
{
	return str_sub(url, 0, fragment_at(url));
}

struct str http_url_authority(struct str url)
{
	struct str rest = str_sub(url, scheme_length(url), SIZE_MAX);
	size_t n = 0;
	while (n < rest.n && !strchr("/?#", rest.p[n]))
		n++;
	return str_sub(rest, 0, n);
}

struct str http_url_target(struct str url)
{
	struct str upto = http_url_without_fragment(url);
	size_t at = scheme_length(url) + http_url_authority(url).n;
	return at < upto.n ? str_sub(upto, at, SIZE_MAX) : STR("/");
}

const char *http_url_problem(struct str url)
{
	if (!scheme_length(url))
		return "it must begin with http:// or https://";
	if (!http_url_authority(url).n)
		return "it has no host";
	return memchr(url.p, '\0', url.n) ? "it holds a NUL byte" : NULL;
}

bool http_url_credentials(struct str url, struct str *ret_user, struct str *ret_password)
{
	struct str rest = str_sub(url, scheme_length(url), SIZE_MAX);
	size_t mark = str_find(url, STR("://"));
	if (!scheme_length(url) && mark != SIZE_MAX)
		rest = str_sub(
			url, mark + 3, SIZE_MAX); /* a proxy's scheme may be another */
	size_t n = 0;
	while (n < rest.n && !strchr("/?#", rest.p[n]))
		n++;
	rest = str_sub(rest, 0, n);

	size_t at = str_find_char(rest, '@');
	if (at == SIZE_MAX)
		return false;
	struct str password = str_sub(rest, 0, at);
	*ret_user = str_cut(&password, ':');
	*ret_password = password;
	return true;
}

static CURLU *url_parse_text(struct str url)
{
	char *text = mem_alloc(url.n + 1);
	CURLU *u = text ? curl_url() : NULL;
	if (u) {
		memcpy(text, url.p, url.n);
		text[url.n] = '\0';
		if (curl_url_set(u, CURLUPART_URL, text, 0) != CURLUE_OK) {
			curl_url_cleanup(u);
			u = NULL;
		}
	}
	mem_free(text);
	return u;
}

static char *url_part(CURLU *u, CURLUPart part, unsigned flags)
{
	char *text = NULL;
	return u && curl_url_get(u, part, &text, flags) == CURLUE_OK ? text : NULL;
}

static bool is_http(const char *scheme)
{
	return scheme && (!strcmp(scheme, "http") || !strcmp(scheme, "https"));
}

int http_url_resolve(struct arena *a, struct str base, struct str location,
	struct str *ret, struct error *err)
{
	CURLU *u = url_parse_text(base);
	const char *relative = arena_cstr(a, location);
	bool ok = u && relative &&
		curl_url_set(u, CURLUPART_URL, relative, CURLU_URLENCODE) == CURLUE_OK;
	char *scheme = ok ? url_part(u, CURLUPART_SCHEME, 0) : NULL;
	char *text = ok && is_http(scheme) ? url_part(u, CURLUPART_URL, 0) : NULL;
	struct str copy = text ? str_from(arena_cstr(a, str_from(text))) :
				 (struct str){ 0 };

	curl_free(scheme);
	curl_free(text);
	curl_url_cleanup(u);
	if (arena_failed(a))
		return error_set_oom(err);
	if (!copy.p)
		return error_set(err, ERR_PROTOCOL, "'%.*s' is no http or https URL",
			STR_ARG(str_sub(location, 0, 300)));
	*ret = copy;
	return 0;
}

static bool same_part(CURLU *one, CURLU *other, CURLUPart part)
{
	char *x = url_part(one, part, CURLU_DEFAULT_PORT);
	char *y = url_part(other, part, CURLU_DEFAULT_PORT);
	bool same = x && y && str_eq_nocase(str_from(x), str_from(y));
	curl_free(x);
	curl_free(y);
	return same;
}

bool http_url_same_origin(struct str one, struct str other)
{
	CURLU *x = url_parse_text(one);
	CURLU *y = url_parse_text(other);
	bool same = x && y && same_part(x, y, CURLUPART_SCHEME) &&
		same_part(x, y, CURLUPART_HOST) && same_part(x, y, CURLUPART_PORT);
	curl_url_cleanup(x);
	curl_url_cleanup(y);
	return same;
}

struct str http_url_host(struct arena *a, struct str url)
{
	CURLU *u = url_parse_text(url);
	char *host = url_part(u, CURLUPART_HOST, 0);
	struct str text = str_from(host);
	if (text.n >= 2 && text.p[0] == '[' && text.p[text.n - 1] == ']')
		text = str_sub(text, 1, text.n - 2);
	struct str copy = host ? arena_str(a, text) : (struct str){ 0 };
	curl_free(host);
	curl_url_cleanup(u);
	return copy;
}
