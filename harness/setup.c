#include "harness/setup.h"

#include <stdio.h>
#include <unistd.h>

#include "harness/base/file.h"
#include "harness/base/glob.h"
#include "harness/exit.h"
#include "harness/lang/parser.h"
#include "harness/report/results.h"
#include "harness/run/injected.h"
#include "harness/run/run_kind.h"
#include "harness/value/encode.h"

/* ---- settings: what probes may ask ---- */

static const char *setting_env(void *ctx, const char *name)
{
	const struct setup *s = ctx;
	if (!strcmp(name, "POSTFLIGHT_ALLOW_TARGETS"))
		return s->allowed_targets;
	return options_env(s->options, name);
}

/* The last one given wins. */
static const char *last_named(const struct named_texts *t, struct str name)
{
	for (size_t i = t->count; i-- > 0;)
		if (str_eq(t->items[i].name, name))
			return t->items[i].value;
	return NULL;
}

static const char *setting_url(void *ctx, struct str name)
{
	return last_named(&((const struct setup *)ctx)->options->connections, name);
}

static const char *setting_pin(void *ctx, struct str name)
{
	return last_named(&((const struct setup *)ctx)->options->pins, name);
}

static const char *setting_http(void *ctx, const char *option)
{
	return last_named(&((const struct setup *)ctx)->options->http, str_from(option));
}

static const char *setting_http_at(void *ctx, const char *option, size_t at)
{
	const struct named_texts *t = &((const struct setup *)ctx)->options->http;
	for (size_t i = 0; i < t->count; i++)
		if (str_is(t->items[i].name, option) && at-- == 0)
			return t->items[i].value;
	return NULL;
}

static int join_targets(struct setup *s, struct error *err)
{
	struct strbuf sb;
	const char *env = options_env(s->options, "POSTFLIGHT_ALLOW_TARGETS");
	strbuf_init(&sb, 65536);
	strbuf_adds(&sb, env);
	for (size_t i = 0; i < s->options->allowed_targets.count; i++)
		strbuf_addf(&sb, "%s%s", sb.n ? "," : "",
			s->options->allowed_targets.items[i]);
	if (sb.n)
		s->allowed_targets = arena_cstr(s->arena, strbuf_str(&sb));
	bool failed = strbuf_failed(&sb) || arena_failed(s->arena);
	strbuf_release(&sb);
	return failed ? error_set_oom(err) : 0;
}

/* ---- variables ---- */

static int add_variable(struct setup *s, struct injected *list, size_t *n,
	struct str name, struct str text, struct error *err)
{
	struct injected *v = &list[(*n)++];
	v->name = name;
	if (!injected_value(s->arena, text, &v->value, err))
		return 0;
	error_context(err, "variable '%.*s'", STR_ARG(name));
	return -1;
}

static int add_secret(struct setup *s, struct injected *list, size_t *n, struct str name,
	struct str text, struct error *err)
{
	bool weak = false;
	for (size_t i = 0; i < *n; i++)
		if (str_eq(list[i].name, name) && (list[i].value->flags & VALUE_SECRET))
			return error_set(err, ERR_USAGE, "secret '%.*s' is set twice",
				STR_ARG(name));
	const struct value *v = value_with_flags(
		s->arena, value_string(s->arena, text), VALUE_SECRET | VALUE_INJECTED);
	if (!v)
		return error_set_oom(err);
	list[(*n)++] = (struct injected){ .name = name, .value = v };
	if (secrets_add(s->secrets, name, text, &weak, err))
		return -1;
	if (weak)
		fprintf(stderr,
			"warning: secret '%.*s' is shorter than 4 bytes: it is hidden only where it is a whole field\n",
			STR_ARG(name));
	return 0;
}

typedef int (*add_line)(struct setup *s, struct injected *list, size_t *n,
	struct str name, struct str text, struct error *err);

static size_t count_lines(struct str text)
{
	size_t n = 1;
	for (size_t i = 0; i < text.n; i++)
		n += text.p[i] == '\n';
	return n;
}

/* NAME=VALUE a line. */
static int read_lines(struct setup *s, const char *path, struct str text,
	struct injected *list, size_t *n, add_line add, struct error *err)
{
	struct str name, value;
	size_t line = 0;
	int found;
	while ((found = injected_line(&text, &line, &name, &value, err)) > 0)
		if (add(s, list, n, name, value, err))
			return -1;
	if (found < 0)
		return error_set(err, ERR_USAGE, "%s:%zu: expected NAME=VALUE", path, line);
	return 0;
}

/* Variables, or secrets, as the command line gives them: files of them, and single ones. */
struct given {
	const struct texts *files;
	const struct named_texts *pairs;
	add_line add;
	struct str *texts;	/* of the files */
};

/* Reads the files; *most grows by what all of it can hold. */
static int read_given(struct setup *s, struct given *g, size_t *most, struct error *err)
{
	g->texts = arena_array(s->arena, g->files->count + 1, sizeof(*g->texts));
	if (!g->texts)
		return error_set_oom(err);
	*most += g->pairs->count;
	for (size_t i = 0; i < g->files->count; i++) {
		if (file_read(s->arena, g->files->items[i], limits_default.max_file_bytes,
			    &g->texts[i], err)) {
			err->code = ERR_USAGE;
			return -1;
		}
		*most += count_lines(g->texts[i]);
	}
	return 0;
}

static int add_given(struct setup *s, const struct given *g, struct injected *list,
	size_t *n, struct error *err)
{
	for (size_t i = 0; i < g->files->count; i++)
		if (read_lines(s, g->files->items[i], g->texts[i], list, n, g->add, err))
			return -1;
	for (size_t i = 0; i < g->pairs->count; i++)
		if (g->add(s, list, n, g->pairs->items[i].name,
			    str_from(g->pairs->items[i].value), err))
			return -1;
	return 0;
}

/* All variables in the order in which later ones win: files, then the command line; secrets among them. */
static int collect_variables(struct setup *s, struct error *err)
{
	const struct options *o = s->options;
	struct given all[] = { { &o->variables_files, &o->variables, add_variable, NULL },
		{ &o->secrets_files, &o->secrets, add_secret, NULL } };
	size_t most = 1, n = 0;
	for (size_t i = 0; i < ARRAY_SIZE(all); i++)
		if (read_given(s, &all[i], &most, err))
			return -1;
	struct injected *list = arena_array(s->arena, most, sizeof(*list));
	if (!list)
		return error_set_oom(err);
	for (size_t i = 0; i < ARRAY_SIZE(all); i++)
		if (add_given(s, &all[i], list, &n, err))
			return -1;
	s->config.variables = list;
	s->config.nvariables = n;
	return 0;
}

/* Passwords in URLs of connections and variables: known before the first event is made. */
static int learn_urls(struct setup *s, const struct named_texts *t, struct error *err)
{
	for (size_t i = 0; i < t->count; i++)
		if (secrets_learn_url(s->secrets, t->items[i].name,
			    str_from(t->items[i].value), err))
			return -1;
	return 0;
}

/* What the options of HTTP hold: a password, a proxy's, headers with secret names. */
static int learn_http(struct setup *s, const struct named_text *t, struct error *err)
{
	struct str value = str_from(t->value), name = value;
	if (str_is(t->name, "user")) {
		struct str user = str_cut(&value, ':');
		return value.p ?
			secrets_add_pair(s->secrets, STR("user"), user, value, err) :
			0;
	}
	if (!str_is(t->name, "header") && !str_is(t->name, "proxy-header"))
		return secrets_learn_url(s->secrets, t->name, value, err);
	name = str_cut(&value, ':');
	if (!value.p || !secrets_name_is_secret(s->secrets, str_trim(name)))
		return 0;
	return secrets_add(s->secrets, str_trim(name), str_trim(value), NULL, err);
}

static int learn_options(struct setup *s, struct error *err)
{
	const struct options *o = s->options;
	for (size_t i = 0; i < o->http.count; i++)
		if (learn_http(s, &o->http.items[i], err))
			return -1;
	for (size_t i = 0; i < o->variables.count; i++) {
		const struct named_text *v = &o->variables.items[i];
		if (secrets_name_is_secret(s->secrets, v->name) &&
			strlen(v->value) >= 8 &&
			secrets_add(s->secrets, v->name, str_from(v->value), NULL, err))
			return -1;
	}
	return 0;
}

/* A pin that no connection has would hold nothing back. */
static int check_pin_names(const struct setup *s, struct error *err)
{
	const struct options *o = s->options;
	for (size_t i = 0; i < o->pins.count; i++) {
		struct str name = o->pins.items[i].name;
		if (str_is(name, "base_url") || str_is(name, "database") ||
			str_is(name, "redis") || last_named(&o->connections, name))
			continue;
		error_set(err, ERR_USAGE, "--pin names '%.*s', which is no connection",
			STR_ARG(name));
		error_note(err,
			"pin base_url, database, redis, or a connection given with --connection");
		return -1;
	}
	return 0;
}

/* What the command line names is there before anything is sent. */
static int check_paths(const struct options *o, struct error *err)
{
	if (o->file_root && !file_is_directory(o->file_root))
		return error_set(err, ERR_USAGE,
			"option '--file-root' expects a folder that is there, but got '%s'",
			o->file_root);
	if (o->defaults_file && !file_exists(o->defaults_file))
		return error_set(err, ERR_USAGE,
			"option '--defaults-file' expects a file that is there, but got '%s'",
			o->defaults_file);
	return 0;
}

/* Which server speaks what is its probe's to say; that it is a URL of ours can be said now. The URL is not shown: it may hold a password. */
static int check_connections(const struct named_texts *t, struct error *err)
{
	static const struct str schemes[] = { STR_INIT("mysql://"), STR_INIT("mariadb://"),
		STR_INIT("redis://"), STR_INIT("rediss://"), STR_INIT("unix://") };
	for (size_t i = 0; i < t->count; i++) {
		size_t j = 0;
		while (j < ARRAY_SIZE(schemes) &&
			!str_starts_with(str_from(t->items[i].value), schemes[j]))
			j++;
		if (j < ARRAY_SIZE(schemes))
			continue;
		error_set(err, ERR_USAGE,
			"the connection '%.*s' is given something that starts with none of mysql://, mariadb://, redis://, rediss://, unix://",
			STR_ARG(t->items[i].name));
		error_note(err,
			"--connection NAME=mysql://USER:PASSWORD@HOST:PORT/DATABASE, NAME=redis://HOST:PORT/0");
		return -1;
	}
	return 0;
}

static int check_settings(struct setup *s, const struct registries *reg, struct error *err)
{
	if (check_paths(s->options, err) || check_connections(&s->options->connections, err))
		return -1;
	for (size_t i = 0; i < reg->nprobes; i++)
		if (reg->probes[i]->check_settings &&
			reg->probes[i]->check_settings(s->arena, &s->settings, err))
			return -1;
	return 0;
}

/* ---- tags, ids ---- */

static int collect_tags(struct setup *s, struct error *err)
{
	size_t most = 1;
	for (size_t i = 0; i < s->options->tags.count; i++)
		for (const char *p = s->options->tags.items[i]; *p; p++)
			most += *p == ',' ? 1 : 0;
	most += s->options->tags.count;
	struct str *any = arena_array(s->arena, most, sizeof(*any)),
		   *none = arena_array(s->arena, most, sizeof(*none));
	struct tag_filter *f = &s->config.tags;
	if (!any || !none)
		return error_set_oom(err);
	for (size_t i = 0; i < s->options->tags.count; i++) {
		struct str rest = str_from(s->options->tags.items[i]);
		while (rest.p) {
			struct str tag = str_trim(str_cut(&rest, ','));
			if (tag.n && tag.p[0] == '!')
				none[f->nnone++] = str_sub(tag, 1, SIZE_MAX);
			else if (tag.n)
				any[f->nany++] = tag;
		}
	}
	f->any = any;
	f->none = none;
	return 0;
}

struct ids {
	struct str *items;
	size_t count, cap;
};

static int add_id(struct setup *s, struct ids *ids, struct str id, struct error *err)
{
	if (ids->count == ids->cap)
		ids->items = arena_grow(
			s->arena, ids->items, ids->count, &ids->cap, sizeof(*ids->items));
	if (!ids->items)
		return error_set_oom(err);
	ids->items[ids->count++] = id;
	return 0;
}

static int keep_path(struct setup *s, struct str path, struct error *err)
{
	if (s->npaths == s->paths_cap)
		s->paths = arena_grow(
			s->arena, s->paths, s->npaths, &s->paths_cap, sizeof(*s->paths));
	const char *copy = arena_cstr(s->arena, path);
	if (!s->paths || !copy)
		return error_set_oom(err);
	s->paths[s->npaths++] = copy;
	return 0;
}

/* One that a record or a pattern adds, unless it is there already. */
static int add_path(struct setup *s, struct str path, struct error *err)
{
	for (size_t i = 0; i < s->npaths; i++)
		if (str_is(path, s->paths[i]))
			return 0;
	return keep_path(s, path, err);
}

static const char *const suffixes[] = { ".hurl", ".suite", ".sql", NULL };

static int add_glob(struct setup *s, const char *pattern, struct error *err)
{
	const char *const *files;
	size_t n;
	if (glob_files(s->arena, pattern, suffixes, limits_default.max_includes, &files, &n, err)) {
		err->code = ERR_USAGE;
		return -1;
	}
	if (!n) {
		error_set(err, ERR_USAGE, "no suite fits --glob '%s'", pattern);
		error_note(err,
			"suites are called NAME.suite, NAME.hurl or NAME.sql; quote the pattern from the shell");
		return -1;
	}
	for (size_t i = 0; i < n; i++)
		if (add_path(s, str_from(files[i]), err))
			return -1;
	return 0;
}

static int bad_record(const char *path, size_t line, struct error *err)
{
	char cause[sizeof(err->message)];
	snprintf(cause, sizeof(cause), "%s", err->message);
	error_set(err, ERR_USAGE, "'%s' is no record of a run: line %zu: %s", path, line, cause);
	error_note(err, "--failed-from takes what --report jsonl=FILE wrote");
	return -1;
}

/* The events of a record, folded; its torn last line is ignored. */
static int fold_record(struct setup *s, const char *path, struct results_fold *fold,
	struct arena *scratch, struct error *err)
{
	const struct arena_mark start = arena_mark(scratch);
	struct str text, run_id;
	if (file_read(s->arena, path, limits_default.max_body_bytes, &text, err)) {
		err->code = ERR_USAGE;
		return -1;
	}
	for (size_t line = 1; text.p; line++) {
		struct str event = str_cut(&text, '\n');
		struct event e;
		int rc = 1;
		if (text.p && !str_is_empty(event))
			rc = event_read(scratch, event, &e, &run_id, err);
		if (rc < 0 || (!rc && results_add(fold, &e, err)))
			return bad_record(path, line, err);
		arena_rewind(scratch, start);
	}
	return 0;
}

/* What is red, and where no path is named, the paths of that run. */
static int take_record(struct setup *s, const struct results *r, const char *path,
	struct ids *ids, struct error *err)
{
	if (!r->ncases) {
		error_set(err, ERR_USAGE, "the record '%s' holds no test case", path);
		error_note(err, "that run ended before it began: run the suites as a whole");
		return -1;
	}
	for (size_t i = 0; i < r->ncases; i++)
		if (status_is_red(r->cases[i].status) &&
			add_id(s, ids, arena_str(s->arena, r->cases[i].planned.id), err))
			return -1;
	bool named = s->options->paths.count || s->options->globs.count;
	for (size_t i = 0; !named && i < r->run.paths.count; i++)
		if (add_path(s, r->run.paths.items[i], err))
			return -1;
	return 0;
}

static int add_failed(
	struct setup *s, struct ids *ids, const char *path, struct error *err)
{
	struct arena scratch;
	struct results_fold *fold = results_new(err);
	if (!fold)
		return -1;
	arena_init(&scratch, limits_default.max_attempt_arena);
	int rc = fold_record(s, path, fold, &scratch, err) ||
			take_record(s, results_get(fold), path, ids, err) ?
		-1 :
		0;
	arena_release(&scratch);
	results_free(fold);
	return rc;
}

/* Nothing red in the record means that nothing is to be run, not everything. */
int setup_select(struct setup *s, struct error *err)
{
	struct ids ids = { 0 };
	const struct options *o = s->options;
	for (size_t i = 0; i < o->paths.count; i++)
		if (keep_path(s, str_from(o->paths.items[i]), err))
			return -1;
	for (size_t i = 0; i < o->globs.count; i++)
		if (add_glob(s, o->globs.items[i], err))
			return -1;
	for (size_t i = 0; i < o->ids.count; i++)
		if (add_id(s, &ids, str_from(o->ids.items[i]), err))
			return -1;
	for (size_t i = 0; i < o->failed_from.count; i++)
		if (add_failed(s, &ids, o->failed_from.items[i], err))
			return -1;
	if (o->failed_from.count && !ids.count && add_id(s, &ids, STR("-"), err))
		return -1;
	s->config.ids = ids.items;
	s->config.nids = ids.count;
	return 0;
}

/* ---- what `again` lines repeat ---- */

/* Secrets are masked where the line is shown. */
static int collect_rerun_words(struct setup *s, struct error *err)
{
	const struct texts *again = &s->options->again;
	struct str *words = arena_array(s->arena, again->count + 1, sizeof(*words));
	if (!words)
		return error_set_oom(err);
	for (size_t i = 0; i < again->count; i++)
		words[i] = str_from(again->items[i]);
	s->config.rerun_words = words;
	s->config.nrerun_words = again->count;
	return 0;
}

/* ---- the whole ---- */

static int collect_kinds(struct setup *s, const struct registries *reg, struct error *err)
{
	const struct kind **items = arena_array(
		s->arena, reg->nprobes + 1, sizeof(*items));
	if (!items)
		return error_set_oom(err);
	for (size_t i = 0; i < reg->nprobes; i++)
		items[i] = &reg->probes[i]->syntax;
	items[reg->nprobes] = &run_kind;
	s->kinds = (struct kinds){ .items = items, .count = reg->nprobes + 1 };
	return 0;
}

static enum jsonpath_mode jsonpath_of(const char *mode)
{
	if (!mode || !strcmp(mode, "7"))
		return JSONPATH_7;
	return strcmp(mode, "8") ? JSONPATH_LIST : JSONPATH_8;
}

/* Sortable by time, different on every host: 20261124T031500Z-7f3a. */
static int make_run_id(struct setup *s, struct error *err)
{
	char uuid[37];
	struct strbuf sb;
	if (!encode_new_uuid(uuid))
		return error_set(
			err, ERR_INTERNAL, "the system's random generator failed");
	strbuf_init(&sb, sizeof(s->run_id));
	clock_format(&sb, clock_wall_us(&clock_system), -1);
	strbuf_addf(&sb, "-%.4s", uuid);
	snprintf(s->run_id, sizeof(s->run_id), "%s", strbuf_cstr(&sb));
	strbuf_release(&sb);
	return 0;
}

static void fill_config(struct setup *s, const struct registries *reg)
{
	const struct options *o = s->options;
	s->settings = (struct settings){
		.env = setting_env,
		.url = setting_url,
		.pin = setting_pin,
		.ctx = s,
		.defaults_file = o->defaults_file,
		.run_id = s->run_id,
		.http_default = setting_http,
		.http_default_at = setting_http_at,
	};
	s->config = (struct run_config){
		.limits = &limits_default,
		.clock = &clock_system,
		.settings = &s->settings,
		.secrets = s->secrets,
		.probes = reg->probes,
		.nprobes = reg->nprobes,
		.kinds = &s->kinds,
		.run_kind = &run_kind,
		.jsonpath = jsonpath_of(o->jsonpath_mode),
		.file_root = o->file_root,
		.from_entry = o->from_entry,
		.to_entry = o->to_entry,
		.allow_write = o->allow_write,
		.read_only = o->read_only,
		.fail_fast = o->fail_fast,
		.continue_on_error = o->continue_on_error,
		.no_assert = o->no_assert,
		.no_batch = o->no_batch,
		.jobs = o->jobs,
		.retry = o->retry,
		.retry_interval_us = o->retry_interval_us,
		.delay_us = o->delay_us,
		.max_time_us = o->max_time_us,
	};
}

int setup_begin(struct setup *s, const struct options *o, const struct registries *reg,
	struct error *err)
{
	*s = (struct setup){ .options = o, .arena = o->arena };
	s->secrets = secrets_new(err);
	if (!s->secrets || make_run_id(s, err))
		return -1;
	fill_config(s, reg);
	return 0;
}

int setup_init(struct setup *s, const struct registries *reg, struct error *err)
{
	const struct options *o = s->options;
	for (size_t i = 0; i < o->shown.count; i++)
		if (secrets_show(s->secrets, str_from(o->shown.items[i]), err))
			return -1;
	if (collect_kinds(s, reg, err) || join_targets(s, err) ||
		learn_urls(s, &o->connections, err) ||
		learn_urls(s, &o->variables, err) || learn_options(s, err) ||
		check_pin_names(s, err) || collect_variables(s, err) ||
		check_settings(s, reg, err) || collect_tags(s, err) ||
		collect_rerun_words(s, err))
		return -1;
	return library_init(&s->library, s->arena, &s->config, err);
}

void setup_release(struct setup *s)
{
	library_release(&s->library);
	secrets_free(s->secrets);
	s->secrets = NULL;
}

/* ---- files ---- */

struct roots {
	const struct loaded **items;
	bool *from_folder;
	size_t count, cap, flags_cap;
	bool failed;
};

static void add_root(
	struct setup *s, struct roots *r, const struct loaded *f, bool from_folder)
{
	if (!f) {
		r->failed = true;
		return;
	}
	if (r->count == r->cap)
		r->items = arena_grow(
			s->arena, r->items, r->count, &r->cap, sizeof(*r->items));
	if (r->count == r->flags_cap)
		r->from_folder = arena_grow(
			s->arena, r->from_folder, r->count, &r->flags_cap, sizeof(bool));
	if (!r->items || !r->from_folder) {
		struct error err = { 0 };
		error_set_oom(&err);
		error_list_add(&s->library.errors, &err);
		r->failed = true;
		return;
	}
	r->from_folder[r->count] = from_folder;
	r->items[r->count++] = f;
}

static int no_input(struct setup *s)
{
	struct error err = { 0 };
	error_set(&err, ERR_USAGE, "no file was named");
	error_note(
		&err, "postflight run suites/gate.suite; postflight --help tells more");
	error_list_add(&s->library.errors, &err);
	return -1;
}

static void load_stdin(struct setup *s, struct roots *r)
{
	struct error err = { 0 };
	struct str text;
	if (file_read_fd(s->arena, STDIN_FILENO, "standard input",
		    limits_default.max_file_bytes, &text, &err)) {
		err.code = ERR_USAGE;
		error_list_add(&s->library.errors, &err);
		r->failed = true;
		return;
	}
	if (!s->npaths && str_is_empty(str_trim(text))) {
		(void)no_input(s); /* the error is in the list */
		r->failed = true;
		return;
	}
	add_root(s, r, library_load_text(&s->library, "-", text, FILE_SUITE), false);
}

/* Green because nothing was there to check: a gate must not be that. */
static void no_suites(struct setup *s, struct roots *r, const char *path)
{
	struct error err = { 0 };
	error_set(&err, ERR_USAGE, "no suite lies in the folder '%s'", path);
	error_note(&err, "suites are called NAME.suite, NAME.hurl or NAME.sql");
	error_list_add(&s->library.errors, &err);
	r->failed = true;
}

static void load_folder(struct setup *s, struct roots *r, const char *path)
{
	struct error err = { 0 };
	const char *const *files;
	size_t n;
	if (file_walk(s->arena, path, suffixes, limits_default.max_includes, &files, &n,
		    &err)) {
		err.code = ERR_USAGE;
		error_list_add(&s->library.errors, &err);
		r->failed = true;
		return;
	}
	if (!n)
		no_suites(s, r, path);
	for (size_t i = 0; i < n; i++)
		add_root(s, r, library_load(&s->library, files[i], NULL, SPAN(0, 0)),
			true);
}

static void load_path(struct setup *s, struct roots *r, const char *path)
{
	if (!strcmp(path, "-"))
		load_stdin(s, r);
	else if (file_is_directory(path))
		load_folder(s, r, path);
	else
		add_root(s, r, library_load(&s->library, path, NULL, SPAN(0, 0)), false);
}

/* What another file of the run RUNs is not run again by itself, unless it was named. */
static void drop_run_by_others(struct setup *s, struct roots *r)
{
	size_t kept = 0;
	for (size_t i = 0; i < r->count; i++)
		if (!r->from_folder[i] ||
			!library_is_run_by_another(&s->library, r->items[i]))
			r->items[kept++] = r->items[i];
	r->count = kept;
}

/* --repeat: the list as a whole, again and again; each time its cases are others. */
static void repeat_roots(struct setup *s, struct roots *r)
{
	size_t n = r->count;
	for (size_t times = s->options->repeat; times > 1 && !r->failed; times--)
		for (size_t i = 0; i < n && !r->failed; i++)
			add_root(s, r, r->items[i], false);
}

int setup_load(struct setup *s)
{
	struct roots r = { 0 };
	if (!s->npaths && isatty(STDIN_FILENO))
		return no_input(s);
	if (!s->npaths)
		load_stdin(s, &r);
	for (size_t i = 0; i < s->npaths; i++)
		load_path(s, &r, s->paths[i]);
	if (r.failed)
		return -1;
	drop_run_by_others(s, &r);
	repeat_roots(s, &r);
	if (r.failed)
		return -1;
	s->roots = r.items;
	s->nroots = r.count;
	return plan_make(&s->library, r.items, r.count, &s->plan);
}

bool setup_reads_stdin(const struct setup *s)
{
	for (size_t i = 0; i < s->npaths; i++)
		if (!strcmp(s->paths[i], "-"))
			return true;
	return !s->npaths;
}

int setup_exit_status(const struct setup *s)
{
	for (size_t i = 0; i < s->library.errors.count; i++)
		if (s->library.errors.items[i].code != ERR_USAGE)
			return EXIT_PARSE;
	return EXIT_USAGE;
}

void setup_print_errors(
	const struct setup *s, const struct error_list *l, const char *word)
{
	for (size_t i = 0; i < l->count; i++) {
		struct strbuf sb;
		strbuf_init(&sb, 65536);
		error_print(&sb, &l->items[i]);
		struct str text = strbuf_failed(&sb) ?
			(struct str){ 0 } :
			secrets_mask(s->secrets, s->arena, strbuf_str(&sb));
		if (!text.p)
			text = STR("error: out of memory\n");
		if (str_starts_with(text, STR("error:")))
			text = str_sub(text, strlen("error"), SIZE_MAX);
		fprintf(stderr, "%s%.*s\n", word, STR_ARG(text));
		strbuf_release(&sb);
	}
	if (l->dropped)
		fprintf(stderr, "... and %zu more\n", l->dropped);
	struct error lost = { 0 };
	if (l->out_of_memory) {
		(void)error_set_arena(&lost, l->arena, "what these files say");
		fprintf(stderr, "error: %s\n", lost.message);
	}
}
