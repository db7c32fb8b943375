/*
 * Which file a BACKUP entry is about: the newest that matches, and the one before it. And its bytes, with a
 * deadline.
 */
#ifndef PROBES_BACKUP_FILE_H
#define PROBES_BACKUP_FILE_H

#include "harness/base/deadline.h"
#include "probes/backup_stream.h"

struct backup_file {
	const char *path;
	int64_t modified_us;	/* wall time */
	uint64_t bytes;
	bool has_previous;
	uint64_t previous_bytes;	/* size of the match that is next to the newest */
	int fd;
	const struct deadline *deadline;
};

/*
 * Finds and opens the newest regular file that `pattern` matches (shell wildcards in any part; a file of
 * exactly that name comes first). Of two that are equally old the later name. The path is in `a`. ERR_FILE
 * where nothing matches, a folder cannot be read, or the file cannot be opened. Close with backup_file_close.
 */
int backup_file_open(struct arena *a, const char *pattern, const struct deadline *deadline,
	struct backup_file *ret, struct error *err) MUST_USE;
void backup_file_close(struct backup_file *f);	/* fine twice */

/* The file as a source of bytes; `f` stays where it is meanwhile. */
struct backup_source backup_file_source(struct backup_file *f);

/* It is not what it was when it was opened: somebody still writes it. */
bool backup_file_changed(const struct backup_file *f);

#endif
