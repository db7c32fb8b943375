/*
 * Refresh tokens in memory, by their hash: a ring in which the newest replaces the oldest.
 */
#ifndef TESTS_SERVICE_TOKEN_MEMORY_H
#define TESTS_SERVICE_TOKEN_MEMORY_H

#include <stdbool.h>

#include "tests/service/secret.h"
#include "tests/service/tokens.h"

/* Keeps a live token. */
void token_memory_add(struct token_memory *memory, const char *hash, const char *user_id);

/* Whether a token is known; its user and whether it is live, if so. */
bool token_memory_find(struct token_memory *memory, const char *hash, char user_id[UUID_SIZE],
		       bool *live);

/* Revokes a token; true when it was live up to now, which is so for one caller only. */
bool token_memory_revoke(struct token_memory *memory, const char *hash);

#endif
