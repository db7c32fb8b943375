#include "harness/base/file.h"

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/base/mem.h"
#include "tests/unit/expect.h"

/* Each test works in a folder of its own, which is the current one. */
static struct arena arena;
static char folder[64];

static int setup(void **state)
{
	*state = NULL;
	arena_init(&arena, SIZE_MAX);
	(void)snprintf(folder, sizeof(folder), "/tmp/postflight-test-file-XXXXXX");
	return !mkdtemp(folder) || chdir(folder);
}

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st;
	(void)flag;
	(void)ftw;
	return remove(path);
}

static int teardown(void **state)
{
	(void)state;
	arena_release(&arena);
	return chdir("/") || nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static void make(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	assert_int_equal(close(fd), 0);
}

static void expect_content(const char *path, const char *want)
{
	struct str got = { NULL, 0 };
	struct error err;

	if (file_read(&arena, path, SIZE_MAX, &got, &err))
		fail_msg("%s: %s", path, err.message);
	expect_text(path, got, want);
}

/* Names in the current folder, but "." and "..": none may be left over. */
static void expect_names(int want)
{
	DIR *dir = opendir(".");
	int count = -2;

	assert_non_null(dir);
	while (readdir(dir))
		count++;
	assert_int_equal(closedir(dir), 0);
	assert_int_equal(count, want);
}

static void expect_mode(const char *path, unsigned want)
{
	struct stat st;

	assert_int_equal(lstat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, want);
	assert_true(S_ISREG(st.st_mode));
}

static void test_file_read_takes_all_bytes(void **state)
{
	static const char bytes[] = "a\0b\r\n\xff";
	struct str got = { NULL, 0 };
	struct error err;
	int fd = open("x", O_WRONLY | O_CREAT, 0644);

	(void)state;
	assert_int_equal(file_write_all(fd, str_make(bytes, sizeof(bytes) - 1), "x", &err), 0);
	assert_int_equal(close(fd), 0);
	assert_int_equal(file_read(&arena, "x", SIZE_MAX, &got, &err), 0);
	expect_str("bytes", got, str_make(bytes, sizeof(bytes) - 1));
	assert_int_equal(got.p[got.n], '\0');
}

static void test_file_read_takes_little_memory_for_little(void **state)
{
	struct str got = { NULL, 0 };
	struct error err;
	uint64_t before;

	(void)state;
	make("small", "GET /\n");
	before = mem_stats().bytes;
	assert_int_equal(file_read(&arena, "small", SIZE_MAX, &got, &err), 0);
	expect_str("bytes", got, STR("GET /\n"));
	assert_true(mem_stats().bytes - before < 3 * 4096);
}

static void test_file_read_knows_an_empty_file(void **state)
{
	struct str got = { NULL, 0 };
	struct error err;

	(void)state;
	make("empty", "");
	assert_int_equal(file_read(&arena, "empty", 0, &got, &err), 0);
	assert_non_null(got.p);
	assert_int_equal(got.n, 0);
}

static void test_file_read_stops_at_its_limit(void **state)
{
	struct str got = STR("untouched");
	struct error err;

	(void)state;
	make("five", "12345");
	assert_int_equal(file_read(&arena, "five", 4, &got, &err), -1);
	assert_int_equal(err.code, ERR_LIMIT);
	assert_string_equal(err.message, "cannot read 'five': it is larger than 4 bytes");
	expect_text("result", got, "untouched");
	assert_int_equal(file_read(&arena, "five", 5, &got, &err), 0);
	expect_text("result", got, "12345");
	assert_int_equal(file_read(&arena, "/dev/zero", 100000, &got, &err), -1);
	assert_int_equal(err.code, ERR_LIMIT);
}

static void test_file_read_says_what_is_wrong(void **state)
{
	static const struct {
		const char *path, *message;
	} rows[] = {
		{ "none", "cannot read 'none': No such file or directory" },
		{ ".", "cannot read '.': Is a directory" },
		{ "f/x", "cannot read 'f/x': Not a directory" },
		{ "loop", "cannot read 'loop': Too many levels of symbolic links" },
	};
	struct str got;
	struct error err;

	(void)state;
	make("f", "");
	assert_int_equal(symlink("loop", "loop"), 0);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		assert_int_equal(file_read(&arena, rows[i].path, 10, &got, &err), -1);
		assert_int_equal(err.code, ERR_FILE);
		assert_string_equal(err.message, rows[i].message);
	}
}

static void test_file_read_fd_goes_on_to_the_end_of_a_pipe(void **state)
{
	struct str got = { NULL, 0 };
	struct error err;
	int fds[2];

	(void)state;
	assert_int_equal(pipe(fds), 0);
	assert_int_equal(file_write_all(fds[1], STR("one"), "pipe", &err), 0);
	assert_int_equal(file_write_all(fds[1], STR(" two"), "pipe", &err), 0);
	assert_int_equal(close(fds[1]), 0);
	assert_int_equal(file_read_fd(&arena, fds[0], "pipe", 100, &got, &err), 0);
	expect_text("pipe", got, "one two");
	assert_int_equal(close(fds[0]), 0);
	assert_int_equal(file_read_fd(&arena, -1, "gone", 100, &got, &err), -1);
	assert_string_equal(err.message, "cannot read 'gone': Bad file descriptor");
}

static void test_file_write_all_says_what_is_wrong(void **state)
{
	struct error err;
	int fd = open("/dev/full", O_WRONLY);

	(void)state;
	assert_int_equal(file_write_all(-1, STR(""), "nothing", &err), 0);
	assert_int_equal(file_write_all(fd, STR("x"), "full", &err), -1);
	assert_int_equal(err.code, ERR_FILE);
	assert_string_equal(err.message, "cannot write 'full': No space left on device");
	assert_int_equal(close(fd), 0);
}

enum { MUCH = 1024 * 1024 };

static void *write_much(void *fd)
{
	struct strbuf sb;
	struct error err;
	int rc;

	strbuf_init(&sb, MUCH);
	strbuf_add_repeat(&sb, 'x', MUCH);
	rc = file_write_all(*(const int *)fd, strbuf_str(&sb), "pipe", &err);
	strbuf_release(&sb);
	return rc || close(*(const int *)fd) ? fd : NULL;
}

/* Whoever shares a pipe with us may have made it non-blocking: both ends wait for each other. */
static void test_file_takes_descriptors_that_do_not_block(void **state)
{
	struct str got = { NULL, 0 };
	struct error err;
	pthread_t writer;
	void *failed;
	int fds[2];

	(void)state;
	assert_int_equal(pipe2(fds, O_NONBLOCK | O_CLOEXEC), 0);
	assert_int_equal(pthread_create(&writer, NULL, write_much, &fds[1]), 0);
	int rc = file_read_fd(&arena, fds[0], "pipe", MUCH, &got, &err);
	assert_int_equal(pthread_join(writer, &failed), 0);
	assert_int_equal(rc, 0);
	assert_null(failed);
	assert_int_equal(got.n, MUCH);
	assert_int_equal(close(fds[0]), 0);
}

static void test_file_replace_makes_and_replaces(void **state)
{
	struct error err;
	mode_t before = umask(077);

	(void)state;
	assert_int_equal(file_replace("report.xml", STR("one"), 0644, &err), 0);
	expect_content("report.xml", "one");
	expect_mode("report.xml", 0644);
	assert_int_equal(file_replace("./report.xml", STR("two"), 0600, &err), 0);
	expect_content("report.xml", "two");
	expect_mode("report.xml", 0600);
	assert_int_equal(file_replace("report.xml", STR(""), 0644, &err), 0);
	expect_content("report.xml", "");
	expect_names(1);
	(void)umask(before);
}

static void test_file_replace_is_seen_as_a_whole(void **state)
{
	struct str old = { NULL, 0 };
	struct error err;
	int fd;

	(void)state;
	make("r", "old");
	fd = open("r", O_RDONLY);
	assert_int_equal(file_replace("r", STR("new text"), 0644, &err), 0);
	assert_int_equal(file_read_fd(&arena, fd, "r", 100, &old, &err), 0);
	expect_text("who had it open", old, "old");
	expect_content("r", "new text");
	assert_int_equal(close(fd), 0);
}

static void test_file_replace_replaces_a_link(void **state)
{
	struct error err;

	(void)state;
	make("target", "kept");
	assert_int_equal(symlink("target", "link"), 0);
	assert_int_equal(file_replace("link", STR("new"), 0644, &err), 0);
	expect_content("target", "kept");
	expect_content("link", "new");
	expect_mode("link", 0644);
}

static void test_file_replace_takes_over_what_a_killed_run_left(void **state)
{
	struct error err;
	const char *left = arena_printf(&arena, ".r.postflight.%ld", (long)getpid()).p;

	(void)state;
	make("outside", "kept");
	assert_int_equal(symlink("outside", left), 0);
	assert_int_equal(file_replace("r", STR("new"), 0644, &err), 0);
	expect_content("r", "new");
	expect_mode("r", 0644);
	expect_content("outside", "kept");
	expect_names(2);
}

static void test_file_replace_leaves_the_old_file_on_failure(void **state)
{
	static const struct {
		const char *path, *message;
	} rows[] = {
		{ "none/r", "cannot write 'none/r': No such file or directory" },
		{ "full", "cannot replace 'full': Is a directory" },
	};
	struct error err;

	(void)state;
	assert_int_equal(mkdir("full", 0755), 0);
	make("full/x", "kept");
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		assert_int_equal(file_replace(rows[i].path, STR("new"), 0644, &err), -1);
		assert_int_equal(err.code, ERR_FILE);
		assert_string_equal(err.message, rows[i].message);
	}
	expect_content("full/x", "kept");
	expect_names(1);
}

/* A limit on the size of files stands for a full disk. */
static void test_file_replace_leaves_the_old_file_when_the_disk_is_full(void **state)
{
	struct rlimit before, small;
	struct error err;

	(void)state;
	make("r", "old");
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	small = (struct rlimit){ .rlim_cur = 4, .rlim_max = before.rlim_max };
	assert_true(signal(SIGXFSZ, SIG_IGN) != SIG_ERR);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	int rc = file_replace("r", STR("much longer"), 0644, &err);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_int_equal(rc, -1);
	assert_string_equal(err.message, "cannot write 'r': File too large");
	expect_content("r", "old");
	expect_names(1);
}

static void test_file_replace_writes_a_fifo_that_is_read(void **state)
{
	struct str got = { NULL, 0 };
	struct error err;
	int fd;

	(void)state;
	assert_int_equal(mkfifo("fifo", 0600), 0);
	assert_int_equal(file_replace("fifo", STR("x"), 0644, &err), -1);
	assert_string_equal(err.message, "cannot write 'fifo': nobody reads from it");
	fd = open("fifo", O_RDONLY | O_NONBLOCK);
	assert_int_equal(file_replace("fifo", STR("text"), 0644, &err), 0);
	assert_int_equal(file_read_fd(&arena, fd, "fifo", 100, &got, &err), 0);
	expect_text("fifo", got, "text");
	assert_int_equal(close(fd), 0);
	expect_names(1);
}

static void test_file_replace_writes_devices_directly(void **state)
{
	struct error err;

	(void)state;
	assert_int_equal(file_replace("/dev/null", STR("x"), 0600, &err), 0);
	assert_int_equal(file_replace("/dev/full", STR("x"), 0600, &err), -1);
	assert_string_equal(err.message, "cannot write '/dev/full': No space left on device");
}

static void test_file_replace_writes_open_descriptors(void **state)
{
	static const char *const folders[] = { "/dev/fd", "/proc/self/fd" };
	struct error err;
	int fd = open("out", O_WRONLY | O_CREAT, 0644);

	(void)state;
	assert_int_equal(file_write_all(fd, STR("first "), "out", &err), 0);
	for (size_t i = 0; i < ARRAY_SIZE(folders); i++) {
		const char *path = arena_printf(&arena, "%s/%d", folders[i], fd).p;

		assert_int_equal(file_replace(path, STR("more "), 0600, &err), 0);
	}
	assert_int_equal(close(fd), 0);
	expect_content("out", "first more more ");
	expect_mode("out", 0644);
}

static void test_file_replace_writes_stdout_where_it_is(void **state)
{
	struct error err;
	int saved = dup(1);
	int fd = open("out", O_WRONLY | O_CREAT, 0644);

	(void)state;
	assert_int_equal(fflush(stdout), 0);
	assert_int_equal(dup2(fd, 1), 1);
	int rc = file_replace("/dev/stdout", STR("a"), 0644, &err) ||
		 file_replace("/dev/stdout", STR("b"), 0644, &err);
	assert_int_equal(dup2(saved, 1), 1);
	assert_int_equal(close(saved) || close(fd), 0);
	assert_int_equal(rc, 0);
	expect_content("out", "ab");
	assert_true(file_exists("/dev/stdout"));
}

static void test_file_open_direct_gives_what_may_be_closed(void **state)
{
	struct error err;
	int fd = -1;
	bool owned = true;

	(void)state;
	make("plain", "");
	assert_int_equal(symlink("/dev/null", "link"), 0);
	assert_false(file_is_direct("plain") || file_is_direct("none") || file_is_direct("."));
	assert_false(file_is_direct("link"));
	assert_true(file_is_direct("/dev/stderr") && file_is_direct("/dev/null"));
	assert_int_equal(file_open_direct("/dev/fd/2", &fd, &owned, &err), 0);
	assert_int_equal(fd, 2);
	assert_false(owned);
	assert_int_equal(file_open_direct("/dev/null", &fd, &owned, &err), 0);
	assert_true(owned);
	assert_int_equal(close(fd), 0);
	assert_int_equal(mkfifo("fifo", 0600), 0);
	assert_int_equal(file_open_direct("fifo", &fd, &owned, &err), -1);
	assert_string_equal(err.message, "cannot write 'fifo': nobody reads from it");
}

static void test_file_tells_what_is_there(void **state)
{
	static const struct {
		const char *path;
		bool exists, is_directory;
	} rows[] = {
		{ "f", true, false }, { "d", true, true }, { "to-d", true, true },
		{ "dangling", false, false }, { "none", false, false }, { "", false, false },
	};

	(void)state;
	make("f", "");
	assert_int_equal(mkdir("d", 0755), 0);
	assert_int_equal(symlink("d", "to-d"), 0);
	assert_int_equal(symlink("none", "dangling"), 0);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		expect_int(rows[i].path, file_exists(rows[i].path), rows[i].exists);
		expect_int(rows[i].path, file_is_directory(rows[i].path), rows[i].is_directory);
	}
}

static const char *const suffixes[] = { ".hurl", ".suite", ".sql", NULL };

/* A tree with what must be found and what must not. */
static void make_tree(void)
{
	static const char *const folders[] = { "t", "t/b", "t/b/c", "t/.git", "t/d.sql" };
	static const char *const files[] = {
		"t/b.hurl", "t/a.suite", "t/b/z.sql", "t/b/c/A.sql", "t/d.sql/in.sql",
		"t/b.txt", "t/.hidden.sql", "t/.git/x.sql", "t/sql", "t/x.sql.bak",
	};

	for (size_t i = 0; i < ARRAY_SIZE(folders); i++)
		assert_int_equal(mkdir(folders[i], 0755), 0);
	for (size_t i = 0; i < ARRAY_SIZE(files); i++)
		make(files[i], "");
	assert_int_equal(symlink("a.suite", "t/link.suite"), 0);
	assert_int_equal(symlink("none", "t/dangling.sql"), 0);
	assert_int_equal(symlink("..", "t/b/up"), 0);
}

static void expect_walk(const char *path, const char *const *want)
{
	const char *const *got = NULL;
	size_t count = 77;
	struct error err;

	if (file_walk(&arena, path, suffixes, 100, &got, &count, &err))
		fail_msg("%s: %s", path, err.message);
	for (size_t i = 0; i < count; i++)
		expect_text(path, str_from(got[i]), want[i] ? want[i] : "(no more)");
	assert_null(want[count]);
}

static void test_file_walk_finds_files_in_byte_order(void **state)
{
	static const char *const all[] = {
		"t/a.suite", "t/b.hurl", "t/b/c/A.sql", "t/b/z.sql", "t/d.sql/in.sql",
		"t/link.suite", NULL,
	};
	static const char *const below[] = { "b/c/A.sql", "b/z.sql", NULL };
	static const char *const one[] = { "t/b.txt", NULL };
	static const char *const none[] = { NULL };

	(void)state;
	make_tree();
	expect_walk("t", all);
	expect_walk("t/", all);
	expect_walk("t/b.txt", one);
	assert_int_equal(mkdir("nothing", 0755), 0);
	expect_walk("nothing", none);
	assert_int_equal(chdir("t"), 0);
	assert_int_equal(remove("a.suite") || remove("b.hurl") || remove("d.sql/in.sql"), 0);
	expect_walk(".", below);
	assert_int_equal(chdir(".."), 0);
}

static void test_file_walk_says_what_is_wrong(void **state)
{
	const char *const *got = NULL;
	size_t count = 77;
	struct error err;

	(void)state;
	make_tree();
	assert_int_equal(file_walk(&arena, "none", suffixes, 100, &got, &count, &err), -1);
	assert_int_equal(err.code, ERR_FILE);
	assert_string_equal(err.message, "cannot read 'none': No such file or directory");
	assert_int_equal(file_walk(&arena, "t", suffixes, 5, &got, &count, &err), -1);
	assert_int_equal(err.code, ERR_LIMIT);
	assert_string_equal(err.message, "cannot read 't': more than 5 files");
	assert_int_equal(count, 77);
	assert_int_equal(file_walk(&arena, "t", suffixes, 6, &got, &count, &err), 0);
	assert_int_equal(count, 6);
}

/* Makes each allocation of a call fail in turn: always the error, never a leak or half a file. */
static void test_file_survives_failing_allocations(void **state)
{
	const char *const *files;
	struct str got;
	size_t count;
	struct error err;
	uint64_t n = 0;
	int rc;

	(void)state;
	make_tree();
	make("r", "old");
	do {
		if (!mem_fail_after(n))
			skip();		/* only torture builds can make one fail */
		uint64_t before = mem_stats().allocations;
		rc = file_read(&arena, "r", 100, &got, &err) ||
		     file_walk(&arena, "t", suffixes, 100, &files, &count, &err) ||
		     file_replace("r", STR("new"), 0644, &err);
		if (mem_stats().allocations - before > n)
			assert_true(rc);
		if (rc) {
			assert_int_equal(err.code, ERR_OOM);
			arena_release(&arena);
			expect_content("r", "old");
		}
		n++;
	} while (rc);
	assert_true(mem_fail_after(UINT64_MAX));
	assert_true(n > 2);
	expect_content("r", "new");
	expect_names(2);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		IN_FOLDER(test_file_read_takes_all_bytes),
		IN_FOLDER(test_file_read_takes_little_memory_for_little),
		IN_FOLDER(test_file_read_knows_an_empty_file),
		IN_FOLDER(test_file_read_stops_at_its_limit),
		IN_FOLDER(test_file_read_says_what_is_wrong),
		IN_FOLDER(test_file_read_fd_goes_on_to_the_end_of_a_pipe),
		IN_FOLDER(test_file_write_all_says_what_is_wrong),
		IN_FOLDER(test_file_takes_descriptors_that_do_not_block),
		IN_FOLDER(test_file_replace_makes_and_replaces),
		IN_FOLDER(test_file_replace_is_seen_as_a_whole),
		IN_FOLDER(test_file_replace_replaces_a_link),
		IN_FOLDER(test_file_replace_takes_over_what_a_killed_run_left),
		IN_FOLDER(test_file_replace_leaves_the_old_file_on_failure),
		IN_FOLDER(test_file_replace_leaves_the_old_file_when_the_disk_is_full),
		IN_FOLDER(test_file_replace_writes_a_fifo_that_is_read),
		IN_FOLDER(test_file_replace_writes_devices_directly),
		IN_FOLDER(test_file_replace_writes_open_descriptors),
		IN_FOLDER(test_file_replace_writes_stdout_where_it_is),
		IN_FOLDER(test_file_open_direct_gives_what_may_be_closed),
		IN_FOLDER(test_file_tells_what_is_there),
		IN_FOLDER(test_file_walk_finds_files_in_byte_order),
		IN_FOLDER(test_file_walk_says_what_is_wrong),
		IN_FOLDER(test_file_survives_failing_allocations),
	};

	return cmocka_run_group_tests_name("file", tests, NULL, NULL);
}
