#include "probes/entry_path.h"

#include "harness/base/path.h"

int entry_path_check(const struct prepare_env *env, const struct entry *e, const char *what,
	struct error *err)
{
	const struct template *t = e->nwords ? e->words[0] : NULL;
	struct str text;

	if (!t || !t->nparts)
		return error_at(err, ERR_CHECK, e->source, e->span, "%s needs %s behind it",
			e->kind->word, what);
	return env->known_text(env->ctx, e, t, &text, err);
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
