#include "tests/unit/lang_help.h"

static const struct response_row http_responses[] = {
	{ .word = "HTTP", .form = RESPONSE_STATUS, .help = "status" },
	{ .word = "ERROR", .form = RESPONSE_ERROR_KIND, .extension = true, .help = "error" },
};
static const struct response_row sql_responses[] = {
	{ .word = "ROWS", .form = RESPONSE_COUNT, .query = QUERY_ROWS, .table = true, .extension = true, .help = "rows" },
	{ .word = "AFFECTED", .form = RESPONSE_COUNT, .query = QUERY_AFFECTED, .extension = true, .help = "affected" },
	{ .word = "ERROR", .form = RESPONSE_ERROR_CODE, .query = QUERY_ERROR, .extension = true, .help = "error" },
};
static const struct response_row redis_responses[] = {
	{ .word = "REPLY", .form = RESPONSE_NONE, .extension = true, .help = "reply" },
	{ .word = "ERROR", .form = RESPONSE_ERROR_WORDS, .extension = true, .help = "error" },
};
static const struct response_row tcp_responses[] = {
	{ .word = "OPEN", .form = RESPONSE_NONE, .extension = true, .help = "open" },
	{ .word = "ERROR", .form = RESPONSE_ERROR_KIND, .extension = true, .help = "error" },
};

static const struct response_row migrations_responses[] = {
	{ .word = "APPLIED", .form = RESPONSE_ALL_MET, .query = QUERY_UNAPPLIED, .extension = true, .help = "applied" },
};
static const struct response_row backup_responses[] = {
	{ .word = "COMPLETE", .form = RESPONSE_ALL_MET, .query = QUERY_INCOMPLETE, .extension = true, .help = "complete" },
};
static const char *const tools[] = { "typeorm", "golang-migrate", NULL };

static const struct option_row http_options[] = {
	{ .name = "location", .type = OPTION_BOOL, .help = "follows" },
	{ .name = "connect-timeout", .type = OPTION_DURATION, .unit_us = 1000, .help = "limit" },
	{ .name = "header", .type = OPTION_TEXT, .repeats = true, .help = "header" },
	{ .name = "output", .type = OPTION_FILE, .help = "file" },
	{ .name = "http1.1", .type = OPTION_BOOL, .help = "version" },
	{ .name = "race", .type = OPTION_NATURAL, .extension = true, .help = "race" },
};
static const struct option_row sql_options[] = {
	{ .name = "write", .type = OPTION_BOOL, .extension = true, .in_sql = true, .help = "writes" },
};
static const struct option_row redis_options[] = {
	{ .name = "write", .type = OPTION_BOOL, .extension = true, .help = "writes" },
	{ .name = "match", .type = OPTION_ASSERTION, .repeats = true, .extension = true, .help = "selects" },
};

static const struct kind http_kind = {
	.first = FIRST_METHOD_URL, .body = BODY_ALLOWED_HTTP, .observes = OBSERVES_HTTP | OBSERVES_RACE,
	.responses = http_responses, .nresponses = ARRAY_SIZE(http_responses),
	.options = http_options, .noptions = ARRAY_SIZE(http_options), .help = "http",
};
static const struct kind sql_kind = {
	.word = "SQL", .first = FIRST_CONNECTION, .body = BODY_ALLOWED_SQL, .body_required = true, .observes = OBSERVES_SQL,
	.responses = sql_responses, .nresponses = ARRAY_SIZE(sql_responses),
	.options = sql_options, .noptions = ARRAY_SIZE(sql_options), .help = "sql",
};
static const struct kind redis_kind = {
	.word = "REDIS", .first = FIRST_WORDS, .observes = OBSERVES_REDIS,
	.responses = redis_responses, .nresponses = ARRAY_SIZE(redis_responses),
	.options = redis_options, .noptions = ARRAY_SIZE(redis_options), .help = "redis",
};
static const struct kind tcp_kind = {
	.word = "TCP", .first = FIRST_PATH, .observes = OBSERVES_TCP,
	.responses = tcp_responses, .nresponses = ARRAY_SIZE(tcp_responses), .help = "tcp",
};
static const struct kind migrations_kind = {
	.word = "MIGRATIONS", .first = FIRST_CONNECTION, .keywords = tools, .body = BODY_ALLOWED_LINES,
	.observes = OBSERVES_MIGRATIONS, .responses = migrations_responses, .nresponses = ARRAY_SIZE(migrations_responses),
	.help = "migrations",
};
static const struct kind schema_kind = {
	.word = "SCHEMA", .first = FIRST_CONNECTION, .body = BODY_ALLOWED_FILE, .body_required = true,
	.observes = OBSERVES_SCHEMA, .help = "schema",
};
static const struct kind backup_kind = {
	.word = "BACKUP", .first = FIRST_PATH, .observes = OBSERVES_BACKUP,
	.responses = backup_responses, .nresponses = ARRAY_SIZE(backup_responses), .help = "backup",
};
static const struct kind run_kind = { .word = "RUN", .first = FIRST_PATH, .is_container = true, .help = "run" };

static const struct kind *const kind_items[] = { &http_kind, &sql_kind, &redis_kind, &tcp_kind, &migrations_kind,
	&schema_kind, &backup_kind, &run_kind };

const struct kinds help_kinds = { kind_items, ARRAY_SIZE(kind_items) };

static const char *const names[] = { [FILE_HURL] = "a.hurl", [FILE_SUITE] = "a.suite", [FILE_SQL] = "a.sql" };

struct parse_input help_input(struct arena *a, enum file_type type, const char *text)
{
	return (struct parse_input){ .arena = a, .limits = &limits_default, .kinds = &help_kinds,
				     .source = source_new(a, names[type], str_from(text)), .type = type };
}

void help_parse(struct help_parse *p, enum file_type type, const char *text, bool check)
{
	arena_init(&p->arena, (size_t)256 << 20);
	error_list_init(&p->errors, &p->arena, 20);
	error_list_init(&p->warnings, &p->arena, 20);
	p->suite = NULL;

	struct parse_input in = help_input(&p->arena, type, text);
	const struct suite *s;
	if (parse_suite(&in, &s, &p->errors) || (check && check_suite(s, &p->errors, &p->warnings))) {
		assert_true(error_list_total(&p->errors) > 0);
		return;
	}
	assert_int_equal(error_list_total(&p->errors), 0);
	p->suite = s;
}

void help_parse_end(struct help_parse *p)
{
	arena_release(&p->arena);
}

const struct suite *help_good(struct help_parse *p, enum file_type type, const char *text)
{
	help_parse(p, type, text, false);
	if (!p->suite)
		fail_msg("%s: %s", text, p->errors.items[0].message);
	return p->suite;
}

struct str help_at(const struct source *s, struct span span)
{
	return str_sub(s->text, span.at, span.n);
}

void help_expect_error(enum file_type type, const char *text, bool check, const char *message, size_t line, size_t column)
{
	struct help_parse p;

	help_parse(&p, type, text, check);
	if (p.suite)
		fail_msg("%s: expected the error '%s'", text, message);
	const struct error *e = &p.errors.items[0];
	if (str_find(str_from(e->message), str_from(message)) == SIZE_MAX)
		fail_msg("%s: expected '%s', got '%s'", text, message, e->message);
	assert_non_null(e->source);
	struct source_pos pos = source_pos(e->source, e->span.at);
	if (line && (pos.line != line || pos.column != column))
		fail_msg("%s: '%s' stands at %zu:%zu, expected %zu:%zu", text, e->message, pos.line, pos.column, line, column);
	assert_true(e->span.at + e->span.n <= e->source->text.n);
	help_parse_end(&p);
}
