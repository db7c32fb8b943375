/*
 * The comments of an .sql file as blocks of annotations: which lines are comments, which block stands above which statement,
 * and `-- key: value` with its continuation lines and table rows.
 */
#ifndef HARNESS_LANG_SQL_BLOCKS_H
#define HARNESS_LANG_SQL_BLOCKS_H

#include "harness/lang/grammar.h"

enum sql_line { SQL_LINE_BLANK, SQL_LINE_COMMENT, SQL_LINE_BLOCK_COMMENT, SQL_LINE_CODE };

/* What each line is, from 1 on; items[0] is not used. */
struct sql_lines {
	const struct source *source;
	unsigned char *items;
	size_t count;
};

/* Blank or code, from the text alone; the lexer's tokens then say which are comments. -1 when memory is out. */
int sql_lines_init(struct sql_lines *l, struct arena *a, const struct source *s) MUST_USE;

/* A comment that stands alone at the start of its line, or a token that is none. */
void sql_lines_comment(struct sql_lines *l, struct span span);
void sql_lines_code(struct sql_lines *l, struct span span);	/* all lines of the span */

/* Is the line part of a comment block? */
bool sql_lines_is_comment(const struct sql_lines *l, size_t line);

/* Lines [first, last) of the unbroken comment block directly above `line`, none of them before `from`; first == last: none. */
size_t sql_block_above(const struct sql_lines *l, size_t line, size_t from);

struct annotation {
	struct str key;
	struct span key_span;
	struct span value;		/* in the block's source: continuation lines follow after blanks */
	struct span line;		/* from the comment's mark to the end of its first line */
	bool continued;
	struct span_vec rows;		/* of the table */
};
VEC(annotation_vec, struct annotation);

struct sql_block {
	size_t first, last;		/* lines [first, last) */
	struct annotation_vec items;	/* everything that looks like key: value */
	struct span_vec prose;		/* lines that are neither */
	struct span stray_row;		/* a table's row with no table above it; n == 0: none */
};

/*
 * Reads the lines of a block. `text` is the file's text, writable: where a value goes on in the next line, the line end and the
 * comment mark between are made blanks.
 */
int sql_block_read(struct arena *a, const struct source *s, char *text, size_t first, size_t last, struct sql_block *ret,
		   struct error *err) MUST_USE;

#endif
