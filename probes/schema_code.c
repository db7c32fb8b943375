#include "probes/schema_build.h"
#include "probes/schema_expr.h"
#include "probes/schema_normal.h"

/* ---- views ---- */

/* The text is made anew in memory of its own: only its hash stays, unless it is wished for. */
static struct str view_text(struct schema_build *b, struct arena *scratch, struct str raw)
{
	struct str text = schema_view_text(scratch, raw, b->c->database);

	if (arena_failed(scratch))
		b->arena->failed = true;
	return build_hashed(b, "sql", text);
}

static void view_columns(struct schema_build *b, struct str view)
{
	const struct schema_row_list *r = &b->sorted[SCHEMA_QUERY_COLUMNS];
	size_t at = build_lower_bound(r, view, (struct str){ 0 });

	strbuf_addc(&b->rest, '(');
	if (at < r->count && str_eq(r->items[at].object, view))
		build_column_names(b, &r->items[at], build_group_end(r, at) - at);
	strbuf_addc(&b->rest, ')');
}

static void add_view(struct schema_build *b, const struct schema_row *r)
{
	struct arena scratch;
	struct str body;

	build_begin(b);
	view_columns(b, r->object);
	build_setting(b, "security", build_lower_cell(b, r, "security"));
	if (!build_cell_is(r, "verifies", "NONE"))
		build_setting(b, "check", build_lower_cell(b, r, "verifies"));
	build_definer(b, r);
	arena_init(&scratch, SCHEMA_REST_MAX * 16);
	body = view_text(b, &scratch, build_cell(r, "body"));
	arena_release(&scratch);
	build_finish(b,
		(struct schema_fact){
			.kind = SCHEMA_VIEW, .object = r->object, .body = body });
}

void build_views(struct schema_build *b)
{
	const struct schema_row_list *r = &b->sorted[SCHEMA_QUERY_VIEWS];

	for (size_t i = 0; i < r->count; i++)
		add_view(b, &r->items[i]);
}

/* ---- triggers, routines, events ---- */

void build_triggers(struct schema_build *b)
{
	const struct schema_row_list *r = &b->sorted[SCHEMA_QUERY_TRIGGERS];

	for (size_t i = 0; i < r->count; i++) {
		const struct schema_row *t = &r->items[i];
		struct str body;

		build_begin(b);
		strbuf_adds(&b->rest, "on ");
		schema_add_name(&b->rest, build_cell(t, "tab"));
		build_word(b, build_lower_cell(b, t, "timing"));
		build_word(b, build_lower_cell(b, t, "event"));
		if (build_place(t->v, "place") > 1)
			build_setting(b, "order", build_cell(t, "place"));
		build_definer(b, t);
		body = build_hashed(b, "body", build_cell(t, "body"));
		build_finish(b,
			(struct schema_fact){ .kind = SCHEMA_TRIGGER,
				.object = t->object,
				.body = body });
	}
}

static void parameters(struct schema_build *b, const struct schema_row *routine)
{
	const struct schema_row_list *r = &b->sorted[SCHEMA_QUERY_PARAMETERS];
	size_t at = build_lower_bound(r, routine->object, routine->name);
	bool first = true;

	strbuf_addc(&b->rest, '(');
	for (; at < r->count && str_eq(r->items[at].object, routine->object) &&
		str_eq(r->items[at].name, routine->name);
		at++) {
		const struct schema_row *p = &r->items[at];

		strbuf_adds(&b->rest, first ? "" : ", ");
		if (build_cell(p, "mode").n && build_cell_is(routine, "kind", "PROCEDURE")) {
			strbuf_add(&b->rest, build_lower_cell(b, p, "mode"));
			strbuf_addc(&b->rest, ' ');
		}
		schema_add_name(&b->rest, build_cell(p, "parameter"));
		strbuf_addc(&b->rest, ' ');
		strbuf_add(&b->rest, schema_type(b->arena, build_cell(p, "type")));
		first = false;
	}
	strbuf_addc(&b->rest, ')');
}

static void add_routine(struct schema_build *b, const struct schema_row *r)
{
	bool is_function = build_cell_is(r, "kind", "FUNCTION");
	struct str body;

	build_begin(b);
	parameters(b, r);
	if (is_function)
		build_setting(b, "returns", schema_type(b->arena, build_cell(r, "type")));
	if (build_cell_is(r, "deterministic", "YES"))
		build_word(b, STR("deterministic"));
	if (!build_cell_is(r, "access", "CONTAINS SQL"))
		build_setting(b, "data", build_lower_cell(b, r, "access"));
	build_setting(b, "security", build_lower_cell(b, r, "security"));
	build_definer(b, r);
	build_remark(b, r);
	body = build_hashed(b, "body", build_cell(r, "body"));
	build_finish(b,
		(struct schema_fact){
			.kind = is_function ? SCHEMA_FUNCTION : SCHEMA_PROCEDURE,
			.object = r->object,
			.body = body });
}

/* Packages of MariaDB's Oracle mode are no routines that a contract tells of. */
void build_routines(struct schema_build *b)
{
	const struct schema_row_list *r = &b->sorted[SCHEMA_QUERY_ROUTINES];

	for (size_t i = 0; i < r->count; i++)
		if (build_cell_is(&r->items[i], "kind", "FUNCTION") ||
			build_cell_is(&r->items[i], "kind", "PROCEDURE"))
			add_routine(b, &r->items[i]);
}

static void schedule(struct schema_build *b, const struct schema_row *r)
{
	if (build_cell_is(r, "kind", "ONE TIME")) {
		build_word(b, STR("once"));
	} else {
		build_setting(b, "every", build_cell(r, "every"));
		strbuf_addc(&b->rest, '-');
		strbuf_add(&b->rest, build_lower_cell(b, r, "unit"));
	}
	build_setting(b, "status", build_lower_cell(b, r, "status"));
	if (build_cell_is(r, "completion", "PRESERVE"))
		build_word(b, STR("preserve"));
}

void build_events(struct schema_build *b)
{
	const struct schema_row_list *r = &b->sorted[SCHEMA_QUERY_EVENTS];

	for (size_t i = 0; i < r->count; i++) {
		const struct schema_row *e = &r->items[i];
		struct str body;

		build_begin(b);
		schedule(b, e);
		build_definer(b, e);
		build_remark(b, e);
		body = build_hashed(b, "body", build_cell(e, "body"));
		build_finish(b,
			(struct schema_fact){ .kind = SCHEMA_EVENT,
				.object = e->object,
				.body = body });
	}
}
