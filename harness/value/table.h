/*
 * Rows against an expected table. Cells are compiled when the file is parsed; placeholders in them are values given at match time.
 *
 * `includes` places expected rows by augmenting paths, since first fit is wrong with `*` cells. A mismatch is told as one text: both
 * tables side by side, `+` not expected, `-` missing, `~` differs, unmatched rows paired with the most similar one first.
 */
#ifndef HARNESS_VALUE_TABLE_H
#define HARNESS_VALUE_TABLE_H

#include "harness/value/observation.h"
#include "harness/value/regex.h"

enum cell_kind {
	CELL_TEXT,	/* trimmed text, compared by the kind of the value found */
	CELL_STRING,	/* quoted: a string exactly */
	CELL_NULL,
	CELL_ANY,	/* * */
	CELL_NOT_NULL,	/* !NULL */
	CELL_REGEX,
	CELL_ORDER,	/* < <= > >= != followed by text or quoted text */
	CELL_WITHIN,	/* number +- tolerance, or percent */
	CELL_JSON,	/* { or [: compared parsed */
	CELL_BYTES,	/* 0x6162 */
	CELL_VALUE,	/* one placeholder: equals that value */
};

enum cell_order { CELL_LT, CELL_LE, CELL_GT, CELL_GE, CELL_NE };

struct cell {
	enum cell_kind kind;
	enum cell_order order;
	struct str text;		/* content; for TEXT and STRING after placeholders were filled in */
	bool quoted;			/* ORDER: the operand was quoted */
	bool percent;			/* WITHIN */
	const struct value *number;	/* WITHIN: the middle */
	const struct value *tolerance;
	const struct value *value;	/* JSON: parsed; VALUE: filled in */
	const struct regex *regex;
};

enum table_order { TABLE_BAG, TABLE_ORDERED };

struct table {
	const struct str *columns;
	size_t ncolumns;
	const struct cell *const *rows;	/* each with ncolumns cells */
	size_t nrows;
	enum table_order order;
	bool includes;			/* at least these rows */
};

/*
 * Compiles one cell's text as it stands between two bars (untrimmed, `\|` is a bar). ERR_PARSE with the offset in *ret_at.
 *
 * Placeholders are not known here: a cell that is one, `{{name}}`, becomes TEXT with that text, and JSON that holds one
 * becomes CELL_JSON without a value; whoever fills them in completes the cell (VALUE and `value`, `text`, or JSON and
 * `value`). A filled-in text is never compiled, so no value can become a `*`.
 */
int cell_compile(struct arena *a, struct str text, struct cell *ret, size_t *ret_at, struct error *err) MUST_USE;

/* Compares by the rules of tables: the kind of what was found decides. `found` NULL matches nothing. */
bool cell_matches(const struct cell *c, const struct value *found);

/* A cell as it would be written in a file; a value in it as it is shown (secrets as ***). */
void cell_show(struct strbuf *out, const struct cell *c);

/*
 * A value as a table for people shows it, on one line: NULL for null and 'NULL' for that word, '' for the empty string,
 * blanks at the ends as a middle dot, control characters as escapes, bytes as 0x..., at most max_chars characters.
 */
void cell_show_value(struct strbuf *out, const struct value *v, size_t max_chars);

/*
 * rows: a list of objects keyed by column label (compared without case); columns: the labels that came, also without rows.
 * 1 match, 0 mismatch with the comparison appended to `detail` (may be NULL) and a one-line summary in `message` (may be NULL),
 * -1 error (a column that is not there: names those that are).
 */
int table_match(struct arena *a, const struct table *t, const struct value *rows, const struct value *columns,
		size_t max_shown, struct strbuf *message, struct strbuf *detail, struct error *err) MUST_USE;

/*
 * As table_match, told with what may be seen: `shown` has the shape of `rows`, with secrets masked. Cells whose difference is not to be
 * seen say `differs`.
 */
int table_match_shown(struct arena *a, const struct table *t, const struct value *rows, const struct value *shown,
		      const struct value *columns, size_t max_shown, struct strbuf *message, struct strbuf *detail,
		      struct error *err) MUST_USE;

/* Rows as a table for people: header, at most max_rows, 12 columns, 60 characters a cell; `mark` (' ', '+') before each row. */
void table_show(struct strbuf *out, const struct value *rows, const struct value *columns, size_t max_rows, char mark);

#endif
