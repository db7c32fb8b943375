#include "tests/service/tokens.h"

#include <stdio.h>

#include "tests/service/app.h"
#include "tests/service/db.h"
#include "tests/service/error.h"
#include "tests/service/exchange.h"
#include "tests/service/token_memory.h"

#define TRIES_MAX 3

/* A token's row. */
struct stored {
	unsigned long long id;
	bool usable;		/* not revoked, not expired, and its user is there */
	char user_id[UUID_SIZE];
};

static bool has(const struct exchange *x, enum fault fault)
{
	return fault_on(&x->app->faults, fault);
}

static int insert(struct exchange *x, struct db *db, const char *user_id, const char *hash,
		  struct error *err)
{
	if (has(x, FAULT_REFRESH_NO_EXPIRY))
		return db_exec(db, NULL, err,
			       "INSERT INTO refresh_tokens (usuario_id, token_hash, expires_at) "
			       "VALUES (%s, %s, NULL)", user_id, hash);
	return db_exec(db, NULL, err,
		       "INSERT INTO refresh_tokens (usuario_id, token_hash, expires_at) "
		       "VALUES (%s, %s, NOW() + INTERVAL %lld DAY)",
		       user_id, hash, (long long)x->app->config.refresh_days);
}

/* A new token, added to `token`, and its hash. */
static int make(struct text *token, char hash[SHA256_HEX_SIZE], struct error *err)
{
	size_t before = token->n;

	if (secret_add_token(token, err))
		return -1;
	return text_failed(token) ? error_set_memory(err) :
				    secret_sha256_hex(text_get(token) + before, hash, err);
}

int tokens_issue(struct exchange *x, const char *user_id, struct text *token, struct error *err)
{
	char hash[SHA256_HEX_SIZE];
	struct db *db;

	if (make(token, hash, err))
		return -1;
	if (!has(x, FAULT_REFRESH_MEMORY)) {
		if (exchange_db(x, &db, err))
			return -1;
		if (!insert(x, db, user_id, hash, err))
			return 0;
		if (err->code != DB_ERROR_NO_TABLE || !x->app->config.memory_fallback)
			return -1;
	}
	token_memory_add(x->app->memory, hash, user_id);
	return 0;
}

#define STORED_COLUMNS \
	"SELECT t.id, t.usuario_id, t.revoked, t.expires_at > NOW(), u.id FROM refresh_tokens t " \
	"LEFT JOIN usuario u ON u.id = t.usuario_id WHERE t.token_hash = %s"

/* Reads a token's row, locked unless a fault says otherwise; *found is false when there is none. */
static int find(struct exchange *x, struct db *db, const char *hash, struct stored *ret, bool *found,
		struct error *err)
{
	bool reuse = has(x, FAULT_REFRESH_REUSE);
	bool no_expiry = has(x, FAULT_REFRESH_NO_EXPIRY);
	struct db_rows *rows;

	if (db_query(db, &rows, err,
		     has(x, FAULT_REFRESH_DOUBLE) ? STORED_COLUMNS : STORED_COLUMNS " FOR UPDATE", hash))
		return -1;
	*found = db_next(rows);
	if (*found) {
		ret->id = (unsigned long long)db_int(rows, 0);
		(void)snprintf(ret->user_id, sizeof(ret->user_id), "%s", db_col(rows, 1));
		ret->usable = (reuse || !db_int(rows, 2)) && (no_expiry || db_int(rows, 3)) && db_col(rows, 4);
	}
	db_rows_free(rows);
	return 0;
}

static int replace(struct exchange *x, struct db *db, const struct stored *old, struct text *next,
		   struct error *err)
{
	char hash[SHA256_HEX_SIZE];

	if (make(next, hash, err) || insert(x, db, old->user_id, hash, err))
		return -1;
	return db_exec(db, NULL, err,
		       "UPDATE refresh_tokens SET revoked = 1, replaced_by_token_id = %llu WHERE id = %llu",
		       db_last_id(db), old->id);
}

/*
 * One try. Check and replacement are one transaction; the fault refresh-double checks before it,
 * without a lock, and leaves the others time to do the same.
 */
static int rotate(struct exchange *x, struct db *db, const char *hash, struct text *next,
		  struct stored *old, bool *accepted, struct error *err)
{
	bool apart = has(x, FAULT_REFRESH_DOUBLE);
	bool found;

	text_clear(next);
	*accepted = false;
	if (!apart && db_begin(db, err))
		return -1;
	if (find(x, db, hash, old, &found, err))
		return -1;
	if (!found || !old->usable) {
		if (!apart)
			db_rollback(db);
		return 0;
	}
	if (apart) {
		(void)app_wait_ms(x->app, x->app->faults.value[FAULT_REFRESH_DOUBLE]);
		if (db_begin(db, err))
			return -1;
	}
	if (replace(x, db, old, next, err) || db_commit(db, err))
		return -1;
	*accepted = true;
	return 0;
}

static int rotate_in_memory(struct exchange *x, const char *hash, struct text *next,
			    char user_id[UUID_SIZE], bool *accepted, struct error *err)
{
	char next_hash[SHA256_HEX_SIZE];
	bool live;

	*accepted = false;
	if (!token_memory_find(x->app->memory, hash, user_id, &live))
		return 0;
	if (!token_memory_revoke(x->app->memory, hash) && !has(x, FAULT_REFRESH_REUSE))
		return 0;
	if (make(next, next_hash, err))
		return -1;
	token_memory_add(x->app->memory, next_hash, user_id);
	*accepted = true;
	return 0;
}

static bool is_worth_a_retry(const struct error *err)
{
	return err->code == DB_ERROR_DEADLOCK || err->code == DB_ERROR_LOCK_TIMEOUT;
}

static int rotate_row(struct exchange *x, const char *hash, struct text *next, struct stored *old,
		      bool *accepted, struct error *err)
{
	struct db *db;

	if (exchange_db(x, &db, err))
		return -1;
	for (int tries = 1; rotate(x, db, hash, next, old, accepted, err); tries++) {
		if (tries == TRIES_MAX || !is_worth_a_retry(err))
			return -1;
		db_rollback(db);
	}
	return 0;
}

/* The table in memory is asked first; it is all there is where the other one is missing. */
int tokens_rotate(struct exchange *x, const char *token, struct text *next, char user_id[UUID_SIZE],
		  bool *accepted, struct error *err)
{
	char hash[SHA256_HEX_SIZE];
	struct stored old = { 0 };

	if (secret_sha256_hex(token, hash, err) ||
	    rotate_in_memory(x, hash, next, user_id, accepted, err))
		return -1;
	if (*accepted || has(x, FAULT_REFRESH_MEMORY))
		return 0;
	if (rotate_row(x, hash, next, &old, accepted, err))
		return err->code == DB_ERROR_NO_TABLE && x->app->config.memory_fallback ? 0 : -1;
	(void)snprintf(user_id, UUID_SIZE, "%s", old.user_id);
	return 0;
}

int tokens_revoke(struct exchange *x, const char *token, bool *known, struct error *err)
{
	char hash[SHA256_HEX_SIZE];
	char user_id[UUID_SIZE];
	unsigned long long rows = 0;
	struct db *db;
	bool live;

	if (secret_sha256_hex(token, hash, err))
		return -1;
	*known = token_memory_find(x->app->memory, hash, user_id, &live);
	(void)token_memory_revoke(x->app->memory, hash);	/* whether it was live does not matter */
	if (*known || has(x, FAULT_REFRESH_MEMORY))
		return 0;
	if (exchange_db(x, &db, err))
		return -1;
	if (db_exec(db, &rows, err, "UPDATE refresh_tokens SET revoked = 1 WHERE token_hash = %s", hash))
		return -1;
	*known = rows > 0;
	return 0;
}
