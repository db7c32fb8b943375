#include "harness/run/pins.h"

#include "harness/run/session.h"

#define LOOK_UP_US 10000000u

static void not_told(void *ctx, struct str name, const struct connection_info *info)
{
	(void)ctx;
	(void)name;
	(void)info;
}

static struct str name_of(const struct plan_case *c)
{
	struct str name = c->unit->prepared.connection;
	return name.n ? name : str_from(c->unit->probe->connection->default_name);
}

static bool is_pinned(const struct run_config *config, const struct plan_case *c)
{
	const struct probe_kind *p = c->unit->probe;
	if (c->skip_kind.p || !p || !p->connection || !p->connection->external)
		return false;
	return config->settings->pin(config->settings->ctx, name_of(c)) != NULL;
}

/* The session keeps it open, so that the next case of that name costs nothing. */
static int check_case(const struct run_config *config, struct session *session,
	struct watch *watch, const struct plan_case *c, struct error *err)
{
	const struct deadline d = deadline_in(
		config->clock, LOOK_UP_US, watch_cancel(watch), watch_quit(watch));
	const struct connection_info *info;
	struct error failure = { 0 };
	if (!session_info(session, c->unit->probe->connection, name_of(c), &d, &info,
		    &failure) ||
		failure.code != ERR_USAGE)
		return 0;
	*err = failure;
	error_place(err, c->unit->entry->source, c->unit->entry->span);
	return -1;
}

static int check_file(const struct run_config *config, struct session *session,
	struct watch *watch, const struct plan_file *f, struct error *err)
{
	for (size_t i = 0; i < f->ncases; i++)
		if (is_pinned(config, &f->cases[i]) &&
			check_case(config, session, watch, &f->cases[i], err))
			return -1;
	return 0;
}

static bool any_pinned(const struct run_config *config, const struct plan *plan)
{
	for (size_t i = 0; i < plan->nfiles; i++)
		for (size_t j = 0; j < plan->files[i]->ncases; j++)
			if (is_pinned(config, &plan->files[i]->cases[j]))
				return true;
	return false;
}

int pins_check(const struct run_config *config, const struct plan *plan,
	struct watch *watch, struct error *err)
{
	const struct session_env env = {
		.config = config, .watch = watch, .opened = not_told
	};
	if (!any_pinned(config, plan))
		return 0;
	struct session *session = session_new(&env, err);
	int bad = session ? 0 : -1;
	for (size_t i = 0; i < plan->nfiles && !bad; i++)
		bad = check_file(config, session, watch, plan->files[i], err);
	session_free(session);
	return bad;
}

/* ---- base_url ---- */

/* HTTP has no settings of its own: what it is asked is the entry's URL. */
static bool is_http(const struct plan_case *c)
{
	const struct probe_kind *p = c->unit->probe;
	return !c->skip_kind.p && p && p->connection && !p->connection->external;
}

static const struct plan_case *first_http_case(const struct plan *plan)
{
	for (size_t i = 0; i < plan->nfiles; i++)
		for (size_t j = 0; j < plan->files[i]->ncases; j++)
			if (is_http(&plan->files[i]->cases[j]))
				return &plan->files[i]->cases[j];
	return NULL;
}

static int unguarded(const char *pin, const struct plan_case *c, struct error *err)
{
	const struct entry *e = c->unit->entry;
	error_at(err, ERR_USAGE, e->source, e->span,
		"base_url is pinned to '%s', and nothing sets base_url", pin);
	error_note(err,
		"the pin would guard nothing: begin the URLs with {{base_url}} and give it with --variable base_url=URL, or leave the pin out");
	return -1;
}

int pins_check_base_url(const struct run_config *config, const struct plan *plan,
	const struct scope *known, struct error *err)
{
	const char *pin = config->settings->pin(config->settings->ctx, STR("base_url"));
	const struct value *url = scope_get(known, STR("base_url"));
	const struct plan_case *http = pin && !url ? first_http_case(plan) : NULL;
	if (http && !plan_may_set(plan, STR("base_url")))
		return unguarded(pin, http, err);
	if (!pin || !url || pins_url_fits(url->text, pin))
		return 0;
	error_set(err, ERR_USAGE, "base_url is pinned to '%s', but it is '%.*s'", pin,
		STR_ARG(url->text));
	error_note(err, "this run would judge another server; nothing was sent");
	return -1;
}

bool pins_url_fits(struct str url, const char *pin)
{
	struct str wanted = str_from(pin);
	if (!str_starts_with(url, wanted))
		return false;
	return url.n == wanted.n || strchr("/?#", url.p[wanted.n]) != NULL;
}
