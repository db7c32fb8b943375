#include "harness/run/library.h"

#include <string.h>

#include "harness/base/file.h"
#include "harness/judge/expand.h"
#include "harness/lang/parser.h"
#include "harness/run/injected.h"

int library_init(struct library *lib, struct arena *a, const struct run_config *config,
	struct error *err)
{
	*lib = (struct library){ .arena = a, .config = config };
	error_list_init(&lib->errors, a, config->limits->max_errors);
	error_list_init(&lib->warnings, a, config->limits->max_errors);
	error_list_init(&lib->notes, a, config->limits->max_errors);
	lib->known = scope_new(NULL, err);
	if (!lib->known)
		return -1;
	for (size_t i = 0; i < config->nvariables; i++)
		if (scope_set(lib->known, config->variables[i].name,
			    config->variables[i].value, err))
			return -1;
	return 0;
}

void library_release(struct library *lib)
{
	scope_free(lib->known);
	lib->known = NULL;
}

/* The probe whose syntax a kind is, NULL for RUN. */
static const struct probe_kind *config_probe(const struct run_config *c, const struct kind *k)
{
	for (size_t i = 0; i < c->nprobes; i++)
		if (&c->probes[i]->syntax == k)
			return c->probes[i];
	return NULL;
}

/* Queries look at members of the tree; a probe need not build the others. */
static unsigned entry_needs(const struct entry *e)
{
	unsigned needs = 0;
	for (size_t i = 0; i < e->nasserts; i++)
		needs |= e->asserts[i].query.query->needs;
	for (size_t i = 0; i < e->ncaptures; i++)
		needs |= e->captures[i].query.query->needs;
	for (size_t i = 0; i < e->nmetrics; i++)
		needs |= e->metrics[i].query.query->needs;
	return needs;
}

static void add_error(struct library *lib, const struct error *err)
{
	error_list_add(&lib->errors, err);
}

/* Paths in entries resolve against the folder of the file that names them, and may leave it. */
static int read_beside(void *ctx, struct arena *a, const struct source *s,
	struct str name, struct str *ret, struct error *err)
{
	const struct library *lib = ctx;
	const char *path = path_resolve(a, s->name, name);
	if (!path)
		return error_set_oom(err);
	return file_read(a, path, lib->config->limits->max_file_bytes, ret, err);
}

static bool variable_is_known(void *ctx, struct str name)
{
	const struct library *lib = ctx;
	return scope_get(lib->known, name) != NULL;
}

/* A text that may hold placeholders, which must be known before the run. */
static int known_text(void *ctx, const struct entry *e, const struct template *t,
	struct str *ret, struct error *err)
{
	const struct library *lib = ctx;
	struct document doc = { 0 };
	struct eval ev = {
		.arena = lib->arena,
		.limits = lib->config->limits,
		.document = &doc,
		.variable = scope_variable,
		.ctx = lib->known,
	};
	struct expander x = { .eval = &ev, .source = e->source };
	if (!expand_text(&x, t, ret, NULL, err))
		return 0;
	err->code = ERR_CHECK;
	error_note(err,
		"a path is read before the run: give the variable on the command line or as a `variable:` default");
	return -1;
}

static int known_path(struct library *lib, const struct entry *e,
	const struct template *t, const char **ret, struct error *err)
{
	struct str text;
	if (known_text(lib, e, t, &text, err))
		return -1;
	*ret = path_resolve(lib->arena, e->source->name, text);
	return *ret ? 0 : error_set_oom(err);
}

static int load_target(struct library *lib, const struct entry *e, struct unit *u)
{
	struct error err = { 0 };
	const char *path;
	if (known_path(lib, e, e->words[0], &path, &err)) {
		add_error(lib, &err);
		return -1;
	}
	u->target = library_load(lib, path, e->source, e->words[0]->span);
	return u->target ? 0 : -1;
}

static int prepare_unit(struct library *lib, const struct suite *suite,
	const struct entry *e, struct unit *u)
{
	*u = (struct unit){ .entry = e, .probe = config_probe(lib->config, e->kind) };
	if (!u->probe)
		return load_target(lib, e, u);
	u->needs = entry_needs(e);
	u->wants_error = entry_wants_error(e);
	const struct file_reader files = { .read = read_beside, .ctx = lib };
	const struct prepare_env env = {
		.arena = lib->arena,
		.limits = lib->config->limits,
		.suite = suite,
		.files = &files,
		.variable_is_known = variable_is_known,
		.known_text = known_text,
		.ctx = lib,
	};
	return u->probe->prepare(&env, e, &u->prepared, &lib->errors);
}

/* `variable:` defaults without placeholders count as known, so that paths may use them. */
static int learn_defaults(struct library *lib, const struct suite *s, struct error *err)
{
	for (size_t i = 0; i < s->nvariables; i++) {
		const struct variable_default *d = &s->variables[i];
		if (!d->text || !template_is_constant(d->text) ||
			scope_get(lib->known, d->name))
			continue;
		const struct value *v;
		if (injected_value(lib->arena, template_text(d->text), &v, err) ||
			scope_set(lib->known, d->name, v, err))
			return -1;
	}
	return 0;
}

static int prepare_all(struct library *lib, struct loaded *f)
{
	struct unit *units = arena_array(lib->arena, f->suite->nentries, sizeof(*units));
	struct error err = { 0 };
	if (!units) {
		error_set_oom(&err);
		add_error(lib, &err);
		return -1;
	}
	f->units = units;
	int bad = learn_defaults(lib, f->suite, &err);
	if (bad)
		add_error(lib, &err);
	for (size_t i = 0; i < f->suite->nentries; i++)
		bad |= prepare_unit(lib, f->suite, &f->suite->entries[i], &units[i]);
	return bad ? -1 : 0;
}

static void take_warnings(struct library *lib, const struct suite *s)
{
	for (size_t i = 0; i < s->nwarnings; i++)
		error_list_add(&lib->warnings, &s->warnings[i]);
}

/* Registers the file before it is parsed, so that a file that RUNs itself is found and not read for ever. */
static struct loaded *register_file(struct library *lib, const char *path)
{
	struct loaded *f = arena_zalloc(lib->arena, sizeof(*f));
	if (f && lib->count == lib->cap)
		lib->files = arena_grow(lib->arena, lib->files, lib->count, &lib->cap,
			sizeof(struct loaded *));
	if (!f || !lib->files)
		return NULL;
	f->path = path;
	lib->files[lib->count++] = f;
	return f;
}

static const struct loaded *parse_into(
	struct library *lib, struct loaded *f, struct str text, enum file_type type)
{
	const struct source *source = source_new(lib->arena, f->path, text);
	struct error err = { 0 };
	if (!source) {
		error_set_oom(&err);
		add_error(lib, &err);
		return NULL;
	}
	const struct parse_input in = {
		.arena = lib->arena,
		.limits = lib->config->limits,
		.kinds = lib->config->kinds,
		.source = source,
		.type = type,
		.jsonpath = lib->config->jsonpath,
	};
	if (parse_suite(&in, &f->suite, &lib->errors))
		return NULL;
	take_warnings(lib, f->suite);
	int bad = check_suite(f->suite, &lib->errors, &lib->warnings);
	bad |= prepare_all(lib, f);
	return bad ? NULL : f;
}

static struct loaded *find_loaded(const struct library *lib, const char *path)
{
	for (size_t i = 0; i < lib->count; i++)
		if (!strcmp(lib->files[i]->path, path))
			return lib->files[i];
	return NULL;
}

const struct loaded *library_load(struct library *lib, const char *path,
	const struct source *from, struct span span)
{
	struct loaded *f = find_loaded(lib, path);
	if (f)
		return f;
	struct error err = { 0 };
	struct str text;
	if (lib->count >= lib->config->limits->max_includes)
		error_set(&err, ERR_LIMIT, "more than %zu files in one run",
			lib->config->limits->max_includes);
	else if (!file_read(lib->arena, path, lib->config->limits->max_file_bytes, &text,
			 &err)) {
		f = register_file(lib, path);
		if (f)
			return parse_into(lib, f, text, file_type_of(path));
		error_set_oom(&err);
	}
	if (from)
		error_place(&err, from, span);
	else if (err.code == ERR_FILE)
		err.code = ERR_USAGE;
	add_error(lib, &err);
	return NULL;
}

const struct loaded *library_load_text(
	struct library *lib, const char *name, struct str text, enum file_type type)
{
	struct loaded *f = register_file(lib, name);
	struct error err = { 0 };
	if (f)
		return parse_into(lib, f, text, type);
	error_set_oom(&err);
	add_error(lib, &err);
	return NULL;
}

static bool runs(const struct loaded *f, const struct loaded *target)
{
	for (size_t i = 0; f->units && i < f->suite->nentries; i++)
		if (f->units[i].target == target)
			return true;
	return false;
}

bool library_is_run_by_another(const struct library *lib, const struct loaded *f)
{
	for (size_t i = 0; i < lib->count; i++)
		if (lib->files[i] != f && lib->files[i]->suite && runs(lib->files[i], f))
			return true;
	return false;
}
