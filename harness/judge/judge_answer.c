#include "harness/base/escape.h"
#include "harness/judge/judge_impl.h"

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

int judge_query(const struct expander *x, const struct call *query,
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

struct str judge_indented(struct arena *a, struct str text)
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

const struct value *judge_shown(const struct judging *j, const struct value *v)
{
	return v && j->in->secrets ? secrets_mask_value(j->in->secrets, j->arena, v) : v;
}

/* Decided on what came, told with what may be seen. */
/* Rows that were not kept cannot be compared: what is not among the others may be among them. */
static int check_kept(const struct expander *x, const struct value *rows, struct error *err)
{
	const struct value *cut = value_get(x->eval->tree, "cut");
	const struct value *count = value_get(x->eval->tree, "row_count");
	if (!cut || cut->type != VALUE_BOOL || !cut->u.boolean || !rows || !count)
		return 0;
	error_set(err, ERR_LIMIT, "the result has %lld rows, of which only %zu were kept",
		(long long)count->u.integer, rows->u.list.count);
	error_note(err, "ask for the rows that are looked for, or for their number");
	return -1;
}

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
	if (m < 0 || ((m == 0 || !table.includes) && check_kept(x, ans->actual, err)))
		return -1;
	if (m)
		return 0;
	strbuf_init(&message, 64 * 1024);
	strbuf_init(&detail, 1024 * 1024);
	m = table_match_shown(x->eval->arena, &table, ans->actual, judge_shown(j, ans->actual),
		columns, most, &message, &detail, err);
	ans->summary = arena_str(x->eval->arena, strbuf_str(&message));
	ans->extra = judge_indented(x->eval->arena, strbuf_str(&detail));
	strbuf_release(&message);
	strbuf_release(&detail);
	return m < 0 ? -1 : 0;
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
	struct str lines = more ? judge_indented(j->arena, items_of(j->arena, unmet, "\n")) : STR("");
	ans->extra = lines;
	if (ans->note.n)
		ans->extra = arena_printf(j->arena, "%.*s      note: %.*s\n", STR_ARG(lines), STR_ARG(ans->note));
}

/* APPLIED, MATCHES, COMPLETE: the probe found what is not as it must be; the list is empty where they hold. */
static int judge_all_met(const struct judging *j, const struct expander *x, struct answer *ans)
{
	const struct value *notes = judge_shown(j, value_get(x->eval->tree, "notes"));
	const struct value *unmet = judge_shown(j, ans->actual);
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

int judge_answer(const struct judging *j, const struct expander *x,
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
