/*
 * The YAML blocks of TAP points, in the subset that TAP readers take: quoted strings, numbers, booleans, nested maps, lists
 * of maps, and plain literal blocks. It tracks the nesting; misuse is an assertion.
 *
 *	yaml_begin(&y, &out, 2);
 *	yaml_string(&y, "kind", kind);
 *	yaml_open(&y, "at");
 *	yaml_uint(&y, "line", 12);
 *	yaml_close(&y);
 *	yaml_end(&y);
 */
#ifndef REPORTS_YAML_WRITER_H
#define REPORTS_YAML_WRITER_H

#include "harness/base/strbuf.h"

struct yaml_writer {
	struct strbuf *out;
	size_t indent;
	size_t base;
	unsigned depth;
	bool first_of_item;	/* the next key stands behind a "- " */
};

/* "---" and "..." behind `indent` blanks. */
void yaml_begin(struct yaml_writer *y, struct strbuf *out, size_t indent);
void yaml_end(struct yaml_writer *y);	/* nothing may be open */

/* A map, or a list of maps whose items are begun by yaml_item. */
void yaml_open(struct yaml_writer *y, const char *key);
void yaml_close(struct yaml_writer *y);	/* of the one opened last */
void yaml_item(struct yaml_writer *y);	/* its keys come next */
void yaml_item_end(struct yaml_writer *y);	/* of that item */

/* A text in double quotes (escape_yaml_string). */
void yaml_string(struct yaml_writer *y, const char *key, struct str s);

/* A whole number. */
void yaml_uint(struct yaml_writer *y, const char *key, uint64_t u);

/* true or false. */
void yaml_bool(struct yaml_writer *y, const char *key, bool b);

/* A figure with decimals, as its digits. */
void yaml_decimal(struct yaml_writer *y, const char *key, struct str digits);

/* Text of several lines as a literal block; one line becomes a string. */
void yaml_text(struct yaml_writer *y, const char *key, struct str s);

#endif
