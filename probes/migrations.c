#include "probes/migrations.h"

#include "harness/base/file.h"
#include "probes/db_report.h"
#include "probes/db_session.h"
#include "probes/migrations_compare.h"
#include "probes/migrations_read.h"
#include "probes/overdue.h"

#define MAX_TIME_US 10000000

/* ---- syntax ---- */

static const struct response_row responses[] = {
	{ .word = "APPLIED",
		.form = RESPONSE_ALL_MET,
		.query = QUERY_UNAPPLIED,
		.extension = true,
		.help = "all expected migrations are applied, in order, none failed or recorded twice; "
			"with a folder none pending, unknown or changed; *" },
};

/* As migration_tools names them. */
static const char *const keywords[] = { "typeorm", "laravel", "flyway", "liquibase",
	"knex", "prisma", "sequelize", "golang-migrate", "goose", "atlas", "rails",
	"dbmate", "django", "alembic", "doctrine", "phinx", "mikro-orm", "drizzle",
	NULL };

enum { MIGRATIONS_DIR, MIGRATIONS_TABLE, MIGRATIONS_TOOL };

static const struct option_row options[] = {
	[MIGRATIONS_DIR] = { .name = "migrations-dir",
		.type = OPTION_TEXT,
		.extension = true,
		.help = "the folder of the tool's migrations, from the file that names it" },
	[MIGRATIONS_TABLE] = { .name = "table",
		.type = OPTION_TEXT,
		.extension = true,
		.help = "the history's table, or schema.table, when it is not the tool's usual one; "
			"needs the tool" },
	[MIGRATIONS_TOOL] = { .name = "tool",
		.type = OPTION_TEXT,
		.extension = true,
		.help = "the tool, as behind MIGRATIONS; else it is found by its table" },
};

struct migrations_spec {
	struct migration_wish wish;
	const struct template *lines; /* NULL: none */
};

/* ---- prepare ---- */

/* What one entry is made into; every step fills *err at its place. */
struct making {
	const struct prepare_env *env;
	const struct entry *entry;
	struct migrations_spec *spec;
	struct error *err;
};

/* An option whose value is known now; absent when it is not given. */
static int constant_option(const struct making *m, int which, struct str *ret)
{
	const struct option *o = entry_option(m->entry, &options[which]);

	*ret = (struct str){ NULL, 0 };
	if (!o)
		return 0;
	if (!template_is_constant(o->text))
		return error_at(m->err, ERR_CHECK, m->entry->source, o->span,
			"'%s' must be known before the run: no placeholder",
			options[which].name);
	*ret = str_trim(template_text(o->text));
	if (ret->n)
		return 0;
	return error_at(m->err, ERR_CHECK, m->entry->source, o->span, "'%s' is empty",
		options[which].name);
}

static void list_tools(struct strbuf *out)
{
	for (size_t i = 0; i < nmigration_tools; i++)
		strbuf_addf(out, "%s%s", i ? ", " : "", migration_tools[i].name);
}

static int unknown_tool(const struct making *m, struct str name)
{
	const struct option *o = entry_option(m->entry, &options[MIGRATIONS_TOOL]);
	const char *near = migration_tool_suggest(name);
	struct strbuf tools;

	error_at(m->err, ERR_CHECK, m->entry->source, o->span,
		"there is no migration tool '%.*s'", STR_ARG(str_sub(name, 0, 100)));
	strbuf_init(&tools, 230);
	list_tools(&tools);
	if (near)
		error_note(m->err, "did you mean %s?", near);
	else
		error_note(m->err, "one of %s", strbuf_cstr(&tools));
	strbuf_release(&tools);
	return -1;
}

static int read_tool(const struct making *m)
{
	struct str word = { NULL, 0 };
	struct str name;

	if (m->entry->nwords)
		word = template_text(m->entry->words[0]);
	if (constant_option(m, MIGRATIONS_TOOL, &name))
		return -1;
	if (word.n && name.n && !str_eq(word, name))
		return error_at(m->err, ERR_CHECK, m->entry->source, m->entry->span,
			"the tool is %.*s behind MIGRATIONS, and %.*s in the options",
			STR_ARG(word), STR_ARG(str_sub(name, 0, 100)));
	if (!name.n)
		name = word;
	m->spec->wish.tool = migration_tool_find(name);
	return name.n && !m->spec->wish.tool ? unknown_tool(m, name) : 0;
}

static int read_table(const struct making *m)
{
	struct str table;

	if (constant_option(m, MIGRATIONS_TABLE, &table))
		return -1;
	if (!table.p)
		return 0;
	if (m->spec->wish.tool) {
		migration_wish_table(&m->spec->wish, table);
		return 0;
	}
	error_at(m->err, ERR_CHECK, m->entry->source,
		entry_option(m->entry, &options[MIGRATIONS_TABLE])->span,
		"a table of one's own does not tell whose history it is");
	error_note(m->err, "name the tool too: MIGRATIONS typeorm");
	return -1;
}

static int unknown_variable(const struct making *m, const struct placeholder *p)
{
	error_at(m->err, ERR_CHECK, m->entry->source, p->span,
		"variable '%.*s' is not known yet", STR_ARG(p->name));
	error_note(m->err,
		"a path is known before the run: give the variable on the command line or as a `variable:` default");
	return -1;
}

/* A folder that is named by variables is looked at when it is read. */
static int check_folder(const struct making *m, const struct option *o)
{
	const struct template *t = o->text;

	for (size_t i = 0; i < t->nparts; i++) {
		const struct placeholder *p = t->parts[i].placeholder;

		if (p && p->kind == PLACEHOLDER_VARIABLE &&
			!m->env->variable_is_known(m->env->ctx, p->name))
			return unknown_variable(m, p);
	}
	if (!template_is_constant(t))
		return 0;
	const char *path = path_resolve(
		m->env->arena, m->entry->source->name, str_trim(template_text(t)));
	if (!path)
		return error_set_oom(m->err);
	if (file_is_directory(path))
		return 0;
	error_at(m->err, ERR_CHECK, m->entry->source, o->span,
		"'migrations-dir' is no folder that can be read: %s", path);
	error_note(m->err, "the path starts at the folder of the file that names it");
	return -1;
}

static int read_folder(const struct making *m)
{
	const struct option *o = entry_option(m->entry, &options[MIGRATIONS_DIR]);

	return o ? check_folder(m, o) : 0;
}

static int read_file(const struct making *m)
{
	const struct body *b = &m->entry->body;
	struct str text;

	if (!template_is_constant(b->text))
		return error_at(m->err, ERR_CHECK, m->entry->source, b->span,
			"the name of a file must be known before the run");
	if (m->env->files->read(m->env->files->ctx, m->env->arena, m->entry->source,
		    template_text(b->text), &text, m->err)) {
		error_place(m->err, m->entry->source, b->span);
		return -1;
	}
	m->spec->lines = template_constant(m->env->arena, text);
	return m->spec->lines ? 0 : error_set_oom(m->err);
}

static int no_names(const struct making *m)
{
	error_at(m->err, ERR_CHECK, m->entry->source, m->entry->body.span,
		"the list of migrations is empty");
	error_note(m->err, "write one name a line, or leave the body out");
	return -1;
}

/* A list without a name would expect nothing, and be green. */
static int read_lines(const struct making *m)
{
	const struct body *b = &m->entry->body;

	if (b->kind == BODY_NONE)
		return 0;
	if (b->kind == BODY_FILE ? read_file(m) : (m->spec->lines = b->text, 0))
		return -1;
	if (!template_is_constant(m->spec->lines) ||
		migration_lines_read(m->env->arena, template_text(m->spec->lines)).count)
		return 0;
	return arena_failed(m->env->arena) ? error_set_oom(m->err) : no_names(m);
}

static int migrations_prepare(const struct prepare_env *env, const struct entry *e,
	struct prepared *ret, struct error_list *errors)
{
	struct migrations_spec *spec = arena_zalloc(env->arena, sizeof(*spec));
	struct error err;
	const struct making m = { env, e, spec, &err };

	if (!spec)
		return error_set_oom(&err), error_list_add(errors, &err), -1;
	if (read_tool(&m) || read_table(&m) || read_folder(&m) || read_lines(&m)) {
		error_list_add(errors, &err);
		return -1;
	}
	*ret = (struct prepared){
		.spec = spec, .connection = e->connection, .max_time_us = MAX_TIME_US
	};
	return 0;
}

/* ---- perform ---- */

struct reading {
	struct probe_run *run;
	const struct entry *entry;
	const struct migrations_spec *spec;
	struct db *db;
	uint64_t began_us, allowed_us;
	struct migration_asked asked;
	struct migration_history history;
	struct migration_folder folder;
	struct migration_lines lines;
};

static int expand_lines(struct reading *r, struct error *err)
{
	struct str text;

	if (!r->spec->lines)
		return 0;
	if (expand_text(r->run->expander, r->spec->lines, &text, NULL, err))
		return -1;
	r->lines = migration_lines_read(r->run->arena, text);
	if (arena_failed(r->run->arena))
		return error_set_oom(err);
	return r->lines.count ?
		0 :
		error_at(err, ERR_TEMPLATE, r->entry->source, r->entry->body.span,
			"the list of migrations is empty once it is filled in");
}

/* Most likely the wrong folder; over nothing all is well. */
static int no_files(const struct reading *r, struct error *err)
{
	struct strbuf suffixes;

	error_set(err, ERR_FILE, "no migration of %s in '%.*s'", r->history.tool->name,
		STR_ARG(r->folder.path));
	strbuf_init(&suffixes, 200);
	for (size_t i = 0;
		i < ARRAY_SIZE(r->history.tool->suffixes) && r->history.tool->suffixes[i];
		i++)
		strbuf_addf(&suffixes, " *%s", r->history.tool->suffixes[i]);
	error_note(err, "its names are: %s; looked at:%s", r->history.tool->help,
		strbuf_cstr(&suffixes));
	strbuf_release(&suffixes);
	return -1;
}

static int read_path(struct reading *r, const char *path, struct error *err)
{
	if (migration_folder_read(r->run->arena, r->run->limits, r->history.tool,
		    str_from(path), &r->folder, err))
		return -1;
	return r->folder.count ? 0 : no_files(r, err);
}

static int read_disk(struct reading *r, struct error *err)
{
	const struct option *o = entry_option(r->entry, &options[MIGRATIONS_DIR]);
	struct str text;

	if (!o)
		return 0;
	if (expand_text(r->run->expander, o->text, &text, NULL, err))
		return -1;
	const char *path = path_resolve(
		r->run->arena, r->entry->source->name, str_trim(text));
	if (!path)
		return error_set_oom(err);
	if (read_path(r, path, err) == 0)
		return 0;
	error_place(err, r->entry->source, o->span);
	return -1;
}

static void drop(struct reading *r)
{
	session_drop_connection(r->run, &db_connection, r->entry->connection, false);
}

/* What may still run on the server is stopped, and the connection is of no use any more. */
static int failed(struct reading *r, struct error *err)
{
	const struct db_failure *f = db_last_failure(r->db);

	if (err->code == ERR_TIMEOUT || db_is_time_out(f->code))
		overdue(err, r->allowed_us);
	err->sent = false;
	error_place(err, r->entry->source, r->entry->span);
	if (db_is_alive(r->db) && !db_more(r->db))
		return -1;
	if (err->code == ERR_TIMEOUT || err->code == ERR_ABORTED)
		(void)db_session_kill(r->run, r->db); /* it ends at its own limit too */
	drop(r);
	return -1;
}

static void describe(struct reading *r)
{
	struct probe_run *run = r->run;
	struct named_value *phases = arena_array(run->arena, 2, sizeof(*phases));

	run->exchange = (struct ev_exchange){
		.protocol = STR("sql"),
		.statement = r->asked.statement,
		.rows = r->history.count,
	};
	run->has_exchange = true;
	if (r->asked.statement.n)
		db_repro(run, r->db, r->asked.statement);
	if (!phases)
		return;
	phases[0].name = STR("exec");
	phases[0].value = value_uint(run->arena, r->asked.exec_us);
	phases[1].name = STR("fetch");
	phases[1].value = value_uint(run->arena, r->asked.fetch_us);
	run->exchange.phases_us = (struct named_values){ phases, 2 };
}

static int report(struct reading *r, struct error *err)
{
	struct arena *a = r->run->arena;
	uint64_t took_us = clock_mono_us(r->run->clock) - r->began_us;
	const struct migration_facts facts = migration_compare(a, &r->history,
		r->folder.path.p ? &r->folder : NULL, r->spec->lines ? &r->lines : NULL);
	struct observation o = { .tree = migration_tree(a, r->history.tool, &facts,
					 value_uint(a, took_us / 1000)) };

	if (!o.tree || arena_failed(a))
		return error_set_oom(err);
	return r->run->observed(r->run, 0, &o, err);
}

static int open_connection(struct reading *r, struct error *err)
{
	struct str name = r->entry->connection;
	const char *near = name.n ? migration_tool_suggest(name) : NULL;
	void *connection;

	if (session_connection(r->run, &db_connection, name, false, &connection, err)) {
		if (near)
			error_note(err,
				"'%.*s' is taken for a connection; the tool is '%s'",
				STR_ARG(name), near);
		return -1;
	}
	r->db = connection;
	return 0;
}

static int migrations_perform(struct probe_run *run, struct error *err)
{
	const struct probe_item *item = &run->items[0];
	struct reading r = { .run = run,
		.entry = item->entry,
		.spec = item->prepared->spec,
		.began_us = clock_mono_us(run->clock),
		.allowed_us = deadline_left_us(&run->deadline) };
	const struct db_call call = db_call(run);
	int rc;

	if (expand_lines(&r, err) || open_connection(&r, err))
		return -1;
	rc = migration_read(r.db, &call, &r.spec->wish, &r.history, &r.asked, err);
	describe(&r);
	if (rc)
		return failed(&r, err);
	if (read_disk(&r, err))
		return -1;
	return report(&r, err);
}

const struct probe_kind migrations_probe = {
	.syntax = {
		.word = "MIGRATIONS",
		.first = FIRST_CONNECTION,
		.keywords = keywords,
		.body = BODY_ALLOWED_LINES | BODY_ALLOWED_FILE,
		.observes = OBSERVES_MIGRATIONS,
		.responses = responses,
		.nresponses = ARRAY_SIZE(responses),
		.options = options,
		.noptions = ARRAY_SIZE(options),
		.help = "the history of a migration tool, against its files and the names that are expected",
	},
	.connection = &db_connection,
	.batch_max = 1,
	.prepare = migrations_prepare,
	.perform = migrations_perform,
};
