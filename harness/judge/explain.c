#include "harness/judge/explain.h"

#include "harness/base/escape.h"
#include "harness/value/json.h"

#define TEXT_MAX (1024u * 1024)

static struct str take(struct arena *a, struct strbuf *sb)
{
	struct str text = arena_str(a, strbuf_str(sb));
	strbuf_release(sb);
	return text;
}

/* ---- kinds ---- */

static const char *const kinds_by_query[QUERY_COUNT] = {
	[QUERY_STATUS] = "assert.status",
	[QUERY_VERSION] = "assert.status",
	[QUERY_HEADER] = "assert.header",
	[QUERY_COOKIE] = "assert.header",
	[QUERY_BODY] = "assert.body",
	[QUERY_BYTES] = "assert.body",
	[QUERY_SHA256] = "assert.body",
	[QUERY_MD5] = "assert.body",
	[QUERY_REGEX] = "assert.body",
	[QUERY_JSONPATH] = "assert.json",
	[QUERY_RESPONSES] = "assert.json",
	[QUERY_XPATH] = "assert.xpath",
	[QUERY_ROWS] = "assert.rows",
	[QUERY_ROW_LIST] = "assert.rows",
	[QUERY_COLUMN] = "assert.cell",
	[QUERY_VALUE] = "assert.cell",
	[QUERY_LIST] = "assert.cell",
	[QUERY_AFFECTED] = "assert.affected",
	[QUERY_REPLY] = "assert.reply",
	[QUERY_CHANNEL] = "assert.reply",
	[QUERY_RECEIVED] = "assert.reply",
	[QUERY_POSITION] = "assert.reply",
	[QUERY_ABSENT] = "assert.reply",
	[QUERY_DURATION] = "assert.latency",
	[QUERY_APPLIED] = "assert.migrations",
	[QUERY_PENDING] = "assert.migrations",
	[QUERY_UNKNOWN] = "assert.migrations",
	[QUERY_FAILED] = "assert.migrations",
	[QUERY_DUPLICATE] = "assert.migrations",
	[QUERY_OUT_OF_ORDER] = "assert.migrations",
	[QUERY_CHANGED] = "assert.migrations",
	[QUERY_ON_DISK] = "assert.migrations",
	[QUERY_UNAPPLIED] = "assert.migrations",
	[QUERY_UNEXPECTED] = "assert.schema",
	[QUERY_DIFFERENT] = "assert.schema",
	[QUERY_UNMATCHED] = "assert.schema",
	[QUERY_INCOMPLETE] = "assert.backup",
	[QUERY_AGE] = "assert.backup",
	[QUERY_DATABASE] = "assert.backup",
	[QUERY_TABLES] = "assert.backup",
	[QUERY_VIEWS] = "assert.backup",
	[QUERY_ROUTINES] = "assert.backup",
	[QUERY_TRIGGERS] = "assert.backup",
	[QUERY_EVENTS] = "assert.backup",
	[QUERY_GTID] = "assert.backup",
	[QUERY_PREVIOUS_BYTES] = "assert.backup",
	[QUERY_BRANCH] = "assert.git",
	[QUERY_COMMIT] = "assert.git",
	[QUERY_TAG] = "assert.git",
	[QUERY_CLEAN] = "assert.git",
};

const char *explain_kind(const struct assertion *as)
{
	const char *kind = kinds_by_query[as->query.query - queries];
	return kind ? kind : "assert.other";
}

/* ---- the two sides ---- */

/* A bound of ROWS 1..5, or NULL where open. */
static const struct value *bound(const struct value *range, size_t i)
{
	const struct value *v = range->u.list.items[i];
	return v->type == VALUE_NULL ? NULL : v;
}

static const char *const nouns[QUERY_COUNT] = {
	[QUERY_ROWS] = " row",
	[QUERY_AFFECTED] = " changed row",
	[QUERY_WARNINGS] = " warning",
};

/* Of what is counted; else there is no noun. */
static const char *noun(const struct assertion *as)
{
	const char *word = nouns[as->query.query - queries];
	return word ? word : "";
}

static void add_count(struct strbuf *sb, const struct assertion *as, int64_t n)
{
	const char *word = noun(as);
	if (!n && *word)
		strbuf_addf(sb, "no%ss", word);
	else
		strbuf_addf(
			sb, "%lld%s%s", (long long)n, word, *word && n != 1 ? "s" : "");
}

static void show_range(
	struct strbuf *sb, const struct assertion *as, const struct value *range)
{
	const struct value *low = bound(range, 0), *high = bound(range, 1);
	if (low && high && low->u.integer == high->u.integer) {
		add_count(sb, as, low->u.integer);
		return;
	}
	if (low && high)
		strbuf_addf(sb, "%lld to ", (long long)low->u.integer);
	else
		strbuf_adds(sb, low ? "at least " : "at most ");
	add_count(sb, as, high ? high->u.integer : low ? low->u.integer : 0);
}

static void show_statuses(struct strbuf *sb, const struct value *expected)
{
	if (expected->type == VALUE_STRING) {
		strbuf_add(sb, expected->text);
		return;
	}
	for (size_t i = 0; i < expected->u.list.count; i++) {
		if (i)
			strbuf_adds(sb, " or ");
		value_show_content(sb, expected->u.list.items[i], 32);
	}
}

static void show_error(struct strbuf *sb, const struct value *expected)
{
	bool named = expected && expected->type != VALUE_NULL;
	strbuf_adds(sb, named ? "error " : "an error");
	if (named)
		value_show_content(sb, expected, 64);
}

/* "error connect: MESSAGE", "error 1146: MESSAGE" */
static void show_seen_error(struct strbuf *sb, const struct value *error, size_t max_bytes)
{
	static const char *const names[] = { "code", "prefix", "kind" };
	const struct value *name = NULL, *message = value_get(error, "message");
	for (size_t i = 0; !name && i < ARRAY_SIZE(names); i++)
		name = value_get(error, names[i]);
	strbuf_adds(sb, name ? "error " : "an error");
	if (name)
		value_show_content(sb, name, 64);
	if (message) {
		strbuf_adds(sb, ": ");
		value_show_content(sb, message, max_bytes);
	}
}

static bool is_predicate(const struct assertion *as, enum predicate_id id)
{
	return as->predicate == &predicates[id];
}

/* `none` wants of each element what its predicate does not say. */
static bool asks_for_none(const struct assertion *as)
{
	for (size_t i = 0; i < as->nfilters; i++)
		if (as->filters[i].filter->special == FILTER_NONE)
			return true;
	return false;
}

static void show_expected(struct strbuf *sb, const struct assertion *as,
	const struct value *expected, size_t max_bytes)
{
	if (as->negated != asks_for_none(as))
		strbuf_adds(sb, "not ");
	if (is_predicate(as, PREDICATE_RANGE)) {
		show_range(sb, as, expected);
	} else if (is_predicate(as, PREDICATE_STATUS)) {
		show_statuses(sb, expected);
	} else if (is_predicate(as, PREDICATE_ERROR)) {
		show_error(sb, expected);
	} else {
		strbuf_adds(
			sb, as->predicate->expectation ? as->predicate->expectation : "");
		if (expected && as->predicate->expectation && *as->predicate->expectation)
			strbuf_addc(sb, ' ');
		if (expected)
			value_show(sb, expected, max_bytes);
	}
}

static void show_actual(struct strbuf *sb, const struct assertion *as,
	const struct value *actual, size_t max_bytes)
{
	if (actual && is_predicate(as, PREDICATE_RANGE) && actual->type == VALUE_INT)
		add_count(sb, as, actual->u.integer);
	else if (actual && is_predicate(as, PREDICATE_STATUS))
		value_show_content(sb, actual, max_bytes);
	else if (!actual && is_predicate(as, PREDICATE_ERROR))
		strbuf_adds(sb, "no error");
	else if (actual && is_predicate(as, PREDICATE_ERROR) &&
		actual->type == VALUE_OBJECT)
		show_seen_error(sb, actual, max_bytes);
	else
		value_show(sb, actual, max_bytes);
}

struct str explain_values(struct arena *a, const struct assertion *as,
	const struct value *actual, const struct value *expected, bool mismatch,
	size_t max_bytes)
{
	struct strbuf sb;
	strbuf_init(&sb, TEXT_MAX);
	strbuf_adds(&sb, "actual:   ");
	show_actual(&sb, as, actual, max_bytes);
	strbuf_adds(&sb, "\nexpected: ");
	show_expected(&sb, as, expected, max_bytes);
	if (mismatch)
		strbuf_adds(&sb, "\n>>> types between actual and expected do not fit");
	return take(a, &sb);
}

const struct value *explain_expected(struct arena *a, const struct assertion *as,
	const struct value *expected)
{
	struct strbuf sb;
	if (!expected || (!is_predicate(as, PREDICATE_RANGE) &&
				 !is_predicate(as, PREDICATE_STATUS) &&
				 !is_predicate(as, PREDICATE_ERROR)))
		return expected;
	strbuf_init(&sb, TEXT_MAX);
	show_expected(&sb, as, expected, 200);
	return value_string(a, take(a, &sb));
}

/* The left side as written: query and filters. */
static struct str left_side(const struct assertion *as)
{
	struct span s = as->query.span;
	if (as->nfilters)
		s = span_join(s, as->filters[as->nfilters - 1].span);
	return str_sub(as->source->text, s.at, s.n);
}

static void add_left(struct strbuf *sb, const struct assertion *as)
{
	if (as->stage == STAGE_ASSERT && as->query.query->name &&
		!is_predicate(as, PREDICATE_RANGE))
		strbuf_addf(sb, "%.*s: ", STR_ARG(left_side(as)));
	else if (as->query.query->name &&
		(as->stage == STAGE_STATUS || as->stage == STAGE_HEADER ||
			as->stage == STAGE_BODY))
		strbuf_addf(sb, "%s: ", as->query.query->name);
}

static struct str take_line(struct arena *a, struct strbuf *sb)
{
	struct strbuf line;
	strbuf_init(&line, TEXT_MAX);
	escape_visible_line(&line, strbuf_str(sb));
	strbuf_release(sb);
	return take(a, &line);
}

struct str explain_message(struct arena *a, const struct assertion *as,
	const struct value *actual, const struct value *expected, size_t max_bytes)
{
	struct strbuf sb;
	strbuf_init(&sb, TEXT_MAX);
	add_left(&sb, as);
	strbuf_adds(&sb, "expected ");
	show_expected(&sb, as, expected, max_bytes);
	strbuf_adds(&sb, ", got ");
	show_actual(&sb, as, actual, max_bytes);
	return take_line(a, &sb);
}

/* ---- what may not be seen ---- */

static bool is_masked(const struct value *v, const struct value *shown)
{
	return v != shown && !value_equal(v, shown);
}

bool explain_looks_same(const struct explain_sides *s)
{
	return s->actual && s->expected &&
		(is_masked(s->actual, s->shown_actual) ||
			is_masked(s->expected, s->shown_expected)) &&
		value_equal(s->shown_actual, s->shown_expected);
}

struct str explain_hidden(struct arena *a, const struct assertion *as, bool left)
{
	bool equality = is_predicate(as, PREDICATE_EQ) || is_predicate(as, PREDICATE_LINES) ||
		is_predicate(as, PREDICATE_EQUALS_JSON);
	struct strbuf sb;
	strbuf_init(&sb, TEXT_MAX);
	if (left)
		add_left(&sb, as);
	strbuf_adds(&sb, equality && as->negated == asks_for_none(as) ? "differs" :
									"does not hold");
	strbuf_adds(&sb, ", in a secret that is not shown");
	return take_line(a, &sb);
}

/* ---- the frame and what follows it ---- */

struct str explain_detail(struct arena *a, const struct explanation *e)
{
	struct strbuf sb;
	struct source_frame frame = {
		.span = e->span, .note = e->note, .column0 = e->column0
	};
	if (e->entry && e->entry->source == e->source)
		frame.entry = e->entry->span;
	strbuf_init(&sb, TEXT_MAX);
	strbuf_addf(&sb, "error: %s\n", e->title);
	source_frame(&sb, e->source, &frame);
	if (e->help.n)
		strbuf_addf(&sb, "   = help: %.*s\n", STR_ARG(e->help));
	strbuf_add(&sb, e->extra);
	return take(a, &sb);
}

/* ---- line diff ---- */

static struct str next_line(struct str *rest)
{
	return str_cut(rest, '\n');
}

static void add_block(struct strbuf *sb, char mark, struct str text, size_t max_lines)
{
	size_t n = 0;
	while (text.p && n++ < max_lines) {
		struct str line = next_line(&text);
		if (!text.p && !line.n && n > 1)
			break;
		strbuf_addf(sb, "   | %c ", mark);
		escape_visible(sb, line);
		strbuf_addc(sb, '\n');
	}
	if (text.p && text.n)
		strbuf_addf(sb, "   | %c ...\n", mark);
}

/* Steps over the lines that both begin with; how many there are. */
static size_t skip_equal_lines(struct str *e, struct str *g)
{
	size_t n = 0;
	while (e->p && g->p) {
		struct str after_e = *e, after_g = *g;
		if (!str_eq(next_line(&after_e), next_line(&after_g)))
			break;
		*e = after_e;
		*g = after_g;
		n++;
	}
	return n;
}

static struct str last_line(struct str text)
{
	size_t at = text.n;
	while (at && text.p[at - 1] != '\n')
		at--;
	return str_sub(text, at, text.n - at);
}

/* Cuts off the lines that both end with, but for the first of each. */
static void drop_equal_end(struct str *e, struct str *g)
{
	for (;;) {
		struct str last_e = last_line(*e), last_g = last_line(*g);
		if (last_e.n == e->n || last_g.n == g->n || !str_eq(last_e, last_g))
			return;
		e->n -= last_e.n + 1;
		g->n -= last_g.n + 1;
	}
}

static bool has_lines(struct str text)
{
	return str_find_char(text, '\n') != SIZE_MAX;
}

struct str explain_line_diff(
	struct arena *a, struct str expected, struct str actual, size_t max_lines)
{
	struct strbuf sb;
	struct str e = expected, g = actual;
	if (!has_lines(expected) && !has_lines(actual))
		return STR("");
	size_t equal = skip_equal_lines(&e, &g);
	drop_equal_end(&e, &g);
	strbuf_init(&sb, TEXT_MAX);
	strbuf_addf(&sb, "   | from line %zu of the body on:\n", equal + 1);
	add_block(&sb, '-', e, max_lines);
	add_block(&sb, '+', g, max_lines);
	return take(a, &sb);
}

struct span explain_line_place(const struct source *s, struct span body, struct str expected, struct str actual)
{
	struct str rest = str_sub(s->text, body.at, body.n);
	struct span place = body;
	if (!has_lines(rest))
		return body;
	for (size_t n = skip_equal_lines(&expected, &actual) + 1; n && rest.p; n--) {
		place.at = (size_t)(rest.p - s->text.p);
		place.n = next_line(&rest).n;
	}
	return place;
}

/* ---- long texts of one line ---- */

enum { WINDOW_BEFORE = 60, WINDOW_BEHIND = 100 };

static size_t first_difference(struct str x, struct str y)
{
	size_t at = 0;
	while (at < x.n && at < y.n && x.p[at] == y.p[at])
		at++;
	while (at && at < x.n && ((unsigned char)x.p[at] & 0xc0) == 0x80)
		at--;
	return at;
}

static void add_window(struct strbuf *sb, char mark, struct str text, size_t at)
{
	size_t from = at > WINDOW_BEFORE ? at - WINDOW_BEFORE : 0;
	size_t to = text.n - at > WINDOW_BEHIND ? at + WINDOW_BEHIND : text.n;
	while (from < at && ((unsigned char)text.p[from] & 0xc0) == 0x80)
		from++;
	while (to < text.n && ((unsigned char)text.p[to] & 0xc0) == 0x80)
		to++;
	strbuf_addf(sb, "      %c %s", mark, from ? "..." : "");
	escape_visible_line(sb, str_sub(text, from, to - from));
	strbuf_adds(sb, to < text.n ? "...\n" : "\n");
}

struct str explain_text_diff(struct arena *a, const struct value *expected,
	const struct value *actual, size_t max_bytes)
{
	struct strbuf sb;
	if (expected->type != VALUE_STRING || actual->type != VALUE_STRING ||
		(expected->text.n <= max_bytes && actual->text.n <= max_bytes))
		return STR("");
	size_t at = first_difference(expected->text, actual->text);
	strbuf_init(&sb, TEXT_MAX);
	strbuf_addf(&sb, "      at byte %zu of %zu:\n", at, actual->text.n);
	add_window(&sb, '-', expected->text, at);
	add_window(&sb, '+', actual->text, at);
	return take(a, &sb);
}

/* ---- structural diff ---- */

struct differ {
	struct arena *a;
	struct strbuf out;
	size_t left; /* lines that may still be written */
};

/* A value of one side, NULL where that has none; and what may be seen of it. */
struct side {
	const struct value *v, *shown;
};

static void add_side(struct differ *d, char mark, struct str path, const struct value *v)
{
	strbuf_addf(&d->out, "      %c %.*s ", mark, STR_ARG(path));
	struct strbuf text;
	strbuf_init(&text, TEXT_MAX);
	json_write(&text, v);
	struct str shown = str_sub(strbuf_str(&text), 0, 200);
	escape_visible_line(&d->out, shown);
	strbuf_adds(&d->out, text.n > shown.n ? "...\n" : "\n");
	strbuf_release(&text);
}

static void add_difference(struct differ *d, struct str path, struct side e, struct side g)
{
	const struct side sides[] = { e, g };
	if (e.v && g.v && value_equal(e.shown, g.shown)) {
		strbuf_addf(&d->out, "      ~ %.*s differs, in a secret\n", STR_ARG(path));
		d->left--;
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(sides); i++)
		if (sides[i].v && d->left) {
			add_side(d, "-+"[i], path, sides[i].shown);
			d->left--;
		}
}

static void diff(struct differ *d, struct str path, struct side e, struct side g);

/* The member of that name, the last one of several. */
static struct side member_of(struct side object, struct str key)
{
	for (size_t i = object.v->u.object.count; i-- > 0;)
		if (str_eq(object.v->u.object.members[i].key, key))
			return (struct side){ object.v->u.object.members[i].value,
				object.shown->u.object.members[i].value };
	return (struct side){ 0 };
}

static void diff_members(struct differ *d, struct str path, struct side e, struct side g,
	const struct value *keys, const struct value *shown, bool only_new)
{
	for (size_t i = 0; i < keys->u.object.count; i++) {
		struct str key = keys->u.object.members[i].key;
		if (only_new && member_of(e, key).v)
			continue;
		diff(d,
			arena_printf(d->a, "%.*s.%.*s", STR_ARG(path),
				STR_ARG(shown->u.object.members[i].key)),
			member_of(e, key), member_of(g, key));
	}
}

static struct side item_of(struct side list, size_t i)
{
	if (i >= list.v->u.list.count)
		return (struct side){ 0 };
	return (struct side){ list.v->u.list.items[i], list.shown->u.list.items[i] };
}

static void diff_lists(struct differ *d, struct str path, struct side e, struct side g)
{
	size_t ne = e.v->u.list.count, ng = g.v->u.list.count;
	for (size_t i = 0; i < ne || i < ng; i++)
		diff(d, arena_printf(d->a, "%.*s[%zu]", STR_ARG(path), i), item_of(e, i),
			item_of(g, i));
}

static bool are(struct side e, struct side g, enum value_type type)
{
	return e.v && g.v && e.v->type == type && g.v->type == type &&
		e.shown->type == type && g.shown->type == type;
}

static void diff(struct differ *d, struct str path, struct side e, struct side g)
{
	if (!d->left || (e.v && g.v && value_equal(e.v, g.v)))
		return;
	if (are(e, g, VALUE_OBJECT)) {
		diff_members(d, path, e, g, e.v, e.shown, false);
		diff_members(d, path, e, g, g.v, g.shown, true);
	} else if (are(e, g, VALUE_LIST)) {
		diff_lists(d, path, e, g);
	} else {
		add_difference(d, path, e, g);
	}
}

struct str explain_json_diff(
	struct arena *a, const struct explain_sides *sides, size_t max_lines)
{
	struct differ d = { .a = a, .left = max_lines };
	strbuf_init(&d.out, TEXT_MAX);
	diff(&d, STR("$"), (struct side){ sides->expected, sides->shown_expected },
		(struct side){ sides->actual, sides->shown_actual });
	if (!d.left)
		strbuf_adds(&d.out, "      ... more differences\n");
	return take(a, &d.out);
}
