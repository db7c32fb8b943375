/*
 * Which entries of a file may be asked in one packet: those of an .sql file, whose facts are independent, that stand next to each other, ask
 * the same connection, and say nothing that would have to happen between them.
 */
#include "harness/run/worker.h"

/* Options that change how a case runs, but for max-time, which is compared where it is known. */
static bool says_how_to_run(const struct entry *e)
{
	for (size_t i = 0; i < COMMON_COUNT; i++)
		if (i != COMMON_MAX_TIME && i != COMMON_CONTINUE && entry_option(e, &common_options[i]))
			return true;
	return false;
}

/* The command line may say it for all entries. */
static bool run_allows(const struct run_config *c)
{
	return !c->no_batch && !c->fail_fast && !c->retry && !c->delay_us;
}

static bool may_share(const struct plan_item *item)
{
	const struct unit *u = item->unit;
	return item->test && !item->test->skip_kind.p && !item->test->is_setup && u->probe && u->probe->batch_max > 1 &&
		u->prepared.may_share && !u->wants_error && !says_how_to_run(u->entry);
}

static bool same_connection(const struct plan_item *a, const struct plan_item *b)
{
	return a->unit->probe == b->unit->probe && str_eq(a->unit->prepared.connection, b->unit->prepared.connection);
}

size_t batch_length(const struct worker *w, const struct frame *f, const struct plan_item *items, size_t n)
{
	size_t length = 1;
	if (f->file->loaded->suite->type != FILE_SQL || f->inner || f->start_error.code || !run_allows(w->shared->run->config) ||
		!may_share(items))
		return 1;
	while (length < n && length < items->unit->probe->batch_max && may_share(&items[length]) &&
		same_connection(items, &items[length]))
		length++;
	return length;
}
