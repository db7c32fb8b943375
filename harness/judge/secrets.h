/*
 * What is secret, in all the forms it may take, and the one masker. Nothing else in the program hides a value.
 *
 * A value is registered once and then found raw, percent-encoded, in base64 and base64url at all three alignments, hex, and escaped for JSON, XML,
 * shell and SQL; each line of a value with several lines too. One pass over a text replaces all of them, longest first, by "***".
 * Values under 4 bytes are masked only as whole fields, the empty string is none; numbers, booleans and null are no secrets.
 *
 * Safe to use from several threads: registering takes a lock, masking works on the set as it was when it began.
 */
#ifndef HARNESS_JUDGE_SECRETS_H
#define HARNESS_JUDGE_SECRETS_H

#include "harness/base/error.h"
#include "harness/value/value.h"

struct secrets;

struct secrets *secrets_new(struct error *err) MUST_USE;
void secrets_free(struct secrets *s);

/*
 * `name` is the variable's or setting's name: in command lines for people the value becomes "$PF_NAME". A value of less than 4 bytes
 * is remembered for whole fields only; *ret_weak (may be NULL) tells, for the warning.
 */
int secrets_add(struct secrets *s, struct str name, struct str value, bool *ret_weak, struct error *err) MUST_USE;

/* `user:password` in base64 with every user is the same secret; add the pair of a basic authentication too. */
int secrets_add_pair(struct secrets *s, struct str name, struct str user, struct str password, struct error *err) MUST_USE;

/* Found by the name of its field (header, JSON key, form name, column); registered when it is a string of 8 bytes or more. `shown`: --show names. */
bool secrets_name_is_secret(const struct secrets *s, struct str field_name);
int secrets_show(struct secrets *s, struct str name, struct error *err) MUST_USE;		/* --show NAME takes one name out */

/* Registers what a tree holds under secret names: objects' members, at any depth; headers given as {name, value}. */
int secrets_learn(struct secrets *s, const struct value *tree, struct error *err) MUST_USE;

/* As secrets_learn for `name=value&name=value`, the query of a URL or a form; values are percent-decoded. */
int secrets_learn_params(struct secrets *s, struct str params, struct error *err) MUST_USE;

/* The password of a URL `scheme://user:password@...`, as written and decoded. Text that is no such URL holds none. */
int secrets_learn_url(struct secrets *s, struct str name, struct str url, struct error *err) MUST_USE;

/*
 * All occurrences replaced; also anything shaped like a JWT. The result is `text` itself when nothing was in it, else in `a`.
 * `s` may be NULL, when a start failed before there were any.
 */
struct str secrets_mask(const struct secrets *s, struct arena *a, struct str text);

/* As secrets_mask for a field of that name: "***" as a whole when the name is secret or the value one under 4 bytes. */
struct str secrets_mask_field(const struct secrets *s, struct arena *a, struct str name, struct str text);

/* A tree, masked; secret values and members with secret names become VALUE_SECRET strings ("***" when shown). */
const struct value *secrets_mask_value(const struct secrets *s, struct arena *a, const struct value *v);

/*
 * A command line for people: words quoted for POSIX sh, each secret in them as "$PF_NAME" outside the quotes. In `a`.
 */
struct str secrets_command(const struct secrets *s, struct arena *a, const struct str *words, size_t nwords);

#endif
