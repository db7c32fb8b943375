#include "harness/judge/secret_forms.h"

#include "harness/base/escape.h"
#include "harness/value/encode.h"

#define FORM_MAX (1024u * 1024)

/* ---- escapes ---- */

static void percent(struct strbuf *out, struct str s)
{
	escape_percent(out, s, "");
}

static void percent_path(struct strbuf *out, struct str s)
{
	escape_percent(out, s, "/");
}

static void lower_hex(struct strbuf *out, size_t from)
{
	for (size_t i = from; i + 2 < out->n; i++)
		if (out->p[i] == '%')
			for (size_t j = i + 1; j < i + 3; j++)
				if (out->p[j] >= 'A' && out->p[j] <= 'F')
					out->p[j] = (char)(out->p[j] + 32);
}

static void percent_lower(struct strbuf *out, struct str s)
{
	escape_percent(out, s, "");
	lower_hex(out, 0);
}

/* Form encoding: '+' for a blank. */
static void percent_plus(struct strbuf *out, struct str s)
{
	while (s.p) {
		struct str word = str_cut(&s, ' ');
		escape_percent(out, word, "");
		if (s.p)
			strbuf_addc(out, '+');
	}
}

static void percent_plus_lower(struct strbuf *out, struct str s)
{
	percent_plus(out, s);
	lower_hex(out, 0);
}

static void json_slash(struct strbuf *out, struct str s)
{
	while (s.p) {
		struct str part = str_cut(&s, '/');
		escape_json(out, part);
		if (s.p)
			strbuf_adds(out, "\\/");
	}
}

/* Writers that keep to ASCII: \uXXXX for all else, a pair of them beyond U+FFFF. */
static void json_ascii(struct strbuf *out, struct str s)
{
	for (size_t at = 0, n; at < s.n; at += n) {
		uint32_t c;
		n = utf8_next(s, at, &c);
		if (!n || c < 0x80) {
			n = 1;
			escape_json(out, str_sub(s, at, 1));
		} else if (c > 0xffff) {
			strbuf_addf(out, "\\u%04x\\u%04x", 0xd800 + ((c - 0x10000) >> 10),
				0xdc00 + ((c - 0x10000) & 0x3ff));
		} else {
			strbuf_addf(out, "\\u%04x", c);
		}
	}
}

static void json_ascii_upper(struct strbuf *out, struct str s)
{
	json_ascii(out, s);
	for (size_t i = 0; i + 5 < out->n; i++)
		if (out->p[i] == '\\' && out->p[i + 1] == 'u')
			for (size_t j = i + 2; j < i + 6; j++)
				if (out->p[j] >= 'a' && out->p[j] <= 'f')
					out->p[j] = (char)(out->p[j] - 32);
}

/* Inside single quotes: the outer quotes are the shell's. */
static void shell(struct strbuf *out, struct str s)
{
	while (s.p) {
		struct str part = str_cut(&s, '\'');
		strbuf_add(out, part);
		if (s.p)
			strbuf_adds(out, "'\\''");
	}
}

static void sql(struct strbuf *out, struct str s)
{
	escape_sql(out, s, '\'', false);
}

static void sql_doubled(struct strbuf *out, struct str s)
{
	escape_sql(out, s, '\'', true);
}

static void hex(struct strbuf *out, struct str s)
{
	encode_hex(out, s);
}

static void hex_upper(struct strbuf *out, struct str s)
{
	encode_hex(out, s);
	for (size_t i = 0; i < out->n; i++)
		if (out->p[i] >= 'a' && out->p[i] <= 'f')
			out->p[i] = (char)(out->p[i] - 32);
}

static void raw(struct strbuf *out, struct str s)
{
	strbuf_add(out, s);
}

static void (*const escapes[])(struct strbuf *, struct str) = {
	raw,
	percent,
	percent_path,
	percent_lower,
	percent_plus,
	percent_plus_lower,
	escape_json,
	json_slash,
	json_ascii,
	json_ascii_upper,
	escape_xml_text,
	escape_xml_attr,
	escape_html,
	escape_visible,
	escape_visible_line,
	shell,
	sql,
	sql_doubled,
	hex,
	hex_upper,
};

/* ---- base64, wherever the secret stands in what was encoded ---- */

/*
 * `before` bytes of something else come first. The characters that depend on the secret alone: the first 2 (before = 1) or 3 (2) mix with what
 * comes before, the last one with what comes after unless the bytes end on a border of three.
 */
static void base64_at(struct strbuf *out, struct str s, size_t before,
	void (*encode)(struct strbuf *, struct str))
{
	static const size_t mixed[] = { 0, 2, 3 };
	struct strbuf plain, text;
	strbuf_init(&plain, FORM_MAX);
	strbuf_init(&text, 2 * FORM_MAX);
	strbuf_add_repeat(&plain, '\0', before);
	strbuf_add(&plain, s);
	encode(&text, strbuf_str(&plain));
	size_t pure = plain.n * 8 / 6;
	if (pure > mixed[before])
		strbuf_add(out,
			str_sub(strbuf_str(&text), mixed[before], pure - mixed[before]));
	strbuf_release(&plain);
	strbuf_release(&text);
}

static int add_base64(
	struct strbuf *sb, struct str secret, int (*add)(void *, struct str), void *ctx)
{
	static void (*const encoders[])(
		struct strbuf *, struct str) = { encode_base64, encode_base64url };
	for (size_t e = 0; e < ARRAY_SIZE(encoders); e++)
		for (size_t before = 0; before < 3; before++) {
			strbuf_clear(sb);
			base64_at(sb, secret, before, encoders[e]);
			if (strbuf_failed(sb) || (sb->n >= 4 && add(ctx, strbuf_str(sb))))
				return -1;
		}
	return 0;
}

int secret_forms(struct str secret, int (*add)(void *ctx, struct str form), void *ctx)
{
	struct strbuf sb;
	int bad = 0;
	strbuf_init(&sb, 8 * FORM_MAX);
	for (size_t i = 0; i < ARRAY_SIZE(escapes) && !bad; i++) {
		strbuf_clear(&sb);
		escapes[i](&sb, secret);
		bad = strbuf_failed(&sb) || add(ctx, strbuf_str(&sb));
	}
	if (!bad)
		bad = add_base64(&sb, secret, add, ctx);
	strbuf_release(&sb);
	return bad ? -1 : 0;
}

/* ---- names ---- */

static const struct str secret_words[] = {
	STR_INIT("password"),
	STR_INIT("passwd"),
	STR_INIT("pass"),
	STR_INIT("pwd"),
	STR_INIT("secret"),
	STR_INIT("token"),
	STR_INIT("apikey"),
	STR_INIT("authorization"),
	STR_INIT("cookie"),
	STR_INIT("pin"),
	STR_INIT("cvv"),
};
static const struct str secret_pairs[][2] = {
	{ STR_INIT("api"), STR_INIT("key") },
	{ STR_INIT("card"), STR_INIT("number") },
};
static const struct str harmless_ends[] = { STR_INIT("id"), STR_INIT("at"),
	STR_INIT("count"), STR_INIT("type") };

static bool is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

static bool is_lower(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

static bool is_between_words(char c)
{
	return c == '_' || c == '-' || c == '.' || c == ' ' || c == '[' ||
		c == ']' || c == '\0';
}

/* Words end at '_', '-', '.', blanks, brackets (user[password]), and where camelCase begins a new one. */
static struct str next_word(struct str *rest)
{
	size_t i = 0;
	while (rest->n && is_between_words(rest->p[0]))
		*rest = str_sub(*rest, 1, SIZE_MAX);
	while (i < rest->n && !is_between_words(rest->p[i]) &&
		!(i && is_upper(rest->p[i]) && is_lower(rest->p[i - 1])))
		i++;
	struct str word = str_sub(*rest, 0, i);
	*rest = str_sub(*rest, i, SIZE_MAX);
	return word;
}

static bool is_one_of(struct str word, const struct str *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq_nocase(word, words[i]))
			return true;
	return false;
}

static bool is_pair(struct str before, struct str word)
{
	for (size_t i = 0; i < ARRAY_SIZE(secret_pairs); i++)
		if (str_eq_nocase(before, secret_pairs[i][0]) &&
			str_eq_nocase(word, secret_pairs[i][1]))
			return true;
	return false;
}

bool secret_field_name(struct str name)
{
	bool found = false;
	struct str before = { 0 }, rest = name;
	for (struct str word = next_word(&rest); word.n; word = next_word(&rest)) {
		found |= is_one_of(word, secret_words, ARRAY_SIZE(secret_words)) ||
			is_pair(before, word);
		before = word;
	}
	return found && !is_one_of(before, harmless_ends, ARRAY_SIZE(harmless_ends));
}

/* ---- JWT ---- */

static bool is_base64url(char c)
{
	return is_upper(c) || is_lower(c) || c == '-' || c == '_';
}

static size_t run_length(struct str s, size_t at)
{
	size_t n = 0;
	while (at + n < s.n && is_base64url(s.p[at + n]))
		n++;
	return n;
}

size_t secret_jwt_tail(struct str s, size_t at, size_t *ret_end)
{
	size_t end = at + run_length(s, at);
	*ret_end = end;
	if (end >= s.n || s.p[end] != '.')
		return 0;
	size_t claims = run_length(s, end + 1), dot = end + 1 + claims;
	if (claims < SECRET_JWT_PART || dot >= s.n || s.p[dot] != '.')
		return 0;
	return dot + 1 + run_length(s, dot + 1);
}

/* ---- hashes of passwords ---- */

#define HASH_DIGITS 40

static size_t hex_run(struct str s)
{
	size_t n = 0;
	while (n < s.n && ((s.p[n] >= '0' && s.p[n] <= '9') || (s.p[n] >= 'A' && s.p[n] <= 'F')))
		n++;
	return n;
}

size_t secret_hash_length(struct str s, size_t at)
{
	if (s.p[at] != '*' || hex_run(str_sub(s, at + 1, HASH_DIGITS + 1)) != HASH_DIGITS)
		return 0;
	return 1 + HASH_DIGITS;
}

/* ---- fields of several pieces ---- */

static const struct str schemes[] = { STR_INIT("Basic"), STR_INIT("Bearer"),
	STR_INIT("Digest"), STR_INIT("Negotiate"), STR_INIT("NTLM"), STR_INIT("Token"),
	STR_INIT("ApiKey") };

/* "Bearer X": X. */
static struct str credentials(struct str value)
{
	struct str rest = value;
	struct str scheme = str_cut(&rest, ' ');
	rest = str_trim(rest);
	return rest.n && is_one_of(scheme, schemes, ARRAY_SIZE(schemes)) ? rest : value;
}

/* "NAME=VALUE" up to the next ';'. */
static void next_cookie(struct secret_pieces *p, struct secret *ret)
{
	struct str value = str_trim(str_cut(&p->rest, ';'));
	struct str name = str_has_char(value, '=') ? str_cut(&value, '=') : p->field;
	*ret = (struct secret){ name, value };
	if (str_eq_nocase(p->field, STR("set-cookie")))
		p->rest = (struct str){ 0 };
}

bool secret_pieces_next(struct secret_pieces *p, struct secret *ret)
{
	bool cookies = str_eq_nocase(p->field, STR("cookie")) ||
		str_eq_nocase(p->field, STR("set-cookie"));
	while (p->rest.p) {
		if (cookies) {
			next_cookie(p, ret);
		} else {
			*ret = (struct secret){ p->field, credentials(p->rest) };
			p->rest = (struct str){ 0 };
		}
		if (ret->value.n)
			return true;
	}
	return false;
}
