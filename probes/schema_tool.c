#include "probes/schema_tool.h"

#include "probes/db_session.h"
#include "probes/schema_report.h"

#define NOTES_MAX 16

/* An open connection and the schema that it read; the connection is closed afterwards. */
static int read_from(const struct schema_request *q, struct db *db,
	struct schema_database *ret, struct error *err)
{
	const struct schema_wishes wishes = {
		.comments = q->comments, .definers = q->definers, .bodies = q->bodies
	};
	const struct db_call call = { .arena = q->arena,
		.limits = q->env.limits,
		.deadline = q->env.deadline,
		.watch = q->env.watch };

	return schema_read(db, &call, &wishes, ret, err);
}

static int read_schema(
	const struct schema_request *q, struct schema_database *ret, struct error *err)
{
	void *connection;
	int rc;

	if (!db_connection.configured(&q->env, err) ||
		db_connection.open(&q->env, &connection, err))
		return -1;
	rc = read_from(q, connection, ret, err);
	db_connection.close(connection);
	return rc;
}

static void add_notes(struct strbuf *out, const struct str *notes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		strbuf_addf(out, "%.*s\n", STR_ARG(notes[i]));
}

static void add_blind_notes(const struct schema_request *q,
	const struct schema_diff *diff, const struct schema_database *d,
	struct strbuf *out)
{
	struct str notes[NOTES_MAX];
	size_t n = schema_blind_notes(q->arena, diff, d, notes, NOTES_MAX);

	add_notes(out, notes, n);
}

static int dump(const struct schema_request *q, struct strbuf *out, struct strbuf *notes,
	struct error *err)
{
	struct schema_database d;

	if (read_schema(q, &d, err))
		return -1;
	schema_text_write(out, &d.schema, d.server);
	add_blind_notes(q, NULL, &d, notes);
	return strbuf_failed(out) || strbuf_failed(notes) ? error_set_oom(err) : 0;
}

/* ---- diff ---- */

static const struct schema_pattern *read_patterns(struct arena *a,
	const char *const *texts, size_t count, struct error_list *errors)
{
	struct schema_pattern *p = arena_array(a, count + 1, sizeof(*p));
	struct error err;

	for (size_t i = 0; p && i < count; i++)
		if (schema_pattern_parse(str_from(texts[i]), &p[i], &err))
			error_list_add(errors, &err);
	return p;
}

static void show(const struct schema_request *q, const struct schema_contract *contract,
	const struct schema_database *d, const struct schema_diff *diff,
	struct strbuf *out)
{
	for (size_t i = 0; i < diff->count; i++) {
		strbuf_add(out, schema_difference_line(q->arena, &diff->items[i]));
		strbuf_addc(out, '\n');
	}
	strbuf_add(out, schema_summary(q->arena, diff, contract, d));
	strbuf_addc(out, '\n');
}

static int compare(const struct schema_request *q, const struct schema_contract *contract,
	const struct schema_rules *rules, struct strbuf *out, struct strbuf *notes,
	size_t *ret_differences, struct error *err)
{
	struct schema_database d;
	struct schema_diff diff;

	if (read_schema(q, &d, err) ||
		schema_compare(
			q->arena, &contract->schema, &d.found, rules, &diff, err) ||
		schema_check_empty(&diff, err))
		return -1;
	show(q, contract, &d, &diff, out);
	add_notes(notes, diff.notes, diff.nnotes);
	add_blind_notes(q, &diff, &d, notes);
	*ret_differences = diff.count;
	if (strbuf_failed(out) || strbuf_failed(notes))
		return error_set_oom(err);
	return schema_check_unseen(q->arena, &diff, &d, err);
}

static int diff(const struct schema_request *q, const struct source *contract,
	struct strbuf *out, struct strbuf *notes, size_t *ret_differences,
	struct error_list *errors)
{
	struct schema_contract c;
	struct error err;
	const struct schema_rules rules = {
		.ignore = read_patterns(q->arena, q->ignore, q->nignore, errors),
		.only = read_patterns(q->arena, q->only, q->nonly, errors),
		.nignore = q->nignore,
		.nonly = q->nonly,
		.extra_allowed = q->extra_allowed,
	};

	if (schema_text_parse(q->arena, contract, &c, errors) || errors->count)
		return -1;
	if (!compare(q, &c, &rules, out, notes, ret_differences, &err))
		return 0;
	error_list_add(errors, &err);
	return -1;
}

const struct schema_tool schema_tool = { .dump = dump, .diff = diff };
