#include "harness/base/dynamic.h"

#include "tests/unit/expect.h"

/* Of the C library, which each process has; one name is another one's, as headers do it. */
#define length_of strlen
#define WORDS(X) X(length_of) X(strspn)

struct words {
	WORDS(DYNAMIC_MEMBER)
};

#define SYMBOL(name) DYNAMIC_SYMBOL(struct words, name)
static const struct dynamic_symbol symbols[] = { WORDS(SYMBOL) };

static const struct dynamic_library words = {
	.file = "libc.so.6",
	.package = "libc6",
	.use = "words",
	.symbols = symbols,
	.nsymbols = ARRAY_SIZE(symbols),
};

static void test_dynamic_gives_its_functions(void **state)
{
	struct words w = { 0 };
	struct error err = { 0 };

	(void)state;
	for (int i = 0; i < 2; i++) {
		assert_int_equal(dynamic_load(&words, &w, &err), 0);
		assert_int_equal(w.length_of("four"), 4);
		assert_int_equal(w.strspn("aab", "a"), 2);
	}
}

static void test_dynamic_library_that_is_not_there_is_an_error(void **state)
{
	struct dynamic_library absent = words;
	struct words w = { 0 };
	struct error err = { 0 };

	(void)state;
	absent.file = "libpostflight-absent.so.1";
	assert_int_equal(dynamic_load(&absent, &w, &err), -1);
	assert_int_equal(err.code, ERR_CHECK);
	assert_string_equal(err.message,
		"words: the library libpostflight-absent.so.1 is needed, which is not here");
	assert_string_equal(err.note, "install the package libc6");
}

/* The library of another version. */
static void test_dynamic_library_that_lacks_a_function_is_an_error(void **state)
{
	static const struct dynamic_symbol more[] = {
		{ "strlen", offsetof(struct words, length_of) },
		{ "strspn_of_tomorrow", offsetof(struct words, strspn) },
	};
	struct dynamic_library older = words;
	struct words w = { 0 };
	struct error err = { 0 };

	(void)state;
	older.symbols = more;
	assert_int_equal(dynamic_load(&older, &w, &err), -1);
	assert_int_equal(err.code, ERR_CHECK);
	assert_string_equal(
		err.message, "words: the library libc.so.6 has no function 'strspn_of_tomorrow'");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_dynamic_gives_its_functions),
		cmocka_unit_test(test_dynamic_library_that_is_not_there_is_an_error),
		cmocka_unit_test(test_dynamic_library_that_lacks_a_function_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
