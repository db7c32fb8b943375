#include "harness/base/error.h"

#include <errno.h>

#include "harness/base/mem.h"
#include "tests/unit/expect.h"

static const char text[] = "GET {{base}}/orders\n\nstatus nth 0 == 200\n";

static void test_error_kinds_are_dotted_words(void **state)
{
	(void)state;
	assert_string_equal(error_kind(ERR_NONE), "");
	assert_string_equal(error_kind(ERR_TIMEOUT), "error.timeout");
	assert_string_equal(error_kind(ERR_OOM), "error.internal");
	for (enum error_code code = ERR_FILE; code < ERR_COUNT; code++)
		expect_true(error_kind(code), !strncmp(error_kind(code), "error.", 6));
}

static void test_error_set_starts_anew(void **state)
{
	struct error err;

	(void)state;
	memset(&err, 'x', sizeof(err));
	assert_int_equal(error_set(&err, ERR_SQL, "cannot %s '%s'", "read", "t"), -1);
	assert_int_equal(err.code, ERR_SQL);
	assert_null(err.source);
	assert_false(err.sent);
	assert_string_equal(err.title, "");
	assert_string_equal(err.message, "cannot read 't'");
	assert_string_equal(err.note, "");
}

static void test_error_takes_its_own_text_as_argument(void **state)
{
	struct error err;

	(void)state;
	(void)error_set(&err, ERR_FILE, "first");
	(void)error_set(&err, ERR_FILE, "second, after %s", err.message);
	assert_string_equal(err.message, "second, after first");
	error_note(&err, "%s", err.message);
	assert_string_equal(err.note, "second, after first");
}

static void test_error_context_comes_before_the_message(void **state)
{
	struct error err;

	(void)state;
	(void)error_set(&err, ERR_CAPTURE, "no value");
	error_context(&err, "capture '%s'", "token");
	error_context(&err, "a.suite");
	assert_string_equal(err.message, "in a.suite: in capture 'token': no value");
	assert_int_equal(err.code, ERR_CAPTURE);
}

static void test_error_place_is_the_first_one(void **state)
{
	struct arena a;
	struct error err;

	(void)state;
	arena_init(&a, SIZE_MAX);
	const struct source *one = source_new(&a, "one", str_from(text));
	const struct source *two = source_new(&a, "two", str_from(text));
	(void)error_set(&err, ERR_CHECK, "x");
	error_place(&err, one, SPAN(3, 4));
	error_place(&err, two, SPAN(5, 6));
	assert_ptr_equal(err.source, one);
	assert_int_equal(err.span.at, 3);
	assert_int_equal(error_at(&err, ERR_PARSE, two, SPAN(5, 6), "%d", 1), -1);
	assert_ptr_equal(err.source, two);
	assert_int_equal(err.span.n, 6);
	arena_release(&a);
}

static void test_error_cuts_between_characters(void **state)
{
	struct error err;
	char many[2000];

	(void)state;
	for (size_t shift = 0; shift < 3; shift++) {
		memset(many, 'x', shift);
		for (size_t i = shift; i + 3 < sizeof(many); i += 3)
			memcpy(many + i, "\xe2\x82\xac", 4);
		(void)error_set(&err, ERR_SQL, "%s", many);
		error_note(&err, "%s", many);
		error_title(&err, "%s", many);
		const char *cut[] = { err.message, err.note, err.title };
		for (size_t i = 0; i < ARRAY_SIZE(cut); i++) {
			struct str s = str_from(cut[i]);

			assert_true(utf8_check(s) == SIZE_MAX);
			assert_true(str_ends_with(s, STR("\xe2\x82\xac...")));
		}
		assert_true(strlen(err.message) >= sizeof(err.message) - 3);
		assert_true(strlen(err.title) >= sizeof(err.title) - 3);
	}
}

static void test_error_keeps_what_just_fits(void **state)
{
	struct error err;
	char fits[sizeof(err.note)];

	(void)state;
	memset(fits, 'x', sizeof(fits));
	fits[sizeof(fits) - 1] = '\0';
	(void)error_set(&err, ERR_SQL, "m");
	error_note(&err, "%s", fits);
	assert_string_equal(err.note, fits);
}

static void test_error_names_what_the_system_says(void **state)
{
	(void)state;
	assert_string_equal(error_of_system(ENOENT), "No such file or directory");
	assert_non_null(error_of_system(987654));
	assert_non_null(error_of_system(-1));
}

static void test_error_works_without_memory(void **state)
{
	struct error err;
	struct mem_stats before = mem_stats();

	(void)state;
	assert_int_equal(error_set_oom(&err), -1);
	error_context(&err, "file 'x'");
	assert_int_equal(err.code, ERR_OOM);
	assert_string_equal(err.message, "in file 'x': out of memory");
	assert_int_equal(mem_stats().allocations, before.allocations);
}

static void test_error_prints(void **state)
{
	static const struct {
		const char *name;
		bool placed;
		const char *title, *message, *note;
		const char *want;
	} rows[] = {
		{ "message alone", false, "", "cannot read 'x'", "",
		  "error: cannot read 'x'\n" },
		{ "no place: the message is what counts", false, "File", "cannot read 'x'", "",
		  "error: cannot read 'x'\n" },
		{ "message and note", false, "", "cannot read 'x'", "say --root",
		  "error: cannot read 'x'\n"
		  "   = help: say --root\n" },
		{ "message with a place", true, "", "filter 'nth' needs a list", "",
		  "error: filter 'nth' needs a list\n"
		  "  --> orders.suite:3:8\n"
		  "   |\n"
		  " 3 | status nth 0 == 200\n"
		  "   |        ^^^\n"
		  "   |\n" },
		{ "title with a place", true, "Filter", "needs a list", "see 'nth'\nin the manual",
		  "error: Filter\n"
		  "  --> orders.suite:3:8\n"
		  "   |\n"
		  " 3 | status nth 0 == 200\n"
		  "   |        ^^^ needs a list\n"
		  "   |\n"
		  "   = help: see 'nth'\n"
		  "           in the manual\n" },
		{ "lines under the headline", false, "", "one\n\ntwo \x1b[31m", "",
		  "error: one\n"
		  "\n"
		  "       two \\x1B[31m\n" },
	};
	struct arena a;
	struct strbuf sb;

	(void)state;
	arena_init(&a, SIZE_MAX);
	strbuf_init(&sb, SIZE_MAX);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct error err;

		(void)error_set(&err, ERR_CHECK, "%s", rows[i].message);
		error_title(&err, "%s", rows[i].title);
		error_note(&err, "%s", rows[i].note);
		if (rows[i].placed)
			error_place(&err, source_new(&a, "orders.suite", str_from(text)),
				    SPAN(28, 3));
		strbuf_clear(&sb);
		error_print(&sb, &err);
		expect_text(rows[i].name, strbuf_str(&sb), rows[i].want);
	}
	strbuf_release(&sb);
	arena_release(&a);
}

static void test_error_list_counts_what_it_drops(void **state)
{
	struct arena a;
	struct error_list l;
	struct error err;

	(void)state;
	arena_init(&a, SIZE_MAX);
	error_list_init(&l, &a, 20);
	for (int i = 0; i < 25; i++) {
		(void)error_set(&err, ERR_PARSE, "number %d", i);
		error_list_add(&l, &err);
	}
	assert_int_equal(l.count, 20);
	assert_int_equal(l.dropped, 5);
	assert_int_equal(error_list_total(&l), 25);
	assert_string_equal(l.items[0].message, "number 0");
	assert_string_equal(l.items[19].message, "number 19");
	arena_release(&a);
}

static void test_error_list_drops_without_memory(void **state)
{
	struct arena a;
	struct error_list l;
	struct error err;

	(void)state;
	arena_init(&a, 16);
	error_list_init(&l, &a, 20);
	(void)error_set(&err, ERR_PARSE, "x");
	error_list_add(&l, &err);
	assert_int_equal(l.count, 0);
	assert_int_equal(error_list_total(&l), 1);
	arena_release(&a);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_error_kinds_are_dotted_words),
		cmocka_unit_test(test_error_set_starts_anew),
		cmocka_unit_test(test_error_takes_its_own_text_as_argument),
		cmocka_unit_test(test_error_context_comes_before_the_message),
		cmocka_unit_test(test_error_place_is_the_first_one),
		cmocka_unit_test(test_error_cuts_between_characters),
		cmocka_unit_test(test_error_keeps_what_just_fits),
		cmocka_unit_test(test_error_names_what_the_system_says),
		cmocka_unit_test(test_error_works_without_memory),
		cmocka_unit_test(test_error_prints),
		cmocka_unit_test(test_error_list_counts_what_it_drops),
		cmocka_unit_test(test_error_list_drops_without_memory),
	};

	return cmocka_run_group_tests_name("error", tests, NULL, NULL);
}
