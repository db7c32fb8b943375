/*
 * Finding secrets by the names of their fields: headers, members of trees, and what texts hold (secret_fields.h). What was found is
 * registered at once at the end, so that ten thousand tokens in a body cost one sorting.
 *
 *	struct learning l;
 *	learning_begin(&l, secrets);
 *	learning_tree(&l, tree);
 *	learning_text(&l, body);
 *	if (learning_end(&l, err)) ...		what cannot be learned cannot be masked: show nothing of it
 *
 * Registered are strings of 8 bytes and more; shorter ones are masked in their own fields only.
 */
#ifndef HARNESS_JUDGE_LEARNING_H
#define HARNESS_JUDGE_LEARNING_H

#include "harness/judge/secret_forms.h"
#include "harness/judge/secrets.h"

struct learning {
	struct secrets *secrets;
	struct arena arena;
	struct secret *found;
	size_t count, cap;
};

/* Nothing found yet. `s` is borrowed until learning_end. */
void learning_begin(struct learning *l, struct secrets *s);

/* A header, a variable, a setting: credentials behind `Bearer`, each cookie of `Cookie`, the value of `Set-Cookie`. */
void learning_field(struct learning *l, struct str name, struct str value);

/* What a text holds under secret names. */
void learning_text(struct learning *l, struct str text);

/* The strings below members with secret names, at any depth; headers as {name, value}; the texts in all strings. */
void learning_tree(struct learning *l, const struct value *tree);

/* Registers what was found, all or, on failure, nothing. `l` is empty afterwards in any case. */
int learning_end(struct learning *l, struct error *err) MUST_USE;

#endif
