#include "harness/value/query_impl.h"

#include "harness/base/scan.h"
#include "harness/value/date.h"
#include "harness/value/encode.h"

/* ---- headers ---- */

/* The value of the i-th header when it has that name. */
static const struct value *header_at(
	const struct value *headers, size_t i, struct str name)
{
	const struct value *header = headers->u.list.items[i];
	const struct value *found = value_get(header, "name");

	return found && str_eq_nocase(found->text, name) ? value_get(header, "value") :
							   NULL;
}

static const struct value *all_headers(const struct eval *ev)
{
	const struct value *headers = query_member(ev, "headers");

	return headers && headers->type == VALUE_LIST ? headers : NULL;
}

struct str query_first_header(const struct eval *ev, struct str name)
{
	const struct value *headers = all_headers(ev);

	for (size_t i = 0; headers && i < headers->u.list.count; i++) {
		const struct value *v = header_at(headers, i, name);

		if (v)
			return v->text;
	}
	return STR("");
}

int query_header(const struct eval *ev, const struct value *const *args,
	const struct value **ret, struct error *err)
{
	const struct value *headers = all_headers(ev);
	struct value_list_builder found = { 0 };

	for (size_t i = 0; headers && i < headers->u.list.count; i++) {
		const struct value *v = header_at(headers, i, args[0]->text);

		if (v)
			value_list_add(ev->arena, &found, v);
	}
	if (found.count > 1 || found.failed)
		return query_result(value_list_finish(ev->arena, &found), ret, err);
	*ret = found.count ? found.items[0] : NULL;
	return 0;
}

/* ---- the body ---- */

int query_body_bytes(const struct eval *ev, const struct value **ret, struct error *err)
{
	const struct value *problem = query_member(ev, "body_error");

	if (problem)
		return error_set(err, ERR_CHECK, "%.*s", STR_ARG(problem->text));
	*ret = query_member(ev, "body");
	return 0;
}

int query_body(const struct eval *ev, const struct value *const *args,
	const struct value **ret, struct error *err)
{
	struct str text;

	(void)args;
	if (!query_member(ev, "body") && !query_member(ev, "body_error")) {
		*ret = NULL;
		return 0;
	}
	if (query_text(ev, &text, err))
		return -1;
	return query_result(value_string(ev->arena, text), ret, err);
}

int query_bytes(const struct eval *ev, const struct value *const *args,
	const struct value **ret, struct error *err)
{
	const struct value *body = NULL;

	(void)args;
	if (query_body_bytes(ev, &body, err))
		return -1;
	if (!body) {
		*ret = NULL;
		return 0;
	}
	return query_result(value_bytes(ev->arena, body->text), ret, err);
}

int query_rawbytes(const struct eval *ev, const struct value *const *args,
	const struct value **ret, struct error *err)
{
	(void)args;
	(void)err;
	*ret = query_member(ev, "rawbytes");
	return 0;
}

typedef void digest_function(struct str bytes, uint8_t *out);

static int digest_body(const struct eval *ev, digest_function *digest, size_t n,
	const struct value **ret, struct error *err)
{
	const struct value *body = NULL;
	uint8_t *out;

	if (query_body_bytes(ev, &body, err))
		return -1;
	if (!body) {
		*ret = NULL;
		return 0;
	}
	out = arena_alloc(ev->arena, n);
	if (!out)
		return error_set_oom(err);
	digest(body->text, out);
	return query_result(
		value_bytes(ev->arena, str_make((const char *)out, n)), ret, err);
}

int query_sha256(const struct eval *ev, const struct value *const *args,
	const struct value **ret, struct error *err)
{
	(void)args;
	return digest_body(ev, digest_sha256, 32, ret, err);
}

int query_md5(const struct eval *ev, const struct value *const *args,
	const struct value **ret, struct error *err)
{
	(void)args;
	return digest_body(ev, digest_md5, 16, ret, err);
}

/* ---- cookies ---- */

enum cookie_attribute {
	COOKIE_VALUE,
	COOKIE_EXPIRES,
	COOKIE_MAX_AGE,
	COOKIE_DOMAIN,
	COOKIE_PATH,
	COOKIE_SAME_SITE,
	COOKIE_SECURE,
	COOKIE_HTTP_ONLY,
	COOKIE_ATTRIBUTE_COUNT
};

static const char *const cookie_attributes[] = {
	[COOKIE_VALUE] = "Value",
	[COOKIE_EXPIRES] = "Expires",
	[COOKIE_MAX_AGE] = "Max-Age",
	[COOKIE_DOMAIN] = "Domain",
	[COOKIE_PATH] = "Path",
	[COOKIE_SAME_SITE] = "SameSite",
	[COOKIE_SECURE] = "Secure",
	[COOKIE_HTTP_ONLY] = "HttpOnly",
};
static_assert(ARRAY_SIZE(cookie_attributes) == COOKIE_ATTRIBUTE_COUNT,
	"an attribute has no name");

/* COOKIE_ATTRIBUTE_COUNT: there is none of that name. */
static enum cookie_attribute find_cookie_attribute(struct str name)
{
	size_t i = 0;

	while (i < COOKIE_ATTRIBUTE_COUNT && !str_eq_nocase(name, str_from(cookie_attributes[i])))
		i++;
	return (enum cookie_attribute)i;
}

bool query_is_cookie_attribute(struct str name)
{
	return find_cookie_attribute(name) < COOKIE_ATTRIBUTE_COUNT;
}

/* name, or name[Attribute] */
static int cookie_argument(struct str text, struct str *ret_name,
	enum cookie_attribute *ret_attribute, struct error *err)
{
	size_t open = str_find_char(text, '[');
	struct str attribute;

	*ret_name = str_sub(text, 0, open);
	*ret_attribute = COOKIE_VALUE;
	if (open == SIZE_MAX && text.n)
		return 0;
	if (!ret_name->n || text.p[text.n - 1] != ']')
		return error_set(err, ERR_PARSE,
			"'%.*s' is no cookie: expected name or name[Attribute]",
			STR_ARG(text));
	attribute = str_trim_blanks(str_sub(text, open + 1, text.n - open - 2));
	*ret_attribute = find_cookie_attribute(attribute);
	if (*ret_attribute < COOKIE_ATTRIBUTE_COUNT)
		return 0;
	return error_set(err, ERR_PARSE,
		"unknown cookie attribute '%.*s': expected Value, Expires, "
		"Max-Age, Domain, Path, SameSite, Secure or HttpOnly",
		STR_ARG(attribute));
}

/* "name=value" of one part; without '=' the value is absent. */
static struct str cookie_part(struct str part, struct str *ret_value)
{
	struct str rest = part;
	struct str name = str_trim_blanks(str_cut(&rest, '='));

	*ret_value = rest.p ? str_trim_blanks(rest) : (struct str){ 0 };
	return name;
}

/* All of the first Set-Cookie of that name; absent when there is none. */
static struct str find_cookie(const struct eval *ev, struct str name)
{
	const struct value *headers = all_headers(ev);

	for (size_t i = 0; headers && i < headers->u.list.count; i++) {
		const struct value *v = header_at(headers, i, STR("Set-Cookie"));
		struct str rest = v ? v->text : STR("");
		struct str value;

		if (v && str_eq(cookie_part(str_cut(&rest, ';'), &value), name) &&
			value.p)
			return v->text;
	}
	return (struct str){ 0 };
}

/* Whether the attribute is there; its value is absent when it has none. */
static bool find_attribute(
	struct str cookie, enum cookie_attribute attribute, struct str *ret)
{
	struct str rest = cookie;
	struct str pair = str_cut(&rest, ';');

	if (attribute == COOKIE_VALUE) {
		(void)cookie_part(pair, ret);
		return true;
	}
	while (rest.p)
		if (str_eq_nocase(cookie_part(str_cut(&rest, ';'), ret),
			    str_from(cookie_attributes[attribute])))
			return true;
	return false;
}

static int cookie_expires(const struct eval *ev, struct str text,
	const struct value **ret, struct error *err)
{
	int64_t wall_us;

	if (!date_parse_cookie(text, &wall_us))
		return error_set(err, ERR_CHECK, "'%.*s' is no date of a cookie",
			STR_ARG(str_sub(text, 0, 200)));
	return query_result(value_date(ev->arena, wall_us), ret, err);
}

static int cookie_max_age(const struct eval *ev, struct str text,
	const struct value **ret, struct error *err)
{
	int64_t seconds;

	if (scan_int(text, INT64_MIN, INT64_MAX, &seconds))
		return query_result(value_int(ev->arena, seconds), ret, err);
	*ret = NULL;
	return 0;
}

int query_cookie(const struct eval *ev, const struct value *const *args,
	const struct value **ret, struct error *err)
{
	enum cookie_attribute attribute;
	struct str name;
	struct str cookie;
	struct str text = { 0 };

	if (cookie_argument(args[0]->text, &name, &attribute, err))
		return -1;
	cookie = find_cookie(ev, name);
	if (!cookie.p || !find_attribute(cookie, attribute, &text)) {
		*ret = NULL;
		return 0;
	}
	if (attribute == COOKIE_SECURE || attribute == COOKIE_HTTP_ONLY)
		return query_result(value_unit(), ret, err);
	if (attribute == COOKIE_EXPIRES)
		return cookie_expires(ev, text, ret, err);
	if (attribute == COOKIE_MAX_AGE)
		return cookie_max_age(ev, text, ret, err);
	return query_result(value_string(ev->arena, text), ret, err);
}

/* ---- certificate ---- */

static const char *const certificate_fields[] = {
	"Subject",
	"Issuer",
	"Start-Date",
	"Expire-Date",
	"Serial-Number",
	"Subject-Alt-Name",
	"Value",
};

bool query_is_certificate_field(struct str name)
{
	for (size_t i = 0; i < ARRAY_SIZE(certificate_fields); i++)
		if (str_is(name, certificate_fields[i]))
			return true;
	return false;
}

static int unknown_field(struct str field, struct error *err)
{
	return error_set(err, ERR_PARSE,
		"unknown certificate field '%.*s': expected Subject, Issuer, "
		"Start-Date, Expire-Date, Serial-Number, Subject-Alt-Name or Value",
		STR_ARG(field));
}

int query_certificate(const struct eval *ev, const struct value *const *args,
	const struct value **ret, struct error *err)
{
	if (!query_is_certificate_field(args[0]->text))
		return unknown_field(args[0]->text, err);
	*ret = value_get_str(query_member(ev, "certificate"), args[0]->text);
	return 0;
}
