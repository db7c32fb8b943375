/*
 * A CSV file of for-each: rows as wide as their header; each cell as a value from outside, which
 * keeps its spelling. Written again, all cells quoted, it reads the same.
 */
#include "harness/run/injected.h"
#include "harness/run/rows.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MAX_ARENA = 1 << 26, MAX_ROWS = 1000, MAX_TEXT = 1 << 24 };

static void check_value(struct arena *a, struct str cell)
{
	const struct value *v = NULL;
	struct error err = { 0 };
	struct strbuf text;

	strbuf_init(&text, MAX_TEXT);
	if (injected_value(a, cell, &v, &err))
		assert(err.message[0]);
	else if (v->type != VALUE_STRING && v->type != VALUE_NULL && value_render(&text, v))
		assert(str_eq(strbuf_str(&text), cell));
	strbuf_release(&text);
}

static void write_cell(struct strbuf *out, struct str cell, bool last)
{
	strbuf_addc(out, '"');
	for (size_t i = 0; i < cell.n; i++) {
		if (cell.p[i] == '"')
			strbuf_addc(out, '"');
		strbuf_addc(out, cell.p[i]);
	}
	strbuf_adds(out, last ? "\"\r\n" : "\",");
}

static void write_row(struct strbuf *out, const struct str *cells, size_t n)
{
	for (size_t i = 0; i < n; i++)
		write_cell(out, cells[i], i + 1 == n);
}

static void check_round_trip(struct arena *a, const struct rows *rows)
{
	struct strbuf text;
	struct error err = { 0 };
	struct rows again = { 0 };

	strbuf_init(&text, MAX_TEXT);
	write_row(&text, rows->names, rows->ncolumns);
	for (size_t i = 0; i < rows->count; i++)
		write_row(&text, rows->cells[i], rows->ncolumns);
	assert(!rows_parse_csv(a, strbuf_str(&text), MAX_ROWS, &again, &err));
	assert(again.ncolumns == rows->ncolumns && again.count == rows->count);
	for (size_t i = 0; i < rows->count; i++)
		for (size_t k = 0; k < rows->ncolumns; k++)
			assert(str_eq(rows->cells[i][k], again.cells[i][k]));
	strbuf_release(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = str_make((const char *)data, size);
	struct error err = { 0 };
	struct rows rows = { 0 };
	struct arena a;

	arena_init(&a, MAX_ARENA);
	if (rows_parse_csv(&a, text, MAX_ROWS, &rows, &err)) {
		assert(err.message[0]);
	} else {
		assert(rows.ncolumns && rows.count <= MAX_ROWS);
		for (size_t i = 0; i < rows.count; i++)
			for (size_t k = 0; k < rows.ncolumns; k++)
				check_value(&a, rows.cells[i][k]);
		check_round_trip(&a, &rows);
	}
	arena_release(&a);
	return 0;
}
