#include "harness/judge/learning.h"

#include "harness/base/strbuf.h"
#include "harness/judge/secret_fields.h"

#define LEAST 8 /* found by the name of a field: from this length on everywhere */
#define FOUND_MAX ((size_t)256 * 1024 * 1024)

void learning_begin(struct learning *l, struct secrets *s)
{
	*l = (struct learning){ .secrets = s };
	arena_init(&l->arena, FOUND_MAX);
}

/* Both texts are copied; a failure is the arena's, and asked for at the end. */
static void found(struct learning *l, struct str name, struct str value)
{
	if (value.n < LEAST || arena_failed(&l->arena))
		return;
	if (l->count == l->cap) {
		struct secret *grown = arena_grow(
			&l->arena, l->found, l->count, &l->cap, sizeof(*grown));
		if (!grown)
			return;
		l->found = grown;
	}
	l->found[l->count++] = (struct secret){ arena_str(&l->arena, name),
		arena_str(&l->arena, value) };
}

static void found_in_field(struct learning *l, struct str name, struct str value)
{
	struct secret_pieces pieces = { .field = name, .rest = value };
	struct secret piece;
	while (secret_pieces_next(&pieces, &piece))
		found(l, piece.name, piece.value);
}

void learning_field(struct learning *l, struct str name, struct str value)
{
	if (secrets_name_is_secret(l->secrets, name))
		found_in_field(l, name, value);
}

/* ---- texts ---- */

static bool name_is_secret(const void *ctx, struct str name)
{
	return secrets_name_is_secret(ctx, name);
}

static bool name_is_shown(const void *ctx, struct str name)
{
	return secrets_name_is_shown(ctx, name);
}

static bool none_is_weak(const void *ctx, struct str value)
{
	(void)ctx;
	(void)value;
	return false;
}

/* As it is written, where that is no escape of it, and what it means. */
static void found_in_text(
	struct learning *l, struct str text, const struct secret_field *f)
{
	struct strbuf plain;
	strbuf_init(&plain, f->n + 1);
	secret_field_plain(&plain, text, f);
	if (strbuf_failed(&plain))
		l->arena.failed = true;
	else
		found_in_field(l, f->name, strbuf_str(&plain));
	if (plain.n >= LEAST && f->spelling == SECRET_SPELLED_PERCENT)
		found(l, f->name, str_sub(text, f->at, f->n));
	strbuf_release(&plain);
}

void learning_text(struct learning *l, struct str text)
{
	const struct secret_names names = { name_is_secret, name_is_shown, none_is_weak,
		l->secrets };
	struct secret_scan scan;
	struct secret_field field;
	secret_scan_begin(&scan, text, &names);
	while (secret_scan_next(&scan, &field))
		found_in_text(l, text, &field);
}

/* ---- trees ---- */

/* `inside`: below that secret name; absent: below none. */
static void learn(struct learning *l, struct str inside, const struct value *v);

static struct str inside_of(const struct learning *l, struct str inside, struct str key)
{
	if (secrets_name_is_secret(l->secrets, key))
		return key;
	return secrets_name_is_shown(l->secrets, key) ? (struct str){ 0 } : inside;
}

/* {name, value} of a header list. */
static void learn_header(struct learning *l, const struct value *o)
{
	const struct value *name = value_get(o, "name"), *value = value_get(o, "value");
	if (name && value && name->type == VALUE_STRING && value->type == VALUE_STRING)
		learning_field(l, name->text, value->text);
}

static void learn_text(struct learning *l, struct str inside, struct str text)
{
	if (inside.p)
		found_in_field(l, inside, text);
	learning_text(l, text);
}

static void learn(struct learning *l, struct str inside, const struct value *v)
{
	if (v->type == VALUE_STRING || v->type == VALUE_BYTES)
		learn_text(l, inside, v->text);
	for (size_t i = 0; v->type == VALUE_LIST && i < v->u.list.count; i++)
		learn(l, inside, v->u.list.items[i]);
	for (size_t i = 0; v->type == VALUE_OBJECT && i < v->u.object.count; i++) {
		const struct value_member *m = &v->u.object.members[i];
		learn(l, inside_of(l, inside, m->key), m->value);
	}
	if (v->type == VALUE_OBJECT)
		learn_header(l, v);
}

void learning_tree(struct learning *l, const struct value *tree)
{
	if (tree)
		learn(l, (struct str){ 0 }, tree);
}

int learning_end(struct learning *l, struct error *err)
{
	int bad = arena_failed(&l->arena) ?
		error_set_oom(err) :
		secrets_add_all(l->secrets, l->found, l->count, err);
	arena_release(&l->arena);
	*l = (struct learning){ 0 };
	return bad;
}
