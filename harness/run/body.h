/*
 * What reports show of a body: masked, as text where it is text, cut for the record, with a line about what it is where that does
 * not show by itself; as a whole in a file when there are --artifacts.
 */
#ifndef HARNESS_RUN_BODY_H
#define HARNESS_RUN_BODY_H

#include "harness/run/artifacts.h"
#include "harness/run/box.h"

/* Bytes of a body that the record keeps, and that an argument of a command may have; more lines than these are not shown either. */
enum { BODY_KEPT = 64 * 1024, BODY_ARGUMENT = 4096, BODY_LINES = 40 };

struct body_source {
	const struct value *raw;		/* STRING or BYTES; NULL: there is none */
	const struct named_values *headers;	/* its Content-Type says what it is */
	uint64_t encoded;			/* as it came: bytes of it compressed; 0: it was not */
	struct artifacts *artifacts;		/* NULL: it is not kept */
	struct str name;			/* of its file: ID.res */
};

struct body_shown {
	const struct value *value;	/* STRING, or BYTES of what is no text; at most BODY_KEPT */
	struct str note;		/* "binary image/png, 8 192 B, sha256 9f2c..."; absent: none */
	struct str file;		/* absent: it is in none */
	bool cut;			/* `value` is not all of it */
	bool whole;			/* the file holds all of it ... */
	bool masked;			/* ... with secrets masked */
	bool lost;			/* it could not be written */
};

/*
 * In the box. Text is what its charset decodes without error and without NUL. The digest is that of what is shown, as a whole and
 * masked: a digest of a short secret could be guessed. A file that cannot be written is a warning.
 */
struct body_shown body_show(struct box *b, const struct body_source *s);

#endif
