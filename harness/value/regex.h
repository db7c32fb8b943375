/*
 * Regular expressions: adapter over PCRE2, set up to agree with the Rust regex crate where scenario files care:
 * UTF, Unicode classes, newline is LF, '$' only at the very end, a match limit. The compiled pattern lives in the
 * arena (its allocator is pointed there), so nothing needs freeing.
 */
#ifndef HARNESS_VALUE_REGEX_H
#define HARNESS_VALUE_REGEX_H

#include "harness/base/error.h"
#include "harness/value/value.h"

struct regex;

/* ERR_CHECK with the library's text; *ret_at (may be NULL) is the offset in the pattern. */
int regex_compile(struct arena *a, struct str pattern, bool ignore_case, const struct regex **ret, size_t *ret_at,
		  struct error *err) MUST_USE;

enum regex_result { REGEX_MATCH, REGEX_NO_MATCH, REGEX_ERROR };

/*
 * Searches anywhere in `text` (UTF-8). With ret_group the first capture group of the first match is stored there, absent
 * when the pattern has none or it took no part. REGEX_ERROR (match limit, bad text) fills *err.
 */
enum regex_result regex_search(const struct regex *re, struct str text, struct str *ret_group, struct error *err) MUST_USE;

/* Replaces all matches; $1 ${1} $name ${name} $$ in `with` ($1_ names the group "1_"), unknown groups are empty. */
int regex_replace(const struct regex *re, struct str text, struct str with, struct strbuf *out, struct error *err) MUST_USE;

/* As it was given to regex_compile. */
struct str regex_pattern(const struct regex *re);

#endif
