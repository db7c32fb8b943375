/*
 * Compressed files, undone piece by piece: a row for each format, told by its first bytes. The rows are
 * the adapters over zlib, libzstd, liblzma and libbz2; all but zlib are loaded at first use.
 *
 * A file may be several members, one behind the other. The driver (backup_stream.c) knows about files and
 * ends; an unpacker knows one member. Each checks the check sums of its format.
 */
#ifndef PROBES_UNPACK_H
#define PROBES_UNPACK_H

#include "harness/base/error.h"

enum unpack_result {
	UNPACK_MORE,	/* wants more input or more room */
	UNPACK_END,	/* a member is complete, check sums and all */
	UNPACK_DAMAGED, /* `why` says how */
	UNPACK_LIMIT,	/* it would take more memory than we give (UNPACK_MEMORY) */
	UNPACK_OOM,
};

/* The most that a decompressor may take for its window. */
enum { UNPACK_MEMORY = 256 * 1024 * 1024, UNPACK_ZSTD_WINDOW_LOG = 27 };

struct unpack_io {
	const char *in;
	size_t in_left;
	bool in_last; /* nothing comes behind these bytes */
	char *out;
	size_t out_left;
	const char *why; /* with UNPACK_DAMAGED; static text */
};

struct unpacker {
	const char *name;		/* "gzip" */
	bool (*begins)(struct str head);	/* the first bytes are those of a member */
	/* A fresh state, in *ret; release it with `close`. */
	int (*open)(void **ret, struct error *err);
	/* Moves in, in_left, out and out_left on. */
	enum unpack_result (*step)(void *state, struct unpack_io *io);
	/* Makes the state ready for the next member; false: no memory. */
	bool (*again)(void *state);
	void (*close)(void *state); /* NULL is fine */
};

/* Bytes that `begins` wants to see. */
enum { UNPACK_HEAD = 10 };

extern const struct unpacker unpack_gzip, unpack_zstd, unpack_xz, unpack_bzip2;

/* The format whose first bytes these are; NULL: none we know. */
const struct unpacker *unpacker_find(struct str head);

/*
 * The first bytes of zlib's own format (a loose object of git), at most `n` of them; how many there are, 0 for
 * data that is none.
 */
size_t unpack_zlib_start(struct str in, char *out, size_t n);

#endif
