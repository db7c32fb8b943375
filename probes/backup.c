#include "probes/backup.h"

#include "harness/base/path.h"
#include "harness/base/scan.h"
#include "probes/backup_contract.h"
#include "probes/backup_dump.h"
#include "probes/backup_file.h"
#include "probes/backup_unmet.h"
#include "probes/entry_path.h"
#include "probes/schema_text.h"

#define MAX_TIME_US (3600ull * 1000 * 1000) /* a large dump takes its minutes */
#define HEAD_BYTES 512
#define COPY_IS_LATE_US (26ll * 3600 * 1000 * 1000) /* beyond all time zones and a night */

/* ---- syntax ---- */

static const struct response_row responses[] = {
	{ .word = "COMPLETE",
		.form = RESPONSE_ALL_MET,
		.query = QUERY_INCOMPLETE,
		.extension = true,
		.help = "the dump is whole: it unpacks, ends as its tool ends one, nothing in it is open or missing" },
};

enum { ROW_CONTRACT, ROW_FOOTER };
static const struct option_row options[] = {
	[ROW_CONTRACT] = { .name = "contract",
		.type = OPTION_FILE,
		.extension = true,
		.help = "a schema contract, whose tables, columns, views, triggers, routines and events must be in the dump" },
	[ROW_FOOTER] = { .name = "footer",
		.type = OPTION_TEXT,
		.extension = true,
		.help = "optional: a dump without comments may end with its last statement" },
};

/* ---- prepare ---- */

struct backup_spec {
	bool footer_optional;
	struct str contract_name;
	const struct schema_contract *contract; /* NULL: none */
};

/* Its mistakes are reported one by one, each at its place in the contract. */
static int read_contract(const struct prepare_env *env, const struct entry *e, struct backup_spec *spec,
	struct error_list *errors)
{
	const struct option *o = entry_option(e, &options[ROW_CONTRACT]);
	struct schema_contract *contract;
	struct str text;
	struct error err;

	if (!o)
		return 0;
	if (env->known_text(env->ctx, e, o->text, &spec->contract_name, &err) ||
		env->files->read(env->files->ctx, env->arena, e->source, spec->contract_name, &text, &err)) {
		error_place(&err, e->source, o->span);
		error_list_add(errors, &err);
		return -1;
	}
	contract = arena_zalloc(env->arena, sizeof(*contract));
	const char *path = path_resolve(env->arena, e->source->name, spec->contract_name);
	const struct source *source = path ? source_new(env->arena, path, text) : NULL;
	if (!contract || !source) {
		error_set_oom(&err);
		error_list_add(errors, &err);
		return -1;
	}
	spec->contract = contract;
	return schema_text_parse(env->arena, source, contract, errors);
}

static int read_footer(const struct entry *e, struct backup_spec *spec, struct error *err)
{
	const struct option *o = entry_option(e, &options[ROW_FOOTER]);

	if (!o)
		return 0;
	if (!template_is_constant(o->text) || !str_is(template_text(o->text), "optional"))
		return error_at(err, ERR_CHECK, e->source, o->span,
			"'footer' can only be 'optional'; without the option a dump must have its last line");
	spec->footer_optional = true;
	return 0;
}

static int prepare(const struct prepare_env *env, const struct entry *e, struct prepared *ret,
	struct error_list *errors)
{
	struct backup_spec *spec = arena_zalloc(env->arena, sizeof(*spec));
	struct error err;
	int rc = spec ? entry_path_check(env, e, "a file or a pattern", &err) :
			error_set_oom(&err);

	if (!rc)
		rc = read_footer(e, spec, &err);
	if (rc) {
		error_list_add(errors, &err);
		return -1;
	}
	if (read_contract(env, e, spec, errors))
		return -1;
	*ret = (struct prepared){ .spec = spec, .max_time_us = MAX_TIME_US };
	return 0;
}

/* ---- reading ---- */

struct asking {
	struct probe_run *run;
	const struct backup_spec *spec;
	struct backup_file file;
	struct backup_facts facts;
	struct backup_dump dump;
	struct backup_stream *stream;
	char head[HEAD_BYTES];
	size_t head_n;
	uint64_t began_us;
};

static int refuse_foreign(const struct asking *a, struct error *err)
{
	const char *what = backup_foreign(str_make(a->head, a->head_n));

	if (!what)
		return 0;
	error_set(err, ERR_FILE, "'%s' is not supported: it is %s", a->file.path, what);
	error_note(err, "BACKUP reads what mysqldump and mariadb-dump write, plain or as gzip, zstd, xz or bzip2");
	return -1;
}

static int take_block(struct asking *a, struct str block, struct error *err)
{
	if (!a->head_n) {
		a->head_n = block.n < HEAD_BYTES ? block.n : HEAD_BYTES;
		memcpy(a->head, block.p, a->head_n);
		if (refuse_foreign(a, err))
			return -1;
	}
	return backup_dump_feed(&a->dump, block, err);
}

static int read_all(struct asking *a, struct error *err)
{
	struct backup_source from = backup_file_source(&a->file);
	struct str block;

	if (backup_stream_open(&from, &a->stream, err))
		return -1;
	do
		if (backup_stream_next(a->stream, &block, err) || (block.n && take_block(a, block, err)))
			return -1;
	while (block.n);
	block = backup_stream_damage(a->stream);
	if (block.n)
		backup_damage(&a->facts, "%.*s", STR_ARG(block));
	return backup_dump_end(&a->dump, err);
}

/* "2026-11-24 12:55:03", the hour maybe padded with a blank, as if it were UTC; 0: it is no date. */
static int64_t completed_us(struct str s)
{
	static const size_t starts[] = { 0, 5, 8, 11, 14, 17 };
	int64_t n[ARRAY_SIZE(starts)];

	for (size_t i = 0; i < ARRAY_SIZE(starts); i++)
		if (!scan_int(str_trim(str_sub(s, starts[i], i ? 2 : 4)), 0, 9999, &n[i]))
			return 0;
	return clock_from_utc(&(struct clock_utc){ .year = n[0],
		.month = (int)n[1],
		.day = (int)n[2],
		.hour = (int)n[3],
		.minute = (int)n[4],
		.second = (int)n[5] });
}

static void note_times(struct asking *a)
{
	int64_t made_us = a->facts.completed.n ? completed_us(a->facts.completed) : 0;

	if (made_us > 0 && a->file.modified_us - made_us > COPY_IS_LATE_US)
		backup_note(&a->facts,
			"the dump says that it was completed on %.*s, long before the time of the file, from which `age` counts: was it copied without -p?",
			STR_ARG(a->facts.completed));
	if (a->file.modified_us > clock_wall_us(a->run->clock))
		backup_note(&a->facts, "the time of the file is in the future");
}

static void judge_whole(struct asking *a)
{
	const struct backup_whole whole = { .footer_optional = a->spec->footer_optional,
		.head = str_make(a->head, a->head_n),
		.lines = backup_dump_lines(&a->dump),
		.format = backup_stream_format(a->stream),
		.is_damaged = backup_stream_damage(a->stream).n > 0 };

	backup_unmet(&a->facts, &whole);
	if (a->spec->contract)
		backup_contract_check(&a->facts, &a->spec->contract->schema, a->spec->contract_name);
	if (backup_file_changed(&a->file))
		backup_damage(&a->facts, "the file changed while it was read: it is still being written");
	note_times(a);
}

/* ---- the tree ---- */

static const struct value *names_value(struct arena *a, const struct backup_names *l)
{
	struct value_list_builder b = { 0 };

	for (size_t i = 0; i < l->count; i++)
		value_list_add(a, &b, value_string(a, l->items[i]));
	return value_list_finish(a, &b);
}

static const struct value *tables_value(struct arena *a, const struct backup_facts *f)
{
	struct value_list_builder b = { 0 };

	for (size_t i = 0; i < f->ntables; i++)
		value_list_add(a, &b, value_string(a, f->tables[i].name));
	return value_list_finish(a, &b);
}

static const struct value *counts_value(struct arena *a, const struct backup_facts *f)
{
	struct value_object_builder b = { 0 };

	for (size_t i = 0; i < f->ntables; i++)
		if (f->tables[i].has_data)
			value_object_add(a, &b, f->tables[i].name, value_uint(a, f->tables[i].rows));
	return value_object_finish(a, &b);
}

/* A view of which only the stand-in came is none. */
static const struct value *views_value(struct arena *a, const struct backup_facts *f)
{
	struct value_list_builder b = { 0 };

	for (size_t i = 0; i < f->nviews; i++)
		if (f->views[i].final)
			value_list_add(a, &b, value_string(a, f->views[i].name));
	return value_list_finish(a, &b);
}

static const struct value *text_value(struct arena *a, struct str s)
{
	return s.n ? value_string(a, s) : NULL;
}

static void add_file(struct asking *a, struct value_object_builder *b)
{
	struct arena *arena = a->run->arena;
	const struct backup_file *f = &a->file;
	int64_t age_us = clock_wall_us(a->run->clock) - f->modified_us;

	value_object_add(arena, b, STR("age"), value_int(arena, age_us / 1000000));
	value_object_add(arena, b, STR("bytes"), value_uint(arena, f->bytes));
	value_object_add_opt(arena, b, STR("previous-bytes"),
		f->has_previous ? value_uint(arena, f->previous_bytes) : NULL);
}

/* The header names none when all were dumped. */
static struct str database_of(const struct backup_facts *f)
{
	return f->database.n || f->several_databases ? f->database : f->first;
}

static void add_facts(struct asking *a, struct value_object_builder *b)
{
	struct arena *arena = a->run->arena;
	const struct backup_facts *f = &a->facts;

	value_object_add_opt(arena, b, STR("tool"), text_value(arena, f->tool));
	value_object_add_opt(arena, b, STR("server"), text_value(arena, f->server));
	value_object_add_opt(arena, b, STR("database"), text_value(arena, database_of(f)));
	value_object_add_opt(arena, b, STR("position"), text_value(arena, f->position));
	value_object_add_opt(arena, b, STR("gtid"), text_value(arena, f->gtid));
	value_object_add(arena, b, STR("tables"), tables_value(arena, f));
	value_object_add(arena, b, STR("views"), views_value(arena, f));
	value_object_add(arena, b, STR("routines"), names_value(arena, &f->lists[BACKUP_ROUTINES]));
	value_object_add(arena, b, STR("triggers"), names_value(arena, &f->lists[BACKUP_TRIGGERS]));
	value_object_add(arena, b, STR("events"), names_value(arena, &f->lists[BACKUP_EVENTS]));
	if (a->run->items[0].needs & NEED_COUNTS)
		value_object_add(arena, b, STR("row_counts"), counts_value(arena, f));
}

static const struct value *tree_of(struct asking *a)
{
	struct arena *arena = a->run->arena;
	struct value_object_builder b = { 0 };
	uint64_t took_us = clock_mono_us(a->run->clock) - a->began_us;

	if (a->facts.damages_left_out)
		backup_note(&a->facts, "%llu more damages are not shown",
			(unsigned long long)a->facts.damages_left_out);
	add_file(a, &b);
	add_facts(a, &b);
	value_object_add(arena, &b, STR("duration"), value_uint(arena, took_us / 1000));
	value_object_add(arena, &b, STR("unmet"), names_value(arena, &a->facts.damages));
	value_object_add(arena, &b, STR("notes"), names_value(arena, &a->facts.notes));
	return value_object_finish(arena, &b);
}

/* ---- perform ---- */

/* How somebody looks at the same file by hand. */
static int show(struct asking *a, struct error *err)
{
	struct arena *arena = a->run->arena;
	const char *format = a->stream ? backup_stream_format(a->stream) : NULL;
	struct str *words = arena_array(arena, 4, sizeof(*words));
	size_t n = 0;

	if (!words)
		return error_set_oom(err);
	words[n++] = str_from(format ? format : "tail");
	words[n++] = format ? STR("-t") : STR("-n");
	if (!format)
		words[n++] = STR("3");
	words[n++] = str_from(a->file.path);
	a->run->repro = (struct repro){ .tool = format ? format : "tail", .words = words, .nwords = n };
	return 0;
}

static int observe(struct asking *a, struct error *err)
{
	struct observation o = { .tree = tree_of(a) };

	if (!o.tree || arena_failed(a->run->arena))
		return error_set_oom(err);
	a->run->exchange.sample = o.tree;
	return a->run->observed(a->run, 0, &o, err);
}

static int read_and_observe(struct asking *a, struct error *err)
{
	int rc;

	backup_facts_init(&a->facts, a->run->arena, a->spec->contract != NULL);
	backup_dump_init(&a->dump, &a->facts);
	rc = read_all(a, err);
	if (!rc)
		judge_whole(a);
	if (!rc)
		rc = show(a, err);
	if (!rc)
		rc = observe(a, err);
	backup_dump_release(&a->dump);
	backup_stream_free(a->stream);
	return rc;
}

static int perform(struct probe_run *run, struct error *err)
{
	struct asking a = { .run = run,
		.spec = run->items[0].prepared->spec,
		.began_us = clock_mono_us(run->clock) };
	const char *pattern;

	if (entry_path_expand(run, &pattern, err))
		return -1;
	run->exchange = (struct ev_exchange){ .protocol = STR("file"), .url = str_from(pattern) };
	run->has_exchange = true;
	if (backup_file_open(run->arena, pattern, &run->deadline, &a.file, err))
		return -1;
	run->exchange.url = str_from(a.file.path);
	int rc = read_and_observe(&a, err);
	backup_file_close(&a.file);
	return rc;
}

const struct probe_kind backup_probe = {
	.syntax = {
		.word = "BACKUP",
		.first = FIRST_PATH,
		.body = BODY_ALLOWED_NONE,
		.observes = OBSERVES_BACKUP,
		.responses = responses,
		.nresponses = ARRAY_SIZE(responses),
		.options = options,
		.noptions = ARRAY_SIZE(options),
		.help = "the newest file that matches: a dump, read without a server",
	},
	.batch_max = 1,
	.prepare = prepare,
	.perform = perform,
};
