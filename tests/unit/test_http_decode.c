#include "probes/http_decode.h"

#include "tests/unit/expect.h"

#define MAX_ARENA ((size_t)16 * 1024 * 1024)
#define PLAIN "{\"packed\":\"zlib\",\"text\":\"abcabcabcabcabcabcabcabc\"}"

/* PLAIN in each format. */
#define AS_RAW \
	"\xab\x56\x2a\x48\x4c\xce\x4e\x4d\x51\xb2\x52\xaa\xca\xc9\x4c\x52\xd2\x51\x2a\x49\xad\x28\x01\xf2\x12\x93\x92\xb1\x22\xa5\x5a\x00"
#define AS_GZIP                                           \
	"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03" AS_RAW \
	"\xec\x9c\x06\x78\x33\x00\x00\x00"
#define AS_BR \
	"\x1b\x30\x00\x00\x04\x72\x71\xe4\xcf\x01\xcd\xac\x55\x20\x69\x57\x4a\xb2\x0e\x41\x49\x6c\xa9\x23\x72\xa6\x11\x5e\x82\x0d\x43\x8b\x74\xc1\x03"
#define BR_PLAIN "{\"packed\":\"br\",\"text\":\"abcabcabcabcabcabcabcabc\"}"

static void test_http_decode_rows(void **state)
{
	static const struct {
		const char *encodings;
		struct str body;
		struct str want; /* absent: it fails with `code` */
		enum error_code code;
	} rows[] = {
		{ "", STR_INIT(PLAIN), STR_INIT(PLAIN), ERR_NONE },
		{ "identity", STR_INIT(PLAIN), STR_INIT(PLAIN), ERR_NONE },
		{ "gzip", STR_INIT(AS_GZIP), STR_INIT(PLAIN), ERR_NONE },
		{ "GZip", STR_INIT(AS_GZIP), STR_INIT(PLAIN), ERR_NONE },
		{ "x-gzip", STR_INIT(AS_GZIP), STR_INIT(PLAIN), ERR_NONE },
		{ "gzip", STR_INIT(AS_GZIP AS_GZIP), STR_INIT(PLAIN PLAIN), ERR_NONE },
		{ "gzip", STR_INIT(""), STR_INIT(""), ERR_NONE },
		{ "deflate", STR_INIT(AS_RAW), STR_INIT(PLAIN), ERR_NONE },
		{ "br", STR_INIT(AS_BR), STR_INIT(BR_PLAIN), ERR_NONE },
		{ "identity, gzip", STR_INIT(AS_GZIP), STR_INIT(PLAIN), ERR_NONE },
		{ " gzip , ", STR_INIT(AS_GZIP), STR_INIT(PLAIN), ERR_NONE },
		{ "zstd", STR_INIT("x"), { NULL, 0 }, ERR_PROTOCOL },
		{ "gzip", STR_INIT("no gzip"), { NULL, 0 }, ERR_PROTOCOL },
		{ "deflate", STR_INIT("\xff\xff\xff"), { NULL, 0 }, ERR_PROTOCOL },
		{ "br", STR_INIT("\xff\xff\xff"), { NULL, 0 }, ERR_PROTOCOL },
		{ "br", { AS_BR, 20 }, { NULL, 0 }, ERR_PROTOCOL },
		{ "gzip", { AS_GZIP, 30 }, { NULL, 0 }, ERR_PROTOCOL },
		{ "gzip, gzip", STR_INIT(AS_GZIP), { NULL, 0 }, ERR_PROTOCOL },
		{ "a,b,c,d,e,f,g,h,i", STR_INIT("x"), { NULL, 0 }, ERR_PROTOCOL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct arena a;
		struct error err = { 0 };
		struct str got = STR("untouched");
		arena_init(&a, MAX_ARENA);
		int rc = http_decode(
			&a, str_from(rows[i].encodings), rows[i].body, 1000, &got, &err);

		expect_int(rows[i].encodings, rc, rows[i].want.p ? 0 : -1);
		expect_int(rows[i].encodings, err.code, rows[i].code);
		expect_str(rows[i].encodings, got,
			rows[i].want.p ? rows[i].want : STR("untouched"));
		arena_release(&a);
	}
}

/* A small body may become a large one: the ceiling is for what comes out. */
static void test_http_decode_has_a_ceiling(void **state)
{
	static const struct {
		const char *encoding;
		struct str body;
		size_t plain;
	} rows[] = {
		{ "gzip", STR_INIT(AS_GZIP), sizeof(PLAIN) - 1 },
		{ "deflate", STR_INIT(AS_RAW), sizeof(PLAIN) - 1 },
		{ "br", STR_INIT(AS_BR), sizeof(BR_PLAIN) - 1 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct arena a;
		struct error err;
		struct str got;
		arena_init(&a, MAX_ARENA);
		expect_int(rows[i].encoding,
			http_decode(&a, str_from(rows[i].encoding), rows[i].body,
				rows[i].plain, &got, &err),
			0);
		expect_int(rows[i].encoding,
			http_decode(&a, str_from(rows[i].encoding), rows[i].body,
				rows[i].plain - 1, &got, &err),
			-1);
		expect_int(rows[i].encoding, err.code, ERR_LIMIT);
		arena_release(&a);
	}
}

/* Data of gzip inside br: what was applied last is undone first. */
static void test_http_decode_order(void **state)
{
	struct arena a;
	struct error err;
	struct str got;

	(void)state;
	arena_init(&a, MAX_ARENA);
	assert_int_equal(
		http_decode(&a, STR("identity, br"), STR(AS_BR), 1000, &got, &err), 0);
	assert_int_equal(
		http_decode(&a, STR("br, gzip"), STR(AS_GZIP), 1000, &got, &err), -1);
	assert_non_null(strstr(err.message, "'br'"));
	assert_int_equal(
		http_decode(&a, STR("gzip, br"), STR(AS_BR), 1000, &got, &err), -1);
	assert_non_null(strstr(err.message, "'gzip'"));
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_http_decode_rows),
		cmocka_unit_test(test_http_decode_has_a_ceiling),
		cmocka_unit_test(test_http_decode_order),
	};
	return cmocka_run_group_tests_name("http_decode", tests, NULL, NULL);
}
