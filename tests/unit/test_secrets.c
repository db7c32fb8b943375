#include "harness/judge/secrets.h"

#include "harness/base/escape.h"
#include "harness/base/mem.h"
#include "harness/base/strbuf.h"
#include "harness/judge/learning.h"
#include "harness/judge/secret_forms.h"
#include "harness/value/encode.h"
#include "harness/value/json.h"
#include "tests/unit/expect.h"

static struct str mask(struct arena *a, const char *secret, struct str text)
{
	struct error err = { 0 };
	struct secrets *s = secrets_new(&err);
	assert_int_equal(secrets_add(s, STR("canary"), str_from(secret), NULL, &err), 0);
	struct str masked = secrets_mask(s, a, text);
	if (masked.p == text.p)
		masked = arena_str(a, text);
	secrets_free(s);
	return masked;
}

static void test_secrets_names(void **state)
{
	static const struct {
		const char *name;
		bool secret;
	} rows[] = {
		{ "password", true },		{ "Password", true },		{ "db_password", true },
		{ "passwordHash", true },	{ "refresh_token", true },	{ "refreshToken", true },
		{ "X-Api-Key", true },		{ "api_key", true },		{ "apiKey", true },
		{ "Authorization", true },	{ "Set-Cookie", true },		{ "cardNumber", true },
		{ "pin", true },		{ "cvv", true },		{ "client-secret", true },
		{ "replaced_by_token_id", false }, { "token_type", false },	{ "tokenCount", false },
		{ "shipping_address", false },	{ "passed_at", false },		{ "mapping", false },
		{ "compass", false },		{ "spinner", false },		{ "api", false },
		{ "key", false },		{ "number", false },		{ "", false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		expect_int(rows[i].name, secret_field_name(str_from(rows[i].name)), rows[i].secret);
}

static void test_secrets_raw(void **state)
{
	static const struct {
		const char *secret, *text, *want;
	} rows[] = {
		{ "hunter22", "a hunter22 b hunter22", "a *** b ***" },
		{ "hunter22", "hunter2", "hunter2" },
		{ "abcd", "xabcdabcdx", "x******x" },
		{ "s3cr&t", "s3cr&amp;t", "***" },
		{ "a b/c=d", "q=a%20b%2Fc%3Dd&r=a+b%2fc%3dd", "q=***&r=***" },
		{ "it's", "'it'\\''s'", "'***'" },
		{ "two\nlines", "one lines two", "one *** two" },
		{ "quote\"d", "{\"k\":\"quote\\\"d\"}", "{\"k\":\"***\"}" },
		{ "hunter22", "68756e7465723232 68756E7465723232", "*** ***" },
		{ "abc", "abc", "abc" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct arena a;
		arena_init(&a, 1 << 20);
		expect_text(rows[i].text, mask(&a, rows[i].secret, str_from(rows[i].text)), rows[i].want);
		arena_release(&a);
	}
}

/* `user:secret` in base64 whatever the length of the user: all three alignments. */
static void test_secrets_basic_credentials(void **state)
{
	static const char secret[] = "correct horse battery";

	(void)state;
	for (size_t n = 0; n < 6; n++) {
		struct arena a;
		struct strbuf plain, text;
		arena_init(&a, 1 << 20);
		strbuf_init(&plain, 1000);
		strbuf_init(&text, 1000);
		strbuf_add_repeat(&plain, 'u', n);
		strbuf_addf(&plain, ":%s!", secret);
		strbuf_adds(&text, "Basic ");
		encode_base64(&text, strbuf_str(&plain));
		struct str masked = mask(&a, secret, strbuf_str(&text));
		expect_true("masked", str_find(masked, STR("***")) != SIZE_MAX);
		expect_true("short", masked.n < 6 + 3 + 16);
		strbuf_release(&plain);
		strbuf_release(&text);
		arena_release(&a);
	}
}

static unsigned next_random(unsigned *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

struct embed {
	struct arena *a;
	const char *secret;
	struct str raw;
	size_t forms;
};

static int form_is_masked(void *ctx, struct str form)
{
	struct embed *e = ctx;
	struct strbuf sb;
	strbuf_init(&sb, 1 << 20);
	strbuf_adds(&sb, "<<");
	strbuf_add(&sb, form);
	strbuf_adds(&sb, ">>");
	if (form.n >= 4) {
		struct str masked = mask(e->a, e->secret, strbuf_str(&sb));
		expect_text(e->secret, masked, "<<***>>");
		e->forms++;
	}
	strbuf_release(&sb);
	return 0;
}

/* Property: every form of a random secret is gone, masking twice changes nothing, other text is untouched. */
static void test_secrets_property(void **state)
{
	unsigned seed = 7;

	(void)state;
	for (int i = 0; i < 60; i++) {
		struct arena a;
		char secret[40];
		size_t n = 6 + next_random(&seed) % 30;
		for (size_t j = 0; j < n; j++)
			secret[j] = (char)(33 + next_random(&seed) % 94);
		secret[n] = '\0';
		arena_init(&a, 1 << 24);
		struct embed e = { .a = &a, .secret = secret, .raw = str_make(secret, n) };
		assert_int_equal(secret_forms(e.raw, form_is_masked, &e), 0);
		assert_true(e.forms > 10);
		struct str once = mask(&a, secret, e.raw);
		expect_str("twice", mask(&a, secret, once), once);
		arena_release(&a);
	}
}

static void test_secrets_overlap(void **state)
{
	struct arena a;
	struct error err = { 0 };
	struct secrets *s = secrets_new(&err);

	(void)state;
	arena_init(&a, 1 << 20);
	assert_int_equal(secrets_add(s, STR("one"), STR("abcd"), NULL, &err), 0);
	assert_int_equal(secrets_add(s, STR("two"), STR("cdefghij"), NULL, &err), 0);
	expect_text("overlap", secrets_mask(s, &a, STR("-abcdefghij-")), "-***-");
	struct str plain = STR("nothing to hide");
	assert_ptr_equal(secrets_mask(s, &a, plain).p, plain.p);
	secrets_free(s);
	arena_release(&a);
}

static void test_secrets_weak(void **state)
{
	struct arena a;
	struct error err = { 0 };
	bool weak = false;
	struct secrets *s = secrets_new(&err);

	(void)state;
	arena_init(&a, 1 << 20);
	assert_int_equal(secrets_add(s, STR("pin"), STR("123"), &weak, &err), 0);
	assert_true(weak);
	expect_text("in text", secrets_mask(s, &a, STR("order 1234")), "order 1234");
	expect_text("whole field", secrets_mask_field(s, &a, STR("code"), STR("123")), "***");
	assert_int_equal(secrets_add(s, STR("empty"), STR(""), &weak, &err), 0);
	assert_false(weak);
	secrets_free(s);
	arena_release(&a);
}

static void test_secrets_jwt(void **state)
{
	struct arena a;
	struct error err = { 0 };
	struct secrets *s = secrets_new(&err);

	(void)state;
	arena_init(&a, 1 << 20);
	expect_text("jwt", secrets_mask(s, &a, STR("Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln x")), "Bearer *** x");
	expect_text("no jwt", secrets_mask(s, &a, STR("eyJ.not.one")), "eyJ.not.one");
	secrets_free(s);
	arena_release(&a);
}

static void test_secrets_hash(void **state)
{
	struct arena a;
	struct error err = { 0 };
	struct secrets *s = secrets_new(&err);

	(void)state;
	arena_init(&a, 1 << 20);
	expect_text("hash", secrets_mask(s, &a, STR("BY PASSWORD '*65FA5A35EDB82BB8EDE580FD7BD254812728AE9B'")), "BY PASSWORD '***'");
	expect_text("at the end", secrets_mask(s, &a, STR("*65FA5A35EDB82BB8EDE580FD7BD254812728AE9B")), "***");
	expect_text("a digit short", secrets_mask(s, &a, STR("*65FA5A35EDB82BB8EDE580FD7BD254812728AE9 ")), "*65FA5A35EDB82BB8EDE580FD7BD254812728AE9 ");
	expect_text("a digit more", secrets_mask(s, &a, STR("*65FA5A35EDB82BB8EDE580FD7BD254812728AE9B0")), "*65FA5A35EDB82BB8EDE580FD7BD254812728AE9B0");
	expect_text("a commit", secrets_mask(s, &a, STR("* 65FA5A35EDB82BB8EDE580FD7BD254812728AE9B")), "* 65FA5A35EDB82BB8EDE580FD7BD254812728AE9B");
	secrets_free(s);
	arena_release(&a);
}

static void test_secrets_command(void **state)
{
	struct arena a;
	struct error err = { 0 };
	struct secrets *s = secrets_new(&err);
	const struct str words[] = { STR("curl"), STR("-H"), STR("Authorization: Bearer abcdef123"), STR("it's") };

	(void)state;
	arena_init(&a, 1 << 20);
	assert_int_equal(secrets_add(s, STR("api token"), STR("abcdef123"), NULL, &err), 0);
	expect_text("command", secrets_command(s, &a, words, ARRAY_SIZE(words)),
		    "curl -H 'Authorization: Bearer '\"$PF_API_TOKEN\" 'it'\\''s'");
	secrets_free(s);
	arena_release(&a);
}

/* ---- fields, by their names ---- */

/* What stands under a secret name is masked there, however short; nothing else is. */
static void test_secrets_in_text(void **state)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{ "{\"pin\":\"47\"}", "{\"pin\":\"***\"}" },
		{ "{ \"pin\" : \"47\" , \"x\": \"47\" }", "{ \"pin\" : \"***\" , \"x\": \"47\" }" },
		{ "{\"pin\":4711,\"token\":true,\"secret\":null}", "{\"pin\":4711,\"token\":true,\"secret\":null}" },
		{ "{\"pin\":\"\"}", "{\"pin\":\"\"}" },
		{ "{\"pin\":\"4\\\"7\"}", "{\"pin\":\"***\"}" },
		{ "{\"pin\":\"4\\\\\"}", "{\"pin\":\"***\"}" },
		{ "{\"token\":[\"a\",1,{\"b\":\"c\",\"d\":[\"e\"]}],\"f\":\"g\"}",
		  "{\"token\":[\"***\",1,{\"b\":\"***\",\"d\":[\"***\"]}],\"f\":\"g\"}" },
		{ "{\"password\":{\"old\":\"x\"},\"y\":\"x\"}", "{\"password\":{\"old\":\"***\"},\"y\":\"x\"}" },
		{ "{\"j\":\"{\\\"pin\\\":\\\"47\\\",\\\"x\\\":\\\"47\\\"}\"}",
		  "{\"j\":\"{\\\"pin\\\":\\\"***\\\",\\\"x\\\":\\\"47\\\"}\"}" },
		{ "42[\"paid\",{\"pin\":\"47\"}]", "42[\"paid\",{\"pin\":\"***\"}]" },
		{ "cut off: {\"pin\":\"47", "cut off: {\"pin\":\"***" },
		{ "{\"token_type\":\"ab\",\"mapping\":\"cd\",\"tokens\":\"ef\"}",
		  "{\"token_type\":\"ab\",\"mapping\":\"cd\",\"tokens\":\"ef\"}" },
		{ "[\"pin\",\"47\"]", "[\"pin\",\"47\"]" },
		{ "[{\"name\":\"Cookie\", \"value\":\"a=b\"},{\"name\":\"X\",\"value\":\"47\"}]",
		  "[{\"name\":\"Cookie\", \"value\":\"***\"},{\"name\":\"X\",\"value\":\"47\"}]" },
		{ "{\"name\":\"pin\",\"values\":\"47\"}", "{\"name\":\"pin\",\"values\":\"47\"}" },
		{ "http://h/p?a=1&pin=47#f", "http://h/p?a=1&pin=***#f" },
		{ "GET http://h/?pin=47 -> 200", "GET http://h/?pin=*** -> 200" },
		{ "pin=47&a=1&user%5Bpassword%5D=x", "pin=***&a=1&user%5Bpassword%5D=***" },
		{ "<a href=\"/?a=1&amp;pin=47\">", "<a href=\"/?a=1&amp;pin=***\">" },
		{ "WHERE pin=47 AND x", "WHERE pin=47 AND x" },
		{ "a=1&pin=&b=2", "a=1&pin=&b=2" },
		{ "--b\r\nContent-Disposition: form-data; name=\"pin\"\r\n\r\n47\r\n--b--",
		  "--b\r\nContent-Disposition: form-data; name=\"pin\"\r\n\r\n***\r\n--b--" },
		{ "--b\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\n47\r\n--b--",
		  "--b\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\n47\r\n--b--" },
		{ "<input name=\"pin\">\r\n\r\n47", "<input name=\"pin\">\r\n\r\n47" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct arena a;
		arena_init(&a, 1 << 20);
		expect_text(rows[i].text, mask(&a, "", str_from(rows[i].text)), rows[i].want);
		arena_release(&a);
	}
}

/* Any text gives some text, and masking once is enough. */
static void test_secrets_any_text(void **state)
{
	static const char parts[][12] = { "\"", "\\\"", "pin", ":", "{", "[", "}", "]", ",", "\\", "?", "&", "=",
		"47", " ", "name=\"pin\"", "\r\n\r\n", "eyJ", ".", "\n" };
	unsigned seed = 11;

	(void)state;
	for (int i = 0; i < 4000; i++) {
		struct arena a;
		struct strbuf sb;
		arena_init(&a, 1 << 20);
		strbuf_init(&sb, 4096);
		for (unsigned n = next_random(&seed) % 30; n; n--)
			strbuf_adds(&sb, parts[next_random(&seed) % ARRAY_SIZE(parts)]);
		struct str once = mask(&a, "", strbuf_str(&sb));
		expect_str("twice", mask(&a, "", once), once);
		strbuf_release(&sb);
		arena_release(&a);
	}
}

static void test_secrets_show(void **state)
{
	struct arena a;
	struct error err = { 0 };
	struct secrets *s = secrets_new(&err);

	(void)state;
	arena_init(&a, 1 << 20);
	assert_int_equal(secrets_show(s, STR("PIN"), &err), 0);
	expect_text("shown", secrets_mask(s, &a, STR("{\"pin\":\"47\",\"cvv\":\"12\"}")), "{\"pin\":\"47\",\"cvv\":\"***\"}");
	expect_text("shown below", secrets_mask(s, &a, STR("{\"token\":{\"pin\":\"47\",\"x\":\"y\"}}")),
		    "{\"token\":{\"pin\":\"47\",\"x\":\"***\"}}");
	secrets_free(s);
	arena_release(&a);
}

/* ---- learning ---- */

/* What of `text` is masked elsewhere once it was seen. */
static void expect_learned(const char *text, const char *elsewhere, const char *want)
{
	struct arena a;
	struct learning l;
	struct error err = { 0 };
	struct secrets *s = secrets_new(&err);

	arena_init(&a, 1 << 20);
	learning_begin(&l, s);
	learning_text(&l, str_from(text));
	assert_int_equal(learning_end(&l, &err), 0);
	expect_text(text, secrets_mask(s, &a, str_from(elsewhere)), want);
	secrets_free(s);
	arena_release(&a);
}

static void test_learning_text(void **state)
{
	(void)state;
	expect_learned("{\"token\":\"abcdefgh\"}", "is abcdefgh", "is ***");
	expect_learned("{\"token\":\"abcdefg\"}", "is abcdefg", "is abcdefg");
	expect_learned("{\"token\":12345678}", "is 12345678", "is 12345678");
	expect_learned("{\"token\":\"ab\\u0063\\\"efgh\"}", "is abc\"efgh", "is ***");
	expect_learned("{\"j\":\"{\\\"token\\\":\\\"ab\\\\\\\"defgh\\\"}\"}", "is ab\"defgh", "is ***");
	expect_learned("{\"secret\":{\"a\":[\"abcdefgh\"]}}", "is abcdefgh", "is ***");
	expect_learned("pin=a%20bcdefg&x=1", "is a bcdefg, a%20bcdefg", "is ***, ***");
	expect_learned("http://h/?token=abcdefgh", "is abcdefgh", "is ***");
	expect_learned("{\"note\":\"abcdefgh\"}", "is abcdefgh", "is abcdefgh");
}

static void test_learning_fields(void **state)
{
	static const struct {
		const char *name, *value, *text, *want;
	} rows[] = {
		{ "Cookie", "sid=abcdefgh; b=ijklmnop; c=short", "abcdefgh ijklmnop short", "*** *** short" },
		{ "Set-Cookie", "sid=abcdefgh; Path=/the/path; Domain=example.org", "abcdefgh /the/path example.org",
		  "*** /the/path example.org" },
		{ "Authorization", "Bearer abcdefgh", "Bearer abcdefgh", "Bearer ***" },
		{ "password", "correct horsebattery", "correct horsebattery", "***" },
		{ "X-Note", "abcdefgh", "abcdefgh", "abcdefgh" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct arena a;
		struct learning l;
		struct error err = { 0 };
		struct secrets *s = secrets_new(&err);
		arena_init(&a, 1 << 20);
		learning_begin(&l, s);
		learning_field(&l, str_from(rows[i].name), str_from(rows[i].value));
		assert_int_equal(learning_end(&l, &err), 0);
		expect_text(rows[i].value, secrets_mask(s, &a, str_from(rows[i].text)), rows[i].want);
		secrets_free(s);
		arena_release(&a);
	}
}

static void test_secrets_tree(void **state)
{
	static const struct {
		const char *json, *want;
	} rows[] = {
		{ "{\"pin\":\"47\",\"n\":47}", "{\"pin\":\"***\",\"n\":47}" },
		{ "{\"pin\":47,\"token\":false,\"cvv\":\"\"}", "{\"pin\":47,\"token\":false,\"cvv\":\"\"}" },
		{ "{\"secret\":[\"a\",{\"b\":\"c\",\"n\":1}]}", "{\"secret\":[\"***\",{\"b\":\"***\",\"n\":1}]}" },
		{ "[{\"name\":\"X-Api-Key\",\"value\":\"ab\"},{\"name\":\"X\",\"value\":\"ab\"}]",
		  "[{\"name\":\"X-Api-Key\",\"value\":\"***\"},{\"name\":\"X\",\"value\":\"ab\"}]" },
		{ "{\"body\":\"{\\\"pin\\\":\\\"47\\\"}\"}", "{\"body\":\"{\\\"pin\\\":\\\"***\\\"}\"}" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct arena a;
		struct strbuf sb;
		struct error err = { 0 };
		const struct value *v;
		struct secrets *s = secrets_new(&err);
		arena_init(&a, 1 << 20);
		strbuf_init(&sb, 4096);
		assert_int_equal(json_parse(&a, str_from(rows[i].json), 10, &v, NULL, &err), 0);
		json_write_masked(&sb, secrets_mask_value(s, &a, v));
		expect_text(rows[i].json, strbuf_str(&sb), rows[i].want);
		strbuf_release(&sb);
		secrets_free(s);
		arena_release(&a);
	}
}

/* ---- under 4 bytes ---- */

static void test_secrets_weak_fields(void **state)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{ "{\"a\":\"k9!\",\"b\":\"k9!!\",\"k9!\":1}", "{\"a\":\"***\",\"b\":\"k9!!\",\"k9!\":1}" },
		{ "[\"k9!\", \"x\"]", "[\"***\", \"x\"]" },
		{ "{\"j\":\"[\\\"k9!\\\"]\"}", "{\"j\":\"[\\\"***\\\"]\"}" },
		{ "/?q=k9!&r=k9!!", "/?q=***&r=k9!!" },
		{ "said k9! and \"k9!\"", "said k9! and \"k9!\"" },
	};
	static const struct str words[] = { STR_INIT("run"), STR_INIT("k9!"), STR_INIT("code=k9!"), STR_INIT("X-Code: k9!"),
		STR_INIT("k9!x"), STR_INIT("{\"a\":\"k9!\"}") };
	struct arena a;
	struct error err = { 0 };
	bool weak = false;
	struct secrets *s = secrets_new(&err);

	(void)state;
	arena_init(&a, 1 << 20);
	assert_int_equal(secrets_add(s, STR("code"), STR("k9!"), &weak, &err), 0);
	assert_true(weak);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		expect_text(rows[i].text, secrets_mask(s, &a, str_from(rows[i].text)), rows[i].want);
	expect_text("words", secrets_command(s, &a, words, ARRAY_SIZE(words)),
		    "run \"$PF_CODE\" 'code='\"$PF_CODE\" 'X-Code: '\"$PF_CODE\" 'k9!x' '{\"a\":\"'\"$PF_CODE\"'\"}'");
	assert_int_equal(secrets_add(s, STR("quote"), STR("\"x"), &weak, &err), 0);
	expect_text("escaped", secrets_mask(s, &a, STR("[\"\\\"x\"]")), "[\"***\"]");
	secrets_free(s);
	arena_release(&a);
}

static void test_secrets_command_fields(void **state)
{
	static const struct {
		struct str words[3];
		const char *want;
	} rows[] = {
		{ { STR_INIT("curl"), STR_INIT("-H"), STR_INIT("X-Api-Key: ab") }, "curl -H 'X-Api-Key: '\"$PF_X_API_KEY\"" },
		{ { STR_INIT("curl"), STR_INIT("-H"), STR_INIT("Cookie: a=b; c=d") },
		  "curl -H 'Cookie: a='\"$PF_A\"'; c='\"$PF_C\"" },
		{ { STR_INIT("curl"), STR_INIT("-b"), STR_INIT("a=b; c=d") }, "curl -b 'a='\"$PF_A\"'; c='\"$PF_C\"" },
		{ { STR_INIT("redis-cli"), STR_INIT("GET"), STR_INIT("token:17") }, "redis-cli GET token:17" },
		{ { STR_INIT("postflight"), STR_INIT("--variable"), STR_INIT("pin=47") },
		  "postflight --variable 'pin='\"$PF_PIN\"" },
		{ { STR_INIT("curl"), STR_INIT("--data-binary"), STR_INIT("pin=47&a=1") },
		  "curl --data-binary 'pin='\"$PF_PIN\"'&a=1'" },
		{ { STR_INIT("curl"), STR_INIT("--data-binary"), STR_INIT("{\"pin\":\"47\"}") },
		  "curl --data-binary '{\"pin\":\"'\"$PF_PIN\"'\"}'" },
	};
	struct error err = { 0 };
	struct secrets *s = secrets_new(&err);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct arena a;
		arena_init(&a, 1 << 20);
		expect_text(rows[i].want, secrets_command(s, &a, rows[i].words, 3), rows[i].want);
		arena_release(&a);
	}
	secrets_free(s);
}

/* ---- what it costs ---- */

enum { TOKENS = 10000 };

static struct str body_of_tokens(struct strbuf *sb, int n)
{
	strbuf_adds(sb, "[");
	for (int i = 0; i < n; i++)
		strbuf_addf(sb, "%s{\"id\":%d,\"token\":\"tok_%08d\"}", i ? "," : "", i, (i * 7919) % n);
	strbuf_adds(sb, "]");
	return strbuf_str(sb);
}

/* Comparisons and moves for a body of n tokens that all begin alike: to learn them, and to mask them elsewhere. */
static uint64_t work_for(int n)
{
	struct arena a;
	struct strbuf sb;
	struct learning l;
	struct error err = { 0 };
	struct secrets *s = secrets_new(&err);

	arena_init(&a, 1 << 26);
	strbuf_init(&sb, 1 << 24);
	learning_begin(&l, s);
	learning_text(&l, body_of_tokens(&sb, n));
	assert_int_equal(learning_end(&l, &err), 0);
	struct str masked = secrets_mask(s, &a, strbuf_str(&sb));
	expect_int("all are masked", (intmax_t)str_find(masked, STR("tok_")), (intmax_t)SIZE_MAX);
	uint64_t work = secrets_work(s);
	strbuf_release(&sb);
	secrets_free(s);
	arena_release(&a);
	return work;
}

static void test_secrets_work(void **state)
{
	uint64_t half = work_for(TOKENS / 2), whole = work_for(TOKENS);

	(void)state;
	expect_true("ten thousand tokens: some ten texts each, seventeen steps a search", whole < TOKENS * 10 * 17 * 3);
	expect_true("twice as many cost little more than twice", whole < 3 * half);
}

/* A run of base64url characters is looked through once, however often "eyJ" stands in it. */
static void test_secrets_jwt_run(void **state)
{
	struct arena a;
	struct strbuf sb;
	struct error err = { 0 };
	struct secrets *s = secrets_new(&err);

	(void)state;
	arena_init(&a, 1 << 24);
	strbuf_init(&sb, 1 << 22);
	for (int i = 0; i < 300000; i++)
		strbuf_adds(&sb, "eyJ");
	assert_ptr_equal(secrets_mask(s, &a, strbuf_str(&sb)).p, sb.p);
	strbuf_adds(&sb, ".abcdefgh.i");
	expect_text("from the first", secrets_mask(s, &a, strbuf_str(&sb)), "***");
	strbuf_release(&sb);
	secrets_free(s);
	arena_release(&a);
}

/* Out of memory in between: nothing was added, and the next try adds all of it. */
static void test_secrets_no_memory(void **state)
{
	struct arena a;
	struct error err = { 0 };
	struct secrets *s = secrets_new(&err);
	int bad = 1;

	(void)state;
	arena_init(&a, 1 << 20);
	for (uint64_t n = 0; bad; n++) {
		bool armed = mem_fail_after(n);
		bad = secrets_add(s, STR("token"), STR("abc/defghi"), NULL, &err);
		(void)mem_fail_after(UINT64_MAX);
		if (bad)
			expect_text("nothing", secrets_mask(s, &a, STR("abc/defghi abc%2Fdefghi")), "abc/defghi abc%2Fdefghi");
		assert_true(armed || !bad);
	}
	expect_text("all forms", secrets_mask(s, &a, STR("abc/defghi abc%2Fdefghi 6162632f646566676869")), "*** *** ***");
	secrets_free(s);
	arena_release(&a);
}

/* A form of another secret is not known as a secret: its own forms are added. */
static void test_secrets_form_of_another(void **state)
{
	struct arena a;
	struct error err = { 0 };
	struct secrets *s = secrets_new(&err);

	(void)state;
	arena_init(&a, 1 << 20);
	assert_int_equal(secrets_add(s, STR("one"), STR("abcdefgh"), NULL, &err), 0);
	assert_int_equal(secrets_add(s, STR("two"), STR("6162636465666768"), NULL, &err), 0);
	expect_text("hex of hex", secrets_mask(s, &a, STR("36313632363336343635363636373638")), "***");
	secrets_free(s);
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_secrets_names),	 cmocka_unit_test(test_secrets_raw),
		cmocka_unit_test(test_secrets_basic_credentials), cmocka_unit_test(test_secrets_property),
		cmocka_unit_test(test_secrets_overlap),	 cmocka_unit_test(test_secrets_weak),
		cmocka_unit_test(test_secrets_jwt),	 cmocka_unit_test(test_secrets_hash),
			 cmocka_unit_test(test_secrets_command),
		cmocka_unit_test(test_secrets_in_text),	 cmocka_unit_test(test_secrets_any_text),
		cmocka_unit_test(test_secrets_show),	 cmocka_unit_test(test_learning_text),
		cmocka_unit_test(test_learning_fields),	 cmocka_unit_test(test_secrets_tree),
		cmocka_unit_test(test_secrets_weak_fields), cmocka_unit_test(test_secrets_command_fields),
		cmocka_unit_test(test_secrets_work),	 cmocka_unit_test(test_secrets_jwt_run),
		cmocka_unit_test(test_secrets_no_memory), cmocka_unit_test(test_secrets_form_of_another),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
