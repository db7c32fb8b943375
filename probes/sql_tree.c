#include "probes/sql_tree.h"

static const struct value *column_names(struct arena *a, const struct db_result *r)
{
	struct value_list_builder b = { 0 };

	for (size_t i = 0; i < r->ncolumns; i++)
		value_list_add(a, &b, value_string(a, r->columns[i]));
	return value_list_finish(a, &b);
}

/* Level, Code, Message of SHOW WARNINGS under our names. */
static const struct value *warning_list(struct arena *a, const struct value *rows)
{
	struct value_list_builder list = { 0 };

	for (size_t i = 0; i < rows->u.list.count; i++) {
		const struct value *row = rows->u.list.items[i];
		struct value_object_builder b = { 0 };

		value_object_add_opt(a, &b, STR("level"), value_get(row, "Level"));
		value_object_add_opt(a, &b, STR("code"), value_get(row, "Code"));
		value_object_add_opt(a, &b, STR("message"), value_get(row, "Message"));
		value_list_add(a, &list, value_object_finish(a, &b));
	}
	return value_list_finish(a, &list);
}

static void add_duration(
	struct arena *a, struct value_object_builder *b, uint64_t duration_us)
{
	value_object_add(a, b, STR("duration"), value_uint(a, duration_us / 1000));
}

const struct value *sql_tree(struct arena *a, const struct db_result *r,
	const struct value *warnings, uint64_t duration_us)
{
	struct value_object_builder b = { 0 };

	if (r->has_rows) {
		value_object_add(a, &b, STR("rows"), r->rows);
		value_object_add(a, &b, STR("row_count"), value_uint(a, r->row_count));
		value_object_add(a, &b, STR("columns"), column_names(a, r));
	} else {
		value_object_add(a, &b, STR("affected"), value_uint(a, r->affected));
	}
	value_object_add(a, &b, STR("warnings"), value_uint(a, r->warnings));
	if (warnings)
		value_object_add(a, &b, STR("warning_list"), warning_list(a, warnings));
	add_duration(a, &b, duration_us);
	value_object_add(a, &b, STR("cut"), value_bool(r->cut));
	return value_object_finish(a, &b);
}

const struct value *sql_tree_error(
	struct arena *a, const struct db_failure *f, uint64_t duration_us)
{
	struct value_object_builder e = { 0 };
	struct value_object_builder b = { 0 };

	value_object_add(a, &e, STR("code"), value_uint(a, f->code));
	value_object_add(a, &e, STR("sqlstate"),
		value_string(a, arena_str(a, str_from(f->sqlstate))));
	value_object_add(a, &e, STR("message"),
		value_string(a, arena_str(a, str_from(f->message))));
	value_object_add(a, &b, STR("error"), value_object_finish(a, &e));
	add_duration(a, &b, duration_us);
	return value_object_finish(a, &b);
}

const struct value *sql_tree_sample(
	struct arena *a, const struct db_result *r, size_t max_rows)
{
	size_t n;

	if (!r->rows)
		return NULL;
	n = r->rows->u.list.count;
	return n <= max_rows ? r->rows : value_list(a, r->rows->u.list.items, max_rows);
}
