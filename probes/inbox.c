#include "probes/inbox.h"

#include "harness/base/mem.h"
#include "probes/redis_commands.h"

/* Beside its text a message costs its row. */
#define ROW_BYTES (2 * sizeof(struct inbox_message))

struct subscription {
	struct str name;
	bool is_pattern;
};

struct inbox {
	struct arena arena;
	const struct limits *limits;
	struct inbox_message *messages;
	size_t count, cap;
	size_t bytes;
	bool full;
	struct subscription *subscriptions;
	size_t nsubscriptions, subscriptions_cap;
};

struct inbox *inbox_new(const struct limits *limits, struct error *err)
{
	struct inbox *b = mem_calloc(1, sizeof(*b));

	if (!b) {
		error_set_oom(err);
		return NULL;
	}
	b->limits = limits;
	/* arrays that grow leave their old places behind: twice their size */
	arena_init(&b->arena,
		limits->max_messages_bytes +
			(limits->max_messages + 1024) * 2 * ROW_BYTES);
	return b;
}

void inbox_free(struct inbox *b)
{
	if (!b)
		return;
	arena_release(&b->arena);
	mem_free(b);
}

int inbox_listen(struct inbox *b, struct str name, bool is_pattern, struct error *err)
{
	struct subscription *grown = arena_grow(&b->arena, b->subscriptions,
		b->nsubscriptions, &b->subscriptions_cap, sizeof(*grown));
	struct str copy = arena_str(&b->arena, name);

	if (!grown || !copy.p)
		return error_set_oom(err);
	b->subscriptions = grown;
	grown[b->nsubscriptions++] = (struct subscription){ copy, is_pattern };
	return 0;
}

bool inbox_hears(const struct inbox *b, struct str channel)
{
	for (size_t i = 0; i < b->nsubscriptions; i++) {
		const struct subscription *s = &b->subscriptions[i];

		if (str_eq(s->name, channel) ||
			(s->is_pattern && redis_glob_matches(s->name, channel)))
			return true;
	}
	return false;
}

static int over(struct inbox *b, struct error *err)
{
	b->full = true;
	error_set(err, ERR_LIMIT,
		"more than %zu messages or %zu MiB of them were collected",
		b->limits->max_messages, b->limits->max_messages_bytes >> 20);
	error_note(err, "subscribe to the one channel that is asked about");
	return -1;
}

int inbox_add(struct inbox *b, struct str pattern, struct str channel, struct str payload,
	struct error *err)
{
	size_t bytes = pattern.n + channel.n + payload.n;
	struct inbox_message m = { 0 };
	struct inbox_message *grown;

	if (b->full || b->count >= b->limits->max_messages ||
		bytes > b->limits->max_messages_bytes - b->bytes)
		return over(b, err);
	grown = arena_grow(&b->arena, b->messages, b->count, &b->cap, sizeof(*grown));
	if (!grown)
		return over(b, err);
	b->messages = grown;
	m.channel = arena_str(&b->arena, channel);
	m.payload = arena_str(&b->arena, payload.n > 0 ? payload : STR(""));
	m.pattern = pattern.p ? arena_str(&b->arena, pattern) : pattern;
	if (arena_failed(&b->arena))
		return over(b, err);
	b->messages[b->count++] = m;
	b->bytes += bytes;
	return 0;
}

size_t inbox_count(const struct inbox *b)
{
	return b->count;
}

const struct inbox_message *inbox_at(const struct inbox *b, size_t i)
{
	assert(i < b->count);
	return &b->messages[i];
}

bool inbox_message_is_on(const struct inbox_message *m, struct str channel)
{
	return str_eq(m->channel, channel) ||
		(m->pattern.p && str_eq(m->pattern, channel));
}

void inbox_take(struct inbox *b, size_t i)
{
	assert(i < b->count);
	b->messages[i].taken = true;
}
