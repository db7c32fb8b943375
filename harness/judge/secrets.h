/*
 * What is secret, in all the forms it may take, and the one masker. Nothing else in the program hides a value.
 *
 * A value is registered once and then found raw, percent-encoded, in base64 and base64url at all three alignments, hex, and escaped for JSON, XML,
 * shell and SQL; each line of a value with several lines too. One pass over a text replaces all of them, longest first, by "***".
 * Values under 4 bytes are masked only as whole fields, the empty string is none; numbers, booleans and null are no secrets.
 *
 * A value in a field with a secret name (secret_fields.h) is masked there whatever its length; learning.h registers those of 8 bytes and
 * more, so that they are masked everywhere.
 *
 * Safe to use from several threads: who registers waits for others who do, those who mask wait only while what is new is put in place.
 */
#ifndef HARNESS_JUDGE_SECRETS_H
#define HARNESS_JUDGE_SECRETS_H

#include "harness/base/error.h"
#include "harness/value/value.h"

struct secrets;

struct secret;	/* secret_forms.h */

/* Empty. Owned by the caller. */
struct secrets *secrets_new(struct error *err) MUST_USE;

/* NULL is fine. */
void secrets_free(struct secrets *s);

/*
 * `name` is that of the variable, setting or field which holds the value: in command lines for people it becomes "$PF_NAME".
 * A value of less than 4 bytes is remembered for whole fields only; *ret_weak (may be NULL) tells, for the warning.
 */
int secrets_add(struct secrets *s, struct str name, struct str value, bool *ret_weak, struct error *err) MUST_USE;

/* As secrets_add for many at once, all of them or, on failure, none. The list is sorted. */
int secrets_add_all(struct secrets *s, struct secret *list, size_t n, struct error *err) MUST_USE;

/* `user:password` in base64 with every user is the same secret; add the pair of a basic authentication too. */
int secrets_add_pair(struct secrets *s, struct str name, struct str user, struct str password, struct error *err) MUST_USE;

/* The password of a URL `scheme://user:password@...`, as written and decoded. Text that is no such URL holds none. */
int secrets_learn_url(struct secrets *s, struct str name, struct str url, struct error *err) MUST_USE;

/* Is a field (header, JSON key, form name, column) of that name secret; --show NAME takes one name out. */
bool secrets_name_is_secret(const struct secrets *s, struct str field_name);
bool secrets_name_is_shown(const struct secrets *s, struct str field_name);	/* taken out by secrets_show */
int secrets_show(struct secrets *s, struct str name, struct error *err) MUST_USE;	/* before threads start */

/*
 * All occurrences replaced; also anything shaped like a JWT or a MySQL password's hash, and what stands in the text under a secret
 * name. The result is `text` itself when nothing was in it, else in `a`. `s` may be NULL, when a start failed before there were any.
 */
struct str secrets_mask(const struct secrets *s, struct arena *a, struct str text);

/* As secrets_mask for a field of that name: "***" as a whole when the name is secret or the value one under 4 bytes. */
struct str secrets_mask_field(const struct secrets *s, struct arena *a, struct str name, struct str text);

/*
 * A tree, masked; secret values and the strings below secret names become VALUE_SECRET strings ("***" when shown).
 * secrets_mask_member: the value of a field of that name.
 */
const struct value *secrets_mask_value(const struct secrets *s, struct arena *a, const struct value *v);
const struct value *secrets_mask_member(const struct secrets *s, struct arena *a, struct str name, const struct value *v);

/*
 * A command line for people: words quoted for POSIX sh, each secret in them as "$PF_NAME" outside the quotes. In `a`.
 */
struct str secrets_command(const struct secrets *s, struct arena *a, const struct str *words, size_t nwords);

/* Comparisons and moves so far: what masking and registering cost, for tests. */
uint64_t secrets_work(const struct secrets *s);

#endif
