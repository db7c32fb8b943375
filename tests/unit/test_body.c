#include "harness/run/body.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/base/file.h"
#include "harness/base/strbuf.h"
#include "tests/unit/expect.h"

/* A box, a folder for artifacts, and a secret. */
struct bench {
	struct box *box;
	struct secrets *secrets;
	struct artifacts *artifacts;
	struct arena arena;
	char folder[64];
	char kept[80];
};

static int set_up(void **state)
{
	struct error err = { 0 };
	struct bench *b = calloc(1, sizeof(*b));
	assert_non_null(b);
	arena_init(&b->arena, 64u << 20);
	(void)snprintf(b->folder, sizeof(b->folder), "/tmp/test_body.XXXXXX");
	if (!mkdtemp(b->folder))
		return -1;
	(void)snprintf(b->kept, sizeof(b->kept), "%s/kept", b->folder);
	b->secrets = secrets_new(&err);
	b->box = box_new(b->secrets, &clock_system, 0, 256u << 20);
	assert_int_equal(secrets_add(b->secrets, STR("key"), STR("hunter22"), NULL, &err), 0);
	assert_int_equal(artifacts_open(b->kept, 0644, &b->artifacts, &err), 0);
	*state = b;
	return 0;
}

static int tear_down(void **state)
{
	static const char *const names[] = { "id.req", "id.res" };
	struct bench *b = *state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		(void)unlink(arena_printf(&b->arena, "%s/%s", b->kept, names[i]).p);
	(void)rmdir(b->kept);
	(void)rmdir(b->folder);
	artifacts_close(b->artifacts);
	box_free(b->box);
	secrets_free(b->secrets);
	arena_release(&b->arena);
	free(b);
	return 0;
}

static struct named_values typed(struct bench *b, const char *type)
{
	struct named_value *item = arena_array(&b->arena, 1, sizeof(*item));
	item->name = STR("content-TYPE");
	item->value = value_string(&b->arena, str_from(type));
	return (struct named_values){ item, type ? 1 : 0 };
}

static struct body_shown show(struct bench *b, const char *type, struct str bytes, struct artifacts *artifacts)
{
	struct named_values headers = typed(b, type ? type : "");
	headers.count = type != NULL;
	return body_show(b->box, &(const struct body_source){ .raw = value_bytes(&b->arena, bytes), .headers = &headers,
					 .artifacts = artifacts, .name = STR("id.res") });
}

static struct str read_kept(struct bench *b)
{
	struct str text = { 0 };
	struct error err = { 0 };
	const char *path = arena_printf(&b->arena, "%s/id.res", b->kept).p;
	if (file_exists(path))
		assert_int_equal(file_read(&b->arena, path, 64u << 20, &text, &err), 0);
	return text;
}

/* Text is what its charset decodes without error and without NUL. */
static void test_body_text_or_not(void **state)
{
	static const struct {
		const char *row, *type;
		struct str bytes;
		const char *text;	/* NULL: bytes */
	} rows[] = {
		{ "UTF-8", NULL, STR_INIT("caf\xc3\xa9"), "caf\xc3\xa9" },
		{ "latin1", "text/plain; charset=latin1", STR_INIT("caf\xe9"), "caf\xc3\xa9" },
		{ "quoted", "text/plain; a=b; Charset=\"iso-8859-1\"", STR_INIT("caf\xe9"), "caf\xc3\xa9" },
		{ "no charset", "text/plain", STR_INIT("caf\xe9"), NULL },
		{ "wrong charset", "text/plain; charset=nonsense", STR_INIT("caf\xe9"), NULL },
		{ "NUL", "text/plain", STR_INIT("a\0b"), NULL },
		{ "NUL in latin1", "text/plain; charset=latin1", STR_INIT("a\0b\xe9"), NULL },
		{ "image", "image/png", STR_INIT("\x89PNG"), NULL },
	};
	struct bench *b = *state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct body_shown body = show(b, rows[i].type, rows[i].bytes, NULL);
		expect_int(rows[i].row, body.value->type, rows[i].text ? VALUE_STRING : VALUE_BYTES);
		expect_str(rows[i].row, body.value->text, rows[i].text ? str_from(rows[i].text) : rows[i].bytes);
		if (rows[i].text)
			expect_text(rows[i].row, body.note, "");
		else
			expect_true(rows[i].row, str_starts_with(body.note, STR("binary ")));
		expect_true(rows[i].row, !body.file.p && !body.cut);
	}
	expect_true("type", str_starts_with(show(b, "image/png; x=y", STR("\x89PNG"), NULL).note, STR("binary image/png, 4 B, sha256 ")));
	expect_true("no type", str_starts_with(show(b, NULL, STR("\x89PNG"), NULL).note, STR("binary, 4 B, sha256 ")));
	assert_null(body_show(b->box, &(const struct body_source){ 0 }).value);
}

static void test_body_compressed(void **state)
{
	struct bench *b = *state;
	struct named_value item = { .name = STR("Content-Encoding"), .value = value_string(&b->arena, STR("gzip")) };
	const struct named_values headers = { &item, 1 };
	struct body_source s = { .raw = value_bytes(&b->arena, STR("twelve bytes")), .headers = &headers, .encoded = 1024 };

	expect_text("both sizes", body_show(b->box, &s).note, "gzip 1 024 B, decoded 12 B");
	s.encoded = 0;
	expect_text("as it is", body_show(b->box, &s).note, "");
}

/* Short text needs no file; long or binary bodies are kept whole, masked; nothing is kept without a folder. */
static void test_body_file(void **state)
{
	struct bench *b = *state;
	struct strbuf sb;
	strbuf_init(&sb, 1 << 20);
	struct body_shown body = show(b, NULL, STR("short hunter22"), b->artifacts);
	assert_false(body.whole);
	assert_true(body.masked && !body.file.p && !read_kept(b).p);
	strbuf_adds(&sb, "hunter22 ");
	strbuf_add_repeat(&sb, 'x', BODY_ARGUMENT);
	body = show(b, NULL, strbuf_str(&sb), NULL);
	assert_true(!body.file.p && !read_kept(b).p);
	body = show(b, NULL, strbuf_str(&sb), b->artifacts);
	assert_true(body.whole && body.masked && !body.cut);
	expect_text("path", body.file, arena_printf(&b->arena, "%s/id.res", b->kept).p);
	expect_true("masked", str_starts_with(read_kept(b), STR("*** xxx")));
	expect_int("whole", (intmax_t)read_kept(b).n, BODY_ARGUMENT + 4);
	body = show(b, "a/b", STR("\0hunter22"), b->artifacts);
	expect_str("binary, masked, and replaced", read_kept(b), STR("\0***"));
	expect_true("named", str_ends_with(body.note, STR("/kept/id.res")));
	strbuf_clear(&sb);
	strbuf_add_repeat(&sb, '\n', BODY_LINES);
	assert_true(show(b, NULL, strbuf_str(&sb), b->artifacts).whole);
	strbuf_release(&sb);
}

static void test_body_ceilings(void **state)
{
	struct bench *b = *state;
	struct strbuf sb;
	strbuf_init(&sb, 64u << 20);
	strbuf_add_repeat(&sb, 'x', ARTIFACT_MAX + 1);
	struct body_shown body = show(b, NULL, strbuf_str(&sb), b->artifacts);
	assert_true(body.cut && !body.whole && body.file.p);
	assert_true(body.value->text.n <= BODY_KEPT && read_kept(b).n <= ARTIFACT_MAX);
	expect_true("cut", str_find(read_kept(b), STR(" bytes left out of 10 485 761, sha256 ")) != SIZE_MAX);
	expect_true("names the file", str_find(body.value->text, STR("/kept/id.res\n")) != SIZE_MAX);
	strbuf_addc(&sb, '\0');
	body = show(b, NULL, strbuf_str(&sb), b->artifacts);
	assert_true(body.cut && !body.whole && body.value->text.n == BODY_KEPT && read_kept(b).n == ARTIFACT_MAX);
	strbuf_release(&sb);
}

/* The folder goes away: a warning, counted, and the body is shown all the same. */
static void test_body_file_is_lost(void **state)
{
	struct bench *b = *state;
	assert_int_equal(artifacts_lost(NULL) + artifacts_lost(b->artifacts), 0);
	assert_int_equal(rmdir(b->kept), 0);
	struct body_shown body = show(b, NULL, STR("\0"), b->artifacts);
	assert_true(body.lost && !body.whole && !body.file.p && body.value);
	assert_int_equal(artifacts_lost(b->artifacts), 1);
	assert_int_equal(b->box->count, 1);
	assert_int_equal(b->box->events[0].kind, EVENT_LOG);
	expect_text("level", b->box->events[0].u.log.level, "warning");
	expect_true("path", str_find(b->box->events[0].u.log.text, STR("/kept/id.res")) != SIZE_MAX);
}

static void test_artifacts_open(void **state)
{
	struct bench *b = *state;
	struct artifacts *t = NULL;
	struct error err = { 0 };
	struct str path;
	struct stat st;
	assert_int_equal(artifacts_open(arena_printf(&b->arena, "%s/not/there", b->folder).p, 0644, &t, &err), -1);
	assert_int_equal(err.code, ERR_FILE);
	assert_int_equal(artifacts_write(b->artifacts, &b->arena, STR("id.req"), STR("x"), &path, &err), 0);
	assert_int_equal(stat(path.p, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0644);
	err = (struct error){ 0 };
	assert_int_equal(artifacts_open(path.p, 0644, &t, &err), -1);
	expect_true("a file", str_find(str_from(err.message), STR("is no folder")) != SIZE_MAX);
	assert_null(t);
	assert_int_equal(artifacts_open(b->kept, 0600, &t, &err), 0);
	assert_int_equal(artifacts_write(t, &b->arena, STR("id.req"), STR("x"), &path, &err), 0);
	assert_int_equal(stat(path.p, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	artifacts_close(t);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_body_text_or_not, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_body_compressed, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_body_file, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_body_ceilings, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_body_file_is_lost, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_artifacts_open, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
