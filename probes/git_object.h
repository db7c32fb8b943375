/*
 * Objects of a git repository that stand in files of their own: what an annotated tag points to.
 */
#ifndef PROBES_GIT_OBJECT_H
#define PROBES_GIT_OBJECT_H

#include "harness/base/error.h"

/* 40 or 64 hex digits in lower case. */
bool git_is_hash(struct str s);

/*
 * What the tag object `hash` of the repository folder `common` points to in the end, in `a`; `hash` itself when
 * it is no tag; absent when the object is in no file of its own (it is in a pack). ERR_FILE for one that is
 * damaged.
 */
int git_tag_target(struct arena *a, const char *common, struct str hash, struct str *ret,
	struct error *err) MUST_USE;

#endif
