#include "probes/schema.h"

#include "harness/base/path.h"
#include "harness/base/scan.h"
#include "probes/db_session.h"
#include "probes/schema_report.h"

#define MAX_TIME_US 30000000
#define NOTES_MAX 16

/* ---- syntax ---- */

static const struct response_row responses[] = {
	{ .word = "MATCHES",
		.form = RESPONSE_ALL_MET,
		.query = QUERY_UNMATCHED,
		.extension = true,
		.help = "nothing is missing, unexpected or different" },
};

enum {
	OPTION_IGNORE,
	OPTION_ONLY,
	OPTION_EXTRA,
	OPTION_COMMENTS,
	OPTION_DEFINERS,
	OPTION_BODIES
};

static const struct option_row options[] = {
	[OPTION_IGNORE] = { .name = "ignore",
		.type = OPTION_TEXT,
		.repeats = true,
		.extension = true,
		.help = "facts to pass over: a kind and a name with *: table tmp_*, index *" },
	[OPTION_ONLY] = { .name = "only",
		.type = OPTION_TEXT,
		.repeats = true,
		.extension = true,
		.help = "compare these facts alone: table outbox" },
	[OPTION_EXTRA] = { .name = "extra",
		.type = OPTION_TEXT,
		.extension = true,
		.help = "allowed: what the contract does not have is a note" },
	[OPTION_COMMENTS] = { .name = "comments",
		.type = OPTION_BOOL,
		.extension = true,
		.help = "compare comments of tables, columns and routines too" },
	[OPTION_DEFINERS] = { .name = "definers",
		.type = OPTION_BOOL,
		.extension = true,
		.help = "compare definers of views, triggers, routines and events too" },
	[OPTION_BODIES] = { .name = "bodies",
		.type = OPTION_TEXT,
		.extension = true,
		.help = "text: show where texts of views and routines differ" },
};

/* ---- prepare ---- */

/* What prepare makes of an entry; lives as long as the run. */
struct spec {
	struct schema_contract contract;
	struct schema_rules rules;
	struct schema_wishes wishes;
};

struct preparing {
	const struct prepare_env *env;
	const struct entry *entry;
	struct error_list *errors;
	struct error err;
	struct spec *spec;
};

/* Adds p->err at a place of the entry; always -1. */
static int fail_at(struct preparing *p, struct span span)
{
	error_place(&p->err, p->entry->source, span);
	error_list_add(p->errors, &p->err);
	return -1;
}

static int read_contract(struct preparing *p)
{
	const struct prepare_env *env = p->env;
	const struct entry *e = p->entry;
	const struct source *source;
	struct str name;
	struct str text;
	const char *path;

	if (env->known_text(env->ctx, e, e->body.text, &name, &p->err) ||
		env->files->read(
			env->files->ctx, env->arena, e->source, name, &text, &p->err))
		return fail_at(p, e->body.span);
	path = path_resolve(env->arena, e->source->name, name);
	source = path ? source_new(env->arena, path, text) : NULL;
	if (!source) {
		error_set_oom(&p->err);
		return fail_at(p, e->body.span);
	}
	return schema_text_parse(env->arena, source, &p->spec->contract, p->errors);
}

/* The text of an option, known before the run. */
static int option_text(struct preparing *p, const struct option *o, struct str *ret)
{
	if (p->env->known_text(p->env->ctx, p->entry, o->text, ret, &p->err))
		return fail_at(p, o->span);
	*ret = str_trim(*ret);
	return 0;
}

static int read_pattern(
	struct preparing *p, const struct option *o, struct schema_pattern *ret)
{
	struct str text;

	if (option_text(p, o, &text))
		return -1;
	return schema_pattern_parse(text, ret, &p->err) ? fail_at(p, o->text->span) : 0;
}

/* All options of that name, in their order. */
static int read_patterns(struct preparing *p, const struct option_row *row,
	const struct schema_pattern **ret, size_t *ret_count)
{
	struct schema_pattern *list = arena_array(
		p->env->arena, p->entry->noptions + 1, sizeof(*list));
	size_t n = 0;
	int rc = 0;

	for (size_t i = 0; list && i < p->entry->noptions; i++)
		if (p->entry->options[i].row == row)
			rc |= read_pattern(p, &p->entry->options[i], &list[n++]);
	*ret = list;
	*ret_count = n;
	return rc;
}

/* An option that is its one word, or not there. */
static int read_word(
	struct preparing *p, const struct option_row *row, const char *word, bool *ret)
{
	const struct option *o = entry_option(p->entry, row);
	struct str text;

	if (!o)
		return 0;
	if (option_text(p, o, &text))
		return -1;
	*ret = str_is(text, word);
	if (*ret)
		return 0;
	error_set(&p->err, ERR_CHECK, "'%s' is '%s', or left out", row->name, word);
	return fail_at(p, o->text->span);
}

static int read_flag(struct preparing *p, const struct option_row *row, bool *ret)
{
	const struct option *o = entry_option(p->entry, row);
	struct str text;

	if (!o)
		return 0;
	if (option_text(p, o, &text))
		return -1;
	if (scan_bool(text, ret))
		return 0;
	error_set(&p->err, ERR_CHECK, "'%s' is true or false", row->name);
	return fail_at(p, o->text->span);
}

static int read_options(struct preparing *p)
{
	struct schema_rules *r = &p->spec->rules;
	struct schema_wishes *w = &p->spec->wishes;
	int rc = read_patterns(p, &options[OPTION_IGNORE], &r->ignore, &r->nignore);

	rc |= read_patterns(p, &options[OPTION_ONLY], &r->only, &r->nonly);
	rc |= read_word(p, &options[OPTION_EXTRA], "allowed", &r->extra_allowed);
	rc |= read_flag(p, &options[OPTION_COMMENTS], &w->comments);
	rc |= read_flag(p, &options[OPTION_DEFINERS], &w->definers);
	rc |= read_word(p, &options[OPTION_BODIES], "text", &w->bodies);
	return rc;
}

static int prepare(const struct prepare_env *env, const struct entry *e,
	struct prepared *ret, struct error_list *errors)
{
	struct preparing p = { .env = env,
		.entry = e,
		.errors = errors,
		.spec = arena_zalloc(env->arena, sizeof(struct spec)) };
	int rc;

	if (!p.spec) {
		error_set_oom(&p.err);
		return fail_at(&p, e->span);
	}
	rc = read_options(&p);
	rc |= read_contract(&p);
	if (rc)
		return -1;
	*ret = (struct prepared){
		.spec = p.spec, .connection = e->connection, .max_time_us = MAX_TIME_US
	};
	return 0;
}

/* ---- perform ---- */

struct asking {
	struct probe_run *run;
	const struct spec *spec;
	struct schema_database database;
	struct schema_diff diff;
	uint64_t started_us;
};

/* A connection that broke, or has results on the way that nobody waits for, is of no more use. */
static int broken(struct probe_run *run, struct db *db, struct error *err)
{
	if (db_is_alive(db) && !db_more(db))
		return -1;
	if (err->code == ERR_TIMEOUT || err->code == ERR_ABORTED)
		(void)db_session_kill(run, db); /* it ends at its own limit too */
	session_drop_connection(
		run, &db_connection, run->items[0].prepared->connection, false);
	return -1;
}

static int read_database(struct asking *a, struct error *err)
{
	struct db_call call = db_call(a->run);
	void *connection;

	if (session_connection(a->run, &db_connection,
		    a->run->items[0].prepared->connection, false, &connection, err))
		return -1;
	if (schema_read(connection, &call, &a->spec->wishes, &a->database, err)) {
		err->sent = false; /* nothing was written */
		return broken(a->run, connection, err);
	}
	return 0;
}

static void add_text(
	struct probe_run *run, struct value_list_builder *list, struct str text)
{
	value_list_add(run->arena, list, value_string(run->arena, text));
}

/* The differences of one kind, or all of them as lines of the display. */
static const struct value *differences(
	const struct asking *a, bool all, enum schema_difference_kind kind)
{
	struct arena *arena = a->run->arena;
	struct value_list_builder list = { 0 };

	for (size_t i = 0; i < a->diff.count; i++) {
		const struct schema_difference *d = &a->diff.items[i];

		if (all)
			add_text(a->run, &list, schema_difference_line(arena, d));
		else if (d->kind == kind)
			add_text(a->run, &list, schema_difference_text(arena, d));
	}
	return value_list_finish(arena, &list);
}

static const struct value *notes(const struct asking *a)
{
	struct arena *arena = a->run->arena;
	struct value_list_builder list = { 0 };
	struct str blind[NOTES_MAX];
	size_t n = schema_blind_notes(arena, &a->diff, &a->database, blind, NOTES_MAX);

	if (a->diff.count)
		add_text(a->run, &list,
			schema_summary(
				arena, &a->diff, &a->spec->contract, &a->database));
	for (size_t i = 0; i < a->diff.nnotes; i++)
		add_text(a->run, &list, a->diff.notes[i]);
	for (size_t i = 0; i < n; i++)
		add_text(a->run, &list, blind[i]);
	return value_list_finish(arena, &list);
}

static const struct value *tree(const struct asking *a)
{
	struct arena *arena = a->run->arena;
	struct value_object_builder b = { 0 };
	uint64_t took_us = clock_mono_us(a->run->clock) - a->started_us;

	value_object_add(
		arena, &b, STR("missing"), differences(a, false, SCHEMA_MISSING));
	value_object_add(
		arena, &b, STR("unexpected"), differences(a, false, SCHEMA_UNEXPECTED));
	value_object_add(
		arena, &b, STR("different"), differences(a, false, SCHEMA_DIFFERENT));
	value_object_add(arena, &b, STR("unmet"), differences(a, true, SCHEMA_MISSING));
	value_object_add(arena, &b, STR("notes"), notes(a));
	value_object_add(arena, &b, STR("facts"), value_uint(arena, a->diff.facts));
	value_object_add(
		arena, &b, STR("server"), value_string(arena, a->database.server));
	value_object_add(arena, &b, STR("duration"), value_uint(arena, took_us / 1000));
	return value_object_finish(arena, &b);
}

static int perform(struct probe_run *run, struct error *err)
{
	struct asking a = { .run = run,
		.spec = run->items[0].prepared->spec,
		.started_us = clock_mono_us(run->clock) };
	struct observation o = { 0 };

	if (read_database(&a, err) ||
		schema_compare(run->arena, &a.spec->contract.schema, &a.database.found,
			&a.spec->rules, &a.diff, err) ||
		schema_check_empty(&a.diff, err) ||
		schema_check_unseen(run->arena, &a.diff, &a.database, err))
		return -1;
	o.tree = tree(&a);
	if (!o.tree || arena_failed(run->arena))
		return error_set_oom(err);
	return run->observed(run, 0, &o, err);
}

const struct probe_kind schema_probe = {
	.syntax = {
		.word = "SCHEMA",
		.first = FIRST_CONNECTION,
		.body = BODY_ALLOWED_FILE,
		.body_required = true,
		.observes = OBSERVES_SCHEMA,
		.responses = responses,
		.nresponses = ARRAY_SIZE(responses),
		.options = options,
		.noptions = ARRAY_SIZE(options),
		.help = "compares tables, columns, indexes, keys, views and routines with a contract",
	},
	.connection = &db_connection,
	.batch_max = 1,
	.prepare = prepare,
	.perform = perform,
};
