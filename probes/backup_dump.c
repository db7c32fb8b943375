#include "probes/backup_dump.h"

#define LINE_BYTES ((size_t)1024 * 1024)	/* kept of a line */
#define HEAD_BYTES ((size_t)1024 * 1024)	/* kept of a statement */
#define START_BYTES 24			/* tell what a line is */

#define NUMBER(n) (unsigned long long)(n)

void backup_dump_init(struct backup_dump *d, struct backup_facts *facts)
{
	*d = (struct backup_dump){ .lines.facts = facts,
		.number = 1,
		.at_start = true,
		.zero_at = UINT64_MAX };
	strbuf_init(&d->line, LINE_BYTES);
	strbuf_init(&d->head, HEAD_BYTES);
}

void backup_dump_release(struct backup_dump *d)
{
	strbuf_release(&d->line);
	strbuf_release(&d->head);
}

static struct backup_facts *facts_of(struct backup_dump *d)
{
	return d->lines.facts;
}

/* ---- lines ---- */

static void begin_line(struct backup_dump *d)
{
	d->number++;
	d->at_start = true;
	strbuf_clear(&d->line);
	d->mode = BACKUP_LINE_START;
}

/* Up to the ceiling: what is longer is cut. */
static void keep(struct strbuf *sb, const char *p, size_t n)
{
	size_t room = sb->max_bytes - sb->n;

	strbuf_add(sb, str_make(p, n < room ? n : room));
}

static struct str line_text(const struct backup_dump *d)
{
	struct str s = strbuf_str(&d->line);

	while (s.n && (s.p[s.n - 1] == '\r' || s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t'))
		s.n--;
	return s;
}

static bool starts(const struct backup_dump *d, struct str prefix)
{
	return str_starts_with(strbuf_str(&d->line), prefix);
}

/* ---- statements ---- */

static void begin_statement(struct backup_dump *d)
{
	d->in_statement = true;
	d->statement_line = d->number;
	strbuf_clear(&d->head);
	d->head_cut = false;
	d->maybe_insert = true;
	d->table = NULL;
	d->opening = 0;
}

/* The statement itself is kept until it turns out to be rows. */
static void keep_head(struct backup_dump *d, const char *from, size_t n)
{
	if (d->table)
		return;
	d->head_cut = d->head_cut || n > d->head.max_bytes - d->head.n;
	keep(&d->head, from, n);
}

static int end_statement(struct backup_dump *d, struct error *err)
{
	d->in_statement = false;
	d->mode = BACKUP_LINE_START;
	d->at_start = false;
	strbuf_clear(&d->line);
	if (d->table) {
		d->table = NULL;
		facts_of(d)->last = BACKUP_LAST_STATEMENT;
		return 0;
	}
	if (strbuf_failed(&d->head))
		return error_set_oom(err);
	return backup_statement(
		&d->lines, strbuf_str(&d->head), d->head_cut, d->statement_line, err);
}

/* What was begun does not go on. */
static void abandon_statement(struct backup_dump *d)
{
	backup_damage(facts_of(d), "line %llu: the statement that begins here is not closed",
		NUMBER(d->statement_line));
	d->in_statement = false;
	d->table = NULL;
}

/* A row never spans lines. */
static void broken_row(struct backup_dump *d, const char *what)
{
	backup_damage(facts_of(d), "line %llu: the line ends inside a %s of table '%.*s': the row is cut",
		NUMBER(d->number), what, STR_ARG(str_sub(d->table->name, 0, 200)));
	d->in_statement = false;
	d->table = NULL;
	begin_line(d);
}

/* A plain comment on lines of its own is no statement of the server, and nothing closes it. */
static bool is_comment_only(const struct backup_dump *d)
{
	struct str s = str_trim(strbuf_str(&d->head));

	return !d->table && str_starts_with(s, STR("/*")) && !str_starts_with(s, STR("/*!")) &&
		!str_starts_with(s, STR("/*M!")) && str_ends_with(s, STR("*/"));
}

/* The table of an INSERT, once its rows begin: `p` is at the first parenthesis. */
static int open_parenthesis(struct backup_dump *d, struct error *err)
{
	struct backup_name name;
	enum backup_insert what = backup_read_insert(strbuf_str(&d->head), &name);

	if (strbuf_failed(&d->head))
		return error_set_oom(err);
	d->maybe_insert = what == BACKUP_INSERT_COLUMNS && !d->head_cut;
	if (what != BACKUP_INSERT_VALUES)
		return 0;
	d->table = backup_table(facts_of(d), backup_name_str(&name), err);
	if (!d->table)
		return -1;
	d->table->has_data = true;
	d->depth = 0;
	d->mode = BACKUP_VALUES;
	return 0;
}

/* ---- scanning ---- */

/* The bytes that mean something inside rows. */
static const bool values_stop[256] = {
	['\''] = true,
	['"'] = true,
	['`'] = true,
	['('] = true,
	[')'] = true,
	[';'] = true,
	['\n'] = true,
};

/* ... and inside their strings. */
static const bool string_stop[256] = { ['\''] = true, ['"'] = true, ['`'] = true, ['\\'] = true,
	['\n'] = true };

static void enter_quote(struct backup_dump *d, char quote)
{
	d->outside = d->mode;
	d->mode = BACKUP_QUOTED;
	d->quote = quote;
}

static int take_value_byte(struct backup_dump *d, char c, struct error *err)
{
	switch (c) {
	case '(':
		d->depth++;
		return 0;
	case ')':
		d->table->rows += d->depth == 1;
		d->depth -= d->depth > 0;
		return 0;
	case ';':
		return d->depth ? 0 : end_statement(d, err);
	case '\n':
		if (d->depth)
			broken_row(d, "row");
		else
			begin_line(d);
		return 0;
	}
	enter_quote(d, c);
	return 0;
}

static int scan_values(struct backup_dump *d, const char **at, const char *end, struct error *err)
{
	const char *p = *at;

	while (p < end && !values_stop[(unsigned char)*p])
		p++;
	*at = p < end ? p + 1 : p;
	return p < end ? take_value_byte(d, *p, err) : 0;
}

/* What stopped the scan of a string. */
static void take_string_byte(struct backup_dump *d, char c)
{
	if (c == d->quote) {
		d->mode = d->outside;
	} else if (c == '\\') {
		d->mode = d->quote == '`' ? BACKUP_QUOTED : BACKUP_ESCAPED;
	} else if (c == '\n') {
		if (d->outside == BACKUP_VALUES)
			broken_row(d, "string");
		else
			d->number++;
	}
}

static int scan_quoted(struct backup_dump *d, const char **at, const char *end, struct error *err)
{
	const char *p = *at;

	(void)err;
	while (p < end && !string_stop[(unsigned char)*p])
		p++;
	const char *next = p < end ? p + 1 : p;
	keep_head(d, *at, (size_t)(next - *at));
	*at = next;
	if (p < end)
		take_string_byte(d, *p);
	return 0;
}

/* A line end is none of what may be escaped. */
static int scan_escaped(struct backup_dump *d, const char **at, const char *end, struct error *err)
{
	(void)end;
	(void)err;
	d->mode = BACKUP_QUOTED;
	if (**at != '\n') {
		keep_head(d, *at, 1);
		(*at)++;
	}
	return 0;
}

static int scan_comment(struct backup_dump *d, const char **at, const char *end, struct error *err)
{
	const char *p = *at;

	(void)err;
	for (; p < end && d->mode == BACKUP_COMMENT; p++) {
		if (*p == '/' && d->previous == '*')
			d->mode = BACKUP_CODE;
		d->number += *p == '\n';
		d->previous = *p;
	}
	keep_head(d, *at, (size_t)(p - *at));
	*at = p;
	return 0;
}

/* Behind the first two signs of a comment: a conditional one is code. */
static bool enters_comment(struct backup_dump *d, char c)
{
	bool enters = d->opening == 2 && c != '!' && c != 'M';

	d->opening = c == '/' ? 1 : c == '*' && d->opening == 1 ? 2 : 0;
	return enters;
}

static int code_line_end(struct backup_dump *d, struct error *err)
{
	if (is_comment_only(d) && end_statement(d, err))
		return -1;
	begin_line(d);
	return 0;
}

static int take_code_byte(struct backup_dump *d, char c, struct error *err)
{
	switch (c) {
	case ';':
		return end_statement(d, err);
	case '\n':
		return code_line_end(d, err);
	case '\'':
	case '"':
	case '`':
		enter_quote(d, c);
	}
	return 0;
}

static int scan_code(struct backup_dump *d, const char **at, const char *end, struct error *err)
{
	const char c = **at;

	(void)end;
	if (enters_comment(d, c)) {
		d->mode = BACKUP_COMMENT;
		d->previous = '\0';
		return 0;
	}
	/* what an INSERT is, is read from the text before its parenthesis, which VALUES then takes */
	if (c == '(' && d->maybe_insert) {
		if (open_parenthesis(d, err))
			return -1;
		if (d->mode == BACKUP_VALUES)
			return 0;
	}
	keep_head(d, *at, 1);
	(*at)++;
	return take_code_byte(d, c, err);
}

/* ---- between DELIMITER lines ---- */

static void leave_delimiter(struct backup_dump *d)
{
	if (d->body_open)
		backup_damage(facts_of(d),
			"line %llu: a statement between the DELIMITER lines of line %llu and here is not closed",
			NUMBER(d->number), NUMBER(d->delimiter_line));
	d->body_open = false;
	d->delimiter[0] = '\0';
}

static void set_delimiter(struct backup_dump *d, struct str word)
{
	leave_delimiter(d);
	facts_of(d)->last = BACKUP_LAST_STATEMENT;
	word = str_sub(str_trim(word), 0, sizeof(d->delimiter) - 1);
	if (str_is(word, ";"))
		return;
	memcpy(d->delimiter, word.p, word.n);
	d->delimiter[word.n] = '\0';
	d->delimiter_line = d->number;
}

static int body_line(struct backup_dump *d, struct str line, struct error *err)
{
	bool was_open = d->body_open;

	if (!line.n)
		return 0;
	facts_of(d)->last = BACKUP_LAST_OTHER;
	/* of a line that was cut the end is not known: taken as closed */
	d->body_open = d->line.n < d->line.max_bytes && !str_ends_with(line, str_from(d->delimiter));
	return was_open ? 0 : backup_body(&d->lines, line, d->number, err);
}

/* ---- lines ---- */

static bool is_header(struct str line)
{
	return str_starts_with(line, STR("-- MySQL dump ")) ||
		str_starts_with(line, STR("-- MariaDB dump "));
}

static int comment_line(struct backup_dump *d, struct str line, struct error *err)
{
	if (d->in_statement && backup_comment_is_tool(line))
		abandon_statement(d);
	return backup_comment(&d->lines, line, d->number, err);
}

static int whole_line(struct backup_dump *d, struct error *err)
{
	struct str line = line_text(d);

	if (strbuf_failed(&d->line))
		return error_set_oom(err);
	if (!d->in_statement && str_starts_with(line, STR("DELIMITER "))) {
		set_delimiter(d, str_sub(line, 10, SIZE_MAX));
		return 0;
	}
	if (backup_is_message(line) && !d->body_open) {
		backup_message(&d->lines, line, d->number);
		return 0;
	}
	if (d->delimiter[0] && is_header(line))
		leave_delimiter(d);
	if (d->delimiter[0])
		return body_line(d, line, err);
	if (str_starts_with(line, STR("--")) && d->at_start)
		return comment_line(d, line, err);
	facts_of(d)->last = BACKUP_LAST_OTHER;
	return 0;
}

static int scan_line(struct backup_dump *d, const char **at, const char *end, struct error *err)
{
	const char *newline = memchr(*at, '\n', (size_t)(end - *at));
	const char *to = newline ? newline : end;

	keep(&d->line, *at, (size_t)(to - *at));
	*at = newline ? newline + 1 : end;
	if (!newline)
		return 0;
	if (whole_line(d, err))
		return -1;
	begin_line(d);
	return 0;
}

/* ---- the start of a line ---- */

/* Between statements it may be indented. */
static bool is_comment(const struct backup_dump *d)
{
	struct str s = strbuf_str(&d->line);

	while (!d->in_statement && s.n && (*s.p == ' ' || *s.p == '\t'))
		s = str_sub(s, 1, SIZE_MAX);
	return str_starts_with(s, STR("--")) && (s.n == 2 || (unsigned char)s.p[2] <= ' ');
}

/* Lines that are no part of a statement: taken as a whole. */
static bool is_whole_line(const struct backup_dump *d)
{
	static const struct str always[] = { STR_INIT("mysqldump"), STR_INIT("mariadb-dump") };
	static const struct str between[] = { STR_INIT("DELIMITER "), STR_INIT("/*!999999\\-"),
		STR_INIT("/*M!999999\\-"), STR_INIT("Warning: ") };

	if (d->delimiter[0] || is_comment(d))
		return true;
	for (size_t i = 0; i < ARRAY_SIZE(always); i++)
		if (starts(d, always[i]))
			return true;
	for (size_t i = 0; i < ARRAY_SIZE(between) && !d->in_statement; i++)
		if (starts(d, between[i]))
			return true;
	return false;
}

static int run(struct backup_dump *d, const char *p, const char *end, struct error *err);

/* The bytes that were looked at turned out to be part of a statement. */
static int enter_statement(struct backup_dump *d, struct error *err)
{
	char bytes[START_BYTES];
	size_t n = d->line.n;

	memcpy(bytes, d->line.p, n);
	strbuf_clear(&d->line);
	if (!d->in_statement)
		begin_statement(d);
	d->mode = d->table ? BACKUP_VALUES : BACKUP_CODE;
	return run(d, bytes, bytes + n, err);
}

/* Enough was seen of the line. */
static int decide(struct backup_dump *d, struct error *err)
{
	if (strbuf_failed(&d->line))
		return error_set_oom(err);
	if (is_whole_line(d)) {
		d->mode = BACKUP_LINE;
		return 0;
	}
	return enter_statement(d, err);
}

static int scan_start(struct backup_dump *d, const char **at, const char *end, struct error *err)
{
	size_t room = START_BYTES - d->line.n;
	size_t n = (size_t)(end - *at) < room ? (size_t)(end - *at) : room;
	const char *newline;

	if (d->table && !d->line.n && **at == '(') {
		d->mode = BACKUP_VALUES;
		return 0;
	}
	newline = memchr(*at, '\n', n);
	n = newline ? (size_t)(newline - *at) : n;
	strbuf_add(&d->line, str_make(*at, n));
	*at += n;
	if (newline && str_is_empty(str_trim(strbuf_str(&d->line)))) {
		(*at)++;
		begin_line(d);
		return 0;
	}
	return newline || d->line.n == START_BYTES ? decide(d, err) : 0;
}

/* ---- feeding ---- */

static int (*const scanners[])(struct backup_dump *d, const char **at, const char *end, struct error *err) = {
	[BACKUP_LINE_START] = scan_start,
	[BACKUP_LINE] = scan_line,
	[BACKUP_CODE] = scan_code,
	[BACKUP_VALUES] = scan_values,
	[BACKUP_QUOTED] = scan_quoted,
	[BACKUP_ESCAPED] = scan_escaped,
	[BACKUP_COMMENT] = scan_comment,
};

static int run(struct backup_dump *d, const char *p, const char *end, struct error *err)
{
	while (p < end)
		if (scanners[d->mode](d, &p, end, err))
			return -1;
	return 0;
}

/* The tool writes none: what a crashed file system or a sparse copy left. */
static void look_for_zeros(struct backup_dump *d, struct str block)
{
	const char *zero = d->zero_at == UINT64_MAX ? memchr(block.p, '\0', block.n) : NULL;

	if (zero)
		d->zero_at = d->offset + (uint64_t)(zero - block.p);
	d->offset += block.n;
}

static void tell_of_zeros(struct backup_dump *d)
{
	if (d->zero_at != UINT64_MAX)
		backup_damage(facts_of(d), "byte %llu of the text is a zero byte, of which a dump has none: a hole in the file",
			NUMBER(d->zero_at));
}

int backup_dump_feed(struct backup_dump *d, struct str block, struct error *err)
{
	if (!block.n)
		return 0;
	look_for_zeros(d, block);
	return run(d, block.p, block.p + block.n, err);
}

uint64_t backup_dump_lines(const struct backup_dump *d)
{
	bool begun = d->mode != BACKUP_LINE_START || d->line.n || !d->at_start;

	return begun ? d->number : d->number - 1;
}

/* The last line may lack its end. */
static int end_line(struct backup_dump *d, struct error *err)
{
	if (d->mode == BACKUP_LINE_START && !str_is_empty(str_trim(strbuf_str(&d->line))) && decide(d, err))
		return -1;
	return d->mode == BACKUP_LINE ? whole_line(d, err) : 0;
}

int backup_dump_end(struct backup_dump *d, struct error *err)
{
	tell_of_zeros(d);
	if (end_line(d, err))
		return -1;
	if (d->in_statement && is_comment_only(d) && end_statement(d, err))
		return -1;
	if (d->in_statement)
		abandon_statement(d);
	if (d->delimiter[0])
		backup_damage(facts_of(d), "line %llu: the DELIMITER that is set here is not set back",
			NUMBER(d->delimiter_line));
	backup_lines_end(&d->lines);
	return 0;
}
