#include "harness/run/injected.h"

#include "harness/base/scan.h"

static bool is_digits(struct str s)
{
	size_t i = s.n && (s.p[0] == '-' || s.p[0] == '+');
	if (i == s.n)
		return false;
	for (; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return true;
}

/* "+1" is 1; leading zeros do not count. */
static const struct value *integer(struct arena *a, struct str text)
{
	struct str digits = text.p[0] == '+' ? str_sub(text, 1, SIZE_MAX) : text;
	int64_t i;
	return scan_int(digits, INT64_MIN, INT64_MAX, &i) ? value_int(a, i) :
							    value_bigint(a, digits);
}

static const struct value *quoted(struct arena *a, struct str text)
{
	if (text.n < 2 || text.p[text.n - 1] != '"')
		return NULL;
	return value_string(a, arena_str(a, str_sub(text, 1, text.n - 2)));
}

static const struct value *typed(struct arena *a, struct str text)
{
	double d;
	if (str_is(text, "true") || str_is(text, "false"))
		return value_bool(str_is(text, "true"));
	if (str_is(text, "null"))
		return value_null();
	if (is_digits(text))
		return integer(a, text);
	if (scan_double(text, true, &d))
		return value_float(a, d, text);
	return value_string(a, text);
}

int injected_value(
	struct arena *a, struct str text, const struct value **ret, struct error *err)
{
	struct str own = arena_str(a, text);
	bool is_quoted = own.n && own.p[0] == '"';
	const struct value *v = is_quoted ? quoted(a, own) : typed(a, own);
	if (!v && is_quoted && !arena_failed(a))
		return error_set(
			err, ERR_USAGE, "a value that starts with \" must end with one");
	struct value *flagged = arena_alloc(a, sizeof(*flagged));
	if (!v || !flagged)
		return error_set_oom(err);
	*flagged = *v;
	flagged->flags |= VALUE_INJECTED;
	if (v->type != VALUE_STRING)
		flagged->text = own;
	*ret = flagged;
	return 0;
}

static bool says_nothing(struct str line)
{
	return str_is_empty(line) || line.p[0] == '#';
}

int injected_line(struct str *text, size_t *line, struct str *ret_name, struct str *ret_value,
	struct error *err)
{
	struct str rest = { 0 };
	while (text->p && says_nothing(rest)) {
		rest = str_trim(str_cut(text, '\n'));
		++*line;
	}
	if (says_nothing(rest))
		return 0;
	struct str name = str_cut(&rest, '=');
	if (!rest.p)
		return error_set(err, ERR_USAGE, "expected NAME=VALUE");
	*ret_name = name;
	*ret_value = rest;
	return 1;
}
