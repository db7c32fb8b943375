/*
 * What only SHOW CREATE TABLE tells an account that may do nothing but SELECT on MariaDB: the rules
 * of foreign keys. Pure.
 */
#ifndef PROBES_SCHEMA_CREATE_H
#define PROBES_SCHEMA_CREATE_H

#include "harness/base/str.h"

/*
 * The rules of the foreign key `name` in the text of SHOW CREATE TABLE, as information_schema names
 * them (CASCADE, SET NULL); absent where none is written. False: no such key stands there.
 */
bool schema_create_rules(struct str text, struct str name, struct str *ret_on_delete,
	struct str *ret_on_update) MUST_USE;

#endif
