#include "harness/judge/judge.h"

#include "harness/base/escape.h"
#include "harness/judge/explain.h"

#define DIFF_LINES 20

/* While an entry is judged. */
struct judging {
	const struct judge_input *in;
	struct arena *arena;
	struct judgement *out;
	struct finding *findings;
	size_t cap;
	struct bound *metrics;
	size_t metrics_cap;
	bool stop; /* .hurl: a capture failed, or the status was wrong */
};

/* What a predicate made of an assertion. */
struct answer {
	enum holds holds;
	const struct value *actual, *expected;
	struct str extra; /* table or diff */
	struct str summary; /* instead of expected/got; absent: none */
	struct str note; /* "over an empty list" */
	struct str hint; /* the query found nothing: the nearest key */
};

/* ---- queries and filters ---- */

static int call_arguments(const struct expander *x, const struct call *c,
	const struct value **args, struct error *err)
{
	for (size_t i = 0; i < c->nargs; i++)
		if (expand_operand(x, &c->args[i], &args[i], err))
			return -1;
	return 0;
}

static int run_query(const struct expander *x, const struct call *c,
	const struct value **ret, struct error *err)
{
	const struct value *args[2] = { 0 };
	if (call_arguments(x, c, args, err))
		return -1;
	*ret = NULL;
	if (!query_eval_call(x->eval, c->query, args, ret, err))
		return 0;
	error_place(err, x->source, c->span);
	return -1;
}

static int run_filter(const struct expander *x, const struct call *c,
	const struct value **v, struct error *err)
{
	const struct value *args[2] = { 0 };
	if (call_arguments(x, c, args, err))
		return -1;
	if (!filter_apply(x->eval, c->filter, *v, args, v, err))
		return 0;
	error_place(err, x->source, c->span);
	return -1;
}

static int run_filters(const struct expander *x, const struct call *chain, size_t n,
	const struct value **v, struct error *err)
{
	for (size_t i = 0; i < n; i++)
		if (run_filter(x, &chain[i], v, err))
			return -1;
	return 0;
}

/* A query with its filters: *ret NULL is no value. The place of a failure is in err. */
static int judge_query(const struct expander *x, const struct call *query,
	const struct call *chain, size_t nfilters, const struct value **ret,
	struct error *err)
{
	const struct value *v;
	if (run_query(x, query, &v, err) || run_filters(x, chain, nfilters, &v, err))
		return -1;
	*ret = v;
	return 0;
}

/* ---- predicates ---- */

static enum holds negate(const struct assertion *as, enum holds h)
{
	if (!as->negated || h == HOLDS_MISMATCH || h == HOLDS_ERROR)
		return h;
	return h == HOLDS ? HOLDS_NOT : HOLDS;
}

static enum holds apply_predicate(const struct expander *x, const struct assertion *as,
	const struct value *actual, const struct value *expected, struct error *err)
{
	return negate(as, predicate_apply(x->eval, as->predicate, actual, expected, err));
}

static size_t quantifier_at(const struct assertion *as)
{
	size_t i = 0;
	while (i < as->nfilters && as->filters[i].filter->special <= FILTER_DEFAULT)
		i++;
	return i;
}

/* The filters behind the quantifier, and the predicate, for one element. */
static enum holds judge_element(const struct expander *x, const struct assertion *as,
	size_t from, const struct value *element, const struct value **ret_actual,
	const struct value *expected, struct error *err)
{
	*ret_actual = element;
	if (run_filters(x, &as->filters[from], as->nfilters - from, ret_actual, err))
		return HOLDS_ERROR;
	return apply_predicate(x, as, *ret_actual, expected, err);
}

static int check_list(const struct assertion *as, size_t at, const struct value *list,
	struct error *err)
{
	if (list && list->type == VALUE_LIST)
		return 0;
	return error_at(err, ERR_CHECK, as->source, as->filters[at].span,
		"'%s' needs a list, but got %s", as->filters[at].filter->name,
		list ? value_type_word(list->type) : "no value");
}

/* Is the answer known with this element? A mismatch is no match, and so ends `each` and `none`. */
static bool decides(enum filter_special how, enum holds h)
{
	if (how == FILTER_EACH)
		return h != HOLDS;
	return h == HOLDS || (how == FILTER_NONE && h == HOLDS_MISMATCH);
}

/* each, any, none over a list; the element that decided is the actual value of the answer. */
static int judge_elements(const struct expander *x, const struct assertion *as, size_t at,
	const struct value *list, struct answer *ans, struct error *err)
{
	enum filter_special how = as->filters[at].filter->special;
	if (check_list(as, at, list, err))
		return -1;
	ans->holds = how == FILTER_ANY ? HOLDS_NOT : HOLDS;
	ans->actual = list;
	if (!list->u.list.count && how != FILTER_ANY)
		ans->note = STR("held vacuously: the list is empty");
	for (size_t i = 0; i < list->u.list.count; i++) {
		const struct value *actual;
		enum holds h = judge_element(x, as, at + 1, list->u.list.items[i],
			&actual, ans->expected, err);
		if (h == HOLDS_ERROR)
			return -1;
		if (!decides(how, h))
			continue;
		ans->actual = actual;
		ans->holds = how == FILTER_NONE && h == HOLDS ? HOLDS_NOT : h;
		if (ans->holds != HOLDS)
			ans->extra = arena_printf(x->eval->arena,
				"      element %zu of %zu\n", i + 1, list->u.list.count);
		return 0;
	}
	return 0;
}

/* ---- tables ---- */

/* Behind a frame: six blanks before each line. */
static struct str indented(struct arena *a, struct str text)
{
	struct strbuf sb;
	strbuf_init(&sb, 2 * text.n + 4096);
	while (text.p && text.n) {
		struct str line = str_cut(&text, '\n');
		strbuf_addf(&sb, "      %.*s\n", STR_ARG(line));
	}
	struct str out = arena_str(a, strbuf_str(&sb));
	strbuf_release(&sb);
	return out;
}

/* Masked before it is laid out and cut; without secrets as it is. */
static const struct value *shown(const struct judging *j, const struct value *v)
{
	return v && j->in->secrets ? secrets_mask_value(j->in->secrets, j->arena, v) : v;
}

/* Decided on what came, told with what may be seen. */
static int judge_table(const struct judging *j, const struct expander *x,
	const struct assertion *as, struct answer *ans, struct error *err)
{
	struct table table;
	struct strbuf message, detail;
	const struct value *columns = value_get(x->eval->tree, "columns");
	size_t most = x->eval->limits->max_rows_shown;
	if (expand_table(x, as->expected.table, &table, err))
		return -1;
	int m = table_match(
		x->eval->arena, &table, ans->actual, columns, most, NULL, NULL, err);
	ans->holds = m > 0 ? HOLDS : HOLDS_NOT;
	if (m)
		return m < 0 ? -1 : 0;
	strbuf_init(&message, 64 * 1024);
	strbuf_init(&detail, 1024 * 1024);
	m = table_match_shown(x->eval->arena, &table, ans->actual, shown(j, ans->actual),
		columns, most, &message, &detail, err);
	ans->summary = arena_str(x->eval->arena, strbuf_str(&message));
	ans->extra = indented(x->eval->arena, strbuf_str(&detail));
	strbuf_release(&message);
	strbuf_release(&detail);
	return m < 0 ? -1 : 0;
}

/* The rows that came, where their number is what is wrong. */
static void show_rows(const struct judging *j, const struct expander *x,
	const struct assertion *as, struct answer *ans)
{
	struct strbuf sb;
	const struct value *rows = value_get(x->eval->tree, "rows");
	if (as->query.query != &queries[QUERY_ROWS] || !rows || !rows->u.list.count)
		return;
	strbuf_init(&sb, 1024 * 1024);
	table_show(&sb, shown(j, rows), value_get(x->eval->tree, "columns"),
		x->eval->limits->max_rows_shown, '+');
	ans->extra = indented(x->eval->arena, strbuf_str(&sb));
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

/* ---- what a probe found to be not met ---- */

/* The words of a line that was laid out in columns, one blank between them. */
static void add_words(struct strbuf *sb, struct str line)
{
	struct strbuf words;
	strbuf_init(&words, 64 * 1024);
	for (line = str_trim(line); line.n;) {
		strbuf_add(&words, str_cut(&line, ' '));
		line = str_trim(line);
		if (line.n)
			strbuf_addc(&words, ' ');
	}
	escape_visible_line(sb, strbuf_str(&words));
	strbuf_release(&words);
}

static void add_items(struct strbuf *sb, const struct value *list, const char *separator)
{
	for (size_t i = 0; list && i < list->u.list.count; i++) {
		if (i)
			strbuf_adds(sb, separator);
		escape_visible_line(sb, list->u.list.items[i]->text);
	}
}

static struct str items_of(struct arena *a, const struct value *list, const char *separator)
{
	struct strbuf sb;
	strbuf_init(&sb, 64 * 1024);
	add_items(&sb, list, separator);
	struct str text = arena_str(a, strbuf_str(&sb));
	strbuf_release(&sb);
	return text;
}

/* The first of them is the message; all of them, and the notes, stand behind the frame. */
static void show_unmet(const struct judging *j, const struct value *unmet, struct answer *ans)
{
	struct strbuf first;
	size_t more = unmet->u.list.count - 1;
	strbuf_init(&first, 64 * 1024);
	add_words(&first, unmet->u.list.items[0]->text);
	if (more)
		strbuf_addf(&first, " (and %zu more)", more);
	ans->summary = arena_str(j->arena, strbuf_str(&first));
	strbuf_release(&first);
	struct str lines = more ? indented(j->arena, items_of(j->arena, unmet, "\n")) : STR("");
	ans->extra = lines;
	if (ans->note.n)
		ans->extra = arena_printf(j->arena, "%.*s      note: %.*s\n", STR_ARG(lines), STR_ARG(ans->note));
}

/* APPLIED, MATCHES, COMPLETE: the probe found what is not as it must be; the list is empty where they hold. */
static int judge_all_met(const struct judging *j, const struct expander *x, struct answer *ans)
{
	const struct value *notes = shown(j, value_get(x->eval->tree, "notes"));
	const struct value *unmet = shown(j, ans->actual);
	ans->holds = unmet && unmet->u.list.count == 0 ? HOLDS : HOLDS_NOT;
	ans->note = items_of(j->arena, notes, "; ");
	if (unmet && ans->holds != HOLDS)
		show_unmet(j, unmet, ans);
	return 0;
}

/* ---- one assertion ---- */

/* What a query that found nothing may have meant. */
static void add_hint(
	const struct expander *x, const struct assertion *as, struct answer *ans)
{
	const struct value *args[2] = { 0 };
	struct error ignored = { 0 };
	struct strbuf sb;
	if (call_arguments(x, &as->query, args, &ignored))
		return;
	strbuf_init(&sb, 4096);
	if (query_hint(&sb, x->eval, as->query.query, args))
		ans->hint = arena_str(x->eval->arena, strbuf_str(&sb));
	strbuf_release(&sb);
}

static int answer(const struct judging *j, const struct expander *x,
	const struct assertion *as, struct answer *ans, struct error *err)
{
	size_t at = quantifier_at(as);
	const struct value *v;
	if (run_query(x, &as->query, &v, err))
		return -1;
	if (!v)
		add_hint(x, as, ans);
	if (run_filters(x, as->filters, at, &v, err))
		return -1;
	ans->actual = v;
	if (as->predicate == &predicates[PREDICATE_TABLE])
		return judge_table(j, x, as, ans, err);
	if (as->predicate == &predicates[PREDICATE_ALL_MET])
		return judge_all_met(j, x, ans);
	if (expand_operand(x, &as->expected, &ans->expected, err))
		return -1;
	if (at < as->nfilters)
		return judge_elements(x, as, at, v, ans, err);
	ans->holds = apply_predicate(x, as, v, ans->expected, err);
	return ans->holds == HOLDS_ERROR ? -1 : 0;
}

/* An assertion of another file (a `when` of a RUN) expands against its own source. */
static struct expander expander_of(const struct expander *x, const struct assertion *as)
{
	struct expander own = *x;
	own.source = as->source;
	return own;
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

static void finish_place(struct finding *f, const struct explanation *e)
{
	f->at = source_pos(e->source, e->span.at);
	if (e->column0)
		f->at.column = 0;
	f->width = e->column0 ? 0 : e->span.n;
}

static void explain_error(struct judging *j, const struct entry *entry,
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
	finish_place(f, &e);
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
			shown(j, values[i]);
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

static void explain_failure(struct judging *j, const struct expander *x,
	const struct entry *entry, const struct assertion *as, struct answer *ans,
	struct finding *f)
{
	struct explanation e = place_of(entry, as);
	struct explain_sides s = hide(j, as, ans);
	f->actual = s.shown_actual;
	f->expected = explain_expected(j->arena, as, s.shown_expected);
	show_rows(j, x, as, ans);
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
	finish_place(f, &e);
}

static struct finding *new_finding(struct judging *j)
{
	if (j->out->nfindings == j->cap)
		j->findings = arena_grow(j->arena, j->findings, j->out->nfindings,
			&j->cap, sizeof(*j->findings));
	return j->findings ? &j->findings[j->out->nfindings++] : NULL;
}

static void count_finding(struct judging *j, const struct finding *f)
{
	if (f->assertion && f->assertion->prefer) {
		j->out->not_preferred += !f->ok;
		j->out->held += f->ok;
		return;
	}
	j->out->held += f->ok;
	j->out->not_held += !f->ok;
}

static void judge_one(struct judging *j, const struct assertion *as)
{
	struct finding *f = new_finding(j);
	if (!f)
		return;
	struct expander x = expander_of(j->in->expander, as);
	struct error err = { 0 };
	struct answer ans = { 0 };
	*f = (struct finding){ .assertion = as };
	if (answer(j, &x, as, &ans, &err)) {
		explain_error(j, j->in->entry, as, &err, &ans, f);
	} else {
		f->actual = ans.actual;
		f->expected = explain_expected(j->arena, as, ans.expected);
		f->ok = ans.holds == HOLDS;
		f->note = f->ok ? ans.note : (struct str){ 0 };
		f->at = source_pos(as->source, as->span.at);
		if (!f->ok)
			explain_failure(j, &x, j->in->entry, as, &ans, f);
	}
	count_finding(j, f);
}

int judge_condition(
	const struct expander *x, const struct assertion *a, bool *ret, struct error *err)
{
	struct expander own = expander_of(x, a);
	struct answer ans = { 0 };
	const struct judge_input in = { .expander = x };
	const struct judging j = { .in = &in, .arena = x->eval->arena };
	if (!answer(&j, &own, a, &ans, err)) {
		*ret = ans.holds == HOLDS;
		return 0;
	}
	if (err->code == ERR_TEMPLATE || err->code == ERR_UNSET || err->code == ERR_OOM)
		return -1;
	*err = (struct error){ 0 };
	*ret = false;
	return 0;
}

/* ---- captures and metrics ---- */

static void bad_capture(struct judging *j, const struct error *err,
	struct span query_span, const char *title)
{
	struct finding *f = new_finding(j);
	if (!f)
		return;
	bool hurl = j->in->file_type == FILE_HURL;
	struct explanation e = {
		.entry = j->in->entry,
		.source = err->source ? err->source : j->in->entry->source,
		.span = err->source ? err->span : query_span,
		.title = title,
		.note = str_from(err->message),
		.help = str_from(err->note),
	};
	/* rows that were counted but not kept: what is asked for came, and was not looked at */
	bool is_error = hurl || err->code == ERR_LIMIT;
	*f = (struct finding){ .kind = is_error ? "error.capture" : "assert.other" };
	f->message = arena_str(j->arena, str_from(err->message));
	f->detail = explain_detail(j->arena, &e);
	finish_place(f, &e);
	j->out->not_held++;
	j->out->is_error |= is_error;
	j->stop |= hurl;
}

static struct span filters_span(const struct call *chain, size_t n)
{
	return span_join(chain[0].span, chain[n - 1].span);
}

static int capture_value(struct judging *j, const struct capture *c,
	const struct value **ret, struct error *err)
{
	const struct expander *x = j->in->expander;
	if (judge_query(x, &c->query, c->filters, c->nfilters, ret, err))
		return -1;
	if (!*ret)
		return error_at(err, ERR_CAPTURE, x->source,
			c->nfilters ? filters_span(c->filters, c->nfilters) :
				      c->query.span,
			"no value to capture");
	if (!c->redact)
		return 0;
	if ((*ret)->type != VALUE_STRING)
		return error_at(err, ERR_CAPTURE, x->source, c->name_span,
			"only a string can be redacted, this is %s",
			value_type_word((*ret)->type));
	*ret = value_with_flags(j->arena, *ret, VALUE_SECRET);
	return *ret ? 0 : error_set_oom(err);
}

static int judge_captures(struct judging *j, struct error *err)
{
	const struct entry *e = j->in->entry;
	struct bound *bound = arena_array(j->arena, e->ncaptures + 1, sizeof(*bound));
	if (!bound)
		return error_set_oom(err);
	for (size_t i = 0; i < e->ncaptures && !j->stop; i++) {
		struct error bad = { 0 };
		struct bound *b = &bound[j->out->ncaptures];
		if (expand_text(
			    j->in->expander, e->captures[i].name, &b->name, NULL, &bad) ||
			capture_value(j, &e->captures[i], &b->value, &bad))
			bad_capture(j, &bad, e->captures[i].query.span, "No capture");
		else if (j->in->bind(j->in->bind_ctx, b->name, b->value, err))
			return -1;
		else
			j->out->ncaptures++;
	}
	j->out->captures = bound;
	return 0;
}

static void add_metric(struct judging *j, struct bound metric)
{
	if (j->out->nmetrics == j->metrics_cap)
		j->metrics = arena_grow(j->arena, j->metrics, j->out->nmetrics,
			&j->metrics_cap, sizeof(*j->metrics));
	if (j->metrics)
		j->metrics[j->out->nmetrics++] = metric;
}

/* `name by column`: a series, one value a row. */
static int metric_series(struct judging *j, const struct metric *m,
	const struct value *values, struct error *err)
{
	const struct value *rows = value_get(j->in->expander->eval->tree, "rows");
	if (!rows || values->type != VALUE_LIST)
		return 0;
	for (size_t i = 0; i < values->u.list.count && i < rows->u.list.count; i++) {
		struct strbuf sb;
		const struct value *label = value_get_str(
			rows->u.list.items[i], m->label_column);
		strbuf_init(&sb, 4096);
		if (!label || !value_render(&sb, label))
			strbuf_adds(&sb, "?");
		add_metric(j,
			(struct bound){ .name = m->name,
				.label = arena_str(j->arena, strbuf_str(&sb)),
				.value = values->u.list.items[i] });
		strbuf_release(&sb);
		if (!value_is_number(values->u.list.items[i]))
			return error_at(err, ERR_CAPTURE, j->in->expander->source,
				m->span, "metric '%.*s' is not a number: %s",
				STR_ARG(m->name),
				value_type_word(values->u.list.items[i]->type));
	}
	return 0;
}

static int metric_value(struct judging *j, const struct metric *m, struct error *err)
{
	const struct value *v;
	if (judge_query(j->in->expander, &m->query, m->filters, m->nfilters, &v, err))
		return -1;
	if (m->label_column.p && v && v->type == VALUE_LIST)
		return metric_series(j, m, v, err);
	if (!v || !value_is_number(v))
		return error_at(err, ERR_CAPTURE, j->in->expander->source, m->span,
			"metric '%.*s' is not a number: %s", STR_ARG(m->name),
			v ? value_type_word(v->type) : "no value");
	add_metric(j, (struct bound){ .name = m->name, .value = v });
	return 0;
}

static void judge_metrics(struct judging *j)
{
	const struct entry *e = j->in->entry;
	for (size_t i = 0; i < e->nmetrics; i++) {
		struct error bad = { 0 };
		if (!metric_value(j, &e->metrics[i], &bad))
			continue;
		bad_capture(j, &bad, e->metrics[i].query.span, "No metric");
		j->out->is_error = true;
	}
	j->out->metrics = j->metrics;
}

/* ---- RECEIVE: is it there, and should it be ---- */

static bool is_true(const struct value *v)
{
	return v && v->type == VALUE_BOOL && v->u.boolean;
}

static struct str nearest_message(struct judging *j, const struct value *tree)
{
	const struct value *near = value_get(tree, "nearest");
	struct strbuf sb;
	if (!near)
		return STR("");
	strbuf_init(&sb, 64 * 1024);
	strbuf_adds(&sb, "      most similar: ");
	value_show_content(&sb, near, 2000);
	strbuf_addc(&sb, '\n');
	struct str text = arena_str(j->arena, strbuf_str(&sb));
	strbuf_release(&sb);
	return text;
}

static struct str receive_message(
	struct judging *j, const struct value *tree, bool expect_absent)
{
	const struct value *received = value_get(tree, "received"),
			   *ms = value_get(tree, "duration");
	long long looked = received && received->type == VALUE_INT ?
		(long long)received->u.integer :
		0;
	if (expect_absent)
		return STR("a message came that must not");
	return arena_printf(j->arena, "no message within %lld ms (%lld looked at)",
		ms && ms->type == VALUE_INT ? (long long)ms->u.integer : 0, looked);
}

static bool judge_receive(struct judging *j)
{
	const struct value *tree = j->in->expander->eval->tree;
	const struct value *expect = value_get(tree, "expect_absent");
	bool absent = is_true(value_get(tree, "absent"));
	if (!expect)
		return true;
	if (absent == is_true(expect)) {
		j->out->held++;
		return !absent;
	}
	struct finding *f = new_finding(j);
	if (!f)
		return false;
	struct explanation e = {
		.source = j->in->entry->source,
		.span = j->in->entry->span,
		.title = "Assert failure",
		.note = receive_message(j, tree, is_true(expect)),
		.extra = absent ? nearest_message(j, tree) : STR(""),
	};
	*f = (struct finding){ .kind = "assert.reply",
		.message = e.note,
		.actual = value_get(tree, "reply") };
	f->detail = explain_detail(j->arena, &e);
	finish_place(f, &e);
	j->out->not_held++;
	return false;
}

/* ---- an entry ---- */

static bool status_is_wrong(const struct judging *j)
{
	return j->out->not_held > 0;
}

static void judge_stage(struct judging *j, bool status)
{
	const struct entry *e = j->in->entry;
	for (size_t i = 0; i < e->nasserts; i++)
		if ((e->asserts[i].stage == STAGE_STATUS) == status)
			judge_one(j, &e->asserts[i]);
}

static size_t others(const struct entry *e)
{
	size_t n = 0;
	for (size_t i = 0; i < e->nasserts; i++)
		n += e->asserts[i].stage != STAGE_STATUS;
	return n;
}

static void find_first_bad(struct judging *j)
{
	struct judgement *o = j->out;
	o->findings = j->findings;
	for (size_t i = 0; i < o->nfindings && !o->first_bad; i++) {
		const struct finding *f = &j->findings[i];
		if (!f->ok && !(f->assertion && f->assertion->prefer))
			o->first_bad = f;
	}
}

static int judge_all(struct judging *j, struct error *err)
{
	if (!j->in->no_asserts)
		judge_stage(j, true);
	if (status_is_wrong(j)) {
		j->out->not_evaluated = others(j->in->entry);
		return 0;
	}
	if (!judge_receive(j))
		return 0;
	if (judge_captures(j, err))
		return -1;
	if (j->stop)
		return 0;
	judge_metrics(j);
	if (!j->in->no_asserts)
		judge_stage(j, false);
	return 0;
}

int judge_entry(const struct judge_input *in, struct judgement *ret, struct error *err)
{
	struct judgement out = { 0 };
	struct judging j = { .in = in, .arena = in->expander->eval->arena, .out = &out };
	if (judge_all(&j, err))
		return -1;
	if (arena_failed(j.arena))
		return error_set_oom(err);
	find_first_bad(&j);
	*ret = out;
	return 0;
}
