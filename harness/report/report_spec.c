#include "harness/report/report_file.h"

/* A word that differs from a known one by more is no misspelling of it. */
enum { NEAR_EDITS = 3 };

static const struct reporter *find_reporter(const struct reporter *const *list, size_t n, struct str name)
{
	for (size_t i = 0; i < n; i++)
		if (str_is(name, list[i]->name))
			return list[i];
	return NULL;
}

static void note_names(const struct reporter *const *list, size_t n, struct error *err)
{
	struct strbuf names;

	strbuf_init(&names, 200);
	for (size_t i = 0; i < n; i++)
		strbuf_addf(&names, "%s%s", i ? ", " : "", list[i]->name);
	error_note(err, "there are %s", strbuf_cstr(&names));
	strbuf_release(&names);
}

static int unknown_reporter(const struct reporter *const *list, size_t n, struct str name,
	struct error *err)
{
	const char *nearest = NULL;
	size_t best = NEAR_EDITS;

	for (size_t i = 0; i < n; i++) {
		size_t edits = str_distance(name, str_from(list[i]->name), NEAR_EDITS);

		if (edits < best) {
			best = edits;
			nearest = list[i]->name;
		}
	}
	error_set(err, ERR_USAGE, "unknown report '%.*s'", STR_ARG(name));
	if (nearest)
		error_note(err, "did you mean '%s'?", nearest);
	else
		note_names(list, n, err);
	return -1;
}

static int takes_value(const struct report_option *o, struct str value, struct error *err)
{
	struct strbuf list;

	if (!o->values)
		return 0;
	for (const char *const *v = o->values; *v; v++)
		if (str_is(value, *v))
			return 0;
	strbuf_init(&list, 1024);
	for (const char *const *v = o->values; *v; v++)
		strbuf_addf(&list, "%s%s", v == o->values ? "" : ", ", *v);
	error_set(err, ERR_USAGE, "report option '%s' does not take '%.*s', only %s", o->name,
		STR_ARG(value), strbuf_cstr(&list));
	strbuf_release(&list);
	return -1;
}

static int set_option(struct arena *a, const struct reporter *r, struct str text, const char **values,
	struct error *err)
{
	struct str value = text;
	struct str name = str_cut(&value, '=');

	for (size_t i = 0; value.p && i < r->noptions; i++) {
		if (!str_is(name, r->options[i].name))
			continue;
		if (takes_value(&r->options[i], value, err))
			return -1;
		values[i] = arena_cstr(a, value);
		return values[i] ? 0 : error_set_oom(err);
	}
	return error_set(err, ERR_USAGE, "report '%s' has no option '%.*s'", r->name, STR_ARG(text));
}

static int set_options(struct arena *a, const struct reporter *r, struct str rest, const char **values,
	struct error *err)
{
	while (rest.p)
		if (set_option(a, r, str_cut(&rest, ','), values, err))
			return -1;
	return 0;
}

int report_spec_parse(struct arena *a, const struct reporter *const *reporters, size_t nreporters,
	const char *text, struct report_spec *ret, struct error *err)
{
	struct str rest = str_from(text);
	struct str name = str_cut(&rest, '=');
	struct str path = str_cut(&rest, ',');
	struct report_spec spec = { .reporter = find_reporter(reporters, nreporters, name) };
	const char **values;

	if (!spec.reporter)
		return unknown_reporter(reporters, nreporters, name, err);
	if (str_is_empty(path))
		return error_set(err, ERR_USAGE, "report '%s' needs a path: %s=PATH", spec.reporter->name,
			spec.reporter->name);
	spec.path = arena_cstr(a, path);
	values = arena_array(a, spec.reporter->noptions + 1, sizeof(*values));
	if (!spec.path || !values)
		return error_set_oom(err);
	if (set_options(a, spec.reporter, rest, values, err))
		return -1;
	spec.option_values = values;
	*ret = spec;
	return 0;
}
