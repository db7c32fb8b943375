#include "probes/http_message.h"

#include "probes/http_certificate.h"
#include "probes/http_cookie.h"
#include "probes/http_spec.h"
#include "probes/http_url.h"
#include "tests/unit/expect.h"

#define MAX_ARENA ((size_t)1024 * 1024)

static void test_http_message_methods(void **state)
{
	static const struct {
		const char *method;
		bool safe, idempotent;
	} rows[] = {
		{ "GET", true, true },
		{ "HEAD", true, true },
		{ "OPTIONS", true, true },
		{ "TRACE", true, true },
		{ "PUT", false, true },
		{ "DELETE", false, true },
		{ "POST", false, false },
		{ "PATCH", false, false },
		{ "PURGE", false, false },
		{ "GETT", false, false },
		{ "", false, false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		expect_int(rows[i].method, http_method_is_safe(str_from(rows[i].method)),
			rows[i].safe);
		expect_int(rows[i].method,
			http_method_is_idempotent(str_from(rows[i].method)),
			rows[i].idempotent);
	}
}

static void test_http_message_head(void **state)
{
	static const char head[] =
		"HTTP/1.1 200 OK\r\nA: 1\r\nb:  two words \r\nEmpty:\r\nno colon here\r\n"
		"Folded: a\r\n\t b\r\nA: 3\r\nCaf\xc3\xa9: \xe9\r\n\r\n";
	struct http_headers h = { 0 };
	struct arena a;
	struct error err;

	(void)state;
	arena_init(&a, MAX_ARENA);
	assert_int_equal(http_headers_parse(&a, str_from(head), &h, &err), 0);
	assert_int_equal(h.count, 6);
	expect_text("first", http_headers_find(&h, STR("a"))->value, "1");
	expect_text("blanks", http_headers_find(&h, STR("B"))->value, "two words");
	expect_text("empty", http_headers_find(&h, STR("empty"))->value, "");
	expect_text("folded", http_headers_find(&h, STR("folded"))->value, "a b");
	expect_text("windows-1252", h.items[5].value, "\xc3\xa9");
	expect_text("joined", http_headers_joined(&a, &h, STR("A")), "1, 3");
	assert_null(http_headers_find(&h, STR("C")));
	assert_null(http_headers_joined(&a, &h, STR("C")).p);
	http_headers_remove(&h, STR("a"));
	assert_int_equal(h.count, 4);
	assert_null(http_headers_find(&h, STR("A")));
	arena_release(&a);
}

static void test_http_message_status_line(void **state)
{
	static const struct {
		const char *line;
		int64_t status; /* 0: it is none */
		const char *version;
	} rows[] = {
		{ "HTTP/1.1 200 OK", 200, "1.1" },
		{ "HTTP/1.0 404", 404, "1.0" },
		{ "HTTP/1.1 200 ", 200, "1.1" },
		{ "HTTP/1.1 20 OK", 0, NULL },
		{ "HTTP/1.1 2000", 0, NULL },
		{ "HTTP/1.1 099 x", 0, NULL },
		{ "HTTP/1.2 200 OK", 0, NULL },
		{ "http/1.1 200 OK", 0, NULL },
		{ "HTTP/1.1", 0, NULL },
		{ "HTTP/1.1 -20", 0, NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		int64_t status = 0;
		const char *version = NULL;
		expect_int(rows[i].line,
			http_status_line(str_from(rows[i].line), &status, &version),
			rows[i].status != 0);
		expect_int(rows[i].line, status, rows[i].status);
		expect_text(rows[i].line, str_from(version), rows[i].version);
	}
}

static void test_http_url_target(void **state)
{
	static const struct {
		const char *url, *want;
	} rows[] = {
		{ "http://a", "/" },
		{ "http://a/", "/" },
		{ "http://a/b?c=d", "/b?c=d" },
		{ "http://a?c", "?c" },
		{ "https://u:p@a:1/x#frag", "/x" },
		{ "http://a#frag", "/" },
		{ "http://[::1]:80/y", "/y" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		expect_text(rows[i].url, http_url_target(str_from(rows[i].url)),
			rows[i].want);
}

static void test_http_url_resolve(void **state)
{
	static const struct {
		const char *base, *location, *want; /* NULL: it fails */
	} rows[] = {
		{ "http://a/b/c?d", "e", "http://a/b/e" },
		{ "http://a/b/c?d", "/e?f=g", "http://a/e?f=g" },
		{ "http://a/b/c", "../x", "http://a/x" },
		{ "http://a:81/b", "//c/d", "http://c/d" },
		{ "https://a/b", "http://c:8080/d", "http://c:8080/d" },
		{ "http://a/b", "?x=1", "http://a/b?x=1" },
		{ "http://a/b", "with blank", "http://a/with%20blank" },
		{ "http://a/b", "ftp://a/b", NULL },
		{ "http://a/b", "file:///etc/passwd", NULL },
		{ "http://a/b", "http://", NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct arena a;
		struct error err = { 0 };
		struct str got = { 0 };
		arena_init(&a, MAX_ARENA);
		int rc = http_url_resolve(&a, str_from(rows[i].base),
			str_from(rows[i].location), &got, &err);
		expect_int(rows[i].location, rc, rows[i].want ? 0 : -1);
		expect_text(rows[i].location, got, rows[i].want ? rows[i].want : "");
		expect_int(rows[i].location, err.code,
			rows[i].want ? ERR_NONE : ERR_PROTOCOL);
		arena_release(&a);
	}
}

static void test_http_url_origin(void **state)
{
	static const struct {
		const char *one, *other;
		bool same;
	} rows[] = {
		{ "http://a/x", "http://a/y", true },
		{ "http://a/", "http://a:80/", true },
		{ "https://a/", "https://A:443/", true },
		{ "http://a/", "https://a/", false },
		{ "http://a/", "http://b/", false },
		{ "http://a:1/", "http://a:2/", false },
		{ "http://a/", "http://a.b/", false },
		{ "http://a/", "http://a@b/", false },
		{ "http://a/", "no url at all", false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		expect_int(rows[i].other,
			http_url_same_origin(
				str_from(rows[i].one), str_from(rows[i].other)),
			rows[i].same);
		expect_int(rows[i].other,
			http_url_same_origin(
				str_from(rows[i].other), str_from(rows[i].one)),
			rows[i].same);
	}
}

static void test_http_url_host(void **state)
{
	static const struct {
		const char *url, *want;
	} rows[] = {
		{ "http://a.example:80/x", "a.example" },
		{ "http://[::1]/", "::1" },
		{ "http://127.0.0.1@evil.example/", "evil.example" },
		{ "no url", "" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct arena a;
		arena_init(&a, MAX_ARENA);
		expect_text(rows[i].url, http_url_host(&a, str_from(rows[i].url)),
			rows[i].want);
		arena_release(&a);
	}
}

static void test_http_url_credentials(void **state)
{
	static const struct {
		const char *url, *user, *password; /* user NULL: none */
	} rows[] = {
		{ "http://u:p@a/x", "u", "p" },
		{ "https://u@a", "u", "" },
		{ "socks5://u:p@a:1", "u", "p" },
		{ "http://a/x@y", NULL, NULL },
		{ "http://u:p:q@a/", "u", "p:q" },
		{ "u:p@a", "u", "p" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct str user = { 0 };
		struct str password = { 0 };
		expect_int(rows[i].url,
			http_url_credentials(str_from(rows[i].url), &user, &password),
			rows[i].user != NULL);
		expect_text(rows[i].url, user, rows[i].user);
		expect_text(rows[i].url, password, rows[i].password);
	}
}

static void test_http_cookie_fits(void **state)
{
	static const struct {
		const char *line, *url, *host;
		bool fits;
	} rows[] = {
		{ "a.example\tFALSE\t/\tFALSE\t0\tn\tv", "http://a.example/x",
			"a.example", true },
		{ "A.example\tFALSE\t/\tFALSE\t0\tn\tv", "http://a.example/", "a.example",
			true },
		{ "#HttpOnly_a.example\tFALSE\t/\tFALSE\t0\tn\tv", "http://a.example/",
			"a.example", true },
		{ ".a.example\tTRUE\t/\tFALSE\t0\tn\tv", "http://b.a.example/",
			"b.a.example", true },
		{ "a.example\tFALSE\t/\tFALSE\t0\tn\tv", "http://b.a.example/",
			"b.a.example", false },
		{ ".a.example\tTRUE\t/\tFALSE\t0\tn\tv", "http://evila.example/",
			"evila.example", false },
		{ "a.example\tFALSE\t/api\tFALSE\t0\tn\tv", "http://a.example/api?x=1",
			"a.example", true },
		{ "a.example\tFALSE\t/api\tFALSE\t0\tn\tv", "http://a.example/api/y",
			"a.example", true },
		{ "a.example\tFALSE\t/api/\tFALSE\t0\tn\tv", "http://a.example/api/y",
			"a.example", true },
		{ "a.example\tFALSE\t/api\tFALSE\t0\tn\tv", "http://a.example/apis",
			"a.example", false },
		{ "a.example\tFALSE\t/\tTRUE\t0\tn\tv", "http://a.example/", "a.example",
			false },
		{ "a.example\tFALSE\t/\tTRUE\t0\tn\tv", "https://a.example/", "a.example",
			true },
		{ "a.example\tFALSE\t/", "http://a.example/", "a.example", false },
		{ "", "http://a.example/", "a.example", false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct str name = { 0 };
		struct str value = { 0 };
		expect_int(rows[i].line,
			http_cookie_fits(str_from(rows[i].line), str_from(rows[i].url),
				str_from(rows[i].host), &name, &value),
			rows[i].fits);
		expect_text(rows[i].line, name, rows[i].fits ? "n" : "");
		expect_text(rows[i].line, value, rows[i].fits ? "v" : "");
	}
}

static struct http_headers headers_of(struct arena *a)
{
	static const char *const names[] = { "Authorization", "Cookie", "Content-Type",
		"X-Kept" };
	struct http_headers h = { 0 };
	struct error err;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		assert_int_equal(
			http_headers_add(a, &h, str_from(names[i]), STR("v"), &err), 0);
	return h;
}

/* What goes along with a redirect, and what stays behind. */
static void test_http_redirect(void **state)
{
	static const struct {
		const char *method;
		int64_t status;
		bool same_origin;
		const char *want_method;
		bool want_body, want_type, want_credentials;
	} rows[] = {
		{ "POST", 301, true, "GET", false, false, true },
		{ "POST", 302, true, "GET", false, false, true },
		{ "POST", 303, true, "GET", false, false, true },
		{ "POST", 307, true, "POST", true, true, true },
		{ "POST", 308, true, "POST", true, true, true },
		{ "DELETE", 300, true, "DELETE", true, true, true },
		{ "HEAD", 302, true, "GET", false, false, true },
		{ "GET", 302, true, "GET", true, true, true },
		{ "POST", 307, false, "POST", true, true, false },
		{ "GET", 302, false, "GET", true, true, false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct arena a;
		struct error err;
		struct http_request next;
		arena_init(&a, MAX_ARENA);
		const struct http_request from = {
			.method = str_from(rows[i].method),
			.url = STR("http://a/"),
			.headers = headers_of(&a),
			.cookies = STR("a=b"),
			.body = STR("body"),
			.with_user = true,
		};
		assert_int_equal(
			http_request_redirect(&a, &from, rows[i].status, STR("http://b/"),
				rows[i].same_origin, &next, &err),
			0);
		expect_text(rows[i].method, next.url, "http://b/");
		expect_text(rows[i].method, next.method, rows[i].want_method);
		expect_int(rows[i].method, next.body.n > 0, rows[i].want_body);
		expect_int(rows[i].method,
			http_headers_find(&next.headers, STR("content-type")) != NULL,
			rows[i].want_type);
		expect_int(rows[i].method,
			http_headers_find(&next.headers, STR("authorization")) != NULL,
			rows[i].want_credentials);
		expect_int(rows[i].method,
			http_headers_find(&next.headers, STR("cookie")) != NULL,
			rows[i].want_credentials);
		expect_int(rows[i].method, next.cookies.n > 0, rows[i].want_credentials);
		expect_int(rows[i].method, next.with_user, rows[i].want_credentials);
		expect_true(rows[i].method,
			http_headers_find(&next.headers, STR("x-kept")) != NULL);
		expect_int(rows[i].method, from.headers.count == 4, true);
		arena_release(&a);
	}
}

static void test_http_certificate_date(void **state)
{
	static const struct {
		const char *text;
		bool ok;
		int64_t seconds;
	} rows[] = {
		{ "Jan 29 08:17:47 2023 GMT", true, 1674980267 },
		{ "Jan  1 00:00:00 1970 GMT", true, 0 },
		{ "2023-01-29 08:17:47 GMT", true, 1674980267 },
		{ "Feb 29 00:00:00 2023 GMT", false, 0 },
		{ "Foo 29 08:17:47 2023 GMT", false, 0 },
		{ "2023-13-01 00:00:00", false, 0 },
		{ "2023-00-01 00:00:00", false, 0 },
		{ "Jan 29 08:17 2023 GMT", false, 0 },
		{ "", false, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		int64_t us = 0;
		expect_int(rows[i].text,
			http_certificate_date(str_from(rows[i].text), &us), rows[i].ok);
		expect_int(rows[i].text, us, rows[i].seconds * 1000000);
	}
}

/* Two TLS libraries describe one certificate. */
static void test_http_certificate_forms(void **state)
{
	static const struct str forms[2][4] = {
		{ STR_INIT("Subject:CN = a.example, O = House"),
			STR_INIT("Serial Number:0aff10"),
			STR_INIT("Expire date:Jan 29 08:17:47 2023 GMT"),
			STR_INIT("X509v3 Subject Alternative Name:DNS:a.example") },
		{ STR_INIT("Subject:CN=a.example, O=House"),
			STR_INIT("Serial Number:0a:ff:10:"),
			STR_INIT("Expire date:2023-01-29 08:17:47 GMT"),
			STR_INIT("X509v3 Subject Alternative Name:DNS:a.example") },
	};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct arena a;
		arena_init(&a, MAX_ARENA);
		const struct value *v = http_certificate(&a, forms[i], 4);
		assert_non_null(v);
		expect_text("subject", value_get(v, "Subject")->text,
			"CN=a.example, O=House");
		expect_text("serial", value_get(v, "Serial-Number")->text, "0a:ff:10");
		expect_text(
			"names", value_get(v, "Subject-Alt-Name")->text, "DNS:a.example");
		assert_int_equal(value_get(v, "Expire-Date")->type, VALUE_DATE);
		assert_null(value_get(v, "Issuer"));
		arena_release(&a);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_http_message_methods),
		cmocka_unit_test(test_http_message_head),
		cmocka_unit_test(test_http_message_status_line),
		cmocka_unit_test(test_http_url_target),
		cmocka_unit_test(test_http_url_resolve),
		cmocka_unit_test(test_http_url_origin),
		cmocka_unit_test(test_http_url_credentials),
		cmocka_unit_test(test_http_cookie_fits),
		cmocka_unit_test(test_http_url_host),
		cmocka_unit_test(test_http_redirect),
		cmocka_unit_test(test_http_certificate_date),
		cmocka_unit_test(test_http_certificate_forms),
	};
	return cmocka_run_group_tests_name("http_message", tests, NULL, NULL);
}
