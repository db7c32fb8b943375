#include "reports/rows_text.h"

#include "harness/report/text.h"

enum { ROWS_SHOWN = 20, COLUMNS_SHOWN = 12, CELL_CHARS = 60, CELL_BYTES = 1024 };

bool rows_text_fits(const struct value *v)
{
	if (!v || v->type != VALUE_LIST || !v->u.list.count)
		return false;
	for (size_t i = 0; i < v->u.list.count; i++)
		if (!v->u.list.items[i] || v->u.list.items[i]->type != VALUE_OBJECT)
			return false;
	return true;
}

/* A cell's text: NULL is told from the string 'NULL'. */
static void add_cell(struct strbuf *out, const struct value *v)
{
	struct strbuf sb;

	if (!v)
		return;			/* no such column in this row */
	strbuf_init(&sb, 16 * CELL_BYTES);
	if (v->type == VALUE_NULL)
		strbuf_adds(&sb, "NULL");
	else if (v->type == VALUE_STRING && str_is(v->text, "NULL") && !value_is_secret(v))
		strbuf_adds(&sb, "'NULL'");
	else
		value_show_content(&sb, v, CELL_BYTES);
	text_cut_line(out, strbuf_str(&sb), CELL_CHARS);
	text_release(&sb, out);
}

static size_t shown(size_t n, size_t max)
{
	return n < max ? n : max;
}

/* Width of a column: its name's, or that of the widest cell shown. */
static size_t column_width(const struct value *rows, struct str name)
{
	size_t width = utf8_count(name);
	struct strbuf cell;

	strbuf_init(&cell, 16 * CELL_BYTES);
	for (size_t i = 0; i < shown(rows->u.list.count, ROWS_SHOWN); i++) {
		size_t n;

		strbuf_clear(&cell);
		add_cell(&cell, value_get_str(rows->u.list.items[i], name));
		n = utf8_count(strbuf_str(&cell));
		width = n > width ? n : width;
	}
	strbuf_release(&cell);
	return width;
}

struct columns {
	struct str names[COLUMNS_SHOWN];
	size_t widths[COLUMNS_SHOWN];
	size_t n;
};

static void find_columns(struct columns *c, const struct value *rows)
{
	const struct value *first = rows->u.list.items[0];

	c->n = shown(first->u.object.count, COLUMNS_SHOWN);
	for (size_t i = 0; i < c->n; i++) {
		c->names[i] = first->u.object.members[i].key;
		c->widths[i] = column_width(rows, c->names[i]);
	}
}

/* The text of a line's cell and, unless it is the last one, the blanks behind it. */
static void add_padded(struct strbuf *out, const struct columns *c, size_t i, const struct strbuf *cell)
{
	size_t n = utf8_count(strbuf_str(cell));

	strbuf_add(out, strbuf_str(cell));
	if (i + 1 < c->n)
		strbuf_add_repeat(out, ' ', (n < c->widths[i] ? c->widths[i] - n : 0) + 2);
}

/* `row` NULL: the line of names. */
static void add_line(struct strbuf *out, const struct columns *c, const struct value *row)
{
	struct strbuf cell;

	strbuf_init(&cell, 16 * CELL_BYTES);
	for (size_t i = 0; i < c->n; i++) {
		strbuf_clear(&cell);
		if (row)
			add_cell(&cell, value_get_str(row, c->names[i]));
		else
			text_cut_line(&cell, c->names[i], CELL_CHARS);
		add_padded(out, c, i, &cell);
	}
	strbuf_addc(out, '\n');
	text_release(&cell, out);
}

void rows_text_add(struct strbuf *out, const struct value *rows)
{
	size_t n = shown(rows->u.list.count, ROWS_SHOWN);
	struct columns c;

	find_columns(&c, rows);
	add_line(out, &c, NULL);
	for (size_t i = 0; i < n; i++)
		add_line(out, &c, rows->u.list.items[i]);
	if (rows->u.list.count > n)
		strbuf_addf(out, "%zu more %s\n", rows->u.list.count - n,
			rows->u.list.count - n == 1 ? "row" : "rows");
}

/* ---- rows that a detail shows ---- */

/* Lines of a table start so: an indentation, the mark or a blank, blanks up to the first cell. */
enum { DETAIL_INDENT = 6, DETAIL_CELLS = 10 };

static bool is_table_line(struct str line, char mark)
{
	for (size_t i = 0; i < DETAIL_CELLS; i++)
		if (i >= line.n || line.p[i] != (i == DETAIL_INDENT ? mark : ' '))
			return false;
	return true;
}

/* Takes lines off `detail` up to the one of names, which is returned: the one above the first row. Absent: there is no row. */
static struct str take_names(struct str *detail)
{
	struct str names = { NULL, 0 };

	while (detail->p) {
		struct str next = *detail;
		struct str line = str_cut(&next, '\n');

		if (is_table_line(line, '+'))
			return names;
		names = is_table_line(line, ' ') ? line : (struct str){ NULL, 0 };
		*detail = next;
	}
	return (struct str){ NULL, 0 };
}

static void add_cells(struct strbuf *out, struct str line)
{
	strbuf_add(out, str_sub(line, DETAIL_CELLS, line.n));
	strbuf_addc(out, '\n');
}

bool rows_text_from_detail(struct strbuf *out, struct str detail)
{
	struct str names = take_names(&detail);
	struct str line;

	if (!names.p || str_find(detail, STR("\n      -   ")) != SIZE_MAX ||
	    str_find(detail, STR("\n      ~   ")) != SIZE_MAX)
		return false;
	add_cells(out, names);
	for (line = str_cut(&detail, '\n'); is_table_line(line, '+'); line = str_cut(&detail, '\n'))
		add_cells(out, line);
	if (str_starts_with(line, STR("      ")))
		strbuf_addf(out, "%.*s\n", STR_ARG(str_trim(line)));	/* how many more there are */
	return true;
}
