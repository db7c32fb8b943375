/*
 * Variables by name: what command line and environment gave, what captures and `variable:` set. A session owns one. A value is
 * copied in and replaced in place; a binding never points into an attempt's arena.
 *
 * Layers, innermost first: child scopes (for-each rows, RUN's `variable:`) see and hide their parent's; setting goes to the scope where the
 * name is bound with SCOPE_LOCAL set, else to the root, so that what a RUN captures is visible after it.
 */
#ifndef HARNESS_JUDGE_SCOPE_H
#define HARNESS_JUDGE_SCOPE_H

#include "harness/base/error.h"
#include "harness/value/value.h"

struct scope;

/* `parent` may be NULL. Owned by the caller; a parent outlives its children. */
struct scope *scope_new(struct scope *parent, struct error *err) MUST_USE;

/* A root scope with all that is visible from `s`, copied: for what runs beside it. Owned by the caller. */
struct scope *scope_flatten(const struct scope *s, struct error *err) MUST_USE;
void scope_free(struct scope *s);		/* NULL is fine */

/* Sets where the name is bound as local, else in the root scope. The value is copied. */
int scope_set(struct scope *s, struct str name, const struct value *v, struct error *err) MUST_USE;

/* Binds in this very scope; gone with it. */
int scope_set_local(struct scope *s, struct str name, const struct value *v, struct error *err) MUST_USE;

/* NULL: unknown here and in all parents. Borrowed until the name is set again. */
const struct value *scope_get(const struct scope *s, struct str name);

/* As struct eval wants it; ctx is a struct scope. */
const struct value *scope_variable(void *ctx, struct str name);

/* The bound name most similar to `name`, for "did you mean"; absent when none is near. */
struct str scope_suggest(const struct scope *s, struct str name);

#endif
