#include "probes/schema_build.h"
#include "probes/schema_create.h"
#include "probes/schema_expr.h"
#include "probes/schema_normal.h"

bool build_is_json_check(struct schema_build *b, const struct schema_row *check)
{
	struct str clause = build_cell(check, "clause");
	struct str wanted;
	struct strbuf name;

	if (!check->object.p || str_find(clause, STR("json_valid")) == SIZE_MAX)
		return false;
	strbuf_init(&name, SCHEMA_REST_MAX);
	schema_add_name(&name, check->name);
	wanted = strbuf_take(&name, b->arena);
	wanted = arena_printf(b->arena, "json_valid(%.*s)", STR_ARG(wanted));
	return str_eq(schema_expr(b->arena, clause), wanted);
}

/* ---- indexes ---- */

static enum schema_kind index_kind(const struct schema_row *r)
{
	if (str_is(r->name, "PRIMARY"))
		return SCHEMA_PRIMARY;
	if (build_cell_is(r, "type", "FULLTEXT"))
		return SCHEMA_FULLTEXT;
	if (build_cell_is(r, "type", "SPATIAL"))
		return SCHEMA_SPATIAL;
	return build_cell_is(r, "many", "0") ? SCHEMA_UNIQUE : SCHEMA_INDEX;
}

static void index_part(struct schema_build *b, const struct schema_row *r, enum schema_kind kind)
{
	struct str part = build_cell(r, "part");

	if (build_cell(r, "col").p)
		schema_add_name(&b->rest, build_cell(r, "col"));
	else
		strbuf_add(&b->rest, build_expression(b, build_cell(r, "expression")));
	if (part.p && kind != SCHEMA_SPATIAL && kind != SCHEMA_FULLTEXT)
		strbuf_addf(&b->rest, "(%.*s)", STR_ARG(part));
	if (build_cell_is(r, "direction", "D"))
		strbuf_adds(&b->rest, " desc");
}

static void add_index(struct schema_build *b, const struct schema_row *rows, size_t n)
{
	enum schema_kind kind = index_kind(rows);

	build_begin(b);
	strbuf_addc(&b->rest, '(');
	for (size_t i = 0; i < n; i++) {
		if (i)
			strbuf_adds(&b->rest, ", ");
		index_part(b, &rows[i], kind);
	}
	strbuf_addc(&b->rest, ')');
	if (build_cell_is(rows, "visible", "NO") || build_cell_is(rows, "ignored", "YES"))
		build_word(b, STR("hidden"));
	build_remark(b, rows);
	build_finish(b,
		(struct schema_fact){ .kind = kind,
			.object = rows->object,
			.name = kind == SCHEMA_PRIMARY ? (struct str){ 0 } :
							 rows->name });
}

void build_indexes(struct schema_build *b)
{
	const struct schema_row_list *r = &b->sorted[SCHEMA_QUERY_INDEXES];

	for (size_t at = 0, end; at < r->count; at = end) {
		end = build_group_end(r, at);
		add_index(b, &r->items[at], end - at);
	}
}

/* ---- constraints ---- */

static struct str created(const struct schema_catalogue *c, struct str table)
{
	for (size_t i = 0; c->creates && i < c->creates->u.list.count; i++) {
		const struct value *row = c->creates->u.list.items[i];

		if (str_eq(schema_cell(row, "Table"), table))
			return schema_cell(row, "Create Table");
	}
	return (struct str){ 0 };
}

static void foreign_rules(struct schema_build *b, const struct schema_row *key)
{
	const struct schema_row *r = build_find_row(
		b, SCHEMA_QUERY_REFERENCES, key->object, key->name);
	struct str on_delete = { 0 };
	struct str on_update = { 0 };

	if (r) {
		on_delete = build_cell(r, "on_delete");
		on_update = build_cell(r, "on_update");
	} else if (!schema_create_rules(created(b->c, key->object), key->name, &on_delete,
			   &on_update)) {
		build_word(b, STR("rules=unknown")); /* differs from every contract */
	}
	strbuf_add(&b->rest, schema_rule(b->arena, "on-delete", on_delete));
	strbuf_add(&b->rest, schema_rule(b->arena, "on-update", on_update));
}

static void add_foreign(struct schema_build *b, const struct schema_row *rows, size_t n)
{
	struct str schema = build_cell(rows, "other_schema");

	build_begin(b);
	strbuf_addc(&b->rest, '(');
	build_column_names(b, rows, n);
	strbuf_adds(&b->rest, ") -> ");
	if (!str_eq(schema, b->c->database)) {
		schema_add_name(&b->rest, schema);
		strbuf_addc(&b->rest, '.');
	}
	schema_add_name(&b->rest, build_cell(rows, "other"));
	strbuf_addc(&b->rest, '(');
	for (size_t i = 0; i < n; i++) {
		if (i)
			strbuf_adds(&b->rest, ", ");
		schema_add_name(&b->rest, build_cell(&rows[i], "other_col"));
	}
	strbuf_addc(&b->rest, ')');
	foreign_rules(b, rows);
	build_finish(b,
		(struct schema_fact){ .kind = SCHEMA_FOREIGN,
			.object = rows->object,
			.name = rows->name });
}

void build_foreigns(struct schema_build *b)
{
	const struct schema_row_list *r = &b->sorted[SCHEMA_QUERY_KEYS];

	for (size_t at = 0, end; at < r->count; at = end) {
		end = build_group_end(r, at);
		add_foreign(b, &r->items[at], end - at);
	}
}

/* MySQL's checks do not name their table; their names are unique in the schema. */
static void add_check(struct schema_build *b, const struct schema_row *r)
{
	const struct schema_row *constraint = build_find_row(
		b, SCHEMA_QUERY_CONSTRAINTS, r->name, (struct str){ 0 });
	struct str table = r->object.p ? r->object :
		constraint             ? build_cell(constraint, "tab") :
					 (struct str){ 0 };

	if (!table.p || build_is_json_check(b, r))
		return;
	build_begin(b);
	build_word(b, build_expression(b, build_cell(r, "clause")));
	if (constraint && build_cell_is(constraint, "enforced", "NO"))
		build_word(b, STR("not-enforced"));
	build_finish(b,
		(struct schema_fact){
			.kind = SCHEMA_CHECK, .object = table, .name = r->name });
}

void build_checks(struct schema_build *b)
{
	const struct schema_row_list *r = &b->sorted[SCHEMA_QUERY_CHECKS];

	for (size_t i = 0; i < r->count; i++)
		add_check(b, &r->items[i]);
}
