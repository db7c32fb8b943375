/*
 * Files: bounded reading, replacing as a whole, walking. Paths as text are in path.h.
 */
#ifndef HARNESS_BASE_FILE_H
#define HARNESS_BASE_FILE_H

#include "harness/base/error.h"
#include "harness/base/path.h"

/*
 * All of a file, in `a`, NUL-terminated behind its length; an empty file is "", not absent. More
 * than `max_bytes`: ERR_LIMIT; else ERR_FILE with the system's text.
 */
int file_read(struct arena *a, const char *path, size_t max_bytes, struct str *ret,
	      struct error *err) MUST_USE;

/* As file_read, from an open descriptor to its end. `name` is for the message. */
int file_read_fd(struct arena *a, int fd, const char *name, size_t max_bytes, struct str *ret,
		 struct error *err) MUST_USE;

/*
 * Replaces `path` as a whole: temporary file ".NAME.postflight.PID" in the same folder, exactly
 * this mode, fsync, rename, fsync of the folder. A symbolic link at the name is replaced, not
 * followed; FIFOs, devices and other names of open descriptors (/dev/stdout, /dev/fd/3) are written
 * directly, a FIFO only when somebody reads from it. On failure the old file stands and the
 * temporary one is gone; only when the last fsync fails is the new one there already.
 */
int file_replace(const char *path, struct str content, unsigned mode, struct error *err) MUST_USE;

/*
 * True for what file_replace writes as it is: another name of an open descriptor (/dev/stdout,
 * /dev/fd/3), a FIFO, a device. file_open_direct opens such a path for writing piece by piece;
 * close *ret_fd only when *ret_owned.
 */
bool file_is_direct(const char *path);
int file_open_direct(const char *path, int *ret_fd, bool *ret_owned, struct error *err) MUST_USE;	/* ERR_FILE */

/* All of `s` to a descriptor; short writes are resumed. `name` is for the message. */
int file_write_all(int fd, struct str s, const char *name, struct error *err) MUST_USE;

/* What is at `path`, links followed; false when it cannot be told. */
bool file_is_directory(const char *path);
bool file_exists(const char *path);	/* of any kind */

/*
 * The files below `path` whose name ends in one of `suffixes` (NULL-terminated), in byte order of
 * their path, in `a`. `path` itself when it is no folder. Names that start with a dot are left out,
 * links to folders are not followed. At most `max_files`, then ERR_LIMIT.
 */
int file_walk(struct arena *a, const char *path, const char *const *suffixes, size_t max_files,
	      const char *const **ret, size_t *ret_count, struct error *err) MUST_USE;

#endif
