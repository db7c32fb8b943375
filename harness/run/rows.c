#include "harness/run/rows.h"

struct csv {
	struct arena *arena;
	struct str text;
	size_t at;
	size_t line;
};

static bool at_line_end(const struct csv *c)
{
	return c->at >= c->text.n || c->text.p[c->at] == '\n' || c->text.p[c->at] == '\r';
}

/* cell = '"' (any | '""')* '"' */
static int quoted_cell(struct csv *c, struct str *ret, struct error *err)
{
	struct strbuf sb;
	size_t line = c->line;
	strbuf_init(&sb, c->text.n + 1);
	for (c->at++; c->at < c->text.n; c->at++) {
		char ch = c->text.p[c->at];
		if (ch == '\n')
			c->line++;
		if (ch == '"' && (c->at + 1 >= c->text.n || c->text.p[c->at + 1] != '"'))
			break;
		if (ch == '"')
			c->at++;
		strbuf_addc(&sb, ch);
	}
	bool closed = c->at < c->text.n;
	c->at++;
	*ret = arena_str(c->arena, strbuf_str(&sb));
	bool failed = strbuf_failed(&sb) || arena_failed(c->arena);
	strbuf_release(&sb);
	if (failed)
		return error_set_oom(err);
	if (!closed)
		return error_set(
			err, ERR_PARSE, "line %zu: a quoted cell is not closed", line);
	return 0;
}

static int next_cell(struct csv *c, struct str *ret, struct error *err)
{
	if (c->at < c->text.n && c->text.p[c->at] == '"')
		return quoted_cell(c, ret, err);
	size_t from = c->at;
	while (!at_line_end(c) && c->text.p[c->at] != ',')
		c->at++;
	*ret = str_sub(c->text, from, c->at - from);
	return 0;
}

static void skip_line_end(struct csv *c)
{
	if (c->at < c->text.n && c->text.p[c->at] == '\r')
		c->at++;
	if (c->at < c->text.n && c->text.p[c->at] == '\n')
		c->at++;
	c->line++;
}

/* row = cell ("," cell)* line-end */
static int next_row(struct csv *c, struct str **ret, size_t *ret_count, struct error *err)
{
	struct str *cells = NULL;
	size_t count = 0, cap = 0;
	for (;;) {
		if (count == cap &&
			!(cells = arena_grow(
				  c->arena, cells, count, &cap, sizeof(*cells))))
			return error_set_oom(err);
		if (next_cell(c, &cells[count++], err))
			return -1;
		if (c->at >= c->text.n || c->text.p[c->at] != ',')
			break;
		c->at++;
	}
	if (!at_line_end(c))
		return error_set(
			err, ERR_PARSE, "line %zu: text behind a quoted cell", c->line);
	skip_line_end(c);
	*ret = cells;
	*ret_count = count;
	return 0;
}

int rows_parse_csv(struct arena *a, struct str text, size_t max_rows, struct rows *ret,
	struct error *err)
{
	struct csv c = { .arena = a, .text = text, .line = 1 };
	struct rows rows = { 0 };
	struct str *cells = NULL;
	const struct str **list = NULL;
	size_t cap = 0;
	if (str_is_empty(str_trim(text)))
		return error_set(
			err, ERR_PARSE, "no header line with the names of the columns");
	if (next_row(&c, &cells, &rows.ncolumns, err))
		return -1;
	rows.names = cells;
	while (c.at < c.text.n) {
		size_t n, line = c.line;
		if (next_row(&c, &cells, &n, err))
			return -1;
		if (n == 1 && str_is_empty(cells[0]))
			continue;
		if (n != rows.ncolumns)
			return error_set(err, ERR_PARSE,
				"line %zu: %zu cells where the header has %zu", line, n,
				rows.ncolumns);
		if (rows.count >= max_rows)
			return error_set(
				err, ERR_LIMIT, "more than %zu data rows", max_rows);
		if (rows.count == cap &&
			!(list = arena_grow(a, list, rows.count, &cap, sizeof(*list))))
			return error_set_oom(err);
		list[rows.count++] = cells;
	}
	rows.cells = list;
	*ret = rows;
	return 0;
}
