/*
 * Inside of encode: the named character references of HTML 5. Not for other modules.
 */
#ifndef HARNESS_VALUE_HTML_NAMES_H
#define HARNESS_VALUE_HTML_NAMES_H

#include "harness/base/compiler.h"

/* Arrays, not pointers: a pointer is a relocation, which each start of the program pays for. */
struct html_name {
	char name[33];	/* behind '&'; those that need the ';' have it */
	char text[8];	/* UTF-8 */
};

/* Sorted by the bytes of their names. */
extern const struct html_name html_names[];
extern const size_t html_names_count;

#endif
