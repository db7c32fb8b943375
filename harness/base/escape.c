#include "harness/base/escape.h"

/* What a target does with bytes that are no UTF-8. */
enum bad_bytes {
	BAD_REPLACED,		/* U+FFFD, one for each byte */
	BAD_VISIBLE,		/* "\xE9" */
};

/* A target: the replacement of each ASCII character (NULL: as it is) and what else it minds. */
struct target {
	const char *ascii[128];
	enum bad_bytes bad;
	bool shows_invisible;	/* C1, bidi controls and the like as text */
	const char *backslash;	/* as it begins a visible escape */
};

/* The C0 controls that are invisible in every target; tab, LF and CR are each target's own. */
#define CONTROLS(bs) \
	[0x00] = bs "x00", [0x01] = bs "x01", [0x02] = bs "x02", [0x03] = bs "x03", \
	[0x04] = bs "x04", [0x05] = bs "x05", [0x06] = bs "x06", [0x07] = bs "x07", \
	[0x08] = bs "x08", [0x0b] = bs "x0B", [0x0c] = bs "x0C", [0x0e] = bs "x0E", \
	[0x0f] = bs "x0F", [0x10] = bs "x10", [0x11] = bs "x11", [0x12] = bs "x12", \
	[0x13] = bs "x13", [0x14] = bs "x14", [0x15] = bs "x15", [0x16] = bs "x16", \
	[0x17] = bs "x17", [0x18] = bs "x18", [0x19] = bs "x19", [0x1a] = bs "x1A", \
	[0x1b] = bs "x1B", [0x1c] = bs "x1C", [0x1d] = bs "x1D", [0x1e] = bs "x1E", \
	[0x1f] = bs "x1F", [0x7f] = bs "x7F"

#define MARKUP ['&'] = "&amp;", ['<'] = "&lt;", ['>'] = "&gt;"

static const struct target json = {
	.ascii = {
		['\b'] = "\\b", ['\t'] = "\\t", ['\n'] = "\\n", ['\f'] = "\\f", ['\r'] = "\\r",
		['"'] = "\\\"", ['\\'] = "\\\\",
		[0x00] = "\\u0000", [0x01] = "\\u0001", [0x02] = "\\u0002", [0x03] = "\\u0003",
		[0x04] = "\\u0004", [0x05] = "\\u0005", [0x06] = "\\u0006", [0x07] = "\\u0007",
		[0x0b] = "\\u000b", [0x0e] = "\\u000e", [0x0f] = "\\u000f", [0x10] = "\\u0010",
		[0x11] = "\\u0011", [0x12] = "\\u0012", [0x13] = "\\u0013", [0x14] = "\\u0014",
		[0x15] = "\\u0015", [0x16] = "\\u0016", [0x17] = "\\u0017", [0x18] = "\\u0018",
		[0x19] = "\\u0019", [0x1a] = "\\u001a", [0x1b] = "\\u001b", [0x1c] = "\\u001c",
		[0x1d] = "\\u001d", [0x1e] = "\\u001e", [0x1f] = "\\u001f",
	},
	.bad = BAD_REPLACED,
};

static const struct target visible = {
	.ascii = { CONTROLS("\\"), ['\r'] = "\\r" },
	.bad = BAD_VISIBLE, .shows_invisible = true, .backslash = "\\",
};

static const struct target visible_line = {
	.ascii = { CONTROLS("\\"), ['\r'] = "\\r", ['\n'] = "\\n", ['\t'] = "\\t" },
	.bad = BAD_VISIBLE, .shows_invisible = true, .backslash = "\\",
};

static const struct target xml_text = {
	.ascii = { CONTROLS("\\"), ['\r'] = "\\r", MARKUP },
	.bad = BAD_VISIBLE, .shows_invisible = true, .backslash = "\\",
};

static const struct target xml_attr = {
	.ascii = { CONTROLS("\\"), ['\r'] = "\\r", MARKUP, ['"'] = "&quot;",
		   ['\n'] = "&#10;", ['\t'] = "&#9;" },
	.bad = BAD_VISIBLE, .shows_invisible = true, .backslash = "\\",
};

static const struct target html = {
	.ascii = { CONTROLS("\\"), ['\r'] = "\\r", MARKUP, ['"'] = "&quot;", ['\''] = "&#x27;" },
	.bad = BAD_VISIBLE, .shows_invisible = true, .backslash = "\\",
};

static const struct target tap13 = {
	.ascii = { CONTROLS("\\"), ['\r'] = "\\r", ['\n'] = "\\n", ['\t'] = "\\t",
		   ['#'] = "\xef\xbc\x83" },
	.bad = BAD_VISIBLE, .shows_invisible = true, .backslash = "\\",
};

/* What is made visible holds a backslash, which is then escaped like any other. */
static const struct target yaml = {
	.ascii = { CONTROLS("\\\\"), ['\r'] = "\\\\r", ['\n'] = "\\n", ['\t'] = "\\t",
		   ['"'] = "\\\"", ['\\'] = "\\\\" },
	.bad = BAD_VISIBLE, .shows_invisible = true, .backslash = "\\\\",
};

/* Characters beyond ASCII that nobody can see, or that reorder what stands around them. */
static const struct range {
	uint32_t min, max;
} invisible[] = {
	{ 0x0080, 0x009f },	/* C1 */
	{ 0x061c, 0x061c },	/* bidi: Arabic letter mark */
	{ 0x200e, 0x200f },	/* bidi: left-to-right mark and its opposite */
	{ 0x2028, 0x202e },	/* line and paragraph separator, bidi embeddings and overrides */
	{ 0x2066, 0x2069 },	/* bidi: isolates */
	{ 0xfeff, 0xfeff },	/* byte order mark */
	{ 0xfffe, 0xffff },	/* no characters */
};

static bool is_invisible(uint32_t c)
{
	for (size_t i = 0; i < ARRAY_SIZE(invisible); i++)
		if (c >= invisible[i].min && c <= invisible[i].max)
			return true;
	return false;
}

static void add_bad(struct strbuf *out, const struct target *t, char byte)
{
	switch (t->bad) {
	case BAD_REPLACED:
		strbuf_add_utf8(out, 0xfffd);
		break;
	case BAD_VISIBLE:
		strbuf_addf(out, "%sx%02X", t->backslash, (unsigned char)byte);
		break;
	}
}

/* The bytes from `at` on that the target takes as they are. */
static size_t harmless(const struct target *t, struct str s, size_t at)
{
	size_t end = at;
	uint32_t c;
	size_t n;

	for (; end < s.n; end += n) {
		n = utf8_next(s, end, &c);
		if (!n || (c < 0x80 && t->ascii[c]))
			break;
		if (c >= 0x80 && t->shows_invisible && is_invisible(c))
			break;
	}
	return end - at;
}

/* The one character at `at` that is not harmless; returns its length. */
static size_t add_escaped(struct strbuf *out, const struct target *t, struct str s, size_t at)
{
	uint32_t c;
	size_t n = utf8_next(s, at, &c);

	if (!n) {
		add_bad(out, t, s.p[at]);
		return 1;
	}
	if (c < 0x80)
		strbuf_adds(out, t->ascii[c]);
	else
		strbuf_addf(out, c < 0x100 ? "%sx%02X" : "%su%04X", t->backslash, (unsigned)c);
	return n;
}

static void escape(struct strbuf *out, const struct target *t, struct str s)
{
	for (size_t at = 0; at < s.n; ) {
		size_t n = harmless(t, s, at);

		strbuf_add(out, str_sub(s, at, n));
		at += n;
		if (at < s.n)
			at += add_escaped(out, t, s, at);
	}
}

void escape_json(struct strbuf *out, struct str s)
{
	escape(out, &json, s);
}

void escape_visible(struct strbuf *out, struct str s)
{
	escape(out, &visible, s);
}

void escape_visible_line(struct strbuf *out, struct str s)
{
	escape(out, &visible_line, s);
}

void escape_xml_text(struct strbuf *out, struct str s)
{
	escape(out, &xml_text, s);
}

void escape_xml_attr(struct strbuf *out, struct str s)
{
	escape(out, &xml_attr, s);
}

void escape_tap13(struct strbuf *out, struct str s)
{
	escape(out, &tap13, s);
}

static bool starts_directive(struct str behind)
{
	struct str word = str_trim_blanks(behind);

	return str_eq_nocase(str_sub(word, 0, 4), STR("skip")) || str_eq_nocase(str_sub(word, 0, 4), STR("todo"));
}

void escape_tap14(struct strbuf *out, struct str s)
{
	struct strbuf line;

	strbuf_init(&line, 8 * s.n + 1);
	escape(&line, &visible_line, s);
	for (size_t i = 0; i < line.n; i++) {
		if (line.p[i] == '#' && starts_directive(str_sub(strbuf_str(&line), i + 1, SIZE_MAX)))
			strbuf_adds(out, "\xef\xbc\x83");
		else
			strbuf_addf(out, "%s%c", line.p[i] == '#' || line.p[i] == '\\' ? "\\" : "", line.p[i]);
	}
	out->failed |= strbuf_failed(&line);
	strbuf_release(&line);
}

void escape_yaml_string(struct strbuf *out, struct str s)
{
	strbuf_addc(out, '"');
	escape(out, &yaml, s);
	strbuf_addc(out, '"');
}

void escape_html(struct strbuf *out, struct str s)
{
	escape(out, &html, s);
}

#define DIGITS_AND_LETTERS "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

static bool is_harmless_word(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!str_has_char(STR(DIGITS_AND_LETTERS "_@%+:,./-"), s.p[i]))
			return false;
	return s.n > 0;
}

void escape_shell(struct strbuf *out, struct str s)
{
	if (is_harmless_word(s)) {
		strbuf_add(out, s);
		return;
	}
	strbuf_addc(out, '\'');
	while (s.p) {
		strbuf_add(out, str_cut(&s, '\''));
		if (s.p)
			strbuf_adds(out, "'\\''");
	}
	strbuf_addc(out, '\'');
}

/* The letter behind the backslash in a string of MySQL's default mode; 0: the byte needs none. */
static const char sql_letters[256] = {
	['\0'] = '0', ['\n'] = 'n', ['\r'] = 'r', [0x1a] = 'Z',
	['\\'] = '\\', ['\''] = '\'', ['"'] = '"',
};

static void escape_sql_quote(struct strbuf *out, struct str s, char quote)
{
	while (s.p) {
		strbuf_add(out, str_cut(&s, quote));
		if (s.p)
			strbuf_add_repeat(out, quote, 2);
	}
}

void escape_sql(struct strbuf *out, struct str s, char quote, bool no_backslash)
{
	if (no_backslash) {
		escape_sql_quote(out, s, quote);
		return;
	}
	for (size_t i = 0; i < s.n; i++) {
		char letter = sql_letters[(unsigned char)s.p[i]];

		if (letter)
			strbuf_addc(out, '\\');
		strbuf_addc(out, letter ? letter : s.p[i]);
	}
}

void escape_percent(struct strbuf *out, struct str s, const char *also)
{
	struct str kept = str_from(also);

	for (size_t i = 0; i < s.n; i++) {
		if (str_has_char(STR(DIGITS_AND_LETTERS "-._~"), s.p[i]) ||
		    str_has_char(kept, s.p[i]))
			strbuf_addc(out, s.p[i]);
		else
			strbuf_addf(out, "%%%02X", (unsigned char)s.p[i]);
	}
}

/* White space as GitHub's runner trims it from the front of a line. */
static const struct range blanks[] = {
	{ 0x0009, 0x000d }, { 0x0020, 0x0020 }, { 0x0085, 0x0085 }, { 0x00a0, 0x00a0 },
	{ 0x1680, 0x1680 }, { 0x2000, 0x200a }, { 0x2028, 0x2029 }, { 0x202f, 0x202f },
	{ 0x205f, 0x205f }, { 0x3000, 0x3000 },
};

static bool is_blank(uint32_t c)
{
	for (size_t i = 0; i < ARRAY_SIZE(blanks); i++)
		if (c >= blanks[i].min && c <= blanks[i].max)
			return true;
	return false;
}

static size_t leading_blanks(struct str s)
{
	size_t at = 0;
	uint32_t c;
	size_t n;

	while ((n = utf8_next(s, at, &c)) > 0 && is_blank(c))
		at += n;
	return at;
}

static bool starts_ci_command(struct str s)
{
	static const struct str commands[] = {
		STR_INIT("##["), STR_INIT("##vso["), STR_INIT("##teamcity["),
		STR_INIT("section_start:"),
	};

	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		if (str_eq_nocase(str_sub(s, 0, commands[i].n), commands[i]))
			return true;
	return false;
}

void escape_ci_commands(struct strbuf *out, struct str line)
{
	size_t start = leading_blanks(line);

	strbuf_add(out, str_sub(line, 0, start));
	line = str_sub(line, start, line.n);
	if (str_starts_with(line, STR("::")))
		strbuf_addc(out, '|');
	for (; line.n; line = str_sub(line, 1, line.n)) {
		strbuf_addc(out, line.p[0]);
		if (starts_ci_command(line))
			strbuf_addc(out, '\\');
	}
}
