#include "tests/service/token_memory.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/service/error.h"

#define TOKENS_MAX 4096

struct kept {
	char hash[SHA256_HEX_SIZE];	/* empty: never used */
	char user_id[UUID_SIZE];
	bool live;
};

struct token_memory {
	pthread_mutex_t lock;
	size_t next;
	struct kept kept[TOKENS_MAX];
};

int token_memory_new(struct token_memory **ret, struct error *err)
{
	struct token_memory *memory = calloc(1, sizeof(*memory));

	if (!memory)
		return error_set_memory(err);
	pthread_mutex_init(&memory->lock, NULL);
	*ret = memory;
	return 0;
}

void token_memory_free(struct token_memory *memory)
{
	if (!memory)
		return;
	pthread_mutex_destroy(&memory->lock);
	free(memory);
}

static struct kept *find(struct token_memory *memory, const char *hash)
{
	for (size_t i = 0; i < TOKENS_MAX; i++) {
		if (!strcmp(memory->kept[i].hash, hash))
			return &memory->kept[i];
	}
	return NULL;
}

void token_memory_add(struct token_memory *memory, const char *hash, const char *user_id)
{
	pthread_mutex_lock(&memory->lock);
	struct kept *kept = &memory->kept[memory->next++ % TOKENS_MAX];
	(void)snprintf(kept->hash, sizeof(kept->hash), "%s", hash);
	(void)snprintf(kept->user_id, sizeof(kept->user_id), "%s", user_id);
	kept->live = true;
	pthread_mutex_unlock(&memory->lock);
}

bool token_memory_find(struct token_memory *memory, const char *hash, char user_id[UUID_SIZE],
		       bool *live)
{
	pthread_mutex_lock(&memory->lock);
	const struct kept *kept = find(memory, hash);
	if (kept) {
		memcpy(user_id, kept->user_id, UUID_SIZE);
		*live = kept->live;
	}
	pthread_mutex_unlock(&memory->lock);
	return kept != NULL;
}

bool token_memory_revoke(struct token_memory *memory, const char *hash)
{
	pthread_mutex_lock(&memory->lock);
	struct kept *kept = find(memory, hash);
	bool was_live = kept && kept->live;
	if (kept)
		kept->live = false;
	pthread_mutex_unlock(&memory->lock);
	return was_live;
}
