#include "harness/base/path.h"

/* A path being built, step by step. What is before `floor` cannot be taken back: "/" or "../..". */
struct steps {
	char *text;
	size_t n;
	size_t floor;
	bool absolute;
};

static void push(struct steps *to, struct str step)
{
	if (to->n && to->text[to->n - 1] != '/')
		to->text[to->n++] = '/';
	memcpy(to->text + to->n, step.p, step.n);
	to->n += step.n;
}

static void pop(struct steps *from)
{
	if (from->n == from->floor) {
		if (!from->absolute)
			push(from, STR(".."));
		from->floor = from->n;
		return;
	}
	while (from->n > from->floor && from->text[from->n - 1] != '/')
		from->n--;
	if (from->n > from->floor)
		from->n--;
}

static void add_steps(struct steps *to, struct str path)
{
	while (path.p) {
		struct str step = str_cut(&path, '/');

		if (str_is(step, ".."))
			pop(to);
		else if (!str_is_empty(step) && !str_is(step, "."))
			push(to, step);
	}
}

static bool is_absolute(struct str path)
{
	return str_starts_with(path, STR("/"));
}

static const char *join(struct arena *a, struct str dir, struct str name)
{
	struct str head = is_absolute(name) ? STR("") : dir;
	struct steps steps = { .text = arena_alloc(a, head.n + name.n + sizeof("/.")) };

	if (!steps.text)
		return NULL;
	if (is_absolute(head) || is_absolute(name)) {
		steps.text[0] = '/';
		steps.n = steps.floor = 1;
		steps.absolute = true;
	}
	add_steps(&steps, head);
	add_steps(&steps, name);
	if (!steps.n)
		push(&steps, STR("."));
	steps.text[steps.n] = '\0';
	return steps.text;
}

const char *path_resolve(struct arena *a, const char *base_file, struct str name)
{
	const char *slash = strrchr(base_file, '/');

	return join(a, str_make(base_file, slash ? (size_t)(slash - base_file) + 1 : 0), name);
}

const char *path_join(struct arena *a, const char *dir, struct str name)
{
	return join(a, str_from(dir), name);
}

/* Takes the ".." steps off the front of a resolved path; returns how many. */
static size_t take_parents(struct str *path)
{
	size_t count = 0;

	while (str_is(*path, "..") || str_starts_with(*path, STR("../"))) {
		*path = str_sub(*path, 3, path->n);
		count++;
	}
	return count;
}

static bool is_below(struct str dir, struct str path)
{
	struct str rest = str_sub(path, dir.n, path.n);

	return str_starts_with(path, dir) && (str_is_empty(rest) || is_absolute(rest));
}

/* A folder of nothing but ".." steps holds whatever does not climb higher than it. */
static bool is_inside(struct str dir, struct str path)
{
	size_t dir_parents, path_parents;

	if (is_absolute(dir))
		return str_is(dir, "/") || is_below(dir, path);
	dir_parents = take_parents(&dir);
	path_parents = take_parents(&path);
	if (str_is_empty(dir) || str_is(dir, "."))
		return path_parents <= dir_parents;
	return path_parents == dir_parents && is_below(dir, path);
}

bool path_is_inside(struct arena *a, const char *dir, const char *path)
{
	const char *whole_dir = path_join(a, dir, STR(""));
	const char *whole_path = path_join(a, path, STR(""));

	if (!whole_dir || !whole_path || is_absolute(str_from(dir)) != is_absolute(str_from(path)))
		return false;
	return is_inside(str_from(whole_dir), str_from(whole_path));
}
