/*
 * Inside of table: cells of text, aligned. Not for other modules.
 */
#ifndef HARNESS_VALUE_TABLE_GRID_H
#define HARNESS_VALUE_TABLE_GRID_H

#include "harness/base/arena.h"
#include "harness/base/strbuf.h"

enum { GRID_COLUMNS = 12, GRID_CELL_CHARS = 60 };

struct grid_row {
	char mark;
	const struct str *cells;	/* ncolumns */
};

struct grid {
	size_t ncolumns;
	const struct grid_row *rows;	/* the first is the heading */
	size_t nrows;
	size_t columns_left_out;
	size_t rows_left_out;
};

/* A mark, three blanks, the cells three blanks apart; what was left out is said at the end. Lines end with LF. */
void grid_write(struct strbuf *out, const struct grid *g);

#endif
