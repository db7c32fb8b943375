#include "probes/redis_connection.h"

#include <poll.h>

#include "harness/base/mem.h"
#include "probes/redis_commands.h"

#define ARENA_MAX (1024 * 1024)
#define COLLECT_US 1000000

struct redis_connection {
	struct arena arena; /* settings and what is known */
	struct redis_settings settings;
	struct connection_info info;
	const struct limits *limits;
	const struct clock *clock;
	const char *name; /* CLIENT SETNAME */
	struct redis_client *commands;
	struct redis_client *listener; /* NULL: nothing is subscribed to */
	struct inbox *inbox;
	bool lost;
	struct error why_lost;
};

/* ---- opening ---- */

static int copy_settings(
	struct redis_connection *r, const struct connection_env *env, struct error *err)
{
	const char *run = env->settings->run_id ? env->settings->run_id : "";

	r->limits = env->limits;
	r->clock = env->clock;
	r->name = arena_printf(&r->arena, "postflight:%s", run).p;
	if (!r->name)
		return error_set_oom(err);
	return redis_settings_read(&r->arena, env, &r->settings, err);
}

/* What the server says of itself; an account that may not ask leaves it unknown. */
static int read_version(struct redis_connection *r, const struct redis_call *c,
	uint64_t *ret_port, struct error *err)
{
	const struct str words[] = { STR("INFO"), STR("server") };
	struct redis_reply reply;
	const struct value *info;
	const struct value *version;
	const struct value *port;

	if (redis_command(r->commands, c, words, ARRAY_SIZE(words), &reply, err))
		return -1;
	r->info.kind = STR("redis");
	r->info.url = r->settings.url;
	if (reply.is_error)
		return 0;
	info = redis_shape(c->arena, REDIS_SHAPE_INFO, reply.value);
	if (!info)
		return error_set_oom(err);
	version = value_get(info, "redis_version");
	port = value_get(info, "tcp_port");
	if (version)
		r->info.version = arena_str(&r->arena, version->text);
	*ret_port = port && port->type == VALUE_INT ? (uint64_t)port->u.integer :
						      r->settings.port;
	return 0;
}

/*
 * Its own end of our connection: laddr=127.0.0.1:6379 in CLIENT INFO (6.2 and later);
 * absent where it does not say.
 */
static int own_address(struct redis_connection *r, const struct redis_call *c,
	struct str *ret, struct error *err)
{
	const struct str words[] = { STR("CLIENT"), STR("INFO") };
	struct redis_reply reply;
	struct str rest;
	size_t at;

	if (redis_command(r->commands, c, words, ARRAY_SIZE(words), &reply, err))
		return -1;
	*ret = (struct str){ 0 };
	at = reply.is_error ? SIZE_MAX : str_find(reply.value->text, STR(" laddr="));
	if (at == SIZE_MAX)
		return 0;
	rest = str_sub(reply.value->text, at + 7, SIZE_MAX);
	*ret = str_cut(&rest, ' ');
	return 0;
}

/*
 * host:port/db as the server sees itself, or with the host as it was given and the port
 * that the server says it has.
 */
static int check_pin(struct redis_connection *r, const struct connection_env *env,
	const struct redis_call *c, uint64_t port, struct error *err)
{
	const char *pin = env->settings->pin ?
		env->settings->pin(env->settings->ctx, env->name) :
		NULL;
	struct str own;
	struct str seen;
	struct str given;

	if (!pin)
		return 0;
	if (own_address(r, c, &own, err))
		return -1;
	seen = arena_printf(
		c->arena, "%.*s/%u", STR_ARG(own), (unsigned)r->settings.database);
	given = arena_printf(c->arena, "%s:%llu/%u",
		r->settings.host ? r->settings.host : r->settings.socket,
		(unsigned long long)port, (unsigned)r->settings.database);
	if ((own.n > 0 && str_is(seen, pin)) || str_is(given, pin))
		return 0;
	error_set(err, ERR_USAGE,
		"connection '%.*s' is pinned to '%s', but the server is '%.*s'",
		STR_ARG(env->name), pin, STR_ARG(own.n > 0 ? seen : given));
	error_note(err,
		"a gate that judged the wrong server is worse than none: correct the pin or the connection");
	return -1;
}

static int open_commands(
	struct redis_connection *r, const struct connection_env *env, struct error *err)
{
	struct arena scratch;
	struct redis_call c = {
		.arena = &scratch, .limits = env->limits, .deadline = env->deadline
	};
	uint64_t port = 0;
	int rc;

	arena_init(&scratch, ARENA_MAX);
	rc = redis_connect(&r->settings, r->name, &c, &r->commands, err) ||
			read_version(r, &c, &port, err) ||
			check_pin(r, env, &c, port, err) ?
		-1 :
		0;
	arena_release(&scratch);
	return rc;
}

static void connection_close(void *connection)
{
	struct redis_connection *r = connection;

	if (!r)
		return;
	redis_free(r->commands);
	redis_free(r->listener);
	inbox_free(r->inbox);
	arena_release(&r->arena);
	mem_free(r);
}

static int connection_open(
	const struct connection_env *env, void **ret, struct error *err)
{
	struct redis_connection *r = mem_calloc(1, sizeof(*r));

	if (!r)
		return error_set_oom(err);
	arena_init(&r->arena, ARENA_MAX);
	if (copy_settings(r, env, err) || open_commands(r, env, err)) {
		connection_close(r);
		err->sent = false; /* nothing of the entry's */
		return -1;
	}
	*ret = r;
	return 0;
}

/*
 * Always: what is lost is opened again here, or is an error that the session may not hide
 * by opening anew.
 */
static bool connection_alive(void *connection)
{
	(void)connection;
	return true;
}

static bool connection_precious(void *connection)
{
	const struct redis_connection *r = connection;

	return r->listener != NULL;
}

static const struct connection_info *connection_info(void *connection)
{
	const struct redis_connection *r = connection;

	return &r->info;
}

const struct connection_kind redis_kind = {
	.name = "redis",
	.default_name = "redis",
	.external = true,
	.configured = redis_settings_present,
	.open = connection_open,
	.close = connection_close,
	.alive = connection_alive,
	.precious = connection_precious,
	.info = connection_info,
};

const struct redis_settings *redis_connection_settings(const struct redis_connection *r)
{
	return &r->settings;
}

/* ---- commands ---- */

int redis_connection_ask(struct redis_connection *r, const struct redis_call *c,
	const struct str *words, size_t nwords, struct redis_reply *ret,
	struct error *err)
{
	if (!redis_is_alive(r->commands)) {
		redis_free(r->commands);
		r->commands = NULL;
		if (redis_connect(&r->settings, r->name, c, &r->commands, err))
			return -1;
	}
	return redis_command(r->commands, c, words, nwords, ret, err);
}

/* ---- subscriptions ---- */

/* What a subscriber is sent, by the first element of the list. */
enum push { PUSH_OTHER, PUSH_MESSAGE, PUSH_CONFIRMED };

static struct str text_at(const struct value *list, size_t i)
{
	return i < list->u.list.count && list->u.list.items[i]->type == VALUE_STRING ?
		list->u.list.items[i]->text :
		(struct str){ 0 };
}

static int take_push(struct redis_connection *r, const struct value *push, enum push *ret,
	struct error *err)
{
	struct str kind;

	*ret = PUSH_OTHER;
	if (push->type != VALUE_LIST)
		return 0;
	kind = text_at(push, 0);
	if (str_is(kind, "subscribe") || str_is(kind, "psubscribe")) {
		*ret = PUSH_CONFIRMED;
		return inbox_listen(r->inbox, text_at(push, 1), kind.p[0] == 'p', err);
	}
	*ret = PUSH_MESSAGE;
	if (str_is(kind, "message"))
		return inbox_add(r->inbox, (struct str){ 0 }, text_at(push, 1),
			text_at(push, 2), err);
	if (str_is(kind, "pmessage"))
		return inbox_add(r->inbox, text_at(push, 1), text_at(push, 2),
			text_at(push, 3), err);
	*ret = PUSH_OTHER;
	return 0;
}

static int remember_loss(struct redis_connection *r, struct error *err)
{
	if (!r->lost) {
		error_context(err, "the subscription");
		r->lost = true;
		r->why_lost = *err;
	}
	*err = r->why_lost;
	err->sent = false;
	return -1;
}

/*
 * One message at a time in memory of its own, so that a flood of them needs no more than
 * the inbox.
 */
int redis_connection_collect(struct redis_connection *r, struct error *err)
{
	struct arena scratch;
	struct redis_call c = { .arena = &scratch,
		.limits = r->limits,
		.deadline = deadline_in(r->clock, COLLECT_US, NULL, NULL) };
	bool found = true;
	int rc = 0;

	if (!r->listener)
		return 0;
	if (r->lost)
		return remember_loss(r, err);
	arena_init(&scratch, 4 * r->limits->max_body_bytes);
	while (rc == 0 && found && !deadline_is_over(&c.deadline)) {
		struct arena_mark mark = arena_mark(&scratch);
		struct redis_reply reply;
		enum push push;

		rc = redis_poll(r->listener, &c, &reply, &found, err);
		if (rc == 0 && found)
			rc = take_push(r, reply.value, &push, err);
		arena_rewind(&scratch, mark);
	}
	arena_release(&scratch);
	return rc == 0 ? 0 : remember_loss(r, err);
}

enum wait_result redis_connection_wait(
	struct redis_connection *r, const struct deadline *d)
{
	return deadline_wait(d, redis_fd(r->listener), POLLIN);
}

struct inbox *redis_connection_inbox(struct redis_connection *r)
{
	return r->inbox;
}

static int open_listener(
	struct redis_connection *r, const struct redis_call *c, struct error *err)
{
	if (r->lost)
		return remember_loss(r, err);
	if (r->listener)
		return 0;
	if (!r->inbox)
		r->inbox = inbox_new(r->limits, err);
	return r->inbox ? redis_connect(&r->settings, r->name, c, &r->listener, err) : -1;
}

/* Messages of earlier subscriptions may come between the confirmations. */
static int await_confirmations(struct redis_connection *r, const struct redis_call *c,
	size_t wanted, struct redis_reply *ret, struct error *err)
{
	struct value_list_builder names = { 0 };

	while (names.count < wanted) {
		struct redis_reply reply;
		enum push push;

		if (redis_receive(r->listener, c, &reply, err))
			return -1;
		if (reply.is_error) {
			*ret = reply;
			return 0;
		}
		if (take_push(r, reply.value, &push, err))
			return -1;
		if (push == PUSH_CONFIRMED)
			value_list_add(c->arena, &names, reply.value->u.list.items[1]);
	}
	*ret = (struct redis_reply){ .value = value_list_finish(c->arena, &names) };
	return ret->value ? 0 : error_set_oom(err);
}

int redis_connection_subscribe(struct redis_connection *r, const struct redis_call *c,
	const struct str *words, size_t nwords, struct redis_reply *ret,
	struct error *err)
{
	if (open_listener(r, c, err) || redis_connection_collect(r, err))
		return -1;
	if (redis_send(r->listener, c, words, nwords, err) ||
		await_confirmations(r, c, nwords - 1, ret, err))
		return remember_loss(r, err);
	return 0;
}
