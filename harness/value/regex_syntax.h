/*
 * Inside of regex: what the Rust regex crate writes otherwise than PCRE2. Not for other modules.
 */
#ifndef HARNESS_VALUE_REGEX_SYNTAX_H
#define HARNESS_VALUE_REGEX_SYNTAX_H

#include "harness/base/arena.h"
#include "harness/base/error.h"

/*
 * Rewrites \u{41}, \U{41}, \u0041, \U00000041 to \x{41}; (?<n> and (?P<n> are PCRE2's too. (?U), which swaps greed in both,
 * stays. The operations of classes (&& -- ~~) and classes in classes exist only there: ERR_CHECK that says so.
 */
int regex_translate(struct arena *a, struct str pattern, struct str *ret, size_t *ret_at,
	struct error *err) MUST_USE;

#endif
