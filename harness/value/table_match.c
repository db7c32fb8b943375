#include "harness/value/table.h"

#include "harness/value/table_grid.h"

/* Expected rows times rows that came: beyond it nothing is compared. */
static const size_t most_pairs = (size_t)16 * 1024 * 1024;

/* Unmatched rows that are looked at to find which one became which. */
enum { MOST_SIMILAR = 200 };

enum { NOBODY = -1 };

struct matcher {
	struct arena *a;
	const struct table *t;
	const struct value *rows;
	const struct value *shown; /* the same for people: masked */
	size_t nfound;
	size_t *columns; /* of the result, for each of the table's */
	uint8_t *fits; /* nrows * nfound: 0 not asked yet, 1 no, 2 yes */
	int64_t *found_of; /* for each expected row */
	int64_t *expected_of; /* for each row that came */
	bool *visited; /* rows that came, in one search */
};

/* ---- columns ---- */

static int unknown_column(struct str name, const struct value *columns, struct error *err)
{
	struct strbuf names;

	strbuf_init(&names, 400);
	for (size_t i = 0; i < columns->u.list.count; i++)
		strbuf_addf(&names, "%s'%.*s'", i ? ", " : "",
			STR_ARG(columns->u.list.items[i]->text));
	(void)error_set(err, ERR_CHECK, "there is no column '%.*s'; the columns are %s%s",
		STR_ARG(str_sub(name, 0, 64)), strbuf_cstr(&names),
		strbuf_failed(&names) ? " ..." : "");
	strbuf_release(&names);
	return -1;
}

static size_t find_column(struct str name, const struct value *columns)
{
	for (size_t i = 0; i < columns->u.list.count; i++)
		if (str_eq_nocase(columns->u.list.items[i]->text, name))
			return i;
	return SIZE_MAX;
}

static int find_columns(struct matcher *m, const struct value *columns, struct error *err)
{
	for (size_t c = 0; c < m->t->ncolumns; c++) {
		m->columns[c] = find_column(m->t->columns[c], columns);
		if (m->columns[c] == SIZE_MAX)
			return unknown_column(m->t->columns[c], columns, err);
	}
	return 0;
}

/* ---- which row fits which ---- */

static const struct value *cell_at(
	const struct matcher *m, const struct value *rows, size_t row, size_t column)
{
	const struct value *v = rows->u.list.items[row];
	size_t at = m->columns[column];

	if (v->type != VALUE_OBJECT || at >= v->u.object.count)
		return NULL;
	return v->u.object.members[at].value;
}

static const struct value *found_cell(const struct matcher *m, size_t row, size_t column)
{
	return cell_at(m, m->rows, row, column);
}

static bool cell_fits(
	const struct matcher *m, size_t expected, size_t found, size_t column)
{
	return cell_matches(&m->t->rows[expected][column], found_cell(m, found, column));
}

static bool row_fits(struct matcher *m, size_t expected, size_t found)
{
	uint8_t *known = &m->fits[expected * m->nfound + found];
	size_t c = 0;

	if (!*known) {
		while (c < m->t->ncolumns && cell_fits(m, expected, found, c))
			c++;
		*known = c == m->t->ncolumns ? 2 : 1;
	}
	return *known == 2;
}

static void pair(struct matcher *m, size_t expected, size_t found)
{
	m->found_of[expected] = (int64_t)found;
	m->expected_of[found] = (int64_t)expected;
}

/* An augmenting path: who holds the row may move on to another one. As deep as the smaller side has rows. */
static bool place(struct matcher *m, size_t expected)
{
	for (size_t i = 0; i < m->nfound; i++) {
		size_t found = (expected + i) % m->nfound;

		if (m->visited[found] || !row_fits(m, expected, found))
			continue;
		m->visited[found] = true;
		if (m->expected_of[found] == NOBODY ||
			place(m, (size_t)m->expected_of[found])) {
			pair(m, expected, found);
			return true;
		}
	}
	return false;
}

/* What a search in vain has visited leads nowhere, and stays so whatever is placed later: it is not visited again. */
static void match_bag(struct matcher *m)
{
	bool placed = true;

	for (size_t e = 0; e < m->t->nrows; e++) {
		if (placed)
			memset(m->visited, 0, m->nfound * sizeof(*m->visited));
		placed = place(m, e);
	}
}

/* lengths[e][f]: most pairs, in order, among the expected rows from e and the found rows from f on */
static uint32_t *common_lengths(struct matcher *m)
{
	size_t width = m->nfound + 1;
	uint32_t *lengths = arena_array(
		m->a, (m->t->nrows + 1) * width, sizeof(*lengths));

	if (!lengths)
		return NULL;
	for (size_t e = m->t->nrows; e-- > 0;)
		for (size_t f = m->nfound; f-- > 0;) {
			uint32_t *here = &lengths[e * width + f];
			uint32_t down = here[width];
			uint32_t right = here[1];

			*here = down > right ? down : right;
			if (row_fits(m, e, f) && here[width + 1] + 1 > *here)
				*here = here[width + 1] + 1;
		}
	return lengths;
}

static bool match_ordered(struct matcher *m)
{
	size_t width = m->nfound + 1;
	uint32_t *lengths = common_lengths(m);
	size_t e = 0;
	size_t f = 0;

	while (lengths && e < m->t->nrows && f < m->nfound) {
		uint32_t *here = &lengths[e * width + f];

		if (row_fits(m, e, f) && *here == here[width + 1] + 1)
			pair(m, e++, f++);
		else if (*here == here[width])
			e++;
		else
			f++;
	}
	return lengths != NULL;
}

static void unpair_all(struct matcher *m)
{
	for (size_t i = 0; i < m->t->nrows; i++)
		m->found_of[i] = NOBODY;
	for (size_t i = 0; i < m->nfound; i++)
		m->expected_of[i] = NOBODY;
}

static size_t unmatched(const int64_t *partners, size_t n)
{
	size_t count = 0;

	for (size_t i = 0; i < n; i++)
		count += partners[i] == NOBODY;
	return count;
}

static bool is_match(const struct matcher *m)
{
	return !unmatched(m->found_of, m->t->nrows) &&
		(m->t->includes || !unmatched(m->expected_of, m->nfound));
}

/* ---- pairs that are similar ---- */

struct similar {
	size_t expected, found;
	size_t score;
};

/* Cells that agree and say something: a `*` agrees with everything. */
static size_t similarity(const struct matcher *m, size_t expected, size_t found)
{
	size_t score = 0;

	for (size_t c = 0; c < m->t->ncolumns; c++)
		if (m->t->rows[expected][c].kind != CELL_ANY &&
			cell_fits(m, expected, found, c))
			score++;
	return score;
}

static int compare_similar(const void *x, const void *y)
{
	const struct similar *a = x;
	const struct similar *b = y;

	if (a->score != b->score)
		return a->score < b->score ? 1 : -1;
	if (a->expected != b->expected)
		return a->expected < b->expected ? -1 : 1;
	return (a->found > b->found) - (a->found < b->found);
}

static size_t collect_similar(struct matcher *m, struct similar *pairs)
{
	size_t n = 0;
	size_t ne = 0;

	for (size_t e = 0; e < m->t->nrows && ne < MOST_SIMILAR; e++) {
		size_t nf = 0;

		if (m->found_of[e] != NOBODY)
			continue;
		ne++;
		for (size_t f = 0; f < m->nfound && nf < MOST_SIMILAR; f++) {
			if (m->expected_of[f] != NOBODY)
				continue;
			nf++;
			if (!row_fits(m, e, f))
				pairs[n++] = (struct similar){ e, f,
					similarity(m, e, f) };
		}
	}
	return n;
}

/*
 * The most similar first. Rows that agree in nothing are two different rows, unless there is but one column, where
 * `3 -> 4` says it best. What fits, in another place, is not paired: it has moved.
 */
static bool pair_similar(struct matcher *m)
{
	struct similar *pairs = arena_array(
		m->a, (size_t)MOST_SIMILAR * MOST_SIMILAR, sizeof(*pairs));
	size_t n;

	if (!pairs)
		return false;
	n = collect_similar(m, pairs);
	if (n)
		qsort(pairs, n, sizeof(*pairs), compare_similar);
	for (size_t i = 0; i < n; i++) {
		const struct similar *s = &pairs[i];
		bool free = m->found_of[s->expected] == NOBODY &&
			m->expected_of[s->found] == NOBODY;

		if (free && (s->score || m->t->ncolumns == 1))
			pair(m, s->expected, s->found);
	}
	return true;
}

/* ---- telling ---- */

struct teller {
	struct matcher *m;
	struct grid_row *rows;
	size_t nrows, max_rows;
	size_t ncolumns;
	size_t differing;
	size_t alike;
};

static struct str take_text(struct arena *a, struct strbuf *sb)
{
	struct str text = strbuf_failed(sb) ? STR("...") : arena_str(a, strbuf_str(sb));

	strbuf_release(sb);
	return text;
}

static void show_expected(struct strbuf *out, const struct cell *c)
{
	struct strbuf sb;
	struct value text = { .type = VALUE_STRING };

	strbuf_init(&sb, 64 * 1024);
	cell_show(&sb, c);
	text.text = strbuf_str(&sb);
	if (str_is(text.text, "NULL"))
		strbuf_adds(out, "NULL");
	else
		cell_show_value(out, &text, GRID_CELL_CHARS);
	strbuf_release(&sb);
}

/*
 * Equal text of another type: the type is what differs, so it is named. Equal text because
 * both are secret: that they differ is all there is to say.
 */
static void show_difference(
	struct strbuf *out, const struct cell *c, const struct value *found)
{
	size_t start = out->n;
	size_t middle;
	struct str all;

	show_expected(out, c);
	middle = out->n;
	strbuf_adds(out, " -> ");
	cell_show_value(out, found, GRID_CELL_CHARS);
	all = strbuf_str(out);
	if (!found ||
		!str_eq(str_sub(all, start, middle - start),
			str_sub(all, middle + 4, SIZE_MAX)))
		return;
	if (!value_is_secret(found)) {
		strbuf_addf(out, " (%s)", value_type_word(found->type));
		return;
	}
	strbuf_truncate(out, start);
	strbuf_adds(out, "differs");
}

/* Either side may be absent (NOBODY). */
static struct str told_cell(
	const struct matcher *m, int64_t expected, int64_t found, size_t column)
{
	const struct cell *c = expected == NOBODY ? NULL : &m->t->rows[expected][column];
	size_t row = found == NOBODY ? 0 : (size_t)found;
	const struct value *v = NULL;
	struct strbuf sb;

	strbuf_init(&sb, 64 * 1024);
	if (found != NOBODY)
		v = cell_at(m, m->shown, row, column);
	if (found == NOBODY)
		show_expected(&sb, c);
	else if (!c || cell_matches(c, found_cell(m, row, column)))
		cell_show_value(&sb, v, GRID_CELL_CHARS);
	else
		show_difference(&sb, c, v);
	return take_text(m->a, &sb);
}

static bool tell_row(struct teller *t, char mark, int64_t expected, int64_t found)
{
	struct str *cells;

	t->differing++;
	if (t->nrows > t->max_rows)
		return true;
	cells = arena_array(t->m->a, t->ncolumns, sizeof(*cells));
	if (!cells)
		return false;
	for (size_t c = 0; c < t->ncolumns; c++)
		cells[c] = told_cell(t->m, expected, found, c);
	t->rows[t->nrows++] = (struct grid_row){ .mark = mark, .cells = cells };
	return true;
}

/* Rows that came and are expected by nobody, up to `upto`, where they stood between the others. */
static bool tell_unexpected(struct teller *t, size_t *at, size_t upto)
{
	for (; *at < upto; ++*at)
		if (t->m->expected_of[*at] == NOBODY && !t->m->t->includes &&
			!tell_row(t, '+', NOBODY, (int64_t)*at))
			return false;
	return true;
}

static bool tell_expected(struct teller *t, size_t e)
{
	int64_t found = t->m->found_of[e];

	if (found == NOBODY)
		return tell_row(t, '-', (int64_t)e, NOBODY);
	if (!row_fits(t->m, e, (size_t)found))
		return tell_row(t, '~', (int64_t)e, found);
	t->alike++;
	return true;
}

static bool tell_rows(struct teller *t)
{
	const struct matcher *m = t->m;
	size_t at = 0;

	for (size_t e = 0; e < m->t->nrows; e++) {
		bool ordered = m->t->order == TABLE_ORDERED && m->found_of[e] != NOBODY;

		if (ordered && !tell_unexpected(t, &at, (size_t)m->found_of[e]))
			return false;
		if (!tell_expected(t, e))
			return false;
	}
	return tell_unexpected(t, &at, m->nfound);
}

static bool tell_heading(struct teller *t)
{
	struct str *cells = arena_array(t->m->a, t->ncolumns, sizeof(*cells));

	if (!cells)
		return false;
	for (size_t c = 0; c < t->ncolumns; c++)
		cells[c] = t->m->t->columns[c];
	t->rows[t->nrows++] = (struct grid_row){ .mark = ' ', .cells = cells };
	return true;
}

static void tell_message(struct strbuf *out, const struct teller *t, bool moved)
{
	size_t total = t->differing + t->alike;

	if (moved)
		strbuf_adds(out, "the rows are those expected, but in another order");
	else if (!t->m->t->nrows)
		strbuf_addf(out, "expected no rows, got %zu", t->m->nfound);
	else
		strbuf_addf(out, "%zu of %zu %s", t->differing, total,
			total == 1                ? "row differs" :
				t->differing == 1 ? "rows differs" :
						    "rows differ");
}

static int tell(struct matcher *m, bool moved, size_t max_shown, struct strbuf *message,
	struct strbuf *detail, struct error *err)
{
	size_t ncolumns = m->t->ncolumns;
	struct teller t = { .m = m, .max_rows = max_shown };
	struct grid g = { 0 };

	t.ncolumns = ncolumns < GRID_COLUMNS ? ncolumns : GRID_COLUMNS;
	t.rows = arena_array(m->a, max_shown + 1, sizeof(*t.rows));
	if (!t.rows || !pair_similar(m) || !tell_heading(&t) || !tell_rows(&t))
		return error_set_oom(err);
	if (message)
		tell_message(message, &t, moved);
	g = (struct grid){ .ncolumns = t.ncolumns, .rows = t.rows, .nrows = t.nrows };
	g.columns_left_out = ncolumns - t.ncolumns;
	g.rows_left_out = t.differing - (t.nrows - 1);
	if (detail)
		grid_write(detail, &g);
	return 0;
}

/* ---- all together ---- */

static int init(struct matcher *m, struct error *err)
{
	if (m->t->nrows && m->nfound && m->t->nrows > most_pairs / m->nfound)
		return error_set(err, ERR_LIMIT,
			"a table of %zu rows cannot be compared with %zu rows",
			m->t->nrows, m->nfound);
	m->columns = arena_array(m->a, m->t->ncolumns, sizeof(*m->columns));
	m->fits = arena_array(m->a, m->t->nrows * m->nfound, sizeof(*m->fits));
	m->found_of = arena_array(m->a, m->t->nrows, sizeof(*m->found_of));
	m->expected_of = arena_array(m->a, m->nfound, sizeof(*m->expected_of));
	m->visited = arena_array(m->a, m->nfound, sizeof(*m->visited));
	if (!m->columns || !m->fits || !m->found_of || !m->expected_of || !m->visited)
		return error_set_oom(err);
	unpair_all(m);
	return 0;
}

static bool match_rows(struct matcher *m)
{
	if (m->t->order == TABLE_ORDERED)
		return match_ordered(m);
	match_bag(m);
	return true;
}

/* In order they do not fit; would they in another? The pairs in order are kept for telling. */
static bool has_moved(struct matcher *m)
{
	bool moved;

	if (m->t->order != TABLE_ORDERED)
		return false;
	unpair_all(m);
	match_bag(m);
	moved = is_match(m);
	unpair_all(m);
	(void)match_ordered(m); /* it had the memory a moment ago */
	return moved;
}

int table_match(struct arena *a, const struct table *t, const struct value *rows,
	const struct value *columns, size_t max_shown, struct strbuf *message,
	struct strbuf *detail, struct error *err)
{
	return table_match_shown(
		a, t, rows, rows, columns, max_shown, message, detail, err);
}

int table_match_shown(struct arena *a, const struct table *t, const struct value *rows,
	const struct value *shown, const struct value *columns, size_t max_shown,
	struct strbuf *message, struct strbuf *detail, struct error *err)
{
	struct matcher m = { .a = a, .t = t, .rows = rows, .shown = shown };

	assert(rows->type == VALUE_LIST && columns->type == VALUE_LIST);
	m.nfound = rows->u.list.count;
	if (init(&m, err) || find_columns(&m, columns, err))
		return -1;
	if (!match_rows(&m))
		return error_set_oom(err);
	if (is_match(&m))
		return 1;
	return tell(&m, has_moved(&m), max_shown, message, detail, err);
}
