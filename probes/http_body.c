#include "probes/http_body.h"

#include "harness/base/escape.h"
#include "harness/value/encode.h"
#include "harness/value/json.h"

/* What all builders need. */
struct maker {
	struct arena *a;
	const struct expander *x;
	const struct limits *limits;
	const struct entry *entry;
	bool extended;
};

/* Moves what was built into the arena; releases it in any case. */
static int take(struct arena *a, struct strbuf *sb, struct str *ret, struct error *err)
{
	bool full = sb->failed && sb->n + 1 >= sb->max_bytes;
	struct str copy = strbuf_failed(sb) ? (struct str){ 0 } :
					      arena_str(a, strbuf_str(sb));
	strbuf_release(sb);
	if (copy.p) {
		*ret = copy;
		return 0;
	}
	return full ? error_set(err, ERR_LIMIT, "the request body is too large") :
		      error_set_oom(err);
}

/* ---- [Query] and [Form] ---------------------------------------------------------------------- */

static int encode_param(const struct expander *x, const struct param *p,
	struct strbuf *out, struct error *err)
{
	struct str key;
	struct str value;
	if (expand_text(x, p->key, &key, NULL, err) ||
		expand_text(x, p->value, &value, NULL, err))
		return -1;

	if (out->n)
		strbuf_addc(out, '&');
	strbuf_add(out, key);
	strbuf_addc(out, '=');
	escape_percent(out, value, "");
	return 0;
}

int http_params_encode(struct arena *a, const struct expander *x,
	const struct limits *limits, const struct params *p, struct str *ret,
	struct error *err)
{
	struct strbuf sb;
	strbuf_init(&sb, limits->max_body_bytes);
	for (size_t i = 0; i < p->count; i++) {
		if (encode_param(x, &p->items[i], &sb, err)) {
			strbuf_release(&sb);
			return -1;
		}
	}
	return take(a, &sb, ret, err);
}

/* ---- [Multipart] ----------------------------------------------------------------------------- */

static const struct {
	const char *extension, *type;
} types_by_extension[] = {
	{ ".gif", "image/gif" },
	{ ".jpg", "image/jpeg" },
	{ ".jpeg", "image/jpeg" },
	{ ".png", "image/png" },
	{ ".svg", "image/svg+xml" },
	{ ".txt", "text/plain" },
	{ ".htm", "text/html" },
	{ ".html", "text/html" },
	{ ".pdf", "application/pdf" },
	{ ".xml", "application/xml" },
};

static struct str type_of_file(struct str name)
{
	for (size_t i = 0; i < ARRAY_SIZE(types_by_extension); i++) {
		struct str extension = str_from(types_by_extension[i].extension);
		if (name.n >= extension.n &&
			str_eq_nocase(
				str_sub(name, name.n - extension.n, SIZE_MAX), extension))
			return str_from(types_by_extension[i].type);
	}
	return STR("application/octet-stream");
}

/*
 * HTML's form submission: a quote or a line end in a name is percent-encoded, nothing
 * else.
 */
static void add_quoted(struct strbuf *out, struct str s)
{
	strbuf_addc(out, '"');
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '"' || s.p[i] == '\r' || s.p[i] == '\n')
			strbuf_addf(out, "%%%02X", (unsigned)(unsigned char)s.p[i]);
		else
			strbuf_addc(out, s.p[i]);
	}
	strbuf_addc(out, '"');
}

static int read_file(const struct maker *m, struct str name, struct span span,
	struct str *ret, struct error *err)
{
	const struct file_reader *files = m->x->files;
	if (!files)
		return error_at(err, ERR_FILE, m->entry->source, span,
			"files cannot be read here");
	if (files->read(files->ctx, m->a, m->entry->source, name, ret, err)) {
		error_place(err, m->entry->source, span);
		return -1;
	}
	return 0;
}

static int add_file_part(const struct maker *m, const struct param *p, struct str name,
	struct strbuf *out, struct error *err)
{
	struct str type = type_of_file(name);
	struct str content;
	if (p->content_type && expand_text(m->x, p->content_type, &type, NULL, err))
		return -1;
	if (str_find_char(type, '\r') != SIZE_MAX ||
		str_find_char(type, '\n') != SIZE_MAX)
		return error_at(err, ERR_TEMPLATE, m->entry->source, p->span,
			"the content type holds a line end");
	if (read_file(m, name, p->value->span, &content, err))
		return -1;

	strbuf_adds(out, "; filename=");
	add_quoted(out, name);
	strbuf_adds(out, "\r\nContent-Type: ");
	strbuf_add(out, type);
	strbuf_adds(out, "\r\n\r\n");
	strbuf_add(out, content);
	return 0;
}

static int add_part(const struct maker *m, const struct param *p, struct str boundary,
	struct strbuf *out, struct error *err)
{
	struct str key;
	struct str value;
	if (expand_text(m->x, p->key, &key, NULL, err) ||
		expand_text(m->x, p->value, &value, NULL, err))
		return -1;

	strbuf_addf(out,
		"--%.*s\r\nContent-Disposition: form-data; name=", STR_ARG(boundary));
	add_quoted(out, key);
	if (p->is_file) {
		if (add_file_part(m, p, value, out, err))
			return -1;
	} else {
		strbuf_adds(out, "\r\n\r\n");
		strbuf_add(out, value);
	}
	strbuf_adds(out, "\r\n");
	return 0;
}

static int build_multipart(
	const struct maker *m, struct http_body *ret, struct error *err)
{
	char uuid[37];
	if (!encode_new_uuid(uuid))
		return error_set(err, ERR_INTERNAL,
			"the system gives no random bytes for a boundary");
	struct str boundary = arena_printf(
		m->a, "------------------------%.8s%.4s%.4s", uuid, uuid + 9, uuid + 24);
	if (!boundary.p)
		return error_set_oom(err);

	struct strbuf sb;
	strbuf_init(&sb, m->limits->max_body_bytes);
	const struct params *parts = &m->entry->multipart;
	for (size_t i = 0; i < parts->count; i++) {
		if (add_part(m, &parts->items[i], boundary, &sb, err)) {
			strbuf_release(&sb);
			return -1;
		}
	}
	strbuf_addf(&sb, "--%.*s--\r\n", STR_ARG(boundary));
	ret->boundary = boundary;
	return take(m->a, &sb, &ret->bytes, err);
}

/* ---- written bodies -------------------------------------------------------------------------- */

static int graphql_variables(const struct maker *m, struct strbuf *out, struct error *err)
{
	const struct template *t = m->entry->body.graphql_variables;
	struct str text;
	const struct value *v;
	if (expand_text(m->x, t, &text, NULL, err))
		return -1;
	if (json_parse(m->a, text, m->limits->max_depth, &v, NULL, err)) {
		error_context(err, "GraphQL variables");
		error_place(err, m->entry->source, t->span);
		return -1;
	}
	strbuf_adds(out, ",\"variables\":");
	json_write(out, v);
	return 0;
}

static int graphql_body(const struct maker *m, struct str *ret, struct error *err)
{
	struct str query;
	if (expand_text(m->x, m->entry->body.text, &query, NULL, err))
		return -1;

	struct strbuf sb;
	strbuf_init(&sb, m->limits->max_body_bytes);
	strbuf_adds(&sb, "{\"query\":\"");
	escape_json(&sb, str_trim(query));
	strbuf_addc(&sb, '"');
	if (m->entry->body.graphql_variables && graphql_variables(m, &sb, err)) {
		strbuf_release(&sb);
		return -1;
	}
	strbuf_addc(&sb, '}');
	return take(m->a, &sb, ret, err);
}

static int file_body(const struct maker *m, struct http_body *ret, struct error *err)
{
	const struct template *name = m->entry->body.text;
	struct str path;
	if (expand_text(m->x, name, &path, NULL, err) ||
		read_file(m, path, name->span, &ret->bytes, err))
		return -1;
	ret->file = path;
	return 0;
}

static int written_body(const struct maker *m, struct http_body *ret, struct error *err)
{
	const struct body *b = &m->entry->body;

	switch (b->kind) {
	case BODY_NONE:
		return 0;
	case BODY_JSON:
		return expand_json_body(m->x, b, m->extended, &ret->bytes, err);
	case BODY_TEXT:
		return str_is(b->hint, "graphql") ?
			graphql_body(m, &ret->bytes, err) :
			expand_text(m->x, b->text, &ret->bytes, NULL, err);
	case BODY_FILE:
		return file_body(m, ret, err);
	case BODY_XML:
	case BODY_BASE64:
	case BODY_HEX:
	case BODY_SQL:
		ret->bytes = b->raw;
		return 0;
	}
	return 0;
}

static const struct {
	const char *hint, *type;
} types_by_hint[] = {
	{ "json", "application/json" },
	{ "graphql", "application/json" },
	{ "xml", "application/xml" },
};

static struct str type_of_written(const struct body *b)
{
	if (b->kind == BODY_JSON)
		return STR("application/json");
	if (b->kind == BODY_XML)
		return STR("application/xml");
	for (size_t i = 0; b->kind == BODY_TEXT && i < ARRAY_SIZE(types_by_hint); i++)
		if (str_is(b->hint, types_by_hint[i].hint))
			return str_from(types_by_hint[i].type);
	return (struct str){ 0 };
}

static int build_form(const struct maker *m, struct http_body *ret, struct error *err)
{
	return http_params_encode(
		m->a, m->x, m->limits, &m->entry->form, &ret->bytes, err);
}

int http_body_build(struct arena *a, const struct expander *x,
	const struct limits *limits, const struct entry *e, bool extended,
	struct http_body *ret, struct error *err)
{
	const struct maker m = { a, x, limits, e, extended };
	struct http_body body = { .content_type = type_of_written(&e->body) };

	if (e->multipart.count && build_multipart(&m, &body, err))
		return -1;
	if (body.boundary.p)
		body.content_type = arena_printf(
			a, "multipart/form-data; boundary=%.*s", STR_ARG(body.boundary));
	if (e->form.count) {
		if (build_form(&m, &body, err))
			return -1;
		body.content_type = STR("application/x-www-form-urlencoded");
	}
	if (written_body(&m, &body, err))
		return -1;
	if (arena_failed(a))
		return error_set_oom(err);
	*ret = body;
	return 0;
}
