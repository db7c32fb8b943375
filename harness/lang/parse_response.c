/*
 * The response part: its first line by the rows of the kind, headers, sections, the expected body or table.
 */
#include "harness/lang/grammar.h"

#include "harness/base/scan.h"

static const struct value *ok_value(const struct value *v, bool *oom)
{
	*oom |= !v;
	return v;
}

struct assertion assertion_of(const struct cursor *c, enum assertion_stage stage, enum query_id query,
			      enum predicate_id predicate, struct span span)
{
	return (struct assertion){
		.span = span, .source = c->source, .stage = stage,
		.query = { .span = span, .name_span = span, .query = &queries[query] },
		.predicate_span = span, .predicate = &predicates[predicate],
		.expected = { .span = span },
	};
}

static int add_assertion(struct cursor *c, struct assertion_vec *out, struct assertion a)
{
	struct assertion *kept = VEC_PUSH(c->arena, out);

	if (!kept)
		return cursor_oom(c);
	*kept = a;
	return 0;
}

static int add_constant(struct cursor *c, struct assertion_vec *out, struct assertion a, const struct value *expected)
{
	if (!expected)
		return cursor_oom(c);
	a.expected = operand_constant(expected, a.span);
	return add_assertion(c, out, a);
}

/* ---- the first line ---- */

/* HTTP/1.1200: the version, and the status glued to it. */
static int fail_glued_status(const struct cursor *c, const char *version)
{
	size_t n = strlen(version);

	return cursor_fail(c, SPAN(c->at + n, 3), "a blank is missing before the status; the response line reads 'HTTP/%s %.*s'",
			   version, STR_ARG(str_sub(c->source->text, c->at + n, 3)));
}

static int fail_version(const struct cursor *c)
{
	return cursor_fail(c, cursor_here(c), "unknown HTTP version; expected HTTP, HTTP/1.0, HTTP/1.1, HTTP/2 or HTTP/3");
}

/* version = "HTTP" ( "/" ( "1.0" | "1.1" | "2" | "3" ) )? ; stands behind "HTTP" */
static int response_version(struct cursor *c, struct assertion_vec *out)
{
	static const char *const versions[] = { "1.0", "1.1", "2", "3" };
	size_t start = c->at + 1;
	uint64_t status;

	if (!cursor_take(c, "/"))
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(versions); i++) {
		struct cursor next = *c;
		if (!cursor_take(&next, versions[i]))
			continue;
		if (scan_digits(cursor_rest(&next), &status) == 3)
			return fail_glued_status(c, versions[i]);
		if (cursor_peek(&next) != ' ' && cursor_peek(&next) != '\t')
			continue;
		*c = next;
		return add_constant(c, out, assertion_of(c, STAGE_STATUS, QUERY_VERSION, PREDICATE_EQ, cursor_span(c, start)),
				    value_string(c->arena, str_from(versions[i])));
	}
	return fail_version(c);
}

/* status class = digit "xx" */
static bool take_class(struct cursor *c)
{
	char ch = cursor_peek(c);

	if (!c->extended || ch < '1' || ch > '5' || cursor_peek_at(c, 1) != 'x' || cursor_peek_at(c, 2) != 'x')
		return false;
	c->at += 3;
	return true;
}

/* statuses = digit+ ( "," digit+ )* */
static const struct value *status_list(struct cursor *c)
{
	struct value_list_builder list = { 0 };
	bool oom = false;

	do {
		uint64_t number = 0;
		struct cursor next = *c;
		if (list.count)
			cursor_blanks(&next);
		size_t n = scan_digits(cursor_rest(&next), &number);
		if (n == 0 || number > INT64_MAX)
			return NULL;
		value_list_add(c->arena, &list, ok_value(value_int(c->arena, (int64_t)number), &oom));
		*c = next;
		c->at += n;
	} while (c->extended && cursor_take(c, ","));
	return oom ? NULL : value_list_finish(c->arena, &list);
}

/* status = "*" | digit+ ; in suites also 200,201 and 2xx */
static int response_status(struct cursor *c, struct assertion_vec *out)
{
	const struct value *expected;
	size_t start;

	if (response_version(c, out))
		return -1;
	if (!cursor_blanks(c))
		return cursor_fail(c, cursor_here(c), "expected a blank and a status behind HTTP");
	start = c->at;
	if (cursor_take(c, "*"))
		return 0;
	if (take_class(c))
		expected = value_string(c->arena, cursor_since(c, start));
	else
		expected = status_list(c);
	if (!expected)
		return cursor_fail(c, cursor_here(c), c->extended ? "expected a status such as 200, 200,201, 2xx or *"
				   : "expected a status such as 200, or *");
	return add_constant(c, out, assertion_of(c, STAGE_STATUS, QUERY_STATUS, PREDICATE_STATUS, cursor_span(c, start)),
			    expected);
}

/* One bound of a count. */
static int count_number(struct cursor *c, int64_t *ret)
{
	uint64_t number = 0;
	size_t n = scan_digits(cursor_rest(c), &number);

	if (n == 0 || number > INT64_MAX - 1)
		return cursor_fail(c, cursor_here(c), "expected a count such as 1, >= 1, 1..5 or *");
	c->at += n;
	*ret = (int64_t)number;
	return 0;
}

/* Reads a count as [low, high]; -1 there is open. */
static int count_range(struct cursor *c, int64_t *low, int64_t *high)
{
	static const struct {
		const char *symbol;
		bool is_low;
		int add;
	} bounds[] = { { ">=", true, 0 }, { "<=", false, 0 }, { ">", true, 1 }, { "<", false, -1 } };
	int64_t number;

	for (size_t i = 0; i < ARRAY_SIZE(bounds); i++) {
		if (!cursor_take(c, bounds[i].symbol))
			continue;
		cursor_blanks(c);
		struct span place = cursor_here(c);
		if (count_number(c, &number))
			return -1;
		if (number + bounds[i].add < 0)
			return cursor_fail(c, place, "no count is below 0");
		*(bounds[i].is_low ? low : high) = number + bounds[i].add;
		return 0;
	}
	struct span place = cursor_here(c);
	if (count_number(c, low))
		return -1;
	*high = *low;
	if (cursor_take(c, "..") && count_number(c, high))
		return -1;
	if (*high < *low)
		return cursor_fail(c, place, "the range ends below its start");
	return 0;
}

static const struct value *bound_value(struct cursor *c, int64_t bound)
{
	return bound < 0 ? value_null() : value_int(c->arena, bound);
}

/* Is it a word (of a table) or nothing that stands here, so that no count is given? */
static bool no_count(const struct cursor *c)
{
	char ch = cursor_peek(c);

	return cursor_line_is_over(c) || (ch >= 'a' && ch <= 'z') || (c->sql && ch >= 'A' && ch <= 'Z');
}

int grammar_count(struct cursor *c, enum query_id query, struct span word, struct assertion_vec *out)
{
	struct value_list_builder list = { 0 };
	int64_t low = -1, high = -1;
	size_t start = c->at;

	if (cursor_take(c, "*") || no_count(c))
		return 0;
	if (count_range(c, &low, &high))
		return -1;
	value_list_add(c->arena, &list, bound_value(c, low));
	value_list_add(c->arena, &list, bound_value(c, high));
	struct assertion a = assertion_of(c, STAGE_LINE, query, PREDICATE_RANGE, cursor_span(c, start));
	a.span = span_join(word, a.span);
	return add_constant(c, out, a, value_list_finish(c->arena, &list));
}

/* sqlstate = 5 of 0-9 A-Z ; code = 1 to 10 digits; five digits are a SQLSTATE */
int grammar_error_code(struct cursor *c, struct span word, struct assertion_vec *out)
{
	struct str code = cursor_word(c);
	struct assertion a = assertion_of(c, STAGE_LINE, QUERY_ERROR, PREDICATE_ERROR, word);
	int64_t number;
	size_t upper = 0;

	if (cursor_take(c, "*") || cursor_line_is_over(c))
		return add_assertion(c, out, a);
	for (size_t i = 0; i < code.n; i++)
		upper += (code.p[i] >= '0' && code.p[i] <= '9') || (code.p[i] >= 'A' && code.p[i] <= 'Z');
	a.predicate_span = a.query.span = SPAN(c->at, code.n);
	a.span = span_join(word, a.predicate_span);
	if (code.n == 5 && upper == 5)
		a.expected = operand_constant(value_string(c->arena, code), a.predicate_span);
	else if (scan_int(code, 1, UINT32_MAX, &number))
		a.expected = operand_constant(value_int(c->arena, number), a.predicate_span);
	else
		return cursor_fail(c, code.n ? a.predicate_span : cursor_here(c),
				   "expected an error number such as 1062, or a SQLSTATE such as 23000");
	if (!a.expected.value)
		return cursor_oom(c);
	c->at += code.n;
	return add_assertion(c, out, a);
}

/* error words = "*" | text to the line's end : how the error's message begins */
static int error_words(struct cursor *c, struct span word, struct assertion_vec *out)
{
	struct assertion a = assertion_of(c, STAGE_LINE, QUERY_ERROR, PREDICATE_ERROR, word);
	struct span span;

	if (cursor_take(c, "*") || cursor_line_is_over(c))
		return add_assertion(c, out, a);
	if (cursor_value(c, &span))
		return -1;
	a.predicate_span = a.query.span = span;
	a.span = span_join(word, span);
	a.expected = (struct operand){ .kind = OPERAND_IS_TEXT, .span = span };
	if (template_parse(c->arena, c->source, span, ESCAPES_STRING, c->extended, &a.expected.text, c->err))
		return -1;
	return add_assertion(c, out, a);
}

/* error kind = "*" | "timeout" | "connect" | "dns" | "tls" | "protocol" */
static int error_kind_word(struct cursor *c, struct span word, struct assertion_vec *out)
{
	static const char *const kinds[] = { "timeout", "connect", "dns", "tls", "protocol" };
	struct assertion a = assertion_of(c, STAGE_LINE, QUERY_ERROR, PREDICATE_ERROR, word);
	struct str name = cursor_word(c);

	if (cursor_take(c, "*"))
		return add_assertion(c, out, a);
	a.predicate_span = a.query.span = SPAN(c->at, name.n);
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (!str_is(name, kinds[i]))
			continue;
		c->at += name.n;
		a.expected = operand_constant(value_string(c->arena, name), a.predicate_span);
		a.span = span_join(word, a.predicate_span);
		return a.expected.value ? add_assertion(c, out, a) : cursor_oom(c);
	}
	return cursor_fail(c, name.n ? a.predicate_span : cursor_here(c),
			   "expected the kind of error: timeout, connect, dns, tls, protocol, or *");
}

/* What stands behind the response word, by its form. */
static int response_arguments(struct cursor *c, struct response_part *r, struct table_words *words)
{
	struct span word = r->span;

	if (r->row->form == RESPONSE_STATUS)
		return response_status(c, &r->asserts);
	cursor_blanks(c);
	switch (r->row->form) {
	case RESPONSE_NONE:
		(void)cursor_take(c, "*");	/* observed, not judged: the same here */
		return 0;
	case RESPONSE_STATUS:
		return 0;
	case RESPONSE_COUNT:
		if (grammar_count(c, r->row->query, word, &r->asserts))
			return -1;
		return r->row->table ? grammar_table_words(c, words) : 0;
	case RESPONSE_ERROR_CODE:
		return grammar_error_code(c, word, &r->asserts);
	case RESPONSE_ERROR_WORDS:
		return error_words(c, word, &r->asserts);
	case RESPONSE_ERROR_KIND:
		return error_kind_word(c, word, &r->asserts);
	case RESPONSE_ALL_MET:
		if (cursor_take(c, "*"))
			return 0;
		return add_assertion(c, &r->asserts,
				     assertion_of(c, STAGE_LINE, r->row->query, PREDICATE_ALL_MET, word));
	}
	return 0;
}

/* ---- headers and bodies ---- */

static int header_assertion(struct cursor *c, const struct param *p, struct assertion_vec *out)
{
	struct span name = p->key->span;
	struct assertion a = assertion_of(c, STAGE_HEADER, QUERY_HEADER, PREDICATE_HEADER, p->span);

	a.query.span = a.query.name_span = name;
	a.query.nargs = 1;
	a.query.args[0] = (struct operand){ .kind = OPERAND_IS_TEXT, .text = p->key, .span = name };
	a.expected = (struct operand){ .kind = OPERAND_IS_TEXT, .text = p->value, .span = p->value->span };
	a.predicate_span = p->value->span;
	return add_assertion(c, out, a);
}

static int response_headers(struct cursor *c, struct assertion_vec *out)
{
	struct params headers;

	if (grammar_params(c, false, "the value of an expected header", &headers))
		return -1;
	for (size_t i = 0; i < headers.count; i++)
		if (header_assertion(c, &headers.items[i], out))
			return -1;
	return 0;
}

/* The assertion that a body makes: text forms against the text, byte forms against the bytes. */
static int body_assertion(struct cursor *c, const struct body *b, struct assertion_vec *out)
{
	bool bytes = b->kind == BODY_FILE || b->kind == BODY_BASE64 || b->kind == BODY_HEX;
	struct assertion a = assertion_of(c, STAGE_BODY, bytes ? QUERY_BYTES : QUERY_BODY, PREDICATE_LINES, b->span);
	struct operand *o = &a.expected;

	if (b->kind == BODY_FILE) {
		*o = (struct operand){ .kind = OPERAND_IS_FILE, .text = b->text, .span = b->span };
	} else if (bytes) {
		*o = operand_constant(value_bytes(c->arena, b->raw), b->span);
	} else if (b->kind == BODY_XML) {
		*o = operand_constant(value_string(c->arena, b->raw), b->span);
	} else {
		*o = (struct operand){ .kind = OPERAND_IS_TEXT, .text = b->text, .span = b->span,
				       .json_holes = b->json_holes };
	}
	if (o->kind == OPERAND_IS_CONSTANT && !o->value)
		return cursor_oom(c);
	return add_assertion(c, out, a);
}

static int response_body(struct cursor *c, struct response_part *r)
{
	struct body body;
	bool found;

	if (grammar_body(c, BODY_ALLOWED_HTTP, &body, &found))
		return -1;
	return found ? body_assertion(c, &body, &r->asserts) : 0;
}

/* table = ( "|" cell )+ "|" LT, one a line; rulers of a pasted result may start with "+" */
static int response_table(struct cursor *c, const struct entry *e, const struct table_words *words, struct response_part *r)
{
	struct span_vec lines = { 0 };
	const struct expected_table *table;
	bool ordered = e->body.kind == BODY_SQL && sql_has_order_by(c->source, e->body.span);

	for (;;) {
		struct cursor next = *c;
		cursor_skip_lines(&next);
		if (cursor_peek(&next) != '|' && !cursor_sees(&next, "+-"))
			break;
		size_t start = next.at;
		while (!cursor_at_line_end(&next))
			next.at++;
		struct span *line = VEC_PUSH(c->arena, &lines);
		if (!line)
			return cursor_oom(c);
		*line = cursor_span(&next, start);
		cursor_skip_line(&next);
		*c = next;
	}
	if (lines.count == 0)
		return 0;
	if (!r->row->table)
		return cursor_fail(c, SPAN(lines.items[0].at, 1), "%s takes no expected table", r->row->word);
	if (grammar_table(c, &lines, words, ordered, &table))
		return -1;
	return add_assertion(c, &r->asserts, table_assertion(c, table));
}

/* ---- sections ---- */

/* capture = name ":" query filters "redact"? */
int grammar_capture(struct cursor *c, struct capture *ret)
{
	struct capture cap = { 0 };
	size_t start = c->at;
	bool found;

	if (grammar_key(c, &cap.name_span, &found))
		return -1;
	if (!found)
		return cursor_fail(c, cursor_here(c), "expected a capture: name: query");
	if (template_parse(c->arena, c->source, cap.name_span, ESCAPES_KEY, c->extended, &cap.name, c->err))
		return -1;
	if (template_is_constant(cap.name) && is_reserved_name(template_text(cap.name)))
		return cursor_fail(c, cap.name_span, "'%.*s' is a function and cannot be captured",
				   STR_ARG(template_text(cap.name)));
	if (grammar_query_filters(c, &cap.query, &cap.filters, &cap.nfilters))
		return -1;
	cap.query_span = cap.query.span;
	struct cursor next = *c;
	if (cursor_blanks(&next) && str_is(cursor_word(&next), "redact")) {
		(void)cursor_take_word(&next);
		*c = next;
		cap.redact = true;
	} else if (cursor_word(&next).n) {
		return grammar_fail_filter(c, "in a capture");
	}
	cap.span = cursor_span(c, start);
	*ret = cap;
	return 0;
}

/* label = blank+ "by" blank+ ( word | quoted ) */
static int metric_label(struct cursor *c, struct str *ret)
{
	struct cursor next = *c;
	struct span inner;

	if (!cursor_blanks(&next) || !str_is(cursor_word(&next), "by"))
		return 0;
	next.at += 2;
	cursor_blanks(&next);
	if (cursor_peek(&next) == '"') {
		if (cursor_quoted(&next, '"', &inner))
			return -1;
		*ret = cursor_text(&next, inner);
	} else {
		*ret = cursor_take_word(&next);
	}
	if (!ret->n)
		return cursor_fail(c, cursor_here(&next), "expected the name of a column behind 'by'");
	*c = next;
	return 0;
}

int grammar_metric(struct cursor *c, bool query_required, struct metric *ret)
{
	struct metric m = { .query = { .query = &queries[QUERY_VALUE] } };
	size_t start = c->at;
	struct cursor next;

	m.name = cursor_take_word(c);
	m.query.span = m.query.name_span = cursor_span(c, start);
	if (!m.name.n)
		return cursor_fail(c, cursor_here(c), "expected the name of a metric: letters, digits, '_' and '-'");
	if (metric_label(c, &m.label_column))
		return -1;
	next = *c;
	cursor_blanks(&next);
	if (cursor_take(&next, ":")) {
		*c = next;
		cursor_blanks(c);
		if (grammar_query_filters(c, &m.query, &m.filters, &m.nfilters))
			return -1;
		next = *c;
		cursor_blanks(&next);
		if (cursor_word(&next).n)
			return grammar_fail_filter(c, "in a metric");
	} else if (query_required) {
		return cursor_fail(c, cursor_here(c), "expected ':' and a query behind the name of a metric");
	}
	m.span = cursor_span(c, start);
	*ret = m;
	return 0;
}

/* One item of a response section, with its line's end. */
static int section_item(struct cursor *c, enum section_id id, struct response_part *r)
{
	if (id == SECTION_CAPTURES) {
		struct capture *cap = VEC_PUSH(c->arena, &r->captures);
		if (!cap)
			return cursor_oom(c);
		return grammar_capture(c, cap) || cursor_end_line(c, "a capture") ? -1 : 0;
	}
	if (id == SECTION_METRICS) {
		struct metric *m = VEC_PUSH(c->arena, &r->metrics);
		if (!m)
			return cursor_oom(c);
		return grammar_metric(c, true, m) || cursor_end_line(c, "a metric") ? -1 : 0;
	}
	struct assertion a;
	if (grammar_assertion(c, &a) || cursor_end_line(c, "an assertion"))
		return -1;
	a.prefer = id == SECTION_PREFERS;
	return add_assertion(c, &r->asserts, a);
}

/* Is there an item? Captures may have names in any case, so there `key:` tells. */
static bool sees_item(const struct cursor *c, enum section_id id)
{
	char ch = cursor_peek(c);
	struct cursor probe = *c;
	struct error ignored;
	struct span key;
	bool found = false;

	if (ch >= 'a' && ch <= 'z')
		return !grammar_sees_body(c);
	probe.err = &ignored;
	return id == SECTION_CAPTURES && grammar_key(&probe, &key, &found) == 0 && found;
}

/* section = "[" name "]" LT item* */
static int response_section(struct cursor *c, enum section_id id, struct response_part *r)
{
	for (;;) {
		struct cursor next = *c;
		cursor_skip_lines(&next);
		if (!sees_item(&next, id))
			return 0;
		if (section_item(&next, id, r))
			return -1;
		*c = next;
	}
}

static int response_sections(struct cursor *c, const struct entry *e, struct response_part *r)
{
	const struct section_row *row;
	unsigned seen = 0;
	bool is_http = e->kind->first == FIRST_METHOD_URL;

	for (;;) {
		if (grammar_section(c, true, is_http, &seen, &row))
			return -1;
		if (!row)
			return 0;
		if (response_section(c, row->id, r))
			return -1;
	}
}

/* ---- all of it ---- */

static const struct response_row *find_row(const struct cursor *c, const struct kind *kind, struct str word)
{
	for (size_t i = 0; i < kind->nresponses; i++) {
		const struct response_row *row = &kind->responses[i];
		if (str_is(word, row->word) && (c->extended || !row->extension))
			return row;
	}
	return NULL;
}

static int fail_word(const struct cursor *c, const struct kind *kind, struct str word)
{
	struct strbuf names;

	if (kind->nresponses == 0)
		return cursor_fail(c, SPAN(c->at, word.n), "%s takes no response line, here '%.*s'", kind->word,
				   STR_ARG(word));
	strbuf_init(&names, 256);
	for (size_t i = 0; i < kind->nresponses; i++)
		strbuf_addf(&names, "%s%s", i == 0 ? "" : i + 1 == kind->nresponses ? " or " : ", ",
			    kind->responses[i].word);
	(void)cursor_fail(c, SPAN(c->at, word.n), "'%.*s' is no response line of %s; expected %s", STR_ARG(word),
			  kind->word ? kind->word : "an HTTP request", strbuf_cstr(&names));
	strbuf_release(&names);
	return -1;
}

/* The word at the cursor when a response line can start with it: capitals, then a blank, '/', '#' or the line's end. */
static struct str response_word(const struct cursor *c)
{
	struct cursor probe = *c;
	size_t start = c->at;

	while (cursor_peek(&probe) >= 'A' && cursor_peek(&probe) <= 'Z')
		probe.at++;
	char next = cursor_peek(&probe);
	bool ends = cursor_at_line_end(&probe) || next == ' ' || next == '\t' || next == '#' || next == '/';
	return ends ? cursor_since(&probe, start) : (struct str){ NULL, 0 };
}

/* A word that is a response line somewhere, and not of this kind. */
static int no_response(const struct cursor *c, const struct kind *kind, struct str word)
{
	bool foreign = is_response_word(word) && (c->extended || str_is(word, "HTTP"));

	return foreign ? fail_word(c, kind, word) : 0;
}

/* WORD arguments LT, when one stands there; the cursor moves on only then. */
static int response_line(struct cursor *c, const struct kind *kind, struct response_part *ret, struct table_words *words)
{
	struct cursor next = *c;
	struct str word;

	cursor_skip_lines(&next);
	word = response_word(&next);
	ret->row = word.n ? find_row(&next, kind, word) : NULL;
	if (!ret->row)
		return no_response(&next, kind, word);
	ret->span = SPAN(next.at, word.n);
	next.at += word.n;
	if (response_arguments(&next, ret, words))
		return -1;
	ret->span.n = next.at - ret->span.at;
	if (cursor_end_line(&next, ret->row->form == RESPONSE_STATUS ? "the status" : "the response line"))
		return -1;
	ret->found = true;
	*c = next;
	return 0;
}

/* response = LT* line header* section* ( body | table )? ; headers and body are HTTP's */
int grammar_response(struct cursor *c, const struct entry *e, struct response_part *ret)
{
	struct table_words words = { 0 };

	*ret = (struct response_part){ .found = false };
	if (response_line(c, e->kind, ret, &words))
		return -1;
	if (!ret->found)
		return 0;
	bool is_http = ret->row->form == RESPONSE_STATUS;
	if ((is_http && response_headers(c, &ret->asserts)) || response_sections(c, e, ret) ||
	    (is_http && response_body(c, ret)))
		return -1;
	return c->extended ? response_table(c, e, &words, ret) : 0;
}
