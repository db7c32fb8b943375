/* Two lines, each a URL: as that of a connection, as that of a request, and the second as a redirect of the first. */
#include "probes/http_url.h"
#include "probes/url.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MAX_ARENA = 1 << 24 };

static void read_connection(struct arena *a, struct str text)
{
	struct error err = { 0 };
	struct url u = { 0 };
	struct str key, value;
	uint16_t port = 0;

	if (url_parse(a, "URL", text, &u, &err)) {
		assert(err.message[0]);
		return;
	}
	assert(u.scheme.n && text.n <= 4096);
	assert(url_port("URL", u.port, 1, &port, &err) || port);
	while (url_query_next(a, &u.query, &key, &value))
		assert(key.n <= text.n && value.n <= text.n);
}

static bool is_part(struct str part, struct str whole)
{
	return !part.p || part.n <= whole.n;
}

static void read_request(struct arena *a, struct str text)
{
	struct str user, password;

	(void)http_url_is_tls(text);
	assert(is_part(http_url_authority(text), text));
	assert(http_url_target(text).n);
	assert(is_part(http_url_without_fragment(text), text));
	if (http_url_credentials(text, &user, &password))
		assert(is_part(user, text) && is_part(password, text));
	/* what libcurl then makes of it is its own: no host there is the error of the request */
	if (!http_url_problem(text) && http_url_host(a, text).n)
		assert(http_url_same_origin(text, text));
}

static void resolve(struct arena *a, struct str base, struct str location)
{
	struct error err = { 0 };
	struct str url = { 0 };

	if (http_url_resolve(a, base, location, &url, &err))
		assert(err.message[0]);
	else
		assert(!url.p[url.n] && (str_starts_with(url, STR("http://")) || str_starts_with(url, STR("https://"))));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str rest = str_make((const char *)data, size);
	struct str first = str_cut(&rest, '\n');
	struct arena a;

	arena_init(&a, MAX_ARENA);
	read_connection(&a, first);
	read_request(&a, first);
	if (rest.p) {
		read_request(&a, rest);
		resolve(&a, first, rest);
	}
	arena_release(&a);
	return 0;
}
