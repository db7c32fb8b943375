#include "probes/http.h"

#include "probes/http_curl.h"
#include "probes/http_defaults.h"
#include "probes/http_observe.h"
#include "probes/http_race.h"
#include "probes/http_spec.h"
#include "probes/http_url.h"

/* One perform: what all steps share. */
struct http_run {
	struct probe_run *run;
	const struct entry *entry;
	struct http_client *client;
	struct http_call call;
	struct http_options options;
	struct http_request first, now; /* of the chain of redirects */
	bool foreign; /* the chain has left the first origin: credentials stay behind */
	struct http_chain chain;
	struct http_response response;
};

static int http_prepare(const struct prepare_env *env, const struct entry *e,
	struct prepared *ret, struct error_list *errors)
{
	return http_spec_prepare(env, e, ret, errors);
}

/* ---- redirects ------------------------------------------------------------------------------- */

static const struct http_header *redirect_target(const struct http_run *h)
{
	if (!h->options.location || h->response.status < 300 || h->response.status > 399)
		return NULL;
	return http_headers_find(&h->response.headers, STR("Location"));
}

static int remember_hop(struct http_run *h, struct str url, struct error *err)
{
	struct arena *a = h->run->arena;
	const struct value **items = arena_grow(
		a, h->chain.items, h->chain.count, &h->chain.cap, sizeof(*items));
	const struct value *hop = value_redirect(a, url, h->response.status);
	if (!items || !hop)
		return error_set_oom(err);
	h->chain.items = items;
	h->chain.items[h->chain.count++] = hop;
	return 0;
}

static int next_hop(
	struct http_run *h, const struct http_header *location, struct error *err)
{
	struct str url;
	if (h->options.max_redirs >= 0 &&
		h->chain.count >= (uint64_t)h->options.max_redirs) {
		(void)error_set(err, ERR_PROTOCOL,
			"more than %lld redirects (option max-redirs), the last one to '%.*s'",
			(long long)h->options.max_redirs,
			STR_ARG(str_sub(location->value, 0, 300)));
		return -1;
	}
	if (http_url_resolve(h->run->arena, h->now.url, location->value, &url, err)) {
		error_context(err, "the redirect of the answer");
		return -1;
	}
	if (remember_hop(h, url, err))
		return -1;
	if (!h->options.location_trusted && !http_url_same_origin(h->first.url, url))
		h->foreign = true;
	return http_request_redirect(h->run->arena, &h->now, h->response.status, url,
		!h->foreign, &h->now, err);
}

/* Transfers until an answer is the last one. */
static int follow(struct http_run *h, struct error *err)
{
	for (;;) {
		if (http_client_transfer(h->client, &h->call, &h->now, &h->response, err))
			return -1;
		const struct http_header *location = redirect_target(h);
		if (!location)
			return 0;
		if (next_hop(h, location, err))
			return -1;
	}
}

/* ---- what is reported ------------------------------------------------------------------------ */

static bool is_transport_code(enum error_code code)
{
	return code == ERR_CONNECT || code == ERR_DNS || code == ERR_TLS ||
		code == ERR_TIMEOUT || code == ERR_PROTOCOL;
}

/* An entry that asks for an error (ERROR timeout) gets it as its observation. */
static int report_failure(struct http_run *h, struct error *err)
{
	struct error failure = *err;
	struct error other;
	error_place(&failure, h->entry->source, h->entry->url->span);
	if (!failure.title[0])
		error_title(&failure, "HTTP connection");
	if (http_show(h->run, &h->now, &h->response, NULL, &other))
		failure = other;
	if (!h->run->items[0].wants_error || !is_transport_code(failure.code)) {
		*err = failure;
		return -1;
	}

	struct observation o = { .transport = true };
	if (http_observe_error(
		    h->run->arena, &failure, h->response.duration_us, &o.tree, err))
		return -1;
	return h->run->observed(h->run, 0, &o, err);
}

static int perform_once(struct http_run *h, struct error *err)
{
	struct observation o = { 0 };
	if (follow(h, err))
		return report_failure(h, err);

	o.transport = h->response.status >= 500;
	if (http_observe(h->run->arena, h->run->limits, &h->now, &h->response, &h->chain,
		    &o.tree, err) ||
		http_show(h->run, &h->now, &h->response, o.tree, err))
		return -1;
	return h->run->observed(h->run, 0, &o, err);
}

/*
 * A race has no phases of one transfer; what it has is how close together the requests
 * were.
 */
static int show_race(struct http_run *h, const struct http_race *race, struct error *err)
{
	struct ev_exchange *x = &h->run->exchange;
	struct named_value *spread = arena_zalloc(h->run->arena, sizeof(*spread));
	if (http_show(h->run, &h->now, &h->response, NULL, err))
		return -1;
	if (!spread)
		return error_set_oom(err);
	spread->name = STR("spread");
	spread->value = value_get(race->tree, "spread_us");
	x->phases_us = (struct named_values){ spread, 1 };
	x->sample = value_get(race->tree, "responses");
	h->run->warning = http_race_warning(h->run->arena, race);
	return 0;
}

static int perform_race(struct http_run *h, struct error *err)
{
	struct http_race race;
	if (http_race_run(h->client, &h->call, session_settings(h->run->session), &h->now,
		    &race, err))
		return report_failure(h, err);

	struct observation o = { .tree = race.tree, .transport = race.server_error };
	if (show_race(h, &race, err))
		return -1;
	return h->run->observed(h->run, 0, &o, err);
}

static int http_perform(struct probe_run *run, struct error *err)
{
	const struct probe_item *item = &run->items[0];
	const struct http_spec *spec = item->prepared->spec;
	struct http_run h = {
		.run = run,
		.entry = item->entry,
		.call = { run->arena, run->limits, &run->deadline,
			clock_mono_us(run->clock) },
	};
	void *connection;

	if (http_options_eval(run->arena, run->expander, session_settings(run->session),
		    item->entry, &h.options, err) ||
		http_request_build(run, item->entry, spec, &h.options, &h.first, err) ||
		session_connection(
			run, &http_connection, STR("http"), false, &connection, err))
		return -1;
	h.client = connection;
	h.now = h.first;
	return spec->is_race ? perform_race(&h, err) : perform_once(&h, err);
}

static const struct response_row responses[] = {
	{ .word = "HTTP",
		.form = RESPONSE_STATUS,
		.query = QUERY_STATUS,
		.help = "version and status of the answer" },
	{ .word = "ERROR",
		.form = RESPONSE_ERROR_KIND,
		.query = QUERY_ERROR,
		.extension = true,
		.help = "no answer came: connect, dns, tls, timeout or protocol" },
};

const struct probe_kind http_probe = {
	.syntax = {
		.word = NULL,
		.first = FIRST_METHOD_URL,
		.body = BODY_ALLOWED_HTTP,
		.observes = OBSERVES_HTTP | OBSERVES_RACE,
		.responses = responses,
		.nresponses = ARRAY_SIZE(responses),
		.options = http_option_rows,
		.noptions = HTTP_OPTION_COUNT,
		.help = "an HTTP request",
	},
	.connection = &http_connection,
	.batch_max = 1,
	.check_settings = http_defaults_check,
	.prepare = http_prepare,
	.perform = http_perform,
};
