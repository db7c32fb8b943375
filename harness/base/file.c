#include "harness/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/base/scan.h"

/* A piece fills what room there is; a buffer that is full gets as much again, within these. */
enum { SMALLEST_PIECE = 4 * 1024, LARGEST_PIECE = 64 * 1024 };

/* How long a descriptor that somebody made non-blocking may stay unusable. */
enum { STALL_MS = 10000 };

/* The error of the system call that just failed. */
static int fail(struct error *err, const char *verb, const char *name)
{
	return error_set(err, ERR_FILE, "cannot %s '%s': %s", verb, name, error_of_system(errno));
}

/* After a read or write that failed: true when it is to be tried again. */
static bool may_go_on(int fd, short events)
{
	struct pollfd p = { .fd = fd, .events = events };
	int saved = errno;
	int n;

	if (errno == EINTR)
		return true;
	if (errno != EAGAIN && errno != EWOULDBLOCK)
		return false;
	n = poll(&p, 1, STALL_MS);
	if (n > 0 || (n < 0 && errno == EINTR))
		return true;
	errno = saved;
	return false;
}

static int too_large(struct error *err, const char *name, size_t max_bytes)
{
	return error_set(err, ERR_LIMIT, "cannot read '%s': it is larger than %zu bytes", name,
			 max_bytes);
}

static size_t smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Small files are most of all: what is not needed is not touched. */
static size_t piece_bytes(const struct strbuf *sb)
{
	size_t left = sb->max_bytes - sb->n;
	size_t room = sb->cap > sb->n + 1 ? sb->cap - sb->n - 1 : 0;

	if (!room)
		room = sb->n > SMALLEST_PIECE ? sb->n : SMALLEST_PIECE;
	return smaller(left, smaller(room, LARGEST_PIECE));
}

/* One piece: 1 when there was something, 0 at the end, -1 with *err. */
static int read_piece(int fd, const char *name, struct strbuf *sb, struct error *err)
{
	size_t want = piece_bytes(sb);
	char *place = strbuf_reserve(sb, want);
	ssize_t n;

	if (!place)
		return error_set_oom(err);
	do
		n = read(fd, place, want);
	while (n < 0 && may_go_on(fd, POLLIN));
	if (n < 0)
		return fail(err, "read", name);
	strbuf_advance(sb, (size_t)n);
	return n > 0;
}

static int read_all(int fd, const char *name, size_t max_bytes, struct strbuf *sb,
		    struct error *err)
{
	int more;

	do {
		more = read_piece(fd, name, sb, err);
		if (more < 0)
			return -1;
		if (sb->n > max_bytes)
			return too_large(err, name, max_bytes);
	} while (more);
	return 0;
}

int file_read_fd(struct arena *a, int fd, const char *name, size_t max_bytes, struct str *ret,
		 struct error *err)
{
	struct strbuf sb;
	struct str s;
	int rc;

	strbuf_init(&sb, max_bytes < SIZE_MAX ? max_bytes + 1 : max_bytes);
	rc = read_all(fd, name, max_bytes, &sb, err);
	if (rc)
		goto out;
	s = arena_str(a, strbuf_str(&sb));
	if (s.p)
		*ret = s;
	else
		rc = error_set_oom(err);
out:
	strbuf_release(&sb);
	return rc;
}

int file_read(struct arena *a, const char *path, size_t max_bytes, struct str *ret,
	      struct error *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	int rc;

	if (fd < 0)
		return fail(err, "read", path);
	rc = file_read_fd(a, fd, path, max_bytes, ret, err);
	(void)close(fd);		/* was only read */
	return rc;
}

int file_write_all(int fd, struct str s, const char *name, struct error *err)
{
	while (s.n) {
		ssize_t n = write(fd, s.p, s.n);

		if (n < 0 && !may_go_on(fd, POLLOUT))
			return fail(err, "write", name);
		if (n > 0)
			s = str_sub(s, (size_t)n, s.n);
	}
	return 0;
}

/* Closes what was written: the last error that a file system may tell. */
static int close_written(int fd, const char *name, struct error *err)
{
	if (close(fd) && errno != EINTR)
		return fail(err, "write", name);
	return 0;
}

/*
 * The descriptor that a path is only another name of, or -1. It is written as it is: a second
 * opening would start at byte 0 of a redirected file, and a rename would take the name away.
 */
static int named_descriptor(const char *path)
{
	static const struct str folders[] = { STR_INIT("/dev/fd/"), STR_INIT("/proc/self/fd/") };
	struct str whole = str_from(path);
	int64_t fd;

	if (str_is(whole, "/dev/stdout"))
		return STDOUT_FILENO;
	if (str_is(whole, "/dev/stderr"))
		return STDERR_FILENO;
	for (size_t i = 0; i < ARRAY_SIZE(folders); i++)
		if (str_starts_with(whole, folders[i]) &&
		    scan_int(str_sub(whole, folders[i].n, whole.n), 0, INT32_MAX, &fd))
			return (int)fd;
	return -1;
}

/* A FIFO without a reader fails at once (ENXIO) instead of waiting for one. */
static int open_special(const char *path, int *ret_fd, struct error *err)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

	if (fd < 0 && errno == ENXIO)
		return error_set(err, ERR_FILE, "cannot write '%s': nobody reads from it", path);
	if (fd < 0)
		return fail(err, "write", path);
	*ret_fd = fd;
	return 0;
}

static int write_special(const char *path, struct str content, struct error *err)
{
	int fd;

	if (open_special(path, &fd, err))
		return -1;
	if (file_write_all(fd, content, path, err)) {
		(void)close(fd);	/* the first error is the one to tell */
		return -1;
	}
	return close_written(fd, path, err);
}

static bool is_special(const char *path)
{
	struct stat st;

	if (lstat(path, &st))
		return false;
	return !S_ISREG(st.st_mode) && !S_ISLNK(st.st_mode) && !S_ISDIR(st.st_mode);
}

bool file_is_direct(const char *path)
{
	return named_descriptor(path) >= 0 || is_special(path);
}

int file_open_direct(const char *path, int *ret_fd, bool *ret_owned, struct error *err)
{
	int fd = named_descriptor(path);

	*ret_owned = fd < 0;
	if (fd < 0)
		return open_special(path, ret_fd, err);
	*ret_fd = fd;
	return 0;
}

/* The folder of a path with its slash; "" is the current one. */
static struct str folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return str_make(path, slash ? (size_t)(slash - path) + 1 : 0);
}

/* One left behind by a process that was killed and had our number is in the way, and is ours. */
static int open_temporary(const char *temporary)
{
	const int flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW;
	int fd = open(temporary, flags, 0600);

	if (fd < 0 && errno == EEXIST && unlink(temporary) == 0)
		fd = open(temporary, flags, 0600);
	return fd;
}

static int fill(int fd, const char *path, struct str content, unsigned mode, struct error *err)
{
	if (fchmod(fd, (mode_t)mode))
		return fail(err, "set the mode of", path);
	if (file_write_all(fd, content, path, err))
		return -1;
	return fsync(fd) ? fail(err, "write", path) : 0;
}

static int write_temporary(const char *temporary, const char *path, struct str content,
			   unsigned mode, struct error *err)
{
	int fd = open_temporary(temporary);

	if (fd < 0)
		return fail(err, "write", path);
	if (fill(fd, path, content, mode, err)) {
		(void)close(fd);	/* the first error is the one to tell */
		return -1;
	}
	return close_written(fd, path, err);
}

/*
 * Makes the rename last. Some file systems cannot (EINVAL), and a folder that may be written but
 * not read cannot be opened; in both cases the file is in place, and there is nothing better to do.
 */
static int sync_folder(const char *folder, const char *path, struct error *err)
{
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int rc = 0;

	if (fd < 0)
		return errno == EACCES ? 0 : fail(err, "write", path);
	if (fsync(fd) && errno != EINVAL && errno != ENOTSUP)
		rc = fail(err, "write", path);
	(void)close(fd);		/* was only read */
	return rc;
}

static int replace(const char *temporary, const char *path, struct str content, unsigned mode,
		   struct error *err)
{
	if (write_temporary(temporary, path, content, mode, err))
		return -1;
	return rename(temporary, path) ? fail(err, "replace", path) : 0;
}

static int replace_in(struct arena *a, const char *path, struct str content, unsigned mode,
		      struct error *err)
{
	struct str folder = folder_of(path);
	const char *folder_name = arena_cstr(a, folder.n ? folder : STR("."));
	struct str temporary = arena_printf(a, "%.*s.%s.postflight.%ld", STR_ARG(folder),
					    path + folder.n, (long)getpid());

	if (arena_failed(a))
		return error_set_oom(err);
	if (replace(temporary.p, path, content, mode, err)) {
		(void)unlink(temporary.p);	/* may never have been made */
		return -1;
	}
	return sync_folder(folder_name, path, err);
}

int file_replace(const char *path, struct str content, unsigned mode, struct error *err)
{
	int fd = named_descriptor(path);
	struct arena scratch;
	int rc;

	if (fd >= 0)
		return file_write_all(fd, content, path, err);
	if (is_special(path))
		return write_special(path, content, err);
	arena_init(&scratch, 4 * strlen(path) + 1024);
	rc = replace_in(&scratch, path, content, mode, err);
	arena_release(&scratch);
	return rc;
}

bool file_is_directory(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

bool file_exists(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0;
}
