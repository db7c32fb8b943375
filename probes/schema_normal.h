/*
 * Normalising what the two kinds of servers say differently about the same thing: types, defaults,
 * EXTRA, character sets (format-sql, N1-N10, N13). Pure; results in `a`, absent when memory is out
 * or where it says so.
 */
#ifndef PROBES_SCHEMA_NORMAL_H
#define PROBES_SCHEMA_NORMAL_H

#include "harness/base/arena.h"

/*
 * N1: COLUMN_TYPE or DTD_IDENTIFIER without the widths of integers, which mean nothing. tinyint(1)
 * and widths with zerofill stay.
 */
struct str schema_type(struct arena *a, struct str raw);

/* What the catalogue says of a column's default. */
struct schema_default {
	bool mariadb; /* 10.2.7 or later: the default is SQL text */
	struct str text; /* absent: SQL's NULL */
	struct str type; /* COLUMN_TYPE */
	bool is_expression; /* EXTRA has DEFAULT_GENERATED */
};

/* N2-N6: the default as contracts have it ('x', 0, now(6), (uuid())); absent: none, or null. */
struct str schema_default(struct arena *a, const struct schema_default *d);

/* N7: EXTRA as a set of words. */
struct schema_extra {
	bool auto_increment, generated, stored, is_expression, invisible;
	struct str on_update; /* now(6); absent: none */
};

/* Never fails, want of memory aside. */
struct schema_extra schema_extra(struct arena *a, struct str raw);

/*
 * MySQL's catalogue shows expressions as if their UTF-8 were windows-1252: n with a tilde comes as two
 * characters. The text as it was meant, where it reads back so; else as it is.
 */
struct str schema_mysql_expression(struct arena *a, struct str raw);

/*
 * N9: the character set of a collation (utf8mb3 for utf8), the collation by its canonical name, and
 * whether it is one of the set's defaults, of which there are several for utf8mb4.
 */
struct str schema_charset(struct arena *a, struct str collation);
struct str schema_collation(struct arena *a, struct str collation);	/* utf8mb3_bin for utf8_bin */
bool schema_collation_is_default(struct str collation);	/* of either server */

/* N10: " on-delete=cascade"; absent for NO ACTION, RESTRICT and nothing. */
struct str schema_rule(struct arena *a, const char *key, struct str rule);

/* N13: the ROW_FORMAT that was asked for in CREATE_OPTIONS, lower case; absent: none. */
struct str schema_row_format(struct arena *a, struct str create_options);

/* Lower case, blanks and underscores as hyphens: ONE TIME is one-time. */
struct str schema_lower(struct arena *a, struct str raw);

/* First 12 hex digits of SHA-256 over the text with LF line ends and no trailing blanks. */
struct str schema_hash(struct arena *a, struct str text);

/* The text that is hashed. */
struct str schema_body(struct arena *a, struct str text);

#endif
