#include "harness/judge/scope.h"

#include "harness/base/mem.h"

#define BINDING_MAX (256u * 1024 * 1024)

/* Owns its name and value in an arena of its own, so that a new value frees the old one. */
struct binding {
	struct binding *next;
	struct arena arena;
	struct str name;
	const struct value *value;
};

struct scope {
	struct scope *parent;
	struct binding *bindings;
};

struct scope *scope_new(struct scope *parent, struct error *err)
{
	struct scope *s = mem_calloc(1, sizeof(*s));
	if (!s) {
		error_set_oom(err);
		return NULL;
	}
	s->parent = parent;
	return s;
}

void scope_free(struct scope *s)
{
	if (!s)
		return;
	while (s->bindings) {
		struct binding *b = s->bindings;
		s->bindings = b->next;
		arena_release(&b->arena);
		mem_free(b);
	}
	mem_free(s);
}

static struct binding *find_here(const struct scope *s, struct str name)
{
	for (struct binding *b = s->bindings; b; b = b->next)
		if (str_eq(b->name, name))
			return b;
	return NULL;
}

static struct binding *add_binding(struct scope *s)
{
	struct binding *b = mem_calloc(1, sizeof(*b));
	if (!b)
		return NULL;
	b->next = s->bindings;
	s->bindings = b;
	return b;
}

/* The new value is copied before the old one goes, since it may be made of it. */
static int bind(
	struct binding *b, struct str name, const struct value *v, struct error *err)
{
	struct arena fresh;
	arena_init(&fresh, BINDING_MAX);
	struct str n = arena_str(&fresh, name);
	const struct value *copy = value_copy(&fresh, v);
	if (arena_failed(&fresh) || !copy) {
		arena_release(&fresh);
		return error_set_oom(err);
	}
	arena_release(&b->arena);
	b->arena = fresh;
	b->name = n;
	b->value = copy;
	return 0;
}

int scope_set_local(
	struct scope *s, struct str name, const struct value *v, struct error *err)
{
	struct binding *b = find_here(s, name);
	if (!b && !(b = add_binding(s)))
		return error_set_oom(err);
	return bind(b, name, v, err);
}

int scope_set(struct scope *s, struct str name, const struct value *v, struct error *err)
{
	struct scope *target = s;
	while (target->parent && !find_here(target, name))
		target = target->parent;
	return scope_set_local(target, name, v, err);
}

struct scope *scope_flatten(const struct scope *s, struct error *err)
{
	struct scope *flat = scope_new(NULL, err);
	for (; flat && s; s = s->parent)
		for (const struct binding *b = s->bindings; b; b = b->next) {
			if (find_here(flat, b->name) ||
				!scope_set_local(flat, b->name, b->value, err))
				continue;
			scope_free(flat);
			return NULL;
		}
	return flat;
}

const struct value *scope_get(const struct scope *s, struct str name)
{
	for (; s; s = s->parent) {
		const struct binding *b = find_here(s, name);
		if (b)
			return b->value;
	}
	return NULL;
}

const struct value *scope_variable(void *ctx, struct str name)
{
	return scope_get(ctx, name);
}

struct str scope_suggest(const struct scope *s, struct str name)
{
	struct str best = { 0 };
	size_t nearest = 3;
	for (; s; s = s->parent)
		for (const struct binding *b = s->bindings; b; b = b->next) {
			size_t d = str_distance(b->name, name, nearest);
			if (d < nearest) {
				nearest = d;
				best = b->name;
			}
		}
	return best;
}
