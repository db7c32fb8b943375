#include "probes/redis_reader.h"

#include <hiredis.h>

#include "harness/base/dynamic.h"
#include "harness/base/mem.h"

#define FUNCTIONS(X)                      \
	X(redisReaderCreateWithFunctions) \
	X(redisReaderFree)                \
	X(redisReaderFeed)                \
	X(redisReaderGetReply)

struct hiredis {
	FUNCTIONS(DYNAMIC_MEMBER)
};

#define SYMBOL(name) DYNAMIC_SYMBOL(struct hiredis, name)
static const struct dynamic_symbol symbols[] = { FUNCTIONS(SYMBOL) };

static const struct dynamic_library library = {
	.file = HIREDIS_LIBRARY,
	.package = "libhiredis, in the version of that name",
	.use = "Redis",
	.symbols = symbols,
	.nsymbols = ARRAY_SIZE(symbols),
};

struct redis_reader {
	struct hiredis lib;
	redisReader *reader;
	redisReplyObjectFunctions functions; /* hiredis wants them writable */
	struct arena arena; /* nodes of the reply being read, which may take several calls */
	size_t reply_bytes; /* fed since the last complete reply */
};

/* ---- what the reader builds ---- */

/*
 * The reader calls these for each part of a reply. An array grows with the elements that
 * really come, however many were announced; what does not fit the arena gives NULL, which
 * the reader takes for "out of memory". privdata is the arena.
 */
struct node {
	int type;
	long long integer;
	struct str text;
	struct node **items;
	size_t count, cap;
};

static struct node *node_new(const redisReadTask *task)
{
	struct arena *a = task->privdata;
	struct node *n = arena_zalloc(a, sizeof(*n));
	struct node *parent = task->parent ? task->parent->obj : NULL;
	struct node **items;

	if (!n)
		return NULL;
	n->type = task->type;
	if (!parent)
		return n;
	items = arena_grow(a, parent->items, parent->count, &parent->cap, sizeof(*items));
	if (!items)
		return NULL;
	parent->items = items;
	items[parent->count++] = n;
	return n;
}

static void *make_string(const redisReadTask *task, char *p, size_t len)
{
	struct node *n = node_new(task);

	if (n)
		n->text = arena_str(task->privdata, len > 0 ? str_make(p, len) : STR(""));
	return n && n->text.p ? n : NULL;
}

static void *make_integer(const redisReadTask *task, long long integer)
{
	struct node *n = node_new(task);

	if (n)
		n->integer = integer;
	return n;
}

/* The task still has the type of what is absent. */
static void *make_nil(const redisReadTask *task)
{
	struct node *n = node_new(task);

	if (n)
		n->type = REDIS_REPLY_NIL;
	return n;
}

#if HIREDIS_MAJOR >= 1
static void *make_array(const redisReadTask *task, size_t elements)
{
	(void)elements;
	return node_new(task);
}

/*
 * RESP3, which nobody asked for; left out, the reader would hand out pointers that are
 * none.
 */
static void *make_double(const redisReadTask *task, double d, char *text, size_t len)
{
	(void)d;
	return make_string(task, text, len);
}

static void *make_bool(const redisReadTask *task, int truth)
{
	return make_integer(task, truth);
}
#else
static void *make_array(const redisReadTask *task, int elements)
{
	(void)elements;
	return node_new(task);
}
#endif

static void free_nothing(void *object)
{
	(void)object; /* the arena's */
}

static const redisReplyObjectFunctions node_functions = {
	.createString = make_string,
	.createArray = make_array,
	.createInteger = make_integer,
	.createNil = make_nil,
#if HIREDIS_MAJOR >= 1
	.createDouble = make_double,
	.createBool = make_bool,
#endif
	.freeObject = free_nothing,
};

/* ---- replies to values ---- */

static const struct value *to_value(struct arena *a, const struct node *n);

static const struct value *to_list(struct arena *a, const struct node *n)
{
	struct value_list_builder b = { 0 };

	for (size_t i = 0; i < n->count; i++)
		value_list_add(a, &b, to_value(a, n->items[i]));
	return value_list_finish(a, &b);
}

/*
 * Depth is the reader's: it refuses more than seven (0.14) or nine levels. Text decides,
 * so that RESP3's other types are strings.
 */
static const struct value *to_value(struct arena *a, const struct node *n)
{
	if (n->text.p)
		return value_string(a, arena_str(a, n->text));
	if (n->type == REDIS_REPLY_NIL)
		return value_null();
	return n->type == REDIS_REPLY_INTEGER ? value_int(a, n->integer) : to_list(a, n);
}

static int does_not_fit(const struct arena *a, struct error *err)
{
	return error_set(err, ERR_LIMIT,
		"the reply does not fit the memory of an attempt (%zu bytes)",
		a->max_bytes);
}

static int take_reply(struct redis_reader *r, struct arena *a, const struct node *n,
	struct redis_reply *ret, struct error *err)
{
	struct redis_reply taken = { .is_error = n->type == REDIS_REPLY_ERROR };

	taken.value = to_value(a, n);
	arena_release(&r->arena);
	r->reply_bytes = 0;
	if (!taken.value || arena_failed(a))
		return does_not_fit(a, err);
	if (taken.is_error)
		taken.error = taken.value->text;
	*ret = taken;
	return 0;
}

/* ---- the reader ---- */

static int start(struct redis_reader *r, struct error *err)
{
	if (dynamic_load(&library, &r->lib, err)) {
		err->code = ERR_CONNECT;
		return -1;
	}
	r->reader = r->lib.redisReaderCreateWithFunctions(&r->functions);
	if (!r->reader)
		return error_set_oom(err);
	r->reader->privdata = &r->arena;
	return 0;
}

int redis_reader_new(
	const struct limits *limits, struct redis_reader **ret, struct error *err)
{
	struct redis_reader *r = mem_calloc(1, sizeof(*r));

	if (!r)
		return error_set_oom(err);
	r->functions = node_functions;
	arena_init(&r->arena, limits->max_attempt_arena);
	if (start(r, err)) {
		redis_reader_free(r);
		return -1;
	}
	*ret = r;
	return 0;
}

void redis_reader_free(struct redis_reader *r)
{
	if (!r)
		return;
	if (r->reader)
		r->lib.redisReaderFree(r->reader);
	arena_release(&r->arena);
	mem_free(r);
}

int redis_reader_feed(
	struct redis_reader *r, struct str bytes, size_t max_bytes, struct error *err)
{
	r->reply_bytes += bytes.n;
	if (r->reply_bytes > max_bytes)
		return error_set(err, ERR_LIMIT, "the reply has more than %zu bytes",
			max_bytes);
	return r->lib.redisReaderFeed(r->reader, bytes.p, bytes.n) == REDIS_OK ?
		0 :
		error_set_oom(err);
}

int redis_reader_next(struct redis_reader *r, struct arena *a, struct redis_reply *ret,
	bool *ret_found, struct error *err)
{
	void *reply = NULL;

	if (r->lib.redisReaderGetReply(r->reader, &reply) != REDIS_OK)
		return arena_failed(&r->arena) ?
			does_not_fit(&r->arena, err) :
			error_set(err, ERR_PROTOCOL,
				"the answer is not Redis's protocol: %s",
				r->reader->errstr);
	if (reply && take_reply(r, a, reply, ret, err))
		return -1;
	*ret_found = reply != NULL;
	return 0;
}

bool redis_reader_has_rest(const struct redis_reader *r)
{
	return r->reader->len > r->reader->pos;
}
