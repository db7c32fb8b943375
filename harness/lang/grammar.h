/*
 * The productions of the grammar that several files of the parser share. All of them read at a cursor, move it over what
 * they took, fill *ret only on success, and return -1 with the cursor's error (ERR_PARSE at a place) otherwise.
 */
#ifndef HARNESS_LANG_GRAMMAR_H
#define HARNESS_LANG_GRAMMAR_H

#include "harness/lang/ast.h"
#include "harness/lang/cursor.h"
#include "harness/lang/kind.h"
#include "harness/lang/parser.h"

/* newUuid and newDate: functions, never variables. */
bool is_reserved_name(struct str name);

/* ---- parse_call.c: queries, filters, operands ---- */

/* ( blank+ filter )*, as many as there are; a word that is no filter is left where it stands. */
int grammar_filters(struct cursor *c, const struct call **ret, size_t *ret_count) MUST_USE;

/* "unknown filter 'x' WHERE, did you mean ..." for the word at the cursor. Always -1. */
int grammar_fail_filter(struct cursor *c, const char *where);

/* query filters predicate; stage, source, span and column0 are set, `prefer` is the caller's. */
int grammar_assertion(struct cursor *c, struct assertion *ret) MUST_USE;

/* query filters, with or without a name in front; what captures and metrics share. */
int grammar_query_filters(struct cursor *c, struct call *query, const struct call **filters, size_t *nfilters) MUST_USE;

/* Does the lower-case word at the cursor name a query (in .sql files in any case)? */
bool grammar_sees_query(const struct cursor *c);

/* ---- parse_literal.c ---- */

/* number = "-"? ( "0" | digit1-9 digit* ) ( "." digit+ )? */
int grammar_number(struct cursor *c, const struct value **ret) MUST_USE;

/* "/" pattern "/" */
int grammar_regex(struct cursor *c, const struct regex **ret) MUST_USE;

/* "{{" ... "}}" alone, as an operand with its type. */
int grammar_placeholder(struct cursor *c, struct operand *ret) MUST_USE;

/* hex,...; and base64,...; : the bytes, and the span of the text behind the comma. */
int grammar_hex(struct cursor *c, struct str *ret, struct span *ret_span) MUST_USE;
int grammar_base64(struct cursor *c, struct str *ret, struct span *ret_span) MUST_USE;	/* padding is optional */

/* file,NAME; */
int grammar_file(struct cursor *c, const struct template **ret) MUST_USE;

/*
 * A JSON value with placeholders, stepped over. holes[i] tells for parts[i] whether that placeholder stands in value
 * position. compact: without the blanks between its tokens.
 */
struct json_template {
	const struct template *text;
	const bool *holes;
};
int grammar_json(struct cursor *c, bool compact, struct json_template *ret) MUST_USE;	/* the text is borrowed */

/* Can a JSON value start here (a section's name in brackets apart)? */
bool grammar_sees_json(const struct cursor *c);

/* A fence and its content. */
struct fence {
	struct span whole, content;
	struct str hint;
	bool escape;			/* Hurl 7's attribute */
};
int grammar_fence(struct cursor *c, struct fence *ret) MUST_USE;	/* ends at the next fence */

/* ---- parse_body.c ---- */

/*
 * body, when one starts at the cursor (*ret_found tells); `allowed` is the kind's set of body_allowed. The line's end
 * behind it is taken too.
 */
int grammar_body(struct cursor *c, unsigned allowed, struct body *ret, bool *ret_found) MUST_USE;

/* Does a body start at the cursor? Moves nothing. */
bool grammar_sees_body(const struct cursor *c);

/* ---- parse_request.c: lines `key: value` ---- */

/* key ":" blank*, when it stands there; else nothing moves and *ret_found is false. */
int grammar_key(struct cursor *c, struct span *ret_key, bool *ret_found) MUST_USE;

/* LT* ( key ":" value LT )*; multipart: values may be files. */
int grammar_params(struct cursor *c, bool multipart, const char *what, struct params *ret) MUST_USE;

/* The words behind a kind, split and quoted as redis-cli does, each a template. */
VEC(template_vec, const struct template *);
int grammar_words(struct cursor *c, struct template_vec *ret) MUST_USE;	/* to the end of the line, which is not taken */

/* ---- section.c ---- */

enum section_id {
	SECTION_OPTIONS, SECTION_QUERY, SECTION_FORM, SECTION_MULTIPART, SECTION_COOKIES, SECTION_BASIC_AUTH,
	SECTION_CAPTURES, SECTION_ASSERTS, SECTION_PREFERS, SECTION_METRICS,
};
struct section_row {
	const char *name;
	enum section_id id;
	bool in_response;
	bool http_only;
	bool extension;			/* .suite only */
};

/* The heading of the next section, its line taken; *ret is NULL when none stands there. `seen`: a bit for each row. */
int grammar_section(struct cursor *c, bool in_response, bool is_http, unsigned *seen, const struct section_row **ret) MUST_USE;

/* ---- options.c ---- */

VEC(option_vec, struct option);

/* The items of an [Options] section. */
int grammar_options(struct cursor *c, const struct kind *kind, struct option_vec *ret) MUST_USE;

/* The row of that name, common or the kind's; NULL. */
const struct option_row *option_row_find(const struct kind *kind, struct str name);

/* One option's value at the cursor, up to the line's end (not taken). */
int grammar_option_value(struct cursor *c, const struct option_row *row, struct option *ret) MUST_USE;

/* ---- parse_response.c ---- */

VEC(assertion_vec, struct assertion);
VEC(capture_vec, struct capture);
VEC(metric_vec, struct metric);

/* The words that start a response part in some kind: HTTP ROWS AFFECTED ... */
bool is_response_word(struct str word);

/* The words of all kinds there are, known to this program or not yet. */
bool is_kind_word(struct str word);

/* A new assertion of a stage over an internal or plain query, at `span`. */
struct assertion assertion_of(const struct cursor *c, enum assertion_stage stage, enum query_id query,
			      enum predicate_id predicate, struct span span);

/* A constant as an operand. */
struct operand operand_constant(const struct value *v, struct span span);

/* count = "*" | N | N ".." N | ( ">=" | "<=" | ">" | "<" ) N ; for `*` no assertion is added. */
int grammar_count(struct cursor *c, enum query_id query, struct span word, struct assertion_vec *out) MUST_USE;

/* error code = "*" | N | SQLSTATE | nothing */
int grammar_error_code(struct cursor *c, struct span word, struct assertion_vec *out) MUST_USE;

/* name ":" query filters "redact"? ; the line's end is not taken. */
int grammar_capture(struct cursor *c, struct capture *ret) MUST_USE;

/* name ( "by" column )? ( ":" query filters )? ; without a query, where that is allowed, it is `value`. */
int grammar_metric(struct cursor *c, bool query_required, struct metric *ret) MUST_USE;

/* The response part of an entry, if there is one. */
struct response_part {
	bool found;
	const struct response_row *row;
	struct span span;
	struct assertion_vec asserts;
	struct capture_vec captures;
	struct metric_vec metrics;
};
int grammar_response(struct cursor *c, const struct entry *e, struct response_part *ret) MUST_USE;

/* ---- table_text.c ---- */

struct table_words {
	bool includes;
	bool has_order;			/* `ordered` or `unordered` was said */
	enum table_order order;
};

/* ( "includes" | "ordered" | "unordered" )* */
int grammar_table_words(struct cursor *c, struct table_words *ret) MUST_USE;

/*
 * Lines that start with a bar: the first one names the columns, rulers are skipped. Each row is one span of the cursor's
 * source without its line end; the caller collects them (comment marks in front are not part of it).
 */
VEC(span_vec, struct span);
int grammar_table(struct cursor *c, const struct span_vec *lines, const struct table_words *words, bool ordered_by_statement,
		  const struct expected_table **ret) MUST_USE;	/* in the arena */

/* The assertion that the rows match a table. */
struct assertion table_assertion(const struct cursor *c, const struct expected_table *t);

/* ---- meta.c: metadata in comments ---- */

VEC(variable_vec, struct variable_default);

/* What metadata says beyond struct meta. */
struct file_meta {
	struct variable_vec variables;
	struct str name;
	bool continue_on_error;
};

enum meta_place { META_FILE = 1, META_ENTRY = 2 };

/*
 * Metadata of one unbroken comment block, a line a span, without the comment mark. `prose` gets the first line that is none (absent when all are). `file` is NULL for an entry.
 */
int grammar_meta(struct cursor *c, enum meta_place place, enum file_type type, const struct span_vec *block, struct meta *meta,
		 struct file_meta *file, struct str *prose) MUST_USE;

/* The value of one key that files and statements share (tags severity why fix owner accept needs); *ret_known. */
int grammar_meta_value(struct cursor *c, struct str key, struct span value, bool lenient, struct meta *meta,
		       bool *ret_known) MUST_USE;

/* name = default ; for the key `variable`. */
int grammar_variable_default(struct cursor *c, struct span value, struct variable_default *ret) MUST_USE;

/* "key:" at the start of a comment's text; the span of its value. False: prose. */
bool meta_split(const struct cursor *c, struct span line, struct str *ret_key, struct span *ret_value);

/* ---- ast.c ---- */

/* In order of judging: by stage, else as they stand. */
void asserts_sort(struct assertion *items, size_t count);

/* Entry titles: one line, cut to 200 bytes, made unique with " (2)". */
struct str title_clean(struct arena *a, struct str text);
void titles_make_unique(struct arena *a, struct entry *entries, size_t count);	/* in the order of the entries */

/* sql_lexer.c: has the statement an ORDER BY outside parentheses? Mistakes in it count as no. */
bool sql_has_order_by(const struct source *s, struct span span);

/* sql_file.c: the reader of .sql files behind parse_suite. */
int parse_sql_file(const struct parse_input *in, const struct suite **ret, struct error_list *errors) MUST_USE;

#endif
