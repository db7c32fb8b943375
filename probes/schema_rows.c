#include "probes/schema_rows.h"

#include "probes/schema_build.h"
#include "probes/schema_normal.h"

#define MARIADB_SQL_DEFAULTS 0x0a0207u /* 10.2.7 */

/* ---- character sets ---- */

static struct schema_member *find_member(struct schema_build *b, struct str collation)
{
	for (size_t i = 0; i < b->nmembers; i++)
		if (str_eq(b->members[i].collation, collation))
			return &b->members[i];
	if (b->nmembers == SCHEMA_MEMBERS_MAX)
		return NULL;
	b->members[b->nmembers] = (struct schema_member){ .collation = collation,
		.charset = schema_charset(b->arena, collation) };
	return &b->members[b->nmembers++];
}

static void count_members(struct schema_build *b)
{
	const struct schema_row_list *r = &b->sorted[SCHEMA_QUERY_COLUMNS];

	for (size_t i = 0; i < r->count; i++) {
		struct str collation = build_cell(&r->items[i], "collation");
		struct schema_member *m;

		if (!collation.p || !schema_collation_is_default(collation))
			continue;
		m = find_member(b, collation);
		if (m)
			m->columns++;
	}
}

/* Joining two members of one family is an error, so the rarer one is told (N9). */
static bool is_most_frequent(struct schema_build *b, struct str collation)
{
	const struct schema_member *m = find_member(b, collation);

	for (size_t i = 0; m && i < b->nmembers; i++) {
		const struct schema_member *other = &b->members[i];
		bool same_set = str_eq(other->charset, m->charset);

		if (same_set && other->columns > m->columns)
			return false;
		if (same_set && other->columns == m->columns &&
			str_cmp(other->collation, m->collation) < 0)
			return false;
	}
	return true;
}

/* The collation as tables tell it; absent where it is a default of its set. */
static struct str told_collation(struct schema_build *b, struct str collation)
{
	if (!collation.p || schema_collation_is_default(collation))
		return (struct str){ 0 };
	return schema_collation(b->arena, collation);
}

static void charset(struct schema_build *b, struct str collation)
{
	if (!collation.p)
		return;
	build_setting(b, "charset", schema_charset(b->arena, collation));
	build_setting(b, "collate", told_collation(b, collation));
}

static void column_collation(struct schema_build *b, struct str own, struct str table)
{
	struct str told = told_collation(b, own);

	if (!own.p)
		return;
	if (!table.p ||
		!str_eq(schema_charset(b->arena, own), schema_charset(b->arena, table)))
		build_setting(b, "charset", schema_charset(b->arena, own));
	else if (!str_eq(told, told_collation(b, table)) && !told.p)
		told = STR("default");
	else if (str_eq(told, told_collation(b, table)))
		told = (struct str){ 0 };
	if (!told.p && schema_collation_is_default(own) && !is_most_frequent(b, own))
		told = own;
	build_setting(b, "collate", told);
}

/* ---- tables ---- */
/* RANGE and `id` are range(id) */
static struct str applied(struct schema_build *b, struct str method, struct str raw)
{
	struct str name = schema_lower(b->arena, method);
	struct str argument = build_expression(b, raw);

	return arena_printf(b->arena, "%.*s%.*s", STR_ARG(name), STR_ARG(argument));
}

static bool is_table(const struct schema_row *r)
{
	return build_cell_is(r, "kind", "BASE TABLE") || build_cell_is(r, "kind", "SYSTEM VERSIONED");
}

/* partition=RANGE(id) */
static void partitioning(struct schema_build *b, const struct schema_row *table)
{
	const struct schema_row_list *r = &b->sorted[SCHEMA_QUERY_PARTITIONS];
	size_t at = build_lower_bound(r, table->object, (struct str){ 0 });
	const struct schema_row *first = &r->items[at];

	if (at >= r->count || !str_eq(first->object, table->object))
		return;
	build_setting(b, "partition",
		applied(b, build_cell(first, "method"), build_cell(first, "expression")));
	if (build_cell(first, "sub_method").n)
		build_setting(b, "subpartition",
			applied(b, build_cell(first, "sub_method"),
				build_cell(first, "sub_expression")));
}

static void add_table(struct schema_build *b, const struct schema_row *r)
{
	build_begin(b);
	build_setting(b, "engine", build_cell(r, "engine"));
	charset(b, build_cell(r, "collation"));
	build_setting(b, "row-format", schema_row_format(b->arena, build_cell(r, "options")));
	partitioning(b, r);
	if (build_cell_is(r, "kind", "SYSTEM VERSIONED"))
		build_word(b, STR("versioned"));
	build_remark(b, r);
	build_finish(b, (struct schema_fact){ .kind = SCHEMA_TABLE, .object = r->object });
}

static void add_tables(struct schema_build *b)
{
	const struct schema_row_list *r = &b->sorted[SCHEMA_QUERY_TABLES];

	for (size_t i = 0; i < r->count; i++)
		if (is_table(&r->items[i]))
			add_table(b, &r->items[i]);
		else if (build_cell_is(&r->items[i], "kind", "SEQUENCE")) {
			build_begin(b);
			build_finish(b,
				(struct schema_fact){ .kind = SCHEMA_SEQUENCE,
					.object = r->items[i].object });
		}
}

static void add_database(struct schema_build *b)
{
	const struct schema_row_list *r = &b->sorted[SCHEMA_QUERY_DATABASE];

	if (!r->count)
		return;
	build_begin(b);
	charset(b, build_cell(&r->items[0], "collation"));
	build_finish(b, (struct schema_fact){ .kind = SCHEMA_DATABASE });
}

static void add_partitions(struct schema_build *b)
{
	const struct schema_row_list *r = &b->sorted[SCHEMA_QUERY_PARTITIONS];

	for (size_t i = 0; i < r->count; i++) {
		const struct schema_row *p = &r->items[i];

		/* each subpartition has a row */
		if (i > 0 && str_eq(p[-1].object, p->object) && p[-1].place == p->place)
			continue;
		build_begin(b);
		build_word(b, build_cell(p, "place"));
		if (build_cell(p, "value").n)
			build_setting(b, "value", build_expression(b, build_cell(p, "value")));
		build_finish(b,
			(struct schema_fact){ .kind = SCHEMA_PARTITION,
				.object = p->object,
				.name = build_cell(p, "name") });
	}
}

/* ---- columns ---- */

static bool is_json(struct schema_build *b, const struct schema_row *column)
{
	const struct schema_row *check;

	if (!build_cell_is(column, "type", "longtext"))
		return false;
	check = build_find_row(b, SCHEMA_QUERY_CHECKS, column->object, build_cell(column, "col"));
	return check && build_is_json_check(b, check);
}

static void column_default(
	struct schema_build *b, const struct schema_row *r, const struct schema_extra *extra)
{
	const struct schema_default d = {
		.mariadb = b->c->mariadb && b->c->version >= MARIADB_SQL_DEFAULTS,
		.text = build_cell(r, "value"),
		.type = build_cell(r, "type"),
		.is_expression = extra->is_expression,
	};

	if (!extra->generated)
		build_setting(b, "default", schema_default(b->arena, &d));
	build_setting(b, "on-update", extra->on_update);
	if (extra->auto_increment)
		build_word(b, STR("auto-increment"));
	if (extra->generated)
		build_setting(b, extra->stored ? "stored" : "virtual",
			build_expression(b, build_cell(r, "expression")));
}

static void add_column(struct schema_build *b, const struct schema_row *r, struct str table_collation)
{
	const struct schema_extra extra = schema_extra(b->arena, build_cell(r, "extra"));
	bool json = is_json(b, r);

	build_begin(b);
	build_word(b, json ? STR("json") : schema_type(b->arena, build_cell(r, "type")));
	build_word(b, build_cell_is(r, "nullable", "YES") ? STR("null") : STR("not-null"));
	column_default(b, r, &extra);
	if (!json)
		column_collation(b, build_cell(r, "collation"), table_collation);
	if (extra.invisible)
		build_word(b, STR("invisible"));
	build_setting(b, "srid", build_cell(r, "srid"));
	build_remark(b, r);
	build_finish(b,
		(struct schema_fact){ .kind = SCHEMA_COLUMN,
			.object = r->object,
			.name = build_cell(r, "col") });
}

static void add_columns(struct schema_build *b)
{
	const struct schema_row_list *r = &b->sorted[SCHEMA_QUERY_COLUMNS];

	for (size_t at = 0, end; at < r->count; at = end) {
		const struct schema_row *table = build_find_row(
			b, SCHEMA_QUERY_TABLES, r->items[at].object, (struct str){ 0 });

		end = build_group_end(r, at);
		if (!table || !is_table(table))
			continue;
		build_begin(b);
		build_column_names(b, &r->items[at], end - at);
		build_finish(b,
			(struct schema_fact){
				.kind = SCHEMA_ORDER, .object = table->object });
		for (size_t i = at; i < end; i++)
			add_column(b, &r->items[i], build_cell(table, "collation"));
	}
}

/* ---- the whole ---- */

static void build(struct schema_build *b)
{
	static void (*const steps[])(struct schema_build *) = { count_members, add_database,
		add_tables, add_columns, build_indexes, build_foreigns, build_checks,
		add_partitions, build_views, build_triggers, build_routines, build_events };

	for (size_t i = 0; i < SCHEMA_QUERY_COUNT; i++)
		build_sort_rows(b, (enum schema_query)i);
	for (size_t i = 0; i < ARRAY_SIZE(steps) && !arena_failed(b->arena); i++)
		steps[i](b);
	schema_sort(&b->schema);
}

int schema_from_rows(struct arena *a, const struct schema_catalogue *c,
	const struct schema_wishes *w, struct schema *ret, struct error *err)
{
	struct schema_build b = { .arena = a, .c = c, .wishes = w };

	schema_init(&b.schema, a);
	strbuf_init(&b.rest, SCHEMA_REST_MAX);
	build(&b);
	strbuf_release(&b.rest);
	if (arena_failed(a))
		return error_set_oom(err);
	*ret = b.schema;
	return 0;
}

const struct str *schema_hidden_rules(
	struct arena *a, const struct schema_catalogue *c, size_t *ret_count)
{
	struct schema_build b = { .arena = a, .c = c };
	const struct schema_row_list *keys = &b.sorted[SCHEMA_QUERY_KEYS];
	struct str *names;

	*ret_count = 0;
	build_sort_rows(&b, SCHEMA_QUERY_KEYS);
	build_sort_rows(&b, SCHEMA_QUERY_REFERENCES);
	names = arena_array(a, keys->count + 1, sizeof(*names));
	for (size_t i = 0; names && keys->items && i < keys->count; i++) {
		const struct schema_row *k = &keys->items[i];

		if (build_find_row(&b, SCHEMA_QUERY_REFERENCES, k->object, k->name))
			continue;
		if (*ret_count == 0 || !str_eq(names[*ret_count - 1], k->object))
			names[(*ret_count)++] = k->object;
	}
	return *ret_count ? names : NULL;
}

bool schema_has_partitions(const struct schema_catalogue *c)
{
	const struct value *tables = c->rows[SCHEMA_QUERY_TABLES];

	for (size_t i = 0; tables && i < tables->u.list.count; i++)
		if (str_find(schema_cell(tables->u.list.items[i], "options"),
			    STR("partitioned")) != SIZE_MAX)
			return true;
	return false;
}
