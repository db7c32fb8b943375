#include "reports/yaml_writer.h"

#include "harness/base/escape.h"

enum { TAB_COLUMNS = 8 };

void yaml_begin(struct yaml_writer *y, struct strbuf *out, size_t indent)
{
	*y = (struct yaml_writer){ .out = out, .indent = indent, .base = indent };
	strbuf_add_repeat(out, ' ', indent);
	strbuf_adds(out, "---\n");
}

void yaml_end(struct yaml_writer *y)
{
	assert(y->depth == 0 && y->indent == y->base && !y->first_of_item);
	strbuf_add_repeat(y->out, ' ', y->indent);
	strbuf_adds(y->out, "...\n");
}

static void add_key(struct yaml_writer *y, const char *key)
{
	if (y->first_of_item) {
		strbuf_add_repeat(y->out, ' ', y->indent - 2);
		strbuf_adds(y->out, "- ");
		y->first_of_item = false;
	} else {
		strbuf_add_repeat(y->out, ' ', y->indent);
	}
	strbuf_adds(y->out, key);
	strbuf_addc(y->out, ':');
}

void yaml_open(struct yaml_writer *y, const char *key)
{
	add_key(y, key);
	strbuf_addc(y->out, '\n');
	y->indent += 2;
	y->depth++;
}

void yaml_close(struct yaml_writer *y)
{
	assert(y->depth > 0);
	y->depth--;
	y->indent -= 2;
}

void yaml_item(struct yaml_writer *y)
{
	assert(y->depth > 0 && !y->first_of_item);
	y->indent += 2;
	y->first_of_item = true;
}

void yaml_item_end(struct yaml_writer *y)
{
	assert(!y->first_of_item);
	y->indent -= 2;
}

void yaml_string(struct yaml_writer *y, const char *key, struct str s)
{
	add_key(y, key);
	strbuf_addc(y->out, ' ');
	escape_yaml_string(y->out, s);
	strbuf_addc(y->out, '\n');
}

void yaml_uint(struct yaml_writer *y, const char *key, uint64_t u)
{
	add_key(y, key);
	strbuf_addf(y->out, " %llu\n", (unsigned long long)u);
}

void yaml_bool(struct yaml_writer *y, const char *key, bool b)
{
	add_key(y, key);
	strbuf_adds(y->out, b ? " true\n" : " false\n");
}

void yaml_decimal(struct yaml_writer *y, const char *key, struct str digits)
{
	add_key(y, key);
	strbuf_addc(y->out, ' ');
	strbuf_add(y->out, digits);
	strbuf_addc(y->out, '\n');
}

static void add_expanded(struct strbuf *out, struct str line)
{
	size_t column = 0;

	for (size_t i = 0; i < line.n; i++) {
		size_t blanks = line.p[i] == '\t' ? TAB_COLUMNS - column % TAB_COLUMNS : 0;

		if (blanks)
			strbuf_add_repeat(out, ' ', blanks);
		else
			strbuf_addc(out, line.p[i]);
		column += blanks ? blanks : 1;
	}
}

/* Some readers take a line of three dots at any depth for the end of the block. */
static void add_line(struct yaml_writer *y, struct str line)
{
	struct str text = str_trim_blanks(line);
	size_t blanks = text.n ? (size_t)(text.p - line.p) : 0;

	strbuf_add_repeat(y->out, ' ', y->indent);
	add_expanded(y->out, str_sub(line, 0, blanks));
	if (str_starts_with(text, STR("..."))) {
		strbuf_adds(y->out, "\xe2\x80\xa6");
		text = str_sub(text, 3, text.n);
	}
	add_expanded(y->out, text);
	strbuf_addc(y->out, '\n');
}

static size_t count_lines(struct str s)
{
	size_t n = 1;

	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] == '\n';
	return n;
}

/* The first line tells the indentation of the block, and so has to start with a character. */
static bool needs_head(struct str s)
{
	return s.p[0] == ' ' || s.p[0] == '\t' || s.p[0] == '\n';
}

static void add_block(struct yaml_writer *y, struct str s)
{
	y->indent += 2;
	if (needs_head(s)) {
		strbuf_add_repeat(y->out, ' ', y->indent);
		strbuf_addf(y->out, "(%zu lines)\n", count_lines(s));
	}
	while (s.p)
		add_line(y, str_cut(&s, '\n'));
	y->indent -= 2;
}

void yaml_text(struct yaml_writer *y, const char *key, struct str s)
{
	struct strbuf visible;
	struct str text;

	strbuf_init(&visible, 8 * s.n);
	escape_visible(&visible, s);
	text = strbuf_str(&visible);
	while (text.n && text.p[text.n - 1] == '\n')
		text.n--;
	if (str_find_char(text, '\n') == SIZE_MAX) {
		yaml_string(y, key, str_sub(text, 0, text.n));
	} else {
		add_key(y, key);
		strbuf_adds(y->out, " |\n");
		add_block(y, text);
	}
	y->out->failed |= strbuf_failed(&visible);
	strbuf_release(&visible);
}
