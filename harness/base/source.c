#include "harness/base/source.h"

#include "harness/base/escape.h"

static const char byte_order_mark[] = "\xef\xbb\xbf";

static size_t count_lines(struct str text)
{
	size_t n = 1;

	for (size_t i = 0; i < text.n; i++)
		n += text.p[i] == '\n';
	return n;
}

static void find_lines(struct str text, size_t *starts)
{
	size_t n = 1;

	starts[0] = 0;
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] == '\n')
			starts[n++] = i + 1;
}

const struct source *source_new(struct arena *a, const char *name, struct str text)
{
	struct source *s = arena_zalloc(a, sizeof(*s));
	size_t *starts;

	if (str_starts_with(text, str_from(byte_order_mark)))
		text = str_sub(text, sizeof(byte_order_mark) - 1, text.n);
	starts = arena_array(a, count_lines(text), sizeof(*starts));
	if (!s || !starts)
		return NULL;
	find_lines(text, starts);
	s->name = arena_cstr(a, str_from(name));
	s->text = text;
	s->line_starts = starts;
	s->nlines = count_lines(text);
	return s->name ? s : NULL;
}

/* The last line that starts at or before `at`. */
static size_t line_of(const struct source *s, size_t at)
{
	size_t low = 0;
	size_t high = s->nlines;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (s->line_starts[middle] <= at)
			low = middle;
		else
			high = middle;
	}
	return low + 1;
}

size_t source_line_at(const struct source *s, size_t at)
{
	return line_of(s, at < s->text.n ? at : s->text.n);
}

struct source_pos source_pos(const struct source *s, size_t at)
{
	size_t end = at < s->text.n ? at : s->text.n;
	size_t line = line_of(s, end);
	size_t start = s->line_starts[line - 1];

	return (struct source_pos){
		.line = line,
		.column = utf8_count(str_sub(s->text, start, end - start)) + 1,
	};
}

struct str source_line(const struct source *s, size_t line)
{
	struct str text;
	size_t start;

	if (line < 1 || line > s->nlines)
		return STR("");
	start = s->line_starts[line - 1];
	text = str_sub(s->text, start, s->text.n);
	text = str_cut(&text, '\n');
	if (str_ends_with(text, STR("\r")))
		text.n--;
	return text;
}

struct span span_join(struct span a, struct span b)
{
	size_t from = a.at < b.at ? a.at : b.at;
	size_t a_end = a.at + a.n;
	size_t b_end = b.at + b.n;

	return SPAN(from, (a_end > b_end ? a_end : b_end) - from);
}

/* A frame being written: `field` is the width of its line numbers. */
struct frame_writer {
	struct strbuf *out;
	const struct source *source;
	int field;
};

/* An empty piece behind the last line end is a line only when the place itself is there. */
static int field_width(const struct source *s, size_t line)
{
	size_t last = s->nlines;
	int width = 1;

	if (last > 1 && s->line_starts[last - 1] == s->text.n)
		last--;
	for (size_t n = last > line ? last : line; n >= 10; n /= 10)
		width++;
	return width < 2 ? 2 : width;
}

/*
 * Text of the source as the frame shows it. Returns how wide that is, which only what was written
 * can tell: an escape is wider than the byte it shows.
 */
static size_t add_source_text(struct strbuf *out, struct str text)
{
	size_t before = out->n;

	while (text.p) {
		escape_visible(out, str_cut(&text, '\t'));
		if (text.p)
			strbuf_add_repeat(out, ' ', 4);
	}
	return utf8_count(str_sub(strbuf_str(out), before, out->n));
}

/* Of a piece of a line more is not shown: a line may be as long as a file. */
#define PIECE_MAX 400

static size_t next_character(struct str text, size_t at)
{
	while (at < text.n && ((unsigned char)text.p[at] & 0xc0) == 0x80)
		at++;
	return at;
}

/* The last part of what stands before the place. */
static size_t add_text_before(struct strbuf *out, struct str text)
{
	size_t from = text.n <= PIECE_MAX ? 0 : next_character(text, text.n - PIECE_MAX);

	if (from)
		strbuf_adds(out, "...");
	return (from ? 3 : 0) + add_source_text(out, str_sub(text, from, text.n));
}

/* The first part of the place, or of what stands behind it. */
static size_t add_text_from(struct strbuf *out, struct str text)
{
	size_t n = text.n <= PIECE_MAX ? text.n : next_character(text, PIECE_MAX);
	size_t width = add_source_text(out, str_sub(text, 0, n));

	if (n < text.n)
		strbuf_adds(out, "...");
	return width;
}

static void add_bar(const struct frame_writer *w)
{
	strbuf_addf(w->out, "%*s |", w->field, "");
}

static void add_empty_line(const struct frame_writer *w)
{
	add_bar(w);
	strbuf_addc(w->out, '\n');
}

static void add_arrow(const struct frame_writer *w, size_t line, size_t column)
{
	strbuf_addf(w->out, "%*s--> ", w->field, "");
	escape_visible_line(w->out, str_from(w->source->name));
	strbuf_addf(w->out, ":%zu:%zu\n", line, column);
	add_empty_line(w);
}

/* The entry's first line, when it stands above the place. */
static void add_entry_line(const struct frame_writer *w, struct span entry, size_t line)
{
	size_t first = line_of(w->source, entry.at);

	if (!entry.n || first >= line)
		return;
	add_bar(w);
	strbuf_addc(w->out, ' ');
	(void)add_text_from(w->out, source_line(w->source, first));	/* no carets here */
	strbuf_addc(w->out, '\n');
	if (line - first > 1) {
		add_bar(w);
		strbuf_adds(w->out, " ...\n");
	}
}

/* The line of the place, in the three pieces that tell where the carets go. */
struct marked {
	size_t indent;
	size_t width;
};

static struct marked add_marked_line(const struct frame_writer *w, size_t line, struct span span)
{
	struct str text = source_line(w->source, line);
	size_t at = span.at - w->source->line_starts[line - 1];
	size_t from = at < text.n ? at : text.n;
	size_t n = span.n < text.n - from ? span.n : text.n - from;
	struct marked m;

	strbuf_addf(w->out, "%*zu |", w->field, line);
	if (text.n)
		strbuf_addc(w->out, ' ');
	m.indent = add_text_before(w->out, str_sub(text, 0, from));
	m.width = add_text_from(w->out, str_sub(text, from, n));
	if (n <= PIECE_MAX)
		(void)add_text_from(w->out, str_sub(text, from + n, text.n));	/* nothing comes after it */
	strbuf_addc(w->out, '\n');
	return m;
}

/* A line under the source line, `indent` columns from where source text starts. */
static void add_note_line(const struct frame_writer *w, size_t indent, struct str text)
{
	add_bar(w);
	if (text.n)
		strbuf_add_repeat(w->out, ' ', indent + 1);
	escape_visible(w->out, text);
	strbuf_addc(w->out, '\n');
}

static void add_note_lines(const struct frame_writer *w, size_t indent, struct str note)
{
	while (note.p)
		add_note_line(w, indent, str_cut(&note, '\n'));
}

static void add_carets(const struct frame_writer *w, struct marked m, struct str note)
{
	size_t width = m.width ? m.width : 1;
	struct str first = str_cut(&note, '\n');

	add_bar(w);
	strbuf_add_repeat(w->out, ' ', m.indent + 1);
	strbuf_add_repeat(w->out, '^', width);
	if (first.n)
		strbuf_addc(w->out, ' ');
	escape_visible(w->out, first);
	strbuf_addc(w->out, '\n');
	add_note_lines(w, m.indent + width + 1, note);
}

static struct str without_last_line_end(struct str note)
{
	if (str_ends_with(note, STR("\n")))
		note.n--;
	return note.n ? note : str_make(NULL, 0);
}

void source_frame(struct strbuf *out, const struct source *s, const struct source_frame *frame)
{
	struct span span = frame->span;
	struct str note = without_last_line_end(frame->note);
	struct source_pos pos = source_pos(s, span.at);
	struct frame_writer w = { .out = out, .source = s, .field = field_width(s, pos.line) };
	struct marked m;

	if (span.at > s->text.n)
		span = SPAN(s->text.n, 0);
	add_arrow(&w, pos.line, frame->column0 ? 0 : pos.column);
	add_entry_line(&w, frame->entry, pos.line);
	m = add_marked_line(&w, pos.line, span);
	if (frame->column0)
		add_note_lines(&w, 2, note);
	else
		add_carets(&w, m, note);
	add_empty_line(&w);
}
