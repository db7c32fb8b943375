#include "probes/backup_contract.h"

#include "harness/base/scan.h"

#define SHOWN 200

struct check {
	struct backup_facts *f;
	struct str contract;
	struct str before; /* "shop." in a dump of several databases */
	bool knows_server;
	bool mariadb;
	uint32_t version;
};

/* ---- the server of the dump ---- */

/* "10.11.19-MariaDB-log" is 10 << 16 | 11 << 8 | 19. */
static uint32_t version_number(struct str s)
{
	uint32_t number = 0;

	for (int shift = 16; shift >= 0; shift -= 8) {
		uint64_t part = 0;
		size_t n = scan_digits(s, &part);

		number |= (uint32_t)(part & 0xff) << shift;
		s = str_sub(s, n, SIZE_MAX);
		if (!n || !str_starts_with(s, STR(".")))
			break;
		s = str_sub(s, 1, SIZE_MAX);
	}
	return number;
}

static bool is_required(const struct check *c, const struct schema_fact *fact)
{
	if (fact->when.server == SCHEMA_ANY_SERVER)
		return true;
	return c->knows_server && schema_condition_holds(&fact->when, c->mariadb, c->version);
}

/* ---- what the dump has ---- */

/* The dump's name without the database before it; absent: of another database. */
static struct str bare(const struct check *c, struct str name)
{
	return str_starts_with(name, c->before) ? str_sub(name, c->before.n, SIZE_MAX) : (struct str){ 0 };
}

static const struct backup_table *find_table(const struct check *c, struct str name)
{
	for (size_t i = 0; i < c->f->ntables; i++)
		if (c->f->tables[i].created && str_eq(bare(c, c->f->tables[i].name), name))
			return &c->f->tables[i];
	return NULL;
}

static bool has_view(const struct check *c, const struct schema_fact *fact)
{
	for (size_t i = 0; i < c->f->nviews; i++)
		if (c->f->views[i].final && str_eq(bare(c, c->f->views[i].name), fact->object))
			return true;
	return false;
}

static bool has_name(const struct check *c, enum backup_list list, struct str name)
{
	const struct backup_names *l = &c->f->lists[list];

	for (size_t i = 0; i < l->count; i++)
		if (str_eq(bare(c, l->items[i]), name))
			return true;
	return false;
}

/* Of a table that is missing, or was too long to be read, no column is missed. */
static bool has_column(const struct check *c, const struct schema_fact *fact)
{
	const struct backup_table *t = find_table(c, fact->object);

	if (!t || t->columns_cut)
		return true;
	for (size_t i = 0; i < t->columns.count; i++)
		if (str_eq_nocase(t->columns.items[i], fact->name))
			return true;
	return false;
}

static bool has_table(const struct check *c, const struct schema_fact *fact)
{
	return find_table(c, fact->object) != NULL;
}

static bool has_trigger(const struct check *c, const struct schema_fact *fact)
{
	return has_name(c, BACKUP_TRIGGERS, fact->object);
}

static bool has_routine(const struct check *c, const struct schema_fact *fact)
{
	return has_name(c, BACKUP_ROUTINES, fact->object);
}

static bool has_event(const struct check *c, const struct schema_fact *fact)
{
	return has_name(c, BACKUP_EVENTS, fact->object);
}

/* The kinds that are looked for; types, indexes and keys are not. */
static bool (*const lookups[SCHEMA_KIND_COUNT])(const struct check *c, const struct schema_fact *fact) = {
	[SCHEMA_TABLE] = has_table,
	[SCHEMA_COLUMN] = has_column,
	[SCHEMA_VIEW] = has_view,
	[SCHEMA_TRIGGER] = has_trigger,
	[SCHEMA_PROCEDURE] = has_routine,
	[SCHEMA_FUNCTION] = has_routine,
	[SCHEMA_EVENT] = has_event,
};

static bool is_missing(const struct check *c, const struct schema_fact *fact)
{
	return lookups[fact->kind] && is_required(c, fact) && !lookups[fact->kind](c, fact);
}

static void missing(const struct check *c, const struct schema_fact *fact)
{
	struct str object = str_sub(fact->object, 0, SHOWN);

	if (fact->name.n)
		backup_damage(c->f, "the dump has no %s '%.*s.%.*s', which '%.*s' has",
			schema_kind_word(fact->kind), STR_ARG(object), STR_ARG(str_sub(fact->name, 0, SHOWN)),
			STR_ARG(c->contract));
	else
		backup_damage(c->f, "the dump has no %s '%.*s', which '%.*s' has",
			schema_kind_word(fact->kind), STR_ARG(object), STR_ARG(c->contract));
}

/* ---- what the contract has not ---- */

static void note_unexpected(const struct check *c, const struct schema *contract)
{
	for (size_t i = 0; i < c->f->ntables; i++) {
		struct str name = bare(c, c->f->tables[i].name);

		if (name.n && !schema_find(contract, SCHEMA_TABLE, name, (struct str){ 0 }))
			backup_note(c->f, "the dump has the table '%.*s', which '%.*s' has not",
				STR_ARG(str_sub(name, 0, SHOWN)), STR_ARG(c->contract));
	}
}

void backup_contract_check(struct backup_facts *f, const struct schema *contract, struct str name)
{
	struct check c = { .f = f,
		.contract = str_sub(name, 0, SHOWN),
		.knows_server = f->server.n > 0,
		.mariadb = str_find(f->server, STR("MariaDB")) != SIZE_MAX,
		.version = version_number(f->server) };

	if (f->several_databases)
		c.before = arena_printf(f->arena, "%.*s.", STR_ARG(f->database.n ? f->database : f->first));
	for (size_t i = 0; i < contract->count; i++)
		if (is_missing(&c, &contract->facts[i]))
			missing(&c, &contract->facts[i]);
	note_unexpected(&c, contract);
}
