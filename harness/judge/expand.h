/*
 * Templates and operands to values, at the instant of use. What is made with a secret is secret.
 *
 * Errors stand at the name inside the braces: ERR_UNSET for an unknown variable (with the nearest name), ERR_TEMPLATE for a value that cannot be
 * rendered or a filter that fails.
 */
#ifndef HARNESS_JUDGE_EXPAND_H
#define HARNESS_JUDGE_EXPAND_H

#include "harness/lang/ast.h"
#include "harness/value/observation.h"

/* Reads the file an operand or body names (contained in the folder of the scenario, or --file-root). */
struct file_reader {
	int (*read)(void *ctx, struct arena *a, const struct source *s, struct str name, struct str *ret, struct error *err);
	void *ctx;
};

struct expander {
	const struct eval *eval;	/* arena, limits, variable(), now */
	const struct source *source;	/* where the templates stand */
	const struct file_reader *files;	/* may be NULL: OPERAND_IS_FILE is then an error */
};

/* One placeholder with its filters: the value with its type. */
int expand_placeholder(const struct expander *x, const struct placeholder *p, const struct value **ret, struct error *err) MUST_USE;

/* A template to text, in the arena; *ret_secret (may be NULL) tells whether a secret is in it. */
int expand_text(const struct expander *x, const struct template *t, struct str *ret, bool *ret_secret, struct error *err) MUST_USE;

/* Any operand: CONSTANT, TEXT, PLACEHOLDER (typed), FILE, PATTERN (REGEX value), LIST, JSON (parsed). *ret NULL for OPERAND_IS_NONE. */
int expand_operand(const struct expander *x, const struct operand *o, const struct value **ret, struct error *err) MUST_USE;

/* A direct JSON body: text in strings escaped for JSON, in value position the rendered text must be a JSON scalar (suites: lists and objects too). */
int expand_json_body(const struct expander *x, const struct body *b, bool extended, struct str *ret, struct error *err) MUST_USE;

/* An expected table with its placeholders filled in. */
int expand_table(const struct expander *x, const struct expected_table *t, struct table *ret, struct error *err) MUST_USE;

/* Option values. A bool, count or duration from a placeholder must have that type; a string "true" is ERR_TEMPLATE. */
int expand_option_bool(const struct expander *x, const struct option *o, bool *ret, struct error *err) MUST_USE;
int expand_option_count(const struct expander *x, const struct option *o, int64_t *ret, struct error *err) MUST_USE;	/* -1: no limit */
int expand_option_duration_us(const struct expander *x, const struct option *o, uint64_t *ret, struct error *err) MUST_USE;
int expand_option_text(const struct expander *x, const struct option *o, struct str *ret, struct error *err) MUST_USE;
/* OPTION_VARIABLE: its typed value. */
int expand_option_variable(const struct expander *x, const struct option *o, const struct value **ret, struct error *err) MUST_USE;

#endif
