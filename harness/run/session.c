#include "harness/run/session.h"

#include "harness/base/mem.h"

/* A connection of this session. */
struct link {
	struct link *next;
	const struct connection_kind *kind;
	struct str name; /* owned */
	const char *url; /* what it was opened with; NULL: environment */
	bool writing;
	bool told; /* its `target` event was sent */
	void *handle; /* NULL: not open now */
};

/* The meaning of a name inside a RUN. */
struct url_override {
	struct url_override *next;
	struct str name;
	char *url; /* owned, as is name.p */
};

struct session {
	struct session_env env;
	struct scope *scope;
	struct link *links;
	struct url_override *overrides;
};

struct session *session_new(const struct session_env *env, struct error *err)
{
	struct session *s = mem_calloc(1, sizeof(*s));
	if (!s) {
		error_set_oom(err);
		return NULL;
	}
	s->env = *env;
	s->scope = scope_new(NULL, err);
	bool bad = !s->scope;
	for (size_t i = 0; !bad && i < env->config->nvariables; i++)
		bad = scope_set(s->scope, env->config->variables[i].name,
			env->config->variables[i].value, err);
	if (!bad)
		return s;
	session_free(s);
	return NULL;
}

static void close_link(struct link *l)
{
	if (l->handle)
		l->kind->close(l->handle);
	l->handle = NULL;
}

void session_free(struct session *s)
{
	if (!s)
		return;
	while (s->links) {
		struct link *l = s->links;
		s->links = l->next;
		close_link(l);
		mem_free((char *)l->name.p);
		mem_free(l);
	}
	while (s->overrides)
		session_pop_url(s);
	scope_free(s->scope);
	mem_free(s);
}

struct scope *session_scope(struct session *s)
{
	return s->scope;
}

struct watch *session_watch(const struct session *s)
{
	return s->env.watch;
}

const struct settings *session_settings(const struct session *s)
{
	return s->env.config->settings;
}

/* ---- names ---- */

static char *copy_text(struct str s)
{
	char *p = mem_alloc(s.n + 1);
	if (p) {
		if (s.n)
			memcpy(p, s.p, s.n);
		p[s.n] = '\0';
	}
	return p;
}

int session_push_url(
	struct session *s, struct str name, struct str url, struct error *err)
{
	struct url_override *o = mem_calloc(1, sizeof(*o));
	char *n = copy_text(name), *u = copy_text(url);
	if (!o || !n || !u) {
		mem_free(o);
		mem_free(n);
		mem_free(u);
		return error_set_oom(err);
	}
	*o = (struct url_override){
		.next = s->overrides, .name = str_make(n, name.n), .url = u
	};
	s->overrides = o;
	return 0;
}

/* Links opened under the override go with it: their URL would dangle. */
void session_pop_url(struct session *s)
{
	struct url_override *o = s->overrides;
	for (struct link **at = &s->links; *at;) {
		struct link *l = *at;
		if (l->url != o->url) {
			at = &l->next;
			continue;
		}
		*at = l->next;
		close_link(l);
		mem_free((char *)l->name.p);
		mem_free(l);
	}
	s->overrides = o->next;
	mem_free((char *)o->name.p);
	mem_free(o->url);
	mem_free(o);
}

/* The oldest first, so that the innermost is found first again. */
static int copy_urls(struct session *to, const struct url_override *o, struct error *err)
{
	if (!o)
		return 0;
	return copy_urls(to, o->next, err) ||
			session_push_url(to, o->name, str_from(o->url), err) ?
		-1 :
		0;
}

struct session *session_fork(const struct session *s, void *ctx, struct error *err)
{
	struct session_env env = s->env;
	env.ctx = ctx;
	struct session *fork = session_new(&env, err);
	if (!fork)
		return NULL;
	if (!copy_urls(fork, s->overrides, err))
		return fork;
	session_free(fork);
	return NULL;
}

static const char *url_of(const struct session *s, struct str name)
{
	for (const struct url_override *o = s->overrides; o; o = o->next)
		if (str_eq(o->name, name))
			return o->url;
	const struct settings *settings = s->env.config->settings;
	return settings->url(settings->ctx, name);
}

/* ---- opening ---- */

static struct connection_env env_of(const struct session *s,
	const struct connection_kind *kind, struct str name, bool writing,
	const struct deadline *deadline)
{
	const struct run_config *c = s->env.config;
	struct str full = name.n ? name : str_from(kind->default_name);
	struct connection_env env = {
		.settings = c->settings,
		.limits = c->limits,
		.clock = c->clock,
		.secrets = c->secrets,
		.watch = s->env.watch,
		.name = full,
		.url = url_of(s, full),
		.read_only = !writing,
	};
	if (deadline)
		env.deadline = *deadline;
	return env;
}

bool session_is_configured(struct session *s, const struct connection_kind *kind,
	struct str name, struct error *err)
{
	const struct connection_env env = env_of(s, kind, name, false, NULL);
	return !kind->configured || kind->configured(&env, err);
}

static struct link *find_link(const struct session *s, const struct connection_kind *kind,
	const struct connection_env *env)
{
	for (struct link *l = s->links; l; l = l->next)
		if (l->kind == kind && str_eq(l->name, env->name) && l->url == env->url &&
			l->writing == !env->read_only)
			return l;
	return NULL;
}

static struct link *add_link(struct session *s, const struct connection_kind *kind,
	const struct connection_env *env)
{
	struct link *l = mem_calloc(1, sizeof(*l));
	char *name = copy_text(env->name);
	if (!l || !name) {
		mem_free(l);
		mem_free(name);
		return NULL;
	}
	*l = (struct link){ .next = s->links,
		.kind = kind,
		.name = str_make(name, env->name.n),
		.url = env->url,
		.writing = !env->read_only };
	s->links = l;
	return l;
}

/* A precious connection that was lost cannot be had again: what it held is gone. */
static int lost_precious(const struct link *l, struct error *err)
{
	error_set(err, ERR_CONNECT,
		"connection '%.*s' was lost, and what it held with it", STR_ARG(l->name));
	error_note(err,
		"a subscription or transaction ends with its connection; run the suite again");
	return -1;
}

/* The reading and the writing connection of a name are one target. */
static bool is_told(const struct session *s, const struct link *l)
{
	for (const struct link *other = s->links; other; other = other->next)
		if (other->told && other->kind == l->kind &&
			str_eq(other->name, l->name) && other->url == l->url)
			return true;
	return false;
}

static void tell_opened(struct session *s, struct link *l)
{
	if (is_told(s, l) || !l->kind->external || !l->kind->info)
		return;
	l->told = true;
	s->env.opened(s->env.ctx, l->name, l->kind->info(l->handle));
}

static int open_link(struct session *s, struct link *l, const struct connection_env *env,
	struct error *err)
{
	if (l->handle && l->kind->alive && !l->kind->alive(l->handle)) {
		if (l->kind->precious && l->kind->precious(l->handle))
			return lost_precious(l, err);
		close_link(l);
	}
	if (l->handle)
		return 0;
	if (l->kind->open(env, &l->handle, err)) {
		l->handle = NULL;
		return -1;
	}
	tell_opened(s, l);
	return 0;
}

static int get_link(struct session *s, const struct connection_kind *kind,
	struct str name, bool writing, const struct deadline *deadline, struct link **ret,
	struct error *err)
{
	const struct connection_env env = env_of(s, kind, name, writing, deadline);
	struct link *l = find_link(s, kind, &env);
	if (!l && kind->configured && !kind->configured(&env, err))
		return -1;
	if (!l && !(l = add_link(s, kind, &env)))
		return error_set_oom(err);
	if (open_link(s, l, &env, err))
		return -1;
	*ret = l;
	return 0;
}

int session_connection(struct probe_run *run, const struct connection_kind *kind,
	struct str name, bool writing, void **ret, struct error *err)
{
	struct link *l;
	if (get_link(run->session, kind, name, writing, &run->deadline, &l, err))
		return -1;
	*ret = l->handle;
	return 0;
}

void session_drop_connection(struct probe_run *run, const struct connection_kind *kind,
	struct str name, bool writing)
{
	const struct connection_env env = env_of(run->session, kind, name, writing, NULL);
	struct link *l = find_link(run->session, kind, &env);
	if (l)
		close_link(l);
}

int session_info(struct session *s, const struct connection_kind *kind, struct str name,
	const struct deadline *deadline, const struct connection_info **ret,
	struct error *err)
{
	struct link *l;
	if (get_link(s, kind, name, false, deadline, &l, err))
		return -1;
	*ret = kind->info(l->handle);
	return 0;
}
