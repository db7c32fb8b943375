#include "probes/git_files.h"

#include <errno.h>
#include <limits.h>
#include <unistd.h>

#include "harness/base/file.h"
#include "probes/git_object.h"

#define POINTER_BYTES 8192		/* HEAD, a loose ref, .git as a file */
#define PACKED_BYTES ((size_t)64 * 1024 * 1024)
#define SYMREF_MAX 5
#define PARENTS_MAX 200
#define TAGS_MAX 100000

struct repository {
	struct arena *a;
	const char *dir;	/* of this worktree */
	const char *common;	/* of the repository: refs, objects */
	struct str packed;	/* packed-refs, "" when there are none */
};

/* ---- finding it ---- */

static const char *in(struct arena *a, const char *dir, const char *name)
{
	return arena_printf(a, "%s/%s", dir, name).p;
}

static bool has(struct arena *a, const char *dir, const char *name)
{
	const char *path = in(a, dir, name);

	return path && file_exists(path);
}

static bool is_git_dir(struct arena *a, const char *dir)
{
	return has(a, dir, "HEAD") && (has(a, dir, "commondir") || (has(a, dir, "objects") && has(a, dir, "refs")));
}

/* The first line of a small file. */
static int read_line(struct arena *a, const char *path, struct str *ret, struct error *err)
{
	struct str text;

	if (!path)
		return error_set_oom(err);
	if (file_read(a, path, POINTER_BYTES, &text, err))
		return -1;
	*ret = str_trim(str_cut(&text, '\n'));
	return 0;
}

/* Worktrees and submodules have a file in place of the folder: "gitdir: PATH". */
static int follow_pointer(struct arena *a, const char *folder, const char *file, const char **ret,
	struct error *err)
{
	struct str line;

	if (read_line(a, file, &line, err))
		return -1;
	if (!str_starts_with(line, STR("gitdir: ")))
		return error_set(err, ERR_FILE, "'%s' is no pointer to a repository", file);
	*ret = path_join(a, folder, str_sub(line, 8, SIZE_MAX));
	return *ret ? 0 : error_set_oom(err);
}

/* The git folder of this very folder: 1 found, 0 not here, -1 with *err. */
static int git_dir_of(struct arena *a, const char *folder, const char **ret, struct error *err)
{
	const char *git = in(a, folder, ".git");

	if (!git)
		return error_set_oom(err);
	if (file_is_directory(git) && is_git_dir(a, git)) {
		*ret = git;
		return 1;
	}
	if (file_exists(git) && !file_is_directory(git))
		return follow_pointer(a, folder, git, ret, err) ? -1 : 1;
	if (!is_git_dir(a, folder))
		return 0;
	*ret = folder;
	return 1;
}

static int find_git_dir(struct arena *a, const char *path, const char **ret, struct error *err)
{
	char folder[PATH_MAX];

	if (!realpath(path, folder))
		return error_set(err, ERR_FILE, "cannot read '%s': %s", path, error_of_system(errno));
	for (size_t i = 0; i < PARENTS_MAX; i++) {
		int found = git_dir_of(a, folder, ret, err);
		char *slash = strrchr(folder, '/');

		if (found > 0)
			*ret = arena_cstr(a, str_from(*ret));
		if (found)
			return found < 0 ? -1 : *ret ? 0 : error_set_oom(err);
		if (!slash || slash == folder)
			break;
		*slash = '\0';
	}
	return error_set(err, ERR_FILE, "there is no git repository at '%s' or above it", path);
}

/* A worktree's folder names that of the whole repository. */
static int find_common(struct repository *r, struct error *err)
{
	struct str line;

	r->common = r->dir;
	if (!has(r->a, r->dir, "commondir"))
		return 0;
	if (read_line(r->a, in(r->a, r->dir, "commondir"), &line, err))
		return -1;
	r->common = path_join(r->a, r->dir, line);
	return r->common ? 0 : error_set_oom(err);
}

static int read_packed(struct repository *r, struct error *err)
{
	const char *path = in(r->a, r->common, "packed-refs");

	if (!path)
		return error_set_oom(err);
	r->packed = STR("");
	return file_exists(path) ? file_read(r->a, path, PACKED_BYTES, &r->packed, err) : 0;
}

/* ---- refs ---- */

/* "HASH NAME", or "^HASH" behind it: what an annotated tag points to. */
struct packed_ref {
	struct str name, hash, peeled;
};

static bool next_packed(struct str *rest, struct packed_ref *ret)
{
	while (rest->p) {
		struct str line = str_trim(str_cut(rest, '\n'));
		struct str hash = str_cut(&line, ' ');

		if (!hash.n || *hash.p == '#' || *hash.p == '^')
			continue;
		*ret = (struct packed_ref){ .name = line, .hash = hash };
		if (rest->n && *rest->p == '^') {
			line = str_trim(str_cut(rest, '\n'));
			ret->peeled = str_sub(line, 1, SIZE_MAX);
		}
		return true;
	}
	return false;
}

static struct str packed_hash(const struct repository *r, struct str name)
{
	struct str rest = r->packed;
	struct packed_ref ref;

	while (next_packed(&rest, &ref))
		if (str_eq(ref.name, name))
			return ref.hash;
	return (struct str){ 0 };
}

/* A ref's name is a path: none that leads out of the repository. */
static bool is_ref_name(struct str name)
{
	return str_starts_with(name, STR("refs/")) && str_find(name, STR("..")) == SIZE_MAX &&
		!memchr(name.p, '\0', name.n);
}

static int bad_content(const char *where, struct str content, struct error *err)
{
	return error_set(err, ERR_FILE, "'%s' holds what git does not write: '%.*s'", where,
		STR_ARG(str_sub(content, 0, 80)));
}

/* The content of a ref: a hash, or the name of another ref ("ref: NAME"). Absent: it does not exist. */
static int ref_content(const struct repository *r, struct str name, struct str *ret, struct error *err)
{
	const char *path = arena_printf(r->a, "%s/%.*s", r->common, STR_ARG(name)).p;

	if (!path)
		return error_set_oom(err);
	if (file_exists(path) && !file_is_directory(path))
		return read_line(r->a, path, ret, err);
	*ret = packed_hash(r, name);
	return 0;
}

static int resolve(const struct repository *r, struct str content, struct str *ret, struct error *err)
{
	for (size_t i = 0; i < SYMREF_MAX && str_starts_with(content, STR("ref: ")); i++) {
		struct str name = str_trim(str_sub(content, 5, SIZE_MAX));

		if (!is_ref_name(name))
			return bad_content(r->dir, content, err);
		if (ref_content(r, name, &content, err))
			return -1;
	}
	if (content.n && !git_is_hash(content))
		return bad_content(r->dir, content, err);
	*ret = content;
	return 0;
}

static int read_head(const struct repository *r, struct git_head *ret, struct error *err)
{
	struct str content;
	static const struct str heads = STR_INIT("ref: refs/heads/");

	if (read_line(r->a, in(r->a, r->dir, "HEAD"), &content, err))
		return -1;
	if (str_is(content, "ref: refs/heads/.invalid")) {
		error_set(err, ERR_FILE, "the repository keeps its refs as a reftable, which is not supported");
		error_note(err, "git refs migrate --ref-format=files turns them into files");
		return -1;
	}
	if (str_starts_with(content, heads))
		ret->branch = str_sub(content, heads.n, SIZE_MAX);
	return resolve(r, content, &ret->commit, err);
}

/* ---- tags ---- */

struct tags {
	const struct repository *r;
	struct str commit;
	struct str best;
	bool unread;	/* a tag's object is in a pack */
};

static void offer(struct tags *t, struct str name)
{
	if (!t->best.p || str_cmp(name, t->best) < 0)
		t->best = name;
}

/* Of a tag in packed-refs: what it points to stands there, but for tags packed by ancient versions. */
static int offer_packed(struct tags *t, const struct packed_ref *ref, struct error *err)
{
	static const struct str tags = STR_INIT("refs/tags/");
	struct str target = ref->peeled.n ? ref->peeled : ref->hash;
	bool loose;

	if (!str_starts_with(ref->name, tags) || !str_eq(target, t->commit))
		return 0;
	/* a loose one of the same name is newer */
	const char *path = arena_printf(t->r->a, "%s/%.*s", t->r->common, STR_ARG(ref->name)).p;
	if (!path)
		return error_set_oom(err);
	loose = file_exists(path);
	if (!loose)
		offer(t, str_sub(ref->name, tags.n, SIZE_MAX));
	return 0;
}

static int offer_loose(struct tags *t, const char *path, struct str name, struct error *err)
{
	struct str hash;
	struct str target;

	if (read_line(t->r->a, path, &hash, err))
		return -1;
	if (str_starts_with(hash, STR("ref: ")) && resolve(t->r, hash, &hash, err))
		return -1;
	if (!git_is_hash(hash))
		return bad_content(path, hash, err);
	if (str_eq(hash, t->commit)) {
		offer(t, name);
		return 0;
	}
	if (git_tag_target(t->r->a, t->r->common, hash, &target, err))
		return -1;
	t->unread = t->unread || !target.p;
	if (str_eq(target, t->commit))
		offer(t, name);
	return 0;
}

static int loose_tags(struct tags *t, struct error *err)
{
	static const char *const any[] = { "", NULL };
	const char *folder = in(t->r->a, t->r->common, "refs/tags");
	const char *const *paths;
	size_t n;

	if (!folder)
		return error_set_oom(err);
	if (!file_is_directory(folder))
		return 0;
	if (file_walk(t->r->a, folder, any, TAGS_MAX, &paths, &n, err))
		return -1;
	for (size_t i = 0; i < n; i++)
		if (!str_ends_with(str_from(paths[i]), STR(".lock")) &&
			offer_loose(t, paths[i], str_from(paths[i] + strlen(folder) + 1), err))
			return -1;
	return 0;
}

static int find_tag(const struct repository *r, struct git_head *head, struct error *err)
{
	struct tags t = { .r = r, .commit = head->commit };
	struct str rest = r->packed;
	struct packed_ref ref;

	if (!head->commit.n)
		return 0;
	while (next_packed(&rest, &ref))
		if (offer_packed(&t, &ref, err))
			return -1;
	if (loose_tags(&t, err))
		return -1;
	head->tag = t.best;
	head->tag_is_sure = !t.unread;
	return 0;
}

int git_read_head(struct arena *a, const char *path, bool want_tag, struct git_head *ret,
	struct error *err)
{
	struct repository r = { .a = a };
	struct git_head head = { .tag_is_sure = true };

	if (find_git_dir(a, path, &r.dir, err) || find_common(&r, err) || read_packed(&r, err) ||
		read_head(&r, &head, err) || (want_tag && find_tag(&r, &head, err)))
		return -1;
	*ret = head;
	return 0;
}
