/*
 * Text with placeholders: `{{name}}`, in suites also `{{name filter ...}}`. Parsed once; filled in by judge/expand.
 */
#ifndef HARNESS_LANG_TEMPLATE_H
#define HARNESS_LANG_TEMPLATE_H

#include "harness/base/error.h"
#include "harness/base/strbuf.h"
#include "harness/value/filter.h"

struct call;

enum placeholder_kind { PLACEHOLDER_VARIABLE, PLACEHOLDER_NEW_UUID, PLACEHOLDER_NEW_DATE };

struct placeholder {
	enum placeholder_kind kind;
	struct str name;
	struct span span;		/* the name inside the braces */
	const struct call *filters;	/* ast.h; none in .hurl files */
	size_t nfilters;
};

struct template_part {
	struct str text;			/* literal text, escapes undone; used when placeholder is NULL */
	const struct placeholder *placeholder;
};

struct template {
	struct span span;		/* the text in the file, without quotes */
	const struct template_part *parts;
	size_t nparts;
};

/* No placeholder at all: its text is known now (template_text). */
bool template_is_constant(const struct template *t);
struct str template_text(const struct template *t);	/* of a constant one; "" for no parts */

/* Exactly one placeholder and nothing else. */
bool template_is_bare(const struct template *t);

/* A constant template made by us (defaults, command line). */
const struct template *template_constant(struct arena *a, struct str text);

/* How the characters between the delimiters are read (format-independent escape sets). */
enum template_escapes {
	ESCAPES_NONE,		/* multiline, backtick SQL */
	ESCAPES_STRING,		/* set A: \" \\ \/ \b \f \n \r \t \# \` \u{H...} */
	ESCAPES_KEY,		/* \# \: \\ \/ \b \f \n \r \t \u{H...} */
	ESCAPES_FILENAME,	/* \\ \b \f \n \r \t \# \; \blank \{ \} \: \u{H...} */
	ESCAPES_JSON,		/* left as they are: the literal parts of a JSON string stay as written */
	ESCAPES_SQL_STRING,	/* set A, \' and a doubled quote: 'text' in the asserts of .sql files */
	ESCAPES_WORD,		/* inside "..." of a REDIS word, as redis-cli: \n \r \t \b \a \xHH, else the character itself */
};

/*
 * Parses `span` of the source. `extended`: filters inside the braces, `{{"{{"}}` (suites); else text between the name and the
 * braces is ignored, as Hurl does. Reserved names newUuid and newDate are functions. ERR_PARSE at the place, ERR_CHECK where
 * filters do not fit each other.
 */
int template_parse(struct arena *a, const struct source *s, struct span span, enum template_escapes escapes, bool extended,
		   const struct template **ret, struct error *err) MUST_USE;

/*
 * Builds a template piece by piece. Zeroed but for `arena`, `source` and `extended` at the start; failure is remembered, so
 * that only template_finish needs a check.
 */
struct template_builder {
	struct arena *arena;
	const struct source *source;
	bool extended;
	struct strbuf text;		/* literal text since the last placeholder */
	struct template_part *parts;
	size_t nparts, cap;
	bool failed;
};

/* Empty. Release it also after template_finish. */
void template_builder_init(struct template_builder *b, struct arena *a, const struct source *s, bool extended);

/* Frees what is not in the arena. */
void template_builder_release(struct template_builder *b);

/* Literal text; `span` of the source read with `escapes` (placeholders too); one placeholder, `braces` included. */
void template_add_text(struct template_builder *b, struct str text);
int template_add_span(struct template_builder *b, struct span span, enum template_escapes escapes, struct error *err) MUST_USE;
int template_add_placeholder(struct template_builder *b, struct span braces, struct error *err) MUST_USE;

/* The template, in the arena. ERR_OOM when a step before failed. */
int template_finish(struct template_builder *b, struct span span, const struct template **ret, struct error *err) MUST_USE;

#endif
