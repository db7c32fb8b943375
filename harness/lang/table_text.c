/*
 * Expected tables as text: `| a | b |`, in suites and in the annotations of .sql files.
 */
#include "harness/lang/grammar.h"

/* words = ( "includes" | "ordered" | "unordered" )* */
int grammar_table_words(struct cursor *c, struct table_words *ret)
{
	for (;;) {
		struct cursor next = *c;
		cursor_blanks(&next);
		struct str word = cursor_word(&next);
		bool ordered = str_eq_nocase(word, STR("ordered"));
		if (!word.n)
			return 0;
		if (str_eq_nocase(word, STR("includes"))) {
			ret->includes = true;
		} else if (ordered || str_eq_nocase(word, STR("unordered"))) {
			ret->has_order = true;
			ret->order = ordered ? TABLE_ORDERED : TABLE_BAG;
		} else {
			return cursor_fail(c, SPAN(next.at, word.n),
					   "unknown word '%.*s'; a table is includes, ordered or unordered", STR_ARG(word));
		}
		next.at += word.n;
		*c = next;
	}
}

/* Cuts a row at its bars. `\|` is none, nor is one inside a placeholder. */
static int split_row(struct cursor *c, struct span line, struct span_vec *cells)
{
	struct cursor row = *c;
	size_t start;

	row.at = line.at;
	row.end = line.at + line.n;
	if (!cursor_take(&row, "|"))
		return cursor_fail(c, SPAN(line.at, 1), "expected '|' at the start of a table's row");
	start = row.at;
	while (row.at < row.end) {
		if (cursor_sees(&row, "{{")) {
			if (cursor_skip_placeholder(&row))
				return -1;
		} else if (cursor_sees(&row, "\\|")) {
			row.at += 2;
		} else if (cursor_peek(&row) == '|') {
			struct span *cell = VEC_PUSH(c->arena, cells);
			if (!cell)
				return cursor_oom(c);
			*cell = cursor_span(&row, start);
			start = ++row.at;
		} else {
			row.at++;
		}
	}
	struct str rest = str_trim(cursor_since(&row, start));
	if (rest.n && rest.p[0] != '#')
		return cursor_fail(c, SPAN(row.at, 0), "expected '|' at the end of a table's row");
	if (cells->count == 0)
		return cursor_fail(c, SPAN(line.at, 1), "a table's row has no cell");
	return 0;
}

/* ruler = a border that a client or Markdown draws: only - + : and bars, three dashes at least */
static bool is_ruler(struct str line)
{
	size_t dashes = 0;

	line = str_trim(line);
	for (size_t i = 0; i < line.n; i++) {
		bool bar = line.p[i] == '|' || line.p[i] == '+';
		if (bar && i > 0 && dashes < 2)
			return false;
		if (bar)
			dashes = 0;
		else if (line.p[i] == '-')
			dashes++;
		else if (line.p[i] != ':' && line.p[i] != ' ')
			return false;
	}
	return line.n > 2;
}

static struct span trimmed(const struct cursor *c, struct span span)
{
	struct str text = str_trim_blanks(cursor_text(c, span));

	return text.n ? SPAN((size_t)(text.p - c->source->text.p), text.n) : SPAN(span.at, 0);
}

/* A column's name with `\|` undone. */
static struct str column_name(struct cursor *c, struct str raw)
{
	char *name = arena_alloc(c->arena, raw.n + 1);
	size_t n = 0;

	if (!name)
		return (struct str){ NULL, 0 };
	for (size_t i = 0; i < raw.n; i++)
		if (!(raw.p[i] == '\\' && i + 1 < raw.n && raw.p[i + 1] == '|'))
			name[n++] = raw.p[i];
	return str_make(name, n);
}

static int header_row(struct cursor *c, struct span line, struct expected_table *t)
{
	struct span_vec cells = { 0 };
	struct str *names;

	if (split_row(c, line, &cells))
		return -1;
	names = arena_array(c->arena, cells.count, sizeof(*names));
	if (!names)
		return cursor_oom(c);
	for (size_t i = 0; i < cells.count; i++) {
		struct span place = trimmed(c, cells.items[i]);
		if (place.n == 0)
			return cursor_fail(c, cells.items[i], "a table's column needs a name");
		names[i] = column_name(c, cursor_text(c, place));
		for (size_t k = 0; k < i; k++)
			if (str_eq_nocase(names[k], names[i]))
				return cursor_fail(c, place, "column '%.*s' stands in the table twice", STR_ARG(names[i]));
	}
	t->columns = names;
	t->ncolumns = cells.count;
	return arena_failed(c->arena) ? cursor_oom(c) : 0;
}

static int compile_cell(struct cursor *c, struct span span, struct str text, struct table_cell *cell)
{
	struct error why;
	size_t at = 0;

	if (!cell_compile(c->arena, text, &cell->compiled, &at, &why))
		return 0;
	if (why.code == ERR_OOM)
		return cursor_oom(c);
	return cursor_fail(c, at < span.n ? SPAN(span.at + at, 1) : span, "%s", why.message);
}

/* cell = placeholder | text with placeholders | what cell_compile takes */
static int table_cell(struct cursor *c, struct span raw, struct table_cell *cell)
{
	struct span span = trimmed(c, raw);
	const struct template *t;

	*cell = (struct table_cell){ .span = span.n ? span : raw };
	if (str_find(cursor_text(c, span), STR("{{")) == SIZE_MAX)
		return compile_cell(c, raw, cursor_text(c, raw), cell);
	if (template_parse(c->arena, c->source, span, ESCAPES_NONE, c->extended, &t, c->err))
		return -1;
	if (template_is_constant(t))
		return compile_cell(c, span, template_text(t), cell);
	cell->text = t;
	return 0;
}

static int data_row(struct cursor *c, struct span line, const struct expected_table *t, const struct table_cell **ret)
{
	struct span_vec spans = { 0 };
	struct table_cell *cells;

	if (split_row(c, line, &spans))
		return -1;
	if (spans.count != t->ncolumns)
		return cursor_fail(c, line, "this row has %zu cells, its table %zu columns; a bar inside a cell is written '\\|'",
				   spans.count, t->ncolumns);
	cells = arena_array(c->arena, spans.count, sizeof(*cells));
	if (!cells)
		return cursor_oom(c);
	for (size_t i = 0; i < spans.count; i++)
		if (table_cell(c, spans.items[i], &cells[i]))
			return -1;
	*ret = cells;
	return 0;
}

VEC(row_vec, const struct table_cell *);

static int table_rows(struct cursor *c, const struct span_vec *lines, struct expected_table *t)
{
	struct row_vec rows = { 0 };

	for (size_t i = 0; i < lines->count; i++) {
		const struct table_cell *cells = NULL, **kept;
		if (is_ruler(cursor_text(c, lines->items[i])))
			continue;
		if (!t->columns) {
			if (header_row(c, lines->items[i], t))
				return -1;
			continue;
		}
		if (data_row(c, lines->items[i], t, &cells))
			return -1;
		kept = VEC_PUSH(c->arena, &rows);
		if (!kept)
			return cursor_oom(c);
		*kept = cells;
	}
	t->rows = rows.items;
	t->nrows = rows.count;
	return 0;
}

int grammar_table(struct cursor *c, const struct span_vec *lines, const struct table_words *words,
		  bool ordered_by_statement, const struct expected_table **ret)
{
	struct expected_table *t = arena_zalloc(c->arena, sizeof(*t));

	if (!t)
		return cursor_oom(c);
	t->span = span_join(lines->items[0], lines->items[lines->count - 1]);
	t->includes = words->includes;
	t->order = words->has_order ? words->order : ordered_by_statement ? TABLE_ORDERED : TABLE_BAG;
	if (table_rows(c, lines, t))
		return -1;
	if (!t->columns)
		return cursor_fail(c, lines->items[0], "a table starts with the names of its columns");
	*ret = t;
	return 0;
}

struct assertion table_assertion(const struct cursor *c, const struct expected_table *t)
{
	struct assertion a = assertion_of(c, STAGE_LINE, QUERY_ROW_LIST, PREDICATE_TABLE, t->span);

	a.expected = (struct operand){ .kind = OPERAND_IS_TABLE, .table = t, .span = t->span };
	a.column0 = true;
	return a;
}
