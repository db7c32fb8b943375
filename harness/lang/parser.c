#include "harness/lang/parser.h"

#include "harness/lang/grammar.h"

VEC(entry_vec, struct entry);

struct reader {
	const struct parse_input *in;
	struct cursor c;
	struct entry_vec entries;
	struct meta meta;		/* the file's */
	struct file_meta file;
	size_t last_end;		/* where the entry before ended */
};

enum file_type file_type_of(const char *path)
{
	struct str name = str_from(path);

	if (str_ends_with(name, STR(".suite")))
		return FILE_SUITE;
	return str_ends_with(name, STR(".sql")) ? FILE_SQL : FILE_HURL;
}

/* What no file may hold: a NUL, bytes that are no UTF-8. */
static int check_text(const struct source *s, struct error *err)
{
	size_t bad = utf8_check(s->text);
	size_t nul = str_find_char(s->text, '\0');

	if (bad != SIZE_MAX)
		return error_at(err, ERR_PARSE, s, SPAN(bad, 1), "the file is not UTF-8: byte 0x%02x",
				(unsigned char)s->text.p[bad]);
	if (nul != SIZE_MAX)
		return error_at(err, ERR_PARSE, s, SPAN(nul, 1), "the file holds a NUL byte");
	return 0;
}

/* ---- metadata around entries ---- */

/* The text of a comment line behind its mark; false for any other line. */
static bool comment_line(const struct source *s, size_t line, struct span *ret)
{
	struct str text = source_line(s, line);
	struct str trimmed = str_trim_blanks(text);

	if (!trimmed.n || trimmed.p[0] != '#')
		return false;
	*ret = SPAN((size_t)(trimmed.p + 1 - s->text.p), trimmed.n - 1);
	return true;
}

static bool is_blank_line(const struct source *s, size_t line)
{
	return str_trim(source_line(s, line)).n == 0;
}

/* The unbroken comment lines directly above `line`, which start at `from` or later. */
static int block_above(struct reader *r, size_t from, size_t line, struct span_vec *block)
{
	const struct source *s = r->c.source;
	struct span span;
	size_t first = line;

	while (first > 1 && s->line_starts[first - 2] >= from && comment_line(s, first - 1, &span))
		first--;
	for (; first < line; first++) {
		struct span *kept = VEC_PUSH(r->in->arena, block);
		if (!kept || !comment_line(s, first, kept))
			return error_set_oom(r->c.err);
	}
	return 0;
}

/* Every block before the first entry that a blank line follows describes the file. */
static int file_blocks(struct reader *r, size_t entry_line)
{
	struct str prose = { NULL, 0 };

	for (size_t line = 1; line < entry_line; line++) {
		struct span_vec block = { 0 };
		if (!is_blank_line(r->c.source, line))
			continue;
		if (block_above(r, 0, line, &block) ||
		    grammar_meta(&r->c, META_FILE, r->in->type, &block, &r->meta, &r->file, &prose))
			return -1;
	}
	return 0;
}

/* Metadata of the entry whose first line is at the cursor. */
static int entry_meta(struct reader *r, struct entry *e)
{
	struct span_vec block = { 0 };
	struct str prose = { NULL, 0 };
	size_t line = source_line_at(r->c.source, r->c.at);

	if (r->entries.count == 1 && file_blocks(r, line))
		return -1;
	if (block_above(r, r->last_end, line, &block) ||
	    grammar_meta(&r->c, META_ENTRY, r->in->type, &block, &e->meta, NULL, &prose))
		return -1;
	e->title = e->meta.title.n ? e->meta.title : prose;
	return 0;
}

/* ---- first lines ---- */

static const char *const usual_methods[] = { "GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "CONNECT", "TRACE" };

static const char *near_method(struct str word)
{
	for (size_t i = 0; i < ARRAY_SIZE(usual_methods); i++)
		if (str_eq_nocase(word, str_from(usual_methods[i])))
			return usual_methods[i];
	for (size_t i = 0; i < ARRAY_SIZE(usual_methods); i++)
		if (str_distance(word, str_from(usual_methods[i]), 2) <= 1)
			return usual_methods[i];
	return NULL;
}

/* HTTP200, ROWS>=1: the length of a response word whose argument stands right behind it; 0. */
static size_t glued_response(const struct cursor *c)
{
	size_t n = 0;

	while (cursor_peek_at(c, n) >= 'A' && cursor_peek_at(c, n) <= 'Z')
		n++;
	struct str word = str_sub(c->source->text, c->at, n);
	char next = cursor_peek_at(c, n);
	bool known = is_response_word(word) && (c->extended || str_is(word, "HTTP"));
	return known && next != '\0' && strchr("0123456789*<>=", next) ? n : 0;
}

static int fail_glued(const struct cursor *c, size_t n)
{
	struct cursor end = *c;

	while (!strchr(" \t\r\n", cursor_peek(&end)))
		end.at++;
	struct str line = cursor_since(&end, c->at);
	return cursor_fail(c, SPAN(c->at + n, line.n - n), "a blank is missing behind '%.*s'; a response line reads '%.*s %.*s'",
			   (int)n, line.p, (int)n, line.p, STR_ARG(str_sub(line, n, SIZE_MAX)));
}

/* No entry starts here: say what it may have been meant as. */
static int fail_entry(const struct cursor *c, struct str word)
{
	const char *near = word.n ? near_method(word) : NULL;
	size_t glued = glued_response(c);
	char ch = cursor_peek(c);

	if (glued)
		return fail_glued(c, glued);
	if (near)
		return cursor_fail(c, SPAN(c->at, word.n), "expected an entry; did you mean the method '%s'?", near);
	if (ch == '[')
		return cursor_fail(c, cursor_here(c), "expected an entry; sections stand above the body or table");
	if (ch == '|')
		return cursor_fail(c, cursor_here(c), "expected an entry; a table stands below ROWS and its sections");
	return cursor_fail(c, word.n ? SPAN(c->at, word.n) : cursor_here(c), "expected an entry such as GET {{url}}%s",
			   c->extended ? " or SQL" : "");
}

/* The word of capitals at the cursor, when a blank, a comment or the line's end follows it. */
static struct str first_word(const struct cursor *c)
{
	size_t n = 0;
	char next;

	while (cursor_peek_at(c, n) >= 'A' && cursor_peek_at(c, n) <= 'Z')
		n++;
	next = cursor_peek_at(c, n);
	if (next != '\0' && !strchr(" \t\r\n", next))
		return (struct str){ NULL, 0 };
	return str_sub(c->source->text, c->at, n);
}

static bool url_follows(const struct cursor *c, size_t n)
{
	struct cursor probe = *c;

	probe.at += n;
	cursor_blanks(&probe);
	return cursor_sees(&probe, "http://") || cursor_sees(&probe, "https://") || cursor_sees(&probe, "{{");
}

/* Which kind starts with this word; NULL with *err. */
static const struct kind *kind_of(struct reader *r, struct str word)
{
	struct cursor *c = &r->c;
	const struct kind *kind = kinds_find(r->in->kinds, word);
	struct span span = SPAN(c->at, word.n);

	if (word.n == 0) {
		struct str any = cursor_word(c);
		(void)fail_entry(c, any);
		return NULL;
	}
	if (r->in->type == FILE_HURL && is_kind_word(word) && !url_follows(c, word.n)) {
		(void)cursor_fail(c, span, "`%.*s` entries belong in a .suite file; rename %s", STR_ARG(word), c->source->name);
		return NULL;
	}
	if (r->in->type == FILE_HURL)
		kind = NULL;
	else if (!kind && is_kind_word(word)) {
		(void)cursor_fail(c, span, "entries of kind '%.*s' are not known to this version", STR_ARG(word));
		return NULL;
	} else if (!kind && is_response_word(word)) {
		(void)cursor_fail(c, span, "'%.*s' is a response line and stands below an entry", STR_ARG(word));
		return NULL;
	}
	if (!kind)
		kind = kinds_http(r->in->kinds);
	if (!kind)
		(void)cursor_fail(c, span, "HTTP entries are not known to this version");
	return kind;
}

/* http = METHOD blank+ URL */
static int first_line_http(struct cursor *c, struct entry *e, struct str word)
{
	struct span url;

	e->method = word;
	c->at += word.n;
	if (!cursor_blanks(c) || cursor_line_is_over(c))
		return cursor_fail(c, cursor_here(c), "expected a URL behind '%.*s'", STR_ARG(word));
	if (cursor_value(c, &url))
		return -1;
	return template_parse(c->arena, c->source, url, ESCAPES_STRING, c->extended, &e->url, c->err);
}

/* connection = lower-case letter ( letter | digit | "-" | "_" )*, ended by a blank or the line's end */
static struct str connection_name(const struct cursor *c)
{
	struct str word = cursor_word(c);
	char next = cursor_peek_at(c, word.n);

	if (word.n == 0 || word.p[0] < 'a' || word.p[0] > 'z' || (next != '\0' && !strchr(" \t\r\n", next)))
		return (struct str){ NULL, 0 };
	return word;
}

static bool is_keyword(const struct kind *k, struct str word)
{
	for (size_t i = 0; k->keywords && k->keywords[i]; i++)
		if (str_is(word, k->keywords[i]))
			return true;
	return false;
}

/* keyword = one of the kind's words, which is no connection */
static int first_line_keyword(struct cursor *c, struct entry *e)
{
	struct str word = connection_name(c);

	if (!word.n || !is_keyword(e->kind, word))
		return 0;
	const struct template **words = arena_array(c->arena, 1, sizeof(*words));
	if (!words)
		return cursor_oom(c);
	e->words = words;
	e->nwords = 1;
	c->at += word.n;
	return template_parse(c->arena, c->source, SPAN(c->at - word.n, word.n), ESCAPES_NONE, c->extended, &words[0], c->err);
}

/* connection? keyword? */
static int first_line_connection(struct cursor *c, struct entry *e)
{
	cursor_blanks(c);
	struct str name = connection_name(c);
	if (name.n && !is_keyword(e->kind, name)) {
		e->connection = name;
		c->at += name.n;
		cursor_blanks(c);
	}
	if (first_line_keyword(c, e))
		return -1;
	if (!cursor_line_is_over(c))
		return cursor_fail(c, cursor_here(c), "expected the name of a connection, in lower case, %sor the end of the line behind %s",
				   e->kind->keywords ? "one of its own words, " : "", e->kind->word);
	return 0;
}

/* words = connection? word+ : the connection only when a word follows it */
static int first_line_words(struct cursor *c, struct entry *e)
{
	struct template_vec words = { 0 };
	struct cursor next = *c;
	struct str connection;

	cursor_blanks(&next);
	connection = connection_name(&next);
	next.at += connection.n;
	if (connection.n && !cursor_line_is_over(&next)) {
		e->connection = connection;
		*c = next;
	}
	if (grammar_words(c, &words))
		return -1;
	if (words.count == 0)
		return cursor_fail(c, cursor_here(c), "expected arguments behind %s", e->kind->word);
	e->words = words.items;
	e->nwords = words.count;
	return 0;
}

/* path = the rest of the line; a comment starts behind a blank */
static int first_line_path(struct cursor *c, struct entry *e)
{
	const struct template **words = arena_array(c->arena, 1, sizeof(*words));
	size_t start;

	if (!words)
		return cursor_oom(c);
	cursor_blanks(c);
	start = c->at;
	while (!cursor_line_is_over(c)) {
		if (cursor_sees(c, "{{")) {
			if (cursor_skip_placeholder(c))
				return -1;
		} else {
			c->at++;
		}
		/* a '#' that touches the path belongs to it */
		while (cursor_peek(c) == '#')
			c->at++;
	}
	if (c->at == start)
		return cursor_fail(c, cursor_here(c), "expected a path behind %s", e->kind->word);
	e->words = words;
	e->nwords = 1;
	return template_parse(c->arena, c->source, cursor_span(c, start), ESCAPES_NONE, c->extended, &words[0], c->err);
}

/* first line = METHOD URL | KIND connection? | KIND words | KIND path, then LT */
static int first_line(struct reader *r, struct entry *e)
{
	struct cursor *c = &r->c;
	struct str word = first_word(c);
	size_t start = c->at;
	int rc = 0;

	e->kind = kind_of(r, word);
	if (!e->kind)
		return -1;
	if (e->kind->first == FIRST_METHOD_URL) {
		rc = first_line_http(c, e, word);
	} else {
		c->at += word.n;
		switch (e->kind->first) {
		case FIRST_METHOD_URL:
			break;
		case FIRST_CONNECTION:
			rc = first_line_connection(c, e);
			break;
		case FIRST_WORDS:
			rc = first_line_words(c, e);
			break;
		case FIRST_PATH:
			rc = first_line_path(c, e);
			break;
		}
	}
	if (rc)
		return -1;
	e->span = SPAN(start, str_trim(cursor_since(c, start)).n);
	if (!e->title.n)
		e->title = cursor_text(c, e->span);
	return cursor_end_line(c, e->kind->first == FIRST_METHOD_URL ? "the URL" : "the first line of an entry");
}

/* ---- the request ---- */

static int request_section(struct cursor *c, const struct section_row *row, struct entry *e, struct option_vec *options)
{
	struct params *into[] = {
		[SECTION_QUERY] = &e->query,	     [SECTION_FORM] = &e->form,
		[SECTION_MULTIPART] = &e->multipart, [SECTION_COOKIES] = &e->cookies,
		[SECTION_BASIC_AUTH] = &e->basic_auth,
	};
	struct params params;

	if (row->id == SECTION_OPTIONS)
		return grammar_options(c, e->kind, options);
	if (grammar_params(c, row->id == SECTION_MULTIPART, "the value of a parameter", &params))
		return -1;
	if (row->id == SECTION_BASIC_AUTH && params.count > 1)
		return cursor_fail(c, params.items[1].span, "[BasicAuth] holds one line: user: password");
	if (!into[row->id]->present)	/* of a section and its long alias the first counts, as in Hurl */
		*into[row->id] = params;
	return 0;
}

/* sections = ( "[" name "]" LT item* )* */
static int request_sections(struct cursor *c, struct entry *e)
{
	struct option_vec options = { 0 };
	const struct section_row *row;
	unsigned seen = 0;

	for (;;) {
		if (grammar_section(c, false, e->kind->first == FIRST_METHOD_URL, &seen, &row))
			return -1;
		if (!row)
			break;
		if (request_section(c, row, e, &options))
			return -1;
	}
	e->options = options.items;
	e->noptions = options.count;
	return 0;
}

/* request = first line, headers (HTTP), sections, body? */
static int request(struct reader *r, struct entry *e)
{
	struct cursor *c = &r->c;
	bool found;

	if (first_line(r, e))
		return -1;
	if (e->kind->first == FIRST_METHOD_URL && grammar_params(c, false, "the value of a header", &e->headers))
		return -1;
	if (request_sections(c, e) || grammar_body(c, e->kind->body, &e->body, &found))
		return -1;
	if (e->kind->body_required && !found)
		return cursor_fail(c, e->span, "expected %s below %s%s", e->kind->body & BODY_ALLOWED_SQL ? "a statement" : "file,NAME;",
				   e->kind->word, e->kind->body & BODY_ALLOWED_SQL ? ": a ```sql block, `...` on one line, or file,NAME;" : "");
	return 0;
}

/* ---- entries ---- */

static int response(struct cursor *c, struct entry *e)
{
	struct response_part part;

	if (grammar_response(c, e, &part))
		return -1;
	asserts_sort(part.asserts.items, part.asserts.count);
	e->has_response = part.found;
	e->response = part.row;
	e->response_span = part.span;
	e->captures = part.captures.items;
	e->ncaptures = part.captures.count;
	e->metrics = part.metrics.items;
	e->nmetrics = part.metrics.count;
	e->asserts = part.asserts.items;
	e->nasserts = part.asserts.count;
	return 0;
}

/* entry = LT* metadata request response? */
static int entry(struct reader *r)
{
	struct entry *e = VEC_PUSH(r->in->arena, &r->entries);
	size_t start = r->c.at;

	if (!e)
		return error_set_oom(r->c.err);
	*e = (struct entry){ .source = r->in->source, .index = r->entries.count - 1 };
	if (entry_meta(r, e) || request(r, e) || response(&r->c, e))
		return -1;
	e->whole = cursor_span(&r->c, start);
	e->title = title_clean(r->in->arena, e->title);
	return 0;
}

/* ---- after a mistake ---- */

/* Does an entry start on this line? Only what can hardly be anything else counts. */
static bool starts_entry(const struct reader *r, size_t line)
{
	struct cursor c = r->c;
	struct str word;

	c.at = c.source->line_starts[line - 1];
	cursor_blanks(&c);
	word = first_word(&c);
	if (word.n == 0)
		return false;
	if (r->in->type != FILE_HURL && is_response_word(word))
		return false;
	return url_follows(&c, word.n) || (r->in->type != FILE_HURL && is_kind_word(word));
}

/* To the next entry outside fences, at least one line on. */
static void recover(struct reader *r, size_t start)
{
	const struct source *s = r->c.source;
	size_t line = source_line_at(s, start);
	size_t last = source_line_at(s, r->c.err->source == s ? r->c.err->span.at : start);
	bool in_fence = false;

	for (; line <= s->nlines; line++) {
		bool fence = str_starts_with(str_trim_blanks(source_line(s, line)), STR("```"));
		struct str text = str_trim(source_line(s, line));
		bool one_line = fence && text.n > 5 && str_ends_with(text, STR("```"));
		if (line > last && !in_fence && s->line_starts[line - 1] > start && starts_entry(r, line))
			break;
		if (fence && !one_line)
			in_fence = !in_fence;
	}
	r->c.at = line <= s->nlines ? s->line_starts[line - 1] : r->c.end;
	r->last_end = start;
}

/* file = entry* LT* end */
static void file(struct reader *r, struct error_list *errors)
{
	for (;;) {
		cursor_skip_lines(&r->c);
		if (r->c.at >= r->c.end)
			break;
		size_t start = r->c.at;
		if (entry(r) == 0) {
			r->last_end = r->c.at;
			continue;
		}
		error_list_add(errors, r->c.err);
		if (arena_failed(r->in->arena))
			break;
		recover(r, start);
	}
	/* a file without entries: all its blocks are its own */
	if (r->entries.count == 0 && file_blocks(r, r->c.source->nlines + 1))
		error_list_add(errors, r->c.err);
}

static int finish(struct reader *r, const struct error_list *warnings, const struct suite **ret, struct error *err)
{
	struct suite *s = arena_zalloc(r->in->arena, sizeof(*s));

	titles_make_unique(r->in->arena, r->entries.items, r->entries.count);
	if (!s || arena_failed(r->in->arena))
		return error_set_oom(err);
	*s = (struct suite){
		.type = r->in->type, .source = r->in->source,
		.name = r->file.name.n ? r->file.name : str_from(r->in->source->name),
		.meta = r->meta,
		.variables = r->file.variables.items, .nvariables = r->file.variables.count,
		.continue_on_error = r->file.continue_on_error,
		.entries = r->entries.items, .nentries = r->entries.count,
		.warnings = warnings->items, .nwarnings = warnings->count,
	};
	*ret = s;
	return 0;
}

int parse_suite(const struct parse_input *in, const struct suite **ret, struct error_list *errors)
{
	struct error err = { .code = ERR_NONE };
	struct error_list warnings;
	struct reader r = { .in = in };
	size_t before = error_list_total(errors);

	if (check_text(in->source, &err)) {
		error_list_add(errors, &err);
		return -1;
	}
	if (in->type == FILE_SQL)
		return parse_sql_file(in, ret, errors);
	error_list_init(&warnings, in->arena, in->limits->max_errors);
	r.c = (struct cursor){ .arena = in->arena, .source = in->source, .end = in->source->text.n,
			       .extended = in->type == FILE_SUITE, .jsonpath = in->jsonpath, .limits = in->limits,
			       .warnings = &warnings, .err = &err };
	file(&r, errors);
	if (error_list_total(errors) > before)
		return -1;
	if (finish(&r, &warnings, ret, &err)) {
		error_list_add(errors, &err);
		return -1;
	}
	return 0;
}
