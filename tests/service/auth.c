/*
 * /auth: registration, login, refresh, logout.
 */
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "tests/service/app.h"
#include "tests/service/db.h"
#include "tests/service/error.h"
#include "tests/service/exchange.h"
#include "tests/service/json.h"
#include "tests/service/jwt.h"
#include "tests/service/routes.h"
#include "tests/service/secret.h"
#include "tests/service/tokens.h"

#define TEXT_COLUMN_MAX 255

struct registration {
	const char *email;
	const char *name;
	const char *role;
	const char *tenant;		/* NULL: a restaurant is made */
	char id[UUID_SIZE];
	char tenant_id[UUID_SIZE];
	char hash[BCRYPT_SIZE];
};

/* A row of usuario; the columns are the statement's, valid while `rows` is. */
struct user {
	struct db_rows *rows;
	const char *id;
	const char *email;
	const char *hash;
	const char *role;
	const char *tenant;
};

static bool has(const struct exchange *x, enum fault fault)
{
	return fault_on(&x->app->faults, fault);
}

/* Hashing; the fault login-starves keeps every other request waiting meanwhile. */
static void lock_hashing(struct exchange *x)
{
	if (has(x, FAULT_LOGIN_STARVES))
		pthread_rwlock_wrlock(&x->app->hashing);
}

static void unlock_hashing(struct exchange *x)
{
	if (has(x, FAULT_LOGIN_STARVES))
		pthread_rwlock_unlock(&x->app->hashing);
}

static bool is_short(const char *s)
{
	return s && strlen(s) <= TEXT_COLUMN_MAX;
}

/* What is wrong with a registration, or NULL. */
static const char *complaint(const struct registration *r, const char *password)
{
	if (!is_short(r->email))
		return "email must be a text of 1 to 255 characters";
	if (!is_short(r->name))
		return "nombre must be a text of 1 to 255 characters";
	if (!password)
		return "password must be a text that is not empty";
	if (!role_bit(r->role))
		return "role must be one of cliente, cocina, host, admin";
	if (r->tenant && !is_short(r->tenant))
		return "restaurante_id must have at most 255 characters";
	return NULL;
}

static int insert_restaurant(struct db *db, struct registration *r, struct error *err)
{
	struct timespec now;
	char name[40];

	if (r->tenant)
		return 0;
	clock_gettime(CLOCK_REALTIME, &now);
	(void)snprintf(name, sizeof(name), "rest_%lld",
		       (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000);
	if (secret_uuid(r->tenant_id, err))
		return -1;
	r->tenant = r->tenant_id;
	return db_exec(db, NULL, err, "INSERT INTO restaurante (id, nombre) VALUES (%s, %s)",
		       r->tenant, name);
}

static int insert_user(struct db *db, const struct registration *r, struct error *err)
{
	return db_exec(db, NULL, err,
		       "INSERT INTO usuario (id, email, nombre, password_hash, role, restaurante_id) "
		       "VALUES (%s, %s, %s, %s, %s, %s)",
		       r->id, r->email, r->name, r->hash, r->role, r->tenant);
}

static int is_taken(struct db *db, const char *email, bool *ret, struct error *err)
{
	struct db_rows *rows;

	if (db_query(db, &rows, err, "SELECT 1 FROM usuario WHERE email = %s LIMIT 1", email))
		return -1;
	*ret = db_next(rows);
	db_rows_free(rows);
	return 0;
}

/*
 * Restaurant and user in one transaction, the unique index deciding who is first. The fault
 * register-race leaves the transaction out and time between the check and the rows.
 */
static int store(struct exchange *x, struct db *db, struct registration *r, bool *taken,
		 struct error *err)
{
	bool race = has(x, FAULT_REGISTER_RACE);

	if (has(x, FAULT_REGISTER_DUP_ROW))
		*taken = false;
	else if (is_taken(db, r->email, taken, err))
		return -1;
	if (*taken)
		return 0;
	if (race)
		(void)app_wait_ms(x->app, x->app->faults.value[FAULT_REGISTER_RACE]);
	else if (db_begin(db, err))
		return -1;
	if (insert_restaurant(db, r, err) || insert_user(db, r, err)) {
		*taken = err->code == DB_ERROR_DUPLICATE && !race;
		return *taken ? 0 : -1;
	}
	return race ? 0 : db_commit(db, err);
}

static int hash_password(struct exchange *x, const char *password, char *ret, struct error *err)
{
	lock_hashing(x);
	int rc = secret_hash_password(password, (unsigned long)x->app->config.bcrypt_cost, ret, err);
	unlock_hashing(x);
	return rc;
}

static cJSON *registration_json(const struct exchange *x, const struct registration *r)
{
	cJSON *json = cJSON_CreateObject();

	json_add_string(json, "id", r->id);
	json_add_string(json, "email", r->email);
	json_add_string(json, "nombre", r->name);
	if (has(x, FAULT_HASH_LEAK))
		json_add_string(json, "password_hash", r->hash);
	return json;
}

int auth_register(struct exchange *x, struct error *err)
{
	struct registration r = {
		.email = json_string(x->json, "email"),
		.name = json_string(x->json, "nombre"),
		.role = json_has(x->json, "role") ? json_string(x->json, "role") : "cliente",
		.tenant = x->tenant,
	};
	const char *password = json_string(x->json, "password");
	bool taken = false;
	struct db *db;

	if (complaint(&r, password))
		return exchange_refuse(x, 400, complaint(&r, password));
	if (secret_uuid(r.id, err) || hash_password(x, password, r.hash, err) ||
	    exchange_db(x, &db, err) || store(x, db, &r, &taken, err))
		return -1;
	if (taken)
		return exchange_refuse(x, 401, "User already exists");
	return exchange_answer(x, registration_json(x, &r), err);
}

#define USER_COLUMNS "SELECT id, email, password_hash, role, restaurante_id FROM usuario "

/* Steps to the row that the query asked for; *found is false when there is none. */
static bool read_user(struct user *u)
{
	if (!db_next(u->rows))
		return false;
	u->id = db_col(u->rows, 0);
	u->email = db_col(u->rows, 1);
	u->hash = db_col(u->rows, 2);
	u->role = db_col(u->rows, 3);
	u->tenant = db_col(u->rows, 4);
	return true;
}

static cJSON *claims_new(const struct exchange *x, const struct user *u)
{
	cJSON *claims = cJSON_CreateObject();
	double now = (double)time(NULL);

	json_add_string(claims, "sub", u->id);
	json_add_string(claims, "email", u->email);
	json_add_string(claims, "role", u->role);
	json_add_string(claims, "restaurante_id", u->tenant);
	if (has(x, FAULT_HASH_LEAK))
		json_add_string(claims, "password_hash", u->hash);
	json_add_number(claims, "iat", now);
	json_add_number(claims, "exp", now + (double)x->app->config.jwt_seconds);
	return claims;
}

static int answer_tokens(struct exchange *x, const struct user *u, const char *refresh_token,
			 struct error *err)
{
	cJSON *claims = claims_new(x, u);
	struct text access = { 0 };

	int rc = jwt_sign(&access, app_jwt_secret(x->app), claims, err);
	if (!rc) {
		cJSON *json = cJSON_CreateObject();
		json_add_string(json, "access_token", text_get(&access));
		json_add_string(json, "refresh_token", refresh_token);
		rc = exchange_answer(x, json, err);
	}
	cJSON_Delete(claims);
	text_release(&access);
	return rc;
}

static int answer_error(struct exchange *x, const char *error, struct error *err)
{
	cJSON *json = cJSON_CreateObject();

	json_add_string(json, "error", error);
	return exchange_answer(x, json, err);
}

static int refuse_login(struct exchange *x, struct error *err)
{
	if (has(x, FAULT_LOGIN_ERROR_201))
		return answer_error(x, "invalid_credentials", err);
	return exchange_refuse(x, 401, "invalid_credentials");
}

static int check_password(struct exchange *x, const struct user *u, const char *password, bool *fits,
			  struct error *err)
{
	lock_hashing(x);
	int rc = secret_check_password(password, u->hash, fits, err);
	unlock_hashing(x);
	return rc;
}

static int log_in(struct exchange *x, struct user *u, const char *password, struct error *err)
{
	struct text token = { 0 };
	bool fits = false;

	if (read_user(u) && check_password(x, u, password, &fits, err))
		return -1;
	if (!fits)
		return refuse_login(x, err);
	int rc = tokens_issue(x, u->id, &token, err);
	if (!rc)
		rc = answer_tokens(x, u, text_get(&token), err);
	text_release(&token);
	return rc;
}

static int find_login(struct exchange *x, const char *email, struct db_rows **ret, struct error *err)
{
	struct db *db;

	if (exchange_db(x, &db, err))
		return -1;
	if (email)
		return db_query(db, ret, err, USER_COLUMNS "WHERE email = %s LIMIT 1", email);
	return db_query(db, ret, err, USER_COLUMNS "ORDER BY created_at LIMIT 1");
}

int auth_login(struct exchange *x, struct error *err)
{
	const char *email = json_string(x->json, "email");
	const char *password = json_string(x->json, "password");
	struct user user = { 0 };

	if (!password || (!email && !has(x, FAULT_LOGIN_NO_EMAIL)))
		return refuse_login(x, err);
	if (find_login(x, email, &user.rows, err))
		return -1;
	int rc = log_in(x, &user, password, err);
	db_rows_free(user.rows);
	return rc;
}

/* The token was good; its user may be gone nevertheless. */
static int answer_refresh(struct exchange *x, const char *user_id, const char *token, struct error *err)
{
	struct user user = { 0 };
	struct db *db;

	if (exchange_db(x, &db, err) ||
	    db_query(db, &user.rows, err, USER_COLUMNS "WHERE id = %s", user_id))
		return -1;
	int rc = read_user(&user) ? answer_tokens(x, &user, token, err) :
				    exchange_refuse(x, 401, "invalid_refresh_token");
	db_rows_free(user.rows);
	return rc;
}

int auth_refresh(struct exchange *x, struct error *err)
{
	const char *token = json_string(x->json, "refresh_token");
	char user_id[UUID_SIZE];
	struct text next = { 0 };
	bool accepted = false;

	if (!token)
		return answer_error(x, "missing_refresh_token", err);
	int rc = tokens_rotate(x, token, &next, user_id, &accepted, err);
	if (!rc && accepted)
		rc = answer_refresh(x, user_id, text_get(&next), err);
	else if (!rc)
		rc = exchange_refuse(x, 401, "invalid_refresh_token");
	text_release(&next);
	return rc;
}

int auth_logout(struct exchange *x, struct error *err)
{
	const char *token = json_string(x->json, "refresh_token");
	bool known;

	if (!token)
		return answer_error(x, "missing_refresh_token", err);
	if (tokens_revoke(x, token, &known, err))
		return -1;
	cJSON *json = cJSON_CreateObject();
	json_add_bool(json, "success", known);
	return exchange_answer(x, json, err);
}
