#include "probes/schema_diff.h"

#define LINE_MAX_BYTES 65536
#define WORDS_MAX 256
#define PATH_COLUMN 28

/* ---- patterns ---- */

int schema_pattern_parse(struct str text, struct schema_pattern *ret, struct error *err)
{
	struct str rest = str_trim(text);
	struct schema_pattern p = { .text = rest };
	struct str word = str_cut(&rest, ' ');

	p.glob = str_trim(rest);
	if (p.glob.n && schema_kind_find(word, &p.kind)) {
		*ret = p;
		return 0;
	}
	error_set(err, ERR_CHECK, "expected a kind and a name, but got '%.*s'",
		STR_ARG(p.text));
	error_note(err, "for example: table tmp_*, column *.legacy_*, index *");
	return -1;
}

/* The classic two-place matcher: one star to come back to is enough. */
static bool matches(struct str glob, struct str s)
{
	size_t g = 0;
	size_t i = 0;
	size_t star = SIZE_MAX;
	size_t star_i = 0;

	while (i < s.n) {
		if (g < glob.n && glob.p[g] == '*') {
			star = g++;
			star_i = i;
		} else if (g < glob.n && (glob.p[g] == '?' || glob.p[g] == s.p[i])) {
			g++;
			i++;
		} else if (star != SIZE_MAX) {
			g = star + 1;
			i = ++star_i;
		} else {
			return false;
		}
	}
	while (g < glob.n && glob.p[g] == '*')
		g++;
	return g == glob.n;
}

/* object.name, without backticks: what globs are about */
static struct str path_of(struct arena *a, const struct schema_fact *f)
{
	if (!f->name.p)
		return f->object;
	return arena_printf(a, "%.*s.%.*s", STR_ARG(f->object), STR_ARG(f->name));
}

static bool pattern_takes(
	struct arena *a, const struct schema_pattern *p, const struct schema_fact *f)
{
	if (p->kind == f->kind)
		return matches(p->glob, path_of(a, f));
	return p->kind == SCHEMA_TABLE && schema_kind_is_of_table(f->kind) &&
		matches(p->glob, f->object);
}

/* ---- what is compared ---- */

/* A fact by the name it is compared under. */
struct item {
	struct schema_fact key;
	const struct schema_fact *fact;
};

struct items {
	struct item *list;
	size_t count;
};

struct comparing {
	struct arena *arena;
	const struct schema *contract;
	const struct schema_found *found;
	const struct schema_rules *rules;
	bool *ignore_used, *only_used;
	struct items wanted, there, elsewhere;
	struct schema_difference *differences;
	size_t count, cap;
	struct str *notes;
	size_t nnotes, notes_cap;
	unsigned unseen, unseen_bodies;
	bool failed;
};

static struct str lower(struct arena *a, struct str s)
{
	char *p = arena_alloc(a, s.n + 1);

	for (size_t i = 0; p && i < s.n; i++)
		p[i] = s.p[i] >= 'A' && s.p[i] <= 'Z' ? (char)(s.p[i] + 32) : s.p[i];
	return p ? str_make(p, s.n) : (struct str){ 0 };
}

static bool taken_by(struct comparing *c, const struct schema_pattern *patterns, size_t n,
	bool *used, const struct schema_fact *f)
{
	bool taken = false;

	for (size_t i = 0; i < n; i++)
		if (pattern_takes(c->arena, &patterns[i], f)) {
			used[i] = true;
			taken = true;
		}
	return taken;
}

static bool is_compared(struct comparing *c, const struct schema_fact *f)
{
	const struct schema_rules *r = c->rules;

	if (r->nonly && !taken_by(c, r->only, r->nonly, c->only_used, f))
		return false;
	return !taken_by(c, r->ignore, r->nignore, c->ignore_used, f);
}

static void add_item(
	struct comparing *c, struct items *items, const struct schema_fact *f)
{
	struct item *item = &items->list[items->count++];

	item->key = *f;
	item->fact = f;
	if (c->found->fold_tables)
		item->key.object = lower(c->arena, f->object);
}

static int compare_items(const void *a, const void *b)
{
	return schema_fact_cmp(
		&((const struct item *)a)->key, &((const struct item *)b)->key);
}

static void sort_items(struct items *items)
{
	if (items->count > 1)
		qsort(items->list, items->count, sizeof(*items->list), compare_items);
}

static bool contains(const struct items *items, const struct item *item)
{
	return items->count &&
		bsearch(item, items->list, items->count, sizeof(*item), compare_items);
}

static bool is_blind(const struct comparing *c, const struct schema_fact *f)
{
	return c->found->blind & SCHEMA_BIT(f->kind);
}

static int make_room(struct comparing *c)
{
	size_t contract = c->contract->count;
	size_t found = c->found->schema->count;

	c->wanted.list = arena_array(c->arena, contract + 1, sizeof(struct item));
	c->elsewhere.list = arena_array(c->arena, contract + 1, sizeof(struct item));
	c->there.list = arena_array(c->arena, found + 1, sizeof(struct item));
	c->ignore_used = arena_array(c->arena, c->rules->nignore + 1, sizeof(bool));
	c->only_used = arena_array(c->arena, c->rules->nonly + 1, sizeof(bool));
	return arena_failed(c->arena) ? -1 : 0;
}

/* Facts for the other server stand apart: what has their name is nobody's business here. */
static void collect_wanted(struct comparing *c)
{
	for (size_t i = 0; i < c->contract->count; i++) {
		const struct schema_fact *f = &c->contract->facts[i];

		if (!is_compared(c, f))
			continue;
		if (!schema_condition_holds(
			    &f->when, c->found->mariadb, c->found->version))
			add_item(c, &c->elsewhere, f);
		else if (is_blind(c, f))
			c->unseen |= SCHEMA_BIT(f->kind);
		else
			add_item(c, &c->wanted, f);
	}
	sort_items(&c->wanted);
	sort_items(&c->elsewhere);
}

static void collect_found(struct comparing *c)
{
	for (size_t i = 0; i < c->found->schema->count; i++) {
		const struct schema_fact *f = &c->found->schema->facts[i];
		const struct item *item = &c->there.list[c->there.count];

		if (!is_compared(c, f) || is_blind(c, f))
			continue;
		add_item(c, &c->there, f);
		if (contains(&c->elsewhere, item) && !contains(&c->wanted, item))
			c->there.count--;
	}
	sort_items(&c->there);
}

/* ---- results ---- */

static void add_difference(struct comparing *c, enum schema_difference_kind kind,
	const struct schema_fact *wanted, const struct schema_fact *found,
	struct str text)
{
	if (c->count == c->cap)
		c->differences = arena_grow(c->arena, c->differences, c->count, &c->cap,
			sizeof(*c->differences));
	if (c->differences)
		c->differences[c->count++] = (struct schema_difference){ kind, wanted,
			found, text };
	else
		c->count = 0;
}

static void add_note(struct comparing *c, struct str note)
{
	if (c->nnotes == c->notes_cap)
		c->notes = arena_grow(
			c->arena, c->notes, c->nnotes, &c->notes_cap, sizeof(*c->notes));
	if (c->notes)
		c->notes[c->nnotes++] = note;
	else
		c->nnotes = 0;
}

/* ---- words that differ ---- */

struct words {
	struct str items[WORDS_MAX];
	size_t count;
};

static void split_words(struct str rest, struct words *w)
{
	w->count = 0;
	while (rest.p && w->count < WORDS_MAX) {
		struct str word = schema_word(&rest);

		if (word.p)
			w->items[w->count++] = word;
	}
}

static bool has_word(const struct words *w, struct str word)
{
	for (size_t i = 0; i < w->count; i++)
		if (str_eq(w->items[i], word))
			return true;
	return false;
}

/* The words of `a` that `b` lacks, with a blank between. */
static struct str only_in(
	struct arena *arena, const struct words *a, const struct words *b)
{
	struct str text = { 0 };

	for (size_t i = 0; i < a->count; i++)
		if (!has_word(b, a->items[i]))
			text = arena_printf(arena, "%.*s%s%.*s", STR_ARG(text),
				text.n ? " " : "", STR_ARG(a->items[i]));
	return text;
}

static struct str whole_difference(struct arena *a, struct str wanted, struct str found)
{
	return arena_printf(
		a, "%.*s expected, %.*s found", STR_ARG(wanted), STR_ARG(found));
}

static struct str word_difference(struct arena *a, struct str wanted, struct str found)
{
	struct words w;
	struct words f;
	struct str lacking;
	struct str extra;

	split_words(wanted, &w);
	split_words(found, &f);
	lacking = only_in(a, &w, &f);
	extra = only_in(a, &f, &w);
	if (lacking.n && extra.n)
		return whole_difference(a, lacking, extra);
	if (lacking.n)
		return arena_printf(a, "%.*s expected, not found", STR_ARG(lacking));
	if (extra.n)
		return arena_printf(a, "%.*s found, not expected", STR_ARG(extra));
	return whole_difference(a, wanted, found);
}

/* ---- texts of views and routines ---- */

/* The first line that differs, where both texts are kept. */
static struct str body_difference(struct arena *a, struct str wanted, struct str found)
{
	for (size_t line = 1; wanted.p || found.p; line++) {
		struct str w = str_cut(&wanted, '\n');
		struct str f = str_cut(&found, '\n');

		if (!str_eq(w, f))
			return arena_printf(a,
				"; line %zu: '%.*s' expected, '%.*s' found", line,
				STR_ARG(w), STR_ARG(f));
	}
	return STR("");
}

static bool is_hash(struct str word)
{
	return str_starts_with(word, STR("sql=")) || str_starts_with(word, STR("body="));
}

static struct str without_hash(struct arena *a, struct str rest)
{
	struct str text = STR("");

	while (rest.p) {
		struct str word = schema_word(&rest);

		if (word.p && !is_hash(word))
			text = arena_printf(a, "%.*s%s%.*s", STR_ARG(text),
				text.n ? " " : "", STR_ARG(word));
	}
	return text;
}

static bool has_hash(struct str rest)
{
	while (rest.p)
		if (is_hash(schema_word(&rest)))
			return true;
	return false;
}

/* ---- orders ---- */

static struct str next_column(struct str *rest)
{
	struct str word = schema_word(rest);

	return word.n && word.p[word.n - 1] == ',' ? str_sub(word, 0, word.n - 1) : word;
}

static bool lists_column(struct str order, struct str column)
{
	while (order.p)
		if (str_eq(next_column(&order), column))
			return true;
	return false;
}

/* The next column of `rest` that the other side has too. */
static struct str next_common(struct str *rest, struct str other)
{
	while (rest->p) {
		struct str column = next_column(rest);

		if (column.p && lists_column(other, column))
			return column;
	}
	return (struct str){ 0 };
}

/* A column that one side lacks is told by itself; what is left must stand in one order. */
static bool same_order(struct str wanted, struct str found)
{
	struct str w_rest = wanted;
	struct str f_rest = found;

	for (;;) {
		struct str w = next_common(&w_rest, found);
		struct str f = next_common(&f_rest, wanted);

		if (!str_eq(w, f))
			return false;
		if (!w.p)
			return true;
	}
}

/* ---- comparing ---- */

static bool same_rest(
	struct comparing *c, enum schema_kind kind, struct str wanted, struct str found)
{
	if (str_eq(wanted, found))
		return true;
	if (kind == SCHEMA_ORDER)
		return same_order(wanted, found);
	return c->found->fold_tables &&
		(kind == SCHEMA_FOREIGN || kind == SCHEMA_TRIGGER) &&
		str_eq_nocase(wanted, found);
}

static void compare_pair(struct comparing *c, const struct schema_fact *wanted,
	const struct schema_fact *found)
{
	struct str w = wanted->rest;
	struct str f = found->rest;
	struct str text;

	if ((c->found->blind_bodies & SCHEMA_BIT(wanted->kind)) && has_hash(w) &&
		!has_hash(f)) {
		c->unseen_bodies |= SCHEMA_BIT(wanted->kind);
		w = without_hash(c->arena, w);
	}
	if (same_rest(c, wanted->kind, w, f))
		return;
	text = wanted->kind == SCHEMA_ORDER ? whole_difference(c->arena, w, f) :
					      word_difference(c->arena, w, f);
	if (wanted->body.p && found->body.p)
		text = arena_printf(c->arena, "%.*s%.*s", STR_ARG(text),
			STR_ARG(body_difference(c->arena, wanted->body, found->body)));
	add_difference(c, SCHEMA_DIFFERENT, wanted, found, text);
}

/* A fact whose table is not on the other side at all: the table's own line says it. */
static bool goes_with_table(
	const struct items *own, const struct items *other, const struct item *item)
{
	struct item table = { .key = { .kind = SCHEMA_TABLE,
				      .object = item->key.object } };

	return schema_kind_is_of_table(item->key.kind) && contains(own, &table) &&
		!contains(other, &table);
}

static void only_wanted(struct comparing *c, const struct item *item)
{
	if (!goes_with_table(&c->wanted, &c->there, item))
		add_difference(c, SCHEMA_MISSING, item->fact, NULL, (struct str){ 0 });
}

static void only_found(struct comparing *c, const struct item *item)
{
	if (!goes_with_table(&c->there, &c->wanted, item))
		add_difference(c, SCHEMA_UNEXPECTED, NULL, item->fact, (struct str){ 0 });
}

static void merge(struct comparing *c)
{
	size_t w = 0;
	size_t f = 0;

	while (w < c->wanted.count || f < c->there.count) {
		int order = w == c->wanted.count ?
			1 :
			f == c->there.count ?
			-1 :
			compare_items(&c->wanted.list[w], &c->there.list[f]);

		if (order < 0)
			only_wanted(c, &c->wanted.list[w++]);
		else if (order > 0)
			only_found(c, &c->there.list[f++]);
		else
			compare_pair(
				c, c->wanted.list[w++].fact, c->there.list[f++].fact);
	}
}

/* ---- the same thing under another name ---- */

#define RENAMED                                                            \
	(SCHEMA_BIT(SCHEMA_UNIQUE) | SCHEMA_BIT(SCHEMA_INDEX) |            \
		SCHEMA_BIT(SCHEMA_FULLTEXT) | SCHEMA_BIT(SCHEMA_SPATIAL) | \
		SCHEMA_BIT(SCHEMA_FOREIGN) | SCHEMA_BIT(SCHEMA_CHECK))

static bool is_renamed(
	const struct schema_difference *missing, const struct schema_difference *d)
{
	const struct schema_fact *w = missing->wanted;

	return d->kind == SCHEMA_UNEXPECTED && d->found->kind == w->kind &&
		str_eq_nocase(d->found->object, w->object) &&
		str_eq(d->found->rest, w->rest);
}

static void tell_renamed(struct comparing *c, struct schema_difference *missing,
	struct schema_difference *unexpected)
{
	const char *what = missing->wanted->kind == SCHEMA_CHECK ? "expression" :
								   "columns";

	missing->kind = SCHEMA_DIFFERENT;
	missing->found = unexpected->found;
	missing->text = arena_printf(c->arena, "same %s under the name %.*s", what,
		STR_ARG(unexpected->found->name));
	unexpected->found = NULL; /* told already */
}

/* The differences of one table stand together; what was told already is in the way of nobody. */
static bool is_of_table(const struct schema_difference *d, struct str table)
{
	const struct schema_fact *f = d->wanted ? d->wanted : d->found;

	return !f || str_eq_nocase(f->object, table);
}

static void find_renamed(struct comparing *c, size_t at)
{
	struct schema_difference *missing = &c->differences[at];
	struct str table = missing->wanted->object;

	while (at > 0 && is_of_table(&c->differences[at - 1], table))
		at--;
	for (; at < c->count && is_of_table(&c->differences[at], table); at++)
		if (c->differences[at].found &&
			is_renamed(missing, &c->differences[at])) {
			tell_renamed(c, missing, &c->differences[at]);
			return;
		}
}

static void match_renamed(struct comparing *c)
{
	for (size_t i = 0; i < c->count; i++)
		if (c->differences[i].kind == SCHEMA_MISSING &&
			(RENAMED & SCHEMA_BIT(c->differences[i].wanted->kind)))
			find_renamed(c, i);
}

/* What was told with another one goes, and what `extra: allowed` lets pass. */
static void drop_told(struct comparing *c)
{
	size_t kept = 0;

	for (size_t i = 0; i < c->count; i++) {
		const struct schema_difference *d = &c->differences[i];

		if (!d->wanted && !d->found)
			continue;
		if (d->kind == SCHEMA_UNEXPECTED && c->rules->extra_allowed)
			add_note(c, schema_difference_line(c->arena, d));
		else
			c->differences[kept++] = *d;
	}
	c->count = kept;
}

static void note_stale(struct comparing *c)
{
	for (size_t i = 0; i < c->rules->nignore; i++)
		if (!c->ignore_used[i])
			add_note(c,
				arena_printf(c->arena,
					"'ignore: %.*s' matches nothing in the contract or the database: stale ignores hide drift",
					STR_ARG(c->rules->ignore[i].text)));
}

static const struct schema_pattern *dead_only(const struct comparing *c)
{
	for (size_t i = 0; i < c->rules->nonly; i++)
		if (!c->only_used[i])
			return &c->rules->only[i];
	return NULL;
}

int schema_compare(struct arena *a, const struct schema *contract,
	const struct schema_found *found, const struct schema_rules *rules,
	struct schema_diff *ret, struct error *err)
{
	struct comparing c = {
		.arena = a, .contract = contract, .found = found, .rules = rules
	};

	if (make_room(&c))
		return error_set_oom(err);
	collect_wanted(&c);
	collect_found(&c);
	merge(&c);
	match_renamed(&c);
	drop_told(&c);
	note_stale(&c);
	if (arena_failed(a))
		return error_set_oom(err);
	*ret = (struct schema_diff){ .items = c.differences,
		.count = c.count,
		.facts = c.wanted.count,
		.unseen = c.unseen,
		.unseen_bodies = c.unseen_bodies,
		.notes = c.notes,
		.nnotes = c.nnotes,
		.dead = dead_only(&c) };
	return 0;
}

/* ---- as text ---- */

static const char *const difference_words[] = {
	[SCHEMA_MISSING] = "missing",
	[SCHEMA_UNEXPECTED] = "unexpected",
	[SCHEMA_DIFFERENT] = "different",
};

static const char *schema_difference_word(enum schema_difference_kind kind)
{
	return difference_words[kind];
}

static const struct schema_fact *fact_of(const struct schema_difference *d)
{
	return d->wanted ? d->wanted : d->found;
}

/* "column outbox.payload" */
static void add_head(struct strbuf *out, const struct schema_fact *f)
{
	strbuf_adds(out, schema_kind_word(f->kind));
	if (f->object.p)
		strbuf_addc(out, ' ');
	schema_add_path(out, f);
}

static struct str taken(struct arena *a, struct strbuf *sb)
{
	struct str text = strbuf_failed(sb) ? STR("(too long to show)") :
					      arena_str(a, strbuf_str(sb));

	strbuf_release(sb);
	return text;
}

struct str schema_difference_text(struct arena *a, const struct schema_difference *d)
{
	struct strbuf sb;

	strbuf_init(&sb, LINE_MAX_BYTES);
	if (d->kind == SCHEMA_DIFFERENT) {
		add_head(&sb, fact_of(d));
		strbuf_addf(&sb, ": %.*s", STR_ARG(d->text));
	} else {
		schema_add_line(&sb, fact_of(d));
	}
	return taken(a, &sb);
}

/* What an object is made of is not said again: its name is enough. */
static bool is_whole_object(const struct schema_fact *f)
{
	return f->kind == SCHEMA_TABLE || f->kind >= SCHEMA_VIEW;
}

struct str schema_difference_line(struct arena *a, const struct schema_difference *d)
{
	const struct schema_fact *f = fact_of(d);
	struct strbuf sb;
	size_t from;

	strbuf_init(&sb, LINE_MAX_BYTES);
	strbuf_addf(&sb, "%-10s  ", schema_difference_word(d->kind));
	from = sb.n;
	if (d->kind != SCHEMA_DIFFERENT && !is_whole_object(f)) {
		schema_add_line(&sb, f);
		return taken(a, &sb);
	}
	add_head(&sb, f);
	if (d->kind == SCHEMA_DIFFERENT) {
		if (sb.n - from < PATH_COLUMN)
			strbuf_add_repeat(&sb, ' ', PATH_COLUMN - (sb.n - from));
		strbuf_addf(&sb, "  %.*s", STR_ARG(d->text));
	}
	return taken(a, &sb);
}
