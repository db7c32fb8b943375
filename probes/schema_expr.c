#include "probes/schema_expr.h"

#include "probes/schema_facts.h"
#include "probes/schema_lex.h"

#define DEPTH_MAX 200
#define TEXT_MAX ((size_t)16 * 1024 * 1024)

/* How strongly operators bind; the larger, the more. */
enum binding {
	BIND_OR = 1,
	BIND_XOR,
	BIND_AND,
	BIND_NOT,
	BIND_COMPARE,
	BIND_BIT_OR,
	BIND_BIT_AND,
	BIND_SHIFT,
	BIND_ADD,
	BIND_MULTIPLY,
	BIND_BIT_XOR,
	BIND_SIGN,
	BIND_COLLATE,
	BIND_ALONE,
};

struct parser {
	struct arena *arena;
	const struct schema_token *tokens;
	size_t at;
	size_t depth;
	bool failed;
	bool is_query; /* a view: words of clauses stand between expressions */
};

/* An expression as text, and how strongly its outermost operator binds. */
struct part {
	struct str text;
	int binding;
	size_t not_at; /* where a not may go: a like b is a not like b; 0: nowhere */
};

static struct part parse(struct parser *p, int at_least);
static struct str parse_clauses(struct parser *p);

/* ---- tokens ---- */

static const struct schema_token *now(const struct parser *p)
{
	return &p->tokens[p->at];
}

static const struct schema_token *next(const struct parser *p)
{
	return now(p)->kind == SCHEMA_TOKEN_END ? now(p) : now(p) + 1;
}

static void advance(struct parser *p)
{
	if (now(p)->kind != SCHEMA_TOKEN_END)
		p->at++;
}

static bool is_word(const struct schema_token *t, const char *word)
{
	return t->kind == SCHEMA_TOKEN_WORD && str_is(t->text, word);
}

static bool accept(struct parser *p, enum schema_token_kind kind)
{
	if (now(p)->kind != kind)
		return false;
	advance(p);
	return true;
}

static bool accept_word(struct parser *p, const char *word)
{
	if (!is_word(now(p), word))
		return false;
	advance(p);
	return true;
}

static struct part bound(struct str text, int binding)
{
	return (struct part){ .text = text, .binding = binding };
}

static struct part fail(struct parser *p)
{
	p->failed = true;
	return bound(STR(""), BIND_ALONE);
}

static void expect(struct parser *p, enum schema_token_kind kind)
{
	if (!accept(p, kind))
		p->failed = true;
}

static struct part alone(struct str text)
{
	return bound(text, BIND_ALONE);
}

static struct str join(struct parser *p, struct str a, const char *between, struct str b)
{
	return arena_printf(p->arena, "%.*s%s%.*s", STR_ARG(a), between, STR_ARG(b));
}

static struct str enclosed(struct parser *p, struct str before, struct str inside)
{
	return arena_printf(p->arena, "%.*s(%.*s)", STR_ARG(before), STR_ARG(inside));
}

static struct str wrapped(struct parser *p, struct part part, int at_least)
{
	return part.binding >= at_least ? part.text : enclosed(p, STR(""), part.text);
}

/* A name in backticks where it would be read as something else. */
static struct str name_text(struct parser *p, struct str name)
{
	static const char *const words[] = { "and", "or", "not", "is", "null", "like",
		"in", "between", "case", "when", "then", "else", "end", "true", "false",
		"xor", "div", "interval", "collate", "binary", "exists", "select", "from",
		"where" };
	struct strbuf sb;

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (str_eq_nocase(name, str_from(words[i])))
			return arena_printf(p->arena, "`%.*s`", STR_ARG(name));
	strbuf_init(&sb, TEXT_MAX);
	schema_add_name(&sb, name);
	return strbuf_take(&sb, p->arena);
}

static struct str token_text(struct parser *p, const struct schema_token *t)
{
	return t->kind == SCHEMA_TOKEN_NAME ? name_text(p, t->text) : t->text;
}

/* ---- primaries ---- */

/* name, name.name, name.* */
static struct part parse_name(struct parser *p)
{
	struct str text = name_text(p, now(p)->text);

	advance(p);
	while (accept(p, SCHEMA_TOKEN_DOT)) {
		text = join(p, text, ".", token_text(p, now(p)));
		advance(p);
	}
	return alone(text);
}

/* Tokens as they are up to the parenthesis that closes: a type behind AS, a character set. */
static struct str copy_to_close(struct parser *p, struct str text)
{
	size_t depth = 0;
	bool tight = false;

	while (now(p)->kind != SCHEMA_TOKEN_END &&
		(depth > 0 || now(p)->kind != SCHEMA_TOKEN_CLOSE)) {
		enum schema_token_kind kind = now(p)->kind;

		if (kind == SCHEMA_TOKEN_OPEN)
			depth++;
		if (kind == SCHEMA_TOKEN_CLOSE)
			depth--;
		tight = tight || kind == SCHEMA_TOKEN_OPEN ||
			kind == SCHEMA_TOKEN_CLOSE || kind == SCHEMA_TOKEN_COMMA;
		text = join(p, text, tight ? "" : " ", token_text(p, now(p)));
		tight = kind == SCHEMA_TOKEN_OPEN || kind == SCHEMA_TOKEN_COMMA;
		advance(p);
	}
	return text;
}

static bool begins_argument(const struct parser *p)
{
	static const char *const words[] = { "distinct", "all", "both", "leading",
		"trailing" };

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (is_word(now(p), words[i]) && next(p)->kind != SCHEMA_TOKEN_OPEN)
			return true;
	return false;
}

/* One argument with the words that some functions have in it: CAST(x AS t), TRIM(x FROM y). */
static struct str parse_argument(struct parser *p)
{
	struct str text = STR("");

	if (is_word(now(p), "select"))
		return parse_clauses(p);
	while (begins_argument(p)) {
		text = join(p, text, text.n ? " " : "", now(p)->text);
		advance(p);
	}
	text = join(p, text, text.n ? " " : "", parse(p, BIND_OR).text);
	while (!p->failed && now(p)->kind == SCHEMA_TOKEN_WORD) {
		bool copy = is_word(now(p), "as") || is_word(now(p), "using");

		text = join(p, text, " ", now(p)->text);
		advance(p);
		if (copy)
			return copy_to_close(p, text);
		if (now(p)->kind != SCHEMA_TOKEN_WORD &&
			now(p)->kind != SCHEMA_TOKEN_CLOSE)
			text = join(p, text, " ", parse(p, BIND_OR).text);
	}
	return text;
}

static struct str parse_arguments(struct parser *p)
{
	struct str text = STR("");

	if (accept(p, SCHEMA_TOKEN_CLOSE))
		return text;
	text = parse_argument(p);
	while (!p->failed && accept(p, SCHEMA_TOKEN_COMMA))
		text = join(p, text, ", ", parse_argument(p));
	expect(p, SCHEMA_TOKEN_CLOSE);
	return text;
}

static struct str parse_over(struct parser *p, struct str call)
{
	if (accept(p, SCHEMA_TOKEN_OPEN)) {
		call = join(p, call, " over (", parse_clauses(p));
		expect(p, SCHEMA_TOKEN_CLOSE);
		return join(p, call, "", STR(")"));
	}
	call = join(p, call, " over ", token_text(p, now(p)));
	advance(p);
	return call;
}

/* The parenthesis behind the name is the current token. */
static struct part parse_call(struct parser *p, struct str name)
{
	struct str call;

	advance(p);
	call = enclosed(p, name, parse_arguments(p));
	if (accept_word(p, "over"))
		call = parse_over(p, call);
	return alone(call);
}

static struct part parse_query(struct parser *p)
{
	struct str text = enclosed(p, STR(""), parse_clauses(p));

	expect(p, SCHEMA_TOKEN_CLOSE);
	return alone(text);
}

/* A join in parentheses, without them: what follows goes on with it. */
static struct part finish_join(struct parser *p, struct str first)
{
	struct str text = join(p, first, " ", parse_clauses(p));

	expect(p, SCHEMA_TOKEN_CLOSE);
	return alone(text);
}

/* ( expression ), ( row, of, them ), ( select ... ), or in queries ( a join b ... ) */
static struct part parse_parenthesis(struct parser *p)
{
	struct part inner;
	struct str row;

	if (is_word(now(p), "select") || is_word(now(p), "with"))
		return parse_query(p);
	inner = parse(p, BIND_OR);
	if (accept(p, SCHEMA_TOKEN_CLOSE))
		return inner;
	if (now(p)->kind != SCHEMA_TOKEN_COMMA)
		return p->is_query ? finish_join(p, inner.text) : fail(p);
	row = inner.text;
	while (!p->failed && accept(p, SCHEMA_TOKEN_COMMA))
		row = join(p, row, ", ", parse(p, BIND_OR).text);
	expect(p, SCHEMA_TOKEN_CLOSE);
	return alone(enclosed(p, STR(""), row));
}

static struct part parse_case(struct parser *p)
{
	struct str text = STR("case");

	if (!is_word(now(p), "when"))
		text = join(p, text, " ", parse(p, BIND_OR).text);
	while (!p->failed && accept_word(p, "when")) {
		text = join(p, text, " when ", parse(p, BIND_OR).text);
		if (!accept_word(p, "then"))
			return fail(p);
		text = join(p, text, " then ", parse(p, BIND_OR).text);
	}
	if (accept_word(p, "else"))
		text = join(p, text, " else ", parse(p, BIND_OR).text);
	if (!accept_word(p, "end"))
		return fail(p);
	return alone(join(p, text, " ", STR("end")));
}

/* interval 1 day */
static struct part parse_interval(struct parser *p)
{
	struct str text = join(
		p, STR("interval"), " ", wrapped(p, parse(p, BIND_ADD), BIND_ADD));

	if (now(p)->kind != SCHEMA_TOKEN_WORD)
		return fail(p);
	text = join(p, text, " ", now(p)->text);
	advance(p);
	return alone(text);
}

/* not a like b is a not like b */
static struct part parse_not(struct parser *p)
{
	struct part operand = parse(p, BIND_NOT);

	if (operand.not_at)
		return bound(join(p, str_sub(operand.text, 0, operand.not_at), " not",
				     str_sub(operand.text, operand.not_at, SIZE_MAX)),
			BIND_COMPARE);
	return bound(join(p, STR("not"), " ", wrapped(p, operand, BIND_NOT)), BIND_NOT);
}

static struct part parse_binary(struct parser *p)
{
	return bound(
		join(p, STR("binary"), " ", wrapped(p, parse(p, BIND_SIGN), BIND_SIGN)),
		BIND_SIGN);
}

static struct part parse_exists(struct parser *p)
{
	const struct str limit = STR(" limit 1)");
	struct str query;

	expect(p, SCHEMA_TOKEN_OPEN);
	query = parse_query(p).text;
	if (str_ends_with(query, limit)) /* one server adds it */
		query = join(p, str_sub(query, 0, query.n - limit.n), "", STR(")"));
	return alone(join(p, STR("exists"), " ", query));
}

static const struct word_row {
	const char *word;
	struct part (*parse)(struct parser *);
} prefix_words[] = {
	{ "case", parse_case },
	{ "interval", parse_interval },
	{ "not", parse_not },
	{ "binary", parse_binary },
	{ "exists", parse_exists },
};

/* Functions, words that stand for themselves, and literals such as date'2026-01-01'. */
static struct part parse_word(struct parser *p)
{
	struct str word = now(p)->text;

	advance(p);
	for (size_t i = 0; i < ARRAY_SIZE(prefix_words); i++)
		if (str_is(word, prefix_words[i].word))
			return prefix_words[i].parse(p);
	if (now(p)->kind == SCHEMA_TOKEN_OPEN)
		return parse_call(p, word);
	if (now(p)->kind == SCHEMA_TOKEN_LITERAL && now(p)->text.n &&
		now(p)->text.p[0] == '\'') {
		struct str text = join(p, word, "", now(p)->text);

		advance(p);
		return alone(text);
	}
	return alone(word);
}

/* -(1) is -1 */
static struct part parse_sign(struct parser *p)
{
	struct str sign = now(p)->text;
	struct part operand;

	advance(p);
	if (str_is(sign, "*")) /* count(*), select * */
		return alone(sign);
	if (str_is(sign, "!"))
		return parse_not(p);
	if (!str_is(sign, "-") && !str_is(sign, "~") && !str_is(sign, "+"))
		return fail(p);
	operand = parse(p, BIND_SIGN);
	if (str_is(sign, "+"))
		return operand;
	return bound(join(p, sign, "", wrapped(p, operand, BIND_SIGN + 1)), BIND_SIGN);
}

static struct part parse_named(struct parser *p)
{
	struct part name = parse_name(p);

	return now(p)->kind == SCHEMA_TOKEN_OPEN ? parse_call(p, name.text) : name;
}

static struct part parse_primary(struct parser *p)
{
	struct str text = now(p)->text;

	switch (now(p)->kind) {
	case SCHEMA_TOKEN_LITERAL:
		advance(p);
		return alone(text);
	case SCHEMA_TOKEN_NAME:
		return parse_named(p);
	case SCHEMA_TOKEN_WORD:
		return parse_word(p);
	case SCHEMA_TOKEN_OPERATOR:
		return parse_sign(p);
	case SCHEMA_TOKEN_OPEN:
		advance(p);
		return parse_parenthesis(p);
	case SCHEMA_TOKEN_END:
	case SCHEMA_TOKEN_CLOSE:
	case SCHEMA_TOKEN_COMMA:
	case SCHEMA_TOKEN_DOT:
		break;
	}
	return fail(p);
}

/* ---- operators ---- */

static const struct operator_row {
	const char *text;
	int binding;
	bool chains; /* a and (b and c) is a and b and c */
} operators[] = {
	{ "or", BIND_OR, true },
	{ "xor", BIND_XOR, true },
	{ "and", BIND_AND, true },
	{ "=", BIND_COMPARE, false },
	{ "<=>", BIND_COMPARE, false },
	{ "<>", BIND_COMPARE, false },
	{ "<", BIND_COMPARE, false },
	{ "<=", BIND_COMPARE, false },
	{ ">", BIND_COMPARE, false },
	{ ">=", BIND_COMPARE, false },
	{ "|", BIND_BIT_OR, false },
	{ "&", BIND_BIT_AND, false },
	{ "<<", BIND_SHIFT, false },
	{ ">>", BIND_SHIFT, false },
	{ "+", BIND_ADD, false },
	{ "-", BIND_ADD, false },
	{ "*", BIND_MULTIPLY, false },
	{ "/", BIND_MULTIPLY, false },
	{ "%", BIND_MULTIPLY, false },
	{ "div", BIND_MULTIPLY, false },
	{ "^", BIND_BIT_XOR, false },
	{ "->", BIND_COLLATE, false },
	{ "->>", BIND_COLLATE, false },
};

static const struct operator_row *find_operator(const struct schema_token *t)
{
	if (t->kind != SCHEMA_TOKEN_OPERATOR && t->kind != SCHEMA_TOKEN_WORD)
		return NULL;
	for (size_t i = 0; i < ARRAY_SIZE(operators); i++)
		if (str_is(t->text, operators[i].text))
			return &operators[i];
	return NULL;
}

static struct part parse_is(struct parser *p, struct str left)
{
	bool negated = accept_word(p, "not");
	struct str right = now(p)->text;
	struct part part;

	if (now(p)->kind != SCHEMA_TOKEN_WORD)
		return fail(p);
	advance(p);
	part = bound(join(p, left, negated ? " is not " : " is ", right), BIND_COMPARE);
	part.not_at = negated ? 0 : left.n + strlen(" is");
	return part;
}

/* in (1, 2), in (select ...) */
static struct str parse_in_list(struct parser *p)
{
	expect(p, SCHEMA_TOKEN_OPEN);
	if (p->failed || is_word(now(p), "select"))
		return parse_query(p).text;
	return enclosed(p, STR(""), parse_arguments(p));
}

static struct str parse_between(struct parser *p)
{
	struct str low = wrapped(p, parse(p, BIND_BIT_OR), BIND_BIT_OR);

	if (!accept_word(p, "and"))
		return fail(p).text;
	return join(p, low, " and ", wrapped(p, parse(p, BIND_BIT_OR), BIND_BIT_OR));
}

static struct str parse_like(struct parser *p)
{
	struct str pattern = wrapped(p, parse(p, BIND_BIT_OR), BIND_BIT_OR);

	if (!accept_word(p, "escape"))
		return pattern;
	return join(p, pattern, " escape ", parse(p, BIND_BIT_OR).text);
}

static const struct test_row {
	const char *word;
	struct str (*parse)(struct parser *);
	const char *call; /* the function that is the same, where a server writes that */
} tests[] = {
	{ "in", parse_in_list, NULL },
	{ "between", parse_between, NULL },
	{ "like", parse_like, NULL },
	{ "regexp", parse_like, "regexp_like" },
};

/* in, between, like and regexp, perhaps with a not before them; NULL: none of them follows */
static const struct test_row *accept_test(struct parser *p, bool *ret_not)
{
	const struct schema_token *t = is_word(now(p), "not") ? next(p) : now(p);

	for (size_t i = 0; i < ARRAY_SIZE(tests); i++) {
		if (!is_word(t, tests[i].word))
			continue;
		*ret_not = accept_word(p, "not");
		advance(p);
		return &tests[i];
	}
	return NULL;
}

/* a regexp b is regexp_like(a, b) */
static struct part test_as_call(
	struct parser *p, const struct test_row *row, struct str subject, bool negated)
{
	struct str arguments = join(p, subject, ", ", row->parse(p));
	struct str call = enclosed(p, str_from(row->call), arguments);

	return negated ? bound(join(p, STR("not"), " ", call), BIND_NOT) : alone(call);
}

static bool parse_test(struct parser *p, struct part *left)
{
	bool negated = false;
	const struct test_row *row;
	struct str subject = wrapped(p, *left, BIND_BIT_OR);

	if (accept_word(p, "is")) {
		*left = parse_is(p, subject);
		return true;
	}
	row = accept_test(p, &negated);
	if (!row)
		return false;
	if (row->call) {
		*left = test_as_call(p, row, subject, negated);
		return true;
	}
	left->not_at = negated ? 0 : subject.n;
	subject = join(p, subject, negated ? " not " : " ", str_from(row->word));
	left->text = join(p, subject, " ", row->parse(p));
	left->binding = BIND_COMPARE;
	return true;
}

static bool parse_collate(struct parser *p, struct part *left)
{
	if (!accept_word(p, "collate"))
		return false;
	left->text = join(
		p, wrapped(p, *left, BIND_COLLATE), " collate ", token_text(p, now(p)));
	left->binding = BIND_COLLATE;
	left->not_at = 0;
	advance(p);
	return true;
}

static void parse_operation(
	struct parser *p, const struct operator_row *o, struct part *left)
{
	struct part right;

	advance(p);
	right = parse(p, o->binding + 1);
	left->text = join(p, wrapped(p, *left, o->binding), " ", str_from(o->text));
	left->text = join(p, left->text, " ",
		wrapped(p, right, o->chains ? o->binding : o->binding + 1));
	left->binding = o->binding;
	left->not_at = 0;
}

static struct part parse_operations(struct parser *p, int at_least)
{
	struct part left = parse_primary(p);

	while (!p->failed) {
		const struct operator_row *o = find_operator(now(p));

		if (o && o->binding >= at_least)
			parse_operation(p, o, &left);
		else if (o ||
			(!parse_collate(p, &left) &&
				(at_least > BIND_COMPARE || !parse_test(p, &left))))
			break;
	}
	return left;
}

static struct part parse(struct parser *p, int at_least)
{
	struct part part;

	if (p->failed || p->depth >= DEPTH_MAX)
		return fail(p);
	p->depth++;
	part = parse_operations(p, at_least);
	p->depth--;
	return part;
}

/* ---- queries ---- */

static bool is_clause_word(const struct schema_token *t)
{
	static const char *const words[] = { "select", "distinct", "straight_join",
		"from", "where", "group", "by", "having", "order", "limit", "offset",
		"union", "all", "except", "intersect", "join", "inner", "left", "right",
		"cross", "natural", "outer", "on", "using", "as", "asc", "desc", "with",
		"recursive", "rollup", "partition", "rows", "range", "preceding",
		"following", "unbounded", "current", "window", "for", "update",
		"lateral" };

	if (t->kind != SCHEMA_TOKEN_WORD)
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (str_is(t->text, words[i]))
			return true;
	return false;
}

/* left(x, 2) is a function */
static bool begins_clause(const struct parser *p)
{
	bool call = next(p)->kind == SCHEMA_TOKEN_OPEN &&
		(is_word(now(p), "left") || is_word(now(p), "right"));

	return is_clause_word(now(p)) && !call;
}

static struct str clause_item(struct parser *p)
{
	struct str text = now(p)->text;

	if (!begins_clause(p))
		return parse(p, BIND_OR).text;
	advance(p);
	return text;
}

/* Clauses up to the parenthesis that closes them, or the end. */
static struct str parse_clauses(struct parser *p)
{
	struct str text = STR("");

	if (p->depth >= DEPTH_MAX)
		return fail(p).text;
	p->depth++;
	while (!p->failed && now(p)->kind != SCHEMA_TOKEN_END &&
		now(p)->kind != SCHEMA_TOKEN_CLOSE) {
		if (accept(p, SCHEMA_TOKEN_COMMA))
			text = join(p, text, "", STR(","));
		else
			text = join(p, text, text.n ? " " : "", clause_item(p));
	}
	p->depth--;
	return text;
}

/* ---- the whole ---- */

static struct str join_tokens(struct parser *p)
{
	struct strbuf sb;

	strbuf_init(&sb, TEXT_MAX);
	for (p->at = 0; now(p)->kind != SCHEMA_TOKEN_END; advance(p)) {
		if (sb.n)
			strbuf_addc(&sb, ' ');
		strbuf_add(&sb, token_text(p, now(p)));
	}
	return strbuf_take(&sb, p->arena);
}

static struct str finish(struct parser *p, struct str text)
{
	if (p->failed || now(p)->kind != SCHEMA_TOKEN_END)
		return join_tokens(p);
	return text;
}

struct str schema_expr(struct arena *a, struct str text)
{
	size_t count;
	struct parser p = { .arena = a, .tokens = schema_lex(a, text, &count) };

	return p.tokens ? finish(&p, parse(&p, BIND_OR).text) : (struct str){ 0 };
}

/* Where a table stands: behind FROM or JOIN, and their parentheses. */
static bool is_table_place(const struct schema_token *t, size_t at)
{
	static const char *const words[] = { "from", "join", "straight_join" };

	while (at > 0 && t[at - 1].kind == SCHEMA_TOKEN_OPEN)
		at--;
	for (size_t i = 0; at > 0 && i < ARRAY_SIZE(words); i++)
		if (is_word(&t[at - 1], words[i]))
			return true;
	return false;
}

/*
 * db.table behind FROM, db.table.column, db.function(: the database's own name, which a table may have
 * too, where it is needless. `kept` tokens were taken over so far.
 */
static bool is_own_prefix(const struct schema_token *t, size_t i, size_t count,
	const struct schema_token *kept, size_t nkept, struct str database)
{
	bool dotted = i + 2 < count && t[i].kind == SCHEMA_TOKEN_NAME &&
		t[i + 1].kind == SCHEMA_TOKEN_DOT && t[i + 2].kind == SCHEMA_TOKEN_NAME;

	if (!dotted || !str_eq(t[i].text, database) ||
		(nkept > 0 && kept[nkept - 1].kind == SCHEMA_TOKEN_DOT))
		return false;
	return t[i + 3].kind == SCHEMA_TOKEN_DOT || t[i + 3].kind == SCHEMA_TOKEN_OPEN ||
		is_table_place(kept, nkept);
}

static void drop_database(struct schema_token *t, size_t count, struct str database)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++)
		if (is_own_prefix(t, i, count, t, kept, database))
			i++;
		else
			t[kept++] = t[i];
}

struct str schema_view_text(struct arena *a, struct str text, struct str database)
{
	size_t count;
	struct schema_token *tokens = schema_lex(a, text, &count);
	struct parser p = { .arena = a, .tokens = tokens, .is_query = true };

	if (!tokens)
		return (struct str){ 0 };
	drop_database(tokens, count, database);
	return finish(&p, parse_clauses(&p));
}

bool schema_is_literal(struct str expr)
{
	size_t at = expr.n && expr.p[0] == '-';
	struct str rest = expr;

	if (expr.n == at)
		return false;
	if (expr.p[at] == '\'' || str_starts_with(expr, STR("b'")))
		return str_eq(schema_word(&rest), expr);
	for (size_t i = at; i < expr.n; i++)
		if ((expr.p[i] < '0' || expr.p[i] > '9') && expr.p[i] != '.' &&
			!str_starts_with(expr, STR("0x")))
			return false;
	return true;
}
