#include "harness/base/glob.h"

#include <fnmatch.h>

/* ---- one path ---- */

static bool step_fits(struct arena *a, struct str pattern, struct str step)
{
	const char *p = arena_cstr(a, pattern), *s = arena_cstr(a, step);

	return p && s && fnmatch(p, s, 0) == 0;
}

/* `**` stands for any number of steps: the rest is tried at each of them. */
static bool steps_fit(struct arena *a, struct str pattern, struct str path)
{
	while (pattern.p) {
		struct str step = str_cut(&pattern, '/');

		if (!str_is(step, "**")) {
			if (!path.p || !step_fits(a, step, str_cut(&path, '/')))
				return false;
			continue;
		}
		for (; path.p; (void)str_cut(&path, '/'))
			if (steps_fit(a, pattern, path))
				return true;
		return !pattern.p;
	}
	return !path.p;
}

bool glob_fits(struct arena *a, const char *pattern, const char *path)
{
	struct arena_mark mark = arena_mark(a);
	bool fits = steps_fit(a, str_from(pattern), str_from(path));

	arena_rewind(a, mark);
	return fits;
}

/* ---- the files ---- */

static bool has_wildcard(struct str s)
{
	return str_has_char(s, '*') || str_has_char(s, '?') || str_has_char(s, '[');
}

/* The folder that the steps before the first wildcard name; a pattern without one is a file. */
static const char *folder_of(struct arena *a, const char *pattern)
{
	struct str rest = str_from(pattern);
	size_t n = 0;

	while (rest.p && has_wildcard(rest)) {
		struct str step = str_cut(&rest, '/');

		if (has_wildcard(step))
			return n ? arena_cstr(a, str_make(pattern, n > 1 ? n - 1 : 1)) : ".";
		n += step.n + 1;
	}
	return pattern;
}

int glob_files(struct arena *a, const char *pattern, const char *const *suffixes, size_t max_files,
	const char *const **ret, size_t *ret_count, struct error *err)
{
	const char *wanted = path_join(a, ".", str_from(pattern));
	const char *folder = wanted ? folder_of(a, wanted) : NULL;
	const char *const *files = NULL;
	const char **fitting;
	size_t n = 0, kept = 0;

	if (!folder)
		return error_set_oom(err);
	if (file_exists(folder) && file_walk(a, folder, suffixes, max_files, &files, &n, err))
		return -1;
	fitting = arena_array(a, n + 1, sizeof(*fitting));
	if (!fitting)
		return error_set_oom(err);
	for (size_t i = 0; i < n; i++)
		if (glob_fits(a, wanted, files[i]))
			fitting[kept++] = files[i];
	*ret = fitting;
	*ret_count = kept;
	return 0;
}
