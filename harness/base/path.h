/*
 * Paths as text: nothing here looks at the file system. "." and ".." steps, empty steps and a
 * trailing slash are resolved away; ".." at the start of a relative path stays, at the root it is
 * dropped. The empty path is ".". Results are in the arena, NULL when memory is out.
 */
#ifndef HARNESS_BASE_PATH_H
#define HARNESS_BASE_PATH_H

#include "harness/base/arena.h"

/* `name` as the file `base_file` means it: in that file's folder, unless it is absolute. */
const char *path_resolve(struct arena *a, const char *base_file, struct str name) MUST_USE;

/* As path_resolve, but against a folder. */
const char *path_join(struct arena *a, const char *dir, struct str name) MUST_USE;

/*
 * True when `path` is `dir` or lies in it; both relative, or both absolute, else false. False too
 * when memory is out, and when the text alone cannot tell ("../here" and "x").
 */
bool path_is_inside(struct arena *a, const char *dir, const char *path);

#endif
