#include "harness/judge/secret_fields.h"

#include "harness/base/arena.h"
#include "harness/value/encode.h"
#include "harness/value/json.h"

/* Longer ones are no names; a part's headers are not longer either. */
enum { NAME_MAX_BYTES = 128, PART_HEAD_MAX = 1024 };

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static size_t skip_blanks(struct str s, size_t at)
{
	while (at < s.n && is_blank(s.p[at]))
		at++;
	return at;
}

/* The last byte before `at` that is no blank; NUL: there is none. */
static char before_blanks(struct str s, size_t at)
{
	while (at && is_blank(s.p[at - 1]))
		at--;
	return at ? s.p[at - 1] : '\0';
}

static char byte_at(struct str s, size_t at)
{
	return at < s.n ? s.p[at] : '\0';
}

/* ---- quotes of JSON, behind no backslash, or 1, 3, 7: in a string, in a string of a string ... ---- */

static size_t backslashes_before(struct str s, size_t quote)
{
	size_t n = 0;
	while (n < quote && s.p[quote - n - 1] == '\\')
		n++;
	return n;
}

static bool is_level(size_t backslashes)
{
	return backslashes <= 7 && !(backslashes & (backslashes + 1));
}

/* Where the string ends that begins at `from`: at its closing quote's first backslash. SIZE_MAX: not before `end`. */
static size_t string_end(struct str s, size_t from, size_t backslashes, size_t end)
{
	for (size_t i = from; i < end && i < s.n; i++) {
		const char *quote = memchr(s.p + i, '"', (end < s.n ? end : s.n) - i);
		if (!quote)
			return SIZE_MAX;
		i = (size_t)(quote - s.p);
		size_t before = backslashes_before(s, i);
		if (before % (2 * (backslashes + 1)) == backslashes)
			return i - backslashes;
	}
	return SIZE_MAX;
}

static size_t line_end(struct str s, size_t from)
{
	const char *end = from < s.n ? memchr(s.p + from, '\n', s.n - from) : NULL;
	return end ? (size_t)(end - s.p) : s.n;
}

/* A string that is cut off ends with its line. */
static size_t value_end(struct str s, size_t from, size_t backslashes)
{
	size_t end = string_end(s, from, backslashes, SIZE_MAX);
	return end == SIZE_MAX ? line_end(s, from) : end;
}

static bool opens_string(struct str s, size_t at, size_t backslashes)
{
	return at + backslashes < s.n && s.p[at + backslashes] == '"' &&
		backslashes_before(s, at + backslashes) == backslashes;
}

/* ---- what the caller asks ---- */

static bool is_secret(const struct secret_scan *s, struct str name)
{
	struct strbuf sb;
	if (!name.n || !str_has_char(name, '%'))
		return name.n && s->names->is_secret(s->names->ctx, name);
	strbuf_init(&sb, 4 * NAME_MAX_BYTES);
	decode_percent(&sb, name, true);
	bool secret = s->names->is_secret(s->names->ctx, strbuf_str(&sb));
	strbuf_release(&sb);
	return secret;
}

static bool is_weak(const struct secret_scan *s, struct str value)
{
	return value.n && value.n <= SECRET_WEAK_MAX &&
		s->names->is_weak(s->names->ctx, value);
}

/* ---- JSON ---- */

static bool found_string(struct secret_scan *s, size_t from, size_t end,
	size_t backslashes, struct str name, struct secret_field *ret)
{
	s->at = end + backslashes + 1;
	*ret = (struct secret_field){ .at = from,
		.n = end - from,
		.name = name,
		.spelling = SECRET_SPELLED_JSON,
		.escapes = 1 };
	for (size_t b = backslashes; b; b /= 2)
		ret->escapes++;
	return end > from;
}

/* "secret": { or [ */
static void enter_group(
	struct secret_scan *s, struct str name, size_t at, size_t backslashes)
{
	s->group = name;
	s->key = (struct str){ 0 };
	s->depth = 1;
	s->backslashes = backslashes;
	s->at = at + 1;
}

/* Behind "NAME": at `at`. */
static bool named_value(struct secret_scan *s, struct str name, size_t at,
	size_t backslashes, struct secret_field *ret)
{
	struct str text = s->text;
	char c = byte_at(text, at);
	if (c == '{' || c == '[')
		enter_group(s, name, at, backslashes);
	if (!opens_string(text, at, backslashes))
		return false;
	size_t from = at + backslashes + 1;
	return found_string(
		s, from, value_end(text, from, backslashes), backslashes, name, ret);
}

/* "name": "NAME", "value": "value", as lists of headers are written. */
static bool header_value(
	struct secret_scan *s, size_t at, size_t backslashes, struct secret_field *ret)
{
	struct str text = s->text;
	if (!opens_string(text, at, backslashes))
		return false;
	size_t from = at + backslashes + 1;
	size_t end = string_end(text, from, backslashes, from + NAME_MAX_BYTES + 1);
	if (end == SIZE_MAX || !is_secret(s, str_sub(text, from, end - from)))
		return false;
	at = skip_blanks(text, end + backslashes + 1);
	at = skip_blanks(text, byte_at(text, at) == ',' ? at + 1 : at);
	size_t key = at + backslashes + 1, key_end = key + 5;
	if (!opens_string(text, at, backslashes) ||
		!str_eq(str_sub(text, key, 5), STR("value")) ||
		string_end(text, key, backslashes, key_end + backslashes + 1) != key_end)
		return false;
	at = skip_blanks(text, key_end + backslashes + 1);
	return byte_at(text, at) == ':' &&
		named_value(s, str_sub(text, from, end - from), skip_blanks(text, at + 1),
			backslashes, ret);
}

/* A string among the elements or members of a JSON text, or all of it (NUL is before and behind). */
static bool weak_value(struct secret_scan *s, size_t quote, size_t end,
	size_t backslashes, struct secret_field *ret)
{
	char before = before_blanks(s->text, quote - backslashes);
	char behind = byte_at(s->text, skip_blanks(s->text, end + backslashes + 1));
	if (!s->is_json || !strchr("[,:", before) || !strchr(",]}", behind))
		return false;
	return is_weak(s, str_sub(s->text, quote + 1, end - quote - 1)) &&
		found_string(s, quote + 1, end, backslashes, (struct str){ 0 }, ret);
}

/* ---- multipart ---- */

static size_t find_from(struct str s, size_t from, struct str needle, size_t most)
{
	size_t at = str_find(str_sub(s, from, most), needle);
	return at == SIZE_MAX ? SIZE_MAX : from + at;
}

static bool is_part_head(struct str s, size_t quote)
{
	static const struct str head = STR_INIT("content-disposition:");
	size_t line = quote;
	while (line && quote - line < PART_HEAD_MAX && s.p[line - 1] != '\n')
		line--;
	return str_ends_with(str_sub(s, line, quote - line), STR(" name=")) &&
		str_eq_nocase(str_sub(s, line, head.n), head);
}

static bool part_value(
	struct secret_scan *s, size_t quote, size_t end, struct secret_field *ret)
{
	struct str name = str_sub(s->text, quote + 1, end - quote - 1);
	if (!is_part_head(s->text, quote) || !is_secret(s, name))
		return false;
	size_t head = find_from(s->text, end, STR("\r\n\r\n"), PART_HEAD_MAX);
	if (head == SIZE_MAX)
		return false;
	size_t from = head + 4;
	size_t to = find_from(s->text, from, STR("\r\n--"), SIZE_MAX);
	s->at = to == SIZE_MAX ? s->text.n : to;
	*ret = (struct secret_field){ .at = from, .n = s->at - from, .name = name };
	return ret->n;
}

/* ---- a quote, outside any group ---- */

static bool quoted(struct secret_scan *s, size_t quote, struct secret_field *ret)
{
	size_t backslashes = backslashes_before(s->text, quote);
	if (!is_level(backslashes))
		return false;
	size_t end = string_end(
		s->text, quote + 1, backslashes, quote + NAME_MAX_BYTES + 2);
	if (end == SIZE_MAX)
		return false;
	struct str name = str_sub(s->text, quote + 1, end - quote - 1);
	size_t at = skip_blanks(s->text, end + backslashes + 1);
	if (byte_at(s->text, at) == ':') {
		at = skip_blanks(s->text, at + 1);
		return is_secret(s, name) ?
			named_value(s, name, at, backslashes, ret) :
			str_is(name, "name") && header_value(s, at, backslashes, ret);
	}
	return weak_value(s, quote, end, backslashes, ret) ||
		(!backslashes && part_value(s, quote, end, ret));
}

/* ---- below a secret name ---- */

static bool is_shown(const struct secret_scan *s)
{
	return s->key.n && s->names->is_shown(s->names->ctx, s->key);
}

/* A string in a group: a key, or a value of it. */
static bool string_in_group(struct secret_scan *s, size_t quote, struct secret_field *ret)
{
	size_t from = quote + 1, end = value_end(s->text, from, s->backslashes);
	size_t behind = skip_blanks(s->text, end + s->backslashes + 1);
	bool key = byte_at(s->text, behind) == ':';
	if (!key && !is_shown(s))
		return found_string(s, from, end, s->backslashes, s->group, ret);
	if (key)
		s->key = str_sub(s->text, from, end - from);
	s->at = end + s->backslashes + 1;
	return false;
}

static bool step_in_group(struct secret_scan *s, struct secret_field *ret)
{
	size_t at = s->at++;
	char c = s->text.p[at];
	if (c == '"' &&
		backslashes_before(s->text, at) % (2 * (s->backslashes + 1)) ==
			s->backslashes)
		return string_in_group(s, at, ret);
	if (c == '{' || c == '[')
		s->depth++;
	if (c == '}' || c == ']')
		s->depth--;
	if (c == '{' || c == '}' || c == ']')
		s->key = (struct str){ 0 };
	return false;
}

/* ---- NAME=value ---- */

static bool is_name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		(c >= '0' && c <= '9') || (c && strchr("_-.%[]+~", c));
}

static bool ends_parameter(char c)
{
	return (unsigned char)c <= ' ' || strchr("&#\"<>\\`", c);
}

static bool parameter(struct secret_scan *s, size_t from, struct secret_field *ret)
{
	struct str text = s->text;
	if (str_starts_with(str_sub(text, from, 4), STR("amp;")))
		from += 4;
	size_t at = from;
	while (at - from < NAME_MAX_BYTES && is_name_char(byte_at(text, at)))
		at++;
	if (at == from || byte_at(text, at) != '=')
		return false;
	size_t end = at + 1;
	struct str name = str_sub(text, from, at - from);
	while (end < text.n && !ends_parameter(text.p[end]))
		end++;
	*ret = (struct secret_field){ .at = at + 1,
		.n = end - at - 1,
		.name = name,
		.spelling = SECRET_SPELLED_PERCENT };
	if (!ret->n ||
		(!is_secret(s, name) && !is_weak(s, str_sub(text, at + 1, ret->n))))
		return false;
	s->at = end;
	return true;
}

/* A form begins with a name; no blank is in it. */
static bool may_be_form(struct str text)
{
	for (size_t i = 0; i < text.n; i++)
		if ((unsigned char)text.p[i] <= ' ')
			return false;
	return text.n && is_name_char(text.p[0]);
}

/* ---- the scan ---- */

void secret_scan_begin(
	struct secret_scan *s, struct str text, const struct secret_names *names)
{
	char first = byte_at(text, skip_blanks(text, 0));
	*s = (struct secret_scan){ .text = text, .names = names };
	s->is_json = first && strchr("{[\"", first);
}

static bool step(struct secret_scan *s, struct secret_field *ret)
{
	size_t at = s->at++;
	char c = s->text.p[at];
	if (c == '"')
		return quoted(s, at, ret);
	if (c == '?' || c == '&')
		return parameter(s, at + 1, ret);
	return !at && may_be_form(s->text) && parameter(s, 0, ret);
}

bool secret_scan_next(struct secret_scan *s, struct secret_field *ret)
{
	while (s->at < s->text.n)
		if (s->depth ? step_in_group(s, ret) : step(s, ret))
			return true;
	return false;
}

/* ---- what is meant ---- */

static bool unescape_json(struct arena *a, struct str *text, size_t times)
{
	struct error err;
	const struct value *v;
	for (size_t i = 0; i < times; i++) {
		struct str quoted_text = arena_printf(a, "\"%.*s\"", STR_ARG(*text));
		if (!quoted_text.p || json_parse(a, quoted_text, 1, &v, NULL, &err))
			return false;
		*text = v->text;
	}
	return true;
}

static void add_json(struct strbuf *out, struct str text, size_t escapes)
{
	struct arena a;
	arena_init(&a, 4 * (text.n + 4096));
	if (!str_has_char(text, '\\') || unescape_json(&a, &text, escapes))
		strbuf_add(out, text);
	arena_release(&a);
}

void secret_field_plain(struct strbuf *out, struct str text, const struct secret_field *f)
{
	struct str value = str_sub(text, f->at, f->n);
	switch (f->spelling) {
	case SECRET_SPELLED_RAW:
		strbuf_add(out, value);
		break;
	case SECRET_SPELLED_JSON:
		add_json(out, value, f->escapes);
		break;
	case SECRET_SPELLED_PERCENT:
		decode_percent(out, value, true);
		break;
	}
}
