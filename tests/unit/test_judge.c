#include "harness/judge/judge.h"

#include "harness/judge/scope.h"
#include "tests/unit/lang_help.h"
#include "tests/unit/value_help.h"

/* One file with one entry, and what was seen for it. */
struct bench {
	struct help_parse file;
	struct arena arena;
	struct document document;
	struct scope *scope;
	struct eval eval;
	struct expander expander;
	struct judgement judgement;
};

static int bind(void *ctx, struct str name, const struct value *v, struct error *err)
{
	return scope_set(ctx, name, v, err);
}

static void judge_masked(struct bench *b, enum file_type type, const char *text, const struct value *(*tree)(struct arena *),
			 const struct secrets *secrets)
{
	struct error err = { 0 };
	*b = (struct bench){ 0 };
	arena_init(&b->arena, 64u << 20);
	b->scope = scope_new(NULL, &err);
	const struct suite *s = help_good(&b->file, type, text);
	b->eval = help_eval(&b->arena, tree(&b->arena), &b->document);
	b->eval.variable = scope_variable;
	b->eval.ctx = b->scope;
	b->eval.lenient_jsonpath_filter = type != FILE_HURL;
	b->expander = (struct expander){ .eval = &b->eval, .source = s->source };
	const struct judge_input in = { .entry = &s->entries[0], .file_type = type, .expander = &b->expander, .bind = bind,
					.bind_ctx = b->scope, .max_shown_bytes = 200, .secrets = secrets };
	assert_int_equal(judge_entry(&in, &b->judgement, &err), 0);
}

static void judge(struct bench *b, enum file_type type, const char *text, const struct value *(*tree)(struct arena *))
{
	judge_masked(b, type, text, tree, NULL);
}

static void end(struct bench *b)
{
	document_release(&b->document);
	scope_free(b->scope);
	arena_release(&b->arena);
	help_parse_end(&b->file);
}

static const struct value *checklist(struct arena *a)
{
	return help_response(a, "application/json", STR("{\"n\":1,\"l\":[1,2],\"o\":{},\"s\":\"ab\",\"e\":[],\"price\":9.99}"));
}

/* Each line alone: does it hold, and if not the message. */
static void test_judge_lines(void **state)
{
	static const struct {
		const char *line, *message;	/* NULL: holds */
	} rows[] = {
		{ "jsonpath \"$.n\" == 1.0", NULL },
		{ "jsonpath \"$.n\" == \"1\"", "jsonpath \"$.n\": expected string <1>, got integer <1>" },
		{ "jsonpath \"$.n\" toString == \"1\"", NULL },
		{ "jsonpath \"$.x\" exists", "jsonpath \"$.x\": expected something, got none" },
		{ "jsonpath \"$.x\" != 1", "jsonpath \"$.x\": expected not integer <1>, got none" },
		{ "jsonpath \"$.x\" not == 1", NULL },
		{ "jsonpath \"$.l\" count == 2", NULL },
		{ "jsonpath \"$.l\" contains 2", NULL },
		{ "jsonpath \"$.l[5]\" not exists", NULL },
		{ "jsonpath \"$.o\" isEmpty", NULL },
		{ "jsonpath \"$.s\" matches /^a.$/", NULL },
		{ "status >= 200", NULL },
		{ "header \"content-type\" contains \"json\"", NULL },
		{ "jsonpath \"$.l\" each > 0", NULL },
		{ "jsonpath \"$.l\" each > 1", "jsonpath \"$.l\" each: expected greater than integer <1>, got integer <1>" },
		{ "jsonpath \"$.l\" any == 2", NULL },
		{ "jsonpath \"$.l\" none == 3", NULL },
		{ "jsonpath \"$.e\" each == 7", NULL },
		{ "jsonpath \"$.n\" in [1, 2]", NULL },
		{ "jsonpath \"$\" includesJson {\"n\": 1}", NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct bench b;
		struct str text;
		struct arena a;
		arena_init(&a, 1 << 20);
		text = arena_printf(&a, "GET http://h/\nHTTP 200\n[Asserts]\n%s\n", rows[i].line);
		judge(&b, FILE_SUITE, text.p, checklist);
		expect_int(rows[i].line, (intmax_t)b.judgement.not_held, rows[i].message != NULL);
		expect_int(rows[i].line, (intmax_t)b.judgement.held, rows[i].message ? 1 : 2);
		if (rows[i].message)
			expect_text(rows[i].line, b.judgement.first_bad->message, rows[i].message);
		end(&b);
		arena_release(&a);
	}
}

/* A third line where nothing but the types makes `==` fail, or the predicate cannot take what came. */
static void test_judge_names_types_that_do_not_fit(void **state)
{
	static const struct {
		const char *line;
		bool named;
	} rows[] = {
		{ "jsonpath \"$.n\" == \"1\"", true },
		{ "jsonpath \"$.s\" == 1", true },
		{ "jsonpath \"$.s\" == hex,6162;", true },
		{ "jsonpath \"$.l\" each == \"1\"", true },
		{ "jsonpath \"$.n\" startsWith \"1\"", true },
		{ "jsonpath \"$.n\" > \"0\"", true },
		{ "jsonpath \"$.n\" == 2", false },
		{ "jsonpath \"$.n\" == 1.5", false },
		{ "jsonpath \"$.s\" == \"x\"", false },
		{ "jsonpath \"$.s\" == null", false },
		{ "jsonpath \"$.x\" == \"1\"", false },
		{ "jsonpath \"$.n\" != 1", false },
		{ "jsonpath \"$.n\" not == 1", false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct bench b;
		struct arena a;
		arena_init(&a, 1 << 20);
		struct str text = arena_printf(&a, "GET http://h/\nHTTP 200\n[Asserts]\n%s\n", rows[i].line);
		judge(&b, FILE_SUITE, text.p, checklist);
		expect_int(rows[i].line, (intmax_t)b.judgement.not_held, 1);
		struct str detail = b.judgement.first_bad->detail;
		bool named = str_find(detail, STR("   |   >>> types between actual and expected do not fit\n")) != SIZE_MAX;
		expect_int(rows[i].line, named, rows[i].named);
		end(&b);
		arena_release(&a);
	}
}

static void test_judge_wrong_status_stops(void **state)
{
	struct bench b;

	(void)state;
	judge(&b, FILE_HURL, "GET http://h/\nHTTP 404\n[Captures]\nx: jsonpath \"$.none\"\n[Asserts]\nstatus == 200\nstatus == 201\n",
	      checklist);
	assert_int_equal(b.judgement.not_held, 1);
	assert_int_equal(b.judgement.not_evaluated, 2);
	assert_int_equal(b.judgement.ncaptures, 0);
	assert_false(b.judgement.is_error);
	expect_text("kind", str_from(b.judgement.first_bad->kind), "assert.status");
	expect_text("message", b.judgement.first_bad->message, "status: expected 404, got 200");
	assert_int_equal(b.judgement.first_bad->at.line, 2);
	assert_int_equal(b.judgement.first_bad->at.column, 6);
	end(&b);
}

/* A capture without a value: an error that ends a .hurl entry, a failure beside others in a .suite. */
static void test_judge_capture_without_value(void **state)
{
	static const char text[] = "GET http://h/\nHTTP 200\n[Captures]\nx: jsonpath \"$.none\"\n[Asserts]\nstatus == 201\n";
	struct bench b;

	(void)state;
	judge(&b, FILE_HURL, text, checklist);
	assert_true(b.judgement.is_error);
	assert_int_equal(b.judgement.nfindings, 2);
	expect_text("kind", str_from(b.judgement.first_bad->kind), "error.capture");
	end(&b);
	judge(&b, FILE_SUITE, text, checklist);
	assert_false(b.judgement.is_error);
	assert_int_equal(b.judgement.not_held, 2);
	end(&b);
}

static void test_judge_captures_are_seen_below(void **state)
{
	struct bench b;

	(void)state;
	judge(&b, FILE_SUITE, "GET http://h/\nHTTP 200\n[Captures]\nn: jsonpath \"$.n\"\n[Asserts]\njsonpath \"$.l[0]\" == {{n}}\n", checklist);
	assert_null(b.judgement.first_bad);
	assert_int_equal(b.judgement.ncaptures, 1);
	end(&b);
}

static void test_judge_unknown_variable_is_a_failure(void **state)
{
	struct bench b;

	(void)state;
	judge(&b, FILE_HURL, "GET http://h/\nHTTP 200\n[Asserts]\nbody == \"{{undefined}}\"\n", checklist);
	assert_false(b.judgement.is_error);
	assert_int_equal(b.judgement.not_held, 1);
	end(&b);
}

static void test_judge_nearest_key(void **state)
{
	struct bench b;

	(void)state;
	judge(&b, FILE_HURL, "GET http://h/\nHTTP 200\n[Asserts]\njsonpath \"$.pricce\" == 9.99\n", checklist);
	assert_true(str_find(b.judgement.first_bad->detail, STR("price")) != SIZE_MAX);
	end(&b);
}

static const struct value *two_rows(struct arena *a)
{
	return help_json(a, "{\"rows\":[{\"a\":1,\"b\":\"x\"},{\"a\":2,\"b\":null}],\"row_count\":2,\"columns\":[\"a\",\"b\"],"
			    "\"affected\":0,\"warnings\":0,\"duration\":1}");
}

static void test_judge_rows(void **state)
{
	static const struct {
		const char *expect, *message;	/* NULL: holds */
	} rows[] = {
		{ "rows 2", NULL },
		{ "rows 1..5", NULL },
		{ "empty", "expected no rows, got 2 rows" },
		{ "rows >= 3", "expected at least 3 rows, got 2 rows" },
		{ "rows <= 1", "expected at most 1 row, got 2 rows" },
		{ "column \"a\" count = 2", NULL },
		{ "no warnings", NULL },
		{ "error 1146", "expected error 1146, got no error" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct bench b;
		struct arena a;
		arena_init(&a, 1 << 20);
		struct str text = arena_printf(&a, "-- test: t\n-- expect: %s\nSELECT 1;\n", rows[i].expect);
		judge(&b, FILE_SQL, text.p, two_rows);
		expect_int(rows[i].expect, (intmax_t)b.judgement.not_held, rows[i].message != NULL);
		if (rows[i].message)
			expect_text(rows[i].expect, b.judgement.first_bad->message, rows[i].message);
		end(&b);
		arena_release(&a);
	}
}

/* `prefer` weighs less: it is no failure, and counted apart. */
static void test_judge_prefer(void **state)
{
	struct bench b;

	(void)state;
	judge(&b, FILE_SQL, "-- test: t\n-- prefer: empty\n-- expect: rows 2\nSELECT 1;\n", two_rows);
	assert_null(b.judgement.first_bad);
	assert_int_equal(b.judgement.not_preferred, 1);
	assert_int_equal(b.judgement.held, 1);
	end(&b);
}

static const struct value *absent_message(struct arena *a)
{
	return help_json(a, "{\"absent\":true,\"expect_absent\":false,\"received\":4,\"duration\":2000}");
}

static const struct value *one_unmet(struct arena *a)
{
	return help_json(a, "{\"unmet\": [\"missing     Seed17\"], \"notes\": [\"guessed: a.ts\"], \"tool\": \"typeorm\"}");
}

static const struct value *two_unmet(struct arena *a)
{
	return help_json(a, "{\"unmet\": [\"missing  A\", \"failed   B\"], \"notes\": [\"late: C\"]}");
}

static const struct value *all_met(struct arena *a)
{
	return help_json(a, "{\"unmet\": [], \"notes\": [\"late: C\", \"late: D\"], \"applied\": [\"A\"], \"row_counts\": {\"t\": 7}, \"bytes\": 10}");
}

static const struct value *nothing_told(struct arena *a)
{
	return help_json(a, "{}");
}

/* APPLIED and its like hold when the probe found nothing that is not met; silence is no agreement. */
static void test_judge_all_met(void **state)
{
	struct bench b;

	(void)state;
	judge(&b, FILE_SUITE, "MIGRATIONS\nAPPLIED\n[Asserts]\napplied contains \"A\"\n", all_met);
	assert_int_equal(b.judgement.held, 2);
	assert_int_equal(b.judgement.not_held, 0);
	expect_text("note", b.judgement.findings[0].note, "late: C; late: D");
	end(&b);

	judge(&b, FILE_SUITE, "MIGRATIONS\nAPPLIED\n", one_unmet);
	assert_int_equal(b.judgement.not_held, 1);
	expect_text("kind", str_from(b.judgement.first_bad->kind), "assert.migrations");
	expect_text("message", b.judgement.first_bad->message, "missing Seed17");
	assert_true(str_find(b.judgement.first_bad->detail, STR("note: guessed: a.ts")) != SIZE_MAX);
	end(&b);

	judge(&b, FILE_SUITE, "MIGRATIONS\nAPPLIED\n", two_unmet);
	expect_text("message", b.judgement.first_bad->message, "missing A (and 1 more)");
	assert_true(str_find(b.judgement.first_bad->detail,
		STR("      missing  A\n      failed   B\n      note: late: C\n")) != SIZE_MAX);
	end(&b);

	judge(&b, FILE_SUITE, "MIGRATIONS\nAPPLIED *\n", two_unmet);
	assert_int_equal(b.judgement.not_held, 0);
	end(&b);
	judge(&b, FILE_SUITE, "MIGRATIONS\nAPPLIED\n", nothing_told);
	assert_int_equal(b.judgement.not_held, 1);
	end(&b);

	judge(&b, FILE_SUITE, "BACKUP a.sql\nCOMPLETE\n[Asserts]\nrows \"t\" == 7\nrows \"u\" not exists\nbytes == 10\nrows \"t\" == 8\n", all_met);
	assert_int_equal(b.judgement.held, 4);
	assert_int_equal(b.judgement.not_held, 1);
	end(&b);
}

static void test_judge_receive(void **state)
{
	struct bench b;

	(void)state;
	judge(&b, FILE_SUITE, "REDIS RECEIVE c\nREPLY\n[Asserts]\nreply == \"x\"\n", absent_message);
	assert_int_equal(b.judgement.nfindings, 1);	/* there is nothing to judge the asserts on */
	expect_text("message", b.judgement.first_bad->message, "no message within 2000 ms (4 looked at)");
	end(&b);
}

static const struct value *with_secrets(struct arena *a)
{
	return help_response(a, "application/json",
		STR("{\"pin\":\"4711\",\"n\":1,\"user\":{\"name\":\"ana\",\"password\":{\"old\":\"abc\"}},\"note\":\"is hunter22\"}"));
}

/* Two sides that look alike once they are masked: that they differ is said, and nothing of either is shown. */
static void test_judge_secrets_differ(void **state)
{
	static const struct {
		const char *line, *message, *detail;
	} rows[] = {
		{ "jsonpath \"$.pin\" == \"0815\"", "jsonpath \"$.pin\": differs, in a secret that is not shown",
		  "   differs, in a secret that is not shown\n" },
		{ "jsonpath \"$.pin\" != \"4711\"", "jsonpath \"$.pin\": does not hold, in a secret that is not shown", NULL },
		{ "jsonpath \"$.pin\" startsWith \"0\"", "jsonpath \"$.pin\": does not hold, in a secret that is not shown", NULL },
		{ "jsonpath \"$.user.password.old\" == \"x\"",
		  "jsonpath \"$.user.password.old\": differs, in a secret that is not shown", NULL },
		{ "jsonpath \"$.note\" == \"is swordfish\"", "jsonpath \"$.note\": differs, in a secret that is not shown", NULL },
		{ "jsonpath \"$.user\" equalsJson {\"name\": \"eva\", \"password\": {\"old\": \"x\"}}", NULL,
		  "      - $.name \"eva\"\n      + $.name \"ana\"\n      ~ $.password.old differs, in a secret\n" },
		{ "jsonpath \"$.n\" == 2", "jsonpath \"$.n\": expected integer <2>, got integer <1>", NULL },
		{ "jsonpath \"$.note\" == \"no\"", "jsonpath \"$.note\": expected string <no>, got string <is ***>", NULL },
		{ "jsonpath \"$.user\" not equalsJson {\"name\": \"ana\", \"password\": {\"old\": \"abc\"}}",
		  "jsonpath \"$.user\": does not hold, in a secret that is not shown", NULL },
	};
	struct error err = { 0 };
	struct secrets *s = secrets_new(&err);

	(void)state;
	assert_int_equal(secrets_add(s, STR("one"), STR("hunter22"), NULL, &err), 0);
	assert_int_equal(secrets_add(s, STR("two"), STR("swordfish"), NULL, &err), 0);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct bench b;
		struct arena a;
		arena_init(&a, 1 << 20);
		struct str text = arena_printf(&a, "GET http://h/\nHTTP 200\n[Asserts]\n%s\n", rows[i].line);
		judge_masked(&b, FILE_SUITE, text.p, with_secrets, s);
		assert_non_null(b.judgement.first_bad);
		if (rows[i].message)
			expect_text(rows[i].line, b.judgement.first_bad->message, rows[i].message);
		if (rows[i].detail)
			expect_true(rows[i].line, str_find(b.judgement.first_bad->detail, str_from(rows[i].detail)) != SIZE_MAX);
		expect_int(rows[i].line, (intmax_t)str_find(b.judgement.first_bad->detail, STR("expected: string <***>")), -1);
		end(&b);
		arena_release(&a);
	}
	secrets_free(s);
}

/* A secret that the cut of the nearest message would go through. */
static const struct value *nearest_with_secret(struct arena *a)
{
	struct strbuf sb;
	struct value_object_builder b = { 0 };

	strbuf_init(&sb, 4096);
	strbuf_add_repeat(&sb, 'x', 1996);
	strbuf_adds(&sb, "hunter22");
	value_object_add(a, &b, STR("absent"), value_bool(true));
	value_object_add(a, &b, STR("expect_absent"), value_bool(false));
	value_object_add(a, &b, STR("nearest"), value_take(a, &sb, VALUE_STRING));
	return value_object_finish(a, &b);
}

static const struct value *unwanted_with_secret(struct arena *a)
{
	return help_json(a, "{\"absent\":false,\"expect_absent\":true,\"reply\":\"is hunter22\"}");
}

/* What a RECEIVE shows of messages is masked as a whole, before it is cut. */
static void test_judge_receive_masks(void **state)
{
	struct error err = { 0 };
	struct secrets *s = secrets_new(&err);
	struct bench b;

	(void)state;
	assert_int_equal(secrets_add(s, STR("one"), STR("hunter22"), NULL, &err), 0);
	judge_masked(&b, FILE_SUITE, "REDIS RECEIVE c\nREPLY\n", nearest_with_secret, s);
	assert_int_equal(b.judgement.not_held, 1);
	assert_true(str_find(b.judgement.first_bad->detail, STR("most similar: xxx")) != SIZE_MAX);
	assert_true(str_find(b.judgement.first_bad->detail, STR("x***")) != SIZE_MAX);
	assert_true(str_find(b.judgement.first_bad->detail, STR("hunt")) == SIZE_MAX);
	end(&b);

	judge_masked(&b, FILE_SUITE, "REDIS RECEIVE c NONE\nREPLY\n", unwanted_with_secret, s);
	assert_int_equal(b.judgement.not_held, 1);
	expect_text("actual", b.judgement.first_bad->actual->text, "is ***");
	end(&b);
	secrets_free(s);
}

static const struct value *long_text(struct arena *a)
{
	struct strbuf sb;
	strbuf_init(&sb, 1 << 20);
	strbuf_add_repeat(&sb, 'a', 10231);
	strbuf_adds(&sb, "xyz");
	strbuf_add_repeat(&sb, 'a', 500);
	const struct value *v = help_response(a, "text/plain", arena_str(a, strbuf_str(&sb)));
	strbuf_release(&sb);
	return v;
}

/* What differs far behind what a message shows is shown by itself. */
static void test_judge_window(void **state)
{
	struct bench b;
	struct strbuf sb;

	(void)state;
	strbuf_init(&sb, 1 << 20);
	strbuf_adds(&sb, "GET http://h/\nHTTP 200\n[Asserts]\nbody == \"");
	strbuf_add_repeat(&sb, 'a', 10231);
	strbuf_adds(&sb, "b\"\n");
	judge(&b, FILE_SUITE, strbuf_cstr(&sb), long_text);
	struct str detail = b.judgement.first_bad->detail;
	size_t at = str_find(detail, STR("      at byte 10231 of 10734:\n"));
	assert_true(at != SIZE_MAX);
	assert_true(str_find(detail, STR("aaab\n      + ...aaa")) != SIZE_MAX);
	assert_true(str_find(detail, STR("aaaxyzaaa")) != SIZE_MAX);
	strbuf_release(&sb);
	end(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_judge_lines),
		cmocka_unit_test(test_judge_names_types_that_do_not_fit),
		cmocka_unit_test(test_judge_wrong_status_stops),
		cmocka_unit_test(test_judge_capture_without_value),
		cmocka_unit_test(test_judge_captures_are_seen_below),
		cmocka_unit_test(test_judge_unknown_variable_is_a_failure),
		cmocka_unit_test(test_judge_nearest_key),
		cmocka_unit_test(test_judge_rows),
		cmocka_unit_test(test_judge_prefer),
		cmocka_unit_test(test_judge_all_met),
		cmocka_unit_test(test_judge_receive),
		cmocka_unit_test(test_judge_secrets_differ),
		cmocka_unit_test(test_judge_receive_masks),
		cmocka_unit_test(test_judge_window),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
