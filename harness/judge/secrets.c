#include "harness/judge/secrets.h"

#include <stdlib.h>

#include "harness/base/escape.h"
#include "harness/base/mem.h"
#include "harness/base/strbuf.h"
#include "harness/judge/secret_forms.h"
#include "harness/judge/secrets_store.h"
#include "harness/value/encode.h"

#define SECRET_MAX 65536
#define TEXTS_MAX ((size_t)256 * 1024 * 1024)
#define PATTERNS_MAX 2000000

struct secrets *secrets_new(struct error *err)
{
	struct secrets *s = mem_calloc(1, sizeof(*s));
	if (!s || pthread_rwlock_init(&s->lock, NULL) ||
		pthread_mutex_init(&s->adding, NULL)) {
		mem_free(s);
		error_set_oom(err);
		return NULL;
	}
	arena_init(&s->texts, TEXTS_MAX);
	return s;
}

void secrets_free(struct secrets *s)
{
	if (!s)
		return;
	secret_set_release(&s->set);
	secret_set_release(&s->weak);
	arena_release(&s->texts);
	for (size_t i = 0; i < s->nshown; i++)
		mem_free((char *)s->shown[i].p);
	mem_free(s->shown);
	pthread_rwlock_destroy(&s->lock);
	pthread_mutex_destroy(&s->adding);
	mem_free(s);
}

void secrets_lock_for_reading(const struct secrets *s)
{
	pthread_rwlock_rdlock((pthread_rwlock_t *)&s->lock);
}

void secrets_unlock(const struct secrets *s)
{
	pthread_rwlock_unlock((pthread_rwlock_t *)&s->lock);
}

void secrets_count_work(const struct secrets *s, size_t work)
{
	atomic_fetch_add((atomic_ullong *)&s->work, work);
}

uint64_t secrets_work(const struct secrets *s)
{
	return atomic_load(&((struct secrets *)s)->work);
}

/* ---- adding ---- */

/* Patterns on their way into a set. */
struct patterns {
	struct secret_pattern *items;
	size_t count, cap;
};

struct adding {
	struct secrets *s;
	struct patterns strong, weak;
	struct str name; /* of the secret whose forms come now */
	size_t first; /* ... and the place of its first one in `strong` */
	size_t work;
};

static int push(
	struct secrets *s, struct patterns *list, struct str text, struct str name)
{
	if (list->count == list->cap) {
		size_t more = list->cap ? 2 * list->cap : 32;
		void *grown = mem_realloc(list->items, more * sizeof(*list->items));
		if (!grown)
			return -1;
		list->items = grown;
		list->cap = more;
	}
	struct str copy = arena_str(&s->texts, text);
	if (!copy.p)
		return -1;
	list->items[list->count++] = (struct secret_pattern){
		.text = copy, .name = name, .whole = copy.n < SECRET_LEAST
	};
	return 0;
}

/* Most escapes leave most values as they are. */
static bool came_before(const struct adding *a, struct str form)
{
	for (size_t i = a->first; i < a->strong.count; i++)
		if (str_eq(a->strong.items[i].text, form))
			return true;
	return false;
}

static int add_form(void *ctx, struct str form)
{
	struct adding *a = ctx;
	if (form.n < SECRET_LEAST || came_before(a, form))
		return 0;
	return push(a->s, &a->strong, form, a->name);
}

/* Each line of a value that has several. */
static int add_lines(struct adding *a, struct str value)
{
	while (value.p) {
		struct str line = str_trim(str_cut(&value, '\n'));
		a->first = a->strong.count;
		if (line.n >= SECRET_LEAST && secret_forms(line, add_form, a))
			return -1;
	}
	return 0;
}

static int add_strong(struct adding *a, struct str value)
{
	a->first = a->strong.count;
	if (secret_forms(value, add_form, a))
		return -1;
	for (size_t i = a->first; i < a->strong.count; i++)
		a->strong.items[i].whole |= str_eq(a->strong.items[i].text, value);
	return str_has_char(value, '\n') ? add_lines(a, value) : 0;
}

/* As it is, and as JSON has it. */
static int add_weak(struct adding *a, struct str value)
{
	struct strbuf json;
	strbuf_init(&json, 64);
	escape_json(&json, value);
	int bad = strbuf_failed(&json) || push(a->s, &a->weak, value, a->name) ||
		(!str_eq(strbuf_str(&json), value) &&
			push(a->s, &a->weak, strbuf_str(&json), a->name));
	strbuf_release(&json);
	return bad ? -1 : 0;
}

static bool is_known(struct adding *a, struct str value)
{
	const struct secret_set *set = value.n < SECRET_LEAST ? &a->s->weak : &a->s->set;
	const struct secret_pattern *p = secret_set_get(set, value, &a->work);
	return p && p->whole;
}

static int add_one(struct adding *a, const struct secret *secret)
{
	if (!secret->value.n || is_known(a, secret->value))
		return 0;
	a->name = arena_str(&a->s->texts, secret->name.p ? secret->name : STR(""));
	if (!a->name.p)
		return -1;
	return secret->value.n < SECRET_LEAST ? add_weak(a, secret->value) :
						add_strong(a, secret->value);
}

static int collect(
	struct adding *a, const struct secret *list, size_t n, struct error *err)
{
	for (size_t i = 0; i < n; i++) {
		if (i && str_eq(list[i].value, list[i - 1].value))
			continue;
		if (add_one(a, &list[i]))
			return error_set_oom(err);
		if (a->s->set.count + a->strong.count > PATTERNS_MAX)
			return error_set(err, ERR_LIMIT,
				"more secrets than can be masked: %d texts in all their forms",
				PATTERNS_MAX);
	}
	return 0;
}

static int apply(struct adding *a, struct error *err)
{
	struct secret_step strong, weak;
	struct secrets *s = a->s;
	if (!secret_set_prepare(
		    &s->set, a->strong.items, a->strong.count, &strong, &a->work))
		return error_set_oom(err);
	if (!secret_set_prepare(
		    &s->weak, a->weak.items, a->weak.count, &weak, &a->work)) {
		secret_step_release(&strong);
		return error_set_oom(err);
	}
	pthread_rwlock_wrlock(&s->lock);
	secret_set_apply(&s->set, &strong);
	secret_set_apply(&s->weak, &weak);
	pthread_rwlock_unlock(&s->lock);
	return 0;
}

static int add_locked(
	struct secrets *s, const struct secret *list, size_t n, struct error *err)
{
	struct adding a = { .s = s };
	struct arena_mark mark = arena_mark(&s->texts);
	int bad = collect(&a, list, n, err);
	if (!bad && a.strong.count + a.weak.count)
		bad = apply(&a, err);
	if (bad)
		arena_rewind(&s->texts, mark);
	mem_free(a.strong.items);
	mem_free(a.weak.items);
	secrets_count_work(s, a.work);
	return bad;
}

static int by_value(const void *a, const void *b)
{
	const struct secret *x = a, *y = b;
	return str_cmp(x->value, y->value);
}

int secrets_add_all(struct secrets *s, struct secret *list, size_t n, struct error *err)
{
	if (!n)
		return 0;
	for (size_t i = 0; i < n; i++)
		if (list[i].value.n > SECRET_MAX)
			return error_set(err, ERR_LIMIT,
				"secret '%.*s' is longer than %d bytes",
				STR_ARG(list[i].name), SECRET_MAX);
	qsort(list, n, sizeof(*list), by_value);
	pthread_mutex_lock(&s->adding);
	int bad = add_locked(s, list, n, err);
	pthread_mutex_unlock(&s->adding);
	return bad;
}

int secrets_add(struct secrets *s, struct str name, struct str value, bool *ret_weak,
	struct error *err)
{
	struct secret one = { name, value };
	if (ret_weak)
		*ret_weak = value.n && value.n < SECRET_LEAST;
	return secrets_add_all(s, &one, 1, err);
}

int secrets_add_pair(struct secrets *s, struct str name, struct str user,
	struct str password, struct error *err)
{
	struct strbuf sb;
	strbuf_init(&sb, SECRET_MAX);
	strbuf_addf(&sb, "%.*s:%.*s", STR_ARG(user), STR_ARG(password));
	struct secret both[] = { { name, password }, { name, strbuf_str(&sb) } };
	int bad = strbuf_failed(&sb) ?
		error_set_oom(err) :
		secrets_add_all(s, both, password.n ? ARRAY_SIZE(both) : 0, err);
	strbuf_release(&sb);
	return bad;
}

/* ---- URLs ---- */

/* `user:password@` before the host; a password may hold an '@'. */
static struct str password_of(struct str url)
{
	size_t slashes = str_find(url, STR("://")), at = SIZE_MAX;
	struct str rest = slashes == SIZE_MAX ? STR("") :
						str_sub(url, slashes + 3, SIZE_MAX);
	struct str authority = str_cut(&rest, '/');
	for (size_t i = 0; i < authority.n; i++)
		if (authority.p[i] == '@')
			at = i;
	struct str password = str_sub(authority, 0, at == SIZE_MAX ? 0 : at);
	str_cut(&password, ':');
	return password;
}

int secrets_learn_url(
	struct secrets *s, struct str name, struct str url, struct error *err)
{
	struct strbuf plain;
	struct str password = password_of(url);
	if (!password.n)
		return 0;
	strbuf_init(&plain, SECRET_MAX);
	decode_percent(&plain, password, true);
	struct secret both[] = { { name, password }, { name, strbuf_str(&plain) } };
	int bad = strbuf_failed(&plain) ? error_set_oom(err) :
					  secrets_add_all(s, both, ARRAY_SIZE(both), err);
	strbuf_release(&plain);
	return bad;
}

/* ---- names of fields ---- */

bool secrets_name_is_shown(const struct secrets *s, struct str field_name)
{
	for (size_t i = 0; i < s->nshown; i++)
		if (str_eq_nocase(s->shown[i], field_name))
			return true;
	return false;
}

bool secrets_name_is_secret(const struct secrets *s, struct str field_name)
{
	return secret_field_name(field_name) && !secrets_name_is_shown(s, field_name);
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
