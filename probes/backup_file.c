#include "probes/backup_file.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <sys/stat.h>
#include <unistd.h>

#define MATCHES_MAX 100000

struct candidate {
	const char *path;
	int64_t modified_us;
	uint64_t bytes;
};

static int64_t modified_us(const struct stat *st)
{
	return (int64_t)st->st_mtim.tv_sec * 1000000 + st->st_mtim.tv_nsec / 1000;
}

static bool look(const char *path, struct candidate *ret)
{
	struct stat st;

	if (stat(path, &st) || !S_ISREG(st.st_mode))
		return false;
	*ret = (struct candidate){ path, modified_us(&st), (uint64_t)st.st_size };
	return true;
}

static bool is_newer(const struct candidate *a, const struct candidate *b)
{
	if (a->modified_us != b->modified_us)
		return a->modified_us > b->modified_us;
	return strcmp(a->path, b->path) > 0;
}

/* ---- matching ---- */

static int nothing(const char *pattern, struct error *err)
{
	error_set(err, ERR_FILE, "no file matches '%s'", pattern);
	error_note(err, "was the backup made, and is its folder the one that is meant?");
	return -1;
}

/* The folder before the first wildcard. */
static const char *fixed_folder(struct arena *a, const char *pattern)
{
	size_t n = strcspn(pattern, "*?[");

	while (n && pattern[n - 1] != '/')
		n--;
	return n ? arena_cstr(a, str_make(pattern, n > 1 ? n - 1 : 1)) : ".";
}

static int unreadable(struct arena *a, const char *pattern, struct error *err)
{
	const char *folder = fixed_folder(a, pattern);

	if (!folder)
		return error_set_oom(err);
	if (access(folder, R_OK | X_OK))
		return error_set(err, ERR_FILE, "cannot read the folder '%s': %s", folder,
			error_of_system(errno));
	return error_set(err, ERR_FILE, "cannot read a folder that '%s' matches", pattern);
}

static int choose(const glob_t *g, const char *pattern, struct candidate *best,
	struct candidate *second, struct error *err)
{
	struct candidate c;

	if (g->gl_pathc > MATCHES_MAX)
		return error_set(err, ERR_LIMIT, "more than %d files match '%s'", MATCHES_MAX, pattern);
	for (size_t i = 0; i < g->gl_pathc; i++) {
		if (!look(g->gl_pathv[i], &c))
			continue;
		if (!best->path || is_newer(&c, best)) {
			*second = *best;
			*best = c;
		} else if (!second->path || is_newer(&c, second)) {
			*second = c;
		}
	}
	return best->path ? 0 : nothing(pattern, err);
}

static int match(struct arena *a, const char *pattern, struct candidate *best,
	struct candidate *second, struct error *err)
{
	glob_t g = { 0 };
	int rc = glob(pattern, GLOB_NOSORT | GLOB_ERR, NULL, &g);

	if (rc == GLOB_NOMATCH)
		rc = nothing(pattern, err);
	else if (rc == GLOB_NOSPACE)
		rc = error_set_oom(err);
	else if (rc)
		rc = unreadable(a, pattern, err);
	else
		rc = choose(&g, pattern, best, second, err);
	if (!rc) {
		best->path = arena_cstr(a, str_from(best->path));
		rc = best->path ? 0 : error_set_oom(err);
	}
	globfree(&g);
	return rc;
}

static int find(struct arena *a, const char *pattern, struct candidate *best,
	struct candidate *second, struct error *err)
{
	struct stat st;

	if (look(pattern, best))
		return 0;
	if (!stat(pattern, &st) && S_ISDIR(st.st_mode)) {
		error_set(err, ERR_FILE, "'%s' is a folder", pattern);
		error_note(err, "name its backups: %s/*.sql.gz", pattern);
		return -1;
	}
	return match(a, pattern, best, second, err);
}

/* ---- opening and reading ---- */

static int open_file(const char *path, struct backup_file *f, struct error *err)
{
	struct stat st;

	f->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (f->fd < 0)
		return error_set(err, ERR_FILE, "cannot read '%s': %s", path, error_of_system(errno));
	if (fstat(f->fd, &st)) {
		error_set(err, ERR_FILE, "cannot read '%s': %s", path, error_of_system(errno));
		backup_file_close(f);
		return -1;
	}
	f->bytes = (uint64_t)st.st_size;
	f->modified_us = modified_us(&st);
	(void)posix_fadvise(f->fd, 0, 0, POSIX_FADV_SEQUENTIAL); /* only advice */
	return 0;
}

int backup_file_open(struct arena *a, const char *pattern, const struct deadline *deadline,
	struct backup_file *ret, struct error *err)
{
	struct candidate best = { 0 };
	struct candidate second = { 0 };
	struct backup_file f = { .deadline = deadline };

	if (find(a, pattern, &best, &second, err) || open_file(best.path, &f, err))
		return -1;
	f.path = best.path;
	f.has_previous = second.path != NULL;
	f.previous_bytes = second.bytes;
	*ret = f;
	return 0;
}

void backup_file_close(struct backup_file *f)
{
	if (f->fd >= 0)
		(void)close(f->fd); /* was only read */
	f->fd = -1;
}

static ptrdiff_t read_file(void *ctx, char *to, size_t n, struct error *err)
{
	struct backup_file *f = ctx;
	ssize_t got;

	do {
		if (deadline_is_over(f->deadline))
			return deadline_error(err,
				deadline_left_us(f->deadline) ? WAIT_CANCELLED : WAIT_TIMEOUT,
				"reading the backup");
		got = read(f->fd, to, n);
	} while (got < 0 && errno == EINTR);
	if (got < 0)
		return error_set(err, ERR_FILE, "cannot read '%s': %s", f->path,
			error_of_system(errno));
	return got;
}

struct backup_source backup_file_source(struct backup_file *f)
{
	return (struct backup_source){ .name = f->path, .ctx = f, .read = read_file };
}

bool backup_file_changed(const struct backup_file *f)
{
	struct stat st;

	return fstat(f->fd, &st) || (uint64_t)st.st_size != f->bytes ||
		modified_us(&st) != f->modified_us;
}
