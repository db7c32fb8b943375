/*
 * Inside of schema_rows: rows of a catalogue in order, and how a fact is made of one. Not for others.
 *
 *	build_begin(b);
 *	build_setting(b, "engine", build_cell(r, "engine"));
 *	build_finish(b, (struct schema_fact){ .kind = SCHEMA_TABLE, .object = r->object });
 *
 * Want of memory is the arena's to remember.
 */
#ifndef PROBES_SCHEMA_BUILD_H
#define PROBES_SCHEMA_BUILD_H

#include "probes/schema_rows.h"

enum { SCHEMA_REST_MAX = 16 * 1024 * 1024, SCHEMA_MEMBERS_MAX = 64 };

/* A row by what it is grouped and ordered by. */
struct schema_row {
	const struct value *v;
	struct str object, name;
	int64_t place;
};

struct schema_row_list {
	struct schema_row *items;
	size_t count;
};

/* How often a collation that is a default of its set is used. */
struct schema_member {
	struct str collation, charset;
	size_t columns;
};

struct schema_build {
	struct arena *arena;
	const struct schema_catalogue *c;
	const struct schema_wishes *wishes;
	struct schema schema;
	struct schema_row_list sorted[SCHEMA_QUERY_COUNT]; /* by table or routine, name, place */
	struct schema_member members[SCHEMA_MEMBERS_MAX];
	size_t nmembers;
	struct strbuf rest; /* of the fact that is being made */
};

/* ---- rows ---- */

/* Sorts the answer to one question into b->sorted. */
void build_sort_rows(struct schema_build *b, enum schema_query q);

/* The first row of an object (and name), at its group's start; the place where it would be when there is none. */
size_t build_lower_bound(const struct schema_row_list *r, struct str object, struct str name);

/* That row, NULL when there is none. */
const struct schema_row *build_find_row(
	const struct schema_build *b, enum schema_query q, struct str object, struct str name);

/* Behind the last row with the object and name of the row at `from`. */
size_t build_group_end(const struct schema_row_list *r, size_t from);

/* A cell as text: absent when it is NULL or not there. */
struct str build_cell(const struct schema_row *r, const char *label);

/* Has it that text? Case does not count. */
bool build_cell_is(const struct schema_row *r, const char *label, const char *text);

/* The number in a cell, 0 when there is none; `label` may be NULL. */
int64_t build_place(const struct value *v, const char *label);

/* A cell as a word: lower case, hyphens. */
struct str build_lower_cell(struct schema_build *b, const struct schema_row *r, const char *label);

/* An expression in canonical form and in parentheses. */
struct str build_expression(struct schema_build *b, struct str raw);

/* ---- making a fact ---- */

/* Begins the rest; words are added with a blank before each but the first. */
void build_begin(struct schema_build *b);

/* A word more; an empty one adds nothing. */
void build_word(struct schema_build *b, struct str text);

/* key=text, unless the text is absent. */
void build_setting(struct schema_build *b, const char *key, struct str text);

/* a, b, c: the columns of a group of rows. */
void build_column_names(struct schema_build *b, const struct schema_row *rows, size_t n);

/* The comment, where comments are wished for. */
void build_remark(struct schema_build *b, const struct schema_row *r);

/* The definer, where definers are wished for. */
void build_definer(struct schema_build *b, const struct schema_row *r);

/* key=HASH; the text itself is returned where bodies are wished for, else it is absent. */
struct str build_hashed(struct schema_build *b, const char *key, struct str text);

/* Adds the fact with the rest as it was built. */
void build_finish(struct schema_build *b, struct schema_fact f);

/* ---- schema_keys.c ---- */

/* MariaDB's json: longtext with a check of its own that says json_valid(column) (N8). */
bool build_is_json_check(struct schema_build *b, const struct schema_row *check);

/* The facts of all indexes, primary keys among them. */
void build_indexes(struct schema_build *b);

/* The facts of all foreign keys. */
void build_foreigns(struct schema_build *b);

/* The facts of all checks but those that make a column json. */
void build_checks(struct schema_build *b);

/* ---- schema_code.c ---- */

/* The facts of all views. */
void build_views(struct schema_build *b);

/* The facts of all triggers. */
void build_triggers(struct schema_build *b);

/* The facts of all procedures and functions. */
void build_routines(struct schema_build *b);

/* The facts of all events. */
void build_events(struct schema_build *b);

#endif
