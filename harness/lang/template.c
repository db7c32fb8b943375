#include "harness/lang/template.h"

#include "harness/lang/chain.h"
#include "harness/lang/cursor.h"
#include "harness/lang/grammar.h"

bool template_is_constant(const struct template *t)
{
	for (size_t i = 0; i < t->nparts; i++)
		if (t->parts[i].placeholder)
			return false;
	return true;
}

struct str template_text(const struct template *t)
{
	return t->nparts ? t->parts[0].text : STR("");
}

bool template_is_bare(const struct template *t)
{
	return t->nparts == 1 && t->parts[0].placeholder;
}

const struct template *template_constant(struct arena *a, struct str text)
{
	struct template *t = arena_zalloc(a, sizeof(*t));
	struct template_part *part = arena_zalloc(a, sizeof(*part));

	if (!t || !part)
		return NULL;
	part->text = text;
	t->parts = part;
	t->nparts = 1;
	return t;
}

void template_builder_init(struct template_builder *b, struct arena *a, const struct source *s, bool extended)
{
	*b = (struct template_builder){ .arena = a, .source = s, .extended = extended };
	strbuf_init(&b->text, s->text.n + 16);
}

void template_builder_release(struct template_builder *b)
{
	strbuf_release(&b->text);
}

void template_add_text(struct template_builder *b, struct str text)
{
	strbuf_add(&b->text, text);
}

static void add_part(struct template_builder *b, struct template_part part)
{
	b->parts = arena_grow(b->arena, b->parts, b->nparts, &b->cap, sizeof(*b->parts));
	if (b->parts)
		b->parts[b->nparts++] = part;
	else
		b->failed = true;
}

/* The literal text so far becomes a part; neighbours of text are always one part. */
static void flush_text(struct template_builder *b)
{
	if (strbuf_str(&b->text).n == 0)
		return;
	add_part(b, (struct template_part){ .text = arena_str(b->arena, strbuf_str(&b->text)) });
	b->failed |= strbuf_failed(&b->text);
	strbuf_clear(&b->text);
}

int template_finish(struct template_builder *b, struct span span, const struct template **ret, struct error *err)
{
	b->failed |= strbuf_failed(&b->text);
	flush_text(b);
	struct template *t = arena_zalloc(b->arena, sizeof(*t));
	if (!t || b->failed || arena_failed(b->arena))
		return error_set_oom(err);
	*t = (struct template){ .span = span, .parts = b->parts, .nparts = b->nparts };
	*ret = t;
	return 0;
}

static const struct {
	struct str name;
	enum placeholder_kind kind;
} functions[] = {
	{ STR_INIT("newUuid"), PLACEHOLDER_NEW_UUID },
	{ STR_INIT("newDate"), PLACEHOLDER_NEW_DATE },
};

bool is_reserved_name(struct str name)
{
	for (size_t i = 0; i < ARRAY_SIZE(functions); i++)
		if (str_eq(functions[i].name, name))
			return true;
	return false;
}

static enum placeholder_kind placeholder_kind(struct str name)
{
	for (size_t i = 0; i < ARRAY_SIZE(functions); i++)
		if (str_eq(functions[i].name, name))
			return functions[i].kind;
	return PLACEHOLDER_VARIABLE;
}

/* literal = '"' text '"': text that holds braces; no filter may follow */
static int literal_in_braces(struct template_builder *b, struct cursor *c)
{
	size_t open = c->at++;
	size_t n = str_find_char(cursor_rest(c), '"');

	if (n == SIZE_MAX)
		return cursor_fail(c, SPAN(open, 1), "this quote inside '{{ }}' is not closed");
	template_add_text(b, str_sub(c->source->text, c->at, n));
	c->at += n + 1;
	cursor_blanks(c);
	if (c->at < c->end)
		return cursor_fail(c, cursor_here(c), "nothing may follow a quoted text inside '{{ }}'");
	return 0;
}

/* placeholder = "{{" blank* name filter* blank* "}}" ; in .hurl files what stands behind the name is ignored */
int template_add_placeholder(struct template_builder *b, struct span braces, struct error *err)
{
	struct cursor c = { .arena = b->arena, .source = b->source, .at = braces.at + 2,
			    .end = braces.at + braces.n - 2, .extended = b->extended,
			    .limits = &limits_default, .err = err };
	struct placeholder p = { 0 };

	cursor_blanks(&c);
	if (b->extended && cursor_peek(&c) == '"')
		return literal_in_braces(b, &c);
	size_t n = variable_name_length(cursor_rest(&c));
	if (n == 0)
		return cursor_fail(&c, cursor_here(&c), "expected the name of a variable inside '{{ }}'");
	p.span = SPAN(c.at, n);
	p.name = cursor_text(&c, p.span);
	p.kind = placeholder_kind(p.name);
	c.at += n;
	if (b->extended && grammar_filters(&c, &p.filters, &p.nfilters))
		return -1;
	cursor_blanks(&c);
	if (b->extended && c.at < c.end)
		return grammar_fail_filter(&c, "in a placeholder");
	if (chain_placeholder(b->source, &p, err))
		return -1;

	struct placeholder *kept = arena_zalloc(b->arena, sizeof(*kept));
	if (!kept)
		return error_set_oom(err);
	*kept = p;
	flush_text(b);
	add_part(b, (struct template_part){ .placeholder = kept });
	return 0;
}

/* What may stand behind a backslash, and what it means. */
static const struct escapes {
	const char *from, *to;
	bool unicode;			/* u{H...} */
	const char *where;
} escape_sets[] = {
	[ESCAPES_STRING] = { "\"\\/bfnrt#`", "\"\\/\b\f\n\r\t#`", true, "a text" },
	[ESCAPES_KEY] = { "#:\\/bfnrt", "#:\\/\b\f\n\r\t", true, "a name" },
	[ESCAPES_FILENAME] = { "\\bfnrt#; {}", "\\\b\f\n\r\t#; {}", true, "a file name" },
	[ESCAPES_SQL_STRING] = { "'\"\\/bfnrt#`", "'\"\\/\b\f\n\r\t#`", true, "a text in single quotes" },
};

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* unicode = "u{" hexdigit+ "}" ; the cursor stands on the u */
static int add_unicode(struct template_builder *b, struct cursor *c)
{
	struct span at = cursor_here(c);
	uint32_t value = 0;
	size_t start;

	c->at++;
	if (!cursor_take(c, "{"))
		return cursor_fail(c, cursor_here(c), "expected '{' behind '\\u'");
	start = c->at;
	for (int d; (d = hex_digit(cursor_peek(c))) >= 0; c->at++)
		value = value > 0x10ffff ? value : value * 16 + (uint32_t)d;
	if (c->at == start)
		return cursor_fail(c, cursor_here(c), "expected hex digits behind '\\u{'");
	if (value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff))
		return cursor_fail(c, cursor_span(c, start), "'%.*s' is no Unicode character",
				   STR_ARG(cursor_since(c, start)));
	if (!cursor_take(c, "}"))
		return cursor_fail(c, span_join(at, cursor_here(c)), "expected '}' behind the digits of '\\u{'");
	strbuf_add_utf8(&b->text, value);
	return 0;
}

/* redis-cli's escapes: an unknown one is the character itself */
static int add_word_escape(struct template_builder *b, struct cursor *c)
{
	static const char from[] = "nrtba";
	static const char to[] = "\n\r\t\b\a";
	char ch = cursor_peek(c);
	const char *known = ch ? strchr(from, ch) : NULL;
	int high = hex_digit(cursor_peek_at(c, 1));
	int low = hex_digit(cursor_peek_at(c, 2));

	if (ch == 'x' && high >= 0 && low >= 0) {
		strbuf_addc(&b->text, (char)(high * 16 + low));
		c->at += 3;
		return 0;
	}
	strbuf_addc(&b->text, known ? to[known - from] : ch);
	c->at++;
	return 0;
}

/* escape = "\" character ; the cursor stands behind the backslash */
static int add_escape(struct template_builder *b, struct cursor *c, enum template_escapes set)
{
	const struct escapes *e = &escape_sets[set];
	char ch = cursor_peek(c);

	if (set == ESCAPES_WORD && ch)
		return add_word_escape(b, c);
	if (ch == 'u' && e->unicode)
		return add_unicode(b, c);
	if (set == ESCAPES_FILENAME && cursor_take(c, ":")) {
		strbuf_adds(&b->text, "\\:");	/* kept, so that it is not the mark before a password */
		return 0;
	}
	const char *known = ch && e->from ? strchr(e->from, ch) : NULL;
	if (!known)
		return cursor_fail(c, cursor_here(c), "unknown escape in %s; a backslash is written '\\\\'",
				   e->where ? e->where : "a word");
	strbuf_addc(&b->text, e->to[known - e->from]);
	c->at++;
	return 0;
}

static bool reads_escapes(enum template_escapes set)
{
	return set != ESCAPES_NONE && set != ESCAPES_JSON;
}

int template_add_span(struct template_builder *b, struct span span, enum template_escapes escapes, struct error *err)
{
	struct cursor c = { .arena = b->arena, .source = b->source, .at = span.at, .end = span.at + span.n,
			    .extended = b->extended, .limits = &limits_default, .err = err };

	while (c.at < c.end) {
		size_t start = c.at;
		if (cursor_sees(&c, "{{")) {
			if (cursor_skip_placeholder(&c) ||
			    template_add_placeholder(b, cursor_span(&c, start), err))
				return -1;
		} else if (cursor_peek(&c) == '\\' && reads_escapes(escapes)) {
			c.at++;
			if (add_escape(b, &c, escapes))
				return -1;
		} else {
			/* in 'text' of SQL the second of two quotes is dropped */
			c.at += escapes == ESCAPES_SQL_STRING && cursor_sees(&c, "''") ? 2 : 1;
			strbuf_addc(&b->text, b->source->text.p[start]);
		}
	}
	return 0;
}

int template_parse(struct arena *a, const struct source *s, struct span span, enum template_escapes escapes,
		   bool extended, const struct template **ret, struct error *err)
{
	struct template_builder b;
	int rc;

	template_builder_init(&b, a, s, extended);
	rc = template_add_span(&b, span, escapes, err);
	if (rc == 0)
		rc = template_finish(&b, span, ret, err);
	template_builder_release(&b);
	return rc;
}
