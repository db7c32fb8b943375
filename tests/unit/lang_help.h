/*
 * What the tests of harness/lang share: kinds as rows, like those of the probes, and files parsed from texts.
 */
#ifndef TESTS_UNIT_LANG_HELP_H
#define TESTS_UNIT_LANG_HELP_H

#include "harness/lang/parser.h"
#include "tests/unit/expect.h"

extern const struct kinds help_kinds;

/* One text, parsed. Everything lives in `arena`; help_parse_end releases it. */
struct help_parse {
	struct arena arena;
	struct error_list errors, warnings;
	const struct suite *suite;	/* NULL: it has mistakes */
};

/* Parses; with `check` also check_suite, whose errors join the list. */
void help_parse(struct help_parse *p, enum file_type type, const char *text, bool check);
void help_parse_end(struct help_parse *p);

/* Parses a text that must be good. */
const struct suite *help_good(struct help_parse *p, enum file_type type, const char *text);

/* The text of a source at a span. */
struct str help_at(const struct source *s, struct span span);

/*
 * Expects at least one error: its message holds `message`, and it stands at line:column (0:0: not looked at).
 */
void help_expect_error(enum file_type type, const char *text, bool check, const char *message, size_t line, size_t column);

/* A parse input over one text, for who parses it alone. */
struct parse_input help_input(struct arena *a, enum file_type type, const char *text);

#endif
