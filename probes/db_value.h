/*
 * A cell of an SQL result to a value, by the type of its column (format-sql: values).
 * Pure: what the client library calls a type is translated in db.c.
 */
#ifndef PROBES_DB_VALUE_H
#define PROBES_DB_VALUE_H

#include "harness/value/value.h"

enum db_type {
	DB_TEXT, /* CHAR ... TEXT, ENUM, SET */
	DB_INTEGER, /* TINYINT ... BIGINT, YEAR */
	DB_BIT, /* bytes, the highest first */
	DB_DECIMAL,
	DB_FLOAT, /* single precision */
	DB_DOUBLE,
	DB_TEMPORAL, /* DATE, DATETIME, TIMESTAMP, TIME: text as the server writes it */
	DB_JSON,
	DB_BYTES, /* BINARY, BLOB, GEOMETRY */
	DB_NULL,
};

/*
 * The value of `cell`, whose bytes are borrowed for the life of the value. An absent cell
 * is SQL's NULL. NULL when memory is out or the server's text is not what its type
 * promises (*ret_bad tells: true for the latter).
 */
const struct value *db_value(
	struct arena *a, enum db_type type, struct str cell, bool *ret_bad);

#endif
