/*
 * File patterns as the option --glob takes them: `*` and `?` within a name, `[a-z]`, and `**` for any number of folders.
 */
#ifndef HARNESS_BASE_GLOB_H
#define HARNESS_BASE_GLOB_H

#include "harness/base/file.h"

/* True when the path fits the pattern, step by step. Both relative or both absolute. False too when memory is out. */
bool glob_fits(struct arena *a, const char *pattern, const char *path);

/*
 * The files that fit and end in one of `suffixes` (NULL-terminated), in byte order of their path, in `a`; none is no error. Names that start with a dot are left out. More than
 * `max_files` below the part of the pattern before its first wildcard: ERR_LIMIT.
 */
int glob_files(struct arena *a, const char *pattern, const char *const *suffixes, size_t max_files,
	       const char *const **ret, size_t *ret_count, struct error *err) MUST_USE;

#endif
