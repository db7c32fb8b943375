/*
 * Scenario files: parsed as .hurl and as .suite, then checked. Whatever comes in, each error and each node lies in the text.
 */
#include "harness/lang/parser.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct response_row http_responses[] = {
	{ .word = "HTTP", .form = RESPONSE_STATUS },
	{ .word = "ERROR", .form = RESPONSE_ERROR_KIND, .extension = true },
};
static const struct response_row sql_responses[] = {
	{ .word = "ROWS", .form = RESPONSE_COUNT, .query = QUERY_ROWS, .table = true, .extension = true },
	{ .word = "AFFECTED", .form = RESPONSE_COUNT, .query = QUERY_AFFECTED, .extension = true },
	{ .word = "ERROR", .form = RESPONSE_ERROR_CODE, .extension = true },
};
static const struct response_row redis_responses[] = {
	{ .word = "REPLY", .form = RESPONSE_NONE, .extension = true },
	{ .word = "ERROR", .form = RESPONSE_ERROR_WORDS, .extension = true },
};
static const struct option_row options[] = {
	{ .name = "write", .type = OPTION_BOOL, .extension = true, .in_sql = true },
	{ .name = "match", .type = OPTION_ASSERTION, .repeats = true, .extension = true },
	{ .name = "output", .type = OPTION_FILE },
	{ .name = "header", .type = OPTION_TEXT },
};

static const struct kind http_kind = {
	.first = FIRST_METHOD_URL, .body = BODY_ALLOWED_HTTP, .observes = OBSERVES_HTTP,
	.responses = http_responses, .nresponses = ARRAY_SIZE(http_responses),
	.options = options, .noptions = ARRAY_SIZE(options),
};
static const struct kind sql_kind = {
	.word = "SQL", .first = FIRST_CONNECTION, .body = BODY_ALLOWED_SQL, .body_required = true, .observes = OBSERVES_SQL,
	.responses = sql_responses, .nresponses = ARRAY_SIZE(sql_responses),
	.options = options, .noptions = ARRAY_SIZE(options),
};
static const struct kind redis_kind = {
	.word = "REDIS", .first = FIRST_WORDS, .observes = OBSERVES_REDIS,
	.responses = redis_responses, .nresponses = ARRAY_SIZE(redis_responses),
	.options = options, .noptions = ARRAY_SIZE(options),
};
static const struct kind run_kind = { .word = "RUN", .first = FIRST_PATH, .is_container = true };
static const struct kind *const items[] = { &http_kind, &sql_kind, &redis_kind, &run_kind };
static const struct kinds kinds = { items, ARRAY_SIZE(items) };

static void must(bool held)
{
	if (!held)
		abort();
}

static void check_errors(const struct error *errors, size_t count)
{
	struct strbuf out;

	strbuf_init(&out, 1 << 20);
	for (size_t i = 0; i < count; i++) {
		const struct error *e = &errors[i];
		must(e->message[0] != '\0');
		must(!e->source || e->span.at + e->span.n <= e->source->text.n);
		error_print(&out, e);
		strbuf_clear(&out);
	}
	strbuf_release(&out);
}

static void check_tree(const struct suite *s)
{
	for (size_t i = 0; i < s->nentries; i++) {
		const struct entry *e = &s->entries[i];
		must(e->kind && e->title.n > 0 && e->title.n <= 200);
		must(e->whole.at + e->whole.n <= s->source->text.n);
		for (size_t k = 0; k < e->nasserts; k++) {
			must(e->asserts[k].source == s->source);
			must(e->asserts[k].span.at + e->asserts[k].span.n <= s->source->text.n);
			must(e->asserts[k].predicate && e->asserts[k].query.query);
			must(k == 0 || e->asserts[k - 1].stage <= e->asserts[k].stage);
		}
	}
}

static void parse(enum file_type type, struct str text)
{
	struct arena a;
	struct error_list errors, warnings;
	const struct suite *s = NULL;

	arena_init(&a, (size_t)256 << 20);
	error_list_init(&errors, &a, 20);
	error_list_init(&warnings, &a, 20);
	const struct parse_input in = { .arena = &a, .limits = &limits_default, .kinds = &kinds,
					.source = source_new(&a, "fuzz", text), .type = type };
	if (in.source && parse_suite(&in, &s, &errors) == 0) {
		check_tree(s);
		check_errors(s->warnings, s->nwarnings);
		must(check_suite(s, &errors, &warnings) == 0 || error_list_total(&errors) > 0);
		check_errors(warnings.items, warnings.count);
	} else {
		must(!in.source || error_list_total(&errors) > 0);
	}
	check_errors(errors.items, errors.count);
	arena_release(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = str_make((const char *)data, size);

	parse(FILE_HURL, text);
	parse(FILE_SUITE, text);
	return 0;
}
