#include "harness/base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

/* Folders waiting or done; a tree beyond it is no tree of suites. */
enum { FOLDERS_MAX = 100000 };

/* A list of paths in an arena. */
struct paths {
	const char **items;
	size_t count, cap;
};

struct walk {
	struct arena *a;
	const char *root;
	const char *const *suffixes;
	size_t max_files;
	struct paths files;
	struct paths folders;
	struct error *err;
};

static int add_path(struct walk *w, struct paths *to, const char *path, size_t max,
		    const char *what)
{
	const char **items;

	if (to->count >= max)
		return error_set(w->err, ERR_LIMIT, "cannot read '%s': more than %zu %s", w->root,
				 max, what);
	items = path ? arena_grow(w->a, to->items, to->count, &to->cap, sizeof(*items)) : NULL;
	if (!items)
		return error_set_oom(w->err);
	to->items = items;
	to->items[to->count++] = path;
	return 0;
}

static bool is_wanted(const struct walk *w, const char *name)
{
	for (size_t i = 0; w->suffixes[i]; i++)
		if (str_ends_with(str_from(name), str_from(w->suffixes[i])))
			return true;
	return false;
}

static bool is_regular(int folder_fd, const char *name)
{
	struct stat st;

	return fstatat(folder_fd, name, &st, 0) == 0 && S_ISREG(st.st_mode);
}

/* A link to a folder is none, so that a walk has an end. */
static bool is_folder(int folder_fd, const char *name)
{
	struct stat st;

	return fstatat(folder_fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(st.st_mode);
}

static const char *path_of(struct walk *w, const char *folder, const char *name)
{
	bool here = strcmp(folder, ".") == 0;
	bool slash = str_ends_with(str_from(folder), STR("/"));

	return arena_printf(w->a, "%s%s%s", here ? "" : folder, here || slash ? "" : "/", name).p;
}

static int visit(struct walk *w, const char *folder, int folder_fd, const char *name)
{
	if (name[0] == '.')
		return 0;
	if (is_folder(folder_fd, name))
		return add_path(w, &w->folders, path_of(w, folder, name), FOLDERS_MAX, "folders");
	if (is_wanted(w, name) && is_regular(folder_fd, name))
		return add_path(w, &w->files, path_of(w, folder, name), w->max_files, "files");
	return 0;
}

static int cannot_read(struct walk *w, const char *path)
{
	return error_set(w->err, ERR_FILE, "cannot read '%s': %s", path, error_of_system(errno));
}

static int visit_all(struct walk *w, const char *folder, DIR *dir)
{
	const struct dirent *entry;

	while (errno = 0, (entry = readdir(dir)) != NULL)
		if (visit(w, folder, dirfd(dir), entry->d_name))
			return -1;
	return errno ? cannot_read(w, folder) : 0;
}

static int walk_folder(struct walk *w, const char *folder)
{
	DIR *dir = opendir(folder);
	int rc;

	if (!dir)
		return cannot_read(w, folder);
	rc = visit_all(w, folder, dir);
	(void)closedir(dir);		/* was only read */
	return rc;
}

static int walk_tree(struct walk *w)
{
	if (add_path(w, &w->folders, w->root, FOLDERS_MAX, "folders"))
		return -1;
	for (size_t i = 0; i < w->folders.count; i++)
		if (walk_folder(w, w->folders.items[i]))
			return -1;
	return 0;
}

static int by_path(const void *a, const void *b)
{
	const char *const *left = a;
	const char *const *right = b;

	return strcmp(*left, *right);
}

static int walk(struct walk *w)
{
	struct stat st;

	if (stat(w->root, &st))
		return cannot_read(w, w->root);
	if (S_ISDIR(st.st_mode))
		return walk_tree(w);
	return add_path(w, &w->files, w->root, w->max_files, "files");
}

int file_walk(struct arena *a, const char *path, const char *const *suffixes, size_t max_files,
	      const char *const **ret, size_t *ret_count, struct error *err)
{
	struct walk w = { .a = a, .root = arena_cstr(a, str_from(path)), .suffixes = suffixes,
			  .max_files = max_files, .err = err };

	if (!w.root)
		return error_set_oom(err);
	if (walk(&w))
		return -1;
	if (w.files.count)
		qsort(w.files.items, w.files.count, sizeof(*w.files.items), by_path);
	*ret = w.files.items;
	*ret_count = w.files.count;
	return 0;
}
