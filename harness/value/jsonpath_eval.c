#include "harness/value/jsonpath_ast.h"

#include "harness/value/number.h"

/* Paths like $..*..*..* multiply; beyond this it is an error. */
enum { MOST_WORK = 5000000 };

static bool is_true(
	struct path_walk *w, const struct expr *e, const struct value *node, bool *ret);
static bool evaluate(struct path_walk *w, const struct expr *e, const struct value *node,
	const struct value **ret);

static bool count_work(struct path_walk *w)
{
	if (++w->work > MOST_WORK)
		w->too_much = true;
	return !w->too_much;
}

bool path_add_node(struct path_walk *w, struct nodes *to, const struct value *v)
{
	if (to->count == to->cap)
		to->items = arena_grow(
			w->a, to->items, to->count, &to->cap, sizeof(*to->items));
	if (!to->items || !count_work(w))
		return false;
	to->items[to->count++] = v;
	return true;
}

/* ---- children ---- */

struct children {
	size_t count;
	const struct value *const *items; /* of a list */
	const struct value_member **members; /* of an object, sorted */
};

static bool children_of(struct path_walk *w, const struct value *v, struct children *ret)
{
	*ret = (struct children){ 0 };
	if (v->type == VALUE_LIST) {
		ret->items = v->u.list.items;
		ret->count = v->u.list.count;
	} else if (v->type == VALUE_OBJECT) {
		ret->members = arena_array(
			w->a, v->u.object.count, sizeof(*ret->members));
		if (!ret->members)
			return false;
		ret->count = value_sort_members(v, ret->members);
	}
	return true;
}

static const struct value *child(const struct children *c, size_t i)
{
	return c->items ? c->items[i] : c->members[i]->value;
}

/* ---- selectors ---- */

static bool select_index(
	struct path_walk *w, int64_t index, const struct value *v, struct nodes *to)
{
	int64_t n;

	if (v->type != VALUE_LIST)
		return true;
	n = (int64_t)v->u.list.count;
	if (index < 0)
		index = index < -n ? -1 : index + n;
	return index < 0 || index >= n || path_add_node(w, to, v->u.list.items[index]);
}

static int64_t clamp(int64_t i, int64_t n, int64_t low, int64_t high)
{
	if (i < 0)
		i = i < -n ? -1 : i + n;
	return i < low ? low : i > high ? high : i;
}

/* RFC 9535, 2.3.4.2.2 */
static bool select_slice(struct path_walk *w, const struct slice *s,
	const struct value *v, struct nodes *to)
{
	bool up = s->step > 0;
	int64_t n;
	int64_t start;
	int64_t end;

	if (v->type != VALUE_LIST || !s->step)
		return true;
	n = (int64_t)v->u.list.count;
	if (up) {
		start = s->has_start ? clamp(s->start, n, 0, n) : 0;
		end = s->has_end ? clamp(s->end, n, 0, n) : n;
	} else {
		start = s->has_start ? clamp(s->start, n, -1, n - 1) : n - 1;
		end = s->has_end ? clamp(s->end, n, -1, n - 1) : -1;
	}
	for (int64_t i = start; up ? i < end : i > end; i += s->step)
		if (!path_add_node(w, to, v->u.list.items[i]))
			return false;
	return true;
}

static bool select_children(struct path_walk *w, const struct value *v, struct nodes *to)
{
	struct children c;

	if (!children_of(w, v, &c))
		return false;
	for (size_t i = 0; i < c.count; i++)
		if (!path_add_node(w, to, child(&c, i)))
			return false;
	return true;
}

static bool select_filtered(struct path_walk *w, const struct selector *s,
	const struct value *v, struct nodes *to)
{
	struct children c;

	if (s->only_objects && v->type != VALUE_LIST)
		return true;
	if (!children_of(w, v, &c))
		return false;
	for (size_t i = 0; i < c.count; i++) {
		const struct value *node = child(&c, i);
		bool keep = false;

		if (s->only_objects && node->type != VALUE_OBJECT)
			continue;
		if (!count_work(w) || !is_true(w, s->filter, node, &keep))
			return false;
		if (keep && !path_add_node(w, to, node))
			return false;
	}
	return true;
}

static bool select_name(
	struct path_walk *w, struct str name, const struct value *v, struct nodes *to)
{
	const struct value *found = value_get_str(v, name);

	return !found || path_add_node(w, to, found);
}

static bool apply(struct path_walk *w, const struct selector *s, const struct value *v,
	struct nodes *to)
{
	switch (s->kind) {
	case SELECT_NAME:
		return select_name(w, s->name, v, to);
	case SELECT_INDEX:
		return select_index(w, s->index, v, to);
	case SELECT_WILDCARD:
		return select_children(w, v, to);
	case SELECT_SLICE:
		return select_slice(w, &s->slice, v, to);
	case SELECT_FILTER:
		return select_filtered(w, s, v, to);
	}
	return false;
}

static bool apply_all(struct path_walk *w, const struct selector *s,
	const struct value *v, struct nodes *to)
{
	for (; s; s = s->next)
		if (!apply(w, s, v, to))
			return false;
	return true;
}

/* A node before what is below it; documents are never deeper than their reader allowed. */
static bool descend(struct path_walk *w, const struct selector *s, const struct value *v,
	struct nodes *to)
{
	struct children c;

	if (!count_work(w) || !apply_all(w, s, v, to) || !children_of(w, v, &c))
		return false;
	for (size_t i = 0; i < c.count; i++)
		if (!descend(w, s, child(&c, i), to))
			return false;
	return true;
}

bool path_step(struct path_walk *w, const struct segment *s, const struct nodes *from,
	struct nodes *to)
{
	for (size_t i = 0; i < from->count; i++) {
		bool ok = s->descend ? descend(w, s->selectors, from->items[i], to) :
				       apply_all(w, s->selectors, from->items[i], to);

		if (!ok)
			return false;
	}
	return true;
}

static bool walk_path(struct path_walk *w, const struct path *path,
	const struct value *node, struct nodes *ret)
{
	*ret = (struct nodes){ 0 };
	if (!path_add_node(w, ret, path->relative ? node : w->root))
		return false;
	for (const struct segment *s = path->first; s && ret->count; s = s->next) {
		struct nodes next = { 0 };

		if (!path_step(w, s, ret, &next))
			return false;
		*ret = next;
	}
	return true;
}

/* ---- functions ---- */

/* RFC 9485's dot leaves out CR too. */
static void add_pattern(struct strbuf *out, struct str pattern)
{
	bool in_class = false;

	for (size_t i = 0; i < pattern.n; i++) {
		char c = pattern.p[i];

		if (c == '\\' && i + 1 < pattern.n) {
			strbuf_add(out, str_sub(pattern, i++, 2));
			continue;
		}
		in_class = c == '[' || (in_class && c != ']');
		if (c == '.' && !in_class)
			strbuf_adds(out, "[^\\n\\r]");
		else
			strbuf_addc(out, c);
	}
}

const struct regex *path_regex(struct arena *a, struct str pattern, bool whole)
{
	const struct regex *re = NULL;
	struct error ignored;
	struct strbuf sb;

	strbuf_init(&sb, 8 * pattern.n + 32);
	strbuf_adds(&sb, whole ? "\\A(?:" : "(?:");
	add_pattern(&sb, pattern);
	strbuf_adds(&sb, whole ? ")\\z" : ")");
	if (strbuf_failed(&sb) ||
		regex_compile(a, strbuf_str(&sb), false, &re, NULL, &ignored))
		re = NULL;
	strbuf_release(&sb);
	return re;
}

static bool test_regex(
	struct path_walk *w, const struct expr *e, const struct value *node, bool *ret)
{
	const struct value *text = NULL;
	const struct value *pattern = NULL;
	const struct regex *re = e->regex;
	struct error ignored;

	*ret = false;
	if (!evaluate(w, e->left, node, &text) || !evaluate(w, e->right, node, &pattern))
		return false;
	if (!text || text->type != VALUE_STRING || !pattern ||
		pattern->type != VALUE_STRING || e->bad_regex)
		return true;
	if (!re)
		re = path_regex(w->a, pattern->text, e->function->id == FUNCTION_MATCH);
	if (arena_failed(w->a))
		return false;
	*ret = re && regex_search(re, text->text, NULL, &ignored) == REGEX_MATCH;
	return true;
}

static bool length_of(
	struct path_walk *w, const struct value *v, const struct value **ret)
{
	*ret = NULL;
	if (!v)
		return true;
	if (v->type == VALUE_STRING)
		*ret = value_int(w->a, (int64_t)utf8_count(v->text));
	else if (v->type == VALUE_LIST)
		*ret = value_int(w->a, (int64_t)v->u.list.count);
	else if (v->type == VALUE_OBJECT)
		*ret = value_int(w->a, (int64_t)v->u.object.count);
	return !arena_failed(w->a);
}

static bool call(struct path_walk *w, const struct expr *e, const struct value *node,
	const struct value **ret)
{
	const struct value *v = NULL;
	struct nodes nodes;
	bool truth = false;

	switch (e->function->id) {
	case FUNCTION_LENGTH:
		return evaluate(w, e->left, node, &v) && length_of(w, v, ret);
	case FUNCTION_COUNT:
		if (!walk_path(w, &e->left->path, node, &nodes))
			return false;
		*ret = value_int(w->a, (int64_t)nodes.count);
		return *ret != NULL;
	case FUNCTION_VALUE:
		if (!walk_path(w, &e->left->path, node, &nodes))
			return false;
		*ret = nodes.count == 1 ? nodes.items[0] : NULL;
		return true;
	case FUNCTION_MATCH:
	case FUNCTION_SEARCH:
		if (!test_regex(w, e, node, &truth))
			return false;
		*ret = value_bool(truth);
		return true;
	}
	return false;
}

/* ---- expressions ---- */

/* A literal, a singular path or a function: *ret is NULL for RFC 9535's Nothing. */
static bool evaluate(struct path_walk *w, const struct expr *e, const struct value *node,
	const struct value **ret)
{
	struct nodes nodes;

	if (e->kind == EXPR_LITERAL) {
		*ret = e->literal;
		return true;
	}
	if (e->kind == EXPR_FUNCTION)
		return call(w, e, node, ret);
	assert(e->kind == EXPR_PATH);
	if (!walk_path(w, &e->path, node, &nodes))
		return false;
	*ret = nodes.count ? nodes.items[0] : NULL;
	return true;
}

static bool is_less(const struct value *a, const struct value *b)
{
	int c = 0;

	return value_order(a, b, &c) && c < 0;
}

/* RFC 9535, 2.3.5.2.2: only numbers and only strings have an order, and >= is "greater or equal". */
static bool compare(enum compare_op op, const struct value *a, const struct value *b)
{
	bool equal = value_equal(a, b);

	switch (op) {
	case COMPARE_EQ:
		return equal;
	case COMPARE_NE:
		return !equal;
	case COMPARE_LT:
		return is_less(a, b);
	case COMPARE_LE:
		return equal || is_less(a, b);
	case COMPARE_GT:
		return is_less(b, a);
	case COMPARE_GE:
		return equal || is_less(b, a);
	case COMPARE_COUNT:
		break;
	}
	return false;
}

/* Numbers compare exactly; texts are equal or not, booleans only equal; other types never compare. */
static bool compare_strict(
	enum compare_op op, const struct value *a, const struct value *b)
{
	if (value_is_number(a) && value_is_number(b))
		return compare(op, a, b);
	if (a->type != b->type)
		return false;
	if (a->type == VALUE_STRING)
		return (op == COMPARE_EQ || op == COMPARE_NE) && compare(op, a, b);
	return a->type == VALUE_BOOL && op == COMPARE_EQ && compare(op, a, b);
}

static bool test_compare(
	struct path_walk *w, const struct expr *e, const struct value *node, bool *ret)
{
	const struct value *left = NULL;
	const struct value *right = NULL;

	if (!evaluate(w, e->left, node, &left) || !evaluate(w, e->right, node, &right))
		return false;
	*ret = compare(e->op, left, right);
	return true;
}

static bool test_path(
	struct path_walk *w, const struct expr *e, const struct value *node, bool *ret)
{
	struct nodes nodes;

	if (!walk_path(w, &e->path, node, &nodes))
		return false;
	*ret = nodes.count > 0;
	if (*ret && e->kind == EXPR_COMPARE_STRICT)
		*ret = compare_strict(e->op, nodes.items[0], e->right->literal);
	return true;
}

static bool test_function(
	struct path_walk *w, const struct expr *e, const struct value *node, bool *ret)
{
	const struct value *v = NULL;

	if (!call(w, e, node, &v))
		return false;
	*ret = v && v->type == VALUE_BOOL && v->u.boolean;
	return true;
}

/* `stop`: the truth of the left side that decides alone */
static bool test_chain(struct path_walk *w, const struct expr *e,
	const struct value *node, bool stop, bool *ret)
{
	if (!is_true(w, e->left, node, ret))
		return false;
	return *ret == stop || is_true(w, e->right, node, ret);
}

static bool is_true(
	struct path_walk *w, const struct expr *e, const struct value *node, bool *ret)
{
	switch (e->kind) {
	case EXPR_OR:
	case EXPR_AND:
		return test_chain(w, e, node, e->kind == EXPR_OR, ret);
	case EXPR_NOT:
		if (!is_true(w, e->left, node, ret))
			return false;
		*ret = !*ret;
		return true;
	case EXPR_EXISTS:
	case EXPR_COMPARE_STRICT:
		return test_path(w, e, node, ret);
	case EXPR_COMPARE:
		return test_compare(w, e, node, ret);
	case EXPR_FUNCTION:
		return test_function(w, e, node, ret);
	case EXPR_LITERAL:
	case EXPR_PATH:
		break;
	}
	return false;
}
