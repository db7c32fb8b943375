#include "harness/judge/secrets.h"

#include <pthread.h>

#include "harness/base/escape.h"
#include "harness/base/mem.h"
#include "harness/base/strbuf.h"
#include "harness/judge/secret_forms.h"
#include "harness/value/encode.h"

#define WEAK 4 /* shorter ones are masked as whole fields only */
#define LEARNED 8 /* found by the name of a field: from this length on everywhere */
#define SECRET_MAX 65536
#define PATTERNS_MAX 200000

/* One text to be found. Sorted by first byte, then longest first. */
struct pattern {
	struct str text; /* owned */
	const char *name; /* PF_NAME; owned by the list of names */
};

struct name {
	struct name *next;
	char text[];
};

/*
 * A read-write lock: adding is rare (a capture, a login), masking is all the time. Readers never wait for each other.
 */
struct secrets {
	pthread_rwlock_t lock;
	struct pattern *patterns;
	size_t count, cap;
	size_t bucket
		[257]; /* patterns that begin with byte b: [bucket[b], bucket[b + 1]) */
	struct pattern *weak;
	size_t nweak, weak_cap;
	struct name *names;
	struct str *shown; /* --show; owned */
	size_t nshown, shown_cap;
};

struct secrets *secrets_new(struct error *err)
{
	struct secrets *s = mem_calloc(1, sizeof(*s));
	if (!s || pthread_rwlock_init(&s->lock, NULL)) {
		mem_free(s);
		error_set_oom(err);
		return NULL;
	}
	return s;
}

static void free_patterns(struct pattern *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		mem_free((char *)p[i].text.p);
	mem_free(p);
}

void secrets_free(struct secrets *s)
{
	if (!s)
		return;
	free_patterns(s->patterns, s->count);
	free_patterns(s->weak, s->nweak);
	while (s->names) {
		struct name *n = s->names;
		s->names = n->next;
		mem_free(n);
	}
	for (size_t i = 0; i < s->nshown; i++)
		mem_free((char *)s->shown[i].p);
	mem_free(s->shown);
	pthread_rwlock_destroy(&s->lock);
	mem_free(s);
}

/* ---- adding ---- */

/* "api token" -> PF_API_TOKEN. */
static const char *env_name(struct secrets *s, struct str name)
{
	struct name *n = mem_alloc(sizeof(*n) + 3 + name.n + 1);
	if (!n)
		return NULL;
	memcpy(n->text, "PF_", 3);
	for (size_t i = 0; i < name.n; i++) {
		char c = name.p[i];
		bool alnum = (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
		n->text[3 + i] = c >= 'a' && c <= 'z' ? (char)(c - 32) : alnum ? c : '_';
	}
	n->text[3 + name.n] = '\0';
	for (const struct name *known = s->names; known; known = known->next)
		if (!strcmp(known->text, n->text)) {
			mem_free(n);
			return known->text;
		}
	n->next = s->names;
	s->names = n;
	return n->text;
}

static int by_byte_and_length(const void *a, const void *b)
{
	const struct pattern *x = a, *y = b;
	unsigned char first_x = (unsigned char)x->text.p[0],
		      first_y = (unsigned char)y->text.p[0];
	if (first_x != first_y)
		return first_x < first_y ? -1 : 1;
	return x->text.n == y->text.n ? 0 : x->text.n > y->text.n ? -1 : 1;
}

static void sort_patterns(struct secrets *s)
{
	size_t at = 0;
	if (s->count)
		qsort(s->patterns, s->count, sizeof(*s->patterns), by_byte_and_length);
	for (size_t b = 0; b < 256; b++) {
		s->bucket[b] = at;
		while (at < s->count && (unsigned char)s->patterns[at].text.p[0] == b)
			at++;
	}
	s->bucket[256] = at;
}

static bool have(const struct pattern *p, size_t n, struct str text)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(p[i].text, text))
			return true;
	return false;
}

static int push(struct pattern **list, size_t *count, size_t *cap, struct str text,
	const char *name)
{
	if (have(*list, *count, text))
		return 0;
	if (*count == *cap) {
		size_t more = *cap ? 2 * *cap : 32;
		struct pattern *grown = mem_realloc(*list, more * sizeof(**list));
		if (!grown)
			return -1;
		*list = grown;
		*cap = more;
	}
	char *copy = mem_alloc(text.n);
	if (!copy)
		return -1;
	memcpy(copy, text.p, text.n);
	(*list)[(*count)++] = (struct pattern){ .text = { copy, text.n }, .name = name };
	return 0;
}

struct adding {
	struct secrets *s;
	const char *name;
};

static int add_form(void *ctx, struct str form)
{
	struct adding *a = ctx;
	if (form.n < WEAK)
		return 0;
	return a->s->count >= PATTERNS_MAX ||
			push(&a->s->patterns, &a->s->count, &a->s->cap, form, a->name) ?
		-1 :
		0;
}

/* The whole, and each line of it. */
static int add_all_forms(struct adding *a, struct str value)
{
	struct str rest = value;
	if (secret_forms(value, add_form, a))
		return -1;
	while (str_find_char(value, '\n') != SIZE_MAX && rest.p) {
		struct str line = str_trim(str_cut(&rest, '\n'));
		if (line.n >= WEAK && secret_forms(line, add_form, a))
			return -1;
	}
	return 0;
}

static int add_locked(struct secrets *s, struct str name, struct str value)
{
	struct adding a = { .s = s, .name = env_name(s, name) };
	if (!a.name)
		return -1;
	if (value.n < WEAK)
		return push(&s->weak, &s->nweak, &s->weak_cap, value, a.name);
	int bad = add_all_forms(&a, value);
	sort_patterns(s);
	return bad;
}

static bool is_known(struct secrets *s, struct str value)
{
	pthread_rwlock_rdlock(&s->lock);
	size_t b = (unsigned char)value.p[0];
	bool known = s->patterns &&
		have(s->patterns + s->bucket[b], s->bucket[b + 1] - s->bucket[b], value);
	pthread_rwlock_unlock(&s->lock);
	return known;
}

int secrets_add(struct secrets *s, struct str name, struct str value, bool *ret_weak,
	struct error *err)
{
	if (ret_weak)
		*ret_weak = value.n && value.n < WEAK;
	if (!value.n || (value.n >= WEAK && is_known(s, value)))
		return 0;
	if (value.n > SECRET_MAX)
		return error_set(err, ERR_LIMIT, "secret '%.*s' is longer than %d bytes",
			STR_ARG(name), SECRET_MAX);
	pthread_rwlock_wrlock(&s->lock);
	int bad = add_locked(s, name, value);
	pthread_rwlock_unlock(&s->lock);
	return bad ? error_set_oom(err) : 0;
}

int secrets_add_pair(struct secrets *s, struct str name, struct str user,
	struct str password, struct error *err)
{
	struct strbuf sb;
	if (secrets_add(s, name, password, NULL, err))
		return -1;
	strbuf_init(&sb, SECRET_MAX);
	strbuf_addf(&sb, "%.*s:%.*s", STR_ARG(user), STR_ARG(password));
	int bad = strbuf_failed(&sb) ? error_set_oom(err) :
		password.n           ? secrets_add(s, name, strbuf_str(&sb), NULL, err) :
				       0;
	strbuf_release(&sb);
	return bad;
}

/* ---- names of fields ---- */

static bool is_shown(const struct secrets *s, struct str name)
{
	for (size_t i = 0; i < s->nshown; i++)
		if (str_eq_nocase(s->shown[i], name))
			return true;
	return false;
}

bool secrets_name_is_secret(const struct secrets *s, struct str field_name)
{
	return secret_field_name(field_name) && !is_shown(s, field_name);
}

int secrets_show(struct secrets *s, struct str name, struct error *err)
{
	if (s->nshown == s->shown_cap) {
		size_t more = s->shown_cap ? 2 * s->shown_cap : 8;
		struct str *grown = mem_realloc(s->shown, more * sizeof(*grown));
		if (!grown)
			return error_set_oom(err);
		s->shown = grown;
		s->shown_cap = more;
	}
	char *copy = mem_alloc(name.n + 1);
	if (!copy)
		return error_set_oom(err);
	if (name.n)
		memcpy(copy, name.p, name.n);
	s->shown[s->nshown++] = str_make(copy, name.n);
	return 0;
}

/* ---- learning ---- */

/* "Bearer X": X too; "sid=X; Path=/": X too. */
static int learn_text(
	struct secrets *s, struct str name, struct str text, struct error *err)
{
	if (text.n < LEARNED)
		return 0;
	if (secrets_add(s, name, text, NULL, err))
		return -1;
	size_t blank = str_find_char(text, ' ');
	struct str credentials = blank == SIZE_MAX ?
		STR("") :
		str_trim(str_sub(text, blank, SIZE_MAX));
	if (blank != SIZE_MAX && credentials.n >= LEARNED &&
		str_find_char(credentials, ' ') == SIZE_MAX &&
		secrets_add(s, name, credentials, NULL, err))
		return -1;
	struct str rest = str_cut(&text, ';');
	str_cut(&rest, '=');
	return rest.p && rest.n >= LEARNED ? secrets_add(s, name, rest, NULL, err) : 0;
}

/* A string, or a list of them, under the name of a secret. */
static int learn_member(
	struct secrets *s, const struct value_member *m, struct error *err)
{
	const struct value *v = m->value;
	bool secret = secrets_name_is_secret(s, m->key);
	if (v->type == VALUE_STRING && secret)
		return learn_text(s, m->key, v->text, err);
	for (size_t i = 0; secret && v->type == VALUE_LIST && i < v->u.list.count; i++)
		if (v->u.list.items[i]->type == VALUE_STRING &&
			learn_text(s, m->key, v->u.list.items[i]->text, err))
			return -1;
	return secrets_learn(s, v, err);
}

/* {name, value} of a header list. */
static int learn_header(struct secrets *s, const struct value *o, struct error *err)
{
	const struct value *name = value_get(o, "name"), *value = value_get(o, "value");
	if (!name || !value || name->type != VALUE_STRING ||
		value->type != VALUE_STRING || !secrets_name_is_secret(s, name->text))
		return 0;
	return learn_text(s, name->text, value->text, err);
}

int secrets_learn(struct secrets *s, const struct value *tree, struct error *err)
{
	if (tree->type == VALUE_LIST)
		for (size_t i = 0; i < tree->u.list.count; i++)
			if (secrets_learn(s, tree->u.list.items[i], err))
				return -1;
	if (tree->type != VALUE_OBJECT)
		return 0;
	for (size_t i = 0; i < tree->u.object.count; i++)
		if (learn_member(s, &tree->u.object.members[i], err))
			return -1;
	return learn_header(s, tree, err);
}

/* The text as it stands, and what it means. */
static int learn_encoded(struct secrets *s, struct str name, struct str text,
	size_t least, struct error *err)
{
	struct strbuf plain;
	strbuf_init(&plain, SECRET_MAX);
	decode_percent(&plain, text, true);
	int bad = 0;
	if (plain.n >= least)
		bad = secrets_add(s, name, text, NULL, err) ||
			secrets_add(s, name, strbuf_str(&plain), NULL, err);
	strbuf_release(&plain);
	return bad ? -1 : 0;
}

int secrets_learn_params(struct secrets *s, struct str params, struct error *err)
{
	while (params.p) {
		struct str value = str_cut(&params, '&');
		struct str name = str_cut(&value, '=');
		if (value.p && secrets_name_is_secret(s, name) &&
			learn_encoded(s, name, value, LEARNED, err))
			return -1;
	}
	return 0;
}

int secrets_learn_url(
	struct secrets *s, struct str name, struct str url, struct error *err)
{
	size_t slashes = str_find(url, STR("://"));
	if (slashes == SIZE_MAX)
		return 0;
	struct str rest = str_sub(url, slashes + 3, SIZE_MAX);
	struct str authority = str_cut(&rest, '/');
	size_t at = SIZE_MAX;
	for (size_t i = 0; i < authority.n; i++)
		if (authority.p[i] == '@')
			at = i; /* a password may hold one */
	if (at == SIZE_MAX)
		return 0;
	struct str password = str_sub(authority, 0, at);
	str_cut(&password, ':');
	return password.p ? learn_encoded(s, name, password, 1, err) : 0;
}

/* ---- masking ---- */

struct match {
	size_t length; /* 0: none */
	const char *name;
};

enum { JWT_BEGINS = 'e' };

static struct match longest_at(const struct secrets *s, struct str text, size_t at)
{
	size_t b = (unsigned char)text.p[at];
	struct str rest = str_sub(text, at, SIZE_MAX);
	for (size_t i = s->bucket[b]; i < s->bucket[b + 1]; i++)
		if (str_starts_with(rest, s->patterns[i].text))
			return (struct match){ .length = s->patterns[i].text.n,
				.name = s->patterns[i].name };
	return (struct match){ .length = b == JWT_BEGINS ? secret_jwt_length(rest) : 0,
		.name = "PF_TOKEN" };
}

/* Matches that overlap are one: nothing of a longer secret may stay visible behind a shorter one. */
static struct match match_at(const struct secrets *s, struct str text, size_t at)
{
	struct match m = longest_at(s, text, at);
	for (size_t i = at + 1; m.length && i < at + m.length; i++) {
		struct match inner = longest_at(s, text, i);
		if (inner.length && i + inner.length > at + m.length)
			m.length = i + inner.length - at;
	}
	return m;
}

/* Nearly no byte does: a text without secrets is passed over byte by byte. */
static bool may_begin(const struct secrets *s, char c)
{
	size_t b = (unsigned char)c;
	return s->bucket[b] < s->bucket[b + 1] || c == JWT_BEGINS;
}

static struct match next_match(const struct secrets *s, struct str text, size_t *at)
{
	for (; *at < text.n; ++*at) {
		if (!may_begin(s, text.p[*at]))
			continue;
		struct match m = match_at(s, text, *at);
		if (m.length)
			return m;
	}
	return (struct match){ 0 };
}

static struct str mask_locked(const struct secrets *s, struct arena *a, struct str text)
{
	struct strbuf sb;
	size_t from = 0, at = 0;
	struct match m = next_match(s, text, &at);
	if (!m.length)
		return text;
	strbuf_init(&sb, text.n + 3 * (text.n / WEAK + 1));
	while (m.length) {
		strbuf_add(&sb, str_sub(text, from, at - from));
		strbuf_adds(&sb, "***");
		from = at += m.length;
		m = next_match(s, text, &at);
	}
	strbuf_add(&sb, str_sub(text, from, SIZE_MAX));
	struct str masked = strbuf_failed(&sb) ? STR("***") :
						 arena_str(a, strbuf_str(&sb));
	strbuf_release(&sb);
	return masked;
}

static void lock_for_reading(const struct secrets *s)
{
	pthread_rwlock_rdlock((pthread_rwlock_t *)&s->lock);
}

static void unlock(const struct secrets *s)
{
	pthread_rwlock_unlock((pthread_rwlock_t *)&s->lock);
}

struct str secrets_mask(const struct secrets *s, struct arena *a, struct str text)
{
	if (!text.n || !s)
		return text;
	lock_for_reading(s);
	struct str masked = mask_locked(s, a, text);
	unlock(s);
	return masked;
}

static bool is_weak_secret(const struct secrets *s, struct str text)
{
	lock_for_reading(s);
	bool weak = text.n && text.n < WEAK && have(s->weak, s->nweak, text);
	unlock(s);
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

static const struct value *hidden(struct arena *a)
{
	return value_with_flags(a, value_string(a, STR("***")), VALUE_SECRET);
}

static const struct value *mask_text(
	const struct secrets *s, struct arena *a, const struct value *v)
{
	if ((v->flags & VALUE_SECRET) || is_weak_secret(s, v->text))
		return hidden(a);
	struct str text = secrets_mask(s, a, v->text);
	if (text.p == v->text.p)
		return v;
	return v->type == VALUE_STRING ? value_string(a, text) : value_bytes(a, text);
}

static const struct value *mask_list(
	const struct secrets *s, struct arena *a, const struct value *v)
{
	struct value_list_builder b = { 0 };
	for (size_t i = 0; i < v->u.list.count; i++)
		value_list_add(a, &b, secrets_mask_value(s, a, v->u.list.items[i]));
	return value_list_finish(a, &b);
}

static bool names_a_secret(const struct secrets *s, const struct value *object)
{
	const struct value *name = value_get(object, "name");
	return name && name->type == VALUE_STRING &&
		secrets_name_is_secret(s, name->text);
}

static const struct value *mask_object(
	const struct secrets *s, struct arena *a, const struct value *v)
{
	struct value_object_builder b = { 0 };
	bool header = names_a_secret(s, v);
	for (size_t i = 0; i < v->u.object.count; i++) {
		const struct value_member *m = &v->u.object.members[i];
		bool text = m->value->type == VALUE_STRING ||
			m->value->type == VALUE_BYTES;
		bool secret = secrets_name_is_secret(s, m->key) ||
			(header && str_is(m->key, "value"));
		const struct value *shown = text && secret && m->value->text.n ?
			hidden(a) :
			secrets_mask_value(s, a, m->value);
		value_object_add(a, &b, secrets_mask(s, a, m->key), shown);
	}
	return value_object_finish(a, &b);
}

const struct value *secrets_mask_value(
	const struct secrets *s, struct arena *a, const struct value *v)
{
	if (v->type == VALUE_LIST)
		return mask_list(s, a, v);
	if (v->type == VALUE_OBJECT)
		return mask_object(s, a, v);
	if (v->type == VALUE_STRING || v->type == VALUE_BYTES ||
		v->type == VALUE_REDIRECT)
		return mask_text(s, a, v);
	return v->flags & VALUE_SECRET ? hidden(a) : v;
}

/* ---- command lines ---- */

static void add_quoted(struct strbuf *sb, struct str s)
{
	if (s.n)
		escape_shell(sb, s);
}

static void add_word(const struct secrets *s, struct strbuf *sb, struct str word)
{
	size_t from = 0, at = 0;
	struct match m = next_match(s, word, &at);
	if (!m.length) {
		escape_shell(sb, word);
		return;
	}
	while (m.length) {
		add_quoted(sb, str_sub(word, from, at - from));
		strbuf_addf(sb, "\"$%s\"", m.name);
		from = at += m.length;
		m = next_match(s, word, &at);
	}
	add_quoted(sb, str_sub(word, from, SIZE_MAX));
}

struct str secrets_command(
	const struct secrets *s, struct arena *a, const struct str *words, size_t nwords)
{
	struct strbuf sb;
	strbuf_init(&sb, 8 * 1024 * 1024);
	lock_for_reading(s);
	for (size_t i = 0; i < nwords; i++) {
		if (i)
			strbuf_addc(&sb, ' ');
		add_word(s, &sb, words[i]);
	}
	unlock(s);
	struct str text = strbuf_failed(&sb) ? STR("(too long)") :
					       arena_str(a, strbuf_str(&sb));
	strbuf_release(&sb);
	return text;
}
