#include "probes/migrations_compare.h"

#include "harness/base/scan.h"

/* Lines for people; the lists have all names. */
enum { LINES_SHOWN = 50, DETAIL_SHOWN = 200 };

struct compare {
	struct arena *a;
	const struct migration_tool *tool;
	const struct migration_history *history;
	struct migration_row *rows; /* those that count */
	size_t nrows;
	struct migration_folder folder; /* a copy; empty without one */
	const struct migration_lines *lines;
	struct name_index by_row; /* key of a row to its number */
	struct name_index by_file;
	struct name_index
		replaced; /* django: by a file that is there, to that file's number */
	struct migration_facts facts;
};

/* ---- lines for people ---- */

static void say(struct compare *c, struct names *to, struct str text)
{
	if (to->count < LINES_SHOWN)
		names_add(c->a, to, text);
	else if (to->count == LINES_SHOWN)
		names_add(c->a, to, STR("... and more"));
}

static void unmet(struct compare *c, const char *what, struct str text)
{
	say(c, &c->facts.unmet, arena_printf(c->a, "%-11s %.*s", what, STR_ARG(text)));
}

static void note(struct compare *c, struct str name, const char *what, struct str other)
{
	say(c, &c->facts.notes,
		arena_printf(c->a, "%.*s %s%.*s", STR_ARG(name), what, STR_ARG(other)));
}

/* ---- the lines of a suite ---- */

static struct str without_comment(struct str line)
{
	for (size_t i = 0; i < line.n; i++)
		if (line.p[i] == '#' &&
			(i == 0 || line.p[i - 1] == ' ' || line.p[i - 1] == '\t'))
			return str_sub(line, 0, i);
	return line;
}

struct migration_lines migration_lines_read(struct arena *a, struct str text)
{
	struct migration_line *items = NULL;
	size_t count = 0;
	size_t cap = 0;

	while (text.p) {
		struct str line = str_trim(without_comment(str_cut(&text, '\n')));
		bool is_prefix = str_ends_with(line, STR("*"));

		if (!line.n)
			continue;
		items = arena_grow(a, items, count, &cap, sizeof(*items));
		if (!items)
			return (struct migration_lines){ NULL, 0 };
		if (is_prefix)
			line.n--;
		items[count++] = (struct migration_line){ line, is_prefix };
	}
	return (struct migration_lines){ items, count };
}

static bool line_matches(const struct compare *c, const struct migration_line *line,
	const struct migration_row *row)
{
	if (row->failed)
		return false;
	if (line->is_prefix)
		return str_starts_with(row->name, line->text);
	return str_eq(row->name, line->text) ||
		str_eq(row->key, migration_key(c->tool, line->text));
}

/* The first row from `from` on that matches, c->nrows when none does. */
static size_t find_match(
	const struct compare *c, const struct migration_line *line, size_t from)
{
	while (from < c->nrows && !line_matches(c, line, &c->rows[from]))
		from++;
	return from;
}

static void line_is_missing(struct compare *c, const struct migration_line *line)
{
	struct str name = line->is_prefix ?
		arena_printf(c->a, "%.*s*", STR_ARG(line->text)) :
		line->text;

	names_add(c->a, &c->facts.missing, name);
	unmet(c, "missing", name);
}

static void line_is_late(struct compare *c, const struct migration_row *row,
	const struct migration_row *before)
{
	names_add(c->a, &c->facts.out_of_order, row->name);
	unmet(c, "order",
		arena_printf(c->a, "%.*s: expected after %.*s", STR_ARG(row->name),
			STR_ARG(before->name)));
}

/* The row that matched and, for a pattern, its neighbours; returns the place behind them. */
static size_t claim(
	struct compare *c, const struct migration_line *line, size_t match, bool *claimed)
{
	do
		claimed[match++] = true;
	while (line->is_prefix && match < c->nrows &&
		line_matches(c, line, &c->rows[match]));
	return match;
}

/* Each line matches the first name after the match before it; names between two lines are fine. */
static void compare_lines(struct compare *c, bool *claimed)
{
	size_t at = 0;

	for (size_t i = 0; i < c->lines->count; i++) {
		const struct migration_line *line = &c->lines->items[i];
		size_t match = find_match(c, line, at);

		if (match < c->nrows) {
			at = claim(c, line, match, claimed);
			continue;
		}
		match = find_match(c, line, 0);
		if (match == c->nrows) {
			line_is_missing(c, line);
			continue;
		}
		line_is_late(c, &c->rows[match], &c->rows[at - 1]);
		(void)claim(c, line, match, claimed);
	}
}

/* Without a folder the lines are all that is known. */
static void compare_with_lines(struct compare *c)
{
	bool *claimed = arena_array(c->a, c->nrows + 1, sizeof(*claimed));

	if (!claimed)
		return;
	compare_lines(c, claimed);
	for (size_t i = 0; i < c->nrows && !c->facts.has_folder; i++) {
		if (claimed[i] || c->rows[i].failed)
			continue;
		names_add(c->a, &c->facts.unknown, c->rows[i].name);
		note(c, c->rows[i].name, "is not among the expected", STR(""));
	}
}

/* ---- which rows count ---- */

static void add_row(struct compare *c, struct migration_row row)
{
	c->rows[c->nrows++] = row;
}

static void add_file(struct compare *c, const struct migration_file *file, bool failed)
{
	add_row(c,
		(struct migration_row){
			.name = file->name, .key = file->key, .failed = failed });
}

static void rows_by_name(struct compare *c)
{
	for (size_t i = 0; i < c->history->count; i++)
		add_row(c, c->history->rows[i]);
}

/* One row, the version reached: every file up to it is applied, and it may be half-applied itself. */
static void rows_by_version(struct compare *c)
{
	const struct migration_row *last = c->history->count ? &c->history->rows[0] :
							       NULL;
	uint64_t reached;

	if (!last || !scan_digits(last->key, &reached))
		return; /* -1: nothing is applied */
	for (size_t i = 0; i < c->folder.count; i++) {
		uint64_t number;

		if (scan_digits(c->folder.files[i].key, &number) && number < reached)
			add_file(c, &c->folder.files[i], false);
	}
	add_row(c, *last);
}

/* Marks what the revision descends from, itself included. */
static void mark_ancestors(struct compare *c, struct str revision, bool *applied)
{
	size_t waiting_cap = 0;
	size_t waiting = 1;
	struct str *stack = arena_grow(c->a, NULL, 0, &waiting_cap, sizeof(*stack));

	if (!stack)
		return;
	stack[0] = revision;
	while (waiting) {
		size_t i;

		if (!name_index_find(&c->by_file, stack[--waiting], &i) || applied[i])
			continue;
		applied[i] = true;
		for (size_t p = 0; p < c->folder.files[i].nparents; p++) {
			stack = arena_grow(
				c->a, stack, waiting, &waiting_cap, sizeof(*stack));
			if (!stack)
				return;
			stack[waiting++] = c->folder.files[i].parents[p];
		}
	}
}

static bool parents_are_out(struct compare *c, size_t file, const bool *applied)
{
	for (size_t p = 0; p < c->folder.files[file].nparents; p++) {
		size_t parent;

		if (name_index_find(
			    &c->by_file, c->folder.files[file].parents[p], &parent) &&
			applied[parent])
			return false;
	}
	return true;
}

/* The marked ones, parents first; a circle of revisions ends it too. */
static void add_in_order_of_descent(struct compare *c, bool *applied)
{
	bool more = true;

	while (more) {
		more = false;
		for (size_t i = 0; i < c->folder.count; i++) {
			if (!applied[i] || !parents_are_out(c, i, applied))
				continue;
			add_file(c, &c->folder.files[i], false);
			applied[i] = false;
			more = true;
		}
	}
}

static void rows_by_heads(struct compare *c)
{
	bool *applied = arena_array(c->a, c->folder.count + 1, sizeof(*applied));

	if (!applied)
		return;
	for (size_t i = 0; i < c->history->count; i++)
		mark_ancestors(c, c->history->rows[i].key, applied);
	add_in_order_of_descent(c, applied);
	for (size_t i = 0; i < c->history->count; i++)
		if (!name_index_find(&c->by_file, c->history->rows[i].key, NULL))
			add_row(c, c->history->rows[i]);
}

static bool gather_rows(struct compare *c)
{
	static void (*const by[])(struct compare *) = {
		[HISTORY_NAMES] = rows_by_name,
		[HISTORY_VERSION] = rows_by_version,
		[HISTORY_HEADS] = rows_by_heads,
	};

	c->rows = arena_array(
		c->a, c->history->count + c->folder.count + 1, sizeof(*c->rows));
	if (!c->rows)
		return false;
	by[c->tool->form](c);
	for (size_t i = 0; i < c->nrows; i++)
		name_index_add(c->a, &c->by_row, c->rows[i].key, i);
	return true;
}

/* ---- files ---- */

static bool ends_in_step(struct str longer, struct str shorter)
{
	return longer.n > shorter.n && str_ends_with(longer, shorter) &&
		longer.p[longer.n - shorter.n - 1] == '/';
}

/* Liquibase records the path that it was started with: one may be the end of the other. */
static void adopt_recorded_path(struct compare *c, struct migration_file *file)
{
	for (size_t i = 0; i < c->history->count; i++) {
		const struct migration_row *row = &c->history->rows[i];

		if (ends_in_step(row->key, file->key) ||
			ends_in_step(file->key, row->key)) {
			file->name = row->name;
			file->key = row->key;
			return;
		}
	}
}

static void adopt_recorded_paths(struct compare *c)
{
	struct name_index recorded = { 0 };

	for (size_t i = 0; i < c->history->count; i++)
		name_index_add(c->a, &recorded, c->history->rows[i].key, i);
	for (size_t i = 0; i < c->folder.count; i++)
		if (!name_index_find(&recorded, c->folder.files[i].key, NULL))
			adopt_recorded_path(c, &c->folder.files[i]);
}

static void note_guess(struct compare *c, const struct migration_file *file)
{
	if (!file->guessed)
		return;
	names_add(c->a, &c->facts.guessed, file->name);
	note(c, file->name, "is guessed: there is no name in ", str_from(file->path));
}

static bool gather_files(struct compare *c, const struct migration_folder *folder)
{
	c->folder.files = arena_array(c->a, folder->count + 1, sizeof(*folder->files));
	if (!c->folder.files)
		return false;
	for (size_t i = 0; i < folder->count; i++)
		c->folder.files[c->folder.count++] = folder->files[i];
	if (c->tool->disk == DISK_LIQUIBASE)
		adopt_recorded_paths(c);
	for (size_t i = 0; i < c->folder.count; i++) {
		const struct migration_file *file = &c->folder.files[i];

		name_index_add(c->a, &c->by_file, file->key, i);
		names_add(c->a, &c->facts.on_disk, file->name);
		note_guess(c, file);
		for (size_t p = 0; c->tool->disk == DISK_DJANGO && p < file->nparents;
			p++)
			name_index_add(c->a, &c->replaced, file->parents[p], i);
	}
	return true;
}

/* Drizzle records a time, and the journal knows its name. */
static void take_names_of_files(struct compare *c)
{
	for (size_t i = 0; i < c->nrows && c->tool->disk == DISK_DRIZZLE; i++) {
		size_t file;

		if (name_index_find(&c->by_file, c->rows[i].key, &file))
			c->rows[i].name = c->folder.files[file].name;
	}
}

static bool is_recorded(struct compare *c, struct str key)
{
	return name_index_find(&c->by_row, key, NULL) > 0;
}

static bool replaces_are_recorded(struct compare *c, const struct migration_file *file)
{
	for (size_t p = 0; p < file->nparents; p++)
		if (!is_recorded(c, file->parents[p]))
			return false;
	return file->nparents > 0;
}

/* A squashed migration stands for those it replaces, and they for it. */
static bool is_squashed_away(struct compare *c, const struct migration_file *file)
{
	size_t by;

	if (c->tool->disk != DISK_DJANGO)
		return false;
	return replaces_are_recorded(c, file) ||
		(name_index_find(&c->replaced, file->key, &by) &&
			is_recorded(c, c->folder.files[by].key));
}

static bool is_below_baseline(const struct compare *c, const struct migration_file *file)
{
	struct str baseline = c->history->baseline;

	if (!baseline.p)
		return false;
	if (c->tool->order == ORDER_NONE)
		return str_cmp(file->key, baseline) <= 0;
	return file->key.n && file->key.p[0] != 'R' &&
		migration_compare_keys(c->tool, file->key, baseline) <= 0;
}

static bool is_pending(struct compare *c, const struct migration_file *file)
{
	return !is_recorded(c, file->key) && !file->optional &&
		!is_below_baseline(c, file) && !is_squashed_away(c, file);
}

static void find_pending(struct compare *c)
{
	for (size_t i = 0; i < c->folder.count; i++) {
		const struct migration_file *file = &c->folder.files[i];

		if (!is_pending(c, file))
			continue;
		names_add(c->a, &c->facts.pending, file->name);
		unmet(c, "pending", file->name);
	}
}

/* "blog." of "blog.0001_initial": apps without files here come with a library. */
static bool app_is_here(struct compare *c, struct str key)
{
	struct str app = str_sub(key, 0, str_find_char(key, '.') + 1);

	for (size_t i = 0; i < c->folder.count; i++)
		if (str_starts_with(c->folder.files[i].key, app))
			return true;
	return false;
}

static bool is_unknown(struct compare *c, const struct migration_row *row)
{
	if (name_index_find(&c->by_file, row->key, NULL))
		return false;
	if (c->tool->disk != DISK_DJANGO)
		return true;
	return !name_index_find(&c->replaced, row->key, NULL) && app_is_here(c, row->key);
}

static bool is_first_of_its_name(struct compare *c, size_t row)
{
	size_t first = row;

	return name_index_find(&c->by_row, c->rows[row].key, &first) && first == row;
}

static void find_unknown(struct compare *c)
{
	for (size_t i = 0; i < c->nrows; i++) {
		if (!is_first_of_its_name(c, i) || !is_unknown(c, &c->rows[i]))
			continue;
		names_add(c->a, &c->facts.unknown, c->rows[i].name);
		unmet(c, "unknown", c->rows[i].name);
	}
}

static bool sum_differs(
	const struct migration_row *row, const struct migration_file *file)
{
	if (!row->checksum.n || !file->sums[0].n || row->failed)
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(file->sums); i++)
		if (str_eq_nocase(row->checksum, file->sums[i]) && file->sums[i].n)
			return false;
	return true;
}

/* A sum of atlas covers all files before it: the first that differs explains those behind it. */
static void find_changed(struct compare *c)
{
	bool covers_all = c->tool->sum == SUM_ATLAS;

	for (size_t i = 0; i < c->folder.count; i++) {
		const struct migration_file *file = &c->folder.files[i];
		size_t row;
		bool is_there = name_index_find(&c->by_row, file->key, &row) > 0;

		if (!is_there && covers_all && !is_below_baseline(c, file))
			return;
		if (!is_there || !sum_differs(&c->rows[row], file))
			continue;
		names_add(c->a, &c->facts.changed, file->name);
		unmet(c, "changed", file->name);
		if (covers_all)
			return;
	}
}

static void compare_with_folder(struct compare *c)
{
	find_pending(c);
	find_unknown(c);
	if (c->facts.has_sums)
		find_changed(c);
}

/* ---- the history by itself ---- */

/* The server's text may be long: its first line. */
static struct str short_detail(struct str detail)
{
	struct str first = str_trim(detail);

	struct str cut = str_sub(str_cut(&first, '\n'), 0, DETAIL_SHOWN);

	return str_sub(cut, 0, utf8_check(cut));
}

static void list_row(struct compare *c, const struct migration_row *row)
{
	struct str detail = short_detail(row->detail);

	if (!row->failed) {
		names_add(c->a, &c->facts.applied, row->name);
		return;
	}
	names_add(c->a, &c->facts.failed, row->name);
	unmet(c, "failed",
		arena_printf(c->a, "%.*s%s%.*s", STR_ARG(row->name), detail.n ? ": " : "",
			STR_ARG(detail)));
}

static void find_duplicate(struct compare *c, size_t i)
{
	size_t first = i;
	size_t times = name_index_find(&c->by_row, c->rows[i].key, &first);

	if (times < 2 || first != i)
		return;
	names_add(c->a, &c->facts.duplicate, c->rows[i].name);
	unmet(c, "duplicate",
		arena_printf(c->a, "%.*s: recorded %zu times", STR_ARG(c->rows[i].name),
			times));
}

static void list_rows(struct compare *c)
{
	for (size_t i = 0; i < c->nrows; i++) {
		list_row(c, &c->rows[i]);
		find_duplicate(c, i);
	}
	if (!c->history->lock.p)
		return;
	names_add(c->a, &c->facts.failed, c->history->lock);
	unmet(c, "failed", c->history->lock);
}

static bool is_listed(const struct names *names, struct str name)
{
	for (size_t i = 0; i < names->count; i++)
		if (str_eq(names->items[i], name))
			return true;
	return false;
}

static void note_late(struct compare *c, const struct migration_row *row,
	const struct migration_row *after)
{
	if (is_listed(&c->facts.out_of_order, row->name))
		return;
	names_add(c->a, &c->facts.out_of_order, row->name);
	note(c, row->name, "was applied after ", after->name);
}

/* Normal where branches merge late, but worth a note. */
static void find_late(struct compare *c)
{
	const struct migration_row *highest = NULL;

	for (size_t i = 0; i < c->nrows; i++) {
		const struct migration_row *row = &c->rows[i];
		int order = highest ?
			migration_compare_keys(c->tool, row->key, highest->key) :
			1;

		if (order < 0)
			note_late(c, row, highest);
		else if (order > 0)
			highest = row;
	}
}

struct migration_facts migration_compare(struct arena *a,
	const struct migration_history *history, const struct migration_folder *folder,
	const struct migration_lines *lines)
{
	struct compare c = {
		.a = a, .tool = history->tool, .history = history, .lines = lines
	};

	c.facts.has_folder = folder != NULL;
	c.facts.has_lines = lines != NULL;
	c.facts.has_order = c.tool->order != ORDER_NONE;
	c.facts.has_sums = folder && c.tool->sum != SUM_NONE;
	if ((folder && !gather_files(&c, folder)) || !gather_rows(&c))
		return c.facts;
	if (folder)
		take_names_of_files(&c);
	if (lines)
		compare_with_lines(&c);
	list_rows(&c);
	if (folder)
		compare_with_folder(&c);
	find_late(&c);
	return c.facts;
}

/* ---- as a value ---- */

static const struct value *list_of(struct arena *a, const struct names *names)
{
	struct value_list_builder b = { 0 };

	for (size_t i = 0; i < names->count; i++)
		value_list_add(a, &b, value_string(a, names->items[i]));
	return value_list_finish(a, &b);
}

const struct value *migration_tree(struct arena *a, const struct migration_tool *tool,
	const struct migration_facts *f, const struct value *duration)
{
	const struct {
		const char *name;
		const struct names *names;
		bool applies;
	} rows[] = {
		{ "applied", &f->applied, true },
		{ "failed", &f->failed, true },
		{ "duplicate", &f->duplicate, true },
		{ "missing", &f->missing, f->has_lines },
		{ "unknown", &f->unknown, f->has_lines || f->has_folder },
		{ "out-of-order", &f->out_of_order, f->has_order || f->has_lines },
		{ "pending", &f->pending, f->has_folder },
		{ "changed", &f->changed, f->has_sums },
		{ "on-disk", &f->on_disk, f->has_folder },
		{ "guessed", &f->guessed, f->has_folder },
		{ "unmet", &f->unmet, true },
		{ "notes", &f->notes, true },
	};
	struct value_object_builder b = { 0 };

	value_object_add(a, &b, STR("tool"), value_string(a, str_from(tool->name)));
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (rows[i].applies)
			value_object_add(
				a, &b, str_from(rows[i].name), list_of(a, rows[i].names));
	value_object_add(a, &b, STR("duration"), duration);
	return value_object_finish(a, &b);
}
