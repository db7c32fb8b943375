#include "probes/http_message.h"

#include "harness/base/scan.h"
#include "harness/value/charset.h"

struct method {
	const char *name;
	bool safe;
};

static const struct method idempotent_methods[] = {
	{ "GET", true },
	{ "HEAD", true },
	{ "OPTIONS", true },
	{ "TRACE", true },
	{ "PUT", false },
	{ "DELETE", false },
};

static const struct method *find_method(struct str name)
{
	for (size_t i = 0; i < ARRAY_SIZE(idempotent_methods); i++)
		if (str_is(name, idempotent_methods[i].name))
			return &idempotent_methods[i];
	return NULL;
}

bool http_method_is_safe(struct str method)
{
	const struct method *m = find_method(method);
	return m && m->safe;
}

bool http_method_is_idempotent(struct str method)
{
	return find_method(method) != NULL;
}

const struct http_header *http_headers_find(const struct http_headers *h, struct str name)
{
	for (size_t i = 0; i < h->count; i++)
		if (str_eq_nocase(h->items[i].name, name))
			return &h->items[i];
	return NULL;
}

int http_headers_add(struct arena *a, struct http_headers *h, struct str name,
	struct str value, struct error *err)
{
	struct http_header *items = arena_grow(
		a, h->items, h->count, &h->cap, sizeof(*items));
	if (!items)
		return error_set_oom(err);
	h->items = items;
	h->items[h->count++] = (struct http_header){ name, value };
	return 0;
}

void http_headers_remove(struct http_headers *h, struct str name)
{
	size_t kept = 0;
	for (size_t i = 0; i < h->count; i++)
		if (!str_eq_nocase(h->items[i].name, name))
			h->items[kept++] = h->items[i];
	h->count = kept;
}

int http_headers_copy(struct arena *a, const struct http_headers *from,
	struct http_headers *ret, struct error *err)
{
	struct http_headers copy = { 0 };
	for (size_t i = 0; i < from->count; i++)
		if (http_headers_add(
			    a, &copy, from->items[i].name, from->items[i].value, err))
			return -1;
	*ret = copy;
	return 0;
}

/* Bytes of a head as text; what is UTF-8 already is borrowed. */
static int header_text(
	struct arena *a, struct str bytes, struct str *ret, struct error *err)
{
	if (utf8_check(bytes) == SIZE_MAX) {
		*ret = bytes;
		return 0;
	}

	struct strbuf sb;
	strbuf_init(&sb, bytes.n * 4);
	charset_header(&sb, bytes);
	struct str copy = strbuf_failed(&sb) ? (struct str){ 0 } :
					       arena_str(a, strbuf_str(&sb));
	strbuf_release(&sb);
	if (!copy.p)
		return error_set_oom(err);
	*ret = copy;
	return 0;
}

/* RFC 9112, 5.2: an obsolete line folding stands for blanks. */
static int unfold(
	struct arena *a, struct http_headers *h, struct str more, struct error *err)
{
	if (!h->count)
		return 0;
	struct str *value = &h->items[h->count - 1].value;
	struct str joined = arena_printf(a, "%.*s %.*s", STR_ARG(*value), STR_ARG(more));
	if (!joined.p)
		return error_set_oom(err);
	*value = joined;
	return 0;
}

static int parse_line(
	struct arena *a, struct str line, struct http_headers *h, struct error *err)
{
	struct str text;
	if (header_text(a, line, &text, err))
		return -1;
	if (text.n && (text.p[0] == ' ' || text.p[0] == '\t'))
		return unfold(a, h, str_trim(text), err);

	size_t colon = str_find_char(text, ':');
	if (colon == SIZE_MAX)
		return 0;
	return http_headers_add(a, h, str_trim(str_sub(text, 0, colon)),
		str_trim(str_sub(text, colon + 1, SIZE_MAX)), err);
}

int http_headers_parse(
	struct arena *a, struct str head, struct http_headers *ret, struct error *err)
{
	struct http_headers h = { 0 };
	bool first = true;

	for (struct str rest = head; rest.p; first = false) {
		struct str line = str_cut(&rest, '\n');
		if (str_ends_with(line, STR("\r")))
			line.n--;
		if (first && str_starts_with(line, STR("HTTP/")))
			continue;
		if (parse_line(a, line, &h, err))
			return -1;
	}
	*ret = h;
	return 0;
}

bool http_status_line(struct str line, int64_t *ret_status, const char **ret_version)
{
	const char *version = str_starts_with(line, STR("HTTP/1.1 ")) ? "1.1" :
		str_starts_with(line, STR("HTTP/1.0 "))               ? "1.0" :
									NULL;
	struct str rest = str_sub(line, strlen("HTTP/1.1 "), SIZE_MAX);
	int64_t status;

	if (!version || !scan_int(str_sub(rest, 0, 3), 100, 999, &status) ||
		(rest.n > 3 && rest.p[3] != ' '))
		return false;
	*ret_status = status;
	*ret_version = version;
	return true;
}

struct str http_headers_joined(
	struct arena *a, const struct http_headers *h, struct str name)
{
	struct str all = { 0 };
	for (size_t i = 0; i < h->count; i++) {
		if (!str_eq_nocase(h->items[i].name, name))
			continue;
		all = all.p ? arena_printf(a, "%.*s, %.*s", STR_ARG(all),
				      STR_ARG(h->items[i].value)) :
			      h->items[i].value;
	}
	return all;
}
