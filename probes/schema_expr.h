/*
 * One spelling for expressions that each server writes in its own (format-sql, N5, N11, N12):
 * ((`a` > 0) and (`b` <> 3)) and `a` > 0 and `b` <> 3 are both a > 0 and b <> 3. Rebuilt from the
 * precedence of operators, with the parentheses that are needed. Text that is not understood
 * becomes its tokens with a blank between. Pure; results in `a`, absent when memory is out.
 */
#ifndef PROBES_SCHEMA_EXPR_H
#define PROBES_SCHEMA_EXPR_H

#include "harness/base/arena.h"

/* The canonical form of one expression. */
struct str schema_expr(struct arena *a, struct str text);

/*
 * The text of a view, the prefix of its own database dropped; also the parentheses of joins, which
 * one server writes and the other does not.
 */
struct str schema_view_text(struct arena *a, struct str text, struct str database);

/* True when a canonical expression is one plain literal: 'x', 1.5, -3. */
bool schema_is_literal(struct str expr);

#endif
