#include "harness/base/source.h"

#include "tests/unit/expect.h"

static int setup(void **state)
{
	static struct arena a;

	arena_init(&a, SIZE_MAX);
	*state = &a;
	return 0;
}

static int teardown(void **state)
{
	arena_release(*state);
	return 0;
}

static void test_source_finds_line_and_column(void **state)
{
	static const struct {
		const char *name;
		struct str text;
		size_t at, line, column;
	} rows[] = {
		{ "empty text", STR_INIT(""), 0, 1, 1 },
		{ "beyond an empty text", STR_INIT(""), 7, 1, 1 },
		{ "first byte", STR_INIT("abc"), 0, 1, 1 },
		{ "end without a line end", STR_INIT("abc"), 3, 1, 4 },
		{ "the line end is of its line", STR_INIT("ab\ncd"), 2, 1, 3 },
		{ "first of the second line", STR_INIT("ab\ncd"), 3, 2, 1 },
		{ "end behind a line end", STR_INIT("ab\n"), 3, 2, 1 },
		{ "beyond the end is the end", STR_INIT("ab\nc"), 99, 2, 2 },
		{ "CR LF is one line end", STR_INIT("ab\r\ncd"), 5, 2, 2 },
		{ "a tab is one column", STR_INIT("\t\tx"), 2, 1, 3 },
		{ "two bytes are one column", STR_INIT("\xc3\xa9x"), 2, 1, 2 },
		{ "four bytes are one column", STR_INIT("\xf0\x9f\x98\x80x"), 4, 1, 2 },
		{ "a bad byte is one column", STR_INIT("\xff\xfex"), 2, 1, 3 },
		{ "NUL is one column", STR_INIT("a\0b"), 2, 1, 3 },
		{ "a byte order mark is not there", STR_INIT("\xef\xbb\xbfx"), 0, 1, 1 },
		{ "empty lines", STR_INIT("\n\n\n"), 2, 3, 1 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct source *s = source_new(*state, "t", rows[i].text);
		struct source_pos pos = source_pos(s, rows[i].at);

		expect_int(rows[i].name, (intmax_t)pos.line, (intmax_t)rows[i].line);
		expect_int(rows[i].name, (intmax_t)pos.column, (intmax_t)rows[i].column);
	}
}

static void test_source_gives_lines_without_their_end(void **state)
{
	const struct source *s = source_new(*state, "t", STR("\xef\xbb\xbfone\r\n\ntwo\rx\n"));

	assert_int_equal(s->nlines, 4);
	expect_text("0", source_line(s, 0), "");
	expect_text("1", source_line(s, 1), "one");
	expect_text("2", source_line(s, 2), "");
	expect_text("3", source_line(s, 3), "two\rx");
	expect_text("4", source_line(s, 4), "");
	expect_text("5", source_line(s, 5), "");
}

static void test_source_copies_its_name(void **state)
{
	char name[] = "a.suite";
	const struct source *s = source_new(*state, name, STR("x"));

	name[0] = 'b';
	assert_string_equal(s->name, "a.suite");
}

static void test_source_is_null_without_memory(void **state)
{
	struct arena small;

	(void)state;
	for (size_t max = 0; max < 128; max += 16) {
		arena_init(&small, max);
		assert_true(!source_new(&small, "name", STR("a\nb\n")) == arena_failed(&small));
		arena_release(&small);
	}
}

static void test_span_join_covers_both(void **state)
{
	static const struct {
		struct span a, b, want;
	} rows[] = {
		{ { 0, 2 }, { 5, 1 }, { 0, 6 } },
		{ { 5, 1 }, { 0, 2 }, { 0, 6 } },
		{ { 0, 9 }, { 3, 1 }, { 0, 9 } },
		{ { 4, 0 }, { 4, 0 }, { 4, 0 } },
		{ { 2, 3 }, { 4, 3 }, { 2, 5 } },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct span got = span_join(rows[i].a, rows[i].b);

		assert_int_equal(got.at, rows[i].want.at);
		assert_int_equal(got.n, rows[i].want.n);
	}
}

/* A text, a place in it, and the frame as it must look. */
struct frame_case {
	const char *name;
	struct str text;
	struct source_frame frame;
	const char *want;
};

static void check_frames(struct arena *a, const struct frame_case *rows, size_t n)
{
	struct strbuf sb;

	strbuf_init(&sb, SIZE_MAX);
	for (size_t i = 0; i < n; i++) {
		strbuf_clear(&sb);
		source_frame(&sb, source_new(a, "f.suite", rows[i].text), &rows[i].frame);
		expect_text(rows[i].name, strbuf_str(&sb), rows[i].want);
	}
	strbuf_release(&sb);
}

static void test_frame_puts_carets_under_the_span(void **state)
{
	static const struct frame_case rows[] = {
		{ "a word", STR_INIT("status nth 0 == 200\n"), { .span = { 7, 3 } },
		  "  --> f.suite:1:8\n"
		  "   |\n"
		  " 1 | status nth 0 == 200\n"
		  "   |        ^^^\n"
		  "   |\n" },
		{ "a place between two characters", STR_INIT("ab"), { .span = { 1, 0 } },
		  "  --> f.suite:1:2\n"
		  "   |\n"
		  " 1 | ab\n"
		  "   |  ^\n"
		  "   |\n" },
		{ "the end of the line", STR_INIT("ab\r\ncd"), { .span = { 2, 2 } },
		  "  --> f.suite:1:3\n"
		  "   |\n"
		  " 1 | ab\n"
		  "   |   ^\n"
		  "   |\n" },
		{ "the end of the file", STR_INIT("ab\n"), { .span = { 3, 0 } },
		  "  --> f.suite:2:1\n"
		  "   |\n"
		  " 2 |\n"
		  "   | ^\n"
		  "   |\n" },
		{ "beyond the end", STR_INIT("ab"), { .span = { 50, 4 } },
		  "  --> f.suite:1:3\n"
		  "   |\n"
		  " 1 | ab\n"
		  "   |   ^\n"
		  "   |\n" },
		{ "an empty file", STR_INIT(""), { .span = { 0, 0 } },
		  "  --> f.suite:1:1\n"
		  "   |\n"
		  " 1 |\n"
		  "   | ^\n"
		  "   |\n" },
		{ "a span over two lines", STR_INIT("one two\nthree\n"), { .span = { 4, 8 } },
		  "  --> f.suite:1:5\n"
		  "   |\n"
		  " 1 | one two\n"
		  "   |     ^^^\n"
		  "   |\n" },
		{ "a span as long as can be", STR_INIT("one"), { .span = { 1, SIZE_MAX } },
		  "  --> f.suite:1:2\n"
		  "   |\n"
		  " 1 | one\n"
		  "   |  ^^\n"
		  "   |\n" },
	};

	check_frames(*state, rows, ARRAY_SIZE(rows));
}

static void test_frame_shows_what_is_hard_to_see(void **state)
{
	static const struct frame_case rows[] = {
		{ "tabs before and in the span", STR_INIT("\ta\tbc d"), { .span = { 1, 4 } },
		  "  --> f.suite:1:2\n"
		  "   |\n"
		  " 1 |     a    bc d\n"
		  "   |     ^^^^^^^\n"
		  "   |\n" },
		{ "characters of many bytes", STR_INIT("\xc3\xa9\xe2\x82\xac \xc3\xb1u"),
		  { .span = { 6, 3 } },
		  "  --> f.suite:1:4\n"
		  "   |\n"
		  " 1 | \xc3\xa9\xe2\x82\xac \xc3\xb1u\n"
		  "   |    ^^\n"
		  "   |\n" },
		{ "controls and bad bytes", STR_INIT("\x1b[0m\xff x"), { .span = { 4, 1 } },
		  "  --> f.suite:1:5\n"
		  "   |\n"
		  " 1 | \\x1B[0m\\xFF x\n"
		  "   |        ^^^^\n"
		  "   |\n" },
		{ "a bidi override", STR_INIT("\xe2\x80\xae" "x"), { .span = { 3, 1 } },
		  "  --> f.suite:1:2\n"
		  "   |\n"
		  " 1 | \\u202Ex\n"
		  "   |       ^\n"
		  "   |\n" },
		{ "controls in the note", STR_INIT("x"),
		  { .span = { 0, 1 }, .note = STR_INIT("got \x1b[31m") },
		  "  --> f.suite:1:1\n"
		  "   |\n"
		  " 1 | x\n"
		  "   | ^ got \\x1B[31m\n"
		  "   |\n" },
	};

	check_frames(*state, rows, ARRAY_SIZE(rows));
}

static void test_frame_carries_notes(void **state)
{
	static const struct frame_case rows[] = {
		{ "beside the carets", STR_INIT("a bc"),
		  { .span = { 2, 2 }, .note = STR_INIT("needs a list") },
		  "  --> f.suite:1:3\n"
		  "   |\n"
		  " 1 | a bc\n"
		  "   |   ^^ needs a list\n"
		  "   |\n" },
		{ "of several lines", STR_INIT("a bc"),
		  { .span = { 2, 2 }, .note = STR_INIT("one\n\n  two\n") },
		  "  --> f.suite:1:3\n"
		  "   |\n"
		  " 1 | a bc\n"
		  "   |   ^^ one\n"
		  "   |\n"
		  "   |        two\n"
		  "   |\n" },
		{ "that start with an empty line", STR_INIT("a"),
		  { .span = { 0, 1 }, .note = STR_INIT("\nx") },
		  "  --> f.suite:1:1\n"
		  "   |\n"
		  " 1 | a\n"
		  "   | ^\n"
		  "   |   x\n"
		  "   |\n" },
		{ "of the line as a whole", STR_INIT("\njsonpath \"$.a\" == 1\n"),
		  { .span = { 1, 20 }, .column0 = true,
		    .note = STR_INIT("actual:   string <a>\nexpected: integer <1>") },
		  "  --> f.suite:2:0\n"
		  "   |\n"
		  " 2 | jsonpath \"$.a\" == 1\n"
		  "   |   actual:   string <a>\n"
		  "   |   expected: integer <1>\n"
		  "   |\n" },
		{ "none of the line as a whole", STR_INIT("a"), { .column0 = true },
		  "  --> f.suite:1:0\n"
		  "   |\n"
		  " 1 | a\n"
		  "   |\n" },
	};

	check_frames(*state, rows, ARRAY_SIZE(rows));
}

static void test_frame_names_the_entry(void **state)
{
	static const struct frame_case rows[] = {
		{ "far above", STR_INIT("\tGET /a\nHTTP 200\n[Asserts]\nx\n"),
		  { .span = { 27, 1 }, .entry = { 1, 6 } },
		  "  --> f.suite:4:1\n"
		  "   |\n"
		  "   |     GET /a\n"
		  "   | ...\n"
		  " 4 | x\n"
		  "   | ^\n"
		  "   |\n" },
		{ "on the line above", STR_INIT("GET /a\nHTTP 200\n"),
		  { .span = { 12, 3 }, .entry = { 0, 6 } },
		  "  --> f.suite:2:6\n"
		  "   |\n"
		  "   | GET /a\n"
		  " 2 | HTTP 200\n"
		  "   |      ^^^\n"
		  "   |\n" },
		{ "on the same line", STR_INIT("GET /a\n"),
		  { .span = { 4, 2 }, .entry = { 0, 6 } },
		  "  --> f.suite:1:5\n"
		  "   |\n"
		  " 1 | GET /a\n"
		  "   |     ^^\n"
		  "   |\n" },
		{ "below the place", STR_INIT("# owner: x\nGET /a\n"),
		  { .span = { 2, 5 }, .entry = { 11, 6 } },
		  "  --> f.suite:1:3\n"
		  "   |\n"
		  " 1 | # owner: x\n"
		  "   |   ^^^^^\n"
		  "   |\n" },
	};

	check_frames(*state, rows, ARRAY_SIZE(rows));
}

/* The field is as wide as the file's last line number, not as the one shown. */
static void test_frame_number_field_fits_the_file(void **state)
{
	static const struct {
		size_t lines;
		const char *want;
	} rows[] = {
		{ 9, "  --> w:1:1\n   |\n 1 | a\n   | ^ n\n   |\n" },
		{ 99, "  --> w:1:1\n   |\n 1 | a\n   | ^ n\n   |\n" },
		{ 100, "   --> w:1:1\n    |\n  1 | a\n    | ^ n\n    |\n" },
		{ 1000, "    --> w:1:1\n     |\n   1 | a\n     | ^ n\n     |\n" },
	};
	struct strbuf text, out;

	strbuf_init(&text, SIZE_MAX);
	strbuf_init(&out, SIZE_MAX);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		strbuf_clear(&text);
		strbuf_clear(&out);
		for (size_t line = 0; line < rows[i].lines; line++)
			strbuf_adds(&text, "a\n");
		source_frame(&out, source_new(*state, "w", strbuf_str(&text)),
			     &(struct source_frame){ .span = SPAN(0, 1), .note = STR("n") });
		expect_text(rows[i].want, strbuf_str(&out), rows[i].want);
	}
	strbuf_release(&text);
	strbuf_release(&out);
}

static void test_frame_number_field_fits_the_end_of_the_file(void **state)
{
	struct strbuf text, out;

	strbuf_init(&text, SIZE_MAX);
	strbuf_init(&out, SIZE_MAX);
	strbuf_add_repeat(&text, '\n', 99);
	source_frame(&out, source_new(*state, "w", strbuf_str(&text)),
		     &(struct source_frame){ .span = SPAN(99, 0) });
	expect_text("line 100 of 99", strbuf_str(&out),
		    "   --> w:100:1\n    |\n100 |\n    | ^\n    |\n");
	strbuf_release(&text);
	strbuf_release(&out);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_source_finds_line_and_column),
		cmocka_unit_test(test_source_gives_lines_without_their_end),
		cmocka_unit_test(test_source_copies_its_name),
		cmocka_unit_test(test_source_is_null_without_memory),
		cmocka_unit_test(test_span_join_covers_both),
		cmocka_unit_test(test_frame_puts_carets_under_the_span),
		cmocka_unit_test(test_frame_shows_what_is_hard_to_see),
		cmocka_unit_test(test_frame_carries_notes),
		cmocka_unit_test(test_frame_names_the_entry),
		cmocka_unit_test(test_frame_number_field_fits_the_file),
		cmocka_unit_test(test_frame_number_field_fits_the_end_of_the_file),
	};

	return cmocka_run_group_tests_name("source", tests, setup, teardown);
}
