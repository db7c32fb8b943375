#include "probes/git.h"

#include <unistd.h>

#include "probes/entry_path.h"
#include "probes/git_files.h"
#include "probes/process.h"

#define MAX_TIME_US (60ull * 1000 * 1000)
#define OUTPUT_BYTES ((size_t)16 * 1024 * 1024)
#define COMPLAINT_BYTES ((size_t)4096)
#define NO_SUCH_PROGRAM 127

static const struct response_row responses[] = {
	{ .word = "COMMIT",
		.form = RESPONSE_NONE,
		.query = QUERY_COMMIT,
		.extension = true,
		.help = "there is a repository, and a commit is checked out" },
};

static int prepare(const struct prepare_env *env, const struct entry *e, struct prepared *ret,
	struct error_list *errors)
{
	struct error err;

	if (entry_path_check(env, e, "the path of a working tree", &err)) {
		error_list_add(errors, &err);
		return -1;
	}
	*ret = (struct prepared){ .max_time_us = MAX_TIME_US };
	return 0;
}

/* ---- git itself ---- */

struct asking {
	struct probe_run *run;
	const char *path;
	struct git_head head;
	bool clean;
	uint64_t began_us;
};

/* Our environment without git's own variables, which would lead it elsewhere; its texts untranslated. */
static const char *const *environment(struct arena *a)
{
	const char **env;
	size_t n = 0;
	size_t kept = 0;

	while (environ[n])
		n++;
	env = arena_array(a, n + 2, sizeof(*env));
	for (size_t i = 0; env && i < n; i++)
		if (strncmp(environ[i], "GIT_", 4) && strncmp(environ[i], "LC_ALL=", 7))
			env[kept++] = environ[i];
	if (env)
		env[kept++] = "LC_ALL=C";
	return env;
}

static int explain(const struct asking *a, int status, struct str complaint, struct error *err)
{
	if (status == NO_SUCH_PROGRAM) {
		error_note(err, "`clean`, and a `tag` whose object is in a pack, are asked of git: install it");
		return -1;
	}
	return error_set(err, ERR_FILE, "git ended with status %d in '%s': %.*s", status, a->path,
		STR_ARG(str_sub(str_trim(complaint), 0, 400)));
}

/*
 * Runs git in the path. No lock is taken and nothing is written, and no program that the repository's
 * configuration names is started.
 */
static int ask_git(const struct asking *a, const char *const *words, struct strbuf *out, struct error *err)
{
	static const char *const first[] = { "git", "--no-optional-locks", "-c", "core.fsmonitor=false", "-C" };
	const char *argv[16] = { NULL };
	struct strbuf complaint;
	struct process p = { .argv = argv, .out = out, .complaint = &complaint };
	size_t n = 0;
	int status = 0;

	p.env = environment(a->run->arena);
	if (!p.env)
		return error_set_oom(err);
	for (size_t i = 0; i < ARRAY_SIZE(first); i++)
		argv[n++] = first[i];
	argv[n++] = a->path;
	for (; *words; words++)
		argv[n++] = *words;
	assert(n < ARRAY_SIZE(argv));
	strbuf_init(&complaint, COMPLAINT_BYTES);
	int rc = process_run(&p, &a->run->deadline, &status, err);
	if ((rc && status == NO_SUCH_PROGRAM) || (!rc && status))
		rc = explain(a, status, strbuf_str(&complaint), err);
	strbuf_release(&complaint);
	return rc;
}

static int ask_clean(struct asking *a, struct error *err)
{
	static const char *const words[] = { "status", "--porcelain", "--ignore-submodules=none", NULL };
	struct strbuf out;

	strbuf_init(&out, OUTPUT_BYTES);
	int rc = ask_git(a, words, &out, err);
	a->clean = str_is_empty(str_trim(strbuf_str(&out)));
	strbuf_release(&out);
	return rc;
}

/* The first in byte order, as git_read_head() chooses it. */
static int take_tags(struct asking *a, struct str names, struct error *err)
{
	struct str best = a->head.tag;

	while (names.p) {
		struct str name = str_trim(str_cut(&names, '\n'));

		if (name.n && (!best.p || str_cmp(name, best) < 0))
			best = name;
	}
	a->head.tag = arena_str(a->run->arena, best);
	return best.p && !a->head.tag.p ? error_set_oom(err) : 0;
}

static int ask_tag(struct asking *a, struct error *err)
{
	const char *const words[] = { "tag", "--points-at",
		arena_cstr(a->run->arena, a->head.commit), NULL };
	struct strbuf out;

	if (!words[2])
		return error_set_oom(err);
	strbuf_init(&out, OUTPUT_BYTES);
	int rc = ask_git(a, words, &out, err) || take_tags(a, strbuf_str(&out), err) ? -1 : 0;
	strbuf_release(&out);
	return rc;
}

/* ---- what was seen ---- */

static const struct value *text_value(struct arena *a, struct str s)
{
	return s.n ? value_string(a, s) : NULL;
}

static const struct value *tree_of(struct asking *a)
{
	struct arena *arena = a->run->arena;
	struct value_object_builder b = { 0 };
	bool want_clean = a->run->items[0].needs & NEED_CLEAN;
	uint64_t took_us = clock_mono_us(a->run->clock) - a->began_us;

	value_object_add_opt(arena, &b, STR("branch"), text_value(arena, a->head.branch));
	value_object_add_opt(arena, &b, STR("commit"), text_value(arena, a->head.commit));
	value_object_add_opt(arena, &b, STR("tag"), text_value(arena, a->head.tag));
	value_object_add_opt(arena, &b, STR("clean"), want_clean ? value_bool(a->clean) : NULL);
	value_object_add(arena, &b, STR("duration"), value_uint(arena, took_us / 1000));
	return value_object_finish(arena, &b);
}

static int show(struct asking *a, struct error *err)
{
	struct str *words = arena_array(a->run->arena, 5, sizeof(*words));

	if (!words)
		return error_set_oom(err);
	words[0] = STR("git");
	words[1] = STR("-C");
	words[2] = str_from(a->path);
	words[3] = STR("status");
	words[4] = STR("--branch");
	a->run->repro = (struct repro){ .tool = "git", .words = words, .nwords = 5 };
	a->run->exchange = (struct ev_exchange){ .protocol = STR("file"), .url = str_from(a->path) };
	a->run->has_exchange = true;
	return 0;
}

static int look(struct asking *a, struct error *err)
{
	const unsigned needs = a->run->items[0].needs;

	if (git_read_head(a->run->arena, a->path, needs & NEED_TAG, &a->head, err))
		return -1;
	if (!a->head.commit.n) {
		error_set(err, ERR_FILE, "the branch '%.*s' of the repository at '%s' has no commit yet",
			STR_ARG(str_sub(a->head.branch, 0, 200)), a->path);
		return -1;
	}
	if ((needs & NEED_TAG) && !a->head.tag_is_sure && ask_tag(a, err))
		return -1;
	return (needs & NEED_CLEAN) ? ask_clean(a, err) : 0;
}

static int perform(struct probe_run *run, struct error *err)
{
	struct asking a = { .run = run, .began_us = clock_mono_us(run->clock) };
	struct observation o = { 0 };

	if (entry_path_expand(run, &a.path, err) || show(&a, err) || look(&a, err))
		return -1;
	o.tree = tree_of(&a);
	if (!o.tree || arena_failed(run->arena))
		return error_set_oom(err);
	run->exchange.sample = o.tree;
	return run->observed(run, 0, &o, err);
}

const struct probe_kind git_probe = {
	.syntax = {
		.word = "GIT",
		.first = FIRST_PATH,
		.body = BODY_ALLOWED_NONE,
		.observes = OBSERVES_GIT,
		.responses = responses,
		.nresponses = ARRAY_SIZE(responses),
		.help = "what is checked out in a working tree: branch, commit, tag, clean",
	},
	.batch_max = 1,
	.prepare = prepare,
	.perform = perform,
};
