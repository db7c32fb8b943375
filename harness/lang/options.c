/*
 * The options that every kind of entry has, and how an [Options] section is read.
 */
#include "harness/lang/grammar.h"

#include "harness/base/scan.h"
#include "harness/value/number.h"

#define MS 1000u

const struct option_row common_options[COMMON_COUNT] = {
	[COMMON_RETRY] = { "retry", OPTION_COUNT, 0, false, false, true, "so many attempts more; -1 without limit" },
	[COMMON_RETRY_INTERVAL] = { "retry-interval", OPTION_DURATION, MS, false, false, true,
				    "pause before each further attempt (1000ms)" },
	[COMMON_DELAY] = { "delay", OPTION_DURATION, MS, false, false, false, "pause before the entry" },
	[COMMON_SKIP] = { "skip", OPTION_BOOL, 0, false, false, false, "does not run the entry" },
	[COMMON_REPEAT] = { "repeat", OPTION_COUNT, 0, false, false, false, "runs the entry so many times; -1 for ever" },
	[COMMON_VARIABLE] = { "variable", OPTION_VARIABLE, 0, true, false, false, "sets a variable: name=value" },
	[COMMON_MAX_TIME] = { "max-time", OPTION_DURATION, MS, false, false, true, "limit of one attempt" },
	[COMMON_VERBOSE] = { "verbose", OPTION_BOOL, 0, false, false, false, "logs this entry" },
	[COMMON_ALWAYS] = { "always", OPTION_BOOL, 0, false, true, true, "runs after a failure too: clean-up" },
	[COMMON_WHEN] = { "when", OPTION_ASSERTION, 0, false, true, true, "runs only when this holds" },
	[COMMON_CONTINUE] = { "continue", OPTION_BOOL, 0, false, true, false, "when red, what follows runs all the same" },
	[COMMON_CONSECUTIVE] = { "consecutive", OPTION_NATURAL, 0, false, true, true, "must hold so many times in a row" },
	[COMMON_GIVE_UP] = { "give-up", OPTION_ASSERTION, 0, false, true, true, "no further attempt once this holds" },
};

static const struct option_row *find_row(const struct option_row *rows, size_t n, struct str name)
{
	for (size_t i = 0; i < n; i++)
		if (str_is(name, rows[i].name))
			return &rows[i];
	return NULL;
}

const struct option_row *option_row_find(const struct kind *kind, struct str name)
{
	const struct option_row *row = find_row(common_options, COMMON_COUNT, name);

	return row ? row : find_row(kind->options, kind->noptions, name);
}

/* The nearest name within two edits among rows; `best` is the distance so far. */
static const char *nearest(const struct option_row *rows, size_t n, struct str name, const char *found, size_t *best)
{
	for (size_t i = 0; i < n; i++) {
		size_t d = str_distance(name, str_from(rows[i].name), 3);
		if (d < *best) {
			*best = d;
			found = rows[i].name;
		}
	}
	return found;
}

static const char *suggest(struct cursor *c, const struct kind *kind, struct str name)
{
	size_t best = 3;
	char *plain = arena_alloc(c->arena, name.n + 1);

	if (!plain)
		return NULL;
	for (size_t i = 0; i < name.n; i++)
		plain[i] = name.p[i] == '_' ? '-' : name.p[i];
	name = str_make(plain, name.n);
	const char *found = nearest(common_options, COMMON_COUNT, name, NULL, &best);
	return nearest(kind->options, kind->noptions, name, found, &best);
}

/* ---- values ---- */

/* Is the constant text of a value what its type wants? */
static bool value_fits(const struct option_row *row, struct str text)
{
	int64_t number;
	uint64_t us;
	bool flag;

	switch (row->type) {
	case OPTION_BOOL:
		return scan_bool(text, &flag);
	case OPTION_COUNT:
		return scan_int(text, -1, INT64_MAX, &number);
	case OPTION_NATURAL:
		return scan_int(text, 0, INT64_MAX, &number);
	case OPTION_DURATION:
		return scan_duration_us(text, row->unit_us, &us);
	case OPTION_TEXT:
	case OPTION_FILE:
	case OPTION_VARIABLE:
	case OPTION_ASSERTION:
		return true;
	}
	return false;
}

static const char *expected_value(const struct option_row *row)
{
	switch (row->type) {
	case OPTION_BOOL:
		return "true, false or {{name}}";
	case OPTION_COUNT:
		return "a count from 0 on, -1 for no limit, or {{name}}";
	case OPTION_NATURAL:
		return "a whole number from 0 on, or {{name}}";
	case OPTION_DURATION:
		return row->unit_us ? "a duration such as 500ms, 2s, 1m or 1h, or {{name}}"
			: "a duration with its unit, such as 500ms or 2s, or {{name}}";
	case OPTION_TEXT:
		return "a text";
	case OPTION_FILE:
		return "the name of a file";
	case OPTION_VARIABLE:
		return "name=value";
	case OPTION_ASSERTION:
		return "a condition: query filters predicate";
	}
	return "";
}

static int fail_value(const struct cursor *c, const struct option_row *row, struct span span)
{
	return cursor_fail(c, span, "option '%s' takes %s", row->name, expected_value(row));
}

/* A time limit without a unit is in milliseconds, which few expect. */
static void warn_bare_limit(const struct cursor *c, const struct option_row *row, struct span span, struct str text)
{
	int64_t number;
	bool is_limit = !strcmp(row->name, "max-time") || !strcmp(row->name, "connect-timeout");

	if (row->type == OPTION_DURATION && row->unit_us == MS && is_limit && scan_int(text, 1, 999, &number))
		cursor_warn(c, span, "'%s: %.*s' means milliseconds; write the unit", row->name, STR_ARG(text));
}

/* scalar = bool | count | natural | duration | placeholder */
static int value_scalar(struct cursor *c, const struct option_row *row, struct option *o)
{
	struct span span;

	if (cursor_value(c, &span))
		return -1;
	if (span.n == 0)
		return fail_value(c, row, span);
	if (template_parse(c->arena, c->source, span, ESCAPES_NONE, c->extended, &o->text, c->err))
		return -1;
	if (template_is_bare(o->text))
		return 0;
	if (!template_is_constant(o->text) || !value_fits(row, template_text(o->text)))
		return fail_value(c, row, span);
	warn_bare_limit(c, row, span, template_text(o->text));
	return 0;
}

static int value_text(struct cursor *c, const struct option_row *row, struct option *o)
{
	struct span span;
	bool is_file = row->type == OPTION_FILE;

	if (is_file ? cursor_file_name(c, &span) : cursor_value(c, &span))
		return -1;
	return template_parse(c->arena, c->source, span, is_file ? ESCAPES_FILENAME : ESCAPES_STRING,
			      c->extended, &o->text, c->err);
}

/* typed value = "null" | "true" | "false" | number | quoted ; anything else is text */
static int variable_literal(struct cursor *c, struct span span, struct operand *ret)
{
	struct str text = cursor_text(c, span);
	const struct value *v = NULL;
	struct cursor quoted = *c;
	struct span inner = span;
	bool flag;

	if (str_is(text, "null"))
		v = value_null();
	else if (scan_bool(text, &flag))
		v = value_bool(flag);
	else if (number_parse(c->arena, text, false, &v) && !v)
		return cursor_oom(c);
	if (v) {
		*ret = operand_constant(v, span);
		return 0;
	}
	quoted.at = span.at;
	if (cursor_peek(&quoted) == '"' && (cursor_quoted(&quoted, '"', &inner) || quoted.at != span.at + span.n))
		inner = span;
	*ret = (struct operand){ .kind = OPERAND_IS_TEXT, .span = inner };
	return template_parse(c->arena, c->source, inner, ESCAPES_STRING, c->extended, &ret->text, c->err);
}

/* variable = name blank* "=" blank* value */
static int value_variable(struct cursor *c, const struct option_row *row, struct option *o)
{
	size_t n = variable_name_length(cursor_rest(c));
	struct span span;

	if (n == 0)
		return fail_value(c, row, cursor_here(c));
	o->variable = str_sub(c->source->text, c->at, n);
	if (is_reserved_name(o->variable))
		return cursor_fail(c, SPAN(c->at, n), "'%.*s' is a function and cannot be a variable", STR_ARG(o->variable));
	c->at += n;
	cursor_blanks(c);
	if (!cursor_take(c, "="))
		return cursor_fail(c, cursor_here(c), "expected '=' behind the name of a variable");
	cursor_blanks(c);
	if (cursor_value(c, &span) || variable_literal(c, span, &o->literal))
		return -1;
	o->text = o->literal.text;
	if (!o->text)
		return template_parse(c->arena, c->source, span, ESCAPES_STRING, c->extended, &o->text, c->err);
	return 0;
}

static int value_assertion(struct cursor *c, struct option *o)
{
	struct assertion *a = arena_zalloc(c->arena, sizeof(*a));

	o->assertion = a;
	return a ? grammar_assertion(c, a) : cursor_oom(c);
}

int grammar_option_value(struct cursor *c, const struct option_row *row, struct option *ret)
{
	ret->row = row;
	switch (row->type) {
	case OPTION_BOOL:
	case OPTION_COUNT:
	case OPTION_NATURAL:
	case OPTION_DURATION:
		return value_scalar(c, row, ret);
	case OPTION_TEXT:
	case OPTION_FILE:
		return value_text(c, row, ret);
	case OPTION_VARIABLE:
		return value_variable(c, row, ret);
	case OPTION_ASSERTION:
		return value_assertion(c, ret);
	}
	return -1;
}

/* ---- the section ---- */

static int fail_name(struct cursor *c, const struct kind *kind, struct span span)
{
	struct str name = cursor_text(c, span);
	const char *near = suggest(c, kind, name);

	return cursor_fail(c, span, "unknown option '%.*s'%s%s%s", STR_ARG(name),
			   near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

/* name = ( letter | digit | "-" | "_" | "." )+ */
static struct span option_name(struct cursor *c)
{
	size_t start = c->at;

	while (cursor_word(c).n || cursor_peek(c) == '.')
		c->at += cursor_word(c).n ? cursor_word(c).n : 1;
	return cursor_span(c, start);
}

/* option = name blank* ":" blank* value LT */
static int grammar_option(struct cursor *c, const struct kind *kind, struct option *o)
{
	size_t start = c->at;
	const struct option_row *row;

	*o = (struct option){ .name_span = option_name(c) };
	row = option_row_find(kind, cursor_text(c, o->name_span));
	if (!row)
		return fail_name(c, kind, o->name_span);
	if (row->extension && !c->extended)
		return cursor_fail_extension(c, o->name_span, "option", cursor_text(c, o->name_span));
	cursor_blanks(c);
	if (!cursor_take(c, ":"))
		return cursor_fail(c, cursor_here(c), "expected ':' behind the option '%s'", row->name);
	cursor_blanks(c);
	if (grammar_option_value(c, row, o))
		return -1;
	o->span = cursor_span(c, start);
	return cursor_end_line(c, "the value of an option");
}

/* Lower-case letters start an option, unless they start a body. */
static bool sees_option(const struct cursor *c)
{
	char ch = cursor_peek(c);

	return ch >= 'a' && ch <= 'z' && !grammar_sees_body(c);
}

int grammar_options(struct cursor *c, const struct kind *kind, struct option_vec *ret)
{
	for (;;) {
		struct cursor next = *c;
		struct option *o;
		cursor_skip_lines(&next);
		if (!sees_option(&next))
			return 0;
		o = VEC_PUSH(c->arena, ret);
		if (!o)
			return cursor_oom(c);
		if (grammar_option(&next, kind, o))
			return -1;
		*c = next;
	}
}
