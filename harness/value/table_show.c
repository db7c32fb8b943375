#include "harness/value/table.h"

#include "harness/base/escape.h"
#include "harness/value/table_grid.h"

/* What a table for people may take. */
enum { SHOWN_BYTES = 16 * 1024 * 1024 };

static struct str shown_cell(struct arena *a, const struct value *v)
{
	struct strbuf sb;
	struct str text;

	strbuf_init(&sb, 16 * GRID_CELL_CHARS);
	cell_show_value(&sb, v, GRID_CELL_CHARS);
	text = arena_str(a, strbuf_str(&sb));
	strbuf_release(&sb);
	return text;
}

static const struct value *cell_of(const struct value *row, size_t column)
{
	if (row->type != VALUE_OBJECT || column >= row->u.object.count)
		return NULL;
	return row->u.object.members[column].value;
}

/* A heading is shown as it is, not as a value: a column may be called NULL. */
static struct str shown_name(struct arena *a, struct str name)
{
	struct strbuf sb;
	struct str text;

	strbuf_init(&sb, 16 * GRID_CELL_CHARS);
	escape_visible_line(&sb, str_sub(name, 0, GRID_CELL_CHARS));
	text = arena_str(a, strbuf_str(&sb));
	strbuf_release(&sb);
	return text;
}

static bool fill(struct arena *a, struct grid_row *rows, size_t nrows, size_t ncolumns,
	const struct value *found, const struct value *columns, char mark)
{
	for (size_t r = 0; r < nrows; r++) {
		struct str *cells = arena_array(a, ncolumns, sizeof(*cells));

		if (!cells)
			return false;
		for (size_t c = 0; c < ncolumns; c++)
			cells[c] = r ?
				shown_cell(a, cell_of(found->u.list.items[r - 1], c)) :
				shown_name(a, columns->u.list.items[c]->text);
		rows[r] = (struct grid_row){ .mark = r ? mark : ' ', .cells = cells };
	}
	return true;
}

void table_show(struct strbuf *out, const struct value *rows, const struct value *columns,
	size_t max_rows, char mark)
{
	size_t found = rows->u.list.count;
	size_t ncolumns = columns->u.list.count;
	struct grid g = { .ncolumns = ncolumns < GRID_COLUMNS ? ncolumns : GRID_COLUMNS };
	struct grid_row *grid_rows;
	struct arena a;

	assert(rows->type == VALUE_LIST && columns->type == VALUE_LIST);
	arena_init(&a, SHOWN_BYTES);
	g.nrows = 1 + (found < max_rows ? found : max_rows);
	g.rows_left_out = found - (g.nrows - 1);
	g.columns_left_out = ncolumns - g.ncolumns;
	grid_rows = arena_array(&a, g.nrows, sizeof(*grid_rows));
	g.rows = grid_rows;
	if (grid_rows && fill(&a, grid_rows, g.nrows, g.ncolumns, rows, columns, mark))
		grid_write(out, &g);
	else
		out->failed = true;
	arena_release(&a);
}
