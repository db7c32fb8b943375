#include "probes/entry_path.h"

#include "harness/base/path.h"

static int check_known(const struct prepare_env *env, const struct entry *e,
	const struct placeholder *p, struct error *err)
{
	if (p->kind == PLACEHOLDER_VARIABLE && env->variable_is_known(env->ctx, p->name))
		return 0;
	error_at(err, ERR_CHECK, e->source, p->span,
		"the path needs the variable '%.*s', which is not known before the run", STR_ARG(p->name));
	error_note(err, "give it on the command line or as a `variable:` default");
	return -1;
}

int entry_path_check(const struct prepare_env *env, const struct entry *e, const char *what,
	struct error *err)
{
	const struct template *t = e->nwords ? e->words[0] : NULL;

	if (!t || !t->nparts)
		return error_at(err, ERR_CHECK, e->source, e->span, "%s needs %s behind it",
			e->kind->word, what);
	for (size_t i = 0; i < t->nparts; i++)
		if (t->parts[i].placeholder && check_known(env, e, t->parts[i].placeholder, err))
			return -1;
	return 0;
}

int entry_path_expand(const struct probe_run *run, const char **ret, struct error *err)
{
	const struct entry *e = run->items[0].entry;
	struct str text;

	if (expand_text(run->expander, e->words[0], &text, NULL, err))
		return -1;
	*ret = path_resolve(run->arena, e->source->name, str_trim(text));
	return *ret ? 0 : error_set_oom(err);
}
