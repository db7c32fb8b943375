/*
 * The text of a backup file, compressed or not, in blocks, read once from front to end in constant memory.
 *
 * The format is told by the first bytes: none, gzip, zstd, xz, bzip2. Several members one behind the other
 * are one text; zero bytes behind the last one are padding. Check sums and ends are checked.
 *
 * A file that is damaged is no failure of reading: the text ends there and backup_stream_damage() says how
 * and where. What fails is what can't be read at all.
 *
 *	while (!backup_stream_next(s, &block, &err) && block.n)
 *		...
 */
#ifndef PROBES_BACKUP_STREAM_H
#define PROBES_BACKUP_STREAM_H

#include "harness/base/error.h"

struct backup_stream;

/*
 * Where the bytes come from. `read` gives up to `n` of them, 0 at the end, -1 with *err; `name` is for
 * messages. Both are borrowed as long as the stream lives.
 */
struct backup_source {
	const char *name;
	void *ctx;
	ptrdiff_t (*read)(void *ctx, char *to, size_t n, struct error *err);
};

/* Reads the first bytes. Owned by the caller: backup_stream_free, which takes NULL. */
int backup_stream_open(const struct backup_source *from, struct backup_stream **ret,
	struct error *err) MUST_USE;
void backup_stream_free(struct backup_stream *s);	/* does not close the source */

/* The next block of text, borrowed until the next call; empty at the end, for good. */
int backup_stream_next(struct backup_stream *s, struct str *ret, struct error *err) MUST_USE;

/* "gzip", "zstd", "xz", "bzip2"; NULL: not compressed. */
const char *backup_stream_format(const struct backup_stream *s);

/* What is wrong with the compressed data, "" while nothing is; to be asked at the end. */
struct str backup_stream_damage(const struct backup_stream *s);

#endif
