#include "harness/run/artifacts.h"

#include <errno.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/base/file.h"
#include "harness/base/mem.h"

struct artifacts {
	const char *dir;
	unsigned mode;
	atomic_size_t lost;
};

static int make_folder(const char *dir, unsigned mode, struct error *err)
{
	int problem = mkdir(dir, mode & 077 ? 0755 : 0700) ? errno : 0;
	if (!problem || file_is_directory(dir))
		return 0;
	if (file_exists(dir))
		return error_set(err, ERR_FILE, "'%s', given with --artifacts, is no folder", dir);
	error_set(err, ERR_FILE, "the folder of --artifacts, '%s', cannot be made: %s", dir,
		strerror(problem));
	error_note(err, "the folder above it must be there, and be yours to write in");
	return -1;
}

static struct str path_in(const struct artifacts *t, struct arena *a, struct str name)
{
	size_t n = strlen(t->dir);
	return arena_printf(a, "%s%s%.*s", t->dir, n && t->dir[n - 1] == '/' ? "" : "/",
		STR_ARG(name));
}

/* Written and gone again: better known before anything is sent. */
static int try_to_write(const struct artifacts *t, struct error *err)
{
	struct arena a;
	arena_init(&a, 65536);
	struct str path = path_in(t, &a, STR(".postflight"));
	int bad = !path.p ? error_set_oom(err) :
			    file_replace(path.p, STR(""), t->mode, err);
	if (!bad)
		bad = unlink(path.p) ? error_set(err, ERR_FILE, "'%s' cannot be removed: %s",
					       path.p, strerror(errno)) :
				       0;
	arena_release(&a);
	return bad;
}

int artifacts_open(
	const char *dir, unsigned mode, struct artifacts **ret, struct error *err)
{
	struct artifacts *t = mem_calloc(1, sizeof(*t));
	if (!t)
		return error_set_oom(err);
	t->dir = dir;
	t->mode = mode;
	if (make_folder(dir, mode, err) || try_to_write(t, err)) {
		mem_free(t);
		return -1;
	}
	*ret = t;
	return 0;
}

void artifacts_close(struct artifacts *t)
{
	mem_free(t);
}

int artifacts_write(struct artifacts *t, struct arena *a, struct str name,
	struct str content, struct str *ret_path, struct error *err)
{
	struct str path = path_in(t, a, name);
	int bad = !path.p ? error_set_oom(err) :
			    file_replace(path.p, content, t->mode, err);
	if (bad)
		atomic_fetch_add(&t->lost, 1);
	else
		*ret_path = path;
	return bad;
}

size_t artifacts_lost(const struct artifacts *t)
{
	return t ? atomic_load(&((struct artifacts *)t)->lost) : 0;
}
