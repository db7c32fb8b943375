/*
 * What a file says, as plain structs. The parser makes it, nobody changes it afterwards; every node knows its place.
 * All of it lives in the arena given to the parser, as long as the run.
 *
 * There is one shape for all entries: a first line, sections, a body, a response line, captures, asserts. `.sql` files are read into
 * the same structs: each statement is an entry of the SQL kind, its annotations are options and asserts.
 */
#ifndef HARNESS_LANG_AST_H
#define HARNESS_LANG_AST_H

#include "harness/lang/template.h"
#include "harness/value/filter.h"
#include "harness/value/predicate.h"
#include "harness/value/query.h"
#include "harness/value/table.h"

struct kind;
struct option_row;
struct response_row;

/* A literal or placeholder behind a query, filter or predicate. */
enum operand_kind {
	OPERAND_IS_NONE,
	OPERAND_IS_CONSTANT,	/* value */
	OPERAND_IS_TEXT,	/* text: a string once filled in (quoted, backtick, multiline) */
	OPERAND_IS_PLACEHOLDER,	/* text is bare: the value with its type */
	OPERAND_IS_FILE,	/* text names a file: its bytes */
	OPERAND_IS_PATTERN,	/* regex compiled at parse time; text is NULL */
	OPERAND_IS_LIST,	/* items */
	OPERAND_IS_JSON,	/* text is JSON once filled in; parsed then */
	OPERAND_IS_TABLE,	/* table */
};

struct operand {
	enum operand_kind kind;
	struct span span;
	const struct value *value;
	const struct template *text;
	const struct regex *regex;
	const struct operand *items;
	size_t nitems;
	const struct expected_table *table;
	const bool *json_holes;		/* OPERAND_IS_JSON written directly: per part, true in value position; NULL: text only */
};

/* An expected table as written; cells with placeholders are filled in at run time (judge). */
struct expected_table {
	struct span span;
	const struct str *columns;
	size_t ncolumns;
	const struct table_cell *const *rows;
	size_t nrows;
	enum table_order order;
	bool includes;
};
struct table_cell {
	struct span span;
	struct cell compiled;			/* when text is constant */
	const struct template *text;		/* NULL: constant */
};

/* A query or a filter with its arguments; exactly one of both rows is set. */
struct call {
	struct span span;		/* name and arguments */
	struct span name_span;
	const struct query *query;
	const struct filter *filter;
	struct operand args[2];
	size_t nargs;
};

/* When an assertion is judged; the order of the enum is the order of judging. */
enum assertion_stage {
	STAGE_STATUS,	/* HTTP version and status: when wrong, nothing else of the entry is judged */
	STAGE_HEADER,
	STAGE_BODY,
	STAGE_LINE,	/* response line of the other kinds: ROWS 1 */
	STAGE_ASSERT,
};

struct assertion {
	struct span span;		/* the whole line without its end */
	const struct source *source;	/* where it stands (a `when` from a RUN is elsewhere) */
	enum assertion_stage stage;
	struct call query;
	const struct call *filters;
	size_t nfilters;
	bool negated;
	struct span predicate_span;
	const struct predicate *predicate;
	struct operand expected;
	bool prefer;			/* its failure is a warning */
	bool column0;			/* failure is shown on the line, not under a token */
};

struct capture {
	struct span span, name_span, query_span;
	const struct template *name;
	struct call query;
	const struct call *filters;
	size_t nfilters;
	bool redact;
};

struct metric {
	struct span span;
	struct str name;
	struct str label_column;	/* `name by column`; absent: none */
	struct call query;
	const struct call *filters;
	size_t nfilters;
};

/* `name: value` of headers, query, form, cookies, multipart, basic auth. */
struct param {
	struct span span;
	const struct template *key;
	const struct template *value;		/* text, or the file name with is_file */
	bool is_file;
	const struct template *content_type;	/* multipart file; NULL: by extension */
};
struct params {
	bool present;			/* the section stands there, even empty */
	const struct param *items;
	size_t count;
};

struct option {
	struct span span, name_span;
	const struct option_row *row;		/* kind.h */
	const struct template *text;		/* the value; for OPTION_VARIABLE the part after '=' */
	struct str variable;			/* OPTION_VARIABLE: the name */
	struct operand literal;			/* OPTION_VARIABLE: the typed value */
	const struct assertion *assertion;	/* OPTION_ASSERTION */
	bool from_file;				/* an .sql file's key, inherited by each statement */
};

enum body_kind {
	BODY_NONE,
	BODY_JSON,	/* text: template with JSON escapes; placeholders in value position are marked by `json_holes` */
	BODY_XML,	/* raw */
	BODY_TEXT,	/* one line or multiline */
	BODY_FILE,	/* text: the file's name */
	BODY_BASE64,	/* raw: decoded bytes */
	BODY_HEX,	/* raw: decoded bytes */
	BODY_SQL,	/* raw: placeholders are found by the SQL lexer only */
};

struct body {
	enum body_kind kind;
	struct span span;
	struct str hint;			/* of a fence: "", json, xml, graphql, raw, sql */
	struct str raw;
	const struct template *text;
	const bool *json_holes;		/* BODY_JSON: per part, true where the placeholder stands in value position */
	const struct template *graphql_variables;	/* hint graphql; compact JSON */
	const bool *graphql_holes;	/* its json_holes */
};

/* Metadata of a file or an entry; absent strings where not given. Spans of what other checks complain about. */
struct acceptance {
	struct str ticket;
	int64_t until_wall_us;		/* start of the last day it holds, UTC */
	struct str until;		/* as written */
	struct span span;
};

enum need_kind { NEEDS_CONNECTION, NEEDS_SERVER_VERSION, NEEDS_WRITE };
struct requirement {
	enum need_kind kind;
	struct str text;		/* as written, for the skip's reason */
	struct str name;		/* connection (database, redis, http, NAME), or mysql / mariadb */
	enum cell_order op;		/* LT LE GT GE; NE stands for == */
	uint32_t version;		/* 10.6.3 is 10 << 16 | 6 << 8 | 3 */
	struct span span;
};

struct meta {
	struct str title;		/* entry: `test`; file: `suite` */
	struct span title_span;
	const struct str *tags;
	size_t ntags;
	bool has_severity, is_warning;
	struct str why, fix, owner;
	const struct acceptance *accept;
	const struct requirement *needs;
	size_t nneeds;
};

struct entry {
	const struct kind *kind;
	const struct source *source;
	struct span span;		/* the first line */
	struct span whole;
	struct meta meta;
	struct str title;		/* one line, at most 200 bytes, unique in the file (" (2)" added) */

	/* first line */
	struct str method;		/* HTTP */
	const struct template *url;
	struct str connection;		/* other kinds: `SQL replica`; absent: the default one */
	const struct template *const *words;	/* REDIS, TCP, RUN, BACKUP, GIT: arguments */
	size_t nwords;

	struct params headers, query, form, multipart, cookies, basic_auth;
	const struct option *options;
	size_t noptions;
	struct body body;

	/* response part */
	bool has_response;
	const struct response_row *response;	/* kind.h */
	struct span response_span;
	const struct capture *captures;
	size_t ncaptures;
	const struct metric *metrics;
	size_t nmetrics;
	const struct assertion *asserts;	/* all of them, in order of judging: stage, then line */
	size_t nasserts;

	bool is_setup;			/* .sql: must succeed, checks nothing */
	size_t index;			/* from 0, in the file */
};

struct variable_default {
	struct str name;
	const struct template *text;	/* NULL: required */
	struct span span;
};

enum file_type { FILE_HURL, FILE_SUITE, FILE_SQL };
enum sql_file_write { SQL_WRITE_NONE, SQL_WRITE_TRUE, SQL_WRITE_ROLLBACK };

struct suite {
	enum file_type type;
	const struct source *source;
	struct str name;		/* `suite` metadata, else the path */
	struct meta meta;
	const struct variable_default *variables;
	size_t nvariables;
	bool continue_on_error;		/* file key `continue: true` */
	bool snapshot;			/* .sql */
	bool empty_schema_allowed;	/* .sql */
	enum sql_file_write write;	/* .sql */
	bool has_setup;			/* .sql: entries with is_setup exist */
	const struct entry *entries;
	size_t nentries;
	const struct error *warnings;	/* deprecations, near misses of keys: for `check` and one line on stderr */
	size_t nwarnings;
};

/* The last option of that row, NULL when not given. */
const struct option *entry_option(const struct entry *e, const struct option_row *row);

/* True when one of the asserts asks for an error (ERROR 1062, expect: error): then an error is an observation. */
bool entry_wants_error(const struct entry *e);

#endif
