/*
 * A backup file: unpacked by its magic bytes, read as a dump, judged as a whole. In one piece and byte by byte with
 * the same result.
 */
#include "probes/backup_dump.h"
#include "probes/backup_stream.h"
#include "probes/backup_unmet.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MAX_ARENA = 1 << 26, MOST_TEXT = 1 << 20, HEAD = 512 };

struct input {
	struct str left;
	size_t step;
};

static ptrdiff_t give(void *ctx, char *to, size_t n, struct error *err)
{
	struct input *in = ctx;

	(void)err;
	n = n < in->step ? n : in->step;
	n = n < in->left.n ? n : in->left.n;
	memcpy(to, in->left.p, n);
	in->left = str_sub(in->left, n, SIZE_MAX);
	return (ptrdiff_t)n;
}

static int feed(struct backup_dump *d, struct str block, size_t step, struct error *err)
{
	for (size_t at = 0; at < block.n; at += step)
		if (backup_dump_feed(d, str_sub(block, at, step), err))
			return -1;
	return 0;
}

/* A small input may become any amount of text: what comes beyond a ceiling is not looked at. */
static int read_all(struct backup_stream *s, struct backup_dump *d, struct str *head, char *copy, size_t step, struct error *err)
{
	size_t total = 0;
	struct str block;

	do {
		if (backup_stream_next(s, &block, err))
			return -1;
		if (!total && block.n) {
			*head = str_make(copy, block.n < HEAD ? block.n : HEAD);
			memcpy(copy, block.p, head->n);
		}
		total += block.n;
		if (feed(d, block, step, err))
			return -1;
	} while (block.n && total < MOST_TEXT);
	return backup_dump_end(d, err);
}

static int judge(struct backup_facts *f, struct str text, size_t step, struct error *err)
{
	struct input in = { text, step };
	const struct backup_source from = { .name = "input", .ctx = &in, .read = give };
	struct backup_stream *s = NULL;
	struct backup_dump d;
	char copy[HEAD];
	struct str head = { 0 };
	int rc = backup_stream_open(&from, &s, err);

	backup_dump_init(&d, f);
	if (!rc)
		rc = read_all(s, &d, &head, copy, step, err);
	if (!rc)
		backup_unmet(f, &(struct backup_whole){ .head = head, .lines = backup_dump_lines(&d),
			.format = backup_stream_format(s), .is_damaged = backup_stream_damage(s).n > 0 });
	backup_dump_release(&d);
	backup_stream_free(s);
	return rc;
}

static void expect_same(const struct backup_facts *a, const struct backup_facts *b)
{
	assert(a->ntables == b->ntables && a->nviews == b->nviews && a->last == b->last);
	for (size_t i = 0; i < a->ntables; i++)
		assert(a->tables[i].rows == b->tables[i].rows && a->tables[i].columns.count == b->tables[i].columns.count);
	assert(a->damages.count == b->damages.count && a->notes.count == b->notes.count);
	for (size_t i = 0; i < a->damages.count; i++)
		assert(str_eq(a->damages.items[i], b->damages.items[i]));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str in = str_make((const char *)data, size);
	struct arena arenas[2];
	struct backup_facts facts[2];
	struct error err = { 0 };
	int rc[2];

	for (size_t i = 0; i < 2; i++) {
		arena_init(&arenas[i], MAX_ARENA);
		backup_facts_init(&facts[i], &arenas[i], true);
		rc[i] = judge(&facts[i], in, i ? 1 : SIZE_MAX, &err);
	}
	assert(rc[0] == rc[1]);
	if (!rc[0])
		expect_same(&facts[0], &facts[1]);
	arena_release(&arenas[0]);
	arena_release(&arenas[1]);
	return 0;
}
