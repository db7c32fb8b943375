/*
 * Warnings that make of a result less than was asked for: the server cut it short and said so
 * beside it only. Over such a result a check may be green although what it looks for is there.
 * Pure.
 */
#ifndef PROBES_SQL_WARNINGS_H
#define PROBES_SQL_WARNINGS_H

#include "harness/base/error.h"
#include "harness/value/value.h"

/*
 * `rows`: what SHOW WARNINGS gave, NULL: nothing. `writes`: the statement stores, so that what
 * was stored otherwise than written counts too. 0: none of them cuts anything; -1: ERR_SQL with
 * the first that does, and what to do about it.
 */
int sql_warnings_check(
	const struct value *rows, bool writes, struct error *err) MUST_USE;

#endif
