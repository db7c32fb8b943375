/*
 * Files: bounded reading, replacing as a whole, and paths.
 */
#ifndef HARNESS_BASE_FILE_H
#define HARNESS_BASE_FILE_H

#include "harness/base/error.h"

/* All of a file, in `a`, NUL-terminated behind its length. More than `max_bytes`: ERR_LIMIT; else ERR_FILE with errno's text. */
int file_read(struct arena *a, const char *path, size_t max_bytes, struct str *ret, struct error *err) MUST_USE;

/* As file_read, from an open descriptor to its end. `name` is for the message. */
int file_read_fd(struct arena *a, int fd, const char *name, size_t max_bytes, struct str *ret,
		 struct error *err) MUST_USE;

/*
 * Replaces `path` as a whole: temporary file ".NAME.postflight.PID" in the same folder, mode, fsync,
 * rename, fsync of the folder. A symbolic link at the name is replaced, not followed; FIFOs and
 * devices are written directly. On failure the old file stands and the temporary one is gone.
 */
int file_replace(const char *path, struct str content, unsigned mode, struct error *err) MUST_USE;

/* All of `s` to a descriptor; short writes are resumed. */
int file_write_all(int fd, struct str s, const char *name, struct error *err) MUST_USE;

bool file_is_directory(const char *path);
bool file_exists(const char *path);

/* "dir/name" of path's folder and `name`; an absolute `name` stays. In `a`; "." and ".." steps are resolved textually. */
const char *path_resolve(struct arena *a, const char *base_file, struct str name) MUST_USE;

/* As path_resolve, but against a folder. */
const char *path_join(struct arena *a, const char *dir, struct str name) MUST_USE;

/* True when the normalised `path` lies in `dir` (both relative, or both absolute). */
bool path_is_inside(struct arena *a, const char *dir, const char *path);

/*
 * The files below `path` whose name ends in one of `suffixes` (NULL-terminated), in byte order of their path, in `a`.
 * `path` itself when it is no folder. At most `max_files`, then ERR_LIMIT.
 */
int file_walk(struct arena *a, const char *path, const char *const *suffixes, size_t max_files,
	      const char *const **ret, size_t *ret_count, struct error *err) MUST_USE;

#endif
