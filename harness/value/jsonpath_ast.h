/*
 * Inside of jsonpath: a parsed expression, whichever of the two grammars it was written in. Not for other modules.
 */
#ifndef HARNESS_VALUE_JSONPATH_AST_H
#define HARNESS_VALUE_JSONPATH_AST_H

#include "harness/value/jsonpath.h"
#include "harness/value/regex.h"

/* Nesting of filters and parentheses in an expression. */
enum { JSONPATH_MAX_DEPTH = 32 };

enum selector_kind { SELECT_NAME, SELECT_INDEX, SELECT_WILDCARD, SELECT_SLICE, SELECT_FILTER };

struct slice {
	bool has_start, has_end;
	int64_t start, end, step;
};

struct selector {
	enum selector_kind kind;
	struct str name;
	int64_t index;
	struct slice slice;
	bool only_objects;		/* FILTER of the older grammar: only elements of lists that are objects */
	const struct expr *filter;
	struct selector *next;
};

struct segment {
	bool descend;
	struct selector *selectors;
	struct segment *next;
};

struct path {
	struct segment *first;
	bool singular;			/* only single names and single indexes: at most one node */
	bool relative;			/* from @, not from $ */
};

enum compare_op { COMPARE_EQ, COMPARE_NE, COMPARE_LT, COMPARE_LE, COMPARE_GT, COMPARE_GE, COMPARE_COUNT };

enum expr_kind {
	EXPR_OR, EXPR_AND, EXPR_NOT,
	EXPR_EXISTS,			/* a path that selects something */
	EXPR_COMPARE,
	EXPR_COMPARE_STRICT,		/* older grammar: types must agree, and texts and booleans have no order */
	EXPR_LITERAL, EXPR_PATH, EXPR_FUNCTION,
};

enum function_id { FUNCTION_LENGTH, FUNCTION_COUNT, FUNCTION_MATCH, FUNCTION_SEARCH, FUNCTION_VALUE };

struct function {
	const char *name;
	enum function_id id;
	unsigned nargs;
	bool takes_nodes;		/* its argument is a path with any number of nodes */
	bool is_test;			/* true or false; the others are values */
};

struct expr {
	enum expr_kind kind;
	enum compare_op op;
	const struct expr *left, *right;	/* also a function's arguments */
	const struct value *literal;
	struct path path;
	const struct function *function;
	const struct regex *regex;	/* match, search with a literal pattern; NULL with bad_regex: never matches */
	bool bad_regex;
};

struct jsonpath {
	struct path path;
	enum jsonpath_mode mode;
};

/* The state of a parser. A failure keeps what would have been right, and where. */
struct path_parser {
	struct arena *a;
	struct str text;
	size_t at;
	unsigned depth;
	const char *expected;
	bool no_memory;
};

/* Both parse all of the text. False: see the parser's `expected` and `at`, or no_memory. */
bool path_parse_7(struct path_parser *p, struct path *ret) MUST_USE;
bool path_parse_rfc(struct path_parser *p, struct path *ret) MUST_USE;	/* RFC 9535 */

/* Shared by the parsers. */
bool path_fail(struct path_parser *p, const char *expected);
int path_peek(const struct path_parser *p, size_t ahead);	/* -1 behind the end */
bool path_take(struct path_parser *p, const char *token);	/* blanks are not skipped */
struct segment *path_add_segment(struct path_parser *p, struct segment ***tail, bool descend);	/* NULL: no_memory is set */
struct selector *path_add_selector(struct path_parser *p, struct selector ***tail, enum selector_kind kind);
bool path_take_op(struct path_parser *p, enum compare_op *ret);	/* == != <= >= < > */
bool path_is_singular(const struct path *path);	/* at most one node */

/* A regular expression after RFC 9485, as a whole (match) or anywhere (search). NULL when it is none. */
const struct regex *path_regex(struct arena *a, struct str pattern, bool whole);

/* The nodes of one evaluation so far. */
struct nodes {
	const struct value **items;
	size_t count, cap;
};

struct path_walk {
	struct arena *a;
	const struct value *root;
	size_t work;			/* nodes visited */
	bool too_much;
};

/* Applies one segment to each node; results are joined. False: out of memory, or too_much. */
bool path_step(struct path_walk *w, const struct segment *s, const struct nodes *from, struct nodes *to) MUST_USE;
bool path_add_node(struct path_walk *w, struct nodes *to, const struct value *v) MUST_USE;	/* false as path_step */

#endif
