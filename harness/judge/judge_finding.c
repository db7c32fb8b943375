#include "harness/judge/judge_impl.h"

#include "harness/base/escape.h"

#define DIFF_LINES 20

/* The rows that came, where their number is what is wrong. */
static void show_rows(const struct judging *j, const struct expander *x,
	const struct assertion *as, struct answer *ans)
{
	struct strbuf sb;
	const struct value *rows = value_get(x->eval->tree, "rows");
	if (as->query.query != &queries[QUERY_ROWS] || !rows || !rows->u.list.count)
		return;
	strbuf_init(&sb, 1024 * 1024);
	table_show(&sb, judge_shown(j, rows), value_get(x->eval->tree, "columns"),
		x->eval->limits->max_rows_shown, '+');
	ans->extra = judge_indented(x->eval->arena, strbuf_str(&sb));
	strbuf_release(&sb);
}

static void show_warning(struct strbuf *sb, const struct value *warning)
{
	const struct value *code = value_get(warning, "code");
	const struct value *message = value_get(warning, "message");
	strbuf_adds(sb, "  + ");
	if (code)
		value_show_content(sb, code, 16);
	strbuf_adds(sb, ": ");
	if (message)
		escape_visible_line(sb, message->text);
	strbuf_addc(sb, '\n');
}

/* The warnings that were raised, where their number is what is wrong. */
static void show_warnings(const struct judging *j, const struct expander *x,
	const struct assertion *as, struct answer *ans)
{
	struct strbuf sb;
	const struct value *list = value_get(x->eval->tree, "warning_list");
	size_t most = x->eval->limits->max_rows_shown;
	if (as->query.query != &queries[QUERY_WARNINGS] || !list)
		return;
	list = judge_shown(j, list);
	strbuf_init(&sb, 1024 * 1024);
	for (size_t i = 0; i < list->u.list.count && i < most; i++)
		show_warning(&sb, list->u.list.items[i]);
	ans->extra = judge_indented(x->eval->arena, strbuf_str(&sb));
	strbuf_release(&sb);
}

static bool is_text_body(const struct assertion *as, const struct explain_sides *s)
{
	return as->predicate == &predicates[PREDICATE_LINES] && s->shown_actual &&
		s->shown_actual->type == VALUE_STRING && s->shown_expected &&
		s->shown_expected->type == VALUE_STRING;
}

static bool are_trees(const struct explain_sides *s)
{
	return (s->actual->type == VALUE_OBJECT || s->actual->type == VALUE_LIST) &&
		s->actual->type == s->expected->type;
}

static bool asks_for_equality(const struct assertion *as)
{
	return !as->negated &&
		(as->predicate == &predicates[PREDICATE_EQ] ||
			as->predicate == &predicates[PREDICATE_EQUALS_JSON] ||
			as->predicate == &predicates[PREDICATE_LINES]);
}

/* Behind the frame: lines, paths or bytes that differ. */
static struct str difference(const struct judging *j, const struct assertion *as,
	const struct explain_sides *s)
{
	struct str lines = { 0 };
	if (!s->actual || !s->expected || !asks_for_equality(as))
		return lines;
	if (is_text_body(as, s) && !explain_looks_same(s))
		lines = explain_line_diff(j->arena, s->shown_expected->text,
			s->shown_actual->text, DIFF_LINES);
	else if (are_trees(s))
		return explain_json_diff(j->arena, s, DIFF_LINES);
	if (lines.n || explain_looks_same(s))
		return lines;
	return explain_text_diff(j->arena, s->shown_expected, s->shown_actual,
		j->in->max_shown_bytes);
}

static bool is_column0(const struct assertion *as)
{
	return as->column0 || as->stage == STAGE_ASSERT;
}

/* Status, version and header values stand under their token; an assertion as a whole line. */
static struct explanation place_of(const struct entry *entry, const struct assertion *as)
{
	return (struct explanation){
		.entry = entry,
		.assertion = as,
		.source = as->source,
		.title = "Assert failure",
		.column0 = is_column0(as),
		.span = is_column0(as) ? as->span : as->predicate_span,
	};
}

void judge_finish_place(struct finding *f, const struct explanation *e)
{
	f->at = source_pos(e->source, e->span.at);
	if (e->column0)
		f->at.column = 0;
	f->width = e->column0 ? 0 : e->span.n;
}

void judge_explain_error(struct judging *j, const struct entry *entry,
	const struct assertion *as, const struct error *err, const struct answer *ans,
	struct finding *f)
{
	struct explanation e = {
		.entry = entry,
		.assertion = as,
		.source = err->source ? err->source : as->source,
		.span = err->source ? err->span : as->predicate_span,
		.title = err->title[0] ? err->title : "Assert failure",
		.note = str_from(err->message),
		.help = err->note[0] ? str_from(err->note) : ans->hint,
	};
	f->kind = explain_kind(as);
	f->message = arena_str(j->arena, str_from(err->message));
	f->detail = explain_detail(j->arena, &e);
	judge_finish_place(f, &e);
}

/* What a query names, when that is written down: column "pin", jsonpath "$.user.password". */
static struct str named_by(const struct assertion *as)
{
	const struct operand *o = &as->query.args[0];
	if (as->query.query == &queries[QUERY_COOKIE])
		return STR("cookie");
	if (!as->query.nargs || o->kind != OPERAND_IS_TEXT ||
		!template_is_constant(o->text))
		return (struct str){ 0 };
	return template_text(o->text);
}

/* The next name of a path; absent at its end. */
static struct str next_name(struct str *path)
{
	static const char marks[] = ".'\"[]$";
	size_t from = 0;
	while (from < path->n && strchr(marks, path->p[from]))
		from++;
	size_t to = from;
	while (to < path->n && !strchr(marks, path->p[to]))
		to++;
	struct str name = str_sub(*path, from, to - from);
	*path = str_sub(*path, to, SIZE_MAX);
	return to > from ? name : (struct str){ 0 };
}

/* The secret name that a query looks at, or below; absent: there is none. With a filter in its path, only the last one counts. */
static struct str secret_name(const struct judging *j, const struct assertion *as)
{
	struct str path = named_by(as), found = { 0 };
	bool filter = str_has_char(path, '?');
	for (struct str name = next_name(&path); j->in->secrets && name.p;
		name = next_name(&path)) {
		if (secrets_name_is_secret(j->in->secrets, name))
			found = name;
		else if (filter || secrets_name_is_shown(j->in->secrets, name))
			found = (struct str){ 0 };
	}
	return found;
}

/* What may be seen of both sides. A field with a secret name is hidden as a whole, and so is what it is held against. */
static struct explain_sides hide(
	const struct judging *j, const struct assertion *as, const struct answer *ans)
{
	struct str name = secret_name(j, as);
	struct explain_sides s = { .actual = ans->actual, .expected = ans->expected };
	const struct value **sides[] = { &s.shown_actual, &s.shown_expected };
	const struct value *const values[] = { s.actual, s.expected };
	for (size_t i = 0; i < ARRAY_SIZE(sides); i++)
		*sides[i] = values[i] && name.p ?
			secrets_mask_member(j->in->secrets, j->arena, name, values[i]) :
			judge_shown(j, values[i]);
	return s;
}

static bool has_a_type(const struct value *v)
{
	return v && v->type != VALUE_NULL;
}

/* `==` never is an error of types; where the types alone make both sides unequal, that is worth a word. */
static bool types_differ(const struct assertion *as, const struct answer *ans)
{
	const struct value *a = ans->actual, *e = ans->expected;
	if (as->predicate != &predicates[PREDICATE_EQ] || !has_a_type(a) ||
		!has_a_type(e) || (value_is_number(a) && value_is_number(e)))
		return false;
	return a->type != e->type;
}

/* Message and note: both sides, unless they look the same. */
static void tell_sides(struct judging *j, const struct assertion *as,
	const struct answer *ans, const struct explain_sides *s, struct finding *f,
	struct explanation *e)
{
	size_t max = j->in->max_shown_bytes;
	if (ans->summary.n) {
		f->message = e->note = ans->summary;
	} else if (explain_looks_same(s)) {
		f->expected = NULL;
		f->message = explain_hidden(j->arena, as, true);
		e->note = explain_hidden(j->arena, as, false);
	} else {
		f->message = explain_message(
			j->arena, as, s->shown_actual, s->shown_expected, max);
		e->note = explain_values(j->arena, as, s->shown_actual, s->shown_expected,
			ans->holds == HOLDS_MISMATCH || types_differ(as, ans), max);
	}
}

void judge_explain_failure(struct judging *j, const struct expander *x,
	const struct entry *entry, const struct assertion *as, struct answer *ans,
	struct finding *f)
{
	struct explanation e = place_of(entry, as);
	struct explain_sides s = hide(j, as, ans);
	f->actual = s.shown_actual;
	f->expected = explain_expected(j->arena, as, s.shown_expected);
	show_rows(j, x, as, ans);
	show_warnings(j, x, as, ans);
	if (!ans->extra.n)
		ans->extra = difference(j, as, &s);
	if (is_text_body(as, &s) && !explain_looks_same(&s))
		e.span = explain_line_place(as->source, e.span, s.shown_expected->text,
			s.shown_actual->text);
	f->kind = explain_kind(as);
	tell_sides(j, as, ans, &s, f, &e);
	e.extra = ans->extra;
	e.help = ans->hint;
	f->detail = explain_detail(j->arena, &e);
	judge_finish_place(f, &e);
}

struct finding *judge_new_finding(struct judging *j)
{
	if (j->out->nfindings == j->cap)
		j->findings = arena_grow(j->arena, j->findings, j->out->nfindings,
			&j->cap, sizeof(*j->findings));
	return j->findings ? &j->findings[j->out->nfindings++] : NULL;
}
