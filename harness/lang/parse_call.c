/*
 * Queries, filters and predicates with their operands: the lines of [Captures], [Asserts] and of the annotations.
 */
#include "harness/lang/grammar.h"

#include "harness/value/encode.h"
#include "harness/value/number.h"

/* ---- operands ---- */

static struct operand operand_text(const struct template *t, struct span span)
{
	return (struct operand){ .kind = OPERAND_IS_TEXT, .text = t, .span = span };
}

struct operand operand_constant(const struct value *v, struct span span)
{
	return (struct operand){ .kind = OPERAND_IS_CONSTANT, .value = v, .span = span };
}

/* text = '"' ... '"' | "`" ... "`" | in .sql files "'" ... "'" */
static int operand_quoted(struct cursor *c, struct operand *ret)
{
	char quote = cursor_peek(c);
	struct span inner;
	const struct template *t;

	if (cursor_quoted(c, quote, &inner) ||
	    template_parse(c->arena, c->source, inner, quote == '\'' ? ESCAPES_SQL_STRING : ESCAPES_STRING,
			   c->extended, &t, c->err))
		return -1;
	*ret = operand_text(t, inner);
	return 0;
}

static int operand_fence(struct cursor *c, struct operand *ret)
{
	struct fence f;
	const struct template *t;
	enum template_escapes escapes;

	if (grammar_fence(c, &f))
		return -1;
	escapes = f.escape ? ESCAPES_STRING : ESCAPES_NONE;
	if (str_is(f.hint, "raw")) {
		*ret = operand_constant(value_string(c->arena, cursor_text(c, f.content)), f.content);
		return ret->value ? 0 : cursor_oom(c);
	}
	if (template_parse(c->arena, c->source, f.content, escapes, c->extended, &t, c->err))
		return -1;
	*ret = operand_text(t, f.content);
	return 0;
}

static int operand_number(struct cursor *c, struct operand *ret)
{
	size_t start = c->at;
	const struct value *v;

	if (grammar_number(c, &v))
		return -1;
	*ret = operand_constant(v, cursor_span(c, start));
	return 0;
}

/* In .sql files words may be written in any case. */
static bool word_is(const struct cursor *c, struct str word, const char *text)
{
	return c->sql ? str_eq_nocase(word, str_from(text)) : str_is(word, text);
}

static int operand_word(struct cursor *c, struct operand *ret)
{
	struct str word = cursor_word(c);
	const struct value *v = word_is(c, word, "null") ? value_null() : value_bool(word_is(c, word, "true"));

	*ret = operand_constant(v, SPAN(c->at, word.n));
	c->at += word.n;
	return 0;
}

static int operand_bytes(struct cursor *c, struct operand *ret)
{
	struct str bytes;
	struct span span;

	if (cursor_sees(c, "hex,") ? grammar_hex(c, &bytes, &span) : grammar_base64(c, &bytes, &span))
		return -1;
	*ret = operand_constant(value_bytes(c->arena, bytes), span);
	return ret->value ? 0 : cursor_oom(c);
}

static int operand_file(struct cursor *c, struct operand *ret)
{
	const struct template *t;

	if (grammar_file(c, &t))
		return -1;
	*ret = (struct operand){ .kind = OPERAND_IS_FILE, .text = t, .span = t->span };
	return 0;
}

static int operand_regex(struct cursor *c, struct operand *ret)
{
	struct operand o = { .kind = OPERAND_IS_PATTERN };
	size_t start = c->at;

	if (grammar_regex(c, &o.regex))
		return -1;
	o.span = cursor_span(c, start);
	*ret = o;
	return 0;
}

VEC(operand_vec, struct operand);

static int grammar_operand(struct cursor *c, unsigned allowed, struct str what, struct operand *ret);

/* list = "[" ( literal ( "," literal )* )? "]" */
static int operand_list(struct cursor *c, struct operand *ret)
{
	struct operand_vec items = { 0 };
	size_t start = c->at++;

	cursor_blanks(c);
	while (!cursor_take(c, "]")) {
		struct operand item;
		if (items.count && !cursor_take(c, ","))
			return cursor_fail(c, cursor_here(c), "expected ',' or ']' in a list");
		cursor_blanks(c);
		if (grammar_operand(c, OPERAND_LITERALS & ~(unsigned)(OPERAND_FILE | OPERAND_REGEX),
				    STR("a list"), &item))
			return -1;
		struct operand *kept = VEC_PUSH(c->arena, &items);
		if (!kept)
			return cursor_oom(c);
		*kept = item;
		cursor_blanks(c);
	}
	*ret = (struct operand){ .kind = OPERAND_IS_LIST, .span = cursor_span(c, start),
				 .items = items.items, .nitems = items.count };
	return 0;
}

/* json = value | fence | "file," name ";" : compared parsed */
static int operand_json(struct cursor *c, struct operand *ret)
{
	struct json_template json;
	size_t start = c->at;

	if (cursor_sees(c, "file,"))
		return operand_file(c, ret);
	if (cursor_sees(c, "```")) {
		if (operand_fence(c, ret))
			return -1;
		if (ret->kind == OPERAND_IS_TEXT)
			ret->kind = OPERAND_IS_JSON;
		return 0;
	}
	if (grammar_json(c, false, &json))
		return -1;
	*ret = (struct operand){ .kind = OPERAND_IS_JSON, .span = cursor_span(c, start),
				 .text = json.text, .json_holes = json.holes };
	return 0;
}

/* "```" opens a fence, which is a string too. */
static int operand_string(struct cursor *c, struct operand *ret)
{
	return cursor_sees(c, "```") ? operand_fence(c, ret) : operand_quoted(c, ret);
}

static bool starts_string(const struct cursor *c)
{
	char ch = cursor_peek(c);

	return ch == '"' || ch == '`' || (c->sql && ch == '\'');
}

static bool starts_number(const struct cursor *c)
{
	char ch = cursor_peek(c);

	return ch == '-' || (ch >= '0' && ch <= '9');
}

static bool starts_bool(const struct cursor *c)
{
	struct str word = cursor_word(c);

	return word_is(c, word, "true") || word_is(c, word, "false");
}

static bool starts_null(const struct cursor *c)
{
	return word_is(c, cursor_word(c), "null");
}

static bool starts_bytes(const struct cursor *c)
{
	return cursor_sees(c, "hex,") || cursor_sees(c, "base64,");
}

static bool starts_file(const struct cursor *c)
{
	return cursor_sees(c, "file,");
}

static bool starts_regex(const struct cursor *c)
{
	return cursor_peek(c) == '/';
}

static bool starts_list(const struct cursor *c)
{
	return cursor_peek(c) == '[';
}

static bool starts_json(const struct cursor *c)
{
	return grammar_sees_json(c) || cursor_sees(c, "```") || starts_file(c);
}

static bool starts_placeholder(const struct cursor *c)
{
	return cursor_sees(c, "{{");
}

/* The forms of literals in the order in which messages name them. No two of them start alike, JSON aside, which wins where it is allowed. */
static const struct operand_form {
	unsigned bit;
	const char *name;
	bool (*starts)(const struct cursor *c);
	int (*read)(struct cursor *c, struct operand *ret);
} operand_forms[] = {
	{ OPERAND_STRING, "a quoted string", starts_string, operand_string },
	{ OPERAND_NUMBER, "a number", starts_number, operand_number },
	{ OPERAND_BOOL, "true or false", starts_bool, operand_word },
	{ OPERAND_NULL, "null", starts_null, operand_word },
	{ OPERAND_BYTES, "hex,...; or base64,...;", starts_bytes, operand_bytes },
	{ OPERAND_FILE, "file,...;", starts_file, operand_file },
	{ OPERAND_REGEX, "/pattern/", starts_regex, operand_regex },
	{ OPERAND_LIST, "a list in brackets", starts_list, operand_list },
	{ OPERAND_JSON, "a JSON value", starts_json, operand_json },
	{ OPERAND_PLACEHOLDER, "{{name}}", starts_placeholder, grammar_placeholder },
};

/* The form of what stands at the cursor, of those allowed; NULL: of none. */
static const struct operand_form *find_form(const struct cursor *c, unsigned allowed)
{
	unsigned first = allowed & OPERAND_JSON;

	for (size_t i = 0; first && i < ARRAY_SIZE(operand_forms); i++)
		if (operand_forms[i].bit == first && operand_forms[i].starts(c))
			return &operand_forms[i];
	for (size_t i = 0; i < ARRAY_SIZE(operand_forms); i++)
		if ((operand_forms[i].bit & allowed) && operand_forms[i].starts(c))
			return &operand_forms[i];
	return NULL;
}

/* "expected a number or {{name}} behind 'nth'" */
static int fail_operand(const struct cursor *c, unsigned allowed, struct str what)
{
	struct strbuf names;

	strbuf_init(&names, 512);
	for (size_t i = 0; i < ARRAY_SIZE(operand_forms); i++)
		if (allowed & operand_forms[i].bit)
			strbuf_addf(&names, "%s%s", names.n ? ", " : "", operand_forms[i].name);
	(void)cursor_fail(c, cursor_here(c), "expected a value behind '%.*s', one of: %s", STR_ARG(what),
			  strbuf_cstr(&names));
	strbuf_release(&names);
	return -1;
}

/* Behind a literal that ends by itself no word may go on: true_x, 12ab. */
static int check_literal_end(const struct cursor *c, unsigned form)
{
	unsigned words = OPERAND_NULL | OPERAND_BOOL | OPERAND_NUMBER;
	struct str word = cursor_word(c);

	if ((form & words) && (word.n || cursor_peek(c) == '.'))
		return cursor_fail(c, word.n ? SPAN(c->at, word.n) : cursor_here(c),
				   "unexpected characters directly behind a value");
	return 0;
}

/* One literal or placeholder of the kinds in `allowed` (set of operand_bit); `what` names its owner in messages. */
static int grammar_operand(struct cursor *c, unsigned allowed, struct str what, struct operand *ret)
{
	const struct operand_form *form = find_form(c, allowed);

	if (!form)
		return fail_operand(c, allowed, what);
	return form->read(c, ret) ? -1 : check_literal_end(c, form->bit);
}

/* ---- arguments of queries and filters ---- */

/* A quoted string whose escapes count for nothing (cookie "a[Path]", certificate "Subject"). */
static int argument_raw(struct cursor *c, bool templates, struct operand *ret)
{
	size_t open = c->at++;
	size_t n = str_find_char(cursor_rest(c), '"');
	struct span inner = SPAN(c->at, n);
	const struct template *t;

	if (n == SIZE_MAX || str_find_char(str_sub(c->source->text, c->at, n), '\n') != SIZE_MAX)
		return cursor_fail(c, SPAN(open, 1), "this name is not closed with '\"' on its line");
	c->at += n + 1;
	if (!templates) {
		*ret = operand_constant(value_string(c->arena, cursor_text(c, inner)), inner);
		return ret->value ? 0 : cursor_oom(c);
	}
	if (template_parse(c->arena, c->source, inner, ESCAPES_NONE, c->extended, &t, c->err))
		return -1;
	*ret = operand_text(t, inner);
	return 0;
}

/* column = quoted | 1-based integer | in .sql files a bare word or `word` */
static int argument_column(struct cursor *c, struct str what, struct operand *ret)
{
	char ch = cursor_peek(c);
	struct str word = cursor_word(c);
	size_t start = c->at;
	int64_t index = 0;

	if (ch >= '0' && ch <= '9') {
		if (operand_number(c, ret))
			return -1;
		if (ret->value->type == VALUE_INT)
			index = ret->value->u.integer;
		return index > 0 ? check_literal_end(c, OPERAND_NUMBER)
			: cursor_fail(c, ret->span, "the place of a column counts from 1");
	}
	if (c->sql && word.n) {
		c->at += word.n;
		*ret = operand_constant(value_string(c->arena, word), cursor_span(c, start));
		return ret->value ? 0 : cursor_oom(c);
	}
	if (ch == '"' || (c->sql && (ch == '\'' || ch == '`')))
		return operand_quoted(c, ret);
	return cursor_fail(c, cursor_here(c), "expected the name of a column in double quotes, or its place, behind '%.*s'",
			   STR_ARG(what));
}

static bool sees_text(const struct cursor *c)
{
	return cursor_peek(c) == '"' || (c->sql && cursor_peek(c) == '\'');
}

static int argument_text(struct cursor *c, bool raw, struct str what, struct operand *ret)
{
	if (!sees_text(c))
		return cursor_fail(c, cursor_here(c), "expected a text in double quotes behind '%.*s'", STR_ARG(what));
	return raw ? argument_raw(c, !str_is(what, "certificate"), ret) : operand_quoted(c, ret);
}

/* pattern = text | "/" ... "/" */
static int argument_pattern(struct cursor *c, struct str what, struct operand *ret)
{
	if (cursor_peek(c) == '/')
		return operand_regex(c, ret);
	if (!sees_text(c))
		return cursor_fail(c, cursor_here(c), "expected a pattern, \"...\" or /.../, behind '%.*s'", STR_ARG(what));
	return operand_quoted(c, ret);
}

static int argument_integer(struct cursor *c, struct str what, struct operand *ret)
{
	if (grammar_operand(c, OPERAND_NUMBER | OPERAND_PLACEHOLDER, what, ret))
		return -1;
	if (ret->kind == OPERAND_IS_CONSTANT && ret->value->type != VALUE_INT)
		return cursor_fail(c, ret->span, "'%.*s' takes an integer", STR_ARG(what));
	return 0;
}

/* One argument as its row in the table wants it. */
static int grammar_argument(struct cursor *c, enum arg_type type, struct str what, struct operand *ret)
{
	switch (type) {
	case ARG_NONE:
		return 0;
	case ARG_TEXT:
	case ARG_RAW_TEXT:
		return argument_text(c, type == ARG_RAW_TEXT, what, ret);
	case ARG_OPTIONAL_TEXT:
		return sees_text(c) ? operand_quoted(c, ret) : 0;
	case ARG_PATTERN:
		return argument_pattern(c, what, ret);
	case ARG_INT:
		return argument_integer(c, what, ret);
	case ARG_NUMBER:
		return grammar_operand(c, OPERAND_NUMBER | OPERAND_PLACEHOLDER, what, ret);
	case ARG_NAME_OR_INDEX:
		return argument_column(c, what, ret);
	case ARG_LITERAL:
		return grammar_operand(c, OPERAND_LITERALS & ~(unsigned)OPERAND_REGEX, what, ret);
	}
	return 0;
}

/* argument* : as many as the row has; an optional one leaves OPERAND_IS_NONE */
static int grammar_arguments(struct cursor *c, const enum arg_type types[2], struct call *call)
{
	struct str name = cursor_text(c, call->name_span);

	for (size_t i = 0; i < 2 && types[i] != ARG_NONE; i++) {
		struct cursor next = *c;
		cursor_blanks(&next);
		if (grammar_argument(&next, types[i], name, &call->args[i]))
			return -1;
		if (call->args[i].kind == OPERAND_IS_NONE)
			break;
		*c = next;
		call->nargs++;
	}
	return 0;
}

/* ---- names ---- */

/* In .sql files words may be written in any case: tried when the exact word is unknown. */
static const struct query *find_query(const struct cursor *c, struct str word)
{
	const struct query *q = query_find(word);

	for (size_t i = 0; !q && c->sql && i < QUERY_COUNT; i++)
		if (queries[i].name && str_eq_nocase(str_from(queries[i].name), word))
			q = &queries[i];
	return q;
}

static const struct filter *find_filter(const struct cursor *c, struct str word)
{
	const struct filter *f = filter_find(word);

	for (size_t i = 0; !f && c->sql && i < filters_count; i++)
		if (str_eq_nocase(str_from(filters[i].name), word))
			f = &filters[i];
	return f;
}

static const struct predicate *find_predicate(const struct cursor *c, struct str word)
{
	const struct predicate *p = predicate_find(word);

	for (size_t i = 0; !p && c->sql && i < PREDICATE_COUNT; i++)
		if (predicates[i].name && str_eq_nocase(str_from(predicates[i].name), word))
			p = &predicates[i];
	return p;
}

bool grammar_sees_query(const struct cursor *c)
{
	return find_query(c, cursor_word(c)) != NULL;
}

/* ---- queries ---- */

/* cookie argument = name ( "[" attribute "]" )? */
static int check_cookie(const struct cursor *c, struct span span)
{
	struct str text = cursor_text(c, span);
	size_t open = str_find_char(text, '[');
	struct str attribute;

	if (open == SIZE_MAX)
		return 0;
	attribute = str_sub(text, open + 1, text.n);
	if (!str_ends_with(attribute, STR("]")))
		return cursor_fail(c, SPAN(span.at + open, text.n - open), "expected ']' behind the attribute of a cookie");
	attribute = str_trim_blanks(str_sub(attribute, 0, attribute.n - 1));
	if (!query_is_cookie_attribute(attribute))
		return cursor_fail(c, SPAN(span.at + open + 1, text.n - open - 2),
				   "unknown attribute of a cookie; expected Value, Expires, Max-Age, Domain, Path, Secure, HttpOnly or SameSite");
	return 0;
}

static int check_special_argument(const struct cursor *c, const struct call *call)
{
	if (call->query == &queries[QUERY_COOKIE])
		return check_cookie(c, call->args[0].span);
	if (call->query == &queries[QUERY_CERTIFICATE] && !query_is_certificate_field(cursor_text(c, call->args[0].span)))
		return cursor_fail(c, call->args[0].span,
				   "unknown field of a certificate; expected Subject, Issuer, Serial-Number, Start-Date, Expire-Date, Subject-Alt-Name or Value");
	return 0;
}

static int fail_query(const struct cursor *c, struct str word)
{
	const char *near = word.n ? query_suggest(word) : NULL;

	if (!word.n)
		return cursor_fail(c, cursor_here(c), "expected a query such as status, jsonpath \"$.id\" or column \"name\"");
	return cursor_fail(c, SPAN(c->at, word.n), "unknown query '%.*s'%s%s%s", STR_ARG(word),
			   near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

/* query = name argument* */
static int grammar_query(struct cursor *c, struct call *ret)
{
	struct str word = cursor_word(c);
	struct call call = { .query = find_query(c, word) };
	size_t start = c->at;

	if (!call.query)
		return fail_query(c, word);
	if (call.query->extension && !c->extended)
		return cursor_fail_extension(c, SPAN(start, word.n), "query", word);
	c->at += word.n;
	call.name_span = SPAN(start, word.n);
	if (grammar_arguments(c, call.query->args, &call))
		return -1;
	call.span = cursor_span(c, start);
	if (check_special_argument(c, &call))
		return -1;
	*ret = call;
	return 0;
}

/* ---- filters ---- */

static int grammar_filter(struct cursor *c, const struct filter *f, struct call *ret)
{
	size_t start = c->at;
	struct str word = cursor_take_word(c);
	struct call call = { .filter = f, .name_span = SPAN(start, word.n) };

	if (f->extension && !c->extended)
		return cursor_fail_extension(c, call.name_span, "filter", word);
	if (f->deprecated_for)
		cursor_warn(c, call.name_span, "filter '%s' is deprecated; write '%s'", f->name, f->deprecated_for);
	if (grammar_arguments(c, f->args, &call))
		return -1;
	call.span = cursor_span(c, start);
	*ret = call;
	return 0;
}

VEC(call_vec, struct call);

int grammar_filters(struct cursor *c, const struct call **ret, size_t *ret_count)
{
	struct call_vec calls = { 0 };

	for (;;) {
		struct cursor next = *c;
		bool blank = cursor_blanks(&next);
		const struct filter *f = find_filter(&next, cursor_word(&next));
		if (!f || !blank)
			break;
		if (calls.count >= c->limits->max_depth)
			return cursor_fail(c, cursor_here(&next), "more than %zu filters in a row", c->limits->max_depth);
		struct call *call = VEC_PUSH(c->arena, &calls);
		if (!call)
			return cursor_oom(c);
		if (grammar_filter(&next, f, call))
			return -1;
		*c = next;
	}
	*ret = calls.items;
	*ret_count = calls.count;
	return 0;
}

int grammar_fail_filter(struct cursor *c, const char *where)
{
	struct str word;
	const char *near;

	cursor_blanks(c);
	word = cursor_word(c);
	if (!word.n)
		return cursor_fail(c, cursor_here(c), "expected a filter %s", where);
	near = filter_suggest(word);
	return cursor_fail(c, SPAN(c->at, word.n), "unknown filter '%.*s' %s%s%s%s", STR_ARG(word), where,
			   near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

int grammar_query_filters(struct cursor *c, struct call *query, const struct call **ret_filters, size_t *nfilters)
{
	if (grammar_query(c, query))
		return -1;
	return grammar_filters(c, ret_filters, nfilters);
}

/* ---- predicates ---- */

/* Symbols, the longer ones first. */
static const struct {
	const char *symbol;
	enum predicate_id id;
	bool sql_only;
} symbols[] = {
	{ "==", PREDICATE_EQ, false }, { "!=", PREDICATE_NE, false }, { ">=", PREDICATE_GE, false },
	{ "<=", PREDICATE_LE, false }, { "<>", PREDICATE_NE, true },  { ">", PREDICATE_GT, false },
	{ "<", PREDICATE_LT, false },  { "=", PREDICATE_EQ, true },
};

static const struct predicate *take_symbol(struct cursor *c)
{
	for (size_t i = 0; i < ARRAY_SIZE(symbols); i++)
		if ((c->sql || !symbols[i].sql_only) && cursor_take(c, symbols[i].symbol))
			return &predicates[symbols[i].id];
	return NULL;
}

static int fail_predicate(const struct cursor *c, struct str word)
{
	const char *filter = word.n ? filter_suggest(word) : NULL;
	const char *near = word.n ? predicate_suggest(word) : NULL;

	if (cursor_peek(c) == '=')
		return cursor_fail(c, cursor_here(c), "expected '==': a single '=' compares in .sql files only");
	if (!word.n)
		return cursor_fail(c, cursor_here(c), "expected a predicate such as ==, contains or exists");
	if (!near)
		near = filter;
	return cursor_fail(c, SPAN(c->at, word.n), "unknown filter or predicate '%.*s'%s%s%s", STR_ARG(word),
			   near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

/* predicate word = name, followed by a blank when it takes a value */
static int take_predicate_word(struct cursor *c, const struct predicate **ret)
{
	struct str word = cursor_word(c);
	const struct predicate *p = word.n ? find_predicate(c, word) : NULL;
	struct span span = SPAN(c->at, word.n);

	if (!p)
		return fail_predicate(c, word);
	if (p->extension && !c->extended)
		return cursor_fail_extension(c, span, "predicate", word);
	if (p->deprecated_for)
		cursor_warn(c, span, "predicate '%s' is deprecated; write '%s'", p->name, p->deprecated_for);
	c->at += word.n;
	if (p->operands && cursor_peek(c) != ' ' && cursor_peek(c) != '\t' && !cursor_at_line_end(c))
		return cursor_fail(c, cursor_here(c), "expected a blank behind '%.*s'", STR_ARG(word));
	*ret = p;
	return 0;
}

/* predicate = ( "not" blank+ )? ( symbol | word ) value? */
static int grammar_predicate(struct cursor *c, struct assertion *a)
{
	struct str word = cursor_word(c);
	size_t start = c->at;

	if (str_is(word, "not") || (c->sql && str_eq_nocase(word, STR("not")))) {
		c->at += word.n;
		a->negated = true;
		if (!cursor_blanks(c))
			return cursor_fail(c, cursor_here(c), "expected a blank and a predicate behind 'not'");
	}
	size_t name = c->at;
	a->predicate = take_symbol(c);
	if (!a->predicate && take_predicate_word(c, &a->predicate))
		return -1;
	struct str text = cursor_since(c, name);
	a->predicate_span = cursor_span(c, start);
	if (a->predicate->operands == 0)
		return 0;
	cursor_blanks(c);
	return grammar_operand(c, a->predicate->operands, text, &a->expected);
}

int grammar_assertion(struct cursor *c, struct assertion *ret)
{
	struct assertion a = { .source = c->source, .stage = STAGE_ASSERT, .column0 = true };
	size_t start = c->at;

	if (grammar_query_filters(c, &a.query, &a.filters, &a.nfilters))
		return -1;
	if (!cursor_blanks(c)) {
		if (cursor_at_line_end(c))
			return cursor_fail(c, cursor_here(c), "expected a predicate such as == 200 behind the query");
		return cursor_fail(c, cursor_here(c), "expected a blank between a query and its predicate");
	}
	if (grammar_predicate(c, &a))
		return -1;
	a.span = cursor_span(c, start);
	*ret = a;
	return 0;
}

