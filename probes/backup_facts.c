#include "probes/backup_facts.h"

#include "harness/base/strbuf.h"

#define OBJECTS_MAX 50000
#define DAMAGES_MAX 20
#define LINE_MAX_BYTES 600

void backup_facts_init(struct backup_facts *f, struct arena *a, bool want_columns)
{
	*f = (struct backup_facts){ .arena = a, .want_columns = want_columns };
}

/* ---- names ---- */

static int too_many(struct error *err)
{
	return error_set(err, ERR_LIMIT, "the dump has more than %d objects of one kind", OBJECTS_MAX);
}

int backup_names_add(struct backup_facts *f, struct backup_names *l, struct str name,
	struct error *err)
{
	struct str *items;

	if (l->count >= OBJECTS_MAX)
		return too_many(err);
	items = arena_grow(f->arena, l->items, l->count, &l->cap, sizeof(*items));
	if (!items)
		return error_set_oom(err);
	l->items = items;
	items[l->count] = arena_str(f->arena, name);
	if (!items[l->count].p)
		return error_set_oom(err);
	l->count++;
	return 0;
}

/* With several databases a name alone would not tell which. */
static struct str own_name(struct backup_facts *f, struct str name)
{
	if (!f->current.n)
		return name;
	return arena_printf(f->arena, "%.*s.%.*s", STR_ARG(f->current), STR_ARG(name));
}

int backup_names_add_own(struct backup_facts *f, struct backup_names *l, struct str name,
	struct error *err)
{
	return backup_names_add(f, l, own_name(f, name), err);
}

/* ---- objects ---- */

static bool is_own(const struct backup_facts *f, struct str stored, struct str name)
{
	size_t before = f->current.n ? f->current.n + 1 : 0;

	return stored.n == before + name.n && str_ends_with(stored, name) &&
		(!before || (str_starts_with(stored, f->current) && stored.p[before - 1] == '.'));
}

struct backup_table *backup_table(struct backup_facts *f, struct str name, struct error *err)
{
	struct backup_table *items;
	struct str own;

	for (size_t i = f->ntables; i-- > 0;)
		if (is_own(f, f->tables[i].name, name))
			return &f->tables[i];
	if (f->ntables >= OBJECTS_MAX) {
		(void)too_many(err);
		return NULL;
	}
	items = arena_grow(f->arena, f->tables, f->ntables, &f->tables_cap, sizeof(*items));
	own = arena_str(f->arena, own_name(f, name));
	if (!items || !own.p) {
		(void)error_set_oom(err);
		return NULL;
	}
	f->tables = items;
	items[f->ntables] = (struct backup_table){ .name = own };
	return &items[f->ntables++];
}

struct backup_view *backup_view(struct backup_facts *f, struct str name, struct error *err)
{
	struct backup_view *items;
	struct str own;

	for (size_t i = f->nviews; i-- > 0;)
		if (is_own(f, f->views[i].name, name))
			return &f->views[i];
	if (f->nviews >= OBJECTS_MAX) {
		(void)too_many(err);
		return NULL;
	}
	items = arena_grow(f->arena, f->views, f->nviews, &f->views_cap, sizeof(*items));
	own = arena_str(f->arena, own_name(f, name));
	if (!items || !own.p) {
		(void)error_set_oom(err);
		return NULL;
	}
	f->views = items;
	items[f->nviews] = (struct backup_view){ .name = own };
	return &items[f->nviews++];
}

/* ---- databases ---- */

/* Names that came before the second database was known get the first one's name before them. */
static int qualify(struct backup_facts *f, struct error *err)
{
	for (size_t i = 0; i < f->ntables; i++)
		f->tables[i].name = arena_str(f->arena, own_name(f, f->tables[i].name));
	for (size_t i = 0; i < f->nviews; i++)
		f->views[i].name = arena_str(f->arena, own_name(f, f->views[i].name));
	for (size_t k = 0; k < BACKUP_LIST_COUNT; k++)
		for (size_t i = 0; i < f->lists[k].count; i++)
			f->lists[k].items[i] =
				arena_str(f->arena, own_name(f, f->lists[k].items[i]));
	return arena_failed(f->arena) ? error_set_oom(err) : 0;
}

int backup_use(struct backup_facts *f, struct str database, struct error *err)
{
	struct str name = arena_str(f->arena, database);

	if (!name.p)
		return error_set_oom(err);
	if (!f->several_databases && f->first.p && !str_eq(f->first, name)) {
		f->several_databases = true;
		f->current = f->first;
		if (qualify(f, err))
			return -1;
	}
	if (!f->first.p)
		f->first = name;
	if (f->several_databases)
		f->current = name;
	return 0;
}

/* ---- what is wrong ---- */

static PRINTF_LIKE(3, 0) void add_text(
	struct backup_facts *f, struct backup_names *l, const char *fmt, va_list ap)
{
	struct strbuf sb;
	struct error err;

	strbuf_init(&sb, LINE_MAX_BYTES);
	strbuf_vaddf(&sb, fmt, ap);
	/* a failure stays in the arena too */
	if (backup_names_add(f, l, strbuf_str(&sb), &err))
		f->damages_left_out++;
	strbuf_release(&sb);
}

void backup_damage(struct backup_facts *f, const char *fmt, ...)
{
	va_list ap;

	if (f->damages.count >= DAMAGES_MAX) {
		f->damages_left_out++;
		return;
	}
	va_start(ap, fmt);
	add_text(f, &f->damages, fmt, ap);
	va_end(ap);
}

void backup_note(struct backup_facts *f, const char *fmt, ...)
{
	va_list ap;

	if (f->notes.count >= DAMAGES_MAX)
		return;
	va_start(ap, fmt);
	add_text(f, &f->notes, fmt, ap);
	va_end(ap);
}
