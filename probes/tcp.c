#include "probes/tcp.h"

#include <unistd.h>

#include "harness/base/scan.h"
#include "probes/net.h"

#define DEFAULT_MAX_TIME_US (300ull * 1000 * 1000)

struct target {
	struct str shown; /* host:port as it stands */
	const char *host; /* without brackets */
	uint16_t port;
};

/* "host:port" or "[::1]:port". */
static bool split_target(struct str text, struct str *ret_host, uint16_t *ret_port)
{
	size_t colon = text.n;
	while (colon && text.p[colon - 1] != ':')
		colon--;
	int64_t port;
	if (!colon || !scan_int(str_sub(text, colon, SIZE_MAX), 1, UINT16_MAX, &port))
		return false;

	struct str host = str_sub(text, 0, colon - 1);
	if (str_starts_with(host, STR("[")) && str_ends_with(host, STR("]")))
		host = str_sub(host, 1, host.n - 2);
	else if (str_find_char(host, ':') != SIZE_MAX)
		return false;
	if (!host.n || memchr(host.p, '\0', host.n))
		return false;
	*ret_host = host;
	*ret_port = (uint16_t)port;
	return true;
}

static int read_target(struct arena *a, const struct entry *e, struct str text,
	struct target *ret, struct error *err)
{
	struct str host;
	uint16_t port;
	struct span span = e->nwords ? e->words[0]->span : e->span;
	if (!split_target(text, &host, &port))
		return error_at(err, ERR_CHECK, e->source, span,
			"TCP needs 'host:port', but this is '%.*s'",
			STR_ARG(str_sub(text, 0, 200)));
	const char *copy = arena_cstr(a, host);
	if (!copy)
		return error_set_oom(err);
	*ret = (struct target){ text, copy, port };
	return 0;
}

static int tcp_prepare(const struct prepare_env *env, const struct entry *e,
	struct prepared *ret, struct error_list *errors)
{
	struct error err;
	struct target t;
	int rc = 0;

	if (e->nwords != 1)
		rc = error_at(
			&err, ERR_CHECK, e->source, e->span, "TCP needs one 'host:port'");
	else if (template_is_constant(e->words[0]))
		rc = read_target(
			env->arena, e, str_trim(template_text(e->words[0])), &t, &err);
	if (rc) {
		error_list_add(errors, &err);
		return -1;
	}
	*ret = (struct prepared){ .max_time_us = DEFAULT_MAX_TIME_US };
	return 0;
}

static int connect_to(
	const struct probe_run *run, const struct target *t, struct error *err)
{
	struct net_addresses addresses;
	const char *what = arena_cstr(run->arena, t->shown);
	int fd;

	if (!what)
		return error_set_oom(err);
	if (net_resolve(t->host, t->port, &run->deadline, &addresses, err) ||
		net_connect(&addresses, what, &run->deadline, &fd, err))
		return -1;
	(void)close(fd);
	return 0;
}

static int show(struct probe_run *run, const struct target *t, uint64_t took_us,
	struct error *err)
{
	struct named_value *phase = arena_zalloc(run->arena, sizeof(*phase));
	struct str *words = arena_array(run->arena, 3, sizeof(*words));
	if (!phase || !words)
		return error_set_oom(err);
	phase->name = STR("connect");
	phase->value = value_uint(run->arena, took_us);
	run->exchange.protocol = STR("tcp");
	run->exchange.url = t->shown;
	run->exchange.phases_us = (struct named_values){ phase, 1 };
	run->has_exchange = true;

	words[0] = STR("curl");
	words[1] = STR("-sv");
	words[2] = arena_printf(run->arena, "telnet://%.*s", STR_ARG(t->shown));
	run->repro = (struct repro){ .tool = "curl", .words = words, .nwords = 3 };
	return arena_failed(run->arena) ? error_set_oom(err) : 0;
}

static bool may_be_expected(enum error_code code)
{
	return code == ERR_CONNECT || code == ERR_TIMEOUT || code == ERR_DNS;
}

static const struct value *error_value(struct arena *a, const struct error *failure)
{
	struct value_object_builder b = { 0 };
	struct str kind = str_from(error_kind(failure->code));
	value_object_add(a, &b, STR("kind"),
		value_string(a, str_sub(kind, strlen("error."), SIZE_MAX)));
	value_object_add(a, &b, STR("message"),
		value_string(a, arena_str(a, str_from(failure->message))));
	return value_object_finish(a, &b);
}

static int report(struct probe_run *run, const struct error *failure, uint64_t took_us,
	struct error *err)
{
	struct value_object_builder b = { 0 };
	struct observation o = { .transport = failure != NULL };
	if (failure)
		value_object_add(
			run->arena, &b, STR("error"), error_value(run->arena, failure));
	value_object_add(
		run->arena, &b, STR("duration"), value_uint(run->arena, took_us / 1000));
	o.tree = value_object_finish(run->arena, &b);
	return o.tree ? run->observed(run, 0, &o, err) : error_set_oom(err);
}

static int tcp_perform(struct probe_run *run, struct error *err)
{
	const struct probe_item *item = &run->items[0];
	const struct template *word = item->entry->words[0];
	struct error failure;
	struct target t;
	struct str text;

	if (expand_text(run->expander, word, &text, NULL, err) ||
		read_target(run->arena, item->entry, str_trim(text), &t, err))
		return -1;
	uint64_t start_us = clock_mono_us(run->clock);
	int rc = connect_to(run, &t, &failure);
	uint64_t took_us = clock_mono_us(run->clock) - start_us;
	if (show(run, &t, took_us, err))
		return -1;
	if (!rc)
		return report(run, NULL, took_us, err);
	if (item->wants_error && may_be_expected(failure.code))
		return report(run, &failure, took_us, err);
	error_place(&failure, item->entry->source, word->span);
	*err = failure;
	return -1;
}

static const struct response_row responses[] = {
	{ .word = "OPEN",
		.form = RESPONSE_NONE,
		.query = QUERY_COUNT,
		.extension = true,
		.help = "somebody listens there" },
	{ .word = "ERROR",
		.form = RESPONSE_ERROR_KIND,
		.query = QUERY_ERROR,
		.extension = true,
		.help = "nobody does: connect, timeout or dns" },
};

const struct probe_kind tcp_probe = {
	.syntax = {
		.word = "TCP",
		.first = FIRST_PATH,
		.observes = OBSERVES_TCP,
		.responses = responses,
		.nresponses = ARRAY_SIZE(responses),
		.help = "connects to host:port and closes",
	},
	.batch_max = 1,
	.prepare = tcp_prepare,
	.perform = tcp_perform,
};
