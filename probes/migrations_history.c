#include "probes/migrations_history.h"

#include "harness/base/escape.h"
#include "probes/migrations_names.h"

void migration_wish_table(struct migration_wish *w, struct str text)
{
	size_t dot = str_find_char(text, '.');

	w->schema = dot == SIZE_MAX ? (struct str){ NULL, 0 } : str_sub(text, 0, dot);
	w->table = dot == SIZE_MAX ? text : str_sub(text, dot + 1, SIZE_MAX);
}

/* ---- looking for it ---- */

struct lookup {
	struct strbuf *out;
	bool no_backslash;
	size_t count;
};

static void add_literal(struct lookup *l, struct str text)
{
	strbuf_addc(l->out, '\'');
	escape_sql(l->out, text, '\'', l->no_backslash);
	strbuf_addc(l->out, '\'');
}

static bool is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

static void add_escaped(struct lookup *l, struct str text, bool lower)
{
	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];

		if (lower && is_upper(c))
			c = (char)(c - 'A' + 'a');
		escape_sql(l->out, str_make(&c, 1), '\'', l->no_backslash);
	}
}

static void add_name(struct lookup *l, struct str table, const char *suffix, bool lower)
{
	strbuf_adds(l->out, l->count++ ? ", '" : "'");
	add_escaped(l, table, lower);
	add_escaped(l, str_from(suffix), lower);
	strbuf_addc(l->out, '\'');
}

static bool has_upper(struct str text)
{
	for (size_t i = 0; i < text.n; i++)
		if (is_upper(text.p[i]))
			return true;
	return false;
}

/* Servers may keep names of tables in lower case, and compare them by byte. */
static void add_table(struct lookup *l, struct str table, const char *suffix)
{
	add_name(l, table, suffix, false);
	if (has_upper(table))
		add_name(l, table, suffix, true);
}

static void add_neighbour(struct lookup *l, const char *table)
{
	if (table)
		add_table(l, str_from(table), "");
}

static void add_tool(
	struct lookup *l, const struct migration_tool *tool, struct str table)
{
	if (!table.p)
		table = str_from(tool->table);
	add_table(l, table, "");
	if (tool->lock_suffix)
		add_table(l, table, tool->lock_suffix);
	add_neighbour(l, tool->beside);
	add_neighbour(l, tool->not_beside);
}

static void add_schemas(struct lookup *l, const struct migration_wish *w)
{
	if (w->schema.p) {
		add_literal(l, w->schema);
		return;
	}
	strbuf_adds(l->out, "DATABASE()");
	for (size_t i = 0; i < nmigration_tools; i++)
		if (migration_tools[i].schema &&
			(!w->tool || w->tool == &migration_tools[i])) {
			strbuf_adds(l->out, ", ");
			add_literal(l, str_from(migration_tools[i].schema));
		}
}

void migration_lookup_sql(
	struct strbuf *out, const struct migration_wish *w, bool no_backslash_escapes)
{
	struct lookup l = { out, no_backslash_escapes, 0 };

	strbuf_adds(out,
		"SELECT table_schema AS s, table_name AS t, column_name AS c"
		" FROM information_schema.columns WHERE table_schema IN (");
	add_schemas(&l, w);
	strbuf_adds(out, ") AND table_name IN (");
	for (size_t i = 0; i < nmigration_tools; i++)
		if (!w->tool || w->tool == &migration_tools[i])
			add_tool(&l, &migration_tools[i], w->table);
	strbuf_adds(out, ")");
}

/* ---- recognising it ---- */

/* What was found, and what is asked of it. */
struct found {
	struct arena *a;
	const struct db_result *columns;
	const struct migration_wish *wish;
	struct str database;
};

/* The first row of that table (and column, unless NULL), SIZE_MAX when there is none. */
static size_t find_row(
	const struct found *f, struct str schema, struct str table, const char *column)
{
	for (size_t i = 0; i < f->columns->row_count; i++)
		if (str_eq_nocase(db_cell(f->columns, i, "t"), table) &&
			(!schema.p || str_eq(db_cell(f->columns, i, "s"), schema)) &&
			(!column ||
				str_eq_nocase(
					db_cell(f->columns, i, "c"), str_from(column))))
			return i;
	return SIZE_MAX;
}

static bool has_column(
	const struct found *f, const struct migration_place *p, const char *column)
{
	return find_row(f, p->schema, p->table, column) != SIZE_MAX;
}

static bool has_table(
	const struct found *f, const struct migration_place *p, const char *table)
{
	return find_row(f, p->schema, str_from(table), NULL) != SIZE_MAX;
}

/* The column that is missing for it to be the tool's, NULL when all are there. */
static const char *missing_column(const struct found *f, const struct migration_place *p)
{
	for (size_t i = 0; i < ARRAY_SIZE(p->tool->columns) && p->tool->columns[i]; i++)
		if (!has_column(f, p, p->tool->columns[i]))
			return p->tool->columns[i];
	return NULL;
}

static bool has_shape(const struct found *f, const struct migration_place *p)
{
	const struct migration_tool *t = p->tool;

	return !missing_column(f, p) &&
		!(t->not_column && has_column(f, p, t->not_column)) &&
		!(t->beside && !has_table(f, p, t->beside)) &&
		!(t->not_beside && has_table(f, p, t->not_beside));
}

static struct str lock_of(const struct found *f, const struct migration_place *p)
{
	if (!p->tool->lock_suffix)
		return (struct str){ NULL, 0 };
	struct str name = arena_printf(
		f->a, "%.*s%s", STR_ARG(p->table), p->tool->lock_suffix);
	size_t row = find_row(f, p->schema, name, NULL);
	return row == SIZE_MAX ? (struct str){ NULL, 0 } : db_cell(f->columns, row, "t");
}

/* The table of that tool; false: none is there. */
static bool locate(const struct found *f, const struct migration_tool *tool,
	struct migration_place *ret)
{
	struct str table = f->wish->table.p ? f->wish->table : str_from(tool->table);
	size_t row = find_row(f, (struct str){ NULL, 0 }, table, NULL);

	if (row == SIZE_MAX)
		return false;
	*ret = (struct migration_place){ .tool = tool,
		.schema = db_cell(f->columns, row, "s"),
		.table = db_cell(f->columns, row, "t") };
	ret->lock = lock_of(f, ret);
	return true;
}

/* ---- what is said when it is not clear ---- */

static bool is_among(const struct names *names, const char *text)
{
	for (size_t i = 0; i < names->count; i++)
		if (str_is(names->items[i], text))
			return true;
	return false;
}

static int none_found(const struct found *f, struct error *err)
{
	struct strbuf names;
	struct names seen = { 0 };

	strbuf_init(&names, 700);
	if (f->wish->table.p)
		strbuf_add(&names, f->wish->table);
	for (size_t i = 0; i < nmigration_tools && !f->wish->table.p; i++) {
		const struct migration_tool *t = &migration_tools[i];

		if (is_among(&seen, t->table) || (f->wish->tool && f->wish->tool != t))
			continue;
		strbuf_adds(&names, seen.count ? ", " : "");
		strbuf_adds(&names, t->table);
		names_add(f->a, &seen, str_from(t->table));
	}
	error_set(err, ERR_SQL,
		"no migration history in database '%.*s' (looked for: %s)",
		STR_ARG(f->wish->schema.p ? f->wish->schema : f->database),
		strbuf_cstr(&names));
	error_note(err,
		"was anything migrated here, and may the account SELECT from the table? "
		"one of another name: `tool:` and `table:`");
	strbuf_release(&names);
	return -1;
}

static int not_its_table(
	const struct found *f, const struct migration_place *p, struct error *err)
{
	const char *column = missing_column(f, p);
	const struct migration_tool *t = p->tool;

	if (column)
		error_set(err, ERR_SQL, "table '%.*s' is not %s's: it has no column '%s'",
			STR_ARG(p->table), t->name, column);
	else if (t->not_column && has_column(f, p, t->not_column))
		error_set(err, ERR_SQL, "table '%.*s' is not %s's: it has a column '%s'",
			STR_ARG(p->table), t->name, t->not_column);
	else
		return 0;
	error_note(err,
		"leave the tool out to find whose it is, or name another with `tool:`");
	return -1;
}

static int several_found(const struct migration_place *places, size_t n,
	const struct found *f, struct error *err)
{
	struct strbuf names;

	strbuf_init(&names, 500);
	for (size_t i = 0; i < n; i++)
		strbuf_addf(&names, "%s%s ('%.*s')", i ? ", " : "", places[i].tool->name,
			STR_ARG(places[i].table));
	error_set(err, ERR_SQL, "more than one migration history in database '%.*s': %s",
		STR_ARG(f->database), strbuf_cstr(&names));
	error_note(err, "name one: MIGRATIONS %s", places[0].tool->name);
	strbuf_release(&names);
	return -1;
}

static int recognise_any(
	const struct found *f, struct migration_place *ret, struct error *err)
{
	struct migration_place *places = arena_array(
		f->a, nmigration_tools, sizeof(*places));
	size_t n = 0;

	if (!places)
		return error_set_oom(err);
	for (size_t i = 0; i < nmigration_tools; i++)
		if (locate(f, &migration_tools[i], &places[n]) &&
			has_shape(f, &places[n]))
			n++;
	if (n == 0)
		return none_found(f, err);
	if (n > 1)
		return several_found(places, n, f, err);
	*ret = places[0];
	return 0;
}

/* What stands beside it does not matter when the tool is named. */
static int recognise_named(
	const struct found *f, struct migration_place *ret, struct error *err)
{
	struct migration_place p;

	if (!locate(f, f->wish->tool, &p))
		return none_found(f, err);
	if (not_its_table(f, &p, err))
		return -1;
	*ret = p;
	return 0;
}

int migration_recognise(struct arena *a, const struct db_result *columns,
	const struct migration_wish *w, struct str database, struct migration_place *ret,
	struct error *err)
{
	const struct found f = { a, columns, w, database };

	return w->tool ? recognise_named(&f, ret, err) : recognise_any(&f, ret, err);
}

/* ---- its rows ---- */

static void add_quoted(struct strbuf *out, struct str name)
{
	strbuf_addc(out, '`');
	for (size_t i = 0; i < name.n; i++) {
		if (name.p[i] == '`')
			strbuf_addc(out, '`');
		strbuf_addc(out, name.p[i]);
	}
	strbuf_addc(out, '`');
}

void migration_fill(
	struct strbuf *out, const char *statement, struct str schema, struct str table)
{
	struct str rest = str_from(statement);

	while (rest.p) {
		strbuf_add(out, str_cut(&rest, '@'));
		if (!rest.p)
			break;
		add_quoted(out, schema);
		strbuf_addc(out, '.');
		add_quoted(out, table);
	}
}

static bool is_set(const struct db_result *r, size_t row, const char *column)
{
	struct str cell = db_cell(r, row, column);

	return cell.n && !str_is(cell, "0");
}

/* The mark of a baseline has the version, not a name: "V3__" sorts as it must. */
static void note_baseline(struct arena *a, const struct db_result *r, size_t row,
	struct migration_history *h)
{
	struct str version = db_cell(r, row, "version");

	if (!is_set(r, row, "baseline"))
		return;
	h->baseline = version.p ? arena_printf(a, "V%.*s__", STR_ARG(version)) :
				  db_cell(r, row, "name");
}

static void add_row(struct arena *a, const struct db_result *r, size_t row,
	struct migration_history *h)
{
	struct str name = db_cell(r, row, "name");
	struct migration_row *rows;

	note_baseline(a, r, row, h);
	if (!name.n)
		return;
	rows = arena_grow(a, h->rows, h->count, &h->cap, sizeof(*rows));
	if (!rows)
		return;
	h->rows = rows;
	rows[h->count++] = (struct migration_row){
		.name = h->tool->files & FILE_DIGITS ? migration_key(h->tool, name) :
						       name,
		.key = migration_key(h->tool, name),
		.checksum = db_cell(r, row, "checksum"),
		.detail = db_cell(r, row, "detail"),
		.failed = is_set(r, row, "failed"),
	};
	if (h->tool->disk == DISK_FILE && (h->tool->files & FILE_BARE))
		rows[h->count - 1].name = rows[h->count - 1].key;
}

int migration_history_rows(struct arena *a, const struct migration_tool *tool,
	const struct db_result *r, struct migration_history *ret, struct error *err)
{
	struct migration_history h = { .tool = tool };

	if (r->cut || r->stopped)
		return error_set(err, ERR_LIMIT,
			"the migration history has more than %zu rows",
			r->rows ? r->rows->u.list.count : 0);
	for (size_t i = 0; i < r->row_count; i++)
		add_row(a, r, i, &h);
	if (arena_failed(a))
		return error_set_oom(err);
	*ret = h;
	return 0;
}

void migration_history_lock(
	struct arena *a, const struct db_result *r, struct migration_history *h)
{
	if (!r->row_count)
		return;
	struct str holder = db_cell(r, 0, "holder");
	struct str since = db_cell(r, 0, "since");

	h->lock = arena_printf(a, "(lock held%s%.*s%s%.*s)", holder.n ? " by " : "",
		STR_ARG(holder), since.n ? " since " : "", STR_ARG(since));
}
