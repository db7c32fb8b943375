#include "harness/lang/sql_blocks.h"

int sql_lines_init(struct sql_lines *l, struct arena *a, const struct source *s)
{
	l->source = s;
	l->count = s->nlines;
	l->items = arena_array(a, s->nlines + 1, sizeof(*l->items));
	if (!l->items)
		return -1;
	for (size_t i = 1; i <= s->nlines; i++)
		l->items[i] = str_trim(source_line(s, i)).n ? SQL_LINE_CODE : SQL_LINE_BLANK;
	return 0;
}

static size_t last_line_of(const struct sql_lines *l, struct span span)
{
	return source_line_at(l->source, span.n ? span.at + span.n - 1 : span.at);
}

void sql_lines_comment(struct sql_lines *l, struct span span)
{
	size_t first = source_line_at(l->source, span.at);
	size_t last = last_line_of(l, span);
	size_t start = l->source->line_starts[first - 1];
	bool block = str_starts_with(str_sub(l->source->text, span.at, span.n), STR("/*"));

	/* behind code on the same line it is a remark on that code */
	if (str_trim(str_sub(l->source->text, start, span.at - start)).n)
		return;
	for (size_t i = first; i <= last; i++)
		l->items[i] = block ? SQL_LINE_BLOCK_COMMENT : SQL_LINE_COMMENT;
}

void sql_lines_code(struct sql_lines *l, struct span span)
{
	size_t last = last_line_of(l, span);

	for (size_t i = source_line_at(l->source, span.at); i <= last; i++)
		l->items[i] = SQL_LINE_CODE;
}

bool sql_lines_is_comment(const struct sql_lines *l, size_t line)
{
	return l->items[line] == SQL_LINE_COMMENT || l->items[line] == SQL_LINE_BLOCK_COMMENT;
}

size_t sql_block_above(const struct sql_lines *l, size_t line, size_t from)
{
	size_t first = line;

	while (first > 1 && first > from && sql_lines_is_comment(l, first - 1))
		first--;
	return first;
}

/* ---- one line ---- */

/* comment = blank* "--" text : the mark and the text behind it; false for # and block comments */
static bool split_mark(const struct source *s, size_t line, struct span *mark, struct span *text)
{
	struct str whole = source_line(s, line);
	struct str trimmed = str_trim(whole);

	if (!str_starts_with(trimmed, STR("--")))
		return false;
	*mark = SPAN((size_t)(trimmed.p - s->text.p), 2);
	*text = SPAN(mark->at + 2, trimmed.n - 2);
	return true;
}

static size_t leading_blanks(struct str s)
{
	size_t n = 0;

	while (n < s.n && (s.p[n] == ' ' || s.p[n] == '\t'))
		n++;
	return n;
}

/* Three or more blanks, or a tab, behind the mark: the value above goes on. */
static bool continues(struct str text)
{
	size_t n = leading_blanks(text);

	return n < text.n && (n >= 3 || (n > 0 && text.p[0] == '\t'));
}

struct block_reader {
	struct arena *arena;
	const struct source *source;
	char *text;
	struct sql_block block;
	struct annotation *open;	/* the one that a continuation belongs to */
	struct annotation *table;	/* the one that a row belongs to */
};

static void continue_value(struct block_reader *r, struct span text)
{
	struct str part = str_trim(str_sub(r->source->text, text.at, text.n));
	size_t from = r->open->value.at + r->open->value.n;
	size_t to = (size_t)(part.p - r->source->text.p);

	memset(r->text + from, ' ', to - from);
	r->open->value.n = to + part.n - r->open->value.at;
	r->open->continued = true;
}

static bool is_row(struct str text)
{
	text = str_trim(text);
	return str_starts_with(text, STR("|")) || str_starts_with(text, STR("+-"));
}

static int add_span(struct block_reader *r, struct span_vec *list, struct span span)
{
	struct span *kept = VEC_PUSH(r->arena, list);

	if (!kept)
		return -1;
	*kept = span;
	return 0;
}

static int read_row(struct block_reader *r, struct span text)
{
	struct str row = str_trim(str_sub(r->source->text, text.at, text.n));
	struct span span = SPAN((size_t)(row.p - r->source->text.p), row.n);

	r->open = NULL;
	if (r->table)
		return add_span(r, &r->table->rows, span);
	if (!r->block.stray_row.n)
		r->block.stray_row = span;
	return add_span(r, &r->block.prose, text);
}

/* key ":" value */
static int read_key(struct block_reader *r, struct span mark, struct span text, struct str key, struct span value)
{
	struct annotation *a = VEC_PUSH(r->arena, &r->block.items);

	if (!a)
		return -1;
	*a = (struct annotation){ .key = key, .key_span = SPAN((size_t)(key.p - r->source->text.p), key.n), .value = value,
				  .line = SPAN(mark.at, text.at + text.n - mark.at) };
	r->open = a;
	if (str_is(key, "expect") || str_is(key, "prefer"))
		r->table = a;
	return 0;
}

static int read_line(struct block_reader *r, size_t line)
{
	const struct cursor c = { .source = r->source };
	struct span mark, text, value;
	struct str key;

	if (!split_mark(r->source, line, &mark, &text)) {
		r->open = NULL;
		return 0;	/* another kind of comment: prose that is no title */
	}
	struct str content = str_sub(r->source->text, text.at, text.n);
	if (is_row(content))
		return read_row(r, text);
	if (r->open && continues(content)) {
		continue_value(r, text);
		return 0;
	}
	r->open = NULL;
	if (meta_split(&c, text, &key, &value))
		return read_key(r, mark, text, key, value);
	return str_trim(content).n ? add_span(r, &r->block.prose, text) : 0;
}

int sql_block_read(struct arena *a, const struct source *s, char *text, size_t first, size_t last, struct sql_block *ret,
		   struct error *err)
{
	struct block_reader r = { .arena = a, .source = s, .text = text, .block = { .first = first, .last = last } };

	for (size_t line = first; line < last; line++)
		if (read_line(&r, line))
			return error_set_oom(err);
	*ret = r.block;
	return 0;
}
