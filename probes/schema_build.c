#include "probes/schema_build.h"

#include "harness/base/scan.h"
#include "probes/schema_expr.h"
#include "probes/schema_lex.h"
#include "probes/schema_normal.h"

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

int64_t build_place(const struct value *v, const char *label)
{
	int64_t place = 0;

	if (!scan_int(cell_or_none(v, label), 0, INT64_MAX, &place))
		return 0;
	return place;
}

static int compare_rows(const void *a, const void *b)
{
	const struct schema_row *left = a;
	const struct schema_row *right = b;
	int order = str_cmp(left->object, right->object);

	if (order == 0)
		order = str_cmp(left->name, right->name);
	return order ? order :
		       (left->place > right->place) - (left->place < right->place);
}

void build_sort_rows(struct schema_build *b, enum schema_query q)
{
	const struct value *rows = b->c->rows[q];
	size_t count = rows ? rows->u.list.count : 0;
	struct schema_row_list *r = &b->sorted[q];

	r->items = arena_array(b->arena, count + 1, sizeof(*r->items));
	for (size_t i = 0; r->items && i < count; i++) {
		const struct value *v = rows->u.list.items[i];

		r->items[r->count++] = (struct schema_row){ .v = v,
			.object = cell_or_none(v, groupings[q].object),
			.name = cell_or_none(v, groupings[q].name),
			.place = build_place(v, groupings[q].place) };
	}
	if (r->count > 1)
		qsort(r->items, r->count, sizeof(*r->items), compare_rows);
}

size_t build_lower_bound(const struct schema_row_list *r, struct str object, struct str name)
{
	const struct schema_row wanted = { .object = object, .name = name, .place = -1 };
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

const struct schema_row *build_find_row(
	const struct schema_build *b, enum schema_query q, struct str object, struct str name)
{
	const struct schema_row_list *r = &b->sorted[q];
	size_t at = build_lower_bound(r, object, name);

	if (at < r->count && str_eq(r->items[at].object, object) &&
		str_eq(r->items[at].name, name))
		return &r->items[at];
	return NULL;
}

size_t build_group_end(const struct schema_row_list *r, size_t from)
{
	size_t to = from + 1;

	while (to < r->count && str_eq(r->items[to].object, r->items[from].object) &&
		str_eq(r->items[to].name, r->items[from].name))
		to++;
	return to;
}

struct str build_cell(const struct schema_row *r, const char *label)
{
	return schema_cell(r->v, label);
}

bool build_cell_is(const struct schema_row *r, const char *label, const char *text)
{
	return str_eq_nocase(build_cell(r, label), str_from(text));
}

/* ---- making a fact ---- */

void build_begin(struct schema_build *b)
{
	strbuf_clear(&b->rest);
}

void build_word(struct schema_build *b, struct str text)
{
	if (!text.n)
		return;
	if (b->rest.n)
		strbuf_addc(&b->rest, ' ');
	strbuf_add(&b->rest, text);
}

void build_setting(struct schema_build *b, const char *key, struct str text)
{
	if (!text.p)
		return;
	build_word(b, str_from(key));
	strbuf_addc(&b->rest, '=');
	strbuf_add(&b->rest, text);
}

static struct str quoted(struct schema_build *b, struct str text)
{
	struct strbuf sb;

	strbuf_init(&sb, SCHEMA_REST_MAX);
	schema_add_string(&sb, text);
	return strbuf_take(&sb, b->arena);
}

struct str build_expression(struct schema_build *b, struct str raw)
{
	struct str text = schema_expr(
		b->arena, b->c->mariadb ? raw : schema_mysql_expression(b->arena, raw));

	return arena_printf(b->arena, "(%.*s)", STR_ARG(text));
}

struct str build_lower_cell(struct schema_build *b, const struct schema_row *r, const char *label)
{
	return schema_lower(b->arena, build_cell(r, label));
}

void build_remark(struct schema_build *b, const struct schema_row *r)
{
	struct str text = build_cell(r, "remark");

	if (b->wishes->comments && text.n)
		build_setting(b, "comment", quoted(b, text));
}

void build_definer(struct schema_build *b, const struct schema_row *r)
{
	if (b->wishes->definers)
		build_setting(b, "definer", build_cell(r, "definer"));
}

void build_finish(struct schema_build *b, struct schema_fact f)
{
	if (strbuf_failed(&b->rest))
		b->arena->failed = true;
	f.rest = arena_str(b->arena, strbuf_str(&b->rest));
	schema_add(&b->schema, &f);
}

struct str build_hashed(struct schema_build *b, const char *key, struct str text)
{
	if (!text.n)
		return (struct str){ 0 };
	build_setting(b, key, schema_hash(b->arena, text));
	return b->wishes->bodies ? schema_body(b->arena, text) : (struct str){ 0 };
}

void build_column_names(struct schema_build *b, const struct schema_row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (i)
			strbuf_adds(&b->rest, ", ");
		schema_add_name(&b->rest, build_cell(&rows[i], "col"));
	}
}
