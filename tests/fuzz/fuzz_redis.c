/*
 * What a Redis server sends: whole, and byte by byte with the same replies; each reply in
 * every shape, and as JSON.
 */
#include "harness/value/json.h"
#include "probes/redis_commands.h"
#include "probes/redis_reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MAX_ARENA = 1 << 24, MAX_REPLY = 1 << 20, MAX_TEXT = 1 << 24 };

static void shape(struct arena *a, const struct redis_reply *reply, struct strbuf *out)
{
	strbuf_addf(out, "%d ", (int)reply->is_error);
	for (int i = 0; i < REDIS_SHAPE_COUNT; i++) {
		const struct value *v = redis_shape(a, (enum redis_shape)i, reply->value);
		if (v)
			json_write(out, v);
		strbuf_addc(out, '\n');
	}
}

static int take_all(struct redis_reader *r, struct arena *a, struct strbuf *out)
{
	struct error err = { 0 };
	bool found = true;

	while (found) {
		struct redis_reply reply = { 0 };
		if (redis_reader_next(r, a, &reply, &found, &err)) {
			assert(err.message[0]);
			return -1;
		}
		if (!found)
			break;
		assert(reply.value && (!reply.is_error || reply.error.p));
		shape(a, &reply, out);
	}
	return 0;
}

/* Ends at the first failure, as the client does. */
static void read_replies(struct str in, size_t step, struct arena *a, struct strbuf *out)
{
	struct limits limits = limits_default;
	struct redis_reader *r = NULL;
	struct error err = { 0 };
	int rc = 0;

	limits.max_attempt_arena = MAX_ARENA;
	if (redis_reader_new(&limits, &r, &err))
		return;
	for (size_t at = 0; at < in.n && !rc; at += step)
		rc = redis_reader_feed(r, str_sub(in, at, step), MAX_REPLY, &err) || take_all(r, a, out);
	strbuf_adds(out, rc ? "failed" : redis_reader_has_rest(r) ? "more" : "done");
	redis_reader_free(r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str in = str_make((const char *)data, size);
	struct arena arenas[2];
	struct strbuf texts[2];

	if (size > MAX_REPLY)
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(arenas); i++) {
		arena_init(&arenas[i], MAX_ARENA);
		strbuf_init(&texts[i], MAX_TEXT);
	}
	read_replies(in, size ? size : 1, &arenas[0], &texts[0]);
	read_replies(in, 1, &arenas[1], &texts[1]);
	assert(strbuf_failed(&texts[0]) || str_eq(strbuf_str(&texts[0]), strbuf_str(&texts[1])));
	for (size_t i = 0; i < ARRAY_SIZE(arenas); i++) {
		strbuf_release(&texts[i]);
		arena_release(&arenas[i]);
	}
	return 0;
}
