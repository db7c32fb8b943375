/*
 * How fields of an event become members of a line and come back: a codec for each type of field, and the rows of a layout
 * walked with it.
 */
#ifndef HARNESS_REPORT_EVENT_CODEC_H
#define HARNESS_REPORT_EVENT_CODEC_H

#include "harness/report/event_layout.h"
#include "harness/value/json.h"

/* Values are read to this depth: what a record holds is itself limited, and tags add to it. */
enum { CODEC_MAX_DEPTH = 300 };

/* Texts that together stay below this cannot make a line too long, however they are escaped. */
enum { CODEC_SAFE_BYTES = 32 * 1024 };

/* How much of each text, list and value a line keeps; with value 0, values are left out. */
struct codec_level {
	size_t text, items, value;
};

struct encoder {
	struct json_writer w;
	const struct codec_level *level;
	bool cut;		/* something was shortened or left out */
};

struct decoder {
	struct arena *a;
	bool bad;		/* a member was of another type than its row says */
};

struct settler {
	struct arena *a;
	const struct codec_level *level;
	size_t bytes;		/* of all texts seen */
};

/* Writes the members of `base`, those that are absent left out; the object around them is the caller's. */
void codec_put(struct encoder *e, const struct event_field *rows, size_t n, const void *base);

/*
 * Reads members of `object` into `base`; missing ones stay as they are. Returns the key of the first one that is of another
 * type than its row says, NULL when all are right.
 */
const char *codec_take(struct decoder *d, const struct event_field *rows, size_t n, const struct value *object,
		       void *base);

/* Copies what the members of `base` point to into `a`, which remembers a failure. */
void codec_copy(struct arena *a, const struct event_field *rows, size_t n, void *base);

/* Makes each member what a line says of it: valid UTF-8, values as their tagged form reads. */
void codec_settle(struct settler *s, const struct event_field *rows, size_t n, void *base);

#endif
