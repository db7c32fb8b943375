/*
 * Rows of a result as aligned text, for formats that have no table: a line of column names, then a line a row.
 */
#ifndef REPORTS_ROWS_TEXT_H
#define REPORTS_ROWS_TEXT_H

#include "harness/base/strbuf.h"
#include "harness/value/value.h"

/* True for a list of at least one row, all of them objects. */
bool rows_text_fits(const struct value *v);

/* At most 20 rows, 12 columns and 60 characters a cell; then how many more rows there were. Each line has its line end. */
void rows_text_add(struct strbuf *out, const struct value *rows);

/*
 * The rows in the detail of a failed assertion on their number: there each line is indented and each row marked with `+`. Adds
 * them without indentation and marks, their names first. False when the text has none, or other marks too: then it is no plain table.
 */
bool rows_text_from_detail(struct strbuf *out, struct str detail);

#endif
