/*
 * The layout of each kind of event: which member stands under which key of the line, in which order, and how. The
 * writer, the reader, copies and the round-trip test walk these rows; nothing else knows the members of an event.
 */
#ifndef HARNESS_REPORT_EVENT_LAYOUT_H
#define HARNESS_REPORT_EVENT_LAYOUT_H

#include "harness/report/event.h"

enum field_type {
	FIELD_STR,		/* struct str; absent: left out */
	FIELD_U64,
	FIELD_I64,
	FIELD_BOOL,
	FIELD_STATUS,		/* by its word */
	FIELD_VERDICT,
	FIELD_VALUE,		/* tagged; NULL: left out */
	FIELD_TEXTS,		/* list of strings */
	FIELD_NAMED,		/* object: name to tagged value; a label stands in braces behind the name */
	FIELD_PAIRS,		/* list of [name, tagged value], for names that repeat (headers) */
	FIELD_COUNTS,		/* object after counts_layout */
	FIELD_TYPE_COUNT
};

struct event_field {
	const char *group;	/* object around it, NULL: none; members of a group are neighbours */
	const char *key;
	enum field_type type;
	bool optional;		/* numbers and booleans: left out when zero */
	size_t offset;		/* in struct event; in struct counts for counts_layout */
};

/* The rows of a kind, in the order of the line; their number in *ret_n. */
const struct event_field *event_layout(enum event_kind kind, size_t *ret_n);

/* The rows of struct counts. */
const struct event_field *counts_layout(size_t *ret_n);

#endif
