#include <stdio.h>

#include "harness/base/escape.h"
#include "harness/cmd.h"
#include "harness/exit.h"
#include "harness/setup.h"
#include "harness/value/json.h"

static const char *kind_word(const struct plan_case *c)
{
	return c->unit->entry->kind->word ? c->unit->entry->kind->word : "HTTP";
}

static void list_text(const struct plan_case *c)
{
	struct strbuf sb;
	const struct entry *e = c->unit->entry;
	strbuf_init(&sb, 65536);
	strbuf_addf(&sb, "%.*s  %-5s  %s:%zu  ", STR_ARG(c->id), kind_word(c),
		e->source->name, source_pos(e->source, e->span.at).line);
	escape_visible_line(&sb, c->file->suite);
	strbuf_adds(&sb, " > ");
	escape_visible_line(&sb, c->title);
	for (size_t i = 0; i < c->ntags; i++)
		strbuf_addf(&sb, "%s%.*s", i ? ", " : "  [", STR_ARG(c->tags[i]));
	if (c->ntags)
		strbuf_addc(&sb, ']');
	if (c->skip_kind.p)
		strbuf_addf(&sb, "  (skipped: %.*s)", STR_ARG(c->skip_reason));
	puts(strbuf_cstr(&sb));
	strbuf_release(&sb);
}

static void key_text(struct json_writer *w, const char *key, struct str s)
{
	if (!s.p)
		return;
	json_key(w, key);
	json_string(w, s);
}

static void list_json(const struct plan_case *c)
{
	struct strbuf sb;
	struct json_writer w;
	const struct entry *e = c->unit->entry;
	strbuf_init(&sb, 65536);
	json_writer_init(&w, &sb);
	json_open_object(&w);
	key_text(&w, "id", c->id);
	key_text(&w, "suite", c->file->suite);
	key_text(&w, "title", c->title);
	key_text(&w, "kind", str_from(kind_word(c)));
	key_text(&w, "file", str_from(e->source->name));
	json_key(&w, "line");
	json_uint(&w, source_pos(e->source, e->span.at).line);
	json_key(&w, "tags");
	json_open_list(&w);
	for (size_t i = 0; i < c->ntags; i++)
		json_string(&w, c->tags[i]);
	json_close_list(&w);
	key_text(&w, "severity", c->is_warning ? STR("warn") : STR("fail"));
	key_text(&w, "owner", c->owner);
	key_text(&w, "why", c->why);
	key_text(&w, "fix", c->fix);
	key_text(&w, "skipped", c->skip_reason);
	json_close_object(&w);
	puts(strbuf_cstr(&sb));
	strbuf_release(&sb);
}

/* postflight list: the cases with id, kind, place and tags. */
int cmd_list(const struct options *o, const struct registries *reg)
{
	struct setup s;
	struct error err = { 0 };
	int status = EXIT_HELD;
	if (setup_begin(&s, o, reg, &err) || setup_select(&s, &err) || setup_init(&s, reg, &err)) {
		error_list_init(&s.library.errors, o->arena, 1);
		error_list_add(&s.library.errors, &err);
		setup_print_errors(&s, &s.library.errors, "error");
		setup_release(&s);
		return EXIT_USAGE;
	}
	s.config.allow_write = true;
	s.config.only_looks = true;
	if (setup_load(&s)) {
		setup_print_errors(&s, &s.library.errors, "error");
		status = setup_exit_status(&s);
	}
	for (size_t i = 0; i < s.plan.nfiles; i++)
		for (size_t j = 0; j < s.plan.files[i]->ncases; j++)
			(o->json ? list_json : list_text)(&s.plan.files[i]->cases[j]);
	setup_release(&s);
	return status;
}
