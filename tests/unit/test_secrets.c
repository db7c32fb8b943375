#include "harness/judge/secrets.h"

#include "harness/base/escape.h"
#include "harness/base/strbuf.h"
#include "harness/judge/secret_forms.h"
#include "harness/value/encode.h"
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_secrets_names),	 cmocka_unit_test(test_secrets_raw),
		cmocka_unit_test(test_secrets_basic_credentials), cmocka_unit_test(test_secrets_property),
		cmocka_unit_test(test_secrets_overlap),	 cmocka_unit_test(test_secrets_weak),
		cmocka_unit_test(test_secrets_jwt),	 cmocka_unit_test(test_secrets_command),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
