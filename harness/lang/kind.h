/*
 * A kind's syntax as rows. The parser is given an array of kinds and knows none by name; probes export theirs inside
 * struct probe_kind, RUN comes from run/.
 */
#ifndef HARNESS_LANG_KIND_H
#define HARNESS_LANG_KIND_H

#include "harness/value/predicate.h"
#include "harness/value/query.h"

enum option_type {
	OPTION_BOOL, OPTION_COUNT, OPTION_NATURAL, OPTION_DURATION, OPTION_TEXT, OPTION_FILE,
	OPTION_VARIABLE,	/* name=value */
	OPTION_ASSERTION,	/* query filters predicate: when, match, give-up */
};

struct option_row {
	const char *name;
	enum option_type type;
	uint64_t unit_us;	/* DURATION: of a bare number; 0: must be written */
	bool repeats;		/* may stand more than once, all count */
	bool extension;		/* not Hurl's: .suite and .sql only */
	bool in_sql;		/* may be an annotation of an .sql file */
	const char *help;
};

/* Options every kind has; the order is the index. */
enum common_option {
	COMMON_RETRY, COMMON_RETRY_INTERVAL, COMMON_DELAY, COMMON_SKIP, COMMON_REPEAT, COMMON_VARIABLE, COMMON_MAX_TIME, COMMON_VERBOSE,
	COMMON_ALWAYS, COMMON_WHEN, COMMON_CONTINUE, COMMON_CONSECUTIVE, COMMON_GIVE_UP,
	COMMON_COUNT
};
extern const struct option_row common_options[COMMON_COUNT];

/* How the words behind the kind are read. */
enum first_line {
	FIRST_METHOD_URL,	/* HTTP */
	FIRST_CONNECTION,	/* an optional lower-case connection name, then one of the kind's keywords, if it has some */
	FIRST_WORDS,		/* optional connection, then words split and quoted as redis-cli does, each a template */
	FIRST_PATH,		/* the rest of the line is one template */
};

/* What may stand behind a response word, and which assertion it makes. */
enum response_form {
	RESPONSE_NONE,		/* OPEN, REPLY: nothing more; no assertion */
	RESPONSE_STATUS,	/* HTTP/1.1 200; in suites 200,201 and 2xx; `*` */
	RESPONSE_COUNT,		/* ROWS 1, >= 1, 1..5, `*`: PREDICATE_RANGE */
	RESPONSE_ERROR_CODE,	/* ERROR 1062 or 23000, `*`: PREDICATE_ERROR on QUERY_ERROR */
	RESPONSE_ERROR_WORDS,	/* ERROR WRONGTYPE (the rest of the line), `*` */
	RESPONSE_ERROR_KIND,	/* ERROR timeout | connect | dns | tls | protocol */
	RESPONSE_ALL_MET,	/* APPLIED, MATCHES, COMPLETE, `*`: PREDICATE_ALL_MET on the row's query */
};

struct response_row {
	const char *word;
	enum response_form form;
	enum query_id query;		/* COUNT: what is counted; ALL_MET: the list of what is not met */
	bool table;			/* an expected table may follow */
	bool extension;			/* suites only */
	const char *help;
};

enum body_allowed {
	BODY_ALLOWED_NONE = 0,
	BODY_ALLOWED_HTTP = 1,
	BODY_ALLOWED_SQL = 2,	/* fence, one line, file; raw */
	BODY_ALLOWED_LINES = 4,	/* fence without a hint: BODY_TEXT */
	BODY_ALLOWED_FILE = 8,	/* file,NAME; */
};

struct kind {
	const char *word;		/* "SQL"; NULL: HTTP, whose word is the method */
	enum first_line first;
	const char *const *keywords;	/* FIRST_CONNECTION: words that are no connections but entry->words[0]; ends with NULL; NULL: none */
	unsigned body;			/* set of body_allowed */
	bool body_required;
	unsigned observes;		/* enum observes: which queries its asserts may use */
	const struct response_row *responses;
	size_t nresponses;
	const struct option_row *options;	/* beyond the common ones */
	size_t noptions;
	bool is_container;		/* RUN: no test case, no response */
	const char *help;
};

/* The kinds a file may use, as handed to the parser. */
struct kinds {
	const struct kind *const *items;
	size_t count;
};

const struct kind *kinds_find(const struct kinds *k, struct str word);	/* by word; NULL when unknown */
const struct kind *kinds_http(const struct kinds *k);			/* the one without a word */

#endif
