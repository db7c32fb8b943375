/*
 * A line of a record: whatever event_read takes must be written back as a line that reads the same, and copies must be
 * equal to what they were made from.
 */
#include "harness/report/event.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void written(struct strbuf *sb, const struct event *e)
{
	strbuf_init(sb, 1 << 20);
	event_write(sb, e, STR("run"));
	assert(!strbuf_failed(sb));
}

static void again(struct arena *a, struct event *e)
{
	struct event back, copy;
	struct strbuf first, second;
	struct str run_id;
	struct error err;
	bool ok = event_settle(a, e);

	assert(ok);
	written(&first, e);
	ok = event_read(a, strbuf_str(&first), &back, &run_id, &err) == 0 && event_copy(a, &back, &copy);
	assert(ok);
	written(&second, &copy);
	assert(str_eq(strbuf_str(&first), strbuf_str(&second)));
	strbuf_release(&first);
	strbuf_release(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a;
	struct event e;
	struct str run_id;
	struct error err;

	arena_init(&a, (size_t)256 << 20);
	if (event_read(&a, str_make((const char *)data, size), &e, &run_id, &err) == 0)
		again(&a, &e);
	arena_release(&a);
	return 0;
}
