/*
 * Text to AST: one parser for .hurl and .suite, one reader for .sql annotations; no network, clock, environment, or global.
 *
 * Recursive descent, a function per grammar rule, the rule in the comment above it. After a mistake it goes on at the next entry, so
 * that one run shows several, up to the list's cap.
 */
#ifndef HARNESS_LANG_PARSER_H
#define HARNESS_LANG_PARSER_H

#include "harness/base/limits.h"
#include "harness/lang/ast.h"
#include "harness/lang/kind.h"

struct parse_input {
	struct arena *arena;		/* gets the tree */
	const struct limits *limits;
	const struct kinds *kinds;
	const struct source *source;
	enum file_type type;
	enum jsonpath_mode jsonpath;
};

/*
 * Parses a whole file. 0 and *ret, or -1 with at least one error added to `errors` (ERR_PARSE at a place).
 * A file without entries is valid. Never reads other files.
 */
int parse_suite(const struct parse_input *in, const struct suite **ret, struct error_list *errors) MUST_USE;

/* FILE_SUITE for ".suite", FILE_SQL for ".sql", else FILE_HURL. */
enum file_type file_type_of(const char *path);

/*
 * Names and types, after parsing: filter chains whose types can't fit, queries the kind does not know, options that contradict
 * (retry with write ...). Errors in .suite and .sql, warnings (into `warnings`) in .hurl files. 0 when no error was added.
 */
int check_suite(const struct suite *s, struct error_list *errors, struct error_list *warnings) MUST_USE;

#endif
