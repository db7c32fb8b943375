/*
 * A git repository's own files: HEAD, refs, packed-refs, the pointer files of worktrees and submodules. Only
 * reading, nothing is started.
 */
#ifndef PROBES_GIT_FILES_H
#define PROBES_GIT_FILES_H

#include "harness/base/error.h"

struct git_head {
	struct str branch;	/* "main"; absent on a detached HEAD */
	struct str commit;	/* hex digits; absent on a branch without a commit */
	struct str tag;		/* on that commit; absent: none. Of several the first in byte order */
	bool tag_is_sure;	/* false: some tags' objects are in packs, which only git itself reads */
};

/*
 * What is checked out at `path`: a working tree or a folder in one, a worktree, a bare repository. Texts are in
 * `a`; tags are looked at only when they are wanted. ERR_FILE where there is no repository, or where its files can't be read or aren't what git writes.
 */
int git_read_head(struct arena *a, const char *path, bool want_tag, struct git_head *ret,
	struct error *err) MUST_USE;

#endif
