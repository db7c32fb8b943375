/*
 * Data rows of `for-each: FILE.csv`: the first line names the columns. RFC 4180: quotes, doubled quotes, line ends inside quotes; CR LF or LF.
 */
#ifndef HARNESS_RUN_ROWS_H
#define HARNESS_RUN_ROWS_H

#include "harness/base/error.h"

struct rows {
	const struct str *names;
	size_t ncolumns;
	const struct str *const *cells;		/* per row, ncolumns texts */
	size_t count;
};

/* Everything in `a`. ERR_PARSE names the line: a row with another number of cells, an unclosed quote, no header, over max_rows. */
int rows_parse_csv(struct arena *a, struct str text, size_t max_rows, struct rows *ret, struct error *err) MUST_USE;

#endif
