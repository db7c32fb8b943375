#include "harness/value/query_impl.h"

static const struct value *list_member(const struct eval *ev, const char *name)
{
	const struct value *v = query_member(ev, name);

	return v && v->type == VALUE_LIST ? v : NULL;
}

/* All rows that came, also those that were not kept. */
static int64_t row_count(const struct eval *ev)
{
	const struct value *count = query_member(ev, "row_count");
	const struct value *rows = list_member(ev, "rows");

	if (count && count->type == VALUE_INT)
		return count->u.integer;
	return rows ? (int64_t)rows->u.list.count : 0;
}

int query_rows(const struct eval *ev, const struct value *const *args,
	const struct value **ret, struct error *err)
{
	(void)args;
	if (query_member(ev, "row_count") || query_member(ev, "rows"))
		return query_result(value_int(ev->arena, row_count(ev)), ret, err);
	*ret = NULL;
	return 0;
}

int query_all_rows(const struct eval *ev, const struct value **ret, struct error *err)
{
	const struct value *cut = query_member(ev, "cut");
	const struct value *rows = list_member(ev, "rows");

	if (rows && cut && cut->type == VALUE_BOOL && cut->u.boolean)
		return error_set(err, ERR_LIMIT,
			"the result has %lld rows, of which only %zu were kept",
			(long long)row_count(ev), rows->u.list.count);
	*ret = rows;
	return 0;
}

/* ---- columns ---- */

static int unknown_column(
	const struct value *columns, const struct value *wanted, struct error *err)
{
	struct strbuf names;

	strbuf_init(&names, 400);
	for (size_t i = 0; i < columns->u.list.count; i++)
		strbuf_addf(&names, "%s'%.*s'", i ? ", " : "",
			STR_ARG(columns->u.list.items[i]->text));
	if (wanted->type == VALUE_INT)
		(void)error_set(err, ERR_CHECK,
			"there is no column %lld; the columns are %s%s",
			(long long)wanted->u.integer, strbuf_cstr(&names),
			strbuf_failed(&names) ? " ..." : "");
	else
		(void)error_set(err, ERR_CHECK,
			"there is no column '%.*s'; the columns are %s%s",
			STR_ARG(str_sub(wanted->text, 0, 64)), strbuf_cstr(&names),
			strbuf_failed(&names) ? " ..." : "");
	strbuf_release(&names);
	return -1;
}

/* By name without case, or by position from 1; *ret counts from 0. */
static int find_column(const struct value *columns, const struct value *wanted,
	size_t *ret, struct error *err)
{
	size_t n = columns->u.list.count;

	if (wanted->type == VALUE_INT) {
		if (wanted->u.integer < 1 || (uint64_t)wanted->u.integer > n)
			return unknown_column(columns, wanted, err);
		*ret = (size_t)wanted->u.integer - 1;
		return 0;
	}
	for (size_t i = 0; i < n; i++)
		if (str_eq_nocase(columns->u.list.items[i]->text, wanted->text)) {
			*ret = i;
			return 0;
		}
	return unknown_column(columns, wanted, err);
}

/* A row's members stand in the order of the columns. A row of a record may have lost some. */
static const struct value *cell(const struct value *row, size_t column)
{
	if (row->type != VALUE_OBJECT || column >= row->u.object.count)
		return value_null();
	return row->u.object.members[column].value;
}

static int column_cells(const struct eval *ev, const struct value *wanted,
	const struct value **ret, struct error *err)
{
	const struct value *columns = list_member(ev, "columns");
	const struct value *rows = NULL;
	struct value_list_builder cells = { 0 };
	size_t column = 0;

	if (query_all_rows(ev, &rows, err))
		return -1;
	if (!rows || !columns) {
		*ret = NULL;
		return 0;
	}
	if (find_column(columns, wanted, &column, err))
		return -1;
	for (size_t i = 0; i < rows->u.list.count; i++)
		value_list_add(ev->arena, &cells, cell(rows->u.list.items[i], column));
	return query_result(value_list_finish(ev->arena, &cells), ret, err);
}

int query_list(const struct eval *ev, const struct value *const *args,
	const struct value **ret, struct error *err)
{
	return column_cells(ev, args[0], ret, err);
}

int query_column(const struct eval *ev, const struct value *const *args,
	const struct value **ret, struct error *err)
{
	const struct value *cells = NULL;

	if (column_cells(ev, args[0], &cells, err))
		return -1;
	if (!cells || !cells->u.list.count)
		*ret = NULL;
	else
		*ret = cells->u.list.count == 1 ? cells->u.list.items[0] : cells;
	return 0;
}

int query_value(const struct eval *ev, const struct value *const *args,
	const struct value **ret, struct error *err)
{
	const struct value *columns = list_member(ev, "columns");
	const struct value *rows = list_member(ev, "rows");
	int64_t count = row_count(ev);

	(void)args;
	if (!columns || !rows || !count) {
		*ret = NULL;
		return 0;
	}
	if (count == 1 && columns->u.list.count == 1 && rows->u.list.count == 0)
		return error_set(err, ERR_LIMIT,
			"the cell is too large: of a result 16 MiB are kept");
	if (count != 1 || columns->u.list.count != 1 || rows->u.list.count != 1)
		return error_set(err, ERR_CHECK,
			"value needs one row and one column, got %lld x %zu",
			(long long)count, columns->u.list.count);
	*ret = cell(rows->u.list.items[0], 0);
	return 0;
}
