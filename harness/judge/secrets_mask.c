#include "harness/base/escape.h"
#include "harness/base/strbuf.h"
#include "harness/judge/secret_fields.h"
#include "harness/judge/secret_forms.h"
#include "harness/judge/secrets_store.h"

/* ---- what of a text is secret ---- */

/* A JWT ends where its run of base64url characters, and what hangs behind it, ends: found once for all places in the run. */
struct jwt_run {
	size_t end; /* of the run that was looked at last */
	size_t tail; /* where a JWT in it ends; 0: it is in none */
};

/* Walks over a text; the set is locked for reading meanwhile. */
struct finder {
	const struct secrets *s;
	struct str text;
	size_t at;
	struct secret_names names;
	struct secret_scan scan;
	struct secret_field field; /* the next one; n == 0: there is none */
	struct jwt_run jwt;
	size_t work;
};

struct match {
	size_t at, n; /* n == 0: none */
	struct str name;
};

static bool field_is_secret(const void *ctx, struct str name)
{
	return secrets_name_is_secret(ctx, name);
}

static bool field_is_shown(const void *ctx, struct str name)
{
	return secrets_name_is_shown(ctx, name);
}

static const struct secret_pattern *weak_secret(const struct secrets *s, struct str value)
{
	size_t work = 0;
	return value.n ? secret_set_get(&s->weak, value, &work) : NULL;
}

static bool field_is_weak(const void *ctx, struct str value)
{
	return weak_secret(ctx, value);
}

static void next_field(struct finder *f)
{
	if (!secret_scan_next(&f->scan, &f->field))
		f->field = (struct secret_field){ 0 };
}

static void finder_begin(struct finder *f, const struct secrets *s, struct str text)
{
	*f = (struct finder){ .s = s, .text = text };
	f->names = (struct secret_names){ field_is_secret, field_is_shown, field_is_weak,
		s };
	secret_scan_begin(&f->scan, text, &f->names);
	next_field(f);
}

static struct match field_at(struct finder *f, size_t at)
{
	struct str value = str_sub(f->text, f->field.at, f->field.n);
	const struct secret_pattern *weak;
	struct match m = { 0 };
	while (f->field.n && f->field.at < at)
		next_field(f);
	if (!f->field.n || f->field.at != at)
		return m;
	m = (struct match){ .at = at, .n = f->field.n, .name = f->field.name };
	weak = weak_secret(f->s, value);
	if (weak)
		m.name = weak->name;
	return m;
}

static size_t jwt_at(struct finder *f, size_t at)
{
	struct jwt_run *r = &f->jwt;
	if (f->text.p[at] != 'e' || f->text.n - at < 3 ||
		memcmp(f->text.p + at, "eyJ", 3))
		return 0;
	if (at >= r->end)
		r->tail = secret_jwt_tail(f->text, at, &r->end);
	return r->tail && r->end - at >= SECRET_JWT_PART ? r->tail - at : 0;
}

static struct match longest_at(struct finder *f, size_t at)
{
	const struct secret_pattern *p = secret_set_longest(
		&f->s->set, str_sub(f->text, at, SIZE_MAX), &f->work);
	struct match m = field_at(f, at);
	size_t jwt = jwt_at(f, at);
	if (p && p->text.n >= m.n)
		m = (struct match){ .at = at, .n = p->text.n, .name = p->name };
	size_t hash = secret_hash_length(f->text, at);
	if (jwt > m.n)
		m = (struct match){ .at = at, .n = jwt, .name = STR("token") };
	if (hash > m.n)
		m = (struct match){ .at = at, .n = hash, .name = STR("hash") };
	return m;
}

/* Matches that overlap are one: nothing of a longer secret may stay visible behind a shorter one. */
static struct match finder_next(struct finder *f)
{
	struct match m = { 0 };
	while (f->at < f->text.n && !(m = longest_at(f, f->at)).n)
		f->at++;
	for (size_t i = f->at + 1; m.n && i < m.at + m.n; i++) {
		struct match inner = longest_at(f, i);
		if (inner.n && i + inner.n > m.at + m.n)
			m.n = i + inner.n - m.at;
	}
	f->at = m.at + m.n;
	return m;
}

/* ---- text ---- */

static struct str replace(struct finder *f, struct arena *a, struct match m)
{
	struct strbuf sb;
	size_t from = 0;
	strbuf_init(&sb, 4 * f->text.n + 64);
	for (; m.n; m = finder_next(f)) {
		strbuf_add(&sb, str_sub(f->text, from, m.at - from));
		strbuf_adds(&sb, "***");
		from = m.at + m.n;
	}
	strbuf_add(&sb, str_sub(f->text, from, SIZE_MAX));
	struct str masked = strbuf_failed(&sb) ? STR("***") :
						 arena_str(a, strbuf_str(&sb));
	strbuf_release(&sb);
	return masked;
}

struct str secrets_mask(const struct secrets *s, struct arena *a, struct str text)
{
	struct finder f;
	if (!text.n || !s)
		return text;
	secrets_lock_for_reading(s);
	finder_begin(&f, s, text);
	struct match m = finder_next(&f);
	struct str masked = m.n ? replace(&f, a, m) : text;
	secrets_unlock(s);
	secrets_count_work(s, f.work);
	return masked;
}

static bool is_weak_secret(const struct secrets *s, struct str text)
{
	if (!text.n || text.n >= SECRET_LEAST)
		return false;
	secrets_lock_for_reading(s);
	bool weak = weak_secret(s, text);
	secrets_unlock(s);
	return weak;
}

struct str secrets_mask_field(
	const struct secrets *s, struct arena *a, struct str name, struct str text)
{
	if (text.n && (secrets_name_is_secret(s, name) || is_weak_secret(s, text)))
		return STR("***");
	return secrets_mask(s, a, text);
}

/* ---- trees ---- */

struct masking {
	const struct secrets *s;
	struct arena *a;
};

static const struct value *mask_tree(
	const struct masking *m, const struct value *v, bool inside);

static const struct value *hidden(struct arena *a)
{
	return value_with_flags(a, value_string(a, STR("***")), VALUE_SECRET);
}

static const struct value *mask_text(
	const struct masking *m, const struct value *v, bool inside)
{
	bool secret = v->text.n && (inside || is_weak_secret(m->s, v->text));
	if ((v->flags & VALUE_SECRET) || secret)
		return hidden(m->a);
	struct str text = secrets_mask(m->s, m->a, v->text);
	if (text.p == v->text.p)
		return v;
	return v->type == VALUE_STRING ? value_string(m->a, text) :
					 value_bytes(m->a, text);
}

static const struct value *mask_list(
	const struct masking *m, const struct value *v, bool inside)
{
	struct value_list_builder b = { 0 };
	for (size_t i = 0; i < v->u.list.count; i++)
		value_list_add(m->a, &b, mask_tree(m, v->u.list.items[i], inside));
	return value_list_finish(m->a, &b);
}

/* {name, value}, as headers are given. */
static bool is_secret_header(const struct secrets *s, const struct value *object)
{
	const struct value *name = value_get(object, "name");
	return name && name->type == VALUE_STRING && value_get(object, "value") &&
		secrets_name_is_secret(s, name->text);
}

static bool member_is_inside(const struct secrets *s, struct str key, bool inside)
{
	return secrets_name_is_secret(s, key) ||
		(inside && !secrets_name_is_shown(s, key));
}

static const struct value *mask_object(
	const struct masking *m, const struct value *v, bool inside)
{
	struct value_object_builder b = { 0 };
	bool header = is_secret_header(m->s, v);
	for (size_t i = 0; i < v->u.object.count; i++) {
		const struct value_member *x = &v->u.object.members[i];
		bool secret = member_is_inside(m->s, x->key, inside) ||
			(header && str_is(x->key, "value"));
		value_object_add(m->a, &b, secrets_mask(m->s, m->a, x->key),
			mask_tree(m, x->value, secret));
	}
	return value_object_finish(m->a, &b);
}

/* `inside`: below a secret name. */
static const struct value *mask_tree(
	const struct masking *m, const struct value *v, bool inside)
{
	if (v->type == VALUE_LIST)
		return mask_list(m, v, inside);
	if (v->type == VALUE_OBJECT)
		return mask_object(m, v, inside);
	if (v->type == VALUE_STRING || v->type == VALUE_BYTES ||
		v->type == VALUE_REDIRECT)
		return mask_text(m, v, inside);
	return v->flags & VALUE_SECRET ? hidden(m->a) : v;
}

const struct value *secrets_mask_value(
	const struct secrets *s, struct arena *a, const struct value *v)
{
	return mask_tree(&(const struct masking){ s, a }, v, false);
}

const struct value *secrets_mask_member(
	const struct secrets *s, struct arena *a, struct str name, const struct value *v)
{
	return mask_tree(
		&(const struct masking){ s, a }, v, secrets_name_is_secret(s, name));
}

/* ---- command lines ---- */

/* "api token" -> "$PF_API_TOKEN". */
static void add_variable(struct strbuf *sb, struct str name)
{
	strbuf_adds(sb, "\"$PF_");
	for (size_t i = 0; i < name.n; i++) {
		char c = name.p[i];
		bool fits = (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
		strbuf_addc(sb, c >= 'a' && c <= 'z' ? (char)(c - 32) : fits ? c : '_');
	}
	strbuf_addc(sb, '"');
}

static void add_quoted(struct strbuf *sb, struct str s)
{
	if (s.n)
		escape_shell(sb, s);
}

static void add_word(const struct secrets *s, struct strbuf *sb, struct str word)
{
	struct finder f;
	size_t from = 0;
	finder_begin(&f, s, word);
	struct match m = finder_next(&f);
	if (!m.n)
		escape_shell(sb, word);
	for (; m.n; m = finder_next(&f)) {
		add_quoted(sb, str_sub(word, from, m.at - from));
		add_variable(sb, m.name);
		from = m.at + m.n;
	}
	add_quoted(sb, str_sub(word, from, from ? SIZE_MAX : 0));
	secrets_count_work(s, f.work);
}

/* A piece of a field: the variable of the secret that it is, else one of its own name. */
static void add_piece(
	const struct secrets *s, struct strbuf *sb, struct str value, struct str name)
{
	size_t work = 0;
	const struct secret_pattern *p = value.n < SECRET_LEAST ?
		weak_secret(s, value) :
		secret_set_get(&s->set, value, &work);
	add_variable(sb, p ? p->name : name);
}

/* `word` ends with the value of the field `name`. */
static void add_field(const struct secrets *s, struct strbuf *sb, struct str word,
	struct str name, struct str value)
{
	struct secret_pieces pieces = { .field = name, .rest = value };
	struct secret piece;
	const char *from = word.p;
	while (secret_pieces_next(&pieces, &piece)) {
		add_quoted(sb, str_make(from, (size_t)(piece.value.p - from)));
		add_piece(s, sb, piece.value, piece.name);
		from = piece.value.p + piece.value.n;
	}
	add_quoted(sb, str_make(from, (size_t)(word.p + word.n - from)));
}

/* The value behind `NAME: ` or `NAME=`; absent: the word is none of that. */
static struct str value_behind(struct str word, struct str sign)
{
	size_t at = str_find(word, sign);
	for (size_t i = 0; i < at && i < word.n; i++)
		if (strchr(" \t\"'{[?&/", word.p[i]))
			return (struct str){ 0 };
	struct str value = str_sub(word, at, SIZE_MAX);
	if (!at || !value.n || (sign.n == 1 && str_has_char(value, '&')))
		return (struct str){ 0 };
	return str_trim(str_sub(value, sign.n, SIZE_MAX));
}

/* A word that is a field as a whole, or has one behind its name: secret by its name, or a value under 4 bytes. */
static bool add_whole(
	const struct secrets *s, struct strbuf *sb, struct str word, struct str sign)
{
	struct str value = sign.n ? value_behind(word, sign) : word;
	struct str name = sign.n ? str_sub(word, 0, str_find(word, sign)) : STR("");
	bool weak = value.n && value.n < SECRET_LEAST && weak_secret(s, value);
	bool secret = value.n && sign.n && secrets_name_is_secret(s, name);
	if (!weak && !secret)
		return false;
	add_field(s, sb, word, secret ? name : STR(""), value);
	return true;
}

static void add_any_word(const struct secrets *s, struct strbuf *sb, struct str word)
{
	static const struct str signs[] = { { NULL, 0 }, STR_INIT(": "), STR_INIT("=") };
	for (size_t i = 0; i < ARRAY_SIZE(signs); i++)
		if (add_whole(s, sb, word, signs[i]))
			return;
	add_word(s, sb, word);
}

/* curl's cookies stand behind -b. */
static bool is_cookie(const struct str *words, size_t i)
{
	return i && str_is(words[0], "curl") && str_is(words[i - 1], "-b");
}

struct str secrets_command(
	const struct secrets *s, struct arena *a, const struct str *words, size_t nwords)
{
	struct strbuf sb;
	strbuf_init(&sb, 8 * 1024 * 1024);
	secrets_lock_for_reading(s);
	for (size_t i = 0; i < nwords; i++) {
		if (i)
			strbuf_addc(&sb, ' ');
		if (is_cookie(words, i))
			add_field(s, &sb, words[i], STR("cookie"), words[i]);
		else
			add_any_word(s, &sb, words[i]);
	}
	secrets_unlock(s);
	struct str text = strbuf_failed(&sb) ? STR("(too long)") :
					       arena_str(a, strbuf_str(&sb));
	strbuf_release(&sb);
	return text;
}
