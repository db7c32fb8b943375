/*
 * Where in a file a server's error is: of a syntax error the server quotes the text from
 * the error on (`near '...' at line N`), up to 80 characters; of others the name it does
 * not know. Pure.
 */
#ifndef PROBES_SQL_NEAR_H
#define PROBES_SQL_NEAR_H

#include "harness/base/source.h"

/*
 * The span in `statement` (a part of the source) of the word that `message` points to.
 * False when the message quotes nothing, what it quotes is not in the statement as it was
 * written (a value that was filled in), or a name stands there more than once.
 */
bool sql_near(const struct source *s, struct span statement, struct str message,
	struct span *ret);

#endif
