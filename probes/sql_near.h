/*
 * Where in a file a server's syntax error is: the server quotes the text from the error on (`near '...' at line N`), up to 80
 * characters. Pure.
 */
#ifndef PROBES_SQL_NEAR_H
#define PROBES_SQL_NEAR_H

#include "harness/base/source.h"

/*
 * The span in `statement` (a part of the source) of the word that `message` points to. False when the message quotes nothing, or
 * what it quotes is not in the statement as it was written (a value that was filled in).
 */
bool sql_near(const struct source *s, struct span statement, struct str message, struct span *ret);

#endif
