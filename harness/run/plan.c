#include "harness/run/plan.h"

#include <string.h>

#include "harness/base/file.h"
#include "harness/run/plan_select.h"
#include "harness/run/rows.h"
#include "harness/run/run_kind.h"
#include "harness/value/encode.h"

/* While it is made, the plan is mutable; what is handed out is not. */
struct planner {
	struct library *lib;
	struct arena *arena;
	struct plan_file **files;
	size_t nfiles, files_cap;
	size_t ncases;
	bool full;	/* too much; told once */
	bool failed;
};

/* What the RUNs above give to the cases below them. */
struct inherited {
	const struct str *tags;
	size_t ntags;
	const struct meta *const
		*metas; /* innermost last: RUN entries and the files they stand in */
	size_t nmetas;
	unsigned depth;
	bool inner; /* below a RUN whose rows are known only at run time: its cases are no cases of the plan */
};

static void fail(struct planner *p, const struct error *err)
{
	error_list_add(&p->lib->errors, err);
	p->failed = true;
}

static void fail_oom(struct planner *p)
{
	struct error err = { 0 };
	(void)error_set_arena(&err, p->arena, "the plan");
	fail(p, &err);
}

/* ---- ids ---- */

static struct str hex_id(struct arena *a, struct str text, size_t digits)
{
	uint8_t hash[32];
	struct strbuf sb;
	digest_sha256(text, hash);
	strbuf_init(&sb, 128);
	encode_hex(&sb, str_make((const char *)hash, sizeof(hash)));
	struct str id = arena_str(a, str_sub(strbuf_str(&sb), 0, digits));
	strbuf_release(&sb);
	return id;
}

static struct str case_id(struct planner *p, const struct plan_file *f, struct str title)
{
	struct strbuf sb;
	strbuf_init(&sb, p->lib->config->limits->max_text_bytes);
	strbuf_add(&sb, f->chain);
	strbuf_addc(&sb, '\0');
	strbuf_add(&sb, title);
	struct str id = hex_id(p->arena, strbuf_str(&sb), 12);
	strbuf_release(&sb);
	return id;
}

/* ---- what a case inherits ---- */

/* `own` behind `above`, each once. */
static const struct str *join_tags(struct arena *a, const struct str *above,
	size_t nabove, const struct meta *own, size_t *ret_count)
{
	struct str *tags = arena_array(a, nabove + own->ntags + 1, sizeof(*tags));
	size_t n = 0;
	for (size_t i = 0; tags && i < nabove; i++)
		tags[n++] = above[i];
	for (size_t i = 0; tags && i < own->ntags; i++)
		if (!plan_has_tag(tags, n, own->tags[i]))
			tags[n++] = own->tags[i];
	*ret_count = n;
	return tags;
}

static void push_meta(struct planner *p, struct inherited *in, const struct meta *m)
{
	const struct meta **metas = arena_array(p->arena, in->nmetas + 1, sizeof(*metas));
	for (size_t i = 0; metas && i < in->nmetas; i++)
		metas[i] = in->metas[i];
	if (!metas) {
		fail_oom(p);
		return;
	}
	metas[in->nmetas++] = m;
	in->metas = metas;
	in->tags = join_tags(p->arena, in->tags, in->ntags, m, &in->ntags);
	if (!in->tags)
		fail_oom(p);
}

static struct str first_text(struct str own, struct str inherited)
{
	return own.p ? own : inherited;
}

/* The nearest one wins: the statement's, the file's, the RUN's. */
static void inherit(struct plan_case *c, const struct meta *m)
{
	c->why = first_text(m->why, c->why);
	c->fix = first_text(m->fix, c->fix);
	c->owner = first_text(m->owner, c->owner);
	if (m->has_severity)
		c->is_warning = m->is_warning;
	if (m->accept)
		c->accept = m->accept;
	if (m->nneeds) {
		c->needs = m->needs;
		c->nneeds = m->nneeds;
	}
}

/* ---- required variables ---- */

static bool entry_sets(const struct entry *e, struct str name)
{
	for (size_t i = 0; i < e->noptions; i++)
		if (e->options[i].row->type == OPTION_VARIABLE &&
			str_eq(e->options[i].variable, name))
			return true;
	for (size_t i = 0; i < e->ncaptures; i++)
		if (template_is_constant(e->captures[i].name) &&
			str_eq(template_text(e->captures[i].name), name))
			return true;
	return false;
}

static bool suite_sets(const struct suite *s, struct str name)
{
	for (size_t i = 0; i < s->nvariables; i++)
		if (s->variables[i].text && str_eq(s->variables[i].name, name))
			return true;
	for (size_t i = 0; i < s->nentries; i++)
		if (entry_sets(&s->entries[i], name))
			return true;
	return false;
}

static bool row_sets(const struct plan_row *row, struct str name)
{
	for (size_t i = 0; i < row->count; i++)
		if (str_eq(row->names[i], name))
			return true;
	return false;
}

static bool is_given(const struct planner *p, const struct plan_file *f, struct str name)
{
	if (scope_get(p->lib->known, name))
		return true;
	for (; f; f = f->parent) {
		if (row_sets(&f->row, name))
			return true;
		if (f->run && entry_sets(f->run->entry, name))
			return true;
		if (f->parent && suite_sets(f->parent->loaded->suite, name))
			return true;
	}
	return false;
}

static bool has_dynamic_run(const struct plan_file *f)
{
	for (size_t i = 0; i < f->ncases; i++)
		if (f->cases[i].is_container && !f->cases[i].skip_kind.p)
			return true;
	return false;
}

bool plan_may_set(const struct plan *plan, struct str name)
{
	for (size_t i = 0; i < plan->nfiles; i++) {
		const struct plan_file *f = plan->files[i];
		if (row_sets(&f->row, name) || suite_sets(f->loaded->suite, name) ||
			has_dynamic_run(f))
			return true;
	}
	return false;
}

static void check_required(struct planner *p, const struct plan_file *f)
{
	const struct suite *s = f->loaded->suite;
	for (size_t i = 0; i < s->nvariables; i++) {
		const struct variable_default *d = &s->variables[i];
		if (d->text || is_given(p, f, d->name))
			continue;
		struct error err = { 0 };
		error_at(&err, ERR_USAGE, s->source, d->span,
			"variable '%.*s' is required and not set", STR_ARG(d->name));
		error_note(&err, "give it with --variable %.*s=VALUE", STR_ARG(d->name));
		if (p->lib->config->only_looks)
			error_list_add(&p->lib->notes, &err);
		else
			fail(p, &err);
	}
}

/* ---- building ---- */

static struct plan_file *plan_one(struct planner *p, const struct loaded *loaded,
	const struct plan_file *parent, const struct unit *run,
	const struct plan_row *row, struct str label, struct inherited in);

static bool in_chain(const struct plan_file *f, const struct loaded *loaded)
{
	for (; f; f = f->parent)
		if (f->loaded == loaded)
			return true;
	return false;
}

#define NAMES_SHOWN 8

/* "a.suite <- b.suite <- the command line", from the innermost out; a long chain is cut before its root. */
static void add_chain(struct strbuf *sb, const struct plan_file *f)
{
	size_t n = 0;
	for (; f; f = f->parent) {
		if (n++ < NAMES_SHOWN || !f->parent)
			strbuf_addf(sb, "%s <- ", f->loaded->path);
		else if (n == NAMES_SHOWN + 1)
			strbuf_adds(sb, "... <- ");
	}
	strbuf_adds(sb, "the command line");
}

/* A RUN that cannot be unfolded, with the way that leads to it. */
static void chain_error(struct planner *p, const struct plan_file *f, const struct unit *u,
	enum error_code code, struct str what)
{
	struct error err = { 0 };
	struct strbuf names;
	strbuf_init(&names, 64 * 1024);
	add_chain(&names, f);
	error_at(&err, code, u->entry->source, u->entry->span, "%.*s: %s <- %s",
		STR_ARG(what), u->target->path, strbuf_cstr(&names));
	strbuf_release(&names);
	fail(p, &err);
}

/* A file that cannot be unfolded here: it is in the chain already, or the chain is too long. */
static bool may_nest(struct planner *p, const struct plan_file *f, const struct unit *u,
	const struct inherited *in)
{
	size_t max = p->lib->config->limits->max_depth;
	if (in_chain(f, u->target))
		chain_error(p, f, u, ERR_CHECK, STR("RUN goes in a circle"));
	else if (in->depth >= max)
		chain_error(p, f, u, ERR_LIMIT,
			arena_printf(p->arena,
				"more than %zu files RUN one inside the other", max));
	else
		return true;
	return false;
}

/* The suite's name; run more than once, it gets the title or row behind it. */
static struct str labelled_suite(struct planner *p, const struct loaded *loaded,
	const struct unit *run, struct str label)
{
	if (label.p)
		return arena_printf(p->arena, "%.*s [%.*s]", STR_ARG(loaded->suite->name),
			STR_ARG(label));
	for (size_t i = 0; i < p->nfiles; i++)
		if (p->files[i]->loaded == loaded)
			return arena_printf(p->arena, "%.*s [%.*s]",
				STR_ARG(loaded->suite->name),
				STR_ARG(run ? run->entry->title : STR("again")));
	return loaded->suite->name;
}

static bool is_taken(
	const struct planner *p, const struct loaded *loaded, struct str name)
{
	for (size_t i = 0; i < p->nfiles; i++)
		if (p->files[i]->loaded == loaded && str_eq(p->files[i]->suite, name))
			return true;
	return false;
}

/* Where two RUNs have one title, or two rows one label, a number tells them apart. */
static struct str suite_name(struct planner *p, const struct loaded *loaded,
	const struct unit *run, struct str label)
{
	struct str name = labelled_suite(p, loaded, run, label);
	struct str unique = name;
	for (size_t n = 2; unique.p && is_taken(p, loaded, unique); n++)
		unique = arena_printf(p->arena, "%.*s (%zu)", STR_ARG(name), n);
	return unique;
}

/* How often the same file was run before in one place, with one label. */
static size_t count_earlier(const struct planner *p, const struct loaded *loaded,
	const struct plan_file *parent, struct str chain)
{
	size_t n = 0;
	for (size_t i = 0; i < p->nfiles; i++) {
		const struct plan_file *f = p->files[i];
		if (f->loaded == loaded && f->parent == parent &&
			str_starts_with(f->chain, chain))
			n += f->chain.n == chain.n ||
				(f->chain.n > chain.n + 1 &&
					f->chain.p[chain.n] == '\0' &&
					f->chain.p[chain.n + 1] == '\1');
	}
	return n;
}

static struct str chain_of(struct planner *p, const struct loaded *loaded,
	const struct plan_file *parent, struct str label)
{
	struct strbuf sb;
	strbuf_init(&sb, p->lib->config->limits->max_text_bytes);
	if (parent) {
		strbuf_add(&sb, parent->chain);
		strbuf_addc(&sb, '\0');
	}
	strbuf_adds(&sb, loaded->path);
	if (label.p) {
		strbuf_addc(&sb, '\0');
		strbuf_add(&sb, label);
	}
	size_t earlier = count_earlier(p, loaded, parent, strbuf_str(&sb));
	if (earlier)
		strbuf_addf(&sb, "%c%c#%zu", '\0', '\1',
			earlier + 1); /* no label can hold that */
	struct str chain = arena_str(p->arena, strbuf_str(&sb));
	strbuf_release(&sb);
	return chain;
}

static struct str row_label(struct planner *p, const struct rows *rows, size_t i)
{
	return arena_printf(
		p->arena, "%.*s", STR_ARG(rows->ncolumns ? rows->cells[i][0] : STR("")));
}

/* The option for-each of a RUN; NULL for all else. */
static const struct option *for_each(const struct unit *u)
{
	return u->probe ? NULL : entry_option(u->entry, &run_options[RUN_FOR_EACH]);
}

/* Rows known only at run time: the RUN is one planned case, what happens inside are its assertions. */
static bool is_dynamic_run(const struct unit *u)
{
	const struct option *each = for_each(u);
	return each && !template_is_constant(each->text);
}

/* The data rows of for-each over a CSV file; NULL when there is none, or with an error in the list. */
static const struct rows *read_rows(
	struct planner *p, const struct plan_file *f, const struct unit *u)
{
	const struct option *each = for_each(u);
	const struct limits *limits = p->lib->config->limits;
	struct error err = { 0 };
	struct str text;
	if (!each || is_dynamic_run(u))
		return NULL;
	struct rows *rows = arena_zalloc(p->arena, sizeof(*rows));
	const char *path = path_resolve(
		p->arena, f->loaded->path, template_text(each->text));
	if (!path || !rows)
		error_set_oom(&err);
	else if (!file_read(p->arena, path, limits->max_file_bytes, &text, &err) &&
		!rows_parse_csv(p->arena, text, limits->max_includes, rows, &err))
		return rows;
	error_place(&err, u->entry->source, each->text->span);
	fail(p, &err);
	return NULL;
}

/* A file per row. */
static void plan_rows(struct planner *p, struct plan_item *item, struct plan_file *f,
	const struct rows *rows, const struct inherited *in)
{
	struct plan_file **files = arena_array(p->arena, rows->count + 1, sizeof(*files));
	for (size_t i = 0; files && i < rows->count; i++) {
		const struct plan_row row = { .names = rows->names,
			.values = rows->cells[i],
			.count = rows->ncolumns };
		files[i] = plan_one(p, item->unit->target, f, item->unit, &row,
			row_label(p, rows, i), *in);
	}
	item->files = files;
	item->nfiles = files ? rows->count : 0;
}

/* A RUN is a container: what it runs has attempts, it has none. */
static bool run_options_fit(struct planner *p, const struct entry *e)
{
	static const enum common_option refused[] = { COMMON_RETRY, COMMON_RETRY_INTERVAL,
		COMMON_REPEAT, COMMON_MAX_TIME, COMMON_CONSECUTIVE, COMMON_GIVE_UP,
		COMMON_VERBOSE };
	bool fit = true;
	for (size_t i = 0; i < ARRAY_SIZE(refused); i++) {
		const struct option *o = entry_option(e, &common_options[refused[i]]);
		struct error err = { 0 };
		if (!o)
			continue;
		error_at(&err, ERR_CHECK, e->source, o->name_span,
			"'%s' is no option of RUN", o->row->name);
		error_note(&err, "give it to the entries of the file that is run");
		fail(p, &err);
		fit = false;
	}
	return fit;
}

/* `jobs` is a number that is known now, and says nothing where there is one run only. */
static bool jobs_fit(struct planner *p, const struct unit *u)
{
	const struct option *jobs = entry_option(u->entry, &run_options[RUN_JOBS]);
	struct error err = { 0 };
	if (!jobs || (for_each(u) && run_jobs(u->entry)))
		return true;
	if (for_each(u))
		error_at(&err, ERR_CHECK, u->entry->source, jobs->text->span,
			"jobs needs a number from 1 to %d", RUN_JOBS_MAX);
	else
		error_at(&err, ERR_CHECK, u->entry->source, jobs->name_span,
			"'jobs' means something only with 'for-each'");
	fail(p, &err);
	return false;
}

static void plan_run(struct planner *p, struct plan_item *item, struct plan_file *f,
	const struct rows *rows, struct inherited in)
{
	const struct unit *u = item->unit;
	if (!run_options_fit(p, u->entry) || !jobs_fit(p, u) || !may_nest(p, f, u, &in))
		return;
	push_meta(p, &in, &u->entry->meta);
	if (for_each(u) && !is_dynamic_run(u)) {
		if (rows)
			plan_rows(p, item, f, rows, &in);
		return;
	}
	in.inner |= is_dynamic_run(u);
	struct plan_file **files = arena_array(p->arena, 1, sizeof(*files));
	if (!files) {
		fail_oom(p);
		return;
	}
	files[0] = plan_one(p, u->target, f, u, NULL, (struct str){ 0 }, in);
	item->files = files;
	item->nfiles = 1;
}

static void plan_case(struct planner *p, struct plan_item *item, struct plan_file *f,
	struct plan_case *c, const struct inherited *in, size_t number)
{
	const struct unit *u = item->unit;
	*c = (struct plan_case){ .unit = u, .file = f, .title = u->entry->title };
	for (size_t i = 0; i < in->nmetas; i++)
		inherit(c, in->metas[i]);
	inherit(c, &u->entry->meta);
	c->tags = join_tags(p->arena, in->tags, in->ntags, &u->entry->meta, &c->ntags);
	if (u->entry->is_setup) {
		c->title = STR("(setup)");
		c->is_setup = true;
	}
	c->is_container = !u->probe;
	c->id = case_id(p, f, c->title);
	plan_select(p->lib->config, p->arena, c, number);
	struct error err = { 0 };
	if (plan_check_grants(p->lib->config, c, &err))
		fail(p, &err);
	item->test = c;
	p->ncases += !in->inner;
}

/* A file while it is planned: arrays with a place for each of its entries. */
struct building {
	struct plan_file *file;
	struct plan_item *items;
	struct plan_case *cases;
	const struct rows **rows;	/* of for-each over a CSV file; else NULL */
	const struct inherited *in;
};

static void add_case(struct planner *p, struct building *b, size_t i)
{
	plan_case(p, &b->items[i], b->file, &b->cases[b->file->ncases++], b->in, i + 1);
}

/* Setup statements share one case, which the first of them carries; planned first in its file. */
static const struct plan_case *plan_setup(struct planner *p, struct building *b)
{
	const struct suite *s = b->file->loaded->suite;
	for (size_t i = 0; i < s->nentries; i++)
		if (s->entries[i].is_setup) {
			add_case(p, b, i);
			return b->items[i].test;
		}
	return NULL;
}

/* A RUN without data rows would be in no report, as if it had never been written. */
static void plan_no_rows(struct planner *p, struct building *b, size_t i)
{
	struct plan_case *c = &b->cases[b->file->ncases];
	add_case(p, b, i);
	if (c->skip_kind.p)
		return;
	c->skip_kind = STR("skip.when");
	c->skip_reason = STR("no data rows");
}

static void plan_items(struct planner *p, struct building *b)
{
	const struct suite *s = b->file->loaded->suite;
	for (size_t i = 0; i < s->nentries; i++)
		b->items[i].unit = &b->file->loaded->units[i];
	const struct plan_case *setup = plan_setup(p, b);
	for (size_t i = 0; i < s->nentries; i++) {
		const struct unit *u = b->items[i].unit;
		b->rows[i] = read_rows(p, b->file, u);
		if (s->entries[i].is_setup)
			b->items[i].test = setup;
		else if (u->probe || is_dynamic_run(u))
			add_case(p, b, i);
		else if (b->rows[i] && !b->rows[i]->count)
			plan_no_rows(p, b, i);
	}
}

static void plan_nested(struct planner *p, struct building *b)
{
	for (size_t i = 0; i < b->file->nitems; i++)
		if (!b->items[i].unit->probe)
			plan_run(p, &b->items[i], b->file, b->rows[i], *b->in);
}

/* A file has its place in the plan before it is known what it RUNs. */
static bool add_file(struct planner *p, struct plan_file *f, bool inner)
{
	if (inner)
		return true;
	if (p->nfiles == p->files_cap)
		p->files = arena_grow(p->arena, p->files, p->nfiles, &p->files_cap,
			sizeof(struct plan_file *));
	if (!p->files)
		return false;
	p->files[p->nfiles++] = f;
	return true;
}

/* RUNs in RUNs multiply: told once, and nothing more is unfolded. */
static bool has_room(struct planner *p)
{
	size_t max = p->lib->config->limits->max_entries;
	struct error err = { 0 };
	if (p->full || (p->ncases <= max && p->nfiles <= max))
		return !p->full;
	p->full = true;
	error_set(&err, ERR_LIMIT, "more than %zu test cases, or files with RUN unfolded, in one run",
		max);
	fail(p, &err);
	return false;
}

/* With room for all its entries, in no place of the plan yet. */
static bool begin_file(struct planner *p, const struct loaded *loaded, struct building *ret)
{
	size_t n = loaded->suite->nentries;
	struct building b = {
		.file = arena_zalloc(p->arena, sizeof(*b.file)),
		.items = arena_array(p->arena, n + 1, sizeof(*b.items)),
		.cases = arena_array(p->arena, n + 1, sizeof(*b.cases)),
		.rows = arena_array(p->arena, n + 1, sizeof(*b.rows)),
	};
	if (!b.file || !b.items || !b.cases || !b.rows)
		return false;
	*b.file = (struct plan_file){
		.loaded = loaded, .items = b.items, .nitems = n, .cases = b.cases
	};
	*ret = b;
	return true;
}

static struct plan_file *plan_one(struct planner *p, const struct loaded *loaded,
	const struct plan_file *parent, const struct unit *run,
	const struct plan_row *row, struct str label, struct inherited in)
{
	struct building b;
	if (!has_room(p))
		return NULL;
	if (!begin_file(p, loaded, &b)) {
		fail_oom(p);
		return NULL;
	}
	b.in = &in;
	b.file->parent = parent;
	b.file->run = run;
	if (row)
		b.file->row = *row;
	b.file->suite = suite_name(p, loaded, run, label);
	b.file->chain = chain_of(p, loaded, parent, label);
	in.depth++;
	push_meta(p, &in, &loaded->suite->meta);
	if (!add_file(p, b.file, in.inner)) {
		fail_oom(p);
		return NULL;
	}
	check_required(p, b.file);
	plan_items(p, &b);
	plan_nested(p, &b);
	return b.file;
}

/* ---- the whole ---- */

static int by_text(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

/* Ids are what reports and --id know a case by: two cases with one would hide each other. */
static void check_ids(struct planner *p)
{
	size_t n = 0;
	struct str *ids = arena_array(p->arena, p->ncases + 1, sizeof(*ids));
	struct error err = { 0 };
	for (size_t i = 0; ids && i < p->nfiles; i++)
		for (size_t j = 0; j < p->files[i]->ncases; j++)
			ids[n++] = p->files[i]->cases[j].id;
	if (!ids) {
		fail_oom(p);
		return;
	}
	qsort(ids, n, sizeof(*ids), by_text);
	for (size_t i = 1; i < n; i++)
		if (str_eq(ids[i], ids[i - 1])) {
			error_set(&err, ERR_CHECK, "two test cases have the id %.*s",
				STR_ARG(ids[i]));
			error_note(&err,
				"rows of for-each need different labels: their first column");
			fail(p, &err);
			return;
		}
}

static void finish(struct planner *p, struct plan *plan)
{
	struct strbuf sb;
	strbuf_init(&sb, p->lib->config->limits->max_text_bytes);
	for (size_t i = 0; i < p->nfiles; i++)
		for (size_t j = 0; j < p->files[i]->ncases; j++) {
			const struct plan_case *c = &p->files[i]->cases[j];
			strbuf_add(&sb, c->id);
			plan->nselected += !c->skip_kind.p;
		}
	plan->hash = hex_id(p->arena, strbuf_str(&sb), 64);
	strbuf_release(&sb);
	plan->files = p->files;
	plan->nfiles = p->nfiles;
	plan->ncases = p->ncases;
}

int plan_make(struct library *lib, const struct loaded *const *roots, size_t nroots,
	struct plan *ret)
{
	struct planner p = { .lib = lib, .arena = lib->arena };
	struct plan plan = { .nroots = nroots };
	struct plan_file **files = arena_array(p.arena, nroots + 1, sizeof(*files));
	if (!files) {
		fail_oom(&p);
		return -1;
	}
	for (size_t i = 0; i < nroots; i++)
		files[i] = plan_one(&p, roots[i], NULL, NULL, NULL, (struct str){ 0 },
			(struct inherited){ 0 });
	(void)has_room(&p);
	if (!p.failed)
		check_ids(&p);
	if (arena_failed(p.arena) && !p.failed)
		fail_oom(&p);
	if (p.failed)
		return -1;
	for (size_t i = 0; i < nroots && lib->config->nids; i++)
		plan_select_ids(lib->config, files[i]);
	finish(&p, &plan);
	plan.roots = files;
	*ret = plan;
	return 0;
}
