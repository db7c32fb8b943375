#include "probes/redis.h"

#include "probes/overdue.h"
#include "probes/redis_receive.h"
#include "probes/redis_scan.h"

#define MAX_TIME_US 10000000
#define WORDS_MAX 10000
#define REPRO_WORDS 10 /* redis-cli and how it connects */

/* ---- syntax ---- */

static const struct response_row responses[] = {
	{ .word = "REPLY",
		.form = RESPONSE_NONE,
		.query = QUERY_REPLY,
		.extension = true,
		.help = "any reply but an error" },
	{ .word = "ERROR",
		.form = RESPONSE_ERROR_WORDS,
		.query = QUERY_ERROR,
		.extension = true,
		.help = "the reply is an error that begins with these words" },
};

enum { ROW_WRITE, ROW_MATCH };
static const struct option_row options[] = {
	[ROW_WRITE] = { .name = "write",
		.type = OPTION_BOOL,
		.extension = true,
		.help = "the command may change data; the run needs --allow-write" },
	[ROW_MATCH] = { .name = "match",
		.type = OPTION_ASSERTION,
		.repeats = true,
		.extension = true,
		.help = "RECEIVE takes the first message for which it holds" },
};

/* ---- prepare ---- */

enum redis_action { ACTION_COMMAND, ACTION_SCAN, ACTION_SUBSCRIBE, ACTION_RECEIVE };

struct redis_spec {
	enum redis_action action;
	const struct redis_command_row *row; /* NULL: a command that writes */
	bool writes;
	bool expect_absent;
};

static struct str constant_word(const struct entry *e, size_t i)
{
	return i < e->nwords && template_is_constant(e->words[i]) ?
		template_text(e->words[i]) :
		(struct str){ 0 };
}

static struct span word_span(const struct entry *e, size_t i)
{
	return i < e->nwords ? e->words[i]->span : e->span;
}

static int read_write(const struct entry *e, struct redis_spec *spec, struct error *err)
{
	const struct option *o = entry_option(e, &options[ROW_WRITE]);

	if (!o)
		return 0;
	if (!template_is_constant(o->text))
		return error_at(err, ERR_CHECK, e->source, o->span,
			"'write' must be true or false as it stands, no placeholder");
	spec->writes = str_is(template_text(o->text), "true");
	return 0;
}

static int check_receive(
	const struct entry *e, struct redis_spec *spec, struct error *err)
{
	spec->action = ACTION_RECEIVE;
	spec->expect_absent = e->nwords == 3 && str_is(constant_word(e, 2), "NONE");
	if (e->nwords == 2 || spec->expect_absent)
		return 0;
	error_at(err, ERR_CHECK, e->source, word_span(e, e->nwords > 2 ? 2 : 0),
		"RECEIVE takes one channel, and NONE behind it or nothing");
	error_note(err,
		"REDIS RECEIVE channel, or REDIS RECEIVE channel NONE; which message is said by the option match");
	return -1;
}

static int check_subscribe(
	const struct entry *e, struct redis_spec *spec, struct error *err)
{
	spec->action = ACTION_SUBSCRIBE;
	if (e->nwords >= 2)
		return 0;
	return error_at(err, ERR_CHECK, e->source, word_span(e, 0),
		"'%.*s' needs a channel", STR_ARG(constant_word(e, 0)));
}

static bool is_cursor(struct str word)
{
	for (size_t i = 0; i < word.n; i++)
		if (word.p[i] < '0' || word.p[i] > '9')
			return false;
	return word.n > 0;
}

/*
 * Without a cursor the scan is run to its end; a placeholder at its place is taken for
 * one.
 */
static bool scans_to_end(const struct entry *e, const struct redis_command_row *row)
{
	if (!row->cursor_at || e->nwords < row->cursor_at)
		return false;
	if (e->nwords == row->cursor_at)
		return true;
	return template_is_constant(e->words[row->cursor_at]) &&
		!is_cursor(constant_word(e, row->cursor_at));
}

static int check_command(
	const struct entry *e, struct redis_spec *spec, struct error *err)
{
	struct str name = constant_word(e, 0);
	struct str sub = constant_word(e, 1);

	if (redis_command_breaks_connection(name, sub)) {
		redis_command_refuse(name, e->source, word_span(e, 0), err);
		error_set(err, ERR_CHECK,
			"'%.*s' would change the connection itself and never passes",
			STR_ARG(name));
		error_place(err, e->source, word_span(e, 0));
		return -1;
	}
	spec->row = redis_command_find(name, sub);
	if (!spec->row && !spec->writes)
		return redis_command_refuse(name, e->source, word_span(e, 0), err);
	spec->action = spec->row && scans_to_end(e, spec->row) ? ACTION_SCAN :
								 ACTION_COMMAND;
	return 0;
}

static const struct own_command {
	const char *name;
	int (*check)(const struct entry *e, struct redis_spec *spec, struct error *err);
} own_commands[] = {
	{ "SUBSCRIBE", check_subscribe },
	{ "PSUBSCRIBE", check_subscribe },
	{ "RECEIVE", check_receive },
};

static int check_words(const struct entry *e, struct redis_spec *spec, struct error *err)
{
	struct str name = constant_word(e, 0);

	if (e->nwords == 0)
		return error_at(
			err, ERR_CHECK, e->source, e->span, "REDIS needs a command");
	if (e->nwords > WORDS_MAX)
		return error_at(err, ERR_CHECK, e->source, e->span,
			"a command takes at most %d words", WORDS_MAX);
	if (!name.p)
		return error_at(err, ERR_CHECK, e->source, word_span(e, 0),
			"the command itself may not be a placeholder");
	for (size_t i = 0; i < ARRAY_SIZE(own_commands); i++)
		if (str_eq_nocase(name, str_from(own_commands[i].name)))
			return own_commands[i].check(e, spec, err);
	return check_command(e, spec, err);
}

static int check_options(
	const struct entry *e, const struct redis_spec *spec, struct error *err)
{
	const struct option *match = entry_option(e, &options[ROW_MATCH]);

	const struct option *retry = entry_option(e, &common_options[COMMON_RETRY]);

	if (match && spec->action != ACTION_RECEIVE)
		return error_at(err, ERR_CHECK, e->source, match->span,
			"'match' belongs to RECEIVE");
	if (!retry || spec->action != ACTION_RECEIVE)
		return 0;
	error_at(err, ERR_CHECK, e->source, retry->span,
		"'retry' with RECEIVE: it waits by itself");
	error_note(err, "say with max-time how long");
	return -1;
}

static int prepare(const struct prepare_env *env, const struct entry *e,
	struct prepared *ret, struct error_list *errors)
{
	struct redis_spec *spec = arena_zalloc(env->arena, sizeof(*spec));
	struct error err;

	if (!spec) {
		error_set_oom(&err);
		error_list_add(errors, &err);
		return -1;
	}
	if (read_write(e, spec, &err) || check_words(e, spec, &err) ||
		check_options(e, spec, &err)) {
		error_list_add(errors, &err);
		return -1;
	}
	*ret = (struct prepared){
		.spec = spec,
		.writes = spec->writes,
		.no_retry = spec->writes || spec->action == ACTION_RECEIVE,
		.connection = e->connection,
		.max_time_us = MAX_TIME_US,
	};
	return 0;
}

/* ---- describing ---- */

struct asking {
	struct probe_run *run;
	const struct redis_spec *spec;
	struct redis_connection *connection;
	struct redis_call call;
	struct str *words;
	size_t nwords;
	uint64_t began_us;
};

static int fill_words(struct asking *a, const struct entry *e, struct error *err)
{
	a->words = arena_array(a->run->arena, e->nwords, sizeof(*a->words));
	if (!a->words)
		return error_set_oom(err);
	for (size_t i = 0; i < e->nwords; i++)
		if (expand_text(a->run->expander, e->words[i], &a->words[i], NULL, err))
			return -1;
	a->nwords = e->nwords;
	return 0;
}

static bool is_plain(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] <= ' ' || s.p[i] == '"' || s.p[i] == '\'' ||
			(unsigned char)s.p[i] >= 0x7f)
			return false;
	return s.n > 0;
}

/* As redis-cli would want it typed. */
static struct str shown_command(const struct asking *a)
{
	struct strbuf out;
	struct str s;

	strbuf_init(&out, a->run->limits->max_text_bytes);
	for (size_t i = 0; i < a->nwords; i++) {
		strbuf_adds(&out, i ? " " : "");
		strbuf_adds(&out, is_plain(a->words[i]) ? "" : "\"");
		strbuf_add(&out, a->words[i]);
		strbuf_adds(&out, is_plain(a->words[i]) ? "" : "\"");
	}
	s = arena_str(a->run->arena, strbuf_str(&out));
	strbuf_release(&out);
	return s;
}

/* redis-cli -h HOST -p PORT -n DB COMMAND ARGS; RECEIVE is a subscription by hand. */
static void describe_repro(struct asking *a)
{
	const struct redis_settings *s = redis_connection_settings(a->connection);
	struct arena *arena = a->run->arena;
	struct str *words = arena_array(arena, a->nwords + REPRO_WORDS, sizeof(*words));
	bool receives = a->spec->action == ACTION_RECEIVE;
	size_t n = 0;

	if (!words)
		return;
	words[n++] = STR("redis-cli");
	words[n++] = s->socket ? STR("-s") : STR("-h");
	words[n++] = str_from(s->socket ? s->socket : s->host);
	if (!s->socket) {
		words[n++] = STR("-p");
		words[n++] = arena_printf(arena, "%u", (unsigned)s->port);
	}
	if (s->tls)
		words[n++] = STR("--tls");
	if (s->ssl_ca) {
		words[n++] = STR("--cacert");
		words[n++] = str_from(s->ssl_ca);
	}
	if (s->database) {
		words[n++] = STR("-n");
		words[n++] = arena_printf(arena, "%u", (unsigned)s->database);
	}
	for (size_t i = 0; i < (receives ? 2 : a->nwords); i++)
		words[n++] = receives && i == 0 ? STR("SUBSCRIBE") : a->words[i];
	a->run->repro = (struct repro){
		.tool = "redis_cli", .words = words, .nwords = n
	};
}

static void describe(struct asking *a, const struct value *sample)
{
	struct named_value *phase = arena_zalloc(a->run->arena, sizeof(*phase));

	a->run->exchange = (struct ev_exchange){
		.protocol = STR("redis"),
		.statement = shown_command(a),
		.sample = sample,
	};
	a->run->has_exchange = true;
	if (!phase)
		return;
	phase->name = STR("exec");
	phase->value = value_uint(
		a->run->arena, clock_mono_us(a->run->clock) - a->began_us);
	a->run->exchange.phases_us = (struct named_values){ phase, 1 };
}

/* ---- asking ---- */

/* Passwords that CONFIG GET shows. */
static int learn_passwords(struct asking *a, const struct value *reply, struct error *err)
{
	static const char *const names[] = { "requirepass", "masterauth",
		"tls-key-file-pass", "tls-client-key-file-pass" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		const struct value *v = value_get(reply, names[i]);

		if (v && v->type == VALUE_STRING && v->text.n > 0 &&
			secrets_add(
				a->run->secrets, str_from(names[i]), v->text, NULL, err))
			return -1;
	}
	return 0;
}

static void add_duration(struct asking *a, struct value_object_builder *b)
{
	value_object_add(a->run->arena, b, STR("duration"),
		value_uint(a->run->arena,
			(clock_mono_us(a->run->clock) - a->began_us) / 1000));
}

static const struct value *tree_of_error(struct asking *a, struct str text)
{
	struct arena *arena = a->run->arena;
	struct value_object_builder e = { 0 };
	struct value_object_builder b = { 0 };

	value_object_add(arena, &e, STR("prefix"),
		value_string(arena, str_sub(text, 0, str_find_char(text, ' '))));
	value_object_add(arena, &e, STR("message"), value_string(arena, text));
	value_object_add(arena, &b, STR("error"), value_object_finish(arena, &e));
	add_duration(a, &b);
	return value_object_finish(arena, &b);
}

static const struct value *tree_of_reply(struct asking *a, const struct value *reply)
{
	struct value_object_builder b = { 0 };

	value_object_add(a->run->arena, &b, STR("reply"), reply);
	add_duration(a, &b);
	return value_object_finish(a->run->arena, &b);
}

static int observe(struct asking *a, const struct value *tree, const struct value *sample,
	struct error *err)
{
	struct observation o = { .tree = tree };

	if (!tree || arena_failed(a->run->arena))
		return error_set_oom(err);
	describe(a, sample);
	return a->run->observed(a->run, 0, &o, err);
}

static int take_reply(
	struct asking *a, const struct redis_reply *reply, struct error *err)
{
	const struct value *shaped;

	if (reply->is_error && !a->run->items[0].wants_error) {
		describe(a, reply->value);
		return error_set(err, ERR_REDIS, "%.*s", STR_ARG(reply->error));
	}
	if (reply->is_error)
		return observe(a, tree_of_error(a, reply->error), reply->value, err);
	shaped = redis_shape(a->run->arena,
		a->spec->row ? a->spec->row->shape : REDIS_SHAPE_PLAIN, reply->value);
	if (!shaped)
		return error_set_oom(err);
	if (learn_passwords(a, shaped, err))
		return -1;
	return observe(a, tree_of_reply(a, shaped), shaped, err);
}

static int receive(struct asking *a, struct error *err)
{
	const struct redis_receive what = { .entry = a->run->items[0].entry,
		.match = &options[ROW_MATCH],
		.channel = a->words[1],
		.expect_absent = a->spec->expect_absent };
	const struct value *tree;

	if (redis_receive_message(a->run, a->connection, &what, &tree, err))
		return -1;
	return observe(a, tree, value_get(tree, "reply"), err);
}

static int ask(struct asking *a, struct error *err)
{
	struct redis_reply reply;
	int rc = 0;

	switch (a->spec->action) {
	case ACTION_RECEIVE:
		return receive(a, err);
	case ACTION_COMMAND:
		rc = redis_connection_ask(
			a->connection, &a->call, a->words, a->nwords, &reply, err);
		break;
	case ACTION_SCAN:
		rc = redis_scan(a->connection, &a->call, a->spec->row, a->words,
			a->nwords, &reply, err);
		break;
	case ACTION_SUBSCRIBE:
		rc = redis_connection_subscribe(
			a->connection, &a->call, a->words, a->nwords, &reply, err);
		break;
	}
	return rc ? -1 : take_reply(a, &reply, err);
}

/* What has arrived only matters where something was to be changed. */
static int failed(const struct asking *a, uint64_t allowed_us, struct error *err)
{
	if (err->code == ERR_TIMEOUT)
		overdue(err, allowed_us);
	err->sent = err->sent && a->spec->writes;
	return -1;
}

static int perform(struct probe_run *run, struct error *err)
{
	const struct probe_item *item = &run->items[0];
	struct asking a = { .run = run,
		.spec = item->prepared->spec,
		.began_us = clock_mono_us(run->clock),
		.call = { .arena = run->arena,
			.limits = run->limits,
			.deadline = run->deadline } };
	uint64_t allowed_us = deadline_left_us(&run->deadline);
	void *connection;

	if (session_connection(run, &redis_kind, item->prepared->connection, false,
		    &connection, err))
		return -1;
	a.connection = connection;
	a.began_us = clock_mono_us(run->clock);
	if (fill_words(&a, item->entry, err))
		return -1;
	describe_repro(&a);
	describe(&a, NULL);
	/* a lost subscription is the error of the RECEIVE that waits for it */
	if (redis_connection_collect(connection, err) && a.spec->action == ACTION_RECEIVE)
		return -1;
	return ask(&a, err) ? failed(&a, allowed_us, err) : 0;
}

const struct probe_kind redis_probe = {
	.syntax = {
		.word = "REDIS",
		.first = FIRST_WORDS,
		.body = BODY_ALLOWED_NONE,
		.observes = OBSERVES_REDIS,
		.responses = responses,
		.nresponses = ARRAY_SIZE(responses),
		.options = options,
		.noptions = ARRAY_SIZE(options),
		.help = "one Redis command, reading unless it says `write: true`; SUBSCRIBE, RECEIVE",
	},
	.connection = &redis_kind,
	.batch_max = 1,
	.prepare = prepare,
	.perform = perform,
};
