/*
 * Literals: numbers, patterns, placeholders, bytes, file names, fences.
 */
#include "harness/lang/grammar.h"
#include "harness/value/encode.h"
#include "harness/value/number.h"
#include "harness/value/regex.h"

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static void take_digits(struct cursor *c)
{
	while (is_digit(cursor_peek(c)))
		c->at++;
}

int grammar_number(struct cursor *c, const struct value **ret)
{
	struct cursor n = *c;

	if (cursor_peek(&n) == '-')
		n.at++;
	size_t digits = n.at;
	take_digits(&n);
	if (n.at == digits)
		return cursor_fail(c, cursor_here(&n), "expected the digits of a number");
	if (n.at > digits + 1 && c->source->text.p[digits] == '0')
		return cursor_fail(c, SPAN(digits, 1), "a number has no leading zero");
	if (cursor_peek(&n) == '.') {
		size_t dot = n.at++;
		take_digits(&n);
		if (n.at == dot + 1)
			return cursor_fail(c, cursor_here(&n), "expected a digit behind the decimal point");
	}
	const struct value *v;
	if (!number_parse(c->arena, cursor_text(c, cursor_span(&n, c->at)), false, &v) || !v)
		return arena_failed(c->arena) ? cursor_oom(c)
			: cursor_fail(c, cursor_span(&n, c->at), "'%.*s' is no number",
				      STR_ARG(cursor_text(c, cursor_span(&n, c->at))));
	c->at = n.at;
	*ret = v;
	return 0;
}

/* The pattern with its only escape of ours, \/, undone. */
static struct str regex_text(const struct cursor *c, struct str raw)
{
	char *text = arena_alloc(c->arena, raw.n + 1);
	size_t n = 0;

	if (!text)
		return (struct str){ NULL, 0 };
	for (size_t i = 0; i < raw.n; i++) {
		if (raw.p[i] == '\\' && i + 1 < raw.n) {
			if (raw.p[i + 1] != '/')
				text[n++] = raw.p[i];
			i++;
		}
		text[n++] = raw.p[i];
	}
	return str_make(text, n);
}

int grammar_regex(struct cursor *c, const struct regex **ret)
{
	size_t open = c->at;
	size_t i = open + 1;
	const char *p = c->source->text.p;

	while (i < c->end && p[i] != '/' && p[i] != '\n')
		i += p[i] == '\\' && i + 1 < c->end && p[i + 1] != '\n' ? 2 : 1;
	if (i >= c->end || p[i] != '/')
		return cursor_fail(c, SPAN(open, 1), "this pattern is not closed with '/' on its line");

	struct str pattern = regex_text(c, str_sub(c->source->text, open + 1, i - open - 1));
	struct error why;
	if (arena_failed(c->arena))
		return cursor_oom(c);
	if (regex_compile(c->arena, pattern, false, ret, NULL, &why)) {
		if (why.code == ERR_OOM)
			return cursor_oom(c);
		return cursor_fail(c, SPAN(open + 1, 1), "invalid pattern: %s", why.message);
	}
	c->at = i + 1;
	return 0;
}

int grammar_placeholder(struct cursor *c, struct operand *ret)
{
	struct operand o = { .kind = OPERAND_IS_PLACEHOLDER };
	size_t start = c->at;

	if (cursor_skip_placeholder(c))
		return -1;
	o.span = cursor_span(c, start);
	if (template_parse(c->arena, c->source, o.span, ESCAPES_NONE, c->extended, &o.text, c->err))
		return -1;
	if (!template_is_bare(o.text))
		o.kind = OPERAND_IS_TEXT;	/* {{"..."}}: text after all */
	*ret = o;
	return 0;
}

/* Steps over everything up to ';', of the characters in `more`, letters, digits and white space. */
static int coded_text(struct cursor *c, const char *more, const char *form, struct span *ret)
{
	size_t start = c->at;

	for (; cursor_peek(c) != ';'; c->at++) {
		char ch = cursor_peek(c);
		if (ch == '\0')
			return cursor_fail(c, SPAN(start, 0), "expected ';' at the end of %s", form);
		if (!(ch < 0x7f && ch > ' ' && is_letter_or_digit((uint32_t)ch)) && !strchr(more, ch))
			return cursor_fail(c, cursor_here(c), "this character cannot stand in %s", form);
	}
	*ret = cursor_span(c, start);
	c->at++;
	return 0;
}

/* A digit that is none is pointed at; else there is one too few. */
static int fail_hex(const struct cursor *c, struct span span)
{
	struct str text = cursor_text(c, span);

	for (size_t i = 0; i < text.n; i++)
		if (!strchr("0123456789abcdefABCDEF \t\r\n", text.p[i]))
			return cursor_fail(c, SPAN(span.at + i, 1), "'%c' is no hex digit", text.p[i]);
	return cursor_fail(c, span, "expected an even number of hex digits in hex,...;");
}

int grammar_hex(struct cursor *c, struct str *ret, struct span *ret_span)
{
	struct strbuf out;
	struct span span;
	int rc = -1;

	if (!cursor_take(c, "hex,"))
		return cursor_fail(c, cursor_here(c), "expected 'hex,'");
	if (coded_text(c, " \t\r\n", "hex,...;", &span))
		return -1;
	strbuf_init(&out, span.n + 1);
	if (!decode_hex(&out, cursor_text(c, span))) {
		(void)fail_hex(c, span);
	} else {
		*ret = arena_str(c->arena, strbuf_str(&out));
		*ret_span = span;
		rc = arena_failed(c->arena) || strbuf_failed(&out) ? cursor_oom(c) : 0;
	}
	strbuf_release(&out);
	return rc;
}

int grammar_base64(struct cursor *c, struct str *ret, struct span *ret_span)
{
	struct strbuf out;
	struct span span;
	int rc = -1;

	if (!cursor_take(c, "base64,"))
		return cursor_fail(c, cursor_here(c), "expected 'base64,'");
	if (coded_text(c, "+/= \t\r\n", "base64,...;", &span))
		return -1;
	strbuf_init(&out, span.n + 1);
	if (!decode_base64_lenient(&out, cursor_text(c, span))) {
		(void)cursor_fail(c, span, "this is no base64 text");
	} else {
		*ret = arena_str(c->arena, strbuf_str(&out));
		*ret_span = span;
		rc = arena_failed(c->arena) || strbuf_failed(&out) ? cursor_oom(c) : 0;
	}
	strbuf_release(&out);
	return rc;
}

int grammar_file(struct cursor *c, const struct template **ret)
{
	struct span name;

	if (!cursor_take(c, "file,"))
		return cursor_fail(c, cursor_here(c), "expected 'file,'");
	cursor_blanks(c);
	if (cursor_file_name(c, &name))
		return -1;
	cursor_blanks(c);
	if (!cursor_take(c, ";"))
		return cursor_fail(c, cursor_here(c), "expected ';' behind the name of the file");
	return template_parse(c->arena, c->source, name, ESCAPES_FILENAME, c->extended, ret, c->err);
}

static const char *const hints[] = { "", "json", "xml", "graphql", "raw", "sql" };

static bool hint_is_known(struct str hint)
{
	for (size_t i = 0; i < ARRAY_SIZE(hints); i++)
		if (str_is(hint, hints[i]))
			return true;
	return false;
}

/* attributes = ( "," blank* ( "escape" | "novariable" ) )* : of Hurl 7, gone in 8 */
static int fence_attributes(struct cursor *c, bool first, struct fence *f)
{
	while (first || cursor_take(c, ",")) {
		first = false;
		cursor_blanks(c);
		size_t start = c->at;
		struct str word = cursor_take_word(c);
		if (str_is(word, "escape"))
			f->escape = true;
		else if (!str_is(word, "novariable"))
			return cursor_fail(c, SPAN(start, word.n), "expected 'escape' or 'novariable' behind the hint");
		cursor_warn(c, cursor_span(c, start), "'%.*s' is deprecated: Hurl 8 does not know it", STR_ARG(word));
	}
	return 0;
}

/* hint = "" | "json" | "xml" | "graphql" | "raw" | "sql" ; attributes may stand behind it, or alone */
static int fence_hint(struct cursor *c, struct fence *f)
{
	struct cursor word = *c;
	size_t start = c->at;

	f->hint = cursor_take_word(c);
	if (str_is(f->hint, "escape") || str_is(f->hint, "novariable")) {
		*c = word;
		f->hint = STR("");
		return fence_attributes(c, true, f);
	}
	if (!hint_is_known(f->hint) || (str_is(f->hint, "sql") && !c->extended))
		return cursor_fail(c, cursor_span(c, start),
				   "unknown hint '%.*s' behind ```; expected json, xml, graphql%s or raw, or a new line",
				   STR_ARG(f->hint), c->extended ? ", sql" : "");
	return fence_attributes(c, false, f);
}

/* fence = "```" hint? attributes? blank* line-end content "```" */
int grammar_fence(struct cursor *c, struct fence *ret)
{
	struct fence f = { .hint = STR("") };
	size_t open = c->at;

	if (!cursor_take(c, "```"))
		return cursor_fail(c, cursor_here(c), "expected ```");
	if (fence_hint(c, &f))
		return -1;
	cursor_blanks(c);
	if (c->at < c->end && !cursor_at_line_end(c))
		return cursor_fail(c, cursor_here(c), "expected a new line behind ``` and its hint");
	(void)cursor_take_line_end(c);	/* at the end of the file the fence is not closed, said below */
	size_t length = str_find(cursor_rest(c), STR("```"));
	if (length == SIZE_MAX)
		return cursor_fail(c, SPAN(open, 3), "this ``` is not closed");
	f.content = SPAN(c->at, length);
	c->at += length + 3;
	f.whole = cursor_span(c, open);
	*ret = f;
	return 0;
}
