#include "harness/value/jsonpath.h"

#include "harness/value/jsonpath_ast.h"

/* ---- what both parsers use ---- */

bool path_fail(struct path_parser *p, const char *expected)
{
	p->expected = expected;
	return false;
}

int path_peek(const struct path_parser *p, size_t ahead)
{
	size_t at = p->at + ahead;

	return at < p->text.n ? (unsigned char)p->text.p[at] : -1;
}

bool path_take(struct path_parser *p, const char *token)
{
	struct str t = str_from(token);

	if (!str_eq(str_sub(p->text, p->at, t.n), t))
		return false;
	p->at += t.n;
	return true;
}

struct segment *path_add_segment(
	struct path_parser *p, struct segment ***tail, bool descend)
{
	struct segment *s = arena_zalloc(p->a, sizeof(*s));

	if (!s) {
		p->no_memory = true;
		return NULL;
	}
	s->descend = descend;
	**tail = s;
	*tail = &s->next;
	return s;
}

struct selector *path_add_selector(
	struct path_parser *p, struct selector ***tail, enum selector_kind kind)
{
	struct selector *s = arena_zalloc(p->a, sizeof(*s));

	if (!s) {
		p->no_memory = true;
		return NULL;
	}
	s->kind = kind;
	**tail = s;
	*tail = &s->next;
	return s;
}

bool path_take_op(struct path_parser *p, enum compare_op *ret)
{
	static const char *const ops[] = {
		[COMPARE_EQ] = "==",
		[COMPARE_NE] = "!=",
		[COMPARE_LE] = "<=",
		[COMPARE_GE] = ">=",
		[COMPARE_LT] = "<",
		[COMPARE_GT] = ">",
	};
	static const enum compare_op order[] = {
		COMPARE_EQ,
		COMPARE_NE,
		COMPARE_LE,
		COMPARE_GE,
		COMPARE_LT,
		COMPARE_GT,
	};
	static_assert(ARRAY_SIZE(ops) == COMPARE_COUNT, "an operator has no spelling");

	for (size_t i = 0; i < ARRAY_SIZE(order); i++)
		if (path_take(p, ops[order[i]])) {
			*ret = order[i];
			return true;
		}
	return false;
}

bool path_is_singular(const struct path *path)
{
	for (const struct segment *s = path->first; s; s = s->next) {
		const struct selector *only = s->selectors;

		if (s->descend || only->next)
			return false;
		if (only->kind != SELECT_NAME && only->kind != SELECT_INDEX)
			return false;
	}
	return true;
}

/* ---- compiling ---- */

static bool parse_with(bool (*parse)(struct path_parser *, struct path *),
	struct arena *a, struct str text, struct path_parser *ret_parser,
	struct path *ret)
{
	*ret_parser = (struct path_parser){ .a = a, .text = text };
	*ret = (struct path){ 0 };
	if (!parse(ret_parser, ret))
		return false;
	ret->singular = path_is_singular(ret);
	return true;
}

static int compile_error(const struct path_parser *p, size_t *ret_at, struct error *err)
{
	if (p->no_memory || !p->expected)
		return error_set_oom(err);
	if (ret_at)
		*ret_at = p->at;
	return error_set(err, ERR_CHECK,
		"invalid JSONPath '%.*s': expected %s at byte %zu",
		STR_ARG(str_sub(p->text, 0, 200)), p->expected, p->at);
}

int jsonpath_compile(struct arena *a, struct str text, enum jsonpath_mode mode,
	const struct jsonpath **ret, size_t *ret_at, struct error *err)
{
	struct path_parser seven = { 0 };
	struct path_parser rfc;
	struct jsonpath *path = arena_zalloc(a, sizeof(*path));
	struct str copy = arena_str(a, text);

	if (!path || !copy.p)
		return error_set_oom(err);
	path->mode = mode;
	if (mode == JSONPATH_7 &&
		parse_with(path_parse_7, a, copy, &seven, &path->path)) {
		*ret = path;
		return 0;
	}
	if (seven.no_memory)
		return error_set_oom(err);
	if (parse_with(path_parse_rfc, a, copy, &rfc, &path->path)) {
		*ret = path;
		return 0;
	}
	return compile_error(
		seven.expected && seven.at > rfc.at ? &seven : &rfc, ret_at, err);
}

/* ---- evaluation ---- */

static bool is_index(const struct segment *s)
{
	return !s->descend && s->selectors->kind == SELECT_INDEX && !s->selectors->next;
}

/*
 * *ret_none: the walk ended in no value. In the older shape a single step that finds nothing ends it, and so does an index
 * step that leaves a list empty; in the others only the count of nodes matters, later.
 */
static bool walk(struct path_walk *w, const struct jsonpath *path, struct nodes *nodes,
	bool *ret_none)
{
	bool single = true;

	*ret_none = false;
	for (const struct segment *s = path->path.first; s; s = s->next) {
		struct nodes next = { 0 };
		bool step_is_single = !s->descend && !s->selectors->next &&
			(s->selectors->kind == SELECT_NAME ||
				s->selectors->kind == SELECT_INDEX);

		if (!path_step(w, s, nodes, &next))
			return false;
		single = single && step_is_single;
		*nodes = next;
		if (path->mode == JSONPATH_7 && !next.count && (single || is_index(s))) {
			*ret_none = true;
			return true;
		}
	}
	return true;
}

static int walk_error(const struct path_walk *w, struct error *err)
{
	if (w->too_much)
		return error_set(err, ERR_LIMIT, "the JSONPath visits too many nodes");
	return error_set_oom(err);
}

int jsonpath_eval(struct arena *a, const struct jsonpath *path, const struct value *root,
	const struct value **ret, struct error *err)
{
	struct path_walk w = { .a = a, .root = root };
	struct nodes nodes = { 0 };
	bool none = false;
	const struct value *list;

	if (!path_add_node(&w, &nodes, root) || !walk(&w, path, &nodes, &none))
		return walk_error(&w, err);
	if (none || (!nodes.count && path->mode == JSONPATH_8)) {
		*ret = NULL;
		return 0;
	}
	if (path->mode == JSONPATH_7 ? path->path.singular :
				       path->mode == JSONPATH_8 && nodes.count == 1) {
		*ret = nodes.items[0];
		return 0;
	}
	list = value_list(a, nodes.items, nodes.count);
	if (!list)
		return error_set_oom(err);
	*ret = list;
	return 0;
}

/* ---- hint ---- */

static void nearest_key(
	const struct value *v, struct str name, size_t *best, struct str *ret)
{
	if (v->type != VALUE_OBJECT)
		return;
	for (size_t i = 0; i < v->u.object.count; i++) {
		struct str key = v->u.object.members[i].key;
		size_t d = str_eq_nocase(key, name) ? 1 : str_distance(key, name, *best);

		if (d < *best) {
			*best = d;
			*ret = key;
		}
	}
}

static bool hint_at(
	struct strbuf *out, const struct segment *s, const struct nodes *nodes)
{
	struct str name = s->selectors->name;
	struct str key = { 0 };
	size_t best = name.n / 3 < 2 ? 3 : name.n / 3 + 1;

	if (s->selectors->kind != SELECT_NAME)
		return false;
	for (size_t i = 0; i < nodes->count; i++)
		nearest_key(nodes->items[i], name, &best, &key);
	if (!key.p)
		return false;
	strbuf_addf(out, "no '%.*s'; nearest key: '%.*s'", STR_ARG(name), STR_ARG(key));
	return true;
}

bool jsonpath_hint(
	struct strbuf *out, const struct jsonpath *path, const struct value *root)
{
	enum { HINT_BYTES = 16 * 1024 * 1024 };
	struct arena a;
	struct path_walk w = { .a = &a, .root = root };
	struct nodes nodes = { 0 };
	bool found = false;

	arena_init(&a, HINT_BYTES);
	if (!path_add_node(&w, &nodes, root))
		nodes.count = 0;
	for (const struct segment *s = path->path.first; s && nodes.count; s = s->next) {
		struct nodes next = { 0 };

		if (!path_step(&w, s, &nodes, &next))
			break;
		if (!next.count)
			found = hint_at(out, s, &nodes);
		nodes = next;
	}
	arena_release(&a);
	return found;
}
