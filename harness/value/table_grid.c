#include "harness/value/table_grid.h"

static void measure(const struct grid *g, size_t widths[GRID_COLUMNS])
{
	for (size_t r = 0; r < g->nrows; r++)
		for (size_t c = 0; c < g->ncolumns; c++) {
			size_t n = utf8_count(g->rows[r].cells[c]);

			if (n > widths[c])
				widths[c] = n;
		}
}

/* A blank is only written once something stands behind it. */
static void write_row(struct strbuf *out, const struct grid *g,
	const struct grid_row *row, const size_t widths[GRID_COLUMNS])
{
	size_t owed = 3;

	if (row->mark == ' ')
		owed++;
	else
		strbuf_addc(out, row->mark);
	for (size_t c = 0; c < g->ncolumns; c++) {
		if (row->cells[c].n) {
			strbuf_add_repeat(out, ' ', owed);
			strbuf_add(out, row->cells[c]);
			owed = 0;
		}
		owed += widths[c] - utf8_count(row->cells[c]) + 3;
	}
	strbuf_addc(out, '\n');
}

void grid_write(struct strbuf *out, const struct grid *g)
{
	size_t widths[GRID_COLUMNS] = { 0 };

	assert(g->ncolumns <= GRID_COLUMNS);
	measure(g, widths);
	for (size_t r = 0; r < g->nrows; r++)
		write_row(out, g, &g->rows[r], widths);
	if (g->columns_left_out)
		strbuf_addf(out, "    %zu more %s\n", g->columns_left_out,
			g->columns_left_out == 1 ? "column" : "columns");
	if (g->rows_left_out)
		strbuf_addf(out, "    %zu more %s\n", g->rows_left_out,
			g->rows_left_out == 1 ? "row" : "rows");
}
