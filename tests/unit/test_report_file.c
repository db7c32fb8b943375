#include "harness/report/report_file.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "reports/reports.h"
#include "tests/unit/expect.h"
#include "tests/unit/report_bench.h"

static const struct sample_options green = { .seed = 1, .suites = 2, .entries = 6 };

static size_t files_here(void)
{
	DIR *d = opendir(".");
	size_t n = 0;

	assert_non_null(d);
	while (readdir(d))
		n++;
	closedir(d);
	return n - 2;		/* "." and ".." */
}

static void make(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	assert_int_equal(close(fd), 0);
}

static bool has(struct report_bench *b, const char *path, const char *needle)
{
	return str_find(report_bench_read(b, path), str_from(needle)) != SIZE_MAX;
}

#define ALL "junit=a.xml tap=a.tap jsonl=a.jsonl"

static void expect_red(struct report_bench *b)
{
	struct str record = report_bench_read(b, "a.jsonl");

	assert_true(has(b, "a.xml", "</testsuites>\n"));
	assert_true(has(b, "a.xml", "<error message=\"the run has not finished\" type=\"postflight.error.aborted\">"));
	assert_true(has(b, "a.tap", "\nBail out! run 20261124T031500Z-7f3a has not finished\n"));
	assert_true(record.n > 0 && str_find(record, STR("\"run_end\"")) == SIZE_MAX);
	assert_true(str_ends_with(record, STR("}\n")));
}

/* From the moment they are open, and in place of what was green yesterday. */
static void test_report_file_placeholder(void **state)
{
	struct report_bench *b = *state;

	make("a.xml", "<testsuites tests=\"1\" failures=\"0\"/>");
	make("a.tap", "1..1\nok 1\n");
	make("a.jsonl", "{\"ev\":\"run_end\",\"verdict\":\"pass\"}\n");
	report_bench_open(b, ALL, false);
	expect_red(b);
	assert_true(has(b, "a.xml", "<testcase name=\"run completed\""));
	report_bench_close(b);
	expect_red(b);
	assert_int_equal(files_here(), 3);
}

static void test_report_file_killed(void **state)
{
	struct report_bench *b = *state;
	struct sample_options o = green;

	o.ending = SAMPLE_KILLED;
	report_bench_open(b, ALL, false);
	(void)sample_report(&o, b->set);
	report_bench_close(b);
	expect_red(b);
}

/* Every 10 s, at the end of a suite already after a second; what is shown is red until the end. */
static void test_report_file_renewal(void **state)
{
	struct report_bench *b = *state;
	struct sample_options o = green;
	struct event suite_end = { .kind = EVENT_SUITE_END };

	o.ending = SAMPLE_KILLED;
	report_bench_open(b, ALL, false);
	(void)sample_report(&o, b->set);
	assert_false(has(b, "a.tap", "\nok 1 - "));
	b->clock.mono_us += 999999;
	report_set_tick(b->set);
	assert_false(has(b, "a.tap", "\nok 1 - "));
	b->clock.mono_us += 1;
	report_set_tick(b->set);			/* a suite had ended */
	assert_true(has(b, "a.tap", "\nok 1 - "));
	assert_true(has(b, "a.tap", "status: \"not_run\""));
	expect_red(b);

	report_bench_event(b, (struct event){ .kind = EVENT_LOG });
	make("a.tap", "mark");
	b->clock.mono_us += 9999999;
	report_set_tick(b->set);
	assert_true(has(b, "a.tap", "mark"));
	b->clock.mono_us += 1;
	report_set_tick(b->set);
	assert_false(has(b, "a.tap", "mark"));

	make("a.tap", "mark");
	b->clock.mono_us += 60000000;
	report_set_tick(b->set);
	assert_true(has(b, "a.tap", "mark"));		/* nothing new */
	report_bench_event(b, suite_end);
	assert_false(has(b, "a.tap", "mark"));
}

static void test_report_file_finish(void **state)
{
	struct report_bench *b = *state;
	struct str record, line;
	struct error err;
	uint64_t seq = 0;

	report_bench_open(b, ALL, false);
	(void)sample_report(&green, b->set);
	assert_true(has(b, "a.xml", "tests=\"6\" failures=\"0\" errors=\"0\""));
	assert_false(has(b, "a.xml", "<error"));
	assert_false(has(b, "a.tap", "Bail out!"));
	record = report_bench_read(b, "a.jsonl");
	while (record.n) {
		struct event e;
		struct str run_id;

		line = str_cut(&record, '\n');
		assert_int_equal(event_read(&b->arena, line, &e, &run_id, &err), 0);
		assert_int_equal(e.seq, seq++);
	}
	assert_true(str_find(line, STR("\"ev\":\"run_end\",\"verdict\":\"pass\",\"exit\":0")) != SIZE_MAX);
	assert_int_equal(files_here(), 3);
}

/* Behind the end nothing is renewed. */
static void test_report_file_after_the_end(void **state)
{
	struct report_bench *b = *state;

	report_bench_open(b, ALL, true);
	(void)sample_report(&green, b->set);
	make("a.tap", "mark");
	b->clock.mono_us += 60000000;
	report_set_tick(b->set);
	report_set_status(b->set);
	assert_true(has(b, "a.tap", "mark"));
}

static void test_report_file_unwritable(void **state)
{
	struct report_bench *b = *state;
	static const char *const specs[] = {
		"junit=a.xml tap=missing/a.tap", "junit=a.xml tap=folder", "jsonl=missing/a junit=a.xml",
		"tap=/proc/nothing/here",
	};
	struct error err;

	make("a.xml", "yesterday");
	assert_int_equal(mkdir("folder", 0755), 0);
	for (size_t i = 0; i < ARRAY_SIZE(specs); i++) {
		expect_int(specs[i], report_bench_try(b, specs[i], false, &err), -1);
		expect_int(specs[i], err.code, ERR_FILE);
		expect_true(specs[i], has(b, "a.xml", "yesterday"));
		expect_int(specs[i], (intmax_t)files_here(), 2);
	}
}

/* One that cannot be written is told; the others are written, and its placeholder stands. */
static void test_report_file_lost(void **state)
{
	struct report_bench *b = *state;
	struct error err = { .code = ERR_NONE };

	assert_int_equal(mkdir("later", 0755), 0);
	report_bench_open(b, "junit=later/a.xml tap=a.tap", false);
	assert_int_equal(rename("later", "gone"), 0);
	assert_int_equal(report_bench_finish(b, &err), 1);
	assert_int_equal(err.code, ERR_FILE);
	assert_true(strstr(err.message, "later/a.xml") != NULL);
	assert_true(has(b, "gone/a.xml", "the run has not finished"));
	assert_false(has(b, "a.tap", "Bail out!"));
}

static void test_report_file_mode_and_links(void **state)
{
	struct report_bench *b = *state;
	struct stat st;

	make("target", "untouched");
	assert_int_equal(symlink("target", "a.xml"), 0);
	b->mode = 0600;
	report_bench_open(b, ALL, false);
	(void)sample_report(&green, b->set);
	assert_int_equal(lstat("a.xml", &st), 0);
	assert_true(S_ISREG(st.st_mode));
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(stat("a.jsonl", &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_true(has(b, "target", "untouched"));
}

/* A path that is another name of an open descriptor: live where the format can, else once at the end. */
static void test_report_file_direct(void **state)
{
	struct report_bench *b = *state;
	int tap = open("tap", O_WRONLY | O_CREAT, 0600);
	int xml = open("xml", O_WRONLY | O_CREAT, 0600);
	char specs[64];

	assert_true(tap >= 0 && xml >= 0);
	(void)snprintf(specs, sizeof(specs), "tap=/dev/fd/%d junit=/dev/fd/%d", tap, xml);
	report_bench_open(b, specs, false);
	assert_int_equal(report_bench_read(b, "xml").n, 0);
	(void)sample_report(&green, b->set);
	assert_true(has(b, "tap", "TAP version 13\n1..6\n"));
	assert_int_equal(report_bench_count(report_bench_read(b, "tap"), "\nok "), 6);
	assert_true(has(b, "xml", "tests=\"6\""));
	assert_int_equal(close(tap) | close(xml), 0);
}

static void open_live(struct report_bench *b, int fd)
{
	char spec[64];

	(void)snprintf(spec, sizeof(spec), "jsonl=/dev/fd/%d", fd);
	report_bench_open(b, spec, false);
}

/* Nobody is waited for while the reader keeps up. */
static void test_report_file_is_quick_on_a_pipe_that_is_read(void **state)
{
	struct report_bench *b = *state;
	char bytes[16384] = { 0 };
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	open_live(b, ends[1]);
	assert_true(report_set_is_quick(b->set));
	assert_int_equal(write(ends[1], bytes, sizeof(bytes)), sizeof(bytes));
	assert_false(report_set_is_quick(b->set));
	assert_int_equal(read(ends[0], bytes, sizeof(bytes)), sizeof(bytes));
	assert_true(report_set_is_quick(b->set));
	report_bench_close(b);
	assert_int_equal(close(ends[0]) | close(ends[1]), 0);
}

static void test_report_file_is_not_quick_on_a_socket(void **state)
{
	struct report_bench *b = *state;
	int ends[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	open_live(b, ends[1]);
	assert_false(report_set_is_quick(b->set));
	report_bench_close(b);
	assert_int_equal(close(ends[0]) | close(ends[1]), 0);
}

/* A renewal is a rename and an fsync. */
static void test_report_file_is_quick_until_a_file_may_be_renewed(void **state)
{
	struct report_bench *b = *state;

	report_bench_open(b, ALL, true);
	assert_true(report_set_is_quick(b->set));
	b->clock.mono_us += 999999;
	assert_true(report_set_is_quick(b->set));
	b->clock.mono_us += 1;
	assert_false(report_set_is_quick(b->set));
	report_bench_close(b);
	report_bench_open(b, "jsonl=a.jsonl", true);	/* it only grows */
	b->clock.mono_us += 60000000;
	assert_true(report_set_is_quick(b->set));
}

static void test_report_file_full_device(void **state)
{
	struct report_bench *b = *state;
	struct error err = { .code = ERR_NONE };

	report_bench_open(b, "jsonl=/dev/full junit=a.xml", false);
	report_bench_event(b, (struct event){ .kind = EVENT_LOG });
	assert_int_equal(report_bench_finish(b, &err), 1);
	assert_true(strstr(err.message, "/dev/full") != NULL);
	assert_true(has(b, "a.xml", "no entries"));
}

static void test_report_spec(void **state)
{
	static const struct {
		const char *text;
		const char *problem;	/* NULL: fine */
	} rows[] = {
		{ "junit=out/a.xml", NULL },
		{ "junit=a.xml,dialect=rich,per=file", NULL },
		{ "tap=-", NULL },
		{ "junit", "report 'junit' needs a path" },
		{ "junit=", "report 'junit' needs a path" },
		{ "junt=a.xml", "unknown report 'junt'" },
		{ "=a.xml", "unknown report ''" },
		{ "", "unknown report ''" },
		{ "junit=a.xml,dialect=poor", "does not take 'poor', only auto, portable, rich, ant" },
		{ "junit=a.xml,colour=red", "report 'junit' has no option 'colour=red'" },
		{ "junit=a.xml,dialect", "report 'junit' has no option 'dialect'" },
		{ "tap=a,per=file", "report 'tap' has no option 'per=file'" },
	};
	struct report_bench *b = *state;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct report_spec spec;
		struct error err = { .code = ERR_NONE };
		int rc = report_spec_parse(&b->arena, reporters, nreporters, rows[i].text, &spec, &err);

		expect_int(rows[i].text, rc, rows[i].problem ? -1 : 0);
		if (!rows[i].problem)
			continue;
		expect_int(rows[i].text, err.code, ERR_USAGE);
		if (!strstr(err.message, rows[i].problem))
			fail_msg("%s: %s", rows[i].text, err.message);
	}
}

static void test_report_spec_names_the_nearest(void **state)
{
	struct report_bench *b = *state;
	struct report_spec spec;
	struct error err;

	assert_int_equal(report_spec_parse(&b->arena, reporters, nreporters, "junt=x", &spec, &err), -1);
	assert_string_equal(err.note, "did you mean 'junit'?");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, report_bench_setup, report_bench_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_report_file_placeholder),
		TEST(test_report_file_killed),
		TEST(test_report_file_renewal),
		TEST(test_report_file_finish),
		TEST(test_report_file_after_the_end),
		TEST(test_report_file_unwritable),
		TEST(test_report_file_lost),
		TEST(test_report_file_mode_and_links),
		TEST(test_report_file_direct),
		TEST(test_report_file_is_quick_on_a_pipe_that_is_read),
		TEST(test_report_file_is_not_quick_on_a_socket),
		TEST(test_report_file_is_quick_until_a_file_may_be_renewed),
		TEST(test_report_file_full_device),
		TEST(test_report_spec),
		TEST(test_report_spec_names_the_nearest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
