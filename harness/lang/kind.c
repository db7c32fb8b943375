#include "harness/lang/kind.h"

#include "harness/lang/grammar.h"

const struct kind *kinds_find(const struct kinds *k, struct str word)
{
	for (size_t i = 0; i < k->count; i++)
		if (k->items[i]->word && str_is(word, k->items[i]->word))
			return k->items[i];
	return NULL;
}

const struct kind *kinds_http(const struct kinds *k)
{
	for (size_t i = 0; i < k->count; i++)
		if (!k->items[i]->word)
			return k->items[i];
	return NULL;
}

static bool is_one_of(struct str word, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_is(word, words[i]))
			return true;
	return false;
}

/* Words of the format that are never HTTP methods in a suite, whichever kinds this program has. */
bool is_response_word(struct str word)
{
	static const char *const words[] = { "HTTP", "ROWS", "AFFECTED", "ERROR", "REPLY", "APPLIED", "MATCHES",
					     "COMPLETE", "OPEN", "COMMIT", "EXIT", "DONE" };

	return is_one_of(word, words, ARRAY_SIZE(words));
}

bool is_kind_word(struct str word)
{
	static const char *const words[] = { "SQL", "REDIS", "MIGRATIONS", "SCHEMA", "BACKUP", "TCP", "GIT", "EXEC",
					     "LOAD", "RUN" };

	return is_one_of(word, words, ARRAY_SIZE(words));
}
