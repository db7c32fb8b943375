/*
 * Fields in text, by their look: what a JSON text, a form, the query of a URL or a multipart body hold under a name, wherever
 * in a text they stand, also when the text is cut, is no valid JSON as a whole, or is JSON in a string of JSON. Reads a text
 * once from its start to its end.
 *
 *	"NAME": "value"		at any depth of escaping: \"NAME\": \"value\" too
 *	"NAME": [ "value", { "other": "value" } ]	all strings below it, but for keys
 *	"name": "NAME", "value": "value"	a header in a list of them
 *	?NAME=value&NAME=value	from '?' or '&' on, also "&amp;"; at the start of a text without blanks
 *	name="NAME" ... empty line, value	a part of a multipart body
 *
 * Numbers, booleans and null are no values here, nor is the empty text.
 */
#ifndef HARNESS_JUDGE_SECRET_FIELDS_H
#define HARNESS_JUDGE_SECRET_FIELDS_H

#include "harness/base/strbuf.h"

/* How a value is written down. */
enum secret_spelling {
	SECRET_SPELLED_RAW,
	SECRET_SPELLED_JSON,
	SECRET_SPELLED_PERCENT,
};

struct secret_field {
	size_t at, n;			/* the value in the text, n > 0 */
	struct str name;		/* as it stands there; of an element the name of what holds it */
	enum secret_spelling spelling;
	size_t escapes;			/* JSON: how often it is escaped, 1 for JSON that is in no string itself */
};

/* Whether a name is one that is asked for. */
struct secret_names {
	bool (*is_secret)(const void *ctx, struct str name);
	bool (*is_shown)(const void *ctx, struct str name);	/* not hidden below a secret name either */
	bool (*is_weak)(const void *ctx, struct str value);	/* a value that is hidden under any name; n <= SECRET_WEAK_MAX */
	const void *ctx;
};

/* What a value of 3 bytes takes at most when each is \uXXXX in JSON in JSON. */
enum { SECRET_WEAK_MAX = 24 };

struct secret_scan {
	struct str text;
	const struct secret_names *names;
	size_t at;
	bool is_json;			/* looks like a JSON text as a whole: weak values are looked for */
	struct str group;		/* below this name; absent: below none */
	size_t depth, backslashes;	/* ... so deep, its quotes behind so many backslashes */
	struct str key;			/* the last one in it */
};

/* At the start of `text`. Both are borrowed while it is scanned. */
void secret_scan_begin(struct secret_scan *s, struct str text, const struct secret_names *names);

/* The next value that is secret, in order, none within another; false at the end. */
bool secret_scan_next(struct secret_scan *s, struct secret_field *ret);

/* What the value means; adds nothing when it is not written as it should be. */
void secret_field_plain(struct strbuf *out, struct str text, const struct secret_field *f);

#endif
