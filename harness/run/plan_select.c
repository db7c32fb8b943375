#include "harness/run/plan_select.h"

/* ---- tags and numbers ---- */

bool plan_has_tag(const struct str *tags, size_t n, struct str tag)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(tags[i], tag))
			return true;
	return false;
}

static bool any_tag(const struct plan_case *c, const struct str *tags, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (plan_has_tag(c->tags, c->ntags, tags[i]))
			return true;
	return false;
}

static void filter_by_tags(
	const struct tag_filter *f, struct arena *a, struct plan_case *c)
{
	for (size_t i = 0; i < f->nnone; i++)
		if (plan_has_tag(c->tags, c->ntags, f->none[i])) {
			c->skip_kind = STR("skip.tags");
			c->skip_reason = arena_printf(
				a, "tags: %.*s not selected", STR_ARG(f->none[i]));
			return;
		}
	if (f->nany && !any_tag(c, f->any, f->nany)) {
		c->skip_kind = STR("skip.tags");
		c->skip_reason = STR("tags: none of those selected");
	}
}

static void filter_by_number(
	const struct run_config *config, struct plan_case *c, size_t number)
{
	const struct option *always = entry_option(
		c->unit->entry, &common_options[COMMON_ALWAYS]);
	if (c->file->parent || always)
		return;
	if ((config->from_entry && number < config->from_entry) ||
		(config->to_entry && number > config->to_entry)) {
		c->skip_kind = STR("skip.option");
		c->skip_reason = STR("outside --from-entry and --to-entry");
	}
}

void plan_select(const struct run_config *config, struct arena *a, struct plan_case *c,
	size_t number)
{
	filter_by_tags(&config->tags, a, c);
	if (!c->skip_kind.p)
		filter_by_number(config, c, number);
}

/* ---- grants: the file asks, the command line grants ---- */

static bool wants_write(const struct plan_case *c)
{
	for (size_t i = 0; i < c->nneeds; i++)
		if (c->needs[i].kind == NEEDS_WRITE)
			return true;
	return false;
}

static int grant_error(
	const struct plan_case *c, struct error *err, const char *what, const char *note)
{
	const struct entry *e = c->unit->entry;
	error_at(err, ERR_USAGE, e->source, e->span, "%s", what);
	error_note(err, "%s", note);
	return -1;
}

int plan_check_grants(
	const struct run_config *g, const struct plan_case *c, struct error *err)
{
	const struct prepared *pr = &c->unit->prepared;
	if (c->skip_kind.p || !c->unit->probe)
		return 0;
	if (g->read_only && (pr->writes || pr->unsafe_method)) {
		if (pr->writes && wants_write(c))
			return 0;
		return grant_error(c, err,
			pr->unsafe_method ?
				"--read-only allows GET, HEAD and OPTIONS only" :
				"--read-only refuses an entry that changes data",
			"leave it out with --tags, or run without --read-only");
	}
	if (pr->writes && !g->allow_write && !wants_write(c))
		return grant_error(c, err,
			"this entry changes data, and that was not granted",
			"the file asks, the command line grants: --allow-write");
	return 0;
}

/* ---- --id: the case, what stands above it, and the clean-up of its file ---- */

static bool id_is_wanted(const struct run_config *c, const struct plan_case *t)
{
	for (size_t i = 0; i < c->nids; i++)
		if (str_starts_with(t->id, c->ids[i]))
			return true;
	return false;
}

static void leave_out(struct plan_case *t)
{
	t->skip_kind = STR("skip.tags");
	t->skip_reason = STR("not selected by --id");
}

static bool holds_wanted(const struct run_config *c, const struct plan_item *item)
{
	if (item->test && id_is_wanted(c, item->test))
		return true;
	for (size_t i = 0; i < item->nfiles; i++)
		for (size_t j = 0; item->files[i] && j < item->files[i]->nitems; j++)
			if (holds_wanted(c, &item->files[i]->items[j]))
				return true;
	return false;
}

static void select_ids(const struct run_config *c, struct plan_file *f, bool whole)
{
	size_t last = 0;
	for (size_t i = 0; i < f->nitems; i++)
		if (holds_wanted(c, &f->items[i]))
			last = i + 1;
	for (size_t i = 0; i < f->nitems; i++) {
		const struct plan_item *item = &f->items[i];
		bool above = whole || i < last;
		bool always = last &&
			entry_option(item->unit->entry, &common_options[COMMON_ALWAYS]);
		if (item->test && !above && !always)
			leave_out((struct plan_case *)item->test);
		for (size_t j = 0; j < item->nfiles; j++)
			if (item->files[j])
				select_ids(c, item->files[j],
					whole || i + 1 < last || (item->test && above));
	}
}

void plan_select_ids(const struct run_config *config, struct plan_file *root)
{
	select_ids(config, root, false);
}
