#include "probes/schema_facts.h"

enum group {
	GROUP_DATABASE,
	GROUP_TABLES,
	GROUP_VIEWS,
	GROUP_TRIGGERS,
	GROUP_ROUTINES,
	GROUP_EVENTS,
	GROUP_SEQUENCES
};

static const struct kind_row {
	const char *word;
	enum group group;
	bool has_name;
} kinds[] = {
#define X(name, word, group, has_name) [SCHEMA_##name] = { word, group, has_name },
	SCHEMA_KINDS(X)
#undef X
};

const char *schema_kind_word(enum schema_kind kind)
{
	return kinds[kind].word;
}

bool schema_kind_has_name(enum schema_kind kind)
{
	return kinds[kind].has_name;
}

bool schema_kind_is_of_table(enum schema_kind kind)
{
	return kinds[kind].group == GROUP_TABLES && kind != SCHEMA_TABLE;
}

bool schema_kind_find(struct str word, enum schema_kind *ret)
{
	for (size_t i = 0; i < SCHEMA_KIND_COUNT; i++)
		if (str_is(word, kinds[i].word)) {
			*ret = (enum schema_kind)i;
			return true;
		}
	return false;
}

/* ---- the list ---- */

void schema_init(struct schema *s, struct arena *a)
{
	*s = (struct schema){ .arena = a };
}

void schema_add(struct schema *s, const struct schema_fact *fact)
{
	if (s->count == s->cap)
		s->facts = arena_grow(
			s->arena, s->facts, s->count, &s->cap, sizeof(*s->facts));
	if (!s->facts) {
		s->count = 0;
		return;
	}
	s->facts[s->count++] = *fact;
	s->sorted = false;
}

int schema_fact_cmp(const struct schema_fact *a, const struct schema_fact *b)
{
	int order = (int)kinds[a->kind].group - (int)kinds[b->kind].group;

	if (order == 0)
		order = str_cmp(a->object, b->object);
	if (order == 0)
		order = (int)a->kind - (int)b->kind;
	return order ? order : str_cmp(a->name, b->name);
}

/* Equal ones keep their order, so that a contract can hold one fact for each server. */
static int compare(const void *a, const void *b)
{
	const struct schema_fact *left = a;
	const struct schema_fact *right = b;
	int order = schema_fact_cmp(left, right);

	if (order == 0)
		order = str_cmp(left->rest, right->rest);
	return order ?
		order :
		(left->span.at > right->span.at) - (left->span.at < right->span.at);
}

void schema_sort(struct schema *s)
{
	if (!s->sorted && s->count > 1)
		qsort(s->facts, s->count, sizeof(*s->facts), compare);
	s->sorted = true;
}

const struct schema_fact *schema_find(
	const struct schema *s, enum schema_kind kind, struct str object, struct str name)
{
	const struct schema_fact wanted = {
		.kind = kind, .object = object, .name = name
	};
	size_t from = 0;
	size_t to = s->count;

	assert(s->sorted || s->count == 0);
	while (from < to) {
		size_t middle = from + (to - from) / 2;
		int order = schema_fact_cmp(&s->facts[middle], &wanted);

		if (order == 0)
			return &s->facts[middle];
		if (order < 0)
			from = middle + 1;
		else
			to = middle;
	}
	return NULL;
}

/* ---- text ---- */

static bool is_plain(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		(c >= '0' && c <= '9') || c == '_' || c == '$';
}

/* A line end in a name would end the fact. */
static void add_quoted(struct strbuf *out, struct str name)
{
	strbuf_addc(out, '`');
	for (size_t i = 0; i < name.n; i++) {
		if (name.p[i] == '`')
			strbuf_addc(out, '`');
		strbuf_addc(
			out, name.p[i] == '\n' || name.p[i] == '\r' ? ' ' : name.p[i]);
	}
	strbuf_addc(out, '`');
}

void schema_add_name(struct strbuf *out, struct str name)
{
	size_t n = 0;

	while (n < name.n && is_plain(name.p[n]))
		n++;
	if (n == name.n && n > 0)
		strbuf_add(out, name);
	else
		add_quoted(out, name);
}

void schema_add_path(struct strbuf *out, const struct schema_fact *f)
{
	if (f->object.p)
		schema_add_name(out, f->object);
	if (!f->name.p)
		return;
	strbuf_addc(out, '.');
	schema_add_name(out, f->name);
}

static void add_condition(struct strbuf *out, const struct schema_condition *c)
{
	if (c->server == SCHEMA_ANY_SERVER)
		return;
	strbuf_adds(out, c->server == SCHEMA_MYSQL ? "@mysql" : "@mariadb");
	if (c->op[0])
		strbuf_addf(out, "%s%u.%u.%u", c->op, c->version >> 16,
			c->version >> 8 & 0xff, c->version & 0xff);
	strbuf_addc(out, ' ');
}

void schema_add_line(struct strbuf *out, const struct schema_fact *f)
{
	add_condition(out, &f->when);
	strbuf_adds(out, schema_kind_word(f->kind));
	if (f->object.p)
		strbuf_addc(out, ' ');
	schema_add_path(out, f);
	if (f->rest.n > 0)
		strbuf_addc(out, ' ');
	strbuf_add(out, f->rest);
}

/* ---- words ---- */

/* Behind the quote that closes what opens at `at`; a doubled one does not close it. */
static size_t skip_quoted(struct str s, size_t at)
{
	char quote = s.p[at];

	for (size_t i = at + 1; i < s.n; i++) {
		if (s.p[i] == '\\' && quote != '`')
			i++;
		else if (s.p[i] == quote && i + 1 < s.n && s.p[i + 1] == quote)
			i++;
		else if (s.p[i] == quote)
			return i + 1;
	}
	return s.n;
}

static size_t word_end(struct str s)
{
	size_t depth = 0;
	size_t i = 0;

	while (i < s.n) {
		char c = s.p[i];

		if (c == '\'' || c == '"' || c == '`') {
			i = skip_quoted(s, i);
			continue;
		}
		if (c == ' ' && depth == 0)
			break;
		if (c == '(')
			depth++;
		else if (c == ')' && depth > 0)
			depth--;
		i++;
	}
	return i;
}

static size_t blanks(struct str s, size_t at)
{
	size_t n = 0;

	while (at + n < s.n && s.p[at + n] == ' ')
		n++;
	return n;
}

static bool belongs_to_type(struct str word)
{
	return str_is(word, "unsigned") || str_is(word, "zerofill");
}

struct str schema_word(struct str *rest)
{
	struct str s = str_sub(*rest, blanks(*rest, 0), SIZE_MAX);
	size_t n = word_end(s);

	if (n == 0) {
		*rest = (struct str){ 0 };
		return *rest;
	}
	for (;;) {
		size_t next = n + blanks(s, n);
		struct str more = str_sub(s, next, SIZE_MAX);

		more = str_sub(more, 0, word_end(more));
		if (!belongs_to_type(more))
			break;
		n = next + more.n;
	}
	*rest = str_sub(s, n, SIZE_MAX);
	return str_sub(s, 0, n);
}

/* ---- conditions ---- */

static bool version_holds(const struct schema_condition *c, uint32_t version)
{
	bool equal = version == c->version;

	if (c->op[0] == '>')
		return version > c->version || (c->op[1] && equal);
	if (c->op[0] == '<')
		return version < c->version || (c->op[1] && equal);
	return true;
}

bool schema_condition_holds(
	const struct schema_condition *c, bool mariadb, uint32_t version)
{
	if (c->server == SCHEMA_ANY_SERVER)
		return true;
	return (c->server == SCHEMA_MARIADB) == mariadb && version_holds(c, version);
}
