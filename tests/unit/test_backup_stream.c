#include "probes/backup_stream.h"

#include "harness/base/mem.h"
#include "harness/base/strbuf.h"
#include "tests/unit/expect.h"

/* PLAIN in each format, and BIG letters 'a'. */
#define PLAIN "-- MariaDB dump\nabcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabc\n"
#define BIG 600000
#define AS_GZIP \
	"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xd3\xd5\x55\xf0\x4d\x2c\xca\x4c\x74\x71" \
	"\x52\x48\x29\xcd\x2d\xe0\x4a\x4c\x4a\x26\x1b\x71\x01\x00\x42\x76\xca\xdb\x4d\x00" \
	"\x00\x00"
#define BIG_GZIP \
	"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xed\xc1\x31\x01\x00\x00\x00\xc2\xa0\xac" \
	"\xeb\x5f\xc2\x1a\x1e\x40\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00" \
	"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00" \
	"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00" \
	"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00" \
	"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00" \
	"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00" \
	"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00" \
	"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00" \
	"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00" \
	"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00" \
	"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00" \
	"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00" \
	"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00" \
	"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00" \
	"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00" \
	"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00" \
	"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00" \
	"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00" \
	"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00" \
	"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00" \
	"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00" \
	"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00" \
	"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00" \
	"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00" \
	"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00" \
	"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00" \
	"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00" \
	"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00" \
	"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00" \
	"\x00\x00\x00\x00\x00\x00\x00\xf0\x68\x71\xe8\xe3\xb8\xc0\x27\x09\x00"
#define AS_ZSTD \
	"\x28\xb5\x2f\xfd\x04\x68\xd5\x00\x00\xa0\x2d\x2d\x20\x4d\x61\x72\x69\x61\x44\x42" \
	"\x20\x64\x75\x6d\x70\x0a\x61\x62\x63\x0a\x01\x00\xed\xe9\xc2\x81\xfd\xf5\x50"
#define BIG_ZSTD \
	"\x28\xb5\x2f\xfd\x04\x68\x4c\x00\x00\x08\x61\x01\x00\xfc\xff\x39\x10\x02\x02\x00" \
	"\x10\x61\x02\x00\x10\x61\x02\x00\x10\x61\x03\x3e\x09\x61\xea\x61\xce\xc4"
#define AS_XZ \
	"\xfd\x37\x7a\x58\x5a\x00\x00\x04\xe6\xd6\xb4\x46\x02\x00\x21\x01\x1c\x00\x00\x00" \
	"\x10\xcf\x58\xcc\xe0\x00\x4c\x00\x1b\x5d\x00\x16\xe0\x7c\x9a\x61\x37\x51\xd5\xac" \
	"\x2a\x21\xa4\xdc\xed\xf2\x71\xc8\x73\x55\x72\xd8\x37\x55\x1d\x3e\xfe\xa0\x00\x00" \
	"\x27\xa6\x98\x41\x7d\x13\x67\x61\x00\x01\x37\x4d\x32\x28\xec\xb8\x1f\xb6\xf3\x7d" \
	"\x01\x00\x00\x00\x00\x04\x59\x5a"
#define BIG_XZ \
	"\xfd\x37\x7a\x58\x5a\x00\x00\x04\xe6\xd6\xb4\x46\x02\x00\x21\x01\x1c\x00\x00\x00" \
	"\x10\xcf\x58\xcc\xe9\x27\xbf\x00\x9a\x5d\x00\x30\xef\xfb\xbf\xfe\xa3\xb1\x5e\xe5" \
	"\xf8\x3f\xb2\xaa\x26\x55\xf8\x68\x70\x41\x70\x15\x0f\x8d\xfd\x1e\x4c\x1b\x8a\x42" \
	"\xb7\x19\xf4\x69\x18\x71\xae\x66\x23\x8a\x8a\x4d\x2f\xa3\x0d\xd9\x7f\xa6\xe3\x8c" \
	"\x23\x11\x53\xe0\x59\x18\xc5\x75\x8a\xe2\x77\xf8\xb6\x94\x7f\x0c\x6a\xc0\xde\x74" \
	"\x49\x64\xe2\xe9\x5c\x53\xb2\x04\xd8\xf7\x44\x0c\xab\x5f\x0d\x6d\x46\xe9\xe5\xc3" \
	"\x76\x88\xb7\x96\x57\xac\xb6\x4d\xe1\x69\x1d\x6f\xfb\x4b\x88\x10\x6c\x42\xcb\x88" \
	"\x3f\x5c\x00\x8f\xd0\x4e\xaf\x26\x28\x94\x71\x1f\x3d\x8f\x24\xe1\x70\x9e\xa7\x23" \
	"\x5f\xec\x28\xcb\x85\xd1\x95\x98\x8a\x7e\x2a\x91\xf2\x27\x75\xf7\x19\xc0\x06\x96" \
	"\x0c\x7e\x9f\x00\x00\x00\x00\x00\x62\x24\xbb\xdd\x53\x46\xb5\xb9\x00\x01\xb6\x01" \
	"\xc0\xcf\x24\x00\xd8\xd3\xf0\x2f\xb1\xc4\x67\xfb\x02\x00\x00\x00\x00\x04\x59\x5a"
#define AS_BZIP2 \
	"\x42\x5a\x68\x39\x31\x41\x59\x26\x53\x59\xab\x78\xf8\x8d\x00\x00\x02\xd5\x80\x00" \
	"\x10\x40\x02\x14\x02\x3c\x22\x52\x00\x20\x00\x31\x4c\x00\x00\x92\x86\x26\x81\xa4" \
	"\xf5\x9e\xcd\x13\x9e\x4a\x40\xfa\x70\x46\xc1\x11\xea\xa7\xaf\x8b\xb9\x22\x9c\x28" \
	"\x48\x55\xbc\x7c\x46\x80"
#define BIG_BZIP2 \
	"\x42\x5a\x68\x39\x31\x41\x59\x26\x53\x59\xc4\xcb\x18\xd4\x00\x04\x98\x01\x01\xa0" \
	"\x00\x00\x04\x00\x08\x20\x00\x30\xcc\x05\x29\xa6\x0a\x23\x62\x14\x47\x8b\xb9\x22" \
	"\x9c\x28\x48\x62\x65\x8c\x6a\x00"
/* A frame of zstd that is to be skipped, with four bytes in it. */
#define SKIPPABLE "\x50\x2a\x4d\x18\x04\x00\x00\x00" "\x01\x02\x03\x04"

static const struct format {
	const char *name;
	struct str plain, big;
} formats[] = {
	{ "gzip", STR_INIT(AS_GZIP), STR_INIT(BIG_GZIP) },
	{ "zstd", STR_INIT(AS_ZSTD), STR_INIT(BIG_ZSTD) },
	{ "xz", STR_INIT(AS_XZ), STR_INIT(BIG_XZ) },
	{ "bzip2", STR_INIT(AS_BZIP2), STR_INIT(BIG_BZIP2) },
};

/* Bytes in memory, given out in pieces. */
struct bytes {
	struct str left;
	size_t step;
	bool fails;
};

static ptrdiff_t give(void *ctx, char *to, size_t n, struct error *err)
{
	struct bytes *b = ctx;

	if (b->fails && !b->left.n)
		return error_set(err, ERR_FILE, "the disk is gone");
	n = n < b->step ? n : b->step;
	n = n < b->left.n ? n : b->left.n;
	memcpy(to, b->left.p, n);
	b->left = str_sub(b->left, n, SIZE_MAX);
	return (ptrdiff_t)n;
}

/* All of the text in `out`; the damage is copied behind it, in `damage`. */
static int unpack(struct str in, size_t step, struct strbuf *out, struct strbuf *damage, struct error *err)
{
	struct bytes bytes = { .left = in, .step = step };
	struct backup_source from = { .name = "x.gz", .ctx = &bytes, .read = give };
	struct backup_stream *s = NULL;
	struct str block = { 0 };
	int rc = backup_stream_open(&from, &s, err);

	strbuf_init(out, 10000000);
	strbuf_init(damage, 1000);
	while (!rc) {
		rc = backup_stream_next(s, &block, err);
		if (rc || !block.n)
			break;
		strbuf_add(out, block);
	}
	if (s)
		strbuf_add(damage, backup_stream_damage(s));
	backup_stream_free(s);
	return rc;
}

static void expect_unpacked(const char *row, struct str in, size_t step, struct str want, const char *want_damage)
{
	struct strbuf out;
	struct strbuf damage;
	struct error err = { 0 };

	expect_int(row, unpack(in, step, &out, &damage, &err), 0);
	expect_str(row, strbuf_str(&out), want);
	if (*want_damage)
		expect_true(row, strstr(strbuf_cstr(&damage), want_damage) != NULL);
	else
		expect_text(row, strbuf_str(&damage), "");
	strbuf_release(&out);
	strbuf_release(&damage);
}

/* Several texts as one, in `sb`. */
static struct str joined(struct strbuf *sb, struct str a, struct str b)
{
	strbuf_init(sb, 1000000);
	strbuf_add(sb, a);
	strbuf_add(sb, b);
	return strbuf_str(sb);
}

static void test_backup_stream_whole(void **state)
{
	(void)state;
	expect_unpacked("plain", STR(PLAIN), 7, STR(PLAIN), "");
	expect_unpacked("empty", STR(""), 7, STR(""), "");
	expect_unpacked("one byte", STR("x"), 7, STR("x"), "");
	for (size_t i = 0; i < ARRAY_SIZE(formats); i++) {
		expect_unpacked(formats[i].name, formats[i].plain, SIZE_MAX, STR(PLAIN), "");
		expect_unpacked(formats[i].name, formats[i].plain, 1, STR(PLAIN), "");
	}
}

static void test_backup_stream_big(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(formats); i++) {
		struct strbuf want;

		strbuf_init(&want, BIG);
		strbuf_add_repeat(&want, 'a', BIG);
		expect_unpacked(formats[i].name, formats[i].big, SIZE_MAX, strbuf_str(&want), "");
		expect_unpacked(formats[i].name, formats[i].big, 3, strbuf_str(&want), "");
		strbuf_release(&want);
	}
}

/* Each shorter file is cut, whatever was unpacked until then. */
static void test_backup_stream_cut(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(formats); i++)
		for (size_t n = 10; n < formats[i].plain.n; n++) {
			struct strbuf out;
			struct strbuf damage;
			struct error err = { 0 };

			expect_int(formats[i].name,
				unpack(str_sub(formats[i].plain, 0, n), 5, &out, &damage, &err), 0);
			expect_true(formats[i].name, str_starts_with(str_from(PLAIN), strbuf_str(&out)));
			expect_true(formats[i].name, strstr(strbuf_cstr(&damage), "data is cut: the file ends at byte") != NULL);
			strbuf_release(&out);
			strbuf_release(&damage);
		}
}

/* A bit that changed in the last third, where data and check sums are; some are only padding. */
static void test_backup_stream_damaged(void **state)
{
	size_t seen = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(formats); i++)
		for (size_t at = formats[i].plain.n * 2 / 3; at < formats[i].plain.n; at++) {
			char copy[1000];
			struct strbuf out;
			struct strbuf damage;
			struct error err = { 0 };

			memcpy(copy, formats[i].plain.p, formats[i].plain.n);
			copy[at] ^= 0x10;
			expect_int(formats[i].name,
				unpack(str_make(copy, formats[i].plain.n), SIZE_MAX, &out, &damage, &err), 0);
			seen += damage.n > 0;
			expect_true(formats[i].name, damage.n || str_is(strbuf_str(&out), PLAIN));
			strbuf_release(&out);
			strbuf_release(&damage);
		}
	assert_true(seen > 40);
}

static void test_backup_stream_members(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(formats); i++) {
		struct strbuf twice;
		struct strbuf more;

		joined(&twice, formats[i].plain, formats[i].plain);
		expect_unpacked(formats[i].name, strbuf_str(&twice), 4, STR(PLAIN PLAIN), "");
		expect_unpacked(formats[i].name, str_sub(strbuf_str(&twice), 0, twice.n - 1), 4, STR(PLAIN PLAIN), "is cut");
		joined(&more, formats[i].plain, STR("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"));
		expect_unpacked(formats[i].name, strbuf_str(&more), 3, STR(PLAIN), "");
		strbuf_release(&more);
		joined(&more, formats[i].plain, STR("-- Dump"));
		expect_unpacked(formats[i].name, strbuf_str(&more), 3, STR(PLAIN), "something else follows");
		strbuf_release(&more);
		strbuf_release(&twice);
	}
	expect_unpacked("skippable", STR(SKIPPABLE AS_ZSTD SKIPPABLE), 3, STR(PLAIN), "");
}

static void test_backup_stream_read_fails(void **state)
{
	struct bytes bytes = { .left = STR("abc"), .step = 100, .fails = true };
	struct backup_source from = { .name = "x", .ctx = &bytes, .read = give };
	struct backup_stream *s = NULL;
	struct error err = { 0 };

	(void)state;
	assert_int_equal(backup_stream_open(&from, &s, &err), -1);
	assert_int_equal(err.code, ERR_FILE);
	assert_null(s);
}

/* Each allocation fails in turn: an error, no leak, and no damage that is none. libzstd allocates by itself. */
static void test_backup_stream_out_of_memory(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(formats); i++)
		for (uint64_t n = 0;; n++) {
			struct strbuf out;
			struct strbuf damage;
			struct error err = { 0 };

			assert_true(n < 200);
			(void)mem_fail_after(n);
			int rc = unpack(formats[i].plain, SIZE_MAX, &out, &damage, &err);
			(void)mem_fail_after(UINT64_MAX);
			bool whole = !strbuf_failed(&out) && str_is(strbuf_str(&out), PLAIN);
			expect_int(formats[i].name, err.code, rc ? ERR_OOM : ERR_NONE);
			expect_int(formats[i].name, (intmax_t)damage.n, 0);
			strbuf_release(&out);
			strbuf_release(&damage);
			if (!rc && whole)
				break;
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_backup_stream_whole),
		cmocka_unit_test(test_backup_stream_big),
		cmocka_unit_test(test_backup_stream_cut),
		cmocka_unit_test(test_backup_stream_damaged),
		cmocka_unit_test(test_backup_stream_members),
		cmocka_unit_test(test_backup_stream_read_fails),
		cmocka_unit_test(test_backup_stream_out_of_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
