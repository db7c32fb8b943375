#include "harness/base/escape.h"

#include "tests/unit/expect.h"

typedef void escaper(struct strbuf *out, struct str s);

struct escape_case {
	const char *name;
	struct str text;
	const char *want;
};

static void check(escaper *escape, const struct escape_case *rows, size_t n)
{
	struct strbuf sb;

	strbuf_init(&sb, SIZE_MAX);
	for (size_t i = 0; i < n; i++) {
		strbuf_clear(&sb);
		escape(&sb, rows[i].text);
		expect_text(rows[i].name, strbuf_str(&sb), rows[i].want);
	}
	strbuf_release(&sb);
}

static void test_escape_json(void **state)
{
	static const struct escape_case rows[] = {
		{ "empty", STR_INIT(""), "" },
		{ "plain", STR_INIT("a/b \xc3\xa9 \xf0\x9f\x98\x80"),
		  "a/b \xc3\xa9 \xf0\x9f\x98\x80" },
		{ "named", STR_INIT("\"\\\b\f\n\r\t"), "\\\"\\\\\\b\\f\\n\\r\\t" },
		{ "controls", STR_INIT("\0\x01\x0b\x1f\x7f"), "\\u0000\\u0001\\u000b\\u001f\x7f" },
		{ "bad bytes", STR_INIT("a\xff\xe2\x82z"),
		  "a\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbdz" },
	};

	(void)state;
	check(escape_json, rows, ARRAY_SIZE(rows));
}

static void test_escape_visible(void **state)
{
	static const struct escape_case rows[] = {
		{ "plain", STR_INIT("a\\b \xc3\xa9"), "a\\b \xc3\xa9" },
		{ "tab and newline stay", STR_INIT("a\tb\nc"), "a\tb\nc" },
		{ "CR", STR_INIT("a\r\n"), "a\\r\n" },
		{ "C0 and DEL", STR_INIT("\0\x07\x1b\x1f\x7f"), "\\x00\\x07\\x1B\\x1F\\x7F" },
		{ "C1", STR_INIT("\xc2\x80\xc2\x9f\xc2\xa0"), "\\x80\\x9F\xc2\xa0" },
		{ "bad bytes", STR_INIT("\xff\xc3(\xed\xa0\x80"), "\\xFF\\xC3(\\xED\\xA0\\x80" },
		{ "no characters", STR_INIT("\xef\xbf\xbe\xef\xbf\xbf\xef\xbf\xbd"),
		  "\\uFFFE\\uFFFF\xef\xbf\xbd" },
		{ "separators and BOM", STR_INIT("\xe2\x80\xa8\xe2\x80\xa9\xef\xbb\xbf"),
		  "\\u2028\\u2029\\uFEFF" },
		{ "bidi controls",
		  STR_INIT("\xd8\x9c\xe2\x80\x8e\xe2\x80\x8f\xe2\x80\xaa\xe2\x80\xae"
			   "\xe2\x81\xa6\xe2\x81\xa9"),
		  "\\u061C\\u200E\\u200F\\u202A\\u202E\\u2066\\u2069" },
		{ "their neighbours", STR_INIT("\xe2\x80\x8d\xe2\x80\xaf\xe2\x81\xaa"),
		  "\xe2\x80\x8d\xe2\x80\xaf\xe2\x81\xaa" },
	};

	(void)state;
	check(escape_visible, rows, ARRAY_SIZE(rows));
}

static void test_escape_visible_line(void **state)
{
	static const struct escape_case rows[] = {
		{ "one line", STR_INIT("a\tb\r\n\x1b"), "a\\tb\\r\\n\\x1B" },
	};

	(void)state;
	check(escape_visible_line, rows, ARRAY_SIZE(rows));
}

static void test_escape_xml(void **state)
{
	static const struct escape_case text[] = {
		{ "markup", STR_INIT("a<b>&\"'"), "a&lt;b&gt;&amp;\"'" },
		{ "blanks", STR_INIT("\t\n\r"), "\t\n\\r" },
		{ "end of CDATA", STR_INIT("]]>"), "]]&gt;" },
		{ "forbidden", STR_INIT("\x1b\0\xff\xef\xbf\xbf"), "\\x1B\\x00\\xFF\\uFFFF" },
	};
	static const struct escape_case attr[] = {
		{ "markup", STR_INIT("a<b>&\"'"), "a&lt;b&gt;&amp;&quot;'" },
		{ "blanks", STR_INIT("\t\n\r "), "&#9;&#10;\\r " },
		{ "forbidden", STR_INIT("\x1b\xe2\x80\xae"), "\\x1B\\u202E" },
	};

	(void)state;
	check(escape_xml_text, text, ARRAY_SIZE(text));
	check(escape_xml_attr, attr, ARRAY_SIZE(attr));
}

static void test_escape_html(void **state)
{
	static const struct escape_case rows[] = {
		{ "markup", STR_INIT("</script>&\"'"), "&lt;/script&gt;&amp;&quot;&#x27;" },
		{ "blanks", STR_INIT("\t\n"), "\t\n" },
		{ "invisible", STR_INIT("\0\xff\xe2\x80\xae"), "\\x00\\xFF\\u202E" },
	};

	(void)state;
	check(escape_html, rows, ARRAY_SIZE(rows));
}

static void test_escape_tap13(void **state)
{
	static const struct escape_case rows[] = {
		{ "number sign", STR_INIT("a # TODO \\#"), "a \xef\xbc\x83 TODO \\\xef\xbc\x83" },
		{ "one line", STR_INIT("a\nok 2\r\t"), "a\\nok 2\\r\\t" },
		{ "invisible", STR_INIT("\x1b\xff"), "\\x1B\\xFF" },
	};

	(void)state;
	check(escape_tap13, rows, ARRAY_SIZE(rows));
}

static void test_escape_tap14(void **state)
{
	static const struct escape_case rows[] = {
		{ "number sign", STR_INIT("table #4"), "table \\#4" },
		{ "backslash", STR_INIT("a\\b \\# x"), "a\\\\b \\\\\\# x" },
		{ "directive", STR_INIT("a # TODO #skip # \tSkipped"), "a \xef\xbc\x83 TODO \xef\xbc\x83skip \\# \\\\tSkipped" },
		{ "directive behind blanks", STR_INIT("#   sKiP"), "\xef\xbc\x83   sKiP" },
		{ "its end", STR_INIT("#"), "\\#" },
		{ "one line", STR_INIT("a\nok 2\r"), "a\\\\nok 2\\\\r" },
		{ "invisible", STR_INIT("\x1b\xff"), "\\\\x1B\\\\xFF" },
		{ "text", STR_INIT("caf\xc3\xa9"), "caf\xc3\xa9" },
	};

	(void)state;
	check(escape_tap14, rows, ARRAY_SIZE(rows));
}

static void test_escape_yaml(void **state)
{
	static const struct escape_case rows[] = {
		{ "empty", STR_INIT(""), "\"\"" },
		{ "subset", STR_INIT("a\"b\\c\nd\te: #'"), "\"a\\\"b\\\\c\\nd\\te: #'\"" },
		{ "invisible", STR_INIT("\x1b\r\xff\xe2\x80\xae"),
		  "\"\\\\x1B\\\\r\\\\xFF\\\\u202E\"" },
	};

	(void)state;
	check(escape_yaml_string, rows, ARRAY_SIZE(rows));
}

static void test_escape_shell(void **state)
{
	static const struct escape_case rows[] = {
		{ "harmless", STR_INIT("a/b-c_d.e:f,g@h%i+j"), "a/b-c_d.e:f,g@h%i+j" },
		{ "empty", STR_INIT(""), "''" },
		{ "absent", { NULL, 0 }, "''" },
		{ "blank", STR_INIT("a b"), "'a b'" },
		{ "quote", STR_INIT("it's"), "'it'\\''s'" },
		{ "nothing but a quote", STR_INIT("'"), "''\\'''" },
		{ "variable", STR_INIT("$HOME`id`\\"), "'$HOME`id`\\'" },
		{ "home and assignment", STR_INIT("~a=b"), "'~a=b'" },
		{ "bytes stay", STR_INIT("\xff\n"), "'\xff\n'" },
	};

	(void)state;
	check(escape_shell, rows, ARRAY_SIZE(rows));
}

static void test_escape_ci_commands(void **state)
{
	static const struct escape_case rows[] = {
		{ "plain", STR_INIT("a :: b #[ #"), "a :: b #[ #" },
		{ "at the start", STR_INIT("::error::x"), "|::error::x" },
		{ "after blanks", STR_INIT(" \t::error::x"), " \t|::error::x" },
		{ "after white space of other scripts", STR_INIT("\xc2\xa0\xe3\x80\x80::x"),
		  "\xc2\xa0\xe3\x80\x80|::x" },
		{ "a colon alone", STR_INIT(":error"), ":error" },
		{ "Azure", STR_INIT("x ##vso[task.x]y"), "x #\\#vso[task.x]y" },
		{ "in any case", STR_INIT("##VSO[x] Section_Start:1"),
		  "#\\#VSO[x] S\\ection_Start:1" },
		{ "group", STR_INIT("##[group]a ##[x"), "#\\#[group]a #\\#[x" },
		{ "three signs", STR_INIT("###[a"), "##\\#[a" },
		{ "TeamCity", STR_INIT("##teamcity[x"), "#\\#teamcity[x" },
		{ "GitLab", STR_INIT("\rsection_start:1:x"), "\rs\\ection_start:1:x" },
		{ "bad bytes stay", STR_INIT("\xff::x"), "\xff::x" },
		{ "empty", STR_INIT(""), "" },
	};

	(void)state;
	check(escape_ci_commands, rows, ARRAY_SIZE(rows));
}

static void test_escape_percent(void **state)
{
	static const struct {
		const char *name;
		struct str text;
		const char *also, *want;
	} rows[] = {
		{ "kept", STR_INIT("azAZ09-._~"), "", "azAZ09-._~" },
		{ "blank and slash", STR_INIT("a b/c"), "", "a%20b%2Fc" },
		{ "slash kept", STR_INIT("a b/c"), "/", "a%20b/c" },
		{ "any byte", STR_INIT("\0\xff\xc3\xa9%"), "", "%00%FF%C3%A9%25" },
	};
	struct strbuf sb;

	(void)state;
	strbuf_init(&sb, SIZE_MAX);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		strbuf_clear(&sb);
		escape_percent(&sb, rows[i].text, rows[i].also);
		expect_text(rows[i].name, strbuf_str(&sb), rows[i].want);
	}
	strbuf_release(&sb);
}

static void test_escape_sql(void **state)
{
	static const struct {
		const char *name;
		struct str text;
		char quote;
		bool no_backslash;
		struct str want;
	} rows[] = {
		{ "default mode", STR_INIT("\0\n\r\\'\"\x1a%_x"), '\'', false,
		  STR_INIT("\\0\\n\\r\\\\\\'\\\"\\Z%_x") },
		{ "bytes stay", STR_INIT("\xff\xc3\xa9"), '\'', false, STR_INIT("\xff\xc3\xa9") },
		{ "no backslash", STR_INIT("a'b\\\"\0\n''"), '\'', true,
		  STR_INIT("a''b\\\"\0\n''''") },
		{ "other quote", STR_INIT("a'b\"c"), '"', true, STR_INIT("a'b\"\"c") },
		{ "identifier", STR_INIT("a`b"), '`', true, STR_INIT("a``b") },
		{ "absent", { NULL, 0 }, '\'', true, STR_INIT("") },
	};
	struct strbuf sb;

	(void)state;
	strbuf_init(&sb, SIZE_MAX);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		strbuf_clear(&sb);
		escape_sql(&sb, rows[i].text, rows[i].quote, rows[i].no_backslash);
		expect_str(rows[i].name, strbuf_str(&sb), rows[i].want);
	}
	strbuf_release(&sb);
}

/*
 * Properties, over each pair of bytes. The undoing functions are written from the target's rules
 * (RFC 3986, MySQL's manual, POSIX 2.2.2, RFC 8259), not from the tables under test.
 */

static void for_each_pair(void (*check_pair)(struct strbuf *out, struct strbuf *back, struct str s))
{
	struct strbuf out, back;

	strbuf_init(&out, SIZE_MAX);
	strbuf_init(&back, SIZE_MAX);
	for (unsigned i = 0; i < 0x10000; i++) {
		char pair[] = { (char)(i >> 8), (char)i };

		strbuf_clear(&out);
		strbuf_clear(&back);
		check_pair(&out, &back, str_make(pair, 2));
	}
	strbuf_release(&out);
	strbuf_release(&back);
}

static unsigned hex_value(char c)
{
	const char *digits = "0123456789ABCDEF";
	const char *at = strchr(digits, c >= 'a' ? c - 'a' + 'A' : c);

	assert_non_null(at);
	return (unsigned)(at - digits);
}

static void check_percent(struct strbuf *out, struct strbuf *back, struct str s)
{
	escape_percent(out, s, "");
	for (size_t i = 0; i < out->n; i++) {
		if (out->p[i] != '%') {
			strbuf_addc(back, out->p[i]);
			continue;
		}
		strbuf_addc(back, (char)(hex_value(out->p[i + 1]) * 16 + hex_value(out->p[i + 2])));
		i += 2;
	}
	expect_str("percent", strbuf_str(back), s);
}

static char sql_unescaped(char letter)
{
	switch (letter) {
	case '0':
		return '\0';
	case 'n':
		return '\n';
	case 'r':
		return '\r';
	case 'Z':
		return '\x1a';
	default:
		return letter;
	}
}

static void check_sql(struct strbuf *out, struct strbuf *back, struct str s)
{
	escape_sql(out, s, '\'', false);
	for (size_t i = 0; i < out->n; i++) {
		assert_true(out->p[i] != '\'' && out->p[i] != '\0');
		if (out->p[i] == '\\')
			strbuf_addc(back, sql_unescaped(out->p[++i]));
		else
			strbuf_addc(back, out->p[i]);
	}
	expect_str("sql", strbuf_str(back), s);
}

static void check_sql_quote(struct strbuf *out, struct strbuf *back, struct str s)
{
	escape_sql(out, s, '\'', true);
	for (size_t i = 0; i < out->n; i++) {
		strbuf_addc(back, out->p[i]);
		if (out->p[i] == '\'')
			assert_int_equal(out->p[++i], '\'');
	}
	expect_str("sql without backslash", strbuf_str(back), s);
}

static void check_shell(struct strbuf *out, struct strbuf *back, struct str s)
{
	bool quoted = false;

	escape_shell(out, s);
	for (size_t i = 0; i < out->n; i++) {
		if (out->p[i] == '\'')
			quoted = !quoted;
		else if (!quoted && out->p[i] == '\\')
			strbuf_addc(back, out->p[++i]);
		else
			strbuf_addc(back, out->p[i]);
	}
	assert_false(quoted);
	expect_str("shell", strbuf_str(back), s);
}

static char json_unescaped(char letter)
{
	const char *letters = "bfnrt";
	const char *at = strchr(letters, letter);

	return at ? "\b\f\n\r\t"[at - letters] : letter;
}

static void check_json(struct strbuf *out, struct strbuf *back, struct str s)
{
	escape_json(out, s);
	assert_true(utf8_check(strbuf_str(out)) == SIZE_MAX);
	for (size_t i = 0; i < out->n; i++) {
		assert_true((unsigned char)out->p[i] >= 0x20 && out->p[i] != '"');
		if (out->p[i] != '\\') {
			strbuf_addc(back, out->p[i]);
		} else if (out->p[i + 1] == 'u') {
			assert_true(out->p[i + 2] == '0' && out->p[i + 3] == '0');
			strbuf_addc(back, (char)(hex_value(out->p[i + 4]) * 16 +
						 hex_value(out->p[i + 5])));
			i += 5;
		} else if (out->p[++i] == '"') {
			strbuf_addc(back, '"');
		} else {
			strbuf_addc(back, json_unescaped(out->p[i]));
		}
	}
	if (utf8_check(s) == SIZE_MAX)
		expect_str("json", strbuf_str(back), s);
}

static void test_escape_is_undone_for_all_bytes(void **state)
{
	(void)state;
	for_each_pair(check_percent);
	for_each_pair(check_sql);
	for_each_pair(check_sql_quote);
	for_each_pair(check_shell);
	for_each_pair(check_json);
}

/* What every visible target promises of its output, whatever comes in. */
static bool is_clean(struct str s, const char *allowed)
{
	if (utf8_check(s) != SIZE_MAX)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if ((c < 0x20 || c == 0x7f) && (!c || !strchr(allowed, c)))
			return false;
	}
	return true;
}

static void check_visible_targets(struct strbuf *out, struct strbuf *back, struct str s)
{
	static const struct {
		const char *name;
		escaper *escape;
		const char *controls;	/* those that may be left */
		const char *never;
	} targets[] = {
		{ "visible", escape_visible, "\t\n", "" },
		{ "visible line", escape_visible_line, "", "" },
		{ "xml text", escape_xml_text, "\t\n", "<>" },
		{ "xml attribute", escape_xml_attr, "", "<>\"" },
		{ "html", escape_html, "\t\n", "<>\"'" },
		{ "tap", escape_tap13, "", "#" },
		{ "tap 14", escape_tap14, "", "" },
		{ "yaml", escape_yaml_string, "", "" },
	};

	(void)back;
	for (size_t i = 0; i < ARRAY_SIZE(targets); i++) {
		struct str never = str_from(targets[i].never);

		strbuf_clear(out);
		targets[i].escape(out, s);
		expect_true(targets[i].name, is_clean(strbuf_str(out), targets[i].controls));
		for (size_t k = 0; k < never.n; k++)
			expect_true(targets[i].name, !str_has_char(strbuf_str(out), never.p[k]));
	}
}

static void test_escape_output_is_clean_for_all_bytes(void **state)
{
	(void)state;
	for_each_pair(check_visible_targets);
}

/* Text that was made visible goes through a second time unchanged: reports may do it again. */
static void check_twice(struct strbuf *out, struct strbuf *back, struct str s)
{
	escape_visible(out, s);
	escape_visible(back, strbuf_str(out));
	expect_str("twice", strbuf_str(back), strbuf_str(out));
}

static void test_escape_visible_is_idempotent(void **state)
{
	(void)state;
	for_each_pair(check_twice);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_escape_json),
		cmocka_unit_test(test_escape_visible),
		cmocka_unit_test(test_escape_visible_line),
		cmocka_unit_test(test_escape_xml),
		cmocka_unit_test(test_escape_html),
		cmocka_unit_test(test_escape_tap13),
		cmocka_unit_test(test_escape_tap14),
		cmocka_unit_test(test_escape_yaml),
		cmocka_unit_test(test_escape_shell),
		cmocka_unit_test(test_escape_ci_commands),
		cmocka_unit_test(test_escape_percent),
		cmocka_unit_test(test_escape_sql),
		cmocka_unit_test(test_escape_is_undone_for_all_bytes),
		cmocka_unit_test(test_escape_output_is_clean_for_all_bytes),
		cmocka_unit_test(test_escape_visible_is_idempotent),
	};

	return cmocka_run_group_tests_name("escape", tests, NULL, NULL);
}
