#include "harness/lang/ast.h"

#include "harness/lang/grammar.h"

const struct option *entry_option(const struct entry *e, const struct option_row *row)
{
	for (size_t i = e->noptions; i > 0; i--)
		if (e->options[i - 1].row == row)
			return &e->options[i - 1];
	return NULL;
}

bool entry_wants_error(const struct entry *e)
{
	for (size_t i = 0; i < e->nasserts; i++)
		if (e->asserts[i].query.query == &queries[QUERY_ERROR])
			return true;
	return false;
}

#define MAX_TITLE 200

/* At most n bytes, never in the middle of a character. */
static struct str cut_text(struct str s, size_t n)
{
	if (s.n <= n)
		return s;
	while (n > 0 && ((unsigned char)s.p[n] & 0xc0) == 0x80)
		n--;
	return str_sub(s, 0, n);
}

struct str title_clean(struct arena *a, struct str text)
{
	size_t line = str_find_char(text, '\n');

	text = str_trim(str_sub(text, 0, line == SIZE_MAX ? text.n : line));
	return arena_str(a, cut_text(text, MAX_TITLE));
}

/* A title that was given out, and the number its next namesake tries first. */
struct title_slot {
	struct str title;
	size_t next;
};

static size_t hash_text(struct str s)
{
	size_t h = 1469598103934665603u;

	for (size_t i = 0; i < s.n; i++)
		h = (h ^ (unsigned char)s.p[i]) * 1099511628211u;
	return h;
}

/* The slot of a title, or the free one where it would stand. There are always free ones. */
static struct title_slot *find_slot(struct title_slot *slots, size_t n, struct str title)
{
	size_t i = hash_text(title) % n;

	while (slots[i].title.p && !str_eq(slots[i].title, title))
		i = (i + 1) % n;
	return &slots[i];
}

static void make_unique(struct arena *a, struct title_slot *slots, size_t n, struct entry *e)
{
	struct title_slot *same = find_slot(slots, n, e->title);
	struct title_slot *slot = same;
	struct str title = e->title;

	while (slot->title.p) {
		struct str number = arena_printf(a, " (%zu)", ++same->next);
		struct str base = cut_text(e->title, MAX_TITLE - number.n);
		title = arena_printf(a, "%.*s%.*s", STR_ARG(base), STR_ARG(number));
		if (!title.p)
			return;		/* out of memory, which the caller sees in the arena */
		slot = find_slot(slots, n, title);
	}
	*slot = (struct title_slot){ title, 1 };
	e->title = title;
}

void titles_make_unique(struct arena *a, struct entry *entries, size_t count)
{
	size_t n = 2 * count + 1;
	struct title_slot *slots = arena_array(a, n, sizeof(*slots));

	for (size_t i = 0; slots && i < count && !arena_failed(a); i++)
		if (entries[i].title.p)
			make_unique(a, slots, n, &entries[i]);
}

void asserts_sort(struct assertion *items, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		struct assertion a = items[i];
		size_t k = i;
		for (; k > 0 && items[k - 1].stage > a.stage; k--)
			items[k] = items[k - 1];
		items[k] = a;
	}
}
