#include "probes/sql.h"

#include "probes/db_session.h"
#include "probes/sql_ask.h"
#include "probes/sql_spec.h"

#define MAX_TIME_US 10000000

/* ---- syntax ---- */

static const struct response_row responses[] = {
	{ .word = "ROWS",
		.form = RESPONSE_COUNT,
		.query = QUERY_ROWS,
		.table = true,
		.extension = true,
		.help = "the statement returned that many rows: 1, >= 1, 1..5, *; an expected table may follow" },
	{ .word = "AFFECTED",
		.form = RESPONSE_COUNT,
		.query = QUERY_AFFECTED,
		.extension = true,
		.help = "the statement changed that many rows" },
	{ .word = "ERROR",
		.form = RESPONSE_ERROR_CODE,
		.query = QUERY_ERROR,
		.extension = true,
		.help = "the statement failed with that error number or SQLSTATE" },
};

static const struct option_row options[] = {
	{ .name = "write",
		.type = OPTION_BOOL,
		.extension = true,
		.in_sql = true,
		.help = "the statement may change data; the run needs --allow-write" },
};

/* ---- prepare ---- */

static const struct sql_mode default_mode;

static int read_file_body(const struct prepare_env *env, const struct entry *e,
	struct sql_spec *spec, struct error *err)
{
	struct str name;
	struct str text;

	if (!template_is_constant(e->body.text)) {
		error_at(err, ERR_CHECK, e->source, e->body.span,
			"the name of a file must be known before the run");
		error_note(err,
			"write it without placeholders; the statement inside the file may hold them");
		return -1;
	}
	name = template_text(e->body.text);
	if (env->files->read(env->files->ctx, env->arena, e->source, name, &text, err)) {
		error_place(err, e->source, e->body.span);
		return -1;
	}
	spec->source = source_new(env->arena, arena_cstr(env->arena, name), text);
	if (!spec->source)
		return error_set_oom(err);
	spec->span = SPAN(0, spec->source->text.n);
	return 0;
}

/* The body's bytes are a part of the file, so that errors can point into it. */
static int read_body(const struct prepare_env *env, const struct entry *e,
	struct sql_spec *spec, struct error *err)
{
	const struct body *b = &e->body;

	if (b->kind == BODY_FILE)
		return read_file_body(env, e, spec, err);
	assert(b->kind == BODY_SQL);
	assert(b->raw.p >= e->source->text.p &&
		b->raw.p + b->raw.n <= e->source->text.p + e->source->text.n);
	spec->source = e->source;
	spec->span = SPAN((size_t)(b->raw.p - e->source->text.p), b->raw.n);
	return 0;
}

/* What may be written is known before the run, so no placeholder may say it. */
static int read_write(const struct prepare_env *env, const struct entry *e,
	struct sql_spec *spec, struct error *err)
{
	const struct option *o = entry_option(e, &options[0]);

	spec->rollback = env->suite->type == FILE_SQL &&
		env->suite->write == SQL_WRITE_ROLLBACK;
	spec->writes = spec->rollback ||
		(env->suite->type == FILE_SQL && env->suite->write == SQL_WRITE_TRUE);
	if (!o)
		return 0;
	if (!template_is_constant(o->text))
		return error_at(err, ERR_CHECK, e->source, o->span,
			"'write' must be true or false as it stands, no placeholder");
	if (str_is(template_text(o->text), "rollback"))
		spec->rollback = spec->writes = true;
	else /* a file that is rolled back uses one connection alone */
		spec->writes = spec->rollback || str_is(template_text(o->text), "true");
	return 0;
}

int sql_spec_guard(const struct sql_spec *spec, struct sql_mode mode, struct error *err)
{
	if (!spec->writes)
		return sql_guard_read_only(spec->source, spec->span, mode, err);
	return spec->rollback ? sql_guard_rollback(spec->source, spec->span, mode, err) :
				0;
}

static int check_entry(const struct prepare_env *env, const struct entry *e,
	struct sql_spec *spec, struct error *err)
{
	if (read_write(env, e, spec, err) || read_body(env, e, spec, err))
		return -1;
	spec->snapshot = env->suite->type == FILE_SQL && env->suite->snapshot &&
		!spec->writes;
	if (sql_statement_parse(env->arena, spec->source, spec->span, default_mode,
		    &spec->statement, err))
		return -1;
	return sql_spec_guard(spec, default_mode, err);
}

static bool may_share(const struct sql_spec *spec, const struct entry *e)
{
	return !spec->writes && e->ncaptures == 0 && !entry_wants_error(e) &&
		!entry_option(e, &common_options[COMMON_RETRY]);
}

static int prepare(const struct prepare_env *env, const struct entry *e,
	struct prepared *ret, struct error_list *errors)
{
	struct sql_spec *spec = arena_zalloc(env->arena, sizeof(*spec));
	struct error err;

	if (!spec)
		return error_set_oom(&err), error_list_add(errors, &err), -1;
	spec->suite = env->suite;
	if (check_entry(env, e, spec, &err)) {
		error_place(&err, e->source, e->span);
		error_list_add(errors, &err);
		return -1;
	}
	*ret = (struct prepared){
		.spec = spec,
		.writes = spec->writes,
		.may_share = may_share(spec, e),
		.no_retry = spec->writes,
		.connection = e->connection,
		.max_time_us = MAX_TIME_US,
	};
	return 0;
}

const struct probe_kind sql_probe = {
	.syntax = {
		.word = "SQL",
		.first = FIRST_CONNECTION,
		.body = BODY_ALLOWED_SQL,
		.body_required = true,
		.observes = OBSERVES_SQL,
		.responses = responses,
		.nresponses = ARRAY_SIZE(responses),
		.options = options,
		.noptions = ARRAY_SIZE(options),
		.help = "one SQL statement, read-only unless it says `write: true`",
	},
	.connection = &db_connection,
	.batch_max = SQL_BATCH_MAX,
	.prepare = prepare,
	.perform = sql_ask,
};
