#include "probes/schema_rows.h"

#include "harness/base/scan.h"
#include "probes/schema_create.h"
#include "probes/schema_expr.h"
#include "probes/schema_lex.h"
#include "probes/schema_normal.h"

#define REST_MAX ((size_t)16 * 1024 * 1024)
#define MEMBERS_MAX 64
#define MARIADB_SQL_DEFAULTS 0x0a0207u /* 10.2.7 */

/* A row by what it is grouped and ordered by. */
struct row {
	const struct value *v;
	struct str object, name;
	int64_t place;
};

struct rows {
	struct row *items;
	size_t count;
};

/* How often a collation that is a default of its set is used. */
struct member {
	struct str collation, charset;
	size_t columns;
};

struct build {
	struct arena *arena;
	const struct schema_catalogue *c;
	const struct schema_wishes *wishes;
	struct schema schema;
	struct rows sorted[SCHEMA_QUERY_COUNT]; /* by table or routine, name, place */
	struct member members[MEMBERS_MAX];
	size_t nmembers;
	struct strbuf rest; /* of the fact that is being made */
};

/* ---- rows ---- */

static const struct grouping {
	const char *object, *name, *place;
} groupings[SCHEMA_QUERY_COUNT] = {
	[SCHEMA_QUERY_DATABASE] = { NULL, NULL, NULL },
	[SCHEMA_QUERY_TABLES] = { "tab", NULL, NULL },
	[SCHEMA_QUERY_COLUMNS] = { "tab", NULL, "place" },
	[SCHEMA_QUERY_INDEXES] = { "tab", "name", "place" },
	[SCHEMA_QUERY_KEYS] = { "tab", "name", "place" },
	[SCHEMA_QUERY_REFERENCES] = { "tab", "name", NULL },
	[SCHEMA_QUERY_CHECKS] = { "tab", "name", NULL },
	[SCHEMA_QUERY_CONSTRAINTS] = { "name", NULL, NULL },
	[SCHEMA_QUERY_VIEWS] = { "tab", NULL, NULL },
	[SCHEMA_QUERY_TRIGGERS] = { "name", NULL, NULL },
	[SCHEMA_QUERY_ROUTINES] = { "name", "kind", NULL },
	[SCHEMA_QUERY_PARAMETERS] = { "name", "kind", "place" },
	[SCHEMA_QUERY_EVENTS] = { "name", NULL, NULL },
	[SCHEMA_QUERY_PARTITIONS] = { "tab", NULL, "place" },
};

static struct str cell_or_none(const struct value *v, const char *label)
{
	return label ? schema_cell(v, label) : (struct str){ 0 };
}

static int64_t place_of(const struct value *v, const char *label)
{
	int64_t place = 0;

	if (!scan_int(cell_or_none(v, label), 0, INT64_MAX, &place))
		return 0;
	return place;
}

static int compare_rows(const void *a, const void *b)
{
	const struct row *left = a;
	const struct row *right = b;
	int order = str_cmp(left->object, right->object);

	if (order == 0)
		order = str_cmp(left->name, right->name);
	return order ? order :
		       (left->place > right->place) - (left->place < right->place);
}

static void sort_rows(struct build *b, enum schema_query q)
{
	const struct value *rows = b->c->rows[q];
	size_t count = rows ? rows->u.list.count : 0;
	struct rows *r = &b->sorted[q];

	r->items = arena_array(b->arena, count + 1, sizeof(*r->items));
	for (size_t i = 0; r->items && i < count; i++) {
		const struct value *v = rows->u.list.items[i];

		r->items[r->count++] = (struct row){ .v = v,
			.object = cell_or_none(v, groupings[q].object),
			.name = cell_or_none(v, groupings[q].name),
			.place = place_of(v, groupings[q].place) };
	}
	if (r->count > 1)
		qsort(r->items, r->count, sizeof(*r->items), compare_rows);
}

/* The first row of an object (and name), at its group's start. */
static size_t lower_bound(const struct rows *r, struct str object, struct str name)
{
	const struct row wanted = { .object = object, .name = name, .place = -1 };
	size_t from = 0;
	size_t to = r->count;

	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (compare_rows(&r->items[middle], &wanted) < 0)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

static const struct row *find_row(
	const struct build *b, enum schema_query q, struct str object, struct str name)
{
	const struct rows *r = &b->sorted[q];
	size_t at = lower_bound(r, object, name);

	if (at < r->count && str_eq(r->items[at].object, object) &&
		str_eq(r->items[at].name, name))
		return &r->items[at];
	return NULL;
}

static size_t group_end(const struct rows *r, size_t from)
{
	size_t to = from + 1;

	while (to < r->count && str_eq(r->items[to].object, r->items[from].object) &&
		str_eq(r->items[to].name, r->items[from].name))
		to++;
	return to;
}

static struct str cell(const struct row *r, const char *label)
{
	return schema_cell(r->v, label);
}

static bool cell_is(const struct row *r, const char *label, const char *text)
{
	return str_eq_nocase(cell(r, label), str_from(text));
}

/* ---- making a fact ---- */

/* Begins the rest; words are added with a blank before each but the first. */
static void begin(struct build *b)
{
	strbuf_clear(&b->rest);
}

static void word(struct build *b, struct str text)
{
	if (!text.n)
		return;
	if (b->rest.n)
		strbuf_addc(&b->rest, ' ');
	strbuf_add(&b->rest, text);
}

/* key=text, unless there is no text */
static void setting(struct build *b, const char *key, struct str text)
{
	if (!text.p)
		return;
	word(b, str_from(key));
	strbuf_addc(&b->rest, '=');
	strbuf_add(&b->rest, text);
}

static struct str quoted(struct build *b, struct str text)
{
	struct strbuf sb;
	struct str ret = { 0 };

	strbuf_init(&sb, REST_MAX);
	schema_add_string(&sb, text);
	if (!strbuf_failed(&sb))
		ret = arena_str(b->arena, strbuf_str(&sb));
	strbuf_release(&sb);
	return ret;
}

/* An expression in canonical form and in parentheses. */
static struct str expression(struct build *b, struct str raw)
{
	struct str text = schema_expr(
		b->arena, b->c->mariadb ? raw : schema_mysql_expression(b->arena, raw));

	return arena_printf(b->arena, "(%.*s)", STR_ARG(text));
}

static struct str lower_cell(struct build *b, const struct row *r, const char *label)
{
	return schema_lower(b->arena, cell(r, label));
}

/* RANGE and `id` are range(id) */
static struct str applied(struct build *b, struct str method, struct str raw)
{
	struct str name = schema_lower(b->arena, method);
	struct str argument = expression(b, raw);

	return arena_printf(b->arena, "%.*s%.*s", STR_ARG(name), STR_ARG(argument));
}

static void remark(struct build *b, const struct row *r)
{
	struct str text = cell(r, "remark");

	if (b->wishes->comments && text.n)
		setting(b, "comment", quoted(b, text));
}

static void definer(struct build *b, const struct row *r)
{
	if (b->wishes->definers)
		setting(b, "definer", cell(r, "definer"));
}

static void finish(struct build *b, struct schema_fact f)
{
	if (strbuf_failed(&b->rest))
		b->arena->failed = true;
	f.rest = arena_str(b->arena, strbuf_str(&b->rest));
	schema_add(&b->schema, &f);
}

/* sql= or body= and, where it is wished for, the text. */
static struct str hashed(struct build *b, const char *key, struct str text)
{
	if (!text.n)
		return (struct str){ 0 };
	setting(b, key, schema_hash(b->arena, text));
	return b->wishes->bodies ? schema_body(b->arena, text) : (struct str){ 0 };
}

/* ---- character sets ---- */

static struct member *find_member(struct build *b, struct str collation)
{
	for (size_t i = 0; i < b->nmembers; i++)
		if (str_eq(b->members[i].collation, collation))
			return &b->members[i];
	if (b->nmembers == MEMBERS_MAX)
		return NULL;
	b->members[b->nmembers] = (struct member){ .collation = collation,
		.charset = schema_charset(b->arena, collation) };
	return &b->members[b->nmembers++];
}

static void count_members(struct build *b)
{
	const struct rows *r = &b->sorted[SCHEMA_QUERY_COLUMNS];

	for (size_t i = 0; i < r->count; i++) {
		struct str collation = cell(&r->items[i], "collation");
		struct member *m;

		if (!collation.p || !schema_collation_is_default(collation))
			continue;
		m = find_member(b, collation);
		if (m)
			m->columns++;
	}
}

/* Joining two members of one family is an error, so the rarer one is told (N9). */
static bool is_most_frequent(struct build *b, struct str collation)
{
	const struct member *m = find_member(b, collation);

	for (size_t i = 0; m && i < b->nmembers; i++) {
		const struct member *other = &b->members[i];
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
static struct str told_collation(struct build *b, struct str collation)
{
	if (!collation.p || schema_collation_is_default(collation))
		return (struct str){ 0 };
	return schema_collation(b->arena, collation);
}

static void charset(struct build *b, struct str collation)
{
	if (!collation.p)
		return;
	setting(b, "charset", schema_charset(b->arena, collation));
	setting(b, "collate", told_collation(b, collation));
}

static void column_collation(struct build *b, struct str own, struct str table)
{
	struct str told = told_collation(b, own);

	if (!own.p)
		return;
	if (!table.p ||
		!str_eq(schema_charset(b->arena, own), schema_charset(b->arena, table)))
		setting(b, "charset", schema_charset(b->arena, own));
	else if (!str_eq(told, told_collation(b, table)) && !told.p)
		told = STR("default");
	else if (str_eq(told, told_collation(b, table)))
		told = (struct str){ 0 };
	if (!told.p && schema_collation_is_default(own) && !is_most_frequent(b, own))
		told = own;
	setting(b, "collate", told);
}

/* ---- tables ---- */

static bool is_table(const struct row *r)
{
	return cell_is(r, "kind", "BASE TABLE") || cell_is(r, "kind", "SYSTEM VERSIONED");
}

/* partition=RANGE(id) */
static void partitioning(struct build *b, const struct row *table)
{
	const struct rows *r = &b->sorted[SCHEMA_QUERY_PARTITIONS];
	size_t at = lower_bound(r, table->object, (struct str){ 0 });
	const struct row *first = &r->items[at];

	if (at >= r->count || !str_eq(first->object, table->object))
		return;
	setting(b, "partition",
		applied(b, cell(first, "method"), cell(first, "expression")));
	if (cell(first, "sub_method").n)
		setting(b, "subpartition",
			applied(b, cell(first, "sub_method"),
				cell(first, "sub_expression")));
}

static void add_table(struct build *b, const struct row *r)
{
	begin(b);
	setting(b, "engine", cell(r, "engine"));
	charset(b, cell(r, "collation"));
	setting(b, "row-format", schema_row_format(b->arena, cell(r, "options")));
	partitioning(b, r);
	if (cell_is(r, "kind", "SYSTEM VERSIONED"))
		word(b, STR("versioned"));
	remark(b, r);
	finish(b, (struct schema_fact){ .kind = SCHEMA_TABLE, .object = r->object });
}

static void add_tables(struct build *b)
{
	const struct rows *r = &b->sorted[SCHEMA_QUERY_TABLES];

	for (size_t i = 0; i < r->count; i++)
		if (is_table(&r->items[i]))
			add_table(b, &r->items[i]);
		else if (cell_is(&r->items[i], "kind", "SEQUENCE")) {
			begin(b);
			finish(b,
				(struct schema_fact){ .kind = SCHEMA_SEQUENCE,
					.object = r->items[i].object });
		}
}

static void add_database(struct build *b)
{
	const struct rows *r = &b->sorted[SCHEMA_QUERY_DATABASE];

	if (!r->count)
		return;
	begin(b);
	charset(b, cell(&r->items[0], "collation"));
	finish(b, (struct schema_fact){ .kind = SCHEMA_DATABASE });
}

static void add_partitions(struct build *b)
{
	const struct rows *r = &b->sorted[SCHEMA_QUERY_PARTITIONS];

	for (size_t i = 0; i < r->count; i++) {
		const struct row *p = &r->items[i];

		/* each subpartition has a row */
		if (i > 0 && str_eq(p[-1].object, p->object) && p[-1].place == p->place)
			continue;
		begin(b);
		word(b, cell(p, "place"));
		if (cell(p, "value").n)
			setting(b, "value", expression(b, cell(p, "value")));
		finish(b,
			(struct schema_fact){ .kind = SCHEMA_PARTITION,
				.object = p->object,
				.name = cell(p, "name") });
	}
}

/* ---- columns ---- */

/* MariaDB's json: longtext with a check of its own that says json_valid(column) (N8). */
static bool is_json_check(struct build *b, const struct row *check)
{
	struct str clause = cell(check, "clause");
	struct str wanted;
	struct strbuf name;
	bool is;

	if (!check->object.p || str_find(clause, STR("json_valid")) == SIZE_MAX)
		return false;
	strbuf_init(&name, REST_MAX);
	schema_add_name(&name, check->name);
	wanted = arena_printf(b->arena, "json_valid(%.*s)", STR_ARG(strbuf_str(&name)));
	is = str_eq(schema_expr(b->arena, clause), wanted);
	strbuf_release(&name);
	return is;
}

static bool is_json(struct build *b, const struct row *column)
{
	const struct row *check;

	if (!cell_is(column, "type", "longtext"))
		return false;
	check = find_row(b, SCHEMA_QUERY_CHECKS, column->object, cell(column, "col"));
	return check && is_json_check(b, check);
}

static void column_default(
	struct build *b, const struct row *r, const struct schema_extra *extra)
{
	const struct schema_default d = {
		.mariadb = b->c->mariadb && b->c->version >= MARIADB_SQL_DEFAULTS,
		.text = cell(r, "value"),
		.type = cell(r, "type"),
		.is_expression = extra->is_expression,
	};

	if (!extra->generated)
		setting(b, "default", schema_default(b->arena, &d));
	setting(b, "on-update", extra->on_update);
	if (extra->auto_increment)
		word(b, STR("auto-increment"));
	if (extra->generated)
		setting(b, extra->stored ? "stored" : "virtual",
			expression(b, cell(r, "expression")));
}

static void add_column(struct build *b, const struct row *r, struct str table_collation)
{
	const struct schema_extra extra = schema_extra(b->arena, cell(r, "extra"));
	bool json = is_json(b, r);

	begin(b);
	word(b, json ? STR("json") : schema_type(b->arena, cell(r, "type")));
	word(b, cell_is(r, "nullable", "YES") ? STR("null") : STR("not-null"));
	column_default(b, r, &extra);
	if (!json)
		column_collation(b, cell(r, "collation"), table_collation);
	if (extra.invisible)
		word(b, STR("invisible"));
	setting(b, "srid", cell(r, "srid"));
	remark(b, r);
	finish(b,
		(struct schema_fact){ .kind = SCHEMA_COLUMN,
			.object = r->object,
			.name = cell(r, "col") });
}

/* a, b, c: the columns of a group of rows */
static void column_names(struct build *b, const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (i)
			strbuf_adds(&b->rest, ", ");
		schema_add_name(&b->rest, cell(&rows[i], "col"));
	}
}

static void add_columns(struct build *b)
{
	const struct rows *r = &b->sorted[SCHEMA_QUERY_COLUMNS];

	for (size_t at = 0, end; at < r->count; at = end) {
		const struct row *table = find_row(
			b, SCHEMA_QUERY_TABLES, r->items[at].object, (struct str){ 0 });

		end = group_end(r, at);
		if (!table || !is_table(table))
			continue;
		begin(b);
		column_names(b, &r->items[at], end - at);
		finish(b,
			(struct schema_fact){
				.kind = SCHEMA_ORDER, .object = table->object });
		for (size_t i = at; i < end; i++)
			add_column(b, &r->items[i], cell(table, "collation"));
	}
}

/* ---- indexes ---- */

static enum schema_kind index_kind(const struct row *r)
{
	if (str_is(r->name, "PRIMARY"))
		return SCHEMA_PRIMARY;
	if (cell_is(r, "type", "FULLTEXT"))
		return SCHEMA_FULLTEXT;
	if (cell_is(r, "type", "SPATIAL"))
		return SCHEMA_SPATIAL;
	return cell_is(r, "many", "0") ? SCHEMA_UNIQUE : SCHEMA_INDEX;
}

static void index_part(struct build *b, const struct row *r, enum schema_kind kind)
{
	struct str part = cell(r, "part");

	if (cell(r, "col").p)
		schema_add_name(&b->rest, cell(r, "col"));
	else
		strbuf_add(&b->rest, expression(b, cell(r, "expression")));
	if (part.p && kind != SCHEMA_SPATIAL && kind != SCHEMA_FULLTEXT)
		strbuf_addf(&b->rest, "(%.*s)", STR_ARG(part));
	if (cell_is(r, "direction", "D"))
		strbuf_adds(&b->rest, " desc");
}

static void add_index(struct build *b, const struct row *rows, size_t n)
{
	enum schema_kind kind = index_kind(rows);

	begin(b);
	strbuf_addc(&b->rest, '(');
	for (size_t i = 0; i < n; i++) {
		if (i)
			strbuf_adds(&b->rest, ", ");
		index_part(b, &rows[i], kind);
	}
	strbuf_addc(&b->rest, ')');
	if (cell_is(rows, "visible", "NO") || cell_is(rows, "ignored", "YES"))
		word(b, STR("hidden"));
	remark(b, rows);
	finish(b,
		(struct schema_fact){ .kind = kind,
			.object = rows->object,
			.name = kind == SCHEMA_PRIMARY ? (struct str){ 0 } :
							 rows->name });
}

static void add_indexes(struct build *b)
{
	const struct rows *r = &b->sorted[SCHEMA_QUERY_INDEXES];

	for (size_t at = 0, end; at < r->count; at = end) {
		end = group_end(r, at);
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

static void foreign_rules(struct build *b, const struct row *key)
{
	const struct row *r = find_row(
		b, SCHEMA_QUERY_REFERENCES, key->object, key->name);
	struct str on_delete = { 0 };
	struct str on_update = { 0 };

	if (r) {
		on_delete = cell(r, "on_delete");
		on_update = cell(r, "on_update");
	} else if (!schema_create_rules(created(b->c, key->object), key->name, &on_delete,
			   &on_update)) {
		word(b, STR("rules=unknown")); /* differs from every contract */
	}
	strbuf_add(&b->rest, schema_rule(b->arena, "on-delete", on_delete));
	strbuf_add(&b->rest, schema_rule(b->arena, "on-update", on_update));
}

static void add_foreign(struct build *b, const struct row *rows, size_t n)
{
	struct str schema = cell(rows, "other_schema");

	begin(b);
	strbuf_addc(&b->rest, '(');
	column_names(b, rows, n);
	strbuf_adds(&b->rest, ") -> ");
	if (!str_eq(schema, b->c->database)) {
		schema_add_name(&b->rest, schema);
		strbuf_addc(&b->rest, '.');
	}
	schema_add_name(&b->rest, cell(rows, "other"));
	strbuf_addc(&b->rest, '(');
	for (size_t i = 0; i < n; i++) {
		if (i)
			strbuf_adds(&b->rest, ", ");
		schema_add_name(&b->rest, cell(&rows[i], "other_col"));
	}
	strbuf_addc(&b->rest, ')');
	foreign_rules(b, rows);
	finish(b,
		(struct schema_fact){ .kind = SCHEMA_FOREIGN,
			.object = rows->object,
			.name = rows->name });
}

static void add_foreigns(struct build *b)
{
	const struct rows *r = &b->sorted[SCHEMA_QUERY_KEYS];

	for (size_t at = 0, end; at < r->count; at = end) {
		end = group_end(r, at);
		add_foreign(b, &r->items[at], end - at);
	}
}

/* MySQL's checks do not name their table; their names are unique in the schema. */
static void add_check(struct build *b, const struct row *r)
{
	const struct row *constraint = find_row(
		b, SCHEMA_QUERY_CONSTRAINTS, r->name, (struct str){ 0 });
	struct str table = r->object.p ? r->object :
		constraint             ? cell(constraint, "tab") :
					 (struct str){ 0 };

	if (!table.p || is_json_check(b, r))
		return;
	begin(b);
	word(b, expression(b, cell(r, "clause")));
	if (constraint && cell_is(constraint, "enforced", "NO"))
		word(b, STR("not-enforced"));
	finish(b,
		(struct schema_fact){
			.kind = SCHEMA_CHECK, .object = table, .name = r->name });
}

static void add_checks(struct build *b)
{
	const struct rows *r = &b->sorted[SCHEMA_QUERY_CHECKS];

	for (size_t i = 0; i < r->count; i++)
		add_check(b, &r->items[i]);
}

/* ---- views ---- */

/* The text is made anew in memory of its own: only its hash stays, unless it is wished for. */
static struct str view_text(struct build *b, struct arena *scratch, struct str raw)
{
	struct str text = schema_view_text(scratch, raw, b->c->database);

	if (arena_failed(scratch))
		b->arena->failed = true;
	return hashed(b, "sql", text);
}

static void view_columns(struct build *b, struct str view)
{
	const struct rows *r = &b->sorted[SCHEMA_QUERY_COLUMNS];
	size_t at = lower_bound(r, view, (struct str){ 0 });

	strbuf_addc(&b->rest, '(');
	if (at < r->count && str_eq(r->items[at].object, view))
		column_names(b, &r->items[at], group_end(r, at) - at);
	strbuf_addc(&b->rest, ')');
}

static void add_view(struct build *b, const struct row *r)
{
	struct arena scratch;
	struct str body;

	begin(b);
	view_columns(b, r->object);
	setting(b, "security", lower_cell(b, r, "security"));
	if (!cell_is(r, "verifies", "NONE"))
		setting(b, "check", lower_cell(b, r, "verifies"));
	definer(b, r);
	arena_init(&scratch, REST_MAX * 16);
	body = view_text(b, &scratch, cell(r, "body"));
	arena_release(&scratch);
	finish(b,
		(struct schema_fact){
			.kind = SCHEMA_VIEW, .object = r->object, .body = body });
}

static void add_views(struct build *b)
{
	const struct rows *r = &b->sorted[SCHEMA_QUERY_VIEWS];

	for (size_t i = 0; i < r->count; i++)
		add_view(b, &r->items[i]);
}

/* ---- triggers, routines, events ---- */

static void add_triggers(struct build *b)
{
	const struct rows *r = &b->sorted[SCHEMA_QUERY_TRIGGERS];

	for (size_t i = 0; i < r->count; i++) {
		const struct row *t = &r->items[i];
		struct str body;

		begin(b);
		strbuf_adds(&b->rest, "on ");
		schema_add_name(&b->rest, cell(t, "tab"));
		word(b, lower_cell(b, t, "timing"));
		word(b, lower_cell(b, t, "event"));
		if (place_of(t->v, "place") > 1)
			setting(b, "order", cell(t, "place"));
		definer(b, t);
		body = hashed(b, "body", cell(t, "body"));
		finish(b,
			(struct schema_fact){ .kind = SCHEMA_TRIGGER,
				.object = t->object,
				.body = body });
	}
}

static void parameters(struct build *b, const struct row *routine)
{
	const struct rows *r = &b->sorted[SCHEMA_QUERY_PARAMETERS];
	size_t at = lower_bound(r, routine->object, routine->name);
	bool first = true;

	strbuf_addc(&b->rest, '(');
	for (; at < r->count && str_eq(r->items[at].object, routine->object) &&
		str_eq(r->items[at].name, routine->name);
		at++) {
		const struct row *p = &r->items[at];

		strbuf_adds(&b->rest, first ? "" : ", ");
		if (cell(p, "mode").n && cell_is(routine, "kind", "PROCEDURE")) {
			strbuf_add(&b->rest, lower_cell(b, p, "mode"));
			strbuf_addc(&b->rest, ' ');
		}
		schema_add_name(&b->rest, cell(p, "parameter"));
		strbuf_addc(&b->rest, ' ');
		strbuf_add(&b->rest, schema_type(b->arena, cell(p, "type")));
		first = false;
	}
	strbuf_addc(&b->rest, ')');
}

static void add_routine(struct build *b, const struct row *r)
{
	bool is_function = cell_is(r, "kind", "FUNCTION");
	struct str body;

	begin(b);
	parameters(b, r);
	if (is_function)
		setting(b, "returns", schema_type(b->arena, cell(r, "type")));
	if (cell_is(r, "deterministic", "YES"))
		word(b, STR("deterministic"));
	if (!cell_is(r, "access", "CONTAINS SQL"))
		setting(b, "data", lower_cell(b, r, "access"));
	setting(b, "security", lower_cell(b, r, "security"));
	definer(b, r);
	remark(b, r);
	body = hashed(b, "body", cell(r, "body"));
	finish(b,
		(struct schema_fact){
			.kind = is_function ? SCHEMA_FUNCTION : SCHEMA_PROCEDURE,
			.object = r->object,
			.body = body });
}

/* Packages of MariaDB's Oracle mode are no routines that a contract tells of. */
static void add_routines(struct build *b)
{
	const struct rows *r = &b->sorted[SCHEMA_QUERY_ROUTINES];

	for (size_t i = 0; i < r->count; i++)
		if (cell_is(&r->items[i], "kind", "FUNCTION") ||
			cell_is(&r->items[i], "kind", "PROCEDURE"))
			add_routine(b, &r->items[i]);
}

static void schedule(struct build *b, const struct row *r)
{
	if (cell_is(r, "kind", "ONE TIME")) {
		word(b, STR("once"));
	} else {
		setting(b, "every", cell(r, "every"));
		strbuf_addc(&b->rest, '-');
		strbuf_add(&b->rest, lower_cell(b, r, "unit"));
	}
	setting(b, "status", lower_cell(b, r, "status"));
	if (cell_is(r, "completion", "PRESERVE"))
		word(b, STR("preserve"));
}

static void add_events(struct build *b)
{
	const struct rows *r = &b->sorted[SCHEMA_QUERY_EVENTS];

	for (size_t i = 0; i < r->count; i++) {
		const struct row *e = &r->items[i];
		struct str body;

		begin(b);
		schedule(b, e);
		definer(b, e);
		remark(b, e);
		body = hashed(b, "body", cell(e, "body"));
		finish(b,
			(struct schema_fact){ .kind = SCHEMA_EVENT,
				.object = e->object,
				.body = body });
	}
}

/* ---- the whole ---- */

static void build(struct build *b)
{
	static void (*const steps[])(struct build *) = { count_members, add_database,
		add_tables, add_columns, add_indexes, add_foreigns, add_checks,
		add_partitions, add_views, add_triggers, add_routines, add_events };

	for (size_t i = 0; i < SCHEMA_QUERY_COUNT; i++)
		sort_rows(b, (enum schema_query)i);
	for (size_t i = 0; i < ARRAY_SIZE(steps) && !arena_failed(b->arena); i++)
		steps[i](b);
	schema_sort(&b->schema);
}

int schema_from_rows(struct arena *a, const struct schema_catalogue *c,
	const struct schema_wishes *w, struct schema *ret, struct error *err)
{
	struct build b = { .arena = a, .c = c, .wishes = w };

	schema_init(&b.schema, a);
	strbuf_init(&b.rest, REST_MAX);
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
	struct build b = { .arena = a, .c = c };
	const struct rows *keys = &b.sorted[SCHEMA_QUERY_KEYS];
	struct str *names;

	*ret_count = 0;
	sort_rows(&b, SCHEMA_QUERY_KEYS);
	sort_rows(&b, SCHEMA_QUERY_REFERENCES);
	names = arena_array(a, keys->count + 1, sizeof(*names));
	for (size_t i = 0; names && keys->items && i < keys->count; i++) {
		const struct row *k = &keys->items[i];

		if (find_row(&b, SCHEMA_QUERY_REFERENCES, k->object, k->name))
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
