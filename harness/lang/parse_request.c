/*
 * Lines of a request: `key: value` of headers and sections, and the words of a first line.
 */
#include "harness/lang/grammar.h"

/* key = key-string blank* ":" blank* */
int grammar_key(struct cursor *c, struct span *ret_key, bool *ret_found)
{
	struct cursor next = *c;
	struct span key;

	*ret_found = false;
	if (cursor_key(&next, &key))
		return -1;
	cursor_blanks(&next);
	if (key.n == 0 || !cursor_take(&next, ":"))
		return 0;
	cursor_blanks(&next);
	*c = next;
	*ret_key = key;
	*ret_found = true;
	return 0;
}

/* file part = "file," name ";" ( blank* content type )? */
static int param_file(struct cursor *c, struct param *p)
{
	struct span type;

	p->is_file = true;
	if (grammar_file(c, &p->value))
		return -1;
	cursor_blanks(c);
	if (cursor_value(c, &type))
		return -1;
	if (type.n == 0)
		return 0;
	return template_parse(c->arena, c->source, type, ESCAPES_STRING, c->extended, &p->content_type, c->err);
}

static int param_value(struct cursor *c, bool multipart, struct param *p)
{
	struct span value;

	if (multipart && cursor_sees(c, "file,"))
		return param_file(c, p);
	if (cursor_value(c, &value))
		return -1;
	return template_parse(c->arena, c->source, value, ESCAPES_STRING, c->extended, &p->value, c->err);
}

VEC(param_vec, struct param);

/* param = key ":" value LT */
static int grammar_param(struct cursor *c, bool multipart, const char *what, struct param_vec *out, bool *ret_found)
{
	struct cursor next = *c;
	struct span key;
	struct param *p;

	cursor_skip_lines(&next);
	size_t start = next.at;
	if (grammar_key(&next, &key, ret_found))
		return -1;
	if (!*ret_found)
		return 0;
	p = VEC_PUSH(c->arena, out);
	if (!p)
		return cursor_oom(c);
	*p = (struct param){ 0 };
	if (template_parse(c->arena, c->source, key, ESCAPES_KEY, c->extended, &p->key, c->err) ||
	    param_value(&next, multipart, p))
		return -1;
	p->span = cursor_span(&next, start);
	if (cursor_end_line(&next, what))
		return -1;
	*c = next;
	return 0;
}

int grammar_params(struct cursor *c, bool multipart, const char *what, struct params *ret)
{
	struct param_vec items = { 0 };
	bool found = true;

	while (found)
		if (grammar_param(c, multipart, what, &items, &found))
			return -1;
	*ret = (struct params){ .present = true, .items = items.items, .count = items.count };
	return 0;
}

static int word_placeholder(struct cursor *c, struct template_builder *b)
{
	size_t start = c->at;

	return cursor_skip_placeholder(c) || template_add_placeholder(b, cursor_span(c, start), c->err) ? -1 : 0;
}

/* escape = "\x" hex hex | "\" character ; in double quotes */
static int word_escape(struct cursor *c, struct template_builder *b)
{
	size_t start = c->at;
	bool is_hex = cursor_peek_at(c, 1) == 'x' && cursor_peek_at(c, 2) && cursor_peek_at(c, 3);

	c->at += is_hex ? 4 : 2;
	return template_add_span(b, cursor_span(c, start), ESCAPES_WORD, c->err);
}

/* One piece of what stands between quotes; in single ones only \' is an escape. */
static int word_quoted_part(struct cursor *c, char quote, struct template_builder *b)
{
	if (cursor_sees(c, "{{"))
		return word_placeholder(c, b);
	if (quote == '"' && cursor_peek(c) == '\\' && cursor_peek_at(c, 1))
		return word_escape(c, b);
	if (quote == '\'' && cursor_sees(c, "\\'"))
		c->at++;
	template_add_text(b, str_sub(c->source->text, c->at, 1));
	c->at++;
	return 0;
}

/* quoted part = '"' ( escape | placeholder | character )* '"' | "'" ( "\'" | placeholder | character )* "'" */
static int word_quoted(struct cursor *c, struct template_builder *b)
{
	char quote = cursor_peek(c);
	size_t open = c->at++;

	while (cursor_peek(c) != quote) {
		if (c->at >= c->end)
			return cursor_fail(c, SPAN(open, 1), "this %c in the arguments is not closed", quote);
		if (word_quoted_part(c, quote, b))
			return -1;
	}
	c->at++;
	if (c->at < c->end && cursor_peek(c) != ' ' && cursor_peek(c) != '\t')
		return cursor_fail(c, cursor_here(c), "expected a blank behind a quoted argument");
	return 0;
}

/* word = ( placeholder | quoted | character that is no blank )+ */
static int word_parts(struct cursor *c, struct template_builder *b)
{
	while (c->at < c->end && cursor_peek(c) != ' ' && cursor_peek(c) != '\t') {
		size_t start = c->at;
		if (cursor_peek(c) == '"' || cursor_peek(c) == '\'') {
			if (word_quoted(c, b))
				return -1;
		} else if (cursor_sees(c, "{{")) {
			if (word_placeholder(c, b))
				return -1;
		} else {
			c->at++;
			template_add_text(b, cursor_since(c, start));
		}
	}
	return 0;
}

static int grammar_one_word(struct cursor *c, const struct template **ret)
{
	struct template_builder b;
	size_t start = c->at;
	int rc;

	template_builder_init(&b, c->arena, c->source, c->extended);
	rc = word_parts(c, &b);
	if (rc == 0)
		rc = template_finish(&b, cursor_span(c, start), ret, c->err);
	template_builder_release(&b);
	return rc;
}

/* words = ( blank* word )* up to the line's end or a comment behind a blank */
int grammar_words(struct cursor *c, struct template_vec *ret)
{
	struct cursor line = *c;

	while (!cursor_at_line_end(&line))
		line.at++;
	line.end = line.at;
	line.at = c->at;
	for (;;) {
		const struct template *word, **kept;
		cursor_blanks(&line);
		if (line.at >= line.end || cursor_peek(&line) == '#')
			break;
		if (grammar_one_word(&line, &word))
			return -1;
		kept = VEC_PUSH(c->arena, ret);
		if (!kept)
			return cursor_oom(c);
		*kept = word;
	}
	c->at = line.at;
	return 0;
}
