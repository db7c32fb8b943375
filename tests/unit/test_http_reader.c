#include "probes/http_reader.h"

#include "tests/unit/expect.h"

#define MAX_ARENA ((size_t)16 * 1024 * 1024)
#define MAX_HEAD 500
#define MAX_BODY 100

struct answer_row {
	const char *name;
	struct str bytes;
	bool closed; /* the connection ends behind them */
	int64_t status; /* 0: it fails with `code` */
	const char *body;
	enum error_code code;
};

static const struct answer_row answers[] = {
	{ "length", STR_INIT("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc"), false,
		200, "abc", ERR_NONE },
	{ "bytes behind", STR_INIT("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcdef"),
		false, 200, "abc", ERR_NONE },
	{ "empty", STR_INIT("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"), false, 200,
		"", ERR_NONE },
	{ "bare line feeds", STR_INIT("HTTP/1.1 404 No\nContent-Length: 1\n\na"), false,
		404, "a", ERR_NONE },
	{ "empty line first",
		STR_INIT("\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na"), false, 200,
		"a", ERR_NONE },
	{ "no reason", STR_INIT("HTTP/1.1 200\r\nContent-Length: 1\r\n\r\na"), false, 200,
		"a", ERR_NONE },
	{ "equal lengths",
		STR_INIT(
			"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na"),
		false, 200, "a", ERR_NONE },
	{ "interim",
		STR_INIT(
			"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nA: b\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 1\r\n\r\na"),
		false, 201, "a", ERR_NONE },
	{ "204", STR_INIT("HTTP/1.1 204 No Content\r\n\r\n"), false, 204, "", ERR_NONE },
	{ "304 with a length", STR_INIT("HTTP/1.1 304 Same\r\nContent-Length: 9\r\n\r\n"),
		false, 304, "", ERR_NONE },
	{ "until close", STR_INIT("HTTP/1.0 200 OK\r\n\r\nabc"), true, 200, "abc",
		ERR_NONE },
	{ "chunked",
		STR_INIT(
			"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nA;x=y\r\n0123456789\r\n0\r\n\r\n"),
		false, 200, "abc0123456789", ERR_NONE },
	{ "trailer",
		STR_INIT(
			"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nX: y\r\nZ: w\r\n\r\n"),
		false, 200, "a", ERR_NONE },
	{ "chunked wins over a length",
		STR_INIT(
			"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n"),
		false, 200, "ab", ERR_NONE },

	{ "no HTTP", STR_INIT("SSH-2.0-x\r\n"), false, 0, "", ERR_PROTOCOL },
	{ "no HTTP, no line end", STR_INIT("\x16\x03\x01\x02\x00"), false, 0, "",
		ERR_PROTOCOL },
	{ "HTTP/2", STR_INIT("HTTP/2 200\r\n\r\n"), false, 0, "", ERR_PROTOCOL },
	{ "no status", STR_INIT("HTTP/1.1 abc\r\n\r\n"), false, 0, "", ERR_PROTOCOL },
	{ "four digits", STR_INIT("HTTP/1.1 2000 OK\r\n\r\n"), false, 0, "",
		ERR_PROTOCOL },
	{ "101", STR_INIT("HTTP/1.1 101 Switching\r\n\r\n"), false, 0, "", ERR_PROTOCOL },
	{ "two lengths",
		STR_INIT(
			"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"),
		false, 0, "", ERR_PROTOCOL },
	{ "length is no number",
		STR_INIT("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n"), false, 0, "",
		ERR_PROTOCOL },
	{ "another coding",
		STR_INIT("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n"), false, 0,
		"", ERR_PROTOCOL },
	{ "bad chunk size",
		STR_INIT("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n"),
		false, 0, "", ERR_PROTOCOL },
	{ "empty chunk size",
		STR_INIT("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\n"),
		false, 0, "", ERR_PROTOCOL },
	{ "huge chunk size",
		STR_INIT(
			"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n"),
		false, 0, "", ERR_PROTOCOL },
	{ "chunk too long",
		STR_INIT(
			"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n"),
		false, 0, "", ERR_PROTOCOL },
	{ "closed in the head", STR_INIT("HTTP/1.1 200 OK\r\nConte"), true, 0, "",
		ERR_PROTOCOL },
	{ "closed in the body",
		STR_INIT("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab"), true, 0, "",
		ERR_PROTOCOL },
	{ "closed in a chunk",
		STR_INIT("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab"),
		true, 0, "", ERR_PROTOCOL },
	{ "closed before the last chunk",
		STR_INIT(
			"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n"),
		true, 0, "", ERR_PROTOCOL },
	{ "nothing", STR_INIT(""), true, 0, "", ERR_PROTOCOL },
	{ "body over the ceiling",
		STR_INIT(
			"HTTP/1.1 200 OK\r\n\r\n01234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890"),
		true, 0, "", ERR_LIMIT },
};

/* Feeds in pieces of `step` bytes. */
static int feed(struct http_reader *r, struct str bytes, size_t step, bool closed,
	struct error *err)
{
	for (size_t at = 0; at < bytes.n; at += step)
		if (http_reader_feed(r, str_sub(bytes, at, step), err))
			return -1;
	return closed ? http_reader_close(r, err) : 0;
}

static void check_answer(const struct answer_row *row, size_t step)
{
	struct http_reader r;
	struct arena a;
	struct error err = { 0 };
	arena_init(&a, MAX_ARENA);
	http_reader_init(&r, &a, MAX_HEAD, MAX_BODY, false);
	int rc = feed(&r, row->bytes, step, row->closed, &err);

	expect_int(row->name, rc, row->status ? 0 : -1);
	expect_int(row->name, err.code, row->code);
	if (!rc) {
		expect_true(row->name, http_reader_is_done(&r));
		expect_int(row->name, r.status, row->status);
		expect_text(row->name, strbuf_str(&r.body), row->body);
	}
	http_reader_release(&r);
	arena_release(&a);
}

/* However the bytes are cut, the result is the same. */
static void test_http_reader_answers(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(answers); i++)
		for (size_t step = 1; step < 20; step++)
			check_answer(&answers[i], step);
	for (size_t i = 0; i < ARRAY_SIZE(answers); i++)
		check_answer(&answers[i], 100000);
}

static void test_http_reader_head_request(void **state)
{
	struct http_reader r;
	struct arena a;
	struct error err;

	(void)state;
	arena_init(&a, MAX_ARENA);
	http_reader_init(&r, &a, MAX_HEAD, MAX_BODY, true);
	assert_int_equal(
		http_reader_feed(
			&r, STR("HTTP/1.1 200 OK\r\nContent-Length: 300\r\n\r\n"), &err),
		0);
	assert_true(http_reader_is_done(&r));
	http_reader_release(&r);
	arena_release(&a);
}

static void test_http_reader_head_has_a_ceiling(void **state)
{
	struct http_reader r;
	struct arena a;
	struct error err;
	int rc = 0;

	(void)state;
	arena_init(&a, MAX_ARENA);
	http_reader_init(&r, &a, MAX_HEAD, MAX_BODY, false);
	rc = http_reader_feed(&r, STR("HTTP/1.1 200 OK\r\n"), &err);
	for (int i = 0; i < 100 && !rc; i++)
		rc = http_reader_feed(
			&r, STR("X-Filler: ....................\r\n"), &err);
	assert_int_equal(rc, -1);
	assert_int_equal(err.code, ERR_LIMIT);
	http_reader_release(&r);
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_http_reader_answers),
		cmocka_unit_test(test_http_reader_head_request),
		cmocka_unit_test(test_http_reader_head_has_a_ceiling),
	};
	return cmocka_run_group_tests_name("http_reader", tests, NULL, NULL);
}
