/*
 * JSONPath in the dialect of scenario files: the expression language that Hurl 7 reads, and all of RFC 9535.
 *
 * Result shape (mode 7): an expression made only of single-name and single-index steps gives one node or no value; any
 * other gives a list. A list that an index step leaves empty is no value. Members of objects are visited sorted by key bytes.
 * Mode 8: RFC 9535 only; no node is no value, one node that value, more a list. Mode list: always a list.
 */
#ifndef HARNESS_VALUE_JSONPATH_H
#define HARNESS_VALUE_JSONPATH_H

#include "harness/base/error.h"
#include "harness/value/value.h"

enum jsonpath_mode { JSONPATH_7, JSONPATH_8, JSONPATH_LIST };

struct jsonpath;

/* ERR_CHECK "invalid JSONPath ..." with what was expected; *ret_at (may be NULL) is the offset. */
int jsonpath_compile(struct arena *a, struct str text, enum jsonpath_mode mode, const struct jsonpath **ret, size_t *ret_at,
		     struct error *err) MUST_USE;

/* *ret is NULL for no value. Fails only when memory is out or the result is too large. */
int jsonpath_eval(struct arena *a, const struct jsonpath *path, const struct value *root, const struct value **ret,
		  struct error *err) MUST_USE;

/*
 * For a path that found nothing: the name that was looked for and the most similar key where the walk ended
 * ("no 'totl'; nearest key: 'total'"). False when there is nothing helpful to say.
 */
bool jsonpath_hint(struct strbuf *out, const struct jsonpath *path, const struct value *root);

#endif
