/*
 * Refresh tokens: 64 random characters, of which only the SHA-256 is kept.
 *
 * A token lives as one row of refresh_tokens. Rotation revokes it and names its successor in one
 * transaction that locks the row first, so that of many rotations of one token exactly one wins.
 * With the fault refresh-memory, or without the table when the configuration allows it, tokens
 * live in a table in memory, the oldest giving way to the newest.
 */
#ifndef TESTS_SERVICE_TOKENS_H
#define TESTS_SERVICE_TOKENS_H

#include <stdbool.h>

#include "tests/service/secret.h"

struct db;
struct error;
struct exchange;
struct text;
struct token_memory;

/* An empty table in memory. */
int token_memory_new(struct token_memory **ret, struct error *err);

/* Accepts NULL. */
void token_memory_free(struct token_memory *memory);

/* Makes a token for a user and stores it; adds it to `token`. */
int tokens_issue(struct exchange *x, const char *user_id, struct text *token, struct error *err);

/*
 * Exchanges a token for its successor, which is added to `next`; the user it belongs to goes to
 * user_id. *accepted is false, and nothing changed, when the token is unknown, revoked or expired.
 */
int tokens_rotate(struct exchange *x, const char *token, struct text *next, char user_id[UUID_SIZE],
		  bool *accepted, struct error *err);

/* Revokes a token; *known tells whether there was one, revoked before or not. */
int tokens_revoke(struct exchange *x, const char *token, bool *known, struct error *err);

#endif
